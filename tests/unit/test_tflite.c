// SPDX-License-Identifier: Apache-2.0
// The TensorFlow Lite reader on graphs made in memory: what it accepts, what it refuses and how.
// (What becomes of its ends, shapes and transposes is in test_tflite_ends.c.)
#include "tflite_bench.h"
#include <math.h>

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
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3), image(2, 2, 3),
                     image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {
        {OP_HARD_SWISH, 1, {0}, 1, 0, {0}}, {OP_LEAKY_RELU, 1, {1}, 2, 1, {0x3e800000}},
        {OP_TANH, 1, {2}, 3, 0, {0}},       {OP_QUANTIZE, 1, {3}, 4, 0, {0}},
        {OP_LOGISTIC, 1, {4}, 5, 0, {0}},   {OP_RELU, 1, {5}, 6, 0, {0}}};
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
    o[2].input[1] = 1;  // two tensors
    refuse(f, t, 7, o, 4, "tflite-op");
    o[2].input[1] = 6;
    o[0] = (TflOperator){OP_MUL, 2, {5, 6}, 1, 1, {0}};
    refuse(f, t, 7, o, 4, "tflite-shape");
}

// Squeeze-and-excite in either order, and two images.
static void products_are_of_images_or_of_an_image_and_its_gate(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(1, 1, 3), image(1, 1, 3),
                     image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_AVERAGE_POOL, 1, {0}, 1, 6, {1, 1, 1, 2, 2, 0}},
                       {OP_RELU, 1, {1}, 2, 0, {0}},
                       {OP_MUL, 2, {2, 0}, 3, 1, {1}},
                       {OP_MUL, 2, {3, 2}, 4, 1, {0}},
                       {OP_MUL, 2, {4, 3}, 5, 1, {3}}};
    t[2].scale = 0.25f;
    t[2].zero = 7;
    accept(f, t, 6, o, 5);
    const XbNetLayer *l = f->net.layer;
    assert_int_equal(l[2].kind, XB_MUL);
    assert_true(l[2].is_gated && l[3].is_gated && !l[4].is_gated);
    assert_int_equal(l[2].input[0], -1);
    assert_int_equal(l[2].input[1], 1);
    assert_int_equal(l[2].in.h, 2);
    assert_int_equal(l[2].in_q[1].zero, 135);
    assert_true(l[2].in_q[1].scale == 0.25f);
    assert_int_equal(l[2].act, XB_ACT_RELU);
    assert_int_equal(l[3].input[0], 2);
    assert_int_equal(l[4].act, XB_ACT_RELU6);
    t[2].rank = 2;
    t[2].dim[1] = 3;
    o[1] = (TflOperator){OP_RESHAPE, 1, {1}, 2, 0, {0}};  // a gate as FULLY_CONNECTED makes it
    t[2].scale = t[1].scale;
    t[2].zero = t[1].zero;
    accept(f, t, 6, o, 5);
    assert_true(f->net.layer[2].is_gated);
    t[3] = image(1, 1, 3);  // not what follows
    refuse(f, t, 6, o, 5, "tflite-shape");
    t[3] = image(2, 2, 3);
    t[2].scale = 1e20f;
    refuse(f, t, 6, o, 5, "net-quant");
}

static void a_row_of_an_image_is_no_gate(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 3, 3), image(1, 3, 3), image(2, 3, 3)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {1, 1, 1, 1, 2, 0}},
                       {OP_MUL, 2, {0, 1}, 2, 1, {0}}};
    refuse(f, t, 3, o, 2, "net-shape");
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

// As the file has it; networks without one have no such column.
static void a_zero_point_of_weights_is_shown(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(1, 1, 3), weights(1, 1, 1, 3), image(1, 1, 1)};
    TflOperator o[] = {{OP_CONV, 2, {0, 1}, 2, 6, {1, 1, 1, 0, 1, 1}}};
    accept(f, t, 3, o, 1);
    assert_null(strstr(xb_net_text(&f->arena, &f->net), "weight zero"));
    t[0].type = t[1].type = t[2].type = TFL_UINT8;
    t[0].zero = t[2].zero = 3;
    t[1].zero = 157;
    accept(f, t, 3, o, 1);
    const char *text = xb_net_text(&f->arena, &f->net);
    assert_non_null(strstr(text, "zero point  weights  weight zero  MACs\n"));
    assert_non_null(strstr(text, "         3        3          157     3\n"));
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

// Dense of a map, as Keras writes it: a convolution of 1 x 1 that rounds as FULLY_CONNECTED does.
static void a_dense_layer_of_pixels_is_a_convolution(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 4, 3), image(2, 4, 5), weights(5, 3, 1, 1)};
    TflOperator o[] = {{OP_FC, 2, {0, 2}, 1, 1, {0}}};
    t[2].rank = 2;
    accept(f, t, 3, o, 1);
    assert_int_equal(f->net.layer[0].kind, XB_CONV);
    assert_true(f->net.layer[0].is_dense);
    assert_int_equal(f->net.layer[0].out.w, 4);
    assert_int_equal(f->net.layer[0].out.c, 5);
    t[1] = image(4, 2, 5);
    refuse(f, t, 3, o, 1, "tflite-shape");
    t[1] = image(2, 4, 6);
    refuse(f, t, 3, o, 1, "tflite-shape");
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(relu_and_relu6_stand_alone),
        TEST(functions_of_one_code_are_tables),
        TEST(constants_stand_on_either_side),
        TEST(products_are_of_images_or_of_an_image_and_its_gate),
        TEST(a_row_of_an_image_is_no_gate),
        TEST(uint8_codes_are_the_values),
        TEST(uint8_weights_have_a_zero_point),
        TEST(a_zero_point_of_weights_is_shown),
        TEST(uint8_weights_have_one_scale),
        TEST(weights_are_of_the_type_of_activations),
        TEST(reshape_has_its_shape_as_input_attribute_or_not_at_all),
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
        TEST(a_dense_layer_of_pixels_is_a_convolution),
        TEST(an_open_batch_is_one_image),
        TEST(all_faults_are_reported_at_once),
        TEST(one_fault_is_one_report),
        TEST(neighbouring_scales_are_equal),
        TEST(no_byte_can_break_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
