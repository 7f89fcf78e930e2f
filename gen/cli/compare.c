// SPDX-License-Identifier: Apache-2.0
// The verb `compare`: plans every configuration, measures if that is asked for, and lays the
// figures side by side.
#include "cli/compare.h"

#include "cli/folder.h"
#include "cli/prepare.h"
#include <stdio.h>
#include <string.h>

// ---- columns ----

static bool plan_column(XbColumn *column, const XbRun *all, int number)
{
    const XbOptions *o = all->options;
    XbRun *run = &column->run;
    column->options = *o;
    column->options.arch = o->archs.text[number];
    *run = (XbRun){.arena = all->arena, .d = all->d, .options = &column->options};
    if (!xb_cfg_read(run->arena, run->d, column->options.arch, &run->cfg) ||
        !xb_cli_prepare(run, o->measure ? XB_PREPARE_PLAN : XB_PREPARE_OUTLINE))
        return false;
    column->chip = xb_figures_chip(&run->plan);
    column->layer = xb_new(run->arena, XbFigures, run->plan.layers);
    for (int l = 0; l < run->plan.layers; l++)
        column->layer[l] = xb_figures_layer(&run->plan, &run->plan.layer[l]);
    return true;
}

static bool plan_all(XbComparison *c, const XbRun *all)
{
    bool is_planned = true;
    for (int i = 0; i < c->columns; i++)
        is_planned &= plan_column(&c->column[i], all, i);
    return is_planned;
}

static bool is_named_alike(const XbComparison *c, int column)
{
    for (int i = 0; i < c->columns; i++)
        if (i != column && strcmp(c->column[i].run.cfg.name, c->column[column].run.cfg.name) == 0)
            return true;
    return false;
}

static void name_columns(const XbComparison *c)
{
    for (int i = 0; i < c->columns; i++) {
        XbColumn *column = &c->column[i];
        column->head = is_named_alike(c, i) ? column->options.arch : column->run.cfg.name;
    }
}

// ---- networks ----

static bool is_same_shape(XbShape a, XbShape b) { return a.h == b.h && a.w == b.w && a.c == b.c; }

static bool is_same_window(const XbNetLayer *a, const XbNetLayer *b)
{
    return a->kh == b->kh && a->kw == b->kw && a->stride_h == b->stride_h &&
           a->stride_w == b->stride_w && a->dil_h == b->dil_h && a->dil_w == b->dil_w &&
           a->pad_t == b->pad_t && a->pad_l == b->pad_l;
}

static bool is_same_layer(const XbNetLayer *a, const XbNetLayer *b)
{
    if (a->out_q.bits != b->out_q.bits || a->post != b->post || a->blocks != b->blocks)
        return false;
    return a->kind == b->kind && a->inputs == b->inputs && a->input[0] == b->input[0] &&
           (a->inputs < 2 || a->input[1] == b->input[1]) && is_same_shape(a->in, b->in) &&
           is_same_shape(a->out, b->out) && is_same_window(a, b) && a->groups == b->groups &&
           (!xb_kind_has_weights(a->kind) || a->weight_bits == b->weight_bits);
}

// The same work, whatever the weights are and however the file is written.
static bool is_same_network(const XbNet *a, const XbNet *b)
{
    bool is_same = a->layers == b->layers && is_same_shape(a->input, b->input) &&
                   a->input_q.bits == b->input_q.bits;
    for (int l = 0; is_same && l < a->layers; l++)
        is_same = is_same_layer(&a->layer[l], &b->layer[l]);
    return is_same;
}

static int find_stranger(const XbComparison *c)
{
    for (int i = 1; i < c->columns; i++)
        if (!is_same_network(&c->column[0].run.net, &c->column[i].run.net))
            return i;
    return 0;
}

static bool has_name(const XbComparison *c, const char *name)
{
    for (int i = 0; i < c->names; i++)
        if (strcmp(c->name[i], name) == 0)
            return true;
    return false;
}

static void list_layers(XbComparison *c)
{
    int most = 0;
    for (int i = 0; i < c->columns; i++)
        most += c->column[i].run.plan.layers;
    c->name = xb_new(c->arena, const char *, most);
    for (int i = 0; i < c->columns; i++) {
        const XbPlan *p = &c->column[i].run.plan;
        for (int l = 0; l < p->layers && (i == 0 || c->stranger); l++)
            if (!has_name(c, p->layer[l].name))
                c->name[c->names++] = p->layer[l].name;
    }
}

// ---- the verb ----

static int measure_all(XbComparison *c)
{
    const char *folder = c->options->output ? c->options->output : "compare.xb";
    bool was_there = xb_folder_exists(folder);
    int status = XB_OK;
    for (int i = 0; i < c->columns && status == XB_OK; i++) {
        XbColumn *column = &c->column[i];
        status = xb_compare_measure(
            column, xb_arena_printf(c->arena, "%s/%d-%s", folder, i + 1, column->run.cfg.name));
    }
    if (status == XB_OK && !was_there && !c->options->output)
        xb_folder_remove(folder);
    else if (status == XB_DIFFERS)
        fprintf(stderr, "xbgen: the designs and their simulations are in %s\n", folder);
    return status;
}

static void print(const XbComparison *c)
{
    if (c->options->json)
        xb_compare_json(c);
    else if (c->options->csv)
        xb_compare_csv(c);
    else
        xb_compare_text(c);
}

int xb_verb_compare(XbRun *run)
{
    XbComparison c = {
        .arena = run->arena, .options = run->options, .columns = run->options->archs.count};
    c.column = xb_new(run->arena, XbColumn, c.columns);
    if (!plan_all(&c, run))
        return XB_BAD_INPUT;
    name_columns(&c);
    c.stranger = find_stranger(&c);
    list_layers(&c);
    int status = run->options->measure ? measure_all(&c) : XB_OK;
    if (status == XB_OK)
        print(&c);
    return status;
}
