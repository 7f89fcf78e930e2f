// SPDX-License-Identifier: Apache-2.0
// Several outputs of a TensorFlow Lite file: one result, in words that divide the channels of all.
#include "hand_net.h"
#include "tflite_bench.h"

#include "xbgen/plan.h"

static TflTensor scaled(TflTensor t, float scale)
{
    t.scale = scale;
    return t;
}

static void codes_stand_one_behind_the_other(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 6), scaled(image(2, 2, 6), 0.25f), scaled(image(2, 2, 6), 0.125f)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_RELU, 1, {1}, 2, 0, {0}}};
    f->others = 1;
    f->other[0] = 1;
    accept(f, t, 3, o, 2);
    const XbNet *net = &f->net;
    assert_int_equal(net->outputs, 2);
    assert_string_equal(net->output[0].name, "relu2");
    assert_string_equal(net->output[1].name, "relu1");
    assert_int_equal(net->output[1].first, 24);
    assert_true(net->output[0].quant.scale == 0.125f);
    assert_true(net->output[1].quant.scale == 0.25f);
    assert_int_equal(net->layers, 3);  // words are alike
    const XbNetLayer *all = &net->layer[2];
    assert_true(all->is_frame && all->kind == XB_CONCAT);
    assert_int_equal(all->input[0], 1);
    assert_int_equal(all->input[1], 0);
    assert_int_equal(all->out.w, 8);
    assert_int_equal(all->out.c, 6);
    assert_int_equal(net->output_rank, 2);
}

static void words_are_cut_to_the_common_divisor(void **state)
{
    Fixture *f = *state;
    static const int shape[] = {1, 24};
    TflTensor t[] = {image(2, 2, 6), image(2, 2, 6), flat(24), integers(1, 2, shape)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_RESHAPE, 2, {1, 3}, 2, 0, {0}}};
    f->others = 2;
    f->other[0] = 1;
    f->other[1] = 2;
    accept(f, t, 4, o, 2);
    const XbNet *net = &f->net;
    assert_int_equal(net->outputs, 3);
    assert_int_equal(net->output[2].first, 48);
    assert_int_equal(net->output[2].shape.c, 24);
    int cuts = 0;
    for (int l = 2; l < net->layers; l++)
        cuts += net->layer[l].kind == XB_RESHAPE && net->layer[l].out.c == 6;
    assert_int_equal(cuts, 2);
    assert_int_equal(net->layer[net->layers - 1].out.w, 12);
}

// Each has its own: what only one of them needs is the host's, what both need is the chip's.
static void hosts_stand_at_every_output(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4), flat(4)};
    t[2].scale = t[3].scale = 0.00390625f;
    t[2].zero = t[3].zero = -128;
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}},
                       {OP_LOGISTIC, 1, {1}, 2, 0, {0}},
                       {OP_SOFTMAX, 1, {1}, 3, 0, {0}}};
    f->others = 1;
    f->other[0] = 2;
    accept(f, t, 4, o, 3);
    assert_int_equal(f->net.layers, 2);  // RELU, and one behind the other
    assert_int_equal(f->net.notes, 2);
    assert_int_equal(f->net.layer[1].input[0], 0);
    assert_int_equal(f->net.layer[1].input[1], 0);
    assert_true(f->net.output[0].end.is_hosts && f->net.output[1].end.is_hosts);
    o[2].input[0] = 2;  // SOFTMAX of an output
    accept(f, t, 4, o, 3);
    assert_int_equal(f->net.layers, 3);
    assert_string_equal(f->net.layer[1].op_name, "LOGISTIC");
    assert_int_equal(f->net.notes, 1);
    assert_false(f->net.output[1].end.is_hosts);
}

// Even where nothing else takes more than a cycle.
static void outputs_in_turn_take_a_beat_each(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {flat(4), flat(4), flat(4)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_RELU, 1, {1}, 2, 0, {0}}};
    f->others = 1;
    f->other[0] = 1;
    accept(f, t, 3, o, 2);
    XbCfg cfg = hand_cfg(XB_ROUND_TFLITE);
    XbPlan plan;
    assert_true(xb_plan_build(&f->arena, &f->d, &cfg, &f->net, &plan));
    assert_int_equal(plan.interval, 2);
}

static void an_output_must_be_made(void **state)
{
    Fixture *f = *state;
    TflTensor t[] = {image(2, 2, 3), image(2, 2, 3), image(2, 2, 3)};
    TflOperator o[] = {{OP_RELU, 1, {0}, 1, 0, {0}}, {OP_RELU, 1, {0}, 2, 0, {0}}};
    refuse(f, t, 3, o, 2, "tflite-graph");  // one is not used
    f->others = 1;
    f->other[0] = 1;
    accept(f, t, 3, o, 2);
    f->other[0] = 0;
    refuse(f, t, 3, o, 2, "tflite-graph");
    f->other[0] = 77;
    refuse(f, t, 3, o, 2, "tflite-graph");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(codes_stand_one_behind_the_other),
        TEST(words_are_cut_to_the_common_divisor),
        TEST(hosts_stand_at_every_output),
        TEST(outputs_in_turn_take_a_beat_each),
        TEST(an_output_must_be_made),
    };
    return cmocka_run_group_tests_name("outputs", tests, NULL, NULL);
}
