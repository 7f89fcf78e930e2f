// SPDX-License-Identifier: Apache-2.0
// Images in and results out: .npy files in the network's own numbers, codes inside.
#ifndef XBGEN_CLI_IMAGES_H
#define XBGEN_CLI_IMAGES_H

#include "cli/cli.h"

#include "xbgen/npy.h"

typedef struct XbImages {  // where images come from; none are held
    const XbPlan *plan;
    int64_t count;
    XbNpyReader file;  // not open: random bytes
    float factor;      // its elements times this are real values; 0: they are codes
    const uint8_t *host;  // [256] code of an element that the file's own input has, by its bits; NULL: the chip's
    uint64_t seed;
} XbImages;

// The images of the file `path`, the first -n of them. `path` NULL: -n images (else `fallback`) of
// random bytes; byte k of all of them are the highest bits, as many as a code has, of the k-th
// output of splitmix64 started with --seed. With --input-real the file's elements are real values, whose range is noted. Reports
// [input-...], [npy-...] and [file-read].
bool xb_images_open(XbRun *run, const char *path, int fallback, XbImages *out);

// The same of a file of codes, whatever --input-real says of --input.
bool xb_images_open_codes(XbRun *run, const char *path, XbImages *out);

// Images first .. first + count - 1 as unsigned codes, [count][h*w*c].
bool xb_images_get(const XbImages *images, int64_t first, int64_t count, uint8_t *codes);

void xb_images_close(XbImages *images);  // may be called at any time

// `count` codes of layer `l`'s output (-1: the chip's input), as the model has them, become the
// network's own numbers: int8, uint8, uint16 or int32. In place is allowed.
void xb_images_to_network(const XbPlan *plan, int l, const uint8_t *codes, int64_t count,
                          uint8_t *out);

// An array of `images` results of layer `l` (-1: the chip's input) in the network's shape and
// numbers, without data. `all_ranks`: [N,H,W,C] whatever the rank of the tensor in the file.
XbNpy xb_images_array(const XbPlan *plan, int l, int64_t images, bool all_ranks);

#endif
