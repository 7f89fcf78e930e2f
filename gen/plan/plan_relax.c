// SPDX-License-Identifier: Apache-2.0
// What picks can reach at best, and what that leaves of a knapsack.
#include "plan/relax.h"
#include <stdlib.h>

__extension__ typedef __int128 Wide;

static bool is_better(const XbMove *a, const XbMove *b)
{
    return (Wide)a->gain * b->cost > (Wide)b->gain * a->cost;
}

static XbMove between(int layer, const XbItem *a, const XbItem *b)
{
    return (XbMove){layer, b->cost - a->cost, a->value - b->value};
}

// The moves along the lower convex hull of a layer's items; returns their number.
static int hull(const XbItems *items, int layer, int *corner, XbMove *move)
{
    int corners = 0;
    for (int i = 0; i < items->count; i++) {
        const XbItem *item = items->item;
        while (corners >= 2) {
            XbMove last = between(layer, &item[corner[corners - 2]], &item[corner[corners - 1]]);
            XbMove next = between(layer, &item[corner[corners - 1]], &item[i]);
            if (is_better(&last, &next))
                break;
            corners--;
        }
        corner[corners++] = i;
    }
    for (int i = 0; i + 1 < corners; i++)
        move[i] = between(layer, &items->item[corner[i]], &items->item[corner[i + 1]]);
    return corners - 1;
}

static void merge(const XbMove *a, int as, const XbMove *b, int bs, XbMove *out)
{
    int i = 0, j = 0;
    while (i < as || j < bs)
        if (j == bs || (i < as && !is_better(&b[j], &a[i])))
            *out++ = a[i++];
        else
            *out++ = b[j++];
}

void xb_relax_close(XbArena *arena, XbRelaxed *t)
{
    int64_t *cost = xb_new(arena, int64_t, t->moves + 1),
            *gain = xb_new(arena, int64_t, t->moves + 1);
    for (int i = 0; i < t->moves; i++) {
        cost[i + 1] = cost[i] + t->move[i].cost;
        gain[i + 1] = gain[i] + t->move[i].gain;
    }
    t->cost_of = cost;
    t->gain_of = gain;
}

XbRelaxed xb_relax_extend(XbArena *arena, const XbItems *items, int layer, const XbRelaxed *t)
{
    XbMove *own = xb_new(arena, XbMove, items->count);
    int moves = hull(items, layer, xb_new(arena, int, items->count), own);
    XbMove *all = xb_new(arena, XbMove, moves + t->moves + 1);
    merge(own, moves, t->move, t->moves, all);
    XbRelaxed out = {.cost = t->cost + items->item[0].cost,
                     .value = t->value + items->item[0].value,
                     .moves = moves + t->moves,
                     .move = all};
    return out;
}

int64_t xb_relax_bound(const XbRelaxed *t, int64_t budget)
{
    int64_t left = budget - t->cost;
    if (left < 0)
        return INT64_MAX;
    int lo = 0, hi = t->moves;
    while (lo < hi) {
        int middle = (lo + hi + 1) / 2;
        if (t->cost_of[middle] <= left)
            lo = middle;
        else
            hi = middle - 1;
    }
    int64_t value = t->value - t->gain_of[lo];
    if (lo < t->moves) {
        const XbMove *m = &t->move[lo];
        value -= (int64_t)((Wide)m->gain * (left - t->cost_of[lo]) / m->cost);
    }
    return value;
}

static int by_gain(const void *a, const void *b)
{
    const XbMove *m = a, *n = b;
    if (is_better(m, n) || is_better(n, m))
        return is_better(m, n) ? -1 : 1;
    return m->layer < n->layer ? -1 : m->layer > n->layer;  // those of a layer all differ
}

XbRelaxed xb_relax(XbArena *arena, const XbKnapsack *k)
{
    XbRelaxed t = {0};
    int most = 0;
    for (int l = 0; l < k->layers; l++)
        most += k->of[l].count;
    XbMove *move = xb_new(arena, XbMove, most);
    int *corner = xb_new(arena, int, most);
    for (int l = 0; l < k->layers; l++) {
        t.cost += k->of[l].item[0].cost;
        t.value += k->of[l].item[0].value;
        t.moves += hull(&k->of[l], l, corner, move + t.moves);
    }
    qsort(move, (size_t)t.moves, sizeof *move, by_gain);
    t.move = move;
    xb_relax_close(arena, &t);
    return t;
}

int64_t xb_relax_greedy(XbArena *scratch, const XbKnapsack *k, const XbRelaxed *t)
{
    bool *is_stuck = xb_new(scratch, bool, k->layers);
    int64_t left = k->budget - t->cost, value = t->value;
    for (int i = 0; i < t->moves; i++) {
        const XbMove *m = &t->move[i];
        is_stuck[m->layer] = is_stuck[m->layer] || m->cost > left;
        if (is_stuck[m->layer])
            continue;
        left -= m->cost;
        value -= m->gain;
    }
    return value;
}

// ---- items that matter ----

// What an item costs in all where an array is worth what the move on the edge of the budget gains
// by it, times the cost of that move. The sum of each layer's least, less that of the budget, is
// what no pick falls below; an item may be above its layer's least by what the limit leaves.
static Wide price(const XbItem *item, const XbMove *edge)
{
    return (Wide)edge->cost * item->value + (Wide)edge->gain * item->cost;
}

static Wide least_price(const XbItems *items, const XbMove *edge)
{
    Wide least = price(&items->item[0], edge);
    for (int i = 1; i < items->count; i++)
        if (price(&items->item[i], edge) < least)
            least = price(&items->item[i], edge);
    return least;
}

static XbItems cheap_items(XbArena *scratch, const XbItems *items, const XbMove *edge, Wide most)
{
    XbItem *item = xb_new(scratch, XbItem, items->count);
    int count = 0;
    for (int i = 0; i < items->count; i++)
        if (price(&items->item[i], edge) <= most)
            item[count++] = items->item[i];
    return (XbItems){count, item};
}

bool xb_relax_reduce(XbArena *scratch, const XbKnapsack *k, const XbRelaxed *t, int64_t limit,
                     XbKnapsack *out)
{
    XbItems *items = xb_new(scratch, XbItems, k->layers);
    XbMove edge = {.cost = 1};
    int i = 0;
    while (i < t->moves && t->cost_of[i + 1] <= k->budget - t->cost)
        i++;
    if (i < t->moves)
        edge = t->move[i];
    Wide left = (Wide)edge.cost * limit + (Wide)edge.gain * k->budget;
    for (int l = 0; l < k->layers; l++)
        left -= least_price(&k->of[l], &edge);
    *out = (XbKnapsack){k->layers, items, k->budget};
    for (int l = 0; l < k->layers; l++) {
        items[l] = cheap_items(scratch, &k->of[l], &edge, least_price(&k->of[l], &edge) + left);
        if (items[l].count == 0)
            return false;
    }
    return true;
}
