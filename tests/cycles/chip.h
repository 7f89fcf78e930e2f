// SPDX-License-Identifier: Apache-2.0
// The whole chip: cells joined by streams as xb_top.sv joins them, images that go through it, and
// what is measured.
#ifndef XB_CYCLES_CHIP_H
#define XB_CYCLES_CHIP_H

#include "cell.h"

enum { MOST_IMAGES = 4000 };

// When images end. The most cycles from image to image: the gap behind the first counts only while
// there is no other.
typedef struct Gaps {
    int64_t images, first, latest, worst;  // cycles; worst 0: no gap yet
    int64_t *gap;                          // [MOST_IMAGES] from image to image
} Gaps;

// The pace that lasts. What a chip does in time depends on no data and has finitely many states, so
// gaps come again and again in the same order; and all layers take as long for it, or something
// still fills or drains.
typedef struct Pace {
    int64_t images, cycles;  // of the shortest such order; 0: not seen yet
    int64_t looked;          // images when it was last looked for
} Pace;

typedef struct Layer {
    Cell *cell;
    const char *name;
    int64_t in_image, out_image;  // words of an image
    int64_t words_in, words_out;
    int inputs;  // whose words are counted: one of a pair, both in turn
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
    bool is_serial;  // layers work in turn
    int64_t cycle;   // from the one in which the first input beat is taken: 1
    Gaps taken, results;
    Pace pace;
} Chip;

// Fails where a stream has not one giver and one taker, or a cell is not known.
Chip chip_make(const Netlist *n);

// So many images, one behind the other; 0: until the pace shows that lasts. Until all is done.
void chip_play(Chip *c, int64_t images);

#endif
