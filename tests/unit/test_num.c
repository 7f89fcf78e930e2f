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

// ---- the multiplier of FULLY_CONNECTED ----

static double drawn(uint64_t *seed, double lo, double hi)  // spread evenly over powers of two
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return exp2(lo + (hi - lo) * (double)(*seed >> 11) * 0x1p-53);
}

static int64_t code_of(int64_t scaled, int zero)
{
    return scaled + zero < 0 ? 0 : scaled + zero > 255 ? 255 : scaled + zero;
}

// True as well of a sum that is not asked for.
static bool is_same_code(int64_t a, double real, XbMultiplier m, const XbExact *want)
{
    if (a < want->low || a > want->high)
        return true;
    int64_t precise = (int64_t)fmin(fmax(round((double)a * real), -1000), 1000);
    return code_of(xb_scale((int32_t)a, m, XB_M_EXACT), want->zero) == code_of(precise, want->zero);
}

// At sums around those at which a code begins, and at the ends.
static bool are_same_codes(double real, XbMultiplier m, const XbExact *want, int stride)
{
    bool is_same =
        is_same_code(want->low, real, m, want) && is_same_code(want->high, real, m, want);
    for (int code = 1; code <= 255 && is_same; code += stride) {
        double begin = floor((code - want->zero - 0.5) / real);
        for (int64_t a = -1; a <= 2 && fabs(begin) < 0x1p32; a++)
            is_same = is_same && is_same_code((int64_t)begin + a, real, m, want);
    }
    return is_same;
}

static void assert_same_codes(double real, XbMultiplier m, const XbExact *want, int stride)
{
    assert_true(are_same_codes(real, m, want, stride));
}

// Every 32-bit sum is asked for.
static XbExact all_sums(int zero) { return (XbExact){zero, 255, INT32_MIN, INT32_MAX}; }

// Scales of layers of some ten to some thousand inputs whose sums spread over the output codes.
static void fully_connected_layers_equal_the_double_product(void **state)
{
    (void)state;
    uint64_t seed = 1;
    int moved = 0;
    for (int layer = 0; layer < 200; layer++) {
        float in = (float)drawn(&seed, -9, 1);
        float out = in * 0x1p-9f / (float)drawn(&seed, -12, -7);
        XbExact want = all_sums((int)drawn(&seed, 0, 8) - 1);
        for (int c = 0; c < 1000; c++) {
            double real = xb_real_multiplier(in, (float)drawn(&seed, -11, -7), out, false);
            XbMultiplier m, nominal = xb_multiplier(real);
            assert_true(xb_multiplier_exact(real, &want, &m));
            assert_same_codes(real, m, &want, layer < 4 ? 1 : 23);
            moved += m.q != nominal.q;
        }
    }
    print_message("%d of 200000 multipliers beside the nominal one\n", moved);
    assert_in_range(moved, 200, 4000);
}

static void exact_multipliers_at_the_edges(void **state)
{
    (void)state;
    const double real[] = {0x1p-32,
                           0x1.fffffffffffffp-33,
                           0x1.fffffffffffffp-32,
                           0.25,
                           0.00123,
                           0x1.fffffffffffffp-1,
                           1.0,
                           1.0 + 0x1p-52,
                           3.0,
                           0x1.8p20,
                           0x1p-40};
    const int zero[] = {0, 1, 128, 255};
    for (size_t i = 0; i < sizeof real / sizeof real[0]; i++)
        for (size_t z = 0; z < sizeof zero / sizeof zero[0]; z++) {
            XbMultiplier m;
            XbExact want = all_sums(zero[z]);
            assert_true(xb_multiplier_exact(real[i], &want, &m));
            assert_same_codes(real[i], m, &want, 1);
        }
    XbMultiplier m;
    XbExact above = all_sums(0), both = all_sums(128);
    assert_true(xb_multiplier_exact(0.0, &both, &m));
    assert_int_equal(m.q, 0);
    // 50000 * 0.00123 is 61.5 in double, a little less with the nominal 31 bits.
    assert_true(xb_multiplier_exact(0.00123, &both, &m));
    assert_int_equal(xb_scale(50000, xb_multiplier(0.00123), XB_M_EXACT), 61);
    assert_int_equal(xb_scale(50000, m, XB_M_EXACT), 62);
    assert_int_equal(xb_scale(-50000, m, XB_M_EXACT), -62);
    assert_false(xb_multiplier_exact(0x1p32, &above, &m));
}

// ---- and of the sums that a layer can make ----

// Sums of a channel of so many inputs: its weights take 2^2 to 2^4 on average above zero, as many
// or fewer below, and the bias moves all.
static XbExact drawn_sums(uint64_t *seed, int inputs)
{
    double below = -255 * inputs * drawn(seed, 2, 4), above = 255 * inputs * drawn(seed, 2, 4);
    double bias = drawn(seed, 0, 22) * (*seed >> 63 ? -1 : 1);
    return (XbExact){(int)drawn(seed, 0, 8) - 1, 255, (int64_t)(below + bias),
                     (int64_t)(above + bias)};
}

static void assert_random_sums(double real, XbMultiplier m, const XbExact *want, uint64_t *seed)
{
    for (int i = 0; i < 20; i++) {
        int64_t a =
            want->low + (int64_t)((drawn(seed, 0, 1) - 1) * (double)(want->high - want->low));
        assert_true(is_same_code(a, real, m, want));
    }
}

// Channels of any scale, those of dead outputs too.
static void small_multipliers_serve_a_layers_own_sums(void **state)
{
    (void)state;
    uint64_t seed = 2;
    int own = 0;
    for (int layer = 0; layer < 200; layer++) {
        int inputs = (int)drawn(&seed, 6, 10);
        for (int c = 0; c < 1000; c++) {
            double real = drawn(&seed, -28, -2);
            XbMultiplier m;
            XbExact want = drawn_sums(&seed, inputs), every = all_sums(want.zero);
            own += !xb_multiplier_exact(real, &every, &m);
            assert_true(xb_multiplier_exact(real, &want, &m));
            assert_same_codes(real, m, &want, 1);
            assert_random_sums(real, m, &want, &seed);
        }
    }
    print_message("%d of 200000 multipliers cannot serve all 32-bit sums\n", own);
    assert_in_range(own, 20000, 150000);
}

// A code lasts for 14 million sums, so 31 bits cannot tell the ends of all; of one they can.
static void sums_far_from_zero_are_served_alone(void **state)
{
    (void)state;
    const double real = 0x1.123456789abcdp-24;
    for (int sign = -1; sign <= 1; sign += 2) {
        XbMultiplier m;
        XbExact every = all_sums(128), want = every;
        int64_t end = (int64_t)ceil(100.5 / real) * sign;
        assert_false(xb_multiplier_exact(real, &every, &m));
        assert_int_equal(m.q, xb_multiplier(real).q);
        want.low = end - 5000;
        want.high = end + 5000;
        assert_true(xb_multiplier_exact(real, &want, &m));
        for (int64_t a = want.low; a <= want.high; a++)
            assert_true(is_same_code(a, real, m, &want));
    }
}

// 1,024 inputs with all weights 127 or nearly, spread over all codes.
static void sums_that_no_multiplier_serves(void **state)
{
    (void)state;
    const double real = 0x1.1d346a22d25e5p-17;
    const XbExact want = {0, 255, 0, 1 << 25};
    XbMultiplier m;
    assert_false(xb_multiplier_exact(real, &want, &m));
    for (int q = m.q - 2000; q <= m.q + 2000; q++)
        assert_false(are_same_codes(real, (XbMultiplier){q, m.e}, &want, 1));
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
        cmocka_unit_test(fully_connected_layers_equal_the_double_product),
        cmocka_unit_test(exact_multipliers_at_the_edges),
        cmocka_unit_test(small_multipliers_serve_a_layers_own_sums),
        cmocka_unit_test(sums_far_from_zero_are_served_alone),
        cmocka_unit_test(sums_that_no_multiplier_serves),
        cmocka_unit_test(positive_exponents_shift_left),
        cmocka_unit_test(float_products_are_rounded_first),
        cmocka_unit_test(bits_hold_the_largest_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
