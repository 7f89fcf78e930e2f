// SPDX-License-Identifier: Apache-2.0
// Slices: which words of the input are in the box, how unevenly they come, and how many wait.
#include "plan/parts.h"

enum { SLACK = 4 };  // beats, for what leaves the cell in front of them at once

void xb_plan_box(XbPlanLayer *to, const XbNetLayer *from)
{
    xb_plan_pixel(to, from);
    for (int i = 0; i < 3; i++) {
        to->begin[i] = from->begin[i];
        to->step[i] = from->step[i];
    }
}

bool xb_plan_has_all_pixels(const XbPlanLayer *l)
{
    return l->out.h == l->in.h && l->out.w == l->in.w;
}

static bool is_taken(int64_t at, int begin, int step, int count)
{
    int64_t way = at - begin;
    return way >= 0 && way % step == 0 && way / step < count;
}

bool xb_plan_in_box(const XbPlanLayer *l, int64_t n)
{
    return is_taken(n / l->in.w, l->begin[0], l->step[0], l->out.h) &&
           is_taken(n % l->in.w, l->begin[1], l->step[1], l->out.w);
}

// Within rows, and from row to row, the box has its share sooner or later by so many pixels.
static int64_t unevenness(const XbPlanLayer *l)
{
    return xb_plan_has_all_pixels(l) ? 0 : (int64_t)(l->step[0] + 1) * l->in.w;
}

int64_t xb_plan_box_late(const XbPlanLayer *l)
{
    return xb_min_int64(xb_shape_pixels(l->in), (int64_t)l->begin[0] * l->in.w + unevenness(l));
}

int64_t xb_plan_box_early(const XbPlanLayer *l)
{
    int64_t rows = l->in.h - 1 - l->begin[0] - (int64_t)(l->out.h - 1) * l->step[0];
    return xb_min_int64(xb_shape_pixels(l->in), rows * l->in.w + unevenness(l));
}

int64_t xb_plan_box_beats(const XbPlanLayer *l)
{
    int64_t beats = 0, last = -1;
    for (int64_t n = 0; n < xb_shape_pixels(l->out); n++) {
        int64_t beat = xb_plan_box_pixel(l, n) / l->in_words;
        beats += beat != last;
        last = beat;
    }
    return beats;
}

// What comes in the part of an image's time in which rows of the box do, and leaves in all of it.
static int held_beats(const XbPlanLayer *l)
{
    if (xb_plan_has_all_pixels(l))
        return 0;
    int64_t rows = xb_min_int64(l->in.h, (int64_t)l->out.h * l->step[0]);
    int64_t pixels = xb_shape_pixels(l->out), beats = xb_plan_box_beats(l);
    int64_t words = pixels * (l->in.h - rows) / l->in.h + 2 * (int64_t)l->out.w;
    words = xb_min_int64(words, pixels);
    return xb_plan_count(xb_ceil_div_int64(words * beats, pixels) + SLACK);
}

void xb_plan_schedule_slice(XbPlanLayer *l, XbFlow in)
{
    int64_t words = in.words * xb_shape_pixels(l->out);
    int64_t paced = xb_ceil_div_int64(words, xb_shape_pixels(l->in));
    bool same = xb_plan_has_all_pixels(l);
    l->out_words = same ? l->in_words : (int)xb_ceil_div_int64(paced, in.pace);
    l->out_beats = xb_beats(l->out, l->out_words);
    l->interval = xb_max_int64(in.beats, l->out_beats);
    l->steps = (int)l->interval;
    l->lanes = l->out.c * l->out_words;
    l->step_cycles = 1;
    l->held_beats = held_beats(l);
}
