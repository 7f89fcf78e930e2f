// SPDX-License-Identifier: Apache-2.0
// A slow reading of docs/numerics.md for one layer mapped as sub-images: every bit line of every
// array, cell by cell, from the network's weights. It shares no code with gen/plan and gen/model;
// ranges and multipliers are the plan's. Include after cmocka.h.
#ifndef XBGEN_TEST_SUB_IMAGE_READING_H
#define XBGEN_TEST_SUB_IMAGE_READING_H

#include "plan_bench.h"

typedef struct Reading {
    const Bench *b;
    const XbNetLayer *net;
    const XbPlanMap *map;  // where ranges, slices and outputs of a window are taken from
    const uint8_t *image;
    bool is_run;           // a 1x1 convolution
    int columns, side;     // of a weight; outputs of a window in a row
    int h, w;              // a sub-image
    int share_c, share_f;  // channels and filters, or pixels, on an array
    int row_tiles, col_tiles;
    int planes, groups;
    int64_t saturated;
    uint16_t *codes;
    int64_t *sum;  // [pixel][channel]
} Reading;

typedef struct Row {  // a word line: of which input channel and position
    bool is_used;
    int channel, u, v;  // in a run u counts pixels
} Row;

typedef struct Line {  // a bit line
    bool is_used;
    int filter, output, slice, minus;
} Line;

static inline int ceil_of(int a, int b) { return (a + b - 1) / b; }

static inline int least(int a, int b) { return a < b ? a : b; }

static inline Reading read_layer(const Bench *b, const uint8_t *image)
{
    const XbPlanMap *m = b->plan.layer[0].map;
    const XbNetLayer *l = b->net.layer;
    Reading r = {.b = b, .net = l, .map = m, .image = image, .columns = m->slices * m->polarities};
    int rows = b->cfg.rows, cols = b->cfg.cols;
    r.is_run = l->kind == XB_CONV && l->kh * l->kw == 1;
    r.side = m->patch.side;
    r.h = (r.side - 1) * l->stride_h + (l->kh - 1) * l->dil_h + 1;
    r.w = (r.side - 1) * l->stride_w + (l->kw - 1) * l->dil_w + 1;
    int outputs = r.side * r.side;
    if (r.is_run) {
        r.share_c = r.share_f =
            least(least(rows / l->in.c, cols / (l->out.c * r.columns)), l->out.h * l->out.w);
        r.row_tiles = r.col_tiles = 1;
    } else if (l->kind == XB_DWCONV) {
        r.share_c = least(rows / (r.h * r.w), cols / (l->multiplier * r.columns * outputs));
        r.share_f = r.share_c;
        r.row_tiles = 1;
        r.col_tiles = ceil_of(l->in.c, r.share_c);
    } else {
        bool is_slice = b->cfg.policy == XB_SLICE;
        r.share_c = is_slice ? 1 : rows / (r.h * r.w);
        r.share_f = is_slice ? 1 : cols / (r.columns * outputs);
        r.row_tiles = ceil_of(l->in.c, r.share_c);
        r.col_tiles = ceil_of(l->out.c, r.share_f);
    }
    int own = r.is_run ? l->in.c : r.h * r.w;
    r.planes = ceil_of(8, b->cfg.dac_bits);
    int fullest = r.is_run ? r.share_c : least(r.share_c, l->in.c);
    r.groups = ceil_of(fullest * own, b->cfg.active_rows);
    return r;
}

static inline Row row_of(const Reading *r, int row_tile, int col_tile, int row)
{
    const XbNetLayer *l = r->net;
    if (r->is_run)
        return (Row){row < r->share_c * l->in.c, row % l->in.c, row / l->in.c, 0};
    int positions = r->h * r->w, block = row / positions, at = row % positions;
    int tile = l->kind == XB_DWCONV ? col_tile : row_tile;
    int channel = tile * r->share_c + block;
    return (Row){block < r->share_c && channel < l->in.c, channel, at / r->w, at % r->w};
}

static inline Line line_of(const Reading *r, int col_tile, int column)
{
    const XbNetLayer *l = r->net;
    int place = column / r->columns, rest = column % r->columns;
    int slice = rest / r->map->polarities, minus = rest % r->map->polarities;
    if (r->is_run)
        return (Line){place < r->share_f * l->out.c, place % l->out.c, place / l->out.c, slice,
                      minus};
    int outputs = r->side * r->side, of_tile = place / outputs;
    int here = r->share_f * (l->kind == XB_DWCONV ? l->multiplier : 1);
    int filter = col_tile * here + of_tile;
    return (Line){of_tile < here && filter < l->out.c, filter, place % outputs, slice, minus};
}

static inline bool weight_of(const Reading *r, Row row, Line line, int *weight)
{
    const XbNetLayer *l = r->net;
    if (r->is_run) {
        *weight = l->weights[line.filter * l->in.c + row.channel] - l->weight_zero;
        return row.u == line.output;
    }
    int y = row.u - line.output / r->side * l->stride_h;
    int x = row.v - line.output % r->side * l->stride_w;
    if (y < 0 || x < 0 || y % l->dil_h || x % l->dil_w || y / l->dil_h >= l->kh ||
        x / l->dil_w >= l->kw)
        return false;
    int ky = y / l->dil_h, kx = x / l->dil_w;
    if (l->kind == XB_DWCONV) {
        *weight = l->weights[(ky * l->kw + kx) * l->out.c + line.filter] - l->weight_zero;
        return row.channel == line.filter / l->multiplier;
    }
    *weight = l->weights[((line.filter * l->kh + ky) * l->kw + kx) * l->in.c + row.channel] -
              l->weight_zero;
    return true;
}

static inline int level_of(const Reading *r, int weight, Line line)
{
    const XbCfg *cfg = &r->b->cfg;
    int bits = r->net->weight_bits, mask = (1 << cfg->cell_bits) - 1;
    int shift = line.slice * cfg->cell_bits;
    if (cfg->encoding == XB_OFFSET)
        return (weight + r->net->weight_zero + (1 << (bits - 1))) >> shift & mask;
    if (cfg->encoding == XB_TWOS_COMPLEMENT)
        return (weight & ((1 << bits) - 1)) >> shift & mask;
    int magnitude = line.minus ? -weight : weight;
    return magnitude > 0 ? magnitude >> shift & mask : 0;
}

static inline int input_of(const Reading *r, int window, Row row)
{
    const XbNetLayer *l = r->net;
    int across = ceil_of(l->out.w, r->side);
    int y = window / across * r->side * l->stride_h + row.u - l->pad_t;
    int x = window % across * r->side * l->stride_w + row.v - l->pad_l;
    if (r->is_run) {
        int pixel = window * r->share_c + row.u;
        y = pixel / l->out.w * l->stride_h - l->pad_t;
        x = pixel % l->out.w * l->stride_w - l->pad_l;
    }
    if (y < 0 || x < 0 || y >= l->in.h || x >= l->in.w)
        return l->in_q[0].zero;
    return r->image[(y * l->in.w + x) * l->in.c + row.channel];
}

// The pixel of the output that a bit line's sum is of, -1: outside.
static inline int pixel_of(const Reading *r, int window, Line line)
{
    const XbNetLayer *l = r->net;
    int across = ceil_of(l->out.w, r->side);
    int y = window / across * r->side + line.output / r->side;
    int x = window % across * r->side + line.output % r->side;
    if (!r->is_run)
        return y < l->out.h && x < l->out.w ? y * l->out.w + x : -1;
    int pixel = window * r->share_c + line.output;
    return pixel < l->out.h * l->out.w ? pixel : -1;
}

// What a bit line gives with one plane of a group driven, and the number of the inputs that count.
static inline int current(const Reading *r, int window, int tiles[2], int column, int plane,
                          int group, int *count)
{
    const XbCfg *cfg = &r->b->cfg;
    Line line = line_of(r, tiles[1], column);
    int sum = 0, weight, end = least((group + 1) * cfg->active_rows, cfg->rows);
    for (int i = group * cfg->active_rows; i < end; i++) {
        Row row = row_of(r, tiles[0], tiles[1], i);
        if (!row.is_used || !weight_of(r, row, line, &weight))
            continue;
        int drive =
            input_of(r, window, row) >> (plane * cfg->dac_bits) & ((1 << cfg->dac_bits) - 1);
        sum += level_of(r, weight, line) * drive;
        *count += drive;
    }
    return sum;
}

// Lists stand by filter, slice and polarity, a pair being one.
static inline const int32_t *list_of(const Reading *r, Line line)
{
    const XbCfgList *all = &r->b->cfg.layer->thresholds;
    int list = line.filter * r->map->slices + line.slice;
    if (!r->b->cfg.adc_analog)
        list = list * r->map->polarities + line.minus;
    return all->threshold + (all->lists ? list : 0) * ((1 << r->map->adc.bits) - 1);
}

static inline int64_t convert_by_list(const Reading *r, Line line, int64_t in, int *code)
{
    const XbPlanAdc *adc = &r->map->adc;
    const int32_t *list = list_of(r, line);
    *code = 0;
    for (int k = 0; k < (1 << adc->bits) - 1; k++)
        *code += in >= list[k];
    return (int64_t)(adc->lo + *code) * adc->delta;
}

static inline int64_t convert(Reading *r, Line line, int64_t in, int *code)
{
    const XbPlanAdc *adc = &r->map->adc;
    if (r->b->cfg.layer->thresholds.threshold)
        return convert_by_list(r, line, in, code);
    int64_t above = in - (int64_t)adc->lo * adc->delta + adc->delta / 2;
    int64_t top = (1 << adc->bits) - 1;
    int64_t step = above < 0 ? -1 : above / adc->delta;
    r->saturated += step < 0 || step > top;
    *code = (int)(step < 0 ? 0 : step > top ? top : step);
    return (int64_t)(adc->lo + *code) * adc->delta;
}

// Adds what a bit line, or pair, gives to its pixel's sum.
static inline void add_line(Reading *r, int window, int tiles[2], int column, int turn, int *code)
{
    const XbCfg *cfg = &r->b->cfg;
    int plane = turn / r->groups, group = turn % r->groups, count = 0, ignored = 0;
    Line line = line_of(r, tiles[1], column);
    int64_t in = current(r, window, tiles, column, plane, group, &count);
    if (cfg->adc_analog)
        in -= current(r, window, tiles, column + 1, plane, group, &ignored);
    int64_t value = convert(r, line, in, code) * (1 << (plane * cfg->dac_bits));
    int pixel = pixel_of(r, window, line);
    bool is_top = cfg->encoding == XB_TWOS_COMPLEMENT && line.slice == r->map->slices - 1;
    value *= (line.minus || is_top ? -1 : 1) * (1 << (line.slice * cfg->cell_bits));
    if (cfg->encoding == XB_OFFSET && line.slice == 0)
        value -= ((int64_t)count << (plane * cfg->dac_bits)) *
                 ((1 << (r->net->weight_bits - 1)) + r->net->weight_zero);
    if (pixel >= 0)
        r->sum[(int64_t)pixel * r->net->out.c + line.filter] += value;
}

static inline void read_window(Reading *r, int window, uint16_t **codes)
{
    int step = r->b->cfg.adc_analog ? 2 : 1;
    for (int turn = 0; turn < r->planes * r->groups; turn++)
        for (int row_tile = 0; row_tile < r->row_tiles; row_tile++)
            for (int col_tile = 0; col_tile < r->col_tiles; col_tile++)
                for (int c = 0; c < r->b->cfg.cols && line_of(r, col_tile, c).is_used; c += step) {
                    int code, tiles[2] = {row_tile, col_tile};
                    add_line(r, window, tiles, c, turn, &code);
                    *(*codes)++ = (uint16_t)code;
                }
}

static inline int64_t bias_of(const XbNetLayer *l, int channel)
{
    int64_t rows = l->kind == XB_DWCONV ? l->kh * l->kw : l->kh * l->kw * l->in.c;
    int64_t sum = -l->weight_zero * rows;
    for (int64_t i = 0; i < rows; i++)
        sum += l->kind == XB_DWCONV ? l->weights[i * l->out.c + channel]
                                    : l->weights[channel * rows + i];
    return l->bias[channel] - l->in_q[0].zero * sum;
}

static inline void finish_reading(const Reading *r, uint8_t *out)
{
    const XbPlanLayer *l = r->b->plan.layer;
    int channels = r->net->out.c;
    for (int i = 0; i < r->net->out.h * r->net->out.w * channels; i++) {
        int c = i % channels;
        int64_t y = l->out_zero + (int64_t)xb_scale((int32_t)(r->sum[i] + bias_of(r->net, c)),
                                                    l->scale[c], l->scaling);
        out[i] = (uint8_t)(y < 0 ? 0 : y > 255 ? 255 : y);
    }
}

// Weight rows of a bit line in one group.
static inline int rows_of_group(const Reading *r, int tiles[2], int column, int group)
{
    const XbCfg *cfg = &r->b->cfg;
    Line line = line_of(r, tiles[1], column);
    int count = 0, weight, end = least((group + 1) * cfg->active_rows, cfg->rows);
    for (int i = group * cfg->active_rows; i < end; i++) {
        Row row = row_of(r, tiles[0], tiles[1], i);
        count += row.is_used && weight_of(r, row, line, &weight);
    }
    return count;
}

// The most weight rows of a bit line that are on together.
static inline int slow_rho(const Reading *r)
{
    int most = 0;
    for (int k = 0; k < r->row_tiles * r->col_tiles * r->groups; k++) {
        int tile = k / r->groups, tiles[2] = {tile / r->col_tiles, tile % r->col_tiles};
        for (int c = 0; c < r->b->cfg.cols && line_of(r, tiles[1], c).is_used; c++) {
            int rows = rows_of_group(r, tiles, c, k % r->groups);
            most = rows > most ? rows : most;
        }
    }
    return most;
}

#endif
