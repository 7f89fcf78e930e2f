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
    int onward, span, skip;  // units from window to window, of a window, that the one before has had
} Sweep;

static Sweep sweep_of(const XbPlanLayer *l, XbAccess access)
{
    XbPlanUnits u = xb_plan_units(l);
    bool is_kept = access != XB_SHARE && u.tap == 1 && u.span > u.onward;
    return (Sweep){l, u.onward, u.span, is_kept ? u.span - u.onward : 0};
}

static int last_window(const XbPlanLayer *l, int step)
{
    return xb_min((step + 1) * l->copies, l->windows) - 1;
}

// Cycles of the walk over a step's windows, row of windows by row of windows.
static int64_t walk_cycles(const Sweep *s, int step, int row_lanes, int col_lanes)
{
    const XbPlanLayer *l = s->layer;
    int first = step * l->copies, end = last_window(l, step) + 1, turns = 0;
    for (int w = first, next; w < end; w = next) {
        next = xb_min((w / l->out.w + 1) * l->out.w, end);
        int units = (next - w - 1) * s->onward + s->span;
        if (w == first && w % l->out.w != 0)
            units -= s->skip;
        turns += xb_ceil_div(units, col_lanes);
    }
    return (int64_t)turns * xb_ceil_div(l->kh, row_lanes);
}

// ... of one that takes several rows of windows in a cycle, with all their words.
static int64_t group_cycles(const XbPlanLayer *l, int step, int rows)
{
    int above = step * l->copies / l->out.w;
    return xb_ceil_div(last_window(l, step) / l->out.w - above + 1, rows);
}

int64_t xb_plan_gather_cycles(const XbPlanLayer *l, int step)
{
    const XbPlanMap *m = l->map;
    Sweep s = sweep_of(l, m->access);
    return m->row_group > 1 ? group_cycles(l, step, m->row_group)
                            : walk_cycles(&s, step, m->row_lanes, m->col_lanes);
}

static bool keeps_up(const Sweep *s, const XbPort *port, int row_lanes, int col_lanes)
{
    const XbPlanLayer *l = s->layer;
    for (int step = 0; step < l->steps; step++)
        if (walk_cycles(s, step, row_lanes, col_lanes) > xb_port_step(port, l->copies, step))
            return false;
    return true;
}

// All columns that a row of windows looks at.
static int all_columns(const Sweep *s) { return (s->layer->out.w - 1) * s->onward + s->span; }

// Columns a cycle, with so many rows of taps; 0 if no number is enough.
static int columns_for(const Sweep *s, const XbPort *port, int row_lanes, int limit)
{
    int least = 1, most = xb_min(all_columns(s), limit);
    if (most < 1 || !keeps_up(s, port, row_lanes, most))
        return 0;
    while (least < most) {
        int middle = (least + most) / 2;
        if (keeps_up(s, port, row_lanes, middle))
            most = middle;
        else
            least = middle + 1;
    }
    return most;
}

static bool groups_keep_up(const XbPlanLayer *l, const XbPort *port, int rows)
{
    for (int step = 0; step < l->steps; step++)
        if (group_cycles(l, step, rows) > xb_port_step(port, l->copies, step))
            return false;
    return true;
}

// The fewest rows of windows a cycle, where steps are shorter than the rows of windows that they have.
static void group_rows(const XbPlanLayer *l, XbPlanMap *m, const XbPort *port)
{
    while (!groups_keep_up(l, port, m->row_group))
        m->row_group++;
    int reach = (m->row_group - 1) * l->stride_h + (l->kh - 1) * l->dil_h;
    m->row_lanes = reach / xb_plan_row_pitch(l) + 1;
}

// The fewest words a cycle; of equal ones the fewest rows.
static void share_lanes(const XbPlanLayer *l, XbPlanMap *m, const XbPort *port)
{
    Sweep s = sweep_of(l, m->access);
    m->row_lanes = l->kh;
    m->col_lanes = all_columns(&s);
    m->row_group = 1;
    if (!keeps_up(&s, port, m->row_lanes, m->col_lanes)) {
        group_rows(l, m, port);
        return;
    }
    for (int rows = 1; rows <= l->kh; rows++) {
        int columns = columns_for(&s, port, rows, (m->row_lanes * m->col_lanes - 1) / rows);
        if (columns > 0) {
            m->row_lanes = rows;
            m->col_lanes = columns;
        }
    }
}

void xb_plan_delivery(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = p->map[n];
    if (m->access == XB_DUP) {
        l->fetch_rate = own_rate(l, &p->port[n]);
        return;
    }
    share_lanes(l, m, &p->port[n]);
    l->fetch_rate = m->row_lanes * m->col_lanes;
}
