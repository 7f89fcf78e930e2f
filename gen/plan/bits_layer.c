// SPDX-License-Identifier: Apache-2.0
// The cells of the layers.
#include "plan/bits.h"
#include "plan/parts.h"

enum {
    ZERO_OR_CLAMP = 16,  // what is looked at of a layer's registers
    SCALE = 32 + 7,      // multiplier and exponent
    WORD = 32
};

// Codes that leave a layer word by word, or beat by beat.
static int64_t out_word(const XbPlanLayer *l) { return (int64_t)l->out_bits * l->out.c; }

static XbBits clamp(const XbPlanLayer *l) { return xb_bits_registers(l->out_bits); }

XbBits xb_bits_mvm(const XbPlan *plan, const XbPlanLayer *l)
{
    enum { REGISTERS = 3 * ZERO_OR_CLAMP + 22 + WORD };  // out_zero, clamps, delta, lo
    XbBits bits = xb_bits_sum(xb_bits_window(plan, l), xb_bits_core(plan, l));
    return xb_bits_sum(bits, xb_bits_shell(l, REGISTERS + l->in_bits));
}

XbBits xb_bits_relu(const XbPlan *plan, const XbPlanLayer *l)
{
    (void)plan;
    XbBitsLanes lanes = {.channels = (int64_t)l->out_words * l->out.c,
                         .lanes = l->lanes,
                         .streams = 1,
                         .in_bits = l->in_bits,
                         .out_bits = l->out_bits,
                         .tag_bits = xb_count_bits(l->out_words),
                         .latency = 5};
    XbBits lane = xb_bits_sum(xb_bits_scale(l->scaling, 0), clamp(l));
    return xb_bits_sum(xb_bits_sum(xb_bits_lanes(&lanes), xb_bits_times(l->lanes, lane)),
                       xb_bits_shell(l, 4 * ZERO_OR_CLAMP + SCALE));
}

XbBits xb_bits_add(const XbPlan *plan, const XbPlanLayer *l)
{
    (void)plan;
    int64_t beat = xb_count_bits(l->in_words) + (int64_t)l->in_bits * l->in.c * l->in_words;
    XbBitsLanes lanes = {.channels = (int64_t)l->out_words * l->out.c,
                         .lanes = l->lanes,
                         .streams = 2,
                         .in_bits = l->in_bits,
                         .out_bits = l->out_bits,
                         .tag_bits = xb_count_bits(l->out_words),
                         .latency = 10};
    int lift = l->in_bits > 8 ? 28 - l->in_bits : 20;  // as xb_layer_add
    XbBits inputs = xb_bits_times(2, xb_bits_scale(l->scaling, lift));
    XbBits lane = xb_bits_sum(xb_bits_sum(inputs, xb_bits_scale(l->scaling, 0)), clamp(l));
    XbBits bits =
        xb_bits_sum(xb_bits_fifo(beat, l->fifo_beats[0]), xb_bits_fifo(beat, l->fifo_beats[1]));
    bits = xb_bits_sum(bits, xb_bits_lanes(&lanes));
    bits = xb_bits_sum(bits, xb_bits_times(l->lanes, xb_bits_sum(lane, xb_bits_registers(WORD))));
    return xb_bits_sum(bits, xb_bits_shell(l, 5 * ZERO_OR_CLAMP + 3 * SCALE));
}

XbBits xb_bits_reshape(const XbPlan *plan, const XbPlanLayer *l)
{
    (void)plan;
    XbBitsBeats in = {(int64_t)l->out_bits * l->in.c, l->in_words};
    XbBitsBeats out = {out_word(l), l->out_words};
    return xb_bits_sum(xb_bits_regear(in, out, xb_shape_pixels(l->in)), xb_bits_shell(l, 0));
}

// ---- pools ----

// Most pixels of a window inside the image.
static int64_t pixels(const XbPlanLayer *l)
{
    return (int64_t)xb_min(l->kh, l->in.h) * xb_min(l->kw, l->in.w);
}

// A reciprocal for each number of pixels, in registers for each window.
static XbBits reciprocals(const XbPlanLayer *l)
{
    return xb_bits_sum(xb_bits_store(64, pixels(l) + 1), xb_bits_registers(32 + 1));
}

// What follows the finished sum of a channel.
static XbBits pool_lane(const XbPlanLayer *l)
{
    enum { AVERAGE = 2 * WORD + 2 };  // twice the sum, the quotient, their signs
    XbBits bits = clamp(l);
    if (l->kind == XB_AVGPOOL)
        bits = xb_bits_sum(bits, xb_bits_registers(AVERAGE));
    if (l->kind == XB_MEAN)
        bits = xb_bits_sum(bits, xb_bits_scale(l->scaling, 0));
    return bits;
}

static XbBits pool_window(const XbPlanLayer *l)
{
    bool is_average = l->kind == XB_AVGPOOL;
    int64_t count = xb_clog2(pixels(l) + 1), sum = l->in_bits + (l->kind == XB_MAXPOOL ? 0 : count);
    XbBitsLanes lanes = {.channels = l->out.c,
                         .lanes = l->lanes,
                         .streams = 1,
                         .in_bits = sum,
                         .out_bits = l->out_bits,
                         .side_bits = is_average ? count : 0,
                         .latency = l->kind == XB_MAXPOOL ? 1
                                    : is_average          ? 3
                                                          : 5};
    int64_t sums = 2 * sum * l->out.c + (is_average ? 2 * count : 0) + 1;
    XbBits bits = xb_bits_sum(xb_bits_registers(sums), xb_bits_lanes(&lanes));
    if (is_average)
        bits = xb_bits_sum(bits, reciprocals(l));
    return xb_bits_sum(bits, xb_bits_times(l->lanes, pool_lane(l)));
}

static int64_t pool_registers(const XbPlanLayer *l)
{
    switch (l->kind) {
    case XB_PAD:
        return l->in_bits;
    case XB_MEAN:
        return 3 * ZERO_OR_CLAMP + SCALE + WORD + l->in_bits;
    default:
        return 2 * ZERO_OR_CLAMP + l->in_bits;
    }
}

XbBits xb_bits_pool(const XbPlan *plan, const XbPlanLayer *l)
{
    (void)plan;
    XbBits window =
        l->kind == XB_PAD ? xb_bits_fifo((int64_t)l->in_bits * l->in.c, 2) : pool_window(l);
    XbBits bits = xb_bits_sum(xb_bits_fetch(l), xb_bits_times(l->copies, window));
    return xb_bits_sum(bits, xb_bits_sum(xb_bits_registers(xb_clog2(l->steps)),
                                         xb_bits_shell(l, pool_registers(l))));
}
