// SPDX-License-Identifier: Apache-2.0
// few_net SEED DIR: a random network of few bits, with split layers, and a mapping for it, as
// DIR/net.json, its .npy files, DIR/cfg.json and DIR/input.npy. Prints one line: what was made.
#include "rng.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xbgen/file.h"
#include "xbgen/npy.h"
#include "xbgen/num.h"

enum { MOST_LAYERS = 4, IMAGES = 6, MOST_ROWS = 64 };

typedef struct Tensor {
    int h, w, c, bits;
    bool is_signed;  // of 1 bit: -1 and +1
} Tensor;

typedef struct Few {
    XbArena *arena;
    XbDiags d;
    const char *folder;
    Rng r;
    Tensor at;  // what the next layer reads
    int layers, convs, fcs;
    const char *text;      // of the layers so far
    const char *copies;    // entries of mapping.layers
    const char *kinds;     // for the line that is printed
    bool has_split;        // blocks
    bool is_differential;  // weights of 1 bit, or least ones that are negated
    bool has_least;        // weights of the layer that is being made: a least one
    int rows;              // that the crossbar needs for its blocks
    int split_bits;        // most bits of a split layer's input
    int magnitude;         // ... and of its weights
} Few;

typedef struct Layer {
    const char *name;
    bool is_conv, is_last;
    int kernel, stride, filters, weight_bits;
    int inputs;  // of an output
    int bits;    // of the output, 0: sums
    int blocks;  // 0: not split
    int merge;
    Tensor out;
} Layer;

static const char *const merges[] = {"majority", "sum", "avg"};

#define ADD(to, arena, ...)                                                                        \
    ((to) = xb_arena_printf((arena), "%s%s", (to), xb_arena_printf((arena), __VA_ARGS__)))

// ---- arrays ----

static const char *write_array(Few *f, const Layer *l, const char *what, XbNpy array)
{
    const char *name = xb_arena_printf(f->arena, "%s.%s.npy", l->name, what);
    array.count = 1;
    for (int i = 0; i < array.rank; i++)
        array.count *= array.shape[i];
    xb_npy_write(&f->d, xb_arena_printf(f->arena, "%s/%s", f->folder, name), &array);
    return name;
}

// -1 and +1, or from -top to top, at times one below.
static int draw_weight(Rng *r, int bits, bool has_least)
{
    int top = (1 << (bits - 1)) - 1;
    if (bits == 1)
        return rng_pick(r, (int[]){-1, 1}, 2);
    return rng_range(r, has_least ? -top - 1 : -top, top);
}

static void add_weights(Few *f, const Layer *l)
{
    int count = l->filters * l->inputs;
    bool has_least = rng_chance(&f->r, 30);
    int8_t *w = xb_new(f->arena, int8_t, count);
    for (int i = 0; i < count; i++)
        w[i] = (int8_t)draw_weight(&f->r, l->weight_bits, has_least);
    XbNpy array = {.kind = 'i', .item_size = 1, .rank = 2, .data = w};
    array.shape[0] = l->filters;
    array.shape[1] = l->inputs;
    if (l->is_conv) {
        array.rank = 4;
        array.shape[1] = array.shape[2] = l->kernel;
        array.shape[3] = f->at.c;
    }
    ADD(f->text, f->arena, ", \"weight_bits\": %d, \"weights\": \"%s\"", l->weight_bits,
        write_array(f, l, "w", array));
    f->has_least = has_least;
    if (l->blocks && l->weight_bits - !has_least > f->magnitude)
        f->magnitude = l->weight_bits == 1 ? 1 : l->weight_bits - !has_least;
}

// About what so many inputs add up to.
static int spread(const Few *f, const Layer *l, int inputs)
{
    double x = f->at.bits == 1 ? 1 : 0.3 * (1 << f->at.bits);
    double w = l->weight_bits == 1 ? 1 : 0.3 * (1 << l->weight_bits);
    double n = 1;
    while (n * n < inputs)
        n += 1;
    return 1 + (int)(n * x * w);
}

static void add_bias(Few *f, const Layer *l)
{
    int most = spread(f, l, l->inputs) / 2;
    int32_t *bias = xb_new(f->arena, int32_t, l->filters);
    for (int i = 0; i < l->filters; i++)
        bias[i] = rng_range(&f->r, -most, most);
    XbNpy array = {.kind = 'i', .item_size = 4, .rank = 1, .shape = {l->filters}, .data = bias};
    ADD(f->text, f->arena, ", \"bias\": \"%s\"", write_array(f, l, "b", array));
}

static int compare(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

// Lists of as many thresholds as the output has codes but one; some are always reached, some never.
static const int32_t *draw_lists(Few *f, const Layer *l, int lists, int most)
{
    int levels = (1 << l->bits) - 1;
    int32_t *t = xb_new(f->arena, int32_t, lists * levels);
    for (int i = 0; i < lists * levels; i++)
        t[i] = rng_range(&f->r, -most, most);
    for (int i = 0; i < lists; i++) {
        if (rng_chance(&f->r, 4))
            t[i * levels] = rng_chance(&f->r, 50) ? INT32_MIN : INT32_MAX;
        qsort(t + i * levels, (size_t)levels, sizeof *t, compare);
    }
    return t;
}

static void add_signs(Few *f, const Layer *l, int lists, XbNpy array)
{
    int8_t *sign = xb_new(f->arena, int8_t, lists);
    for (int i = 0; i < lists; i++)
        sign[i] = rng_chance(&f->r, 40) ? -1 : 1;
    array.rank--;
    array.item_size = 1;
    array.data = sign;
    f->is_differential = f->is_differential || f->has_least;
    ADD(f->text, f->arena, ", \"gain_sign\": \"%s\"", write_array(f, l, "s", array));
}

static void add_thresholds(Few *f, const Layer *l)
{
    int blocks = l->blocks ? l->blocks : 1, lists = blocks * l->filters;
    XbNpy array = {.kind = 'i', .item_size = 4, .rank = 2, .shape = {lists, (1 << l->bits) - 1}};
    if (l->blocks) {
        array.rank = 3;
        array.shape[0] = blocks;
        array.shape[1] = l->filters;
        array.shape[2] = (1 << l->bits) - 1;
    }
    array.data = draw_lists(f, l, lists, spread(f, l, l->inputs / blocks));
    ADD(f->text, f->arena, "%s\"thresholds\": \"%s\"", l->blocks ? "" : ", ",
        write_array(f, l, "t", array));
    if (rng_chance(&f->r, 70))
        add_signs(f, l, lists, array);
}

// ---- layers ----

static int draw_blocks(Few *f, const Layer *l)
{
    int usual = rng_pick(&f->r, (int[]){1, 3, 6, 9}, 4);
    int first = rng_chance(&f->r, 50) ? usual : rng_range(&f->r, 1, l->inputs);
    if (l->is_last || !rng_chance(&f->r, 75))
        return 0;
    for (int g = first; g <= l->inputs && g <= 18; g++)
        if (l->inputs % g == 0 && l->inputs / g <= MOST_ROWS)
            return g;
    return l->inputs <= MOST_ROWS ? 1 : 0;
}

static int merged_bits(const Layer *l)
{
    return l->merge == 1 ? xb_bits_for((uint64_t)(l->blocks * ((1 << l->bits) - 1))) : l->bits;
}

static void draw_post(Few *f, Layer *l)
{
    l->bits = l->is_last ? 0 : rng_pick(&f->r, (int[]){1, 1, 2, 2, 3, 4}, 6);
    l->blocks = draw_blocks(f, l);
    l->out.is_signed = l->bits == 1 && rng_chance(&f->r, 60);
    l->out.bits = l->bits;
    if (!l->blocks)
        return;
    l->merge = l->bits == 1 && rng_chance(&f->r, 60) ? 0 : rng_range(&f->r, 1, 2);
    while (l->merge == 1 && merged_bits(l) > 6)
        l->merge = 2;
    l->out.bits = merged_bits(l);
    l->out.is_signed = l->merge == 0;
}

static void add_blocks(Few *f, const Layer *l)
{
    int shift = rng_range(&f->r, 0, 12),
        multiplier = (1 << shift) / l->blocks + rng_below(&f->r, 1 + (1 << shift) / 4);
    ADD(f->text, f->arena, ", \"blocks\": {\"merge\": \"%s\", ", merges[l->merge]);
    add_thresholds(f, l);
    if (l->merge == 2)
        ADD(f->text, f->arena, ", \"avg\": {\"multiplier\": %d, \"shift\": %d}",
            multiplier ? multiplier : 1, shift);
    ADD(f->text, f->arena, "}");
    ADD(f->kinds, f->arena, " %s%d", merges[l->merge], l->blocks);
    f->has_split = true;
    f->rows = l->inputs / l->blocks > f->rows ? l->inputs / l->blocks : f->rows;
    f->split_bits = f->at.bits > f->split_bits ? f->at.bits : f->split_bits;
}

static void add_pool(Few *f, Layer *l)
{
    int stride = rng_range(&f->r, 1, 2);
    if (!l->is_conv || l->out.h < 2 || l->out.w < 2 || !rng_chance(&f->r, 50))
        return;
    ADD(f->text, f->arena, ", \"pool\": {\"kernel\": 2, \"stride\": %d}", stride);
    ADD(f->kinds, f->arena, " pool");
    l->out.h = (l->out.h - 2) / stride + 1;
    l->out.w = (l->out.w - 2) / stride + 1;
}

// The last layer's sums, or what a scale makes of them.
static void add_end(Few *f, const Layer *l)
{
    if (rng_chance(&f->r, 60)) {
        ADD(f->text, f->arena, ", \"output\": {\"bits\": 32}");
        ADD(f->kinds, f->arena, " sums");
        return;
    }
    ADD(f->text, f->arena,
        ", \"weight_scale\": 0.5, \"output\": {\"bits\": 8, \"signed\": true, \"scale\": %.3f, "
        "\"zero_point\": %d}",
        spread(f, l, l->inputs) / 160.0, rng_range(&f->r, -20, 20));
    ADD(f->kinds, f->arena, " scaled");
}

static void add_output(Few *f, Layer *l)
{
    if (!l->blocks)
        add_bias(f, l);
    if (!l->bits) {
        add_end(f, l);
    } else if (l->blocks) {
        add_blocks(f, l);
    } else {
        add_thresholds(f, l);
        ADD(f->text, f->arena, ", \"output\": {\"bits\": %d, \"signed\": %s}", l->bits,
            l->out.is_signed ? "true" : "false");
        ADD(f->kinds, f->arena, " thresholds");
    }
    if (l->bits)
        add_pool(f, l);
}

static void add_copies(Few *f, const Layer *l)
{
    const char *comma = f->copies[0] ? ", " : "";
    ADD(f->copies, f->arena, "%s\"%s\": {\"duplication\": %d", comma, l->name,
        rng_pick(&f->r, (int[]){1, 1, 2, 3, 5}, 5));
    if (l->blocks)
        ADD(f->copies, f->arena, ", \"split\": %d", l->blocks);
    ADD(f->copies, f->arena, "}");
}

static void shape_layer(Few *f, Layer *l)
{
    l->kernel = rng_range(&f->r, 1, 3);
    l->stride = rng_pick(&f->r, (int[]){1, 1, 2}, 3);
    l->is_conv =
        !l->is_last && f->at.h >= l->kernel && f->at.w >= l->kernel && rng_chance(&f->r, 75);
    l->filters = rng_range(&f->r, 2, 7);
    l->weight_bits = rng_range(&f->r, 1, 4);
    l->inputs = l->is_conv ? l->kernel * l->kernel * f->at.c : f->at.h * f->at.w * f->at.c;
    l->name = l->is_conv ? xb_arena_printf(f->arena, "conv%d", ++f->convs)
                         : xb_arena_printf(f->arena, "fc%d", ++f->fcs);
    l->out = (Tensor){1, 1, l->filters, 0, false};
}

// Codes of -1 and +1 have no zero to pad with but one of the two, which the network says.
static void add_window(Few *f, Layer *l)
{
    bool is_same = rng_chance(&f->r, 50);
    ADD(f->text, f->arena, ", \"kernel\": %d, \"stride\": %d, \"padding\": \"%s\"", l->kernel,
        l->stride, is_same ? "same" : "valid");
    l->out.h =
        is_same ? (f->at.h + l->stride - 1) / l->stride : (f->at.h - l->kernel) / l->stride + 1;
    l->out.w =
        is_same ? (f->at.w + l->stride - 1) / l->stride : (f->at.w - l->kernel) / l->stride + 1;
}

static void add_layer(Few *f, bool is_last)
{
    Layer l = {.is_last = is_last};
    shape_layer(f, &l);
    ADD(f->text, f->arena, "%s\n  {\"op\": \"%s\", \"filters\": %d", f->layers++ ? "," : "",
        l.is_conv ? "conv" : "fc", l.filters);
    if (l.is_conv)
        add_window(f, &l);
    draw_post(f, &l);
    add_weights(f, &l);
    add_output(f, &l);
    ADD(f->text, f->arena, "}");
    add_copies(f, &l);
    f->is_differential = f->is_differential || l.weight_bits == 1;
    f->at = l.out;
}

static void write_text(Few *f, const char *name, const char *text)
{
    xb_file_write(&f->d, xb_arena_printf(f->arena, "%s/%s", f->folder, name), text, strlen(text));
}

static void make_network(Few *f)
{
    Tensor in = f->at;
    int middle = rng_range(&f->r, 1, MOST_LAYERS - 1);
    for (int i = 0; i < middle; i++)
        add_layer(f, false);
    add_layer(f, true);
    write_text(f, "net.json",
               xb_arena_printf(f->arena,
                               "{\"name\": \"few\", \"input\": {\"shape\": [%d, %d, %d], \"bits\": "
                               "%d, \"signed\": %s},\n"
                               " \"layers\": [%s]}\n",
                               in.h, in.w, in.c, in.bits, in.is_signed ? "true" : "false",
                               f->text));
}

// ---- mapping ----

static int most_of(int a, int b) { return a > b ? a : b; }

static const char *cells_text(Few *f)
{
    if (!rng_chance(&f->r, 30))
        return "";
    return xb_arena_printf(f->arena,
                           ", \"rram\": {\"seed\": %d, \"frac_bits\": %d, \"variation\": 0.1%s%s}",
                           rng_range(&f->r, 1, 999), rng_range(&f->r, 2, 5),
                           rng_chance(&f->r, 50) ? ", \"read_noise\": 0.05" : "",
                           rng_chance(&f->r, 30) ? ", \"bias\": \"programmed\"" : "");
}

// Lossless converters, or by one to three bits fewer.
static const char *adc_text(Few *f, int rows, int cols, int cell_bits, int dac_bits, bool is_analog)
{
    int sum = rows * ((1 << dac_bits) - 1) * ((1 << cell_bits) - 1);
    int bits = xb_bits_for((uint64_t)sum) + is_analog - rng_pick(&f->r, (int[]){0, 0, 1, 3}, 4);
    bits = bits < 2 ? 2 : bits > 14 ? 14 : bits;
    return xb_arena_printf(
        f->arena,
        "\"adc\": {\"bits\": %d, \"per_array\": %d, \"latency\": %d, \"subtract\": \"%s\"}", bits,
        rng_pick(&f->r, (int[]){1, 2, 4, 8, cols}, 5), rng_range(&f->r, 1, 4),
        is_analog ? "analog" : "digital");
}

static void make_mapping(Few *f)
{
    static const char *const encodings[] = {"differential", "offset", "twos_complement"};
    int rows = most_of(most_of(f->rows, 8), rng_pick(&f->r, (int[]){8, 16, 32, 64}, 4)),
        cols = rng_pick(&f->r, (int[]){8, 16, 32}, 3);
    int cell_bits = f->has_split ? most_of(f->magnitude, 1) : rng_range(&f->r, 1, 3);
    int encoding = f->has_split || f->is_differential ? 0 : rng_below(&f->r, 3);
    int dac_bits = most_of(f->split_bits, rng_range(&f->r, 1, 3));
    bool is_analog = f->has_split || (encoding == 0 && rng_chance(&f->r, 40));
    cell_bits = encoding == 2 ? 1 : cell_bits;
    const char *text =
        xb_arena_printf(f->arena,
                        "{\"name\": \"few\", \"network\": \"net.json\",\n"
                        " \"crossbar\": {\"rows\": %d, \"cols\": %d, \"cell_bits\": %d, "
                        "\"encoding\": \"%s\"}, \"dac\": {\"bits\": %d},\n"
                        " %s,\n \"pipeline\": {\"depth\": %d, \"mode\": \"%s\"}, \"buffer\": "
                        "{\"bits_per_cycle\": %s},\n"
                        " \"mapping\": {\"layers\": {%s}}%s}\n",
                        rows, cols, cell_bits, encodings[encoding], dac_bits,
                        adc_text(f, rows, cols, cell_bits, dac_bits, is_analog),
                        rng_range(&f->r, 0, 5), rng_chance(&f->r, 20) ? "serial" : "layer",
                        rng_chance(&f->r, 30) ? "64" : "\"unlimited\"", f->copies, cells_text(f));
    write_text(f, "cfg.json", text);
}

// ---- images ----

static void write_images(Few *f, Tensor in)
{
    int count = IMAGES * in.h * in.w * in.c;
    uint8_t *x = xb_new(f->arena, uint8_t, count);
    bool is_moved = in.is_signed && in.bits > 1;  // files of -1 and +1 hold codes
    for (int i = 0; i < count; i++)
        x[i] = (uint8_t)(rng_below(&f->r, 1 << in.bits) - (is_moved ? 1 << (in.bits - 1) : 0));
    XbNpy array = {.kind = is_moved ? 'i' : 'u',
                   .item_size = 1,
                   .rank = 4,
                   .count = count,
                   .shape = {IMAGES, in.h, in.w, in.c},
                   .data = x};
    xb_npy_write(&f->d, xb_arena_printf(f->arena, "%s/input.npy", f->folder), &array);
}

int main(int argc, char **argv)
{
    XbArena arena = {0};
    if (argc != 3) {
        fprintf(stderr, "usage: few_net SEED DIR\n");
        return 2;
    }
    if (mkdir(argv[2], 0777) != 0 && errno != EEXIST) {
        fprintf(stderr, "few_net: %s: %s\n", argv[2], strerror(errno));
        return 3;
    }
    Few f = {.arena = &arena,
             .d = {.arena = &arena},
             .folder = argv[2],
             .text = "",
             .copies = "",
             .kinds = ""};
    f.r = rng_of(strtoull(argv[1], NULL, 0), 1);
    f.at = (Tensor){rng_range(&f.r, 3, 7), rng_range(&f.r, 3, 7), rng_range(&f.r, 1, 4),
                    rng_pick(&f.r, (int[]){1, 2, 4, 8}, 4), rng_chance(&f.r, 50)};
    Tensor in = f.at;
    make_network(&f);
    make_mapping(&f);
    write_images(&f, in);
    printf("%d layers%s\n", f.layers, f.kinds);
    xb_diags_print(&f.d, stderr);
    xb_arena_free(&arena);
    return f.d.errors ? 1 : 0;
}
