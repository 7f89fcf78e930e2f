// SPDX-License-Identifier: Apache-2.0
// The plan builder: its stages in order, and the checks that concern more than one of them.
#include "base/text.h"
#include "plan/parts.h"
#include <string.h>

static const char *weight_layer_names(const XbPlanning *p)
{
    XbText t = {.arena = p->arena};
    for (int l = 0; l < p->net->layers; l++)
        if (xb_kind_has_weights(p->net->layer[l].kind))
            xb_text_add(&t, "%s%s", t.size ? ", " : "", p->net->layer[l].name);
    return t.size ? t.data : "none";
}

static bool is_weight_layer(const XbPlanning *p, const char *name)
{
    for (int l = 0; l < p->net->layers; l++)
        if (strcmp(p->net->layer[l].name, name) == 0)
            return xb_kind_has_weights(p->net->layer[l].kind);
    return false;
}

static void report_name(const XbPlanning *p, const char *section, const char *name)
{
    XbPath top = {.key = section}, layers = {.up = &top, .key = "layers"};
    XbPath at = {.up = &layers, .key = name};
    xb_report_json(p->d, XB_ERROR, "plan-layer-name", p->cfg->file, &at,
                   "the network has no layer with weights of this name; it has %s",
                   weight_layer_names(p));
}

static void check_names(const XbPlanning *p)
{
    for (int i = 0; i < p->cfg->layers; i++) {
        const XbCfgLayer *o = &p->cfg->layer[i];
        if (is_weight_layer(p, o->name))
            continue;
        if (o->in_mapping)
            report_name(p, "mapping", o->name);
        if (o->in_adc)
            report_name(p, "adc", o->name);
    }
}

static void copy_network(const XbPlanning *p)
{
    XbPlan *plan = p->plan;
    plan->code_bits = p->net->input_q.bits;
    plan->code_offset = xb_quant_offset(p->net->input_q);
    plan->input_q = p->net->input_q;
    plan->notes = p->net->notes;
    plan->note = p->net->note;
    plan->file_input = p->net->file_input;
    plan->output_q = p->net->layer[p->net->layers - 1].out_q;
    plan->input = p->net->input;
    plan->input_rank = p->net->input_rank;
    plan->output_rank = p->net->output_rank;
    plan->outputs = p->net->outputs;
    plan->output = p->net->output;
    plan->layers = p->net->layers;
}

static void copy_cfg(const XbPlanning *p)
{
    const XbCfg *cfg = p->cfg;
    XbPlan *plan = p->plan;
    plan->name = cfg->name;
    plan->network = cfg->network;
    plan->rows = cfg->rows;
    plan->cols = cfg->cols;
    plan->cell_bits = cfg->cell_bits;
    plan->level_bits = cfg->cell_bits;
    plan->dac_bits = cfg->dac_bits;
    plan->active_rows = cfg->active_rows;
    plan->encoding = cfg->encoding;
    plan->analog = cfg->adc_analog;
    plan->adc_per_array = cfg->adc_per_array;
    plan->adc_interval = cfg->adc_interval;
    plan->adc_latency = cfg->adc_latency;
    plan->pipeline = cfg->pipeline;
    plan->pipeline_depth = cfg->pipeline_depth;
    plan->rounding = cfg->rounding;
    plan->counters = cfg->counters;
    plan->arrays_per_tile = cfg->arrays_per_tile;
    plan->bits_per_cycle = cfg->bits_per_cycle;
    plan->transfer = cfg->transfer;
}

static void copy_post(const XbNetLayer *from, XbPlanLayer *to)
{
    bool is_split = xb_kind_has_weights(from->kind) && from->blocks;
    to->post = is_split ? XB_POST_CODES : from->post;
    to->sum_shift =
        xb_kind_has_weights(from->kind) && !is_split && xb_quant_is_bipolar(from->in_q[0]);
    to->blocks = from->blocks;
    to->merge = from->merge;
    to->merge_multiplier = from->avg_multiplier;
    to->merge_shift = from->avg_shift;
    to->pool_sign = from->kind == XB_MAXPOOL ? from->gain_sign : NULL;
    if (is_split)
        return;
    to->threshold = from->thresholds;
    to->threshold_lists = from->threshold_lists;
}

static void copy_layer(const XbPlanning *p, int l)
{
    const XbNetLayer *from = &p->net->layer[l];
    XbPlanLayer *to = &p->layer[l];
    to->name = from->name;
    to->op_name = from->op_name;
    to->kind = from->kind;
    to->inputs = from->inputs;
    to->is_gated = from->is_gated;
    to->in_bits = from->in_q[0].bits;
    to->out_bits = from->out_q.bits;
    to->in_offset = xb_quant_offset(from->in_q[0]);
    to->out_offset = xb_quant_offset(from->out_q);
    for (int i = 0; i < 2; i++) {
        to->input[i] = i < from->inputs ? from->input[i] : -1;
        to->in_zero[i] = i < from->inputs ? from->in_q[i].zero : 0;
    }
    to->out_zero = from->out_q.zero;
    to->net_out = from->out;
    to->in_turn = xb_net_is_in_turn(from);
    to->tables = from->kind == XB_TABLE ? from->operands > 1 ? from->out.c : 1 : 0;
    copy_post(from, to);
}

static XbPlanning start(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net)
{
    XbPlanning p = {.arena = arena,
                    .d = d,
                    .cfg = cfg,
                    .net = net,
                    .kind = xb_plan_kind,
                    .plan = xb_new(arena, XbPlan, 1),
                    .layer = xb_new(arena, XbPlanLayer, net->layers),
                    .map = xb_new(arena, XbPlanMap *, net->layers),
                    .port = xb_new(arena, XbPort, net->layers)};
    p.plan->layer = p.layer;
    return p;
}

static void copy_inputs(const XbPlanning *p)
{
    copy_network(p);
    copy_cfg(p);
    xb_plan_rram(p);
    for (int l = 0; l < p->net->layers; l++)
        copy_layer(p, l);
}

// How weights stand on arrays, and what reads them.
static void map_layers(XbPlanning *p, bool is_outline)
{
    xb_plan_streams(p);
    xb_plan_shapes(p);
    xb_plan_count_reads(p);
    xb_plan_ports(p);
    xb_plan_allocate(p);
    xb_plan_choose(p);
    xb_plan_place(p);
    xb_plan_noise(p);
    if (!is_outline)
        xb_plan_levels(p);
    if (!is_outline)
        xb_plan_program(p);
    xb_plan_adcs(p);
    xb_plan_arithmetic(p);
    if (!is_outline)
        xb_plan_quants(p);
}

static bool build(XbPlanning *p, bool is_outline, XbPlan *out)
{
    int errors = p->d->errors;
    if (!xb_plan_split(p))
        return false;
    copy_inputs(p);
    check_names(p);
    map_layers(p, is_outline);
    if (p->d->errors == errors) {  // the clock needs a design that fits
        xb_plan_schedule(p);
        xb_plan_fifos(p);
        xb_plan_latency(p);
        xb_plan_bits(p);
        xb_plan_note_idle_keys(p);
        p->plan->hash = xb_plan_hash(p->net, p->plan);
    }
    *out = *p->plan;
    return p->d->errors == errors;
}

bool xb_plan_outline(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, XbPlan *out)
{
    XbPlanning p = start(arena, d, cfg, net);
    return build(&p, true, out);
}

bool xb_plan_build(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, XbPlan *out)
{
    XbPlanning p = start(arena, d, cfg, net);
    return build(&p, false, out);
}
