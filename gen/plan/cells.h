// SPDX-License-Identifier: Apache-2.0
// What programming makes of a cell's level: docs/numerics.md section 7.
#ifndef XBGEN_PLAN_CELLS_H
#define XBGEN_PLAN_CELLS_H

#include "plan/parts.h"

enum { XB_QUANTILES = 4096, XB_MOST_LEVELS = 16 };

typedef struct XbCellRule {  // of all cells of a chip, as integers
    uint32_t key[2];
    uint16_t level[XB_MOST_LEVELS];  // conductance of a level, without any draw
    uint16_t top, off;               // of stuck cells
    uint32_t limit;                  // what a cell can have at most
    const int32_t *spread;           // [XB_QUANTILES] V; NULL: no variation
    uint64_t on_below,
        stuck_below;       // words r0 that make a cell stuck on; that make it stuck at all
    uint32_t drift;        // D, in 2^-16
    const uint32_t *line;  // [rows + cols - 1] A by row + column, in 2^-16
} XbCellRule;

XbCellRule xb_cell_rule(XbArena *arena, const XbCfgRram *rram, int cell_bits, int rows, int cols);

// The conductance of one cell that holds a weight; `array`: (layer << 20) + number in the layer,
// row and column physical.
uint16_t xb_cell_conductance(const XbCellRule *rule, uint32_t array, int row, int column,
                             int level);

// The most that a level can become with any draw, at row + column = 0.
uint16_t xb_cell_most(const XbCellRule *rule, int level);

// The quantile table Q, [XB_QUANTILES].
const int16_t *xb_noise_quantiles(XbArena *arena);

// The amplitude S of the noise of a conversion that `rows` rows can add to; false if 31 bits do not
// hold it.
bool xb_noise_amplitude(const XbCfgRram *rram, int rows, int32_t *amplitude);

#endif
