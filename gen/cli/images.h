// SPDX-License-Identifier: Apache-2.0
// Images in and results out: .npy files in the network's own numbers, codes inside.
#ifndef XBGEN_CLI_IMAGES_H
#define XBGEN_CLI_IMAGES_H

#include "cli/cli.h"

#include "xbgen/npy.h"

typedef struct XbImages {
    int64_t count;
    const uint8_t *codes;  // [count][h*w*c], unsigned codes
} XbImages;

// The images of --input, the first -n of them. Without --input: -n images (else `fallback`) of
// random bytes. Byte k of all of them is the highest byte of the k-th output of splitmix64 started
// with --seed.
bool xb_images_get(XbRun *run, int fallback, XbImages *out);

// Codes as the network's own numbers: int8 or uint8. In place is allowed.
void xb_images_to_network(const XbPlan *plan, const uint8_t *codes, int64_t count, uint8_t *out);

// An array of `images` results of layer `l` (-1: the chip's input) in the network's shape and
// numbers. `all_ranks`: [N,H,W,C] whatever the rank of the tensor in the file.
XbNpy xb_images_array(const XbPlan *plan, int l, int64_t images, bool all_ranks, const void *data);

#endif
