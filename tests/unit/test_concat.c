// SPDX-License-Identifier: Apache-2.0
// CONCATENATION in TensorFlow Lite files: a chain of layers of two inputs each.
#include "hand_net.h"
#include "tflite_bench.h"

#include "xbgen/plan.h"

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
}

static void rows_of_maps_follow_each_other(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(4, 2, 3), image(2, 2, 3), image(10, 2, 3)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {1, 1, 2, 1, 2, 0}},
                       {OP_CONCATENATION, 3, {0, 1, 0}, 2, 1, {1}}};
    accept(f, t, 3, o, 2);
    const XbNetLayer *l = f->net.layer;
    static const int rows[] = {4, 6, 10}, second[] = {-1, 0, -1};
    for (int n = 1; n < 3; n++) {
        assert_true(xb_net_is_in_turn(&l[n]));
        assert_int_equal(l[n].along, XB_ALONG_HEIGHT);
        assert_int_equal(l[n].in.h, rows[n - 1]);
        assert_int_equal(l[n].out.h, rows[n]);
        assert_int_equal(l[n].input[1], second[n]);
    }
    o[1].option[0] = -3;
    accept(f, t, 3, o, 2);
    t[2] = image(9, 2, 3);
    refuse(f, t, 3, o, 2, "tflite-shape");
    o[1].option[0] = 0;  // images
    refuse(f, t, 3, o, 2, "tflite-op");
}

// Half of the first map comes while the second one passes, which all waits for its turn.
static void maps_wait_no_longer_than_their_turn(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(64, 16, 3), image(64, 16, 3), image(128, 16, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_CONCATENATION, 2, {0, 1}, 2, 1, {1}}};
    accept(f, t, 3, o, 2);
    XbCfg cfg = hand_cfg(XB_ROUND_TFLITE);
    XbPlan plan;
    assert_true(xb_plan_build(&f->arena, &f->d, &cfg, &f->net, &plan));
    const int *beats = plan.layer[1].fifo_beats;
    assert_in_range(beats[0], 512, 512 + 4 * 16);
    assert_in_range(beats[1], 1024, 1024 + 4 * 16);
}

// Columns of several rows lie between each other.
static void columns_are_joined_in_a_single_row(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(1, 4, 3), image(1, 2, 3), image(1, 6, 3)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {1, 2, 1, 2, 1, 0}},
                       {OP_CONCATENATION, 2, {1, 0}, 2, 1, {2}}};
    accept(f, t, 3, o, 2);
    assert_int_equal(f->net.layer[1].along, XB_ALONG_WIDTH);
    assert_int_equal(f->net.layer[1].out.w, 6);
    for (int i = 0; i < 3; i++)
        t[i].dim[1] = 2;
    refuse(f, t, 3, o, 2, "net-shape");
    assert_non_null(strstr(f->d.first->text, "RESHAPE each to 2 x 1"));
}

static void maps_differ_in_one_direction_only(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(4, 4, 3), image(2, 2, 3), image(4, 4, 6)};
    TflOperator o[] = {{OP_MAX_POOL, 1, {0}, 1, 6, {1, 2, 2, 2, 2, 0}},
                       {OP_CONCATENATION, 2, {0, 1}, 2, 1, {3}}};
    refuse(f, t, 3, o, 2, "net-shape");
}

// Along the first dimension behind the batch, as converters from other layouts write it.
static void transposed_maps_are_joined_as_the_layers_have_them(void **state)
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
    o[2].option[0] = 3;  // width
    refuse(f, t, 8, o, 5, "net-shape");
    o[2].option[0] = 2;
    t[3] = image(3, 4, 4);
    t[4] = t[5] = image(4, 4, 3);
    accept(f, t, 8, o, 5);
    assert_int_equal(f->net.layer[1].out.h, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(inputs_are_joined_one_after_the_other),
        TEST(rows_of_codes_are_joined_too),
        TEST(what_the_interpreter_refuses_is_refused),
        TEST(rows_of_maps_follow_each_other),
        TEST(maps_wait_no_longer_than_their_turn),
        TEST(columns_are_joined_in_a_single_row),
        TEST(maps_differ_in_one_direction_only),
        TEST(transposed_maps_are_joined_as_the_layers_have_them),
    };
    return cmocka_run_group_tests_name("concat", tests, NULL, NULL);
}
