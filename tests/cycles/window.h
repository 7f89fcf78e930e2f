// SPDX-License-Identifier: Apache-2.0
// Input delivery of a weight layer: xb_window with what stands in it, the port of the buffer
// included.
#ifndef XB_CYCLES_WINDOW_H
#define XB_CYCLES_WINDOW_H

#include "fetch.h"
#include "sweep.h"

// xb_meter; bits_per_cycle 0: there is none.
typedef struct Meter {
    int64_t bits_per_cycle, word_bits, store_bits, most, owed;
    bool is_serial, turn;
} Meter;

// xb_window_own: the taps come into the windows, of long sums by way of a register.
typedef struct Own {
    Fetch fetch;
    int64_t rate, last_taps, run;
    bool is_staged, is_full;
    Taps staged;
} Own;

typedef struct Window {
    bool is_shared;
    Own own;
    Sweep sweep;
    Meter meter;
} Window;

Window window_make(const Instance *i);
const Ring *window_ring(const Window *w);
void window_turn(Window *w, bool turn);  // steps may begin
bool window_full(const Window *w);       // a step can begin

// `open`: the arrays could begin a step; `load`: they do.
void window_tick(Window *w, const Stream *in, bool open, bool load, Counts *counts);

#endif
