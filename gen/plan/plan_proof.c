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

static bool is_within(XbBounds s, XbBounds limits)
{
    return s.lo >= limits.lo && s.hi <= limits.hi;
}

// Sums that can be shifted left by e, if e is positive.
static XbBounds shiftable(int e)
{
    int shift = e > 0 ? e : 0;
    return (XbBounds){-(INT64_C(1) << (31 - shift)), INT32_MAX >> shift};
}

static bool fault(const Proof *p, const XbPlanLayer *l, const char *text)
{
    const char *where = xb_arena_printf(p->arena, "layer %s", l->name);
    xb_report(p->d, XB_ERROR, "plan-overflow", p->file, where, "%s", text);
    return false;
}

// ---- layers with weights ----

// Sums as the cells make them, in units of 2^-F, with the half that rounds them.
static bool prove_units(const Proof *p, const XbPlanLayer *l, XbBounds sum, int c)
{
    sum.hi += (INT64_C(1) << p->plan->frac_bits) / 2;
    if (is_within(sum, xb_plan_word))
        return true;
    return fault(p, l,
                 xb_arena_printf(p->arena,
                                 "channel %d: its sums can reach %" PRId64 "..%" PRId64
                                 " in units of 2^-%d of a level, more than 32 bits hold",
                                 c, sum.lo, sum.hi, p->plan->frac_bits));
}

static bool prove_channel(const Proof *p, const XbPlanLayer *l, XbBounds sum, int c, int32_t bias)
{
    int e = l->scale ? l->scale[c].e : 0;
    XbBounds any = {sum.lo + (bias < 0 ? bias : 0), sum.hi + (bias > 0 ? bias : 0)};
    XbBounds last = {sum.lo + bias, sum.hi + bias};
    if (is_within(any, xb_plan_word) && is_within(last, shiftable(e)))
        return true;
    return fault(p, l,
                 xb_arena_printf(p->arena,
                                 "channel %d: its sums can reach %" PRId64 "..%" PRId64
                                 " (times 2^%d to be scaled), more than 32 bits hold",
                                 c, any.lo, any.hi, e > 0 ? e : 0));
}

static bool prove_converter(const Proof *p, const XbPlanLayer *l, int64_t widest)
{
    const XbPlanAdc *adc = &l->map->adc;
    int64_t drive = (1 << p->plan->dac_bits) - 1;
    int64_t reach = drive * widest + xb_plan_most_noise(l->map) - (int64_t)adc->lo * adc->delta +
                    adc->delta / 2;
    if (reach <= INT32_MAX)
        return true;
    return fault(p, l,
                 xb_arena_printf(p->arena,
                                 "a column sum and the converter's lowest value can be %" PRId64
                                 " apart, more than 32 bits hold",
                                 reach));
}

static bool prove_copies(const Proof *p, const XbPlanLayer *l, XbBounds sum, int c)
{
    if (!prove_units(p, l, sum, c))
        return false;
    XbBounds rounded = xb_plan_rounded(p->plan, sum);
    for (int copy = 0; copy < l->bias_copies; copy++)
        if (!prove_channel(p, l, rounded, c, l->bias[copy * l->out.c + c]))
            return false;
    return true;
}

static bool prove_weights(const Proof *p, const XbPlanLayer *l)
{
    XbPlanSums sums = xb_plan_sums(p->arena, p->plan, l);
    bool is_proved = prove_converter(p, l, sums.widest);
    for (int c = 0; c < l->out.c && is_proved && !l->blocks; c++)  // those of a block are codes
        is_proved = prove_copies(p, l, sums.channel[c], c);
    return is_proved;
}

// ---- layers without weights ----

static bool prove_scaled(const Proof *p, const XbPlanLayer *l, int64_t most, int e)
{
    if (is_within((XbBounds){-most, most}, shiftable(e)))
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
    case XB_MUL:
        return prove_scaled(p, l, code * code, l->in_scale[0].e);
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
