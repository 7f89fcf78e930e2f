// SPDX-License-Identifier: Apache-2.0
// Sub-images: how large they are, what shares an array, and which tap of the kernel stands where.
// docs/numerics.md section 2 has the rules.
#include "plan/parts.h"
#include <string.h>

// ---- what fits ----

typedef struct Cut {  // a layer that is to be cut
    const XbPlanning *p;
    const XbPlanLayer *l;
    int columns;  // of a weight
} Cut;

static int64_t span(int side, int kernel, int stride, int dilation)
{
    return (int64_t)(side - 1) * stride + (int64_t)(kernel - 1) * dilation + 1;
}

// Columns of an input channel that are of one output channel.
static int64_t unit_columns(const Cut *c, int side)
{
    int64_t outputs = (int64_t)side * side * c->l->multiplier;
    return outputs * c->columns;
}

static bool fits(const Cut *c, int side)
{
    const XbPlanLayer *l = c->l;
    int64_t h = span(side, l->kh, l->stride_h, l->dil_h);
    int64_t w = span(side, l->kw, l->stride_w, l->dil_w);
    int rows = c->p->cfg->rows;
    return h <= rows && w <= rows && h * w <= rows && unit_columns(c, side) <= c->p->cfg->cols;
}

static int most_outputs(const XbPlanLayer *l) { return l->out.h > l->out.w ? l->out.h : l->out.w; }

// Channels of a depthwise layer stand side by side as they fit, whatever the policy.
static void pack(const Cut *c, XbPolicy policy, XbSubImage *s)
{
    const XbPlanLayer *l = c->l;
    int rows = c->p->cfg->rows / (s->h * s->w);
    int columns = c->p->cfg->cols / (int)unit_columns(c, s->side);
    if (l->kind == XB_DWCONV) {
        s->channels = s->filters = xb_min(xb_min(rows, columns), l->in.c);
        s->set = xb_ceil_div(l->in.c, s->channels);
        return;
    }
    s->channels = policy == XB_SLICE ? 1 : xb_min(rows, l->in.c);
    s->filters = policy == XB_SLICE ? 1 : xb_min(columns, l->out.c);
    s->set = (int64_t)xb_ceil_div(l->in.c, s->channels) * xb_ceil_div(l->out.c, s->filters);
}

static XbSubImage cut(const Cut *c, int side, XbPolicy policy)
{
    const XbPlanLayer *l = c->l;
    XbSubImage s = {.side = side};
    s.h = (int)span(side, l->kh, l->stride_h, l->dil_h);
    s.w = (int)span(side, l->kw, l->stride_w, l->dil_w);
    s.windows = (int64_t)xb_ceil_div(l->out.h, side) * xb_ceil_div(l->out.w, side);
    pack(c, policy, &s);
    return s;
}

// The largest that fits; packed, the one of fewest arrays for all windows at once. Ties go to the
// larger one.
static XbSubImage choose(const Cut *c, XbPolicy policy)
{
    XbSubImage best = {.side = 0};
    bool takes_fewest = policy == XB_PACKED && c->l->kind == XB_CONV;
    for (int side = 1; side <= most_outputs(c->l) && fits(c, side); side++) {
        XbSubImage s = cut(c, side, policy);
        if (!takes_fewest || !best.side || s.windows * s.set <= best.windows * best.set)
            best = s;
    }
    return best;
}

// ---- what is asked for ----

static void report_side(const Cut *c, const char *code, const char *text)
{
    xb_plan_fault_at(c->p, (int)(c->l - c->p->layer), "mapping", "sub_image", code, "%s", text);
}

static int outputs_of(int size, int kernel, int stride, int dilation)
{
    int64_t left = size - span(1, kernel, stride, dilation);
    return left < 0 ? 0 : (int)(left / stride) + 1;
}

// The outputs that a sub-image of the given side has; 0 if it cannot be, which is reported.
static int given_side(const Cut *c, int size)
{
    const XbPlanLayer *l = c->l;
    int side = xb_min(outputs_of(size, l->kh, l->stride_h, l->dil_h),
                      outputs_of(size, l->kw, l->stride_w, l->dil_w));
    if (side == 0) {
        report_side(c, "plan-sub-image-kernel",
                    xb_arena_printf(c->p->arena, "%d is smaller than the kernel, %lldx%lld", size,
                                    (long long)span(1, l->kh, l->stride_h, l->dil_h),
                                    (long long)span(1, l->kw, l->stride_w, l->dil_w)));
        return 0;
    }
    side = xb_min(side, most_outputs(l));
    if (fits(c, side))
        return side;
    report_side(c, "plan-sub-image-size",
                xb_arena_printf(c->p->arena,
                                "a sub-image of %lldx%lld with %dx%d outputs needs %lld rows and "
                                "%lld columns, an array has %d and %d",
                                (long long)span(side, l->kh, l->stride_h, l->dil_h),
                                (long long)span(side, l->kw, l->stride_w, l->dil_w), side, side,
                                (long long)(span(side, l->kh, l->stride_h, l->dil_h) *
                                            span(side, l->kw, l->stride_w, l->dil_w)),
                                (long long)unit_columns(c, side), c->p->cfg->rows,
                                c->p->cfg->cols));
    return 0;
}

static void report_none(const Cut *c, int n)
{
    const XbPlanLayer *l = c->l;
    xb_plan_fault(
        c->p, n, "plan-sub-image",
        "no sub-image fits an array: one output needs %lld rows and %lld columns, an array "
        "has %d and %d",
        (long long)(span(1, l->kh, 1, l->dil_h) * span(1, l->kw, 1, l->dil_w)),
        (long long)unit_columns(c, 1), c->p->cfg->rows, c->p->cfg->cols);
}

// ---- the layer ----

// Which tap stands where: [outputs][h * w].
static const int16_t *tap_table(XbArena *arena, const XbPlanLayer *l, const XbSubImage *s)
{
    int positions = s->h * s->w;
    int16_t *tap = xb_new(arena, int16_t, (int64_t)s->side * s->side * positions);
    memset(tap, -1, sizeof *tap * (size_t)(s->side * s->side * positions));
    for (int output = 0; output < s->side * s->side; output++)
        for (int k = 0; k < l->taps; k++) {
            int y = output / s->side * l->stride_h + k / l->kw * l->dil_h;
            int x = output % s->side * l->stride_w + k % l->kw * l->dil_w;
            tap[output * positions + y * s->w + x] = (int16_t)k;
        }
    return tap;
}

bool xb_plan_cut(const XbPlanning *p, int n, int given, XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    Cut c = {p, l, m->slices * m->polarities};
    int side = given ? given_side(&c, given) : 0;
    if (given && !side)
        return false;
    for (int i = 0; i < XB_POLICIES; i++)
        m->sub_image[i] = side ? cut(&c, side, (XbPolicy)i) : choose(&c, (XbPolicy)i);
    const XbSubImage *s = &m->sub_image[m->policy];
    if (!s->side) {
        report_none(&c, n);
        return false;
    }
    m->patch = (XbPlanPatch){.outputs = s->side * s->side,
                             .side = s->side,
                             .h = s->h,
                             .w = s->w,
                             .across = xb_ceil_div(l->out.w, s->side),
                             .tap = tap_table(p->arena, l, s)};
    return true;
}

int64_t xb_plan_overlap(const XbSubImage *s)
{
    int64_t outputs = (int64_t)s->side * s->side, positions = (int64_t)s->h * s->w;
    return (20000 * (positions - outputs) / outputs + 1) / 2;
}

// Pixels of the output that stand side by side on one array; 1 where not even one fits.
int xb_plan_run(const XbPlanning *p, int n, const XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    int64_t columns = (int64_t)l->out.c * m->slices * m->polarities;
    if (l->in.c > p->cfg->rows || columns > p->cfg->cols)
        return 1;
    int fit = xb_min(p->cfg->rows / l->in.c, p->cfg->cols / (int)columns);
    return xb_min(fit, l->out.h * l->out.w);
}

// ---- copies ----

// Windows of a layer that an array serves in turn; 0: nothing is said, and there are arrays for
// all.
static int reuse(const XbPlanning *p, const XbCfgLayer *o)
{
    if (o && o->reuse)
        return o->reuse;
    return o && o->duplication ? 0 : p->cfg->reuse;
}

// 0: as `duplication` says.
int xb_plan_reuse_copies(const XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    if (l->map->scheme != XB_SUB_IMAGE)
        return 0;
    int turns = reuse(p, o);
    if (!turns && !p->cfg->has_duplication && !(o && o->duplication))
        turns = 1;
    return turns ? xb_ceil_div(l->windows, turns) : 0;
}
