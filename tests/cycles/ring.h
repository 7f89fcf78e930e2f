// SPDX-License-Identifier: Apache-2.0
// What the two ways of delivery have in common: the geometry of windows, how far steps reach into
// the stream (xb_reach) and the room of the ring (xb_buffer).
#ifndef XB_CYCLES_RING_H
#define XB_CYCLES_RING_H

#include "cell.h"

typedef struct Geometry {
    int64_t in_h, in_w, kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, pad_t,
        pad_l, out_h, out_w;
    int64_t copies, windows, steps;
    int64_t words;  // most of an input beat
    int64_t ring_words;
} Geometry;

Geometry geometry_of(const Instance *i);

// Of a weight layer, whose windows may have several outputs: side by side and one below the other
// in sub-images, or a run of windows on the rows of a copy.
Geometry weight_geometry_of(const Instance *i);
int64_t run_of(const Instance *i);

// Windows of a step of an image.
static inline int64_t first_window(const Geometry *g, int64_t step) { return step * g->copies; }
static inline int64_t windows_of(const Geometry *g, int64_t step)
{
    return least(g->copies, g->windows - step * g->copies);
}

typedef struct Ring {
    int64_t image_words;
    int64_t *need;   // [steps] words of the image that must be there
    int64_t *frees;  // [steps] words that nobody needs behind it
    int64_t steps, step;
    int64_t beyond;  // words that have come, less those of images that were worked on
    int64_t full_room, room, held;
    bool turn;  // steps may begin
} Ring;

Ring ring_make(const Geometry *g);
bool ring_ready(const Ring *r);
bool ring_goes(const Ring *r);  // all words of the step have come, and it may begin

// A cycle: the beat that comes; whether a step is done with; words read, and how many of them are
// free now.
void ring_tick(Ring *r, const Stream *in, bool step_done, bool read, int64_t frees, Counts *counts);

#endif
