// SPDX-License-Identifier: Apache-2.0
// Twins of xb_layer_concat. Side by side a beat is there when both of its parts are, and takes them
// when it is taken.
#include "plan/latency.h"

typedef struct Pair {
    XbTimedCell cell;
    XbTimedStream *in[2], *out;
} Pair;

static bool give(Pair *m)
{
    int64_t k = m->in[0]->accepted;
    if (m->out->offered > k || !xb_timed_waits(m->in[0]) || !xb_timed_waits(m->in[1]))
        return false;
    xb_timed_offer(m->out,
                   xb_max_int64(*xb_timed_valid(m->in[0], k), *xb_timed_valid(m->in[1], k)));
    return true;
}

static bool take(Pair *m)
{
    int64_t k = m->in[0]->accepted;
    if (m->out->accepted <= k)
        return false;
    for (int i = 0; i < 2; i++)
        xb_timed_take(m->in[i], *xb_timed_taken(m->out, k));
    return true;
}

static void advance(XbTimedCell *cell)
{
    Pair *m = (Pair *)cell;
    while (give(m) | take(m)) {
    }
}

// ---- in turn ----

static bool give_turn(Pair *m)
{
    XbTimedStream *out = m->out;
    int64_t given = m->in[0]->accepted + m->in[1]->accepted, k = out->offered;
    const XbTimedStream *in = m->in[k < m->in[0]->beats ? 0 : 1];
    if (k > given || k == out->beats || !xb_timed_waits(in))
        return false;
    int64_t before = k > 0 ? *xb_timed_taken(out, k - 1) + 1 : 0;
    xb_timed_offer(out, xb_max_int64(*xb_timed_valid(in, in->accepted), before));
    return true;
}

static bool take_turn(Pair *m)
{
    int64_t k = m->in[0]->accepted + m->in[1]->accepted;
    if (m->out->accepted <= k)
        return false;
    xb_timed_take(m->in[k < m->in[0]->beats ? 0 : 1], *xb_timed_taken(m->out, k));
    return true;
}

static void advance_turn(XbTimedCell *cell)
{
    Pair *m = (Pair *)cell;
    while (give_turn(m) | take_turn(m)) {
    }
}

static XbTimedWords words_of(const XbPlanLayer *l, const XbTimedStream *first)
{
    XbTimedWords words = first->words;
    if (!l->in_turn)
        return words;
    words.first = words.image;
    words.image = xb_shape_pixels(l->out);
    return words;
}

XbTimedLayer xb_plan_time_concat(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    Pair *m = (Pair *)xb_timed_cell(t, sizeof *m, l->in_turn ? advance_turn : advance);
    m->in[0] = xb_timed_gate(t, xb_timed_fifo(t, in[0], l->fifo_beats[0]));
    m->in[1] = xb_timed_fifo(t, in[1], l->fifo_beats[1]);
    for (int i = 0; i < 2; i++)
        m->in[i]->reader = &m->cell;
    m->out = xb_timed_stream(&m->cell, words_of(l, m->in[0]));
    return (XbTimedLayer){m->out, &m->out->first};
}
