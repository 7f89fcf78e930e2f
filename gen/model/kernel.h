// SPDX-License-Identifier: Apache-2.0
// A kernel of the golden model, compiled once for each instruction set by model_kernel.c, which
// defines XB_TARGET (an attribute), XB_NAME(x) and the few operations that have to be told apart.
// No include guard, on purpose.
//
// A row that is driven adds its cells to all columns at once, so a read costs as much as rows are
// on: bit-serial inputs are mostly zero. Sums of a chunk of columns stay in registers, in lanes of
// the cells' own width, and are widened before they can overflow: levels from bytes to halves,
// conductances from halves to words.
#include "model/kernel_convert.h"
#include "model/kernel_noise.h"

// ---- sums of columns, n vectors of cells ----

// The number of vectors is a constant where the loops are, so that what can stays in registers.
XB_INLINE void XB_NAME(clear)(int n, XbCells *v)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        v[i] = (XbCells){0};
}

// Adds lanes to such of twice the width, in the order of xb_model_lane, and clears them.
XB_INLINE void XB_NAME(widen)(XbCells *acc, int n, bool is_wide, XbCells *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbHalves *half = (XbHalves *)(sum + 2 * i), h = (XbHalves)acc[i];
        XbWords *word = (XbWords *)(sum + 2 * i), w = (XbWords)acc[i];
        if (is_wide) {
            word[0] += w << 16 >> 16;
            word[1] += w >> 16;
        } else {
            half[0] += h << 8 >> 8;
            half[1] += h >> 8;
        }
    }
    XB_NAME(clear)(n, acc);
}

XB_INLINE void XB_NAME(add_row)(const int8_t *row, int n, bool is_wide, XbCells *acc)
{
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbCells cells = *(const XbCells *)(const void *)(row + i * XB_VECTOR);
        acc[i] =
            is_wide ? (XbCells)((XbHalves)acc[i] + (XbHalves)cells) : (XbCells)(acc[i] + cells);
    }
}

// Adds the rows of the range whose bit is set; false if there are none.
XB_INLINE bool XB_NAME(sum_rows)(const XbRowRange *range, const int8_t *cells, int n, bool is_wide,
                                 XbCells *sum)
{
    XbCells acc[XB_MOST_VECTORS];
    uint64_t any = 0;
    int left = range->flush;
    XB_NAME(clear)(n, acc);
    for (int w = range->first / 64; w <= (range->end - 1) / 64; w++) {
        const int8_t *block = cells + (ptrdiff_t)(64 * w - range->base) * range->stride;
        uint64_t word = xb_kernel_word(range, w);
        any |= word;
        for (; word; word &= word - 1) {
            const int8_t *row = block + (ptrdiff_t)__builtin_ctzll(word) * range->stride;
            XB_NAME(add_row)(row, n, is_wide, acc);
            if (--left == 0) {
                XB_NAME(widen)(acc, n, is_wide, sum);
                left = range->flush;
            }
        }
    }
    if (any)
        XB_NAME(widen)(acc, n, is_wide, sum);
    return any;
}

// ---- one plane of a chunk of 32 n columns ----

// Sums of all kinds, twice as large.
XB_INLINE void XB_NAME(twice)(int n, XbSort sort, XbCells *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = sort == XB_SMALL ? (XbCells)((XbHalves)sum[i] + (XbHalves)sum[i])
                                  : (XbCells)((XbWords)sum[i] + (XbWords)sum[i]);
}

// Adds rows for as many vectors at a time as there are registers for.
XB_INLINE bool XB_NAME(sum_vectors)(const XbRowRange *range, const int8_t *cells, int n,
                                    bool is_wide, XbCells *sum)
{
    bool is_on = false;
    XB_UNROLL
    for (int i = 0; i < n; i += XB_NAME(most)) {
        int count = n - i < XB_NAME(most) ? n - i : XB_NAME(most);
        is_on |= XB_NAME(sum_rows)(range, cells + i * XB_VECTOR, count, is_wide, sum + 2 * i);
    }
    return is_on;
}

// Adds one bit's rows to the sums of a plane.
XB_INLINE bool XB_NAME(add_bit)(const XbRowRange *range, const XbChunk *at, int n, XbSort sort,
                                XbCells *sum)
{
    XbCells part[XB_CHUNK / 16];
    if (sort != XB_LARGE)
        return XB_NAME(sum_vectors)(range, at->cells, sort == XB_WIDE ? 2 * n : n, sort == XB_WIDE,
                                    sum);
    XB_NAME(clear)(2 * n, part);
    if (!XB_NAME(sum_vectors)(range, at->cells, n, false, part))
        return false;
    XB_UNROLL
    for (int i = 0; i < 2 * n; i++)
        XB_NAME(add_halves)((const XbHalves *)&part[i], (XbWords *)(sum + 2 * i));
    return true;
}

// The sums of a plane, from the highest bit on: those before count twice. False if no row is on.
XB_INLINE bool XB_NAME(read_plane)(XbRowRange *range, const XbChunk *at, int n, XbSort sort,
                                   XbCells *sum)
{
    const XbMvm *m = at->read->mvm;
    int first = at->plane * m->dac_bits, end = first + m->dac_bits,
        vectors = sort == XB_SMALL ? 2 * n : 4 * n;
    bool is_on = false;
    XB_NAME(clear)(vectors, sum);
    for (int bit = (end < m->code_bits ? end : m->code_bits) - 1; bit >= first; bit--) {
        if (is_on)
            XB_NAME(twice)(vectors, sort, sum);
        range->bits = at->read->bits + (ptrdiff_t)bit * m->words;
        is_on |= XB_NAME(add_bit)(range, at, n, sort, sum);
    }
    return is_on;
}

// ---- a chunk in all planes ----

// Sums, codes and totals of a few planes at once fit halves.
XB_INLINE int64_t XB_NAME(read_small)(XbRowRange *range, XbChunk *at, int n)
{
    const XbMvm *m = at->read->mvm;
    int planes = m->plan->map->planes, end;
    XbHalves sum[XB_CHUNK / 16], total[XB_CHUNK / 16], saturated = {0};
    for (int first = 0; first < planes; first = end) {
        int32_t weights = 0;
        end = planes - first < m->halves.planes ? planes : first + m->halves.planes;
        XB_NAME(clear)(2 * n, (XbCells *)total);
        for (at->plane = first; at->plane < end; at->plane++) {
            if (!XB_NAME(read_plane)(range, at, n, XB_SMALL, (XbCells *)sum))
                continue;  // what no current gives is in `base`
            int shift = (at->plane - first) * m->dac_bits;
            saturated -= XB_NAME(convert_halves)(m, sum, 2 * n, shift, total);
            weights += 1 << shift;
        }
        XB_NAME(add_small)(at, total, 2 * n, weights, first * m->dac_bits);
    }
    return XB_NAME(count_halves)(saturated);
}

XB_INLINE void XB_NAME(trace)(const XbChunk *at, int turn, const int32_t *code)
{
    uint16_t *codes = xb_kernel_place(at->read, turn) + at->first;
    int left = at->read->unit->conversions - at->first;
    for (int i = 0; i < (left < at->count ? left : at->count); i++)
        codes[i] = (uint16_t)code[i];
}

// Whatever converters there are.
XB_INLINE int64_t XB_NAME(read_large)(XbRowRange *range, XbChunk *at, int n, XbSort sort)
{
    const XbRead *read = at->read;
    const XbMvm *m = read->mvm;
    const XbPlanMap *map = m->plan->map;
    bool is_noisy = sort == XB_WIDE && m->wide->noise.add;
    int32_t weights = 0;
    int64_t saturated = 0;
    XbWords sum[XB_CHUNK / 8], total[XB_CHUNK / 8];
    XB_NAME(clear)(4 * n, (XbCells *)total);
    for (at->plane = 0; at->plane < map->planes; at->plane++) {
        int turn = at->plane * map->groups + at->group, shift = at->plane * m->dac_bits;
        if (!XB_NAME(read_plane)(range, at, n, sort, (XbCells *)sum) && !m->hears_noise)
            continue;  // what no current gives is in `base`
        if (is_noisy)
            XB_NAME(add_noise)(at, turn, 4 * n, sum);
        if (read->sums)
            xb_kernel_keep(read, turn, at->first, (const int32_t *)sum, at->count);
        saturated += XB_NAME(convert)(at, 4 * n, sum);
        if (read->codes)
            XB_NAME(trace)(at, turn, (const int32_t *)sum);
        XB_NAME(add_codes)(sum, 4 * n, shift, total);
        weights += 1 << shift;
    }
    XB_NAME(add_large)(at, total, 4 * n, weights);
    return saturated;
}

XB_INLINE int64_t XB_NAME(read_sort)(XbRowRange *range, XbChunk *at, int n, XbSort sort)
{
    return sort == XB_SMALL ? XB_NAME(read_small)(range, at, n)
                            : XB_NAME(read_large)(range, at, n, sort);
}

XB_INLINE int64_t XB_NAME(read_columns)(XbRowRange *range, XbChunk *at, XbSort sort)
{
    if (at->count == XB_VECTOR)
        return XB_NAME(read_sort)(range, at, 1, sort);
    if (at->count == 2 * XB_VECTOR)
        return XB_NAME(read_sort)(range, at, 2, sort);
    if (at->count == 3 * XB_VECTOR)
        return XB_NAME(read_sort)(range, at, 3, sort);
    return XB_NAME(read_sort)(range, at, 4, sort);
}

// ---- units ----

XB_TARGET static int64_t XB_NAME(read_chunk)(XbRowRange *range, XbChunk *at)
{
    const XbRead *read = at->read;
    if (read->wide)
        return XB_NAME(read_columns)(range, at, XB_WIDE);
    if (!read->mvm->halves.planes || read->codes || read->sums)
        return XB_NAME(read_columns)(range, at, XB_LARGE);
    return XB_NAME(read_columns)(range, at, XB_SMALL);
}

XB_TARGET static int64_t XB_NAME(read_group)(const XbRead *read, int group)
{
    const XbUnit *u = read->unit;
    XbRowRange range = xb_kernel_range(read, group);
    XbChunk at = {.read = read, .group = group};
    int64_t saturated = 0;
    for (; at.first < u->stride; at.first += XB_CHUNK) {
        int left = u->stride - at.first;
        at.count = left < XB_CHUNK ? left : XB_CHUNK;
        at.cells =
            read->wide ? (const int8_t *)(read->wide->halves + at.first) : u->cells + at.first;
        saturated += XB_NAME(read_chunk)(&range, &at);
    }
    return saturated;
}

XB_TARGET static int64_t XB_NAME(read_unit)(const XbRead *read)
{
    const XbPlanMap *map = read->mvm->plan->map;
    int64_t saturated = 0;
    for (int turn = 0; read->codes && turn < map->planes * map->groups; turn++)
        xb_kernel_codes(read, turn);
    for (int group = 0; group < map->groups; group++)
        saturated += XB_NAME(read_group)(read, group);
    return saturated;
}
