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
#include <math.h>

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

// A layer of 1,024 inputs and 64 channels, each with a multiplier of its own from 2^lo to
// 2^(lo + 1).
static void open_channels(Bench *b, int lo, uint64_t *seed)
{
    open_data(b, "tests/data/fcbig.tflite", XB_ROUND_TFLITE);
    XbNetLayer *l = &b->net.layer[0];
    float *scale = xb_new(&b->arena, float, l->out.c);
    for (int c = 0; c < l->out.c; c++) {
        double real = ldexp(1.0 + draw(seed, 0, 999) * 0.001, lo);
        scale[c] = (float)(real * (double)l->out_q.scale / (double)l->in_q[0].scale);
    }
    l->per_tensor = false;
    l->weight_scale = scale;
}

static void set_weights(Bench *b, int8_t weight, int from, int to)  // of inputs from..to - 1
{
    XbNetLayer *l = &b->net.layer[0];
    int8_t *weights = xb_new(&b->arena, int8_t, xb_shape_size(l->in) * l->out.c);
    memcpy(weights, l->weights, (size_t)(xb_shape_size(l->in) * l->out.c));
    for (int c = 0; c < l->out.c; c++)
        memset(weights + c * xb_shape_size(l->in) + from, weight, (size_t)(to - from));
    l->weights = weights;
}

static double real_of(const Bench *b, int c)
{
    const XbNetLayer *l = &b->net.layer[0];
    return xb_real_multiplier(l->in_q[0].scale, l->weight_scale[c], l->out_q.scale, false);
}

// Outputs that are dead but for a few weights, so that sums keep within 510 of the bias; a code
// begins within `reach` of it.
static void open_dead_channels(Bench *b, int lo, int reach, uint64_t *seed)
{
    open_channels(b, lo, seed);
    set_weights(b, 0, 0, 1024);
    set_weights(b, 1, 0, 2);
    set_weights(b, -1, 2, 4);
    XbNetLayer *l = &b->net.layer[0];
    int32_t *bias = xb_new(&b->arena, int32_t, l->out.c);
    for (int c = 0; c < l->out.c; c++) {
        int codes = (int)fmin(127, 0x1p30 * real_of(b, c) + 0.5);
        double begin = (draw(seed, 1 - codes, codes) - 0.5) / real_of(b, c);
        bias[c] = (int32_t)begin + draw(seed, -reach, reach);
    }
    l->bias = bias;
}

// Channels for which no multiplier serves all 32-bit sums.
static int channels_of_their_own(const Bench *b)
{
    const XbNetLayer *l = &b->net.layer[0];
    const XbExact want = {l->out_q.zero, 255, INT32_MIN, INT32_MAX};
    int count = 0;
    for (int c = 0; c < l->out.c; c++) {
        XbMultiplier m;
        count += !xb_multiplier_exact(real_of(b, c), &want, &m);
    }
    return count;
}

static int code_of(double scaled, int zero) { return (int)fmax(fmin(scaled + zero, 255), 0); }

// All sums of all channels, `reach` to either side of the bias.
static void check_channels(const Bench *b, int reach)
{
    const XbPlanLayer *l = &b->plan.layer[0];
    for (int c = 0; c < l->out.c; c++)
        for (int32_t a = l->bias[c] - reach; a <= l->bias[c] + reach; a++)
            assert_int_equal(code_of(xb_scale(a, l->scale[c], XB_M_EXACT), l->out_zero),
                             code_of(round(a * real_of(b, c)), l->out_zero));
}

static void small_scales_serve_the_sums_of_the_weights(void **state)
{
    (void)state;
    uint64_t seed = 3;
    int own = 0;
    for (int lo = -29; lo <= -15; lo++) {
        Bench b;
        open_dead_channels(&b, lo, 510, &seed);
        b.cfg.encoding = (XbEncoding)draw(&seed, 0, 2);
        b.cfg.cell_bits = b.cfg.encoding == XB_TWOS_COMPLEMENT ? 1 : 2;
        build(&b);
        check_channels(&b, 510);
        compare_models(&b, &seed);
        own += channels_of_their_own(&b);
        xb_arena_free(&b.arena);
    }
    print_message("%d of 960 channels by their own sums\n", own);
    assert_in_range(own, 300, 900);
}

// Two cells of level 1 that are on together count for 4 in steps of 4.
static void small_scales_serve_the_sums_of_lossy_converters(void **state)
{
    (void)state;
    uint64_t seed = 6;
    for (int lo = -29; lo <= -15; lo++) {
        Bench b;
        open_dead_channels(&b, lo, 1020, &seed);
        b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 4, 0, true};
        build(&b);
        check_channels(&b, 1020);
        xb_arena_free(&b.arena);
    }
}

// Sums of up to 2^25 spread over all codes.
static void scales_that_no_multiplier_serves_are_refused(void **state)
{
    (void)state;
    Bench b;
    uint64_t seed = 4;
    open_channels(&b, -17, &seed);
    set_weights(&b, 127, 0, 1024);
    b.net.layer[0].in_q[0].zero = b.net.layer[0].out_q.zero = 0;
    refuse(&b);
    assert_int_equal(reports(&b, "plan-exact", "layer fc1", "at its sums, 0..33162240"), 1);
    xb_arena_free(&b.arena);
}

// Faults of a stage before are not followed by what comes of them.
static void scales_of_layers_without_a_converter_are_left(void **state)
{
    (void)state;
    Bench b;
    uint64_t seed = 5;
    open_channels(&b, -24, &seed);
    b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 0, 0, true};
    refuse(&b);
    assert_int_equal(reports(&b, "plan-adc-range", "$.adc.range", "delta must be"), 1);
    assert_int_equal(b.d.errors, 1);
    xb_arena_free(&b.arena);
}

static void converted_sums_follow_the_thresholds(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int n = 0; n < 200; n++) {
        XbPlanAdc adc = {.bits = draw(&seed, 1, 6), .delta = draw(&seed, 1, 9)};
        int codes = 1 << adc.bits;
        adc.lo = -draw(&seed, 0, codes - 1);
        for (int current = -700; current <= 700; current++) {
            int code = 0;
            for (int k = 1; k < codes; k++)
                code += current >= (adc.lo + k) * adc.delta - adc.delta / 2;
            assert_int_equal(xb_plan_converted(&adc, NULL, current), (adc.lo + code) * adc.delta);
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
    b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 1 << 20, -2047, true};
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
    Bench b = {.d = {.arena = &b.arena}, .cfg = hand_cfg(XB_ROUND_TFLITE)};
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
        cmocka_unit_test(small_scales_serve_the_sums_of_the_weights),
        cmocka_unit_test(small_scales_serve_the_sums_of_lossy_converters),
        cmocka_unit_test(scales_that_no_multiplier_serves_are_refused),
        cmocka_unit_test(scales_of_layers_without_a_converter_are_left),
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
