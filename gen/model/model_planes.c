// SPDX-License-Identifier: Apache-2.0
// Cells for kernels that work on many rows at once: as bit planes, whose rows are counted 32 at a
// time, and in fours, whose products with four inputs are added at once.
#include "model/parts.h"

// Runs of `size` layer rows that the unit has a part of.
static int runs(const XbUnit *u, int size)
{
    return (u->row_base + u->rows - 1) / size - u->row_base / size + 1;
}

static const uint32_t *cut_planes(XbArena *arena, const XbUnit *u, int bits)
{
    uint32_t *out = xb_new(arena, uint32_t, (int64_t)runs(u, 32) * bits * u->stride);
    for (int r = 0; r < u->rows; r++) {
        int row = u->row_base % 32 + r;
        uint32_t *word = out + (int64_t)(row / 32) * bits * u->stride;
        for (int b = 0; b < bits; b++)
            for (int c = 0; c < u->conversions; c++) {
                uint32_t level = (uint32_t)xb_model_level(u, r, c);
                word[b * u->stride + c] |= (level >> b & 1) << (row % 32);
            }
    }
    return out;
}

static const int8_t *cut_fours(XbArena *arena, const XbUnit *u)
{
    int8_t *out = xb_new(arena, int8_t, (int64_t)runs(u, 4) * 4 * u->stride);
    for (int r = 0; r < u->rows; r++) {
        int row = u->row_base % 4 + r;
        int8_t *four = out + (int64_t)(row / 4) * 4 * u->stride;
        for (int c = 0; c < u->conversions; c++)
            four[4 * c + row % 4] = xb_model_level(u, r, c);
    }
    return out;
}

// Small: nothing can saturate, and the factors of all products have 15 bits.
static XbConversion conversion(const XbMvm *m)
{
    const XbConverter *adc = &m->adc;
    if (adc->is_exact)
        return XB_BY_NOTHING;
    if (adc->lists != XB_LISTS_NONE)
        return XB_BY_LISTS;
    if (!adc->has_product)
        return XB_BY_TABLE;
    bool can_saturate = adc->low < adc->clip_lo || adc->high > adc->clip_hi;
    bool is_small = adc->limit <= INT16_MAX && adc->scale <= INT16_MAX && m->code_bits <= 15;
    return can_saturate || !is_small ? XB_BY_PRODUCT : XB_BY_SMALL_PRODUCT;
}

// Converters are exact, and inputs are bytes.
static bool multiplies(const XbMvm *m) { return m->adc.is_exact && m->code_bits <= 8; }

static const XbUnitPlanes *cut_units(XbArena *arena, const XbMvm *m, int bits)
{
    XbUnitPlanes *unit = xb_new(arena, XbUnitPlanes, m->units);
    for (int k = 0; k < m->units; k++) {
        unit[k].plane = cut_planes(arena, &m->unit[k], bits);
        if (multiplies(m))
            unit[k].four = cut_fours(arena, &m->unit[k]);
    }
    return unit;
}

void xb_model_lay_planes(XbArena *arena, const XbPlan *plan, XbMvm *m)
{
    const XbPlanes *before = m->planes;
    bool has_all = before && (!multiplies(m) || before->unit[0].four);
    XbPlanes *planes = xb_new(arena, XbPlanes, 1);
    planes->bits = plan->cell_bits + (plan->analog ? 1 : 0);
    planes->is_signed = plan->analog;
    planes->how = conversion(m);
    planes->multiplies = multiplies(m);
    planes->unit = has_all ? before->unit : cut_units(arena, m, planes->bits);
    m->planes = planes;
}
