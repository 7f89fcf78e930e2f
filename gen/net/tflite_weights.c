// SPDX-License-Identifier: Apache-2.0
// CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED: weights, scales and bias, copied into the arena.
#include "net/tflite.h"
#include <math.h>
#include <string.h>

static bool copy_weights(XbTflOp *op, const XbTflTensor *w)
{
    if (!xb_net_claim(&op->t->build, &op->at, op->layer))
        return false;
    int8_t *copy = xb_new(op->t->arena, int8_t, w->elements);
    memcpy(copy, w->data.data, (size_t)w->elements);
    for (int i = 0; i < w->elements && w->type == XB_TFL_UINT8; i++)
        copy[i] = (int8_t)(copy[i] ^ -128);  // 128 less, as its zero point
    op->layer->weights = copy;
    return true;
}

static bool zero_points_are_zero(XbTflOp *op, const XbTflTensor *tensor, const char *role)
{
    XbFbVector zero = xb_fb_vector(tensor->quant, 3, 8);
    for (uint32_t i = 0; i < zero.count; i++) {
        int64_t z = xb_fb_int64_at(zero, i);
        if (z != 0)
            return xb_tfl_fault(op, "tflite-quant", "%s: zero point %lld; only 0 is supported",
                                role, (long long)z);
    }
    return true;
}

// Weights of UINT8 have one zero point and one scale: the interpreter's kernels know no other.
static bool read_uint8_quant(XbTflOp *op, const XbTflTensor *w)
{
    XbFbVector scale = xb_fb_vector(w->quant, 2, 4);
    XbFbVector zero = xb_fb_vector(w->quant, 3, 8);
    int64_t z = zero.count ? xb_fb_int64_at(zero, 0) : 0;
    if (scale.count != 1 || zero.count > 1)
        return xb_tfl_fault(op, "tflite-quant",
                            "weights of UINT8 have %u scales and %u zero points, not one of each",
                            scale.count, zero.count);
    if (z < 0 || z > 255)
        return xb_tfl_fault(op, "tflite-quant", "weights: zero point %lld is outside 0..255",
                            (long long)z);
    op->layer->weight_zero = (int)z - 128;
    return true;
}

static bool read_zeros(XbTflOp *op, const XbTflTensor *w)
{
    if (w->type == XB_TFL_UINT8)
        return read_uint8_quant(op, w);
    return zero_points_are_zero(op, w, "weights");
}

// One scale for the layer, or one for each output channel along dimension `axis`.
static bool read_scales(XbTflOp *op, const XbTflTensor *w, int axis)
{
    XbFbVector scale = xb_fb_vector(w->quant, 2, 4);
    int channels = op->layer->out.c;
    if (scale.count != 1 && scale.count != (uint32_t)channels)
        return xb_tfl_fault(op, "tflite-quant", "weights: %u scales; 1 or %d are needed",
                            scale.count, channels);
    if (scale.count > 1 && xb_fb_int32(w->quant, 6, 0) != axis)
        return xb_tfl_fault(op, "tflite-quant", "weights: scales are along dimension %d, not %d",
                            xb_fb_int32(w->quant, 6, 0), axis);
    float *copy = xb_new(op->t->arena, float, channels);
    for (int c = 0; c < channels; c++)
        copy[c] = xb_fb_float_at(scale, scale.count == 1 ? 0 : (uint32_t)c);
    op->layer->weight_scale = copy;
    op->layer->per_tensor = scale.count == 1;
    return read_zeros(op, w);
}

// A bias scale that is written down must be input scale * weight scale.
static bool bias_scales_agree(XbTflOp *op, const XbTflTensor *bias)
{
    const XbNetLayer *l = op->layer;
    XbFbVector scale = xb_fb_vector(bias->quant, 2, 4);
    if (scale.count != 1 && scale.count != (uint32_t)l->out.c)
        return scale.count == 0 ||
               xb_tfl_fault(op, "tflite-quant", "bias: %u scales; 1 or %d are needed", scale.count,
                            l->out.c);
    for (uint32_t c = 0; c < scale.count; c++) {
        double expected = (double)l->in_q[0].scale * (double)l->weight_scale[c];
        double found = (double)xb_fb_float_at(scale, c);
        if (expected > 1e-30 && !(fabs(found - expected) <= 0.01 * expected))
            return xb_tfl_fault(
                op, "tflite-quant",
                "bias: scale %.9g of channel %u is not input scale * weight scale, %.9g", found, c,
                expected);
    }
    return zero_points_are_zero(op, bias, "bias");
}

static bool read_bias(XbTflOp *op)
{
    XbTflTensor bias;
    if (!xb_tfl_has_input(op, 2))
        return true;
    if (!xb_tfl_constant(op, 2, "bias", (int[]){XB_TFL_INT32, XB_TFL_INT32}, &bias))
        return false;
    if (bias.elements != op->layer->out.c)
        return xb_tfl_fault(op, "tflite-shape", "bias has %d elements for %d output channels",
                            bias.elements, op->layer->out.c);
    int32_t *copy = xb_new(op->t->arena, int32_t, bias.elements);
    for (int i = 0; i < bias.elements; i++)
        copy[i] = (int32_t)xb_tfl_integer(&bias, i);
    op->layer->bias = copy;
    return bias_scales_agree(op, &bias);
}

static bool read_weights(XbTflOp *op, int rank, XbTflTensor *w)
{
    int type = op->t->code_type, other = type == XB_TFL_INT8 ? XB_TFL_UINT8 : XB_TFL_INT8;
    if (!xb_tfl_constant(op, 1, "weights", (int[]){type, other}, w))
        return false;
    if (w->type != type)
        return xb_tfl_fault(op, "tflite-type",
                            "weights are %s and activations %s; both must be of one type",
                            xb_tfl_type_name(w->type), xb_tfl_type_name(type));
    if (w->rank != rank)
        return xb_tfl_fault(op, "tflite-shape", "weights have shape %s; %d dimensions are needed",
                            xb_tfl_shape_text(op->t->arena, w), rank);
    return true;
}

static bool needs_image(XbTflOp *op)
{
    if (op->in.rank == 4 && op->out.rank == 4)
        return true;
    return xb_tfl_fault(op, "tflite-shape", "input %s and output %s must have 4 dimensions",
                        xb_tfl_shape_text(op->t->arena, &op->in),
                        xb_tfl_shape_text(op->t->arena, &op->out));
}

bool xb_tfl_conv(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    XbTflTensor w;
    if (!needs_image(op) || !read_weights(op, 4, &w))
        return false;
    if (w.dim[0] != l->out.c || l->in.c % w.dim[3] != 0)
        return xb_tfl_fault(op, "tflite-shape",
                            "weights have shape %s for %d input and %d output channels",
                            xb_tfl_shape_text(op->t->arena, &w), l->in.c, l->out.c);
    l->groups = l->in.c / w.dim[3];
    l->kh = w.dim[1];
    l->kw = w.dim[2];
    XbTflWindow window = {xb_fb_int8(op->options, 0, 0), xb_fb_int32(op->options, 1, 0),
                          xb_fb_int32(op->options, 2, 0), xb_fb_int32(op->options, 4, 1),
                          xb_fb_int32(op->options, 5, 1)};
    return xb_tfl_activation(op, xb_fb_int8(op->options, 3, 0)) && xb_tfl_window(op, window) &&
           copy_weights(op, &w) && read_scales(op, &w, 0) && read_bias(op);
}

bool xb_tfl_dwconv(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    XbTflTensor w;
    if (!needs_image(op) || !read_weights(op, 4, &w))
        return false;
    if (w.dim[0] != 1 || w.dim[3] != l->out.c || l->out.c % l->in.c != 0)
        return xb_tfl_fault(op, "tflite-shape",
                            "weights have shape %s for %d input and %d output channels",
                            xb_tfl_shape_text(op->t->arena, &w), l->in.c, l->out.c);
    l->kh = w.dim[1];
    l->kw = w.dim[2];
    XbTflWindow window = {xb_fb_int8(op->options, 0, 0), xb_fb_int32(op->options, 1, 0),
                          xb_fb_int32(op->options, 2, 0), xb_fb_int32(op->options, 5, 1),
                          xb_fb_int32(op->options, 6, 1)};
    return xb_tfl_activation(op, xb_fb_int8(op->options, 4, 0)) && xb_tfl_window(op, window) &&
           copy_weights(op, &w) && read_scales(op, &w, 3) && read_bias(op);
}

// Columns for a row of codes that a TRANSPOSE has turned, in the order of the chip's codes.
static bool turn_columns(XbTflOp *op, const XbTflTensor *w)
{
    const int *place = xb_tfl_places(op->t, &op->in);
    int inputs = w->dim[1];
    if (!place)
        return true;
    int8_t *turned = xb_new(op->t->arena, int8_t, w->elements);
    for (int i = 0; i < w->elements; i++)
        turned[i - i % inputs + place[i % inputs]] = op->layer->weights[i];
    op->layer->weights = turned;
    return true;
}

// A Dense layer of a map or of a sequence.
static bool weighs_pixels(const XbTflOp *op, const XbTflTensor *w)
{
    const XbNetLayer *l = op->layer;
    return xb_shape_pixels(l->in) > 1 && l->in.h == l->out.h && l->in.w == l->out.w &&
           w->dim[1] == l->in.c && w->dim[0] == l->out.c;
}

bool xb_tfl_fc(XbTflOp *op)
{
    XbTflTensor w;
    if (!read_weights(op, 2, &w))
        return false;
    if (xb_fb_int8(op->options, 1, 0) != 0)
        return xb_tfl_fault(op, "tflite-op", "shuffled weights are not supported");
    op->layer->is_dense = weighs_pixels(op, &w);
    if (op->layer->is_dense)
        op->layer->kind = XB_CONV;
    else if (w.dim[1] != op->in.elements || w.dim[0] != op->out.elements)
        return xb_tfl_fault(op, "tflite-shape",
                            "weights have shape %s for %d inputs and %d outputs",
                            xb_tfl_shape_text(op->t->arena, &w), op->in.elements, op->out.elements);
    op->layer->out.c = w.dim[0];
    return xb_tfl_infer(op, XB_PAD_VALID) && xb_tfl_activation(op, xb_fb_int8(op->options, 0, 0)) &&
           copy_weights(op, &w) && turn_columns(op, &w) && read_scales(op, &w, 0) && read_bias(op);
}
