// SPDX-License-Identifier: Apache-2.0
// Shapes of the streams between layers, and the window that each layer slides over its input.
// They differ from the network's shapes around RESHAPE only: see reshape_is_free.
#include "plan/parts.h"

// True if the words of a reshape's input can go on as they are: nobody behind it looks at pixels.
static bool reshape_is_free(const XbPlanning *p, int l)
{
    for (int r = l + 1; r < p->net->layers; r++) {
        const XbNetLayer *reader = &p->net->layer[r];
        bool reads = reader->input[0] == l || (reader->inputs == 2 && reader->input[1] == l);
        if (!reads || reader->kind == XB_FC)
            continue;
        if (reader->kind != XB_RESHAPE || !reshape_is_free(p, r))
            return false;
    }
    return true;
}

static XbShape provider_shape(const XbPlanning *p, int l)
{
    int from = p->layer[l].input[0];
    return from < 0 ? p->plan->input : p->layer[from].out;
}

static void set_window(XbPlanLayer *to, int kh, int kw)
{
    to->kh = kh;
    to->kw = kw;
    to->stride_h = to->stride_w = 1;
    to->dil_h = to->dil_w = 1;
}

// conv, dwconv and the pools slide as the network says.
static void copy_window(XbPlanLayer *to, const XbNetLayer *from)
{
    to->kh = from->kh;
    to->kw = from->kw;
    to->stride_h = from->stride_h;
    to->stride_w = from->stride_w;
    to->dil_h = from->dil_h > 0 ? from->dil_h : 1;
    to->dil_w = from->dil_w > 0 ? from->dil_w : 1;
}

static void copy_padding(XbPlanLayer *to, const XbNetLayer *from)
{
    to->pad_t = from->pad_t;
    to->pad_l = from->pad_l;
    to->pad_b = from->pad_b;
    to->pad_r = from->pad_r;
}

static void plan_window(XbPlanLayer *to, const XbNetLayer *from)
{
    switch (from->kind) {
    case XB_CONV:
    case XB_DWCONV:
    case XB_AVGPOOL:
    case XB_MAXPOOL:
        copy_window(to, from);
        copy_padding(to, from);
        break;
    case XB_FC:
    case XB_MEAN:
        set_window(to, to->in.h, to->in.w);
        break;
    case XB_PAD:
        set_window(to, 1, 1);
        copy_padding(to, from);
        break;
    default:
        set_window(to, 1, 1);
    }
}

void xb_plan_streams(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++) {
        const XbNetLayer *from = &p->net->layer[l];
        XbPlanLayer *to = &p->layer[l];
        to->in = provider_shape(p, l);
        bool is_free = from->kind == XB_RESHAPE && reshape_is_free(p, l);
        to->out = is_free ? to->in : from->out;
        plan_window(to, from);
        to->taps = to->kh * to->kw;
        to->windows = to->out.h * to->out.w;
        to->multiplier = from->kind == XB_DWCONV ? from->multiplier : 1;
        to->elements = from->kind == XB_MEAN || from->kind == XB_AVGPOOL ? to->taps : 0;
        to->copies = 1;
    }
}
