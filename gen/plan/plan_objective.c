// SPDX-License-Identifier: Apache-2.0
// What is best under a budget: three objectives over the menus of the layers.
#include "plan/alloc.h"
#include "plan/parts.h"
#include <stdlib.h>
#include <string.h>

// ---- throughput ----

static const XbChoice *slowest(const XbBudget *b, const int *at, int *layer)
{
    const XbChoice *most = NULL;
    for (int l = 0; l < b->layers; l++)
        if (!most || b->menu[l].choice[at[l]].time > most->time) {
            most = &b->menu[l].choice[at[l]];
            *layer = l;
        }
    return most;
}

static const int *copies_at(XbArena *arena, const XbBudget *b, const int *at)
{
    int *copies = xb_new(arena, int, b->layers);
    for (int l = 0; l < b->layers; l++)
        copies[l] = b->menu[l].choice[at[l]].copies;
    return copies;
}

// Along the menus: the slowest layer takes its next choice, until it has none, or none that fits.
// What was there before the time last fell is the least for it.
const int *xb_alloc_throughput(XbArena *arena, const XbBudget *b)
{
    int *at = xb_new(arena, int, b->layers), *best = xb_new(arena, int, b->layers), layer = 0;
    int64_t cost = 0, time = INT64_MAX;
    for (int l = 0; l < b->layers; l++)
        cost += b->menu[l].choice[0].cost;
    if (cost > b->arrays)
        return NULL;
    while (cost <= b->arrays) {
        const XbChoice *now = slowest(b, at, &layer);
        if (now->time < time) {
            time = now->time;
            memcpy(best, at, (size_t)b->layers * sizeof *best);
        }
        if (++at[layer] == b->menu[layer].count)
            break;
        cost += now[1].cost - now->cost;
    }
    return copies_at(arena, b, best);
}

// ---- sums ----

// Choices of at most this time, by what is to be added up; none that a cheaper one equals.
static XbItems items_of(XbArena *arena, const XbMenu *menu, int64_t longest, bool by_fill)
{
    XbItem *item = xb_new(arena, XbItem, menu->count);
    int count = 0;
    for (int i = 0; i < menu->count; i++) {
        const XbChoice *c = &menu->choice[i];
        int64_t value = by_fill ? c->fill : c->time;
        if (c->time <= longest && (count == 0 || value < item[count - 1].value))
            item[count++] = (XbItem){c->copies, c->cost, value};
    }
    return (XbItems){count, item};
}

// False if some layer has no choice.
static bool fill_knapsack(XbArena *arena, const XbBudget *b, int64_t longest, bool by_fill,
                          XbKnapsack *k)
{
    XbItems *items = xb_new(arena, XbItems, b->layers);
    *k = (XbKnapsack){b->layers, items, b->arrays};
    for (int l = 0; l < b->layers; l++) {
        items[l] = items_of(arena, &b->menu[l], longest, by_fill);
        if (items[l].count == 0)
            return false;
    }
    return true;
}

const int *xb_alloc_serial(XbArena *arena, const XbBudget *b)
{
    XbKnapsack k;
    XbPick pick;
    bool is_found =
        fill_knapsack(arena, b, INT64_MAX, false, &k) && xb_knapsack(arena, &k, INT64_MAX, &pick);
    return is_found ? pick.copies : NULL;
}

// ---- fills and the longest time ----

typedef struct Search {
    XbArena *arena;
    const XbBudget *b;
    const int64_t *time;  // that any choice takes, rising
    int64_t value;        // of the best pick
    XbPick best;
} Search;

static int by_time(const void *a, const void *b)
{
    const int64_t *s = a, *t = b;
    return *s < *t ? -1 : *s > *t;
}

// All different times; returns their number.
static int list_times(XbArena *arena, const XbBudget *b, const int64_t **out)
{
    int count = 0, kept = 0;
    for (int l = 0; l < b->layers; l++)
        count += b->menu[l].count;
    int64_t *time = xb_new(arena, int64_t, count);
    for (int l = 0, n = 0; l < b->layers; l++)
        for (int i = 0; i < b->menu[l].count; i++)
            time[n++] = b->menu[l].choice[i].time;
    qsort(time, (size_t)count, sizeof *time, by_time);
    for (int i = 0; i < count; i++)
        if (kept == 0 || time[i] != time[kept - 1])
            time[kept++] = time[i];
    *out = time;
    return kept;
}

static bool is_better(const Search *s, int64_t value, const XbPick *pick)
{
    if (value != s->value)
        return value < s->value;
    if (pick->cost != s->best.cost)
        return pick->cost < s->best.cost;
    int l = 0;
    while (l < s->b->layers && pick->copies[l] == s->best.copies[l])
        l++;
    return l < s->b->layers && pick->copies[l] < s->best.copies[l];
}

// With no time above `longest`: the least sum of fills.
static void try(Search *s, const XbKnapsack *k, int64_t longest)
{
    XbPick pick;
    if (!xb_knapsack(s->arena, k, s->value - longest, &pick))
        return;
    if (is_better(s, pick.value + longest, &pick)) {
        s->value = pick.value + longest;
        s->best = pick;
    }
}

// The longest time may be one of `time[lo..hi]`.
static void search(Search *s, int lo, int hi)
{
    XbArena scratch = {0};
    XbKnapsack k;
    int64_t least = INT64_MAX;
    if (fill_knapsack(&scratch, s->b, s->time[hi], true, &k))
        least = xb_knapsack_bound(&k);
    if (least <= s->value - s->time[lo] && lo == hi)
        try(s, &k, s->time[lo]);
    xb_arena_free(&scratch);
    if (least > s->value - s->time[lo] || lo == hi)
        return;
    int middle = lo + (hi - lo) / 2;
    search(s, lo, middle);
    search(s, middle + 1, hi);
}

const int *xb_alloc_pipelined(XbArena *arena, const XbBudget *b)
{
    Search s = {.arena = arena, .b = b, .value = INT64_MAX};
    int count = list_times(arena, b, &s.time);
    search(&s, 0, count - 1);
    return s.best.copies;
}
