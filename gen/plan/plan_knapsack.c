// SPDX-License-Identifier: Apache-2.0
// Dynamic programming, layer by layer, over the picks that no other one equals in cost and value.
// What the layers behind can reach at best is known from the linear relaxation: the items of a
// layer on their lower convex hull, taken apart into steps from one to the next, those of most gain
// for their cost first. A pick that cannot become as good as one that is known is dropped.
#include "plan/knapsack.h"
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 Wide;

// ---- the relaxation ----

typedef struct Move {  // from an item to a dearer one of the same layer
    int layer;
    int64_t cost, gain;
} Move;

typedef struct Tail {     // the layers from one on
    int64_t cost, value;  // of the cheapest items
    int moves;
    const Move *move;                  // best first
    const int64_t *cost_of, *gain_of;  // [moves + 1] of the first so many
} Tail;

static bool is_better(const Move *a, const Move *b)
{
    return (Wide)a->gain * b->cost > (Wide)b->gain * a->cost;
}

static Move between(int layer, const XbItem *a, const XbItem *b)
{
    return (Move){layer, b->cost - a->cost, a->value - b->value};
}

// The moves along the lower convex hull of a layer's items; returns their number.
static int hull(const XbItems *items, int layer, int *corner, Move *move)
{
    int corners = 0;
    for (int i = 0; i < items->count; i++) {
        const XbItem *item = items->item;
        while (corners >= 2) {
            Move last = between(layer, &item[corner[corners - 2]], &item[corner[corners - 1]]);
            Move next = between(layer, &item[corner[corners - 1]], &item[i]);
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

static void merge(const Move *a, int as, const Move *b, int bs, Move *out)
{
    int i = 0, j = 0;
    while (i < as || j < bs)
        if (j == bs || (i < as && !is_better(&b[j], &a[i])))
            *out++ = a[i++];
        else
            *out++ = b[j++];
}

static void add_up(XbArena *arena, Tail *t)
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

static Tail longer(XbArena *arena, const XbItems *items, int layer, const Tail *t)
{
    Move *own = xb_new(arena, Move, items->count);
    int moves = hull(items, layer, xb_new(arena, int, items->count), own);
    Move *all = xb_new(arena, Move, moves + t->moves + 1);
    merge(own, moves, t->move, t->moves, all);
    Tail out = {.cost = t->cost + items->item[0].cost,
                .value = t->value + items->item[0].value,
                .moves = moves + t->moves,
                .move = all};
    return out;
}

// No pick of these layers within the budget has a lower value.
static int64_t bound(const Tail *t, int64_t budget)
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
        const Move *m = &t->move[lo];
        value -= (int64_t)((Wide)m->gain * (left - t->cost_of[lo]) / m->cost);
    }
    return value;
}

int64_t xb_knapsack_bound(const XbKnapsack *k)
{
    XbArena scratch = {0};
    Tail t = {0};
    for (int l = k->layers - 1; l >= 0; l--)
        t = longer(&scratch, &k->of[l], l, &t);
    add_up(&scratch, &t);
    int64_t value = bound(&t, k->budget);
    xb_arena_free(&scratch);
    return value;
}

// ---- the programme ----

typedef struct State {  // of the layers before
    int64_t cost, value;
    int before;  // state without the last of them
    int copies;  // of that one
} State;

typedef struct Stage {
    int count, room;
    State *state;
} Stage;

typedef struct Programme {
    XbArena *scratch;
    const XbKnapsack *k;
    int64_t most;
    Tail *tail;    // [layers + 1]
    Stage *stage;  // [layers + 1]
} Programme;

static void push(XbArena *arena, Stage *s, State state)
{
    if (s->count == s->room) {
        s->room = 2 * s->room + 64;
        State *more = xb_new(arena, State, s->room);
        if (s->count)
            memcpy(more, s->state, (size_t)s->count * sizeof *more);
        s->state = more;
    }
    s->state[s->count++] = state;
}

static int by_cost(const void *a, const void *b)
{
    const State *s = a, *t = b;
    if (s->cost != t->cost)
        return s->cost < t->cost ? -1 : 1;
    return s->value < t->value ? -1 : s->value > t->value;
}

// Whether state a of stage n comes before b: the first layer in which they differ says.
static bool is_first(const Programme *p, int n, State a, State b)
{
    bool is = false;
    for (;;) {
        if (a.copies != b.copies)
            is = a.copies < b.copies;
        if (n == 1 || a.before == b.before)
            return is;
        n--;
        a = p->stage[n].state[a.before];
        b = p->stage[n].state[b.before];
    }
}

// Leaves what nothing cheaper equals; of equals the first.
static void thin(const Programme *p, int n)
{
    Stage *s = &p->stage[n];
    int kept = 0;
    if (s->count > 1)
        qsort(s->state, (size_t)s->count, sizeof *s->state, by_cost);
    for (int i = 0; i < s->count; i++) {
        State *last = kept ? &s->state[kept - 1] : NULL, now = s->state[i];
        if (!last || now.value < last->value)
            s->state[kept++] = now;
        else if (now.value == last->value && now.cost == last->cost && is_first(p, n, now, *last))
            *last = now;
    }
    s->count = kept;
}

static void extend(const Programme *p, int n, int from)
{
    const State *s = &p->stage[n].state[from];
    const XbItems *items = &p->k->of[n];
    for (int i = 0; i < items->count; i++) {
        const XbItem *item = &items->item[i];
        State next = {s->cost + item->cost, s->value + item->value, from, item->copies};
        int64_t rest = bound(&p->tail[n + 1], p->k->budget - next.cost);
        if (rest == INT64_MAX)
            return;
        if (next.value + rest <= p->most)
            push(p->scratch, &p->stage[n + 1], next);
    }
}

static void read_back(const Programme *p, XbArena *arena, XbPick *out)
{
    int layers = p->k->layers;
    const State *s = &p->stage[layers].state[p->stage[layers].count - 1];
    int *copies = xb_new(arena, int, layers);
    *out = (XbPick){s->value, s->cost, copies};
    for (int l = layers - 1; l >= 0; l--) {
        copies[l] = s->copies;
        s = &p->stage[l].state[s->before];
    }
}

// ---- a pick to begin with ----

// The best moves that fit, each layer's in their order.
static int64_t greedy(const Programme *p)
{
    const Tail *t = &p->tail[0];
    bool *is_stuck = xb_new(p->scratch, bool, p->k->layers);
    int64_t left = p->k->budget - t->cost, value = t->value;
    for (int i = 0; i < t->moves; i++) {
        const Move *m = &t->move[i];
        is_stuck[m->layer] = is_stuck[m->layer] || m->cost > left;
        if (is_stuck[m->layer])
            continue;
        left -= m->cost;
        value -= m->gain;
    }
    return value;
}

bool xb_knapsack(XbArena *arena, const XbKnapsack *k, int64_t most, XbPick *out)
{
    XbArena scratch = {0};
    Programme p = {&scratch, k, most, xb_new(&scratch, Tail, k->layers + 1),
                   xb_new(&scratch, Stage, k->layers + 1)};
    add_up(&scratch, &p.tail[k->layers]);
    for (int l = k->layers - 1; l >= 0; l--) {
        p.tail[l] = longer(&scratch, &k->of[l], l, &p.tail[l + 1]);
        add_up(&scratch, &p.tail[l]);
    }
    if (p.tail[0].cost <= k->budget && greedy(&p) < most)
        p.most = greedy(&p);
    push(&scratch, &p.stage[0], (State){0});
    for (int l = 0; l < k->layers; l++) {
        for (int s = 0; s < p.stage[l].count; s++)
            extend(&p, l, s);
        thin(&p, l + 1);
    }
    bool is_found = p.stage[k->layers].count > 0;
    if (is_found)
        read_back(&p, arena, out);
    xb_arena_free(&scratch);
    return is_found;
}
