// SPDX-License-Identifier: Apache-2.0
// Converters with threshold lists: one list as the table that any converter has; lists of the
// conversions' own laid out beside the cells.
#include "model/parts.h"

enum { MOST_COMPARED = 7, MOST_ENTRIES = 1 << 20 };

typedef struct Lists {
    XbArena *arena;
    const XbPlan *plan;
    const XbPlanAdc *spec;
    XbConverter *adc;
    int64_t count;  // of lists
    int copies;     // that have lists of their own, or 1
} Lists;

// ---- tables ----

static int64_t entries(const XbConverter *adc) { return (int64_t)adc->high - adc->low + 1; }

static void fill_table(const XbConverter *adc, const int32_t *list, int32_t *value, uint16_t *code)
{
    int zero = xb_plan_reached(list, adc->bits, 0), now = 0;
    for (int64_t i = 0; i < entries(adc); i++) {
        while (now < adc->steps && list[now] <= adc->low + i)
            now++;
        code[i] = (uint16_t)now;
        value[i] = (int32_t)((int64_t)(now - zero) * adc->delta);
    }
}

static void tabulate(const Lists *t)
{
    XbConverter *adc = t->adc;
    int64_t size = entries(adc);
    int32_t *value = xb_new(t->arena, int32_t, t->count * size);
    uint16_t *code = xb_new(t->arena, uint16_t, t->count * size + 1);
    for (int64_t i = 0; i < t->count; i++)
        fill_table(adc, adc->threshold + i * adc->steps, value + i * size, code + i * size);
    adc->value = value;
    adc->code = code;
}

// Every sum low..high comes back as itself.
static bool is_identity(const XbConverter *adc, const int32_t *list)
{
    for (int64_t sum = adc->low; sum <= adc->high; sum++)
        if (adc->lo + xb_plan_reached(list, adc->bits, (int32_t)sum) != sum)
            return false;
    return true;
}

static bool are_exact(const Lists *t)
{
    if (t->adc->delta != 1 || t->adc->has_no_table)
        return false;
    for (int64_t i = 0; i < t->count; i++)
        if (!is_identity(t->adc, t->adc->threshold + i * t->adc->steps))
            return false;
    return true;
}

// ---- what a unit's conversions have ----

// The list of a unit's conversion; those that fill up its last vector have the first of all.
static const int32_t *list_of(const Lists *t, const XbMvm *m, const XbUnit *u, int copy, int i)
{
    if (i >= u->conversions)
        return t->spec->threshold;
    return xb_plan_list(t->plan, m->plan, copy, u->row_tile, u->first_conversion + i);
}

static void place_reference(const Lists *t, const XbUnit *u, int copy, int i, const int32_t *list,
                            int32_t *reference)
{
    int steps = t->adc->steps;
    for (int k = 0; k < steps; k++)
        reference[((int64_t)copy * steps + k) * u->stride + i] = list[k];
}

static void place_lists(const Lists *t, const XbMvm *m, XbUnit *u)
{
    const XbConverter *adc = t->adc;
    bool is_compared = adc->lists == XB_LISTS_COMPARED;
    int64_t places = (int64_t)t->copies * u->stride;
    int64_t size = adc->lists == XB_LISTS_TABLED ? entries(adc) : adc->steps;
    int32_t *zero = xb_new(t->arena, int32_t, places), *begin = xb_new(t->arena, int32_t, places);
    int32_t *reference = xb_new(t->arena, int32_t, is_compared ? places * adc->steps : 0);
    for (int copy = 0; copy < t->copies; copy++)
        for (int i = 0; i < u->stride; i++) {
            const int32_t *list = list_of(t, m, u, copy, i);
            int64_t at = (int64_t)copy * u->stride + i;
            zero[at] = xb_plan_reached(list, adc->bits, 0);
            begin[at] = (int32_t)((list - adc->threshold) / adc->steps * size);
            if (is_compared)
                place_reference(t, u, copy, i, list, reference);
        }
    u->zero = zero;
    u->reference = reference;
    u->list = begin;
}

// What conversions of no current add to the accumulators of a unit.
static bool add_base(const Lists *t, const XbMvm *m, const XbUnit *u, int copy, int32_t *base)
{
    const XbPlanMap *map = m->plan->map;
    int64_t weights = 0;
    bool is_any = false;
    for (int plane = 0; plane < map->planes; plane++)
        weights += INT64_C(1) << (plane * t->plan->dac_bits);
    for (int i = 0; i < u->conversions; i++) {
        int64_t code = xb_plan_reached(list_of(t, m, u, copy, i), t->adc->bits, 0);
        int64_t value = (t->adc->lo + code) * t->adc->delta;
        uint32_t sum = (uint32_t)base[u->acc + i] + (uint32_t)(value * weights * map->groups);
        base[u->acc + i] = (int32_t)sum;
        is_any |= value != 0;
    }
    return is_any;
}

static const int32_t *make_base(const Lists *t, const XbMvm *m)
{
    int32_t *base = xb_new(t->arena, int32_t, (int64_t)t->copies * m->accumulators);
    bool is_any = false;
    for (int copy = 0; copy < t->copies; copy++)
        for (int k = 0; k < m->units; k++)
            is_any |= add_base(t, m, &m->unit[k], copy, base + (int64_t)copy * m->accumulators);
    return is_any ? base : NULL;
}

static XbLists choose(const Lists *t)
{
    const XbConverter *adc = t->adc;
    if (adc->steps <= MOST_COMPARED)
        return XB_LISTS_COMPARED;
    bool is_tabled = !adc->has_no_table && t->count * entries(adc) <= MOST_ENTRIES;
    return is_tabled ? XB_LISTS_TABLED : XB_LISTS_SEARCHED;
}

void xb_model_lists(XbArena *arena, const XbPlan *plan, XbUnit *unit, XbMvm *m)
{
    const XbPlanAdc *spec = &m->plan->map->adc;
    XbConverter *adc = &m->adc;
    Lists t = {.arena = arena, .plan = plan, .spec = spec, .adc = adc, .copies = spec->list_copies};
    t.count = xb_plan_list_count(spec);
    adc->clip_lo = INT32_MIN;
    adc->clip_hi = INT32_MAX;
    adc->lo = spec->lo;
    adc->delta = spec->delta;
    adc->bits = spec->bits;
    adc->steps = (1 << spec->bits) - 1;
    adc->threshold = spec->threshold;
    adc->is_exact = are_exact(&t);
    if (t.count > 1 || adc->has_no_table)
        adc->lists = choose(&t);
    if (adc->lists == XB_LISTS_NONE || adc->lists == XB_LISTS_TABLED)
        tabulate(&t);
    for (int k = 0; adc->lists != XB_LISTS_NONE && k < m->units; k++)
        place_lists(&t, m, &unit[k]);
    m->base = make_base(&t, m);
}
