// SPDX-License-Identifier: Apache-2.0
// The TensorFlow Lite reader: what is the host's at the ends of a graph, shapes that are computed,
// transposes.
#include "tflite_bench.h"
#include <math.h>

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

// As converters write Conv1D and Flatten: a layer makes what nobody looks at but for its shape.
static void what_is_read_for_its_shape_alone_is_no_layer(void **state)
{
    Fixture *f = *state;
    static const int zero[] = {0}, one[] = {1}, rest[] = {12};
    TflTensor t[] = {
        image(2, 2, 3),       image(2, 2, 3),       image(1, 4, 3), integers(1, 4, NULL),
        integers(0, 1, NULL), integers(1, 2, NULL), flat(12),       integers(1, 1, zero),
        integers(1, 1, one),  integers(0, 1, rest)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_RESHAPE, 1, {1}, 2, 0, {0}},
                       {OP_SHAPE, 1, {2}, 3, 0, {0}},
                       {OP_STRIDED_SLICE, 4, {3, 7, 8, 8}, 4, 5, {0, 0, 0, 0, 1}},
                       {OP_PACK, 2, {4, 9}, 5, 2, {2, 0}},
                       {OP_RESHAPE, 2, {1, 5}, 6, 0, {0}}};
    t[0].dim[0] = -1;
    accept(f, t, LENGTH(t), o, LENGTH(o));
    assert_int_equal(f->net.layers, 2);
    assert_int_equal(f->net.layer[1].op_index, 5);
    assert_int_equal(f->net.note[0].kind, XB_NOTE_FOLDED);
    assert_string_equal(f->net.note[0].op_name, "RESHAPE");
    o[5].input[0] = 2;  // now it is wanted
    accept(f, t, LENGTH(t), o, LENGTH(o));
    assert_int_equal(f->net.layers, 3);
    o[1] = (TflOperator){OP_DEQUANTIZE, 1, {1}, 2, 0, {0}};
    o[5].input[0] = 1;
    t[2].type = TFL_FLOAT32;
    accept(f, t, LENGTH(t), o, LENGTH(o));
    assert_int_equal(f->net.layers, 2);
}

// Behind an operator whose output the chip cannot have, nothing is said that follows from it.
static void one_fault_has_no_echo(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3), image(2, 2, 3), flat(12)};
    TflOperator o[] = {{OP_DEQUANTIZE, 1, {0}, 1, 0, {0}},
                       {OP_RELU, 1, {1}, 2, 0, {0}},
                       {OP_QUANTIZE, 1, {2}, 3, 0, {0}},
                       {OP_RESHAPE, 1, {3}, 4, 0, {0}}};
    t[1].type = t[2].type = TFL_FLOAT32;
    refuse(f, t, LENGTH(t), o, LENGTH(o), "tflite-op");
    assert_int_equal(f->d.errors, 1);
    assert_non_null(strstr(f->d.first->text, "operator 1 (RELU)"));
    o[1].code = 59;  // NEG, which the chip has not
    refuse(f, t, LENGTH(t), o, LENGTH(o), "tflite-op");
    assert_int_equal(f->d.errors, 1);
    assert_non_null(strstr(f->d.first->where, "operator 1 (NEG)"));
    o[0].code = o[2].code = 38;  // SPACE_TO_BATCH_ND around a dilated convolution
    o[1].code = 37;
    t[0].dim[0] = -1;
    refuse(f, t, LENGTH(t), o, LENGTH(o), "tflite-op");
    assert_non_null(strstr(f->d.first->text, "batch_size=1"));
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
    assert_string_equal(f->net.note[0].order, "[0, 2, 3, 1]");
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

// By their last bit they may differ, as those of pools may.
static void transposes_keep_scales(void **state)
{
    Fixture *f = *state;
    static const int first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1};
    TflTensor t[] = {image(2, 5, 3), image(2, 5, 3), turned(3, 2, 5),       turned(3, 2, 5),
                     image(2, 5, 3), image(2, 5, 3), integers(1, 4, first), integers(1, 4, last)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_TRANSPOSE, 2, {1, 6}, 2, 0, {0}},
                       {OP_RELU, 1, {2}, 3, 0, {0}},
                       {OP_TRANSPOSE, 2, {3, 7}, 4, 0, {0}},
                       {OP_RELU, 1, {4}, 5, 0, {0}}};
    t[2].scale = nextafterf(t[1].scale, 1);
    accept(f, t, LENGTH(t), o, 5);
    assert_int_equal(f->d.first->severity, XB_NOTE);
    t[2].scale = nextafterf(t[2].scale, 1);
    refuse(f, t, LENGTH(t), o, 5, "net-quant");
    t[2].scale = t[1].scale;
    t[2].zero = t[1].zero + 1;
    refuse(f, t, LENGTH(t), o, 5, "net-quant");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_shape_that_is_computed_is_a_constant),
        TEST(what_is_read_for_its_shape_alone_is_no_layer),
        TEST(one_fault_has_no_echo),
        TEST(softmax_is_dropped_at_the_end_only),
        TEST(what_stands_at_the_ends_is_the_host_s),
        TEST(unsigned_ends_of_a_signed_network_are_the_host_s),
        TEST(a_rescale_at_an_end_is_the_chip_s),
        TEST(dimensions_of_1_come_and_go),
        TEST(a_transpose_in_front_is_the_host_s),
        TEST(transposes_that_cancel_are_folded),
        TEST(transposes_keep_scales),
        TEST(weights_of_a_turned_row_move),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
