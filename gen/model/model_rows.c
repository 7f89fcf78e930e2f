// SPDX-License-Identifier: Apache-2.0
// What kernels that add rows want: converters in 16 bits, where sums fit, and conductances in
// lanes.
#include "model/parts.h"

// The largest number of codes up to `most` that add up to 15 bits, each `dac_bits` higher.
static int planes_of(int64_t most, int dac_bits)
{
    int64_t sum = 0;
    for (int planes = 0;; planes++) {
        sum += most << (planes * dac_bits);
        if (sum > INT16_MAX || planes * dac_bits >= 16)
            return planes;
    }
}

// Multiplies by 2^16 / delta, rounded up; false where a sum gives another code then.
static bool set_product(const XbConverter *adc, XbHalfCodes *h)
{
    int64_t factor = (65536 + adc->delta - 1) / adc->delta, error = factor * adc->delta - 65536;
    if (!adc->has_product || adc->delta == 1 || adc->limit > INT16_MAX ||
        adc->limit * error >= 65536 || (int64_t)adc->offset + adc->high > INT16_MAX)
        return false;
    h->offset = (int16_t)adc->offset;
    h->limit = (int16_t)adc->limit;
    h->factor = (uint16_t)factor;
    h->can_saturate = adc->low < adc->clip_lo || adc->high > adc->clip_hi;
    return true;
}

void xb_model_lay_levels(XbArena *arena, const XbPlan *plan, XbMvm *m)
{
    (void)arena;
    (void)plan;
    const XbConverter *adc = &m->adc;
    m->halves = (XbHalfCodes){0};
    if (adc->low < INT16_MIN || adc->high > INT16_MAX || adc->threshold)
        return;
    if (adc->is_exact)
        m->halves.planes = planes_of(adc->high > -adc->low ? adc->high : -adc->low, m->dac_bits);
    else if (set_product(adc, &m->halves))
        m->halves.planes = planes_of((int64_t)adc->limit * m->halves.factor >> 16, m->dac_bits);
}

// ---- conductances ----

static int32_t cell_at(const XbMvm *m, const XbWideUnit *w, int row, int conversion)
{
    const uint16_t *cell = w->cells + (int64_t)row * w->pitch + conversion * m->wide->step;
    return m->wide->step == 2 ? cell[0] - cell[1] : cell[0];
}

static const int16_t *order(XbArena *arena, const XbMvm *m, const XbUnit *u, const XbWideUnit *w,
                            int32_t *most)
{
    int16_t *out = xb_new(arena, int16_t, (int64_t)u->rows * u->stride);
    for (int r = 0; r < u->rows; r++)
        for (int c = 0; c < u->conversions; c++) {
            int32_t cell = cell_at(m, w, r, c), size = cell < 0 ? -cell : cell;
            *most = size > *most ? size : *most;
            out[(int64_t)r * u->stride + xb_model_lane(c, XB_VECTOR / 4)] = (int16_t)cell;
        }
    return out;
}

// Where a conductance has all of 16 bits, they are read one by one.
void xb_model_lay_wide(XbArena *arena, const XbPlan *plan, XbMvm *m)
{
    int32_t most = 1;
    (void)plan;
    for (int i = 0; i < m->wide->copies * m->units; i++) {
        XbWideUnit *w = &m->wide->unit[i];
        w->halves = order(arena, m, &m->unit[i % m->units], w, &most);
    }
    m->flush = INT16_MAX / most;
    if (m->flush == 0)
        m->read_unit = xb_model_read_wide;
}
