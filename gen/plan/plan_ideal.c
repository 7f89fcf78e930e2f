// SPDX-License-Identifier: Apache-2.0
// One image alone, if the steps of layers with weights were all that takes time: a step begins when
// the one before is done and all pixels that its windows tap are there.
#include "plan/parts.h"

typedef struct Ideal {
    const XbPlanning *p;
    XbArena *scratch;
    int64_t **ready;  // [layers] when the pixels of the output are there; [-1]: of the chip's input
} Ideal;

static int64_t tapped_at(const Ideal *i, const XbPlanLayer *l, int tap)
{
    int64_t time = i->ready[l->input[0]][tap];
    int second = l->is_gated ? 0 : tap;
    return l->inputs == 2 ? xb_max_int64(time, i->ready[l->input[1]][second]) : time;
}

// Of images in turn: those of the second input follow the last one of the first.
static int64_t in_turn_at(const Ideal *i, const XbPlanLayer *l, int pixel)
{
    int count = (int)xb_shape_pixels(l->in);
    const int64_t *first = i->ready[l->input[0]], *second = i->ready[l->input[1]];
    return pixel < count ? first[pixel] : xb_max_int64(first[count - 1], second[pixel - count]);
}

static int64_t *pixel_times(const Ideal *i, const XbPlanLayer *l)
{
    int64_t count = xb_shape_pixels(l->out);
    int64_t *ready = xb_new(i->scratch, int64_t, count);
    for (int pixel = 0; pixel < count; pixel++)
        ready[pixel] =
            l->in_turn ? in_turn_at(i, l, pixel) : tapped_at(i, l, xb_plan_last_tap(l, pixel));
    return ready;
}

static int64_t window_at(const Ideal *i, const XbPlanLayer *l, int window)
{
    int64_t time = 0;
    for (int k = 0; k < xb_plan_window_parts(l, window); k++)
        time = xb_max_int64(time, tapped_at(i, l, xb_plan_window_tap(l, window, k)));
    return time;
}

static int64_t *step_times(const Ideal *i, const XbPlanLayer *l, const XbPort *port, int copies,
                           int64_t *start)
{
    int64_t *ready = xb_new(i->scratch, int64_t, xb_shape_pixels(l->out));
    int64_t *done = xb_new(i->scratch, int64_t, l->windows), time = 0;
    for (int step = 0; step * (int64_t)copies < l->windows; step++) {
        int first = step * copies, end = first + xb_min(copies, l->windows - first);
        for (int w = first; w < end; w++)
            time = xb_max_int64(time, window_at(i, l, w));
        if (step == 0)
            *start = time;
        time += xb_port_step(port, copies, step);
        for (int w = first; w < end; w++)
            done[w] = time;
    }
    for (int pixel = 0; pixel < xb_shape_pixels(l->out); pixel++)
        ready[pixel] = done[xb_plan_window_of(l, pixel)];
    return ready;
}

int64_t xb_plan_ideal(const XbPlanning *p, const XbPort *port, const int *copies, int64_t *start)
{
    XbArena scratch = {0};
    Ideal i = {p, &scratch, xb_new(&scratch, int64_t *, p->net->layers + 1)};
    *i.ready++ = xb_new(&scratch, int64_t, xb_shape_pixels(p->plan->input));
    for (int n = 0; n < p->net->layers; n++) {
        const XbPlanLayer *l = &p->layer[n];
        i.ready[n] =
            p->map[n] ? step_times(&i, l, &port[n], copies[n], &start[n]) : pixel_times(&i, l);
    }
    int last = p->net->layers - 1;
    int64_t end = i.ready[last][xb_shape_pixels(p->layer[last].out) - 1];
    xb_arena_free(&scratch);
    return end;
}
