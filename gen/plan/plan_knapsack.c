// SPDX-License-Identifier: Apache-2.0
// Dynamic programming, layer by layer, over the picks that no other one equals in cost and value.
// What the layers behind can reach at best is known from the linear relaxation. A pick that cannot
// end at a limit is dropped; before, so is every item that no such pick can have. The limit begins
// close to the relaxation and is raised until there is a pick.
#include "plan/knapsack.h"
#include "plan/relax.h"
#include <stdlib.h>
#include <string.h>

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
    XbRelaxed *tail;  // [layers + 1]
    Stage *stage;     // [layers + 1]
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
        int64_t rest = xb_relax_bound(&p->tail[n + 1], p->k->budget - next.cost);
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

static bool run(XbArena *arena, XbArena *scratch, const XbKnapsack *k, int64_t limit, XbPick *out)
{
    Programme p = {scratch, k, limit, xb_new(scratch, XbRelaxed, k->layers + 1),
                   xb_new(scratch, Stage, k->layers + 1)};
    xb_relax_close(scratch, &p.tail[k->layers]);
    for (int l = k->layers - 1; l >= 0; l--) {
        p.tail[l] = xb_relax_extend(scratch, &k->of[l], l, &p.tail[l + 1]);
        xb_relax_close(scratch, &p.tail[l]);
    }
    push(scratch, &p.stage[0], (State){0});
    for (int l = 0; l < k->layers; l++) {
        for (int s = 0; s < p.stage[l].count; s++)
            extend(&p, l, s);
        thin(&p, l + 1);
    }
    if (p.stage[k->layers].count == 0)
        return false;
    read_back(&p, arena, out);
    return true;
}

static bool within(XbArena *arena, const XbKnapsack *k, const XbRelaxed *t, int64_t limit,
                   XbPick *out)
{
    XbArena scratch = {0};
    XbKnapsack less;
    bool is_found =
        xb_relax_reduce(&scratch, k, t, limit, &less) && run(arena, &scratch, &less, limit, out);
    xb_arena_free(&scratch);
    return is_found;
}

bool xb_knapsack(XbArena *arena, const XbKnapsack *k, int64_t most, XbPick *out)
{
    XbArena scratch = {0};
    XbRelaxed t = xb_relax(&scratch, k);
    int64_t least = xb_relax_bound(&t, k->budget);
    bool is_found = false;
    if (least < INT64_MAX && least <= most) {
        int64_t known = xb_relax_greedy(&scratch, k, &t), top = known < most ? known : most;
        int64_t slack = (top - least) / 64;
        while (!is_found && least + slack < top) {
            is_found = within(arena, k, &t, least + slack, out);
            slack = 4 * slack + 1;
        }
        is_found = is_found || within(arena, k, &t, top, out);
    }
    xb_arena_free(&scratch);
    return is_found;
}

int64_t xb_knapsack_bound(const XbKnapsack *k)
{
    XbArena scratch = {0};
    XbRelaxed t = xb_relax(&scratch, k);
    int64_t value = xb_relax_bound(&t, k->budget);
    xb_arena_free(&scratch);
    return value;
}
