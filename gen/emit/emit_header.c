// SPDX-License-Identifier: Apache-2.0
// xb_design.h: what a test bench must know of the design, as C macros and tables; xb_design.svh:
// the numbers among them, for benches in Verilog.
#include "emit/parts.h"
#include <inttypes.h>
#include <string.h>

#include "xbgen/emit.h"

static void put_number(XbText *t, const char *name, int64_t value, const char *suffix)
{
    xb_text_add(t, "#define %-24s %" PRId64 "%s\n", name, value, suffix);
}

// A float32 as C has it: with a point or an exponent.
static void put_scale(XbText *t, const char *name, float scale)
{
    const char *digits = xb_arena_printf(t->arena, "%.9g", (double)scale);
    xb_text_add(t, "#define %-24s %s%sf\n", name, digits, strpbrk(digits, ".e") ? "" : ".0");
}

// What the numbers of images and results stand for: scale * (number - zero point).
static void put_quant(XbText *t, const char *end, XbQuant q)
{
    if (q.bits == XB_SUM_BITS)  // sums, which have no scale
        return;
    put_scale(t, xb_arena_printf(t->arena, "XB_%s_SCALE", end), q.scale);
    put_number(t, xb_arena_printf(t->arena, "XB_%s_ZERO_POINT", end), xb_quant_zero_point(q), "");
}

// Several have their place in a result, too.
static void put_outputs(XbText *t, const XbPlan *p)
{
    if (!p->outputs)
        put_quant(t, "OUT", p->output_q);
    else
        put_number(t, "XB_OUTPUTS", p->outputs, "");
    for (int i = 0; i < p->outputs; i++) {
        const XbNetOutput *o = &p->output[i];
        const char *name = xb_arena_printf(t->arena, "OUT%d", i);
        put_number(t, xb_arena_printf(t->arena, "XB_%s_FIRST", name), o->first, "");
        put_number(t, xb_arena_printf(t->arena, "XB_%s_NUMBERS", name), xb_shape_size(o->shape),
                   "");
        put_quant(t, name, o->quant);
    }
}

static int64_t image_bytes(const XbPlan *p)
{
    return xb_shape_size(p->input) * xb_code_bytes(p->code_bits);
}

static int64_t result_bytes(const XbPlan *p)
{
    const XbPlanLayer *out = &p->layer[p->layers - 1];
    return xb_shape_size(out->out) * xb_code_bytes(out->out_bits);
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
    put_number(t, "XB_IMAGE_BYTES", image_bytes(p), "");
    put_number(t, "XB_RESULT_BYTES", result_bytes(p), "");
    put_quant(t, "IN", p->input_q);
    put_outputs(t, p);
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
    xb_text_add(t, "\nstatic const XbDesignLayer xb_design_layer[XB_LAYERS] = {\n");
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
    xb_text_add(t, "\nstatic const XbDesignArray xb_design_array[XB_ARRAYS ? XB_ARRAYS : 1] = {\n");
    for (int i = 0; i < p->layers; i++)
        put_arrays_of(t, p, i);
    xb_text_add(t, p->arrays ? "};\n" : "    {0, 0, 0, 0, 0, 0, 0},\n};\n");
}

XbBytes xb_emit_header(XbArena *arena, const XbPlan *plan)
{
    XbText t = {.arena = arena};
    xb_text_add(&t,
                "/* SPDX-License-Identifier: Apache-2.0 */\n/* Generated by xbgen %s for test "
                "benches and drivers. Do not edit. */\n"
                "#ifndef XB_DESIGN_H\n#define XB_DESIGN_H\n\n",
                XBGEN_VERSION);
    put_design(&t, plan);
    XbBytes types = xb_emit_source("cosim/design_types.h");
    xb_text_add(&t, "\n%.*s", (int)types.size, (const char *)types.data);
    put_layers(&t, plan);
    put_arrays(&t, plan);
    xb_text_add(&t, "\n#endif\n");
    return xb_emit_bytes(&t);
}

XbBytes xb_emit_svh(XbArena *arena, const XbPlan *p)
{
    XbText t = {.arena = arena};
    const struct {
        const char *name;
        int64_t value;
    } number[] = {{"LAYERS", p->layers},
                  {"IN_BYTES", p->in_bytes},
                  {"OUT_BYTES", p->out_bytes},
                  {"IMAGE_BYTES", image_bytes(p)},
                  {"RESULT_BYTES", result_bytes(p)},
                  {"INTERVAL", p->interval},
                  {"LATENCY", p->latency}};
    xb_text_add(&t,
                "// SPDX-License-Identifier: Apache-2.0\n// Generated by xbgen %s for test "
                "benches. Do not edit.\n",
                XBGEN_VERSION);
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        xb_text_add(&t, "`define XB_%-21s %" PRId64 "\n", number[i].name, number[i].value);
    return xb_emit_bytes(&t);
}
