// SPDX-License-Identifier: Apache-2.0
// XbPlan: the contract between everything before it (cfg, network) and everything after it (emitter,
// golden model, command line). Integers only, but for what the host makes of codes; immutable once built.
//
// Terms: a *word* is one pixel of a stream (all its channel codes); a *beat* is what a stream carries in
// a cycle, one or more words and their number (each image begins in a beat of its own, and the last one
// of a step or of an image may have fewer than the others); a *window* is the input of one output pixel; a
// *step* is the time in which each copy of a layer's arrays works on one window; a *row* of a layer is one
// weight input of a window, a *column* one bit line over all column tiles; a *conversion* is one use of a
// converter on a column, or on a plus/minus pair with analog subtraction.
#ifndef XBGEN_PLAN_H
#define XBGEN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/cfg.h"
#include "xbgen/diag.h"
#include "xbgen/net.h"
#include "xbgen/num.h"
#include "xbgen/tiling.h"

// Arrays of a layer are numbered in so many bits of what draws are keyed with; the layer (of those with weights)
// stands above.
enum { XB_ARRAY_BITS = 20 };

// How a layer's rows are numbered: row -> (ci, ky, kx).
typedef enum {
    XB_ROWS_CHANNEL_MAJOR,  // row = ci * taps + tap   (im2col, depthwise)
    XB_ROWS_TAP_MAJOR       // row = tap * Ci + ci     (fully connected; kernel position)
} XbRowOrder;               // tap = ky * kw + kx

typedef struct XbPlanColumn {  // what the sum of one column means
    int word;                  // output channel it belongs to
    int output;                // which output of a window: 0 where a window has one
    int shift;                 // weight of the column: sign * 2^shift
    int sign;                  // +1 or -1
} XbPlanColumn;

typedef struct XbPlanArray {        // one of the arrays of a copy: row_tile * col_tiles + col_tile
    int row_tile, col_tile;
    int row_base, rows;             // layer rows [row_base, row_base + rows) on physical rows 0..rows-1
    int col_base, cols;             // layer columns [col_base, ...) on physical columns 0..cols-1
    int conversions;                // cols, or cols / 2 with analog subtraction
    const uint8_t *levels;          // [rows][cols] cell levels 0..2^cell_bits-1, row-major; copies share it.
                                    // NULL in an outline
} XbPlanArray;

typedef struct XbPlanAdc {
    int bits;                 // B
    int delta, lo;            // step and lowest code
    XbRangeKind range;        // what they follow from; without threshold lists
    int64_t imax;             // largest |I| the range was made for
    int lossless_bits;        // bits at which delta 1 cannot clip
    bool lossless;            // delta 1 and no clipping possible with these weights

    // Threshold lists in place of delta: code = #{k : I >= threshold[k]}, in units of 2^-frac_bits of a level; the
    // value of a code stays (lo + code) * delta, and nothing saturates. INT32_MIN is always reached, INT32_MAX never.
    // One list for all, or one for each copy, row tile and column that has its own; xb_plan_list tells whose is whose.
    const int32_t *threshold;  // [list_copies][list_tiles][list_columns][2^bits - 1], never falling; NULL: none
    int list_copies, list_tiles;  // 1, or those of the layer
    int list_columns;          // 1, or xb_plan_list_columns
    const char *preset;        // the name of the curve that cfg.json asks for; NULL: none
} XbPlanAdc;

// Outputs that one window gives at once. A sub-image of h x w positions of the padded input gives
// side x side outputs, in raster order; in a 1x1 convolution of pixels side by side a window is a
// run of the output's pixels.
typedef struct XbPlanPatch {
    int outputs;  // of a window, 1..
    int side;     // o; 1 for others
    int h, w;     // positions of a sub-image; else the kernel
    int across;   // windows of a row of the output; in a run the output's width
    const int16_t *tap;  // [outputs][h * w] tap of the kernel at a position, -1: none; NULL: no sub-image
} XbPlanPatch;

// A way to cut a layer into sub-images. No limit but 64 bits.
typedef struct XbSubImage {
    int side;               // o; 0: none fits
    int h, w;               // S
    int channels, filters;  // that share an array
    int64_t windows, set;   // M, and arrays of one copy
} XbSubImage;

// The crossbar part of a conv, dwconv or fc layer.
typedef struct XbPlanMap {
    XbScheme scheme;          // what was chosen; im2col for layers that have no other
    XbPlanPatch patch;
    XbPolicy policy;          // of sub-images
    XbSubImage sub_image[XB_POLICIES];  // what each policy makes of the layer; side 0 where it is not cut so
    int fan_in;               // weights of an output channel
    XbRowOrder row_order;
    XbTiling tiling;
    int rows, columns;        // of the layer, one copy
    int slices, polarities;   // columns of one weight: slices * polarities; polarity is the fastest
    int planes;               // t = ceil(in_bits / dac_bits)
    int groups;               // g, groups of active rows
    int conversions;          // u: the most conversions in any array
    int slots;                // ceil(u / per_array): converter uses per plane and group
    int64_t read_cycles;      // t_xbar: one read of the layer, all planes, groups and slots
    XbAccess access;          // what a step loads from the buffer
    int row_lanes, col_lanes; // shared words read in a cycle: rows by columns; 0 with XB_DUP
    int row_group;            // rows of windows that they cover: more than 1 only where steps are shorter
    int patch_windows;        // several outputs side by side and below (xb_unpatch): most windows of a beat,
    int patch_columns, patch_rows;  // windows and rows of words that are read at once; 0: none such
    int64_t loads, stores;    // codes of an image through the layer's buffer port
    int64_t step_stores;      // codes that a step stores, absent windows of an image's last one too
    int64_t published;        // the interval by the published time model; 0: it does not know the access
    int weight_bits;          // w
    int sum_bits;             // signed width of a channel's sum over planes and groups in one array

    // How sums leave the arrays: those of a slot, over all copies and column tiles, in `phases` entries of
    // `lanes` (of the layer) sums; sums stand as (copy * col_tiles + column tile) * parts + part.
    int parts;                // channels that a slot of an array can have a part in
    int phases;               // entries of a slot
    int banks;                // steps whose sums are under way or wait; as many credits
    int pipe_cycles;          // from the read of a slot to its sums in a bank
    int amid_cycles;          // ... of it where slots begin amid channels: 2, or 3 over column tiles; else 0
    int64_t drain_cycles;     // from a step's last read to its last code, besides pipe_cycles
    int64_t spacing;          // cycles from beat to beat in which a reader keeps up
    int count_weight;         // `offset` encoding: sum(x) * count_weight is subtracted; -1: none
    XbPlanAdc adc;
    int64_t set;              // arrays of one copy
    int64_t first_array;      // arrays of all copies are numbered over the network from here:
    int64_t arrays;           // first_array + copy * set + number in the copy
    const XbPlanArray *array; // [set]; NULL in an outline: xb_plan_array
    const uint16_t *const *conductance;  // [arrays] of every array of all copies, [rows][cols] in units of
                              // 2^-frac_bits of a level; NULL: cells are ideal, all copies have `array[].levels`
    int32_t read_noise;       // S of docs/numerics.md, amplitude of the noise of a conversion; 0: none
    const XbPlanColumn *column;  // [columns]; likewise: xb_plan_column
} XbPlanMap;

typedef struct XbBits {  // what hardware stores
    int64_t memory;      // bits of memories, each with one write and one read port
    int64_t registers;   // flip-flops, but for the few per cent that synthesis saves
} XbBits;

typedef struct XbPlanLayer {
    const char *name;          // "conv1"
    const char *op_name;       // operator name in the network file
    XbKind kind;
    int inputs;
    int input[2];              // layer index, -1: the chip's input
    bool is_gated;             // a MUL whose second input is 1 x 1 x C, one word for the whole image
    XbShape in, out;           // of the streams, `in` the first input's (xb_plan_input_shape): words are pixels in raster order. A reshape that only
                               // feeds fully connected layers or the output passes its words unchanged.
    XbShape net_out;           // shape of the tensor in the network (differs from `out` after reshape only)
    int in_zero[2], out_zero;  // codes
    int in_offset, out_offset; // codes of what files hold as 0: 2^(bits-1) of signed codes, else 0
    int clamp_lo, clamp_hi;    // codes
    XbScaling scaling;         // how this layer's multipliers round

    // Window (conv, dwconv, fc, pools, mean, pad; a pad is a 1x1 window over the padded image). A pool's
    // is without the rows and columns that lie outside the image in all its windows.
    int kh, kw, stride_h, stride_w, dil_h, dil_w, pad_t, pad_l, pad_b, pad_r;
    int taps;                  // kh * kw
    int windows;               // P = out.h * out.w; fewer where a window has several outputs
    int multiplier;            // depthwise channel multiplier, else 1
    int copies;                // d; in a pool or pad the windows worked on at once
    int steps;                 // ceil(P / d)
    int64_t step_cycles;       // the longest step; in a pool or pad what one window needs
    int in_bits, out_bits;     // of a code of its inputs and of its output
    int in_words, out_words;   // most words of a beat of its inputs and of its output
    int64_t out_beats;         // of an image on its output
    bool gear[2];              // input i is cut anew in front of the layer: a join takes beats of one size
    int fetch_rate;            // taps read per cycle and copy, or per cycle where copies share them
    int ring_words;            // input words the ring buffer holds, whole beats; 0: none
    int ring_replicas;         // memories of so many words: one for each tap read per cycle
    int64_t ring_bits;         // of all replicas
    int fifo_beats[2];         // FIFO in front of each input; 0: none. In a serial chip this, or the ring, holds an image
    int lanes;                 // channels post-processed per cycle: sums of a slot in a layer with weights, channels
                               // of each word of a beat in a pool, else of the beat
    int64_t interval;          // cycles per image
    int64_t uneven;            // the most cycles that its words come later than at a steady pace, a buffer's
                               // port being busy
    int64_t start, end;        // of an image alone: the cycle, from 1, in which the layer begins to work, and in which
                               // its last beat is taken
    XbBits bits;               // of the layer's cell

    const XbPlanMap *map;      // weight layers, else NULL
    const int32_t *bias;       // [bias_copies][out.c] bias' (zero point folded in), weight layers
    int bias_copies;           // 1, or `copies` where each is measured after programming
    const XbMultiplier *scale; // [out.c] weight layers with XB_POST_SCALE
    const int16_t *weights;    // [out.c][rows of that channel] nominal, in row order; weight layers. Those of a
                               // channel whose thresholds are for the negated sum are negated, its bias too
    XbPost post;               // what makes codes of the sums
    int sum_shift;             // sums count 2^sum_shift: 1 where the input is bipolar, else 0
    const int32_t *threshold;  // [threshold_lists][2^out_bits - 1], none falling: y = #{k : sum >= threshold[k]};
    int threshold_lists;       // 1 or out.c
    int blocks;                // conv, fc, merge: G where the layer is split, else 0. Channel g * out.c / G + c is
                               // output c of block g, which is unit g of the tiling, on arrays of its own
    XbMerge merge;
    int merge_multiplier, merge_shift;  // XB_MERGE_AVG
    bool in_turn;              // concat: of each image the words of input 0, then those of input 1; else pixel by pixel
    const int8_t *pool_sign;   // maxpool: [out.c], -1: the smallest code; NULL: the largest of every channel

    int tables;                // table: 1, or out.c where each channel has its own
    const uint8_t *table;      // ... [tables][2^in_bits] the output's code of each; NULL in an outline

    XbMultiplier in_scale[2];  // add: each input; relu, mul, mean: in_scale[0] is the multiplier (q', e' for mean)
    XbMultiplier out_scale;    // add
    int elements;              // mean, avgpool: the most pixels of a window inside the image
    const uint64_t *reciprocal;   // avgpool: [elements + 1], for n pixels: y = (2|S| + n) * r[n] >> recip_shift
    int recip_shift;

    int begin[3], step[3];     // slice: of rows, columns and channels the first one, and the way to the next one
    int held_beats;            // ... input beats that wait in it; 0: none
} XbPlanLayer;

// Ways to share out a budget of arrays, side by side.
typedef enum {
    XB_CHOICE_NONE,          // a copy of each layer
    XB_CHOICE_PROPORTIONAL,  // by their windows
    XB_CHOICE_OPTIMAL,       // by the objective
    XB_CHOICE_BLIND,         // ... as if buffers had no limit
    XB_CHOICES
} XbPlanChoices;

typedef struct XbPlanChoice {
    const char *name;         // "none", "proportional", "optimal", "bandwidth_blind"
    const int *copies;        // [layers] 0 without weights
    int64_t arrays;
    int64_t interval, serial, pipelined;  // what objectives are about, by the time model asked for
    int64_t latency;          // of one image, if steps were all that takes time
    const int64_t *start;     // [layers] ... when a layer with weights begins
} XbPlanChoice;

typedef struct XbPlan {
    const char *name;
    const char *network;       // file name as written in cfg.json
    uint64_t hash;             // FNV-1a over plan.json and all weights and tables
    int code_bits;             // of the images' codes
    int code_offset;           // ... of what files hold as 0
    XbQuant input_q, output_q; // what codes of the images and results stand for: the host's matter, no hardware's
    int notes;                 // likewise: operators of the file that are no layers, in its order
    const XbNetNote *note;
    XbNetEnd file_input;       // ... and what the file takes, where the host makes the chip's input of it
    int outputs;               // 0: one; else those whose codes stand one behind the other in a result
    const XbNetOutput *output;
    XbShape input;
    int input_words;           // of a beat of the stream that the images come in
    int input_rank, output_rank;  // ranks in the network file, batch included
    int rows, cols, cell_bits, dac_bits, active_rows;
    int frac_bits;             // F: conductances, sums and references are in units of 2^-F of a level; 0 with ideal cells
    int level_bits;            // of a cell's conductance: cell_bits, or cell_bits + F + 1
    uint64_t seed;             // of cells and noise
    const char *rram;          // cfg.json's numbers of imperfect cells, as plan.json has them; NULL: cells are ideal
    const uint16_t *most;      // [2^cell_bits] the largest conductance that a cell of a level can have; NULL likewise
    const int16_t *quantile;   // [4096] Q of docs/numerics.md; NULL: no layer has read noise
    XbEncoding encoding;
    bool analog;
    int adc_bits_max;          // widest code of any layer
    int adc_per_array, adc_interval, adc_latency;
    XbPipeline pipeline;
    int pipeline_depth;
    int bits_per_cycle;        // of a layer's buffer port; 0: unlimited
    XbTransfer transfer;
    XbRounding rounding;
    int64_t arrays, tiles, tile_count;  // in use; tile_count: what cfg allows (or tiles)
    int arrays_per_tile;
    const XbPlanChoice *choice;  // [XB_CHOICES]; NULL where copies are given
    XbPlanChoices chosen;        // the one that is built
    int64_t budget;              // arrays that copies were chosen for
    XbObjective objective;
    XbTimeModel time_model;
    bool asks_weights;         // an outline without drawn weights could not answer a range
    bool counters;             // layers have counters
    int in_bytes, out_bytes;   // width of s_axis_tdata and m_axis_tdata
    int64_t interval;          // cycles per image of the chip: the slowest layer; of a serial one its latency
    int64_t latency;           // cycles from the first input beat taken to the last output beat taken, both included,
                               // of an image alone that is offered and taken without stalls
    XbBits bits, chip_wide;       // of the chip; of what is no layer: program, registers, buses, forks
    int layers;
    const XbPlanLayer *layer;  // network order; the last is the output
} XbPlan;

// Plans without cells, multipliers and proofs: everything that plan.json shows. Weights are looked at where
// a converter's range depends on them; where a layer has a seed instead, `asks_weights` is set: draw them
// (xb_net_draw) and call again. Reports like xb_plan_build.
bool xb_plan_outline(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, XbPlan *out);

// Builds the whole plan; all weights must be there. Reports every fault ([plan-...]) with the place in
// cfg.json, or the layer, that causes it. Returns false if there was an error.
bool xb_plan_build(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, XbPlan *out);

// Proves that no sum of the plan can leave 32 bits, with any image and in any order of adding. Whoever runs
// or builds a design needs it; a plan that is only looked at does not. Reports [plan-overflow] at the layer,
// `file` being the cfg.json. Returns false if there was one.
bool xb_plan_prove(XbArena *arena, XbDiags *d, const char *file, const XbPlan *plan);

// plan.json: everything an architect compares, as text ending in a newline. Keys as in docs/architecture.md.
char *xb_plan_json(XbArena *arena, const XbPlan *plan);

// What `xbgen plan` prints: a table, a line per layer, then the whole.
char *xb_plan_text(XbArena *arena, const XbPlan *plan);

// The place of the weight that stands at a row and column of the layer's matrix among those of its output channel;
// -1 where there is none: the one place that says which cells hold what. Rows and columns count over all units
// (xbgen/tiling.h); `output` is the column's.
static inline int xb_plan_place_of(const XbPlanLayer *l, int row, int column, int output)
{
    const XbTiling *t = &l->map->tiling;
    const XbPlanPatch *patch = &l->map->patch;
    int in_unit = row - column / t->unit_cols * t->unit_rows;
    if (in_unit < 0 || in_unit >= t->unit_rows)
        return -1;
    if (!patch->tap)
        return in_unit;
    int positions = patch->h * patch->w;
    int tap = patch->tap[output * positions + in_unit % positions];
    return tap < 0 ? -1 : in_unit / positions * l->taps + tap;
}

// The weight at a row and column; false where there is none.
static inline bool xb_plan_weight(const XbPlanLayer *l, int row, int column, int *weight)
{
    const XbPlanColumn *c = &l->map->column[column];
    int place = xb_plan_place_of(l, row, column, c->output);
    if (place >= 0)
        *weight = l->weights[(int64_t)c->word * l->map->fan_in + place];
    return place >= 0;
}

// Number of a sum of a window: the columns [n * k, (n + 1) * k) make it, k = slices * polarities.
static inline int xb_plan_sum(const XbPlanLayer *l, int channel, int output)
{
    const XbPlanMap *m = l->map;
    if (m->patch.outputs > 1 && !m->patch.tap)  // a run: pixel by pixel
        return output * l->out.c + channel;
    return channel * m->patch.outputs + output;
}

// The raster number of output `output` of window `window`; -1 where it lies outside the image.
static inline int xb_plan_output_pixel(const XbPlanLayer *l, int window, int output)
{
    const XbPlanPatch *p = &l->map->patch;
    if (!p->tap) {
        int pixel = window * p->outputs + output;
        return pixel < l->out.h * l->out.w ? pixel : -1;
    }
    int y = window / p->across * p->side + output / p->side;
    int x = window % p->across * p->side + output % p->side;
    return y < l->out.h && x < l->out.w ? y * l->out.w + x : -1;
}

// Number and meaning of a column, from its place among all columns.
static inline XbPlanColumn xb_plan_column(const XbPlan *plan, const XbPlanLayer *l, int number)
{
    const XbPlanMap *m = l->map;
    int sum = number / (m->slices * m->polarities), slice = number / m->polarities % m->slices;
    bool is_run = m->patch.outputs > 1 && !m->patch.tap;
    bool is_top = plan->encoding == XB_TWOS_COMPLEMENT && slice == m->slices - 1;
    bool is_minus = m->polarities == 2 && number % 2 == 1;
    return (XbPlanColumn){.word = is_run ? sum % l->out.c : sum / m->patch.outputs,
                          .output = is_run ? sum / l->out.c : sum % m->patch.outputs,
                          .shift = slice * plan->cell_bits,
                          .sign = is_minus || is_top ? -1 : 1};
}

// Array `k` of a copy, without its cells.
static inline XbPlanArray xb_plan_array(const XbPlan *plan, const XbPlanMap *m, int64_t k)
{
    int row_tile = (int)(k / m->tiling.col_tiles), col_tile = (int)(k % m->tiling.col_tiles);
    XbSpan rows = xb_tiling_rows(&m->tiling, row_tile, col_tile);
    XbSpan columns = xb_tiling_columns(&m->tiling, col_tile);
    return (XbPlanArray){.row_tile = row_tile,
                         .col_tile = col_tile,
                         .row_base = rows.base,
                         .rows = rows.count,
                         .col_base = columns.base,
                         .cols = columns.count,
                         .conversions = plan->analog ? columns.count / 2 : columns.count};
}

// Cells of all copies that hold weights: a column holds those of its channel.
static inline int64_t xb_plan_cells(const XbPlanLayer *l)
{
    return (int64_t)l->map->columns * l->map->tiling.unit_rows * l->copies;
}

// Conversions of so many columns: one each, or one for two with analog subtraction.
static inline int xb_plan_conversions(const XbPlan *plan, int columns)
{
    return plan->analog ? columns / 2 : columns;
}

// Conversions of one output of a window, in a plane, group and row tile: by output channel, slice, polarity, a pair
// being one. As many columns have lists of their own; outputs of a window share those of their channel.
static inline int xb_plan_list_columns(const XbPlan *plan, const XbPlanLayer *l)
{
    return xb_plan_conversions(plan, l->out.c * l->map->slices * l->map->polarities);
}

// Lists of a layer's converters; 0: they have none.
static inline int64_t xb_plan_list_count(const XbPlanAdc *adc)
{
    return adc->threshold ? (int64_t)adc->list_copies * adc->list_tiles * adc->list_columns : 0;
}

// What a sum reaches of 2^bits - 1 thresholds: #{k : sum >= list[k]}. INT32_MAX is never reached.
static inline int xb_plan_reached(const int32_t *list, int bits, int64_t sum)
{
    int code = 0;  // the largest with list[code - 1] <= sum
    for (int step = 1 << (bits - 1); step; step >>= 1) {
        int32_t next = list[code + step - 1];
        code += next <= sum && next != INT32_MAX ? step : 0;
    }
    return code;
}

// The list of a conversion of a copy and row tile, conversions counted over all column tiles; NULL where the
// converter has none.
static inline const int32_t *xb_plan_list(const XbPlan *plan, const XbPlanLayer *l, int copy, int row_tile,
                                          int conversion)
{
    const XbPlanAdc *adc = &l->map->adc;
    int per_sum = xb_plan_conversions(plan, l->map->slices * l->map->polarities);
    int64_t list = adc->list_copies > 1 ? copy : 0;
    list = list * adc->list_tiles + (adc->list_tiles > 1 ? row_tile : 0);
    list *= adc->list_columns;
    if (adc->list_columns > 1)
        list += xb_plan_column(plan, l, conversion * (plan->analog ? 2 : 1)).word * per_sum + conversion % per_sum;
    return adc->threshold ? adc->threshold + list * ((1 << adc->bits) - 1) : NULL;
}

// Positions of the input that a window of a layer with weights looks at.
static inline int xb_plan_positions(const XbPlanLayer *l)
{
    const XbPlanPatch *p = &l->map->patch;
    return p->tap ? p->h * p->w : l->taps * p->outputs;
}

// Windows as hardware loads them: of several outputs side by side and below, or of one.
typedef struct XbPlanWalk {
    int kh, kw, stride_h, stride_w, dil_h, dil_w;
    int taps;          // kh * kw
    int out_h, out_w;  // rows of windows, and windows of a row
    int windows;       // of the image
    int copies;        // windows of a step
} XbPlanWalk;

static inline XbPlanWalk xb_plan_walk(const XbPlanLayer *l)
{
    XbPlanWalk w = {l->kh,   l->kw,    l->stride_h, l->stride_w, l->dil_h,  l->dil_w,
                    l->taps, l->out.h, l->out.w,    l->windows,  l->copies};
    const XbPlanPatch *p = l->map ? &l->map->patch : NULL;
    if (p && p->tap)
        return (XbPlanWalk){p->h,
                            p->w,
                            p->side * l->stride_h,
                            p->side * l->stride_w,
                            1,
                            1,
                            p->h * p->w,
                            l->windows / p->across,
                            p->across,
                            l->windows,
                            l->copies};
    if (p && p->outputs > 1) {  // a run
        w.windows = l->out.h * l->out.w;
        w.copies *= p->outputs;
    }
    return w;
}

// True if the outputs of a window stand side by side and below, so that words wait for others.
static inline bool xb_plan_is_patched(const XbPlanLayer *l) { return l->map && l->map->patch.side > 1; }

// Digital counts (`offset`) of a copy: of each block, and of each output that shares its block's rows.
static inline int xb_plan_window_counts(const XbPlanLayer *l)
{
    return l->map->tiling.units * (xb_plan_is_patched(l) ? l->map->patch.outputs : 1);
}

// True if a digital count is not of all that a window has.
static inline bool xb_plan_has_gaps(const XbPlanLayer *l)
{
    return xb_plan_is_patched(l) || (l->map->patch.tap && (l->dil_h > 1 || l->dil_w > 1));
}

// Sums of a window.
static inline int xb_plan_window_sums(const XbPlanLayer *l) { return l->out.c * l->map->patch.outputs; }

// Most words that a step of a layer with weights gives.
static inline int64_t xb_plan_step_words(const XbPlanLayer *l)
{
    int64_t words = (int64_t)l->copies * l->map->patch.outputs, pixels = xb_shape_pixels(l->out);
    return words < pixels ? words : pixels;
}

// Rows of the output that the windows of a step begin in, where a window has several outputs.
static inline int64_t xb_plan_output_rows(const XbPlanLayer *l)
{
    const XbPlanPatch *p = &l->map->patch;
    int64_t outputs = p->tap ? 1 : p->outputs;
    return (l->copies * outputs / p->across + 1) * p->side;
}

// 32-bit words that a lane needs of what makes its output: bias', and with it multiplier and exponent, or thresholds.
// None in a split layer.
static inline int xb_plan_lane_words(const XbPlanLayer *l)
{
    static const int words[] = {[XB_POST_SCALE] = 3, [XB_POST_SUMS] = 1, [XB_POST_CODES] = 0};
    return l->post == XB_POST_THRESHOLDS ? 1 << l->out_bits : words[l->post];
}

// Reads of an array for an image, if one copy works on all windows; of a layer with weights.
static inline int64_t xb_plan_reads(const XbPlanLayer *l)
{
    return (int64_t)l->windows * l->map->planes * l->map->groups;
}

// Conversions of a layer for an image; 0 without weights.
static inline int64_t xb_plan_layer_conversions(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    return m ? xb_plan_reads(l) * m->tiling.row_tiles * xb_plan_conversions(plan, m->columns) : 0;
}

// The stream that a layer makes (-1: that of the chip's input): shape, and the most words of a beat.
static inline XbShape xb_plan_stream(const XbPlan *plan, int layer)
{
    return layer < 0 ? plan->input : plan->layer[layer].out;
}

static inline int xb_plan_beat_words(const XbPlan *plan, int layer)
{
    return layer < 0 ? plan->input_words : plan->layer[layer].out_words;
}

// The pixel of its input that pixel `n` of a slice's output is.
static inline int64_t xb_plan_box_pixel(const XbPlanLayer *l, int64_t n)
{
    int64_t y = l->begin[0] + n / l->out.w * l->step[0];
    return y * l->in.w + l->begin[1] + n % l->out.w * l->step[1];
}

// The images of a layer's input `i`, and the most words of a beat as the layer takes them.
static inline XbShape xb_plan_input_shape(const XbPlanLayer *l, int i)
{
    XbShape in = l->in;
    if (l->is_gated && i == 1)
        return (XbShape){1, 1, in.c};
    if (i == 0 || l->kind != XB_CONCAT)
        return in;
    if (l->in_turn)
        return (XbShape){1, (int)(xb_shape_pixels(l->out) - xb_shape_pixels(in)), in.c};
    in.c = l->out.c - in.c;
    return in;
}

static inline int xb_plan_input_words(const XbPlanLayer *l, int i)
{
    return l->is_gated && i == 1 ? 1 : l->in_words;
}

// Layers that read a layer's output (-1: the chip's input); the chip's output is a reader too.
static inline int xb_plan_readers(const XbPlan *plan, int layer)
{
    int readers = 0;
    for (int i = 0; i < plan->layers; i++)
        for (int k = 0; k < plan->layer[i].inputs; k++)
            readers += plan->layer[i].input[k] == layer;
    return readers + (layer == plan->layers - 1);
}

// The chip tile of array `k` of a layer, counted over all copies.
static inline int64_t xb_plan_tile(const XbPlan *plan, const XbPlanMap *map, int64_t k)
{
    return (map->first_array + k) / plan->arrays_per_tile;
}

// Bytes of a code on the chip's buses.
static inline int xb_code_bytes(int bits) { return bits <= 8 ? 1 : bits <= 16 ? 2 : 4; }

// Bytes of a layer's output (-1: the chip's input) for an image, codes of several bytes as the machine has them.
static inline int64_t xb_plan_bytes(const XbPlan *plan, int layer)
{
    int bits = layer < 0 ? plan->code_bits : plan->layer[layer].out_bits;
    return xb_shape_size(xb_plan_stream(plan, layer)) * xb_code_bytes(bits);
}

// Bits of the number of words of a beat, 1 to `words`.
static inline int xb_count_bits(int words)
{
    int bits = 1;
    while (words >> bits)
        bits++;
    return bits;
}

// Columns of a table that the longest name of a layer takes, `least` or more.
int xb_plan_name_width(const XbPlan *plan, int least);

#endif
