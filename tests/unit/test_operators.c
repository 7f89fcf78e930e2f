// SPDX-License-Identifier: Apache-2.0
// Operators of the plain network one by one, against answers that can be worked out by hand.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "hand_net.h"
#include <math.h>

#include "xbgen/naive.h"
#include "xbgen/num.h"

typedef struct Hand {  // a network of one layer; codes 128 stand for 0
    XbArena arena;
    XbNet net;
} Hand;

static XbNetLayer *open_hand(Hand *h, XbKind kind, XbShape in, XbShape out)
{
    *h = (Hand){0};
    XbNetLayer *l = hand_only_layer(&h->arena, &h->net, kind);
    l->in = in;
    l->out = out;
    l->in_q[0] = l->out_q = hand_quant(1.0f, 128);
    hand_close(&h->arena, &h->net, 1.0f);
    return l;
}

static void run_hand(const Hand *h, const uint8_t *in, uint8_t *out)
{
    xb_naive_run(&h->net, XB_ROUND_TFLITE, in, &out);
}

static void average_rounds_signed_halves_away_from_zero(void **state)
{
    (void)state;
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_AVGPOOL, (XbShape){1, 2, 1}, (XbShape){1, 1, 1});
    uint8_t out = 0;
    l->kw = 2;
    run_hand(&h, (uint8_t[]){129, 130}, &out);
    assert_int_equal(out, 130);
    run_hand(&h, (uint8_t[]){127, 126}, &out);
    assert_int_equal(out, 126);
    run_hand(&h, (uint8_t[]){127, 128}, &out);
    assert_int_equal(out, 127);
    xb_arena_free(&h.arena);
}

// 1 3 / 0 0 / 0 1 above the zero point: two means round twice.
static void means_of_rows_and_columns_round_on_their_own(void **state)
{
    (void)state;
    static const uint8_t in[] = {129, 131, 128, 128, 128, 129};
    static const struct {
        XbOver over;
        int kh, kw, outputs;
        uint8_t out[3];
    } cases[] = {{XB_OVER_IMAGE, 3, 2, 1, {129}},
                 {XB_OVER_HEIGHT, 3, 1, 2, {128, 129}},
                 {XB_OVER_WIDTH, 1, 2, 3, {130, 128, 129}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Hand h;
        XbNetLayer *l =
            open_hand(&h, XB_MEAN, (XbShape){3, 2, 1}, (XbShape){1, cases[i].outputs, 1});
        uint8_t out[3];
        l->over = cases[i].over;
        l->kh = cases[i].kh;
        l->kw = cases[i].kw;
        run_hand(&h, in, out);
        assert_memory_equal(out, cases[i].out, (size_t)cases[i].outputs);
        xb_arena_free(&h.arena);
    }
}

static void relu6_alone_rescales_and_clamps(void **state)
{
    (void)state;
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_RELU, (XbShape){1, 1, 5}, (XbShape){1, 1, 5});
    uint8_t out[5];
    l->act = XB_ACT_RELU6;
    l->in_q[0].scale = 0.5f;
    l->out_q = hand_quant(0.25f, 10);
    run_hand(&h, (uint8_t[]){0, 128, 129, 139, 255}, out);
    assert_memory_equal(out, ((uint8_t[]){10, 10, 12, 32, 34}), 5);
    xb_arena_free(&h.arena);
}

// Codes of steps of 1/4: hard_swish(x) = x * min(max(x + 3, 0), 6) / 6.
static void hard_swish_is_x_beyond_3_and_0_below(void **state)
{
    (void)state;
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_TABLE, (XbShape){1, 1, 5}, (XbShape){1, 1, 5});
    uint8_t out[5];
    l->function = XB_FN_HARD_SWISH;
    l->in_q[0].scale = l->out_q.scale = 0.25f;
    run_hand(&h, (uint8_t[]){128 - 13, 128, 128 + 4, 128 + 13, 128 + 40}, out);
    assert_memory_equal(out, ((uint8_t[]){128, 128, 131, 141, 168}), 5);
    xb_arena_free(&h.arena);
}

// The second channel's constant is -1.5, the others' 2.
static void constants_belong_to_channels(void **state)
{
    (void)state;
    static const uint8_t operand[] = {132, 125, 132};
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_TABLE, (XbShape){1, 2, 3}, (XbShape){1, 2, 3});
    uint8_t out[6];
    l->operand = operand;
    l->operands = 3;
    l->in_q[1] = hand_quant(0.5f, 128);
    l->function = XB_FN_MUL;
    run_hand(&h, (uint8_t[]){129, 130, 131, 118, 128, 255}, out);
    assert_memory_equal(out, ((uint8_t[]){130, 125, 134, 108, 128, 255}), 6);
    l->function = XB_FN_SUB_FROM;
    run_hand(&h, (uint8_t[]){129, 130, 131, 118, 128, 255}, out);
    assert_memory_equal(out, ((uint8_t[]){129, 124, 127, 140, 126, 3}), 6);
    xb_arena_free(&h.arena);
}

static void dilated_convolution_reads_far_pixels(void **state)
{
    (void)state;
    static const int8_t weights[] = {1, 2};
    static const int32_t bias[] = {3};
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_CONV, (XbShape){1, 4, 1}, (XbShape){1, 4, 1});
    uint8_t out[4];
    l->kw = 2;
    l->dil_w = 3;
    l->pad_l = 1;
    l->weights = weights;
    l->bias = bias;
    run_hand(&h, (uint8_t[]){129, 130, 131, 132}, out);
    assert_memory_equal(out, ((uint8_t[]){137, 140, 133, 134}), 4);
    xb_arena_free(&h.arena);
}

// Outputs of a group see the input channels of that group only.
static void grouped_convolution_keeps_to_its_channels(void **state)
{
    (void)state;
    static const int8_t weights[] = {1, 2, 1, 3, 5, 7, 5, 11};  // [co 4][1][1][ci 2]
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_CONV, (XbShape){1, 2, 4}, (XbShape){1, 2, 4});
    uint8_t out[8];
    l->groups = 2;
    l->weights = weights;
    run_hand(&h, (uint8_t[]){129, 130, 131, 132, 128, 129, 127, 128}, out);
    assert_memory_equal(out, ((uint8_t[]){133, 135, 171, 187, 130, 131, 123, 123}), 8);
    xb_arena_free(&h.arena);
}

// The same grouped convolution as two plain ones, kernel 3 x 2 with padding and stride.
static void groups_equal_convolutions_of_their_channels(void **state)
{
    (void)state;
    enum { H = 5, W = 4, CI = 6, CO = 4, KH = 3, KW = 2, DEPTH = CI / 2, PART = CO / 2 };
    int8_t weights[CO * KH * KW * DEPTH];
    static const float scale[CO] = {0.04f, 0.03f, 0.05f, 0.04f};
    uint8_t in[H * W * CI], part[H * W * DEPTH], out[H * W * CO], part_out[H * W * PART];
    for (size_t i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)(i * 37 % 251 - 125);
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i * 91 % 256);
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_CONV, (XbShape){H, W, CI}, (XbShape){H, 2, CO});
    l->kh = KH;
    l->kw = KW;
    l->pad_t = l->pad_b = 1;
    l->stride_w = 2;
    l->groups = 2;
    l->weights = weights;
    l->weight_scale = scale;
    run_hand(&h, in, out);
    for (int g = 0; g < 2; g++) {
        for (int i = 0; i < H * W * DEPTH; i++)
            part[i] = in[i / DEPTH * CI + g * DEPTH + i % DEPTH];
        l->groups = 1;
        l->in.c = DEPTH;
        l->out.c = PART;
        l->weights = weights + g * PART * KH * KW * DEPTH;
        l->weight_scale = scale + g * PART;
        run_hand(&h, part, part_out);
        for (int i = 0; i < H * 2 * PART; i++)
            assert_int_equal(out[i / PART * CO + g * PART + i % PART], part_out[i]);
    }
    xb_arena_free(&h.arena);
}

// Sums at a threshold of the output, where the nearest fixed-point multiplier is now and then a
// step off: what counts is the product in double precision.
static void fully_connected_multiplies_in_double_precision(void **state)
{
    (void)state;
    static const int8_t weights[] = {1};
    Hand h;
    XbNetLayer *l = open_hand(&h, XB_FC, (XbShape){1, 1, 1}, (XbShape){1, 1, 1});
    int different = 0;
    l->weights = weights;
    l->in_q[0].scale = 0.7f;
    for (int n = 0; n < 20000; n++) {
        float scale = 8.5e-8f + (float)n * 1e-13f;
        double real = (double)l->in_q[0].scale * (double)scale, wanted = n % 127 + 0.5;
        int32_t bias = (int32_t)ceil(wanted / real) - n % 2;
        uint8_t out;
        l->weight_scale = &scale;
        l->bias = &bias;
        run_hand(&h, (uint8_t[]){128}, &out);
        assert_int_equal(out, 128 + (int)round(bias * real));
        different += xb_scale(bias, xb_multiplier(real), XB_M_EXACT) != (int)round(bias * real);
    }
    assert_true(different > 10);
    xb_arena_free(&h.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(average_rounds_signed_halves_away_from_zero),
        cmocka_unit_test(means_of_rows_and_columns_round_on_their_own),
        cmocka_unit_test(relu6_alone_rescales_and_clamps),
        cmocka_unit_test(hard_swish_is_x_beyond_3_and_0_below),
        cmocka_unit_test(constants_belong_to_channels),
        cmocka_unit_test(dilated_convolution_reads_far_pixels),
        cmocka_unit_test(grouped_convolution_keeps_to_its_channels),
        cmocka_unit_test(groups_equal_convolutions_of_their_channels),
        cmocka_unit_test(fully_connected_multiplies_in_double_precision),
    };
    return cmocka_run_group_tests_name("operators", tests, NULL, NULL);
}
