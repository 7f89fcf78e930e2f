// SPDX-License-Identifier: Apache-2.0
// One image alone, if the steps of layers with weights were all that takes time: a step begins when
// the one before is done and all pixels that its windows tap are there.
#include "plan/parts.h"

typedef struct Ideal {
    const XbPlanning *p;
    XbArena *scratch;
    int64_t **ready;  // [layers] when the pixels of the output are there; [-1]: of the chip's input
} Ideal;

static int64_t tapped_at(const Ideal *i, const XbPlanLayer *l, int pixel)
{
    int tap = xb_plan_last_tap(l, pixel);
    int64_t time = i->ready[l->input[0]][tap];
    return l->inputs == 2 ? xb_max_int64(time, i->ready[l->input[1]][tap]) : time;
}

static int64_t *pixel_times(const Ideal *i, const XbPlanLayer *l)
{
    int64_t count = xb_shape_pixels(l->out);
    int64_t *ready = xb_new(i->scratch, int64_t, count);
    for (int pixel = 0; pixel < count; pixel++)
        ready[pixel] = tapped_at(i, l, pixel);
    return ready;
}

static int64_t *step_times(const Ideal *i, const XbPlanLayer *l, const XbPort *port, int copies,
                           int64_t *start)
{
    int64_t *ready = xb_new(i->scratch, int64_t, l->windows), done = 0;
    for (int step = 0; step * (int64_t)copies < l->windows; step++) {
        int first = step * copies, end = first + xb_min(copies, l->windows - first);
        for (int w = first; w < end; w++)
            done = xb_max_int64(done, tapped_at(i, l, w));
        if (step == 0)
            *start = done;
        done += xb_port_step(port, copies, step);
        for (int w = first; w < end; w++)
            ready[w] = done;
    }
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
