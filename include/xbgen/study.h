// SPDX-License-Identifier: Apache-2.0
// What publications on mapping count, for any network and crossbar: layers cut in two kernels, words that a
// buffer moves, pipelines with more weights, windows of other shapes, energy of
// converters. Counts alone: nothing here is mapped or run.
#ifndef XBGEN_STUDY_H
#define XBGEN_STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/cfg.h"
#include "xbgen/diag.h"
#include "xbgen/net.h"
#include "xbgen/plan.h"

// ---- what if every n-th 3x3 convolution were depthwise plus 1x1 ----

typedef struct XbStudyPair {  // a 3x3 convolution of the main path
    const XbNetLayer *layer;
    int64_t windows;               // of the whole convolution, sub-images by slice
    int64_t whole;                 // arrays for all windows at once: by slice,
    int64_t depthwise, pointwise;  // ... and of the two that would take its place
    bool is_replaced;
} XbStudyPair;

typedef enum {
    XB_COUNT_SLICE,              // sub-images, all windows at once, whole convolutions by slice
    XB_COUNT_PACKED,             // ... packed
    XB_COUNT_SLICE_UNSTRIDED,    // likewise, as if every stride were 1 at output resolution
    XB_COUNT_PACKED_UNSTRIDED,
    XB_COUNT_ONE_SET,            // im2col, one set of arrays a layer
    XB_COUNTS
} XbCounting;

typedef struct XbStudyTotal {
    XbCounting counting;
    bool takes_fewest;  // depthwise sub-images of fewest arrays, not the largest
    int64_t whole;      // all convolutions as they are
    int64_t replaced;   // all replaced
    int64_t mixed;      // every n-th replaced
} XbStudyTotal;

// ---- arrays of one set of every layer ----

typedef struct XbStudyArrays {
    int64_t im2col, unpacked, packed;  // kernel position with an array for each position, and with as many as fit
    int64_t cells;                     // that hold weights
} XbStudyArrays;

// ---- words that buffers move: all convolutions and fully connected layers ----

typedef struct XbStudyWords {
    int64_t windows, main_windows;  // of all layers, of the main path
    int64_t im2col;     // every window fetches its input
    int64_t per_kernel; // ... divided by K
    int64_t columns;    // new columns of a window alone
    int64_t rows;       // likewise, but a row of the output begins with a whole window
    int64_t lines;      // every tapped pixel once
} XbStudyWords;

// The port model of the publication on kernel position: main path, loads alone, whole words a cycle.
typedef struct XbStudyPort {
    int t_xbar, bits;      // cycles of a read, bits of a cycle
    int64_t im2col;        // cycles of an image, loads and reads one after the other
    int64_t columns, rows; // with new columns alone; with whole windows at the beginning of rows
    int64_t overlapped_im2col, overlapped_columns;  // the longer of both
    int64_t loads;         // of im2col's cycles
    int64_t exact_im2col, exact_rows;  // with stores, and whole windows at the beginning of rows
} XbStudyPort;

// ---- a pipeline that is as fast as its input height allows ----

typedef struct XbStudyStage {
    int bound;             // input height; layers with a larger one have (height / bound)^2 copies
    int64_t stage;         // windows of the slowest layer
    int64_t weights, own;  // with copies, and without
    int64_t balanced;      // weights with ceil(windows / stage) copies
} XbStudyStage;

// ---- cycles of one array that takes all windows in turn, a column a weight, no padding ----

typedef struct XbStudyWindow {
    const XbNetLayer *layer;
    int64_t im2col, square, any;  // window: the kernel; square; of any shape, channels cut as they fit
    int side, height, width;      // of the windows; the kernel where none is better
} XbStudyWindow;

// ---- converters, and those that would lose nothing: a bit more is twice the energy of a conversion ----

typedef struct XbStudyAdc {  // of a layer
    const char *name;
    int bits, lossless_bits;
    int64_t converters;   // of all arrays
    int64_t conversions;  // for an image
} XbStudyAdc;

typedef struct XbStudyAdcs {
    int layers;
    XbStudyAdc *layer;
    int64_t energy, lossless_energy;  // an image: conversions * 2^bits
    int64_t power, lossless_power;    // of converters that always run: converters * 2^bits
} XbStudyAdcs;

typedef struct XbStudy {
    const char *network;
    int rows, cols, every, columns;  // columns of a weight; 0: as cfg.json makes them
    int name_width;                  // of a column of layers
    int pairs, totals, ports, stages, windows;
    XbStudyPair *pair;
    XbStudyTotal *total;
    XbStudyArrays arrays;
    XbStudyWords words;
    XbStudyPort *port;
    XbStudyStage *stage;
    XbStudyWindow *window;
    XbStudyAdcs adcs;
} XbStudy;

// Counts everything. `plan` is an outline of both. `columns` of a weight: 0 for those that the plan has. Reports
// [study-fit] where no sub-image of a layer fits an array. Returns false if there was an error.
bool xb_study_make(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, const XbPlan *plan,
                   int every, int columns, XbStudy *out);

// As text, and as JSON.
char *xb_study_text(XbArena *arena, const XbStudy *study);
char *xb_study_json(XbArena *arena, const XbStudy *study);

// What is counted: "slice", "packed, stride 1" ...
const char *xb_study_counting_name(XbCounting counting);

#endif
