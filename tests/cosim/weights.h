// SPDX-License-Identifier: Apache-2.0
// A set of weights, scales, zero points and biases for a graph, written as a .tflite file.
#ifndef XBGEN_TESTS_WEIGHTS_H
#define XBGEN_TESTS_WEIGHTS_H

#include "graph.h"

#include "xbgen/arena.h"
#include "xbgen/file.h"

// The file's bytes, in the arena. Sets of one graph differ in data only.
XbBytes weights_file(XbArena *arena, const Graph *g, Rng rng);

#endif
