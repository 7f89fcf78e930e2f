// SPDX-License-Identifier: Apache-2.0
// Positions that a step loads, in closed form.
//
// Along a side, tap i of window o stands at o * stride + i * dilation. With g the greatest common
// divisor of the two, window o + dilation/g has at tap i what window o has at tap i + stride/g, and
// no nearer window shares anything with it. So of a run of windows each of the first dilation/g
// taps `kernel` positions of its own, and each further one min(kernel, stride/g) that none before
// tapped.
//
// A step that straddles output rows is the end of one row, whole rows, the beginning of another. A
// row of the input is then tapped by a whole output row, and loaded along all its columns, or by
// the first output row alone, the last alone, or both.
//
// With `kp`, what windows of the same output row tapped in the step before is still there, but in
// that row's place only: a position that a window of another output row needs, and not had, is
// loaded although the step before had it elsewhere (once, however many rows of the step need it).
#include "plan/loads.h"
#include "plan/parts.h"

// ---- one side ----

// Positions that n adjacent windows tap.
static int64_t span(const XbAxis *a, int64_t n)
{
    int64_t own = xb_min_int64(n, a->lag);
    return own * a->kernel + (n - own) * xb_min(a->kernel, a->shift);
}

// Pixels inside the image that window o taps and none before it.
static int fresh(const XbAxis *a, int64_t o)
{
    int64_t least = o >= a->lag && a->shift < a->kernel ? a->kernel - a->shift : 0;
    int64_t before = a->pad - o * a->stride, left = before + a->in - 1;
    int64_t first = before > 0 ? xb_ceil_div_int64(before, a->dilation) : 0;
    int64_t last = left < 0 ? -1 : xb_min_int64(left / a->dilation, a->kernel - 1);
    return (int)xb_max_int64(0, last - xb_max_int64(first, least) + 1);
}

static const int *count_seen(XbArena *arena, const XbAxis *a)
{
    int *seen = xb_new(arena, int, a->windows + 1);
    for (int o = 0; o < a->windows; o++)
        seen[o + 1] = seen[o] + fresh(a, o);
    return seen;
}

static XbAxis axis(int windows, int kernel, int stride, int dilation, int in, int pad)
{
    int common = (int)xb_gcd(stride, dilation);
    return (XbAxis){.windows = windows,
                    .kernel = kernel,
                    .stride = stride,
                    .dilation = dilation,
                    .in = in,
                    .pad = pad,
                    .lag = dilation / common,
                    .shift = stride / common};
}

XbLoads xb_loads(XbArena *arena, const XbPlanLayer *l, XbAccess access)
{
    XbLoads loads = {.access = access, .windows = l->windows, .taps = l->taps};
    loads.y = axis(l->out.h, l->kh, l->stride_h, l->dil_h, l->in.h, l->pad_t);
    loads.x = axis(l->out.w, l->kw, l->stride_w, l->dil_w, l->in.w, l->pad_l);
    if (access == XB_LINE) {
        loads.y.seen = count_seen(arena, &loads.y);
        loads.x.seen = count_seen(arena, &loads.x);
    }
    return loads;
}

// ---- a step ----

typedef struct Step {  // of windows (y0, x0) to (y1, x1)
    int y0, x0, y1, x1;
    int kept;  // windows of row y0 in the step before whose positions are still there
} Step;

static Step step_of(const XbLoads *loads, int first, int copies)
{
    int width = loads->x.windows, last = xb_min(copies, loads->windows - first) - 1 + first;
    Step s = {.y0 = first / width, .y1 = last / width};
    s.x0 = first - s.y0 * width;
    s.x1 = last - s.y1 * width;
    s.kept = loads->access == XB_KP ? xb_min(copies, s.x0) : 0;
    return s;
}

// Columns that the windows 0..x1 have and those from x0 on load, x1 < x0 - 1. Windows that are not
// `lag` or a multiple apart share none; of each class only the last window of the first run and the
// first of the second meet, if no kept window of their class stands between them.
static int64_t common(const XbAxis *a, const Step *s)
{
    int64_t sum = 0;
    for (int p = s->x1; p >= 0 && p > s->x1 - a->lag && a->shift < a->kernel; p--) {
        int64_t apart = xb_ceil_div(s->x0 - p, a->lag), f = p + apart * a->lag;
        bool is_kept = f - a->lag >= s->x0 - s->kept;
        if (f < a->windows && !is_kept)
            sum += xb_max_int64(0, a->kernel - apart * a->shift);
    }
    return sum;
}

static int64_t straddling(const XbLoads *loads, const Step *s)
{
    const XbAxis *x = &loads->x;
    int whole_rows = s->y1 - s->y0 - 1;
    int64_t inner = span(&loads->y, whole_rows), most = span(&loads->y, whole_rows + 2);
    int64_t edge =
        most - span(&loads->y, whole_rows + 1);  // of the first output row alone, or the last
    int64_t both = most - inner - 2 * edge;
    int64_t row = span(x, x->windows), begun = span(x, s->x1 + 1);
    int64_t end = span(x, s->kept + x->windows - s->x0) - span(x, s->kept);
    int64_t joint = row;
    if (both > 0 && s->x1 < s->x0 - 1)
        joint = begun + end - common(x, s);
    return inner * row + edge * (begun + end) + both * joint;
}

// Pixels that the first n windows of the image tap.
static int64_t seen(const XbLoads *loads, int n)
{
    const XbAxis *y = &loads->y, *x = &loads->x;
    int row = n / x->windows, column = n - row * x->windows;
    int64_t sum = (int64_t)y->seen[row] * x->seen[x->windows];
    if (column > 0)
        sum += (int64_t)(y->seen[row + 1] - y->seen[row]) * x->seen[column];
    return sum;
}

int64_t xb_loads_step(const XbLoads *loads, int first, int copies)
{
    int count = xb_min(copies, loads->windows - first);
    if (loads->access == XB_DUP)
        return (int64_t)loads->taps * count;
    if (loads->access == XB_LINE)
        return seen(loads, first + count) - seen(loads, first);
    Step s = step_of(loads, first, copies);
    if (s.y0 == s.y1)
        return loads->y.kernel * (span(&loads->x, s.kept + count) - span(&loads->x, s.kept));
    return straddling(loads, &s);
}
