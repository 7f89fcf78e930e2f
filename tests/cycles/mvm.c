// SPDX-License-Identifier: Apache-2.0
// A weight layer (xb_layer_mvm): windows, sequencer, the stages of a slot, banks of sums,
// requantization, words.
#include "parts.h"
#include "unpatch.h"
#include "window.h"
#include <string.h>

typedef struct Sequencer {
    int64_t planes, groups, slots, interval, credits;
    int64_t plane, group, slot, wait;
    bool is_busy;
} Sequencer;

// Banks of sums and who reads them, slot by slot (xb_collect).
typedef struct Collect {
    int64_t slots, phases, pace;
    int64_t coming, begun;  // next slot that comes; steps that have begun to come and not to leave
    int64_t slot, phase;
    bool is_active, frees, has_entry, is_last;
} Collect;

typedef struct Words {
    int64_t words, left, step;
    bool is_done;
} Words;

typedef struct Mvm {
    Window window;
    Geometry geometry;
    Sequencer sequencer;
    bool *stages;  // [pipe] slots on their way to the banks, a ring
    int64_t pipe, now;
    Collect collect;
    uint64_t valid, last;  // of what makes codes: bit n, n + 1 moves behind an entry
    int64_t post;          // moves from an entry to its code
    Words words;
    Stream leaving;   // words, or windows with all of theirs, on their way
    bool is_patched;  // ... to the order of the image
    Unpatch unpatch;
    int64_t run;              // windows of a copy
    int64_t step, active;     // the next step in its image; copies at work in the present one
    int64_t arrays, *in_use;  // of a copy; [slots] conversions of a copy in a slot
} Mvm;

// ---- arrays: how long a slot takes, what is counted ----

typedef struct Columns {
    int64_t layer, channel, unit,
        used;  // conversions: of a copy, a channel, a block, a full column tile
    int64_t unit_tiles, slots, per_array;
} Columns;

static Columns columns_of(const Instance *i)
{
    int64_t pair = parameter(i, "Analog") ? 2 : 1;
    Columns c = {.layer = parameter(i, "Columns") / pair,
                 .slots = parameter(i, "Slots"),
                 .per_array = parameter(i, "PerArray")};
    c.channel = c.layer / (parameter(i, "OutC") * parameter(i, "Outputs"));
    c.unit = c.layer / parameter(i, "Units");
    c.used = least(parameter(i, "UnitsPerArray") * c.unit,
                   parameter_or(i, "TileCols", parameter(i, "Cols")) / pair);
    c.unit_tiles = up(c.unit, c.used);
    return c;
}

// From the cycle in which a slot is read to the one in which its sums are at the banks.
static int64_t pipe_of(const Instance *i, const Columns *c)
{
    int64_t depth = parameter(i, "Depth");
    bool over_slots = c->slots > 1 && c->per_array % c->channel != 0;
    bool over_tiles = c->unit_tiles > 1 && c->used % c->channel != 0;
    int64_t lines = depth >= 1, macro = 1 + parameter(i, "AdcLatency"), codes = depth >= 2;
    int64_t places = over_slots || over_tiles, channels = 1, sums = 1, tree = most(depth - 2, 0);
    int64_t joined = over_tiles ? 2 : over_slots;
    return lines + macro + codes + places + channels + sums + tree + joined;
}

static int64_t *conversions_of(const Instance *i, const Columns *c)
{
    int64_t *in_use = TAKE(int64_t, c->slots), units = parameter(i, "Units"),
            together = parameter(i, "UnitsPerArray");
    for (int64_t t = 0; t < parameter(i, "ColTiles"); t++) {
        int64_t here = least(units - t / c->unit_tiles * together, together);
        int64_t left = least(here * c->unit - t % c->unit_tiles * c->used, c->used);
        for (int64_t s = 0; s < c->slots; s++, left -= c->per_array)
            in_use[s] += most(least(left, c->per_array), 0) * parameter(i, "RowTiles");
    }
    return in_use;
}

// ---- xb_sequencer ----

static bool slot_ends(const Sequencer *s) { return s->wait == s->interval - 1; }

static bool step_ends(const Sequencer *s)
{
    return s->is_busy && slot_ends(s) && s->slot == s->slots - 1 && s->group == s->groups - 1 &&
           s->plane == s->planes - 1;
}

static bool on(int64_t *counter, int64_t size)
{
    *counter = *counter == size - 1 ? 0 : *counter + 1;
    return *counter == 0;
}

static void sequencer_tick(Sequencer *s, bool load, bool frees)
{
    bool ends = step_ends(s);
    s->credits += frees - load;
    if (s->is_busy && on(&s->wait, s->interval) && on(&s->slot, s->slots) &&
        on(&s->group, s->groups))
        on(&s->plane, s->planes);
    s->is_busy = load || (s->is_busy && !ends);
}

// ---- xb_collect ----

static void collect_tick(Collect *c, bool comes, bool en)
{
    bool slot_done = c->phase == c->pace - 1, step_done = slot_done && c->slot == c->slots - 1;
    bool begins = en && c->begun > 0 && (!c->is_active || step_done);
    bool starts = c->is_active && c->phase == 0;
    c->begun += (comes && c->coming == 0) - begins;
    if (comes)
        on(&c->coming, c->slots);
    c->frees = en && starts && c->slot == c->slots - 1;
    if (!en)
        return;
    c->has_entry = c->is_active && c->phase < c->phases;
    c->is_last = c->slot == c->slots - 1 && c->phase == c->phases - 1;
    if (c->is_active && on(&c->phase, c->pace))
        on(&c->slot, c->slots);
    c->is_active = begins || (c->is_active && !step_done);
}

// ---- xb_words ----

static bool words_empty(const Words *w, const Stream *out)
{
    return passes(out) && w->left <= w->words;
}

static void words_tick(Words *w, const Geometry *g, const Stream *out, bool en, bool last_code)
{
    if (w->is_done && en) {
        w->left = windows_of(g, w->step);
        on(&w->step, g->steps);
    } else if (passes(out)) {
        w->left -= out->count;
    }
    if (en)
        w->is_done = last_code;
}

// ---- the layer ----

static void mvm_show(Cell *c)
{
    Mvm *m = c->state;
    c->in[0]->ready = ring_ready(window_ring(&m->window));
    m->leaving.valid = m->words.left > 0;
    m->leaving.count = least(m->words.left, m->words.words);
    m->leaving.ready = unpatch_ready(&m->unpatch);
    c->out[0]->valid = m->is_patched ? gear_valid(&m->unpatch.gear) : m->leaving.valid;
    c->out[0]->count = m->is_patched ? gear_count(&m->unpatch.gear) : m->leaving.count;
}

static void finish_tick(Mvm *m, const Stream *out)
{
    const uint64_t end = UINT64_C(1) << (m->post - 1);
    bool en = !m->words.is_done || m->words.left == 0 || words_empty(&m->words, out);
    bool comes = m->stages[m->now];
    words_tick(&m->words, &m->geometry, out, en, m->valid & m->last & end);
    if (en) {
        m->valid = m->valid << 1 | m->collect.has_entry;
        m->last = m->last << 1 | m->collect.is_last;
    }
    collect_tick(&m->collect, comes, en);
}

// A slot is read: it will be at the banks `pipe` cycles from now.
static void read_slot(Mvm *m, Counts *counts)
{
    const Sequencer *s = &m->sequencer;
    bool reads = s->is_busy && s->wait == 0;
    m->stages[m->now] = reads && s->plane == s->planes - 1 && s->group == s->groups - 1;
    m->now = (m->now + 1) % m->pipe;
    if (!reads)
        return;
    counts->conversions += m->active * m->in_use[s->slot];
    counts->reads += s->slot == 0 ? m->active * m->arrays : 0;
}

static void mvm_tick(Cell *c)
{
    Mvm *m = c->state;
    Sequencer *s = &m->sequencer;
    window_turn(&m->window, c->turn);
    bool full = window_full(&m->window), open = !s->is_busy || step_ends(s),
         frees = m->collect.frees;
    bool load = full && open && s->credits > 0;
    c->counts.work = s->is_busy;
    c->counts.blocked = !s->is_busy && full && s->credits == 0;
    if (m->is_patched)
        unpatch_tick(&m->unpatch, &m->leaving, c->out[0]->ready);
    finish_tick(m, m->is_patched ? &m->leaving : c->out[0]);
    read_slot(m, &c->counts);
    sequencer_tick(s, load, frees);
    window_tick(&m->window, c->in[0], open, load, &c->counts);
    if (load) {
        m->active = up(windows_of(&m->geometry, m->step), m->run);
        on(&m->step, m->geometry.steps);
    }
}

static Sequencer sequencer_make(const Instance *i)
{
    return (Sequencer){.planes = parameter(i, "Planes"),
                       .groups = parameter(i, "Groups"),
                       .slots = parameter(i, "Slots"),
                       .interval = parameter(i, "AdcInterval"),
                       .credits = parameter(i, "Banks")};
}

// Choose, step, bias; then multiplier and clamp, or compare and count; nothing where sums are the
// output, and only the first where they are codes.
static int64_t post_of(const Instance *i)
{
    static const int64_t moves[] = {3 + 5, 3 + 2, 3, 1};
    return moves[parameter(i, "Post")];
}

static Collect collect_make(const Instance *i)
{
    int64_t sums = parameter(i, "Copies") * parameter(i, "ColTiles") * parameter(i, "Parts");
    int64_t phases = up(sums, parameter(i, "Lanes"));
    return (Collect){.slots = parameter(i, "Slots"),
                     .phases = phases,
                     .pace = most(phases, parameter(i, "AdcInterval"))};
}

void mvm_make(Cell *c)
{
    const Instance *i = c->instance;
    Columns columns = columns_of(i);
    Mvm *m = TAKE(Mvm, 1);
    m->window = window_make(i);
    m->geometry = weight_geometry_of(i);
    m->run = run_of(i);
    m->is_patched = parameter(i, "Side") > 1;
    if (m->is_patched)
        m->unpatch = unpatch_make(i);
    m->sequencer = sequencer_make(i);
    m->collect = collect_make(i);
    m->post = post_of(i);
    m->words.words = parameter(i, m->is_patched ? "PatchWindows" : "OutWords");
    m->pipe = pipe_of(i, &columns);
    m->stages = TAKE(bool, m->pipe);
    m->arrays = parameter(i, "RowTiles") * parameter(i, "ColTiles");
    m->in_use = conversions_of(i, &columns);
    c->state = m;
    c->show = mvm_show;
    c->tick = mvm_tick;
}
