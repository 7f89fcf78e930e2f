// SPDX-License-Identifier: Apache-2.0
// Rings: how many words of its input a layer holds, and the memory that takes.
#include "plan/parts.h"

// Cycles between the last word of a step and those in place of what it frees, besides the cycles in
// which its words are read: to begin, to the read; shared words have a stage more there.
enum { OWN_WAY = 2, SHARED_WAY = 3 };

// Rows of the image (of reach and stride, two images' height is enough): those under the windows of
// a step, those the next step needs, and as many again, so that the rows above are still read while
// the ones below arrive.
int64_t xb_plan_ring_window(const XbPlanLayer *l)
{
    int reach = xb_min((l->kh - 1) * l->dil_h + 1, 2 * l->in.h);
    int stride = xb_min(l->stride_h, 2 * l->in.h);
    int64_t rows = l->copies / l->out.w + 1;
    if (l->map && l->map->patch.outputs > 1)
        rows = xb_plan_output_rows(l);
    if (l->map && l->map->patch.tap)
        reach = l->map->patch.h;
    return 2 * reach + 2 * stride * rows;
}

int64_t xb_plan_ring_image(const XbPlanLayer *l) { return 2 * (int64_t)l->in.h + 1; }

// More rows come while padding leaves.
int64_t xb_plan_ring_pad(const XbPlanLayer *l)
{
    return xb_plan_ring_window(l) + l->pad_t + l->pad_b;
}

// Words that wait because steps of this layer take longer, or come in advance because those of a
// layer before do.
static int64_t waiting_words(const XbPlanLayer *l, XbFlow in)
{
    int64_t cycles = (l->map ? l->uneven : 0) + in.uneven;
    return xb_ceil_div_int64(cycles * xb_shape_pixels(l->in), in.pace);
}

// Words that come meanwhile, at the pace of the stream.
static int64_t passing_words(const XbPlanLayer *l, XbFlow in)
{
    int64_t way = l->map && l->map->access != XB_DUP ? SHARED_WAY : OWN_WAY;
    return way * in.words / in.pace;
}

// Words besides what has come when a beat is taken: the rows, those on the way, and those that come
// early because the last step of the layer before is not full; all of an image that waits for the
// layer's turn.
static int64_t held_words(const XbPlanning *p, const XbPlanLayer *l, XbFlow in)
{
    if (p->plan->pipeline == XB_PIPELINE_SERIAL)
        return xb_shape_pixels(l->in);
    int64_t early = in.words - xb_shape_pixels(l->in) + waiting_words(l, in);
    return p->kind[l->kind].ring_rows(l) * l->in.w + passing_words(l, in) + early;
}

// Whole beats. A beat is taken where a full one has room.
static int64_t ring_words(const XbPlanning *p, const XbPlanLayer *l, XbFlow in)
{
    int64_t words = held_words(p, l, in) + l->in_words - 1;
    return xb_ceil_div_int64(words, l->in_words) * l->in_words;
}

// Every tap that is read in a cycle has a memory of its own: a replica is read at one port.
void xb_plan_size_ring(const XbPlanning *p, XbPlanLayer *l, XbFlow in)
{
    if (!p->kind[l->kind].ring_rows)
        return;
    l->ring_words = xb_plan_count(ring_words(p, l, in));
    int64_t readers = l->map && l->map->access != XB_DUP ? 1 : xb_plan_walk(l).copies;
    l->ring_replicas = xb_plan_count(readers * l->fetch_rate);
    l->ring_bits = (int64_t)l->ring_replicas * l->ring_words * l->in.c * l->in_bits;
}
