// SPDX-License-Identifier: Apache-2.0
// The linear relaxation of a knapsack (plan/knapsack.h), or of the last layers of one: the items of
// a layer on their lower convex hull, taken apart into moves from one to the next, those of most
// gain for their cost first. A part of the first move that does not fit the budget would be taken.
#ifndef XBGEN_PLAN_RELAX_H
#define XBGEN_PLAN_RELAX_H

#include "plan/knapsack.h"

typedef struct XbMove {  // from an item to a dearer one of the same layer
    int layer;
    int64_t cost, gain;
} XbMove;

typedef struct XbRelaxed {  // the layers from one on
    int64_t cost, value;    // of the cheapest items
    int moves;
    const XbMove *move;                // best first
    const int64_t *cost_of, *gain_of;  // [moves + 1] of the first so many
} XbRelaxed;

// With the layer in front of those that `t` has. The sums are still missing.
XbRelaxed xb_relax_extend(XbArena *arena, const XbItems *items, int layer, const XbRelaxed *t);

// Makes the sums over the moves.
void xb_relax_close(XbArena *arena, XbRelaxed *t);

// Of all layers, with its sums.
XbRelaxed xb_relax(XbArena *arena, const XbKnapsack *k);

// No pick of these layers within the budget has a lower value; INT64_MAX: none fits.
int64_t xb_relax_bound(const XbRelaxed *t, int64_t budget);

// The value of a pick: the best moves that fit, each layer's in their order.
int64_t xb_relax_greedy(XbArena *scratch, const XbKnapsack *k, const XbRelaxed *t);

// Leaves the items that a pick of at most this value can have. False if a layer has none.
bool xb_relax_reduce(XbArena *scratch, const XbKnapsack *k, const XbRelaxed *t, int64_t limit,
                     XbKnapsack *out);

#endif
