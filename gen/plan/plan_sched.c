// SPDX-License-Identifier: Apache-2.0
// The clock: how many cycles a step takes, how many lanes and taps a cycle keep up with it, how
// many rows a ring holds. The layers with weights set the pace; everything else follows it with the
// least hardware.
#include "plan/parts.h"

enum { MAX_STREAM_BYTES = 1024 };

static int64_t max_int64(int64_t a, int64_t b) { return a > b ? a : b; }

static int64_t words(XbShape s) { return (int64_t)s.h * s.w; }

static int ceil_div(int64_t a, int64_t b) { return (int)((a + b - 1) / b); }

// ---- layers with weights ----

// A stream carries one word a cycle, so a step is never shorter than its copies' words.
static void schedule_weights(const XbPlanning *p, XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    l->steps = xb_ceil_div(l->windows, l->copies);
    l->step_cycles = m->planes * m->groups * m->slots * p->cfg->adc_interval;
    l->fetch_rate = xb_ceil_div(l->taps, l->step_cycles);
    int turns = l->step_cycles / l->copies;  // cycles a copy's word may take
    l->lanes = turns > 0 ? xb_ceil_div(l->out.c, turns) : l->out.c;
    int64_t step = max_int64(l->step_cycles, l->copies);
    l->interval = max_int64(l->steps * step, max_int64(words(l->in), words(l->out)));
}

// ---- layers without ----

static void schedule_window(XbPlanLayer *l, int64_t pace)
{
    int64_t budget = max_int64(1, pace / l->windows);
    l->steps = l->windows;
    l->fetch_rate = ceil_div(l->taps, budget);
    l->step_cycles = xb_ceil_div(l->taps, l->fetch_rate);
    l->lanes = xb_ceil_div(l->out.c, l->step_cycles);
    l->interval = max_int64((int64_t)l->windows * l->step_cycles, words(l->in));
}

static void schedule_words(XbPlanLayer *l, int64_t pace)
{
    int64_t count = words(l->out);
    l->steps = (int)count;
    l->lanes = ceil_div(l->out.c, max_int64(1, pace / count));
    l->step_cycles = xb_ceil_div(l->out.c, l->lanes);
    l->interval = count * l->step_cycles;
}

static void schedule_reshape(XbPlanLayer *l)
{
    l->interval = max_int64(words(l->in), words(l->out));
    l->steps = (int)l->interval;
    l->lanes = l->out.c;
    l->step_cycles = 1;
}

static void schedule_plain(XbPlanLayer *l, int64_t pace)
{
    switch (l->kind) {
    case XB_AVGPOOL:
    case XB_MAXPOOL:
    case XB_MEAN:
    case XB_PAD:
        schedule_window(l, pace);
        break;
    case XB_ADD:
    case XB_RELU:
        schedule_words(l, pace);
        break;
    default:
        schedule_reshape(l);
    }
}

// Rows of the image in the ring: those under the windows of a step, those the next step needs, and
// as many again, so that the rows above are still read while the ones below arrive.
static void size_ring(XbPlanLayer *l)
{
    bool has_ring = xb_kind_has_weights(l->kind) || l->kind == XB_AVGPOOL ||
                    l->kind == XB_MAXPOOL || l->kind == XB_MEAN || l->kind == XB_PAD;
    if (!has_ring)
        return;
    int reach = (l->kh - 1) * l->dil_h + 1;
    l->ring_rows = 2 * reach + l->stride_h * (l->copies / l->out.w + 2);
    if (l->kind == XB_FC)
        l->ring_rows = 2 * l->in.h + 1;
    if (l->ring_rows < reach + 2)
        l->ring_rows = reach + 2;
}

// ---- the chip ----

static int stream_bytes(XbShape shape, int64_t interval)
{
    int bytes = 1;
    while (bytes < MAX_STREAM_BYTES && (xb_shape_size(shape) + bytes - 1) / bytes > interval)
        bytes *= 2;
    return bytes;
}

static int64_t pace_of_weights(const XbPlanning *p)
{
    int64_t pace = words(p->plan->input);
    for (int l = 0; l < p->net->layers; l++) {
        const XbPlanLayer *layer = &p->layer[l];
        pace = max_int64(pace, max_int64(words(layer->in), words(layer->out)));
        if (layer->map)
            pace = max_int64(pace, layer->interval);
    }
    return pace;
}

void xb_plan_schedule(XbPlanning *p)
{
    XbPlan *plan = p->plan;
    for (int l = 0; l < p->net->layers; l++)
        if (p->layer[l].map)
            schedule_weights(p, &p->layer[l]);
    int64_t pace = pace_of_weights(p);
    plan->interval = 1;
    for (int l = 0; l < p->net->layers; l++) {
        if (!p->layer[l].map)
            schedule_plain(&p->layer[l], pace);
        size_ring(&p->layer[l]);
        plan->interval = max_int64(plan->interval, p->layer[l].interval);
    }
    plan->in_bytes = stream_bytes(plan->input, plan->interval);
    plan->out_bytes = stream_bytes(p->layer[plan->layers - 1].net_out, plan->interval);
}
