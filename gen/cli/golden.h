// SPDX-License-Identifier: Apache-2.0
// Runs of the golden model or of the plain network over many images, kept as far as asked for.
#ifndef XBGEN_CLI_GOLDEN_H
#define XBGEN_CLI_GOLDEN_H

#include "cli/images.h"

#include "xbgen/model.h"

typedef struct XbGolden {
    int64_t images;
    uint8_t *output;      // [images][codes of the last layer]
    uint8_t **layer;      // [layer] -> [images][codes]; NULL if not wanted
    uint16_t **codes;     // [layer] -> [images][xb_model_codes]; NULL if not wanted
    XbLayerCount *count;  // [layer]
} XbGolden;

typedef enum { XB_KEEP_OUTPUT, XB_KEEP_LAYERS, XB_KEEP_CODES } XbKeep;

// The golden model. Shows progress on a terminal.
XbGolden xb_golden_run(XbRun *run, const XbImages *images, XbKeep keep);

// The plain network; no counts, no converter codes.
XbGolden xb_golden_naive(XbRun *run, const XbImages *images);

#endif
