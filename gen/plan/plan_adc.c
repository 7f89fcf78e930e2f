// SPDX-License-Identifier: Apache-2.0
// Converter ranges: the largest sum a column can give, the step and lowest code that follow from
// it, and whether anything can be lost. docs/numerics.md section 4 has the rules.
#include "plan/parts.h"
#include <inttypes.h>

typedef struct Peaks {  // largest sum of levels of one column within one group of rows
    int64_t plus, minus;
} Peaks;

typedef struct Range {  // what the cfg says for a layer, and where it says so
    int bits;
    XbAdcRange range;
    bool own_bits, own_range;
    bool has_lo;  // some range is given that says what the lowest code is
} Range;

static void array_peaks(const XbPlanning *p, const XbPlanLayer *l, const XbPlanArray *a,
                        Peaks *peaks)
{
    XbArena scratch = {0};
    XbPlanArray filled = *a;
    int32_t *sum = xb_new(&scratch, int32_t, a->cols);
    if (!filled.levels)  // an outline keeps no cells
        filled.levels = xb_plan_array_levels(&scratch, p, l, a);
    for (int g = 0; g < l->map->groups; g++) {
        xb_plan_group_levels(p->plan, &filled, g, sum);
        for (int c = 0; c < a->cols; c++) {
            bool is_minus = l->map->polarities == 2 && c % 2 == 1;
            int64_t *peak = is_minus ? &peaks->minus : &peaks->plus;
            *peak = xb_max_int64(*peak, sum[c]);
        }
    }
    xb_arena_free(&scratch);
}

static Peaks layer_peaks(const XbPlanning *p, int l)
{
    Peaks peaks = {0, 0};
    XbPlanMap *m = p->map[l];
    xb_plan_place_columns(p->arena, p->plan, &p->layer[l], m);
    for (int64_t k = 0; k < m->set; k++) {
        XbPlanArray a = m->array ? m->array[k] : xb_plan_array(p->plan, m, k);
        array_peaks(p, &p->layer[l], &a, &peaks);
    }
    return peaks;
}

static Range layer_range(const XbPlanning *p, int l)
{
    const XbCfgLayer *o = xb_plan_override(p, l);
    Range r = {.bits = p->cfg->adc_bits, .range = p->cfg->adc_range};
    bool is_given = p->cfg->has_adc_range || (o && o->has_range);
    if (o && o->adc_bits) {
        r.bits = o->adc_bits;
        r.own_bits = true;
    }
    if (o && o->has_range) {
        r.range = o->range;
        r.own_range = true;
    }
    r.has_lo = is_given && (r.range.kind != XB_RANGE_EXPLICIT || r.range.has_lo);
    return r;
}

// Weight rows of a column in one group, where they lie apart.
static int scattered_rows(const XbPlanLayer *l, const XbPlanArray *a, int column, int output,
                          XbSpan group)
{
    int count = 0;
    for (int r = group.base; r < group.base + group.count; r++)
        count += xb_plan_place_of(l, a->row_base + r, a->col_base + column, output) >= 0;
    return count;
}

// The most in any group and column of the fullest array. Columns of a sum have the same rows.
static int most_scattered(const XbPlanning *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    XbPlanArray a = xb_plan_array(p->plan, m, 0);
    int most = 0;
    for (int c = 0; c < a.cols; c += m->slices * m->polarities)
        for (int r = 0; r < a.rows; r += p->cfg->active_rows) {
            XbSpan group = {r, xb_min(p->cfg->active_rows, a.rows - r)};
            int output = xb_plan_column(p->plan, l, a.col_base + c).output;
            int rows = scattered_rows(l, &a, c, output, group);
            most = rows > most ? rows : most;
        }
    return most;
}

int xb_plan_rows_on(const XbPlanning *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    if (m->patch.tap)
        return most_scattered(p, l);
    return xb_min(xb_tiling_unit_rows(&m->tiling, 0).count, p->cfg->active_rows);
}

// The largest sum that any weights could give.
static int64_t full_imax(const XbPlanning *p, const XbPlanLayer *l)
{
    int64_t drive = (1 << p->cfg->dac_bits) - 1;
    int64_t level = (1 << p->cfg->cell_bits) - 1;
    return drive * level * xb_plan_rows_on(p, l);
}

static int64_t weights_imax(const XbPlanning *p, Peaks peaks)
{
    int64_t drive = (1 << p->cfg->dac_bits) - 1;
    return drive * xb_max_int64(1, xb_max_int64(peaks.plus, peaks.minus));
}

// Sums and steps are counted in units of 2^-F of a level; imax is in levels.
static int64_t unit(const XbPlanning *p) { return INT64_C(1) << p->plan->frac_bits; }

// What no int holds is refused (check_step).
static void set_range(const XbPlanning *p, const Range *r, XbPlanAdc *adc)
{
    bool is_signed = p->cfg->adc_analog, keeps_lo = adc->preset && !r->has_lo;
    adc->range = r->range.kind;
    if (!keeps_lo)
        adc->lo = is_signed ? -(1 << (r->bits - 1)) : 0;
    int64_t codes = (INT64_C(1) << (is_signed ? r->bits - 1 : r->bits)) - 1;
    int64_t delta = unit(p) * xb_max_int64(1, (adc->imax + codes - 1) / codes);
    adc->delta = xb_plan_count(delta);
    if (r->range.kind == XB_RANGE_EXPLICIT) {
        adc->delta = r->range.delta;
        adc->lo = keeps_lo ? adc->lo : r->range.lo;
    }
}

static void check_step(const XbPlanning *p, int l, const XbPlanAdc *adc)
{
    if (adc->delta == INT32_MAX)
        xb_plan_fault(p, l, "plan-overflow",
                      "%d bits for sums up to %" PRId64 " levels and rram.frac_bits %d make steps "
                      "that 32 bits do not hold",
                      adc->bits, adc->imax, p->plan->frac_bits);
}

// True if no conversion of sums low..high, in levels of ideal cells, can lose anything.
static bool holds(const XbPlanning *p, const XbPlanAdc *adc, int64_t low, int64_t high)
{
    int64_t top = adc->lo + (INT64_C(1) << adc->bits) - 1;
    return !xb_plan_is_imperfect(p) && adc->delta == unit(p) && high <= top && low >= adc->lo &&
           xb_plan_lists_are_exact(p->plan, adc, low, high);
}

int64_t xb_plan_converted(const XbPlanAdc *adc, const int32_t *list, int64_t current)
{
    if (list)
        return (adc->lo + (int64_t)xb_plan_reached(list, adc->bits, current)) * adc->delta;
    int64_t above = current - (int64_t)adc->lo * adc->delta + adc->delta / 2;
    int64_t top = (INT64_C(1) << adc->bits) - 1;
    int64_t code = above < 0 ? 0 : xb_min_int64(above / adc->delta, top);
    return (adc->lo + code) * adc->delta;
}

// True if no conversion of these cells can lose anything, whatever the inputs.
static bool is_lossless(const XbPlanning *p, const XbPlanAdc *adc, Peaks peaks)
{
    int64_t drive = (1 << p->cfg->dac_bits) - 1;
    if (p->cfg->adc_analog)
        return holds(p, adc, -drive * peaks.minus, drive * peaks.plus);
    return holds(p, adc, 0, drive * xb_max_int64(peaks.plus, peaks.minus));
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

// Does anything depend on the very weights? Not where a converter holds whatever cells can give,
// and not where its step is too large for any. `adc` is the range without them.
static bool asks_weights(const XbPlanning *p, XbRangeKind kind, const XbPlanAdc *adc)
{
    if (kind == XB_RANGE_WEIGHTS)
        return true;
    return !xb_plan_is_imperfect(p) && adc->delta == unit(p) &&
           !holds(p, adc, p->cfg->adc_analog ? -adc->imax : 0, adc->imax);
}

// Peaks of the layer; an outline goes on without where weights are still to be drawn.
static bool find_peaks(const XbPlanning *p, int l, XbRangeKind kind, Peaks *peaks)
{
    if (xb_plan_order_weights(p, l)) {
        *peaks = layer_peaks(p, l);
        return true;
    }
    p->plan->asks_weights = true;
    if (kind == XB_RANGE_WEIGHTS && !p->net->layer[l].has_seed)
        xb_plan_fault(p, l, "plan-weights",
                      "range \"weights\" needs the weights, and the network file gives none");
    return false;
}

// Codes of the activation: references say which.
static void plan_split_adc(const XbPlanning *p, int l, XbPlanAdc *adc)
{
    adc->bits = p->layer[l].out_bits;
    adc->delta = 1;
    adc->imax = full_imax(p, &p->layer[l]);
    adc->lossless_bits = xb_bits_for((uint64_t)adc->imax) + 1;
    if (adc->bits > p->plan->adc_bits_max)
        p->plan->adc_bits_max = adc->bits;
}

static void plan_adc(const XbPlanning *p, int l)
{
    XbPlanAdc *adc = &p->map[l]->adc;
    Range r = layer_range(p, l);
    Peaks peaks;
    if (!range_is_sane(p, l, &r) || !xb_plan_set_list(p, l))
        return;
    adc->bits = r.bits;
    adc->imax = full_imax(p, &p->layer[l]);
    set_range(p, &r, adc);
    adc->lossless = holds(p, adc, p->cfg->adc_analog ? -adc->imax : 0, adc->imax);
    if (asks_weights(p, r.range.kind, adc) && find_peaks(p, l, r.range.kind, &peaks)) {
        if (r.range.kind == XB_RANGE_WEIGHTS)
            adc->imax = weights_imax(p, peaks);
        set_range(p, &r, adc);
        adc->lossless = is_lossless(p, adc, peaks);
    }
    check_step(p, l, adc);
    adc->lossless_bits = xb_bits_for((uint64_t)adc->imax) + (p->cfg->adc_analog ? 1 : 0);
    if (r.bits > p->plan->adc_bits_max)
        p->plan->adc_bits_max = r.bits;
}

// The plan will be made once more when weights have been drawn.
static bool comes_again(const XbPlanning *p)
{
    bool is_undrawn = false;
    for (int l = 0; l < p->net->layers; l++)
        is_undrawn |= p->net->layer[l].has_seed && !p->net->layer[l].weights;
    return is_undrawn && p->plan->asks_weights;
}

void xb_plan_adcs(XbPlanning *p)
{
    int errors = p->d->errors;
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l] && p->layer[l].blocks)
            plan_split_adc(p, l, &p->map[l]->adc);
        else if (p->map[l])
            plan_adc(p, l);
    for (int l = 0; l < p->net->layers && p->d->errors == errors && !comes_again(p); l++)
        if (p->map[l])
            xb_plan_note_list(p, l, full_imax(p, &p->layer[l]));
}
