// SPDX-License-Identifier: Apache-2.0
// One layer after the other: defaults, shapes that follow, acceptance.
#include "net/net_build.h"

XbNetBuild xb_net_start(XbArena *arena, XbNet *net, int most)
{
    net->layer = xb_new(arena, XbNetLayer, most + 1);
    return (XbNetBuild){.arena = arena, .net = net};
}

// What tensors are where nobody says it.
#define CODES                                                                                      \
    {                                                                                              \
        .scale = 1.0f, .bits = 8                                                                   \
    }

XbNetLayer *xb_net_open(XbNetBuild *b, XbKind kind, int op_index)
{
    XbNetLayer *l = &b->net->layer[b->net->layers];
    *l = (XbNetLayer){.kind = kind,
                      .op_index = op_index,
                      .in_q = {CODES, CODES},
                      .out_q = CODES,
                      .inputs = kind == XB_ADD || kind == XB_CONCAT || kind == XB_MUL ? 2 : 1,
                      .kh = 1,
                      .kw = 1,
                      .stride_h = 1,
                      .stride_w = 1,
                      .dil_h = 1,
                      .dil_w = 1,
                      .multiplier = 1,
                      .groups = 1,
                      .weight_bits = 8};
    l->name = xb_arena_printf(b->arena, "%s%d", xb_kind_name(kind), ++b->named[kind]);
    return l;
}

XbNetLayer *xb_net_open_behind(XbNetBuild *b, XbKind kind, int source)
{
    const XbNetLayer *from = &b->net->layer[source];
    XbNetLayer *l = xb_net_open(b, kind, from->op_index);
    l->input[0] = source;
    l->in = from->out;
    l->in_q[0] = l->out_q = from->out_q;
    return l;
}

XbNetLayer *xb_net_open_part(XbNetBuild *b, XbKind kind, const char *name)
{
    b->named[kind]--;  // a part has no number
    XbNetLayer *l = xb_net_open_behind(b, kind, b->net->layers - 1);
    l->name = name;
    l->is_part = true;
    l->out = l->in;
    return l;
}

// ---- windows ----

typedef struct Axis {  // one direction
    int64_t in, kernel, stride, dilation;
    int64_t out, before, after;
} Axis;

static int64_t at_least_0(int64_t n) { return n > 0 ? n : 0; }

static bool place(const XbNetPlace *at, Axis *a, XbPadding padding)
{
    int64_t reach = (a->kernel - 1) * a->dilation + 1;
    if (padding == XB_PAD_SAME) {
        a->out = (a->in - 1) / a->stride + 1;
        int64_t total = at_least_0((a->out - 1) * a->stride + reach - a->in);
        a->before = total / 2;
        a->after = total - a->before;
        return true;
    }
    if (padding == XB_PAD_VALID)
        a->before = a->after = 0;
    int64_t padded = a->before + a->in + a->after;
    if (padded < reach)
        return xb_net_fault(at, "kernel", "net-shape", "the kernel spans %lld pixels of %lld%s",
                            (long long)reach, (long long)padded,
                            padding == XB_PAD_VALID ? "" : ", padding included");
    a->out = (padded - reach) / a->stride + 1;
    return true;
}

static bool infer_window(const XbNetPlace *at, XbNetLayer *l, XbPadding padding)
{
    if (!xb_net_check_window(at, l, padding == XB_PAD_GIVEN))
        return false;
    Axis y = {l->in.h, l->kh, l->stride_h, l->dil_h, 0, l->pad_t, l->pad_b};
    Axis x = {l->in.w, l->kw, l->stride_w, l->dil_w, 0, l->pad_l, l->pad_r};
    if (!place(at, &y, padding) || !place(at, &x, padding))
        return false;
    l->pad_t = (int)y.before;
    l->pad_b = (int)y.after;
    l->pad_l = (int)x.before;
    l->pad_r = (int)x.after;
    l->out.h = (int)y.out;
    l->out.w = (int)x.out;
    return true;
}

// ---- layers ----

static bool infer_pad(const XbNetPlace *at, XbNetLayer *l)
{
    int64_t h = (int64_t)l->in.h + l->pad_t + l->pad_b;
    int64_t w = (int64_t)l->in.w + l->pad_l + l->pad_r;
    if (!xb_net_check_shape(at, "its output", h, w, l->in.c))
        return false;
    l->out = (XbShape){(int)h, (int)w, l->in.c};
    return true;
}

// Rows that are left alone may lie side by side.
static void infer_mean(XbNetLayer *l)
{
    l->kh = l->over == XB_OVER_WIDTH ? 1 : l->in.h;
    l->kw = l->over == XB_OVER_HEIGHT ? 1 : l->in.w;
    l->out = (XbShape){l->in.h / l->kh, l->in.w / l->kw, l->in.c};
    if (l->over == XB_OVER_WIDTH && !l->keeps_dims)
        l->out = (XbShape){1, l->in.h, l->in.c};
}

bool xb_net_infer(const XbNetPlace *at, XbNetLayer *l, XbPadding padding)
{
    switch (l->kind) {
    case XB_AVGPOOL:
    case XB_MAXPOOL:
        l->out.c = l->in.c;
        return infer_window(at, l, padding);
    case XB_DWCONV:
        l->multiplier = l->out.c / l->in.c;
        return infer_window(at, l, padding);
    case XB_CONV:
        return infer_window(at, l, padding);
    case XB_FC:
        l->out.h = l->out.w = 1;
        return true;
    case XB_MEAN:
        infer_mean(l);
        return true;
    case XB_PAD:
        return infer_pad(at, l);
    case XB_ADD:
    case XB_RELU:
    case XB_TABLE:
    case XB_MUL:
        l->out = l->in;
        return true;
    case XB_MERGE:
        l->out.c = l->blocks > 0 ? l->in.c / l->blocks : l->in.c;
        return true;
    default:
        return true;
    }
}

bool xb_net_claim(XbNetBuild *b, const XbNetPlace *at, const XbNetLayer *l)
{
    if (!xb_net_check_amount(at, l, b->weights))
        return false;
    b->weights += xb_net_weights(l);
    return true;
}

void xb_net_accept(XbNetBuild *b, XbNetLayer *l)
{
    l->op_name = xb_net_operator(l);
    b->net->layers++;
}
