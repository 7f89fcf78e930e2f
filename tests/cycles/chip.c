// SPDX-License-Identifier: Apache-2.0
#include "chip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HANG = 1000000,
    ENDLESS = INT32_MAX,
    FEWEST = 12,
    PERIODS = 3,
    LATENCIES = 3,
    PATIENCE = 400
};

typedef struct Kind {
    const char *cell;
    void (*make)(Cell *c);
    const char *in_image[2], *out_image[2];  // parameters; a second one multiplies
} Kind;

static const Kind kinds[] = {
    {"xb_layer_mvm", mvm_make, {"InH", "InW"}, {"OutH", "OutW"}},
    {"xb_layer_pool", pool_make, {"InH", "InW"}, {"OutH", "OutW"}},
    {"xb_layer_add", add_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_relu", relu_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_table", table_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_concat", concat_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_merge", merge_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_mul", mul_make, {"ImageWords"}, {"ImageWords"}},
    {"xb_layer_reshape", reshape_make, {"ImageCodes"}, {"ImageCodes"}},
    {"xb_layer_slice", slice_make, {"InRows", "InCols"}, {"OutRows", "OutCols"}},
    {"xb_regear", regear_make, {NULL}, {NULL}},
    {"xb_fork", fork_make, {NULL}, {NULL}},
    {"xb_fifo", fifo_cell_make, {NULL}, {NULL}},
    {"xb_axis_in", axis_in_make, {NULL}, {NULL}},
    {"xb_axis_out", axis_out_make, {NULL}, {NULL}},
};
static const char *const bystanders[] = {"xb_reset_sync", "xb_program", "xb_regs", "xb_alone",
                                         "xb_turn"};

static const Kind *kind_of(const Instance *i)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (strcmp(kinds[k].cell, i->cell) == 0)
            return &kinds[k];
    for (size_t k = 0; k < sizeof bystanders / sizeof *bystanders; k++)
        if (strcmp(bystanders[k], i->cell) == 0)
            return NULL;
    fail("%s is an %s, which is not known", i->name, i->cell);
}

// ---- streams: `a_valid`, `a_ready` and, of a fork, `a_valid[0]`, `a_ready[0]` are one ----

static const char *without(const char *wire, const char *ending)
{
    size_t size = strlen(wire);
    char *name = TAKE(char, size + 1);
    for (size_t k = size; k-- > 0;) {
        if (strncmp(wire + k, ending, strlen(ending)) != 0)
            continue;
        memcpy(name, wire, k);
        strcpy(name + k, wire + k + strlen(ending));
        return name;
    }
    fail("%s is no wire *%s", wire, ending);
}

static Stream *stream_of(Chip *c, const char *valid, const char *ready)
{
    const char *name = without(valid, "_valid");
    if (!ready || strcmp(name, without(ready, "_ready")) != 0)
        fail("%s and %s are no stream", valid, ready ? ready : "nothing");
    for (int k = 0; k < c->streams; k++)
        if (strcmp(c->stream[k].name, name) == 0)
            return &c->stream[k];
    c->stream[c->streams].name = name;
    return &c->stream[c->streams++];
}

static void join_inputs(Chip *c, Cell *cell)
{
    static const char *const ports[][2] = {
        {"in_valid_i", "in_ready_o"}, {"a_valid_i", "a_ready_o"}, {"b_valid_i", "b_ready_o"}};
    for (size_t k = 0; k < sizeof ports / sizeof *ports; k++) {
        const char *valid = port(cell->instance, ports[k][0]);
        if (valid)
            cell->in[cell->inputs++] = stream_of(c, valid, port(cell->instance, ports[k][1]));
    }
}

static void join_outputs(Chip *c, Cell *cell)
{
    const char *valid = port(cell->instance, "out_valid_o"),
               *ready = port(cell->instance, "out_ready_i");
    bool is_fork = strcmp(cell->instance->cell, "xb_fork") == 0;
    if (!valid || !ready)
        return;
    cell->outputs = is_fork ? (int)parameter(cell->instance, "Readers") : 1;
    cell->out = TAKE(Stream *, cell->outputs);
    for (int k = 0; k < cell->outputs; k++) {
        char of[2][256];
        snprintf(of[0], sizeof of[0], is_fork ? "%s[%d]" : "%s", valid, k);
        snprintf(of[1], sizeof of[1], is_fork ? "%s[%d]" : "%s", ready, k);
        cell->out[k] = stream_of(c, of[0], of[1]);
    }
}

static void check_streams(const Chip *c)
{
    for (int s = 0; s < c->streams; s++) {
        int given = 0, taken = 0;
        for (int k = 0; k < c->cells; k++) {
            for (int n = 0; n < c->cell[k].inputs; n++)
                taken += c->cell[k].in[n] == &c->stream[s];
            for (int n = 0; n < c->cell[k].outputs; n++)
                given += c->cell[k].out[n] == &c->stream[s];
        }
        if (given != 1 || taken != 1)
            fail("%d give and %d take the stream %s", given, taken, c->stream[s].name);
    }
}

// ---- cells ----

static Gaps gaps_make(void) { return (Gaps){.gap = TAKE(int64_t, MOST_IMAGES)}; }

static int64_t image_words(const Instance *i, const char *const name[2])
{
    return parameter(i, name[0]) * (name[1] ? parameter(i, name[1]) : 1);
}

// A layer says its number: 16'd3.
static void add_layer(Chip *c, Cell *cell, const Kind *kind)
{
    const Instance *i = cell->instance;
    const char *number = port(i, "layer_i"), *digits = number ? strchr(number, 'd') : NULL;
    int n = digits ? atoi(digits + 1) : -1;
    if (n < 0 || n >= c->cells)
        fail("%s has no number", i->name);
    c->layers = n < c->layers ? c->layers : n + 1;
    c->layer[n] = (Layer){.cell = cell,
                          .name = i->name + strlen("u_"),
                          .inputs = 1,
                          .in_image = image_words(i, kind->in_image),
                          .out_image = image_words(i, kind->out_image),
                          .gaps = gaps_make()};
    if (strcmp(i->cell, "xb_layer_concat") == 0 && parameter(i, "Turns")) {
        c->layer[n].in_image = c->layer[n].out_image += parameter(i, "ImageWordsB");
        c->layer[n].inputs = cell->inputs;
    }
    if (strcmp(i->cell, "xb_layer_reshape") == 0) {
        c->layer[n].in_image /= parameter(i, "InChannels");
        c->layer[n].out_image /= parameter(i, "OutChannels");
    }
}

static void add_cell(Chip *c, const Instance *i, const Kind *kind)
{
    Cell *cell = &c->cell[c->cells++];
    cell->instance = i;
    cell->turn = true;
    join_inputs(c, cell);
    join_outputs(c, cell);
    kind->make(cell);
    if (strcmp(i->cell, "xb_axis_in") == 0)
        c->input = cell;
    if (strcmp(i->cell, "xb_axis_out") == 0)
        c->output = cell;
    if (kind->in_image[0])
        add_layer(c, cell, kind);
}

// xb_turn beside every layer, and xb_alone in front.
static void make_serial(Chip *c, const Netlist *n)
{
    int turns = 0;
    for (int k = 0; k < n->instances; k++) {
        turns += strcmp(n->instance[k].cell, "xb_turn") == 0;
        c->is_serial = c->is_serial || strcmp(n->instance[k].cell, "xb_alone") == 0;
    }
    if (turns != (c->is_serial ? c->layers : 0))
        fail("%d of %d layers have turns", turns, c->layers);
    for (int k = 0; k < c->layers && c->is_serial; k++)
        c->layer[k].cell->turn = false;
}

Chip chip_make(const Netlist *n)
{
    Chip c = {0};
    int ends = 0;
    for (int k = 0; k < n->instances; k++)
        ends += MOST_INPUTS + (strcmp(n->instance[k].cell, "xb_fork") == 0
                                   ? (int)parameter(&n->instance[k], "Readers")
                                   : 1);
    c.cell = TAKE(Cell, n->instances);
    c.layer = TAKE(Layer, n->instances);
    c.stream = TAKE(Stream, ends);
    c.taken = gaps_make();
    c.results = gaps_make();
    for (int k = 0; k < n->instances; k++) {
        const Kind *kind = kind_of(&n->instance[k]);
        if (kind)
            add_cell(&c, &n->instance[k], kind);
    }
    for (int k = 0; k < c.layers; k++)
        if (!c.layer[k].cell)
            fail("there is no layer %d", k);
    make_serial(&c, n);
    if (!c.input || !c.output || c.layers == 0)
        fail("xb_top.sv has no input, no output or no layer");
    check_streams(&c);
    return c;
}

// ---- images ----

static void gaps_image(Gaps *g, int64_t cycle)
{
    if (g->images == 0)
        g->first = cycle;
    else
        g->worst = most(g->images == 2 ? 0 : g->worst, cycle - g->latest);
    if (g->images > 0 && g->images < MOST_IMAGES)
        g->gap[g->images - 1] = cycle - g->latest;
    g->latest = cycle;
    g->images++;
}

// True if the layer gives the last word of an image.
static bool watch(Layer *l, int64_t cycle)
{
    const Stream *out = l->cell->out[0];
    if (l->cell->counts.work && l->start == 0)
        l->start = cycle;
    l->busy += l->cell->counts.work && !l->cell->counts.blocked;
    l->blocked += l->cell->counts.blocked;
    for (int k = 0; k < l->inputs; k++)
        if (passes(l->cell->in[k]))
            l->words_in += l->cell->in[k]->count;
    if (!passes(out))
        return false;
    l->words_out += out->count;
    if (l->words_out % l->out_image != 0)
        return false;
    gaps_image(&l->gaps, cycle);
    return true;
}

// The turn goes on to the next layer.
static void pass_on(Chip *c, int layer)
{
    c->layer[layer].cell->turn = false;
    if (layer + 1 < c->layers)
        c->layer[layer + 1].cell->turn = true;
}

static void play_cycle(Chip *c)
{
    bool is_last, starts = axis_in_starts(c->input);
    for (int k = 0; k < c->cells; k++)
        c->cell[k].show(&c->cell[k]);
    if (c->cycle > 0 || axis_in_takes(c->input))
        c->cycle++;
    bool gives = axis_out_gives(c->output, &is_last), takes = axis_in_ends(c->input);
    for (int k = 0; k < c->cells; k++)
        c->cell[k].tick(&c->cell[k]);
    for (int k = c->layers; k-- > 0;)
        if (watch(&c->layer[k], c->cycle) && c->is_serial)
            pass_on(c, k);
    if (takes)
        gaps_image(&c->taken, c->cycle);
    if (gives && is_last)
        gaps_image(&c->results, c->cycle);
    if (!c->is_serial)
        return;
    if (starts || (gives && is_last))
        axis_in_close(c->input, starts);
    if (starts)
        c->layer[0].cell->turn = true;
}

static bool is_done(const Chip *c, int64_t images)
{
    for (int k = 0; k < c->layers; k++) {
        const Layer *l = &c->layer[k];
        if (l->words_in < images * l->in_image || l->words_out < images * l->out_image)
            return false;
    }
    return c->results.images >= images;
}

static int64_t cycles_of(const Gaps *g, int64_t period)
{
    int64_t cycles = 0, gaps = least(g->images, MOST_IMAGES) - 1;
    for (int64_t k = gaps - period; k < gaps; k++)
        cycles += g->gap[k];
    return cycles;
}

static bool is_period(const Gaps *g, int64_t period)
{
    int64_t look = most(FEWEST, PERIODS * period), gaps = least(g->images, MOST_IMAGES) - 1;
    for (int64_t k = gaps - look; k < gaps; k++)
        if (k < period || g->gap[k] != g->gap[k - period])
            return false;
    return true;
}

// Nothing is slower than the output, or it still drains. What is faster fills a ring, some cycles
// an image: that is waited for with patience only.
static bool keeps(const Chip *c, const Gaps *g, int64_t period)
{
    int64_t cycles = cycles_of(g, period), due = cycles_of(&c->results, period);
    return cycles == due || (cycles < due && c->results.images >= PATIENCE);
}

static bool all_keep(const Chip *c, int64_t period)
{
    if (!is_period(&c->results, period) || !is_period(&c->taken, period))
        return false;
    for (int k = 0; k < c->layers; k++)
        if (!keeps(c, &c->layer[k].gaps, period))
            return false;
    return keeps(c, &c->taken, period);
}

// A chip that holds several images gives the first ones at the pace of its end; and where nothing
// is faster than the slowest, an image that meets an empty chip leaves it earlier than others.
static bool shows_pace(Chip *c)
{
    Pace *p = &c->pace;
    int64_t images = c->results.images;
    if (images >= MOST_IMAGES)
        fail("no pace in %d images", MOST_IMAGES);
    if (p->looked == images || c->results.latest < LATENCIES * c->results.first)
        return p->images > 0;
    p->looked = images;
    for (int64_t n = 1; n * PERIODS < images && p->images == 0; n++)
        if (all_keep(c, n)) {
            p->images = n;
            p->cycles = cycles_of(&c->results, n);
        }
    return p->images > 0;
}

// False: it has come to an end.
static bool is_running(Chip *c, int64_t images)
{
    return images ? !is_done(c, images) : !shows_pace(c);
}

static void play_on(Chip *c, int64_t images)
{
    int64_t seen = c->results.images;
    for (int waits = 0; is_running(c, images); waits++) {
        play_cycle(c);
        if (c->results.images != seen)
            waits = 0;
        seen = c->results.images;
        if (waits > HANG)
            fail("nothing comes in %d cycles; %d images are done", HANG, (int)seen);
    }
}

void chip_play(Chip *c, int64_t images)
{
    axis_in_offer(c->input, images ? images : ENDLESS);
    play_on(c, images);
    if (images == 0)
        play_on(c, axis_in_stop(c->input));
}
