// SPDX-License-Identifier: Apache-2.0
#include "ring.h"

Geometry geometry_of(const Instance *i)
{
    Geometry g = {.in_h = parameter(i, "InH"),
                  .in_w = parameter(i, "InW"),
                  .kernel_h = parameter(i, "KernelH"),
                  .kernel_w = parameter(i, "KernelW"),
                  .stride_h = parameter(i, "StrideH"),
                  .stride_w = parameter(i, "StrideW"),
                  .dilation_h = parameter(i, "DilationH"),
                  .dilation_w = parameter(i, "DilationW"),
                  .pad_t = parameter(i, "PadT"),
                  .pad_l = parameter(i, "PadL"),
                  .out_h = parameter(i, "OutH"),
                  .out_w = parameter(i, "OutW"),
                  .copies = parameter(i, "Copies"),
                  .words = parameter(i, "InWords"),
                  .ring_words = parameter(i, "RingWords")};
    g.windows = g.out_h * g.out_w;
    g.steps = up(g.windows, g.copies);
    return g;
}

int64_t run_of(const Instance *i) { return parameter(i, "Side") > 1 ? 1 : parameter(i, "Outputs"); }

Geometry weight_geometry_of(const Instance *i)
{
    Geometry g = geometry_of(i);
    int64_t side = parameter(i, "Side");
    g.out_h = up(g.out_h, side);
    g.out_w = up(g.out_w, side);
    g.copies *= run_of(i);
    g.windows = g.out_h * g.out_w;
    g.steps = up(g.windows, g.copies);
    return g;
}

static int64_t within(int64_t x, int64_t size) { return least(most(x, 0), size - 1); }

// Words of the image up to the last one that a window's box touches. One above the image waits for
// the first word, one below it for all of them.
static int64_t window_needs(const Geometry *g, int64_t window)
{
    int64_t top = window / g->out_w * g->stride_h - g->pad_t,
            left = window % g->out_w * g->stride_w - g->pad_l;
    int64_t bottom = top + (g->kernel_h - 1) * g->dilation_h,
            right = left + (g->kernel_w - 1) * g->dilation_w;
    if (bottom < 0)
        return 1;
    if (top >= g->in_h)
        return g->in_h * g->in_w;
    return within(bottom, g->in_h) * g->in_w + within(right, g->in_w) + 1;
}

// Words above the row in which a step's first window begins: no window from there on looks at them.
static int64_t words_above(const Geometry *g, int64_t step)
{
    int64_t top = first_window(g, step) / g->out_w * g->stride_h - g->pad_t;
    return least(most(top, 0), g->in_h) * g->in_w;
}

Ring ring_make(const Geometry *g)
{
    Ring r = {.image_words = g->in_h * g->in_w, .steps = g->steps};
    r.full_room = r.room = g->ring_words - g->words;
    r.need = TAKE(int64_t, g->steps);
    r.frees = TAKE(int64_t, g->steps);
    int64_t need = 0;
    for (int64_t s = 0; s < g->steps; s++) {
        for (int64_t k = 0; k < windows_of(g, s); k++)
            need = most(need, window_needs(g, first_window(g, s) + k));
        r.need[s] = need;
        r.frees[s] = (s + 1 < g->steps ? words_above(g, s + 1) : r.image_words) - words_above(g, s);
    }
    return r;
}

bool ring_ready(const Ring *r) { return r->room >= 0; }
bool ring_goes(const Ring *r) { return r->turn && r->beyond >= r->need[r->step]; }

void ring_tick(Ring *r, const Stream *in, bool step_done, bool read, int64_t frees, Counts *counts)
{
    int64_t come = passes(in) ? in->count : 0;
    if (passes(in) || read)
        r->held = most(r->full_room - r->room, 0);
    counts->held = most(counts->held, r->held);
    r->room += (read ? frees : 0) - come;
    r->beyond += come;
    if (step_done && ++r->step == r->steps) {
        r->step = 0;
        r->beyond -= r->image_words;
    }
}
