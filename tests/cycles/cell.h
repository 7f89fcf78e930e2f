// SPDX-License-Identifier: Apache-2.0
// Cells of the chip, without data: of a stream there are valid, ready and the number of words. In a
// cycle all cells show what their registers say (valid and ready never depend on anything else),
// then all of them tick.
#ifndef XB_CYCLES_CELL_H
#define XB_CYCLES_CELL_H

#include "netlist.h"

enum { MOST_INPUTS = 2 };

typedef struct Stream {
    const char *name;
    bool valid, ready;
    int64_t count;  // words of the beat
} Stream;

// What a layer counts; its work of the present cycle, as the RTL calls it.
typedef struct Counts {
    bool work, blocked;
    int64_t loads, reads, conversions, held;
} Counts;

typedef struct Cell Cell;
struct Cell {
    const Instance *instance;
    int inputs, outputs;
    Stream *in[MOST_INPUTS];
    Stream **out;
    void (*show)(Cell *c);
    void (*tick)(Cell *c);
    void *state;
    bool turn;  // of a layer: it may work; in a serial chip one at a time
    Counts counts;
};

static inline bool passes(const Stream *s) { return s->valid && s->ready; }
static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Each gives a cell its state and behaviour, from the parameters of its instance.
void mvm_make(Cell *c);
void pool_make(Cell *c);
void add_make(Cell *c);
void concat_make(Cell *c);
void relu_make(Cell *c);
void table_make(Cell *c);
void mul_make(Cell *c);
void merge_make(Cell *c);
void slice_make(Cell *c);
void reshape_make(Cell *c);
void regear_make(Cell *c);
void fork_make(Cell *c);
void fifo_cell_make(Cell *c);
void axis_in_make(Cell *c);
void axis_out_make(Cell *c);

// The two ends: images that the bus still has to bring, the beats of the bus that pass.
void axis_in_offer(Cell *c, int64_t images);
int64_t axis_in_stop(Cell *c);  // none more than are begun; how many these are
bool axis_in_takes(const Cell *c);
bool axis_in_ends(const Cell *c);             // ... the last beat of an image
bool axis_in_starts(const Cell *c);           // ... an image
void axis_in_close(Cell *c, bool is_closed);  // no image may start
bool axis_out_gives(const Cell *c, bool *is_last);

#endif
