// SPDX-License-Identifier: Apache-2.0
// CONCATENATION of channels: a chain of layers that put two tensors side by side.
#include "net/tflite.h"

// Along the channels, as the layers have them.
static bool is_of_channels(XbTflOp *op)
{
    int rank = op->out.rank, axis = xb_fb_int32(op->options, 0, 0);
    int dim = axis < 0 ? axis + rank : axis;
    if (dim >= 0 && dim < rank && xb_tfl_dim_in_order(op->t, &op->out, dim) == rank - 1)
        return true;
    return xb_tfl_fault(op, "tflite-op",
                        "it joins along axis %d of %s; only channels are put side by side", axis,
                        xb_tfl_shape_text(op->t->arena, &op->out));
}

// An input behind the first one, which has the layer's shape.
static bool read_input(XbTflOp *op, int n, XbShape *shape, XbQuant *quant)
{
    const char *role = xb_arena_printf(op->t->arena, "input %d", n);
    XbTflTensor in;
    if (!xb_tfl_image(op, xb_fb_int32_at(op->inputs, (uint32_t)n), role, &in))
        return false;
    if (in.is_constant)
        return xb_tfl_fault(op, "tflite-graph", "its input %d (tensor %d) is a constant", n,
                            in.index);
    if (in.rank != op->in.rank)
        return xb_tfl_fault(op, "tflite-shape", "input %d has shape %s, and input 0 %s", n,
                            xb_tfl_shape_text(op->t->arena, &in),
                            xb_tfl_shape_text(op->t->arena, &op->in));
    return xb_tfl_image_shape(op, &in, role, shape) && xb_tfl_image_quant(op, &in, role, quant);
}

// The layer's first input and input n side by side.
static bool join(XbTflOp *op, int n)
{
    XbNetLayer *l = op->layer;
    XbShape second;
    if (!read_input(op, n, &second, &l->in_q[1]) || !xb_net_check_joined(&op->at, l->in, second))
        return false;
    l->out = l->in;
    l->out.c += second.c;
    return true;
}

// The output's shape in the file is the one that follows from the inputs.
static bool is_whole(XbTflOp *op)
{
    const XbNetLayer *l = op->layer;
    int64_t channels = l->in.c;
    for (int n = 1; n < (int)op->inputs.count; n++) {
        XbShape shape;
        XbQuant quant;
        if (!read_input(op, n, &shape, &quant))
            return false;
        channels += shape.c;
    }
    if (l->out.h == l->in.h && l->out.w == l->in.w && l->out.c == channels)
        return true;
    return xb_tfl_fault(op, "tflite-shape",
                        "its inputs make %d x %d x %lld, and its output has shape %s", l->in.h,
                        l->in.w, (long long)channels, xb_tfl_shape_text(op->t->arena, &op->out));
}

bool xb_tfl_concat(XbTflOp *op)
{
    int act = xb_fb_int8(op->options, 1, 0);
    if (act != 0)
        return xb_tfl_fault(op, "tflite-op",
                            "it has a fused activation (%d), which the interpreter refuses too",
                            act);
    return is_of_channels(op) && is_whole(op) && join(op, 1);
}

bool xb_tfl_concat_next(XbTflOp *op, int n)
{
    XbTfl *t = op->t;
    const XbNetLayer *before = &t->net->layer[t->net->layers - 1];
    XbNetLayer *l = op->layer = xb_net_open(&t->build, XB_CONCAT, op->index);
    l->in = before->out;
    l->in_q[0] = l->out_q = before->out_q;
    l->input[0] = t->net->layers - 1;
    l->file_op = op->name;
    return join(op, n) && xb_net_check_layer(&op->at, l);
}
