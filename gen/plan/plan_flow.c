// SPDX-License-Identifier: Apache-2.0
// FIFOs that keep the two branches of a join level; in a serial chip, those that hold an image.
#include "plan/parts.h"

// Let every layer's storage be a share of the image that passes it. The storage on a path from a
// fork to a join says how much of the image can have gone in at one end while nothing has come out
// at the other. If both paths hold the same share, the fork can always feed the longer one: no
// deadlock, no throttling. Shares are in units of 2^-32 images, rounded up.
//
// A slice of some rows holds nothing, but is late where rows in front of its box pass, and early
// where all of its box has passed: its share lies between two.
//
// What is on its way behind a ring at full speed is the time of that way over the chip's interval.
// MVM_WAY, PLAIN_WAY: cycles of it besides converters, pipeline.depth and the steps that wait in
// registers (MVM_STEPS, PLAIN_STEPS) before and behind the arrays or lanes.

enum {
    SHARE_BITS = 32,
    FIFO_SLACK = 16,
    MVM_WAY = 26,
    MVM_STEPS = 4,
    PLAIN_WAY = 14,
    PLAIN_STEPS = 2
};

__extension__ typedef __int128 Share;  // a step, an image's beats may each take 31 bits

static const Share IMAGE = (Share)1 << SHARE_BITS;

static Share share_of(int64_t stored, int64_t image)
{
    return (((Share)stored << SHARE_BITS) + image - 1) / image;
}

// So many of an image's words or beats, rounded down.
static int64_t part_of(Share share, int64_t image)
{
    Share part = (share * image) >> SHARE_BITS;
    return part < INT32_MAX ? (int64_t)part : INT32_MAX;
}

// Cycles between a layer's ring and its output.
static int64_t way_of(const XbPlanLayer *l)
{
    if (!l->map)
        return PLAIN_WAY + PLAIN_STEPS * l->step_cycles;
    return MVM_WAY + l->map->pipe_cycles + MVM_STEPS * l->step_cycles;
}

// Rows of windows that wait until they are whole, and that leave meanwhile.
static Share patched_share(const XbPlanLayer *l)
{
    if (!xb_plan_is_patched(l))
        return 0;
    int64_t rows = (l->map->patch_windows > 1 ? 3 : 2) * (int64_t)l->map->patch.side;
    return share_of(rows * l->out.w, xb_shape_pixels(l->out));
}

static Share stored_share(const XbPlanning *p, const XbPlanLayer *l)
{
    return share_of(l->ring_words, xb_shape_pixels(l->in)) +
           share_of(way_of(l), p->plan->interval) + patched_share(l);
}

// What has to be on its way so that no layer waits. A layer that makes one pixel of many needs the
// image, whatever its ring could hold besides; images of one pixel come one by one.
static Share late_share(const XbPlanning *p, const XbPlanLayer *l)
{
    int64_t in = xb_shape_pixels(l->in), out = xb_shape_pixels(l->out);
    int64_t awaited = in == 1 ? 0 : out == 1 ? in : l->ring_words;
    return share_of(awaited, in) + share_of(way_of(l), p->plan->interval) + patched_share(l);
}

typedef struct Level {  // of a layer's output
    Share least, held;  // by all that stands before it; they differ behind slices
    Share late;
} Level;

static Level input_level(const XbPlanLayer *l, const Level *level, int i)
{
    return l->input[i] < 0 ? (Level){0} : level[l->input[i]];
}

static Share larger(Share a, Share b) { return a > b ? a : b; }

// Of all inputs of a layer: what is joined is as late as the later one.
static Level later(Level a, Level b)
{
    return (Level){larger(a.least, b.least), larger(a.held, b.held), larger(a.late, b.late)};
}

// How much sooner than others of its images some words can come.
static Share spread(Level level) { return level.held - level.least; }

static Level behind(Level level, Share held, Share late)
{
    return (Level){level.least + held, level.held + held, level.late + late};
}

// What waits behind a slice makes it later, no more than its box can be.
static Level behind_box(Level level, const XbPlanLayer *l)
{
    int64_t image = xb_shape_pixels(l->in);
    Share late =
        share_of(xb_plan_box_late(l), image) + share_of(l->held_beats, xb_plan_box_beats(l));
    level.least -= share_of(xb_plan_box_early(l), image);
    return (Level){level.least, level.held + late, level.late + late};
}

// Beats that one branch is late, of so many an image.
static int64_t uneven_beats(const XbPlanning *p, const XbPlanLayer *l, int64_t image)
{
    return xb_ceil_div_int64(2 * l->uneven * image, p->plan->interval);
}

// Beats of two rows, for what the shares do not see.
static int two_rows(const XbPlanLayer *l) { return xb_ceil_div(2 * l->in.w, l->in_words); }

// Beats besides those of the shares: `rows` of them, some, and those that one branch is late.
static int64_t spare_beats(const XbPlanning *p, const XbPlanLayer *l, int64_t rows, int64_t image)
{
    return rows + 1 + FIFO_SLACK + uneven_beats(p, l, image);
}

static Level level_join(const XbPlanning *p, XbPlanLayer *l, const Level in[2])
{
    Level all = later(in[0], in[1]);
    int64_t image = xb_beats(l->in, l->in_words), spare = spare_beats(p, l, two_rows(l), image);
    for (int i = 0; i < 2; i++)
        l->fifo_beats[i] = xb_plan_count(part_of(all.held - in[i].least, image) + spare);
    return behind(all, share_of(spare, image), share_of(spare, image));
}

// ---- a map and its gate ----

// Beats of the map, which are not all full, for so many of its words.
static int64_t map_beats(const XbPlanning *p, const XbPlanLayer *l, int64_t words)
{
    return xb_ceil_div_int64(words * xb_plan_provided(p, l, 0), xb_shape_pixels(l->in));
}

// The map waits for its gate: what comes until that is there, and some, as in front of a sum.
// Gates wait two by two, so that the next one is there when the map of one has gone; where the map
// is later, those of the images meanwhile do as well.
static Level level_gate(const XbPlanning *p, XbPlanLayer *l, const Level in[2])
{
    Share gap = in[1].late - in[0].late + spread(in[0]);
    int64_t image = xb_plan_provided(p, l, 0), pixels = xb_shape_pixels(l->in);
    int64_t waiting = gap > 0 ? part_of(gap, pixels) : 0;
    l->fifo_beats[0] =
        xb_plan_count(map_beats(p, l, waiting + 2 * l->in.w) + spare_beats(p, l, 0, image));
    l->fifo_beats[1] = xb_plan_count(2 + (gap < 0 ? part_of(-gap, 1) + 1 : 0));
    Level out = behind(in[0], share_of(l->fifo_beats[0], image), 0);
    out.late = larger(in[0].late, in[1].late);
    return out;
}

// ---- images in turn ----

// At a steady pace the first image needs a part of the interval. So it begins to leave when what
// has come lasts until its last word does; the second one waits for its turn.
static Level level_turns(const XbPlanning *p, XbPlanLayer *l, const Level in[2])
{
    Share rest = share_of(xb_shape_pixels(xb_plan_input_shape(l, 1)), xb_shape_pixels(l->out));
    Level all = later(behind(in[0], rest, rest), in[1]);
    const Share turn[2] = {0, IMAGE - rest};
    for (int i = 0; i < 2; i++) {
        int64_t image = xb_beats(xb_plan_input_shape(l, i), l->in_words);
        Share gap = turn[i] + spread(in[i]) + larger(all.held - in[i].held, all.late - in[i].late);
        int64_t spare = spare_beats(p, l, l->in.h > 1 ? two_rows(l) : 0, image);
        l->fifo_beats[i] = xb_plan_count(part_of(gap, image) + spare);
    }
    return all;
}

// A layer's input where it has no ring, waits for the layer's turn.
static void hold_image(const XbPlanning *p, XbPlanLayer *l)
{
    for (int i = 0; i < l->inputs && l->ring_words == 0; i++) {
        int64_t given = xb_plan_provided(p, l, i);
        XbShape in = xb_plan_input_shape(l, i);
        int64_t beats = l->gear[i] ? xb_beats(in, xb_plan_input_words(l, i)) : given;
        l->fifo_beats[i] = xb_plan_count(xb_max_int64(2, beats));
    }
}

static void level_all(XbPlanning *p)
{
    Level *level = xb_new(p->arena, Level, p->net->layers);
    for (int n = 0; n < p->net->layers; n++) {
        XbPlanLayer *l = &p->layer[n];
        Level in[2] = {input_level(l, level, 0), input_level(l, level, 1)}, all = in[0];
        if (l->is_gated)
            all = level_gate(p, l, in);
        else if (l->in_turn)
            all = level_turns(p, l, in);
        else if (l->inputs == 2)
            all = level_join(p, l, in);
        level[n] = behind(all, stored_share(p, l), late_share(p, l));
        if (l->kind == XB_BOX)
            level[n] = behind_box(level[n], l);
    }
}

void xb_plan_fifos(XbPlanning *p)
{
    if (p->plan->pipeline == XB_PIPELINE_LAYER)
        level_all(p);
    else
        for (int n = 0; n < p->net->layers; n++)
            hold_image(p, &p->layer[n]);
}
