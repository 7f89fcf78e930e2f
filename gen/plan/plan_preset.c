// SPDX-License-Identifier: Apache-2.0
// Transfer curves of other tools as thresholds: the least sum that has a code, from exact
// rationals. docs/numerics.md section 4 has the rules.
#include "plan/parts.h"

// Codes first..last of a tool; code k is that of a sum whose distance from `origin`, times
// codes / span, is rounded to k.
typedef struct Curve {
    int64_t first, last;
    int64_t origin, codes, span;
    bool is_floor;  // else the nearest, ties to even
} Curve;

// a / b to the nearest, ties to even; b > 0.
static int64_t round_even(int64_t a, int64_t b)
{
    int64_t nearest = xb_floor_div(2 * a + b, 2 * b);
    bool is_tie = xb_floor_div(2 * a + b, 2 * b) * 2 * b == 2 * a + b;
    return nearest - (is_tie && nearest % 2 != 0 ? 1 : 0);
}

// All codes of the tool that sums min..max have, and that of 0.
static Curve mnsim(const XbPreset *p)
{
    Curve c = {.codes = (1 << (p->bits - 1)) - 1, .span = xb_max_int64(p->max, -(int64_t)p->min)};
    c.first = xb_min_int64(0, round_even(c.codes * p->min, c.span));
    c.last = xb_max_int64(0, round_even(c.codes * p->max, c.span));
    return c;
}

static Curve curve_of(const XbPreset *p)
{
    int64_t steps = INT64_C(1) << p->bits;
    Curve c = {.origin = p->min, .span = (int64_t)p->max - p->min, .codes = steps};
    switch (p->kind) {
    case XB_NEUROSIM13:
        c.last = steps - 1;
        c.is_floor = true;
        return c;
    case XB_NEUROSIM15:
        c.last = steps;
        return c;
    case XB_CROSSSIM:
        c.last = c.codes = steps - 1;
        return c;
    case XB_MNSIM:
        break;
    }
    return mnsim(p);
}

// The least sum with code k or more: k - 1/2 is a tie, and goes to k where k is even.
static int64_t threshold(const Curve *c, int64_t k)
{
    if (c->is_floor)
        return c->origin - xb_floor_div(-k * c->span, c->codes);
    int64_t half = (2 * k - 1) * c->span, below = xb_floor_div(half, 2 * c->codes);
    bool is_tie = below * 2 * c->codes == half;
    return c->origin + below + (is_tie && k % 2 == 0 ? 0 : 1);
}

int xb_plan_preset_lo(const XbPreset *preset) { return (int)curve_of(preset).first; }

int xb_plan_preset_step(const XbPreset *preset, int delta)
{
    Curve c = curve_of(preset);
    int64_t off = (int64_t)delta * c.codes - c.span;
    bool is_near = off < c.codes && off > -c.codes;
    return is_near ? delta : (int)xb_max_int64(1, round_even(c.span, c.codes));
}

const int32_t *xb_plan_preset(XbArena *arena, const XbPreset *preset)
{
    int steps = (1 << xb_preset_bits(preset)) - 1;
    int32_t *list = xb_new(arena, int32_t, steps);
    Curve c = curve_of(preset);
    for (int i = 0; i < steps; i++) {
        int64_t k = c.first + 1 + i;
        list[i] = k <= c.last ? (int32_t)threshold(&c, k) : INT32_MAX;
    }
    return list;
}
