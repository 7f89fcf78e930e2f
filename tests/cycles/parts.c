// SPDX-License-Identifier: Apache-2.0
#include "parts.h"

// ---- xb_fifo ----

Fifo fifo_make(int64_t depth) { return (Fifo){.depth = depth, .memory = TAKE(int64_t, depth)}; }

bool fifo_ready(const Fifo *f) { return f->stored != f->depth - 1; }

static int64_t fifo_take(Fifo *f)
{
    int64_t word = f->memory[f->head];
    f->head = (f->head + 1) % f->depth;
    f->stored--;
    return word;
}

static void fifo_put(Fifo *f, int64_t word)
{
    f->memory[(f->head + f->stored) % f->depth] = word;
    f->stored++;
}

// Of two words the new one goes to the output at once; a memory is read in the cycle after it is
// written.
void fifo_tick(Fifo *f, bool push, int64_t word, bool pop)
{
    bool load = !f->valid || pop, was_empty = f->stored == 0;
    if (push && !fifo_ready(f))
        fail("a FIFO of %d words overflows", (int)f->depth);
    if (load && !was_empty)
        f->front = fifo_take(f);
    if (load && was_empty && f->depth == 2) {
        f->valid = push;
        f->front = word;
        return;
    }
    if (load)
        f->valid = !was_empty;
    if (push)
        fifo_put(f, word);
}

// ---- xb_lanes ----

Lanes lanes_make(int64_t channels, int64_t lanes, int latency)
{
    return (Lanes){.groups = up(channels, lanes),
                   .latency = latency,
                   .tags = fifo_make(latency + 3),
                   .out = fifo_make(2)};
}

static bool lanes_done(const Lanes *l) { return (l->valid & l->last) >> l->latency & 1; }
bool lanes_blocked(const Lanes *l) { return lanes_done(l) && !fifo_ready(&l->out); }
bool lanes_ready(const Lanes *l) { return !lanes_blocked(l) && l->group == l->groups - 1; }

void lanes_tick(Lanes *l, bool valid, int64_t tag, bool pop)
{
    bool goes = !lanes_blocked(l), issue = valid && goes, last = l->group == l->groups - 1;
    bool push = lanes_done(l) && goes;
    uint64_t mask = (UINT64_C(2) << l->latency) - 1;
    int64_t word = 0;
    if (push)
        word = fifo_take(&l->tags);
    if (goes) {
        l->valid = (l->valid << 1 | issue) & mask;
        l->last = (l->last << 1 | last) & mask;
    }
    if (issue && last)
        fifo_put(&l->tags, tag);
    if (issue)
        l->group = last ? 0 : l->group + 1;
    fifo_tick(&l->out, push, word, pop);
}

// ---- xb_regear ----

static int64_t gcd(int64_t a, int64_t b) { return b ? gcd(b, a % b) : a; }

static int64_t slack_of(const Gear *g, int64_t in_units)
{
    if (in_units > g->out_units && in_units < 2 * g->out_units)
        return 2 * g->most;
    return g->fill > 0 ? g->most : least(g->most, g->out_units);
}

Gear gear_make(int64_t in_width, int64_t in_words, int64_t out_width, int64_t out_words,
               int64_t image_words)
{
    int64_t unit = gcd(in_width, out_words * out_width),
            out_image = image_words * in_width / out_width;
    Gear g = {.word_units = in_width / unit,
              .out_units = out_words * out_width / unit,
              .image_words = image_words,
              .left = image_words,
              .out_words = out_words,
              .out_beats = up(out_image, out_words),
              .aside = fifo_make(2)};
    g.last_words = out_image - (g.out_beats - 1) * out_words;
    g.fill = g.out_beats * g.out_units - image_words * g.word_units;
    g.most = in_words * g.word_units + g.fill;
    g.room = g.most + g.out_units + slack_of(&g, in_words * g.word_units) - 1;
    g.has_aside = g.out_units > in_words * g.word_units;
    return g;
}

bool gear_ready(const Gear *g) { return g->held <= g->room - g->most; }
bool gear_valid(const Gear *g) { return g->has_aside ? g->aside.valid : g->held >= g->out_units; }
int64_t gear_count(const Gear *g)
{
    return g->beat == g->out_beats - 1 ? g->last_words : g->out_words;
}

void gear_tick(Gear *g, bool push, int64_t words, bool out_ready)
{
    bool inner = g->held >= g->out_units, gives = gear_valid(g) && out_ready;
    bool pop = inner && (g->has_aside ? fifo_ready(&g->aside) : out_ready);
    if (push && words > g->left)
        fail("a beat of %d words, %d are left of the image", (int)words, (int)g->left);
    if (g->has_aside)
        fifo_tick(&g->aside, pop, 0, out_ready);
    g->held -= pop ? g->out_units : 0;
    if (push) {
        bool last = words == g->left;
        g->held += words * g->word_units + (last ? g->fill : 0);
        g->left = last ? g->image_words : g->left - words;
    }
    if (gives)
        g->beat = g->beat == g->out_beats - 1 ? 0 : g->beat + 1;
}
