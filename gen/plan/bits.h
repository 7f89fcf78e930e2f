// SPDX-License-Identifier: Apache-2.0
// What the cells store, from the plan's numbers: one function for each cell of rtl_templates that
// has registers or memories, composed as the cells are. Flip-flops that synthesis takes away
// because nobody looks at them (high bits of a layer's registers) are not counted where they are
// many.
#ifndef XBGEN_PLAN_BITS_H
#define XBGEN_PLAN_BITS_H

#include "xbgen/plan.h"

// $clog2.
static inline int xb_clog2(int64_t n) { return n > 1 ? xb_bits_for((uint64_t)n - 1) : 0; }

static inline XbBits xb_bits_registers(int64_t bits) { return (XbBits){.registers = bits}; }

static inline XbBits xb_bits_sum(XbBits a, XbBits b)
{
    return (XbBits){a.memory + b.memory, a.registers + b.registers};
}

static inline XbBits xb_bits_times(int64_t n, XbBits each)
{
    return (XbBits){n * each.memory, n * each.registers};
}

// A storage of so many words is memory, not registers; the same rule as in xb_store.sv.
static inline bool xb_bits_large(int64_t width, int64_t words)
{
    return words >= 8 && width * words > 2048;
}

// Width of a digital count of the offset encoding: the sum of a block's codes.
static inline int xb_bits_count(const XbPlanLayer *l)
{
    int64_t rows = l->map->rows / l->map->tiling.units;
    return xb_clog2(rows * ((INT64_C(1) << l->in_bits) - 1) + 1);
}

// ---- bits_stream.c: storage and streams ----
typedef struct XbBitsBeats {  // words of a stream, and the most of a beat
    int64_t width, words;
} XbBitsBeats;

typedef struct XbBitsLanes {  // parameters of xb_lanes
    int64_t channels, lanes, streams, in_bits, out_bits, side_bits, tag_bits, latency;
} XbBitsLanes;

XbBits xb_bits_store(int64_t width, int64_t words);
XbBits xb_bits_fifo(int64_t width, int64_t depth);
XbBits xb_bits_fork(int64_t width, int readers);
// Units that an xb_gearbox can hold, of inputs and outputs of so many.
int64_t xb_gearbox_room(int64_t in, int64_t out, int64_t fill);

XbBits xb_bits_regear(XbBitsBeats in, XbBitsBeats out, int64_t image_words);
XbBits xb_bits_lanes(const XbBitsLanes *p);
typedef struct XbBitsNumber {  // what xb_scale multiplies
    int width;                 // bits, of 32, that are not its sign
    int zeros;                 // ... of these, the lowest that are always 0
} XbBitsNumber;

// Each lane has an xb_scale. Where all lanes have one multiplier, synthesis keeps it once: that is
// xb_bits_multiplier.
XbBits xb_bits_scale(XbScaling rounding, XbBitsNumber number);
XbBits xb_bits_multiplier(XbScaling rounding, XbBitsNumber number);

// ---- bits_shell.c: what stands around a layer's arithmetic, and the chip's own cells ----
XbBits xb_bits_prog_row(int64_t words, int64_t addr_bits);
// `used`: bits of the layer's registers that are looked at, `widest`: of one of them, or of other
// data of the program.
XbBits xb_bits_shell(const XbPlan *plan, const XbPlanLayer *l, int64_t used, int widest);
XbBits xb_bits_chip(const XbPlan *plan);

// ---- bits_ring.c: the ring of a layer's input ----
typedef struct XbBitsRing {  // geometry of xb_ring
    int64_t lines, ports, line_bits, place_bits;
} XbBitsRing;

XbBitsRing xb_bits_ring_of(const XbPlanLayer *l);
XbBits xb_bits_ring(const XbPlanLayer *l, const XbBitsRing *r);
XbBits xb_bits_reach(const XbPlanLayer *l);
int xb_bits_free(const XbPlanLayer *l);  // width of a number of words that are freed
int xb_bits_held(const XbPlanLayer *l);  // ... of words in the ring

// ---- bits_window.c: windows, row drivers ----
XbBits xb_bits_fetch(const XbPlanLayer *l);
XbBits xb_bits_window(const XbPlan *plan, const XbPlanLayer *l);

// ---- bits_shared.c: the walk over shared words, and the windows that they fill ----
XbBits xb_bits_shared(const XbPlan *plan, const XbPlanLayer *l);

// ---- bits_core.c: arrays, and what becomes of their sums ----
XbBits xb_bits_core(const XbPlan *plan, const XbPlanLayer *l);

// ---- bits_layer.c: the cells of the layers ----
XbBits xb_bits_mvm(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_pool(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_add(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_mul(const XbPlan *plan, const XbPlanLayer *l);
// The FIFO in which the map of a product waits.
XbBits xb_bits_waiting(const XbPlanLayer *l);
XbBits xb_bits_table(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_relu(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_merge(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_concat(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_reshape(const XbPlan *plan, const XbPlanLayer *l);
XbBits xb_bits_slice(const XbPlan *plan, const XbPlanLayer *l);

#endif
