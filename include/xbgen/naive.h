// SPDX-License-Identifier: Apache-2.0
// The plain integer network: no crossbars, no plan. The third voice beside golden model and RTL.
#ifndef XBGEN_NAIVE_H
#define XBGEN_NAIVE_H

#include "xbgen/arena.h"
#include "xbgen/cfg.h"
#include "xbgen/net.h"

// Runs one image of a network whose weights are there. input: h*w*c codes, NHWC. out[l]: the
// caller's buffer for the output of layer l, likewise.
void xb_naive_run(const XbNet *net, XbRounding rounding, const uint8_t *input, uint8_t *const *out);

#endif
