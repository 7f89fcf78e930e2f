// SPDX-License-Identifier: Apache-2.0
// How many words of its input a layer with weights reads in a cycle: as few as fill the windows of
// every step in the cycles of that step. Copies with windows of their own read so many taps each;
// copies that share words read them along rows of taps and columns of the image, as xb_sweep walks.
#include "plan/parts.h"

// ---- windows of their own ----

static int own_rate(const XbPlanLayer *l, const XbPort *port)
{
    int64_t least = port->read_cycles;
    if (port->bits_per_cycle) {
        least = xb_port_step(port, l->copies, l->steps - 1);  // the last one has fewest windows
        least = xb_min_int64(least, xb_port_step(port, l->copies, 0));
    }
    return (int)xb_ceil_div_int64(xb_plan_walk(l).taps, least);
}

// ---- shared words ----

XbPlanUnits xb_plan_units(const XbPlanLayer *l)
{
    int unit = l->kw == 1 ? l->stride_w : (int)xb_gcd(l->stride_w, l->dil_w);
    int tap = l->kw == 1 ? 1 : l->dil_w / unit;
    return (XbPlanUnits){l->stride_w / unit, tap, (l->kw - 1) * tap + 1};
}

int xb_plan_row_pitch(const XbPlanLayer *l)
{
    return l->kh == 1 ? l->stride_h : (int)xb_gcd(l->stride_h, l->dil_h);
}

typedef struct Sweep {
    const XbPlanLayer *layer;
    int onward, span,
        skip;  // units from window to window, of a window, that the one before has had
} Sweep;

static Sweep sweep_of(const XbPlanLayer *l, XbAccess access)
{
    XbPlanUnits u = xb_plan_units(l);
    bool is_kept = access != XB_SHARE && u.tap == 1 && u.span > u.onward;
    return (Sweep){l, u.onward, u.span, is_kept ? u.span - u.onward : 0};
}

// Words of a cycle.
typedef struct Lanes {
    int rows, columns;
    int group;  // rows of windows; more than 1: with all their words
} Lanes;

static int64_t walk_row(const Sweep *s, int windows, bool is_begun, const Lanes *a)
{
    int units = (windows - 1) * s->onward + s->span - (is_begun ? s->skip : 0);
    return (int64_t)xb_ceil_div(units, a->columns) * xb_ceil_div(s->layer->kh, a->rows);
}

// Cycles of the walk over a step's windows, row of windows by row of windows or several at once.
static int64_t walk_cycles(const Sweep *s, int step, const Lanes *a)
{
    const XbPlanLayer *l = s->layer;
    int first = step * l->copies, end = xb_min(first + l->copies, l->windows);
    if (a->group > 1)
        return xb_ceil_div((end - 1) / l->out.w - first / l->out.w + 1, a->group);
    int64_t cycles = 0;
    for (int w = first, next; w < end; w = next) {
        next = xb_min((w / l->out.w + 1) * l->out.w, end);
        cycles += walk_row(s, next - w, w % l->out.w != 0, a);
    }
    return cycles;
}

int64_t xb_plan_gather_cycles(const XbPlanLayer *l, int step)
{
    const XbPlanMap *m = l->map;
    Sweep s = sweep_of(l, m->access);
    return walk_cycles(&s, step, &(Lanes){m->row_lanes, m->col_lanes, m->row_group});
}

static bool keeps_up(const Sweep *s, const XbPort *port, const Lanes *a)
{
    const XbPlanLayer *l = s->layer;
    for (int step = 0; step < l->steps; step++)
        if (walk_cycles(s, step, a) > xb_port_step(port, l->copies, step))
            return false;
    return true;
}

// All that a row of windows looks at; where steps are shorter than their rows of windows, of the
// fewest rows that are enough.
static Lanes all_lanes(const Sweep *s, const XbPort *port)
{
    const XbPlanLayer *l = s->layer;
    Lanes a = {l->kh, (l->out.w - 1) * s->onward + s->span, 1};
    while (!keeps_up(s, port, &a))
        a.group++;
    if (a.group > 1)
        a.rows = ((a.group - 1) * l->stride_h + (l->kh - 1) * l->dil_h) / xb_plan_row_pitch(l) + 1;
    return a;
}

// Columns a cycle, 1..most, with so many rows of taps; 0 if no number is enough.
static int columns_for(const Sweep *s, const XbPort *port, int rows, int most)
{
    int least = 1;
    if (most < 1 || !keeps_up(s, port, &(Lanes){rows, most, 1}))
        return 0;
    while (least < most) {
        int middle = (least + most) / 2;
        if (keeps_up(s, port, &(Lanes){rows, middle, 1}))
            most = middle;
        else
            least = middle + 1;
    }
    return most;
}

// The fewest words a cycle; of equal ones the fewest rows.
static Lanes fewest_lanes(const Sweep *s, const XbPort *port)
{
    Lanes all = all_lanes(s, port), best = all;
    for (int rows = 1; rows <= s->layer->kh && all.group == 1; rows++) {
        int limit = (best.rows * best.columns - 1) / rows;
        int columns = columns_for(s, port, rows, xb_min(all.columns, limit));
        if (columns > 0)
            best = (Lanes){rows, columns, 1};
    }
    return best;
}

static void share_words(const XbPlanLayer *l, XbPlanMap *m, const XbPort *port)
{
    Sweep s = sweep_of(l, m->access);
    Lanes a = fewest_lanes(&s, port);
    m->row_lanes = a.rows;
    m->col_lanes = a.columns;
    m->row_group = a.group;
}

void xb_plan_delivery(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = p->map[n];
    if (m->access == XB_DUP) {
        l->fetch_rate = own_rate(l, &p->port[n]);
        return;
    }
    share_words(l, m, &p->port[n]);
    l->fetch_rate = m->row_lanes * m->col_lanes;
}
