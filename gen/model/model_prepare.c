// SPDX-License-Identifier: Apache-2.0
// Lays a layer's cells out for the kernel and turns its converter into a table.
#include "model/parts.h"
#include <string.h>

// ---- units ----

static int pad_up(int n) { return (n + XB_VECTOR - 1) / XB_VECTOR * XB_VECTOR; }

static const int8_t *copy_cells(XbArena *arena, const XbPlan *plan, const XbPlanArray *a,
                                const XbUnit *u, int first_column)
{
    int8_t *cells = xb_new(arena, int8_t, (int64_t)u->rows * u->stride);
    int step = plan->analog ? 2 : 1;
    for (int r = 0; r < u->rows; r++) {
        const uint8_t *from = a->levels + (int64_t)(u->physical + r) * a->cols + first_column;
        for (int c = 0; c < u->conversions; c++) {
            int level = from[c * step] - (plan->analog ? from[c * step + 1] : 0);
            cells[(int64_t)r * u->stride + xb_model_lane(c, XB_VECTOR / 2)] = (int8_t)level;
        }
    }
    return cells;
}

// Unit `b` of the `units` that stand on the array.
static XbUnit make_unit(XbArena *arena, const XbPlan *plan, const XbPlanArray *a, int units, int b)
{
    int rows = a->rows / units, columns = a->cols / units;
    XbUnit u = {.row_base = a->row_base + b * rows,
                .rows = rows,
                .physical = b * rows,
                .row_tile = a->row_tile,
                .conversions = xb_plan_conversions(plan, columns),
                .first_conversion = xb_plan_conversions(plan, a->col_base + b * columns)};
    u.stride = pad_up(u.conversions);
    if (!plan->rram)
        u.cells = copy_cells(arena, plan, a, &u, b * columns);
    return u;
}

static XbUnit *make_units(XbArena *arena, const XbPlan *plan, const XbPlanMap *m, int *units)
{
    XbUnit *unit = xb_new(arena, XbUnit, m->set * m->tiling.units_per_array);
    for (int64_t k = 0; k < m->set; k++) {
        const XbPlanArray *a = &m->array[k];
        int here = xb_tiling_units(&m->tiling, a->col_tile).count;
        for (int b = 0; b < here; b++)
            unit[(*units)++] = make_unit(arena, plan, a, here, b);
    }
    return unit;
}

// Units that convert the same columns share accumulators.
static void place_accumulators(XbArena *arena, XbUnit *unit, XbMvm *out)
{
    int32_t *place = xb_new(arena, int32_t, out->conversions);
    memset(place, -1, sizeof *place * (size_t)out->conversions);
    for (int k = 0; k < out->units; k++) {
        XbUnit *u = &unit[k];
        if (place[u->first_conversion] >= 0) {
            u->acc = place[u->first_conversion];
            continue;
        }
        u->acc = out->accumulators;
        out->accumulators += u->stride;
        for (int c = 0; c < u->conversions; c++)
            place[u->first_conversion + c] = u->acc + c;
    }
    out->place = place;
}

// ---- converter ----

// Widens low..high by the sums that one column's cells of one group can give.
static void span_column(const XbUnit *u, int column, int step, XbConverter *adc)
{
    int32_t plus = 0, minus = 0;
    for (int r = 0; r < u->rows; r++) {
        if ((u->physical + r) % step == 0)
            plus = minus = 0;
        int level = xb_model_level(u, r, column);
        plus += level > 0 ? level : 0;
        minus += level < 0 ? level : 0;
        adc->high = plus > adc->high ? plus : adc->high;
        adc->low = minus < adc->low ? minus : adc->low;
    }
}

static void span_sums(const XbPlan *plan, const XbMvm *m, XbConverter *adc)
{
    for (int k = 0; k < m->units; k++)
        for (int c = 0; c < m->unit[k].conversions; c++)
            span_column(&m->unit[k], c, plan->active_rows, adc);
    adc->high *= (1 << plan->dac_bits) - 1;
    adc->low *= (1 << plan->dac_bits) - 1;
}

// docs/numerics.md section 4.
static void tabulate(XbArena *arena, const XbPlanAdc *spec, XbConverter *adc)
{
    int count = adc->high - adc->low + 1;
    int32_t *value = xb_new(arena, int32_t, count);
    uint16_t *code = xb_new(arena, uint16_t, count + 1);
    int64_t top = (INT64_C(1) << spec->bits) - 1;
    int64_t delta = spec->delta, base = spec->lo * delta;
    for (int i = 0; i < count; i++) {
        int64_t n = xb_floor_div(adc->low + i - base + delta / 2, delta);
        n = n < 0 ? 0 : n > top ? top : n;
        code[i] = (uint16_t)n;
        value[i] = (int32_t)((spec->lo + n) * delta);
    }
    adc->value = value;
    adc->code = code;
}

// Finds scale and shift that divide by delta exactly over all sums, within 32 bits.
static void find_product(const XbPlanAdc *spec, XbConverter *adc)
{
    const int64_t most = INT64_C(1) << 30;
    int64_t delta = spec->delta, offset = delta / 2 - spec->lo * delta;
    int64_t limit = (INT64_C(1) << spec->bits) * delta - 1;
    if (offset + adc->high < limit)
        limit = offset + adc->high;
    for (int shift = 0; limit < most && offset < most && shift < 30; shift++) {
        int64_t scale = ((INT64_C(1) << shift) + delta - 1) / delta;
        int64_t error = scale * delta - (INT64_C(1) << shift);
        if (limit * scale >= most || limit * error >= INT64_C(1) << shift)
            continue;
        adc->has_product = true;
        adc->offset = (int32_t)offset;
        adc->limit = (int32_t)limit;
        adc->scale = (int32_t)scale;
        adc->shift = shift;
        return;
    }
}

static void set_limits(const XbPlanAdc *spec, XbConverter *adc)
{
    int64_t delta = spec->delta, base = spec->lo * delta;
    int64_t over = base + (INT64_C(1) << spec->bits) * delta - delta / 2;
    adc->lo = spec->lo;
    adc->delta = spec->delta;
    adc->clip_lo = (int32_t)(base - delta / 2);  // the plan has proved that these fit
    adc->clip_hi = over > INT32_MAX ? INT32_MAX : (int32_t)(over - 1);
    adc->is_exact = delta == 1 && adc->low >= adc->clip_lo && adc->high <= adc->clip_hi;
}

void xb_model_set_adc(XbArena *arena, const XbPlanAdc *spec, XbConverter *adc)
{
    *adc = (XbConverter){.low = adc->low, .high = adc->high, .has_no_table = adc->has_no_table};
    if (!adc->has_no_table)
        tabulate(arena, spec, adc);
    set_limits(spec, adc);
    find_product(spec, adc);
}

// ---- the layer ----

static const int32_t *make_factors(XbArena *arena, const XbPlan *plan, const XbPlanMap *m,
                                   int count)
{
    int32_t *factor = xb_new(arena, int32_t, count);
    for (int i = 0; i < count; i++) {
        const XbPlanColumn *c = &m->column[plan->analog ? 2 * i : i];
        factor[i] = c->sign * (1 << c->shift);
    }
    return factor;
}

// Rows of the first unit where a column of each output has weights.
static const int32_t *make_fields(XbArena *arena, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int outputs = m->patch.tap ? m->patch.outputs : 1, count = 0;
    int32_t *field = xb_new(arena, int32_t, (int64_t)outputs * m->fan_in);
    for (int output = 0; output < outputs; output++)
        for (int row = 0; row < m->tiling.unit_rows; row++)
            if (xb_plan_place_of(l, row, 0, output) >= 0)
                field[count++] = row;
    return field;
}

void xb_model_prepare(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbMvm *out)
{
    const XbPlanMap *m = l->map;
    *out = (XbMvm){.plan = l,
                   .conversions = xb_plan_conversions(plan, m->columns),
                   .per_sum = xb_plan_conversions(plan, m->slices * m->polarities),
                   .flush = 127 / ((1 << plan->cell_bits) - 1),
                   .words = xb_ceil_div(m->rows, 64),
                   .code_bits = l->in_bits,
                   .dac_bits = plan->dac_bits,
                   .active_rows = plan->active_rows};
    XbUnit *unit = make_units(arena, plan, m, &out->units);
    out->unit = unit;
    place_accumulators(arena, unit, out);
    out->factor = make_factors(arena, plan, m, out->per_sum);
    if (m->count_weight >= 0)
        out->field = make_fields(arena, l);
    if (m->conductance)
        xb_model_prepare_wide(arena, plan, l, out);
    else
        span_sums(plan, out, &out->adc);
    if (m->adc.threshold)
        xb_model_lists(arena, plan, unit, out);
    else
        xb_model_set_adc(arena, &m->adc, &out->adc);
    out->hears_noise = xb_model_hears_noise(out);
}
