// SPDX-License-Identifier: Apache-2.0
// The layers of xb_top.sv: streams, forks and FIFOs between them, and the parameters of each cell.
#include "emit/emit_layer.h"

#include "emit/parts.h"
#include <assert.h>

void xb_top_clock(XbTop *top)
{
    xb_v_connect(top->w, "clk_i", "aclk");
    xb_v_connect(top->w, "rst_ni", "aresetn");
}

static const char *join(const XbTop *top, const char *a, const char *b)
{
    return xb_arena_printf(top->arena, "%s_%s", a, b);
}

void xb_top_stream_wires(XbTop *top, const char *name, int channels)
{
    xb_v_wire(top->w, 1, join(top, name, "valid"));
    xb_v_wire(top->w, 1, join(top, name, "ready"));
    xb_v_wire(top->w, top->plan->code_bits * channels, join(top, name, "data"));
    xb_v_wires_end(top->w);
}

// A port to valid or ready of a stream: the wire, or the reader's bit of it.
static void connect_flag(XbTop *top, const char *port, XbStream stream, const char *signal)
{
    const char *wire = join(top, stream.name, signal);
    if (stream.is_fork)
        xb_v_connect_bits(top->w, port, wire, stream.reader, 1);
    else
        xb_v_connect(top->w, port, wire);
}

void xb_top_in(XbTop *top, const char *port, XbStream from)
{
    connect_flag(top, join(top, port, "valid_i"), from, "valid");
    connect_flag(top, join(top, port, "ready_o"), from, "ready");
    xb_v_connect(top->w, join(top, port, "data_i"), join(top, from.name, "data"));
}

void xb_top_out(XbTop *top, XbStream to)
{
    connect_flag(top, "out_valid_o", to, "valid");
    connect_flag(top, "out_ready_i", to, "ready");
    xb_v_connect(top->w, "out_data_o", join(top, to.name, "data"));
}

static const char *stream_name(const XbTop *top, int layer)
{
    return layer < 0 ? "input" : top->plan->layer[layer].name;
}

static int stream_channels(const XbTop *top, int layer)
{
    return layer < 0 ? top->plan->input.c : top->plan->layer[layer].out.c;
}

void xb_top_fork(XbTop *top, int layer)
{
    int readers = xb_readers(top->plan, layer);
    if (readers < 2)
        return;
    XbVWriter *w = top->w;
    const char *name = stream_name(top, layer), *fork = join(top, name, "fork");
    int bits = top->plan->code_bits * stream_channels(top, layer);
    xb_v_blank(w);
    xb_v_wire(w, readers, join(top, fork, "valid"));
    xb_v_wire(w, readers, join(top, fork, "ready"));
    xb_v_wire(w, bits, join(top, fork, "data"));
    xb_v_wires_end(w);
    xb_v_instance(w, "xb_fork", join(top, "u", fork));
    xb_v_param(w, "Width", bits);
    xb_v_param(w, "Readers", readers);
    xb_top_clock(top);
    xb_top_in(top, "in", (XbStream){.name = name});
    xb_top_out(top, (XbStream){.name = fork});
    xb_v_instance_end(w);
}

XbStream xb_top_read(XbTop *top, int layer)
{
    const char *name = stream_name(top, layer);
    if (xb_readers(top->plan, layer) < 2)
        return (XbStream){.name = name};
    int reader = top->taken[layer + 1]++;
    return (XbStream){.name = join(top, name, "fork"), .is_fork = true, .reader = reader};
}

// Input i of a layer, behind its FIFO if it has one.
static XbStream read_input(XbTop *top, const XbPlanLayer *l, int i)
{
    XbStream from = xb_top_read(top, l->input[i]);
    if (l->fifo_words[i] == 0)
        return from;
    XbVWriter *w = top->w;
    const char *fifo = xb_arena_printf(top->arena, "%s_fifo%d", l->name, i);
    int channels = stream_channels(top, l->input[i]);
    xb_top_stream_wires(top, fifo, channels);
    xb_v_instance(w, "xb_fifo", join(top, "u", fifo));
    xb_v_param(w, "Width", top->plan->code_bits * channels);
    xb_v_param(w, "Depth", l->fifo_words[i]);
    xb_top_clock(top);
    xb_top_in(top, "in", from);
    xb_top_out(top, (XbStream){.name = fifo});
    xb_v_instance_end(w);
    xb_v_blank(w);
    return (XbStream){.name = fifo};
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
    xb_v_param(w, "RowTiles", m->row_tiles);
    xb_v_param(w, "ColTiles", m->col_tiles);
    xb_v_param(w, "Columns", m->columns);
    xb_v_param(w, "Slices", m->slices);
    xb_v_param(w, "Encoding", (int)p->encoding);
    xb_v_param(w, "Analog", p->analog);
    xb_v_param(w, "BlockRows", m->block_rows);
    xb_v_param(w, "BlockColumns", m->block_columns);
    xb_v_param(w, "Blocks", m->blocks);
}

static void put_mvm(XbTop *top, const XbPlanLayer *l)
{
    XbVWriter *w = top->w;
    const XbPlan *p = top->plan;
    const XbPlanMap *m = l->map;
    xb_v_param(w, "InC", l->in.c);
    xb_v_param(w, "OutC", l->out.c);
    put_window(w, l);
    xb_v_param_note(w, "delivery");
    xb_v_param(w, "Copies", l->copies);
    xb_v_param(w, "Rate", l->fetch_rate);
    xb_v_param(w, "RingRows", l->ring_rows);
    xb_v_param(w, "RowOrder", (int)m->row_order);
    put_arrays(w, p, m);
    xb_v_param_note(w, "converters and sums");
    xb_v_param(w, "PerArray", p->adc_per_array);
    xb_v_param(w, "AdcBits", p->adc_bits_max);
    xb_v_param(w, "AdcInterval", p->adc_interval);
    xb_v_param(w, "AdcLatency", p->adc_latency);
    xb_v_param(w, "Slots", m->slots);
    xb_v_param(w, "SumBits", p->sum_bits);
    xb_v_param(w, "Depth", p->pipeline_depth);
    xb_v_param(w, "Lanes", l->lanes);
    xb_v_param(w, "Rounding", (int)l->scaling);
    xb_v_param(w, "FirstArray", m->first_array);
    xb_v_param(w, "ArraysPerTile", p->arrays_per_tile);
}

static int pool_mode(XbKind kind)
{
    return kind == XB_MAXPOOL ? 0 : kind == XB_AVGPOOL ? 1 : kind == XB_MEAN ? 2 : 3;
}

static void put_pool(XbTop *top, const XbPlanLayer *l)
{
    XbVWriter *w = top->w;
    xb_v_param(w, "Mode", pool_mode(l->kind));
    xb_v_param(w, "Channels", l->out.c);
    put_window(w, l);
    xb_v_param(w, "Rate", l->fetch_rate);
    xb_v_param(w, "RingRows", l->ring_rows);
    xb_v_param(w, "Lanes", l->lanes);
    xb_v_param(w, "CodeOffset", top->plan->code_offset);
    xb_v_param(w, "RecipShift", l->recip_shift);
    xb_v_param(w, "Rounding", (int)l->scaling);
}

static void put_pointwise(XbTop *top, const XbPlanLayer *l)
{
    xb_v_param(top->w, "Channels", l->out.c);
    xb_v_param(top->w, "Lanes", l->lanes);
    xb_v_param(top->w, "Rounding", (int)l->scaling);
}

static void put_reshape(XbTop *top, const XbPlanLayer *l)
{
    xb_v_param(top->w, "InBytes", l->in.c);
    xb_v_param(top->w, "OutBytes", l->out.c);
}

static void put_params(XbTop *top, const XbPlanLayer *l)
{
    if (l->map)
        put_mvm(top, l);
    else if (l->kind == XB_RESHAPE)
        put_reshape(top, l);
    else if (l->kind == XB_ADD || l->kind == XB_RELU)
        put_pointwise(top, l);
    else
        put_pool(top, l);
}

static void put_ports(XbTop *top, int layer, const XbStream *from)
{
    XbVWriter *w = top->w;
    const XbPlanLayer *l = &top->plan->layer[layer];
    xb_top_clock(top);
    xb_v_connect_literal(w, "layer_i", 16, (uint64_t)layer);
    xb_v_connect(w, "prog_i", "prog");
    if (top->plan->layers == 1)  // a wire of one bit has no index
        xb_v_connect(w, "cnt_req_i", "cnt_req");
    else
        xb_v_connect_bits(w, "cnt_req_i", "cnt_req", layer, 1);
    xb_v_connect(w, "cnt_sel_i", "cnt_sel");
    xb_v_connect_bits(w, "cnt_value_o", "cnt_value", 64 * layer, 64);
    for (int i = 0; i < l->inputs; i++)
        xb_top_in(top, l->inputs == 1 ? "in" : i ? "b" : "a", from[i]);
    xb_top_out(top, (XbStream){.name = l->name});
}

static void put_comment(XbTop *top, int layer)
{
    const XbPlanLayer *l = &top->plan->layer[layer];
    xb_v_comment(top->w, "layer %d \"%s\" (%s): %dx%dx%d -> %dx%dx%d", layer, l->name, l->op_name,
                 l->in.h, l->in.w, l->in.c, l->out.h, l->out.w, l->out.c);
    const XbPlanMap *m = l->map;
    if (m)
        xb_v_comment(top->w, "arrays %d..%d: copies %d, row tiles %d, column tiles %d",
                     m->first_array, m->first_array + m->arrays - 1, l->copies, m->row_tiles,
                     m->col_tiles);
}

void xb_top_layer(XbTop *top, int layer)
{
    const XbPlanLayer *l = &top->plan->layer[layer];
    XbStream from[2];
    xb_v_blank(top->w);
    put_comment(top, layer);
    for (int i = 0; i < l->inputs; i++)
        from[i] = read_input(top, l, i);
    xb_top_stream_wires(top, l->name, l->out.c);
    xb_v_instance(top->w, xb_cell_of(l->kind), join(top, "u", l->name));
    put_params(top, l);
    put_ports(top, layer, from);
    xb_v_instance_end(top->w);
    xb_top_fork(top, layer);
}
