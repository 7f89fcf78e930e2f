// SPDX-License-Identifier: Apache-2.0
// Draws crossbars, converters, copies and tiles.
#include "mapping.h"

#include "losses.h"

#include "xbgen/num.h"

typedef struct Mapping {
    XbArena *arena;
    const Graph *g;
    Rng r;     // structure
    Rng data;  // converter ranges
    Rng own;   // structure of what makes a lossy design lose
    bool lossless;
    int rows, cols, cell_bits, dac_bits, active_rows, encoding, adc_bits;
    bool analog;
    bool macro;  // the example of a user's, which needs a cycle for each bit
    bool many;   // copies, often more than a step has cycles: wide beats, and partial ones
    int budget;  // arrays that copies are chosen for; 0: copies are given
    bool swift;  // steps of a cycle or two and slow converters: many conversions under way
    Cells cells;
    bool has_preset;  // of all layers
    MappingText made;
} Mapping;

#define ADD(m, ...)                                                                                \
    ((m)->made.text = xb_arena_printf((m)->arena, "%s%s", (m)->made.text,                          \
                                      xb_arena_printf((m)->arena, __VA_ARGS__)))

static int draw_side(Rng *r)
{
    static const int usual[] = {8, 12, 16, 16, 24, 32, 32, 48, 64, 64};
    if (rng_chance(r, 4))
        return 128;
    return rng_chance(r, 30) ? rng_range(r, 8, 40) : rng_pick(r, usual, 10);
}

static void draw_crossbar(Mapping *m)
{
    m->rows = draw_side(&m->r);
    m->cols = rng_chance(&m->r, 60) ? m->rows : draw_side(&m->r);
    m->encoding = rng_pick(&m->r, (int[]){0, 0, 1, 2}, 4);
    m->cell_bits = m->encoding == 2 ? 1 : rng_pick(&m->r, (int[]){1, 2, 2, 3, 4}, 5);
    m->many = rng_chance(&m->r, 35);
    m->dac_bits = rng_pick(&m->r, m->many ? (int[]){2, 3, 4, 4, 4} : (int[]){1, 1, 2, 3, 4}, 5);
    m->active_rows = rng_chance(&m->r, m->many ? 95 : 70) ? m->rows : rng_range(&m->r, 1, m->rows);
    m->analog = m->encoding == 0 && m->cols % 2 == 0 && rng_chance(&m->r, 35);
}

// The others keep what they draw.
static void draw_swift(Mapping *m)
{
    Rng own = m->r;
    own.state = rng_next(&own);
    m->swift = rng_chance(&own, 20);
    if (!m->swift)
        return;
    m->dac_bits = rng_pick(&own, (int[]){4, 8, 8}, 3);
    m->cell_bits = rng_chance(&own, 70) ? 1 : m->cell_bits;
    m->active_rows = m->rows;
}

// Rows of one column that can be on together, in any layer.
static int rows_on(const Mapping *m)
{
    int most = 1;
    for (int i = 0; i < m->g->ops; i++)
        if (graph_has_weights(&m->g->op[i]) && graph_rows(m->g, &m->g->op[i]) > most)
            most = graph_rows(m->g, &m->g->op[i]);
    return most < m->active_rows ? most : m->active_rows;
}

static int most_sum(const Mapping *m)
{
    return rows_on(m) * ((1 << m->dac_bits) - 1) * ((1 << m->cell_bits) - 1);
}

static int lossless_bits(const Mapping *m)
{
    return xb_bits_for((uint64_t)most_sum(m)) + m->analog;
}

static void draw_bits(Mapping *m)
{
    int extra = rng_chance(&m->r, 20);
    int lossy = rng_range(&m->r, m->analog ? 2 : 1, 8);
    m->adc_bits = m->lossless ? lossless_bits(m) + extra : lossy;
    m->adc_bits = m->adc_bits > 14 ? 14 : m->adc_bits;
}

static int divisor(Rng *r, int n)
{
    int d = rng_range(r, 1, n);
    while (n % d != 0)
        d--;
    return d;
}

// ---- converter ranges: data ----

static void add_range(Mapping *m, int bits)
{
    int kind = rng_below(&m->data, 3);
    int least = m->analog ? -(1 << (bits - 1)) : 0;
    if (kind < 2)
        ADD(m, "\"%s\"", kind ? "weights" : "full");
    else if (m->lossless)
        ADD(m, "{\"delta\": 1, \"lo\": %d}", least);
    else
        ADD(m, "{\"delta\": %d, \"lo\": %d}", rng_range(&m->data, 1, 9) << m->cells.frac_bits,
            rng_chance(&m->data, 50) ? least : -rng_below(&m->data, 1 << bits));
}

// ---- curves and cells of lossy designs ----

// The example of a user's macro has steps alone.
static bool may_lose(const Mapping *m) { return !m->lossless && !m->macro; }

// The others keep what they draw.
static void draw_losses(Mapping *m)
{
    m->own = m->r;
    m->own.state = rng_next(&m->own) ^ 2;
    if (!may_lose(m))
        return;
    m->cells = losses_cells(&m->own, 15 - m->cell_bits);
    m->has_preset = rng_chance(&m->own, 20);
}

static Converter converter(const Mapping *m, int bits)
{
    return (Converter){bits, most_sum(m) << m->cells.frac_bits, m->analog};
}

static void add_preset(Mapping *m, int bits)
{
    Converter c = converter(m, bits);
    ADD(m, "%s", losses_preset(m->arena, &m->own, &m->data, &c));
}

// Conversions of a plane and group: output channels, slices, polarities.
static int conversions(const Mapping *m, const Op *op)
{
    bool has_sign = m->encoding == 0 && !m->g->has_least_weight;
    int slices = xb_ceil_div(op->weight_bits - has_sign, m->cell_bits);
    int polarities = m->encoding == 0 && !m->analog ? 2 : 1;
    return m->g->value[op->out].c * slices * polarities;
}

// One list for all conversions of a layer, or one for each.
static void add_thresholds(Mapping *m, const Op *op, int bits, bool is_own)
{
    Converter c = converter(m, bits);
    int lists = is_own ? conversions(m, op) : 1, count = (1 << bits) - 1;
    MappingFile *f = &m->made.file[m->made.files++];
    f->name = xb_arena_printf(m->arena, "%s%d_lists.npy", graph_kind_name(op->kind), op->number);
    f->array = (XbNpy){.kind = 'i', .item_size = 4, .rank = 1 + is_own, .shape = {count}};
    if (is_own)
        f->array.shape[0] = lists, f->array.shape[1] = count;
    f->array.count = (int64_t)lists * count;
    f->array.data = losses_lists(m->arena, &m->data, &c, lists);
    ADD(m, ", \"thresholds\": \"%s\"", f->name);
}

static void add_layer_curve(Mapping *m, const Op *op, int bits)
{
    enum { STEPS, LIST, LISTS, PRESET };
    if (!may_lose(m))
        return;
    int kind = rng_below(&m->own, 4);
    if (bits > 1 && (kind == LIST || kind == LISTS))  // lists of 1 bit are for split layers
        add_thresholds(m, op, bits, kind == LISTS);
    else if (kind == PRESET || m->has_preset)
        add_preset(m, bits);
}

// More layers than those that draw bits of their own.
static bool has_own_curve(Mapping *m) { return may_lose(m) && rng_chance(&m->own, 40); }

static void add_layer_ranges(Mapping *m)
{
    const char *comma = "";
    ADD(m, ", \"layers\": {");
    for (int i = 0; i < m->g->ops; i++) {
        const Op *op = &m->g->op[i];
        if (!graph_has_weights(op) || (!rng_chance(&m->r, 40) && !has_own_curve(m)))
            continue;
        int bits = m->lossless ? m->adc_bits : rng_range(&m->r, m->analog ? 2 : 1, m->adc_bits);
        ADD(m, "%s\"%s%d\": {\"bits\": %d, \"range\": ", comma, graph_kind_name(op->kind),
            op->number, bits);
        add_range(m, bits);
        add_layer_curve(m, op, bits);
        ADD(m, "}");
        comma = ", ";
    }
    ADD(m, "}");
}

// ---- the text ----

static void add_crossbar(Mapping *m)
{
    static const char *const encodings[] = {"differential", "offset", "twos_complement"};
    ADD(m, "  \"crossbar\": {\"rows\": %d, \"cols\": %d, \"cell_bits\": %d, ", m->rows, m->cols,
        m->cell_bits);
    ADD(m, "\"encoding\": \"%s\", \"active_rows\": %d},\n", encodings[m->encoding], m->active_rows);
    ADD(m, "  \"dac\": {\"bits\": %d},\n", m->dac_bits);
}

static void add_adc(Mapping *m)
{
    int interval = rng_pick(&m->r, (int[]){1, 1, 1, 2, 3}, 5), latency = rng_range(&m->r, 1, 4);
    Rng own = m->r;
    int per_array = m->many && rng_chance(&m->r, 70) ? m->cols : divisor(&m->r, m->cols);
    m->macro = !m->swift && rng_chance(&own, 20);
    if (m->swift) {
        interval = 1;
        latency = 64;
        per_array = m->cols;
    } else if (m->macro) {
        latency = m->adc_bits + rng_below(&own, 3);
    } else if (rng_chance(&own, 15)) {
        latency = rng_pick(&own, (int[]){64, 64, rng_range(&own, 5, 63)}, 3);
    }
    draw_losses(m);
    ADD(m, "  \"adc\": {\"bits\": %d, \"per_array\": %d, \"interval\": %d, \"latency\": %d, ",
        m->adc_bits, per_array, interval, latency);
    ADD(m, "\"subtract\": \"%s\", \"range\": ", m->analog ? "analog" : "digital");
    add_range(m, m->adc_bits);
    if (m->has_preset)
        add_preset(m, m->adc_bits);
    add_layer_ranges(m);
    ADD(m, "},\n%s", losses_cells_text(m->arena, &m->data, &m->cells));
}

// Copies that outnumber the cycles of a step, or take an image in one or two steps.
static int draw_many(Mapping *m, const Op *op)
{
    const Value *out = &m->g->value[op->out];
    int windows = op->kind == NET_FC ? 1 : out->h * out->w;
    int n =
        rng_pick(&m->r, (int[]){rng_range(&m->r, 5, 20), windows, windows - 1, windows / 2 + 1}, 4);
    return n < 1 ? 1 : n > 40 ? 40 : n;
}

// A convolution may differ from the others.
static const char *own_scheme(Mapping *m, const Op *op)
{
    if (op->kind != NET_CONV || !rng_chance(&m->r, 30))
        return "";
    return rng_chance(&m->r, 50) ? "\"scheme\": \"kernel_position\", " : "\"scheme\": \"im2col\", ";
}

// Copies chosen for a budget; layers with a number of their own keep it. The others keep what they
// draw.
static const char *draw_chosen(Mapping *m)
{
    static const char *const objectives[] = {"throughput", "latency_serial", "latency_pipelined"};
    Rng own = m->r;
    own.state = rng_next(&own);
    if (m->swift || !rng_chance(&own, 15))
        return NULL;
    m->budget = rng_range(&own, 4, 48);
    if (rng_chance(&own, 25))
        return "\"proportional\"";
    return xb_arena_printf(m->arena, "\"optimal\", \"objective\": \"%s\"",
                           objectives[rng_below(&own, 3)]);
}

// Sub-images in place of either, drawn apart from all else.
static const char *draw_scheme(Mapping *m)
{
    Rng own = m->r;
    own.state = rng_next(&own) ^ 1;
    bool is_moved = rng_chance(&m->r, 40);
    if (rng_chance(&own, 20))
        return "subimage";
    return is_moved ? "kernel_position" : "im2col";
}

static void add_copies(Mapping *m)
{
    const char *chosen = draw_chosen(m);
    const char *comma = "";
    int usual = m->many                 ? rng_range(&m->r, 3, 15)
                : rng_chance(&m->r, 75) ? 1
                                        : rng_range(&m->r, 2, 4);
    ADD(m, "  \"mapping\": {\"scheme\": \"%s\", \"kp_packed\": %s, ", draw_scheme(m),
        rng_pick(&m->r, (int[]){0, 0, 1}, 3) ? "false" : "\"auto\"");
    ADD(m, "\"duplication\": %s, \"layers\": {",
        chosen ? chosen : xb_arena_printf(m->arena, "%d", usual));
    for (int i = 0; i < m->g->ops; i++) {
        const Op *op = &m->g->op[i];
        if (!graph_has_weights(op) || !rng_chance(&m->r, m->many ? 70 : 30))
            continue;
        ADD(m, "%s\"%s%d\": {%s\"duplication\": %d}", comma, graph_kind_name(op->kind), op->number,
            own_scheme(m, op), m->many ? draw_many(m, op) : rng_range(&m->r, 1, 4));
        comma = ", ";
    }
    ADD(m, "}},\n");
}

static void add_buffer(Mapping *m)
{
    static const char *const accesses[] = {"dup", "share", "kp", "line"};
    Rng own = m->r;
    own.state = rng_next(&own);
    if (!rng_chance(&own, 50))
        ADD(m, "  \"buffer\": {\"access\": \"%s\", \"bits_per_cycle\": ",
            accesses[rng_below(&own, 4)]);
    else
        ADD(m, "  \"buffer\": {\"bits_per_cycle\": ");
    if (rng_chance(&own, 40))
        ADD(m, "\"unlimited\"");
    else
        ADD(m, "%d", rng_pick(&own, (int[]){64, 100, 200, 512, 1000}, 5));
    ADD(m, ", \"transfer\": \"%s\"},\n", rng_chance(&own, 50) ? "serial" : "overlapped");
}

// The others keep what they draw.
static const char *draw_mode(Mapping *m)
{
    Rng own = m->r;
    own.state = rng_next(&own);
    return rng_chance(&own, 25) ? "\"mode\": \"serial\", " : "";
}

static void add_rest(Mapping *m)
{
    static const char *const roundings[] = {"tflite", "double", "single"};
    int depth = rng_chance(&m->r, 70) ? rng_range(&m->r, 0, 3) : rng_range(&m->r, 4, 7);
    int arrays = rng_pick(&m->r, (int[]){1, 2, 3, 4, 5, 8, 16}, 7);
    ADD(m, "  \"tiles\": {\"arrays_per_tile\": %d", arrays);
    if (m->budget)
        ADD(m, ", \"count\": %d", xb_ceil_div(m->budget, arrays));
    ADD(m, "},\n");
    ADD(m, "  \"pipeline\": {%s\"depth\": %d},\n", draw_mode(m), depth);
    ADD(m, "  \"rounding\": \"%s\",\n", roundings[rng_below(&m->r, 3)]);
    if (m->macro)
        ADD(m, "  \"macro\": {\"file\": \"../sar_macro.sv\", \"module\": \"sar_macro\"},\n");
    ADD(m, "  \"counters\": %s\n}\n", rng_chance(&m->r, 20) ? "false" : "true");
}

MappingText mapping_text(XbArena *arena, const Graph *g, Rng structure, Rng data, bool lossless)
{
    Mapping m = {.arena = arena, .g = g, .r = structure, .data = data, .lossless = lossless};
    m.made.text = "";
    ADD(&m, "{\n  \"name\": \"random\",\n  \"network\": \"net.%s\",\n",
        g->is_json ? "json" : "tflite");
    draw_crossbar(&m);
    draw_swift(&m);
    draw_bits(&m);
    add_crossbar(&m);
    add_adc(&m);
    add_copies(&m);
    add_buffer(&m);
    add_rest(&m);
    return m.made;
}
