// SPDX-License-Identifier: Apache-2.0
// The numbers of copies that a layer may sensibly have. With a bandwidth every one is looked at:
// more copies can be slower, and, in the exact model, faster without saving a step.
#include "plan/alloc.h"
#include "plan/parts.h"
#include <string.h>

static void push(XbArena *arena, XbMenu *m, XbChoice choice)
{
    if (m->count == m->room) {
        m->room = 2 * m->room + 64;
        XbChoice *more = xb_new(arena, XbChoice, m->room);
        if (m->count)
            memcpy(more, m->choice, (size_t)m->count * sizeof *more);
        m->choice = more;
    }
    if (m->count == 0 || choice.time < m->least_time)
        m->least_time = choice.time;
    if (m->count == 0 || choice.fill < m->least_fill)
        m->least_fill = choice.fill;
    m->choice[m->count++] = choice;
}

// Whether a choice on the menu, all of them cheaper, is as good as this one.
static bool is_vain(const XbMenu *m, int64_t time, int64_t fill)
{
    if (m->count == 0 || time < m->least_time || fill < m->least_fill)
        return false;
    for (int i = m->count - 1; i >= 0; i--)
        if (m->choice[i].time <= time && m->choice[i].fill <= fill)
            return true;
    return false;
}

static int steps_in_front(const XbDemand *d, int copies) { return xb_ceil_div(d->lead, copies); }

// With fewer copies than this the steps are as many as with `copies`.
static int next_copies(const XbDemand *d, int copies)
{
    if (d->port.bits_per_cycle > 0)
        return copies + 1;
    int next = d->port.loads.windows + 1;
    int steps = xb_port_steps(&d->port, copies), lead = steps_in_front(d, copies);
    if (steps > 1)
        next = xb_ceil_div(d->port.loads.windows, steps - 1);
    if (lead > 1)
        next = xb_min(next, xb_ceil_div(d->lead, lead - 1));
    return next;
}

// No step is shorter than one that loads nothing.
static bool is_hopeless(const XbMenu *m, const XbDemand *d, int copies)
{
    int64_t least = xb_port_least(&d->port, copies), steps = xb_port_steps(&d->port, copies);
    return is_vain(m, least, least / steps * steps_in_front(d, copies));
}

XbMenu xb_menu(XbArena *arena, const XbDemand *d)
{
    XbMenu menu = {0};
    for (int copies = d->least; copies <= d->most; copies = next_copies(d, copies)) {
        if (is_hopeless(&menu, d, copies))
            continue;
        XbChoice choice = {copies, (int64_t)copies * d->set, xb_port_interval(&d->port, copies),
                           xb_port_time(&d->port, copies, steps_in_front(d, copies))};
        if (!is_vain(&menu, choice.time, choice.fill))
            push(arena, &menu, choice);
    }
    return menu;
}
