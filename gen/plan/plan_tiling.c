// SPDX-License-Identifier: Apache-2.0
// The shape of a layer on crossbars: how many columns a weight takes and how the matrix is cut. It
// needs no weights but one bit of them (a most negative one takes a magnitude bit more).
// docs/numerics.md sections 2 and 3 have the rules.
#include "plan/parts.h"

// ---- columns of a weight ----

// Drawn weights hold the largest magnitude only where it is the only one.
int xb_plan_magnitude_bits(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    int64_t count = from->weights && !from->has_seed ? xb_net_weights(from) : 0;
    int most = 1 << (from->weight_bits - 1);
    if (from->weight_bits == 1)
        return 1;
    for (int64_t i = 0; i < count; i++)
        if (xb_net_weight(from, i) <= -most || xb_net_weight(from, i) >= most)
            return from->weight_bits;
    return from->weight_bits - 1;
}

// True if a layer before this one has been refused for it.
static bool has_zero_before(const XbPlanning *p, int n)
{
    for (int i = 0; i < n; i++)
        if (p->net->layer[i].weight_zero)
            return true;
    return false;
}

static void refuse_zero(const XbPlanning *p, int n)
{
    if (p->net->layer[n].weight_zero && !has_zero_before(p, n))
        xb_plan_fault(p, n, "plan-encoding",
                      "weights with a zero point (UINT8: other than 128) need crossbar.encoding "
                      "\"%s\" or \"%s\"",
                      xb_encoding_name(XB_DIFFERENTIAL), xb_encoding_name(XB_OFFSET));
}

// Cells that count from an offset, or in two's complement, have a zero, and one more negative
// number than positive ones. Two's complement has no place for a zero point.
static void refuse_encoding(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    if (p->cfg->encoding == XB_DIFFERENTIAL)
        return;
    if (p->cfg->encoding == XB_TWOS_COMPLEMENT)
        refuse_zero(p, n);
    if (from->weight_bits == 1)
        xb_plan_fault(p, n, "plan-encoding",
                      "weights of 1 bit are -1 and +1, which need crossbar.encoding \"%s\"",
                      xb_encoding_name(XB_DIFFERENTIAL));
    else if (from->gain_sign && xb_plan_magnitude_bits(p, n) == from->weight_bits)
        xb_plan_fault(p, n, "plan-encoding",
                      "a weight of -2^%d may be negated, which needs crossbar.encoding \"%s\"",
                      from->weight_bits - 1, xb_encoding_name(XB_DIFFERENTIAL));
}

static void encode(const XbPlanning *p, int n, XbPlanMap *m)
{
    int bits = p->net->layer[n].weight_bits;
    bool is_pair = p->cfg->encoding == XB_DIFFERENTIAL;
    m->weight_bits = bits;
    refuse_encoding(p, n);
    if (is_pair)
        bits = xb_plan_magnitude_bits(p, n);
    m->slices = xb_ceil_div(bits, p->cfg->cell_bits);
    m->polarities = is_pair ? 2 : 1;
    m->count_weight = -1;
    if (p->cfg->encoding == XB_OFFSET)
        m->count_weight = (1 << (m->weight_bits - 1)) + p->net->layer[n].weight_zero;
}

// ---- scheme ----

static bool has_scheme(const XbNetLayer *from, XbScheme scheme)
{
    if (from->blocks)
        return scheme == XB_IM2COL;
    if (scheme == XB_SUB_IMAGE && from->kind == XB_DWCONV)
        return true;
    return scheme == XB_IM2COL || (from->kind == XB_CONV && from->groups == 1);
}

static bool is_pointwise(const XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    return l->kind == XB_CONV && l->taps == 1;
}

static XbScheme scheme_of(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    if (!o || !o->has_scheme)
        return has_scheme(from, p->cfg->scheme) ? p->cfg->scheme : XB_IM2COL;
    if (has_scheme(from, o->scheme))
        return o->scheme;
    const char *what = from->groups > 1 ? "grouped one" : from->blocks ? "split one" : "layer";
    xb_plan_fault_at(p, n, "mapping", "scheme", "plan-scheme",
                     "\"%s\" is for convolutions without groups%s; this %s can have \"%s\"",
                     xb_scheme_name(o->scheme),
                     o->scheme == XB_SUB_IMAGE ? " and depthwise ones" : "", what,
                     xb_scheme_name(XB_IM2COL));
    return XB_IM2COL;
}

// A key of a layer that only sub-images have.
static bool refuse_key(const XbPlanning *p, int n, const char *key, const char *code,
                       const char *text)
{
    xb_plan_fault_at(p, n, "mapping", key, code, "%s", text);
    return false;
}

static bool keys_are_sane(const XbPlanning *p, int n, const XbPlanMap *m)
{
    static const char other[] = "this layer is not mapped as \"subimage\"";
    static const char run[] = "a 1x1 convolution has pixels side by side and no sub-images";
    const XbCfgLayer *o = xb_plan_override(p, n);
    bool is_sane = true;
    if (!o)
        return true;
    if (o->reuse && o->duplication)
        is_sane =
            refuse_key(p, n, "reuse", "plan-reuse", "a layer has reuse or duplication, not both");
    bool is_cut = m->scheme == XB_SUB_IMAGE;
    if (o->sub_image && (!is_cut || is_pointwise(p, n)))
        is_sane = refuse_key(p, n, "sub_image", "plan-sub-image-key", is_cut ? run : other);
    if (o->has_policy && !is_cut)
        is_sane = refuse_key(p, n, "policy", "plan-sub-image-key", other);
    if (o->reuse && !is_cut)
        is_sane = refuse_key(p, n, "reuse", "plan-sub-image-key", other);
    return is_sane;
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

// `most`: columns of a unit on one array; `is_alone`: no other unit stands there.
static void tile_columns(const XbPlanning *p, int most, bool is_alone, XbTiling *t)
{
    int fit = is_alone ? 1 : xb_min(p->cfg->rows / t->unit_rows, p->cfg->cols / t->unit_cols);
    t->units_per_array = xb_min(fit > 0 ? fit : 1, t->units);
    t->tile_cols = xb_min(t->units_per_array * t->unit_cols, most);
    t->tiles_per_unit = xb_ceil_div(t->unit_cols, most);
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

// A unit of a run is a pixel, with all channels.
static XbTiling units_of(const XbPlanning *p, int n, const XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    int columns = m->slices * m->polarities;
    bool is_cut = m->patch.tap != NULL;
    if (!is_cut && m->patch.outputs > 1)
        return (XbTiling){m->patch.outputs, l->in.c, l->out.c * columns, .tile_rows = p->cfg->rows};
    int blocks = p->net->layer[n].blocks;
    if (blocks)
        return (XbTiling){.units = blocks,
                          .unit_rows = (int)xb_net_rows(&p->net->layer[n]),
                          .unit_cols = l->out.c / blocks * columns,
                          .tile_rows = p->cfg->rows};
    int units = l->kind == XB_DWCONV ? l->in.c : p->net->layer[n].groups;
    return (XbTiling){.units = units,
                      .unit_rows = (is_cut ? m->patch.h * m->patch.w : l->taps) * (l->in.c / units),
                      .unit_cols = l->out.c / units * m->patch.outputs * columns,
                      .tile_rows = p->cfg->rows};
}

static XbTiling tile_layer(const XbPlanning *p, int n, const XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    const XbSubImage *s = &m->sub_image[m->policy];
    XbTiling t = units_of(p, n, m);
    bool shares = m->patch.tap && l->kind == XB_CONV;
    tile_columns(p, shares ? t.unit_cols / l->out.c * s->filters : p->cfg->cols,
                 p->net->layer[n].blocks > 0, &t);
    if (shares)
        tile_rows(p, s->h * s->w, s->channels, &t);
    else if (m->scheme == XB_KERNEL_POSITION)
        tile_rows(p, l->in.c, positions_per_tile(p, l), &t);
    else
        tile_rows(p, t.unit_rows, 1, &t);
    return t;
}

// ---- windows ----

static XbPlanPatch kernel_patch(const XbPlanLayer *l, int outputs)
{
    return (XbPlanPatch){.outputs = outputs, .side = 1, .h = l->kh, .w = l->kw, .across = l->out.w};
}

// What one window of the layer is: false if no sub-image can be, which is reported.
static bool shape_windows(XbPlanning *p, int n, XbPlanMap *m)
{
    XbPlanLayer *l = &p->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    m->patch = kernel_patch(l, 1);
    if (m->scheme != XB_SUB_IMAGE)
        return true;
    if (is_pointwise(p, n))
        m->patch.outputs = xb_plan_run(p, n, m);
    else if (!xb_plan_cut(p, n, o ? o->sub_image : 0, m))
        return false;
    bool is_cut = m->patch.tap != NULL;
    l->windows = is_cut ? m->patch.across * xb_ceil_div(l->out.h, m->patch.side)
                        : xb_ceil_div(l->out.h * l->out.w, m->patch.outputs);
    return true;
}

static void shape_layer(XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = xb_new(p->arena, XbPlanMap, 1);
    const XbCfgLayer *o = xb_plan_override(p, n);
    encode(p, n, m);
    m->scheme = scheme_of(p, n);
    m->policy = o && o->has_policy ? o->policy : p->cfg->policy;
    if (!keys_are_sane(p, n, m) || !shape_windows(p, n, m))
        return;
    m->tiling = tile_layer(p, n, m);
    m->fan_in = (int)xb_net_rows(&p->net->layer[n]);
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
