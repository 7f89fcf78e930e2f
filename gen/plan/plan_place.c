// SPDX-License-Identifier: Apache-2.0
// Copies, arrays and chip tiles: what stands where, still without weights.
#include "plan/parts.h"

// ---- reads ----

// What one read of the whole layer takes: planes, groups of rows, turns of the converters. The
// first array is the fullest.
static void count_reads(const XbPlanning *p, const XbPlanLayer *l, XbPlanMap *m)
{
    int columns = xb_tiling_columns(&m->tiling, 0).count;
    m->conversions = xb_plan_conversions(p->plan, columns);
    m->planes = xb_ceil_div(l->in_bits, p->cfg->dac_bits);
    m->groups = xb_ceil_div(xb_tiling_rows(&m->tiling, 0, 0).count, p->cfg->active_rows);
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
    int copies = o && o->duplication ? o->duplication : p->cfg->duplication;
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

// ---- columns and arrays of one copy ----

static void place_columns(const XbPlanning *p, XbPlanMap *m)
{
    XbPlanColumn *column = xb_new(p->arena, XbPlanColumn, m->columns);
    for (int i = 0; i < m->columns; i++) {
        int slice = i / m->polarities % m->slices;
        bool is_minus = i % m->polarities == 1;
        bool is_top = p->cfg->encoding == XB_TWOS_COMPLEMENT && slice == m->slices - 1;
        column[i] = (XbPlanColumn){.word = i / m->polarities / m->slices,
                                   .shift = slice * p->cfg->cell_bits,
                                   .sign = is_minus || is_top ? -1 : 1};
    }
    m->column = column;
}

static void place_arrays(const XbPlanning *p, XbPlanMap *m)
{
    XbPlanArray *array = xb_new(p->arena, XbPlanArray, m->set);
    for (int k = 0; k < m->set; k++) {
        int row_tile = k / m->tiling.col_tiles, col_tile = k % m->tiling.col_tiles;
        XbSpan rows = xb_tiling_rows(&m->tiling, row_tile, col_tile);
        XbSpan columns = xb_tiling_columns(&m->tiling, col_tile);
        array[k] = (XbPlanArray){
            .row_tile = row_tile,
            .col_tile = col_tile,
            .row_base = rows.base,
            .rows = rows.count,
            .col_base = columns.base,
            .cols = columns.count,
            .conversions = xb_plan_conversions(p->plan, columns.count),
        };
    }
    m->array = array;
}

// ---- the chip ----

static void check_tiles(const XbPlanning *p)
{
    const XbPlan *plan = p->plan;
    XbPath top = {.key = "tiles"}, at = {.up = &top, .key = "count"};
    bool is_chosen = p->cfg->how_copies != XB_COPIES_GIVEN;  // and reported, where too little
    if (plan->tiles > plan->tile_count && !is_chosen)
        xb_report_json(p->d, XB_ERROR, "plan-tiles", p->cfg->file, &at,
                       "needs %lld tiles, tiles.count is %lld", (long long)plan->tiles,
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
        place_columns(p, m);
        place_arrays(p, m);
    }
    plan->tiles = xb_ceil_div_int64(plan->arrays, p->cfg->arrays_per_tile);
    plan->tile_count = p->cfg->tile_count ? p->cfg->tile_count : plan->tiles;
    check_tiles(p);
}
