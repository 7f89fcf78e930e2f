// SPDX-License-Identifier: Apache-2.0
// What becomes of sums in a kernel of kernel.h: vectors of them become codes, and codes, shifted
// left by the weight of their plane, totals. No include guard, on purpose.

// ---- halves ----

XB_INLINE void XB_NAME(add_shifted)(const XbHalves *v, int n, int shift, XbHalves *total)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] += v[i] << (int16_t)shift;
}

// Keeps sums within the codes; returns how many were not, negative, in each lane.
XB_INLINE XbHalves XB_NAME(clamp_halves)(int16_t limit, int n, XbHalves *sum)
{
    XbHalves saturated = {0};
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbHalves in = XB_NAME(within_halves)(sum[i], limit);
        saturated += XB_NAME(other_halves)(in, sum[i]);
        sum[i] = in;
    }
    return saturated;
}

// Adds codes to the totals; returns how many saturated, likewise.
XB_INLINE XbHalves XB_NAME(convert_halves)(const XbMvm *m, XbHalves *sum, int n, int shift,
                                           XbHalves *total)
{
    const XbHalfCodes *h = &m->halves;
    XbHalves saturated = {0};
    if (m->adc.is_exact) {
        XB_NAME(add_shifted)(sum, n, shift, total);
        return saturated;
    }
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] += h->offset;
    if (h->can_saturate)
        saturated = XB_NAME(clamp_halves)(h->limit, n, sum);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = XB_NAME(high_halves)(sum[i], h->factor);
    XB_NAME(add_shifted)(sum, n, shift, total);
    return saturated;
}

XB_INLINE int64_t XB_NAME(count_halves)(XbHalves lanes)
{
    int64_t count = 0;
    for (int i = 0; i < 16; i++)
        count += lanes[i];
    return count;
}

// Adds halves to words, in order.
XB_INLINE void XB_NAME(add_halves)(const XbHalves *halves, XbWords *words)
{
    const XbHalves8 *half = (const XbHalves8 *)halves;
    words[0] += __builtin_convertvector(half[0], XbWords);
    words[1] += __builtin_convertvector(half[1], XbWords);
}

// A code stands for (lo + code) * delta, an exact one for itself; `weights` is the sum of the
// planes' weights.
XB_INLINE void XB_NAME(add_small)(const XbChunk *at, const XbHalves *total, int n, int32_t weights,
                                  int shift)
{
    const XbConverter *adc = &at->read->mvm->adc;
    XbWords *acc = (XbWords *)(void *)(at->read->acc + at->read->unit->acc + at->first);
    int32_t lo = adc->is_exact ? 0 : adc->lo * weights;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbWords value[2] = {(XbWords){0} + lo, (XbWords){0} + lo};
        XB_NAME(add_halves)(&total[i], value);
        acc[2 * i] += value[0] * adc->delta << shift;
        acc[2 * i + 1] += value[1] * adc->delta << shift;
    }
}

// ---- words: sums become codes in place; what is returned says how many saturated ----

XB_INLINE int64_t XB_NAME(convert_product)(const XbConverter *adc, XbWords *sum, int n)
{
    XbWords saturated = {0};
    int64_t count = 0;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbWords v = sum[i] + adc->offset, in = XB_NAME(within_words)(v, adc->limit);
        saturated -= XB_NAME(other_words)(in, v);
        sum[i] = in * adc->scale >> adc->shift;
    }
    for (int i = 0; i < 8; i++)
        count += saturated[i];
    return count;
}

XB_INLINE void XB_NAME(compare)(const XbChunk *at, XbWords *sum)
{
    const int32_t *reference = xb_kernel_reference(at->read, at->first);
    for (int i = 0; i < at->count / 8; i++) {
        const int32_t *list = reference + 8 * i;
        XbWords code = {0};
        for (int k = 0; k < at->read->mvm->adc.steps; k++, list += at->read->unit->stride)
            code -= sum[i] >= *(const XbWords *)(const void *)list;
        sum[i] = code;
    }
}

XB_INLINE int64_t XB_NAME(convert_each)(const XbChunk *at, int32_t *sum)
{
    const XbConverter *adc = &at->read->mvm->adc;
    int64_t saturated = 0;
    for (int i = 0; i < at->count; i++) {
        saturated += (sum[i] < adc->clip_lo) + (sum[i] > adc->clip_hi);
        sum[i] = xb_kernel_code(at->read, at->first + i, sum[i]);
    }
    return saturated;
}

XB_TARGET static int64_t XB_NAME(convert_others)(const XbChunk *at, XbWords *sum)
{
    if (at->read->mvm->adc.lists != XB_LISTS_COMPARED)
        return XB_NAME(convert_each)(at, (int32_t *)sum);
    XB_NAME(compare)(at, sum);
    return 0;
}

XB_INLINE int64_t XB_NAME(convert)(const XbChunk *at, int n, XbWords *sum)
{
    const XbConverter *adc = &at->read->mvm->adc;
    if (!adc->is_exact)
        return adc->has_product ? XB_NAME(convert_product)(adc, sum, n)
                                : XB_NAME(convert_others)(at, sum);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] -= adc->lo;
    return 0;
}

XB_INLINE void XB_NAME(add_codes)(const XbWords *code, int n, int shift, XbWords *total)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] += code[i] << shift;
}

// Adds what codes stand for, less what no current gives where accumulators begin with that.
XB_INLINE void XB_NAME(add_large)(const XbChunk *at, const XbWords *total, int n, int32_t weights)
{
    const XbConverter *adc = &at->read->mvm->adc;
    XbWords *acc = (XbWords *)(void *)(at->read->acc + at->read->unit->acc + at->first);
    const int32_t *list =
        adc->lists ? at->read->unit->zero + xb_model_list_place(at->read, at->first) : NULL;
    XbWords zero = (XbWords){0} + xb_kernel_zero(adc);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        if (list)
            zero = ((const XbWords *)(const void *)list)[i];
        acc[i] += (total[i] - zero * weights) * adc->delta;
    }
}
