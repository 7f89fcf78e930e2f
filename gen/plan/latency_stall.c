// SPDX-License-Identifier: Apache-2.0
// Pipelines that stand still as a whole: their own time, and the cycles of the chip.
#include "plan/latency.h"

void xb_stall_enter(XbStall *s, int64_t end) { s->end[s->ends++ % XB_STALL_PAST] = end; }

void xb_stall_leave(XbStall *s, int64_t cycle) { s->leave[s->left++ % XB_STALL_PAST] = cycle; }

// Lost when item `i` has left.
static int64_t lost_by(const XbStall *s, int64_t i)
{
    return s->leave[i % XB_STALL_PAST] - s->end[i % XB_STALL_PAST];
}

int64_t xb_stall_lost(const XbStall *s) { return s->seen > 0 ? lost_by(s, s->seen - 1) : 0; }

int64_t xb_stall_arrival(const XbStall *s, int64_t i)
{
    return s->end[i % XB_STALL_PAST] + (i > 0 ? lost_by(s, i - 1) : 0);
}

// Whatever happens behind an item's leaving is not before it: the pipeline moves again from that
// cycle on.
static int64_t earliest(const XbStall *s, int64_t own, int64_t cycle)
{
    int64_t after = s->seen > 0 ? s->leave[(s->seen - 1) % XB_STALL_PAST] : 0;
    return xb_max_int64(xb_max_int64(cycle, after), own + xb_stall_lost(s));
}

bool xb_stall_pass(XbStall *s, int64_t own, int64_t cycle, int64_t *at)
{
    for (;; s->seen++) {
        *at = earliest(s, own, cycle);
        if (s->seen == s->ends || xb_stall_arrival(s, s->seen) > *at)
            return true;
        if (s->seen == s->left)
            return false;
    }
}
