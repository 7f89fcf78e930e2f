// SPDX-License-Identifier: Apache-2.0
// Converter ranges: the largest sum a column can give, the step and lowest code that follow from
// it, and whether anything can be lost. docs/numerics.md section 4 has the rules.
#include "plan/parts.h"
#include <string.h>

typedef struct Peaks {  // largest sum of levels of one column within one group of rows
    int64_t plus, minus;
} Peaks;

typedef struct Range {  // what the cfg says for a layer, and where it says so
    int bits;
    XbAdcRange range;
    bool own_bits, own_range;
} Range;

void xb_plan_group_levels(const XbPlan *plan, const XbPlanArray *a, int group, int32_t *sum)
{
    int first = group * plan->active_rows;
    int end = xb_min(first + plan->active_rows, a->rows);
    memset(sum, 0, sizeof *sum * (size_t)a->cols);
    for (int r = first; r < end; r++)
        for (int c = 0; c < a->cols; c++)
            sum[c] += a->levels[(int64_t)r * a->cols + c];
}

static void array_peaks(const XbPlanning *p, const XbPlanMap *m, const XbPlanArray *a, Peaks *peaks)
{
    int32_t *sum = xb_new(p->arena, int32_t, a->cols);
    for (int g = 0; g * p->plan->active_rows < a->rows; g++) {
        xb_plan_group_levels(p->plan, a, g, sum);
        for (int c = 0; c < a->cols; c++) {
            bool is_minus = m->polarities == 2 && c % 2 == 1;
            int64_t *peak = is_minus ? &peaks->minus : &peaks->plus;
            *peak = xb_max_int64(*peak, sum[c]);
        }
    }
}

static Peaks layer_peaks(const XbPlanning *p, const XbPlanMap *m)
{
    Peaks peaks = {0, 0};
    for (int k = 0; k < m->row_tiles * m->col_tiles; k++)
        array_peaks(p, m, &m->array[k], &peaks);
    return peaks;
}

static Range layer_range(const XbPlanning *p, int l)
{
    const XbCfgLayer *o = xb_plan_override(p, l);
    Range r = {.bits = p->cfg->adc_bits, .range = p->cfg->adc_range};
    if (o && o->adc_bits) {
        r.bits = o->adc_bits;
        r.own_bits = true;
    }
    if (o && o->has_range) {
        r.range = o->range;
        r.own_range = true;
    }
    return r;
}

// The most weight rows of one column that are on together.
static int rows_on(const XbPlanning *p, const XbPlanMap *m)
{
    int rows = m->blocks ? m->block_rows : m->rows;
    if (rows > p->cfg->rows)
        rows = p->cfg->rows;
    return rows < p->cfg->active_rows ? rows : p->cfg->active_rows;
}

static int64_t range_imax(const XbPlanning *p, const XbPlanMap *m, XbRangeKind kind, Peaks peaks)
{
    int64_t drive = (1 << p->cfg->dac_bits) - 1;
    int64_t level = (1 << p->cfg->cell_bits) - 1;
    if (kind == XB_RANGE_WEIGHTS)
        return drive * xb_max_int64(1, xb_max_int64(peaks.plus, peaks.minus));
    return drive * level * rows_on(p, m);
}

static void set_range(const XbPlanning *p, const Range *r, XbPlanAdc *adc)
{
    bool is_signed = p->cfg->adc_analog;
    adc->lo = is_signed ? -(1 << (r->bits - 1)) : 0;
    int64_t codes = (INT64_C(1) << (is_signed ? r->bits - 1 : r->bits)) - 1;
    adc->delta = (int)xb_max_int64(1, (adc->imax + codes - 1) / codes);
    if (r->range.kind == XB_RANGE_EXPLICIT) {
        adc->delta = r->range.delta;
        adc->lo = r->range.lo;
    }
}

int64_t xb_plan_converted(const XbPlanAdc *adc, int64_t current)
{
    int64_t above = current - (int64_t)adc->lo * adc->delta + adc->delta / 2;
    int64_t top = (INT64_C(1) << adc->bits) - 1;
    int64_t code = above < 0 ? 0 : xb_min_int64(above / adc->delta, top);
    return (adc->lo + code) * adc->delta;
}

// True if no conversion can lose anything, whatever the inputs.
static bool is_lossless(const XbPlanning *p, const XbPlanAdc *adc, Peaks peaks)
{
    int64_t drive = (1 << p->cfg->dac_bits) - 1;
    int64_t top = adc->lo + (INT64_C(1) << adc->bits) - 1;
    int64_t high =
        drive * (p->cfg->adc_analog ? peaks.plus : xb_max_int64(peaks.plus, peaks.minus));
    int64_t low = p->cfg->adc_analog ? -drive * peaks.minus : 0;
    return adc->delta == 1 && high <= top && low >= adc->lo;
}

static void fault_at(const XbPlanning *p, int l, bool own, const char *key, const char *text)
{
    XbPath top = {.key = "adc"}, layers = {.up = &top, .key = "layers"};
    XbPath layer = {.up = &layers, .key = p->layer[l].name};
    XbPath at = {.up = own ? &layer : &top, .key = key};
    xb_report_json(p->d, XB_ERROR, "plan-adc-range", p->cfg->file, &at, "layer %s: %s",
                   p->layer[l].name, text);
}

static bool range_is_sane(const XbPlanning *p, int l, const Range *r)
{
    int least = 1 - (1 << r->bits);
    if (p->cfg->adc_analog && r->bits < 2) {
        fault_at(p, l, r->own_bits, "bits", "analog subtraction needs at least 2 bits");
        return false;
    }
    if (r->range.kind != XB_RANGE_EXPLICIT)
        return true;
    if (r->range.delta < 1) {
        fault_at(p, l, r->own_range, "range", "delta must be at least 1");
        return false;
    }
    if (r->range.lo < least || r->range.lo > 0) {
        fault_at(p, l, r->own_range, "range",
                 xb_arena_printf(p->arena, "lo %d is outside %d..0 for %d bits", r->range.lo, least,
                                 r->bits));
        return false;
    }
    return true;
}

static void plan_adc(const XbPlanning *p, int l)
{
    XbPlanMap *m = p->map[l];
    Range r = layer_range(p, l);
    if (!range_is_sane(p, l, &r))
        return;
    Peaks peaks = layer_peaks(p, m);
    m->adc.bits = r.bits;
    m->adc.imax = range_imax(p, m, r.range.kind, peaks);
    m->adc.lossless_bits = xb_bits_for((uint64_t)m->adc.imax) + (p->cfg->adc_analog ? 1 : 0);
    set_range(p, &r, &m->adc);
    m->adc.lossless = is_lossless(p, &m->adc, peaks);
    if (r.bits > p->plan->adc_bits_max)
        p->plan->adc_bits_max = r.bits;
}

// The signed width of what one column's conversions of all planes and groups can add up to, in
// steps of the converter: lo + code lies within +-(2^B - 1) whatever the range, so a range never
// changes the RTL. More than the 32 bits of the sums behind it (xb_plan_prove) would be for
// nothing.
static int layer_sum_bits(const XbPlanning *p, const XbPlanMap *m)
{
    uint64_t most = ((UINT64_C(1) << p->plan->adc_bits_max) - 1) * (uint64_t)m->groups;
    uint64_t planes = 0;
    for (int i = 0; i < m->planes; i++)
        planes += UINT64_C(1) << (i * p->cfg->dac_bits);
    return xb_min(xb_bits_for(most * planes) + 1, 32);
}

void xb_plan_adcs(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l])
            plan_adc(p, l);
    p->plan->sum_bits = 8;
    for (int l = 0; l < p->net->layers; l++) {
        int bits = p->map[l] && p->map[l]->adc.bits ? layer_sum_bits(p, p->map[l]) : 0;
        if (bits > p->plan->sum_bits)
            p->plan->sum_bits = bits;
    }
}
