// SPDX-License-Identifier: Apache-2.0
// The search of converter ranges: recorded searches, a search that tries everything, the Gaussian
// that textbooks give, budgets as they are written.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "../cosim/rng.h"
#include "base/json_in.h"
#include "shared_data.h"
#include <math.h>

#include "xbgen/calib.h"

// ---- searches that were recorded ----

static XbHistogram recorded_histogram(XbArena *arena, const XbJson *entry)
{
    const XbJson *list = xb_json_member(entry, "histogram");
    XbHistogram h = {.first = (int64_t)xb_json_number(entry, "first_value", 0),
                     .size = xb_json_count(list)};
    XbInt128 *count = xb_new(arena, XbInt128, h.size);
    h.count = count;
    for (const XbJson *at = list->first; at; at = at->next)
        *count++ = (XbInt128)at->number;
    return h;
}

static void check_recorded(XbArena *arena, const XbJson *entry)
{
    XbHistogram h = recorded_histogram(arena, entry);
    bool is_absolute = strcmp(xb_json_member(entry, "criterion")->text, "absolute") == 0;
    XbGoal goal = {.criterion = is_absolute ? XB_ABSOLUTE : XB_SQUARED,

                   .power_of_two = xb_json_member(entry, "power_of_two")->number != 0,
                   .is_signed = h.first < 0};
    int bits = (int)xb_json_number(entry, "bits", 0);
    XbFit fit = xb_calib_search(&h, &goal, bits, (int64_t)xb_json_number(entry, "imax", 0));
    assert_int_equal(fit.delta, (int64_t)xb_json_number(entry, "delta", 0));
    assert_int_equal(fit.lo, (int)xb_json_number(entry, "lo", 1));
    assert_true(fit.error == (XbInt128)xb_json_number(entry, "E", -1));
    assert_true(xb_calib_error(&h, goal.criterion, bits, fit.delta, fit.lo) == fit.error);
}

static void recorded_searches(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes;
    shared_or_skip(&arena, "golden/calibrate/unit_search.json");
    const char *file = shared_file(&arena, "golden/calibrate/unit_search.json");
    assert_true(xb_file_read(&arena, &d, file, &bytes));
    const XbJson *list = xb_json_parse(&arena, &d, file, (const char *)bytes.data, bytes.size);
    shared_no_errors(&d);
    for (const XbJson *entry = list->first; entry; entry = entry->next)
        check_recorded(&arena, entry);
    print_message("%d searches\n", xb_json_count(list));
    assert_true(xb_json_count(list) >= 50);
    xb_arena_free(&arena);
}

// ---- beside a search that tries everything ----

typedef struct Seen {  // what the random cases came upon
    int fits, clips, ties, positive, powers;
} Seen;

static int64_t far(int64_t a, int64_t b) { return a < b ? b - a : a - b; }

// As the rule is written, candidate by candidate.
static XbFit try_all(const XbHistogram *h, const XbGoal *goal, int bits, int64_t imax, Seen *seen)
{
    XbFit best = {.bits = bits};
    int codes = 1 << bits, target = goal->is_signed ? -codes / 2 : 0, equal = 0;
    for (int64_t delta = 1; delta <= imax; delta++) {
        if (goal->power_of_two && delta & (delta - 1))
            continue;
        for (int lo = 0; lo > -codes; lo--) {
            XbInt128 e = xb_calib_error(h, goal->criterion, bits, delta, lo);
            bool is_same = best.delta == delta && e == best.error;
            equal += best.delta && e == best.error;
            if (!best.delta || e < best.error ||
                (is_same && far(lo, target) < far(best.lo, target)))
                best = (XbFit){bits, delta, lo, e};
            if (!goal->is_signed)
                break;
        }
    }
    seen->ties += equal > 0;
    return best;
}

static XbHistogram random_histogram(XbArena *arena, Rng *rng, int first, int size)
{
    XbInt128 *count = xb_new(arena, XbInt128, size);
    int density = rng_chance(rng, 50) ? rng_range(rng, 1, 20) : rng_range(rng, 20, 100);
    int from = rng_chance(rng, 50) ? 0 : rng_below(rng, size);
    int to = rng_chance(rng, 50) ? size : rng_range(rng, from, size);
    for (int i = from; i < to; i++)
        if (rng_chance(rng, density))
            count[i] = (XbInt128)rng_range(rng, 1, 5) << (rng_chance(rng, 10) ? 70 : 0);
    return (XbHistogram){first, size, count};
}

static void check_random(Rng *rng, Seen *seen)
{
    XbArena arena = {0};
    XbGoal goal = {.criterion = rng_chance(rng, 50) ? XB_ABSOLUTE : XB_SQUARED,
                   .power_of_two = rng_chance(rng, 25),
                   .is_signed = rng_chance(rng, 70)};
    int imax = rng_range(rng, 1, 40), bits = rng_range(rng, 1, 5);
    int first = goal.is_signed ? -imax : 0;
    XbHistogram h = random_histogram(&arena, rng, first, imax - first + 1);
    XbFit right = try_all(&h, &goal, bits, imax, seen);
    XbFit fit = xb_calib_search(&h, &goal, bits, imax);
    assert_int_equal(fit.delta, right.delta);
    assert_int_equal(fit.lo, right.lo);
    assert_true(fit.error == right.error);
    seen->fits += right.error == 0;
    seen->clips += right.error != 0;
    seen->positive += goal.is_signed && !h.count[0];
    seen->powers += goal.power_of_two;
    xb_arena_free(&arena);
}

static void like_trying_everything(void **state)
{
    (void)state;
    Seen seen = {0};
    for (int n = 0; n < 3000; n++) {
        Rng rng = rng_of(7, (uint64_t)n);
        check_random(&rng, &seen);
    }
    print_message("%d without error, %d with, %d with ties, %d powers of two\n", seen.fits,
                  seen.clips, seen.ties, seen.powers);
    assert_true(seen.fits > 200 && seen.clips > 1000 && seen.ties > 500 && seen.powers > 300);
    assert_true(seen.positive > 300);
}

// ---- the Gaussian ----

static void gaussian(void **state)
{
    // Step and squared error of a unit Gaussian, codes -2^(B-1) .. 2^(B-1) - 1, zero among them.
    static const double step[] = {0, 1.225, 1.05, 0.60, 0.34, 0.19};
    static const double error[] = {0, 0.595, 0.1494, 0.04064, 0.01187, 0.00353};
    (void)state;
    XbArena arena = {0};
    shared_or_skip(&arena, "golden/calibrate/gaussian_sigma100.npy");
    XbNpy array = shared_npy(&arena, "golden/calibrate/gaussian_sigma100.npy");
    XbInt128 *count = xb_new(&arena, XbInt128, array.count), all = 0;
    for (int64_t i = 0; i < array.count; i++)
        all += count[i] = ((const int64_t *)array.data)[i];
    XbHistogram h = {-(array.count / 2), array.count, count};
    XbGoal goal = {.is_signed = true};
    for (int bits = 1; bits <= 5; bits++) {
        XbFit fit = xb_calib_search(&h, &goal, bits, array.count / 2);
        double mse = (double)fit.error / (double)all / 1e4;
        print_message("%d bits: step %.2f, error %.5f\n", bits, (double)fit.delta / 100, mse);
        assert_true(fabs((double)fit.delta / 100 - step[bits]) <= 0.01 + 1e-9);
        assert_true(fabs(mse - error[bits]) <= 0.01 * error[bits]);
    }
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_searches),
        cmocka_unit_test(like_trying_everything),
        cmocka_unit_test(gaussian),
    };
    return cmocka_run_group_tests_name("calib", tests, NULL, NULL);
}
