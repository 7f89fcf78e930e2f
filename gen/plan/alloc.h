// SPDX-License-Identifier: Apache-2.0
// How many copies layers get under a budget of arrays. docs/architecture.md, Copies under a budget.
#ifndef XBGEN_PLAN_ALLOC_H
#define XBGEN_PLAN_ALLOC_H

#include "plan/knapsack.h"
#include "plan/port.h"

typedef struct XbDemand {  // a layer that wants arrays
    XbPort port;
    int64_t set;      // arrays of a copy
    int least, most;  // copies that it may have
    bool is_given;    // it has `least`, whatever the others get
    int lead;         // its windows that the next layer's first one waits for; 0: nothing waits
} XbDemand;

typedef struct XbChoice {
    int copies;
    int64_t cost;  // arrays
    int64_t time;  // of an image
    int64_t fill;  // until the windows in front are done
} XbChoice;

typedef struct XbMenu {  // rising in copies; nothing that a cheaper choice equals in time and fill
    int count, room;
    int64_t least_time, least_fill;
    XbChoice *choice;
} XbMenu;

typedef struct XbBudget {
    int layers;
    const XbMenu *menu;  // none is empty
    int64_t arrays;
} XbBudget;

// ---- plan_menu.c ----
XbMenu xb_menu(XbArena *arena, const XbDemand *demand);

// ---- plan_objective.c: the best choice; copies[layers], or NULL if the budget is too small ----
// The longest time as short as can be, then every layer with the fewest copies for it. Menus
// without leads.
const int *xb_alloc_throughput(XbArena *arena, const XbBudget *b);

// The sum of times; then of fills and the longest time. Of several choices that with the fewest
// arrays, of these the first, layer by layer.
const int *xb_alloc_serial(XbArena *arena, const XbBudget *b);
const int *xb_alloc_pipelined(XbArena *arena, const XbBudget *b);

#endif
