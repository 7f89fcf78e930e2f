// SPDX-License-Identifier: Apache-2.0
// What a plan proves: sums within 32 bits by what the cells can make, multipliers that round as a
// product in double does, and figures that hold at the slowest settings.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

// ---- recorded results ----

static XbNpy read_data(Bench *b, const char *path)
{
    XbNpy array = {0};
    assert_true(xb_npy_read(&b->arena, &b->d, path, &array));
    return array;
}

// A mean and a fully connected layer of many scales, with what TensorFlow Lite's reference kernels
// give: the nominal multipliers of some channels do not.
static void fully_connected_rounds_as_in_double(void **state)
{
    (void)state;
    Bench b;
    open_data(&b, "tests/data/fc_multiplier.tflite", XB_ROUND_TFLITE);
    build(&b);
    XbNpy x = read_data(&b, "tests/data/fc_multiplier_x.npy");
    XbNpy y = read_data(&b, "tests/data/fc_multiplier_y.npy");
    size_t size = (size_t)xb_shape_size(b.net.layer[b.net.layers - 1].out);
    uint8_t **out = outputs(&b);
    XbModelImage result = {.out = out, .count = xb_new(&b.arena, XbLayerCount, b.net.layers)};
    int64_t images = x.count / xb_shape_size(b.net.input);
    assert_int_equal(y.count, images * (int64_t)size);
    for (int64_t i = 0; i < images; i++) {
        const uint8_t *image = (const uint8_t *)x.data + i * xb_shape_size(b.net.input);
        xb_model_run(xb_model_new(&b.arena, &b.plan),
                     shared_flip(&b.arena, image, (size_t)xb_shape_size(b.net.input)), &result);
        const uint8_t *want = (const uint8_t *)y.data + i * (int64_t)size;
        assert_memory_equal(out[b.net.layers - 1], shared_flip(&b.arena, want, size), size);
    }
    xb_arena_free(&b.arena);
}

static void converted_sums_follow_the_thresholds(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int n = 0; n < 200; n++) {
        XbPlanAdc adc = {.bits = (int)draw(&seed, 1, 6), .delta = (int)draw(&seed, 1, 9)};
        int codes = 1 << adc.bits;
        adc.lo = -(int)draw(&seed, 0, codes - 1);
        for (int current = -700; current <= 700; current++) {
            int code = 0;
            for (int k = 1; k < codes; k++)
                code += current >= (adc.lo + k) * adc.delta - adc.delta / 2;
            assert_int_equal(xb_plan_converted(&adc, current), (adc.lo + code) * adc.delta);
        }
    }
}

static void refuse_proof(Bench *b)
{
    build(b);
    assert_false(xb_plan_prove(&b->arena, &b->d, "test.json", &b->plan));
}

static const XbPlanLayer *layer_of(const XbPlan *plan, const char *name)
{
    for (int l = 0; l < plan->layers; l++)
        if (strcmp(plan->layer[l].name, name) == 0)
            return &plan->layer[l];
    return NULL;
}

// The bias of a layer's channel 1 such that its sums end `beyond` above the highest 32-bit number.
static void set_top_bias(Bench *b, const char *name, int beyond)
{
    XbPlan plain;
    assert_true(xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &plain));
    const XbPlanLayer *l = layer_of(&plain, name);
    XbNetLayer *from = &b->net.layer[l - plain.layer];
    int rows = l->map->tiling.unit_rows, channels = l->out.c;
    int64_t plus = 0;
    for (int r = 0; r < rows; r++) {
        int weight = l->weights[rows + r];
        plus += weight > 0 ? 255 * weight : 0;
    }
    int32_t *bias = xb_new(&b->arena, int32_t, channels);
    memcpy(bias, from->bias, sizeof *bias * (size_t)channels);
    int64_t zeros = (int64_t)from->bias[1] - l->bias[1];
    bias[1] = (int32_t)(INT32_MAX - plus + zeros + beyond);
    from->bias = bias;
}

static void lossless_sums_are_proved_to_the_last_unit(void **state)
{
    (void)state;
    for (int beyond = 0; beyond <= 1; beyond++) {
        Bench b;
        open_misc(&b);
        b.cfg.adc_bits = 14;  // of end codes nobody asks
        set_top_bias(&b, "conv2", beyond);
        build(&b);
        assert_int_equal(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan), beyond == 0);
        if (beyond)
            assert_int_equal(
                reports(&b, "plan-overflow", "layer conv2", "channel 1: its sums can reach"), 1);
        xb_arena_free(&b.arena);
    }
}

static void converters_work_within_32_bits(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.adc_bits = 14;
    b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 1 << 20, -2047};
    build(&b);
    assert_true(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan));
    b.cfg.adc_range.lo = -2048;
    refuse_proof(&b);
    assert_int_equal(reports(&b, "plan-overflow", "layer conv2", "lowest value"), 1);
    xb_arena_free(&b.arena);
}

static void scaled_sums_stay_within_32_bits(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    for (int l = 0; l < b.net.layers; l++)
        b.net.layer[l].out_q.scale *= 0x1p-24f;  // exponents of 15 and more
    refuse_proof(&b);
    assert_int_equal(reports(&b, "plan-overflow", "layer conv1", "to be scaled"), 1);
    assert_int_equal(reports(&b, "plan-overflow", "layer add1", "to be scaled"), 1);
    xb_arena_free(&b.arena);
}

static void a_bias_with_its_zero_point_stays_within_32_bits(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    for (int l = 0; l < b.net.layers; l++)
        if (b.net.layer[l].bias) {
            int32_t *bias = xb_new(&b.arena, int32_t, b.net.layer[l].out.c);
            for (int c = 0; c < b.net.layer[l].out.c; c++)
                bias[c] = c % 2 ? INT32_MAX : INT32_MIN;
            b.net.layer[l].bias = bias;
        }
    refuse(&b);
    assert_int_equal(reports(&b, "plan-overflow", "layer conv2", "zero point folded in"), 1);
    xb_arena_free(&b.arena);
}

static void the_large_resnet_fits_14_bit_converters(void **state)
{
    (void)state;
    Bench b = {.d = {.arena = &b.arena}, .cfg = shared_cfg(XB_ROUND_TFLITE)};
    const char *name = "mlperf_tiny/pretrainedResnet_large_int8.tflite";
    shared_or_skip(&b.arena, name);
    xb_net_read(&b.arena, &b.d, shared_file(&b.arena, name), &b.net);
    b.cfg.adc_bits = 14;
    build(&b);
    assert_true(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan));
    shared_no_errors(&b.d);
    xb_arena_free(&b.arena);
}

// The slowest that can be asked for: 2^30 cycles a step would be 16 planes of it.
static void figures_of_slow_crossbars_do_not_overflow(void **state)
{
    (void)state;
    Bench b;
    open_data(&b, "tests/data/fcbig.tflite", XB_ROUND_TFLITE);
    b.cfg.rows = b.cfg.cols = 1024;
    b.cfg.cell_bits = b.cfg.active_rows = b.cfg.adc_per_array = 1;
    b.cfg.adc_interval = 64;
    b.cfg.adc_bits = 2;
    build(&b);
    assert_int_equal(b.plan.interval, 8 * 1024 * INT64_C(1024) * 64);
    assert_in_range(b.plan.latency, b.plan.interval, b.plan.interval + 5000);
    assert_true(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan));
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fully_connected_rounds_as_in_double),
        cmocka_unit_test(converted_sums_follow_the_thresholds),
        cmocka_unit_test(lossless_sums_are_proved_to_the_last_unit),
        cmocka_unit_test(converters_work_within_32_bits),
        cmocka_unit_test(scaled_sums_stay_within_32_bits),
        cmocka_unit_test(a_bias_with_its_zero_point_stays_within_32_bits),
        cmocka_unit_test(the_large_resnet_fits_14_bit_converters),
        cmocka_unit_test(figures_of_slow_crossbars_do_not_overflow),
    };
    return cmocka_run_group_tests_name("plan_proof", tests, NULL, NULL);
}
