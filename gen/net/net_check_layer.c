// SPDX-License-Identifier: Apache-2.0
// What a whole layer must obey, kind by kind: values of weights, scales, shapes that agree.
#include "net/net_check.h"
#include <math.h>

#include "xbgen/num.h"

enum { MAX_MEAN_PIXELS = 1 << 23 };

// ---- weights ----

static bool check_signs(const XbNetPlace *at, const XbNetLayer *l)
{
    int64_t count = l->weights ? xb_net_weights(l) : 0;
    for (int64_t i = 0; i < count; i++)
        if (l->weights[i] != 1 && l->weights[i] != -1)
            return xb_net_fault(at, "weights", "net-weights",
                                "element %lld is %d; weights of 1 bit are -1 and 1", (long long)i,
                                l->weights[i]);
    return true;
}

static bool check_values(const XbNetPlace *at, const XbNetLayer *l)
{
    int most = (1 << (l->weight_bits - 1)) - 1;
    if (l->weight_bits == 1)
        return check_signs(at, l);
    int64_t count = l->weights && l->weight_bits < 8 ? xb_net_weights(l) : 0;
    for (int64_t i = 0; i < count; i++)
        if (l->weights[i] > most || l->weights[i] < -most - 1)
            return xb_net_fault(at, "weights", "net-weights",
                                "element %lld is %d; weights of %d bits are %d..%d", (long long)i,
                                l->weights[i], l->weight_bits, -most - 1, most);
    return true;
}

static bool check_weight_scale(const XbNetPlace *at, const XbNetLayer *l, int channel)
{
    float scale = l->weight_scale[channel];
    if (!(scale > 0.0f && scale <= 1e30f))
        return xb_net_fault(at, "weight_scale", "net-quant",
                            "weights: scale %.9g of channel %d is not positive and finite",
                            (double)scale, channel);
    double real = xb_real_multiplier(l->in_q[0].scale, scale, l->out_q.scale, false);
    if (real >= 0x1p31)
        return xb_net_fault(
            at, "weight_scale", "net-quant",
            "channel %d: input scale * weight scale / output scale is %g, not below 2^31", channel,
            real);
    return true;
}

static bool check_scales(const XbNetPlace *at, const XbNetLayer *l)
{
    for (int c = 0; c < (l->per_tensor ? 1 : l->out.c); c++)
        if (!check_weight_scale(at, l, c))
            return false;
    return true;
}

// What a weight is then is known only of given weights, and thresholds may be for the negated sum.
static bool check_zero(const XbNetPlace *at, const XbNetLayer *l)
{
    int half = (1 << l->weight_bits) / 2;
    if (l->weight_zero == 0)
        return true;
    if (l->weight_bits == 1 || !l->weights || l->has_seed || l->post != XB_POST_SCALE || l->blocks)
        return xb_net_fault(at, "weight_zero", "net-weights",
                            "a zero point of weights is for weights of 2 bits and more, from a "
                            "file, in a layer whose output is scaled");
    if (l->weight_zero < -half || l->weight_zero >= half)
        return xb_net_fault(at, "weight_zero", "net-weights",
                            "the zero point of weights of %d bits is %d, not within %d..%d",
                            l->weight_bits, l->weight_zero, -half, half - 1);
    return true;
}

static bool check_dense(const XbNetPlace *at, const XbNetLayer *l)
{
    bool is_plain = l->kh == 1 && l->kw == 1 && l->stride_h == 1 && l->stride_w == 1 &&
                    l->groups == 1 && !l->pad_t && !l->pad_b && !l->pad_l && !l->pad_r;
    return !l->is_dense || is_plain ||
           xb_net_fault(at, "dense", "net-shape",
                        "a dense layer of each pixel has a kernel of 1 x 1, stride 1, one group "
                        "and no padding");
}

static bool check_weights(const XbNetPlace *at, const XbNetLayer *l)
{
    if (!check_dense(at, l))
        return false;
    if (!check_values(at, l) || !check_zero(at, l))
        return false;
    return l->post == XB_POST_SCALE ? check_scales(at, l) : xb_net_check_thresholds(at, l);
}

// ---- the others ----

// Converters write some scales twice, from two computations: TensorFlow Lite takes neighbours of
// float32 for equal.
static bool scales_agree(const XbNetPlace *at, float in, float out)
{
    if (in == out)
        return true;
    if (nextafterf(in, out) != out)
        return false;
    xb_report(at->d, XB_NOTE, "net-quant", at->file, at->where,
              "input scale %.9g and output scale %.9g are neighbours and taken for equal",
              (double)in, (double)out);
    return true;
}

bool xb_net_check_same_quant(const XbNetPlace *at, XbQuant in, XbQuant out)
{
    if (in.zero == out.zero && in.bits == out.bits && scales_agree(at, in.scale, out.scale))
        return true;
    return xb_net_fault(
        at, NULL, "net-quant",
        "input (scale %.9g, zero point %d) and output (scale %.9g, zero point %d) must agree",
        (double)in.scale, xb_quant_zero_point(in), (double)out.scale, xb_quant_zero_point(out));
}

static bool check_same_quant(const XbNetPlace *at, const XbNetLayer *l)
{
    return xb_net_check_same_quant(at, l->in_q[0], l->out_q);
}

// The multiplier from the (larger) input scale to the output's.
static bool check_ratio(const XbNetPlace *at, const XbNetLayer *l)
{
    float in = l->in_q[0].scale;
    if (l->inputs == 2 && l->in_q[1].scale > in)
        in = l->in_q[1].scale;
    if ((double)in / (double)l->out_q.scale < 0x1p31)
        return true;
    return xb_net_fault(at, "output", "net-quant", "input scale / output scale is not below 2^31");
}

static bool check_mean(const XbNetPlace *at, const XbNetLayer *l)
{
    if ((int64_t)l->kh * l->kw > MAX_MEAN_PIXELS)
        return xb_net_fault(at, NULL, "net-shape",
                            "the mean over more than 2^23 pixels is not supported");
    return check_ratio(at, l);
}

static bool check_reshape(const XbNetPlace *at, const XbNetLayer *l)
{
    if (xb_shape_size(l->in) != xb_shape_size(l->out))
        return xb_net_fault(at, "shape", "net-shape",
                            "input %d x %d x %d and output %d x %d x %d differ in size", l->in.h,
                            l->in.w, l->in.c, l->out.h, l->out.w, l->out.c);
    return check_same_quant(at, l);
}

// Codes are moved, so they have to mean the same. The reference kernel takes no neighbouring
// scales.
static bool check_joined(const XbNetPlace *at, const XbNetLayer *l)
{
    XbQuant out = l->out_q;
    for (int i = 0; i < l->inputs; i++)
        if (l->in_q[i].scale != out.scale || l->in_q[i].zero != out.zero)
            return xb_net_fault(at, "from", "net-quant",
                                "inputs and output must agree in scale and zero point: input %d "
                                "has scale %.9g and zero point %d, the output %.9g and %d",
                                i, (double)l->in_q[i].scale, xb_quant_zero_point(l->in_q[i]),
                                (double)out.scale, xb_quant_zero_point(out));
    return true;
}

// Multiplied and divided in float32, as the multiplier is.
static bool check_product(const XbNetPlace *at, const XbNetLayer *l)
{
    if (!xb_net_check_scale(at, "output", "it", l->out_q.scale))
        return false;
    if (l->in_q[0].scale * l->in_q[1].scale / l->out_q.scale < 0x1p31f)
        return true;
    return xb_net_fault(at, "output", "net-quant",
                        "the product of the input scales / output scale is not below 2^31");
}

// The box must lie inside the map; what it takes of each dimension is in `out`.
static bool check_slice(const XbNetPlace *at, const XbNetLayer *l)
{
    const int in[3] = {l->in.h, l->in.w, l->in.c}, out[3] = {l->out.h, l->out.w, l->out.c};
    for (int i = 0; i < 3; i++)
        if (l->begin[i] + (int64_t)(out[i] - 1) * l->step[i] >= in[i])
            return xb_net_fault(at, "shape", "net-shape",
                                "%d %s from number %d on, step %d, leave an input of %d x %d x %d",
                                out[i], (const char *const[]){"rows", "columns", "channels"}[i],
                                l->begin[i], l->step[i], in[0], in[1], in[2]);
    return check_same_quant(at, l);
}

// Rounding does not matter: multipliers are the same.
static bool check_function(const XbNetPlace *at, const XbNetLayer *l)
{
    XbFunctionOf f = xb_net_function(l, XB_M_DOUBLE);
    const char *fault = xb_function_fault(&f, l->in_q[0].bits, l->out_q.bits);
    return !fault || xb_net_fault(at, "output", "net-quant", "%s", fault);
}

bool xb_net_check_layer(const XbNetPlace *at, const XbNetLayer *l)
{
    if (!xb_net_check_shape(at, "its output", l->out.h, l->out.w, l->out.c) ||
        !xb_net_check_tensors(at, l))
        return false;
    switch (l->kind) {
    case XB_CONV:
    case XB_DWCONV:
    case XB_FC:
        return check_weights(at, l);
    case XB_ADD:
    case XB_RELU:
        return check_ratio(at, l);
    case XB_TABLE:
        return check_function(at, l);
    case XB_MEAN:
        return check_mean(at, l);
    case XB_RESHAPE:
        return check_reshape(at, l);
    case XB_CONCAT:
        return l->is_frame || check_joined(at, l);
    case XB_MUL:
        return check_product(at, l);
    case XB_BOX:
        return check_slice(at, l);
    case XB_MERGE:
        return true;
    default:
        return check_same_quant(at, l);
    }
}
