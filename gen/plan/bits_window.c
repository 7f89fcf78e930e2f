// SPDX-License-Identifier: Apache-2.0
// Windows and row drivers.
#include "plan/bits.h"
#include "plan/parts.h"

typedef struct Raster {
    int64_t points, turns, y_bits, x_bits;
} Raster;

// Coordinates, place and whether the row ends, of each point; with one turn nothing ever moves.
static XbBits raster(const Raster *p, const XbBitsRing *r)
{
    if (p->turns == 1)
        return (XbBits){0};
    return xb_bits_registers(xb_clog2(p->turns) +
                             p->points * (p->y_bits + p->x_bits + r->place_bits + 1));
}

XbBits xb_bits_fetch(const XbPlanLayer *l)
{
    XbBitsRing r = xb_bits_ring_of(l);
    XbPlanWalk w = xb_plan_walk(l);
    int turns = (int)xb_ceil_div_int64(w.taps, l->fetch_rate);
    int y = xb_clog2(l->in.h + ((int64_t)w.out_h + 1) * w.stride_h + (int64_t)w.kh * w.dil_h +
                     l->pad_t + ((int64_t)w.copies + 1) * w.stride_h) +
            2;
    int x = xb_clog2(l->in.w + 2 * (int64_t)w.out_w * w.stride_w + 2 * (int64_t)w.kw * w.dil_w +
                     l->pad_l + 1) +
            2;
    Raster windows = {w.copies, l->steps, y, x}, taps = {l->fetch_rate, turns, y, x};
    int64_t stages = r.ports * (r.place_bits + 3) + 3 * (3 + 1);
    XbBits walk = xb_bits_sum(raster(&windows, &r), raster(&taps, &r));
    XbBits bits = xb_bits_sum(xb_bits_reach(l), xb_bits_sum(walk, xb_bits_ring(l, &r)));
    return xb_bits_sum(bits, xb_bits_registers(stages + 2 * xb_bits_held(l) + xb_bits_free(l)));
}

// ---- windows ----

// Planes of a window, the driven one included, and which of them is next.
static XbBits planes(const XbPlanLayer *l)
{
    int64_t codes = (int64_t)xb_plan_walk(l).taps * l->in.c;
    return xb_bits_registers(codes * l->in_bits + xb_clog2(l->map->planes));
}

// A window that is filled while the one before is driven, plane by plane.
static XbBits serializer(const XbPlanLayer *l)
{
    int64_t taps = xb_plan_walk(l).taps, beats = xb_ceil_div_int64(taps, l->fetch_rate);
    int64_t window = taps * l->in.c * l->in_bits + 1 + xb_clog2(beats);
    return xb_bits_sum(planes(l), xb_bits_registers(window));
}

// Sums of a tap's channels, where these are added for each output alone; the taps that wait for it.
static XbBits patch_sums(const XbPlanLayer *l)
{
    if (!xb_plan_has_gaps(l))
        return (XbBits){0};
    int64_t rate = l->fetch_rate, units = l->map->tiling.units;
    int64_t part = l->in_bits + xb_clog2(l->in.c / units);
    int64_t beats = xb_ceil_div_int64(xb_plan_walk(l).taps, rate);
    int64_t copy = units * rate * part + l->map->patch.outputs * rate + xb_clog2(beats) + 2;
    int64_t waiting = rate * l->in.c * l->in_bits + 1;
    return xb_bits_registers(l->copies * (copy + waiting) + 3);
}

static XbBits own_windows(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBits windows = xb_bits_times(xb_plan_walk(l).copies, serializer(l));
    if (plan->encoding == XB_OFFSET) {
        int64_t counts = 2 * (int64_t)l->copies * xb_plan_window_counts(l);
        windows = xb_bits_sum(windows, xb_bits_registers(counts * xb_bits_count(l)));
        windows = xb_bits_sum(windows, patch_sums(l));
    }
    return xb_bits_sum(xb_bits_fetch(l), windows);
}

static XbBits shared_windows(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBits copy = planes(l);
    if (plan->encoding == XB_OFFSET)
        copy =
            xb_bits_sum(copy, xb_bits_registers((int64_t)l->map->tiling.units * xb_bits_count(l)));
    return xb_bits_sum(xb_bits_shared(plan, l), xb_bits_times(l->copies, copy));
}

// What is owed at the buffer's port.
static XbBits meter(const XbPlan *plan, const XbPlanLayer *l)
{
    if (!plan->bits_per_cycle)
        return (XbBits){0};
    int64_t window = (int64_t)xb_plan_positions(l) * l->in.c * l->in_bits +
                     (int64_t)xb_plan_window_sums(l) * l->out_bits;
    return xb_bits_registers(xb_clog2(l->copies * window + plan->bits_per_cycle + 1) + 2);
}

// The words of a cycle, until they are counted and metered in the next one; own windows without a
// meter are counted at once.
static XbBits waiting_loads(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    bool is_own = m->access == XB_DUP;
    if (!plan->bits_per_cycle && (is_own || !plan->counters))
        return (XbBits){0};
    int64_t most = is_own ? xb_plan_walk(l).copies * (int64_t)l->fetch_rate
                          : (int64_t)m->row_lanes * m->col_lanes;
    return xb_bits_registers(xb_clog2(most + 1));
}

enum { LOADS = 64 };  // a counter

XbBits xb_bits_window(const XbPlan *plan, const XbPlanLayer *l)
{
    XbBits bits = l->map->access == XB_DUP ? own_windows(plan, l) : shared_windows(plan, l);
    bits = xb_bits_sum(bits, xb_bits_sum(meter(plan, l), waiting_loads(plan, l)));
    return xb_bits_sum(bits, xb_bits_registers(2 * l->copies + (plan->counters ? LOADS : 0)));
}
