// SPDX-License-Identifier: Apache-2.0
// Networks in JSON: what follows where nothing is said, what is read from files, what seeds give,
// and that no bytes break the reader. Faults one by one are in tests/bad/net. cmocka.h needs these
// before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/net.h"
#include "xbgen/npy.h"

typedef struct Fixture {
    XbArena arena;
    XbDiags d;
    XbNet net;
    char folder[64];
} Fixture;

static int set_up(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/test_net_json.XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    static const char *const names[] = {"w.npy", "b.npy", "s.npy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        remove(xb_arena_printf(&f->arena, "%s/%s", f->folder, names[i]));
    rmdir(f->folder);
    xb_arena_free(&f->arena);
    free(f);
    return 0;
}

static bool read_text(Fixture *f, const char *text, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);  // exactly as long, for sanitizers
    memcpy(copy, text, size);
    f->d = (XbDiags){.arena = &f->arena};
    const char *file = xb_arena_printf(&f->arena, "%s/net.json", f->folder);
    bool ok = xb_net_json_read(&f->arena, &f->d, file, (XbBytes){copy, size}, &f->net);
    free(copy);
    assert_int_equal(ok, f->d.errors == 0);
    return ok;
}

#define INPUT "{\"input\": {\"shape\": [8, 6, 4]}, \"layers\": ["

// Reads layers behind an input of 8 x 6 x 4; the first of them, as most tests have only one.
static const XbNetLayer *accept(Fixture *f, const char *layers)
{
    const char *text = xb_arena_printf(&f->arena, "%s%s]}", INPUT, layers);
    bool ok = read_text(f, text, strlen(text));
    xb_diags_print(&f->d, stderr);
    assert_true(ok);
    return &f->net.layer[0];
}

static void refuse(Fixture *f, const char *layers, const char *where, const char *code)
{
    const char *text = xb_arena_printf(&f->arena, "%s%s]}", INPUT, layers);
    assert_false(read_text(f, text, strlen(text)));
    assert_string_equal(f->d.first->code, code);
    assert_string_equal(f->d.first->where, where);
}

static void expect_shape(XbShape s, int h, int w, int c)
{
    assert_int_equal(s.h, h);
    assert_int_equal(s.w, w);
    assert_int_equal(s.c, c);
}

static void expect_padding(const XbNetLayer *l, const int pad[4])
{
    assert_int_equal(l->pad_t, pad[0]);
    assert_int_equal(l->pad_b, pad[1]);
    assert_int_equal(l->pad_l, pad[2]);
    assert_int_equal(l->pad_r, pad[3]);
}

// ---- defaults ----

static void a_convolution_needs_filters_and_kernel_only(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l = accept(f, "{\"op\": \"conv\", \"filters\": 5, \"kernel\": [3, 2]}");
    assert_string_equal(l->name, "conv1");
    assert_string_equal(l->op_name, "CONV_2D");
    assert_int_equal(l->input[0], -1);
    expect_shape(l->out, 6, 5, 5);
    assert_int_equal(l->stride_h, 1);
    assert_int_equal(l->dil_w, 1);
    assert_int_equal(l->groups, 1);
    assert_int_equal(l->weight_bits, 8);
    assert_int_equal(l->act, XB_ACT_NONE);
    assert_null(l->weights);
    assert_null(l->bias);
    assert_false(l->has_seed);
    assert_true(l->per_tensor);
    assert_true(l->weight_scale[4] == (float)(sqrt(6.0 / 24) / 127));
    assert_true(l->out_q.scale == 1.0f);
    assert_int_equal(l->out_q.zero, 128);
    assert_int_equal(xb_quant_offset(f->net.input_q), 128);
    assert_int_equal(f->net.input_rank, 4);
    assert_int_equal(f->net.output_rank, 4);
}

static void quantization_follows_the_input(void **state)
{
    Fixture *f = *state;
    const char *text =
        "{\"input\": {\"shape\": [4], \"signed\": false, \"scale\": 0.1, \"zero_point\": 3},"
        "\"layers\": [{\"op\": \"relu\"}, {\"op\": \"add\", \"from\": [\"relu1\", \"input\"]},"
        "{\"op\": \"mean\", \"output\": {\"scale\": 0.3}}]}";
    assert_true(read_text(f, text, strlen(text)));
    const XbNetLayer *l = f->net.layer;
    assert_int_equal(xb_quant_offset(f->net.input_q), 0);
    assert_int_equal(f->net.input_rank, 2);
    assert_true(l[0].out_q.scale == 0.1f);
    assert_int_equal(l[0].out_q.zero, 3);
    assert_true(l[1].out_q.scale == (float)sqrt(2 * (double)0.1f * (double)0.1f));
    assert_int_equal(l[1].out_q.zero, 3);
    assert_true(l[2].in_q[0].scale == l[1].out_q.scale);
    assert_true(l[2].out_q.scale == 0.3f);
    assert_int_equal(l[2].out_q.zero, 0);
}

static void names_count_per_kind_or_are_given(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l = accept(f, "{\"op\": \"relu\", \"name\": \"first\"}, {\"op\": \"relu\"},"
                                    "{\"op\": \"relu\", \"from\": [\"first\"]},"
                                    "{\"op\": \"add\", \"from\": [\"relu2\", \"relu3\"]}");
    assert_string_equal(l[0].name, "first");
    assert_string_equal(l[1].name, "relu2");
    assert_int_equal(l[1].input[0], 0);
    assert_int_equal(l[2].input[0], 0);
    assert_int_equal(l[3].input[0], 1);
    assert_int_equal(l[3].input[1], 2);
}

// ---- operators ----

static void paddings_have_the_orders_they_are_documented_in(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l =
        accept(f, "{\"op\": \"conv\", \"filters\": 1, \"kernel\": 5, \"padding\": [1, 2, 3, 4]}");
    expect_padding(l, (int[]){1, 3, 2, 4});
    expect_shape(l->out, 8, 8, 1);
    l = accept(f, "{\"op\": \"avgpool\", \"kernel\": 5, \"stride\": 1, \"padding\": [1, 2, 3, 4]}");
    expect_padding(l, (int[]){1, 3, 2, 4});
    l = accept(f, "{\"op\": \"pad\", \"padding\": [1, 2, 3, 4]}");
    expect_padding(l, (int[]){1, 2, 3, 4});
    expect_shape(l->out, 11, 13, 4);
    l = accept(
        f,
        "{\"op\": \"conv\", \"filters\": 1, \"kernel\": 3, \"stride\": 2, \"padding\": \"same\"}");
    expect_padding(l, (int[]){0, 1, 0, 1});
    expect_shape(l->out, 4, 3, 1);
}

static void pools_step_by_their_kernel(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l =
        accept(f, "{\"op\": \"maxpool\", \"kernel\": [2, 3], \"activation\": \"relu6\"}");
    expect_shape(l->out, 4, 2, 4);
    assert_int_equal(l->stride_w, 3);
    assert_int_equal(l->act, XB_ACT_RELU6);
    assert_string_equal(l->op_name, "MAX_POOL_2D");
    l = accept(f, "{\"op\": \"avgpool\", \"kernel\": 300, \"stride\": 1, \"padding\": \"same\"}");
    expect_shape(l->out, 8, 6, 4);
    assert_int_equal(l->kh, 300);
    assert_int_equal(l->kw, 300);
}

static void other_operators_have_their_shapes(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l = accept(f, "{\"op\": \"mean\"}, {\"op\": \"fc\", \"filters\": 7},"
                                    "{\"op\": \"reshape\", \"shape\": [1, 7, 1]},"
                                    "{\"op\": \"relu\", \"activation\": \"relu6\"}");
    expect_shape(l[0].out, 1, 1, 4);
    expect_shape(l[1].out, 1, 1, 7);
    expect_shape(l[2].out, 1, 7, 1);
    assert_string_equal(l[3].op_name, "RELU6");
    assert_int_equal(f->net.output_rank, 4);
    l = accept(f, "{\"op\": \"dwconv\", \"filters\": 8, \"kernel\": 3, \"dilation\": [3, 2]}");
    assert_int_equal(l->multiplier, 2);
    expect_shape(l->out, 2, 2, 8);
    refuse(f, "{\"op\": \"dwconv\", \"filters\": 6, \"kernel\": 3}", "$.layers[0].filters",
           "net-shape");
}

static void means_are_over_what_they_say(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l = accept(f, "{\"op\": \"mean\", \"over\": \"width\"}");
    expect_shape(l->out, 1, 8, 4);
    assert_int_equal(l->kw, 6);
    assert_int_equal(f->net.output_rank, 3);
    l = accept(f, "{\"op\": \"mean\", \"over\": \"width\", \"keep_dims\": true},"
                  "{\"op\": \"mean\", \"over\": \"height\", \"keep_dims\": true}");
    expect_shape(l[0].out, 8, 1, 4);
    expect_shape(l[1].out, 1, 1, 4);
    assert_int_equal(f->net.output_rank, 4);
    l = accept(f, "{\"op\": \"mean\", \"over\": \"height\"}, {\"op\": \"mean\"}");
    expect_shape(l[0].out, 1, 6, 4);
    assert_int_equal(l->kh, 8);
    expect_shape(l[1].out, 1, 1, 4);
    assert_int_equal(f->net.output_rank, 2);
    refuse(f, "{\"op\": \"mean\", \"over\": \"channels\"}", "$.layers[0].over", "net-value");
}

#define TABLE(keys) "{\"op\": \"table\", " keys "}"

static void functions_have_defaults_and_constants(void **state)
{
    Fixture *f = *state;
    const XbNetLayer *l = accept(
        f,
        TABLE("\"function\": \"leaky_relu\", \"alpha\": -0.5") ", " TABLE(
            "\"function\": \"logistic\"") ", " TABLE("\"function\": \"sub_from\"") ", " TABLE("\"fu"
                                                                                              "ncti"
                                                                                              "on\""
                                                                                              ": "
                                                                                              "\"mu"
                                                                                              "l\","
                                                                                              " \"o"
                                                                                              "pera"
                                                                                              "nd\""
                                                                                              ": "
                                                                                              "{\"c"
                                                                                              "odes"
                                                                                              "\": "
                                                                                              "-100"
                                                                                              ", "
                                                                                              "\"sc"
                                                                                              "ale"
                                                                                              "\": "
                                                                                              "0."
                                                                                              "25, "
                                                                                              "\"ze"
                                                                                              "ro_"
                                                                                              "poin"
                                                                                              "t\":"
                                                                                              " 3},"
                                                                                              " \"a"
                                                                                              "ctiv"
                                                                                              "atio"
                                                                                              "n\":"
                                                                                              " \"r"
                                                                                              "elu6"
                                                                                              "\""));
    assert_true(l[0].alpha == -0.5f);
    assert_string_equal(l[1].op_name, "LOGISTIC");
    assert_true(l[1].out_q.scale == 0.00390625f);
    assert_int_equal(l[1].out_q.zero, 0);
    assert_int_equal(l[2].operands, 1);
    assert_int_equal(l[2].operand[0], 129);
    assert_int_equal(l[3].operand[0], 28);
    assert_int_equal(l[3].in_q[1].zero, 131);
    assert_int_equal(l[3].act, XB_ACT_RELU6);
    expect_shape(l[3].out, 8, 6, 4);
    refuse(f, TABLE("\"function\": \"add\", \"operand\": {\"codes\": 128}"),
           "$.layers[0].operand.codes", "net-weights");
    refuse(f, TABLE("\"function\": \"tanh\", \"operand\": {}"), "$.layers[0].operand", "net-value");
    refuse(f, TABLE("\"function\": \"logistic\", \"output\": {}"), "$.layers[0].output",
           "net-quant");
}

// Constants of several channels go by way of files, which random networks do.
static void functions_come_back(void **state)
{
    Fixture *f = *state;
    accept(f, TABLE("\"function\": \"leaky_relu\", \"alpha\": 0.3") ", " TABLE(
                  "\"function\": \"sub\", \"operand\": {\"codes\": 7, \"scale\": 0.1, "
                  "\"zero_point\": -5}, \"output\": {\"scale\": 0.7}"));
    const char *text = xb_net_json(&f->arena, &f->net);
    assert_true(read_text(f, text, strlen(text)));
    const XbNetLayer *l = f->net.layer;
    assert_true(l[0].alpha == 0.3f);
    assert_int_equal(l[1].function, XB_FN_SUB);
    assert_int_equal(l[1].operand[0], 135);
    assert_int_equal(l[1].in_q[1].zero, 123);
    assert_true(l[1].in_q[1].scale == 0.1f);
    assert_true(l[1].out_q.scale == 0.7f);
}

static void ranks_of_the_ends_may_be_given(void **state)
{
    Fixture *f = *state;
    const char *text =
        "{\"input\": {\"shape\": [1, 1, 4], \"rank\": 2}, \"layers\": [{\"op\": \"relu\"}],"
        "\"output\": {\"rank\": 3}}";
    assert_true(read_text(f, text, strlen(text)));
    assert_int_equal(f->net.input_rank, 2);
    assert_int_equal(f->net.output_rank, 3);
}

// ---- numbers ----

// Nine digits bring every float32 back.
static void scales_come_back_exactly(void **state)
{
    Fixture *f = *state;
    uint32_t bits = 0x3f000001;
    for (int i = 0; i < 300; i++) {
        bits = bits * 1664525u + 1013904223u;
        uint32_t some = (bits & 0x807fffff) % 0x7fffff | (100 + bits % 100) << 23;
        float scale;
        memcpy(&scale, &some, sizeof scale);
        if (!(scale > 1e-20f && scale < 1e20f))
            continue;
        accept(f, xb_arena_printf(&f->arena, "{\"op\": \"relu\", \"output\": {\"scale\": %.9g}}",
                                  (double)scale));
        assert_true(f->net.layer[0].out_q.scale == scale);
        xb_arena_free(&f->arena);
    }
}

// An independent implementation's values.
static void seeds_draw_the_documented_weights(void **state)
{
    Fixture *f = *state;
    static const int8_t first[] = {56, 106, 98, 29, -82, 43, -21, 69, -41, -11};
    static const int8_t second[] = {6, -3, -5, -7, -4, -4, 2, 4, -2, 0};
    static const int8_t third[] = {-1, 1, 0, 1, 0, 0, -1, -1, 1, -1};
    const XbNetLayer *l =
        accept(f, "{\"op\": \"conv\", \"filters\": 5, \"kernel\": 3, \"weights\": {\"seed\": 7}},"
                  "{\"op\": \"relu\"},"
                  "{\"op\": \"dwconv\", \"filters\": 5, \"kernel\": 2, \"weight_bits\": 4, "
                  "\"weights\": {\"seed\": 7}},"
                  "{\"op\": \"fc\", \"filters\": 3, \"weight_bits\": 2, \"weights\": {\"seed\": "
                  "\"0x123456789abcdef0\"}}");
    assert_true(l[0].has_seed);
    assert_null(l[0].weights);
    xb_net_draw(&f->arena, &f->net);
    assert_memory_equal(l[0].weights, first, sizeof first);
    assert_memory_equal(l[2].weights, second, sizeof second);
    assert_memory_equal(l[3].weights, third, sizeof third);
    const int8_t *before = l[0].weights;
    xb_net_draw(&f->arena, &f->net);
    assert_ptr_equal(l[0].weights, before);
}

// ---- files ----

static void write_array(Fixture *f, const char *name, XbNpy array)
{
    array.count = 1;
    for (int i = 0; i < array.rank; i++)
        array.count *= array.shape[i];
    assert_true(xb_npy_write(&f->d, xb_arena_printf(&f->arena, "%s/%s", f->folder, name), &array));
}

static void weights_biases_and_scales_are_read_from_files(void **state)
{
    Fixture *f = *state;
    static int8_t weights[6 * 3 * 1 * 2];
    static const int32_t bias[6] = {1, -2, 3, -4, 5, INT32_MIN};
    static const float scale[6] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
    f->d = (XbDiags){.arena = &f->arena};
    for (int i = 0; i < (int)sizeof weights; i++)
        weights[i] = (int8_t)(i * 7 - 128);
    write_array(f, "w.npy", (XbNpy){'i', 1, 4, {6, 3, 1, 2}, 0, weights});
    write_array(f, "b.npy", (XbNpy){'i', 4, 1, {6}, 0, bias});
    write_array(f, "s.npy", (XbNpy){'f', 4, 1, {6}, 0, scale});
    const XbNetLayer *l =
        accept(f, "{\"op\": \"conv\", \"filters\": 6, \"kernel\": [3, 1], \"weights\": \"w.npy\","
                  "\"bias\": \"b.npy\", \"weight_scale\": \"s.npy\"}");
    assert_int_equal(l->groups, 2);  // filters of 2 channels, 4 come in
    assert_memory_equal(l->weights, weights, sizeof weights);
    assert_memory_equal(l->bias, bias, sizeof bias);
    assert_memory_equal(l->weight_scale, scale, sizeof scale);
    assert_false(l->per_tensor);
    l = accept(f, "{\"op\": \"conv\", \"filters\": 6, \"kernel\": [3, 1], \"weights\": \"w.npy\","
                  "\"weight_scale\": [0.25]}");
    assert_true(l->per_tensor);
    assert_true(l->weight_scale[5] == 0.25f);
    refuse(f,
           "{\"op\": \"conv\", \"filters\": 6, \"kernel\": [3, 1], \"weights\": \"w.npy\", "
           "\"groups\": 1}",
           "$.layers[0].weights", "net-weights");
    refuse(f,
           "{\"op\": \"conv\", \"filters\": 6, \"kernel\": [3, 1], \"weights\": \"w.npy\","
           "\"weight_bits\": 7}",
           "$.layers[0].weights", "net-weights");
    refuse(f, "{\"op\": \"fc\", \"filters\": 6, \"bias\": \"s.npy\"}", "", "npy-type");
}

static void weights_from_a_file_may_have_a_zero_point(void **state)
{
    Fixture *f = *state;
    static const int8_t weights[16] = {-8, 7, 1};
    f->d = (XbDiags){.arena = &f->arena};
    write_array(f, "w.npy", (XbNpy){'i', 1, 4, {4, 1, 1, 4}, 0, weights});
    const XbNetLayer *l =
        accept(f, "{\"op\": \"conv\", \"filters\": 4, \"kernel\": 1, \"weights\": \"w.npy\","
                  "\"weight_bits\": 4, \"weight_zero\": -8}");
    assert_int_equal(xb_net_weight(l, 0), 0);
    assert_int_equal(xb_net_weight(l, 1), 15);
    assert_non_null(strstr(xb_net_json(&f->arena, &f->net), "\"weight_zero\": -8"));
    refuse(f,
           "{\"op\": \"conv\", \"filters\": 4, \"kernel\": 1, \"weights\": \"w.npy\","
           "\"weight_bits\": 4, \"weight_zero\": 8}",
           "$.layers[0].weight_zero", "net-weights");
    refuse(f, "{\"op\": \"fc\", \"filters\": 4, \"weight_zero\": 1}", "$.layers[0].weight_zero",
           "net-weights");
    refuse(f, "{\"op\": \"fc\", \"filters\": 4, \"weight_zero\": 1, \"weights\": {\"seed\": 1}}",
           "$.layers[0].weight_zero", "net-weights");
}

// ---- limits ----

static void too_many_weights_are_refused_before_they_are_loaded(void **state)
{
    Fixture *f = *state;
    const char *text = "{\"input\": {\"shape\": [1, 1, 65536]}, \"layers\": ["
                       "{\"op\": \"fc\", \"filters\": 65536, \"weights\": {\"seed\": 1}}]}";
    assert_false(read_text(f, text, strlen(text)));
    assert_string_equal(f->d.first->code, "net-shape");
    text =
        "{\"input\": {\"shape\": [300, 300, 1]}, \"layers\": [{\"op\": \"fc\", \"filters\": 1}]}";
    assert_false(read_text(f, text, strlen(text)));
    assert_string_equal(f->d.first->code, "net-shape");
}

static void no_byte_can_break_the_reader(void **state)
{
    Fixture *f = *state;
    static const char text[] =
        "{\"input\": {\"shape\": [9, 8, 2], \"scale\": 0.5}, \"layers\": ["
        "{\"op\": \"conv\", \"filters\": 4, \"kernel\": [3, 2], \"padding\": [1, 0, 2, 1], "
        "\"groups\": 2,"
        "\"weights\": {\"seed\": 3}, \"weight_scale\": [0.1, 0.2, 0.3, 0.4], \"activation\": "
        "\"relu\"},"
        "{\"op\": \"maxpool\", \"kernel\": 2, \"stride\": 1, \"padding\": \"same\"},"
        "{\"op\": \"add\", \"from\": [\"conv1\", \"maxpool1\"], \"output\": {\"zero_point\": 3}},"
        "{\"op\": \"reshape\", \"shape\": [4, 80]}, {\"op\": \"fc\", \"filters\": 2}]}";
    char bytes[sizeof text];
    memcpy(bytes, text, sizeof text);
    bool ok = read_text(f, text, sizeof text - 1);
    xb_diags_print(&f->d, stderr);
    assert_true(ok);
    for (size_t size = 0; size + 1 < sizeof text; size++)
        assert_false(read_text(f, text, size));
    for (size_t at = 0; at + 1 < sizeof text; at++) {
        for (int c = 1; c < 128; c++) {
            bytes[at] = (char)c;
            read_text(f, bytes, sizeof text - 1);
            xb_arena_free(&f->arena);
        }
        bytes[at] = text[at];
    }
}

// Every number at the ends of what it may be, and beyond.
static void extreme_sizes_are_read_or_refused(void **state)
{
    Fixture *f = *state;
    static const char *const numbers[] = {"0", "1", "2", "65535", "65536", "65537", "1e300", "-1"};
    static const char *const ops[] = {"conv", "dwconv", "avgpool"};
    for (size_t i = 0; i < 3 * 8 * 8 * 8 * 2; i++) {
        const char *kernel = numbers[i / 2 % 8], *stride = numbers[i / 16 % 8];
        const char *dilation = numbers[i / 128 % 8], *op = ops[i / 1024];
        const char *more =
            xb_arena_printf(&f->arena, ", \"filters\": 4, \"dilation\": %s", dilation);
        const char *layer = xb_arena_printf(
            &f->arena, "{\"op\": \"%s\", \"kernel\": %s, \"stride\": %s, \"padding\": %s%s}", op,
            kernel, stride, i % 2 ? "\"same\"" : "[0, 1, 2, 0]", op == ops[2] ? "" : more);
        const char *text = xb_arena_printf(&f->arena, "%s%s]}", INPUT, layer);
        read_text(f, text, strlen(text));
        xb_arena_free(&f->arena);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_convolution_needs_filters_and_kernel_only),
        TEST(quantization_follows_the_input),
        TEST(names_count_per_kind_or_are_given),
        TEST(paddings_have_the_orders_they_are_documented_in),
        TEST(pools_step_by_their_kernel),
        TEST(other_operators_have_their_shapes),
        TEST(means_are_over_what_they_say),
        TEST(functions_have_defaults_and_constants),
        TEST(functions_come_back),
        TEST(ranks_of_the_ends_may_be_given),
        TEST(scales_come_back_exactly),
        TEST(seeds_draw_the_documented_weights),
        TEST(weights_biases_and_scales_are_read_from_files),
        TEST(weights_from_a_file_may_have_a_zero_point),
        TEST(too_many_weights_are_refused_before_they_are_loaded),
        TEST(no_byte_can_break_the_reader),
        TEST(extreme_sizes_are_read_or_refused),
    };
    return cmocka_run_group_tests_name("net_json", tests, NULL, NULL);
}
