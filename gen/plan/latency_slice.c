// SPDX-License-Identifier: Apache-2.0
// Twin of xb_layer_slice: beats that have nothing of the box are taken as they come, the others go
// on to an xb_fifo and an xb_regear with what they have.
#include "plan/latency.h"

typedef struct Slice {
    XbTimedCell cell;
    XbTimedStream *in, *out, *before;  // out: the beats that go on
    const bool *is_dropped;            // [beats of the input]
    int64_t passed;                    // beats that went on and were taken
} Slice;

// Beats are looked at one by one: the next one when the one before is gone. One that goes on waits
// for the layer's turn, and leaves when it is taken.
static bool pass_on(Slice *m)
{
    int64_t turn = 0;
    if (m->out->accepted > m->passed) {
        xb_timed_take(m->in, *xb_timed_taken(m->out, m->passed++));
        return true;
    }
    if (m->out->offered == m->passed && (!m->before || xb_timed_turn(m->before, &turn)))
        xb_timed_offer(m->out, xb_max_int64(turn, *xb_timed_valid(m->in, m->in->accepted)));
    return false;
}

static void advance(XbTimedCell *cell)
{
    Slice *m = (Slice *)cell;
    while (xb_timed_waits(m->in)) {
        int64_t k = m->in->accepted;
        if (m->is_dropped[k])
            xb_timed_take(m->in, *xb_timed_valid(m->in, k));
        else if (!pass_on(m))
            return;
    }
}

// Of `count` words from number `from` on.
static int in_box(const XbPlanLayer *l, int64_t from, int64_t count)
{
    int taken = 0;
    for (int64_t n = from; n < from + count; n++)
        taken += xb_plan_in_box(l, n);
    return taken;
}

static XbTimedWords look_at_beats(const XbTiming *t, const XbPlanLayer *l, const XbTimedStream *in,
                                  bool *is_dropped)
{
    int *each = xb_new(t->p->arena, int, in->beats);
    int64_t at = 0, kept = 0;
    for (int64_t k = 0; k < in->beats; k++) {
        int64_t words = xb_timed_words(&in->words, k);
        int taken = in_box(l, at, words);
        is_dropped[k] = taken == 0;
        if (taken > 0)
            each[kept++] = taken;
        at += words;
    }
    return (XbTimedWords){.each = each, .beats = kept};
}

static XbTimedStream *drop(XbTiming *t, const XbPlanLayer *l, XbTimedStream *in)
{
    Slice *m = (Slice *)xb_timed_cell(t, sizeof *m, advance);
    bool *is_dropped = xb_new(t->p->arena, bool, in->beats);
    m->in = in;
    in->reader = &m->cell;
    m->before = xb_timed_wait(&m->cell);
    m->out = xb_timed_stream(&m->cell, look_at_beats(t, l, in, is_dropped));
    m->is_dropped = is_dropped;
    return m->out;
}

XbTimedLayer xb_plan_time_slice(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    int64_t width = (int64_t)l->out.c * l->out_bits;
    XbTimedBeats from = {width, l->in_words}, to = {width, l->out_words};
    XbTimedStream *kept =
        drop(t, l, l->fifo_beats[0] > 0 ? xb_timed_fifo(t, in[0], l->fifo_beats[0]) : in[0]);
    XbTimedStream *held = l->held_beats > 0 ? xb_timed_fifo(t, kept, l->held_beats) : kept;
    XbTimedStream *out = xb_timed_regear(t, held, from, to, xb_shape_pixels(l->out));
    bool is_input = xb_beats(l->in, l->in_words) > xb_beats(l->out, l->out_words);
    return (XbTimedLayer){out, is_input ? &kept->first : &out->first};
}
