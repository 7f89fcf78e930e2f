// SPDX-License-Identifier: Apache-2.0
// CONCATENATION: a chain of layers that join two tensors.
#include "net/tflite.h"

// The last dimension is the channels, the one before it the width: the height of others is 1.
static bool read_axis(XbTflOp *op)
{
    int rank = op->out.rank, axis = xb_fb_int32(op->options, 0, 0);
    int dim = axis < 0 ? axis + rank : axis;
    int behind =
        dim >= 0 && dim < rank ? rank - 1 - xb_tfl_dim_in_order(op->t, &op->out, dim) : rank;
    static const XbAlong axes[] = {XB_ALONG_CHANNELS, XB_ALONG_WIDTH, XB_ALONG_HEIGHT};
    if (behind < rank - 1 && behind < XB_ALONGS) {
        op->layer->along = axes[behind];
        return true;
    }
    return xb_tfl_fault(op, "tflite-op",
                        "it joins along axis %d of %s; only channels, rows, and columns of a "
                        "single row are joined",
                        axis, xb_tfl_shape_text(op->t->arena, &op->out));
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

// The layer's first input and input n.
static bool join(XbTflOp *op, int n)
{
    XbNetLayer *l = op->layer;
    XbShape second;
    return read_input(op, n, &second, &l->in_q[1]) &&
           xb_net_check_joined(&op->at, l->along, l->in, second, &l->out);
}

// The output's shape in the file is the one that follows from the inputs.
static bool is_whole(XbTflOp *op)
{
    const XbNetLayer *l = op->layer;
    XbShape all = l->in, next, out = l->out;
    XbQuant quant;
    for (int n = 1; n < (int)op->inputs.count; n++)
        if (!read_input(op, n, &next, &quant) ||
            !xb_net_check_joined(&op->at, l->along, all, next, &all))
            return false;
    if (out.h == all.h && out.w == all.w && out.c == all.c)
        return true;
    return xb_tfl_fault(op, "tflite-shape",
                        "its inputs make %d x %d x %d, and its output has shape %s", all.h, all.w,
                        all.c, xb_tfl_shape_text(op->t->arena, &op->out));
}

bool xb_tfl_concat(XbTflOp *op)
{
    int act = xb_fb_int8(op->options, 1, 0);
    if (act != 0)
        return xb_tfl_fault(op, "tflite-op",
                            "it has a fused activation (%d), which the interpreter refuses too",
                            act);
    return read_axis(op) && is_whole(op) && join(op, 1);
}

bool xb_tfl_concat_next(XbTflOp *op, int n)
{
    XbTfl *t = op->t;
    int before = t->net->layers - 1;
    XbNetLayer *l = op->layer = xb_net_open_behind(&t->build, XB_CONCAT, before);
    l->along = t->net->layer[before].along;
    l->file_op = op->name;
    return join(op, n) && xb_net_check_layer(&op->at, l);
}
