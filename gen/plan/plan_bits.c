// SPDX-License-Identifier: Apache-2.0
// What each layer and the chip around them store: bits of memories (xb_ram) and flip-flops.
#include "plan/bits.h"
#include "plan/parts.h"

void xb_plan_bits(XbPlanning *p)
{
    XbPlan *plan = p->plan;
    plan->chip_wide = plan->bits = xb_bits_chip(plan);
    for (int l = 0; l < plan->layers; l++) {
        p->layer[l].bits = p->kind[p->layer[l].kind].bits(plan, &p->layer[l]);
        plan->bits = xb_bits_sum(plan->bits, p->layer[l].bits);
    }
}
