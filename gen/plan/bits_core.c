// SPDX-License-Identifier: Apache-2.0
// Arrays of a layer with weights, and what becomes of their sums.
#include "plan/bits.h"
#include "plan/parts.h"

typedef struct Core {
    const XbPlan *plan;
    const XbPlanLayer *l;
    const XbPlanMap *m;
    int64_t copies, tiles;      // column tiles of a copy
    int64_t columns;            // conversions of a sum
    int64_t tree_bits;          // of a sum over all row tiles
    bool is_split, is_carried;  // channels lie in several column tiles; in several slots
} Core;

static Core core_of(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    const XbTiling *t = &m->tiling;
    Core c = {.plan = plan, .l = l, .m = m, .copies = l->copies, .tiles = t->col_tiles};
    c.columns = xb_plan_conversions(plan, m->columns / xb_plan_window_sums(l));
    c.tree_bits = xb_min(m->sum_bits + xb_clog2(t->row_tiles), 32);
    c.is_carried = m->amid_cycles > 0;
    c.is_split = m->amid_cycles > 2;
    return c;
}

static XbBits sequencer(const Core *c)
{
    enum { STEP_NUMBERS = 2 * 48 };
    return xb_bits_registers(1 + xb_clog2(c->plan->adc_interval) + xb_clog2(c->m->planes) +
                             xb_clog2(c->m->groups) + xb_clog2(c->m->slots) +
                             xb_clog2(c->m->banks + 1) + STEP_NUMBERS);
}

// ---- arrays ----

static int64_t count_bits(const Core *c)
{
    return xb_clog2(c->m->arrays * c->plan->adc_per_array + 1);
}

// Sums of a slot over planes and groups, until the last of them has come.
static XbBits sums(const Core *c)
{
    int64_t width = (int64_t)c->m->parts * c->m->sum_bits;
    if (c->l->post == XB_POST_CODES)
        return xb_bits_registers(2 * width);
    XbBits waiting = xb_bits_large(width, c->m->slots) ? xb_bits_store(width, c->m->slots)
                                                       : xb_bits_registers(width * c->m->slots);
    return xb_bits_sum(waiting, xb_bits_registers(2 * width));  // over slices, and whole ones
}

// Where slots begin amid channels: codes in their places, and the slot that they are of.
static int64_t place_bits(const Core *c)
{
    int64_t slot = c->m->slots > 1 ? 1 + xb_clog2(c->m->slots) : 0;
    int64_t places = c->m->parts * c->columns;
    return c->is_carried ? places * (c->plan->adc_bits_max + 1) + 1 + slot : 0;
}

static XbBits pe(const Core *c)
{
    enum { PROG_ADDR = 16 };
    const XbPlan *p = c->plan;
    int64_t codes = xb_min(p->adc_per_array, c->m->conversions);
    int64_t words = xb_ceil_div_int64((int64_t)p->cols * p->level_bits, 32);
    int bits = c->l->post == XB_POST_CODES ? c->l->out_bits : p->adc_bits_max;
    int64_t code_stage = p->pipeline_depth >= 2 ? codes * bits : 0;
    int64_t saturated = p->counters ? xb_clog2(codes + 1) + 1 + count_bits(c) : 0;
    return xb_bits_sum(xb_bits_sum(xb_bits_prog_row(words, PROG_ADDR), sums(c)),
                       xb_bits_registers(code_stage + place_bits(c) + saturated));
}

// A slot's control on its way to the sums.
static XbBits control(const Core *c)
{
    int depth = c->plan->pipeline_depth;
    int64_t bits = c->copies + 2 + xb_clog2(c->m->planes) + xb_clog2(c->m->slots);
    int64_t stages = (depth >= 1) + 1 + c->plan->adc_latency + (depth >= 2) + 1 + c->is_carried;
    return xb_bits_registers(stages * bits + (depth >= 1 ? xb_clog2(c->m->groups) : 0) + 1);
}

static XbBits drive(const Core *c)
{
    enum { STEP_NUMBER = 48 };
    int64_t lines = c->copies * c->m->rows * c->plan->dac_bits;
    return xb_bits_registers(c->plan->pipeline_depth >= 1 ? lines + STEP_NUMBER : 0);
}

// Behind its first levels a register each, then plain stages.
static XbBits tree(const Core *c)
{
    int rows = c->m->tiling.row_tiles, levels = xb_clog2(rows);
    int stages = c->plan->pipeline_depth > 2 ? c->plan->pipeline_depth - 2 : 0;
    int registered = xb_min(stages, levels);
    int64_t bits = (stages - registered) * (int64_t)c->m->parts * c->tree_bits;
    for (int i = 1; i <= registered; i++) {
        int64_t nodes = xb_ceil_div_int64(rows, INT64_C(1) << i);
        bits += nodes * c->m->parts * xb_min_int64(c->tree_bits, c->m->sum_bits + i);
    }
    return xb_bits_registers(bits);
}

// Of a copy; the counts are those of all copies.
static XbBits join(const Core *c)
{
    if (!c->is_carried)
        return (XbBits){0};
    int64_t sums = c->tiles * c->m->parts * c->tree_bits, bits = sums + c->tiles * c->tree_bits;
    if (c->is_split)
        bits += sums + (c->tiles - c->m->tiling.units) * c->tree_bits;
    return xb_bits_registers(bits);
}

static XbBits walks(const Core *c)
{
    int64_t column = xb_clog2(c->columns) * c->tiles;
    return xb_bits_registers(c->is_carried ? 2 * column + xb_clog2(c->m->slots) : 0);
}

static XbBits counts(const Core *c)
{
    enum { COUNTS = 3 * 64, FLAGS = 4, CHAIN = 4 };
    if (!c->plan->counters)
        return (XbBits){0};
    int64_t most = c->m->arrays * c->plan->adc_per_array;
    return xb_bits_registers(COUNTS + FLAGS + xb_clog2(c->m->arrays + CHAIN + 1) +
                             xb_clog2(c->copies + 1) + xb_clog2(c->m->arrays + 1) +
                             xb_clog2(most / c->copies + 1) + xb_clog2(most + 1));
}

static XbBits arrays(const Core *c)
{
    enum { PROG_WORD = 50, WORD_NUMBER = 16 };
    int64_t chips =
        xb_plan_tile(c->plan, c->m, c->m->arrays - 1) - xb_plan_tile(c->plan, c->m, 0) + 1;
    XbBits bits = xb_bits_times(c->m->arrays, pe(c));
    bits = xb_bits_sum(bits, xb_bits_times(c->copies * c->tiles, tree(c)));
    bits = xb_bits_sum(bits, xb_bits_times(c->copies, join(c)));
    bits = xb_bits_sum(bits, xb_bits_sum(control(c), drive(c)));
    bits = xb_bits_sum(bits, xb_bits_sum(walks(c), counts(c)));
    return xb_bits_sum(bits, xb_bits_registers(chips * (PROG_WORD + WORD_NUMBER) + c->m->arrays));
}

// ---- sums to codes ----

static int64_t entry_bits(const Core *c) { return xb_clog2((int64_t)c->m->slots * c->m->phases); }

static XbBits collect(const Core *c)
{
    int64_t width = c->copies * c->tiles * c->m->parts * c->tree_bits;
    int64_t words = (int64_t)c->m->banks * c->m->slots;
    int64_t pace = xb_max_int64(c->m->phases, c->plan->adc_interval);
    int64_t control = 2 * xb_clog2(words) + 2 * xb_clog2(c->m->slots) + xb_clog2(pace) +
                      xb_clog2(c->m->banks + 1) + entry_bits(c) + xb_clog2(c->m->phases) + 4;
    return xb_bits_sum(xb_bits_store(width, words), xb_bits_registers(control));
}

// From a sum in levels to its code: what xb_post has, and the constants that it is given.
static XbBits post(const Core *c)
{
    enum { SCALE = 31 + 7, WORD = 32 };  // q, e; a threshold
    int64_t levels = (INT64_C(1) << c->l->out_bits) - 1;
    XbBitsNumber sum = {.width = WORD};
    if (c->l->post == XB_POST_SUMS)
        return (XbBits){0};
    if (c->l->post == XB_POST_THRESHOLDS)
        return xb_bits_registers(levels * (WORD + 1) + c->l->out_bits);
    return xb_bits_sum(
        xb_bits_registers(SCALE + c->l->out_bits),
        xb_bits_sum(xb_bits_scale(c->l->scaling, sum), xb_bits_multiplier(c->l->scaling, sum)));
}

// Of a digital count times what it weighs: no bits below the lowest that can be set.
static int64_t weighed(const Core *c)
{
    int weight = c->m->count_weight;
    while (weight > 0 && weight % 2 == 0)
        weight /= 2;
    return weight ? xb_bits_count(c->l) + xb_clog2(weight) : 0;
}

static XbBits lane(const Core *c)
{
    enum { LOW = 11, SUM = 32 };  // bits of a step's low half
    int64_t products = 32 - c->plan->frac_bits + 32 - xb_max_int64(c->plan->frac_bits, LOW);
    int64_t counts = c->plan->encoding == XB_OFFSET ? xb_bits_count(c->l) + weighed(c) : 0;
    return xb_bits_sum(xb_bits_registers(c->tree_bits + products + SUM + counts), post(c));
}

// Valid, last and phase of what is under way.
static XbBits stages(const Core *c)
{
    return xb_bits_registers(xb_plan_post_cycles(c->l) * (2 + xb_clog2(c->m->phases)));
}

static XbBits requant(const Core *c)
{
    enum { SCALED = 71, WORD = 32 };  // bits of a lane's constants, those of an exponent being few
    int64_t lanes = c->l->lanes, entries = (int64_t)c->m->slots * c->m->phases;
    int64_t words = xb_plan_lane_words(c->l);
    int64_t row = c->l->post == XB_POST_SCALE ? SCALED : words * WORD;
    XbBits bits = xb_bits_prog_row(words * lanes, entry_bits(c));
    bits = xb_bits_sum(bits, xb_bits_store(lanes * row, entries));
    bits = xb_bits_sum(bits, xb_bits_times(lanes, lane(c)));
    return xb_bits_sum(bits, xb_bits_sum(stages(c), xb_bits_registers(entry_bits(c))));
}

// In place of that, where conversions are codes.
static XbBits pick(const Core *c)
{
    return xb_bits_sum(stages(c), xb_bits_registers((int64_t)c->l->lanes * c->l->out_bits));
}

// Codes as they come, and the words of a step.
static XbBits words(const Core *c)
{
    int64_t codes = (int64_t)c->m->phases * c->l->lanes * c->m->slots;
    int64_t step = c->copies * xb_plan_window_sums(c->l);
    int64_t given = xb_plan_is_patched(c->l) ? c->copies : xb_plan_walk(c->l).copies;
    return xb_bits_registers((codes + step) * c->l->out_bits + xb_clog2(given + 1) +
                             xb_clog2(c->l->steps) + 1);
}

// Rows of windows of sub-images, a window's part of a row of words in a bank of its own; what is
// read of them at once, and how it leaves.
static XbBits unpatch(const Core *c)
{
    const XbPlanMap *m = c->m;
    if (!xb_plan_is_patched(c->l))
        return (XbBits){0};
    int64_t word = (int64_t)c->l->out.c * c->l->out_bits, strip = m->patch.side * word;
    int64_t lines = xb_ceil_div(m->patch.across, m->patch_columns);
    int64_t depth = (m->patch_windows > 1 ? 3 : 2) * lines,
            banks = m->patch.side * m->patch_columns;
    int64_t row = lines == 1 ? c->l->out.w : m->patch.side * m->patch_columns;
    int64_t read = m->patch_rows * row;
    XbBits strips = xb_bits_large(strip, depth * banks)
                        ? (XbBits){.memory = strip * depth * banks}
                        : xb_bits_registers(banks * strip * (depth + 1));
    int64_t down = c->l->windows / m->patch.across;
    int64_t groups = xb_ceil_div(m->patch.side, m->patch_rows);
    int64_t writing = 2 + xb_clog2(m->patch.across + m->patch_windows + 1) + xb_clog2(depth) +
                      (m->patch_windows == 1 ? xb_clog2(m->patch_columns) : 0);
    int64_t reading = xb_clog2(lines) + 2 * xb_clog2(groups) + xb_clog2(down) +
                      2 * xb_clog2(depth) + 2 + 2 * xb_clog2(read + 1) + read * word;
    XbBits gear = xb_bits_regear((XbBitsBeats){word, read}, (XbBitsBeats){word, c->l->out_words},
                                 xb_shape_pixels(c->l->out));
    return xb_bits_sum(xb_bits_sum(strips, gear), xb_bits_registers(writing + reading));
}

static XbBits finish(const Core *c)
{
    XbBits codes = c->l->post == XB_POST_CODES ? pick(c) : requant(c);
    XbBits bits = xb_bits_sum(collect(c), xb_bits_sum(codes, words(c)));
    bits = xb_bits_sum(bits, unpatch(c));
    if (c->plan->encoding != XB_OFFSET)
        return bits;
    int64_t counts = c->copies * xb_plan_window_counts(c->l) * xb_bits_count(c->l);
    return xb_bits_sum(bits, xb_bits_fifo(counts, c->m->banks + 1));
}

XbBits xb_bits_core(const XbPlan *plan, const XbPlanLayer *l)
{
    Core c = core_of(plan, l);
    XbBits bits = xb_bits_sum(sequencer(&c), xb_bits_registers(c.copies));
    return xb_bits_sum(bits, xb_bits_sum(arrays(&c), finish(&c)));
}
