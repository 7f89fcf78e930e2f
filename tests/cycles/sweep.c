// SPDX-License-Identifier: Apache-2.0
#include "sweep.h"

#include <string.h>

static int64_t gcd(int64_t a, int64_t b) { return b ? gcd(b, a % b) : a; }

// ---- the walk ----

static Walk begin_step(const Sweep *s, int64_t step)
{
    const Geometry *g = &s->geometry;
    int64_t start = first_window(g, step) % g->out_w * s->onward;
    return (Walk){.step = step, .unit = start && s->row_group == 1 ? start + s->skip : 0};
}

static int64_t rows_of(const Geometry *g, int64_t step)
{
    int64_t first = first_window(g, step);
    return (first + windows_of(g, step) - 1) / g->out_w - first / g->out_w + 1;
}

static Walk begin_row(const Sweep *s, Walk w, int64_t row, int64_t tap)
{
    Walk begin = row == 0 ? begin_step(s, w.step) : (Walk){.step = w.step, .row = row};
    begin.tap = tap;
    return begin;
}

// Last unit that the windows of the step look at in a row of windows.
static int64_t row_end(const Sweep *s, int64_t step, int64_t row)
{
    const Geometry *g = &s->geometry;
    bool last = row == rows_of(g, step) - 1;
    int64_t window =
        last ? (first_window(g, step) + windows_of(g, step) - 1) % g->out_w : g->out_w - 1;
    return window * s->onward + s->span - 1;
}

// What is read in this cycle, as the first stage takes it.
static Walk present(const Sweep *s)
{
    Walk w = s->at;
    const Geometry *g = &s->geometry;
    w.to = row_end(s, w.step, w.row);
    w.valid = ring_goes(&s->ring);
    w.last = w.unit + s->col_lanes > w.to && w.tap + s->row_lanes >= g->kernel_h &&
             w.row + s->row_group >= rows_of(g, w.step);
    w.frees = w.last ? s->ring.frees[s->ring.step] : 0;
    return w;
}

static Walk following(const Sweep *s, Walk w)
{
    if (w.last)
        return begin_step(s, (w.step + 1) % s->geometry.steps);
    if (w.unit + s->col_lanes <= w.to) {
        w.unit += s->col_lanes;
        return w;
    }
    if (w.tap + s->row_lanes < s->geometry.kernel_h)
        return begin_row(s, w, w.row, w.tap + s->row_lanes);
    return begin_row(s, w, w.row + s->row_group, 0);
}

// ---- which words are loaded ----

static int64_t word_at(const Sweep *s, int64_t window, int64_t tap_row, int64_t tap)
{
    const Geometry *g = &s->geometry;
    return (window / g->out_w * g->stride_h + tap_row * g->dilation_h) * s->width +
           window % g->out_w * s->onward + tap * s->between;
}

// Columns that windows of the step before had in the row in which this step begins.
static void find_had(Sweep *s)
{
    const Geometry *g = &s->geometry;
    int64_t first = first_window(g, s->step), row_begin = first / g->out_w * g->out_w;
    memset(s->had, 0, (size_t)s->width);
    if (s->access == 1)
        return;
    for (int64_t w = most(most(first - g->copies, row_begin), 0); w < first; w++)
        for (int64_t q = 0; q < g->kernel_w; q++)
            s->had[w % g->out_w * s->onward + q * s->between] = true;
}

static void lack(Sweep *s, int64_t word)
{
    s->lacking += !s->lacks[word];
    s->lacks[word] = true;
}

static void begin_windows(Sweep *s)
{
    const Geometry *g = &s->geometry;
    int64_t first = first_window(g, s->step);
    find_had(s);
    if (s->step == 0)
        memset(s->seen, 0, (size_t)(s->width * s->height));
    for (int64_t w = first; w < first + windows_of(g, s->step); w++)
        for (int64_t q = 0; q < g->kernel_w; q++) {
            bool is_kept =
                w / g->out_w == first / g->out_w && s->had[word_at(s, w, 0, q) % s->width];
            for (int64_t p = 0; p < g->kernel_h && !is_kept; p++)
                lack(s, word_at(s, w, p, q));
        }
}

static bool is_inside(const Geometry *g, int64_t y, int64_t x)
{
    return y >= 0 && y < g->in_h && x >= 0 && x < g->in_w;
}

// A word is shown to the windows: true if it goes through the port of the buffer.
static bool loaded(Sweep *s, int64_t y, int64_t unit)
{
    const Geometry *g = &s->geometry;
    int64_t word = y * s->width + unit;
    if (!s->lacks[word])
        return false;
    bool is_early = !s->seen[word] && is_inside(g, y - g->pad_t, unit * s->unit_words - g->pad_l);
    s->lacking--;
    s->lacks[word] = false;
    s->seen[word] = true;
    return s->access != 3 || is_early;
}

static int64_t take_row(Sweep *s, const Walk *w, int64_t row)
{
    const Geometry *g = &s->geometry;
    int64_t loads = 0, top = (first_window(g, s->step) / g->out_w + row) * g->stride_h;
    int64_t to = least(w->unit + s->col_lanes - 1, row_end(s, s->step, row));
    for (int64_t i = w->tap; i < least(w->tap + s->row_lanes, g->kernel_h); i++)
        for (int64_t unit = w->unit; unit <= to; unit++)
            loads += loaded(s, top + i * g->dilation_h, unit);
    return loads;
}

static int64_t take_words(Sweep *s, const Walk *w)
{
    int64_t loads = 0, end = least(w->row + s->row_group, rows_of(&s->geometry, s->step));
    for (int64_t row = w->row; row < end; row++)
        loads += take_row(s, w, row);
    return loads;
}

static void end_windows(Sweep *s)
{
    if (s->lacking != 0)
        fail("%d words of step %d are never read", (int)s->lacking, (int)s->step);
    s->step = (s->step + 1) % s->geometry.steps;
    begin_windows(s);
}

// ---- the cell ----

static void measure(Sweep *s)
{
    const Geometry *g = &s->geometry;
    bool is_narrow = g->kernel_w == 1;
    s->unit_words = is_narrow ? g->stride_w : gcd(g->stride_w, g->dilation_w);
    s->onward = g->stride_w / s->unit_words;
    s->between = is_narrow ? 1 : g->dilation_w / s->unit_words;
    s->span = (g->kernel_w - 1) * s->between + 1;
    if (s->access > 1 && s->between == 1)
        s->skip = most(s->span - s->onward, 0);
    s->width = (g->out_w - 1) * s->onward + s->span;
    s->height = (g->out_h - 1) * g->stride_h + (g->kernel_h - 1) * g->dilation_h + 1;
}

Sweep sweep_make(const Instance *i, bool has_sums)
{
    Sweep s = {.geometry = weight_geometry_of(i),
               .access = parameter(i, "Access"),
               .row_lanes = parameter(i, "RowLanes"),
               .col_lanes = parameter(i, "ColLanes"),
               .row_group = parameter(i, "RowGroup"),
               .has_put = has_sums};
    s.ring = ring_make(&s.geometry);
    measure(&s);
    s.lacks = TAKE(bool, s.width *s.height);
    s.seen = TAKE(bool, s.width *s.height);
    s.had = TAKE(bool, s.width);
    begin_windows(&s);
    return s;
}

// The stages behind the walk; `taken` is what stands in front of the windows. True: the place is
// taken by the first.
static bool advance(Sweep *s, const Walk *now, bool ready, bool *read, int64_t *frees)
{
    bool puts = s->has_put ? !s->put.valid || ready : ready;
    bool gives = !s->out.valid || puts, reads = !s->read.valid || gives;
    bool shows = !s->shown.valid || reads, places = !s->placed.valid || shows;
    *read = s->shown.valid && reads;
    *frees = s->shown.frees;
    if (s->has_put && puts)
        s->put = s->out;
    if (gives)
        s->out = s->read;
    if (reads)
        s->read = s->shown;
    if (shows)
        s->shown = s->placed;
    if (places)
        s->placed = *now;
    return places && now->valid;
}

void sweep_tick(Sweep *s, const Stream *in, bool load, int64_t *loads, Counts *counts)
{
    Walk front = s->has_put ? s->put : s->out, now = present(s);
    bool ready = !s->is_full || load, take = front.valid && ready, read;
    int64_t frees;
    bool issue = advance(s, &now, ready, &read, &frees);
    ring_tick(&s->ring, in, issue && now.last, read, frees, counts);
    if (issue)
        s->at = following(s, now);
    *loads = take ? take_words(s, &front) : 0;
    if (take && front.last)
        end_windows(s);
    s->is_full = (take && front.last) || (s->is_full && !load);
}
