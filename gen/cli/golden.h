// SPDX-License-Identifier: Apache-2.0
// Runs of the golden model or of the plain network over any number of images, batch by batch.
#ifndef XBGEN_CLI_GOLDEN_H
#define XBGEN_CLI_GOLDEN_H

#include "cli/images.h"

#include "xbgen/model.h"

// The plan made ready to run, once a run of the program.
XbModel *xb_golden_model(XbRun *run);

typedef struct XbBatch {  // consecutive images and what they gave; valid during the call only
    int64_t count;
    const uint8_t *input;   // [count][codes of the chip's input]
    const uint8_t *output;  // [count][codes of the last layer]
    uint8_t **layer;        // [layer] -> [count][codes]; NULL if not kept
    uint16_t **codes;       // [layer] -> [count][xb_model_codes]; NULL if not kept
} XbBatch;

typedef enum { XB_KEEP_OUTPUT, XB_KEEP_LAYERS, XB_KEEP_CODES } XbKeep;

// Takes batch after batch, in order; false ends the run.
typedef bool XbBatchSink(void *context, const XbBatch *batch);

// The golden model on all cores; shows progress on a terminal. count: [layer], added to. One batch
// is held: the environment variable XB_BATCH says how many images that is, otherwise as many as
// keep the cores busy and memory small. Returns false when images cannot be read, which is
// reported, or the sink ends it.
bool xb_golden_run(XbRun *run, const XbImages *images, XbKeep keep, XbLayerCount *count,
                   XbBatchSink *sink, void *context);

// The plain network, likewise; no counts, no converter codes.
bool xb_golden_naive(XbRun *run, const XbImages *images, XbKeep keep, XbBatchSink *sink,
                     void *context);

#endif
