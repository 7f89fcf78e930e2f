// SPDX-License-Identifier: Apache-2.0
// The parameters of each layer's cell, from the plan.
#include "emit/kinds.h"

static void put_bits(XbVWriter *w, const XbPlanLayer *l)
{
    xb_v_param(w, "InBits", l->in_bits);
    xb_v_param(w, "OutBits", l->out_bits);
}

static void put_window(XbVWriter *w, const XbPlanLayer *l)
{
    xb_v_param(w, "InH", l->in.h);
    xb_v_param(w, "InW", l->in.w);
    xb_v_param(w, "OutH", l->out.h);
    xb_v_param(w, "OutW", l->out.w);
    xb_v_param(w, "KernelH", l->kh);
    xb_v_param(w, "KernelW", l->kw);
    xb_v_param(w, "StrideH", l->stride_h);
    xb_v_param(w, "StrideW", l->stride_w);
    xb_v_param(w, "DilationH", l->dil_h);
    xb_v_param(w, "DilationW", l->dil_w);
    xb_v_param(w, "PadT", l->pad_t);
    xb_v_param(w, "PadL", l->pad_l);
}

// The windows that a layer with weights loads, and what they are of its output.
static void put_walk(XbVWriter *w, const XbPlanLayer *l)
{
    XbPlanLayer walked = *l;
    XbPlanWalk walk = xb_plan_walk(l);
    walked.kh = walk.kh;
    walked.kw = walk.kw;
    walked.stride_h = walk.stride_h;
    walked.stride_w = walk.stride_w;
    walked.dil_h = walk.dil_h;
    walked.dil_w = walk.dil_w;
    put_window(w, &walked);
    if (l->map->patch.outputs > 1)
        xb_v_param(w, "Outputs", l->map->patch.outputs);
    if (l->map->patch.tap && l->dil_h > 1)
        xb_v_param(w, "StepH", l->dil_h);
    if (l->map->patch.tap && l->dil_w > 1)
        xb_v_param(w, "StepW", l->dil_w);
    if (xb_plan_is_patched(l)) {
        xb_v_param(w, "Side", l->map->patch.side);
        xb_v_param(w, "PatchWindows", l->map->patch_windows);
        xb_v_param(w, "PatchColumns", l->map->patch_columns);
        xb_v_param(w, "PatchRows", l->map->patch_rows);
    }
}

static void put_arrays(XbVWriter *w, const XbPlan *p, const XbPlanMap *m)
{
    xb_v_param_note(w, "arrays");
    xb_v_param(w, "Rows", p->rows);
    xb_v_param(w, "Cols", p->cols);
    xb_v_param(w, "CellBits", p->cell_bits);
    xb_v_param(w, "DacBits", p->dac_bits);
    xb_v_param(w, "Planes", m->planes);
    xb_v_param(w, "Groups", m->groups);
    xb_v_param(w, "ActiveRows", p->active_rows);
    xb_v_param(w, "RowTiles", m->tiling.row_tiles);
    xb_v_param(w, "ColTiles", m->tiling.col_tiles);
    xb_v_param(w, "Columns", m->columns);
    xb_v_param(w, "Slices", m->slices);
    xb_v_param(w, "Encoding", (int)p->encoding);
    xb_v_param(w, "Analog", p->analog);
    xb_v_param(w, "WeightBits", m->weight_bits);
    if (m->count_weight >= 0 && m->count_weight != 1 << (m->weight_bits - 1))
        xb_v_param(w, "CountWeight", m->count_weight);
    xb_v_param(w, "Units", m->tiling.units);
    xb_v_param(w, "UnitsPerArray", m->tiling.units_per_array);
    if (m->patch.tap)
        xb_v_param(w, "TileCols", m->tiling.tile_cols);
    xb_v_param(w, "SegRows", m->tiling.seg_rows);
    xb_v_param(w, "SegsPerTile", m->tiling.segs_per_tile);
}

// What cells and converters are that are not ideal; a lane's rounding to levels.
static void put_imperfect(XbVWriter *w, const XbPlan *p, const XbPlanMap *m)
{
    if (p->level_bits != p->cell_bits)
        xb_v_param(w, "LevelBits", p->level_bits);
    if (p->frac_bits > 0)
        xb_v_param(w, "FracBits", p->frac_bits);
    if (m->adc.threshold)
        xb_v_param(w, "Lists", m->adc.list_columns > 1 ? 2 : 1);
    if (m->read_noise)
        xb_v_param(w, "Noise", 1);
}

// What becomes of sums.
static void put_post(XbVWriter *w, const XbPlanLayer *l)
{
    if (l->sum_shift)
        xb_v_param(w, "SumShift", l->sum_shift);
    if (l->post == XB_POST_SCALE)
        xb_v_param(w, "Rounding", (int)l->scaling);
    else
        xb_v_param(w, "Post", (int)l->post);
}

static void put_access(XbVWriter *w, const XbPlan *p, const XbPlanMap *m, int rate)
{
    if (m->access == XB_DUP) {
        xb_v_param(w, "Rate", rate);
    } else {
        xb_v_param(w, "Access", (int)m->access);
        xb_v_param(w, "RowLanes", m->row_lanes);
        xb_v_param(w, "ColLanes", m->col_lanes);
        if (m->row_group > 1)
            xb_v_param(w, "RowGroup", m->row_group);
    }
    if (p->bits_per_cycle) {
        xb_v_param(w, "BitsPerCycle", p->bits_per_cycle);
        xb_v_param(w, "Serial", p->transfer == XB_SERIAL);
    }
}

void xb_params_mvm(XbTop *top, const XbPlanLayer *l)
{
    XbVWriter *w = top->w;
    const XbPlan *p = top->plan;
    const XbPlanMap *m = l->map;
    xb_v_param(w, "InC", l->in.c);
    xb_v_param(w, "OutC", l->out.c);
    put_walk(w, l);
    xb_v_param_note(w, "delivery");
    put_bits(w, l);
    xb_v_param(w, "InWords", l->in_words);
    xb_v_param(w, "OutWords", l->out_words);
    xb_v_param(w, "Copies", l->copies);
    put_access(w, p, m, l->fetch_rate);
    xb_v_param(w, "RingWords", l->ring_words);
    xb_v_param(w, "RowOrder", (int)m->row_order);
    put_arrays(w, p, m);
    xb_v_param_note(w, "converters and sums");
    xb_v_param(w, "PerArray", p->adc_per_array);
    xb_v_param(w, "AdcBits", p->adc_bits_max);
    xb_v_param(w, "AdcInterval", p->adc_interval);
    xb_v_param(w, "AdcLatency", p->adc_latency);
    put_imperfect(w, p, m);
    xb_v_param(w, "Slots", m->slots);
    xb_v_param(w, "SumBits", m->sum_bits);
    xb_v_param(w, "Parts", m->parts);
    xb_v_param(w, "Depth", p->pipeline_depth);
    xb_v_param(w, "Lanes", l->lanes);
    xb_v_param(w, "Banks", m->banks);
    put_post(w, l);
    xb_v_param(w, "FirstArray", m->first_array);
    xb_v_param(w, "ArraysPerTile", p->arrays_per_tile);
}

enum { MODE_MAXIMUM, MODE_AVERAGE, MODE_MEAN, MODE_PADDING };  // of xb_layer_pool

static void put_pool(XbTop *top, const XbPlanLayer *l, int mode)
{
    XbVWriter *w = top->w;
    xb_v_param(w, "Mode", mode);
    xb_v_param(w, "Channels", l->out.c);
    put_window(w, l);
    put_bits(w, l);
    xb_v_param(w, "InWords", l->in_words);
    xb_v_param(w, "Copies", l->copies);
    xb_v_param(w, "Rate", l->fetch_rate);
    xb_v_param(w, "RingWords", l->ring_words);
    xb_v_param(w, "Lanes", l->lanes);
    xb_v_param(w, "CodeOffset", l->in_offset);
    xb_v_param(w, "RecipShift", l->recip_shift);
    xb_v_param(w, "Rounding", (int)l->scaling);
}

void xb_params_maxpool(XbTop *top, const XbPlanLayer *l)
{
    put_pool(top, l, MODE_MAXIMUM);
    if (l->pool_sign)
        xb_v_param(top->w, "Signs", 1);
}

void xb_params_avgpool(XbTop *top, const XbPlanLayer *l) { put_pool(top, l, MODE_AVERAGE); }

void xb_params_mean(XbTop *top, const XbPlanLayer *l) { put_pool(top, l, MODE_MEAN); }

void xb_params_pad(XbTop *top, const XbPlanLayer *l) { put_pool(top, l, MODE_PADDING); }

static void put_pointwise(XbVWriter *w, const XbPlanLayer *l)
{
    put_bits(w, l);
    xb_v_param(w, "Channels", l->out.c);
    xb_v_param(w, "Words", l->out_words);
    xb_v_param(w, "ImageWords", l->out.h * l->out.w);
    xb_v_param(w, "Lanes", l->lanes);
}

void xb_params_relu(XbTop *top, const XbPlanLayer *l)
{
    put_pointwise(top->w, l);
    xb_v_param(top->w, "Rounding", (int)l->scaling);
}

void xb_params_table(XbTop *top, const XbPlanLayer *l)
{
    put_pointwise(top->w, l);
    xb_v_param(top->w, "Tables", l->tables > 1);
}

void xb_params_merge(XbTop *top, const XbPlanLayer *l)
{
    xb_v_param(top->w, "Merge", (int)l->merge);
    xb_v_param(top->w, "Blocks", l->blocks);
    put_pointwise(top->w, l);
}

void xb_params_add(XbTop *top, const XbPlanLayer *l)
{
    xb_params_relu(top, l);
    xb_v_param(top->w, "DepthA", l->fifo_beats[0]);
    xb_v_param(top->w, "DepthB", l->fifo_beats[1]);
}

void xb_params_mul(XbTop *top, const XbPlanLayer *l)
{
    xb_params_add(top, l);
    xb_v_param(top->w, "Gated", l->is_gated);
}

void xb_params_reshape(XbTop *top, const XbPlanLayer *l)
{
    xb_v_param(top->w, "InChannels", l->in.c);
    xb_v_param(top->w, "InWords", l->in_words);
    xb_v_param(top->w, "OutChannels", l->out.c);
    xb_v_param(top->w, "OutWords", l->out_words);
    xb_v_param(top->w, "ImageCodes", xb_shape_size(l->out));
    xb_v_param(top->w, "CodeBits", l->out_bits);
}

void xb_params_concat(XbTop *top, const XbPlanLayer *l)
{
    xb_v_param(top->w, "Turns", l->in_turn);
    xb_v_param(top->w, "ChannelsA", l->in.c);
    xb_v_param(top->w, "ChannelsB", xb_plan_input_shape(l, 1).c);
    xb_v_param(top->w, "Words", l->out_words);
    xb_v_param(top->w, "ImageWords", xb_shape_pixels(l->in));
    xb_v_param(top->w, "ImageWordsB", xb_shape_pixels(xb_plan_input_shape(l, 1)));
    xb_v_param(top->w, "DepthA", l->fifo_beats[0]);
    xb_v_param(top->w, "DepthB", l->fifo_beats[1]);
    xb_v_param(top->w, "CodeBits", l->out_bits);
}

// Three parameters: of rows, columns and channels.
static void put_triple(XbVWriter *w, const char *const name[3], int rows, int columns, int channels)
{
    xb_v_param(w, name[0], rows);
    xb_v_param(w, name[1], columns);
    xb_v_param(w, name[2], channels);
}

void xb_params_slice(XbTop *top, const XbPlanLayer *l)
{
    static const char *const names[][3] = {{"InRows", "InCols", "InChannels"},
                                           {"OutRows", "OutCols", "OutChannels"},
                                           {"BeginRow", "BeginCol", "BeginChannel"},
                                           {"StepRow", "StepCol", "StepChannel"}};
    put_triple(top->w, names[0], l->in.h, l->in.w, l->in.c);
    xb_v_param(top->w, "InWords", l->in_words);
    put_triple(top->w, names[1], l->out.h, l->out.w, l->out.c);
    xb_v_param(top->w, "OutWords", l->out_words);
    put_triple(top->w, names[2], l->begin[0], l->begin[1], l->begin[2]);
    put_triple(top->w, names[3], l->step[0], l->step[1], l->step[2]);
    xb_v_param(top->w, "Held", l->held_beats);
    xb_v_param(top->w, "CodeBits", l->out_bits);
}
