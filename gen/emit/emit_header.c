// SPDX-License-Identifier: Apache-2.0
// xb_design.h: what a test bench must know of the design, as C macros and tables.
#include "emit/parts.h"
#include <inttypes.h>

#include "xbgen/emit.h"

typedef struct Macro {
    const char *name;
    unsigned value;
    const char *note;
} Macro;

static const Macro registers[] = {
    {"XB_REG_ID", 0x000, "\"XBG1\""},
    {"XB_REG_VERSION", 0x004, ""},
    {"XB_REG_DESIGN_LO", 0x008, "XB_DESIGN_HASH"},
    {"XB_REG_DESIGN_HI", 0x00c, ""},
    {"XB_REG_STATUS", 0x010, "XB_STATUS_*"},
    {"XB_REG_CAPS", 0x014, "layers 14:0, XB_CAPS_*, arrays 31:16"},
    {"XB_REG_CYCLES", 0x018, "64 bits, low word first"},
    {"XB_REG_IMAGES_IN", 0x020, "64 bits"},
    {"XB_REG_IMAGES_OUT", 0x028, "64 bits"},
};

static const Macro values[] = {
    {"XB_ID", 0x58424731, "value of XB_REG_ID"},
    {"XB_VERSION", 0x00010000, "value of XB_REG_VERSION"},
    {"XB_CAPS_NO_COUNTERS", 0x8000, "bit of XB_REG_CAPS: XB_REG_COUNTER answers SLVERR"},
    {"XB_STATUS_PROGRAMMED", 0x1, ""},
    {"XB_STATUS_BUSY", 0x2, ""},
    {"XB_STATUS_PROGRAM_ERROR", 0x4, ""},
    {"XB_STATUS_FRAME_ERROR", 0x8, ""},
};

static const Macro counters[] = {
    {"XB_COUNTER_BUSY", 0, "cycles"},
    {"XB_COUNTER_STARVED", 1, "cycles without anything to work on"},
    {"XB_COUNTER_BLOCKED", 2, "cycles with an output nobody took"},
    {"XB_COUNTER_READS", 3, "one array, one plane, one group"},
    {"XB_COUNTER_CONVERSIONS", 4, ""},
    {"XB_COUNTER_SATURATED", 5, "conversions that were clamped"},
    {"XB_COUNTER_WORDS_IN", 6, ""},
    {"XB_COUNTER_WORDS_OUT", 7, ""},
    {"XB_COUNTER_RING_WORDS", 8, "the most words held in the ring"},
    {"XB_COUNTER_LOADS", 9, "words through the port of the buffer"},
};

static void put_macros(XbText *t, const Macro *m, size_t count, const char *format)
{
    for (size_t i = 0; i < count; i++, m++) {
        XbText value = {.arena = t->arena};
        xb_text_add(&value, format[0] == 'x' ? "0x%03x" : "%u", m->value);
        xb_text_add(t, m->note[0] ? "#define %-24s %-10s /* %s */\n" : "#define %-24s %s\n",
                    m->name, value.data, m->note);
    }
}

static void put_number(XbText *t, const char *name, int64_t value, const char *suffix)
{
    xb_text_add(t, "#define %-24s %" PRId64 "%s\n", name, value, suffix);
}

static void put_design(XbText *t, const XbPlan *p)
{
    const XbPlanLayer *out = &p->layer[p->layers - 1];
    xb_text_add(t, "#define %-24s ", "XB_NAME");
    xb_text_json_string(t, p->name);
    xb_text_add(t, "\n#define %-24s 0x%016" PRIx64 "ULL\n", "XB_DESIGN_HASH",
                xb_emit_design_hash(t->arena, p));
    put_number(t, "XB_LAYERS", p->layers, "");
    put_number(t, "XB_ARRAYS", p->arrays, "");
    put_number(t, "XB_IN_BYTES", p->in_bytes, "");
    put_number(t, "XB_OUT_BYTES", p->out_bytes, "");
    put_number(t, "XB_IMAGE_BYTES", xb_shape_size(p->input) * xb_code_bytes(p->code_bits), "");
    put_number(t, "XB_RESULT_BYTES", xb_shape_size(out->out) * xb_code_bytes(out->out_bits), "");
    put_number(t, "XB_CODE_OFFSET", out->out_offset, "");
    put_number(t, "XB_PER_ARRAY", p->adc_per_array, "");
    put_number(t, "XB_POLARITIES", p->encoding == XB_DIFFERENTIAL && !p->analog ? 2 : 1, "");
    put_number(t, "XB_COUNTERS", p->counters, "");
    put_number(t, "XB_INTERVAL", p->interval, "LL");
    put_number(t, "XB_LATENCY", p->latency, "LL");
}

static void put_layer(XbText *t, const XbPlan *p, const XbPlanLayer *l)
{
    xb_text_add(t, "    {\"%s\", \"%s\", %d, %d, %d, %d, %d, ", l->name, xb_kind_name(l->kind),
                l->out.h * l->out.w, l->out.c, l->out.h, l->out.w, l->out_words);
    const XbPlanMap *m = l->map;
    if (m)
        xb_text_add(t, "%" PRId64 ", %" PRId64 ", %d, %d, %d, %d, %d, %d, %d, %d, %d",
                    m->first_array, m->arrays, l->copies, m->tiling.row_tiles, m->tiling.col_tiles,
                    l->windows, l->steps, m->planes, m->groups, m->slots,
                    xb_plan_conversions(p, m->columns));
    else
        xb_text_add(t, "0, 0, %d, 0, 0, %d, %d, 0, 0, 0, 0", l->copies, l->windows, l->steps);
    xb_text_add(t, ", %" PRId64 "LL, %d, %d},\n", l->interval, l->out_bits, l->in.c);
}

static void put_layers(XbText *t, const XbPlan *p)
{
    xb_text_add(t, "\ntypedef struct XbDesignLayer {\n"
                   "    const char *name, *kind;\n"
                   "    int words, channels, height, width; /* of the output stream, per image */\n"
                   "    int beat_words; /* the most of a beat */\n"
                   "    int first_array, arrays, copies, row_tiles, col_tiles;\n"
                   "    int windows, steps, planes, groups, slots;\n"
                   "    int conversions; /* over all column tiles of one copy */\n"
                   "    long long interval;\n"
                   "    int code_bits; /* of the output stream */\n"
                   "    int in_channels; /* codes of a word of the input */\n"
                   "} XbDesignLayer;\n\n"
                   "static const XbDesignLayer xb_design_layer[XB_LAYERS] = {\n");
    for (int i = 0; i < p->layers; i++)
        put_layer(t, p, &p->layer[i]);
    xb_text_add(t, "};\n");
}

static void put_arrays_of(XbText *t, const XbPlan *p, int layer)
{
    const XbPlanMap *map = p->layer[layer].map;
    for (int64_t i = 0; map && i < map->arrays; i++) {
        const XbPlanArray *a = &map->array[i % map->set];
        xb_text_add(t, "    {%d, %" PRId64 ", %d, %d, %" PRId64 ", %d, %d},\n", layer, i / map->set,
                    a->row_tile, a->col_tile, xb_plan_tile(p, map, i),
                    xb_plan_conversions(p, a->col_base), a->conversions);
    }
}

static void put_arrays(XbText *t, const XbPlan *p)
{
    xb_text_add(t, "\ntypedef struct XbDesignArray {\n"
                   "    int layer, copy, row_tile, col_tile, tile;\n"
                   "    int first_conversion, conversions; /* in the numbering of the layer */\n"
                   "} XbDesignArray;\n\n"
                   "static const XbDesignArray xb_design_array[XB_ARRAYS ? XB_ARRAYS : 1] = {\n");
    for (int i = 0; i < p->layers; i++)
        put_arrays_of(t, p, i);
    xb_text_add(t, p->arrays ? "};\n" : "    {0, 0, 0, 0, 0, 0, 0},\n};\n");
}

XbBytes xb_emit_header(XbArena *arena, const XbPlan *plan)
{
    XbText t = {.arena = arena};
    xb_text_add(&t,
                "/* Generated by xbgen %s for test benches and drivers. Do not edit. */\n"
                "#ifndef XB_DESIGN_H\n#define XB_DESIGN_H\n\n",
                XBGEN_VERSION);
    put_design(&t, plan);
    xb_text_add(&t, "\n/* AXI4-Lite registers, byte addresses */\n");
    put_macros(&t, registers, sizeof registers / sizeof registers[0], "x");
    xb_text_add(&t, "#define XB_REG_COUNTER(layer, n) (0x1000 + (layer) * 0x80 + (n) * 8)\n\n");
    put_macros(&t, values, sizeof values / sizeof values[0], "x");
    xb_text_add(&t, "\n/* the n of XB_REG_COUNTER */\n");
    put_macros(&t, counters, sizeof counters / sizeof counters[0], "d");
    put_layers(&t, plan);
    put_arrays(&t, plan);
    xb_text_add(&t, "\n#endif\n");
    return xb_emit_bytes(&t);
}
