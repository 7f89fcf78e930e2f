// SPDX-License-Identifier: Apache-2.0
// The TensorFlow Lite reader on graphs made in memory: what it accepts, what it refuses and how.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "tfl_build.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/net.h"

#define LENGTH(a) ((int)(sizeof(a) / sizeof(a)[0]))

enum {
    OP_ADD = 0,
    OP_AVERAGE_POOL = 1,
    OP_CONV = 3,
    OP_DEQUANTIZE = 6,
    OP_DWCONV = 4,
    OP_FC = 9,
    OP_LOGISTIC = 14,
    OP_MAX_POOL = 17,
    OP_RELU = 19,
    OP_RELU6 = 21,
    OP_RESHAPE = 22,
    OP_SOFTMAX = 25,
    OP_TRANSPOSE = 39,
    OP_SQUEEZE = 43,
    OP_STRIDED_SLICE = 45,
    OP_PADV2 = 60,
    OP_EXPAND_DIMS = 70,
    OP_SHAPE = 77,
    OP_PACK = 83,
    OP_MUL = 18,
    OP_TANH = 28,
    OP_SUB = 41,
    OP_LEAKY_RELU = 98,
    OP_QUANTIZE = 114,
    OP_HARD_SWISH = 117
};

typedef struct Fixture {
    XbArena arena;
    XbDiags d;
    XbNet net;
    TflBytes bytes;
} Fixture;

static int set_up(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->d.arena = &f->arena;
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    xb_arena_free(&f->arena);
    free(f);
    return 0;
}

static bool read_bytes(Fixture *f, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);  // exactly as long, for sanitizers
    memcpy(copy, f->bytes.data, size);
    f->d = (XbDiags){.arena = &f->arena};
    bool ok = xb_tflite_read(&f->arena, &f->d, "t.tflite", (XbBytes){copy, size}, &f->net);
    free(copy);
    assert_int_equal(ok, f->d.errors == 0);
    return ok;
}

static bool read_graph(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m)
{
    TflGraph g = {n, m, 0, ops[m - 1].output, tensors, ops};
    tfl_build(&f->bytes, &g);
    return read_bytes(f, f->bytes.size);
}

static void accept(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m)
{
    bool ok = read_graph(f, tensors, n, ops, m);
    xb_diags_print(&f->d, stderr);
    assert_true(ok);
}

static void refuse(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m,
                   const char *code)
{
    assert_false(read_graph(f, tensors, n, ops, m));
    assert_string_equal(f->d.first->code, code);
}

static TflTensor image(int h, int w, int c)
{
    return (TflTensor){.type = TFL_INT8, .rank = 4, .dim = {1, h, w, c}, .scale = 0.5f, .zero = -3};
}

static TflTensor flat(int c)
{
    return (TflTensor){.type = TFL_INT8, .rank = 2, .dim = {1, c}, .scale = 0.5f, .zero = -3};
}

static const int8_t ONES[256] = {1, 1, 1, 1};

static TflTensor weights(int d0, int d1, int d2, int d3)
{
    return (TflTensor){.type = TFL_INT8,
                       .rank = 4,
                       .dim = {d0, d1, d2, d3},
                       .scale = 0.25f,
                       .data = ONES,
                       .bytes = (size_t)(d0 * d1 * d2 * d3)};
}

static void relu_and_relu6_stand_alone(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_RELU6, 1, {1}, 2, 0, {0}}};
    t[1].scale = 0.25f;
    accept(f, t, 3, o, 2);
    assert_string_equal(f->net.layer[0].name, "relu1");
    assert_string_equal(f->net.layer[1].name, "relu2");
    assert_string_equal(f->net.layer[1].op_name, "RELU6");
    assert_int_equal(f->net.layer[0].act, XB_ACT_RELU);
    assert_int_equal(f->net.layer[1].act, XB_ACT_RELU6);
    assert_int_equal(f->net.layer[0].in_q[0].zero, 125);
    assert_int_equal(xb_quant_offset(f->net.input_q), 128);
    assert_int_equal(f->net.input_rank, 4);
}

static void functions_of_one_code_are_tables(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3),
                     image(2, 2, 3), image(2, 2, 3), image(2, 2, 3),
                     image(2, 2, 3)};
    TflOperator o[] = {{OP_HARD_SWISH, 1, {0}, 1, 0, {0}},
                       {OP_LEAKY_RELU, 1, {1}, 2, 1, {0x3e800000}},
                       {OP_TANH, 1, {2}, 3, 0, {0}},
                       {OP_QUANTIZE, 1, {3}, 4, 0, {0}},
                       {OP_LOGISTIC, 1, {4}, 5, 0, {0}},
                       {OP_RELU, 1, {5}, 6, 0, {0}}};
    t[3].scale = 0.0078125f;
    t[5].scale = 0.00390625f;
    t[5].zero = -128;
    accept(f, t, 7, o, 6);
    assert_string_equal(f->net.layer[0].name, "table1");
    assert_string_equal(f->net.layer[1].op_name, "LEAKY_RELU");
    assert_int_equal(f->net.layer[1].function, XB_FN_LEAKY_RELU);
    assert_true(f->net.layer[1].alpha == 0.25f);
    assert_int_equal(f->net.layer[4].function, XB_FN_LOGISTIC);
    assert_int_equal(f->net.layer[4].operands, 0);
    t[5].zero = -127;
    refuse(f, t, 7, o, 6, "net-quant");
    t[5].zero = -128;
    t[0].scale = 64.0f;
    refuse(f, t, 7, o, 6, "net-quant");
}

static TflTensor constant(int count, float scale)
{
    static const int8_t codes[] = {7, -128, 3};
    return (TflTensor){.type = TFL_INT8,
                       .rank = 1,
                       .dim = {count},
                       .scale = scale,
                       .zero = 5,
                       .data = codes,
                       .bytes = (size_t)count};
}

static void constants_stand_on_either_side(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3),    image(2, 2, 3),    image(2, 2, 3),
                     image(2, 2, 3), constant(3, 0.5f), constant(1, 0.25f)};
    TflOperator o[] = {{OP_MUL, 2, {0, 5}, 1, 1, {1}},
                       {OP_SUB, 2, {6, 1}, 2, 1, {0}},
                       {OP_SUB, 2, {2, 6}, 3, 1, {0}},
                       {OP_ADD, 2, {5, 3}, 4, 1, {3}}};
    accept(f, t, 7, o, 4);
    const XbNetLayer *l = f->net.layer;
    assert_int_equal(l[0].function, XB_FN_MUL);
    assert_int_equal(l[0].act, XB_ACT_RELU);
    assert_int_equal(l[0].operands, 3);
    assert_int_equal(l[0].operand[1], 0);
    assert_int_equal(l[0].in_q[1].zero, 133);
    assert_int_equal(l[1].function, XB_FN_SUB_FROM);
    assert_int_equal(l[1].input[0], 0);
    assert_int_equal(l[1].operands, 1);
    assert_int_equal(l[2].function, XB_FN_SUB);
    assert_int_equal(l[3].kind, XB_TABLE);
    assert_int_equal(l[3].function, XB_FN_ADD);
    assert_int_equal(l[3].input[0], 2);
    t[5] = constant(2, 0.5f);  // no number for each channel
    refuse(f, t, 7, o, 4, "tflite-shape");
    t[5] = constant(3, 0.5f);
    o[0].input[1] = 0;  // two tensors
    refuse(f, t, 7, o, 4, "tflite-op");
    o[0] = (TflOperator){OP_MUL, 2, {5, 6}, 1, 1, {0}};
    refuse(f, t, 7, o, 4, "tflite-shape");
}

static void uint8_codes_are_the_values(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(1, 1, 3), image(1, 1, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}};
    t[0].type = t[1].type = TFL_UINT8;
    t[0].zero = t[1].zero = 200;
    accept(f, t, 2, o, 1);
    assert_int_equal(xb_quant_offset(f->net.input_q), 0);
    assert_int_equal(f->net.input_q.zero, 200);
    t[1].zero = -1;
    refuse(f, t, 2, o, 1, "net-quant");
}

// Both the weights and their zero point are 128 less here.
static void uint8_weights_have_a_zero_point(void **state)
{
    Fixture *f = *state;
    static const uint8_t value[] = {0, 255, 157};
    TflTensor t[] = {image(1, 1, 3), weights(1, 1, 1, 3), image(1, 1, 1)};
    TflOperator o[] = {{OP_CONV, 2, {0, 1}, 2, 6, {1, 1, 1, 0, 1, 1}}};
    t[0].type = t[1].type = t[2].type = TFL_UINT8;
    t[0].zero = t[2].zero = 3;
    t[1].zero = 157;
    t[1].data = value;
    accept(f, t, 3, o, 1);
    const XbNetLayer *l = f->net.layer;
    assert_int_equal(l->weight_zero, 29);
    for (int i = 0; i < 3; i++)
        assert_int_equal(xb_net_weight(l, i), value[i] - 157);
    assert_true(xb_net_is_uint8(l));
    t[1].zero = 256;
    refuse(f, t, 3, o, 1, "tflite-quant");
    t[1].zero = 128;
    accept(f, t, 3, o, 1);
    assert_int_equal(f->net.layer->weight_zero, 0);
}

static void uint8_weights_have_one_scale(void **state)
{
    Fixture *f = *state;
    static const float scale[] = {0.5f, 0.25f};
    TflTensor t[] = {image(1, 1, 3), weights(2, 1, 1, 3), image(1, 1, 2)};
    TflOperator o[] = {{OP_CONV, 2, {0, 1}, 2, 6, {1, 1, 1, 0, 1, 1}}};
    t[0].zero = t[2].zero = 3;
    t[1].scales = 2;
    t[1].channel = scale;
    accept(f, t, 3, o, 1);
    assert_false(xb_net_is_uint8(f->net.layer));
    t[0].type = t[1].type = t[2].type = TFL_UINT8;
    refuse(f, t, 3, o, 1, "tflite-quant");
}

static void weights_are_of_the_type_of_activations(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(1, 1, 3), weights(1, 1, 1, 3), image(1, 1, 1)};
    TflOperator o[] = {{OP_CONV, 2, {0, 1}, 2, 6, {1, 1, 1, 0, 1, 1}}};
    t[1].type = TFL_UINT8;
    refuse(f, t, 3, o, 1, "tflite-type");
    t[0].type = t[2].type = TFL_UINT8;
    t[0].zero = t[2].zero = 3;
    accept(f, t, 3, o, 1);
    t[1].type = TFL_INT8;
    refuse(f, t, 3, o, 1, "tflite-type");
}

static void reshape_has_its_shape_as_input_attribute_or_not_at_all(void **state)
{
    Fixture *f = *state;
    int shape[] = {-1, 12};
    TflTensor t[] = {image(2, 2, 3),
                     flat(12),
                     {.type = TFL_INT32, .rank = 1, .dim = {2}, .data = shape, .bytes = 8}};
    TflOperator by_input[] = {{OP_RESHAPE, 2, {0, 2}, 1, 0, {0}}};
    TflOperator by_output[] = {{OP_RESHAPE, 1, {0}, 1, 0, {0}}};
    accept(f, t, 3, by_input, 1);
    accept(f, t, 3, by_output, 1);
    assert_int_equal(f->net.output_rank, 2);
    shape[1] = 6;
    refuse(f, t, 3, by_input, 1, "tflite-shape");
    t[2].data = NULL;
    refuse(f, t, 3, by_input, 1, "tflite-weights");
    t[1].zero = 4;
    refuse(f, t, 3, by_output, 1, "net-quant");
}

static TflTensor integers(int rank, int count, const int *value)
{
    TflTensor t = {.type = TFL_INT32, .rank = rank, .dim = {count}, .data = value};
    t.bytes = value ? 4 * (size_t)count : 0;
    return t;
}

// What converters make of Flatten when the batch is open: the batch's part of the shape, packed
// with the rest. A batch of one image makes it a constant.
static void a_shape_that_is_computed_is_a_constant(void **state)
{
    Fixture *f = *state;
    static const int zero[] = {0}, one[] = {1}, rest[] = {12}, wrong[] = {6}, far[] = {4};
    TflTensor t[] = {image(2, 2, 3),       flat(12),
                     integers(1, 4, NULL), integers(0, 1, NULL),
                     integers(1, 2, NULL), integers(1, 1, zero),
                     integers(1, 1, one),  integers(0, 1, rest)};
    TflOperator o[] = {{OP_SHAPE, 1, {0}, 2, 0, {0}},
                       {OP_STRIDED_SLICE, 4, {2, 5, 6, 6}, 3, 5, {0, 0, 0, 0, 1}},
                       {OP_PACK, 2, {3, 7}, 4, 2, {2, 0}},
                       {OP_RESHAPE, 2, {0, 4}, 1, 0, {0}}};
    t[0].dim[0] = t[1].dim[0] = -1;
    accept(f, t, 8, o, 4);
    assert_int_equal(f->net.layers, 1);
    assert_int_equal(f->net.layer[0].op_index, 3);
    assert_int_equal(f->net.layer[0].out.c, 12);
    t[7].data = wrong;
    refuse(f, t, 8, o, 4, "tflite-shape");
    t[7].data = rest;
    t[5].data = far;  // element 4 of 4
    refuse(f, t, 8, o, 4, "tflite-shape");
    t[5].data = zero;
    o[2].option[1] = 1;
    refuse(f, t, 8, o, 4, "tflite-op");
    o[2].option[1] = 0;
    o[2].input[1] = 0;  // the image itself
    refuse(f, t, 8, o, 4, "tflite-type");
    o[2].input[1] = 7;
    o[1].code = 36;  // GATHER: what it makes is not said to be no constant
    refuse(f, t, 8, o, 4, "tflite-op");
    assert_int_equal(f->d.errors, 1);
    assert_non_null(strstr(f->d.first->text, "batch_size=1"));
    TflOperator as_output[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_SHAPE, 1, {1}, 2, 0, {0}}};
    t[1] = image(2, 2, 3);
    refuse(f, t, 8, as_output, 2, "tflite-graph");
}

static void softmax_is_dropped_at_the_end_only(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4), flat(4)};
    TflOperator last[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_SOFTMAX, 1, {1}, 2, 0, {0}}};
    TflOperator inside[] = {{OP_SOFTMAX, 1, {0}, 1, 0, {0}}, {OP_RELU, 1, {1}, 2, 0, {0}}};
    TflOperator alone[] = {{OP_SOFTMAX, 1, {0}, 1, 0, {0}}};
    accept(f, t, 3, last, 2);
    assert_int_equal(f->net.notes, 1);
    assert_int_equal(f->net.note[0].kind, XB_NOTE_BACK);
    assert_string_equal(f->net.note[0].op_name, "SOFTMAX");
    assert_int_equal(f->net.layers, 1);
    refuse(f, t, 3, inside, 2, "tflite-op");
    assert_int_equal(f->d.errors, 1);
    refuse(f, t, 3, alone, 1, "tflite-graph");
}

// A float tensor is not quantized, one of integers neither.
static TflTensor real(int c) { return (TflTensor){.type = TFL_FLOAT32, .rank = 2, .dim = {1, c}}; }

// Float in front of QUANTIZE and behind DEQUANTIZE, and functions of the results: the chip's part
// lies between. A reshape behind the last function is the host's, one in front of it is not.
static void what_stands_at_the_ends_is_the_host_s(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {real(4), flat(4), flat(4), image(1, 1, 4), image(1, 1, 4), flat(4), real(4)};
    TflOperator o[] = {{OP_QUANTIZE, 1, {0}, 1, 0, {0}}, {OP_RELU, 1, {1}, 2, 0, {0}},
                       {OP_RESHAPE, 1, {2}, 3, 0, {0}},  {OP_LOGISTIC, 1, {3}, 4, 0, {0}},
                       {OP_RESHAPE, 1, {4}, 5, 0, {0}},  {OP_DEQUANTIZE, 1, {5}, 6, 0, {0}}};
    t[1].zero = 7;
    accept(f, t, LENGTH(t), o, LENGTH(o));
    assert_int_equal(f->net.layers, 2);
    assert_int_equal(f->net.layer[1].op_index, 2);
    assert_int_equal(f->net.input_q.zero, 135);
    assert_int_equal(f->net.input_rank, 2);
    assert_int_equal(f->net.output_rank, 4);
    assert_int_equal(f->net.notes, 4);
    assert_int_equal(f->net.note[0].kind, XB_NOTE_FRONT);
    assert_int_equal(f->net.note[1].op_index, 3);
    assert_true(f->net.file_input.is_hosts && !f->net.file_input.has_codes);
    assert_string_equal(f->net.file_output.type, "FLOAT32");
}

static void unsigned_ends_of_a_signed_network_are_the_host_s(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4), flat(4)};
    TflOperator o[] = {{OP_QUANTIZE, 1, {0}, 1, 0, {0}},
                       {OP_RELU, 1, {1}, 2, 0, {0}},
                       {OP_QUANTIZE, 1, {2}, 3, 0, {0}}};
    t[0].type = t[3].type = TFL_UINT8;
    t[0].zero = t[3].zero = 200;
    accept(f, t, 4, o, 3);
    assert_int_equal(f->net.layers, 1);
    assert_true(f->net.input_q.is_signed);
    assert_true(f->net.file_input.has_codes && !f->net.file_input.quant.is_signed);
    assert_int_equal(f->net.file_output.quant.zero, 200);
    t[0].type = 7;  // INT16
    refuse(f, t, 4, o, 3, "tflite-type");
}

// From codes to such of the same type QUANTIZE is arithmetic, also at an end.
static void a_rescale_at_an_end_is_the_chip_s(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4), flat(4)};
    TflOperator o[] = {{OP_QUANTIZE, 1, {0}, 1, 0, {0}},
                       {OP_RELU, 1, {1}, 2, 0, {0}},
                       {OP_QUANTIZE, 1, {2}, 3, 0, {0}}};
    t[0].zero = t[3].zero = 9;
    accept(f, t, 4, o, 3);
    assert_int_equal(f->net.layers, 3);
    assert_int_equal(f->net.notes, 0);
    assert_int_equal(f->net.input_q.zero, 128 + 9);
}

static void dimensions_of_1_come_and_go(void **state)
{
    Fixture *f = *state;
    static const int axis[] = {-3}, far[] = {4};
    TflTensor t[] = {flat(6), image(1, 1, 6), flat(6), integers(0, 1, axis)};
    TflOperator o[] = {{OP_EXPAND_DIMS, 2, {0, 3}, 1, 0, {0}}, {OP_SQUEEZE, 1, {1}, 2, 0, {0}}};
    t[1].rank = 3;
    t[1].dim[1] = 1;
    t[1].dim[2] = 6;
    t[2].rank = 1;
    t[2].dim[0] = 6;
    refuse(f, t, 4, o, 2, "tflite-shape");  // the batch went with the others
    t[2] = t[1];
    t[1].rank = 4;
    t[1].dim[3] = 6;
    t[1].dim[2] = 1;
    t[0] = t[2];
    o[1] = (TflOperator){OP_RESHAPE, 1, {1}, 2, 0, {0}};
    t[3].data = (int[]){1};
    accept(f, t, 4, o, 2);
    assert_int_equal(f->net.layers, 2);
    assert_int_equal(f->net.layer[0].kind, XB_RESHAPE);
    t[3].data = far;
    refuse(f, t, 4, o, 2, "tflite-shape");
}

// Images as they stand in files of other tools: channels first.
static TflTensor turned(int c, int h, int w) { return image(c, h, w); }

static void a_transpose_in_front_is_the_host_s(void **state)
{
    Fixture *f = *state;
    static const int order[] = {0, 2, 3, 1}, no_order[] = {0, 2, 2, 1};
    TflTensor t[] = {turned(3, 2, 5), image(2, 5, 3), image(2, 5, 3), integers(1, 4, order)};
    TflOperator o[] = {{OP_TRANSPOSE, 2, {0, 3}, 1, 0, {0}}, {OP_RELU, 1, {1}, 2, 0, {0}}};
    accept(f, t, 4, o, 2);
    assert_int_equal(f->net.layers, 1);
    assert_int_equal(f->net.input.c, 3);
    assert_int_equal(f->net.input.w, 5);
    assert_string_equal(f->net.note[0].text,
                        "INT8 [1, 3, 2, 5] to INT8 [1, 2, 5, 3], dimensions [0, 2, 3, 1]");
    t[3].data = no_order;
    refuse(f, t, 4, o, 2, "tflite-shape");
}

// To channels first, sums and RELU there, and back: nothing but the sums and RELU is on the chip.
static void transposes_that_cancel_are_folded(void **state)
{
    Fixture *f = *state;
    static const int first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1};
    TflTensor t[] = {image(2, 5, 3),        image(2, 5, 3),       turned(3, 2, 5),
                     turned(3, 2, 5),       turned(3, 2, 5),      image(2, 5, 3),
                     integers(1, 4, first), integers(1, 4, last), image(2, 5, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},         {OP_TRANSPOSE, 2, {1, 6}, 2, 0, {0}},
                       {OP_RELU, 1, {2}, 3, 0, {0}},         {OP_ADD, 2, {3, 2}, 4, 1, {0}},
                       {OP_TRANSPOSE, 2, {4, 7}, 5, 0, {0}}, {OP_RELU, 1, {5}, 8, 0, {0}}};
    accept(f, t, LENGTH(t), o, 6);
    assert_int_equal(f->net.layers, 4);
    assert_int_equal(f->net.layer[2].input[1], 0);
    assert_int_equal(f->net.layer[2].out.c, 3);
    assert_int_equal(f->net.layer[3].input[0], 2);
    assert_int_equal(f->net.notes, 2);
    o[3].input[1] = 1;  // of another order
    t[1] = t[2];
    t[1].dim[1] = t[1].dim[2] = t[1].dim[3] = 3;
    t[0] = t[2] = t[3] = t[4] = t[5] = t[8] = t[1];
    refuse(f, t, LENGTH(t), o, 6, "tflite-op");
    assert_int_equal(f->d.errors, 1);
    o[3].input[1] = 2;
    o[4].code = OP_RELU;  // the order never comes back
    o[4].inputs = 1;
    refuse(f, t, LENGTH(t), o, 6, "tflite-op");
    assert_int_equal(f->d.errors, 1);
}

// Rows of channels-first images, as other tools flatten them: the weights move, not the codes.
static void weights_of_a_turned_row_move(void **state)
{
    Fixture *f = *state;
    static const int order[] = {0, 3, 1, 2};
    static const int8_t columns[] = {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6};
    static const int8_t moved[] = {1, 3, 5, 2, 4, 6, -1, -3, -5, -2, -4, -6};
    TflTensor t[] = {image(2, 1, 3),        image(2, 1, 3), turned(3, 2, 1),    flat(6),
                     integers(1, 4, order), flat(2),        weights(2, 6, 1, 1)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_TRANSPOSE, 2, {1, 4}, 2, 0, {0}},
                       {OP_RESHAPE, 1, {2}, 3, 0, {0}},
                       {OP_FC, 2, {3, 6}, 5, 1, {0}}};
    t[6].rank = 2;
    t[6].data = columns;
    accept(f, t, LENGTH(t), o, 4);
    assert_int_equal(f->net.layers, 3);
    assert_int_equal(f->net.layer[1].in.h, 2);
    assert_memory_equal(f->net.layer[2].weights, moved, sizeof moved);
    t[5] = flat(6);
    o[3] = (TflOperator){OP_RELU, 1, {3}, 5, 0, {0}};  // others would take the wrong order
    refuse(f, t, LENGTH(t), o, 4, "tflite-op");
    assert_int_equal(f->d.errors, 1);
    accept(f, t, LENGTH(t), o, 3);  // at the end the host turns
    assert_int_equal(f->net.layers, 1);
}

// A name is the file's; what is no letter of ASCII is not printed.
static void custom_operators_are_refused_by_their_name(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{32, 1, {0}, 1, 0, {0}}, {209, 1, {1}, 2, 0, {0}}};
    refuse(f, t, 3, o, 2, "tflite-op");
    assert_string_equal(f->d.first->where, "operator 0 (CUSTOM Detection_Post?Process)");
    assert_string_equal(f->d.last->where, "operator 1 (STABLEHLO_CASE)");
}

// A chain of one type in the wrong place, one operator many times, state: each is one report.
static void a_fault_is_reported_once(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4), flat(4), flat(4)};
    TflOperator types[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                           {OP_RELU, 1, {1}, 2, 0, {0}},
                           {OP_RELU, 1, {2}, 3, 0, {0}},
                           {OP_RELU, 1, {3}, 4, 0, {0}}};
    t[1].type = t[2].type = t[3].type = 7;
    refuse(f, t, 5, types, 4, "tflite-type");
    assert_int_equal(f->d.errors, 1);
    t[1].type = TFL_INT8;
    t[2].type = t[3].type = TFL_FLOAT32;
    types[1].code = OP_DEQUANTIZE;
    types[3].code = OP_QUANTIZE;
    refuse(f, t, 5, types, 4, "tflite-op");
    assert_int_equal(f->d.errors, 1);
    assert_string_equal(f->d.first->where, "operator 1 (DEQUANTIZE)");
    t[0].type = t[1].type = t[2].type = t[3].type = t[4].type = 7;
    refuse(f, t, 5, types, 4, "tflite-type");
    assert_int_equal(f->d.errors, 1);
}

static void add_takes_equal_shapes_and_any_earlier_tensors(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_ADD, 2, {1, 0}, 2, 1, {1}},
                       {OP_ADD, 2, {2, 2}, 3, 1, {3}}};
    accept(f, t, 4, o, 3);
    assert_int_equal(f->net.layer[1].input[0], 0);
    assert_int_equal(f->net.layer[1].input[1], -1);
    assert_int_equal(f->net.layer[2].input[0], 1);
    assert_int_equal(f->net.layer[2].input[1], 1);
    assert_int_equal(f->net.layer[1].act, XB_ACT_RELU);
    assert_int_equal(f->net.layer[2].act, XB_ACT_RELU6);
    t[2] = image(1, 1, 3);
    refuse(f, t, 4, o, 3, "tflite-shape");
}

// Height or width after a convolution, with the padding before and after.
static void check_window(Fixture *f, const int in[3], int dilation, const int expected[3])
{
    int kernel = in[1];
    int same = expected[1] + expected[2] > 0;
    TflTensor t[] = {image(in[0], 9, 1), image(expected[0], same ? 9 : 7, 1),
                     weights(1, kernel, 3, 1)};
    TflOperator o[] = {{OP_CONV, 2, {0, 2}, 1, 6, {same ? 0 : 1, 1, in[2], 0, 1, dilation}}};
    accept(f, t, 3, o, 1);
    assert_int_equal(f->net.layer[0].pad_t, expected[1]);
    assert_int_equal(f->net.layer[0].pad_b, expected[2]);
    assert_int_equal(f->net.layer[0].stride_h, in[2]);
    assert_int_equal(f->net.layer[0].stride_w, 1);
    assert_int_equal(f->net.layer[0].dil_h, dilation);
}

static void windows_pad_as_same_and_valid_say(void **state)
{
    Fixture *f = *state;
    check_window(f, (int[]){8, 3, 1}, 1, (int[]){8, 1, 1});
    check_window(f, (int[]){8, 3, 2}, 1, (int[]){4, 0, 1});
    check_window(f, (int[]){7, 3, 2}, 1, (int[]){4, 1, 1});
    check_window(f, (int[]){1, 3, 2}, 1, (int[]){1, 1, 1});
    check_window(f, (int[]){2, 4, 1}, 1, (int[]){2, 1, 2});
    check_window(f, (int[]){8, 3, 1}, 3, (int[]){8, 3, 3});
    check_window(f, (int[]){8, 3, 2}, 1, (int[]){3, 0, 0});
    check_window(f, (int[]){8, 3, 2}, 2, (int[]){2, 0, 0});
}

static void bias_may_be_absent(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(2), weights(2, 4, 1, 1)};
    TflOperator absent[] = {{OP_FC, 2, {0, 2}, 1, 1, {0}}};
    TflOperator minus_one[] = {{OP_FC, 3, {0, 2, -1}, 1, 1, {0}}};
    t[2].rank = 2;
    accept(f, t, 3, absent, 1);
    assert_null(f->net.layer[0].bias);
    accept(f, t, 3, minus_one, 1);
    assert_true(f->net.layer[0].per_tensor);
    assert_true(f->net.layer[0].weight_scale[1] == 0.25f);
}

static void depth_multiplier_follows_from_the_channels(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 6), weights(1, 1, 1, 6)};
    TflOperator o[] = {{OP_DWCONV, 2, {0, 2}, 1, 4, {0, 1, 1, 2}}};
    accept(f, t, 3, o, 1);
    assert_int_equal(f->net.layer[0].multiplier, 2);
    t[1] = image(2, 2, 7);
    t[2] = weights(1, 1, 1, 7);
    refuse(f, t, 3, o, 1, "tflite-shape");
}

static void groups_follow_from_the_filter_s_depth(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 4), image(2, 2, 6), weights(6, 1, 1, 2)};
    TflOperator o[] = {{OP_CONV, 2, {0, 2}, 1, 4, {0, 1, 1, 0}}};
    accept(f, t, 3, o, 1);
    assert_int_equal(f->net.layer[0].groups, 2);
    t[2] = weights(6, 1, 1, 1);
    t[0] = image(2, 2, 4);
    refuse(f, t, 3, o, 1, "net-shape");  // 4 groups, 6 outputs
    t[2] = weights(6, 1, 1, 3);
    refuse(f, t, 3, o, 1, "tflite-shape");
}

static void a_pool_s_window_is_what_the_file_says(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(4, 4, 3), image(4, 4, 3)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {0, 1, 1, 65536, 65535, 0}}};
    accept(f, t, 2, o, 1);
    const XbNetLayer *l = &f->net.layer[0];
    assert_int_equal(l->kh, 65535);
    assert_int_equal(l->kw, 65536);
    assert_int_equal(l->pad_t, 32767);
    assert_int_equal(l->pad_b, 32767);
    t[1] = image(1, 4, 3);
    o[0] = (TflOperator){OP_AVERAGE_POOL, 1, {0}, 1, 6, {0, 1, 9, 1, 65536, 0}};
    accept(f, t, 2, o, 1);
    l = &f->net.layer[0];
    assert_int_equal(l->kh, 65536);
    assert_int_equal(l->pad_t, 32766);
    assert_int_equal(l->pad_b, 32766);
    o[0].option[4] = 3;  // within the image: rows below it stay unused
    o[0].option[0] = 1;
    accept(f, t, 2, o, 1);
    assert_int_equal(f->net.layer[0].kh, 3);
    o[0].option[4] = 65537;
    refuse(f, t, 2, o, 1, "net-shape");
    o[0].option[4] = INT32_MIN;
    refuse(f, t, 2, o, 1, "net-shape");
}

// Every size of a window at the ends of what 32 bits hold: never a crash, one report at most.
static void extreme_windows_are_read_or_refused(void **state)
{
    Fixture *f = *state;
    static const int extremes[] = {INT32_MIN, -1, 0, 1, 2, 65535, 65536, 65537, INT32_MAX};
    TflTensor t[] = {image(4, 4, 1), image(4, 4, 1), weights(1, 2, 2, 1)};
    for (int field = 1; field < 6; field++)
        for (int i = 0; i < LENGTH(extremes); i++)
            for (int k = 0; k < LENGTH(extremes); k++) {
                TflOperator o[] = {{OP_CONV, 2, {0, 2}, 1, 6, {k % 2, 1, 1, 0, 1, 1}}};
                TflOperator p[] = {{OP_AVERAGE_POOL, 1, {0}, 1, 6, {k % 2, 1, 1, 2, 2, 0}}};
                o[0].option[field] = p[0].option[field] = extremes[i];
                o[0].option[2] = p[0].option[2] = extremes[k];
                read_graph(f, t, 3, o, 1);
                assert_true(f->d.errors <= 1);
                read_graph(f, t, 2, p, 1);
                assert_true(f->d.errors <= 1);
            }
}

static void padv2_must_pad_with_the_zero_point(void **state)
{
    Fixture *f = *state;
    static const int pads[8] = {0, 0, 1, 0, 0, 1, 0, 0};
    int8_t value = -3;
    TflTensor t[] = {image(2, 2, 1),
                     image(3, 3, 1),
                     {.type = TFL_INT32, .rank = 2, .dim = {4, 2}, .data = pads, .bytes = 32},
                     {.type = TFL_INT8, .data = &value, .bytes = 1}};
    TflOperator o[] = {{OP_PADV2, 3, {0, 2, 3}, 1, 0, {0}}};
    accept(f, t, 4, o, 1);
    assert_int_equal(f->net.layer[0].pad_t, 1);
    assert_int_equal(f->net.layer[0].pad_r, 1);
    value = 0;
    refuse(f, t, 4, o, 1, "tflite-op");
}

static void pools_keep_scale_and_zero_point(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(1, 1, 3)};
    TflOperator o[] = {{OP_AVERAGE_POOL, 1, {0}, 1, 6, {1, 2, 2, 2, 2, 1}}};
    accept(f, t, 2, o, 1);
    assert_int_equal(f->net.layer[0].kh, 2);
    assert_int_equal(f->net.layer[0].act, XB_ACT_RELU);
    o[0].code = OP_MAX_POOL;
    accept(f, t, 2, o, 1);
    assert_string_equal(f->net.layer[0].name, "maxpool1");
    t[1].zero = 0;
    refuse(f, t, 2, o, 1, "net-quant");
}

static void an_open_batch_is_one_image(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}};
    t[0].dim[0] = t[1].dim[0] = -1;
    accept(f, t, 2, o, 1);
    t[0].dim[1] = -1;
    refuse(f, t, 2, o, 1, "tflite-shape");
}

static void all_faults_are_reported_at_once(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {
        {23, 1, {0}, 1, 0, {0}}, {250, 1, {1}, 2, 0, {0}}, {OP_ADD, 1, {2}, 3, 0, {0}}};
    refuse(f, t, 4, o, 3, "tflite-op");
    assert_int_equal(f->d.errors, 3);
    assert_string_equal(f->d.first->where, "operator 0 (RESIZE_BILINEAR)");
    assert_string_equal(f->d.first->next->where, "operator 1 (operator code 250)");
    assert_string_equal(f->d.last->code, "tflite-graph");
}

// Operators of one name with the same fault share a report.
static void one_fault_is_one_report(void **state)
{
    enum { OPS = 11 };
    Fixture *f = *state;
    TflTensor t[OPS + 1];
    TflOperator o[OPS];
    for (int i = 0; i <= OPS; i++)
        t[i] = image(2, 2, 3 + i % 2);
    for (int i = 0; i < OPS; i++)
        o[i] = (TflOperator){OP_MAX_POOL, 1, {i}, i + 1, 6, {0, 1, 1, 1, 1, 0}};
    o[7].code = OP_AVERAGE_POOL;
    refuse(f, t, OPS + 1, o, OPS, "tflite-shape");
    assert_int_equal(f->d.errors, 3);
    assert_string_equal(f->d.first->where, "operators 0, 2, 4, 6 and more (MAX_POOL_2D)");
    assert_string_equal(f->d.first->next->where, "operators 1, 3, 5, 9 (MAX_POOL_2D)");
    assert_string_equal(f->d.last->where, "operator 7 (AVERAGE_POOL_2D)");
}

static void neighbouring_scales_are_equal(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {0, 1, 1, 1, 1, 0}}};
    t[0].scale = 0.05f;
    t[1].scale = nextafterf(0.05f, 1);
    accept(f, t, 2, o, 1);
    assert_int_equal(f->d.first->severity, XB_NOTE);
    assert_string_equal(f->d.first->text, "input scale 0.0500000007 and output scale 0.0500000045 "
                                          "are neighbours and taken for equal");
    t[1].scale = nextafterf(t[1].scale, 1);
    refuse(f, t, 2, o, 1, "net-quant");
    assert_string_equal(f->d.first->text,
                        "input (scale 0.0500000007, zero point -3) and output (scale 0.0500000082, "
                        "zero point -3) must agree");
}

static void no_byte_can_break_the_reader(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(4, 4, 2), image(4, 4, 3),      flat(48),
                     flat(5),        weights(3, 3, 3, 2), weights(5, 48, 1, 1)};
    TflOperator o[] = {{OP_CONV, 2, {0, 4}, 1, 4, {0, 1, 1, 1}},
                       {OP_RESHAPE, 1, {1}, 2, 0, {0}},
                       {OP_FC, 2, {2, 5}, 3, 1, {0}}};
    t[5].rank = 2;
    accept(f, t, LENGTH(t), o, LENGTH(o));
    for (size_t size = 0; size < f->bytes.size; size++)
        assert_false(read_bytes(f, size) && size < f->bytes.size - 300);
    for (size_t at = 0; at < f->bytes.size; at++)
        for (int bit = 0; bit < 8; bit++) {
            f->bytes.data[at] ^= (uint8_t)(1 << bit);
            read_bytes(f, f->bytes.size);
            f->bytes.data[at] ^= (uint8_t)(1 << bit);
            xb_arena_free(&f->arena);
        }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(relu_and_relu6_stand_alone),
        TEST(functions_of_one_code_are_tables),
        TEST(constants_stand_on_either_side),
        TEST(uint8_codes_are_the_values),
        TEST(uint8_weights_have_a_zero_point),
        TEST(uint8_weights_have_one_scale),
        TEST(weights_are_of_the_type_of_activations),
        TEST(reshape_has_its_shape_as_input_attribute_or_not_at_all),
        TEST(a_shape_that_is_computed_is_a_constant),
        TEST(softmax_is_dropped_at_the_end_only),
        TEST(what_stands_at_the_ends_is_the_host_s),
        TEST(unsigned_ends_of_a_signed_network_are_the_host_s),
        TEST(a_rescale_at_an_end_is_the_chip_s),
        TEST(dimensions_of_1_come_and_go),
        TEST(a_transpose_in_front_is_the_host_s),
        TEST(transposes_that_cancel_are_folded),
        TEST(weights_of_a_turned_row_move),
        TEST(custom_operators_are_refused_by_their_name),
        TEST(a_fault_is_reported_once),
        TEST(add_takes_equal_shapes_and_any_earlier_tensors),
        TEST(windows_pad_as_same_and_valid_say),
        TEST(bias_may_be_absent),
        TEST(depth_multiplier_follows_from_the_channels),
        TEST(groups_follow_from_the_filter_s_depth),
        TEST(a_pool_s_window_is_what_the_file_says),
        TEST(extreme_windows_are_read_or_refused),
        TEST(padv2_must_pad_with_the_zero_point),
        TEST(pools_keep_scale_and_zero_point),
        TEST(an_open_batch_is_one_image),
        TEST(all_faults_are_reported_at_once),
        TEST(one_fault_is_one_report),
        TEST(neighbouring_scales_are_equal),
        TEST(no_byte_can_break_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
