// SPDX-License-Identifier: Apache-2.0
// Delivery of shared words: xb_gather and xb_strip, without the row drivers.
#include "plan/bits.h"
#include "plan/parts.h"

typedef struct Walk {  // geometry of xb_sweep, see xb_window_shared
    int64_t lanes, unit, row, tap, y, side;  // bits but for the lanes
    int64_t early;                           // rows of windows that see new words in all rows
} Walk;

static Walk walk_of(const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    XbPlanUnits u = xb_plan_units(l);
    int64_t units = (int64_t)l->out.w * u.onward + u.span;
    int64_t pitch = m->row_group > 1 ? xb_plan_row_pitch(l) : l->dil_h;
    int64_t rows = l->in.h + (int64_t)l->out.h * l->stride_h + (int64_t)l->kh * l->dil_h +
                   m->row_lanes * pitch + l->pad_t + 1;
    Walk w = {.lanes = (int64_t)m->row_lanes * m->col_lanes,
              .unit = xb_clog2(units + m->col_lanes + 1),
              .row = xb_clog2((l->out.w + l->copies - 2) / l->out.w + 1),
              .tap = xb_clog2(l->kh),
              .y = xb_clog2(rows) + 2,
              .early = xb_max_int64(l->dil_h / xb_plan_row_pitch(l), 1)};
    w.side = 2 + w.row + w.tap + w.unit + 2 * w.lanes;
    return w;
}

// The next step, the walk, the place of lane 0, the places of all.
static int64_t sweep(const XbPlanLayer *l, const Walk *w, int64_t place)
{
    int64_t step = l->steps > 1 ? xb_clog2(l->steps) + 2 * w->unit + place + w->y : 0;
    int64_t walk = 2 * w->row + w->tap + 3 * w->unit + 4 * place + 2 * w->y + 2;
    int64_t first = 3 + xb_bits_free(l) + 2 * w->row + w->tap + 2 * w->unit + place + w->y;
    int64_t all = 1 + w->side + xb_bits_free(l) + w->lanes * place;
    return step + place + walk + first + all;
}

static XbBits gather(const XbPlanLayer *l, const Walk *w)
{
    XbBitsRing ring = xb_bits_ring_of(l);
    int64_t stages = 2 + 2 * w->side + 2 * xb_bits_held(l);
    XbBits memory = xb_bits_sum(xb_bits_reach(l), xb_bits_ring(l, &ring));
    return xb_bits_sum(memory, xb_bits_registers(stages + sweep(l, w, ring.place_bits)));
}

// Bits that a word brings for the digital counts: the sums of its blocks, in parts of 64 codes.
static int64_t sums_of_word(const XbPlan *plan, const XbPlanLayer *l)
{
    int units = l->map->tiling.units, block = l->in.c / units;
    if (plan->encoding != XB_OFFSET || block == 1)
        return 0;
    int parts = xb_ceil_div(block, 64), terms = xb_ceil_div(block, parts);
    return (int64_t)units * parts * (l->in_bits + xb_clog2(terms));
}

// Where each copy's window stands, what it has, its words.
static int64_t strip(const XbPlanLayer *l, const Walk *w, int64_t word)
{
    int64_t start = l->steps > 1 ? w->unit + xb_clog2(w->early + 1) : 0;
    int64_t place = l->steps > 1 ? w->unit + w->row : 0;
    return start + 1 + l->copies * (1 + place + l->taps * (1 + word));
}

XbBits xb_bits_shared(const XbPlan *plan, const XbPlanLayer *l)
{
    Walk w = walk_of(l);
    int64_t codes = (int64_t)l->in.c * l->in_bits, sums = sums_of_word(plan, l);
    int64_t stage = sums ? 1 + w.side + w.lanes * (codes + sums) : 0;
    return xb_bits_sum(gather(l, &w), xb_bits_registers(stage + strip(l, &w, codes + sums)));
}
