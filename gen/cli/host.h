// SPDX-License-Identifier: Apache-2.0
// A network file whose first operators are the host's takes other values than the chip.
#ifndef XBGEN_CLI_HOST_H
#define XBGEN_CLI_HOST_H

#include "cli/images.h"

// Sees from the type of an open file of images whether its values are those in front of the host's operators, where
// the chip's are of another type: real values become those of --input-real=1, codes get the table images->host.
void xb_host_take(XbRun *run, XbImages *images);

// The code that the reference QUANTIZE makes of a code: clamp(to.zero + M(code - from.zero)).
int xb_host_code(XbQuant from, XbQuant to, int code);

#endif
