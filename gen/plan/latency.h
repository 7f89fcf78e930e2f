// SPDX-License-Identifier: Apache-2.0
// The way of one image through the chip, alone, its input offered and its output taken in every
// cycle: in which cycle each beat of each stream is there, and is taken. Cycle 0 is the one in
// which the first beat of the input is taken.
//
// Each cell of the RTL that beats pass through has a twin here. Nothing in the chip chooses between
// beats, so every event of an image is the latest of a few other events, each some stages later; a
// twin adds up these stages, as its cell has them, and nothing is simulated cycle by cycle.
// Back-pressure (a full ring, FIFO or bank) is such an event too, of a beat further back. A twin
// computes what it can as soon as it can; what it makes known wakes the cells at the other ends of
// its streams.
#ifndef XBGEN_PLAN_LATENCY_H
#define XBGEN_PLAN_LATENCY_H

#include "plan/parts.h"

typedef struct XbTimedCell XbTimedCell;

struct XbTimedCell {  // the first member of every twin
    void (*advance)(XbTimedCell *cell);
    XbTiming *timing;
    bool is_due;  // one of its streams has something new
};

typedef struct XbTimedWords {  // how the words of the image lie in beats
    int64_t image, step, beat;  // of the image; most of a step, and of a beat: the last ones have the rest
    int64_t first;  // 0, or words in front of others that begin a beat of their own: then no steps
    const int *each;  // [beats] those of each beat, where they have no rule; then the others mean
    int64_t beats;    // nothing
} XbTimedWords;

struct XbTimedStream {  // the beats of the image
    int64_t beats;
    XbTimedWords words;
    int64_t offered,
        accepted;            // beats of which it is known when they are there, when they are taken
    int64_t *valid, *taken;  // cycles of these, of the latest beats only: see xb_timed_keep
    int64_t past;            // ... so many, a power of two
    int64_t first;           // when the first one is there
    XbTimedCell *writer, *reader;
    XbTimedCell *next;  // whose turn it is when the last beat is taken; NULL
};

struct XbTiming {
    const XbPlanning *p;
    XbTimedCell **due;  // a queue; each cell stands in it once at most
    int64_t room, first, count;
    int64_t fed;  // when the last beat of the bus was taken
    XbTimedStream
        *before;  // out of the layer before the one that is put together; NULL: it has no turn
};

// ---- latency_stream.c ----
// A twin of `size` bytes, to be computed at least once.
XbTimedCell *xb_timed_cell(XbTiming *t, size_t size, void (*advance)(XbTimedCell *));

// A stream out of `writer`.
XbTimedStream *xb_timed_stream(XbTimedCell *writer, XbTimedWords words);

// Words of beat `k`.
int64_t xb_timed_words(const XbTimedWords *words, int64_t k);

// Whoever asks for the times of more beats than the latest few says so, while the chip is put
// together.
void xb_timed_keep(XbTimedStream *s, int64_t beats);

static inline int64_t *xb_timed_valid(const XbTimedStream *s, int64_t k)
{
    return &s->valid[k & (s->past - 1)];
}

static inline int64_t *xb_timed_taken(const XbTimedStream *s, int64_t k)
{
    return &s->taken[k & (s->past - 1)];
}

// Says when the next beat is there, or is taken.
void xb_timed_offer(XbTimedStream *s, int64_t cycle);
void xb_timed_take(XbTimedStream *s, int64_t cycle);

// True if it is known when the next beat to take is there.
static inline bool xb_timed_waits(const XbTimedStream *s) { return s->accepted < s->offered; }

// The cell waits for the turn of its layer.
XbTimedStream *xb_timed_wait(XbTimedCell *cell);

// The first cycle of a layer's turn, whose `before` that is: the image's second one for the first
// layer. False: not known yet.
bool xb_timed_turn(const XbTimedStream *before, int64_t *cycle);

// Runs all twins until nothing is new.
void xb_timed_run(XbTiming *t);

// ---- latency_fifo.c: xb_fifo, xb_fork, xb_regear; the end of the output ----
XbTimedStream *xb_timed_fifo(XbTiming *t, XbTimedStream *in, int64_t depth);

// A stream as a layer sees it that takes beats in its turn only.
XbTimedStream *xb_timed_gate(XbTiming *t, XbTimedStream *in);

// An xb_fork with so many readers, if there are several: their streams, to[readers].
void xb_timed_fork(XbTiming *t, XbTimedStream *in, int readers, XbTimedStream **to);

typedef struct XbTimedBeats {  // words of a stream in bits, and the most of a beat
    int64_t width, words;
} XbTimedBeats;

// `in` is NULL for the bus: full beats, all offered from the beginning.
XbTimedStream *xb_timed_regear(XbTiming *t, XbTimedStream *in, XbTimedBeats from, XbTimedBeats to,
                               int64_t image_words);
void xb_timed_sink(XbTiming *t, XbTimedStream *in);

// ---- latency_stall.c ----
// A pipeline that stands still as a whole while what has come to its end cannot leave. Its own time
// counts only the cycles in which it moves.
enum { XB_STALL_PAST = 32 };  // more than the stages of any

typedef struct XbStall {
    int64_t end[XB_STALL_PAST];    // own time in which item i stands at the end
    int64_t leave[XB_STALL_PAST];  // cycle in which it leaves
    int64_t ends, left;            // items of which that is known
    int64_t seen;                  // items whose standing still is in the past
} XbStall;

void xb_stall_enter(XbStall *s, int64_t end);    // the next item comes to the end at that own time
void xb_stall_leave(XbStall *s, int64_t cycle);  // ... and leaves

// Cycles lost so far: a cycle less its own time.
int64_t xb_stall_lost(const XbStall *s);

// Cycle in which item `i` comes to the end; all items before it have left.
int64_t xb_stall_arrival(const XbStall *s, int64_t i);

// The first cycle from `cycle` on in which the pipeline moves, its own time being `own` at least.
// Calls go forward in time. False: not known yet.
bool xb_stall_pass(XbStall *s, int64_t own, int64_t cycle, int64_t *at);

// ---- latency_fetch.c: xb_fetch, xb_gather and what waits in front of windows ----
enum { XB_FETCH_STAGES = 6, XB_FETCH_PAST = 4 };

typedef struct XbFetchStage {
    int64_t gone, step, turn;  // turns that have left it; the next one, of those that are looked at
    int64_t at[XB_FETCH_PAST];  // when the latest ones did
} XbFetchStage;

typedef struct XbFetch {
    const XbPlanLayer *layer;
    XbPlanWalk walk;  // its windows
    XbTimedStream *in, *before;
    int reading, last;  // the stage that reads the ring; the one out of which the owner lets turns go
    int64_t steps;      // of the image
    int64_t looked;     // turns of a step that are looked at; the last one stands for those left out
    int64_t come;    // words taken
    int64_t *free, *since;   // words that are free, from a cycle on: grows with the rows of windows
    int64_t frees, freeing;  // such numbers known; the one that the next beat waits for
    int64_t reads;           // steps whose last taps have been read
    int64_t needed, need_words;  // beats that the step needs, their words
    XbFetchStage stage[XB_FETCH_STAGES];
} XbFetch;

// `stages` register stages behind the three of xb_fetch, or the four of xb_gather; the owner sees
// each of the first `looked` turns of a step.
void xb_fetch_init(XbFetch *f, XbTimedCell *owner, XbTimedStream *in, int stages, int64_t looked);

// Takes beats and moves turns on, up to the last stage.
void xb_fetch_advance(XbFetch *f);

// True if a turn stands before the last stage: the first cycle in which it can leave.
bool xb_fetch_waits(const XbFetch *f, int64_t *cycle);
void xb_fetch_leave(XbFetch *f, int64_t cycle);

// The step of the turn that leaves next, and whether the turn is its last one.
static inline int64_t xb_fetch_step(const XbFetch *f) { return f->stage[f->last].step; }
bool xb_fetch_ends(const XbFetch *f);

// ---- latency_unpatch.c ----
// Windows with several outputs side by side and below to the words of the layer's output.
XbTimedStream *xb_timed_unpatch(XbTiming *t, XbTimedStream *in, const XbPlanLayer *l);

// ---- latency_lanes.c: xb_lanes, the layers around it, a reshape ----
// `groups` cycles a beat, `latency` of a group; beats of all inputs are taken together. With the
// FIFO at its end.
XbTimedLayer xb_timed_lanes(XbTiming *t, XbTimedStream *const in[2], int inputs, int64_t groups,
                            int latency);

// ... but the beat of the second input is there for all beats of the first one, and taken with the
// last.
XbTimedLayer xb_timed_gated(XbTiming *t, XbTimedStream *const in[2], int64_t groups, int latency);

#endif
