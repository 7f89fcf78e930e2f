// SPDX-License-Identifier: Apache-2.0
// What the two parts of the plain network share.
#ifndef XBGEN_MODEL_NAIVE_PARTS_H
#define XBGEN_MODEL_NAIVE_PARTS_H

#include "xbgen/naive.h"

// A layer with weights, an input of any bits and any post-processing; `scaled` gives the code of
// a channel's sum where its output is scaled.
typedef struct XbNaiveSums {
    const XbNetLayer *l;
    const uint8_t *in;
    uint8_t *out;
    uint8_t (*scaled)(const void *context, int channel, int64_t sum);
    const void *context;
} XbNaiveSums;

void xb_naive_weighted(const XbNaiveSums *s);

// The largest codes of windows, or the smallest of channels whose sign is -1.
void xb_naive_pool_signed(const XbNetLayer *l, const uint8_t *in, uint8_t *out);

void xb_naive_merge(const XbNetLayer *l, const uint8_t *in, uint8_t *out);

#endif
