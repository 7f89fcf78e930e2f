// SPDX-License-Identifier: Apache-2.0
// What splitting a layer into blocks changes: the blocks and their rows, and arrays, converters and
// adders beside those of the same layer unsplit. docs/architecture.md, Split layers.
#include "base/text.h"
#include "plan/parts.h"
#include <inttypes.h>

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

static void add_rows(XbText *t, const XbPlanLayer *l)
{
    const XbTiling *tiling = &l->map->tiling;
    xb_text_add(t, "%s: %dx%d, rows", l->name, l->blocks, tiling->unit_rows);
    for (int g = 0; g < l->blocks; g++)
        xb_text_add(t, "%s %d-%d", g ? "," : "", g * tiling->unit_rows,
                    (g + 1) * tiling->unit_rows - 1);
    xb_text_add(t, "\n");
}

static void add_cost(XbText *t, const char *what, XbSplitCost c)
{
    xb_text_add(t,
                "  %-7s %" PRId64 " arrays, %" PRId64 " converters of %d bit%s, %" PRId64
                " conversions a window, %" PRId64 " adder bits on partial sums, %" PRId64
                " in the merge\n",
                what, c.arrays, c.converters, c.bits, c.bits > 1 ? "s" : "", c.conversions,
                c.adder_bits, c.merge_bits);
}

// Arrays of all layers if a column held a whole weight: the count of publications.
static int64_t single_arrays(const XbPlan *plan, bool is_split)
{
    int64_t sum = 0;
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        if (!l->map)
            continue;
        int64_t outputs = l->blocks ? filters(l) : l->out.c;
        int64_t tiles = l->blocks && is_split ? l->blocks : row_tiles(plan, l);
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
        if (!l->map || !l->blocks)
            continue;
        if (!layers++)
            xb_text_add(&t, "\nsplit layers (blocks x rows)\n");
        add_rows(&t, l);
        add_cost(&t, "split", xb_plan_split_cost(plan, l));
        add_cost(&t, "unsplit", xb_plan_unsplit_cost(plan, l));
    }
    if (!layers)
        return "";
    xb_text_add(&t,
                "all layers: %" PRId64 " arrays split, %" PRId64
                " unsplit; with one column a weight %" PRId64 " and %" PRId64 "\n",
                plan->arrays, all_arrays(plan), single_arrays(plan, true),
                single_arrays(plan, false));
    return t.data;
}
