// SPDX-License-Identifier: Apache-2.0
// What makes a design lose besides few bits: curves that are no steps, and imperfect cells.
#ifndef XBGEN_TESTS_LOSSES_H
#define XBGEN_TESTS_LOSSES_H

#include "rng.h"

#include "xbgen/arena.h"

// Of a layer's converters. Sums are in units of 2^-frac_bits of a level.
typedef struct Converter {
    int bits, most;  // the largest sum
    bool is_analog;
} Converter;

typedef struct Cells {
    bool is_given, has_noise, has_programmed_bias;  // all of it decides about the hardware
    int frac_bits;
} Cells;

// `, "preset": {...}`. The name comes from `structure`, the span from `data`.
const char *losses_preset(XbArena *arena, Rng *structure, Rng *data, const Converter *c);

// [lists][2^bits - 1], none falling; some are reached by any sum, some by none.
int32_t *losses_lists(XbArena *arena, Rng *data, const Converter *c, int lists);

Cells losses_cells(Rng *structure, int most_frac_bits);

// `  "rram": {...},` and the end of the line, or nothing.
const char *losses_cells_text(XbArena *arena, Rng *data, const Cells *cells);

#endif
