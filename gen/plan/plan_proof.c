// SPDX-License-Identifier: Apache-2.0
// Two things a plan has to prove: no sum leaves 32 bits, and an integer multiplier gives the very
// output codes that a product in double precision would.
#include "plan/parts.h"
#include <math.h>

// Sums of huge explicit ranges must not overflow the proof itself: everything stops at 2^62.
static int64_t clip(int64_t v)
{
    const int64_t limit = INT64_C(1) << 62;
    return v > limit ? limit : v < -limit ? -limit : v;
}

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product))
        product = (a < 0) == (b < 0) ? INT64_MAX : INT64_MIN;
    return clip(product);
}

static int64_t plus(int64_t a, int64_t b)  // both within the limit
{
    return clip(a + b);
}

// The weights of all conversions of one column: planes, groups and row tiles.
static int64_t column_weight(const XbPlanning *p, const XbPlanMap *m)
{
    int64_t planes = 0;
    for (int i = 0; i < m->planes; i++)
        planes += INT64_C(1) << (i * p->cfg->dac_bits);
    return planes * m->groups * m->row_tiles;
}

// Adds what the columns of one output channel can contribute.
static void add_columns(const XbPlanning *p, int l, XbPlanBound *b)
{
    const XbPlanMap *m = p->map[l];
    int64_t top = (m->adc.lo + (INT64_C(1) << m->adc.bits) - 1) * m->adc.delta;
    int64_t low = (int64_t)m->adc.lo * m->adc.delta;
    int per_weight = m->slices * m->polarities;
    int64_t weight = column_weight(p, m);
    for (int i = 0; i < per_weight; i += p->cfg->adc_analog ? 2 : 1) {
        const XbPlanColumn *c = &m->column[i];
        int64_t reach = times(weight, INT64_C(1) << c->shift);
        b->hi = plus(b->hi, times(reach, c->sign > 0 ? top : -low));
        b->lo = plus(b->lo, times(reach, c->sign > 0 ? low : -top));
    }
    if (m->offset_shift >= 0) {
        int64_t codes = (INT64_C(1) << p->plan->code_bits) - 1;
        b->lo = plus(b->lo, -((codes * m->tiling.unit_rows) << m->offset_shift));
    }
}

static int64_t nominal_bias(const XbPlanning *p, int l, int channel)
{
    const XbPlanLayer *layer = &p->layer[l];
    int rows = p->map[l]->tiling.unit_rows;
    int64_t sum = 0;
    for (int r = 0; r < rows; r++)
        sum += layer->weights[(int64_t)channel * rows + r];
    const int32_t *bias = p->net->layer[l].bias;
    return (bias ? bias[channel] : 0) - layer->in_zero[0] * sum;
}

XbPlanBound xb_plan_bound(const XbPlanning *p, int l)
{
    XbPlanBound b = {0, 0};
    int64_t bias_lo = 0, bias_hi = 0;
    for (int c = 0; c < p->layer[l].out.c; c++) {
        int64_t bias = nominal_bias(p, l, c);
        bias_lo = bias < bias_lo ? bias : bias_lo;
        bias_hi = bias > bias_hi ? bias : bias_hi;
    }
    add_columns(p, l, &b);
    b.lo = plus(b.lo, bias_lo);
    b.hi = plus(b.hi, bias_hi);
    return b;
}

bool xb_plan_prove_width(const XbPlanning *p, int l, XbPlanBound bound, int e)
{
    int shift = e > 0 ? e : 0;
    int64_t hi = INT32_MAX >> shift;
    int64_t lo = -(INT64_C(1) << (31 - shift));
    if (bound.lo >= lo && bound.hi <= hi)
        return true;
    xb_plan_fault(p, l, "plan-overflow",
                  "its sums can reach %lld..%lld (times 2^%d to be scaled), more than 32 bits hold",
                  (long long)bound.lo, (long long)bound.hi, shift);
    return false;
}

// ---- the integer multiplier against the product in double ----

typedef struct Product {
    XbMultiplier m;
    double real;
    bool is_double;
} Product;

static int64_t scaled(const Product *p, int64_t acc)
{
    if (p->is_double)
        return (int64_t)round((double)acc * p->real);
    return xb_scale((int32_t)acc, p->m, XB_M_EXACT);
}

// The least acc in the bound whose product is at least `level`; bound.hi + 1 if there is none.
static int64_t threshold(const Product *p, int64_t level, XbPlanBound bound)
{
    int64_t lo = bound.lo, hi = bound.hi + 1;
    while (lo < hi) {
        int64_t mid = lo + (hi - lo) / 2;
        if (scaled(p, mid) >= level)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

bool xb_plan_prove_exact(XbMultiplier m, double real, int out_zero, XbPlanBound bound)
{
    Product integer = {.m = m}, precise = {.real = real, .is_double = true};
    for (int code = 1; code <= 255; code++) {
        int64_t level = code - out_zero;
        if (threshold(&integer, level, bound) != threshold(&precise, level, bound))
            return false;
    }
    return true;
}
