// SPDX-License-Identifier: Apache-2.0
// The cells of the layers.
#include "plan/bits.h"
#include "plan/parts.h"

enum {
    ZERO_OR_CLAMP = 16,  // what is looked at of a layer's registers
    FACTOR = 31,         // of a multiplier
    SCALE = FACTOR + 7,  // ... and its exponent
    WORD = 32
};

// Codes that leave a layer word by word, or beat by beat.
static int64_t out_word(const XbPlanLayer *l) { return (int64_t)l->out_bits * l->out.c; }

static XbBits clamp(const XbPlanLayer *l) { return xb_bits_registers(l->out_bits); }

XbBits xb_bits_mvm(const XbPlan *plan, const XbPlanLayer *l)
{
    enum { CODES = 3 * ZERO_OR_CLAMP, STEPS = 22 + WORD };  // out_zero, clamps; delta, lo
    int64_t used = l->in_bits + (l->post == XB_POST_CODES ? 0 : STEPS) +
                   (l->post == XB_POST_SCALE ? CODES : 0);
    XbBits bits = xb_bits_sum(xb_bits_window(plan, l), xb_bits_core(plan, l));
    return xb_bits_sum(bits, xb_bits_shell(plan, l, used, WORD));
}

// Lanes that take the codes of whole words from so many streams and have results after `latency`.
static XbBitsLanes lanes_of(const XbPlanLayer *l, int streams, int latency)
{
    return (XbBitsLanes){.channels = (int64_t)l->out_words * l->out.c,
                         .lanes = l->lanes,
                         .streams = streams,
                         .in_bits = l->in_bits,
                         .out_bits = l->out_bits,
                         .tag_bits = xb_count_bits(l->out_words),
                         .latency = latency};
}

XbBits xb_bits_relu(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsLanes lanes = lanes_of(l, 1, 5);
    XbBitsNumber difference = {.width = ZERO_OR_CLAMP + 1};
    XbBits lane = xb_bits_sum(xb_bits_scale(l->scaling, difference), clamp(l));
    XbBits bits = xb_bits_sum(xb_bits_lanes(&lanes), xb_bits_times(l->lanes, lane));
    bits = xb_bits_sum(bits, xb_bits_multiplier(l->scaling, difference));
    return xb_bits_sum(bits, xb_bits_shell(plan, l, 4 * ZERO_OR_CLAMP + SCALE, FACTOR));
}

// The tables of each lane, those of the channels that it works on.
static XbBits tables(const XbPlanLayer *l, int64_t entries)
{
    if (xb_bits_large(l->out_bits, entries * l->lanes))
        return (XbBits){.memory = l->lanes * entries * l->out_bits};
    return xb_bits_registers(l->lanes * (entries + 1) * l->out_bits);
}

XbBits xb_bits_table(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsLanes lanes = lanes_of(l, 1, 1);
    int64_t groups = l->tables > 1 ? xb_ceil_div_int64(lanes.channels, l->lanes) : 1;
    int64_t group = xb_clog2(groups), at = group + l->in_bits;
    XbBits bits = xb_bits_sum(xb_bits_lanes(&lanes), tables(l, groups << l->in_bits));
    bits = xb_bits_sum(bits, xb_bits_registers(2 * group));
    int widest = (int)xb_max_int64(at, l->out_bits);
    return xb_bits_sum(bits, xb_bits_shell(plan, l, 1 + at, widest));
}

XbBits xb_bits_merge(const XbPlan *plan, const XbPlanLayer *l)
{
    enum { MULTIPLIER = 30, SHIFT = 5 };
    bool is_average = l->merge == XB_MERGE_AVG;
    XbBitsLanes lanes = lanes_of(l, l->blocks, is_average ? 3 : 2);
    int64_t sum = xb_bits_for((uint64_t)l->blocks * ((1U << l->in_bits) - 1));
    int64_t lane = sum + (is_average ? sum + MULTIPLIER : 0) + l->out_bits;
    XbBits shell = is_average ? xb_bits_shell(plan, l, MULTIPLIER + SHIFT, MULTIPLIER)
                              : xb_bits_shell(plan, l, 0, 0);
    return xb_bits_sum(xb_bits_sum(xb_bits_lanes(&lanes), xb_bits_registers(l->lanes * lane)),
                       shell);
}

// Both inputs on a common scale, their sum, and that on the output's.
static XbBits add_lanes(const XbPlanLayer *l)
{
    int lift = l->in_bits > 8 ? 28 - l->in_bits : 20;  // as xb_layer_add
    XbBitsNumber input = {.width = WORD, .zeros = lift}, sum = {.width = WORD};
    XbBits lane = xb_bits_sum(xb_bits_times(2, xb_bits_scale(l->scaling, input)),
                              xb_bits_scale(l->scaling, sum));
    lane = xb_bits_sum(lane, xb_bits_sum(clamp(l), xb_bits_registers(WORD)));
    XbBits shared = xb_bits_sum(xb_bits_times(2, xb_bits_multiplier(l->scaling, input)),
                                xb_bits_multiplier(l->scaling, sum));
    return xb_bits_sum(xb_bits_times(l->lanes, lane), shared);
}

// What holds beats with the number of their words.
static XbBits beat_fifo(XbBitsBeats of, int depth)
{
    return xb_bits_fifo(xb_count_bits((int)of.words) + of.width * of.words, depth);
}

// What holds beats of input `i` in front of a join.
static XbBits input_fifo(const XbPlanLayer *l, int i)
{
    int64_t word = (int64_t)l->in_bits * xb_plan_input_shape(l, i).c;
    return beat_fifo((XbBitsBeats){word, l->in_words}, l->fifo_beats[i]);
}

XbBits xb_bits_add(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsLanes lanes = lanes_of(l, 2, 10);
    XbBits bits = xb_bits_sum(input_fifo(l, 0), input_fifo(l, 1));
    bits = xb_bits_sum(bits, xb_bits_sum(xb_bits_lanes(&lanes), add_lanes(l)));
    return xb_bits_sum(bits, xb_bits_shell(plan, l, 5 * ZERO_OR_CLAMP + 3 * SCALE, FACTOR));
}

// Differences, their product, and that on the output's scale.
static XbBits mul_lanes(const XbPlanLayer *l)
{
    int difference = l->in_bits + 1, product = 2 * difference;
    XbBitsNumber number = {.width = product};
    XbBits lane = xb_bits_sum(xb_bits_scale(l->scaling, number), clamp(l));
    lane = xb_bits_sum(lane, xb_bits_registers(2 * difference + product));
    return xb_bits_sum(xb_bits_times(l->lanes, lane), xb_bits_multiplier(l->scaling, number));
}

XbBits xb_bits_waiting(const XbPlanLayer *l) { return input_fifo(l, 0); }

// One word an image, which needs no number.
static XbBits gate(const XbPlanLayer *l)
{
    XbBits still_to_come = xb_bits_registers(xb_clog2(xb_shape_pixels(l->in) + 1));
    return xb_bits_sum(still_to_come,
                       xb_bits_fifo((int64_t)l->in_bits * l->in.c, l->fifo_beats[1]));
}

XbBits xb_bits_mul(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsLanes lanes = lanes_of(l, 2, 7);
    XbBits bits = xb_bits_sum(input_fifo(l, 0), l->is_gated ? gate(l) : input_fifo(l, 1));
    bits = xb_bits_sum(bits, xb_bits_sum(xb_bits_lanes(&lanes), mul_lanes(l)));
    return xb_bits_sum(bits,
                       xb_bits_shell(plan, l, 2 * l->in_bits + 3 * ZERO_OR_CLAMP + SCALE, FACTOR));
}

XbBits xb_bits_reshape(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsBeats in = {(int64_t)l->out_bits * l->in.c, l->in_words};
    XbBitsBeats out = {out_word(l), l->out_words};
    return xb_bits_sum(xb_bits_regear(in, out, xb_shape_pixels(l->in)),
                       xb_bits_shell(plan, l, 0, 0));
}

// Words of each image that are still to come, and whose they are.
static XbBits whose_turn(const XbPlanLayer *l)
{
    int64_t bits = 1;
    for (int i = 0; i < 2; i++)
        bits += xb_clog2(xb_shape_pixels(xb_plan_input_shape(l, i)) + 1);
    return xb_bits_registers(bits);
}

XbBits xb_bits_concat(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBits bits = xb_bits_sum(input_fifo(l, 0), input_fifo(l, 1));
    if (l->in_turn)
        bits = xb_bits_sum(bits, whose_turn(l));
    return xb_bits_sum(bits, xb_bits_shell(plan, l, 0, 0));
}

// The place of the next beat in the map, where pixels are left out, and the beats that wait.
XbBits xb_bits_slice(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBitsBeats in = {out_word(l), l->in_words}, out = {out_word(l), l->out_words};
    int64_t place = xb_clog2(l->in.h) + xb_clog2(l->in.w);
    XbBits bits = xb_bits_regear(in, out, xb_shape_pixels(l->out));
    if (l->held_beats > 0)
        bits = xb_bits_sum(bits, beat_fifo(in, l->held_beats));
    bits = xb_bits_sum(bits, xb_bits_registers(xb_plan_has_all_pixels(l) ? 0 : place));
    return xb_bits_sum(bits, xb_bits_shell(plan, l, 0, 0));
}

// ---- pools ----

// Most pixels of a window inside the image.
static int64_t pixels(const XbPlanLayer *l)
{
    return (int64_t)xb_min(l->kh, l->in.h) * xb_min(l->kw, l->in.w);
}

static int64_t count_bits(const XbPlanLayer *l) { return xb_clog2(pixels(l) + 1); }

static int64_t sum_bits(const XbPlanLayer *l)
{
    return l->in_bits + (l->kind == XB_MAXPOOL ? 0 : count_bits(l));
}

// A reciprocal for each number of pixels, written in two words.
static XbBits reciprocals(const XbPlanLayer *l)
{
    return xb_bits_sum(xb_bits_store(l->recip_shift, pixels(l) + 1),
                       xb_bits_registers(xb_min(l->recip_shift, WORD) + 1));
}

// Twice the sum, times each half of the reciprocal where that has a part in the quotient, the
// quotient, and the sign of each.
static int64_t average(const XbPlanLayer *l)
{
    int64_t doubled = sum_bits(l) + 1, quotient = doubled - count_bits(l);
    int64_t whole = l->recip_shift + quotient, half = l->recip_shift / 2;
    int64_t low = xb_min_int64(doubled, whole - half), high = whole - half;
    return doubled + low + high + 2 + quotient + 1;
}

// What follows the finished sum of a channel.
static XbBits pool_lane(const XbPlanLayer *l)
{
    XbBits bits = clamp(l);
    if (l->kind == XB_AVGPOOL)
        bits = xb_bits_sum(bits, xb_bits_registers(average(l)));
    if (l->kind == XB_MEAN)
        bits = xb_bits_sum(bits, xb_bits_scale(l->scaling, (XbBitsNumber){.width = WORD}));
    return bits;
}

// The taps of a cycle, joined by fours.
static XbBits pool_taps(const XbPlanLayer *l)
{
    int rate = l->fetch_rate, count = l->kind == XB_AVGPOOL ? xb_clog2(rate + 1) : 0;
    int64_t word = l->in.c * (int64_t)(l->in_bits + (l->kind == XB_MAXPOOL ? 0 : xb_clog2(rate)));
    int64_t bits = 0;
    for (int nodes = rate; nodes > 1 || bits == 0;) {
        nodes = (int)xb_ceil_div_int64(nodes, 4);
        bits += nodes * word + 3 + count;  // valid, first, last
    }
    return xb_bits_registers(bits);
}

// A window's sums while they grow, and when they are whole.
static XbBits pool_sums(const XbPlanLayer *l)
{
    int64_t counts = l->kind == XB_AVGPOOL ? 2 * count_bits(l) : 0;
    return xb_bits_registers(2 * sum_bits(l) * l->out.c + counts + 1);
}

static XbBits pool_lanes(const XbPlanLayer *l)
{
    XbBitsLanes lanes = {.channels = l->out.c,
                         .lanes = l->lanes,
                         .streams = 1,
                         .in_bits = sum_bits(l),
                         .out_bits = l->out_bits,
                         .side_bits = l->kind == XB_AVGPOOL ? count_bits(l) : 0,
                         .latency = l->kind == XB_MAXPOOL   ? 1
                                    : l->kind == XB_AVGPOOL ? 4
                                                            : 5};
    return xb_bits_sum(xb_bits_lanes(&lanes), xb_bits_times(l->lanes, pool_lane(l)));
}

static XbBits pool_window(const XbPlanLayer *l)
{
    XbBits bits = xb_bits_sum(pool_taps(l), xb_bits_sum(pool_sums(l), pool_lanes(l)));
    if (l->kind == XB_AVGPOOL)
        bits = xb_bits_sum(bits, reciprocals(l));
    if (l->kind == XB_MEAN)
        bits = xb_bits_sum(bits, xb_bits_multiplier(l->scaling, (XbBitsNumber){.width = WORD}));
    return bits;
}

static int64_t pool_registers(const XbPlanLayer *l)
{
    switch (l->kind) {
    case XB_PAD:
        return l->in_bits;
    case XB_MEAN:
        return 3 * ZERO_OR_CLAMP + SCALE + WORD + l->in_bits;
    default:
        return 2 * ZERO_OR_CLAMP + l->in_bits + (l->pool_sign ? l->out.c : 0);
    }
}

// A word of the program, of a register or of half a reciprocal.
static int pool_word(const XbPlanLayer *l)
{
    switch (l->kind) {
    case XB_PAD:
        return l->in_bits;
    case XB_MAXPOOL:
        return l->pool_sign ? WORD : ZERO_OR_CLAMP;
    case XB_AVGPOOL:
        return (int)xb_max_int64(ZERO_OR_CLAMP, xb_min(l->recip_shift, WORD)) + 1;
    default:
        return WORD;
    }
}

XbBits xb_bits_pool(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBits window =
        l->kind == XB_PAD ? xb_bits_fifo((int64_t)l->in_bits * l->in.c, 2) : pool_window(l);
    XbBits bits = xb_bits_sum(xb_bits_fetch(l), xb_bits_times(l->copies, window));
    return xb_bits_sum(bits, xb_bits_sum(xb_bits_registers(xb_clog2(l->steps)),
                                         xb_bits_shell(plan, l, pool_registers(l), pool_word(l))));
}
