// SPDX-License-Identifier: Apache-2.0
// The end of floating point: scales become multipliers, zero points move into the bias, activations
// become clamps, and means become reciprocals. docs/numerics.md section 5 has the rules.
#include "plan/parts.h"
#include <math.h>

static XbScaling scaling_of(XbRounding rounding, XbKind kind)
{
    if (rounding == XB_ROUND_SINGLE)
        return XB_M_SINGLE;
    return rounding == XB_ROUND_TFLITE && kind == XB_FC ? XB_M_EXACT : XB_M_DOUBLE;
}

static void set_clamp(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
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
    return from->kind == XB_FC && from->per_tensor && p->cfg->rounding != XB_ROUND_TFLITE;
}

static double real_multiplier(const XbPlanning *p, int n, int channel)
{
    const XbNetLayer *from = &p->net->layer[n];
    return xb_real_multiplier(from->in_q[0].scale, from->weight_scale[channel], from->out_q.scale,
                              product_in_float(p, from));
}

// The integer multiplier of a channel; false if none gives the codes of the product in double that
// rounding `tflite` wants of fully connected layers.
static bool set_scale(const XbPlanning *p, int n, int channel, XbMultiplier *scale)
{
    const XbPlanLayer *l = &p->layer[n];
    int top = (1 << l->out_bits) - 1;
    double real = real_multiplier(p, n, channel);
    if (channel > 0 && real == real_multiplier(p, n, channel - 1)) {
        scale[channel] = scale[channel - 1];
        return true;
    }
    if (l->scaling == XB_M_EXACT)
        return xb_multiplier_exact(real, l->out_zero, top, &scale[channel]);
    scale[channel] = xb_multiplier(real);
    return true;
}

static void set_scales(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbMultiplier *scale = xb_new(p->arena, XbMultiplier, l->out.c);
    l->scale = scale;
    for (int c = 0; c < l->out.c; c++) {
        if (set_scale(p, n, c, scale))
            continue;
        xb_plan_fault(p, n, "plan-exact",
                      "channel %d: no integer multiplier near %d * 2^%d gives what rounding "
                      "\"tflite\" needs; choose rounding \"double\" or \"single\"",
                      c, (int)scale[c].q, scale[c].e - 31);
        return;
    }
}

static int64_t folded_bias(const XbPlanning *p, int n, int channel)
{
    const XbPlanLayer *l = &p->layer[n];
    const int32_t *given = p->net->layer[n].bias;
    int rows = p->map[n]->tiling.unit_rows;
    int64_t sum = 0;
    for (int r = 0; r < rows; r++)
        sum += l->weights[(int64_t)channel * rows + r];
    return (given ? given[channel] : 0) - l->in_zero[0] * sum;
}

static void set_bias(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    int32_t *bias = xb_new(p->arena, int32_t, l->out.c);
    l->bias = bias;
    for (int c = 0; c < l->out.c; c++) {
        int64_t folded = folded_bias(p, n, c);
        bias[c] = (int32_t)folded;
        if (bias[c] == folded)
            continue;
        xb_plan_fault(
            p, n, "plan-overflow",
            "channel %d: its bias is %lld with the zero point folded in, more than 32 bits "
            "hold",
            c, (long long)folded);
        return;
    }
}

static void quantize_weights(const XbPlanning *p, int n)
{
    set_scales(p, n);
    if (p->map[n] && p->layer[n].weights)
        set_bias(p, n);
}

// ---- layers without ----

// y = (2|S| + n) * reciprocal[n] >> shift is floor((2|S| + n) / 2n) for every |S| <= 255 n: the
// reciprocal is less than 2n / 2^shift too large, relatively, and 2^shift exceeds 511 n * 2n. The
// product stays below 512 * 2^shift, in 64 bits.
static void set_reciprocals(const XbPlanning *p, XbPlanLayer *l)
{
    uint64_t n = (uint64_t)l->elements;
    uint64_t *reciprocal = xb_new(p->arena, uint64_t, n + 1);
    l->recip_shift = xb_bits_for(511 * n * 2 * n);
    for (uint64_t i = 1; i <= n; i++)
        reciprocal[i] = ((UINT64_C(1) << l->recip_shift) + 2 * i - 1) / (2 * i);
    l->reciprocal = reciprocal;
}

static void quantize_add(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    double s1 = (double)from->in_q[0].scale, s2 = (double)from->in_q[1].scale;
    double twice = 2.0 * (s1 > s2 ? s1 : s2);
    l->in_scale[0] = xb_multiplier(s1 / twice);
    l->in_scale[1] = xb_multiplier(s2 / twice);
    l->out_scale = xb_multiplier(twice / ((double)(1 << 20) * (double)from->out_q.scale));
}

static void quantize_relu(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanLayer *l = &p->layer[n];
    // Divided in float32, as TensorFlow Lite's ReluPrepare does.
    l->in_scale[0] = xb_multiplier((double)(from->in_q[0].scale / from->out_q.scale));
}

// The division by n goes into the multiplier, with as many bits as it can keep.
static void quantize_mean(const XbPlanning *p, int n)
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
    l->scaling = scaling_of(p->cfg->rounding, l->kind);
    set_clamp(p, n);
    if (xb_kind_has_weights(l->kind))
        quantize_weights(p, n);
    if (l->kind == XB_ADD)
        quantize_add(p, n);
    if (l->kind == XB_RELU)
        quantize_relu(p, n);
    if (l->kind == XB_MEAN)
        quantize_mean(p, n);
    if (l->kind == XB_AVGPOOL)
        set_reciprocals(p, l);
}

void xb_plan_quants(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        quantize(p, l);
}
