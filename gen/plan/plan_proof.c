// SPDX-License-Identifier: Apache-2.0
// What a plan that is run or built has to prove: no sum leaves 32 bits, whatever the inputs and in
// whatever order it is made. docs/numerics.md section 4 has the rule.
#include "plan/parts.h"
#include <inttypes.h>

typedef struct Proof {
    XbArena *arena;
    XbDiags *d;
    const char *file;
    const XbPlan *plan;
} Proof;

typedef struct Span {  // every value lies in lo..hi
    int64_t lo, hi;
} Span;

static const Span word = {INT32_MIN, INT32_MAX};

static bool is_within(Span s, Span limits) { return s.lo >= limits.lo && s.hi <= limits.hi; }

// Sums that can be shifted left by e, if e is positive.
static Span shiftable(int e)
{
    int shift = e > 0 ? e : 0;
    return (Span){-(INT64_C(1) << (31 - shift)), INT32_MAX >> shift};
}

static bool fault(const Proof *p, const XbPlanLayer *l, const char *text)
{
    const char *where = xb_arena_printf(p->arena, "layer %s", l->name);
    xb_report(p->d, XB_ERROR, "plan-overflow", p->file, where, "%s", text);
    return false;
}

// ---- conversions ----

static Span plus(Span a, Span b) { return (Span){a.lo + b.lo, a.hi + b.hi}; }

// Column sums that lie in `current`, as the converter gives them back.
static Span converted(const XbPlanAdc *adc, Span current)
{
    return (Span){xb_plan_converted(adc, current.lo), xb_plan_converted(adc, current.hi)};
}

static Span times(Span s, int64_t weight)  // weight >= 0
{
    return (Span){s.lo * weight, s.hi * weight};
}

// What one column, or pair, gives in all planes of a group whose levels add up to plus and minus:
// the planes before the last drive with all bits of a converter, the last with those that are left.
// It cannot overflow: a value is at most twice the current, and 2^16 rows of 15 levels, 16 bits a
// code and 8 bits a weight stay below 2^45.
static Span over_planes(const Proof *p, const XbPlanMap *m, int in_bits, Span levels)
{
    int last = (m->planes - 1) * p->plan->dac_bits;
    int64_t full = (1 << p->plan->dac_bits) - 1;
    int64_t rest = (1 << (in_bits - last)) - 1;
    int64_t weights = 0;
    for (int bit = 0; bit < last; bit += p->plan->dac_bits)
        weights += INT64_C(1) << bit;
    Span sum = times(converted(&m->adc, times(levels, full)), weights);
    return plus(sum, times(converted(&m->adc, times(levels, rest)), INT64_C(1) << last));
}

// ---- sums of output channels ----
//
// A partial sum lies between the sum of all contributions below zero and the sum of all above it.

typedef struct Layer {
    const XbPlanLayer *l;
    Span *sum;       // [out.c]
    int64_t widest;  // the largest current
} Layer;

static void contribute(const XbPlanColumn *column, Span value, Span *sum)
{
    value = times(value, INT64_C(1) << column->shift);
    if (column->sign < 0)
        value = (Span){-value.hi, -value.lo};
    sum->lo += value.lo < 0 ? value.lo : 0;
    sum->hi += value.hi > 0 ? value.hi : 0;
}

static void add_group(const Proof *p, Layer *t, const XbPlanArray *a, const int32_t *levels)
{
    const XbPlanMap *m = t->l->map;
    int pair = p->plan->analog ? 2 : 1;
    for (int c = 0; c < a->cols; c += pair) {
        const XbPlanColumn *column = &m->column[a->col_base + c];
        Span here = {pair == 2 ? -levels[c + 1] : 0, levels[c]};
        contribute(column, over_planes(p, m, t->l->in_bits, here), &t->sum[column->word]);
        t->widest = xb_max_int64(t->widest, xb_max_int64(here.hi, -here.lo));
    }
}

static void add_counts(Layer *t)
{
    const XbPlanMap *m = t->l->map;
    int64_t code = (1 << t->l->in_bits) - 1;
    for (int c = 0; m->offset_shift >= 0 && c < t->l->out.c; c++)
        t->sum[c].lo -= (code * m->tiling.unit_rows) << m->offset_shift;
}

static void add_arrays(const Proof *p, Layer *t)
{
    const XbPlanMap *m = t->l->map;
    int32_t *levels = xb_new(p->arena, int32_t, p->plan->cols);
    for (int k = 0; k < m->set; k++)
        for (int g = 0; g < m->groups; g++) {
            xb_plan_group_levels(p->plan, &m->array[k], g, levels);
            add_group(p, t, &m->array[k], levels);
        }
}

static bool prove_channel(const Proof *p, const Layer *t, int c)
{
    Span sum = t->sum[c];
    int bias = t->l->bias[c], e = t->l->scale[c].e;
    Span any = {sum.lo + (bias < 0 ? bias : 0), sum.hi + (bias > 0 ? bias : 0)};
    Span last = {sum.lo + bias, sum.hi + bias};
    if (is_within(any, word) && is_within(last, shiftable(e)))
        return true;
    return fault(p, t->l,
                 xb_arena_printf(p->arena,
                                 "channel %d: its sums can reach %" PRId64 "..%" PRId64
                                 " (times 2^%d to be scaled), more than 32 bits hold",
                                 c, any.lo, any.hi, e > 0 ? e : 0));
}

static bool prove_converter(const Proof *p, const Layer *t)
{
    const XbPlanAdc *adc = &t->l->map->adc;
    int64_t drive = (1 << p->plan->dac_bits) - 1;
    int64_t reach = drive * t->widest - (int64_t)adc->lo * adc->delta + adc->delta / 2;
    if (reach <= INT32_MAX)
        return true;
    return fault(p, t->l,
                 xb_arena_printf(p->arena,
                                 "a column sum and the converter's lowest value can be %" PRId64
                                 " apart, more than 32 bits hold",
                                 reach));
}

static bool prove_weights(const Proof *p, const XbPlanLayer *l)
{
    Layer t = {.l = l, .sum = xb_new(p->arena, Span, l->out.c)};
    add_arrays(p, &t);
    add_counts(&t);
    bool is_proved = prove_converter(p, &t);
    for (int c = 0; c < l->out.c && is_proved; c++)
        is_proved = prove_channel(p, &t, c);
    return is_proved;
}

// ---- layers without weights ----

static bool prove_scaled(const Proof *p, const XbPlanLayer *l, int64_t most, int e)
{
    if (is_within((Span){-most, most}, shiftable(e)))
        return true;
    return fault(p, l,
                 xb_arena_printf(p->arena,
                                 "its sums can reach %" PRId64
                                 " (times 2^%d to be scaled), more than 32 bits hold",
                                 most, e > 0 ? e : 0));
}

static bool prove_layer(const Proof *p, const XbPlanLayer *l)
{
    int64_t code = (1 << l->in_bits) - 1;
    switch (l->kind) {
    case XB_ADD:
        return prove_scaled(p, l, code << 20, l->out_scale.e);
    case XB_RELU:
        return prove_scaled(p, l, code, l->in_scale[0].e);
    case XB_MEAN:
        return prove_scaled(p, l, code * l->taps, l->in_scale[0].e);
    default:
        return !l->map || prove_weights(p, l);
    }
}

bool xb_plan_prove(XbArena *arena, XbDiags *d, const char *file, const XbPlan *plan)
{
    bool is_proved = true;
    Proof p = {arena, d, file, plan};
    for (int l = 0; l < plan->layers; l++)
        is_proved = prove_layer(&p, &plan->layer[l]) && is_proved;
    return is_proved;
}
