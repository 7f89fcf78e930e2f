// SPDX-License-Identifier: Apache-2.0
// Converters of the AVX-512 kernel: each adds what sums of columns become, shifted left by the
// weight of their plane, to totals. Products add codes, the others values. For model_avx512.c
// alone.
#ifndef XBGEN_MODEL_AVX512_H
#define XBGEN_MODEL_AVX512_H

#include "model/parts.h"
#include <immintrin.h>

#define XB_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512vnni")))
#define XB_INLINE XB_TARGET static inline __attribute__((always_inline))
#define XB_UNROLL _Pragma("GCC unroll 8")

enum { LANES = 16 };  // columns of a vector

XB_INLINE int64_t convert_product(const XbConverter *adc, const __m512i *sum, int shift, int n,
                                  __m512i *total)
{
    __m512i offset = _mm512_set1_epi32(adc->offset), limit = _mm512_set1_epi32(adc->limit);
    __m512i scale = _mm512_set1_epi32(adc->scale), down = _mm512_set1_epi32(adc->shift);
    int64_t saturated = 0;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i v = _mm512_add_epi32(sum[i], offset);
        __m512i in = _mm512_max_epi32(_mm512_min_epi32(v, limit), _mm512_setzero_si512());
        saturated += __builtin_popcount(_mm512_cmpneq_epi32_mask(v, in));
        __m512i code = _mm512_srlv_epi32(_mm512_mullo_epi32(in, scale), down);
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(code, _mm512_set1_epi32(shift)));
    }
    return saturated;
}

// Where all factors have 15 bits. (sum + offset) * scale is not negative, and code < 2^14.
XB_INLINE void convert_small(const XbConverter *adc, const __m512i *sum, int shift, int n,
                             __m512i *total)
{
    __m512i offset = _mm512_set1_epi32(adc->offset * adc->scale);
    __m512i scale = _mm512_set1_epi32(adc->scale), down = _mm512_set1_epi32(adc->shift);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i code = _mm512_srlv_epi32(_mm512_dpwssd_epi32(offset, sum[i], scale), down);
        total[i] = _mm512_dpwssd_epi32(total[i], code, _mm512_set1_epi32(1 << shift));
    }
}

XB_INLINE int64_t convert_table(const XbConverter *adc, const __m512i *sum, int shift, int n,
                                __m512i *total)
{
    __m512i lo = _mm512_set1_epi32(adc->clip_lo), hi = _mm512_set1_epi32(adc->clip_hi);
    int64_t saturated = 0;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        unsigned is_out = _mm512_cmplt_epi32_mask(sum[i], lo) | _mm512_cmpgt_epi32_mask(sum[i], hi);
        saturated += __builtin_popcount(is_out);
        __m512i at = _mm512_sub_epi32(sum[i], _mm512_set1_epi32(adc->low));
        __m512i value = _mm512_i32gather_epi32(at, adc->value, sizeof *adc->value);
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(value, _mm512_set1_epi32(shift)));
    }
    return saturated;
}

XB_INLINE void add_sums(const __m512i *sum, int shift, int n, __m512i *total)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(sum[i], _mm512_set1_epi32(shift)));
}

XB_INLINE int64_t convert(const XbMvm *m, const __m512i *sum, int shift, int n, __m512i *total)
{
    if (m->planes->how == XB_BY_PRODUCT)
        return convert_product(&m->adc, sum, shift, n, total);
    if (m->planes->how == XB_BY_TABLE)
        return convert_table(&m->adc, sum, shift, n, total);
    if (m->planes->how == XB_BY_SMALL_PRODUCT)
        convert_small(&m->adc, sum, shift, n, total);
    else
        add_sums(sum, shift, n, total);
    return 0;
}

#endif
