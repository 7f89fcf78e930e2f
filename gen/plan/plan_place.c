// SPDX-License-Identifier: Apache-2.0
// Copies, arrays and chip tiles: how many there are, still without weights.
#include "plan/parts.h"

// ---- reads ----

// What one read of the whole layer takes: planes, groups of rows, turns of the converters. The
// first array is the fullest.
static void count_reads(const XbPlanning *p, const XbPlanLayer *l, XbPlanMap *m)
{
    XbPlanArray fullest = xb_plan_array(p->plan, m, 0);
    m->conversions = fullest.conversions;
    m->planes = xb_ceil_div(l->in_bits, p->cfg->dac_bits);
    m->groups = xb_ceil_div(fullest.rows, p->cfg->active_rows);
    m->slots = xb_ceil_div(m->conversions, p->cfg->adc_per_array);
}

void xb_plan_count_reads(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l])
            count_reads(p, &p->layer[l], p->map[l]);
}

// ---- copies ----

// A copy works on one window in a step: more of them than windows would never work.
static void report_spare(const XbPlanning *p, int n, int copies)
{
    const char *where = xb_arena_printf(p->arena, "layer %s", p->layer[n].name);
    xb_report(p->d, XB_NOTE, "plan-copies", p->cfg->file, where,
              "%d copies are asked for; as many as an image has windows are built: %d", copies,
              p->layer[n].windows);
}

static void allocate(const XbPlanning *p, int n, XbPlanMap *m)
{
    const XbCfgLayer *o = xb_plan_override(p, n);
    int copies = xb_plan_reuse_copies(p, n);
    if (!copies)
        copies = o && o->duplication ? o->duplication : p->cfg->duplication;
    if (copies > p->layer[n].windows)
        report_spare(p, n, copies);
    p->layer[n].copies = xb_min(copies, p->layer[n].windows);
    m->arrays = (int64_t)p->layer[n].copies * m->set;
}

void xb_plan_allocate(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l])
            allocate(p, l, p->map[l]);
}

// ---- the chip ----

// What stands in the way of building it is no fault of a plan.
static void warn_arrays(const XbPlanning *p)
{
    enum { NUMBERS = 65535 };
    if (p->plan->arrays > NUMBERS)
        xb_report(p->d, XB_WARNING, "plan-arrays", p->cfg->file, "",
                  "%lld arrays are more than hardware can number, %d; `emit` and `cosim` will "
                  "refuse them",
                  (long long)p->plan->arrays, (int)NUMBERS);
}

static void check_tiles(const XbPlanning *p)
{
    const XbPlan *plan = p->plan;
    XbPath top = {.key = "tiles"}, at = {.up = &top, .key = "count"};
    bool is_chosen = p->cfg->how_copies != XB_COPIES_GIVEN;  // and reported, where too little
    if (plan->tiles > plan->tile_count && !is_chosen)
        xb_report_json(p->d, XB_ERROR, "plan-tiles", p->cfg->file, &at,
                       "the network needs %lld tiles, tiles.count is %lld", (long long)plan->tiles,
                       (long long)plan->tile_count);
}

void xb_plan_place(XbPlanning *p)
{
    XbPlan *plan = p->plan;
    for (int l = 0; l < p->net->layers; l++) {
        XbPlanMap *m = p->map[l];
        if (!m)
            continue;
        m->first_array = plan->arrays;
        plan->arrays += m->arrays;
    }
    plan->tiles = xb_ceil_div_int64(plan->arrays, p->cfg->arrays_per_tile);
    plan->tile_count = p->cfg->tile_count ? p->cfg->tile_count : plan->tiles;
    warn_arrays(p);
    check_tiles(p);
}
