// SPDX-License-Identifier: Apache-2.0
// The ring of a layer's input, and how far its steps reach.
#include "plan/bits.h"
#include "plan/parts.h"

XbBitsRing xb_bits_ring_of(const XbPlanLayer *l)
{
    int64_t lines = xb_ceil_div_int64(l->ring_words, l->in_words);
    int line_bits = xb_clog2(lines);
    return (XbBitsRing){.lines = lines,
                        .ports = l->ring_replicas,
                        .line_bits = line_bits,
                        .place_bits = line_bits + xb_clog2(l->in_words)};
}

// A bank is as large as its share of a replica, but the limit counts for the replica as a whole.
// Replicas that are registers are all written alike: synthesis keeps one of them, and a read
// register of each.
static XbBits replicas(const XbPlanLayer *l, const XbBitsRing *r)
{
    int64_t width = (int64_t)l->in_bits * l->in.c, words = r->lines * l->in_words;
    if (xb_bits_large(width, words))
        return (XbBits){.memory = r->ports * width * words};
    return xb_bits_registers(width * words + r->ports * width * l->in_words);
}

XbBits xb_bits_ring(const XbPlanLayer *l, const XbBitsRing *r)
{
    int64_t width = (int64_t)l->in_bits * l->in.c;
    int64_t writing = l->in_words * (width + 1 + r->line_bits) + r->place_bits;
    int64_t reading = r->ports * (width + 1 + xb_clog2(l->in_words));
    return xb_bits_sum(replicas(l, r), xb_bits_registers(writing + reading));
}

// Of a number of words that are freed.
int xb_bits_free(const XbPlanLayer *l) { return xb_clog2((int64_t)xb_shape_pixels(l->in) + 1); }

// Rows in words, of a step ahead and of the steps before it.
XbBits xb_bits_reach(const XbPlanLayer *l)
{
    XbPlanWalk w = xb_plan_walk(l);
    int64_t span = (int64_t)(w.kh - 1) * w.dil_h;
    int64_t rows = 2 * (int64_t)l->in.h + span + l->pad_t +
                   ((int64_t)w.out_h + w.copies / w.out_w + 3) * w.stride_h;
    int row_bits = xb_clog2(l->in.w * rows + l->in_words + 1) + 1;
    int column_bits = xb_clog2(l->in.w + 2 * (int64_t)w.out_w * w.stride_w +
                               (int64_t)(w.kw - 1) * w.dil_w + l->pad_l + 1) +
                      2;
    int64_t ahead = 2 * row_bits + column_bits + xb_clog2(2 * (int64_t)w.out_w + 1);
    return xb_bits_registers(xb_clog2(l->steps) + ahead + 4 * row_bits + 3 * xb_bits_free(l) + 1 +
                             2);
}

int xb_bits_held(const XbPlanLayer *l)
{
    return xb_clog2(2 * (int64_t)xb_shape_pixels(l->in) + l->ring_words + l->in_words) + 1;
}
