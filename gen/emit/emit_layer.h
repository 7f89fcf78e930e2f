// SPDX-License-Identifier: Apache-2.0
// The layers inside xb_top.sv, and what emit_top.c and emit_layer.c share while they write it.
#ifndef XBGEN_EMIT_EMIT_LAYER_H
#define XBGEN_EMIT_EMIT_LAYER_H

#include "emit/vwriter.h"

#include "xbgen/plan.h"

typedef struct XbTop {
    XbArena *arena;
    const XbPlan *plan;
    XbVWriter *w;
    uint64_t hash;  // of the design; 0 while it is being computed
    int *taken;     // [1 + layer]: readers connected so far; 0 is the chip's input
} XbTop;

typedef struct XbBeat {  // what a stream carries in a cycle
    int count_bits;      // of the number of words
    int data_bits;
} XbBeat;

typedef struct XbStream {  // the four signals of a stream as one reader sees them
    const char *name;      // prefix of <name>_valid, <name>_ready, <name>_count, <name>_data
    bool is_fork;          // valid and ready are vectors, one bit for each reader
    int reader;
} XbStream;

enum { XB_CHAIN_BITS = 66 };  // of the counter chain

void xb_top_clock(XbTop *top);  // clk_i and rst_ni

// The parameter of cells that have counters as a rule, in a chip without.
void xb_top_counters(XbTop *top);

// The wires of a stream.
void xb_top_stream_wires(XbTop *top, const char *name, XbBeat beat);

// A beat of a layer's output (-1: of the chip's input).
XbBeat xb_top_beat(const XbTop *top, int layer);

// Connects the ports <port>_valid_i, _ready_o, _count_i, _data_i, or out_*.
void xb_top_in(XbTop *top, const char *port, XbStream from);
void xb_top_out(XbTop *top, XbStream to);

// The fork behind a layer (-1: the input) that has several readers.
void xb_top_fork(XbTop *top, int layer);

// The next free reader's end of a layer's output.
XbStream xb_top_read(XbTop *top, int layer);

// Whether its layers work one after the other.
static inline bool xb_top_is_serial(const XbTop *top)
{
    return top->plan->pipeline == XB_PIPELINE_SERIAL;
}

// The wire that starts a layer of a serial chip, and those behind the last one.
const char *xb_top_start(const XbTop *top, int layer);

// A layer: comment, wires, FIFOs in front, the instance, its turn, the fork behind.
void xb_top_layer(XbTop *top, int layer);

#endif
