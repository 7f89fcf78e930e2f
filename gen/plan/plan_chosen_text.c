// SPDX-License-Identifier: Apache-2.0
// What was chosen for the whole chip, said or left to its default: what codes stand for, cells and
// converters, pipeline and rounding.
#include "base/text.h"
#include "plan/parts.h"
#include <inttypes.h>
#include <stdio.h>

static const char *type_name(char *room, size_t size, XbQuant q)
{
    if (xb_quant_is_bipolar(q))
        return "-1 and +1";
    snprintf(room, size, "%s%d", q.is_signed ? "int" : "uint", q.bits);
    return room;
}

// Codes of a stream's end, and the real values that they stand for.
static void add_end(XbText *t, const char *name, XbShape s, XbQuant q)
{
    char type[16];
    xb_text_add(t, "%s %dx%dx%d, %s", name, s.h, s.w, s.c, type_name(type, sizeof type, q));
    int top = (1 << (q.bits < XB_SUM_BITS ? q.bits : 0)) - 1;
    if (q.bits != XB_SUM_BITS && !xb_quant_is_bipolar(q))
        xb_text_add(t, ", scale %.9g, zero point %d: real values %.6g to %.6g", (double)q.scale,
                    xb_quant_zero_point(q), xb_quant_real(q, 0), xb_quant_real(q, top));
    xb_text_add(t, "\n");
}

// Several have their numbers in a result.
static void add_outputs(XbText *t, const XbPlan *plan)
{
    if (!plan->outputs)
        add_end(t, "output", plan->layer[plan->layers - 1].net_out, plan->output_q);
    for (int i = 0; i < plan->outputs; i++) {
        const XbNetOutput *o = &plan->output[i];
        const char *name =
            xb_arena_printf(t->arena, "output %d, numbers %" PRId64 " to %" PRId64 ": %s", i,
                            o->first, o->first + xb_shape_size(o->shape) - 1, o->name);
        add_end(t, name, o->shape, o->quant);
    }
}

// "QUANTIZE, TRANSPOSE [0, 2, 3, 1]": the host's operators at an end; their number.
static int add_host(XbText *t, const XbPlan *plan, XbNoteKind end)
{
    int count = 0;
    for (int i = 0; i < plan->notes; i++)
        if (plan->note[i].kind == end)
            xb_text_add(t, "%s%s%s%s", count++ ? ", " : "", plan->note[i].op_name,
                        plan->note[i].order ? " " : "",
                        plan->note[i].order ? plan->note[i].order : "");
    return count;
}

// Which values --input takes where the host makes the chip's input.
static const char *taken(const XbPlan *plan)
{
    bool is_turned = plan->file_input.is_turned;
    return xb_net_end_differs(&plan->file_input, plan->input_q)
               ? is_turned ? "either side's values, in the chip's order" : "either side's values"
           : is_turned ? "the chip's values, in the chip's order"
                       : "the chip's values";
}

// What the file does beside the chip.
static void add_hosts(XbText *t, const XbPlan *plan)
{
    XbText front = {.arena = t->arena}, back = {.arena = t->arena};
    if (add_host(&front, plan, XB_NOTE_FRONT))
        xb_text_add(t, "host, in front: %s of %s; --input takes %s\n", front.data,
                    plan->file_input.type, taken(plan));
    if (add_host(&back, plan, XB_NOTE_BACK))
        xb_text_add(t, "host, behind: %s\n", back.data);
}

static const char *range_name(XbRangeKind kind)
{
    static const char *const names[] = {
        [XB_RANGE_FULL] = "full", [XB_RANGE_WEIGHTS] = "weights", [XB_RANGE_EXPLICIT] = "given"};
    return names[kind];
}

// Layers with threshold lists have no range.
static bool has_range(const XbPlanLayer *l)
{
    return l->map && !l->map->adc.threshold && !l->blocks;
}

// The range of the first layer that has one, then the layers that have another.
static void add_ranges(XbText *t, const XbPlan *plan)
{
    const XbPlanLayer *first = NULL;
    const char *before = " (";
    for (int l = 0; l < plan->layers; l++) {
        const XbPlanLayer *layer = &plan->layer[l];
        if (!has_range(layer))
            continue;
        if (!first)
            xb_text_add(t, ", range %s", range_name(layer->map->adc.range));
        else if (layer->map->adc.range != first->map->adc.range) {
            xb_text_add(t, "%s%s %s", before, layer->name, range_name(layer->map->adc.range));
            before = ", ";
        }
        first = first ? first : layer;
    }
    xb_text_add(t, *before == ',' ? ")\n" : "\n");
}

static const char *plural(int n) { return n == 1 ? "" : "s"; }

char *xb_plan_chosen_text(XbArena *arena, const XbPlan *plan)
{
    XbText t = {.arena = arena};
    add_end(&t, "input", plan->input, plan->input_q);
    add_outputs(&t, plan);
    add_hosts(&t, plan);
    xb_text_add(&t, "cells: %s, %d row%s active at once, DAC %d bit%s\n",
                xb_encoding_name(plan->encoding), plan->active_rows, plural(plan->active_rows),
                plan->dac_bits, plural(plan->dac_bits));
    if (plan->rram)
        xb_text_add(&t, "imperfect: %s\n", plan->rram);
    xb_text_add(&t,
                "converters: %d an array, a conversion in %d cycle%s, latency %d, %s subtraction",
                plan->adc_per_array, plan->adc_interval, plural(plan->adc_interval),
                plan->adc_latency, plan->analog ? "analog" : "digital");
    add_ranges(&t, plan);
    xb_text_add(&t, "pipeline: %s, depth %d; rounding %s\n", xb_pipeline_name(plan->pipeline),
                plan->pipeline_depth, xb_rounding_name(plan->rounding));
    return t.data;
}
