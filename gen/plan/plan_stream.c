// SPDX-License-Identifier: Apache-2.0
// Shapes of the streams between layers, and the window that each layer slides over its input.
// They differ from the network's shapes around RESHAPE only: see reshape_is_free.
#include "plan/parts.h"

// Taps of a window are numbered in 28 bits; the reciprocals of averages keep (2|S| + n) * r[n]
// within 64 bits up to 2^22 pixels.
enum { MAX_TAPS = 1 << 28, MAX_AVERAGE = 1 << 22 };

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
    to->dil_h = from->dil_h;
    to->dil_w = from->dil_w;
}

// One direction of a pool: rows (columns) of the kernel that lie outside the image in every window
// are cut off at both ends; pools do not see them. What is left is no longer than the image and the
// way of the windows over it.
static void trim(int *kernel, int *before, int *after, int in, int out, int stride)
{
    int64_t way = (int64_t)(out - 1) * stride;
    int64_t first = xb_max_int64(0, *before - way);
    int64_t end = xb_min_int64(*kernel, (int64_t)*before + in);
    if (end <= first)  // no window sees the image
        return;
    *kernel = (int)(end - first);
    *before -= (int)first;
    *after = (int)xb_max_int64(0, way + *kernel - *before - in);
}

static void trim_window(XbPlanLayer *to, const XbNetLayer *from)
{
    XbShape in = from->in, out = from->out;
    trim(&to->kh, &to->pad_t, &to->pad_b, in.h, out.h, to->stride_h);
    trim(&to->kw, &to->pad_l, &to->pad_r, in.w, out.w, to->stride_w);
}

static void copy_padding(XbPlanLayer *to, const XbNetLayer *from)
{
    to->pad_t = from->pad_t;
    to->pad_l = from->pad_l;
    to->pad_b = from->pad_b;
    to->pad_r = from->pad_r;
}

void xb_plan_slide(XbPlanLayer *to, const XbNetLayer *from)
{
    copy_window(to, from);
    copy_padding(to, from);
}

void xb_plan_pool(XbPlanLayer *to, const XbNetLayer *from)
{
    xb_plan_slide(to, from);
    trim_window(to, from);
}

void xb_plan_whole(XbPlanLayer *to, const XbNetLayer *from)
{
    (void)from;
    set_window(to, to->in.h, to->in.w);
}

// Windows side by side. Where means of rows shall make one row, so do the rows themselves.
void xb_plan_mean(XbPlanLayer *to, const XbNetLayer *from)
{
    set_window(to, from->kh, from->kw);
    if (from->over != XB_OVER_WIDTH || from->keeps_dims)
        return;
    to->in = (XbShape){1, (int)xb_shape_pixels(from->in), from->in.c};
    to->stride_w = from->kw;
}

void xb_plan_pixel(XbPlanLayer *to, const XbNetLayer *from)
{
    (void)from;
    set_window(to, 1, 1);
}

void xb_plan_pad_pixel(XbPlanLayer *to, const XbNetLayer *from)
{
    set_window(to, 1, 1);
    copy_padding(to, from);
}

// The most pixels of a window that lie inside the image.
static int64_t pixels(const XbPlanLayer *l)
{
    return (int64_t)xb_min(l->kh, l->in.h) * xb_min(l->kw, l->in.w);
}

// Counts taps and pixels, or reports that they are too many; then the window is taken as one pixel,
// so that other stages go on.
static void count_window(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    int64_t taps = (int64_t)l->kh * l->kw;
    bool is_average = l->kind == XB_AVGPOOL;
    if (taps > MAX_TAPS || (is_average && pixels(l) > MAX_AVERAGE)) {
        xb_plan_fault(
            p, n, "plan-window",
            "its window has %lld pixels, %lld of them inside the image; at most %d can be "
            "counted and %d averaged",
            (long long)taps, (long long)pixels(l), (int)MAX_TAPS, (int)MAX_AVERAGE);
        l->kh = l->kw = 1;
    }
    l->taps = l->kh * l->kw;
    l->elements = is_average || l->kind == XB_MEAN ? (int)pixels(l) : 0;
}

void xb_plan_streams(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++) {
        const XbNetLayer *from = &p->net->layer[l];
        XbPlanLayer *to = &p->layer[l];
        to->in = xb_plan_stream(p->plan, to->input[0]);
        bool is_free = from->kind == XB_RESHAPE && reshape_is_free(p, l);
        to->out = is_free ? to->in : from->out;
        p->kind[from->kind].window(to, from);
        count_window(p, l);
        to->windows = to->out.h * to->out.w;
        to->multiplier = from->kind == XB_DWCONV ? from->multiplier : 1;
        to->copies = 1;
    }
}
