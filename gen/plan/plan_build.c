// SPDX-License-Identifier: Apache-2.0
// The plan builder: its stages in order, and the checks that concern more than one of them.
#include "plan/parts.h"
#include "base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// The number of an array is 16 bits wide in the hardware's capability register.
enum { MAX_ARRAYS = 65535 };

const XbCfgLayer *xb_plan_override(const XbPlanning *p, int l)
{
    for (int i = 0; i < p->cfg->layers; i++)
        if (strcmp(p->cfg->layer[i].name, p->net->layer[l].name) == 0)
            return &p->cfg->layer[i];
    return NULL;
}

void xb_plan_fault(const XbPlanning *p, int l, const char *code, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *where = xb_arena_printf(p->arena, "layer %s", p->net->layer[l].name);
    xb_report(p->d, XB_ERROR, code, p->cfg->file, where, "%s", text);
}

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

static void check_arrays(const XbPlanning *p)
{
    const XbPlan *plan = p->plan;
    XbPath top = {.key = "tiles"}, at = {.up = &top, .key = "count"};
    if (plan->tiles > plan->tile_count)
        xb_report_json(p->d, XB_ERROR, "plan-tiles", p->cfg->file, &at,
                       "needs %d tiles, tiles.count is %d", plan->tiles, plan->tile_count);
    XbPath mapping = {.key = "mapping"}, copies = {.up = &mapping, .key = "duplication"};
    if (plan->arrays > MAX_ARRAYS)
        xb_report_json(p->d, XB_ERROR, "plan-arrays", p->cfg->file, &copies,
                       "needs %d arrays, at most %d can be numbered", plan->arrays,
                       (int)MAX_ARRAYS);
}

static void copy_network(const XbPlanning *p)
{
    XbPlan *plan = p->plan;
    plan->code_bits = p->net->code_bits;
    plan->code_offset = p->net->code_offset;
    plan->input = p->net->input;
    plan->input_rank = p->net->input_rank;
    plan->output_rank = p->net->output_rank;
    plan->input_zero = p->net->input_q.zero;
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
    plan->dac_bits = cfg->dac_bits;
    plan->active_rows = cfg->active_rows;
    plan->encoding = cfg->encoding;
    plan->analog = cfg->adc_analog;
    plan->adc_per_array = cfg->adc_per_array;
    plan->adc_interval = cfg->adc_interval;
    plan->adc_latency = cfg->adc_latency;
    plan->pipeline_depth = cfg->pipeline_depth;
    plan->rounding = cfg->rounding;
    plan->arrays_per_tile = cfg->arrays_per_tile;
}

static void copy_layer(const XbPlanning *p, int l)
{
    const XbNetLayer *from = &p->net->layer[l];
    XbPlanLayer *to = &p->layer[l];
    to->name = from->name;
    to->op_name = from->op_name;
    to->kind = from->kind;
    to->inputs = from->inputs;
    for (int i = 0; i < 2; i++) {
        to->input[i] = i < from->inputs ? from->input[i] : -1;
        to->in_zero[i] = i < from->inputs ? from->in_q[i].zero : 0;
    }
    to->out_zero = from->out_q.zero;
    to->net_out = from->out;
}

static XbPlanning start(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net)
{
    return (XbPlanning){.arena = arena,
                        .d = d,
                        .cfg = cfg,
                        .net = net,
                        .plan = xb_new(arena, XbPlan, 1),
                        .layer = xb_new(arena, XbPlanLayer, net->layers),
                        .map = xb_new(arena, XbPlanMap *, net->layers)};
}

bool xb_plan_build(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net, XbPlan *out)
{
    int errors = d->errors;
    XbPlanning p = start(arena, d, cfg, net);
    p.plan->layer = p.layer;
    copy_network(&p);
    copy_cfg(&p);
    for (int l = 0; l < net->layers; l++)
        copy_layer(&p, l);
    check_names(&p);
    xb_plan_streams(&p);
    xb_plan_maps(&p);
    check_arrays(&p);
    xb_plan_adcs(&p);
    xb_plan_quants(&p);
    if (d->errors == errors) {  // the clock needs a design that fits
        xb_plan_schedule(&p);
        xb_plan_fifos(&p);
        p.plan->latency = xb_plan_latency(&p);
        p.plan->hash = xb_plan_hash(p.plan);
    }
    *out = *p.plan;
    return d->errors == errors;
}
