// SPDX-License-Identifier: Apache-2.0
// xb_layer_slice: an xb_regear behind what drops words, and perhaps an xb_fifo between.
#include "parts.h"

typedef struct Axis {  // one direction of the map
    int64_t in, out, begin, step;
} Axis;

typedef struct Slice {
    Axis rows, cols;
    int64_t at;  // the next beat's first word
    bool drops, by_input, holds;
    Gear gear;
    Fifo held;
} Slice;

static bool is_taken(Axis a, int64_t at)
{
    for (int64_t n = 0; n < a.out; n++)
        if (a.begin + n * a.step == at)
            return true;
    return false;
}

// Words of the box among `count` from the beat's first one on.
static int64_t taken(const Slice *s, int64_t count)
{
    int64_t sum = 0;
    for (int64_t n = s->at; n < s->at + count && s->drops; n++)
        sum += is_taken(s->rows, n / s->cols.in) && is_taken(s->cols, n % s->cols.in);
    return s->drops ? sum : count;
}

static bool has_none(const Cell *c) { return taken(c->state, c->in[0]->count) == 0; }

static bool is_ready(const Slice *s)
{
    return s->holds ? fifo_ready(&s->held) : gear_ready(&s->gear);
}

static void slice_show(Cell *c)
{
    const Slice *s = c->state;
    c->in[0]->ready = has_none(c) || (is_ready(s) && c->turn);
    c->out[0]->valid = gear_valid(&s->gear);
    c->out[0]->count = gear_count(&s->gear);
}

static void count_work(Cell *c, const Slice *s)
{
    bool push = c->in[0]->valid && !has_none(c) && c->turn;
    c->counts.work = s->by_input ? push : c->out[0]->valid;
    c->counts.blocked = c->counts.work && !(s->by_input ? is_ready(s) : c->out[0]->ready);
}

static void slice_tick(Cell *c)
{
    Slice *s = c->state;
    count_work(c, s);
    int64_t words = passes(c->in[0]) ? taken(s, c->in[0]->count) : 0;
    bool push = s->holds ? s->held.valid && gear_ready(&s->gear) : words > 0;
    int64_t pushed = s->holds ? s->held.front : words;
    if (s->holds)
        fifo_tick(&s->held, words > 0, words, push);
    gear_tick(&s->gear, push, pushed, c->out[0]->ready);
    if (passes(c->in[0]))
        s->at = (s->at + c->in[0]->count) % (s->rows.in * s->cols.in);
}

static Axis axis_of(const Instance *i, const char *in, const char *out, const char *begin,
                    const char *step)
{
    return (Axis){parameter(i, in), parameter(i, out), parameter(i, begin), parameter(i, step)};
}

void slice_make(Cell *c)
{
    const Instance *i = c->instance;
    Slice *s = TAKE(Slice, 1);
    s->rows = axis_of(i, "InRows", "OutRows", "BeginRow", "StepRow");
    s->cols = axis_of(i, "InCols", "OutCols", "BeginCol", "StepCol");
    int64_t image = s->rows.out * s->cols.out, width = parameter(i, "OutChannels");
    int64_t beat = parameter(i, "InWords"), words = parameter(i, "OutWords");
    s->drops = image != s->rows.in * s->cols.in;
    s->by_input = up(s->rows.in * s->cols.in, beat) > up(image, words);
    width *= parameter(i, "CodeBits");
    s->gear = gear_make(width, beat, width, words, image);
    s->holds = parameter(i, "Held") > 0;
    s->held = fifo_make(s->holds ? parameter(i, "Held") : 2);
    c->state = s;
    c->show = slice_show;
    c->tick = slice_tick;
}
