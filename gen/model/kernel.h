// SPDX-License-Identifier: Apache-2.0
// The kernel of the golden model, compiled once for each instruction set by model_kernel.c, which defines
// XB_TARGET (an attribute) and XB_NAME(x). No include guard, on purpose.
//
// A row that is driven adds its cells to all columns at once, so a read costs as much as rows are on:
// bit-serial inputs are mostly zero. Sums of a chunk of columns stay in registers as bytes and are widened
// before they can overflow.

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

// Clamps in place; returns how many saturated.
XB_TARGET static int64_t XB_NAME(clamp_sums)(const XbConverter *adc, int32_t *sum, int n)
{
    XbWords8 saturated = {0};
    for (int i = 0; i < n; i += 8) {
        XbWords8 v = *(XbWords8 *)(void *)(sum + i);
        XbWords8 under = v < adc->value_lo, over = v > adc->value_hi;
        saturated -= under + over;
        v = (v & ~(under | over)) | (under & adc->value_lo) | (over & adc->value_hi);
        *(XbWords8 *)(void *)(sum + i) = v;
    }
    int64_t count = 0;
    for (int i = 0; i < 8; i++)
        count += saturated[i];
    return count;
}

XB_TARGET static int64_t XB_NAME(convert)(const XbConverter *adc, int32_t *sum, int n)
{
    if (adc->is_exact)
        return 0;
    if (adc->is_clamp)
        return XB_NAME(clamp_sums)(adc, sum, n);
    int64_t saturated = 0;
    for (int i = 0; i < n; i++) {
        saturated += (sum[i] < adc->clip_lo) + (sum[i] > adc->clip_hi);
        sum[i] = adc->value[sum[i] - adc->low];
    }
    return saturated;
}

// The sums of one chunk over the input bits of a plane; false if no row is on.
XB_TARGET static bool XB_NAME(read_chunk)(XbRowRange *range, const XbRead *read, int plane, int chunk,
                                          int32_t *sum)
{
    const XbMvm *m = read->mvm;
    int n = read->unit->stride - chunk < XB_CHUNK ? read->unit->stride - chunk : XB_CHUNK;
    const int8_t *cells = read->unit->cells + chunk;
    bool is_on = false;
    for (int bit = 0; bit < m->dac_bits && plane * m->dac_bits + bit < m->code_bits; bit++) {
        range->bits = read->bits + (ptrdiff_t)(plane * m->dac_bits + bit) * m->words;
        if (!xb_kernel_any(range))
            continue;
        _Alignas(XB_VECTOR) int16_t part[XB_CHUNK];
        XB_NAME(sum_chunk)(range, cells, n / XB_VECTOR, part);
        XB_NAME(add_bit)(part, n, bit, !is_on, sum);
        is_on = true;
    }
    return is_on;
}

// One plane and group of a unit.
XB_TARGET static int64_t XB_NAME(read_group)(XbRowRange *range, const XbRead *read, int plane,
                                             uint16_t *codes)
{
    const XbMvm *m = read->mvm;
    int64_t saturated = 0;
    for (int chunk = 0; chunk < read->unit->stride; chunk += XB_CHUNK) {
        _Alignas(XB_VECTOR) int32_t sum[XB_CHUNK];
        if (!XB_NAME(read_chunk)(range, read, plane, chunk, sum))
            continue;  // zero is exact
        int n = read->unit->stride - chunk < XB_CHUNK ? read->unit->stride - chunk : XB_CHUNK;
        if (codes)
            xb_kernel_trace(read, chunk, sum, codes);
        saturated += XB_NAME(convert)(&m->adc, sum, n);
        XB_NAME(add_sums)(sum, n, plane * m->dac_bits, read->acc + read->unit->acc + chunk);
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
            saturated += XB_NAME(read_group)(&range, read, turn / map->groups, codes);
    }
    return saturated;
}
