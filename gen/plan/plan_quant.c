// SPDX-License-Identifier: Apache-2.0
// The end of floating point: scales become multipliers, zero points move into the bias, activations
// become clamps, and means become reciprocals. docs/numerics.md section 5 has the rules.
#include "plan/parts.h"
#include <math.h>

static XbScaling scaling_of(XbRounding rounding, const XbNetLayer *l)
{
    if (rounding == XB_ROUND_SINGLE)
        return XB_M_SINGLE;
    return rounding == XB_ROUND_TFLITE && xb_net_is_dense(l) ? XB_M_EXACT : XB_M_DOUBLE;
}

void xb_plan_arithmetic(XbPlanning *p)
{
    for (int n = 0; n < p->net->layers; n++) {
        XbPlanLayer *l = &p->layer[n];
        uint64_t most = (uint64_t)l->elements;
        l->scaling = scaling_of(p->cfg->rounding, &p->net->layer[n]);
        l->recip_shift = l->kind == XB_AVGPOOL ? xb_bits_for(511 * most * 2 * most) : 0;
    }
}

static void set_clamp(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    if (l->out_bits == XB_SUM_BITS)
        return;
    int top = (1 << l->out_bits) - 1;
    l->clamp_lo = from->act == XB_ACT_NONE ? 0 : l->out_zero;
    l->clamp_hi = top;
    if (from->act != XB_ACT_RELU6)
        return;
    float six = roundf(6.0f / from->out_q.scale);
    if (six < (float)(top - l->out_zero))
        l->clamp_hi = l->out_zero + (int)six;
}

// ---- layers with weights ----

static bool product_in_float(const XbPlanning *p, const XbNetLayer *from)
{
    if (xb_net_is_dense(from))
        return from->per_tensor && p->cfg->rounding != XB_ROUND_TFLITE;
    return xb_net_is_uint8(from);
}

static double real_multiplier(const XbPlanning *p, int n, int channel)
{
    const XbNetLayer *from = &p->net->layer[n];
    return xb_real_multiplier(from->in_q[0].scale, from->weight_scale[channel], from->out_q.scale,
                              product_in_float(p, from));
}

static int64_t sum_of_weights(const XbPlanLayer *l, int channel)
{
    int64_t sum = 0;
    for (int r = 0; r < l->map->fan_in; r++)
        sum += l->weights[(int64_t)channel * l->map->fan_in + r];
    return sum;
}

// What the zero point adds to a channel's sum, by the weights meant, or by those in the cells of a
// copy.
static int64_t zero_sum(const XbPlanning *p, const XbPlanLayer *l, const int64_t *programmed,
                        int channel)
{
    int64_t half = (INT64_C(1) << p->plan->frac_bits) / 2;
    int64_t zero = l->sum_shift ? 1 : l->in_zero[0];  // of -1 and +1: 2x - 1
    if (!programmed)
        return zero * sum_of_weights(l, channel);
    return (zero * programmed[channel] + half) >> p->plan->frac_bits;
}

static bool set_copy(const XbPlanning *p, int n, const int64_t *programmed, int32_t *bias)
{
    const XbNetLayer *from = &p->net->layer[n];
    for (int c = 0; c < p->layer[n].out.c; c++) {
        int64_t given = from->bias ? from->bias[c] : 0;
        given = from->gain_sign && from->gain_sign[c] < 0 ? -given : given;
        int64_t folded = given - zero_sum(p, &p->layer[n], programmed, c);
        bias[c] = (int32_t)folded;
        if (bias[c] == folded)
            continue;
        xb_plan_fault(
            p, n, "plan-overflow",
            "channel %d: its bias is %lld with the zero point folded in, more than 32 bits "
            "hold",
            c, (long long)folded);
        return false;
    }
    return true;
}

// Outputs of a window side by side have cells of their own, but there is one bias a channel and
// copy.
static bool can_be_programmed(const XbPlanning *p, int n)
{
    if (p->map[n]->patch.outputs == 1)
        return true;
    xb_plan_fault(
        p, n, "plan-bias",
        "rram.bias \"programmed\" needs one output a window, and a sub-image here has %d; "
        "choose \"nominal\", or another scheme for the layer",
        p->map[n]->patch.outputs);
    return false;
}

static bool set_bias(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    bool is_programmed = p->cfg->rram.programmed_bias && p->map[n]->conductance;
    l->bias_copies = is_programmed ? l->copies : 1;
    int32_t *bias = xb_new(p->arena, int32_t, (int64_t)l->bias_copies * l->out.c);
    l->bias = bias;
    if (!is_programmed)
        return set_copy(p, n, NULL, bias);
    bool is_set = can_be_programmed(p, n);
    for (int copy = 0; copy < l->copies && is_set; copy++) {
        XbArena scratch = {0};
        const int64_t *weight = xb_plan_programmed_weights(&scratch, p->plan, l, copy);
        is_set = set_copy(p, n, weight, bias + (int64_t)copy * l->out.c);
        xb_arena_free(&scratch);
    }
    return is_set;
}

// ---- multipliers that round as a product in double ----

typedef struct Scales {  // a layer, while its multipliers are made
    const XbPlanning *p;
    int n;
    XbMultiplier *scale;   // [out.c]
    const XbBounds *sums;  // [out.c] by the cells; NULL until a channel asks for them
} Scales;

static bool fits(Scales *s, int channel, XbBounds sums)
{
    const XbPlanLayer *l = &s->p->layer[s->n];
    XbExact want = {
        .zero = l->out_zero, .top = (1 << l->out_bits) - 1, .low = sums.lo, .high = sums.hi};
    return xb_multiplier_exact(real_multiplier(s->p, s->n, channel), &want, &s->scale[channel]);
}

// The whole sums of a channel in levels, but for the bias.
static XbBounds cell_sums(Scales *s, int channel)
{
    const XbPlanLayer *l = &s->p->layer[s->n];
    if (l->map->adc.lossless)
        return xb_plan_weight_sums(l, channel);
    if (!s->sums)
        s->sums = xb_plan_sums(s->p->arena, s->p->plan, l).channel;
    return xb_plan_rounded(s->p->plan, s->sums[channel]);
}

// Beyond 32 bits there are none (xb_plan_prove).
static XbBounds own_sums(Scales *s, int channel)
{
    const XbPlanLayer *l = &s->p->layer[s->n];
    int64_t least = l->bias[channel], most = least;
    for (int copy = 1; copy < l->bias_copies; copy++) {
        int64_t bias = l->bias[(int64_t)copy * l->out.c + channel];
        least = xb_min_int64(least, bias);
        most = xb_max_int64(most, bias);
    }
    XbBounds sum = cell_sums(s, channel);
    return (XbBounds){xb_max_int64(sum.lo + least, xb_plan_word.lo),
                      xb_min_int64(sum.hi + most, xb_plan_word.hi)};
}

static void fault_exact(const Scales *s, int channel, XbBounds sums)
{
    XbMultiplier nominal = s->scale[channel];
    xb_plan_fault(s->p, s->n, "plan-exact",
                  "channel %d: no integer multiplier near %d * 2^%d gives what rounding \"tflite\" "
                  "needs at its sums, %d..%d; choose rounding \"double\" or \"single\"",
                  channel, (int)nominal.q, nominal.e - 31, (int)sums.lo, (int)sums.hi);
}

// At all 32-bit sums where that can be: then the multiplier depends on no mapping.
static bool set_exact(Scales *s, int channel)
{
    if (fits(s, channel, xb_plan_word))
        return true;
    XbBounds sums = own_sums(s, channel);
    if (fits(s, channel, sums))
        return true;
    fault_exact(s, channel, sums);
    return false;
}

static void set_scales(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    Scales s = {.p = p, .n = n, .scale = xb_new(p->arena, XbMultiplier, l->out.c)};
    l->scale = s.scale;
    bool is_good = true;
    for (int c = 0; c < l->out.c && is_good; c++)
        if (l->scaling == XB_M_EXACT)
            is_good = set_exact(&s, c);
        else
            s.scale[c] = xb_multiplier(real_multiplier(p, n, c));
}

// Without cells or a converter there are no sums to speak of, and the fault is reported.
void xb_plan_quantize_weights(const XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    if (!p->map[n] || !l->weights || !p->map[n]->adc.bits)
        return;
    if (l->blocks)
        xb_plan_references(p, n);
    else if (set_bias(p, n) && l->post == XB_POST_SCALE)
        set_scales(p, n);
}

// ---- layers without ----

// y = (2|S| + n) * reciprocal[n] >> shift is floor((2|S| + n) / 2n) for every |S| <= 255 n: the
// reciprocal is less than 2n / 2^shift too large, relatively, and 2^shift exceeds 511 n * 2n. The
// product stays below 512 * 2^shift, in 64 bits.
void xb_plan_quantize_average(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    uint64_t most = (uint64_t)l->elements;
    uint64_t *reciprocal = xb_new(p->arena, uint64_t, most + 1);
    for (uint64_t i = 1; i <= most; i++)
        reciprocal[i] = ((UINT64_C(1) << l->recip_shift) + 2 * i - 1) / (2 * i);
    l->reciprocal = reciprocal;
}

void xb_plan_quantize_add(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    double s1 = (double)from->in_q[0].scale, s2 = (double)from->in_q[1].scale;
    double twice = 2.0 * (s1 > s2 ? s1 : s2);
    l->in_scale[0] = xb_multiplier(s1 / twice);
    l->in_scale[1] = xb_multiplier(s2 / twice);
    l->out_scale = xb_multiplier(twice / ((double)(1 << 20) * (double)from->out_q.scale));
}

// Multiplied and divided in float32, as TensorFlow Lite's MUL does.
void xb_plan_quantize_mul(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    float real = from->in_q[0].scale * from->in_q[1].scale / from->out_q.scale;
    p->layer[n].in_scale[0] = xb_multiplier((double)real);
}

void xb_plan_quantize_relu(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    // Divided in float32, as TensorFlow Lite's ReluPrepare does.
    l->in_scale[0] = xb_multiplier((double)(from->in_q[0].scale / from->out_q.scale));
}

static int clamped(const XbPlanLayer *l, int64_t code)
{
    return (int)xb_max_int64(l->clamp_lo, xb_min_int64(code, l->clamp_hi));
}

// What the layer makes of each code, clamp and all.
void xb_plan_quantize_table(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    XbFunctionOf f = xb_net_function(from, l->scaling);
    int codes = 1 << l->in_bits;
    uint8_t *table = xb_new(p->arena, uint8_t, (int64_t)l->tables * codes);
    for (int t = 0; t < l->tables; t++)
        for (int code = 0; code < codes; code++) {
            int64_t value = xb_function_value(&f, code, from->operands ? from->operand[t] : 0);
            table[(int64_t)t * codes + code] = (uint8_t)clamped(l, value);
        }
    l->table = table;
}

// The division by n goes into the multiplier, with as many bits as it can keep.
void xb_plan_quantize_mean(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    XbMultiplier m = xb_multiplier((double)from->in_q[0].scale / (double)from->out_q.scale);
    int k = xb_min(xb_min(xb_bits_for((uint64_t)l->taps) - 1, 32), 31 + m.e);
    int64_t q = (int64_t)(((uint64_t)m.q << k) / (uint64_t)l->taps);  // 31 + 32 bits; 2^k <= n
    l->in_scale[0] = (XbMultiplier){(int32_t)q, m.e - k};
}

static void quantize(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    set_clamp(p, n);
    if (p->kind[l->kind].quantize)
        p->kind[l->kind].quantize(p, n);
}

void xb_plan_quants(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        quantize(p, l);
}
