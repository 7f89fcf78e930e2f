// SPDX-License-Identifier: Apache-2.0
// Operators without weights: ADD, the pools, MEAN, PAD, RESHAPE and stand-alone RELU.
#include "net/tflite.h"
#include <string.h>

bool xb_tfl_add(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    XbTflTensor second;
    XbShape shape;
    if (!xb_tfl_image(op, xb_fb_int32_at(op->inputs, 1), "input 1", &second))
        return false;
    return xb_tfl_image_shape(op, &second, "input 1", &shape) &&
           xb_net_check_addends(&op->at, l->in, shape) &&
           xb_tfl_image_quant(op, &second, "input 1", &l->in_q[1]) &&
           xb_tfl_activation(op, xb_fb_int8(op->options, 0, 0)) && xb_tfl_infer(op, XB_PAD_VALID);
}

bool xb_tfl_pool(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    if (op->in.rank != 4 || op->out.rank != 4 || l->in.c != l->out.c)
        return xb_tfl_fault(op, "tflite-shape",
                            "input %s and output %s must have 4 dimensions and the same channels",
                            xb_tfl_shape_text(op->t->arena, &op->in),
                            xb_tfl_shape_text(op->t->arena, &op->out));
    XbTflWindow window = {xb_fb_int8(op->options, 0, 0), xb_fb_int32(op->options, 1, 0),
                          xb_fb_int32(op->options, 2, 0), 1, 1};
    l->kw = xb_fb_int32(op->options, 3, 0);
    l->kh = xb_fb_int32(op->options, 4, 0);
    return xb_tfl_activation(op, xb_fb_int8(op->options, 5, 0)) && xb_tfl_window(op, window);
}

// The set of averaged dimensions, one bit each; -1 if an axis is outside the tensor.
static int axis_set(const XbTflTensor *axes, int rank)
{
    int set = 0;
    for (int i = 0; i < axes->elements; i++) {
        int64_t axis = xb_tfl_integer(axes, i);
        if (axis < -rank || axis >= rank)
            return -1;
        set |= 1 << (axis < 0 ? axis + rank : axis);
    }
    return set;
}

// Of height and width, as many as the input has.
static bool read_axes(XbTflOp *op, int set)
{
    static const int sets[XB_OVERS] = {6, 2, 4};  // of [1, H, W, C]
    int rank = op->in.rank;
    set = rank == 3 && set == 2 ? 6 : rank == 4 ? set : 0;
    for (int over = 0; over < XB_OVERS; over++)
        if (set == sets[over]) {
            op->layer->over = (XbOver)over;
            return true;
        }
    return xb_tfl_fault(op, "tflite-op",
                        "the mean is not over height, width or both; for one over the channels put "
                        "a RESHAPE to [1, H * W, C, 1] in front and take it over the width");
}

bool xb_tfl_mean(XbTflOp *op)
{
    XbTflTensor axes;
    if (!xb_tfl_constant(op, 1, "axes", (int[]){XB_TFL_INT32, XB_TFL_INT64}, &axes))
        return false;
    op->layer->keeps_dims = op->out.rank == op->in.rank;
    return read_axes(op, axis_set(&axes, op->in.rank)) && xb_tfl_infer(op, XB_PAD_VALID);
}

// Pixels to add on one side of one dimension; -1 if that is not a sensible number.
static int padding(const XbTflTensor *pads, int dim, int side)
{
    int64_t n = xb_tfl_integer(pads, dim * 2 + side);
    return n >= 0 && n < XB_NET_MAX_DIM ? (int)n : -1;
}

// PADV2 gives the value; it must be what PAD would take.
static bool pad_value_is_zero_point(XbTflOp *op)
{
    XbTflTensor value;
    int type = op->t->code_type;
    if (!xb_tfl_has_input(op, 2))
        return true;
    if (!xb_tfl_constant(op, 2, "padding value", (int[]){type, type}, &value))
        return false;
    int code = value.data.data[0] ^ (type == XB_TFL_INT8 ? 0x80 : 0);
    return value.elements == 1 && code == op->layer->in_q[0].zero
               ? true
               : xb_tfl_fault(op, "tflite-op",
                              "the padding value is not the zero point; only that is supported");
}

bool xb_tfl_pad(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    XbTflTensor pads;
    int rank = op->in.rank;
    if (!xb_tfl_constant(op, 1, "paddings", (int[]){XB_TFL_INT32, XB_TFL_INT64}, &pads))
        return false;
    if (pads.rank != 2 || pads.dim[0] != rank || pads.dim[1] != 2 || rank < 3)
        return xb_tfl_fault(op, "tflite-shape", "paddings of shape %s do not fit an image %s",
                            xb_tfl_shape_text(op->t->arena, &pads),
                            xb_tfl_shape_text(op->t->arena, &op->in));
    if (padding(&pads, 0, 0) || padding(&pads, 0, 1) || padding(&pads, rank - 1, 0) ||
        padding(&pads, rank - 1, 1))
        return xb_tfl_fault(op, "tflite-op", "padding of batch or channels is not supported");
    l->pad_t = rank == 4 ? padding(&pads, 1, 0) : 0;
    l->pad_b = rank == 4 ? padding(&pads, 1, 1) : 0;
    l->pad_l = padding(&pads, rank - 2, 0);
    l->pad_r = padding(&pads, rank - 2, 1);
    if (l->pad_t < 0 || l->pad_b < 0 || l->pad_l < 0 || l->pad_r < 0)
        return xb_tfl_fault(op, "tflite-shape", "paddings must be 0..%d", XB_NET_MAX_DIM - 1);
    return xb_tfl_infer(op, XB_PAD_GIVEN) && pad_value_is_zero_point(op);
}

// The wanted shape: dimensions as in the output, -1 standing for any.
static bool new_shape_agrees(XbTflOp *op, const XbTflIntegers *wanted)
{
    bool agrees = wanted->count == op->out.rank;
    for (int i = 0; agrees && i < wanted->count; i++)
        agrees = wanted->value[i] == -1 || wanted->value[i] == op->out.dim[i];
    if (agrees)
        return true;
    return xb_tfl_fault(op, "tflite-shape",
                        "the new shape does not agree with the output's shape %s",
                        xb_tfl_shape_text(op->t->arena, &op->out));
}

static bool check_new_shape(XbTflOp *op)
{
    XbTflIntegers wanted = {0};
    XbFbVector attribute = xb_fb_vector(op->options, 0, 4);
    if (xb_tfl_has_input(op, 1))
        return xb_tfl_integers(op, 1, "new shape", &wanted) && new_shape_agrees(op, &wanted);
    wanted.count =
        attribute.count > XB_TFL_MAX_INTEGERS ? XB_TFL_MAX_INTEGERS : (int)attribute.count;
    for (int i = 0; i < wanted.count; i++)
        wanted.value[i] = xb_fb_int32_at(attribute, (uint32_t)i);
    return wanted.count == 0 || new_shape_agrees(op, &wanted);
}

bool xb_tfl_reshape(XbTflOp *op) { return check_new_shape(op); }

bool xb_tfl_relu(XbTflOp *op)
{
    op->layer->act = strcmp(op->name, "RELU6") == 0 ? XB_ACT_RELU6 : XB_ACT_RELU;
    return xb_tfl_infer(op, XB_PAD_VALID);
}
