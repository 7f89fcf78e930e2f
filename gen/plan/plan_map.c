// SPDX-License-Identifier: Apache-2.0
// Weights on crossbars: rows, columns and arrays of every layer, and the level of every cell.
// docs/numerics.md sections 2 and 3 have the rules.
#include "plan/parts.h"

// ---- nominal weights, in row order ----

static int channel_rows(const XbPlanLayer *l)
{
    return l->kind == XB_DWCONV ? l->taps : l->taps * l->in.c;
}

// Row of a conv's output channel -> place in the file's [kh][kw][ci].
static int conv_place(const XbPlanLayer *l, int row)
{
    return row % l->taps * l->in.c + row / l->taps;
}

static int16_t weight_at(const XbNetLayer *from, const XbPlanLayer *l, int channel, int row)
{
    int rows = channel_rows(l);
    switch (l->kind) {
    case XB_CONV:
        return from->weights[(int64_t)channel * rows + conv_place(l, row)];
    case XB_DWCONV:
        return from->weights[(int64_t)row * l->out.c + channel];
    default:
        return from->weights[(int64_t)channel * rows + row];
    }
}

static const int16_t *order_weights(const XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    int rows = channel_rows(l);
    int16_t *weights = xb_new(p->arena, int16_t, (int64_t)l->out.c * rows);
    for (int c = 0; c < l->out.c; c++)
        for (int r = 0; r < rows; r++)
            weights[(int64_t)c * rows + r] = weight_at(&p->net->layer[n], l, c, r);
    return weights;
}

// ---- columns ----

// Magnitude bits of differential cells: one more than usual if a weight is the most negative
// number.
static int magnitude_bits(const XbPlanning *p, int n)
{
    const XbPlanLayer *l = &p->layer[n];
    int bits = p->net->layer[n].weight_bits;
    int64_t count = (int64_t)l->out.c * channel_rows(l);
    for (int64_t i = 0; i < count; i++)
        if (l->weights[i] == -(1 << (bits - 1)))
            return bits;
    return bits - 1;
}

static void encode(const XbPlanning *p, int n, XbPlanMap *m)
{
    int bits = p->net->layer[n].weight_bits;
    bool is_pair = p->cfg->encoding == XB_DIFFERENTIAL;
    if (is_pair)
        bits = magnitude_bits(p, n);
    m->slices = xb_ceil_div(bits, p->cfg->cell_bits);
    m->polarities = is_pair ? 2 : 1;
    m->offset_shift = p->cfg->encoding == XB_OFFSET ? p->net->layer[n].weight_bits - 1 : -1;
}

static void place_columns(const XbPlanning *p, int n, XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    XbPlanColumn *column = xb_new(p->arena, XbPlanColumn, m->columns);
    int rows = channel_rows(l);
    for (int i = 0; i < m->columns; i++) {
        int slice = i / m->polarities % m->slices;
        int word = i / m->polarities / m->slices;
        bool is_minus = i % m->polarities == 1;
        bool is_top = p->cfg->encoding == XB_TWOS_COMPLEMENT && slice == m->slices - 1;
        column[i] = (XbPlanColumn){.word = word,
                                   .shift = slice * p->cfg->cell_bits,
                                   .sign = is_minus || is_top ? -1 : 1,
                                   .row_lo = m->blocks ? word / l->multiplier * rows : 0,
                                   .row_count = rows};
    }
    m->column = column;
}

// ---- arrays ----

static void tile_plain(const XbPlanning *p, XbPlanMap *m)
{
    m->row_tiles = xb_ceil_div(m->rows, p->cfg->rows);
    m->col_tiles = xb_ceil_div(m->columns, p->cfg->cols);
}

// Channels stand block-diagonally, as many as fit; a channel taller than the array has tiles of its
// own.
static bool tile_depthwise(const XbPlanning *p, int n, XbPlanMap *m)
{
    const XbPlanLayer *l = &p->layer[n];
    int channels = l->in.c;
    m->block_rows = l->taps;
    m->block_columns = m->slices * m->polarities * l->multiplier;
    if (m->block_columns > p->cfg->cols) {
        XbPath top = {.key = "crossbar"}, at = {.up = &top, .key = "cols"};
        xb_report_json(p->d, XB_ERROR, "plan-columns", p->cfg->file, &at,
                       "layer %s needs %d columns for one channel, crossbar.cols is %d", l->name,
                       m->block_columns, p->cfg->cols);
        return false;
    }
    int fit = xb_min(p->cfg->rows / m->block_rows, p->cfg->cols / m->block_columns);
    m->blocks = xb_min(fit > 0 ? fit : 1, channels);
    m->row_tiles = xb_ceil_div(m->block_rows, p->cfg->rows);
    m->col_tiles = xb_ceil_div(channels, m->blocks);
    return true;
}

static XbPlanArray array_frame(const XbPlanning *p, const XbPlanMap *m, int row_tile, int col_tile)
{
    int tile_cols = m->blocks ? m->blocks * m->block_columns : p->cfg->cols;
    int row_base = row_tile * p->cfg->rows;
    int row_end = m->rows;
    if (m->blocks) {
        int first = col_tile * m->blocks * m->block_rows;
        row_base += first;
        row_end = xb_min(m->rows, first + m->blocks * m->block_rows);
    }
    XbPlanArray a = {.row_tile = row_tile, .col_tile = col_tile, .row_base = row_base};
    a.rows = xb_min(p->cfg->rows, row_end - row_base);
    a.col_base = col_tile * tile_cols;
    a.cols = xb_min(tile_cols, m->columns - a.col_base);
    a.conversions = p->cfg->adc_analog ? a.cols / 2 : a.cols;
    return a;
}

static uint8_t cell_level(const XbPlanning *p, const XbPlanColumn *c, bool is_minus, int weight)
{
    unsigned mask = (1U << p->cfg->cell_bits) - 1;
    unsigned code = (unsigned)weight;  // two's complement: the bits themselves
    if (p->cfg->encoding == XB_OFFSET)
        code = (unsigned)(weight + 128);
    if (p->cfg->encoding == XB_DIFFERENTIAL)
        code = (weight < 0) != is_minus ? 0 : (unsigned)(weight < 0 ? -weight : weight);
    return (uint8_t)(code >> c->shift & mask);
}

static const uint8_t *array_levels(const XbPlanning *p, int n, const XbPlanMap *m,
                                   const XbPlanArray *a)
{
    const int16_t *weights = p->layer[n].weights;
    uint8_t *levels = xb_new(p->arena, uint8_t, (int64_t)a->rows * a->cols);
    for (int c = 0; c < a->cols; c++) {
        const XbPlanColumn *column = &m->column[a->col_base + c];
        bool is_minus = column->sign < 0;
        for (int r = 0; r < a->rows; r++) {
            int row = a->row_base + r - column->row_lo;
            if (row < 0 || row >= column->row_count)
                continue;
            int weight = weights[(int64_t)column->word * column->row_count + row];
            levels[(int64_t)r * a->cols + c] = cell_level(p, column, is_minus, weight);
        }
    }
    return levels;
}

static void place_arrays(const XbPlanning *p, int n, XbPlanMap *m)
{
    int set = m->row_tiles * m->col_tiles;
    XbPlanArray *array = xb_new(p->arena, XbPlanArray, m->arrays);
    for (int k = 0; k < m->arrays; k++) {
        if (k < set) {
            array[k] = array_frame(p, m, k / m->col_tiles, k % m->col_tiles);
            array[k].levels = array_levels(p, n, m, &array[k]);
        } else {
            array[k] = array[k - set];
            array[k].copy = k / set;
        }
        array[k].tile = (m->first_array + k) / p->cfg->arrays_per_tile;
    }
    m->array = array;
}

// What one read of the whole layer takes: planes, groups of rows, turns of the converters.
static void count_reads(const XbPlanning *p, XbPlanMap *m)
{
    int most_rows = 0;
    for (int k = 0; k < m->arrays; k++) {
        if (m->array[k].rows > most_rows)
            most_rows = m->array[k].rows;
        if (m->array[k].conversions > m->conversions)
            m->conversions = m->array[k].conversions;
    }
    m->planes = xb_ceil_div(p->plan->code_bits, p->cfg->dac_bits);
    m->groups = xb_ceil_div(most_rows, p->cfg->active_rows);
    m->slots = xb_ceil_div(m->conversions, p->cfg->adc_per_array);
}

// The number of arrays of all copies; false when they are too many to count.
static bool count_arrays(const XbPlanning *p, int n, XbPlanMap *m)
{
    const XbCfgLayer *o = xb_plan_override(p, n);
    int copies = o && o->duplication ? o->duplication : p->cfg->duplication;
    int64_t arrays = (int64_t)copies * m->row_tiles * m->col_tiles;
    if (arrays > 1 << 20) {
        xb_plan_fault(p, n, "plan-arrays", "%d copies of %d arrays are more than can be numbered",
                      copies, m->row_tiles * m->col_tiles);
        return false;
    }
    p->layer[n].copies = copies;
    m->arrays = (int)arrays;
    m->first_array = p->plan->arrays;
    p->plan->arrays += m->arrays;
    return true;
}

static void map_layer(XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = xb_new(p->arena, XbPlanMap, 1);
    l->weights = order_weights(p, n);
    m->row_order = l->kind == XB_FC ? XB_ROWS_TAP_MAJOR : XB_ROWS_CHANNEL_MAJOR;
    encode(p, n, m);
    m->rows = l->taps * l->in.c;
    m->columns = l->out.c * m->slices * m->polarities;
    bool is_dw = l->kind == XB_DWCONV;
    if (!is_dw)
        tile_plain(p, m);
    if ((is_dw && !tile_depthwise(p, n, m)) || !count_arrays(p, n, m))
        return;
    place_columns(p, n, m);
    place_arrays(p, n, m);
    count_reads(p, m);
    p->map[n] = m;
    l->map = m;
}

void xb_plan_maps(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (xb_kind_has_weights(p->net->layer[l].kind))
            map_layer(p, l);
    p->plan->tiles = xb_ceil_div(p->plan->arrays, p->cfg->arrays_per_tile);
    p->plan->tile_count = p->cfg->tile_count ? p->cfg->tile_count : p->plan->tiles;
}
