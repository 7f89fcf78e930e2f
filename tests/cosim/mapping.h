// SPDX-License-Identifier: Apache-2.0
// A random cfg.json for a graph.
#ifndef XBGEN_TESTS_MAPPING_H
#define XBGEN_TESTS_MAPPING_H

#include "graph.h"

#include "xbgen/npy.h"

typedef struct MappingFile {  // threshold lists of a layer, beside cfg.json
    const char *name;
    XbNpy array;
} MappingFile;

typedef struct MappingText {
    const char *text;  // of cfg.json
    int files;
    MappingFile file[GRAPH_OPS];
} MappingText;

// What decides about the hardware comes from `structure`, what is only data (converter ranges,
// thresholds, conductances) from `data`: the same `structure` gives the same design.
MappingText mapping_text(XbArena *arena, const Graph *g, Rng structure, Rng data, bool lossless);

#endif
