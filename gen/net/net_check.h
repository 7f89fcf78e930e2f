// SPDX-License-Identifier: Apache-2.0
// The rules that every network obeys, whatever file it was read from. A reader decodes; what may
// not be is said here, once, with codes net-...
#ifndef XBGEN_NET_NET_CHECK_H
#define XBGEN_NET_NET_CHECK_H

#include <stdarg.h>

#include "xbgen/net.h"

enum {
    XB_NET_MAX_DIM = 65536,
    XB_NET_MAX_ELEMENTS = 1 << 26,
    XB_NET_MAX_LAYERS = 4096,
    XB_NET_MAX_OUTPUTS = 64,
    // More weights per output than this and a 32-bit sum could overflow whatever the weights.
    XB_NET_MAX_ROWS = 65536
};

typedef struct XbNetPlace {  // where a layer stands in its file
    XbDiags *d;
    const char *file, *where;  // "operator 3 (CONV_2D)", "$.layers[3]", "input"
    bool has_keys;             // the place is a JSON object, so a fault's key follows `where`
} XbNetPlace;

// Reports at the place, or at its member `key` (may be NULL). Returns false.
bool xb_net_fault(const XbNetPlace *at, const char *key, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool xb_net_vfault(const XbNetPlace *at, const char *key, const char *code, const char *format,
                   va_list args);

// Height, width and channels each 1..2^16, together at most 2^26. `role` is who has the shape.
bool xb_net_check_shape(const XbNetPlace *at, const char *role, int64_t h, int64_t w, int64_t c);

// Scale 1e-30..1e30; `zero` in the terms of the file, in which codes are of q's bits and sign.
bool xb_net_check_scale(const XbNetPlace *at, const char *key, const char *role, float scale);
bool xb_net_check_zero(const XbNetPlace *at, const char *key, const char *role, int64_t zero,
                       XbQuant q);

// Kernel, strides, dilations and given padding, before anything is computed with them.
bool xb_net_check_window(const XbNetPlace *at, const XbNetLayer *l, bool is_padding_given);

// Two tensors that are added: no broadcasting.
bool xb_net_check_addends(const XbNetPlace *at, XbShape a, XbShape b);

// Two tensors that are joined along one direction, in which alone they may differ, and what that gives. Along the width
// only single rows are.
bool xb_net_check_joined(const XbNetPlace *at, XbAlong along, XbShape a, XbShape b, XbShape *out);

// Two tensors that are multiplied: of one shape, or one of them 1 x 1 x C, which `is_gated` says then. False, and
// reported, if they are neither.
bool xb_net_check_factors(const XbNetPlace *at, XbShape a, XbShape b, bool *is_gated);

// Channels and groups of a layer with weights, and how many weights it has; `before` counts those
// of the layers before.
bool xb_net_check_amount(const XbNetPlace *at, const XbNetLayer *l, int64_t before);

// What only moves or picks codes leaves scale and zero point as they are. Scales that are neighbours
// of float32 are taken for equal, with a note.
bool xb_net_check_same_quant(const XbNetPlace *at, XbQuant in, XbQuant out);

// What else a layer with shapes, scales and weights filled in must obey. Weights that are not there
// break no rule.
bool xb_net_check_layer(const XbNetPlace *at, const XbNetLayer *l);

// ---- net_check_bits.c: what few-bit networks have ----
// Bits of the codes that a layer reads and makes.
bool xb_net_check_tensors(const XbNetPlace *at, const XbNetLayer *l);

// Thresholds that never fall, signs of -1 and 1.
bool xb_net_check_thresholds(const XbNetPlace *at, const XbNetLayer *l);

// The blocks of a split layer, whose output is still that of one block.
bool xb_net_check_blocks(const XbNetPlace *at, const XbNetLayer *l, int64_t blocks);

// The shape of the array of its weights, as files have it; returns the rank, 2 or 4.
int xb_net_weights_shape(const XbNetLayer *l, int64_t *shape);

#endif
