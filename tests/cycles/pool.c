// SPDX-License-Identifier: Apache-2.0
// xb_layer_pool: taps of the windows worked on at once, joined, then finished channel by channel;
// of padding as they come.
#include "fetch.h"
#include "parts.h"

enum { MODE_MAX, MODE_AVERAGE, MODE_MEAN, MODE_PAD };

typedef struct Pool {
    Fetch fetch;
    bool is_pad;
    Fifo out;              // of padding
    int levels;            // of the tree that joins taps
    uint64_t valid, last;  // bit n: n + 1 moves behind the taps
    bool has_sum;
    Lanes lanes;
    int64_t step;
} Pool;

static bool joined(const Pool *p) { return p->valid >> (p->levels - 1) & 1; }
static bool is_whole(const Pool *p) { return (p->valid & p->last) >> (p->levels - 1) & 1; }
static bool stands(const Pool *p) { return is_whole(p) && p->has_sum && !lanes_ready(&p->lanes); }
static bool takes_taps(const Pool *p) { return p->is_pad ? fifo_ready(&p->out) : !stands(p); }

static void pool_show(Cell *c)
{
    Pool *p = c->state;
    c->in[0]->ready = ring_ready(&p->fetch.ring);
    c->out[0]->valid = p->is_pad ? p->out.valid : p->lanes.out.valid;
    c->out[0]->count = windows_of(&p->fetch.geometry, p->step);
}

// Joined taps go on to the sum of their window; a whole one goes to the lanes.
static void window_tick(Pool *p, bool out_taken)
{
    bool moves = !stands(p), whole = joined(p) && is_whole(p) && moves,
         taken = p->has_sum && lanes_ready(&p->lanes);
    lanes_tick(&p->lanes, p->has_sum, 0, out_taken);
    if (moves) {
        p->valid = p->valid << 1 | p->fetch.taps.valid;
        p->last = p->last << 1 | p->fetch.taps.last;
    }
    p->has_sum = whole || (p->has_sum && !taken);
}

static void pool_tick(Cell *c)
{
    Pool *p = c->state;
    const Stream *out = c->out[0];
    p->fetch.ring.turn = c->turn;
    bool takes = takes_taps(p), has = p->fetch.taps.valid;
    c->counts.work = has;
    c->counts.blocked = has && !takes;
    if (p->is_pad)
        fifo_tick(&p->out, has && takes, 0, out->ready);
    else
        window_tick(p, out->ready);
    fetch_tick(&p->fetch, c->in[0], takes, &c->counts);
    if (passes(out))
        p->step = (p->step + 1) % p->fetch.geometry.steps;
}

static int levels_of(int64_t rate)
{
    int levels = 1;
    for (int64_t nodes = up(rate, 4); nodes > 1; nodes = up(nodes, 4))
        levels++;
    return levels;
}

void pool_make(Cell *c)
{
    static const int latency[] = {
        [MODE_MAX] = 1, [MODE_AVERAGE] = 4, [MODE_MEAN] = 5, [MODE_PAD] = 1};
    const Instance *i = c->instance;
    int64_t mode = parameter(i, "Mode");
    Pool *p = TAKE(Pool, 1);
    p->fetch = fetch_make(i, geometry_of(i));
    p->is_pad = mode == MODE_PAD;
    p->out = fifo_make(2);
    p->levels = levels_of(parameter(i, "Rate"));
    p->lanes = lanes_make(parameter(i, "Channels"), parameter(i, "Lanes"), latency[mode]);
    c->state = p;
    c->show = pool_show;
    c->tick = pool_tick;
}
