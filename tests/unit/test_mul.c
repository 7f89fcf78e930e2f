// SPDX-License-Identifier: Apache-2.0
// Products of two images, and squeeze-and-excite: how networks in JSON have them, what they are by
// hand, what waits in the plan, and that both models agree. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "hand_net.h"
#include <string.h>

#include "xbgen/model.h"
#include "xbgen/naive.h"

typedef struct Bench {
    XbArena arena;
    XbDiags d;
    XbNet net;
    XbCfg cfg;
    XbPlan plan;
} Bench;

static bool read_text(Bench *b, const char *layers)
{
    const char *text = xb_arena_printf(
        &b->arena, "{\"input\": {\"shape\": [6, 5, 4], \"scale\": 0.5}, \"layers\": [%s]}", layers);
    XbBytes bytes = {(const uint8_t *)text, strlen(text)};
    b->d = (XbDiags){.arena = &b->arena};
    return xb_net_json_read(&b->arena, &b->d, "net.json", bytes, &b->net);
}

static void open_bench(Bench *b, const char *layers)
{
    *b = (Bench){.cfg = hand_cfg(XB_ROUND_TFLITE)};
    bool ok = read_text(b, layers);
    xb_diags_print(&b->d, stderr);
    assert_true(ok);
}

#define MEAN "{\"op\": \"mean\", \"output\": {\"scale\": 0.1}}"
#define BLOCK                                                                                      \
    MEAN ", {\"op\": \"fc\", \"filters\": 4, \"weights\": {\"seed\": 7}, \"output\": "             \
         "{\"scale\": 0.05}}, {\"op\": \"table\", \"function\": \"logistic\"}, "                   \
         "{\"op\": \"mul\", \"from\": [\"table1\", \"input\"]}, "                                  \
         "{\"op\": \"mul\", \"from\": [\"input\", \"mul1\"], \"activation\": \"relu\"}"

static void the_map_is_the_first_input_whatever_the_order(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        Bench b;
        open_bench(&b, turned ? MEAN ", {\"op\": \"mul\", \"from\": [\"mean1\", \"input\"]}"
                              : MEAN ", {\"op\": \"mul\", \"from\": [\"input\", \"mean1\"]}");
        const XbNetLayer *l = &b.net.layer[1];
        assert_true(l->is_gated);
        assert_int_equal(l->input[0], -1);
        assert_int_equal(l->input[1], 0);
        assert_int_equal(l->out.h, 6);
        assert_int_equal(b.net.output_rank, 4);
        assert_true(l->in_q[1].scale == 0.1f);
        assert_true(l->out_q.scale == 0.5f * 0.1f * 128.0f);
        const char *text = xb_net_json(&b.arena, &b.net);
        assert_non_null(strstr(text, "\"op\": \"mul\", \"name\": \"mul1\", \"from\": [\"input\", "
                                     "\"mean1\"],\n      \"output\": { \"scale\": 6.4"));
        xb_arena_free(&b.arena);
    }
}

static void two_images_have_one_shape(void **state)
{
    (void)state;
    Bench b;
    open_bench(&b, "{\"op\": \"mul\", \"from\": [\"input\", \"input\"]}");
    assert_false(b.net.layer[0].is_gated);
    assert_false(read_text(&b, "{\"op\": \"maxpool\", \"kernel\": [1, 5]}, "
                               "{\"op\": \"mul\", \"from\": [\"maxpool1\", \"input\"]}"));
    assert_string_equal(b.d.first->code, "net-shape");
    assert_false(read_text(&b, MEAN ", {\"op\": \"mul\", \"from\": [\"input\", \"mean1\"], "
                                    "\"output\": {\"scale\": 1e-20}}"));
    assert_string_equal(b.d.first->code, "net-quant");
    xb_arena_free(&b.arena);
}

// 3 * 2 and -1 * 2, of steps of 1/2 and 1/4, in steps of 1/8 around 10; each channel has its gate.
static void a_gate_is_for_all_pixels(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbNet net;
    XbNetBuild build = hand_net(&arena, &net, 2);
    XbNetLayer *pool = hand_layer(&build, XB_MAXPOOL), *l = hand_layer(&build, XB_MUL);
    pool->in = l->in = l->out = (XbShape){1, 2, 2};
    pool->out = (XbShape){1, 1, 2};
    pool->kw = 2;
    pool->in_q[0] = pool->out_q = l->in_q[0] = l->in_q[1] = hand_quant(0.5f, 128);
    l->input[0] = -1;
    l->input[1] = 0;
    l->is_gated = true;
    l->out_q = hand_quant(0.125f, 10);
    hand_close(&arena, &net, 1.0f);
    uint8_t gate[2], out[4], *outs[] = {gate, out};
    xb_naive_run(&net, XB_ROUND_TFLITE, (uint8_t[]){131, 130, 127, 131}, outs);
    assert_memory_equal(gate, ((uint8_t[]){131, 131}), 2);
    assert_memory_equal(out, ((uint8_t[]){10 + 18, 10 + 12, 10 - 6, 10 + 18}), 4);
    xb_arena_free(&arena);
}

static void build_plan(Bench *b)
{
    xb_net_draw(&b->arena, &b->net);
    bool ok = xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    xb_diags_print(&b->d, stderr);
    assert_true(ok && xb_plan_prove(&b->arena, &b->d, "test.json", &b->plan));
}

static void both_models_agree(void **state)
{
    (void)state;
    enum { SIZE = 6 * 5 * 4, LAYERS = 5 };
    Bench b;
    open_bench(&b, BLOCK);
    build_plan(&b);
    uint8_t in[SIZE], naive[LAYERS][SIZE], *outs[LAYERS];
    const XbModel *model = xb_model_new(&b.arena, &b.plan);
    XbModelImage image = {.out = xb_model_outputs(&b.arena, &b.plan)};
    uint32_t x = 1;
    for (int n = 0; n < LAYERS; n++)
        outs[n] = naive[n];
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < SIZE; i++)
            in[i] = (uint8_t)((x = x * 1664525 + 1013904223) >> 24);
        xb_naive_run(&b.net, XB_ROUND_TFLITE, in, outs);
        xb_model_run(model, in, &image);
        for (int n = 0; n < LAYERS; n++)
            assert_memory_equal(naive[n], image.out[n], (size_t)xb_plan_bytes(&b.plan, n));
    }
    xb_arena_free(&b.arena);
}

// All of a map, and what comes meanwhile; of gates the one at work and the next.
static void the_map_waits_for_its_gate(void **state)
{
    (void)state;
    for (int serial = 0; serial < 2; serial++) {
        Bench b;
        open_bench(&b, BLOCK);
        b.cfg.pipeline = serial ? XB_PIPELINE_SERIAL : XB_PIPELINE_LAYER;
        build_plan(&b);
        const XbPlanLayer *l = &b.plan.layer[3];
        int64_t image = xb_shape_pixels(l->in) / l->in_words;
        assert_true(l->is_gated);
        assert_int_equal(l->fifo_beats[1], 2);
        assert_true(serial ? l->fifo_beats[0] == image : l->fifo_beats[0] > image);
        const char *text = xb_plan_text(&b.arena, &b.plan);
        assert_non_null(strstr(
            text, xb_arena_printf(&b.arena, "mul1: its map waits for the gate, %d beats in %s",
                                  l->fifo_beats[0], serial ? "registers" : "")));
        assert_non_null(strstr(
            xb_plan_json(&b.arena, &b.plan),
            xb_arena_printf(&b.arena, "\"waiting\": {\"map_beats\": %d, ", l->fifo_beats[0])));
        xb_arena_free(&b.arena);
    }
}

static void products_stay_within_32_bits(void **state)
{
    (void)state;
    for (int e = 15; e <= 16; e++) {  // 255 * 255 * 2^15 is just below 2^31
        Bench b;
        open_bench(&b, "{\"op\": \"mul\", \"from\": [\"input\", \"input\"]}");
        b.net.layer[0].out_q.scale = e == 15 ? 0x1.1p-17f : 0x1.1p-18f;
        assert_true(xb_plan_build(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
        assert_int_equal(b.plan.layer[0].in_scale[0].e, e);
        assert_int_equal(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan), e == 15);
        if (e == 16)
            assert_string_equal(b.d.first->code, "plan-overflow");
        xb_arena_free(&b.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_map_is_the_first_input_whatever_the_order),
        cmocka_unit_test(two_images_have_one_shape),
        cmocka_unit_test(a_gate_is_for_all_pixels),
        cmocka_unit_test(both_models_agree),
        cmocka_unit_test(the_map_waits_for_its_gate),
        cmocka_unit_test(products_stay_within_32_bits),
    };
    return cmocka_run_group_tests_name("mul", tests, NULL, NULL);
}
