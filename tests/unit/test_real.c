// SPDX-License-Identifier: Apache-2.0
// Real values become codes as TensorFlow Lite's reference QUANTIZE makes them; mistyped words are
// recognized. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "cli/host.h"
#include "cli/real.h"
#include "cli/suggest.h"
#include <math.h>

static const XbQuant quarter = {.scale = 0.25f, .zero = 128, .bits = 8, .is_signed = true};

static void halves_go_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(xb_real_code(quarter, 0.0f), 128);
    assert_int_equal(xb_real_code(quarter, 0.125f), 129);
    assert_int_equal(xb_real_code(quarter, -0.125f), 127);
    assert_int_equal(xb_real_code(quarter, 0.375f), 130);
    assert_int_equal(xb_real_code(quarter, 0.124999f), 128);
}

static void values_beyond_the_codes_are_clamped(void **state)
{
    (void)state;
    assert_int_equal(xb_real_code(quarter, 31.75f), 255);
    assert_int_equal(xb_real_code(quarter, 31.875f), 255);
    assert_int_equal(xb_real_code(quarter, 1e30f), 255);
    assert_int_equal(xb_real_code(quarter, INFINITY), 255);
    assert_int_equal(xb_real_code(quarter, -32.0f), 0);
    assert_int_equal(xb_real_code(quarter, -1e30f), 0);
    assert_int_equal(xb_real_code(quarter, -INFINITY), 0);
    assert_int_equal(xb_real_code(quarter, NAN), 0);
}

static void few_bits_have_their_own_ends(void **state)
{
    (void)state;
    XbQuant q = {.scale = 0.5f, .zero = 1, .bits = 2};
    const float value[] = {-9, -0.5f, 0, 0.5f, 1, 1.5f};
    const int code[] = {0, 0, 1, 2, 3, 3};
    for (int i = 0; i < 6; i++)
        assert_int_equal(xb_real_code(q, value[i]), code[i]);
}

// Around a half the quotient of doubles would give other codes now and then.
static void the_quotient_is_float32(void **state)
{
    (void)state;
    int differ = 0;
    for (int k = 1; k < 4000; k++) {
        XbQuant q = {.scale = (float)k * 1e-4f, .zero = 0, .bits = 8};
        float x = q.scale * 1.5f;
        for (int i = 0; i < 3; i++, x = nextafterf(x, 0)) {
            float quotient = x / q.scale;
            int due = quotient >= 1.5f ? 2 : 1;
            assert_int_equal(xb_real_code(q, x), due);
            differ += due != ((double)x / (double)q.scale >= 1.5 ? 2 : 1);
        }
    }
    assert_true(differ > 0);
}

// Every code's own value comes back as the code.
static void codes_come_back(void **state)
{
    (void)state;
    for (int k = 1; k < 300; k++) {
        XbQuant q = {.scale = (float)k * 0.0371f, .zero = k % 256, .bits = 8};
        for (int code = 0; code < 256; code++)
            assert_int_equal(xb_real_code(q, q.scale * (float)(code - q.zero)), code);
    }
}

static void the_usual_pair_of_types_moves_codes(void **state)
{
    (void)state;
    XbQuant from = {.scale = 0.0117f, .zero = 100, .bits = 8},
            to = {.scale = 0.0117f, .zero = 100, .bits = 8, .is_signed = true};
    for (int code = 0; code < 256; code++)
        assert_int_equal(xb_host_code(from, to, code), code);
}

static void steps_that_are_huge_are_clamped(void **state)
{
    (void)state;
    XbQuant from = {.scale = 1e30f, .zero = 9, .bits = 8},
            to = {.scale = 1e-30f, .zero = 77, .bits = 8};
    assert_int_equal(xb_host_code(from, to, 8), 0);
    assert_int_equal(xb_host_code(from, to, 9), 77);
    assert_int_equal(xb_host_code(from, to, 10), 255);
    assert_int_equal(xb_host_code(to, from, 255), 9);
}

static void near_words_are_few_mistakes_away(void **state)
{
    (void)state;
    assert_int_equal(xb_suggest_distance("plan", "plan"), 0);
    assert_int_equal(xb_suggest_distance("plna", "plan"), 1);
    assert_int_equal(xb_suggest_distance("pln", "plan"), 1);
    assert_int_equal(xb_suggest_distance("--imput", "--input"), 1);
    assert_int_equal(xb_suggest_distance("golddenn", "golden"), 2);
    assert_int_equal(xb_suggest_distance("calib", "calibrate"), 0);
}

static void other_words_are_far(void **state)
{
    (void)state;
    const char *const word[] = {"", "-", "--", "---", "run", "cosimulation-of-many-many-letters-x"};
    for (int i = 0; i < 6; i++) {
        assert_int_equal(xb_suggest_distance(word[i], "plan"), XB_SUGGEST_FAR);
        assert_int_equal(xb_suggest_distance(word[i], "--input"), XB_SUGGEST_FAR);
    }
    assert_int_equal(xb_suggest_distance("-k", "-n"), XB_SUGGEST_FAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_go_away_from_zero),
        cmocka_unit_test(values_beyond_the_codes_are_clamped),
        cmocka_unit_test(few_bits_have_their_own_ends),
        cmocka_unit_test(the_quotient_is_float32),
        cmocka_unit_test(codes_come_back),
        cmocka_unit_test(the_usual_pair_of_types_moves_codes),
        cmocka_unit_test(steps_that_are_huge_are_clamped),
        cmocka_unit_test(near_words_are_few_mistakes_away),
        cmocka_unit_test(other_words_are_far),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
