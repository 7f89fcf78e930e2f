// SPDX-License-Identifier: Apache-2.0
// The verb `adc`: what converters make of a sum, layer by layer, and the whole curve of each.
#include "cli/cli.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Sums are 32-bit; these ends stand for none.
#define BELOW_ALL INT64_MIN
#define ABOVE_ALL INT64_MAX

typedef struct Curve {  // of a converter, or of all that share it
    const XbPlanAdc *adc;
    const int32_t *list;         // NULL: by step and lowest code
    int copy, row_tile, column;  // whose it is; -1: of all
} Curve;

typedef struct Code {
    int code;
    int64_t lowest, highest;  // sums that have it
    int64_t value;
} Code;

typedef void Show(const XbRun *run, const XbPlanLayer *l, const Curve *curve);

// ---- a curve ----

// The least sum with code k or more.
static int64_t reach(const Curve *c, int k)
{
    if (!c->list)
        return (int64_t)(c->adc->lo + k) * c->adc->delta - c->adc->delta / 2;
    int32_t t = c->list[k - 1];
    return t == INT32_MIN ? BELOW_ALL : t == INT32_MAX ? ABOVE_ALL : t;
}

// False: no sum has the code.
static bool code_at(const Curve *c, int code, Code *out)
{
    int top = (1 << c->adc->bits) - 1;
    int64_t lowest = code ? reach(c, code) : BELOW_ALL;
    int64_t end = code < top ? reach(c, code + 1) : ABOVE_ALL;
    *out = (Code){code, lowest, end, (int64_t)(c->adc->lo + code) * c->adc->delta};
    if (lowest >= end)
        return false;
    out->highest = end == ABOVE_ALL ? end : end - 1;
    return true;
}

static bool is_open(int64_t sum) { return sum == BELOW_ALL || sum == ABOVE_ALL; }

static const char *shown(const XbRun *run, int64_t sum, const char *open)
{
    return is_open(sum) ? open : xb_arena_printf(run->arena, "%" PRId64, sum);
}

static const char *place(const XbRun *run, int number, const char *none)
{
    return number < 0 ? none : xb_arena_printf(run->arena, "%d", number);
}

// ---- text ----

static void print_place(const char *what, int number)
{
    if (number >= 0)
        printf(", %s %d", what, number);
}

static void text_curve(const XbRun *run, const XbPlanLayer *l, const Curve *c)
{
    printf("\n%s", l->name);
    print_place("copy", c->copy);
    print_place("row tile", c->row_tile);
    print_place("column", c->column);
    if (!c->list)
        printf(": saturates below %" PRId64 " and from %" PRId64 " on", reach(c, 0),
               reach(c, 1 << c->adc->bits));
    printf("\n  code      lowest     highest       value\n");
    Code at;
    for (int code = 0; code < 1 << c->adc->bits; code++)
        if (code_at(c, code, &at))
            printf("%6d%12s%12s%12" PRId64 "\n", code, shown(run, at.lowest, "-"),
                   shown(run, at.highest, "-"), at.value);
}

static const char *kind_of(const XbPlanLayer *l)
{
    const XbPlanAdc *adc = &l->map->adc;
    if (l->blocks)
        return "network";
    return adc->preset ? adc->preset : adc->threshold ? "list" : "step";
}

// A step is the curve of all converters of a layer.
static int64_t curves_of(const XbPlanLayer *l)
{
    const XbPlanAdc *adc = &l->map->adc;
    if (l->blocks && !adc->threshold)
        return 0;  // the network's, which it does not have
    return adc->threshold ? xb_plan_list_count(adc) : 1;
}

static void text_layer(const XbPlanLayer *l, int width)
{
    const XbPlanAdc *adc = &l->map->adc;
    int64_t lowest = (int64_t)adc->lo * adc->delta;
    printf("%-*s%6d%10d%8d%12" PRId64 "%12" PRId64 "  %-12s%8" PRId64 "  %s\n", width, l->name,
           adc->bits, adc->delta, adc->lo, lowest,
           lowest + (int64_t)((1 << adc->bits) - 1) * adc->delta, kind_of(l), curves_of(l),
           adc->lossless ? "yes" : "no");
}

// ---- CSV and JSON ----

static void csv_curve(const XbRun *run, const XbPlanLayer *l, const Curve *c)
{
    Code at;
    for (int code = 0; code < 1 << c->adc->bits; code++)
        if (code_at(c, code, &at))
            printf("%s,%s,%s,%s,%d,%s,%s,%" PRId64 "\n", l->name, place(run, c->copy, ""),
                   place(run, c->row_tile, ""), place(run, c->column, ""), code,
                   shown(run, at.lowest, ""), shown(run, at.highest, ""), at.value);
}

static void csv_layer(const XbPlanLayer *l)
{
    const XbPlanAdc *adc = &l->map->adc;
    printf("%s,%d,%d,%d,%s,%" PRId64 ",%s\n", l->name, adc->bits, adc->delta, adc->lo, kind_of(l),
           curves_of(l), adc->lossless ? "yes" : "no");
}

static void json_codes(const XbRun *run, const Curve *c)
{
    const char *comma = "";
    Code at;
    for (int code = 0; code < 1 << c->adc->bits; code++) {
        if (!code_at(c, code, &at))
            continue;
        printf(
            "%s\n          {\"code\": %d, \"lowest\": %s, \"highest\": %s, \"value\": %" PRId64 "}",
            comma, code, shown(run, at.lowest, "null"), shown(run, at.highest, "null"), at.value);
        comma = ",";
    }
}

static void json_curve(const XbRun *run, const XbPlanLayer *l, const Curve *c)
{
    (void)l;
    bool is_first =
        c->copy <= 0 && c->row_tile <= 0 && (c->column <= 0 || run->options->column >= 0);
    printf("%s\n        {\"copy\": %s, \"row_tile\": %s, \"column\": %s, ", is_first ? "" : ",",
           place(run, c->copy, "null"), place(run, c->row_tile, "null"),
           place(run, c->column, "null"));
    printf("\"saturates_below\": %s, ", c->list ? "null" : shown(run, reach(c, 0), "null"));
    printf("\"saturates_from\": %s, \"codes\": [",
           c->list ? "null" : shown(run, reach(c, 1 << c->adc->bits), "null"));
    json_codes(run, c);
    printf("]}");
}

// ---- all curves of a layer ----

static void show_curves(const XbRun *run, const XbPlanLayer *l, Show *show)
{
    const XbPlanAdc *adc = &l->map->adc;
    int wanted = run->options->column, steps = (1 << adc->bits) - 1;
    bool is_each = adc->threshold && adc->list_columns > 1;
    int64_t lists = curves_of(l);
    int columns = is_each ? adc->list_columns : 1, tiles = adc->threshold ? adc->list_tiles : 1;
    for (int64_t i = 0; i < lists; i++) {
        int column = (int)(i % columns), tile = (int)(i / columns % tiles);
        Curve c = {.adc = adc,
                   .list = adc->threshold ? adc->threshold + i * steps : NULL,
                   .copy = lists / columns / tiles > 1 ? (int)(i / columns / tiles) : -1,
                   .row_tile = tiles > 1 ? tile : -1,
                   .column = is_each ? column : -1};
        if (!is_each || wanted < 0 || column == wanted)
            show(run, l, &c);
    }
}

static bool is_wanted(const XbRun *run, const XbPlanLayer *l)
{
    const char *name = run->options->layer;
    return l->map && (!name || strcmp(name, l->name) == 0);
}

static void print_text(const XbRun *run)
{
    const XbPlan *p = &run->plan;
    int width = xb_plan_name_width(p, 12);
    printf("%-*s%6s%10s%8s%12s%12s  %-12s%8s  %s\n", width, "layer", "bits", "delta", "lo", "least",
           "most", "curve", "curves", "lossless");
    for (int l = 0; l < p->layers; l++)
        if (is_wanted(run, &p->layer[l]))
            text_layer(&p->layer[l], width);
    if (p->frac_bits)
        printf("\nsums and values count 1/%d of a level\n", 1 << p->frac_bits);
    for (int l = 0; l < p->layers && run->options->table; l++)
        if (is_wanted(run, &p->layer[l]))
            show_curves(run, &p->layer[l], text_curve);
}

static void print_csv(const XbRun *run)
{
    const XbPlan *p = &run->plan;
    bool is_table = run->options->table;
    printf("%s\n", is_table ? "layer,copy,row_tile,column,code,lowest,highest,value"
                            : "layer,bits,delta,lo,curve,curves,lossless");
    for (int l = 0; l < p->layers; l++) {
        if (is_wanted(run, &p->layer[l]) && is_table)
            show_curves(run, &p->layer[l], csv_curve);
        else if (is_wanted(run, &p->layer[l]))
            csv_layer(&p->layer[l]);
    }
}

static void json_layer(const XbRun *run, const XbPlanLayer *l)
{
    const XbPlanAdc *adc = &l->map->adc;
    printf("    {\"name\": \"%s\", \"bits\": %d, \"delta\": %d, \"lo\": %d, \"curve\": \"%s\", "
           "\"lists\": %" PRId64 ", \"lossless\": %s",
           l->name, adc->bits, adc->delta, adc->lo, kind_of(l), xb_plan_list_count(adc),
           adc->lossless ? "true" : "false");
    if (run->options->table) {
        printf(",\n      \"curves\": [");
        show_curves(run, l, json_curve);
        printf("]");
    }
    printf("}");
}

static void print_json(const XbRun *run)
{
    const char *comma = "";
    printf("{\n  \"frac_bits\": %d,\n  \"layers\": [\n", run->plan.frac_bits);
    for (int l = 0; l < run->plan.layers; l++) {
        if (!is_wanted(run, &run->plan.layer[l]))
            continue;
        printf("%s", comma);
        json_layer(run, &run->plan.layer[l]);
        comma = ",\n";
    }
    printf("\n  ]\n}\n");
}

// ---- the verb ----

// Split layers convert by the network's thresholds, for which the plan needs weights. Where the
// network has not both, such layers have no curve.
static void take_thresholds(XbRun *run)
{
    XbDiags silent = {.arena = run->arena};
    XbPlan whole;
    bool is_split = false;
    for (int l = 0; l < run->plan.layers; l++)
        is_split = is_split || (run->plan.layer[l].map && run->plan.layer[l].blocks);
    if (!is_split)
        return;
    xb_net_draw(run->arena, &run->net);
    if (xb_plan_build(run->arena, &silent, &run->cfg, &run->net, &whole))
        run->plan = whole;
}

static bool refuse(const XbRun *run, const char *option, const char *text)
{
    xb_report(run->d, XB_ERROR, "adc-option", run->cfg.file, option, "%s", text);
    return false;
}

static bool check_layer(const XbRun *run)
{
    const char *names = "", *wanted = run->options->layer;
    for (int l = 0; l < run->plan.layers; l++) {
        if (is_wanted(run, &run->plan.layer[l]))
            return true;
        if (run->plan.layer[l].map)
            names = xb_arena_printf(run->arena, "%s%s%s", names, *names ? ", " : "",
                                    run->plan.layer[l].name);
    }
    if (!*names)
        return refuse(run, "", "the network has no layers with weights");
    return refuse(
        run, "--layer",
        xb_arena_printf(run->arena, "%s is no layer with weights; there are %s", wanted, names));
}

static bool check_column(const XbRun *run)
{
    int wanted = run->options->column;
    if (wanted >= 0 && !run->options->layer)
        return refuse(run, "--column", "it needs --layer");
    for (int l = 0; l < run->plan.layers; l++) {
        const XbPlanLayer *layer = &run->plan.layer[l];
        int columns = is_wanted(run, layer) ? xb_plan_list_columns(&run->plan, layer) : INT32_MAX;
        if (wanted >= columns)
            return refuse(run, "--column",
                          xb_arena_printf(run->arena, "%d is outside 0..%d of layer %s", wanted,
                                          columns - 1, layer->name));
    }
    return true;
}

int xb_verb_adc(XbRun *run)
{
    if (!check_layer(run) || !check_column(run))
        return XB_BAD_INPUT;
    take_thresholds(run);
    if (run->options->json)
        print_json(run);
    else if (run->options->csv)
        print_csv(run);
    else
        print_text(run);
    return XB_OK;
}
