// SPDX-License-Identifier: Apache-2.0
// What splitting a layer into blocks changes: the blocks and their rows, and arrays, converters and
// adders beside those of the same layer unsplit. docs/architecture.md, Split layers.
#include "base/text.h"
#include "plan/parts.h"
#include <inttypes.h>
#include <string.h>

enum { LINE = 84 };

static int ceil_log2(int64_t n) { return n > 1 ? xb_bits_for((uint64_t)n - 1) : 0; }

// Row tiles of all inputs of an output.
static int64_t row_tiles(const XbPlan *plan, const XbPlanLayer *l)
{
    return xb_ceil_div_int64(l->map->rows, plan->rows);
}

static int filters(const XbPlanLayer *l) { return l->out.c / l->blocks; }

XbSplitCost xb_plan_split_cost(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int a = l->out_bits, most = l->blocks * ((1 << a) - 1);
    return (XbSplitCost){.arrays = m->arrays,
                         .converters = m->arrays * plan->adc_per_array,
                         .bits = a,
                         .conversions = l->out.c,
                         .merge_bits = (int64_t)l->copies * filters(l) * (l->blocks - 1) *
                                       xb_bits_for((uint64_t)most)};
}

// Partial sums of all row tiles are converted without loss and added.
XbSplitCost xb_plan_unsplit_cost(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int64_t tiles = row_tiles(plan, l), rows = xb_min(m->rows, plan->rows);
    int64_t sum = rows * ((1 << plan->dac_bits) - 1) * ((1 << plan->cell_bits) - 1);
    int bits = xb_bits_for((uint64_t)sum) + 1;
    int64_t columns = (int64_t)filters(l) * m->slices * m->polarities;
    int64_t arrays = tiles * xb_ceil_div_int64(columns, plan->cols) * l->copies;
    return (XbSplitCost){.arrays = arrays,
                         .converters = arrays * plan->adc_per_array,
                         .bits = bits,
                         .conversions = tiles * filters(l),
                         .adder_bits = (int64_t)l->copies * filters(l) * (tiles - 1) *
                                       (bits + ceil_log2(tiles))};
}

// Blocks and their rows, on as many lines as they need.
static void add_rows(XbText *t, const XbPlanLayer *l)
{
    int rows = l->map->tiling.unit_rows;
    size_t line = t->size;
    xb_text_add(t, "%s: %dx%d, rows", l->name, l->blocks, rows);
    for (int g = 0; g < l->blocks; g++) {
        const char *end = g + 1 < l->blocks ? "," : "\n";
        if (t->size - line > LINE) {
            line = t->size + 1;
            xb_text_add(t, "\n ");
        }
        xb_text_add(t, " %d-%d%s", g * rows, (g + 1) * rows - 1, end);
    }
}

static void add_cost(XbText *t, const char *name, int width, const char *what, XbSplitCost c)
{
    xb_text_add(t,
                "%-*s  %-7s  %6" PRId64 "  %10" PRId64 "  %4d  %11" PRId64 "  %10" PRId64
                "  %10" PRId64 "\n",
                width, name, what, c.arrays, c.converters, c.bits, c.conversions, c.adder_bits,
                c.merge_bits);
}

static bool is_split(const XbPlanLayer *l) { return l->map && l->blocks; }

static int name_width(const XbPlan *plan)
{
    int most = (int)strlen("layer");
    for (int i = 0; i < plan->layers; i++) {
        int length = (int)strlen(plan->layer[i].name);
        if (is_split(&plan->layer[i]) && length > most)
            most = length;
    }
    return most;
}

static void add_costs(XbText *t, const XbPlan *plan)
{
    int width = name_width(plan);
    xb_text_add(t, "\n%-*s  %-7s  arrays  converters  bits  conversions  adder bits  merge bits\n",
                width, "layer", "built");
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        if (!is_split(l))
            continue;
        add_cost(t, l->name, width, "split", xb_plan_split_cost(plan, l));
        add_cost(t, "", width, "unsplit", xb_plan_unsplit_cost(plan, l));
    }
    xb_text_add(t, "conversions are those of a window, adder bits on partial sums\n");
}

// Arrays of all layers if a column held a whole weight: the count of publications.
static int64_t single_arrays(const XbPlan *plan, bool as_split)
{
    int64_t sum = 0;
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        if (!l->map)
            continue;
        int64_t outputs = l->blocks ? filters(l) : l->out.c;
        int64_t tiles = l->blocks && as_split ? l->blocks : row_tiles(plan, l);
        sum += l->copies * tiles * xb_ceil_div_int64(outputs, plan->cols);
    }
    return sum;
}

static int64_t all_arrays(const XbPlan *plan)
{
    int64_t sum = plan->arrays;
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        if (l->map && l->blocks)
            sum += xb_plan_unsplit_cost(plan, l).arrays - l->map->arrays;
    }
    return sum;
}

char *xb_plan_split_text(XbArena *arena, const XbPlan *plan)
{
    XbText t = {.arena = arena};
    int layers = 0;
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        if (!is_split(l))
            continue;
        if (!layers++)
            xb_text_add(&t, "\nsplit layers (blocks x rows)\n");
        add_rows(&t, l);
    }
    if (!layers)
        return "";
    add_costs(&t, plan);
    xb_text_add(&t,
                "all layers: %" PRId64 " arrays split, %" PRId64
                " unsplit; with one column a weight %" PRId64 " and %" PRId64 "\n",
                plan->arrays, all_arrays(plan), single_arrays(plan, true),
                single_arrays(plan, false));
    return t.data;
}
