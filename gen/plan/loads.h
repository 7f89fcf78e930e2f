// SPDX-License-Identifier: Apache-2.0
// What a step of a layer takes from the buffer, in positions of the padded input (each has all the
// codes of a pixel). A step is a run of windows in raster order; docs/architecture.md, Time, has
// the rules.
#ifndef XBGEN_PLAN_LOADS_H
#define XBGEN_PLAN_LOADS_H

#include "xbgen/plan.h"

typedef struct XbAxis {  // windows along one side of the image
    int windows;         // in a row, or rows of them
    int kernel, stride, dilation;
    int in, pad;      // pixels of the image; positions in front of it
    int lag;          // this window and that so many later are the first to tap a position both
    int shift;        // ... which is that many taps further on in the earlier one
    const int *seen;  // [windows + 1] pixels inside the image that the first n windows tap
} XbAxis;

typedef struct XbLoads {
    XbAccess access;
    int windows, taps;
    XbAxis y, x;
} XbLoads;

// Of a layer with a window; the tables of XB_LINE live in `arena`.
XbLoads xb_loads(XbArena *arena, const XbPlanLayer *l, XbAccess access);

// Positions that the step beginning with window `first` loads, with so many copies (the last step
// of an image has fewer windows).
int64_t xb_loads_step(const XbLoads *loads, int first, int copies);

#endif
