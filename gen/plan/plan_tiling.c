// SPDX-License-Identifier: Apache-2.0
// The shape of a layer on crossbars: how many columns a weight takes and how the matrix is cut. It
// needs no weights but one bit of them (a most negative one takes a magnitude bit more).
// docs/numerics.md sections 2 and 3 have the rules.
#include "plan/parts.h"

// ---- columns of a weight ----

// Magnitude bits of differential cells. Drawn weights never hold the most negative number.
static int magnitude_bits(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    int64_t count = from->weights && !from->has_seed ? xb_net_weights(from) : 0;
    for (int64_t i = 0; i < count; i++)
        if (from->weights[i] == -(1 << (from->weight_bits - 1)))
            return from->weight_bits;
    return from->weight_bits - 1;
}

static void encode(const XbPlanning *p, int n, XbPlanMap *m)
{
    int bits = p->net->layer[n].weight_bits;
    bool is_pair = p->cfg->encoding == XB_DIFFERENTIAL;
    m->weight_bits = bits;
    if (is_pair)
        bits = magnitude_bits(p, n);
    m->slices = xb_ceil_div(bits, p->cfg->cell_bits);
    m->polarities = is_pair ? 2 : 1;
    m->offset_shift = p->cfg->encoding == XB_OFFSET ? m->weight_bits - 1 : -1;
}

// ---- scheme ----

static bool has_scheme(const XbNetLayer *from, XbScheme scheme)
{
    return scheme == XB_IM2COL || (from->kind == XB_CONV && from->groups == 1);
}

static XbScheme scheme_of(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    if (!o || !o->has_scheme)
        return has_scheme(from, p->cfg->scheme) ? p->cfg->scheme : XB_IM2COL;
    if (has_scheme(from, o->scheme))
        return o->scheme;
    XbPath top = {.key = "mapping"}, layers = {.up = &top, .key = "layers"};
    XbPath layer = {.up = &layers, .key = from->name}, at = {.up = &layer, .key = "scheme"};
    xb_report_json(p->d, XB_ERROR, "plan-scheme", p->cfg->file, &at,
                   "\"%s\" is for convolutions without groups; this %s can have \"%s\"",
                   xb_scheme_name(o->scheme), from->groups > 1 ? "grouped one" : "layer",
                   xb_scheme_name(XB_IM2COL));
    return XB_IM2COL;
}

// ---- tiling ----

// A segment that fits is never cut; `fit` of them, at least one, stand in a row tile.
static void tile_rows(const XbPlanning *p, int segment, int fit, XbTiling *t)
{
    int segments = xb_ceil_div(t->unit_rows, segment);
    t->seg_rows = segment;
    t->tiles_per_seg = xb_ceil_div(segment, p->cfg->rows);
    t->segs_per_tile = t->tiles_per_seg > 1 ? 1 : xb_min(fit, segments);
    t->row_tiles = xb_ceil_div(segments, t->segs_per_tile) * t->tiles_per_seg;
}

static void tile_columns(const XbPlanning *p, XbTiling *t)
{
    int fit = xb_min(p->cfg->rows / t->unit_rows, p->cfg->cols / t->unit_cols);
    t->units_per_array = xb_min(fit > 0 ? fit : 1, t->units);
    t->tile_cols = xb_min(t->units_per_array * t->unit_cols, p->cfg->cols);
    t->tiles_per_unit = xb_ceil_div(t->unit_cols, p->cfg->cols);
    t->col_tiles = xb_ceil_div(t->units, t->units_per_array) * t->tiles_per_unit;
}

// Kernel positions packed: as many as fit; else each begins an array.
static int positions_per_tile(const XbPlanning *p, const XbPlanLayer *l)
{
    return p->cfg->kp_packed != XB_PACK_NO && l->in.c <= p->cfg->rows ? p->cfg->rows / l->in.c : 1;
}

static bool channel_fits(const XbPlanning *p, int n, const XbTiling *t)
{
    if (p->net->layer[n].kind != XB_DWCONV || t->unit_cols <= p->cfg->cols)
        return true;
    XbPath top = {.key = "crossbar"}, at = {.up = &top, .key = "cols"};
    xb_report_json(p->d, XB_ERROR, "plan-columns", p->cfg->file, &at,
                   "layer %s needs %d columns for one channel, crossbar.cols is %d",
                   p->layer[n].name, t->unit_cols, p->cfg->cols);
    return false;
}

static XbTiling tile_layer(const XbPlanning *p, int n, const XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    int units = l->kind == XB_DWCONV ? l->in.c : p->net->layer[n].groups;
    XbTiling t = {.units = units,
                  .unit_rows = l->taps * (l->in.c / units),
                  .unit_cols = l->out.c / units * m->slices * m->polarities,
                  .tile_rows = p->cfg->rows};
    tile_columns(p, &t);
    if (m->scheme == XB_KERNEL_POSITION)
        tile_rows(p, l->in.c, positions_per_tile(p, l), &t);
    else
        tile_rows(p, t.unit_rows, 1, &t);
    return t;
}

static void shape_layer(XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = xb_new(p->arena, XbPlanMap, 1);
    encode(p, n, m);
    m->scheme = scheme_of(p, n);
    m->tiling = tile_layer(p, n, m);
    if (!channel_fits(p, n, &m->tiling))
        return;
    bool by_position = l->kind == XB_FC || m->scheme == XB_KERNEL_POSITION;
    m->row_order = by_position ? XB_ROWS_TAP_MAJOR : XB_ROWS_CHANNEL_MAJOR;
    m->rows = xb_tiling_rows_of(&m->tiling);
    m->columns = xb_tiling_columns_of(&m->tiling);
    m->set = xb_tiling_set(&m->tiling);
    p->map[n] = m;
    p->layer[n].map = m;
}

void xb_plan_shapes(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (xb_kind_has_weights(p->net->layer[l].kind))
            shape_layer(p, l);
}
