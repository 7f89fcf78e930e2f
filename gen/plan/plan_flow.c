// SPDX-License-Identifier: Apache-2.0
// FIFOs that keep the two branches of a join level; in a serial chip, those that hold an image.
#include "plan/parts.h"

// Let every layer's storage be a share of the image that passes it. The storage on a path from a
// fork to a join says how much of the image can have gone in at one end while nothing has come out
// at the other. If both paths hold the same share, the fork can always feed the longer one: no
// deadlock, no throttling. Shares are in units of 2^-32 images, rounded up.
//
// What is on its way behind a ring at full speed is the time of that way over the chip's interval.
// MVM_WAY, PLAIN_WAY: cycles of it besides converters, pipeline.depth and the steps that wait in
// registers (MVM_STEPS, PLAIN_STEPS) before and behind the arrays or lanes.

enum {
    SHARE_BITS = 32,
    FIFO_SLACK = 16,
    MVM_WAY = 26,
    MVM_STEPS = 4,
    PLAIN_WAY = 14,
    PLAIN_STEPS = 2
};

__extension__ typedef __int128 Share;  // a step, an image's beats may each take 31 bits

static Share share_of(int64_t stored, int64_t image)
{
    return (((Share)stored << SHARE_BITS) + image - 1) / image;
}

// Cycles between a layer's ring and its output.
static int64_t way_of(const XbPlanLayer *l)
{
    if (!l->map)
        return PLAIN_WAY + PLAIN_STEPS * l->step_cycles;
    return MVM_WAY + l->map->pipe_cycles + MVM_STEPS * l->step_cycles;
}

// Rows of windows that wait until they are whole, and that leave meanwhile.
static Share patched_share(const XbPlanLayer *l)
{
    if (!xb_plan_is_patched(l))
        return 0;
    int64_t rows = (l->map->patch_windows > 1 ? 3 : 2) * (int64_t)l->map->patch.side;
    return share_of(rows * l->out.w, xb_shape_pixels(l->out));
}

static Share stored_share(const XbPlanning *p, const XbPlanLayer *l)
{
    return share_of(l->ring_words, xb_shape_pixels(l->in)) +
           share_of(way_of(l), p->plan->interval) + patched_share(l);
}

static Share input_share(const XbPlanLayer *l, const Share *share, int i)
{
    return l->input[i] < 0 ? 0 : share[l->input[i]];
}

// Beats of two rows and some, for what the shares do not see, and those that one branch is late.
static int64_t spare_beats(const XbPlanning *p, const XbPlanLayer *l)
{
    int64_t late = 2 * l->uneven * xb_beats(l->in, l->in_words);
    return xb_ceil_div(2 * l->in.w, l->in_words) + FIFO_SLACK +
           xb_ceil_div_int64(late, p->plan->interval);
}

static int plan_fifo(const XbPlanning *p, const XbPlanLayer *l, Share gap)
{
    Share level = (gap * xb_beats(l->in, l->in_words)) >> SHARE_BITS;
    int64_t beats = level < INT32_MAX ? (int64_t)level : INT32_MAX;
    return xb_plan_count(beats + 1 + spare_beats(p, l));
}

static void level_join(const XbPlanning *p, XbPlanLayer *l, const Share *share, Share most)
{
    for (int i = 0; i < 2; i++)
        l->fifo_beats[i] = plan_fifo(p, l, most - input_share(l, share, i));
}

// A layer's input where it has no ring, waits for the layer's turn.
static void hold_image(const XbPlanning *p, XbPlanLayer *l)
{
    for (int i = 0; i < l->inputs && l->ring_words == 0; i++) {
        int64_t given = xb_plan_provided(p, l, i);
        int64_t beats = l->gear[i] ? xb_beats(l->in, l->in_words) : given;
        l->fifo_beats[i] = xb_plan_count(xb_max_int64(2, beats));
    }
}

static void level_all(XbPlanning *p)
{
    Share *share = xb_new(p->arena, Share, p->net->layers);
    for (int n = 0; n < p->net->layers; n++) {
        XbPlanLayer *l = &p->layer[n];
        Share most = input_share(l, share, 0);
        if (l->inputs == 2 && input_share(l, share, 1) > most)
            most = input_share(l, share, 1);
        share[n] = most + stored_share(p, l);
        if (l->inputs == 2) {
            level_join(p, l, share, most);
            share[n] += share_of(spare_beats(p, l) + 1, xb_beats(l->in, l->in_words));
        }
    }
}

void xb_plan_fifos(XbPlanning *p)
{
    if (p->plan->pipeline == XB_PIPELINE_LAYER)
        level_all(p);
    else
        for (int n = 0; n < p->net->layers; n++)
            hold_image(p, &p->layer[n]);
}
