// SPDX-License-Identifier: Apache-2.0
// XbTiling: how the weight matrix of a layer is cut and laid on arrays, as numbers. The matrix is
// block diagonal; a block is a *unit* (all of an ordinary layer, a depthwise channel, a group of a
// grouped convolution), and every mapping scheme is one setting of these numbers:
//
//                      units  unit rows   segment   segments a row tile   tiles a segment
//   im2col                 1  K*K*Ci      all rows  1                     ceil(K*K*Ci / R)
//   depthwise             Ci  K*K         all rows  1                     ceil(K*K / R)
//   grouped                G  K*K*Ci/G    all rows  1                     ceil(K*K*Ci / (G*R))
//   kernel position        1  K*K*Ci      Ci        floor(R / Ci) packed  1
//                                         Ci        1 unpacked            ceil(Ci / R)
//   sub-image              1  S*S*Ci      S*S       floor(R / S*S) packed 1
//                                         S*S       1 slice               1
//   ... depthwise         Ci  S*S         all rows  1                     1
//   ... 1x1       pixels (g)  Ci          all rows  1                     1
//
// A full column tile of sub-images is narrower than the crossbar: it ends with an output channel.
//
// A *segment* is a run of rows of a unit that is never cut where it fits an array. Units stand side
// by side on an array where more than one fits, and each begins an array of its own where not.
#ifndef XBGEN_TILING_H
#define XBGEN_TILING_H

#include <stdint.h>

typedef struct XbTiling {
    int units;                 // blocks on the diagonal
    int unit_rows, unit_cols;  // of one block
    int units_per_array;       // whole units on one array, 1..
    int seg_rows;              // rows of a segment
    int segs_per_tile;         // whole segments in a row tile, 1..; 1 where tiles_per_seg > 1
    int tiles_per_seg;         // row tiles of a segment, 1..
    int tile_rows;             // crossbar rows R: rows of a full tile of a tall segment
    int tile_cols;             // columns of a full column tile
    int tiles_per_unit;        // column tiles of a unit, 1..; 1 where units_per_array > 1
    int row_tiles, col_tiles;  // of one copy; its first array is the fullest
} XbTiling;

typedef struct XbSpan {  // numbers base .. base + count - 1
    int base, count;
} XbSpan;

static inline int xb_tiling_least(int a, int b) { return a < b ? a : b; }

// Arrays of one copy.
static inline int64_t xb_tiling_set(const XbTiling *t)
{
    return (int64_t)t->row_tiles * t->col_tiles;
}

// Rows and columns of the layer, over all units.
static inline int xb_tiling_rows_of(const XbTiling *t) { return t->units * t->unit_rows; }

static inline int xb_tiling_columns_of(const XbTiling *t) { return t->units * t->unit_cols; }

// Units of the array in column tile `tile`: which ones stand on it, wholly or in part.
static inline XbSpan xb_tiling_units(const XbTiling *t, int tile)
{
    int first = tile / t->tiles_per_unit * t->units_per_array;
    return (XbSpan){first, xb_tiling_least(t->units_per_array, t->units - first)};
}

// Columns of the layer that stand in column tile `tile`, from physical column 0 on.
static inline XbSpan xb_tiling_columns(const XbTiling *t, int tile)
{
    XbSpan units = xb_tiling_units(t, tile);
    int base = units.base * t->unit_cols + tile % t->tiles_per_unit * t->tile_cols;
    int end = (units.base + units.count) * t->unit_cols;
    return (XbSpan){base, xb_tiling_least(t->tile_cols, end - base)};
}

// Rows of a unit that stand in row tile `tile`.
static inline XbSpan xb_tiling_unit_rows(const XbTiling *t, int tile)
{
    int first = tile / t->tiles_per_seg * t->segs_per_tile * t->seg_rows;
    int base = first + tile % t->tiles_per_seg * t->tile_rows;
    int end = xb_tiling_least(first + t->segs_per_tile * t->seg_rows, t->unit_rows);
    int count = end - base;
    return (XbSpan){base, t->tiles_per_seg > 1 ? xb_tiling_least(count, t->tile_rows) : count};
}

// Rows of the layer that stand in an array, from physical row 0 on: those of its units, one after
// the other (units that share an array have one row tile).
static inline XbSpan xb_tiling_rows(const XbTiling *t, int row_tile, int col_tile)
{
    XbSpan units = xb_tiling_units(t, col_tile), rows = xb_tiling_unit_rows(t, row_tile);
    if (units.count > 1)
        return (XbSpan){units.base * t->unit_rows, units.count * t->unit_rows};
    return (XbSpan){units.base * t->unit_rows + rows.base, rows.count};
}

#endif
