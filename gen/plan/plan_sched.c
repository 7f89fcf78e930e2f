// SPDX-License-Identifier: Apache-2.0
// The clock: how many cycles a step takes, how many lanes and taps a cycle keep up with it, how
// many words a beat has. The layers with weights set the pace; everything else follows it with the
// least hardware.
#include "plan/parts.h"

enum { MAX_STREAM_BYTES = 4096 };

// ---- layers with weights ----

// Beats of an image: a step's words leave together, but words of sub-images come in the order of
// the image.
static int64_t weight_beats(const XbPlanLayer *l)
{
    if (xb_plan_is_patched(l))
        return xb_beats(l->out, l->out_words);
    XbPlanWalk w = xb_plan_walk(l);
    int turns = xb_ceil_div(w.copies, l->out_words);
    int64_t last = w.windows - (int64_t)(l->steps - 1) * w.copies;
    return (int64_t)(l->steps - 1) * turns + xb_ceil_div_int64(last, l->out_words);
}

// Words of sub-images wait for those of their row: reads of a row of windows, `lines` for each row
// of words, must be done while the next one comes.
static bool leaves_in_time(const XbPlanLayer *l, const XbPlanMap *m)
{
    int64_t lines = xb_ceil_div(m->patch.across, m->patch_columns);
    int64_t reads = lines * xb_ceil_div(m->patch.side, m->patch_rows);
    return reads * l->copies < m->patch.across * m->read_cycles;
}

// As few windows side by side, then rows, as are in time; all, if none is.
static void plan_patches(const XbPlanLayer *l, XbPlanMap *m)
{
    m->patch_windows = xb_min((int)xb_ceil_div_int64(l->copies, m->read_cycles), m->patch.across);
    m->patch_columns = m->patch_windows > 1 ? m->patch.across : 1;
    m->patch_rows = 1;
    while (m->patch_columns < m->patch.across && !leaves_in_time(l, m))
        m->patch_columns++;
    while (m->patch_rows < m->patch.side && !leaves_in_time(l, m))
        m->patch_rows++;
}

// The shortest step takes the cycles of a read.
static void schedule_weights(XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = p->map[n];
    xb_plan_time(p, n);
    xb_plan_delivery(p, n);
    // As few words side by side as let all of them leave in the cycles of a step.
    l->out_words = (int)xb_ceil_div_int64(xb_plan_step_words(l), m->read_cycles);
    l->out_beats = weight_beats(l);
    if (xb_plan_is_patched(l))
        plan_patches(l, m);
    xb_plan_collect(p, l, m);
}

// ---- layers without ----

void xb_plan_schedule_windows(XbPlanLayer *l, XbFlow in)
{
    int64_t budget = xb_max_int64(1, in.pace / l->windows);
    l->copies = l->out_words = (int)xb_ceil_div_int64(l->windows, in.pace);
    l->steps = xb_ceil_div(l->windows, l->copies);
    l->fetch_rate = (int)xb_ceil_div_int64(l->taps, budget);
    l->step_cycles = xb_ceil_div(l->taps, l->fetch_rate);
    l->lanes = (int)xb_ceil_div_int64(l->out.c, l->step_cycles);
    l->interval = xb_max_int64(l->steps * l->step_cycles, in.beats);
    l->out_beats = xb_beats(l->out, l->out_words);
}

// A beat out for every beat in. A join has FIFOs in front, so it may be slower than its beats come
// for a while.
static void schedule_words(XbPlanLayer *l, XbFlow in)
{
    l->out_words = l->in_words;
    int64_t channels = (int64_t)l->out.c * l->out_words;
    int64_t beats = xb_max_int64(in.beats, xb_ceil_div_int64(in.words, l->out_words));
    int64_t cycles = xb_max_int64(1, in.pace / beats);
    if (l->inputs == 1 && in.spacing < cycles)
        cycles = in.spacing;
    l->steps = (int)in.beats;
    l->lanes = (int)xb_ceil_div_int64(channels, cycles);
    l->step_cycles = xb_ceil_div_int64(channels, l->lanes);
    l->interval = l->steps * l->step_cycles;
}

void xb_plan_schedule_beats(XbPlanLayer *l, XbFlow in)
{
    schedule_words(l, in);
    l->out_beats = in.beats;
}

void xb_plan_schedule_join(XbPlanLayer *l, XbFlow in)
{
    schedule_words(l, in);
    l->out_beats = xb_beats(l->out, l->out_words);
}

// Beats of the map as they come, but a gate is no pair for each.
void xb_plan_schedule_mul(XbPlanLayer *l, XbFlow in)
{
    schedule_words(l, in);
    l->out_beats = l->is_gated ? in.beats : xb_beats(l->out, l->out_words);
}

void xb_plan_schedule_reshape(XbPlanLayer *l, XbFlow in)
{
    bool same = l->in.h == l->out.h && l->in.w == l->out.w;
    int64_t paced = xb_ceil_div_int64(in.words * xb_shape_pixels(l->out), xb_shape_pixels(l->in));
    l->out_words = same ? l->in_words : (int)xb_ceil_div_int64(paced, in.pace);
    l->out_beats = xb_beats(l->out, l->out_words);
    l->interval = xb_max_int64(in.beats, l->out_beats);
    l->steps = (int)l->interval;
    l->lanes = l->out.c * l->out_words;
    l->step_cycles = 1;
}

// Beats as they are, a pair in a cycle.
void xb_plan_schedule_concat(XbPlanLayer *l, XbFlow in)
{
    l->out_words = l->in_words;
    l->out_beats = l->interval = in.beats;
    l->steps = (int)in.beats;
    l->lanes = l->out.c * l->out_words;
    l->step_cycles = 1;
}

// ---- the chip ----

// Of the bus that carries so many codes in an interval.
static int stream_bytes(int64_t codes, int code_bits, int64_t interval)
{
    int bytes = xb_code_bytes(code_bits);
    int64_t size = codes * bytes;
    while (bytes < MAX_STREAM_BYTES && xb_ceil_div_int64(size, bytes) > interval)
        bytes *= 2;
    return bytes;
}

// Cycles per image that everything without weights keeps up with: what the slowest layer with
// weights takes; in a network without any, a word a cycle.
static int64_t pace_of_weights(const XbPlanning *p)
{
    XbShape out = p->layer[p->net->layers - 1].net_out;
    int64_t pace = 0, widest = xb_shape_pixels(p->plan->input), least = 1;
    for (int l = 0; l < p->net->layers; l++) {
        least = p->layer[l].in_turn ? 2 : least;  // a beat of one image, then one of the other
        widest = xb_max_int64(widest, xb_shape_pixels(p->layer[l].out));
        if (p->layer[l].map)
            pace = xb_max_int64(pace, p->layer[l].interval);
    }
    pace = xb_max_int64(pace > 0 ? pace : widest, least);
    pace = xb_max_int64(pace, xb_ceil_div_int64(xb_shape_size(p->plan->input), MAX_STREAM_BYTES));
    return xb_max_int64(pace, xb_ceil_div_int64(xb_shape_size(out), MAX_STREAM_BYTES));
}

// Words of an image's stream if the last step of a layer with weights were as full as the others:
// they come step by step, and whoever reads them has this rate to keep up with.
static int64_t paced_words(const XbPlanLayer *l, int64_t paced_input)
{
    if (xb_plan_is_patched(l))
        return xb_shape_pixels(l->out);
    XbPlanWalk w = xb_plan_walk(l);
    if (l->map)
        return l->steps == 1 ? w.windows : (int64_t)l->steps * w.copies;
    if (l->ring_words > 0)
        return xb_shape_pixels(l->out);
    if (l->in_turn)
        return paced_input;
    return xb_ceil_div_int64(paced_input * xb_shape_pixels(l->out), xb_shape_pixels(l->in));
}

int64_t xb_plan_provided(const XbPlanning *p, const XbPlanLayer *l, int i)
{
    return l->input[i] < 0 ? xb_beats(p->plan->input, p->plan->input_words)
                           : p->layer[l->input[i]].out_beats;
}

// All beats of a stream are full ones, but for an image's last. A layer with weights sends what a
// step gave, if it need not come into the order of the image, and a RELU, a
// table, a merge or a product with a gate a beat for a beat; that
// there are as many as full ones would be says nothing.
static bool has_full_beats(const XbPlanning *p, int n)
{
    if (n < 0)
        return true;
    const XbPlanLayer *l = &p->layer[n];
    if (l->in_turn && xb_shape_pixels(l->in) % l->in_words != 0)
        return false;
    if (l->kind == XB_RELU || l->kind == XB_TABLE || l->kind == XB_MERGE || l->is_gated)
        return has_full_beats(p, l->input[0]);
    if (!l->map || xb_plan_is_patched(l) || l->steps == 1)
        return true;
    return xb_plan_walk(l).copies % l->out_words == 0;
}

// Of an image on both inputs of a join: pairs, unless they come in turn.
static int64_t joined_beats(const XbPlanLayer *l)
{
    int64_t first = xb_beats(l->in, l->in_words);
    return l->in_turn ? first + xb_beats(xb_plan_input_shape(l, 1), l->in_words) : first;
}

// Beats of both inputs are taken together.
static bool is_pair(const XbPlanLayer *l) { return l->inputs == 2 && !l->is_gated; }

// The inputs of a join come in beats of one size: full ones, but for an image's last. A gate is one
// word.
static void plan_input(const XbPlanning *p, XbPlanLayer *l)
{
    int a = xb_plan_beat_words(p->plan, l->input[0]);
    int b = is_pair(l) ? xb_plan_beat_words(p->plan, l->input[1]) : a;
    l->in_words = a > b ? a : b;
    while (l->in_turn && joined_beats(l) > p->plan->interval)
        l->in_words++;
    l->gear[1] = l->is_gated && xb_plan_beat_words(p->plan, l->input[1]) > 1;
    for (int i = 0; is_pair(l) && i < 2; i++)
        l->gear[i] = xb_plan_beat_words(p->plan, l->input[i]) != l->in_words ||
                     !has_full_beats(p, l->input[i]);
}

// Cycles from beat to beat of a layer's output where they come fastest; of the chip's input, a
// reshape and a concatenation, which can wait, on average. A slice gives them as it gets them, or
// cuts them smaller.
static int64_t beat_cycles(const XbPlanning *p, int n)
{
    if (n >= 0 && p->layer[n].kind == XB_BOX && p->layer[n].out_words >= p->layer[n].in_words)
        return beat_cycles(p, p->layer[n].input[0]);
    if (n < 0 || p->layer[n].kind == XB_RESHAPE || p->layer[n].kind == XB_CONCAT)
        return p->plan->interval;
    const XbPlanLayer *l = &p->layer[n];
    return l->map ? l->map->spacing : l->step_cycles;
}

static int64_t uneven_input(const XbPlanning *p, const XbPlanLayer *l)
{
    int64_t most = 0;
    for (int i = 0; i < l->inputs; i++)
        if (l->input[i] >= 0)
            most = xb_max_int64(most, p->layer[l->input[i]].uneven);
    return most;
}

static XbFlow flow_to(const XbPlanning *p, const XbPlanLayer *l, const int64_t *paced)
{
    bool is_join = is_pair(l);
    int64_t one = paced[l->input[0]], other = is_join ? paced[l->input[1]] : 0;
    return (XbFlow){.pace = p->plan->interval,
                    .words = l->in_turn ? one + other : xb_max_int64(one, other),
                    .beats = is_join ? joined_beats(l) : xb_plan_provided(p, l, 0),
                    .spacing = beat_cycles(p, l->input[0]),
                    .uneven = uneven_input(p, l)};
}

// `paced`: words of the streams at the rate they come, -1 for the chip's input.
static void schedule_layer(const XbPlanning *p, int n, int64_t *paced)
{
    XbPlanLayer *l = &p->layer[n];
    plan_input(p, l);
    XbFlow in = flow_to(p, l, paced);
    if (p->kind[l->kind].schedule)
        p->kind[l->kind].schedule(l, in);
    if (!l->map)
        l->uneven = in.uneven;
    xb_plan_size_ring(p, l, in);
    paced[n] = paced_words(l, in.words);
}

static void size_buses(XbPlan *plan, int64_t paced_output)
{
    const XbPlanLayer *last = &plan->layer[plan->layers - 1];
    plan->in_bytes = stream_bytes(xb_shape_size(plan->input), plan->code_bits, plan->interval);
    plan->out_bytes = stream_bytes(paced_output * last->out.c, last->out_bits, plan->interval);
}

void xb_plan_schedule(XbPlanning *p)
{
    XbPlan *plan = p->plan;
    for (int l = 0; l < plan->layers; l++)
        if (p->layer[l].map)
            schedule_weights(p, l);
    plan->interval = pace_of_weights(p);
    plan->input_words = (int)xb_ceil_div_int64(xb_shape_pixels(plan->input), plan->interval);
    int64_t *paced = xb_new(p->arena, int64_t, plan->layers + 1);
    *paced++ = xb_shape_pixels(plan->input);
    for (int l = 0; l < plan->layers; l++)
        schedule_layer(p, l, paced);
    size_buses(plan, paced[plan->layers - 1]);
}
