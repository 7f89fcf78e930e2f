// SPDX-License-Identifier: Apache-2.0
// What the sums of an output channel can be, by what the cells can make and the converters give
// back: docs/numerics.md section 4. Multipliers are made for these sums, and proofs are about them.
#include "plan/parts.h"

typedef struct Adding {  // a layer, and what its columns add up to so far
    const XbPlan *plan;
    const XbPlanLayer *l;
    XbBounds *sum;   // [outputs of a window * out.c]
    int64_t widest;  // the most that the cells of a column add up to
} Adding;

// ---- conversions ----

static XbBounds plus(XbBounds a, XbBounds b) { return (XbBounds){a.lo + b.lo, a.hi + b.hi}; }

// Column sums that lie in `current` but for noise, as the converter gives them back.
static XbBounds converted(const XbPlanMap *m, const int32_t *list, XbBounds current)
{
    int64_t noise = xb_plan_most_noise(m);
    return (XbBounds){xb_plan_converted(&m->adc, list, current.lo - noise),
                      xb_plan_converted(&m->adc, list, current.hi + noise)};
}

static XbBounds times(XbBounds s, int64_t weight)  // weight >= 0
{
    return (XbBounds){s.lo * weight, s.hi * weight};
}

// What one column, or pair, gives in all planes of a group whose levels add up to plus and minus:
// the planes before the last drive with all bits of a converter, the last with those that are left.
// It cannot overflow: a value is at most twice the current and a step; 2^16 rows of 16 bits a cell
// or 31 bits of noise, 16 bits a code and 8 bits a weight stay below 2^60.
static XbBounds over_planes(const Adding *t, const int32_t *list, XbBounds levels)
{
    const XbPlanMap *m = t->l->map;
    int last = (m->planes - 1) * t->plan->dac_bits;
    int64_t full = (1 << t->plan->dac_bits) - 1;
    int64_t rest = (1 << (t->l->in_bits - last)) - 1;
    int64_t weights = 0;
    for (int bit = 0; bit < last; bit += t->plan->dac_bits)
        weights += INT64_C(1) << bit;
    XbBounds sum = times(converted(m, list, times(levels, full)), weights);
    return plus(sum, times(converted(m, list, times(levels, rest)), INT64_C(1) << last));
}

// ---- output channels ----

static void contribute(const XbPlanColumn *column, XbBounds value, XbBounds *sum)
{
    value = times(value, INT64_C(1) << column->shift);
    if (column->sign < 0)
        value = (XbBounds){-value.hi, -value.lo};
    sum->lo += value.lo < 0 ? value.lo : 0;
    sum->hi += value.hi > 0 ? value.hi : 0;
}

// What a conversion of some row tile gives in all planes of a group, by the lists of all copies.
static XbBounds over_lists(const Adding *t, int row_tile, int conversion, XbBounds levels)
{
    XbBounds all = over_planes(t, xb_plan_list(t->plan, t->l, 0, row_tile, conversion), levels);
    for (int copy = 1; copy < t->l->map->adc.list_copies; copy++) {
        const int32_t *list = xb_plan_list(t->plan, t->l, copy, row_tile, conversion);
        XbBounds one = over_planes(t, list, levels);
        all = (XbBounds){xb_min_int64(all.lo, one.lo), xb_max_int64(all.hi, one.hi)};
    }
    return all;
}

static void add_group(Adding *t, const XbPlanArray *a, const int32_t *levels)
{
    const XbPlanMap *m = t->l->map;
    int pair = t->plan->analog ? 2 : 1;
    for (int c = 0; c < a->cols; c += pair) {
        const XbPlanColumn *column = &m->column[a->col_base + c];
        XbBounds here = {pair == 2 ? -levels[c + 1] : 0, levels[c]};
        int sum = xb_plan_sum(t->l, column->word, column->output);
        XbBounds value = over_lists(t, a->row_tile, (a->col_base + c) / pair, here);
        contribute(column, value, &t->sum[sum]);
        t->widest = xb_max_int64(t->widest, xb_max_int64(here.hi, -here.lo));
    }
}

static void add_arrays(Adding *t, int32_t *levels)
{
    const XbPlanMap *m = t->l->map;
    for (int64_t k = 0; k < m->set; k++)
        for (int g = 0; g < m->groups; g++) {
            if (t->plan->most)
                xb_plan_group_most(t->plan, t->l, &m->array[k], g, levels);
            else
                xb_plan_group_levels(t->plan, &m->array[k], g, levels);
            add_group(t, &m->array[k], levels);
        }
}

// What a channel's sums can be, whichever output of a window they are of.
static XbBounds over_outputs(const Adding *t, int channel)
{
    const XbPlanMap *m = t->l->map;
    XbBounds all = t->sum[xb_plan_sum(t->l, channel, 0)];
    for (int i = 1; i < m->patch.outputs; i++) {
        XbBounds one = t->sum[xb_plan_sum(t->l, channel, i)];
        all = (XbBounds){xb_min_int64(all.lo, one.lo), xb_max_int64(all.hi, one.hi)};
    }
    int64_t code = (1 << t->l->in_bits) - 1;
    if (m->count_weight > 0)
        all.lo -= (code * m->fan_in * m->count_weight) << t->plan->frac_bits;
    return times(all, INT64_C(1) << t->l->sum_shift);
}

XbPlanSums xb_plan_sums(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l)
{
    XbArena scratch = {0};
    int64_t sums = (int64_t)l->out.c * l->map->patch.outputs;
    Adding t = {.plan = plan, .l = l, .sum = xb_new(&scratch, XbBounds, sums)};
    XbBounds *channel = xb_new(arena, XbBounds, l->out.c);
    add_arrays(&t, xb_new(&scratch, int32_t, plan->cols));
    for (int c = 0; c < l->out.c; c++)
        channel[c] = over_outputs(&t, c);
    xb_arena_free(&scratch);
    return (XbPlanSums){channel, t.widest};
}

XbBounds xb_plan_rounded(const XbPlan *plan, XbBounds sum)
{
    int64_t half = (INT64_C(1) << plan->frac_bits) / 2;
    return (XbBounds){(sum.lo + half) >> plan->frac_bits, (sum.hi + half) >> plan->frac_bits};
}

XbBounds xb_plan_weight_sums(const XbPlanLayer *l, int channel)
{
    int64_t code = (1 << l->in_bits) - 1;
    int rows = l->map->fan_in;
    XbBounds sum = {0, 0};
    for (int r = 0; r < rows; r++) {
        int weight = l->weights[(int64_t)channel * rows + r];
        sum.lo += weight < 0 ? code * weight : 0;
        sum.hi += weight > 0 ? code * weight : 0;
    }
    return times(sum, INT64_C(1) << l->sum_shift);
}
