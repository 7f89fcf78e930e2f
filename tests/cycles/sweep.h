// SPDX-License-Identifier: Apache-2.0
// xb_window_shared: the words of a step, each read once a row of windows (xb_sweep, xb_gather), and
// the windows that they fill (xb_strip). Which words are loaded follows from the places of windows
// alone: a word is, if a window of the step looks at it that did not have it from the step before.
#ifndef XB_CYCLES_SWEEP_H
#define XB_CYCLES_SWEEP_H

#include "ring.h"

// Where the walk is, or was; columns count in units from the left edge of the padded image.
typedef struct Walk {
    bool valid, last;  // of a step
    int64_t step;
    int64_t row, tap;  // of windows, from the step's first on; of taps
    int64_t unit, to;  // the first of this cycle, the row's last
    int64_t frees;
} Walk;

typedef struct Sweep {
    Geometry geometry;
    Ring ring;
    int64_t access;  // 1 share, 2 kp, 3 line
    int64_t unit_words, onward,
        between;  // words of a unit; units from window to window and from tap to tap
    int64_t span, skip, row_lanes, col_lanes;
    int64_t row_group;  // rows of windows in a cycle; more than 1: with all their words
    Walk at, placed, shown, read, out, put;  // the stages; `put` only where sums are made
    bool has_put, is_full;
    int64_t step;           // that is filled
    int64_t width, height;  // of the padded image, in units and rows
    bool *lacks, *seen;  // words [height][width]: windows wait for it; a window of the image had it
    bool *had;  // columns [width] of the step before in the row of windows in which the step begins
    int64_t lacking;
} Sweep;

Sweep sweep_make(const Instance *i, bool has_sums);
void sweep_tick(Sweep *s, const Stream *in, bool load, int64_t *loads, Counts *counts);

#endif
