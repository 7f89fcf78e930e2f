// SPDX-License-Identifier: Apache-2.0
// CONCATENATION of channels in TensorFlow Lite files: a chain of layers of two inputs each.
#include "tflite_bench.h"

enum { OP_CONCATENATION = 2 };

static void inputs_are_joined_one_after_the_other(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 6), image(2, 2, 15)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_CONCATENATION, 2, {0, 1}, 2, 1, {-1}},
                       {OP_CONCATENATION, 4, {2, 1, 0, 1}, 3, 1, {3}}};
    accept(f, t, 4, o, 3);
    const XbNetLayer *l = f->net.layer;
    static const int channels[] = {3, 6, 9, 12, 15}, second[] = {-1, 0, 0, -1, 0};
    assert_int_equal(f->net.layers, 5);
    for (int n = 1; n < 5; n++) {
        assert_int_equal(l[n].kind, XB_CONCAT);
        assert_int_equal(l[n].op_index, n == 1 ? 1 : 2);
        assert_int_equal(l[n].input[0], n == 1 ? -1 : n - 1);
        assert_int_equal(l[n].input[1], second[n == 1 ? 1 : n]);
        assert_int_equal(l[n].in.c, n == 1 ? 3 : channels[n - 1]);
        assert_int_equal(l[n].out.c, channels[n]);
        assert_true(l[n].out_q.scale == 0.5f);
    }
    assert_string_equal(l[4].name, "concat4");
    assert_string_equal(l[4].op_name, "CONCATENATION");
}

static void rows_of_codes_are_joined_too(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(3), flat(3), flat(6)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_CONCATENATION, 2, {1, 0}, 2, 1, {1}}};
    accept(f, t, 3, o, 2);
    assert_int_equal(f->net.layer[1].out.c, 6);
    o[1].option[0] = 0;  // batches
    refuse(f, t, 3, o, 2, "tflite-op");
    o[1].option[0] = 2;
    refuse(f, t, 3, o, 2, "tflite-op");
    o[1].option[0] = -3;
    refuse(f, t, 3, o, 2, "tflite-op");
}

static void what_the_interpreter_refuses_is_refused(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 6)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_CONCATENATION, 2, {0, 1}, 2, 2, {3, 0}}};
    accept(f, t, 3, o, 2);
    t[1].scale = 0.50000006f;
    refuse(f, t, 3, o, 2, "net-quant");
    t[1].scale = 0.5f;
    t[0].zero = t[1].zero = -4;
    refuse(f, t, 3, o, 2, "net-quant");
    assert_int_equal(f->d.errors, 1);
    t[0].zero = t[1].zero = -3;
    o[1].option[1] = 1;  // a fused RELU
    refuse(f, t, 3, o, 2, "tflite-op");
    o[1].option[1] = 0;
    t[2] = image(2, 2, 7);
    refuse(f, t, 3, o, 2, "tflite-shape");
    t[2] = image(2, 2, 6);
    o[1].inputs = 1;
    refuse(f, t, 3, o, 2, "tflite-graph");
    TflTensor high[] = {image(2, 2, 3), image(4, 2, 3)};
    TflOperator rows = {OP_CONCATENATION, 2, {0, 0}, 1, 1, {1}};  // height
    refuse(f, high, 2, &rows, 1, "tflite-op");
}

static void maps_differ_in_channels_only(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(4, 4, 3), image(2, 2, 3), image(4, 4, 6)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {1, 2, 2, 2, 2, 0}},
                       {OP_CONCATENATION, 2, {0, 1}, 2, 1, {3}}};
    refuse(f, t, 3, o, 2, "net-shape");
}

// Along the first dimension behind the batch, as converters from other layouts write it.
static void transposed_maps_are_joined_by_their_own_channels(void **state)
{
    Fixture *f = *state;
    static const int forth[] = {0, 3, 1, 2}, back[] = {0, 2, 3, 1};
    TflTensor t[] = {image(2, 4, 3), image(2, 4, 3), image(3, 2, 4),        image(6, 2, 4),
                     image(2, 4, 6), image(2, 4, 6), integers(1, 4, forth), integers(1, 4, back)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_TRANSPOSE, 2, {1, 6}, 2, 0, {0}},
                       {OP_CONCATENATION, 2, {2, 2}, 3, 1, {1}},
                       {OP_TRANSPOSE, 2, {3, 7}, 4, 0, {0}},
                       {OP_RELU, 1, {4}, 5, 0, {0}}};
    accept(f, t, 8, o, 5);
    assert_int_equal(f->net.layer[1].out.h, 2);
    assert_int_equal(f->net.layer[1].out.c, 6);
    o[2].option[0] = 3;
    refuse(f, t, 8, o, 5, "tflite-op");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(inputs_are_joined_one_after_the_other),
        TEST(rows_of_codes_are_joined_too),
        TEST(what_the_interpreter_refuses_is_refused),
        TEST(maps_differ_in_channels_only),
        TEST(transposed_maps_are_joined_by_their_own_channels),
    };
    return cmocka_run_group_tests_name("concat", tests, NULL, NULL);
}
