// SPDX-License-Identifier: Apache-2.0
// A random cfg.json for a graph.
#ifndef XBGEN_TESTS_MAPPING_H
#define XBGEN_TESTS_MAPPING_H

#include "graph.h"

#include "xbgen/arena.h"

// The text of cfg.json. What decides about the hardware comes from `structure`, what is only data
// (converter ranges) from `data`: the same `structure` gives the same design.
const char *mapping_text(XbArena *arena, const Graph *g, Rng structure, Rng data, bool lossless);

#endif
