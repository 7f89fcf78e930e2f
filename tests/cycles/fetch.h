// SPDX-License-Identifier: Apache-2.0
// xb_fetch: a ring, and the taps of the windows of a step, some a cycle, in three stages.
#ifndef XB_CYCLES_FETCH_H
#define XB_CYCLES_FETCH_H

#include "ring.h"

typedef struct Taps {
    bool valid, last;  // of a window
    int64_t windows;   // of the step
    int64_t frees;     // words that are free behind it
} Taps;

typedef struct Fetch {
    Geometry geometry;
    Ring ring;
    int64_t turns, turn;
    Taps addressed, read, taps;
} Fetch;

Fetch fetch_make(const Instance *i, Geometry g);

// `ready`: the taps at the output are taken if there are any.
void fetch_tick(Fetch *f, const Stream *in, bool ready, Counts *counts);

#endif
