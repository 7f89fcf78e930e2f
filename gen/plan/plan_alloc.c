// SPDX-License-Identifier: Apache-2.0
// Copies of the layers that are told no number, chosen for a budget of arrays; and beside the
// choice what others would give.
#include "plan/alloc.h"
#include "plan/parts.h"

typedef struct Chooser {
    const XbPlanning *p;
    int layers;        // with weights
    int *of;           // [layers] their numbers in the network
    XbDemand *demand;  // [layers]
    int *lead;         // [layers] of the path, whatever the objective
    int64_t budget;
} Chooser;

// ---- what there is to choose ----

static XbDemand demand_of(const XbPlanning *p, int n)
{
    const XbCfgLayer *o = xb_plan_override(p, n);
    XbDemand d = {.port = p->port[n], .set = p->map[n]->set, .least = 1};
    d.port.model = p->cfg->time_model;
    d.most = p->layer[n].windows;
    d.is_given = (o && o->duplication) || xb_plan_reuse_copies(p, n);
    if (d.is_given)
        d.least = d.most = p->layer[n].copies;
    return d;
}

static int64_t least_arrays(const Chooser *c)
{
    int64_t sum = 0;
    for (int l = 0; l < c->layers; l++)
        sum += (int64_t)c->demand[l].least * c->demand[l].set;
    return sum;
}

static Chooser open_chooser(const XbPlanning *p)
{
    int all = p->net->layers;
    int *lead = xb_new(p->arena, int, all);
    Chooser c = {.p = p,
                 .of = xb_new(p->arena, int, all),
                 .demand = xb_new(p->arena, XbDemand, all),
                 .lead = xb_new(p->arena, int, all),
                 .budget = (int64_t)p->cfg->tile_count * p->cfg->arrays_per_tile};
    xb_plan_leads(p, lead);
    for (int n = 0; n < all; n++)
        if (p->map[n]) {
            c.of[c.layers] = n;
            c.lead[c.layers] = lead[n];
            c.demand[c.layers++] = demand_of(p, n);
        }
    return c;
}

// No layer can have more than what is left by one copy of each other.
static void limit_copies(Chooser *c)
{
    int64_t left = c->budget - least_arrays(c);
    for (int l = 0; l < c->layers; l++) {
        XbDemand *d = &c->demand[l];
        d->most = (int)xb_min_int64(d->most, d->least + left / d->set);
    }
}

static bool report_budget(const Chooser *c)
{
    XbPath top = {.key = "tiles"}, at = {.up = &top, .key = "count"};
    int64_t least = least_arrays(c);
    if (least <= c->budget)
        return false;
    int count = c->p->cfg->tile_count;
    int64_t tiles = xb_ceil_div_int64(least, c->p->cfg->arrays_per_tile);
    xb_report_json(c->p->d, XB_ERROR, "plan-budget", c->p->cfg->file, &at,
                   "%d tile%s %lld arrays, the layers need at least %lld: %lld tiles", count,
                   count > 1 ? "s have" : " has", (long long)c->budget, (long long)least,
                   (long long)tiles);
    return true;
}

// ---- ways to choose ----

static const int *no_duplication(const Chooser *c)
{
    int *copies = xb_new(c->p->arena, int, c->layers);
    for (int l = 0; l < c->layers; l++)
        copies[l] = c->demand[l].least;
    return copies;
}

// Copies where each has so many windows; returns the arrays of all.
static int64_t share_windows(const Chooser *c, int windows, int *copies)
{
    int64_t sum = 0;
    for (int l = 0; l < c->layers; l++) {
        const XbDemand *d = &c->demand[l];
        int64_t share = d->port.loads.windows / windows;
        copies[l] = d->is_given ? d->least : (int)xb_max_int64(1, share);
        sum += (int64_t)copies[l] * d->set;
    }
    return sum;
}

// With fewer windows a copy every layer has as many copies or more: the least that the budget
// allows.
static const int *proportional(const Chooser *c)
{
    int *copies = xb_new(c->p->arena, int, c->layers);
    int lo = 1, hi = 1;
    for (int l = 0; l < c->layers; l++)
        hi = hi > c->demand[l].port.loads.windows ? hi : c->demand[l].port.loads.windows;
    while (lo < hi) {
        int middle = lo + (hi - lo) / 2;
        if (share_windows(c, middle, copies) <= c->budget)
            hi = middle;
        else
            lo = middle + 1;
    }
    share_windows(c, hi, copies);
    return copies;
}

static const int *optimal(const Chooser *c, bool is_blind)
{
    XbMenu *menu = xb_new(c->p->arena, XbMenu, c->layers);
    XbObjective objective = c->p->cfg->objective;
    for (int l = 0; l < c->layers; l++) {
        XbDemand d = c->demand[l];
        d.lead = objective == XB_LATENCY_PIPELINED ? c->lead[l] : 0;
        if (is_blind)
            d.port.bits_per_cycle = 0;
        menu[l] = xb_menu(c->p->arena, &d);
    }
    XbBudget b = {c->layers, menu, c->budget};
    switch (objective) {
    case XB_LATENCY_SERIAL:
        return xb_alloc_serial(c->p->arena, &b);
    case XB_LATENCY_PIPELINED:
        return xb_alloc_pipelined(c->p->arena, &b);
    default:
        return xb_alloc_throughput(c->p->arena, &b);
    }
}

// ---- what comes of it ----

static XbPlanChoice judge(const Chooser *c, const char *name, const int *copies)
{
    int all = c->p->net->layers, *by_layer = xb_new(c->p->arena, int, all);
    int64_t *start = xb_new(c->p->arena, int64_t, all), fills = 0;
    XbPort *port = xb_new(c->p->arena, XbPort, all);
    XbPlanChoice out = {.name = name, .copies = by_layer, .start = start};
    for (int l = 0; l < c->layers; l++) {
        const XbDemand *d = &c->demand[l];
        int64_t time = xb_port_interval(&d->port, copies[l]);
        out.arrays += (int64_t)copies[l] * d->set;
        out.interval = xb_max_int64(out.interval, time);
        out.serial += time;
        fills += xb_port_time(&d->port, copies[l], xb_ceil_div(c->lead[l], copies[l]));
        by_layer[c->of[l]] = copies[l];
        port[c->of[l]] = d->port;
    }
    out.pipelined = fills + out.interval;
    out.latency = xb_plan_ideal(c->p, port, by_layer, start);
    return out;
}

static void take(XbPlanning *p, const XbPlanChoice *choice)
{
    for (int n = 0; n < p->net->layers; n++)
        if (p->map[n]) {
            p->layer[n].copies = choice->copies[n];
            p->map[n]->arrays = (int64_t)choice->copies[n] * p->map[n]->set;
        }
}

// All four, so that the plan can show them side by side; the last is the same as the one before it
// where nothing is limited.
static void choose(XbPlanning *p, const Chooser *c)
{
    const XbCfg *cfg = p->cfg;
    XbPlanChoice *choice = xb_new(p->arena, XbPlanChoice, XB_CHOICES);
    choice[XB_CHOICE_NONE] = judge(c, "none", no_duplication(c));
    choice[XB_CHOICE_PROPORTIONAL] = judge(c, "proportional", proportional(c));
    choice[XB_CHOICE_OPTIMAL] = judge(c, "optimal", optimal(c, false));
    choice[XB_CHOICE_BLIND] = cfg->bits_per_cycle ? judge(c, "bandwidth_blind", optimal(c, true))
                                                  : choice[XB_CHOICE_OPTIMAL];
    choice[XB_CHOICE_BLIND].name = "bandwidth_blind";
    p->plan->choice = choice;
    p->plan->budget = c->budget;
    p->plan->chosen = cfg->how_copies == XB_COPIES_PROPORTIONAL ? XB_CHOICE_PROPORTIONAL
                      : cfg->bandwidth_blind                    ? XB_CHOICE_BLIND
                                                                : XB_CHOICE_OPTIMAL;
    p->plan->objective = cfg->objective;
    p->plan->time_model = cfg->time_model;
    take(p, &choice[p->plan->chosen]);
}

// The published model has no loads of sub-images.
static bool report_model(const XbPlanning *p)
{
    XbPath top = {.key = "mapping"}, at = {.up = &top, .key = "time_model"};
    if (p->cfg->time_model == XB_TIME_EXACT || p->cfg->bits_per_cycle == 0)
        return false;
    for (int n = 0; n < p->net->layers; n++)
        if (p->map[n] && p->map[n]->scheme == XB_SUB_IMAGE) {
            xb_report_json(p->d, XB_ERROR, "plan-time-model", p->cfg->file, &at,
                           "\"published\" does not know what layer %s, cut into sub-images, loads "
                           "at a limited bandwidth",
                           p->layer[n].name);
            return true;
        }
    return false;
}

void xb_plan_choose(XbPlanning *p)
{
    if (p->cfg->how_copies == XB_COPIES_GIVEN)
        return;
    Chooser c = open_chooser(p);
    if (c.layers == 0 || report_budget(&c) || report_model(p))
        return;
    limit_copies(&c);
    choose(p, &c);
}
