// SPDX-License-Identifier: Apache-2.0
// The search over every range of a converter. A step cuts the sums into the same codes whatever the
// lowest code is, so errors of codes are added up once for a step and a candidate costs two
// lookups.
#include "xbgen/calib.h"

typedef struct Moments {  // of the sums below a value
    XbInt128 count, sum, square;
} Moments;

typedef struct Search {
    const XbGoal *goal;
    int64_t codes;         // 2^bits
    int64_t min, max;      // of the sums that occur
    const Moments *below;  // [max - min + 2] of sums below min + i
    XbInt128 *error;       // [codes of a step + 1] of a step's codes below code first + i
    int64_t delta;         // the step looked at
    int64_t first, last;   // its codes that sums have
    XbFit best;
} Search;

static int64_t clamp(int64_t v, int64_t lo, int64_t hi) { return v < lo ? lo : v > hi ? hi : v; }

static Moments below(const Search *s, int64_t value)
{
    return s->below[clamp(value, s->min, s->max + 1) - s->min];
}

static Moments between(const Search *s, int64_t from, int64_t end)
{
    Moments a = below(s, from), b = below(s, end);
    return (Moments){b.count - a.count, b.sum - a.sum, b.square - a.square};
}

// The error of the sums from .. end - 1 if all of them became `to`.
static XbInt128 error_of(const Search *s, int64_t from, int64_t end, int64_t to)
{
    if (from >= end)
        return 0;
    if (s->goal->criterion == XB_SQUARED) {
        Moments m = between(s, from, end);
        return m.square - 2 * (XbInt128)to * m.sum + (XbInt128)to * to * m.count;
    }
    int64_t middle = clamp(to, from, end);
    Moments low = between(s, from, middle), high = between(s, middle, end);
    return to * low.count - low.sum + high.sum - to * high.count;
}

// The least sum that has code q of the step.
static int64_t threshold(const Search *s, int64_t q) { return q * s->delta - s->delta / 2; }

static int64_t code_of(const Search *s, int64_t sum)
{
    return xb_floor_div(sum + s->delta / 2, s->delta);
}

static void begin_step(Search *s, int64_t delta)
{
    s->delta = delta;
    s->first = code_of(s, s->min);
    s->last = code_of(s, s->max);
    s->error[0] = 0;
    for (int64_t q = s->first; q <= s->last; q++)
        s->error[q - s->first + 1] =
            s->error[q - s->first] + error_of(s, threshold(s, q), threshold(s, q + 1), q * delta);
}

// Errors of the codes from .. end - 1, where no sum is clipped.
static XbInt128 inner_error(const Search *s, int64_t from, int64_t end)
{
    from = clamp(from, s->first, s->last + 1);
    end = clamp(end, from, s->last + 1);
    return s->error[end - s->first] - s->error[from - s->first];
}

static XbInt128 range_error(const Search *s, int64_t lo)
{
    int64_t top = lo + s->codes - 1;
    return error_of(s, s->min, threshold(s, lo + 1), lo * s->delta) + inner_error(s, lo + 1, top) +
           error_of(s, threshold(s, top), s->max + 1, top * s->delta);
}

static int64_t distance(int64_t a, int64_t b) { return a < b ? b - a : a - b; }

// Of equal errors of one step: the lo that is liked better.
static bool is_liked(const Search *s, int64_t lo, int64_t other)
{
    int64_t target = s->goal->is_signed ? -s->codes / 2 : 0;
    int64_t a = distance(lo, target), b = distance(other, target);
    return a < b || (a == b && lo > other);
}

static void try_range(Search *s, int64_t lo, XbInt128 error)
{
    bool is_same_step = s->best.delta == s->delta;
    if (s->best.delta && error > s->best.error)
        return;
    if (s->best.delta && error == s->best.error && (!is_same_step || !is_liked(s, lo, s->best.lo)))
        return;
    s->best.delta = s->delta;
    s->best.lo = (int)lo;
    s->best.error = error;
}

// All lo that can be best. Below `low` a range would lose a code at the top and gain nothing,
// above `high` the reverse; in between, where all codes fit, errors are equal.
static void try_step(Search *s, int64_t delta)
{
    int64_t least = s->goal->is_signed ? 1 - s->codes : 0;
    begin_step(s, delta);
    // A largest sum amid two codes is as near to the lower one.
    bool is_tie = delta % 2 == 0 && threshold(s, s->last) == s->max;
    int64_t last = is_tie ? s->last - 1 : s->last;
    int64_t low = s->first, high = last - s->codes + 1;
    if (high <= low) {
        int64_t target = s->goal->is_signed ? -s->codes / 2 : 0;
        int64_t lo = clamp(clamp(target, high, low), least, 0);
        try_range(s, lo, range_error(s, lo));
        return;
    }
    low = clamp(low, least, 0);
    high = clamp(high, least, 0);
    for (int64_t lo = low; lo <= high; lo++)
        try_range(s, lo, range_error(s, lo));
}

static void find_ends(const XbHistogram *h, Search *s)
{
    bool is_empty = true;
    for (int64_t i = 0; i < h->size; i++) {
        if (!h->count[i])
            continue;
        s->min = is_empty ? h->first + i : s->min;
        s->max = h->first + i;
        is_empty = false;
    }
}

static Moments *add_up(XbArena *arena, const XbHistogram *h, const Search *s)
{
    int64_t size = s->max - s->min + 1;
    Moments *sum = xb_new(arena, Moments, size + 1);
    for (int64_t i = 0; i < size; i++) {
        int64_t v = s->min + i, at = v - h->first;
        XbInt128 n =
            at >= 0 && at < h->size ? h->count[at] : 0;  // not, if there are no sums at all
        sum[i + 1] =
            (Moments){sum[i].count + n, sum[i].sum + n * v, sum[i].square + n * ((XbInt128)v * v)};
    }
    return sum;
}

XbFit xb_calib_search(const XbHistogram *h, const XbGoal *goal, int bits, int64_t imax)
{
    XbArena scratch = {0};
    Search s = {.goal = goal, .codes = INT64_C(1) << bits, .best.bits = bits};
    find_ends(h, &s);
    s.below = add_up(&scratch, h, &s);
    s.error = xb_new(&scratch, XbInt128, s.max - s.min + 3);
    for (int64_t delta = 1; delta <= imax; delta = goal->power_of_two ? 2 * delta : delta + 1)
        try_step(&s, delta);
    xb_arena_free(&scratch);
    return s.best;
}

static XbInt128 size_of(XbCriterion criterion, int64_t error)
{
    int64_t size = error < 0 ? -error : error;
    return criterion == XB_SQUARED ? (XbInt128)size * size : size;
}

XbInt128 xb_calib_error(const XbHistogram *h, XbCriterion criterion, int bits, int64_t delta,
                        int lo)
{
    int64_t top = (INT64_C(1) << bits) - 1;
    XbInt128 sum = 0;
    for (int64_t i = 0; i < h->size; i++) {
        int64_t v = h->first + i;
        int64_t code = clamp(xb_floor_div(v - lo * delta + delta / 2, delta), 0, top);
        sum += h->count[i] * size_of(criterion, v - (lo + code) * delta);
    }
    return sum;
}

XbFit xb_calib_full(const XbHistogram *h, const XbGoal *goal, int bits, int64_t imax)
{
    int64_t codes = (INT64_C(1) << (goal->is_signed ? bits - 1 : bits)) - 1;
    int64_t delta = (imax + codes - 1) / codes;
    XbFit fit = {.bits = bits, .delta = delta > 1 ? delta : 1};
    fit.lo = goal->is_signed ? -(1 << (bits - 1)) : 0;
    fit.error = xb_calib_error(h, goal->criterion, bits, fit.delta, fit.lo);
    return fit;
}

int xb_calib_exact_bits(const XbHistogram *h, const XbGoal *goal, int64_t imax)
{
    for (int bits = goal->is_signed ? 2 : 1; bits <= XB_MOST_ADC_BITS; bits++)
        if (xb_calib_search(h, goal, bits, imax).error == 0)
            return bits;
    return 0;
}
