// SPDX-License-Identifier: Apache-2.0
// Parts that several cells have: xb_fifo, xb_lanes, xb_regear.
#ifndef XB_CYCLES_PARTS_H
#define XB_CYCLES_PARTS_H

#include "cell.h"

// xb_fifo: a word at the output, others in a memory (or, of two, aside).
typedef struct Fifo {
    int64_t depth, stored;
    bool valid;
    int64_t front;    // of the word at the output
    int64_t *memory;  // [depth - 1]
    int64_t head;
} Fifo;

Fifo fifo_make(int64_t depth);
bool fifo_ready(const Fifo *f);
void fifo_tick(Fifo *f, bool push, int64_t word, bool pop);

// xb_lanes
typedef struct Lanes {
    int64_t groups, group;
    int latency;
    uint64_t valid, last;  // bit n: n enabled cycles after the group was taken
    Fifo tags, out;        // tags: of the words that are under way
} Lanes;

Lanes lanes_make(int64_t channels, int64_t lanes, int latency);
bool lanes_blocked(const Lanes *l);
bool lanes_ready(const Lanes *l);
void lanes_tick(Lanes *l, bool valid, int64_t tag, bool pop);

// xb_regear, with its xb_gearbox
typedef struct Gear {
    int64_t word_units, out_units, most, room, fill, held;
    int64_t image_words, left;
    int64_t out_words, out_beats, last_words, beat;
    bool has_aside;
    Fifo aside;
} Gear;

Gear gear_make(int64_t in_width, int64_t in_words, int64_t out_width, int64_t out_words,
               int64_t image_words);
bool gear_ready(const Gear *g);
bool gear_valid(const Gear *g);
int64_t gear_count(const Gear *g);
void gear_tick(Gear *g, bool push, int64_t words, bool out_ready);

#endif
