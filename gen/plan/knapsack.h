// SPDX-License-Identifier: Apache-2.0
// One item of each layer, so that the sum of values is least and that of costs stays in a budget:
// the knapsack problem with multiple choice.
#ifndef XBGEN_PLAN_KNAPSACK_H
#define XBGEN_PLAN_KNAPSACK_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"

typedef struct XbItem {
    int copies;
    int64_t cost, value;
} XbItem;

typedef struct XbItems {  // rising in copies and cost, falling in value
    int count;
    const XbItem *item;
} XbItems;

typedef struct XbKnapsack {
    int layers;
    const XbItems *of;  // [layers]
    int64_t budget;
} XbKnapsack;

typedef struct XbPick {
    int64_t value, cost;
    const int *copies;  // [layers]
} XbPick;

// The least value, if it is at most `most`; of several picks the one of least cost, of these the
// one that comes first by copies, layer by layer. False if there is none.
bool xb_knapsack(XbArena *arena, const XbKnapsack *k, int64_t most, XbPick *out);

// No pick has a lower value; INT64_MAX if no pick fits the budget.
int64_t xb_knapsack_bound(const XbKnapsack *k);

#endif
