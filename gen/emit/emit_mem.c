// SPDX-License-Identifier: Apache-2.0
// The program image: everything that is data and not structure, as records of 32-bit words
// (docs/rtl.md).
#include "emit/kinds.h"
#include "emit/parts.h"
#include <inttypes.h>
#include <string.h>

#include "xbgen/emit.h"

enum {
    KIND_LEVELS = 1,
    KIND_REGISTER = 2,
    KIND_REQUANT = 3,
    KIND_TABLE = 4,  // reciprocals, or functions of one code
    KIND_REFERENCES = 5
};

enum {  // addresses of references
    REF_NOISE = 3,
    REF_CURVE = 8,
    REF_WHOSE = 9,
    REF_LIST = 0x4000
};

static const uint32_t magic = 0x47504258;  // "XBPG"

typedef struct Words {
    XbArena *arena;
    uint32_t *word;
    size_t count, room;
} Words;

static void push(Words *w, uint32_t word)
{
    if (w->count == w->room) {
        size_t room = w->room ? 2 * w->room : 4096;
        uint32_t *more = xb_new(w->arena, uint32_t, room);
        if (w->count)
            memcpy(more, w->word, w->count * sizeof *more);
        w->word = more;
        w->room = room;
    }
    w->word[w->count++] = word;
}

static void push_record(Words *w, int kind, int unit, int addr, int count)
{
    push(w, (uint32_t)kind << 28 | (uint32_t)unit);
    push(w, (uint32_t)addr << 16 | (uint32_t)count);
}

static void put_register(Words *w, int index, int addr, uint32_t value)
{
    push_record(w, KIND_REGISTER, index, addr, 1);
    push(w, value);
}

// The channels of a pool that want their minimum, a bit each, behind its other registers.
static void put_signs(Words *w, const XbPlanLayer *l, int index, int addr)
{
    for (int c = 0; c < l->out.c; c += 32) {
        uint32_t signs = 0;
        for (int i = 0; i < 32 && c + i < l->out.c; i++)
            signs |= (uint32_t)(l->pool_sign[c + i] < 0) << i;
        put_register(w, index, addr + c / 32, signs);
    }
}

static void put_registers(Words *w, const XbPlanLayer *l, int index)
{
    int32_t value[XB_REGISTERS];
    int count = xb_emit_kind[l->kind].registers(l, value);
    for (int i = 0; i < count; i++)
        put_register(w, index, i, (uint32_t)value[i]);
    if (l->pool_sign)
        put_signs(w, l, index, count);
}

static void put_channel(Words *w, const XbPlanLayer *l, XbEntry at)
{
    int c = at.channel, levels = xb_plan_lane_words(l) - 1;
    push(w, (uint32_t)l->bias[(l->bias_copies > 1 ? at.copy : 0) * l->out.c + c]);
    if (l->post == XB_POST_SCALE) {
        push(w, (uint32_t)l->scale[c].q);
        push(w, (uint32_t)l->scale[c].e);
    }
    for (int k = 0; l->post == XB_POST_THRESHOLDS && k < levels; k++)
        push(w, (uint32_t)l->threshold[(l->threshold_lists > 1 ? c : 0) * levels + k]);
}

static void put_entry(Words *w, const XbPlanLayer *l, XbEntry at)
{
    if (at.channel >= 0) {
        put_channel(w, l, at);
        return;
    }
    for (int i = 0; i < xb_plan_lane_words(l); i++)
        push(w, 0);
}

// Entry k holds the constants of what the lanes work on: 0 where that is no channel.
static void put_requant(Words *w, const XbPlan *plan, const XbPlanLayer *l, int index)
{
    const XbEntry *entry = xb_emit_entries(w->arena, plan, l);
    for (int k = 0; k < l->map->slots * l->map->phases; k++) {
        push_record(w, KIND_REQUANT, index, k, xb_plan_lane_words(l) * l->lanes);
        for (int lane = 0; lane < l->lanes; lane++)
            put_entry(w, l, entry[k * l->lanes + lane]);
    }
}

static void put_reciprocals(Words *w, const XbPlanLayer *l, int index)
{
    for (int n = 1; n <= l->elements; n++) {
        push_record(w, KIND_TABLE, index, n, 2);
        push(w, (uint32_t)(l->reciprocal[n] & UINT32_MAX));
        push(w, (uint32_t)(l->reciprocal[n] >> 32));
    }
}

// Those of a lane lie one behind the other; where all channels have the same, all lanes take it.
static void put_tables(Words *w, const XbPlanLayer *l, int index)
{
    int codes = 1 << l->in_bits, count = l->tables > 1 ? l->out_words * l->out.c : 1;
    for (int i = 0; i < count; i++) {
        const uint8_t *table = l->table + (int64_t)(i % l->tables) * codes;
        push_record(w, KIND_TABLE, index, i % l->lanes, codes + 1);
        push(w, (uint32_t)(i / l->lanes * codes));
        for (int code = 0; code < codes; code++)
            push(w, table[code]);
    }
}

// An array of the chip: which one of which layer, and its cells.
typedef struct Array {
    const XbPlan *plan;
    const XbPlanLayer *l;
    const XbPlanArray *a;
    const uint16_t *conductance;  // of imperfect cells, else NULL
    int copy, number;
} Array;

static uint64_t cell(const Array *t, int row, int column)
{
    size_t at = (size_t)row * (size_t)t->a->cols + (size_t)column;
    return t->conductance ? t->conductance[at] : t->a->levels[at];
}

// One crossbar row: the conductances of all columns, column 0 in the lowest bits.
static void put_row(Words *w, const Array *t, int row)
{
    int width = t->plan->level_bits, words = xb_ceil_div(t->plan->cols * width, 32);
    uint64_t bits = 0;
    int have = 0, column = 0;
    push_record(w, KIND_LEVELS, t->number, row, words);
    for (int i = 0; i < words; i++) {
        for (; have < 32 && column < t->a->cols; column++, have += width)
            bits |= cell(t, row, column) << have;
        push(w, (uint32_t)(bits & UINT32_MAX));
        bits >>= 32;
        have = have > 32 ? have - 32 : 0;
    }
}

static void put_noise(Words *w, const Array *t)
{
    const XbPlanMap *m = t->l->map;
    push_record(w, KIND_REFERENCES, t->number, REF_NOISE, 5);
    push(w, (uint32_t)m->read_noise);
    push(w, (uint32_t)(t->plan->seed & UINT32_MAX));
    push(w, (uint32_t)(t->plan->seed >> 32));
    push(w, (uint32_t)m->planes);
    push(w, (uint32_t)m->groups);
}

static void put_list(Words *w, const Array *t, int conversion)
{
    int base = xb_plan_conversions(t->plan, t->a->col_base), steps = (1 << t->l->map->adc.bits) - 1;
    const int32_t *list = xb_plan_list(t->plan, t->l, t->copy, t->a->row_tile, base + conversion);
    push_record(w, KIND_REFERENCES, t->number, REF_WHOSE, 1);
    push(w, (uint32_t)conversion);
    push_record(w, KIND_REFERENCES, t->number, REF_LIST + 1, steps);
    for (int i = 0; i < steps; i++)
        push(w, (uint32_t)list[i]);
}

// The list of all conversions, or that of each.
static void put_lists(Words *w, const Array *t)
{
    int lists = t->l->map->adc.list_columns > 1 ? t->a->conversions : 1;
    push_record(w, KIND_REFERENCES, t->number, REF_CURVE, 1);
    push(w, t->l->map->adc.list_columns > 1 ? 2 : 1);
    for (int i = 0; i < lists; i++)
        put_list(w, t, i);
}

// Of an array's converters: step, lowest code, largest code; noise and lists where there are any.
static void put_references(Words *w, const Array *t)
{
    const XbPlanAdc *adc = &t->l->map->adc;
    push_record(w, KIND_REFERENCES, t->number, 0, 3);
    push(w, (uint32_t)adc->delta);
    push(w, (uint32_t)adc->lo);
    push(w, (1u << adc->bits) - 1);
    if (t->l->map->read_noise)
        put_noise(w, t);
    if (adc->threshold)
        put_lists(w, t);
}

static void put_arrays(Words *w, const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    for (int64_t i = 0; i < m->arrays; i++) {
        Array t = {plan,
                   l,
                   &m->array[i % m->set],
                   m->conductance ? m->conductance[i] : NULL,
                   (int)(i / m->set),
                   (int)(m->first_array + i)};
        put_references(w, &t);
        for (int row = 0; row < t.a->rows; row++)
            put_row(w, &t, row);
    }
}

static void put_layer(Words *w, const XbPlan *plan, int index)
{
    const XbPlanLayer *l = &plan->layer[index];
    put_registers(w, l, index);
    if (l->map && l->post != XB_POST_CODES)
        put_requant(w, plan, l, index);
    if (l->map)
        put_arrays(w, plan, l);
    if (l->reciprocal)
        put_reciprocals(w, l, index);
    if (l->table)
        put_tables(w, l, index);
}

static void put_bytes(uint8_t *out, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(word >> (8 * i) & 0xff);
}

// IEEE 802.3, reflected, as zlib's crc32.
static uint32_t crc32(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

XbBytes xb_emit_program(XbArena *arena, const XbPlan *plan)
{
    Words w = {.arena = arena};
    push(&w, magic);
    push(&w, (uint32_t)(xb_emit_design_hash(arena, plan) & UINT32_MAX));
    for (int i = 0; i < plan->layers; i++)
        put_layer(&w, plan, i);
    uint8_t *data = xb_new(arena, uint8_t, 4 * w.count + 4);
    for (size_t i = 0; i < w.count; i++)
        put_bytes(data + 4 * i, w.word[i]);
    put_bytes(data + 4 * w.count, crc32(data, 4 * w.count));
    return (XbBytes){.data = data, .size = 4 * w.count + 4};
}

XbBytes xb_emit_program_mem(XbArena *arena, const XbPlan *plan, XbBytes program)
{
    XbText text = {.arena = arena};
    xb_text_add(&text, "// program.bin as 32-bit words for $readmemh, plan %016" PRIx64 "\n",
                plan->hash);
    xb_text_add(&text, "// %zu words: magic, design hash, records, CRC-32\n", program.size / 4);
    for (size_t i = 0; i < program.size; i += 4)
        xb_text_add(&text, "%02x%02x%02x%02x\n", program.data[i + 3], program.data[i + 2],
                    program.data[i + 1], program.data[i]);
    return xb_emit_bytes(&text);
}
