// SPDX-License-Identifier: Apache-2.0
// Cells that take beats and give beats, without windows: sums and products of two streams, RELU,
// streams cut anew, forks, and the two ends of the chip.
#include "parts.h"

// ---- xb_layer_relu, xb_layer_table, xb_layer_merge, xb_layer_add, xb_layer_mul ----

enum { RELU_STAGES = 5, TABLE_STAGES = 1, ADD_STAGES = 10, MUL_STAGES = 7 };
enum { MERGE_STAGES = 2, AVERAGE_STAGES = 3 };

typedef struct Pointwise {
    Fifo input[MOST_INPUTS];  // of a sum or product
    int64_t image, left;      // words of an image, and to come, of what has a gate; else 0
    Lanes lanes;
} Pointwise;

static void show_result(Cell *c)
{
    const Pointwise *p = c->state;
    c->out[0]->valid = p->lanes.out.valid;
    c->out[0]->count = p->lanes.out.front;
}

static void relu_show(Cell *c)
{
    const Pointwise *p = c->state;
    c->in[0]->ready = lanes_ready(&p->lanes) && c->turn;
    show_result(c);
}

static void relu_tick(Cell *c)
{
    Pointwise *p = c->state;
    bool valid = c->in[0]->valid && c->turn;
    c->counts.work = valid;
    c->counts.blocked = lanes_blocked(&p->lanes);
    lanes_tick(&p->lanes, valid, c->in[0]->count, c->out[0]->ready);
}

static void add_show(Cell *c)
{
    const Pointwise *p = c->state;
    for (int k = 0; k < c->inputs; k++)
        c->in[k]->ready = fifo_ready(&p->input[k]);
    show_result(c);
}

// A gate stays until the last beat of its image.
static bool is_last(const Pointwise *p, int64_t count) { return p->image == 0 || p->left == count; }

static void add_tick(Cell *c)
{
    Pointwise *p = c->state;
    bool pair = p->input[0].valid && p->input[1].valid && c->turn,
         take = pair && lanes_ready(&p->lanes);
    int64_t count = p->input[0].front;
    if (pair && p->image == 0 && p->input[1].front != count)
        fail("%s: beats of %d and %d words", c->instance->name, (int)count, (int)p->input[1].front);
    c->counts.work = pair;
    c->counts.blocked = lanes_blocked(&p->lanes);
    lanes_tick(&p->lanes, pair, count, c->out[0]->ready);
    fifo_tick(&p->input[0], passes(c->in[0]), c->in[0]->count, take);
    fifo_tick(&p->input[1], passes(c->in[1]), c->in[1]->count, take && is_last(p, count));
    if (take && p->image > 0)
        p->left = is_last(p, count) ? p->image : p->left - count;
}

static Pointwise *pointwise_make(Cell *c, int stages)
{
    const Instance *i = c->instance;
    Pointwise *p = TAKE(Pointwise, 1);
    p->lanes =
        lanes_make(parameter(i, "Words") * parameter(i, "Channels"), parameter(i, "Lanes"), stages);
    c->state = p;
    return p;
}

void relu_make(Cell *c)
{
    pointwise_make(c, RELU_STAGES);
    c->show = relu_show;
    c->tick = relu_tick;
}

void table_make(Cell *c)
{
    pointwise_make(c, TABLE_STAGES);
    c->show = relu_show;
    c->tick = relu_tick;
}

void merge_make(Cell *c)
{
    enum { AVERAGE = 2 };
    pointwise_make(c, parameter(c->instance, "Merge") == AVERAGE ? AVERAGE_STAGES : MERGE_STAGES);
    c->show = relu_show;
    c->tick = relu_tick;
}

static Pointwise *pair_make(Cell *c, int stages)
{
    Pointwise *p = pointwise_make(c, stages);
    p->input[0] = fifo_make(parameter(c->instance, "DepthA"));
    p->input[1] = fifo_make(parameter(c->instance, "DepthB"));
    c->show = add_show;
    c->tick = add_tick;
    return p;
}

void add_make(Cell *c) { pair_make(c, ADD_STAGES); }

void mul_make(Cell *c)
{
    Pointwise *p = pair_make(c, MUL_STAGES);
    if (parameter(c->instance, "Gated"))
        p->image = p->left = parameter(c->instance, "ImageWords");
}

// ---- xb_layer_concat: a pair of beats is one, or images come in turn ----

typedef struct Concat {
    Fifo input[MOST_INPUTS];
    bool in_turn;
    int64_t words[MOST_INPUTS], left;  // of an image; of the present one of input `turn`
    int turn;
} Concat;

static bool concat_takes(const Concat *p, int input) { return !p->in_turn || p->turn == input; }

static void concat_show(Cell *c)
{
    const Concat *p = c->state;
    c->out[0]->valid = c->turn;
    for (int k = 0; k < c->inputs; k++) {
        c->in[k]->ready = fifo_ready(&p->input[k]);
        c->out[0]->valid = c->out[0]->valid && (p->input[k].valid || !concat_takes(p, k));
    }
    c->out[0]->count = p->input[p->turn].front;
}

static void concat_tick(Cell *c)
{
    Concat *p = c->state;
    bool valid = c->out[0]->valid, take = passes(c->out[0]);
    if (valid && !p->in_turn && p->input[0].front != p->input[1].front)
        fail("%s: beats of %d and %d words", c->instance->name, (int)p->input[0].front,
             (int)p->input[1].front);
    c->counts.work = valid;
    c->counts.blocked = valid && !take;
    for (int k = 0; k < c->inputs; k++)
        fifo_tick(&p->input[k], passes(c->in[k]), c->in[k]->count, take && concat_takes(p, k));
    p->left -= take ? c->out[0]->count : 0;
    if (take && p->in_turn && p->left == 0) {
        p->turn = !p->turn;
        p->left = p->words[p->turn];
    }
}

void concat_make(Cell *c)
{
    Concat *p = c->state = TAKE(Concat, 1);
    p->input[0] = fifo_make(parameter(c->instance, "DepthA"));
    p->input[1] = fifo_make(parameter(c->instance, "DepthB"));
    p->in_turn = parameter(c->instance, "Turns") != 0;
    p->words[0] = p->left = parameter(c->instance, "ImageWords");
    p->words[1] = parameter(c->instance, "ImageWordsB");
    c->show = concat_show;
    c->tick = concat_tick;
}

// ---- xb_regear, alone and as xb_layer_reshape ----

typedef struct Reshape {
    Gear gear;
    bool by_input;  // its beats are the work: there are more of them
} Reshape;

static void regear_show(Cell *c)
{
    const Reshape *r = c->state;
    c->in[0]->ready = gear_ready(&r->gear) && c->turn;
    c->out[0]->valid = gear_valid(&r->gear);
    c->out[0]->count = gear_count(&r->gear);
}

static void regear_tick(Cell *c)
{
    Reshape *r = c->state;
    const Stream *work = r->by_input ? c->in[0] : c->out[0];
    bool valid = work->valid && (!r->by_input || c->turn);
    c->counts.work = valid;
    c->counts.blocked = valid && !work->ready;
    gear_tick(&r->gear, passes(c->in[0]), c->in[0]->count, c->out[0]->ready);
}

static Reshape *regear_cell(Cell *c)
{
    c->show = regear_show;
    c->tick = regear_tick;
    return c->state = TAKE(Reshape, 1);
}

void regear_make(Cell *c)
{
    const Instance *i = c->instance;
    regear_cell(c)->gear =
        gear_make(parameter(i, "InWidth"), parameter(i, "InWords"), parameter(i, "OutWidth"),
                  parameter(i, "OutWords"), parameter(i, "ImageWords"));
}

void reshape_make(Cell *c)
{
    const Instance *i = c->instance;
    int64_t bits = parameter(i, "CodeBits"), codes = parameter(i, "ImageCodes");
    int64_t in = parameter(i, "InChannels"), in_words = parameter(i, "InWords");
    int64_t out = parameter(i, "OutChannels"), out_words = parameter(i, "OutWords");
    Reshape *r = regear_cell(c);
    r->gear = gear_make(in * bits, in_words, out * bits, out_words, codes / in);
    r->by_input = up(codes / in, in_words) > up(codes / out, out_words);
}

// ---- xb_fifo, in front of a layer that waits for its turn ----

static void fifo_show(Cell *c)
{
    const Fifo *f = c->state;
    c->in[0]->ready = fifo_ready(f);
    c->out[0]->valid = f->valid;
    c->out[0]->count = f->front;
}

static void fifo_cell_tick(Cell *c)
{
    fifo_tick(c->state, passes(c->in[0]), c->in[0]->count, c->out[0]->ready);
}

void fifo_cell_make(Cell *c)
{
    Fifo *f = TAKE(Fifo, 1);
    *f = fifo_make(parameter(c->instance, "Depth"));
    c->state = f;
    c->show = fifo_show;
    c->tick = fifo_cell_tick;
}

// ---- xb_fork ----

typedef struct Fork {
    Fifo words;
    bool *done;  // [readers] they have the present word
} Fork;

static void fork_show(Cell *c)
{
    const Fork *f = c->state;
    c->in[0]->ready = fifo_ready(&f->words);
    for (int k = 0; k < c->outputs; k++) {
        c->out[k]->valid = f->words.valid && !f->done[k];
        c->out[k]->count = f->words.front;
    }
}

static void fork_tick(Cell *c)
{
    Fork *f = c->state;
    bool leaves = true;
    for (int k = 0; k < c->outputs; k++)
        leaves = leaves && (f->done[k] || c->out[k]->ready);
    for (int k = 0; k < c->outputs && f->words.valid; k++)
        f->done[k] = !leaves && (f->done[k] || c->out[k]->ready);
    fifo_tick(&f->words, passes(c->in[0]), c->in[0]->count, leaves);
}

void fork_make(Cell *c)
{
    Fork *f = TAKE(Fork, 1);
    f->words = fifo_make(2);
    f->done = TAKE(bool, c->outputs);
    c->state = f;
    c->show = fork_show;
    c->tick = fork_tick;
}

// ---- xb_axis_in, xb_axis_out: the bus brings a beat in every cycle, and takes one ----

typedef struct Axis {
    Gear gear;
    int64_t codes, last_codes, beats, beat;  // of a bus beat; of an image
    int64_t images, begun;                   // still to come; taken, at least in part
    bool is_closed;
} Axis;

static Axis *axis_make(Cell *c)
{
    const Instance *i = c->instance;
    Axis *a = TAKE(Axis, 1);
    int64_t image = parameter(i, "ImageWords") * parameter(i, "Channels");
    a->codes = parameter(i, "BusBytes") / parameter(i, "CodeBytes");
    a->beats = up(image, a->codes);
    a->last_codes = image - (a->beats - 1) * a->codes;
    c->state = a;
    return a;
}

static void axis_in_show(Cell *c)
{
    const Axis *a = c->state;
    c->out[0]->valid = gear_valid(&a->gear);
    c->out[0]->count = gear_count(&a->gear);
}

static void axis_in_tick(Cell *c)
{
    Axis *a = c->state;
    bool take = axis_in_takes(c), last = a->beat == a->beats - 1;
    gear_tick(&a->gear, take, last ? a->last_codes : a->codes, c->out[0]->ready);
    if (!take)
        return;
    a->images -= last;
    a->begun += a->beat == 0;
    a->beat = last ? 0 : a->beat + 1;
}

void axis_in_make(Cell *c)
{
    const Instance *i = c->instance;
    Axis *a = axis_make(c);
    int64_t bits = parameter(i, "CodeBits"), channels = parameter(i, "Channels");
    a->gear = gear_make(bits, a->codes, channels * bits, parameter(i, "Words"),
                        parameter(i, "ImageWords") * channels);
    c->show = axis_in_show;
    c->tick = axis_in_tick;
}

void axis_in_offer(Cell *c, int64_t images) { ((Axis *)c->state)->images = images; }

int64_t axis_in_stop(Cell *c)
{
    Axis *a = c->state;
    a->images = a->beat > 0;
    return a->begun;
}

bool axis_in_takes(const Cell *c)
{
    const Axis *a = c->state;
    return a->images > 0 && gear_ready(&a->gear) && (a->beat > 0 || !a->is_closed);
}

bool axis_in_starts(const Cell *c)
{
    return axis_in_takes(c) && ((const Axis *)c->state)->beat == 0;
}

void axis_in_close(Cell *c, bool is_closed) { ((Axis *)c->state)->is_closed = is_closed; }

bool axis_in_ends(const Cell *c)
{
    const Axis *a = c->state;
    return axis_in_takes(c) && a->beat == a->beats - 1;
}

static void axis_out_show(Cell *c) { c->in[0]->ready = gear_ready(&((Axis *)c->state)->gear); }

bool axis_out_gives(const Cell *c, bool *is_last)
{
    const Axis *a = c->state;
    *is_last = a->beat == a->beats - 1;
    return gear_valid(&a->gear);
}

static void axis_out_tick(Cell *c)
{
    Axis *a = c->state;
    bool is_last, gives = axis_out_gives(c, &is_last);
    gear_tick(&a->gear, passes(c->in[0]), c->in[0]->count, true);
    if (gives)
        a->beat = is_last ? 0 : a->beat + 1;
}

void axis_out_make(Cell *c)
{
    const Instance *i = c->instance;
    Axis *a = axis_make(c);
    int64_t bits = parameter(i, "CodeBits");
    a->gear = gear_make(parameter(i, "Channels") * bits, parameter(i, "Words"), bits, a->codes,
                        parameter(i, "ImageWords"));
    c->show = axis_out_show;
    c->tick = axis_out_tick;
}
