// SPDX-License-Identifier: Apache-2.0
// What the cells cannot do, refused before anything is written: widths of fields and numbers in
// rtl_templates, and what the tools that read them unroll or hold.
#include "xbgen/emit.h"

enum {
    MAX_LAYERS = 8000,         // xb_regs: the counters of a layer are 128 bytes of 2^20
    MAX_ARRAYS = 65535,        // xb_regs: 16 bits
    MAX_PLANES = 16,           // xb_sequencer: 4 bits, and the shift of a plane
    MAX_GROUPS = 1024,         // xb_sequencer: 10 bits
    MAX_SLOTS = 1024,          // xb_sequencer: 10 bits
    MAX_SUM_BITS = 32,         // of any sum
    MAX_LIST_WORDS = 1 << 20,  // xb_macro_curve: what a simulation holds of each array
    MAX_ENTRIES = 65536,       // xb_requant: 16 bits; address of a program record
    MAX_RECORD = 65535,        // xb_program: words, 16 bits
    MAX_AVERAGE = 65535,       // xb_pool_recip: address of a program record
    MAX_MEAN = (1 << 24) - 1,  // xb_pool_window: sums of 32 bits
    MAX_SIDE = 3072,           // instances side by side: what Verilator unrolls of a generate loop
    MAX_BEATS = 1 << 28,       // xb_fetch, xb_fifo: numbers of 32 bits
    MAX_VECTOR = 1 << 29       // bits: Verilator holds fewer than 2^30
};

typedef struct Check {
    XbDiags *d;
    const char *file, *where;
} Check;

static void expect(const Check *c, const char *what, int64_t value, int64_t most)
{
    if (value > most)
        xb_report(c->d, XB_ERROR, "emit-limit", c->file, c->where,
                  "%lld %s; the hardware has at most %lld", (long long)value, what,
                  (long long)most);
}

// Bits of a vector: a product that leaves 64 bits counts as the largest number.
static int64_t bits(int64_t a, int64_t b, int64_t c, int64_t each)
{
    int64_t product = a;
    if (__builtin_mul_overflow(product, b, &product) ||
        __builtin_mul_overflow(product, c, &product) ||
        __builtin_mul_overflow(product, each, &product))
        return INT64_MAX;
    return product;
}

static void check_sums(const Check *c, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    expect(c, "bits in the sums of a slot",
           bits(m->arrays, m->tiling.row_tiles, m->parts, MAX_SUM_BITS), MAX_VECTOR);
    expect(c, "entries of the requantization table", (int64_t)m->slots * m->phases, MAX_ENTRIES);
    if (l->post == XB_POST_THRESHOLDS)
        expect(c, "words in an entry of it", (int64_t)l->lanes * xb_plan_lane_words(l), MAX_RECORD);
    expect(c, "bits in the words of a step",
           bits(l->copies, 1, xb_plan_window_sums(l), l->out_bits), MAX_VECTOR);
}

// The lists of an array, as wide as the widest code.
static void check_lists(const Check *c, const XbPlan *p, const XbPlanMap *m)
{
    if (m->adc.threshold && m->adc.list_columns > 1)
        expect(c, "words in the threshold lists of an array",
               bits(xb_plan_conversions(p, p->cols), 1, 1, INT64_C(1) << p->adc_bits_max),
               MAX_LIST_WORDS);
}

static void check_arrays(const Check *c, const XbPlan *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    expect(c, "row tiles", m->tiling.row_tiles, MAX_SIDE);
    expect(c, "column tiles", m->tiling.col_tiles, MAX_SIDE);
    expect(c, "chip tiles of one layer",
           xb_plan_tile(p, m, m->arrays - 1) - xb_plan_tile(p, m, 0) + 1, MAX_SIDE);
    expect(c, "input planes", m->planes, MAX_PLANES);
    expect(c, "groups of active rows", m->groups, MAX_GROUPS);
    expect(c, "conversions of a converter in one read", m->slots, MAX_SLOTS);
    expect(c, "bits on the word lines of a layer", bits(l->copies, m->rows, 1, p->dac_bits),
           MAX_VECTOR);
    expect(c, "bits on the word lines of its arrays", bits(m->arrays, p->rows, 1, p->dac_bits),
           MAX_VECTOR);
    check_lists(c, p, m);
    check_sums(c, l);
}

// Rows of windows leave one by one.
static void check_patches(const Check *c, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    if (xb_plan_is_patched(l))
        expect(c, "windows in a cycle", (l->copies + m->read_cycles - 1) / m->read_cycles,
               m->patch.across);
}

static void check_layer(XbDiags *d, const char *file, const XbPlan *p, const XbPlanLayer *l)
{
    Check c = {d, file, xb_arena_printf(d->arena, "layer %s", l->name)};
    expect(&c, "windows side by side", l->copies, MAX_SIDE);
    expect(&c, "words a beat", l->out_words > l->in_words ? l->out_words : l->in_words, MAX_SIDE);
    expect(&c, "taps a cycle", l->fetch_rate, MAX_SIDE);
    if (l->kind != XB_RESHAPE && l->kind != XB_CONCAT && l->kind != XB_BOX)
        expect(&c, "channels finished a cycle", l->lanes, MAX_SIDE);
    if (l->kind == XB_BOX && l->step[2] > 1)
        expect(&c, "channels picked of a word", l->out.c, MAX_SIDE);
    if (l->kind == XB_MERGE)
        expect(&c, "blocks merged", l->blocks, MAX_SIDE);
    if (l->copies <= MAX_SIDE && l->fetch_rate <= MAX_SIDE)  // each told already
        expect(&c, "words read from the ring in a cycle", l->ring_replicas, MAX_SIDE);
    expect(&c, "words in the ring", l->ring_words, MAX_BEATS);
    for (int i = 0; i < l->inputs; i++)
        expect(&c, "beats in a FIFO", l->fifo_beats[i], MAX_BEATS);
    expect(&c, "beats in a FIFO", l->held_beats, MAX_BEATS);
    expect(&c, "bits in the taps of a cycle", bits(l->copies, l->fetch_rate, l->in.c, l->in_bits),
           MAX_VECTOR);
    expect(&c, "bits in a beat", bits(l->out_words, 1, l->out.c, l->out_bits), MAX_VECTOR);
    if (l->kind == XB_AVGPOOL)
        expect(&c, "pixels in an average", l->elements, MAX_AVERAGE);
    if (l->kind == XB_MEAN)
        expect(&c, "pixels in a mean", l->elements, MAX_MEAN);
    if (l->map) {
        check_patches(&c, l);
        check_arrays(&c, p, l);
    }
}

// Codes that fill their bytes are taken at once.
static void check_bus(const Check *c, const char *what, int bytes, int code_bits)
{
    if (code_bits % 8 != 0)
        expect(c, what, bytes / xb_code_bytes(code_bits), MAX_SIDE);
}

bool xb_emit_check(XbDiags *d, const char *file, const XbPlan *plan)
{
    int errors = d->errors;
    Check chip = {d, file, ""};
    expect(&chip, "layers", plan->layers, MAX_LAYERS);
    expect(&chip, "arrays", plan->arrays, MAX_ARRAYS);
    check_bus(&chip, "codes a beat of the input's bus", plan->in_bytes, plan->code_bits);
    check_bus(&chip, "codes a beat of the output's bus", plan->out_bytes,
              plan->layer[plan->layers - 1].out_bits);
    for (int l = 0; l < plan->layers; l++)
        check_layer(d, file, plan, &plan->layer[l]);
    return d->errors == errors;
}
