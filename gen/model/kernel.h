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

// Adds bytes to halves, in the order of xb_model_lane.
XB_INLINE void XB_NAME(widen_bytes)(XbCells acc, XbHalves *sum)
{
    sum[0] += (XbHalves)acc << 8 >> 8;
    sum[1] += (XbHalves)acc >> 8;
}

// Halves to words, likewise.
XB_INLINE void XB_NAME(widen_halves)(XbCells acc, XbWords *sum)
{
    sum[0] += (XbWords)acc << 16 >> 16;
    sum[1] += (XbWords)acc >> 16;
}

// Adds to lanes of twice the width and clears.
XB_INLINE void XB_NAME(widen)(XbCells *acc, int n, bool is_wide, XbCells *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        if (is_wide)
            XB_NAME(widen_halves)(acc[i], (XbWords *)(sum + 2 * i));
        else
            XB_NAME(widen_bytes)(acc[i], (XbHalves *)(sum + 2 * i));
        acc[i] = (XbCells){0};
    }
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

// Adds the rows whose bit is set; false if there are none.
XB_INLINE bool XB_NAME(sum_rows)(const XbRowRange *range, const int8_t *cells, int n, bool is_wide,
                                 XbCells *sum)
{
    XbCells acc[XB_MOST_VECTORS] = {{0}};
    uint64_t any = 0;
    int left = range->flush;
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

// The number of vectors must be a constant where the loops are, so that sums stay in registers.
XB_TARGET static bool XB_NAME(sum_levels)(const XbRowRange *range, const int8_t *cells, int n,
                                          XbCells *sum)
{
    if (n == 1)
        return XB_NAME(sum_rows)(range, cells, 1, false, sum);
    if (n == 2)
        return XB_NAME(sum_rows)(range, cells, 2, false, sum);
    if (n == 3)
        return XB_NAME(sum_rows)(range, cells, 3, false, sum);
    return XB_NAME(sum_rows)(range, cells, 4, false, sum);
}

XB_TARGET static bool XB_NAME(sum_conductances)(const XbRowRange *range, const int8_t *cells, int n,
                                                XbCells *sum)
{
    if (n == 2)
        return XB_NAME(sum_rows)(range, cells, 2, true, sum);
    if (n == 4)
        return XB_NAME(sum_rows)(range, cells, 4, true, sum);
    if (n == 6)
        return XB_NAME(sum_rows)(range, cells, 6, true, sum);
    return XB_NAME(sum_rows)(range, cells, 8, true, sum);
}

// ---- one plane of a chunk ----

// The range with one input bit.
static inline void XB_NAME(set_bit)(XbRowRange *range, const XbRead *read, int bit)
{
    range->bits = read->bits + (ptrdiff_t)bit * read->mvm->words;
}

static inline int XB_NAME(last_bit)(const XbChunk *at)
{
    const XbMvm *m = at->read->mvm;
    int end = (at->plane + 1) * m->dac_bits;
    return (end < m->code_bits ? end : m->code_bits) - 1;
}

// The sums of a plane as halves, from the highest bit on: those before count twice. False if no row
// is on.
XB_TARGET static bool XB_NAME(read_halves)(XbRowRange *range, const XbChunk *at, XbHalves *sum)
{
    int vectors = at->count / XB_VECTOR;
    bool is_on = false;
    for (int i = 0; i < 2 * vectors; i++)
        sum[i] = (XbHalves){0};
    for (int bit = XB_NAME(last_bit)(at); bit >= at->plane * at->read->mvm->dac_bits; bit--) {
        for (int i = 0; is_on && i < 2 * vectors; i++)
            sum[i] += sum[i];
        XB_NAME(set_bit)(range, at->read, bit);
        is_on |= XB_NAME(sum_levels)(range, at->cells, vectors, (XbCells *)sum);
    }
    return is_on;
}

// Sums of one bit's rows, added to words.
XB_TARGET static bool XB_NAME(add_bit)(const XbRowRange *range, const XbChunk *at, XbWords *sum)
{
    int vectors = at->count / XB_VECTOR;
    XbHalves part[XB_CHUNK / 16];
    if (at->read->wide)
        return XB_NAME(sum_conductances)(range, at->cells, 2 * vectors, (XbCells *)sum);
    for (int i = 0; i < 2 * vectors; i++)
        part[i] = (XbHalves){0};
    if (!XB_NAME(sum_levels)(range, at->cells, vectors, (XbCells *)part))
        return false;
    for (int i = 0; i < 2 * vectors; i++)
        XB_NAME(add_halves)(&part[i], sum + 2 * i);
    return true;
}

// The sums of a plane as words, likewise.
XB_TARGET static bool XB_NAME(read_words)(XbRowRange *range, const XbChunk *at, XbWords *sum)
{
    bool is_on = false;
    for (int i = 0; i < at->count / 8; i++)
        sum[i] = (XbWords){0};
    for (int bit = XB_NAME(last_bit)(at); bit >= at->plane * at->read->mvm->dac_bits; bit--) {
        for (int i = 0; is_on && i < at->count / 8; i++)
            sum[i] += sum[i];
        XB_NAME(set_bit)(range, at->read, bit);
        is_on |= XB_NAME(add_bit)(range, at, sum);
    }
    return is_on;
}

// ---- a chunk in all planes ----

// Sums, codes and totals of a few planes at once fit halves.
XB_TARGET static int64_t XB_NAME(read_small)(XbRowRange *range, XbChunk *at)
{
    const XbMvm *m = at->read->mvm;
    int planes = m->plan->map->planes, end, vectors = at->count / 16;
    XbHalves sum[XB_CHUNK / 16], total[XB_CHUNK / 16], saturated = {0};
    for (int first = 0; first < planes; first = end) {
        int32_t weights = 0;
        end = planes - first < m->halves.planes ? planes : first + m->halves.planes;
        for (int i = 0; i < vectors; i++)
            total[i] = (XbHalves){0};
        for (at->plane = first; at->plane < end; at->plane++) {
            if (!XB_NAME(read_halves)(range, at, sum))
                continue;  // what no current gives is in `base`
            int shift = (at->plane - first) * m->dac_bits;
            saturated -= XB_NAME(convert_halves)(m, sum, vectors, shift, total);
            weights += 1 << shift;
        }
        XB_NAME(add_small)(at, total, weights, first * m->dac_bits);
    }
    return XB_NAME(count_halves)(saturated);
}

XB_INLINE void XB_NAME(trace)(const XbChunk *at, int turn, const int32_t *code)
{
    uint16_t *codes = xb_kernel_place(at->read, turn);
    for (int i = at->first; i < at->first + at->count && i < at->read->unit->conversions; i++)
        codes[i] = (uint16_t)code[i - at->first];
}

// Whatever converters and cells there are.
XB_TARGET static int64_t XB_NAME(read_large)(XbRowRange *range, XbChunk *at)
{
    const XbRead *read = at->read;
    const XbMvm *m = read->mvm;
    const XbPlanMap *map = m->plan->map;
    int32_t weights = 0;
    int64_t saturated = 0;
    XbWords sum[XB_CHUNK / 8], total[XB_CHUNK / 8] = {{0}};
    for (at->plane = 0; at->plane < map->planes; at->plane++) {
        int turn = at->plane * map->groups + at->group, shift = at->plane * m->dac_bits;
        bool is_on = XB_NAME(read_words)(range, at, sum), is_noisy = m->wide && m->wide->noise.add;
        if (!is_on && !is_noisy)
            continue;  // what no current gives is in `base`
        if (is_noisy)
            XB_NAME(add_noise)(at, turn, sum);
        if (read->sums)
            xb_kernel_keep(read, turn, at->first, (const int32_t *)sum, at->count);
        saturated += XB_NAME(convert)(at, sum);
        if (read->codes)
            XB_NAME(trace)(at, turn, (const int32_t *)sum);
        for (int i = 0; i < at->count / 8; i++)
            total[i] += sum[i] << shift;
        weights += 1 << shift;
    }
    XB_NAME(add_large)(at, total, weights);
    return saturated;
}

// ---- units ----

XB_TARGET static int64_t XB_NAME(read_group)(const XbRead *read, int group)
{
    const XbUnit *u = read->unit;
    const XbMvm *m = read->mvm;
    bool is_small = m->halves.planes && !read->codes && !read->sums;
    XbRowRange range = xb_kernel_range(read, group);
    XbChunk at = {.read = read, .group = group};
    int64_t saturated = 0;
    for (; at.first < u->stride; at.first += XB_CHUNK) {
        int left = u->stride - at.first;
        at.count = left < XB_CHUNK ? left : XB_CHUNK;
        at.cells =
            read->wide ? (const int8_t *)(read->wide->halves + at.first) : u->cells + at.first;
        saturated += is_small ? XB_NAME(read_small)(&range, &at) : XB_NAME(read_large)(&range, &at);
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
