// SPDX-License-Identifier: Apache-2.0
// Twin of xb_layer_pool: taps joined and added up, windows finished in lanes; and padding, taps
// that leave as they are.
#include "plan/bits.h"
#include "plan/latency.h"

enum {
    TAPS = 3,     // stages of xb_fetch up to the taps
    SUM = 1,      // a window's last taps to its sum (xb_pool_window)
    MAXIMUM = 1,  // stages of a lane (Latency of xb_pool_window)
    AVERAGE = 4,
    MEAN = 5
};

typedef struct Pool {
    XbTimedCell cell;
    XbFetch fetch;
    XbTimedStream *sums;  // of windows, one for each step
    int levels;           // of xb_pool_taps
    int64_t own;          // time of the taps that came last
    XbStall stall;        // taps on their way to a sum
    int64_t start;
} Pool;

static bool take_taps(Pool *m)
{
    int64_t cycle;
    if (!xb_fetch_waits(&m->fetch, &cycle))
        return false;
    if (m->fetch.stage[TAPS].gone == 0)
        m->start = cycle;
    if (!xb_stall_pass(&m->stall, m->own + 1, cycle, &cycle))
        return false;
    m->own = cycle - xb_stall_lost(&m->stall);
    if (xb_fetch_ends(&m->fetch))
        xb_stall_enter(&m->stall, m->own + m->levels);
    xb_fetch_leave(&m->fetch, cycle);
    return true;
}

// A sum waits for the one before.
static bool add_up(Pool *m)
{
    int64_t i = m->stall.left;
    if (i == m->stall.ends || m->sums->accepted < i)
        return false;
    int64_t before = i > 0 ? *xb_timed_taken(m->sums, i - 1) : 0;
    int64_t cycle = xb_max_int64(xb_stall_arrival(&m->stall, i), before);
    xb_stall_leave(&m->stall, cycle);
    xb_timed_offer(m->sums, cycle + SUM);
    return true;
}

static void pool_advance(XbTimedCell *cell)
{
    Pool *m = (Pool *)cell;
    do
        xb_fetch_advance(&m->fetch);
    while (take_taps(m) | add_up(m));
}

// A beat for each step.
static XbTimedWords step_words(const XbPlanLayer *l)
{
    return (XbTimedWords){.image = l->windows, .step = l->out_words, .beat = l->out_words};
}

static Pool *new_pool(XbTiming *t, const XbPlanLayer *l, XbTimedStream *in)
{
    Pool *m = (Pool *)xb_timed_cell(t, sizeof *m, pool_advance);
    m->levels = l->fetch_rate > 1 ? (xb_clog2(l->fetch_rate) + 1) / 2 : 1;
    m->fetch.layer = l;
    // Sums of the window before stand still in front of the first turns of a window only.
    xb_fetch_init(&m->fetch, &m->cell, in, 0, TAPS + 1 + m->levels + 1);
    m->sums = xb_timed_stream(&m->cell, step_words(l));
    return m;
}

XbTimedLayer xb_plan_time_pool(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    Pool *m = new_pool(t, l, in[0]);
    int latency = l->kind == XB_MAXPOOL ? MAXIMUM : l->kind == XB_AVGPOOL ? AVERAGE : MEAN;
    XbTimedStream *const sums[2] = {m->sums};
    XbTimedLayer lanes = xb_timed_lanes(t, sums, 1, xb_ceil_div(l->out.c, l->lanes), latency);
    return (XbTimedLayer){lanes.out, &m->start};
}

// ---- padding ----

typedef struct Pad {
    XbTimedCell cell;
    XbFetch fetch;
    XbTimedStream *taps;
} Pad;

static bool offer_taps(Pad *m)
{
    int64_t cycle;
    if (m->taps->offered > m->fetch.stage[TAPS].gone || !xb_fetch_waits(&m->fetch, &cycle))
        return false;
    xb_timed_offer(m->taps, cycle);
    return true;
}

static bool taps_leave(Pad *m)
{
    int64_t turn = m->fetch.stage[TAPS].gone;
    if (turn == m->taps->accepted)
        return false;
    xb_fetch_leave(&m->fetch, *xb_timed_taken(m->taps, turn));
    return true;
}

static void pad_advance(XbTimedCell *cell)
{
    Pad *m = (Pad *)cell;
    do
        xb_fetch_advance(&m->fetch);
    while (taps_leave(m) | offer_taps(m));
}

XbTimedLayer xb_plan_time_pad(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    Pad *m = (Pad *)xb_timed_cell(t, sizeof *m, pad_advance);
    m->fetch.layer = l;
    xb_fetch_init(&m->fetch, &m->cell, in[0], 0, 1);
    m->taps = xb_timed_stream(&m->cell, step_words(l));
    return (XbTimedLayer){xb_timed_fifo(t, m->taps, 2), &m->taps->first};
}
