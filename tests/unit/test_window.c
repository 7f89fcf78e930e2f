// SPDX-License-Identifier: Apache-2.0
// Windows of the golden model: random kernels, strides, dilations and paddings against a walk over
// all taps, and kernels far larger than their image, which must cost no more than the image.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "../cosim/rng.h"
#include "model/parts.h"
#include <string.h>
#include <time.h>

enum { OFFSET = 128, SHIFT = 40, MOST_PIXELS = 256 };

static const XbPlan plan = {.code_bits = 8};
static const XbModel model = {.plan = &plan};

typedef struct Pooled {
    int64_t sum, count;
    int largest;
} Pooled;

static void set_layer(XbPlanLayer *l, XbArena *arena)
{
    uint64_t *reciprocal = xb_new(arena, uint64_t, MOST_PIXELS + 1);
    for (uint64_t n = 1; n <= MOST_PIXELS; n++)
        reciprocal[n] = ((UINT64_C(1) << SHIFT) + 2 * n - 1) / (2 * n);
    l->clamp_hi = 255;
    l->in_offset = OFFSET;
    l->reciprocal = reciprocal;
    l->recip_shift = SHIFT;
    l->windows = l->out.h * l->out.w;
}

static uint8_t *run(XbArena *arena, const XbPlanLayer *l, const uint8_t *in,
                    void (*layer)(const XbJob *))
{
    uint8_t *out = xb_new(arena, uint8_t, xb_shape_size(l->out));
    layer(&(XbJob){.model = &model, .l = l, .in = {in}, .out = out, .scratch = arena});
    return out;
}

// All taps, one by one.
static Pooled pool(const XbPlanLayer *l, const uint8_t *in, int oy, int ox, int c)
{
    Pooled p = {0};
    for (int ky = 0; ky < l->kh; ky++)
        for (int kx = 0; kx < l->kw; kx++) {
            int y = oy * l->stride_h - l->pad_t + ky * l->dil_h;
            int x = ox * l->stride_w - l->pad_l + kx * l->dil_w;
            if (y < 0 || x < 0 || y >= l->in.h || x >= l->in.w)
                continue;
            int code = in[(y * l->in.w + x) * l->in.c + c];
            p.sum += code;
            p.count++;
            p.largest = code > p.largest ? code : p.largest;
        }
    return p;
}

static int average(Pooled p)
{
    int64_t sum = p.sum - OFFSET * p.count;
    if (p.count == 0)
        return OFFSET;
    return OFFSET + (int)((2 * sum + (sum < 0 ? -p.count : p.count)) / (2 * p.count));
}

static XbPlanLayer draw_window(Rng *rng)
{
    return (XbPlanLayer){.in = {rng_range(rng, 1, 9), rng_range(rng, 1, 9), rng_range(rng, 1, 3)},
                         .out = {rng_range(rng, 1, 9), rng_range(rng, 1, 9), 0},
                         .kh = rng_range(rng, 1, 12),
                         .kw = rng_range(rng, 1, 12),
                         .stride_h = rng_range(rng, 1, 4),
                         .stride_w = rng_range(rng, 1, 4),
                         .dil_h = rng_range(rng, 1, 4),
                         .dil_w = rng_range(rng, 1, 4),
                         .pad_t = rng_range(rng, 0, 15),
                         .pad_l = rng_range(rng, 0, 15)};
}

static void random_windows(void **state)
{
    (void)state;
    Rng rng = rng_of(3, 0);
    for (int n = 0; n < 2000; n++) {
        XbArena arena = {0};
        XbPlanLayer l = draw_window(&rng);
        l.out.c = l.in.c;
        set_layer(&l, &arena);
        uint8_t *in = xb_new(&arena, uint8_t, xb_shape_size(l.in));
        for (int64_t i = 0; i < xb_shape_size(l.in); i++)
            in[i] = (uint8_t)rng_below(&rng, 256);
        uint8_t *largest = run(&arena, &l, in, xb_model_maxpool);
        uint8_t *mean = run(&arena, &l, in, xb_model_avgpool);
        for (int i = 0; i < xb_shape_size(l.out); i++) {
            Pooled p = pool(&l, in, i / l.out.c / l.out.w, i / l.out.c % l.out.w, i % l.out.c);
            assert_int_equal(largest[i], p.largest);
            assert_int_equal(mean[i], average(p));
        }
        xb_arena_free(&arena);
    }
}

// The image is 4 x 4; each window covers all of it.
static XbPlanLayer huge_window(XbArena *arena, int kernel, int pad)
{
    XbPlanLayer l = {.in = {4, 4, 1},
                     .out = {4, 4, 1},
                     .kh = kernel,
                     .kw = kernel,
                     .stride_h = 1,
                     .stride_w = 1,
                     .dil_h = 1,
                     .dil_w = 1,
                     .pad_t = pad,
                     .pad_l = pad};
    set_layer(&l, arena);
    return l;
}

static void check_huge(int kernel, int pad)
{
    XbArena arena = {0};
    XbPlanLayer l = huge_window(&arena, kernel, pad);
    uint8_t in[16];
    for (int i = 0; i < 16; i++)
        in[i] = (uint8_t)(OFFSET + 2 * i);  // 15 on average
    uint8_t *largest = run(&arena, &l, in, xb_model_maxpool);
    uint8_t *mean = run(&arena, &l, in, xb_model_avgpool);
    for (int i = 0; i < 16; i++) {
        assert_int_equal(largest[i], OFFSET + 30);
        assert_int_equal(mean[i], OFFSET + 15);
    }
    xb_arena_free(&arena);
}

static void kernels_larger_than_the_image(void **state)
{
    (void)state;
    clock_t start = clock();
    check_huge(7, 3);
    check_huge(65536, 32767);
    check_huge(INT32_MAX, 1 << 30);
    assert_true(clock() - start < CLOCKS_PER_SEC / 2);
}

// Taps so far apart that only one lies inside.
static void large_dilation(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbPlanLayer l = huge_window(&arena, 3, 1 << 30);
    uint8_t in[16];
    l.dil_h = l.dil_w = 1 << 30;
    for (int i = 0; i < 16; i++)
        in[i] = (uint8_t)(16 * i);
    assert_memory_equal(run(&arena, &l, in, xb_model_maxpool), in, 16);
    assert_memory_equal(run(&arena, &l, in, xb_model_avgpool), in, 16);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_windows),
        cmocka_unit_test(kernels_larger_than_the_image),
        cmocka_unit_test(large_dilation),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
