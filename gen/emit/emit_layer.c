// SPDX-License-Identifier: Apache-2.0
// The layers of xb_top.sv: streams and forks between them, and the parameters of each cell.
#include "emit/emit_layer.h"

#include "emit/kinds.h"
#include "emit/parts.h"
#include <inttypes.h>

void xb_top_clock(XbTop *top)
{
    xb_v_connect(top->w, "clk_i", "aclk");
    xb_v_connect(top->w, "rst_ni", "rst_n");
}

void xb_top_counters(XbTop *top)
{
    if (!top->plan->counters)
        xb_v_param(top->w, "Counters", 0);
}

static const char *join(const XbTop *top, const char *a, const char *b)
{
    return xb_arena_printf(top->arena, "%s_%s", a, b);
}

static void beat_wires(XbTop *top, const char *name, int readers, XbBeat beat)
{
    xb_v_wire(top->w, readers, join(top, name, "valid"));
    xb_v_wire(top->w, readers, join(top, name, "ready"));
    xb_v_wire(top->w, beat.count_bits, join(top, name, "count"));
    xb_v_wire(top->w, beat.data_bits, join(top, name, "data"));
    xb_v_wires_end(top->w);
}

void xb_top_stream_wires(XbTop *top, const char *name, XbBeat beat)
{
    beat_wires(top, name, 1, beat);
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

static void connect_flags(XbTop *top, const char *port, XbStream from)
{
    connect_flag(top, join(top, port, "valid_i"), from, "valid");
    connect_flag(top, join(top, port, "ready_o"), from, "ready");
}

void xb_top_in(XbTop *top, const char *port, XbStream from)
{
    connect_flags(top, port, from);
    xb_v_connect(top->w, join(top, port, "count_i"), join(top, from.name, "count"));
    xb_v_connect(top->w, join(top, port, "data_i"), join(top, from.name, "data"));
}

static void connect_out_flags(XbTop *top, XbStream to)
{
    connect_flag(top, "out_valid_o", to, "valid");
    connect_flag(top, "out_ready_i", to, "ready");
}

void xb_top_out(XbTop *top, XbStream to)
{
    connect_out_flags(top, to);
    xb_v_connect(top->w, "out_count_o", join(top, to.name, "count"));
    xb_v_connect(top->w, "out_data_o", join(top, to.name, "data"));
}

// Both ends of a cell that carries beats without looking at them.
static void connect_through(XbTop *top, XbStream from, XbStream to)
{
    connect_flags(top, "in", from);
    xb_v_connect_pair(top->w, "in_data_i", join(top, from.name, "count"),
                      join(top, from.name, "data"));
    connect_out_flags(top, to);
    xb_v_connect_pair(top->w, "out_data_o", join(top, to.name, "count"),
                      join(top, to.name, "data"));
}

static const char *stream_name(const XbTop *top, int layer)
{
    return layer < 0 ? "input" : top->plan->layer[layer].name;
}

// Bits of a word of a layer's output (-1: of the chip's input).
static int word_bits(const XbTop *top, int layer)
{
    int bits = layer < 0 ? top->plan->code_bits : top->plan->layer[layer].out_bits;
    return bits * xb_plan_stream(top->plan, layer).c;
}

// A beat of up to `words` of a layer's words.
static XbBeat beat_of(const XbTop *top, int layer, int words)
{
    return (XbBeat){.count_bits = xb_count_bits(words), .data_bits = word_bits(top, layer) * words};
}

XbBeat xb_top_beat(const XbTop *top, int layer)
{
    return beat_of(top, layer, xb_plan_beat_words(top->plan, layer));
}

void xb_top_fork(XbTop *top, int layer)
{
    int readers = xb_plan_readers(top->plan, layer);
    if (readers < 2)
        return;
    XbVWriter *w = top->w;
    const char *name = stream_name(top, layer), *fork = join(top, name, "fork");
    XbBeat beat = xb_top_beat(top, layer);
    xb_v_blank(w);
    beat_wires(top, fork, readers, beat);
    xb_v_instance(w, "xb_fork", join(top, "u", fork));
    xb_v_param(w, "Width", beat.count_bits + beat.data_bits);
    xb_v_param(w, "Readers", readers);
    xb_top_clock(top);
    connect_through(top, (XbStream){.name = name}, (XbStream){.name = fork});
    xb_v_instance_end(w);
}

XbStream xb_top_read(XbTop *top, int layer)
{
    const char *name = stream_name(top, layer);
    if (xb_plan_readers(top->plan, layer) < 2)
        return (XbStream){.name = name};
    int reader = top->taken[layer + 1]++;
    return (XbStream){.name = join(top, name, "fork"), .is_fork = true, .reader = reader};
}

// A beat as input i of a layer takes it.
static XbBeat input_beat(const XbTop *top, const XbPlanLayer *l, int i)
{
    return beat_of(top, l->input[i], xb_plan_input_words(l, i));
}

// The last lines of a cell between two streams.
static XbStream end_between(XbTop *top, const char *to)
{
    xb_v_instance_end(top->w);
    xb_v_blank(top->w);
    return (XbStream){.name = to};
}

// The same images in the beats that the layer takes.
static XbStream regear(XbTop *top, const XbPlanLayer *l, int i, XbStream from)
{
    int bits = word_bits(top, l->input[i]);
    const char *to = xb_arena_printf(top->arena, "%s_gear%d", l->name, i);
    xb_top_stream_wires(top, to, input_beat(top, l, i));
    xb_v_instance(top->w, "xb_regear", join(top, "u", to));
    xb_v_param(top->w, "InWidth", bits);
    xb_v_param(top->w, "InWords", xb_plan_beat_words(top->plan, l->input[i]));
    xb_v_param(top->w, "OutWidth", bits);
    xb_v_param(top->w, "OutWords", xb_plan_input_words(l, i));
    xb_v_param(top->w, "ImageWords", xb_shape_pixels(xb_plan_input_shape(l, i)));
    xb_top_clock(top);
    xb_top_in(top, "in", from);
    xb_top_out(top, (XbStream){.name = to});
    return end_between(top, to);
}

// The image that waits for the turn of a layer without a ring; a join has FIFOs inside.
static XbStream hold(XbTop *top, const XbPlanLayer *l, XbStream from)
{
    XbBeat beat = input_beat(top, l, 0);
    const char *to = join(top, l->name, "wait");
    xb_top_stream_wires(top, to, beat);
    xb_v_instance(top->w, "xb_fifo", join(top, "u", to));
    xb_v_param(top->w, "Width", beat.count_bits + beat.data_bits);
    xb_v_param(top->w, "Depth", l->fifo_beats[0]);
    xb_top_clock(top);
    connect_through(top, from, (XbStream){.name = to});
    return end_between(top, to);
}

// Input i of a layer, behind what it needs in front.
static XbStream read_input(XbTop *top, const XbPlanLayer *l, int i)
{
    XbStream from = xb_top_read(top, l->input[i]);
    if (l->gear[i])
        from = regear(top, l, i, from);
    return l->inputs == 1 && l->fifo_beats[0] > 0 ? hold(top, l, from) : from;
}

const char *xb_top_start(const XbTop *top, int layer)
{
    if (layer == 0)
        return "image_start";
    return layer == top->plan->layers ? "unused_end"
                                      : join(top, top->plan->layer[layer - 1].name, "end");
}

// The wires of a layer's turn.
static void put_turn_wires(XbTop *top, int layer)
{
    xb_v_wire(top->w, 1, join(top, top->plan->layer[layer].name, "turn"));
    xb_v_wire(top->w, 1, xb_top_start(top, layer + 1));
    xb_v_wires_end(top->w);
}

static void put_turn(XbTop *top, int layer)
{
    XbVWriter *w = top->w;
    const XbPlanLayer *l = &top->plan->layer[layer];
    xb_v_blank(w);
    xb_v_instance(w, "xb_turn", xb_arena_printf(top->arena, "u_%s_turn", l->name));
    xb_v_param(w, "Words", l->out_words);
    xb_v_param(w, "ImageWords", xb_shape_pixels(l->out));
    xb_top_clock(top);
    xb_v_connect(w, "start_i", xb_top_start(top, layer));
    xb_v_connect(w, "turn_o", join(top, l->name, "turn"));
    xb_v_connect(w, "valid_i", join(top, l->name, "valid"));
    xb_v_connect(w, "ready_i", join(top, l->name, "ready"));
    xb_v_connect(w, "count_i", join(top, l->name, "count"));
    xb_v_connect(w, "end_o", xb_top_start(top, layer + 1));
    xb_v_instance_end(w);
}

// A port to the layer's bit of a wire with a bit for each layer; a wire of one bit has no index.
static void connect_layer(XbTop *top, const char *port, const char *wire, int layer)
{
    if (top->plan->layers == 1)
        xb_v_connect(top->w, port, wire);
    else
        xb_v_connect_bits(top->w, port, wire, layer, 1);
}

// Its number among the layers with weights.
static int weight_layer(const XbPlan *plan, int layer)
{
    int number = 0;
    for (int l = 0; l < layer; l++)
        number += plan->layer[l].map != NULL;
    return number;
}

// The counter chain behind a layer; -1: where it begins.
static const char *chain_behind(const XbTop *top, int layer)
{
    if (layer < 0)
        return "cnt_ask";
    return layer == top->plan->layers - 1 ? "cnt_answer"
                                          : join(top, top->plan->layer[layer].name, "cnt");
}

static void put_ports(XbTop *top, int layer, const XbStream *from)
{
    XbVWriter *w = top->w;
    const XbPlanLayer *l = &top->plan->layer[layer];
    xb_top_clock(top);
    xb_v_connect_literal(w, "layer_i", 16, (uint64_t)layer);
    if (l->map)
        xb_v_connect_literal(w, "number_i", 12, (uint64_t)weight_layer(top->plan, layer));
    xb_v_connect(w, "prog_i", "prog");
    xb_v_connect(w, "cnt_chain_i", chain_behind(top, layer - 1));
    xb_v_connect(w, "cnt_chain_o", chain_behind(top, layer));
    connect_layer(top, "busy_o", "layer_busy", layer);
    for (int i = 0; i < l->inputs; i++)
        xb_top_in(top, l->inputs == 1 ? "in" : i ? "b" : "a", from[i]);
    xb_top_out(top, (XbStream){.name = l->name});
    if (xb_top_is_serial(top))
        xb_v_connect(w, "turn_i", join(top, l->name, "turn"));
    else
        xb_v_connect_literal(w, "turn_i", 1, 1);
}

static void put_comment(XbTop *top, int layer)
{
    const XbPlanLayer *l = &top->plan->layer[layer];
    xb_v_comment(top->w, "layer %d \"%s\" (%s): %dx%dx%d -> %dx%dx%d", layer, l->name, l->op_name,
                 l->in.h, l->in.w, l->in.c, l->out.h, l->out.w, l->out.c);
    const XbPlanMap *m = l->map;
    if (m)
        xb_v_comment(top->w,
                     "arrays %" PRId64 "..%" PRId64 ": copies %d, row tiles %d, column tiles %d",
                     m->first_array, m->first_array + m->arrays - 1, l->copies, m->tiling.row_tiles,
                     m->tiling.col_tiles);
}

void xb_top_layer(XbTop *top, int layer)
{
    const XbPlanLayer *l = &top->plan->layer[layer];
    XbStream from[2];
    xb_v_blank(top->w);
    put_comment(top, layer);
    for (int i = 0; i < l->inputs; i++)
        from[i] = read_input(top, l, i);
    xb_top_stream_wires(top, l->name, xb_top_beat(top, layer));
    if (layer < top->plan->layers - 1) {
        xb_v_wire(top->w, XB_CHAIN_BITS, chain_behind(top, layer));
        xb_v_wires_end(top->w);
    }
    if (xb_top_is_serial(top))
        put_turn_wires(top, layer);
    xb_v_instance(top->w, xb_emit_kind[l->kind].cell, join(top, "u", l->name));
    xb_emit_kind[l->kind].params(top, l);
    xb_top_counters(top);
    put_ports(top, layer, from);
    xb_v_instance_end(top->w);
    if (xb_top_is_serial(top))
        put_turn(top, layer);
    xb_top_fork(top, layer);
}
