// SPDX-License-Identifier: Apache-2.0
// Streams between the twins, and who has something to compute.
#include "plan/latency.h"

enum { PAST = 4 };  // beats that every cell may look back

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

static int64_t beats_of(const XbTimedWords *w)
{
    if (w->each)
        return w->beats;
    if (w->first > 0)
        return xb_ceil_div_int64(w->first, w->beat) +
               xb_ceil_div_int64(w->image - w->first, w->beat);
    int64_t full = (w->image - 1) / w->step, last = w->image - full * w->step;
    return full * xb_ceil_div_int64(w->step, w->beat) + xb_ceil_div_int64(last, w->beat);
}

XbTimedStream *xb_timed_stream(XbTimedCell *writer, XbTimedWords words)
{
    XbTimedStream *s = xb_new(writer->timing->p->arena, XbTimedStream, 1);
    *s = (XbTimedStream){.beats = beats_of(&words), .words = words, .past = 1, .writer = writer};
    xb_timed_keep(s, PAST);
    return s;
}

int64_t xb_timed_words(const XbTimedWords *w, int64_t k)
{
    if (w->each)
        return w->each[k];
    int64_t front = xb_ceil_div_int64(w->first, w->beat);
    if (w->first > 0)
        return k < front ? xb_min_int64(w->beat, w->first - k * w->beat)
                         : xb_min_int64(w->beat, w->image - w->first - (k - front) * w->beat);
    if (w->step == w->beat)
        return xb_min_int64(w->beat, w->image - k * w->beat);
    int64_t beats = xb_ceil_div_int64(w->step, w->beat), step = k / beats;
    int64_t left = xb_min_int64(w->step, w->image - step * w->step);
    return xb_min_int64(w->beat, left - k % beats * w->beat);
}

void xb_timed_keep(XbTimedStream *s, int64_t beats)
{
    XbArena *arena = s->writer->timing->p->arena;
    int64_t past = s->past;
    while (past < beats && past < s->beats)
        past *= 2;
    if (past == s->past && s->valid)
        return;
    s->past = past;
    s->valid = xb_new(arena, int64_t, past);
    s->taken = xb_new(arena, int64_t, past);
}

void xb_timed_offer(XbTimedStream *s, int64_t cycle)
{
    if (s->offered == 0)
        s->first = cycle;
    *xb_timed_valid(s, s->offered++) = cycle;
    wake(s->reader);
}

void xb_timed_take(XbTimedStream *s, int64_t cycle)
{
    *xb_timed_taken(s, s->accepted++) = cycle;
    wake(s->writer);
    if (s->accepted == s->beats)
        wake(s->next);
}

XbTimedStream *xb_timed_wait(XbTimedCell *cell)
{
    XbTimedStream *before = cell->timing->before;
    if (before)
        before->next = cell;
    return before;
}

bool xb_timed_turn(const XbTimedStream *before, int64_t *cycle)
{
    *cycle = 1;
    if (!before)
        return true;
    if (before->accepted < before->beats)
        return false;
    *cycle = *xb_timed_taken(before, before->beats - 1) + 1;
    return true;
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
