// SPDX-License-Identifier: Apache-2.0
// The integer rules that plan, models and RTL share: docs/numerics.md section 5.
#include "xbgen/num.h"

#include <math.h>

static const int64_t Q_ONE = INT64_C(1) << 31;

XbMultiplier xb_multiplier(double real)
{
    int e = 0;
    double frac = frexp(real, &e);
    int64_t q = real > 0.0 && real < INFINITY ? (int64_t)round(frac * (double)Q_ONE) : 0;
    if (q == Q_ONE) {
        q /= 2;
        e++;
    }
    if (q == 0 || e < -31)
        return (XbMultiplier){0, 0};
    if (e > 31)
        return (XbMultiplier){INT32_MAX, 31};
    return (XbMultiplier){(int32_t)q, e};
}

// ---- the multiplier that rounds as a product in double does ----
//
// An output code is told by the sums at which it begins. Both products are odd in a, so sizes are
// enough: level k begins at the least a >= 1 with a * real >= k - 1/2, and a q begins it there if
// and only if a * q >= (2k - 1) * 2^(30 - e) > (a - 1) * q. Each level so confines q to an
// interval; where a level begins outside the sums asked for, it is the first or last of them that
// has to lie on the right side.

__extension__ typedef unsigned __int128 Wide;

typedef struct Interval {
    uint64_t lo, hi;
} Interval;

typedef struct Sizes {  // of the sums on one side of zero; none if least > most
    int64_t least, most;
} Sizes;

// The least a in least..most at which the double product rounds to `level` or more; most + 1 if
// none does.
static int64_t level_begins(double real, int level, Sizes sums)
{
    double half = level - 0.5;
    double guess = half / real;  // off by one at most
    int64_t a = guess < (double)sums.most ? (int64_t)guess : sums.most;
    a = a > sums.least ? a : sums.least;
    while (a > sums.least && (double)(a - 1) * real >= half)
        a--;
    while (a <= sums.most && (double)a * real < half)
        a++;
    return a;
}

// Keeps the q that begin `level` where the double product does.
static void confine(Interval *q, double real, int e, int level, Sizes sums)
{
    Wide product = e <= 30 ? (Wide)(2 * level - 1) << (30 - e) : (Wide)level;
    int64_t begin = level_begins(real, level, sums);
    Wide at = (Wide)begin, before = at - 1;
    if (begin <= sums.most && at * q->lo < product)
        q->lo = (uint64_t)((product + at - 1) / at);
    if (begin > sums.least && before * q->hi >= product)
        q->hi = (uint64_t)((product - 1) / before);
}

// Zero is zero with any q.
static Sizes sizes(int64_t least, int64_t most) { return (Sizes){least > 1 ? least : 1, most}; }

static Interval exact_interval(double real, int e, const XbExact *want)
{
    Interval q = {0, (uint64_t)Q_ONE};
    Sizes below = sizes(-want->high, -want->low), above = sizes(want->low, want->high);
    for (int level = 1; level <= want->zero && below.least <= below.most; level++)
        confine(&q, real, e, level, below);
    for (int level = 1; level <= want->top - want->zero && above.least <= above.most; level++)
        confine(&q, real, e, level, above);
    return q;
}

bool xb_multiplier_exact(double real, const XbExact *want, XbMultiplier *out)
{
    *out = xb_multiplier(real);
    if (out->q == 0)
        return true;
    int e = 0;
    uint64_t q = (uint64_t)round(frexp(real, &e) * (double)Q_ONE);
    Interval fit = exact_interval(real, e, want);
    if (fit.lo > fit.hi)
        return false;
    q = q < fit.lo ? fit.lo : q > fit.hi ? fit.hi : q;
    if (q == (uint64_t)Q_ONE) {
        q /= 2;
        e++;
    }
    if (e > 31)
        return false;
    // Below 2^-32 no product reaches a half.
    *out = e < -31 ? (XbMultiplier){0, 0} : (XbMultiplier){(int32_t)q, e};
    return true;
}

double xb_real_multiplier(float s_in, float s_w, float s_out, bool product_in_float)
{
    if (product_in_float) {
        float product = s_in * s_w;
        return (double)product / (double)s_out;
    }
    return (double)s_in * (double)s_w / (double)s_out;
}

static int32_t saturate(int64_t v)
{
    return v < INT32_MIN ? INT32_MIN : v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

// The high word of twice the product, ties away from zero.
static int64_t doubling_high(int64_t a, int32_t q)
{
    int64_t p = a * q;
    int64_t half = INT64_C(1) << 30;
    return p >= 0 ? (p + half) / Q_ONE : (p + 1 - half) / Q_ONE;
}

// h / 2^r, ties away from zero.
static int64_t divide_by_power(int64_t h, int r)
{
    int64_t mask = (INT64_C(1) << r) - 1;
    int64_t threshold = (mask >> 1) + (h < 0);
    return (h >> r) + ((h & mask) > threshold);
}

static int32_t scale_double(int32_t a, XbMultiplier m)
{
    int left = m.e > 0 ? m.e : 0;
    int right = m.e < 0 ? -m.e : 0;
    int32_t shifted = saturate(a * (INT64_C(1) << left));
    return (int32_t)divide_by_power(doubling_high(shifted, m.q), right);
}

static int32_t scale_single(int32_t a, XbMultiplier m)
{
    int s = 31 - m.e;
    int64_t half = s > 0 ? INT64_C(1) << (s - 1) : 0;
    return saturate(((int64_t)a * m.q + half) >> s);
}

static int32_t scale_exact(int32_t a, XbMultiplier m)
{
    int s = 31 - m.e;
    int64_t half = s > 0 ? INT64_C(1) << (s - 1) : 0;
    int64_t size = a < 0 ? -(int64_t)a : a;
    int64_t rounded = (size * m.q + half) >> s;
    return saturate(a < 0 ? -rounded : rounded);
}

int32_t xb_scale(int32_t a, XbMultiplier m, XbScaling how)
{
    switch (how) {
    case XB_M_DOUBLE:
        return scale_double(a, m);
    case XB_M_SINGLE:
        return scale_single(a, m);
    default:
        return scale_exact(a, m);
    }
}

int xb_bits_for(uint64_t n)
{
    int bits = 1;
    while (n >>= 1)
        bits++;
    return bits;
}
