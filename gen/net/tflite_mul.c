// SPDX-License-Identifier: Apache-2.0
// MUL of two images. Of a squeeze-and-excite block one has a code a channel, and stands on either
// side; the layer's first input is the one with pixels.
#include "net/tflite.h"

static void turn(XbTflOp *op, XbShape in)
{
    XbNetLayer *l = op->layer;
    XbQuant first = l->in_q[0];
    l->in = in;
    l->in_q[0] = l->in_q[1];
    l->in_q[1] = first;
    op->is_turned = true;
}

bool xb_tfl_mul(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    XbTflTensor second;
    XbShape shape;
    if (!xb_tfl_image(op, xb_fb_int32_at(op->inputs, 1), "input 1", &second) ||
        !xb_tfl_image_shape(op, &second, "input 1", &shape) ||
        !xb_tfl_image_quant(op, &second, "input 1", &l->in_q[1]) ||
        !xb_net_check_factors(&op->at, l->in, shape, &l->is_gated))
        return false;
    if (xb_shape_pixels(l->in) < xb_shape_pixels(shape))
        turn(op, shape);
    return xb_tfl_activation(op, xb_fb_int8(op->options, 0, 0)) && xb_tfl_infer(op, XB_PAD_VALID);
}
