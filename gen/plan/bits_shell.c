// SPDX-License-Identifier: Apache-2.0
// What stands around a layer's arithmetic, and the cells that a chip has once.
#include "plan/bits.h"
#include "plan/parts.h"

enum {
    PROG_WORD = 41,  // of the program bus, but for the data and the flag of the last word
    COUNTER = 64,
    IMAGES = 16,
    RESET = 2,
    PROGRAM_FSM =
        3 + 32 + 4 + 20 + 16 + 16 + 4 + 2 + 3,  // state, CRC, record, settling, offer, verdict
    PROGRAM_BUS = 74 + 1,
    CHIP_COUNTS = 3 * COUNTER + 1,
    AXIL = 3 + 3 + 32 + 32 + 2 + 4  // write, state, high word, answer, counter asked for
};

// The words of a record, and where they go.
XbBits xb_bits_prog_row(int64_t words, int64_t addr_bits)
{
    return xb_bits_registers(1 + addr_bits + 32 * words);
}

static int64_t word_count(XbShape image) { return xb_clog2(xb_shape_pixels(image) + 1); }

// Three counters of cycles, two of words, and the one that is read.
static int64_t counters(const XbPlan *plan, const XbPlanLayer *l)
{
    if (!plan->counters)
        return 0;
    return 6 * COUNTER + (l->ring_words > 0 ? xb_bits_held(l) : 0);
}

XbBits xb_bits_shell(const XbPlan *plan, const XbPlanLayer *l, int64_t used, int widest)
{
    int64_t prog = used > 0 ? PROG_WORD + widest : 5;  // a frame begins
    int64_t words = word_count(l->in) + word_count(l->out);
    return xb_bits_registers(counters(plan, l) + words + used + prog + IMAGES);
}

// ---- the chip ----

static int64_t bus_codes(int bytes, int bits) { return bytes / xb_code_bytes(bits); }

static int64_t bus_beats(XbShape image, int64_t codes)
{
    return xb_ceil_div_int64(xb_shape_size(image), codes);
}

static XbBits axis_in(const XbPlan *p)
{
    int64_t codes = bus_codes(p->in_bytes, p->code_bits);
    XbBitsBeats bus = {p->code_bits, codes};
    XbBitsBeats beats = {(int64_t)p->code_bits * p->input.c, p->input_words};
    return xb_bits_sum(xb_bits_regear(bus, beats, xb_shape_size(p->input)),
                       xb_bits_registers(2 + xb_clog2(bus_beats(p->input, codes))));
}

static XbBits axis_out(const XbPlan *p)
{
    const XbPlanLayer *last = &p->layer[p->layers - 1];
    int64_t codes = bus_codes(p->out_bytes, last->out_bits);
    XbBitsBeats beats = {(int64_t)last->out_bits * last->out.c, last->out_words};
    XbBitsBeats bus = {last->out_bits, codes};
    return xb_bits_sum(xb_bits_regear(beats, bus, xb_shape_pixels(last->out)),
                       xb_bits_registers(1 + xb_clog2(bus_beats(last->out, codes))));
}

// Beats of a layer's stream (-1: of the chip's input), with their number of words.
static int64_t beat_bits(const XbPlan *p, int layer, int words)
{
    int bits = layer < 0 ? p->code_bits : p->layer[layer].out_bits;
    return xb_count_bits(words) + (int64_t)bits * xb_plan_stream(p, layer).c * words;
}

static XbBits fork_behind(const XbPlan *p, int layer)
{
    int readers = xb_plan_readers(p, layer);
    if (readers < 2)
        return (XbBits){0};
    return xb_bits_fork(beat_bits(p, layer, xb_plan_beat_words(p, layer)), readers);
}

// What stands in front of a layer.
static XbBits gears(const XbPlan *p, const XbPlanLayer *l)
{
    XbBits bits = {0};
    for (int i = 0; i < l->inputs; i++) {
        XbShape in = xb_plan_input_shape(l, i);
        int64_t width = (int64_t)l->in_bits * in.c;
        XbBitsBeats from = {width, xb_plan_beat_words(p, l->input[i])},
                    to = {width, xb_plan_input_words(l, i)};
        if (l->gear[i])
            bits = xb_bits_sum(bits, xb_bits_regear(from, to, xb_shape_pixels(in)));
    }
    if (l->inputs == 1 && l->fifo_beats[0] > 0)
        bits = xb_bits_sum(bits,
                           xb_bits_fifo(beat_bits(p, l->input[0], l->in_words), l->fifo_beats[0]));
    return bits;
}

// What tells layers that it is their turn, and lets images in one by one.
static XbBits turns(const XbPlan *p)
{
    int64_t regs = 1;
    if (p->pipeline == XB_PIPELINE_LAYER)
        return (XbBits){0};
    for (int l = 0; l < p->layers; l++)
        regs += 1 + xb_clog2(xb_shape_pixels(p->layer[l].out) + 1);
    return xb_bits_registers(regs);
}

XbBits xb_bits_chip(const XbPlan *plan)
{
    int64_t regs = CHIP_COUNTS + AXIL + plan->layers + xb_clog2(plan->layers);
    XbBits bits = xb_bits_registers(RESET + PROGRAM_FSM + PROGRAM_BUS + regs);
    bits = xb_bits_sum(bits, xb_bits_sum(axis_in(plan), axis_out(plan)));
    bits = xb_bits_sum(bits, turns(plan));
    for (int l = -1; l < plan->layers; l++)
        bits = xb_bits_sum(bits, fork_behind(plan, l));
    for (int l = 0; l < plan->layers; l++)
        bits = xb_bits_sum(bits, gears(plan, &plan->layer[l]));
    return bits;
}
