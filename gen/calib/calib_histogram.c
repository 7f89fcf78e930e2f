// SPDX-License-Identifier: Apache-2.0
// What tallies say: weighted histograms for the search, figures for reports.
#include <math.h>

#include "xbgen/calib.h"

typedef struct Slices {  // planes and slices of a tally that are looked at
    const XbTally *tally;
    int first_plane, end_plane, first_slice, end_slice;
} Slices;

static int64_t span(const XbTally *t) { return (int64_t)t->high - t->low + 1; }

static Slices choose(const XbTally *t, int plane, int slice)
{
    return (Slices){.tally = t,
                    .first_plane = plane < 0 ? 0 : plane,
                    .end_plane = plane < 0 ? t->planes : plane + 1,
                    .first_slice = slice < 0 ? 0 : slice,
                    .end_slice = slice < 0 ? t->slices : slice + 1};
}

// Adds their counts, each 2^(shift * plane) times.
static void add_counts(const Slices *s, int shift, XbInt128 *count)
{
    for (int p = s->first_plane; p < s->end_plane; p++)
        for (int k = s->first_slice; k < s->end_slice; k++) {
            const int64_t *from =
                s->tally->count + ((int64_t)p * s->tally->slices + k) * span(s->tally);
            for (int64_t i = 0; i < span(s->tally); i++)
                count[i] += from[i] * ((XbInt128)1 << (shift * p));
        }
}

static XbHistogram part(XbArena *arena, const XbTally *t, int plane, int slice, int shift)
{
    Slices s = choose(t, plane, slice);
    XbInt128 *count = xb_new(arena, XbInt128, span(t));
    add_counts(&s, shift, count);
    return (XbHistogram){.first = t->low, .size = span(t), .count = count};
}

XbHistogram xb_calib_histogram(XbArena *arena, const XbTally *t, const XbGoal *goal, int dac_bits)
{
    int power = goal->criterion == XB_SQUARED ? 2 : 1;
    return part(arena, t, -1, -1, goal->by_plane ? power * dac_bits : 0);
}

XbHistogram xb_calib_sum(XbArena *arena, const XbHistogram *a, const XbHistogram *b)
{
    int64_t first = a->first < b->first ? a->first : b->first;
    int64_t end_a = a->first + a->size, end_b = b->first + b->size;
    int64_t size = (end_a > end_b ? end_a : end_b) - first;
    XbInt128 *count = xb_new(arena, XbInt128, size);
    for (int64_t i = 0; i < a->size; i++)
        count[a->first - first + i] += a->count[i];
    for (int64_t i = 0; i < b->size; i++)
        count[b->first - first + i] += b->count[i];
    return (XbHistogram){first, size, count};
}

// Mean and deviation of exact sums.
static void set_moments(XbSpread *s, XbInt128 sum, XbInt128 square)
{
    XbInt128 n = s->conversions;
    if (!n)
        return;
    s->mean = (double)sum / (double)n;
    s->sigma = (double)sqrtl((long double)(n * square - sum * sum)) / (double)n;
}

XbSpread xb_calib_spread(const XbTally *t, int plane, int slice)
{
    XbArena scratch = {0};
    XbHistogram h = part(&scratch, t, plane, slice, 0);
    XbSpread s = {0};
    XbInt128 sum = 0, square = 0;
    for (int64_t i = 0; i < h.size; i++) {
        int64_t v = h.first + i, n = (int64_t)h.count[i];
        if (!n)
            continue;
        s.min = s.conversions ? s.min : v;
        s.max = v;
        s.conversions += n;
        s.zeros += v == 0 ? n : 0;
        sum += (XbInt128)n * v;
        square += (XbInt128)n * v * v;
    }
    set_moments(&s, sum, square);
    xb_arena_free(&scratch);
    return s;
}

int64_t xb_calib_clipped(const XbTally *t, int plane, int slice, const XbFit *fit)
{
    XbArena scratch = {0};
    XbHistogram h = part(&scratch, t, plane, slice, 0);
    int64_t least = fit->lo * fit->delta - fit->delta / 2, clipped = 0;
    int64_t end = least + (fit->delta << fit->bits);
    for (int64_t i = 0; i < h.size; i++)
        if (h.first + i < least || h.first + i >= end)
            clipped += (int64_t)h.count[i];
    xb_arena_free(&scratch);
    return clipped;
}

XbInt128 xb_calib_part_error(const XbTally *t, int plane, int slice, XbCriterion criterion,
                             const XbFit *fit)
{
    XbArena scratch = {0};
    XbHistogram h = part(&scratch, t, plane, slice, 0);
    XbInt128 error = xb_calib_error(&h, criterion, fit->bits, fit->delta, fit->lo);
    xb_arena_free(&scratch);
    return error;
}
