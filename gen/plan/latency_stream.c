// SPDX-License-Identifier: Apache-2.0
// Streams between the twins, and who has something to compute.
#include "plan/latency.h"

static void wake(XbTimedCell *cell)
{
    if (!cell || cell->is_due)
        return;
    XbTiming *t = cell->timing;
    cell->is_due = true;
    t->due[(t->first + t->count++) % t->room] = cell;
}

XbTimedCell *xb_timed_cell(XbTiming *t, size_t size, void (*advance)(XbTimedCell *))
{
    XbTimedCell *cell = xb_arena_alloc(t->p->arena, 1, size);
    cell->advance = advance;
    cell->timing = t;
    wake(cell);
    return cell;
}

XbTimedStream *xb_timed_stream(XbTimedCell *writer, int64_t beats, const int32_t *words)
{
    XbArena *arena = writer->timing->p->arena;
    XbTimedStream *s = xb_new(arena, XbTimedStream, 1);
    *s = (XbTimedStream){.beats = beats, .words = words, .writer = writer};
    s->valid = xb_new(arena, int64_t, beats);
    s->taken = xb_new(arena, int64_t, beats);
    return s;
}

const int32_t *xb_timed_words(XbArena *arena, int64_t words, int beat_words)
{
    int64_t beats = xb_ceil_div_int64(words, beat_words);
    int32_t *of = xb_new(arena, int32_t, beats);
    for (int64_t b = 0; b < beats; b++)
        of[b] = (int32_t)xb_min_int64(beat_words, words - b * beat_words);
    return of;
}

void xb_timed_offer(XbTimedStream *s, int64_t cycle)
{
    s->valid[s->offered++] = cycle;
    wake(s->reader);
}

void xb_timed_take(XbTimedStream *s, int64_t cycle)
{
    s->taken[s->accepted++] = cycle;
    wake(s->writer);
}

void xb_timed_run(XbTiming *t)
{
    while (t->count > 0) {
        XbTimedCell *cell = t->due[t->first];
        t->first = (t->first + 1) % t->room;
        t->count--;
        cell->is_due = false;
        cell->advance(cell);
    }
}
