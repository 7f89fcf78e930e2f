// SPDX-License-Identifier: Apache-2.0
// Figures of plans.
#include "cli/figures.h"

#include <math.h>

static const XbFigureKind kinds[XB_FIGURES] = {
    [XB_FIGURE_ARRAYS] = {"arrays", "arrays", 0, false, true},
    [XB_FIGURE_UTILIZATION] = {"utilization", "utilization %", 2, true, true},
    [XB_FIGURE_INTERVAL] = {"interval", "interval", 0, false, true},
    [XB_FIGURE_LATENCY] = {"latency", "latency", 0, false, false},
    [XB_FIGURE_RATE] = {"images_per_megacycle", "images per megacycle", 3, true, false},
    [XB_FIGURE_WORDS_IN] = {"words_in", "words loaded", 0, false, true},
    [XB_FIGURE_WORDS_OUT] = {"words_out", "words stored", 0, false, true},
    [XB_FIGURE_CONVERSIONS] = {"conversions", "conversions", 0, false, true},
    [XB_FIGURE_CONVERTERS] = {"converters", "converters", 0, false, true},
    [XB_FIGURE_ADC_ENERGY] = {"adc_energy", "converter energy", 0, false, true},
    [XB_FIGURE_MEMORY_BITS] = {"memory_bits", "memory bits", 0, false, true},
    [XB_FIGURE_RING_BITS] = {"ring_bits", "ring bits", 0, false, true},
    [XB_FIGURE_RING_REPLICAS] = {"ring_replicas", "ring replicas", 0, false, true},
};

const XbFigureKind *xb_figure_kind(XbFigure figure) { return &kinds[figure]; }

double xb_figure_rate(double interval) { return 1e6 / interval; }

static double share(const XbPlan *plan, int64_t cells, int64_t arrays)
{
    return 100.0 * (double)cells / ((double)arrays * plan->rows * plan->cols);
}

static void add_map(XbFigures *f, const XbPlan *plan, const XbPlanLayer *l)
{
    f->value[XB_FIGURE_ARRAYS] = (double)l->map->arrays;
    f->value[XB_FIGURE_UTILIZATION] = share(plan, xb_plan_cells(l), l->map->arrays);
    f->value[XB_FIGURE_WORDS_IN] = (double)l->map->loads;
    f->value[XB_FIGURE_WORDS_OUT] = (double)l->map->stores;
    f->value[XB_FIGURE_CONVERSIONS] = (double)xb_plan_layer_conversions(plan, l);
    f->value[XB_FIGURE_CONVERTERS] = (double)l->map->arrays * plan->adc_per_array;
    f->value[XB_FIGURE_ADC_ENERGY] = ldexp(f->value[XB_FIGURE_CONVERSIONS], l->map->adc.bits);
}

XbFigures xb_figures_layer(const XbPlan *plan, const XbPlanLayer *l)
{
    XbFigures f;
    for (int i = 0; i < XB_FIGURES; i++)
        f.value[i] = NAN;
    f.value[XB_FIGURE_INTERVAL] = (double)l->interval;
    f.value[XB_FIGURE_MEMORY_BITS] = (double)l->bits.memory;
    f.value[XB_FIGURE_RING_BITS] = (double)l->ring_bits;
    f.value[XB_FIGURE_RING_REPLICAS] = l->ring_words ? l->ring_replicas : 0;
    if (l->map)
        add_map(&f, plan, l);
    return f;
}

XbFigures xb_figures_chip(const XbPlan *plan)
{
    XbFigures chip = {0};
    int64_t cells = 0;
    for (int i = 0; i < plan->layers; i++) {
        XbFigures layer = xb_figures_layer(plan, &plan->layer[i]);
        for (int f = 0; f < XB_FIGURES; f++)
            chip.value[f] += isnan(layer.value[f]) ? 0 : layer.value[f];
        cells += plan->layer[i].map ? xb_plan_cells(&plan->layer[i]) : 0;
    }
    chip.value[XB_FIGURE_UTILIZATION] = plan->arrays ? share(plan, cells, plan->arrays) : NAN;
    chip.value[XB_FIGURE_INTERVAL] = (double)plan->interval;
    chip.value[XB_FIGURE_LATENCY] = (double)plan->latency;
    chip.value[XB_FIGURE_RATE] = xb_figure_rate((double)plan->interval);
    chip.value[XB_FIGURE_MEMORY_BITS] = (double)plan->bits.memory;
    return chip;
}

const char *xb_figure_text(XbArena *arena, XbFigure figure, double value)
{
    if (isnan(value))
        return NULL;
    return xb_arena_printf(arena, "%.*f", kinds[figure].decimals, value);
}
