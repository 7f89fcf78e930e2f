// SPDX-License-Identifier: Apache-2.0
// The kernel of the golden model, compiled once for each instruction set by model_kernel.c, which
// defines XB_TARGET (an attribute) and XB_NAME(x). No include guard, on purpose.
//
// A row that is driven adds its cells to all columns at once, so a read costs as much as rows are
// on: bit-serial inputs are mostly zero. Sums of a chunk of columns stay in registers as bytes and
// are widened before they can overflow.

// Adds the bytes to 16-bit sums and clears them.
XB_TARGET static inline __attribute__((always_inline)) void XB_NAME(widen)(XbBytes32 *acc, int n,
                                                                           int16_t *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        _Alignas(XB_VECTOR) int8_t byte[XB_VECTOR];
        *(XbBytes32 *)(void *)byte = acc[i];
        for (int half = 0; half < 2; half++) {
            const XbBytes16 *from = (const XbBytes16 *)(const void *)(byte + 16 * half);
            XbHalves16 *to = (XbHalves16 *)(void *)(sum + XB_VECTOR * i + 16 * half);
            *to += __builtin_convertvector(*from, XbHalves16);
        }
        acc[i] = (XbBytes32){0};
    }
}

// Sums of the rows first..end-1 (numbers in the layer) whose bit is set, for n vectors of columns.
XB_TARGET static inline __attribute__((always_inline)) void
XB_NAME(sum_rows)(const XbRowRange *range, const int8_t *cells, int n, int16_t *sum)
{
    XbBytes32 acc[4] = {{0}};
    int left = range->flush;
    for (int w = range->first / 64; w <= (range->end - 1) / 64; w++) {
        const int8_t *block = cells + (ptrdiff_t)(64 * w - range->base) * range->stride;
        for (uint64_t word = xb_kernel_word(range, w); word; word &= word - 1) {
            const int8_t *row = block + (ptrdiff_t)__builtin_ctzll(word) * range->stride;
            XB_UNROLL
            for (int i = 0; i < n; i++)
                acc[i] += *(const XbBytes32 *)(const void *)(row + i * XB_VECTOR);
            if (--left == 0) {
                XB_NAME(widen)(acc, n, sum);
                left = range->flush;
            }
        }
    }
    XB_NAME(widen)(acc, n, sum);
}

// The number of vectors must be a constant where the loops are, so that the sums stay in registers.
XB_TARGET static void XB_NAME(sum_chunk)(const XbRowRange *range, const int8_t *cells, int n,
                                         int16_t *sum)
{
    for (int i = 0; i < n * XB_VECTOR; i += 16)
        *(XbHalves16 *)(void *)(sum + i) = (XbHalves16){0};
    if (n == 1)
        XB_NAME(sum_rows)(range, cells, 1, sum);
    else if (n == 2)
        XB_NAME(sum_rows)(range, cells, 2, sum);
    else if (n == 3)
        XB_NAME(sum_rows)(range, cells, 3, sum);
    else
        XB_NAME(sum_rows)(range, cells, 4, sum);
}

// sum = part << bit, or sum += part << bit.
XB_TARGET static void XB_NAME(add_bit)(const int16_t *part, int n, int bit, bool is_first,
                                       int32_t *sum)
{
    for (int i = 0; i < n; i += 8) {
        const XbHalves8 *from = (const XbHalves8 *)(const void *)(part + i);
        XbWords8 *to = (XbWords8 *)(void *)(sum + i);
        XbWords8 before = {0};
        if (!is_first)
            before = *to;
        *to = before + (__builtin_convertvector(*from, XbWords8) << bit);
    }
}

XB_TARGET static void XB_NAME(add_sums)(const int32_t *sum, int n, int shift, int32_t *acc)
{
    for (int i = 0; i < n; i += 8)
        *(XbWords8 *)(void *)(acc + i) += *(const XbWords8 *)(const void *)(sum + i) << shift;
}

// Converts in place; returns how many saturated.
XB_TARGET static int64_t XB_NAME(convert_product)(const XbConverter *adc, int32_t *sum, int n)
{
    XbWords8 saturated = {0};
    for (int i = 0; i < n; i += 8) {
        XbWords8 v = *(XbWords8 *)(void *)(sum + i);
        saturated -= (v < adc->clip_lo) + (v > adc->clip_hi);
        v += adc->offset;
        XbWords8 over = v > adc->limit;
        v = (v & ~over & (v > 0)) | (over & adc->limit);
        *(XbWords8 *)(void *)(sum + i) = ((v * adc->scale >> adc->shift) + adc->lo) * adc->delta;
    }
    int64_t count = 0;
    for (int i = 0; i < 8; i++)
        count += saturated[i];
    return count;
}

// Converts in place by lists, which do not saturate.
XB_TARGET static void XB_NAME(compare)(const XbChunk *at, int32_t *sum)
{
    const XbConverter *adc = &at->read->mvm->adc;
    const int32_t *zero = at->read->unit->zero + xb_kernel_list(at->read, at->first);
    for (int i = 0; i < at->count; i += 8) {
        const int32_t *reference = xb_kernel_reference(at->read, at->first + i);
        XbWords8 v = *(XbWords8 *)(void *)(sum + i), code = {0};
        for (int k = 0; k < adc->steps; k++, reference += at->read->unit->stride)
            code -= v >= *(const XbWords8 *)(const void *)reference;
        v = code - *(const XbWords8 *)(const void *)(zero + i);
        *(XbWords8 *)(void *)(sum + i) = v * adc->delta;
    }
}

XB_TARGET static void XB_NAME(convert_lists)(const XbChunk *at, int32_t *sum)
{
    const XbConverter *adc = &at->read->mvm->adc;
    ptrdiff_t first = xb_kernel_list(at->read, at->first);
    const int32_t *list = at->read->unit->list + first, *zero = at->read->unit->zero + first;
    if (adc->lists == XB_LISTS_COMPARED) {
        XB_NAME(compare)(at, sum);
        return;
    }
    if (adc->lists == XB_LISTS_TABLED) {
        for (int i = 0; i < at->count; i++)
            sum[i] = adc->value[list[i] + sum[i] - adc->low];
        return;
    }
    for (int i = 0; i < at->count; i++) {
        int code = xb_plan_reached(adc->threshold + list[i], adc->bits, sum[i]);
        sum[i] = (int32_t)((int64_t)(code - zero[i]) * adc->delta);
    }
}

XB_TARGET static int64_t XB_NAME(convert)(const XbChunk *at, int32_t *sum)
{
    const XbConverter *adc = &at->read->mvm->adc;
    int n = at->count;
    if (adc->is_exact)
        return 0;
    if (adc->lists != XB_LISTS_NONE) {
        XB_NAME(convert_lists)(at, sum);
        return 0;
    }
    if (adc->has_product)
        return XB_NAME(convert_product)(adc, sum, n);
    int64_t saturated = 0;
    for (int i = 0; i < n; i++) {
        saturated += (sum[i] < adc->clip_lo) + (sum[i] > adc->clip_hi);
        sum[i] = adc->value[sum[i] - adc->low];
    }
    return saturated;
}

// The sums of one chunk over the input bits of a plane; false if no row is on. The sum of bit b
// goes to `sum` shifted left by shift + b; `is_fresh` says that there is nothing in it yet.
XB_TARGET static bool XB_NAME(read_chunk)(XbRowRange *range, const XbChunk *at, int shift,
                                          bool is_fresh, int32_t *sum)
{
    const XbMvm *m = at->read->mvm;
    bool is_on = false;
    for (int bit = 0; bit < m->dac_bits && at->plane * m->dac_bits + bit < m->code_bits; bit++) {
        range->bits = at->read->bits + (ptrdiff_t)(at->plane * m->dac_bits + bit) * m->words;
        if (!xb_kernel_any(range))
            continue;
        _Alignas(XB_VECTOR) int16_t part[XB_CHUNK];
        XB_NAME(sum_chunk)(range, at->read->unit->cells + at->first, at->count / XB_VECTOR, part);
        XB_NAME(add_bit)(part, at->count, shift + bit, is_fresh && !is_on, sum);
        is_on = true;
    }
    return is_on;
}

XB_TARGET static int64_t XB_NAME(convert_chunk)(XbRowRange *range, const XbChunk *at,
                                                uint16_t *codes)
{
    const XbMvm *m = at->read->mvm;
    int32_t *acc = at->read->acc + at->read->unit->acc + at->first;
    if (m->adc.is_exact && !codes && !at->read->sums) {
        // The converter gives the very sum: straight to the accumulators.
        XB_NAME(read_chunk)(range, at, at->plane * m->dac_bits, false, acc);
        return 0;
    }
    _Alignas(XB_VECTOR) int32_t sum[XB_CHUNK];
    if (!XB_NAME(read_chunk)(range, at, 0, true, sum))
        return 0;  // what no current gives is in `base`
    if (codes)
        xb_kernel_trace(at->read, at->first, sum, codes);
    if (at->read->sums)
        xb_kernel_keep(at->read, at->plane * m->plan->map->groups + at->group, at->first, sum,
                       at->count);
    int64_t saturated = XB_NAME(convert)(at, sum);
    XB_NAME(add_sums)(sum, at->count, at->plane * m->dac_bits, acc);
    return saturated;
}

// One plane and group of a unit.
XB_TARGET static int64_t XB_NAME(read_group)(XbRowRange *range, const XbRead *read, int turn,
                                             uint16_t *codes)
{
    int groups = read->mvm->plan->map->groups;
    XbChunk at = {.read = read, .plane = turn / groups, .group = turn % groups};
    int64_t saturated = 0;
    for (; at.first < read->unit->stride; at.first += XB_CHUNK) {
        int left = read->unit->stride - at.first;
        at.count = left < XB_CHUNK ? left : XB_CHUNK;
        saturated += XB_NAME(convert_chunk)(range, &at, codes);
    }
    return saturated;
}

XB_TARGET static int64_t XB_NAME(read_unit)(const XbRead *read)
{
    const XbPlanMap *map = read->mvm->plan->map;
    int64_t saturated = 0;
    for (int turn = 0; turn < map->planes * map->groups; turn++) {
        uint16_t *codes = xb_kernel_codes(read, turn);
        XbRowRange range = xb_kernel_range(read, turn % map->groups);
        if (range.first < range.end)
            saturated += XB_NAME(read_group)(&range, read, turn, codes);
    }
    return saturated;
}
