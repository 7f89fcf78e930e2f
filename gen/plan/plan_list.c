// SPDX-License-Identifier: Apache-2.0
// Threshold lists of converters: which list a layer has, what it makes of a sum, and what is worth
// saying about it. docs/numerics.md section 4 has the rules.
#include "plan/parts.h"
#include <inttypes.h>

// ---- what a list makes of a sum ----

// Every whole level low..high, `unit` sums apart, comes back as itself.
static bool is_identity(const XbPlanAdc *adc, const int32_t *list, int64_t low, int64_t high,
                        int64_t unit)
{
    for (int k = 1; k < 1 << adc->bits; k++) {
        int64_t level = adc->lo + k;  // of code k
        if (level > low && level <= high &&
            (list[k - 1] > level * unit || list[k - 1] <= (level - 1) * unit))
            return false;
    }
    return true;
}

bool xb_plan_lists_are_exact(const XbPlan *plan, const XbPlanAdc *adc, int64_t low, int64_t high)
{
    int64_t unit = INT64_C(1) << plan->frac_bits;
    int steps = (1 << adc->bits) - 1;
    for (int64_t i = 0; i < xb_plan_list_count(adc); i++) {
        const int32_t *list = adc->threshold + i * steps;
        bool holds_ends = xb_plan_reached(list, adc->bits, low * unit) == low - adc->lo &&
                          xb_plan_reached(list, adc->bits, high * unit) == high - adc->lo;
        if (!holds_ends || !is_identity(adc, list, low, high, unit))
            return false;
    }
    return true;
}

// ---- which list ----

static void fault(const XbPlanning *p, int l, const char *text)
{
    xb_plan_fault_at(p, l, "adc", "thresholds", "plan-adc-list", "layer %s: %s", p->layer[l].name,
                     text);
}

static bool set_lists(const XbPlanning *p, int l, const XbCfgList *lists)
{
    XbPlanAdc *adc = &p->map[l]->adc;
    int columns = xb_plan_list_columns(p->plan, &p->layer[l]);
    if (lists->lists && lists->lists != columns) {
        fault(p, l,
              xb_arena_printf(p->arena,
                              "the file has %d lists; it needs 1 or %d, one for each output "
                              "channel, slice%s",
                              lists->lists, columns, p->plan->analog ? "" : " and polarity"));
        return false;
    }
    const XbCfgLayer *o = xb_plan_override(p, l);
    if ((o->adc_bits ? o->adc_bits : p->cfg->adc_bits) == 1) {
        fault(p, l,
              "a comparator of 1 bit gives no partial sum: it stands only in front of a merge, in "
              "a split layer of the network");
        return false;
    }
    adc->threshold = lists->threshold;
    adc->list_columns = lists->lists ? columns : 1;
    return true;
}

static const XbPreset *preset_of(const XbPlanning *p, const XbCfgLayer *o)
{
    if (o && o->has_preset)
        return &o->preset;
    return p->cfg->has_preset ? &p->cfg->preset : NULL;
}

bool xb_plan_set_list(const XbPlanning *p, int l)
{
    XbPlanAdc *adc = &p->map[l]->adc;
    const XbCfgLayer *o = xb_plan_override(p, l);
    const XbPreset *preset = preset_of(p, o);
    adc->list_copies = adc->list_tiles = adc->list_columns = 1;
    if (o && o->thresholds.path && !o->thresholds.threshold) {
        fault(p, l, "the file has not been read");  // xb_cfg_lists does
        return false;
    }
    if (o && o->thresholds.threshold)
        return set_lists(p, l, &o->thresholds);
    if (!preset)
        return true;
    adc->threshold = xb_plan_preset(p->arena, preset);
    adc->preset = xb_preset_name(preset->kind);
    adc->lo = xb_plan_preset_lo(preset);
    return true;
}

// ---- what is worth saying ----

static void note(const XbPlanning *p, int l, const char *code, const char *text)
{
    const char *where = xb_arena_printf(p->arena, "layer %s", p->layer[l].name);
    xb_report(p->d, XB_NOTE, code, p->cfg->file, where, "%s", text);
}

// The largest sum that any cells could give.
static int64_t reach(const XbPlanning *p, int64_t full)
{
    int64_t level = (1 << p->plan->cell_bits) - 1, most = (1 << p->plan->level_bits) - 1;
    return full / level * most;
}

// References that no sum is below, or that none reaches: what they tell never changes.
static void note_idle(const XbPlanning *p, int l, int64_t full)
{
    const XbPlanAdc *adc = &p->map[l]->adc;
    int64_t high = reach(p, full), low = p->plan->analog ? -high : 0, idle = 0;
    int64_t all = xb_plan_list_count(adc) * ((1 << adc->bits) - 1);
    for (int64_t i = 0; i < all; i++) {
        int32_t t = adc->threshold[i];
        idle += t != INT32_MIN && t != INT32_MAX && (t <= low || t > high);
    }
    if (idle)
        note(p, l, "plan-adc-idle",
             xb_arena_printf(p->arena,
                             "%" PRId64 " of %" PRId64 " references lie beyond the sums %" PRId64
                             "..%" PRId64 " of its converters, and never switch",
                             idle, all, low, high));
}

static void note_zero(const XbPlanning *p, int l)
{
    const XbPlanAdc *adc = &p->map[l]->adc;
    int64_t lists = xb_plan_list_count(adc), some = 0;
    int steps = (1 << adc->bits) - 1;
    for (int64_t i = 0; i < lists; i++)
        some += xb_plan_reached(adc->threshold + i * steps, adc->bits, 0) != -adc->lo;
    if (some)
        note(p, l, "plan-adc-zero",
             xb_arena_printf(p->arena,
                             "the sum 0 does not come back as 0 by %" PRId64 " of %" PRId64
                             " lists: reads without input add something",
                             some, lists));
}

static void note_step(const XbPlanning *p, int l)
{
    const XbPlanAdc *adc = &p->map[l]->adc;
    int step = adc->delta;
    if (adc->preset)
        step = xb_plan_preset_step(preset_of(p, xb_plan_override(p, l)), adc->delta);
    if (step != adc->delta)
        note(p, l, "plan-adc-step",
             xb_arena_printf(p->arena,
                             "codes of \"%s\" are %d apart and stand for steps of %d; a range "
                             "with \"delta\": %d has the tool's values",
                             adc->preset, step, adc->delta, step));
}

void xb_plan_note_list(const XbPlanning *p, int l, int64_t full)
{
    const XbCfgLayer *o = xb_plan_override(p, l);
    if (!p->map[l]->adc.threshold)
        return;
    note_idle(p, l, full);
    note_step(p, l);
    if (preset_of(p, o) || (o && o->thresholds.threshold))  // others mean it
        note_zero(p, l);
}
