// SPDX-License-Identifier: Apache-2.0
// --input-real: images as real values, quantized as the network's input is.
#ifndef XBGEN_CLI_REAL_H
#define XBGEN_CLI_REAL_H

#include "cli/images.h"

// Looks at all real values of the images once. Reports [input-type] where the network's input stands for none and
// [input-range] at one that is not a number; otherwise notes their range beside the network's, [input-real].
bool xb_real_check(XbRun *run, const XbImages *images);

// Elements first .. first + count - 1 of the file as codes: element * factor, in float32, quantized. False: they
// cannot be read, which is reported.
bool xb_real_get(const XbImages *images, int64_t first, int64_t count, uint8_t *codes);

// The code of a real value: clamp(zero + round(x / scale)), the division in float32, halves away from zero.
int xb_real_code(XbQuant q, float x);

#endif
