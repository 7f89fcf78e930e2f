// SPDX-License-Identifier: Apache-2.0
// A random network as JSON and .npy files, with what only that format has: few-bit and seeded
// weights.
#ifndef XBGEN_TESTS_JSON_NET_H
#define XBGEN_TESTS_JSON_NET_H

#include "graph.h"

#include "xbgen/diag.h"
#include "xbgen/file.h"

// Writes folder/net.json and the files beside it; `tflite` is the same graph with its weights.
bool json_net_write(XbArena *arena, XbDiags *d, const Graph *g, XbBytes tflite, Rng rng,
                    const char *folder);

#endif
