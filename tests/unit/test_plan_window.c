// SPDX-License-Identifier: Apache-2.0
// Pools whose windows have any size that a network file can hold: the plan gives what the plain
// network does, or one report.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

typedef struct Pool {
    XbKind kind;
    XbShape in;
    int kh, kw, stride;
    bool same;
} Pool;

static int pool_axis(const Pool *p, int in, int kernel, int *before, int *after)
{
    int out = p->same ? (in - 1) / p->stride + 1 : (in - kernel) / p->stride + 1;
    int total = p->same ? (out - 1) * p->stride + kernel - in : 0;
    *before = total > 0 ? total / 2 : 0;
    *after = total > 0 ? total - *before : 0;
    return out;
}

static void open_pool(Bench *b, const Pool *p)
{
    XbNetLayer *l = open_layer(b, p->kind, XB_ROUND_TFLITE);
    l->in = p->in;
    l->in_q[0] = l->out_q = hand_quant(0.5f, 128);
    l->kh = p->kh;
    l->kw = p->kw;
    l->stride_h = l->stride_w = p->stride;
    l->out.h = pool_axis(p, p->in.h, p->kh, &l->pad_t, &l->pad_b);
    l->out.w = pool_axis(p, p->in.w, p->kw, &l->pad_l, &l->pad_r);
    l->out.c = p->in.c;
    hand_close(&b->arena, &b->net, 0);
}

// Rows that no window sees change nothing.
static void pools_of_any_window_are_the_network(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int n = 0; n < 300; n++) {
        Bench b;
        Pool p = {.kind = draw(&seed, 0, 1) ? XB_AVGPOOL : XB_MAXPOOL, .same = draw(&seed, 0, 3)};
        p.in = (XbShape){draw(&seed, 1, 9), draw(&seed, 1, 9), draw(&seed, 1, 3)};
        p.kh = draw(&seed, 1, p.same ? 30 : p.in.h);
        p.kw = draw(&seed, 1, p.same ? 30 : p.in.w);
        p.stride = draw(&seed, 1, 12);
        open_pool(&b, &p);
        build(&b);
        assert_true(b.plan.layer[0].kh < 2 * p.in.h && b.plan.layer[0].kw < 2 * p.in.w);
        compare_models(&b, &seed);
        xb_arena_free(&b.arena);
    }
}

static void assert_rows(const Pool *p, int kernel, int before, int after)
{
    Bench b;
    open_pool(&b, p);
    build(&b);
    assert_int_equal(b.plan.layer[0].kh, kernel);
    assert_int_equal(b.plan.layer[0].pad_t, before);
    assert_int_equal(b.plan.layer[0].pad_b, after);
    xb_arena_free(&b.arena);
}

static void windows_are_cut_to_the_image(void **state)
{
    (void)state;
    // Whatever the size, each output sees all 4 pixels of its column.
    assert_rows(&(Pool){XB_MAXPOOL, {4, 4, 3}, 65535, 65536, 1, true}, 7, 3, 3);
    assert_rows(&(Pool){XB_AVGPOOL, {4, 4, 3}, 65536, 1, 9, true}, 4, 0, 0);
    // Within the image nothing is cut.
    assert_rows(&(Pool){XB_AVGPOOL, {4, 4, 3}, 3, 1, 9, false}, 3, 0, 0);
    assert_rows(&(Pool){XB_AVGPOOL, {8, 8, 3}, 300, 300, 1, true}, 15, 7, 7);
}

// A 3 x 3 kernel whose outer taps hardly meet a 4 x 4 image, or never.
static void far_taps_are_the_network(void **state)
{
    (void)state;
    static const int dilation[] = {1, 5, 300, 32767};
    uint64_t seed = 23;
    for (int n = 0; n < 4; n++) {
        Bench b;
        open_misc(&b);
        b.cfg.adc_bits = 12;
        XbNetLayer *conv = b.net.layer;
        while (strcmp(conv->name, "conv2") != 0)
            conv++;
        conv->dil_h = conv->dil_w = dilation[n];
        conv->pad_t = conv->pad_b = conv->pad_l = conv->pad_r = dilation[n];
        build(&b);
        assert_true(b.plan.layer[conv - b.net.layer].ring_words < 200);
        compare_models(&b, &seed);
        xb_arena_free(&b.arena);
    }
}

static void assert_sane(const XbPlan *p)
{
    const XbPlanLayer *l = &p->layer[0];
    assert_true(l->taps > 0 && l->fetch_rate > 0 && l->copies > 0 && l->steps > 0 && l->lanes > 0);
    assert_true(l->step_cycles > 0 && l->interval > 0 && l->ring_words > 0 && p->latency > 0);
    assert_true((int64_t)l->fetch_rate * l->step_cycles >= l->taps);
    assert_true((int64_t)l->copies * l->steps >= l->windows);
    assert_int_equal(l->interval, p->interval);
    assert_true(l->recip_shift < 56);
}

static void windows_up_to_the_limit_are_planned(void **state)
{
    (void)state;
    static const int size[] = {1, 2, 255, 300, 20000, 32768, 65535, 65536};
    for (int n = 0; n < 8 * 8 * 4 * 2; n++) {
        Bench b;
        Pool p = {.kind = n / 256 ? XB_AVGPOOL : XB_MAXPOOL, .same = true};
        p.kh = size[n % 8];
        p.kw = size[7 - n % 8];
        p.stride = size[n / 8 % 8];
        p.in = n / 64 % 4 == 0   ? (XbShape){4, 4, 1}
               : n / 64 % 4 == 1 ? (XbShape){300, 300, 1}
               : n / 64 % 4 == 2 ? (XbShape){65536, 1, 1}
                                 : (XbShape){1, 4096, 16};
        open_pool(&b, &p);
        build(&b);
        assert_sane(&b.plan);
        xb_arena_free(&b.arena);
    }
}

static void averages_of_too_many_pixels_are_refused(void **state)
{
    (void)state;
    Bench b;
    for (int stride = 1; stride <= 65536; stride *= 256) {
        open_pool(&b, &(Pool){XB_AVGPOOL, {2048, 4096, 1}, 65536, 65536, stride, true});
        refuse(&b);
        assert_int_equal(b.d.errors, 1);
        assert_int_equal(reports(&b, "plan-window", "layer avgpool1", "at most"), 1);
        xb_arena_free(&b.arena);
    }
}

static void the_largest_average_is_exact(void **state)
{
    (void)state;
    Bench b;
    open_pool(&b, &(Pool){XB_AVGPOOL, {2048, 2048, 1}, 2048, 2048, 1, false});
    build(&b);
    const XbPlanLayer *l = &b.plan.layer[0];
    assert_int_equal(l->elements, 1 << 22);
    uint64_t seed = 13;
    for (int i = 0; i < 200000; i++) {
        uint64_t n = i % 3 ? (uint64_t)draw(&seed, 1, 1 << 22) : (1u << 22) - (uint64_t)i / 100;
        uint64_t mean = (uint64_t)draw(&seed, 0, 254), near = (uint64_t)draw(&seed, 0, 2);
        uint64_t s = mean * n + (n - 1) / 2 + near;  // about where the next mean begins
        assert_int_equal((2 * s + n) * l->reciprocal[n] >> l->recip_shift, (2 * s + n) / (2 * n));
    }
    assert_int_equal(511 * l->reciprocal[1] >> l->recip_shift, 255);
    xb_arena_free(&b.arena);
}

static void reciprocals_are_exact(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    build(&b);
    const XbPlanLayer *l = b.plan.layer;
    while (l->kind != XB_AVGPOOL)
        l++;
    for (uint64_t n = 1; n <= (uint64_t)l->taps; n++)
        for (uint64_t s = 0; s <= 255 * n; s++)
            assert_int_equal((2 * s + n) * l->reciprocal[n] >> l->recip_shift,
                             (2 * s + n) / (2 * n));
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pools_of_any_window_are_the_network),
        cmocka_unit_test(windows_are_cut_to_the_image),
        cmocka_unit_test(far_taps_are_the_network),
        cmocka_unit_test(windows_up_to_the_limit_are_planned),
        cmocka_unit_test(averages_of_too_many_pixels_are_refused),
        cmocka_unit_test(the_largest_average_is_exact),
        cmocka_unit_test(reciprocals_are_exact),
    };
    return cmocka_run_group_tests_name("plan_window", tests, NULL, NULL);
}
