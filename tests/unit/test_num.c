// SPDX-License-Identifier: Apache-2.0
// The integer rules of num.h: known values, and the recorded tables of $XB_SHARED (default
// ../shared).
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/num.h"

static FILE *open_shared(const char *name)
{
    char path[4096];
    const char *shared = getenv("XB_SHARED");
    snprintf(path, sizeof path, "%s/data/golden/adc/%s", shared ? shared : "../shared", name);
    FILE *f = fopen(path, "r");
    if (f)
        return f;
    print_message("skipped: %s\n", path);
    skip();
    return NULL;
}

static float float_of(const char *hex)
{
    uint32_t bits = (uint32_t)strtoul(hex, NULL, 16);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void multipliers_equal_the_recorded_ones(void **state)
{
    (void)state;
    FILE *f = open_shared("unit_multiplier.csv");
    char line[200];
    char in[20];
    char w[20];
    char out[20];
    int q = 0;
    int e = 0;
    int rows = 0;
    assert_non_null(fgets(line, sizeof line, f));
    for (; fgets(line, sizeof line, f); rows++) {
        assert_int_equal(sscanf(line, "%19[^,],%19[^,],%19[^,],%d,%d", in, w, out, &q, &e), 5);
        XbMultiplier m =
            xb_multiplier(xb_real_multiplier(float_of(in), float_of(w), float_of(out), false));
        assert_int_equal(m.q, q);
        assert_int_equal(m.e, e);
    }
    fclose(f);
    print_message("%d multipliers\n", rows);
    assert_true(rows > 100);
}

static void scaled_values_equal_the_recorded_ones(void **state)
{
    (void)state;
    FILE *f = open_shared("unit_requant.csv");
    char line[200];
    int v[5];
    int rows = 0;
    assert_non_null(fgets(line, sizeof line, f));
    for (; fgets(line, sizeof line, f); rows++) {
        assert_int_equal(sscanf(line, "%d,%d,%d,%d,%d", &v[0], &v[1], &v[2], &v[3], &v[4]), 5);
        XbMultiplier m = {v[1], v[2]};
        assert_int_equal(xb_scale(v[0], m, XB_M_DOUBLE), v[3]);
        assert_int_equal(xb_scale(v[0], m, XB_M_SINGLE), v[4]);
    }
    fclose(f);
    print_message("%d requantizations\n", rows);
    assert_true(rows > 100);
}

static void assert_multiplier(double real, int q, int e)
{
    XbMultiplier m = xb_multiplier(real);
    assert_int_equal(m.q, q);
    assert_int_equal(m.e, e);
}

static void multiplier_of_edge_values(void **state)
{
    (void)state;
    assert_multiplier(0.0, 0, 0);
    assert_multiplier(-1.0, 0, 0);
    assert_multiplier(1.0, 1 << 30, 1);
    assert_multiplier(0.75, 3 << 29, 0);
    assert_multiplier(1.0 - 0x1p-33, 1 << 30, 1);
    assert_multiplier(0x1p-32, 1 << 30, -31);
    assert_multiplier(0x1p-33, 0, 0);
    assert_multiplier(0x1p-32 * (1 - 0x1p-40), 1 << 30, -31);
    assert_multiplier(0x1p40, INT32_MAX, 31);
    assert_multiplier(INFINITY, 0, 0);
}

// Nearest integer with ties away from zero, in long double: exact for what is asked here.
static long exact(int a, XbMultiplier m)
{
    return (long)roundl((long double)a * m.q * powl(2, m.e - 31));
}

static void exact_scaling_rounds_half_away(void **state)
{
    (void)state;
    for (int e = -8; e <= 12; e++)
        for (int a = -2000; a <= 2000; a++) {
            XbMultiplier m = {1342177280 + 12345 * e, e};
            assert_int_equal(xb_scale(a, m, XB_M_EXACT), exact(a, m));
        }
    assert_int_equal(xb_scale(-1, (XbMultiplier){1 << 30, 0}, XB_M_EXACT), -1);
    assert_int_equal(xb_scale(-1, (XbMultiplier){1 << 30, 0}, XB_M_SINGLE), 0);
    assert_int_equal(xb_scale(-1, (XbMultiplier){1 << 30, 0}, XB_M_DOUBLE), 0);
    assert_int_equal(xb_scale(1, (XbMultiplier){1 << 30, 0}, XB_M_DOUBLE), 1);
}

static void positive_exponents_shift_left(void **state)
{
    (void)state;
    for (int how = XB_M_DOUBLE; how <= XB_M_EXACT; how++)
        for (int e = 1; e <= 20; e++)
            for (int a = -1000; a <= 1000; a += 7)
                assert_int_equal(xb_scale(a, (XbMultiplier){1 << 30, e}, (XbScaling)how),
                                 a * (1 << (e - 1)));
}

static void float_products_are_rounded_first(void **state)
{
    (void)state;
    float a = 0x1.fffffep-5f;
    float b = 0x1.800002p-7f;
    float product = a * b;
    assert_true(xb_real_multiplier(a, b, 1.0f, true) == (double)product);
    assert_true(xb_real_multiplier(a, b, 1.0f, false) == (double)a * (double)b);
    assert_true((double)product != (double)a * (double)b);
}

static void bits_hold_the_largest_value(void **state)
{
    (void)state;
    assert_int_equal(xb_bits_for(0), 1);
    assert_int_equal(xb_bits_for(1), 1);
    assert_int_equal(xb_bits_for(2), 2);
    assert_int_equal(xb_bits_for(255), 8);
    assert_int_equal(xb_bits_for(256), 9);
    assert_int_equal(xb_bits_for(UINT64_MAX), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multipliers_equal_the_recorded_ones),
        cmocka_unit_test(scaled_values_equal_the_recorded_ones),
        cmocka_unit_test(multiplier_of_edge_values),
        cmocka_unit_test(exact_scaling_rounds_half_away),
        cmocka_unit_test(positive_exponents_shift_left),
        cmocka_unit_test(float_products_are_rounded_first),
        cmocka_unit_test(bits_hold_the_largest_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
