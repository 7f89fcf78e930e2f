// SPDX-License-Identifier: Apache-2.0
// What flows through the network in time: FIFOs that keep the two branches of a join level, and
// when the last output of one image leaves the chip.
#include "plan/parts.h"

// ---- FIFOs in front of joins ----
//
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

static Share stored_share(const XbPlanning *p, const XbPlanLayer *l)
{
    return share_of(l->ring_words, xb_shape_pixels(l->in)) +
           share_of(way_of(l), p->plan->interval);
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

void xb_plan_fifos(XbPlanning *p)
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

// ---- latency ----
//
// Max-plus recurrence over words and windows, one image, no back-pressure (rings and FIFOs never
// throttle): a window is ready with its last tap's word; a step starts when its windows are fetched
// and the step before is done; its words leave one after the other behind the fixed stages of the
// layer's pipeline.

enum { POOL_STAGES = 7, WORD_STAGES = 4 };

// The last word of the input that window w needs; at least 0 (a window may lie in the padding).
static int64_t last_tap(const XbPlanLayer *l, int64_t w)
{
    int64_t y = w / l->out.w * l->stride_h - l->pad_t + (int64_t)(l->kh - 1) * l->dil_h;
    int64_t x = w % l->out.w * l->stride_w - l->pad_l + (int64_t)(l->kw - 1) * l->dil_w;
    y = y < 0 ? 0 : y >= l->in.h ? l->in.h - 1 : y;
    x = x < 0 ? 0 : x >= l->in.w ? l->in.w - 1 : x;
    return y * l->in.w + x;
}

// When the next beat of a step that ends at `done` leaves, the one before having left at `before`. The codes of
// a weight layer's step come all at once; a pool takes its time for each window.
static int64_t beat_time(const XbPlanLayer *l, int64_t done, int64_t before)
{
    const XbPlanMap *m = l->map;
    if (m)
        return xb_max_int64(before + m->spacing, done + m->pipe_cycles + m->drain_cycles);
    return xb_max_int64(before, done + POOL_STAGES) + xb_ceil_div(l->out.c, l->lanes);
}

static int64_t *window_times(const XbPlanning *p, const XbPlanLayer *l, const int64_t *in)
{
    int64_t *out = xb_new(p->arena, int64_t, l->windows);
    int fetch = xb_ceil_div(l->taps, l->fetch_rate);
    int64_t fetched = 0, done = 0, left = 0;
    for (int s = 0; s < l->steps; s++) {
        int first = s * l->copies;
        int end = first + l->copies < l->windows ? first + l->copies : l->windows;
        for (int w = first; w < end; w++)
            fetched = xb_max_int64(fetched, in[last_tap(l, w)]);
        fetched += fetch;
        done = xb_max_int64(done, fetched) + (l->map ? l->step_cycles : 0);
        for (int w = first; w < end; w++) {
            if ((w - first) % l->out_words == 0)
                left = beat_time(l, done, left);
            out[w] = left;
        }
    }
    return out;
}

// The last word of the input that a reshape's or a join's output word needs.
static int64_t last_word(int64_t w, int64_t taken, int64_t count)
{
    return xb_min_int64((w + 1) * taken / count - (count <= taken), taken - 1);
}

static int64_t *word_times(const XbPlanning *p, const XbPlanLayer *l, const int64_t *const in[2])
{
    int64_t count = xb_shape_pixels(l->out), taken = xb_shape_pixels(l->in), left = 0;
    int64_t *out = xb_new(p->arena, int64_t, count);
    int64_t turn = l->step_cycles;
    for (int64_t w = 0; w < count; w++) {
        if (w % l->out_words == 0) {
            int64_t from = last_word(xb_min_int64(w + l->out_words, count) - 1, taken, count);
            int64_t ready = xb_max_int64(in[0][from], l->inputs == 2 ? in[1][from] : 0);
            left = xb_max_int64(left, ready + WORD_STAGES) + turn;
        }
        out[w] = left;
    }
    return out;
}

static int64_t *input_times(const XbPlanning *p)
{
    const XbPlan *plan = p->plan;
    int64_t count = xb_shape_pixels(plan->input);
    int64_t *out = xb_new(p->arena, int64_t, count);
    for (int64_t w = 0; w < count; w++) {
        int64_t end = xb_min_int64((w / plan->input_words + 1) * plan->input_words, count);
        out[w] = xb_ceil_div_int64(end * plan->input.c, plan->in_bytes) + 2;
    }
    return out;
}

static int64_t output_end(const XbPlanning *p, const int64_t *in)
{
    const XbPlanLayer *last = &p->layer[p->plan->layers - 1];
    int64_t count = xb_shape_pixels(last->out), left = 0;
    int64_t bus = xb_ceil_div_int64((int64_t)last->out_words * last->out.c, p->plan->out_bytes);
    for (int64_t w = 0; w < count; w += last->out_words)
        left = xb_max_int64(left, in[w]) + bus;
    return left + 2;
}

int64_t xb_plan_latency(const XbPlanning *p)
{
    int64_t **times = xb_new(p->arena, int64_t *, p->net->layers + 1);
    times++;
    times[-1] = input_times(p);
    for (int n = 0; n < p->net->layers; n++) {
        const XbPlanLayer *l = &p->layer[n];
        const int64_t *in[2] = {times[l->input[0]], times[l->input[1]]};
        times[n] = l->ring_words ? window_times(p, l, in[0]) : word_times(p, l, in);
    }
    return output_end(p, times[p->net->layers - 1]);
}
