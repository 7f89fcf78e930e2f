// SPDX-License-Identifier: Apache-2.0
// Twins of the cells that beats only pass through: xb_fifo, xb_fork, xb_regear with its xb_gearbox.
#include "plan/bits.h"
#include "plan/latency.h"

// ---- xb_fifo ----

typedef struct Fifo {
    XbTimedCell cell;
    XbTimedStream *in, *out;
    int64_t depth;
} Fifo;

// The cycle before which beat `k` finds no room. Of two words, one leaves with its handshake; of
// more, one when it goes from the memory to the output, a cycle before it is offered there. False:
// not known yet.
static bool fifo_room(const Fifo *f, int64_t k, int64_t *from)
{
    int64_t behind = k - (f->depth == 2 ? 2 : f->depth - 1);
    *from = 0;
    if (behind < 0)
        return true;
    if (behind >= (f->depth == 2 ? f->out->accepted : f->out->offered))
        return false;
    *from = f->depth == 2 ? *xb_timed_taken(f->out, behind) + 1 : *xb_timed_valid(f->out, behind);
    return true;
}

static void fifo_take(Fifo *f)
{
    XbTimedStream *in = f->in;
    int64_t from;
    while (xb_timed_waits(in) && fifo_room(f, in->accepted, &from)) {
        int64_t k = in->accepted, before = k > 0 ? *xb_timed_taken(in, k - 1) + 1 : 0;
        xb_timed_take(in, xb_max_int64(*xb_timed_valid(in, k), xb_max_int64(before, from)));
    }
}

// Into the output when the beat before is taken; from the memory a cycle later than from the input.
static bool fifo_offer(Fifo *f)
{
    int64_t k = f->out->offered;
    if (k >= f->in->accepted || k > f->out->accepted)
        return false;
    int64_t in = *xb_timed_taken(f->in, k) + (f->depth > 2);
    xb_timed_offer(f->out, xb_max_int64(in, k > 0 ? *xb_timed_taken(f->out, k - 1) : 0) + 1);
    return true;
}

static void fifo_advance(XbTimedCell *cell)
{
    Fifo *f = (Fifo *)cell;
    do
        fifo_take(f);
    while (fifo_offer(f));
}

XbTimedStream *xb_timed_fifo(XbTiming *t, XbTimedStream *in, int64_t depth)
{
    Fifo *f = (Fifo *)xb_timed_cell(t, sizeof *f, fifo_advance);
    f->in = in;
    f->depth = depth;
    in->reader = &f->cell;
    f->out = xb_timed_stream(&f->cell, in->words);
    xb_timed_keep(in, depth + 2);
    xb_timed_keep(f->out, depth + 2);
    return f->out;
}

// ---- xb_fork, behind its FIFO ----

typedef struct Fork {
    XbTimedCell cell;
    XbTimedStream *in, **to, *before;
    int readers;
} Fork;

static bool fork_all_took(const Fork *f, int64_t k, int64_t *last)
{
    *last = 0;
    for (int r = 0; r < f->readers; r++) {
        if (f->to[r]->accepted <= k)
            return false;
        *last = xb_max_int64(*last, *xb_timed_taken(f->to[r], k));
    }
    return true;
}

static void fork_advance(XbTimedCell *cell)
{
    Fork *f = (Fork *)cell;
    int64_t last, turn;
    for (int64_t k = f->to[0]->offered; k < f->in->offered && xb_timed_turn(f->before, &turn); k++)
        for (int r = 0; r < f->readers; r++)
            xb_timed_offer(f->to[r], xb_max_int64(turn, *xb_timed_valid(f->in, k)));
    while (xb_timed_waits(f->in) && fork_all_took(f, f->in->accepted, &last))
        xb_timed_take(f->in, last);
}

void xb_timed_fork(XbTiming *t, XbTimedStream *in, int readers, XbTimedStream **to)
{
    to[0] = in;
    if (readers < 2)
        return;
    Fork *f = (Fork *)xb_timed_cell(t, sizeof *f, fork_advance);
    f->in = xb_timed_fifo(t, in, 2);
    f->in->reader = &f->cell;
    f->readers = readers;
    f->to = to;
    for (int r = 0; r < readers; r++)
        to[r] = xb_timed_stream(&f->cell, in->words);
}

// ---- what turn_i of a layer without a ring does ----

XbTimedStream *xb_timed_gate(XbTiming *t, XbTimedStream *in)
{
    if (!t->before)
        return in;
    Fork *f = (Fork *)xb_timed_cell(t, sizeof *f, fork_advance);
    f->in = in;
    f->in->reader = &f->cell;
    f->before = xb_timed_wait(&f->cell);
    f->readers = 1;
    f->to = xb_new(t->p->arena, XbTimedStream *, 1);
    f->to[0] = xb_timed_stream(&f->cell, in->words);
    return f->to[0];
}

// ---- xb_regear ----

typedef struct Gearbox {
    XbTimedCell cell;
    XbTimedStream *in, *out;        // in NULL: the bus
    int64_t beats;                  // of the input
    XbTimedWords words;             // ... and its words
    int64_t word_units;             // of an input word
    int64_t out_units, spare;       // of a beat; units that may be held when a beat comes
    int64_t fill;                   // units behind the last beat
    int64_t pushed, units, latest;  // beats taken, their units, when the latest was
    int64_t made;                   // output beats whose units have come
} Gearbox;

// So many output beats must be gone before the next input beat has room.
static int64_t pops(const Gearbox *g)
{
    return g->units > g->spare ? xb_ceil_div_int64(g->units - g->spare, g->out_units) : 0;
}

static int64_t push_cycle(const Gearbox *g)
{
    int64_t first = g->in ? *xb_timed_valid(g->in, g->pushed) : 0, gone = pops(g);
    int64_t next = g->pushed > 0 ? g->latest + 1 : 0;
    return xb_max_int64(xb_max_int64(first, next),
                        gone > 0 ? *xb_timed_taken(g->out, gone - 1) + 1 : 0);
}

static void push(Gearbox *g)
{
    g->latest = push_cycle(g);
    g->units += xb_timed_words(&g->words, g->pushed) * g->word_units +
                (g->pushed == g->beats - 1 ? g->fill : 0);
    for (; (g->made + 1) * g->out_units <= g->units; g->made++)
        *xb_timed_valid(g->out, g->made) = g->latest + 1;
    g->pushed++;
    if (g->in)
        xb_timed_take(g->in, g->latest);
    else
        g->cell.timing->fed = g->latest;
}

static bool can_push(const Gearbox *g)
{
    return g->pushed < g->beats && (!g->in || xb_timed_waits(g->in)) && pops(g) <= g->out->accepted;
}

static void gearbox_advance(XbTimedCell *cell)
{
    Gearbox *g = (Gearbox *)cell;
    XbTimedStream *out = g->out;
    while (can_push(g))
        push(g);
    while (out->offered < g->made && out->offered <= out->accepted) {
        int64_t k = out->offered;
        xb_timed_offer(out, xb_max_int64(*xb_timed_valid(out, k),
                                         k > 0 ? *xb_timed_taken(out, k - 1) + 1 : 0));
    }
}

// Beats on one side of it, or on both, that the other side has to do with.
static int64_t beats_inside(const Gearbox *g, int64_t most)
{
    return (most + g->spare) / g->out_units + 4;
}

XbTimedStream *xb_timed_regear(XbTiming *t, XbTimedStream *in, XbTimedBeats from, XbTimedBeats to,
                               int64_t image_words)
{
    Gearbox *g = (Gearbox *)xb_timed_cell(t, sizeof *g, gearbox_advance);
    int64_t unit = xb_gcd(from.width, to.words * to.width);
    int64_t in_units = from.words * from.width / unit;
    g->in = in;
    g->words = (XbTimedWords){.image = image_words, .step = from.words, .beat = from.words};
    if (in) {
        g->words = in->words;
        in->reader = &g->cell;
    }
    g->beats = in ? in->beats : xb_ceil_div_int64(image_words, from.words);
    g->word_units = from.width / unit;
    g->out_units = to.words * to.width / unit;
    g->out = xb_timed_stream(&g->cell, (XbTimedWords){.image = image_words * from.width / to.width,
                                                      .step = to.words,
                                                      .beat = to.words});
    g->fill = g->out->beats * g->out_units - image_words * g->word_units;
    g->spare = xb_gearbox_room(in_units, g->out_units, g->fill) - in_units - g->fill;
    xb_timed_keep(g->out, beats_inside(g, in_units + g->fill));
    return g->out_units > in_units ? xb_timed_fifo(t, g->out, 2) : g->out;
}

// ---- the bus, where every beat is taken at once ----

typedef struct Sink {
    XbTimedCell cell;
    XbTimedStream *in;
} Sink;

static void sink_advance(XbTimedCell *cell)
{
    XbTimedStream *in = ((Sink *)cell)->in;
    while (xb_timed_waits(in))
        xb_timed_take(in, *xb_timed_valid(in, in->accepted));
}

void xb_timed_sink(XbTiming *t, XbTimedStream *in)
{
    Sink *s = (Sink *)xb_timed_cell(t, sizeof *s, sink_advance);
    s->in = in;
    in->reader = &s->cell;
}
