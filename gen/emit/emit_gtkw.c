// SPDX-License-Identifier: Apache-2.0
// waves/xb.gtkw: groups per layer, tile and PE over the signals of docs/rtl.md. Channels and
// converter codes are cut out of their vectors and shown in decimal; states by name.
#include "base/text.h"
#include <inttypes.h>

#include "xbgen/gtkw.h"

enum {
    MAX_CHANNELS = 8,    // of a stream, shown one by one
    MAX_CONVERTERS = 4,  // of a PE; the cut-out codes are most of the file
    CYCLE = 10,          // ns, as the bench has it
    BEFORE_IMAGES = 67,  // cycles of reset, of reading registers and of settling
    MARGIN = 7,          // cycles left of the first image
    FRAME = 200,         // pixels in which GTKWave shows 2^zoom ns
    WAVE_WIDTH = 900     // pixels of the window below
};

// GTKWave's display flags, hexadecimal as in its files.
#define FLAGS_BIT "@28\n"
#define FLAGS_HEX "@22\n"
#define FLAGS_DECIMAL "@24\n"
#define FLAGS_NAMES "@2022\n"  // hexadecimal through a translate file

// As far out as the first image takes.
static int zoom_of(const XbPlan *p)
{
    int zoom = 6;
    while ((int64_t)WAVE_WIDTH << zoom < FRAME * CYCLE * p->latency)
        zoom++;
    return zoom;
}

static void put_head(XbText *t, const XbPlan *p, int64_t program_words)
{
    int64_t start = CYCLE * (program_words + BEFORE_IMAGES);
    // GTKWave takes two absolute paths in one folder as relative to where the save file really
    // lies.
    xb_text_add(t,
                "[*] SPDX-License-Identifier: Apache-2.0\n"
                "[dumpfile] \"/xb/waves/xb.fst\"\n"
                "[savefile] \"/xb/waves/xb.gtkw\"\n"
                "[timestart] %" PRId64 "\n"
                "[size] 1400 700\n"
                "[signals_width] 440\n"
                "[sst_expanded] 0\n"
                "*-%d.000000 %" PRId64,
                start - CYCLE * MARGIN, zoom_of(p), start);
    for (int i = 0; i < 26; i++)  // markers A to Z
        xb_text_add(t, " -1");
    xb_text_add(t, "\n");
}

static void open_group(XbText *t, const char *name, bool is_closed)
{
    xb_text_add(t, is_closed ? "@c00200\n-%s\n" : "@800200\n-%s\n", name);
}

static void close_group(XbText *t, const char *name, bool is_closed)
{
    xb_text_add(t, is_closed ? "@1401200\n-%s\n" : "@1000200\n-%s\n", name);
}

static void put_bit(XbText *t, const char *scope, const char *name)
{
    xb_text_add(t, FLAGS_BIT "TOP.xb_top.%s%s\n", scope, name);
}

static void put_vector(XbText *t, const char *flags, const char *scope, const char *name, int bits)
{
    xb_text_add(t, "%sTOP.xb_top.%s%s[%d:0]\n", flags, scope, name, bits - 1);
}

typedef struct Cut {  // a field of a vector
    const char *scope, *name;
    int bits;          // of the vector
    int low, count;    // the field
    const char *what;  // "channel"
    int number;
} Cut;

static void put_cut(XbText *t, const Cut *c)
{
    xb_text_add(t, FLAGS_DECIMAL "#{%s %s %d}", c->name, c->what, c->number);
    for (int i = 0; i < c->count; i++)  // bits are counted from the left
        xb_text_add(t, " (%d)TOP.xb_top.%s%s[%d:0]", c->bits - c->low - c->count + i, c->scope,
                    c->name, c->bits - 1);
    xb_text_add(t, "\n");
}

static void put_axis(XbText *t, const char *prefix, int bytes)
{
    static const char *const flags[] = {"_tvalid", "_tready", "_tlast"};
    for (int i = 0; i < 3; i++)
        put_bit(t, prefix, flags[i]);
    put_vector(t, FLAGS_HEX, prefix, "_tdata", 8 * bytes);
}

// All state machines have a state_q: the row bears the cell's name.
static void put_states(XbText *t, int file, const char *cell, const char *instance, int bits)
{
    xb_text_add(t, FLAGS_NAMES "^%d /xb/waves/%s.states\n+{%s} TOP.xb_top.%s.state_q[%d:0]\n", file,
                cell, cell, instance, bits - 1);
}

// A row of numbers for each layer: is it at work, and where.
static void put_overview(XbText *t, const XbPlan *p)
{
    static const char *const places[] = {"image", "row", "column"};
    open_group(t, "where the layers are", false);
    for (int i = 0; i < p->layers; i++) {
        const char *name = p->layer[i].name;
        xb_text_add(t, FLAGS_BIT "+{%s busy} TOP.xb_top.u_%s.busy_o\n" FLAGS_DECIMAL, name, name);
        for (int j = 0; j < 3; j++)
            xb_text_add(t, "+{%s %s} TOP.xb_top.u_%s.u_shell.u_place.%s_q[31:0]\n", name, places[j],
                        name, places[j]);
    }
    close_group(t, "where the layers are", false);
}

static void put_chip(XbText *t, const XbPlan *p)
{
    put_bit(t, "", "aclk");
    put_bit(t, "", "aresetn");
    open_group(t, "program", true);
    put_states(t, 1, "xb_program", "u_program", 3);
    put_bit(t, "", "programmed");
    put_bit(t, "", "program_error");
    put_axis(t, "s_axis_prog", 4);
    close_group(t, "program", true);
    open_group(t, "registers", true);
    put_states(t, 2, "xb_regs", "u_regs", 3);
    put_vector(t, FLAGS_HEX, "", "s_axil_araddr", 20);
    put_vector(t, FLAGS_HEX, "", "s_axil_rdata", 32);
    close_group(t, "registers", true);
    open_group(t, "images in", false);
    put_axis(t, "s_axis", p->in_bytes);
    put_bit(t, "", "frame_error");
    close_group(t, "images in", false);
}

static void put_results(XbText *t, const XbPlan *p)
{
    open_group(t, "results out", false);
    put_axis(t, "m_axis", p->out_bytes);
    close_group(t, "results out", false);
}

// The beats of a layer: valid, ready, words, all codes, and the first channels of the first word
// one by one.
static void put_stream(XbText *t, const XbPlanLayer *l)
{
    const char *scope = xb_arena_printf(t->arena, "u_%s.", l->name);
    int bits = l->out_bits * l->out.c * l->out_words;
    put_bit(t, scope, "out_valid_o");
    put_bit(t, scope, "out_ready_i");
    if (l->out_words > 1)
        put_vector(t, FLAGS_DECIMAL, scope, "out_count_o", xb_count_bits(l->out_words));
    put_vector(t, FLAGS_HEX, scope, "out_data_o", bits);
    for (int c = 0; c < l->out.c && c < MAX_CHANNELS; c++)
        put_cut(t, &(Cut){.scope = scope,
                          .name = "out_data_o",
                          .bits = bits,
                          .low = l->out_bits * c,
                          .count = l->out_bits,
                          .what = "channel",
                          .number = c});
}

// The codes of a slot where they are added: behind the code stage, or the macro's own.
static void put_codes(XbText *t, const XbPlan *p, const char *scope)
{
    int bits = p->adc_bits_max;
    for (int j = 0; j < p->adc_per_array && j < MAX_CONVERTERS; j++)
        put_cut(t, &(Cut){.scope = scope,
                          .name = "codes",
                          .bits = bits * p->adc_per_array,
                          .low = bits * j,
                          .count = bits,
                          .what = "converter",
                          .number = j});
}

static void put_pe(XbText *t, const XbPlan *p, const char *scope, const char *name)
{
    open_group(t, name, true);
    put_vector(t, FLAGS_HEX, scope, "start_drive_i", p->rows * p->dac_bits);
    put_bit(t, scope, "start");
    put_vector(t, FLAGS_DECIMAL, scope, "start_slot", 10);
    put_bit(t, scope, "codes_due");
    put_vector(t, FLAGS_DECIMAL, scope, "codes_slot", 10);
    put_codes(t, p, scope);
    put_bit(t, scope, "sum");
    put_vector(t, FLAGS_DECIMAL, scope, "sum_slot", 10);
    put_bit(t, scope, "add");
    put_vector(t, FLAGS_DECIMAL, scope, "add_slot", 10);
    close_group(t, name, true);
}

// The layer's PEs in the tile of its array `first`. Returns the first array of the next tile.
static int64_t put_tile(XbText *t, const XbPlan *p, const XbPlanLayer *l, int64_t first)
{
    const XbPlanMap *m = l->map;
    int64_t tile = xb_plan_tile(p, m, first), a = first;
    const char *name = xb_arena_printf(t->arena, "%s tile %" PRId64, l->name, tile);
    open_group(t, name, true);
    for (; a < m->arrays && xb_plan_tile(p, m, a) == tile; a++) {
        const XbPlanArray *array = &m->array[a % m->set];
        put_pe(t, p,
               xb_arena_printf(t->arena,
                               "u_%s.u_arrays.g_tile[%" PRId64 "].u_tile.g_pe[%" PRId64 "].u_pe.",
                               l->name, tile, a - first),
               xb_arena_printf(t->arena,
                               "array %" PRId64 ": copy %" PRId64 ", row tile %d, column tile %d",
                               m->first_array + a, a / m->set, array->row_tile, array->col_tile));
    }
    close_group(t, name, true);
    return a;
}

static void put_sequencer(XbText *t, const char *name)
{
    const char *scope = xb_arena_printf(t->arena, "u_%s.u_sequencer.", name);
    put_states(t, 3, "xb_sequencer", xb_arena_printf(t->arena, "u_%s.u_sequencer", name), 2);
    put_states(t, 4, "xb_collect", xb_arena_printf(t->arena, "u_%s.u_finish.u_collect", name), 2);
    put_bit(t, scope, "issue_o");
    put_vector(t, FLAGS_DECIMAL, scope, "plane_o", 4);
    put_vector(t, FLAGS_DECIMAL, scope, "group_o", 10);
    put_vector(t, FLAGS_DECIMAL, scope, "slot_o", 10);
}

static void put_layer(XbText *t, const XbPlan *p, int index)
{
    const XbPlanLayer *l = &p->layer[index];
    const char *name =
        xb_arena_printf(t->arena, "%s: %dx%dx%d", l->name, l->out.h, l->out.w, l->out.c);
    if (l->out_words > 1)
        name = xb_arena_printf(t->arena, "%s, %d words a beat", name, l->out_words);
    open_group(t, name, false);
    if (l->map)
        put_sequencer(t, l->name);
    put_stream(t, l);
    for (int64_t a = 0; l->map && a < l->map->arrays;)
        a = put_tile(t, p, l, a);
    close_group(t, name, false);
}

char *xb_emit_gtkw(XbArena *arena, const XbPlan *plan, int64_t program_words)
{
    XbText t = {.arena = arena};
    put_head(&t, plan, program_words);
    put_overview(&t, plan);
    put_chip(&t, plan);
    for (int i = 0; i < plan->layers; i++)
        put_layer(&t, plan, i);
    put_results(&t, plan);
    return t.data;
}
