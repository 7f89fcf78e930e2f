// SPDX-License-Identifier: Apache-2.0
// The latency of chips so small that their stages can be counted by hand, and what holds of any.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

// A layer that takes images of one channel and gives as many pixels.
static void open_pixels(Bench *b, XbKind kind, int h, int w)
{
    XbNetLayer *l = open_layer(b, kind, XB_ROUND_DOUBLE);
    l->in = l->out = (XbShape){h, w, 1};
    hand_close(&b->arena, &b->net, 1);
}

// Bus to codes 1, lanes 1 + 5, their FIFO 1, codes to bus 1: the last beat leaves 9 cycles after
// the first one came.
static void stages_of_one_pixel(void **state)
{
    (void)state;
    Bench b;
    open_pixels(&b, XB_RELU, 1, 1);
    build(&b);
    assert_int_equal(b.plan.latency, 10);
    assert_int_equal(b.plan.layer[0].start, 2);
    assert_int_equal(b.plan.layer[0].end, 9);
    xb_arena_free(&b.arena);
}

// ... and with n pixels, one a cycle, n - 1 cycles more.
static void pixels_follow_one_another(void **state)
{
    (void)state;
    for (int n = 2; n < 40; n += 3) {
        Bench b;
        open_pixels(&b, XB_RELU, n, n);
        build(&b);
        assert_int_equal(b.plan.latency, 10 + n * n - 1);
        xb_arena_free(&b.arena);
    }
}

// Every stage of pipeline.depth, and every cycle of the converters, is one more before the first
// codes come; in a chain of n layers n more.
static void stages_add_up(void **state)
{
    (void)state;
    int64_t before = 0;
    for (int depth = 2; depth <= 16; depth++) {
        Bench b;
        open_misc(&b);
        b.cfg.pipeline_depth = depth;
        build(&b);
        int64_t chain = b.plan.latency - before;
        assert_true(before == 0 || (chain > 0 && chain <= b.plan.layers));
        before = b.plan.latency;
        xb_arena_free(&b.arena);
    }
}

// A layer begins behind those it reads, and ends behind them; the chip ends last.
static void layers_are_in_order(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    build(&b);
    for (int n = 0; n < b.plan.layers; n++) {
        const XbPlanLayer *l = &b.plan.layer[n];
        assert_true(l->start > 1 && l->start < l->end && l->end < b.plan.latency);
        for (int i = 0; i < l->inputs; i++)
            if (l->input[i] >= 0) {
                assert_true(l->start > b.plan.layer[l->input[i]].start);
                assert_true(l->end > b.plan.layer[l->input[i]].end);
            }
    }
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_of_one_pixel),
        cmocka_unit_test(pixels_follow_one_another),
        cmocka_unit_test(stages_add_up),
        cmocka_unit_test(layers_are_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
