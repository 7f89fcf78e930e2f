// SPDX-License-Identifier: Apache-2.0
// Layers whose cells are not ideal: every copy has conductances of its own, every conversion its
// noise. The kernel here does one conversion after the other, as docs/numerics.md says it.
#include "model/kernel_rows.h"

// ---- preparing ----

static uint32_t layer_key(const XbPlan *plan, const XbPlanLayer *l)
{
    uint32_t number = 0;
    for (const XbPlanLayer *at = plan->layer; at < l; at++)
        number += at->map != NULL;
    return number << XB_ARRAY_BITS;
}

// The array of a copy that a unit stands on, and the unit's first column there.
static XbWideUnit find_unit(const XbPlan *plan, const XbPlanMap *m, const XbUnit *u, int copy)
{
    int step = plan->analog ? 2 : 1, column = u->first_conversion * step;
    int64_t k = (int64_t)u->row_tile * m->tiling.col_tiles;
    while (m->array[k].col_base + m->array[k].cols <= column)
        k++;
    const XbPlanArray *a = &m->array[k];
    int64_t number = copy * m->set + k;
    int first = column - a->col_base;
    return (XbWideUnit){.array = (uint32_t)number,
                        .column = first,
                        .pitch = a->cols,
                        .cells = m->conductance[number] + (int64_t)u->physical * a->cols + first};
}

// ---- converters ----

// Widens low..high by the sums that one conversion's cells of one group can give.
static void span_conversion(const XbMvm *m, const XbUnit *u, const XbWideUnit *w, int conversion,
                            XbConverter *adc)
{
    int64_t plus = 0, minus = 0, drive = (1 << m->dac_bits) - 1;
    for (int r = 0; r < u->rows; r++) {
        const uint16_t *cell = w->cells + (int64_t)r * w->pitch + conversion * m->wide->step;
        if ((u->physical + r) % m->active_rows == 0)
            plus = minus = 0;
        plus += cell[0];
        minus += m->wide->step == 2 ? cell[1] : 0;
        adc->high = drive * plus > adc->high ? (int32_t)(drive * plus) : adc->high;
        adc->low = -drive * minus < adc->low ? (int32_t)(-drive * minus) : adc->low;
    }
}

// The plan has proved that 32 bits hold these sums, noise included.
static void span_sums(const XbMvm *m, XbConverter *adc)
{
    const XbNoise *noise = &m->wide->noise;
    for (int i = 0; i < m->wide->copies * m->units; i++)
        for (int c = 0; c < m->unit[i % m->units].conversions; c++)
            span_conversion(m, &m->unit[i % m->units], &m->wide->unit[i], c, adc);
    adc->low += noise->add ? noise->add[0] : 0;
    adc->high += noise->add ? noise->add[XB_NOISES - 1] : 0;
}

void xb_model_prepare_wide(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbMvm *out)
{
    const XbPlanMap *m = l->map;
    XbWide *wide = xb_new(arena, XbWide, 1);
    XbWideUnit *unit = xb_new(arena, XbWideUnit, (int64_t)l->copies * out->units);
    for (int i = 0; i < l->copies * out->units; i++) {
        const XbUnit *u = &out->unit[i % out->units];
        unit[i] = find_unit(plan, m, u, i / out->units);
        unit[i].array += layer_key(plan, l);
    }
    *wide = (XbWide){.copies = l->copies,
                     .step = plan->analog ? 2 : 1,
                     .noise = xb_model_noise(arena, plan, m),
                     .unit = unit};
    out->wide = wide;
    out->adc.has_no_table = true;
    span_sums(out, &out->adc);
}

// ---- reading ----

typedef struct Turn {  // a plane and group of a unit
    const XbRead *read;
    XbRowRange rows;
    int plane;
    uint64_t number;
    uint16_t *codes;  // or NULL
} Turn;

// The current of a conversion, without noise.
static int32_t current(const Turn *t, int conversion)
{
    const XbMvm *m = t->read->mvm;
    const XbWideUnit *w = t->read->wide;
    int32_t sum = 0, mask = (1 << m->dac_bits) - 1;
    for (int r = t->rows.first; r < t->rows.end; r++) {
        const uint16_t *cell =
            w->cells + (ptrdiff_t)(r - t->rows.base) * w->pitch + conversion * m->wide->step;
        int32_t drive = t->read->inputs[r] >> t->plane * m->dac_bits & mask;
        sum += drive * (cell[0] - (m->wide->step == 2 ? cell[1] : 0));
    }
    return sum;
}

bool xb_model_convert(const XbPlanAdc *adc, const int32_t *list, int32_t sum, int64_t *code)
{
    if (list) {
        *code = xb_plan_reached(list, adc->bits, sum);
        return false;
    }
    int64_t delta = adc->delta, end = INT64_C(1) << adc->bits;
    int64_t above = sum - adc->lo * delta + delta / 2;
    *code = above < 0 ? 0 : above / delta < end ? above / delta : end - 1;
    return above < 0 || above >= end * delta;
}

// The code whose value accumulators begin with, or that stands for 0.
static int64_t zero_of(const XbRead *read, int i)
{
    const XbConverter *adc = &read->mvm->adc;
    return adc->lists ? read->unit->zero[xb_model_list_place(read, i)] : -adc->lo;
}

bool xb_model_hears_noise(const XbMvm *m)
{
    const XbPlanAdc *adc = &m->plan->map->adc;
    const int32_t *add = m->wide ? m->wide->noise.add : NULL;
    int64_t least, most;
    if (!add || adc->threshold)
        return add;
    bool saturates = xb_model_convert(adc, NULL, add[0], &least);
    saturates |= xb_model_convert(adc, NULL, add[XB_NOISES - 1], &most);
    return saturates || least != most;
}

static int64_t read_turn(const Turn *t)
{
    const XbRead *read = t->read;
    const XbPlanAdc *adc = &read->mvm->plan->map->adc;
    const XbWide *wide = read->mvm->wide;
    int64_t saturated = 0, code;
    for (int i = 0; i < read->unit->conversions; i++) {
        int column = read->wide->column + i * wide->step;
        int32_t sum =
            current(t, i) + xb_model_noise_at(&wide->noise, read->wide->array, column, t->number);
        saturated += xb_model_convert(adc, xb_model_list(read, i), sum, &code);
        if (t->codes)
            t->codes[i] = (uint16_t)code;
        int64_t value = (code - zero_of(read, i)) * adc->delta;
        read->acc[read->unit->acc + i] +=
            (int32_t)(value * (INT64_C(1) << t->plane * read->mvm->dac_bits));
    }
    return saturated;
}

int64_t xb_model_read_wide(const XbRead *read)
{
    const XbPlanMap *map = read->mvm->plan->map;
    int64_t saturated = 0;
    for (int turn = 0; turn < map->planes * map->groups; turn++) {
        Turn t = {.read = read,
                  .rows = xb_kernel_range(read, turn % map->groups),
                  .plane = turn / map->groups,
                  .number = read->number + (uint64_t)turn,
                  .codes = xb_kernel_place(read, turn)};
        saturated += read_turn(&t);
    }
    return saturated;
}
