// SPDX-License-Identifier: Apache-2.0
// Twin of xb_unpatch: windows come in, and when a row of them is whole, it is read.
#include "plan/latency.h"

enum { HELD = 2 };  // rows of windows that are whole, at most, where a beat is taken

typedef struct Unpatch {
    XbTimedCell cell;
    XbTimedStream *in, *out;
    int64_t across, row_reads, last_reads, rows;  // windows of a row, reads of one, of the last one
    int64_t windows, come, *whole;  // taken; rows that are whole, and since when they have been
    int64_t gone, *left;            // rows that were read, and when the last read was
    int64_t reads, issued, latest;  // reads; of the present row; when the latest was
    int64_t moved, at;  // reads that are in the register behind, when the latest came there
} Unpatch;

// A beat is taken where at most one row waits that is whole.
static bool take(Unpatch *u)
{
    XbTimedStream *in = u->in;
    int64_t k = in->accepted, gone = u->come - (HELD - 1);
    if (!xb_timed_waits(in) || gone > u->gone)
        return false;
    int64_t cycle =
        xb_max_int64(*xb_timed_valid(in, k), k > 0 ? *xb_timed_taken(in, k - 1) + 1 : 0);
    if (gone > 0)
        cycle = xb_max_int64(cycle, u->left[gone - 1] + 1);
    u->windows += xb_timed_words(&in->words, k);
    if (u->windows >= (u->come + 1) * u->across)
        u->whole[u->come++] = cycle;
    xb_timed_take(in, cycle);
    return true;
}

static bool issue(Unpatch *u)
{
    if (u->gone == u->come || u->reads > u->moved)
        return false;
    u->latest = xb_max_int64(u->whole[u->gone] + 1, u->at);
    u->reads++;
    if (++u->issued == (u->gone == u->rows - 1 ? u->last_reads : u->row_reads)) {
        u->left[u->gone++] = u->latest;
        u->issued = 0;
    }
    return true;
}

// What was read goes on when the register behind is free.
static bool move(Unpatch *u)
{
    XbTimedStream *out = u->out;
    if (u->moved == u->reads || out->accepted < u->moved)
        return false;
    int64_t before = u->moved > 0 ? *xb_timed_taken(out, u->moved - 1) : 0;
    u->at = xb_max_int64(u->latest + 1, before);
    u->moved++;
    xb_timed_offer(out, u->at + 1);
    return true;
}

static void advance(XbTimedCell *cell)
{
    Unpatch *u = (Unpatch *)cell;
    while (take(u) | issue(u) | move(u)) {
    }
}

// Words of a row, or those of windows that are read one after the other.
static int64_t line_words(const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    return m->patch_columns < m->patch.across ? m->patch_columns * m->patch.side : l->out.w;
}

// Words of each read: of so many rows of a row of windows, or of a part of a row.
static XbTimedWords read_words(const XbPlanLayer *l)
{
    int64_t line = line_words(l), row = l->out.w;
    if (line < row)
        return (XbTimedWords){.image = l->out.h * row, .step = row, .beat = line};
    return (XbTimedWords){.image = l->out.h * row,
                          .step = l->map->patch.side * row,
                          .beat = l->map->patch_rows * row};
}

static int64_t reads_of(const XbPlanMap *m, int rows)
{
    return (int64_t)xb_ceil_div(rows, m->patch_rows) *
           xb_ceil_div(m->patch.across, m->patch_columns);
}

XbTimedStream *xb_timed_unpatch(XbTiming *t, XbTimedStream *in, const XbPlanLayer *l)
{
    XbArena *arena = t->p->arena;
    const XbPlanMap *m = l->map;
    Unpatch *u = (Unpatch *)xb_timed_cell(t, sizeof *u, advance);
    in->reader = &u->cell;
    u->in = in;
    u->across = m->patch.across;
    u->rows = l->windows / m->patch.across;
    u->row_reads = reads_of(m, m->patch.side);
    u->last_reads = reads_of(m, l->out.h - (int)(u->rows - 1) * m->patch.side);
    u->whole = xb_new(arena, int64_t, u->rows);
    u->left = xb_new(arena, int64_t, u->rows);
    u->out = xb_timed_stream(&u->cell, read_words(l));
    int64_t word = (int64_t)l->out.c * l->out_bits;
    int64_t read = m->patch_rows * line_words(l);
    return xb_timed_regear(t, u->out, (XbTimedBeats){word, read},
                           (XbTimedBeats){word, l->out_words}, xb_shape_pixels(l->out));
}
