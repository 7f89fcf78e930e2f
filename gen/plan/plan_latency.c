// SPDX-License-Identifier: Apache-2.0
// How long one image takes: the twins of all cells of the chip, put together like the chip.
#include "plan/latency.h"

enum {
    CELLS_OF_LAYER = 16
};  // a fork with its FIFO, and for each input gearbox, FIFO, FIFO, gate; fewer in fact

typedef struct Sources {  // streams of a layer's output, one for each reader
    XbTimedStream **to;
    int read;
} Sources;

static Sources spread(XbTiming *t, XbTimedStream *out, int layer)
{
    int readers = xb_plan_readers(t->p->plan, layer);
    Sources s = {.to = xb_new(t->p->arena, XbTimedStream *, readers > 0 ? readers : 1)};
    xb_timed_fork(t, out, readers, s.to);
    return s;
}

// The bus and its gearbox; numbers fill whole bytes there.
static XbTimedStream *input(XbTiming *t)
{
    const XbPlan *plan = t->p->plan;
    XbTimedBeats bus = {plan->code_bits, plan->in_bytes / xb_code_bytes(plan->code_bits)};
    XbTimedBeats beats = {(int64_t)plan->input.c * plan->code_bits, plan->input_words};
    return xb_timed_regear(t, NULL, bus, beats, xb_shape_size(plan->input));
}

static XbTimedStream *output(XbTiming *t, XbTimedStream *in)
{
    const XbPlan *plan = t->p->plan;
    const XbPlanLayer *last = &plan->layer[plan->layers - 1];
    XbTimedBeats beats = {(int64_t)last->out.c * last->out_bits, last->out_words};
    XbTimedBeats bus = {last->out_bits, plan->out_bytes / xb_code_bytes(last->out_bits)};
    XbTimedStream *out = xb_timed_regear(t, in, beats, bus, xb_shape_pixels(last->out));
    xb_timed_sink(t, out);
    return out;
}

// Input `i` of a layer, in the beats that the layer takes.
static XbTimedStream *read_input(XbTiming *t, const XbPlanLayer *l, int i, Sources *of)
{
    const XbPlan *plan = t->p->plan;
    Sources *from = &of[l->input[i]];
    XbTimedStream *in = from->to[from->read++];
    int64_t width = (int64_t)xb_plan_input_shape(l, i).c * l->in_bits;
    if (!l->gear[i])
        return in;
    return xb_timed_regear(t, in, (XbTimedBeats){width, xb_plan_beat_words(plan, l->input[i])},
                           (XbTimedBeats){width, xb_plan_input_words(l, i)},
                           xb_shape_pixels(xb_plan_input_shape(l, i)));
}

static XbTimedLayer build_layer(XbTiming *t, const XbPlanLayer *l, Sources *of)
{
    XbTimedStream *in[2] = {NULL, NULL};
    for (int i = 0; i < l->inputs; i++)
        in[i] = read_input(t, l, i, of);
    return t->p->kind[l->kind].time(t, l, in);
}

// The cycle in which the last beat is taken, from 1; 0 if it never is, which no plan should bring
// about.
static int64_t end_of(const XbTimedStream *s)
{
    return s->accepted == s->beats ? *xb_timed_taken(s, s->beats - 1) + 1 : 0;
}

static void set_times(const XbPlanning *p, const XbTimedLayer *layer)
{
    for (int n = 0; n < p->plan->layers; n++) {
        p->layer[n].start = *layer[n].start + 1;
        p->layer[n].end = end_of(layer[n].out);
    }
}

static XbTiming start(const XbPlanning *p)
{
    XbTiming t = {.p = p, .room = (int64_t)CELLS_OF_LAYER * (p->plan->layers + 1)};
    t.due = xb_new(p->arena, XbTimedCell *, t.room);
    return t;
}

void xb_plan_latency(const XbPlanning *p)
{
    const XbPlan *plan = p->plan;
    XbTiming t = start(p);
    XbTimedLayer *layer = xb_new(p->arena, XbTimedLayer, plan->layers);
    Sources *of = xb_new(p->arena, Sources, plan->layers + 1);
    of++;
    of[-1] = spread(&t, input(&t), -1);
    for (int n = 0; n < plan->layers; n++) {
        if (n > 0 && plan->pipeline == XB_PIPELINE_SERIAL)
            t.before = layer[n - 1].out;
        layer[n] = build_layer(&t, &p->layer[n], of);
        of[n] = spread(&t, layer[n].out, n);
    }
    Sources *last = &of[plan->layers - 1];
    XbTimedStream *out = output(&t, last->to[last->read]);
    xb_timed_run(&t);
    set_times(p, layer);
    p->plan->latency = end_of(out);
    // The next image comes when this one has left, and has come: its last rows may not be looked
    // at.
    if (plan->pipeline == XB_PIPELINE_SERIAL)
        p->plan->interval = xb_max_int64(plan->latency, t.fed + 1);
}
