// SPDX-License-Identifier: Apache-2.0
// The whole chip: cells joined by streams as xb_top.sv joins them, images that go through it, and
// what is measured.
#ifndef XB_CYCLES_CHIP_H
#define XB_CYCLES_CHIP_H

#include "cell.h"

// The most cycles from image to image; the gap behind the first counts only while there is no
// other.
typedef struct Gaps {
    int64_t images, first, latest, worst;  // cycles; worst 0: no gap yet
    int64_t settled,
        worst_settled;  // images until the pace was seen to last; the most cycles behind them
} Gaps;

typedef struct Layer {
    Cell *cell;
    const char *name;
    int64_t in_image, out_image;  // words of an image
    int64_t words_in, words_out;
    int64_t start;          // first cycle of work
    int64_t busy, blocked;  // cycles
    Gaps gaps;
} Layer;

typedef struct Chip {
    Cell *cell;
    int cells;
    Stream *stream;
    int streams;
    Layer *layer;  // by number
    int layers;
    Cell *input, *output;
    int64_t cycle;  // from the one in which the first input beat is taken: 1
    Gaps results;
} Chip;

// Fails where a stream has not one giver and one taker, or a cell is not known.
Chip chip_make(const Netlist *n);

// So many images, one behind the other; 0: until the pace shows, and as long again. Until all is
// done.
void chip_play(Chip *c, int64_t images);

#endif
