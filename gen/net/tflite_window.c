// SPDX-License-Identifier: Apache-2.0
// Sliding windows: strides, dilations and explicit padding, and the output shape that follows.
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

bool xb_tfl_expect_out(XbTflOp *op, XbShape expected)
{
    XbShape out = op->layer->out;
    if (out.h == expected.h && out.w == expected.w && out.c == expected.c)
        return true;
    return xb_tfl_fault(
        op, "tflite-shape",
        "its output is %d x %d x %d; height x width x channels follow as %d x %d x %d", out.h,
        out.w, out.c, expected.h, expected.w, expected.c);
}

typedef struct Axis {  // one direction
    int in, kernel, stride, dilation;
    int out, before, after;
} Axis;

static bool axis_is_sane(XbTflOp *op, const Axis *a)
{
    int64_t reach = (int64_t)(a->kernel - 1) * a->dilation + 1;
    if (a->stride < 1 || a->stride > XB_TFL_MAX_DIM || a->dilation < 1 || a->kernel < 1)
        return xb_tfl_fault(op, "tflite-shape",
                            "kernel %d, stride %d, dilation %d: all must be 1..%d", a->kernel,
                            a->stride, a->dilation, XB_TFL_MAX_DIM);
    if (a->dilation > XB_TFL_MAX_DIM || reach > XB_TFL_MAX_DIM)
        return xb_tfl_fault(op, "tflite-shape",
                            "the dilated kernel spans %lld pixels, more than %d", (long long)reach,
                            XB_TFL_MAX_DIM);
    return true;
}

static bool place(XbTflOp *op, Axis *a, bool same)
{
    if (!axis_is_sane(op, a))
        return false;
    int reach = (a->kernel - 1) * a->dilation + 1;
    if (!same && a->in < reach)
        return xb_tfl_fault(op, "tflite-shape", "VALID padding: the kernel spans %d pixels of %d",
                            reach, a->in);
    a->out = same ? (a->in - 1) / a->stride + 1 : (a->in - reach) / a->stride + 1;
    int total = (a->out - 1) * a->stride + reach - a->in;
    if (!same || total < 0)
        total = 0;
    a->before = total / 2;
    a->after = total - a->before;
    return true;
}

bool xb_tfl_window(XbTflOp *op, XbTflWindow w)
{
    XbNetLayer *l = op->layer;
    Axis y = {.in = l->in.h, .kernel = l->kh, .stride = w.stride_h, .dilation = w.dil_h};
    Axis x = {.in = l->in.w, .kernel = l->kw, .stride = w.stride_w, .dilation = w.dil_w};
    if (w.padding != 0 && w.padding != 1)
        return xb_tfl_fault(op, "tflite-op", "padding %d is neither SAME nor VALID", w.padding);
    if (!place(op, &y, w.padding == 0) || !place(op, &x, w.padding == 0))
        return false;
    l->stride_h = y.stride;
    l->stride_w = x.stride;
    l->dil_h = y.dilation;
    l->dil_w = x.dilation;
    l->pad_t = y.before;
    l->pad_b = y.after;
    l->pad_l = x.before;
    l->pad_r = x.after;
    return xb_tfl_expect_out(op, (XbShape){y.out, x.out, l->out.c});
}
