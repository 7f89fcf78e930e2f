// SPDX-License-Identifier: Apache-2.0
// Options of sliding windows, fused activations, and whether the output is what follows.
#include "net/tflite.h"

bool xb_tfl_activation(XbTflOp *op, int value)
{
    static const char *const names[] = {"NONE",  "RELU", "RELU_N1_TO_1",
                                        "RELU6", "TANH", "SIGN_BIT"};
    if (value == 0 || value == 1 || value == 3) {
        op->layer->act = value == 0 ? XB_ACT_NONE : value == 1 ? XB_ACT_RELU : XB_ACT_RELU6;
        return true;
    }
    return xb_tfl_fault(op, "tflite-op",
                        "fused activation %s is not supported; supported are RELU and RELU6",
                        value > 0 && value < 6 ? names[value] : "(unknown)");
}

bool xb_tfl_infer(XbTflOp *op, XbPadding padding)
{
    XbNetLayer *l = op->layer;
    XbShape given = l->out;
    if (!xb_net_infer(&op->at, l, padding))
        return false;
    if (given.h == l->out.h && given.w == l->out.w && given.c == l->out.c)
        return true;
    return xb_tfl_fault(
        op, "tflite-shape",
        "its output is %d x %d x %d; height x width x channels follow as %d x %d x %d", given.h,
        given.w, given.c, l->out.h, l->out.w, l->out.c);
}

bool xb_tfl_window(XbTflOp *op, XbTflWindow w)
{
    XbNetLayer *l = op->layer;
    if (w.padding != 0 && w.padding != 1)
        return xb_tfl_fault(op, "tflite-op", "padding %d is neither SAME nor VALID", w.padding);
    l->stride_h = w.stride_h;
    l->stride_w = w.stride_w;
    l->dil_h = w.dil_h;
    l->dil_w = w.dil_w;
    return xb_tfl_infer(op, w.padding == 0 ? XB_PAD_SAME : XB_PAD_VALID);
}
