// SPDX-License-Identifier: Apache-2.0
// xb_unpatch: windows of sub-images wait until a row of them is whole, and leave row by row of
// words.
#ifndef XB_CYCLES_UNPATCH_H
#define XB_CYCLES_UNPATCH_H

#include "parts.h"

typedef struct Patched {
    bool valid;
    int64_t words;
} Patched;

typedef struct Unpatch {
    int64_t side, out_h, out_w, across, down, columns, rows;
    int64_t col, whole;  // windows of the present row that have come; rows that wait
    int64_t line, group,
        at_down;  // the next read: of the row, rows of the row of windows, that row
    Patched read, beat;
    Gear gear;
} Unpatch;

Unpatch unpatch_make(const Instance *i);
bool unpatch_ready(const Unpatch *u);
void unpatch_tick(Unpatch *u, const Stream *in, bool out_ready);

#endif
