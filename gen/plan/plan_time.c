// SPDX-License-Identifier: Apache-2.0
// Cycles of a layer with weights, step by step. Two models: the exact one is what the hardware
// does; the published one knows no row that ends amid a step and no step that is not full.
#include "plan/parts.h"
#include "plan/port.h"

// ---- a step ----

static int64_t step_cycles(const XbPort *port, int64_t positions, int copies)
{
    int64_t reads = port->read_cycles;
    if (port->bits_per_cycle == 0)
        return reads;
    int64_t bits = positions * port->load_bits + copies * port->store_bits;
    int64_t carried = xb_ceil_div_int64(bits, port->bits_per_cycle);
    return port->transfer == XB_SERIAL ? reads + carried : xb_max_int64(reads, carried);
}

// Positions under n windows side by side along an axis.
static int64_t reach(const XbAxis *a, int64_t n) { return a->kernel + (n - 1) * a->stride; }

// What a full step loads by the published formulas: `copies` windows in whole rows.
static int64_t published_positions(const XbLoads *loads, int64_t copies)
{
    int64_t width = xb_min_int64(copies, loads->x.windows);
    int64_t rows = xb_ceil_div_int64(copies, loads->x.windows);
    if (loads->access == XB_DUP || loads->taps == 1)
        return copies * loads->taps;
    int64_t columns = loads->access == XB_SHARE ? reach(&loads->x, width)
                                                : xb_min(loads->x.stride, loads->x.kernel) * width;
    return reach(&loads->y, rows) * columns;
}

// Whether the steps of an image take the same time, the last one of fewer windows apart.
static bool is_even(const XbPort *port)
{
    return port->bits_per_cycle == 0 || port->model == XB_TIME_PUBLISHED;
}

static int64_t even_cycles(const XbPort *port, int copies)
{
    int64_t positions = port->bits_per_cycle ? published_positions(&port->loads, copies) : 0;
    return step_cycles(port, positions, copies);
}

int64_t xb_port_step(const XbPort *port, int copies, int step)
{
    if (is_even(port))
        return even_cycles(port, copies);
    return step_cycles(port, xb_loads_step(&port->loads, step * copies, copies), copies);
}

// ---- an image ----

int64_t xb_port_time(const XbPort *port, int copies, int steps)
{
    if (is_even(port))
        return steps * even_cycles(port, copies);
    int64_t sum = 0;
    for (int step = 0; step < steps; step++)
        sum += xb_port_step(port, copies, step);
    return sum;
}

int64_t xb_port_interval(const XbPort *port, int copies)
{
    return xb_port_time(port, copies, xb_port_steps(port, copies));
}

int64_t xb_port_least(const XbPort *port, int copies)
{
    return xb_port_steps(port, copies) * step_cycles(port, 0, copies);
}

int64_t xb_port_uneven(const XbPort *port, int copies)
{
    if (is_even(port))
        return 0;
    int64_t steps = xb_port_steps(port, copies), interval = xb_port_interval(port, copies);
    int64_t behind = 0, most = 0, least = 0;  // in units of 1/steps cycles
    for (int step = 0; step < steps; step++) {
        behind += xb_port_step(port, copies, step) * steps - interval;
        most = xb_max_int64(most, behind);
        least = xb_min_int64(least, behind);
    }
    return xb_ceil_div_int64(most - least, steps);
}

int64_t xb_port_longest(const XbPort *port, int copies)
{
    if (is_even(port))
        return even_cycles(port, copies);
    int64_t most = 0;
    for (int step = 0; step < xb_port_steps(port, copies); step++)
        most = xb_max_int64(most, xb_port_step(port, copies, step));
    return most;
}

int64_t xb_port_positions(const XbPort *port, int copies)
{
    const XbLoads *loads = &port->loads;
    if (loads->access == XB_DUP)
        return (int64_t)loads->windows * loads->taps;
    int64_t sum = 0;
    for (int step = 0; step < xb_port_steps(port, copies); step++)
        sum += xb_loads_step(loads, step * copies, copies);
    return sum;
}

// ---- the stage ----

// The access of a layer that is not told one.
static XbAccess default_access(XbScheme scheme)
{
    static const XbAccess access[] = {
        [XB_IM2COL] = XB_DUP, [XB_KERNEL_POSITION] = XB_KP, [XB_SUB_IMAGE] = XB_DUP};
    return access[scheme];
}

static void open_port(const XbPlanning *p, const XbPlanLayer *l, XbPlanMap *m, XbPort *port)
{
    const XbCfg *cfg = p->cfg;
    // The window of a fully connected layer is the image: each way loads the same. Sub-images are
    // loaded one by one.
    bool has_choice = l->kind != XB_FC && m->scheme != XB_SUB_IMAGE;
    m->access = has_choice && cfg->has_access ? cfg->access : default_access(m->scheme);
    m->read_cycles = (int64_t)m->planes * m->groups * m->slots * cfg->adc_interval;
    *port = (XbPort){.loads = xb_loads(p->arena, l, m->access),
                     .read_cycles = m->read_cycles,
                     .load_bits = (int64_t)l->in.c * l->in_bits,
                     .store_bits = (int64_t)m->patch.outputs * l->out.c * l->out_bits,
                     .bits_per_cycle = cfg->bits_per_cycle,
                     .transfer = cfg->transfer,
                     .model = XB_TIME_EXACT};
    port->loads.taps = xb_plan_positions(l);
}

void xb_plan_ports(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l])
            open_port(p, &p->layer[l], p->map[l], &p->port[l]);
}

void xb_plan_time(XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    XbPlanMap *m = p->map[n];
    const XbPort *port = &p->port[n];
    XbPort published = *port;
    published.model = XB_TIME_PUBLISHED;
    bool is_known =
        port->bits_per_cycle == 0 || (m->access != XB_LINE && m->scheme != XB_SUB_IMAGE);
    l->steps = xb_port_steps(port, l->copies);
    l->step_cycles = xb_port_longest(port, l->copies);
    l->interval = xb_port_interval(port, l->copies);
    l->uneven = xb_port_uneven(port, l->copies);
    m->published = is_known ? xb_port_interval(&published, l->copies) : 0;
    m->loads = xb_port_positions(port, l->copies) * l->in.c;
    m->stores = xb_shape_size(l->out);
    m->step_stores = (int64_t)l->copies * m->patch.outputs * l->out.c;
}
