// SPDX-License-Identifier: Apache-2.0
// Twins of xb_lanes, of the layers that are little else (xb_layer_relu, xb_layer_table,
// xb_layer_merge, xb_layer_add, xb_layer_mul), and of xb_layer_reshape.
#include "plan/latency.h"

// Latency of xb_lanes there; a group to group_o.
enum { RELU = 5, TABLE = 1, ADD = 10, MERGE = 2, MERGE_AVG = 3, MUL = 7, GROUP = 1 };

typedef struct Lanes {
    XbTimedCell cell;
    XbTimedStream *in[2], *out;
    int inputs, latency;
    int64_t groups;
    XbStall stall;
    bool is_begun;       // the first group of the next beat has been taken
    bool is_gated;       // the second input stays until the image ends
    int64_t own, start;  // time of the latest group
} Lanes;

static bool all_wait(const Lanes *m, int64_t *since)
{
    *since = 0;
    for (int i = 0; i < m->inputs; i++) {
        if (!xb_timed_waits(m->in[i]))
            return false;
        *since = xb_max_int64(*since, *xb_timed_valid(m->in[i], m->in[i]->accepted));
    }
    return true;
}

// Own time goes on to a group that is taken from `cycle` on, `groups` behind the latest one.
static bool groups_on(Lanes *m, int64_t groups, int64_t cycle)
{
    if (!xb_stall_pass(&m->stall, m->own + groups, cycle, &cycle))
        return false;
    m->own = cycle - xb_stall_lost(&m->stall);
    return true;
}

static bool begin(Lanes *m)
{
    int64_t since;
    if (m->is_begun || !all_wait(m, &since) || !groups_on(m, 1, since))
        return false;
    if (m->stall.ends == 0)
        m->start = since;
    m->is_begun = true;
    return true;
}

static bool take(Lanes *m)
{
    if (!m->is_begun || !groups_on(m, m->groups - 1, 0))
        return false;
    bool is_last = m->in[0]->accepted == m->in[0]->beats - 1;
    for (int i = 0; i < m->inputs; i++)
        if (i == 0 || !m->is_gated || is_last)
            xb_timed_take(m->in[i], m->own + xb_stall_lost(&m->stall));
    xb_stall_enter(&m->stall, m->own + GROUP + m->latency);
    m->is_begun = false;
    return true;
}

static bool give(Lanes *m)
{
    int64_t k = m->out->offered;
    if (k == m->stall.ends || k > m->stall.left)
        return false;
    xb_timed_offer(m->out, xb_stall_arrival(&m->stall, k));
    return true;
}

static bool leave(Lanes *m)
{
    int64_t k = m->stall.left;
    if (k == m->out->accepted)
        return false;
    xb_stall_leave(&m->stall, *xb_timed_taken(m->out, k));
    return true;
}

static void advance(XbTimedCell *cell)
{
    Lanes *m = (Lanes *)cell;
    while (leave(m) | begin(m) | take(m) | give(m)) {
    }
}

static Lanes *new_lanes(XbTiming *t, XbTimedStream *const in[2], int inputs, int64_t groups,
                        int latency)
{
    Lanes *m = (Lanes *)xb_timed_cell(t, sizeof *m, advance);
    for (int i = 0; i < inputs; i++) {
        m->in[i] = in[i];
        in[i]->reader = &m->cell;
    }
    m->inputs = inputs;
    m->groups = groups;
    m->latency = latency;
    m->out = xb_timed_stream(&m->cell, in[0]->words);
    return m;
}

XbTimedLayer xb_timed_lanes(XbTiming *t, XbTimedStream *const in[2], int inputs, int64_t groups,
                            int latency)
{
    Lanes *m = new_lanes(t, in, inputs, groups, latency);
    return (XbTimedLayer){xb_timed_fifo(t, m->out, 2), &m->start};
}

XbTimedLayer xb_timed_gated(XbTiming *t, XbTimedStream *const in[2], int64_t groups, int latency)
{
    Lanes *m = new_lanes(t, in, 2, groups, latency);
    m->is_gated = true;
    return (XbTimedLayer){xb_timed_fifo(t, m->out, 2), &m->start};
}

// ---- layers ----

// Lanes are spread over all words of a beat.
static int64_t beat_groups(const XbPlanLayer *l)
{
    return xb_ceil_div_int64((int64_t)l->out.c * l->in_words, l->lanes);
}

// In front of a layer without a ring.
static XbTimedStream *fifo(XbTiming *t, XbTimedStream *in, int beats)
{
    return beats > 0 ? xb_timed_fifo(t, in, beats) : in;
}

// Layers that take a beat for a beat.
static XbTimedLayer time_beats(XbTiming *t, const XbPlanLayer *l, XbTimedStream *in, int stages)
{
    XbTimedStream *const beats[2] = {xb_timed_gate(t, fifo(t, in, l->fifo_beats[0]))};
    return xb_timed_lanes(t, beats, 1, beat_groups(l), stages);
}

XbTimedLayer xb_plan_time_relu(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    return time_beats(t, l, in[0], RELU);
}

XbTimedLayer xb_plan_time_table(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    return time_beats(t, l, in[0], TABLE);
}

XbTimedLayer xb_plan_time_merge(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    return time_beats(t, l, in[0], l->merge == XB_MERGE_AVG ? MERGE_AVG : MERGE);
}

// Two inputs, each behind its FIFO.
static XbTimedLayer time_pair(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2],
                              int stages)
{
    XbTimedStream *const pair[2] = {xb_timed_gate(t, fifo(t, in[0], l->fifo_beats[0])),
                                    fifo(t, in[1], l->fifo_beats[1])};
    if (l->is_gated)
        return xb_timed_gated(t, pair, beat_groups(l), stages);
    return xb_timed_lanes(t, pair, 2, beat_groups(l), stages);
}

XbTimedLayer xb_plan_time_add(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    return time_pair(t, l, in, ADD);
}

XbTimedLayer xb_plan_time_mul(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    return time_pair(t, l, in, MUL);
}

XbTimedLayer xb_plan_time_reshape(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    XbTimedBeats from = {(int64_t)l->in.c * l->in_bits, l->in_words};
    XbTimedBeats to = {(int64_t)l->out.c * l->out_bits, l->out_words};
    XbTimedStream *beats = xb_timed_gate(t, fifo(t, in[0], l->fifo_beats[0]));
    XbTimedStream *out = xb_timed_regear(t, beats, from, to, xb_shape_pixels(l->in));
    bool is_input = xb_beats(l->in, l->in_words) > xb_beats(l->out, l->out_words);
    return (XbTimedLayer){out, is_input ? &beats->first : &out->first};
}
