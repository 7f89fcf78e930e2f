// SPDX-License-Identifier: Apache-2.0
// How far a layer must be before the next one can begin, along the path that holds most layers with
// weights (of paths with as many the one that comes first in the file).
#include "plan/parts.h"

// The input on that path; `depth[n]`: layers with weights on the way to layer n, itself included.
static int longest_input(const XbPlanLayer *l, const int *depth)
{
    int a = l->input[0], b = l->input[1];
    if (l->inputs < 2)
        return a;
    int of_a = a < 0 ? 0 : depth[a], of_b = b < 0 ? 0 : depth[b];
    return of_a != of_b ? (of_a > of_b ? a : b) : xb_min(a, b);
}

// The next layer with weights on the way back from the input of layer n; -1: none.
static int layer_before(const XbPlanning *p, int n, const int *depth)
{
    do
        n = longest_input(&p->layer[n], depth);
    while (n >= 0 && !p->map[n]);
    return n;
}

static int within(int64_t at, int size) { return (int)xb_max_int64(0, xb_min_int64(at, size - 1)); }

int xb_plan_last_tap(const XbPlanLayer *l, int n)
{
    int64_t y = n / l->out.w, x = n % l->out.w;
    if (l->kind == XB_RESHAPE) {  // pixels may be cut anew
        int64_t taken = xb_shape_pixels(l->in), made = xb_shape_pixels(l->out);
        return within(xb_ceil_div_int64((n + 1) * taken, made) - 1, (int)taken);
    }
    if (l->kind == XB_BOX)
        return (int)xb_plan_box_pixel(l, n);
    y = y * l->stride_h - l->pad_t + (int64_t)(l->kh - 1) * l->dil_h;
    x = x * l->stride_w - l->pad_l + (int64_t)(l->kw - 1) * l->dil_w;
    return within(y, l->in.h) * l->in.w + within(x, l->in.w);
}

// ---- windows of several outputs ----

int xb_plan_window_parts(const XbPlanLayer *l, int window)
{
    int side_by_side = l->map->patch.tap ? 1 : l->map->patch.outputs;
    return xb_min(side_by_side, (int)xb_shape_pixels(l->out) - window * side_by_side);
}

int xb_plan_window_tap(const XbPlanLayer *l, int window, int k)
{
    const XbPlanPatch *patch = &l->map->patch;
    if (!patch->tap)
        return xb_plan_last_tap(l, window * patch->outputs + k);
    int64_t y = (int64_t)(window / patch->across) * patch->side * l->stride_h - l->pad_t;
    int64_t x = (int64_t)(window % patch->across) * patch->side * l->stride_w - l->pad_l;
    return within(y + patch->h - 1, l->in.h) * l->in.w + within(x + patch->w - 1, l->in.w);
}

int xb_plan_window_of(const XbPlanLayer *l, int pixel)
{
    const XbPlanPatch *patch = &l->map->patch;
    if (!patch->tap)
        return pixel / patch->outputs;
    return pixel / l->out.w / patch->side * patch->across + pixel % l->out.w / patch->side;
}

// ---- leads ----

// Windows of layer `from` that the first output of layer `to` waits for (of a sub-image its first
// output alone). A fully connected layer needs all.
static int windows_awaited(const XbPlanning *p, int from, int to, const int *depth)
{
    if (p->layer[to].kind == XB_FC)
        return p->layer[from].windows;
    int pixel = 0, n = to;
    do {
        pixel = xb_plan_last_tap(&p->layer[n], pixel);
        const XbPlanLayer *l = &p->layer[n];
        n = longest_input(l, depth);
        pixel = l->is_gated && n == l->input[1] ? 0 : pixel;
    } while (n != from);
    return xb_plan_window_of(&p->layer[from], pixel) + 1;
}

void xb_plan_leads(const XbPlanning *p, int *lead)
{
    XbArena scratch = {0};
    int *depth = xb_new(&scratch, int, p->net->layers);
    for (int n = 0; n < p->net->layers; n++) {
        int input = longest_input(&p->layer[n], depth);
        depth[n] = (input < 0 ? 0 : depth[input]) + (p->map[n] != NULL);
    }
    int to = p->net->layers - 1;
    if (!p->map[to])
        to = layer_before(p, to, depth);
    while (to >= 0) {
        int from = layer_before(p, to, depth);
        if (from >= 0)
            lead[from] = windows_awaited(p, from, to, depth);
        to = from;
    }
    xb_arena_free(&scratch);
}
