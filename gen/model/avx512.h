// SPDX-License-Identifier: Apache-2.0
// Converters of the AVX-512 kernel: each adds what sums of columns become, shifted left by the
// weight of their plane, to totals. Products add codes, the others values. For the files
// model_*avx512.c alone.
#ifndef XBGEN_MODEL_AVX512_H
#define XBGEN_MODEL_AVX512_H

#include "model/kernel_rows.h"
#include <immintrin.h>

#ifndef XB_TARGET  // tests/emulated/immintrin.h has its own
#define XB_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vpopcntdq,avx512vnni")))
#define XB_UNROLL _Pragma("GCC unroll 8")
#endif
#define XB_INLINE XB_TARGET static inline __attribute__((always_inline))

enum { LANES = 16 };  // columns of a vector

// Codes of a vector of sums by product; adds how many saturated.
XB_INLINE __m512i product_code(const XbConverter *adc, __m512i sum, int64_t *saturated)
{
    __m512i v = _mm512_add_epi32(sum, _mm512_set1_epi32(adc->offset));
    __m512i in = _mm512_max_epi32(_mm512_min_epi32(v, _mm512_set1_epi32(adc->limit)),
                                  _mm512_setzero_si512());
    *saturated += __builtin_popcount(_mm512_cmpneq_epi32_mask(v, in));
    return _mm512_srlv_epi32(_mm512_mullo_epi32(in, _mm512_set1_epi32(adc->scale)),
                             _mm512_set1_epi32(adc->shift));
}

XB_INLINE int64_t convert_product(const XbConverter *adc, const __m512i *sum, int shift, int n,
                                  __m512i *total)
{
    int64_t saturated = 0;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i code = product_code(adc, sum[i], &saturated);
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

// ---- lists of the conversions' own ----

// Adds (code - zero) * delta.
XB_INLINE void add_steps(const XbConverter *adc, const int32_t *zero, const __m512i *code,
                         int shift, int n, __m512i *total)
{
    __m512i delta = _mm512_set1_epi32(adc->delta), up = _mm512_set1_epi32(shift);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i steps = _mm512_sub_epi32(code[i], _mm512_loadu_si512(zero + i * LANES));
        __m512i value = _mm512_mullo_epi32(steps, delta);
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(value, up));
    }
}

XB_INLINE void compare(const XbRead *read, int first, const __m512i *sum, int n, __m512i *code)
{
    const int32_t *reference = xb_kernel_reference(read, first);
    const __m512i one = _mm512_set1_epi32(1);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        code[i] = _mm512_setzero_si512();
    for (int k = 0; k < read->mvm->adc.steps; k++, reference += read->unit->stride) {
        XB_UNROLL
        for (int i = 0; i < n; i++) {
            __m512i t = _mm512_loadu_si512(reference + i * LANES);
            code[i] =
                _mm512_mask_add_epi32(code[i], _mm512_cmpge_epi32_mask(sum[i], t), code[i], one);
        }
    }
}

XB_INLINE void search(const XbRead *read, int first, const __m512i *sum, int n, __m512i *code)
{
    const XbConverter *adc = &read->mvm->adc;
    const int32_t *list = read->unit->list + xb_model_list_place(read, first);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i before =
            _mm512_sub_epi32(_mm512_loadu_si512(list + i * LANES), _mm512_set1_epi32(1));
        code[i] = _mm512_setzero_si512();
        for (int step = 1 << (adc->bits - 1); step; step >>= 1) {
            __m512i next = _mm512_add_epi32(code[i], _mm512_set1_epi32(step));
            __m512i t = _mm512_i32gather_epi32(_mm512_add_epi32(before, next), adc->threshold, 4);
            code[i] = _mm512_mask_mov_epi32(code[i], _mm512_cmpge_epi32_mask(sum[i], t), next);
        }
    }
}

XB_INLINE void convert_tables(const XbRead *read, int first, const __m512i *sum, int shift, int n,
                              __m512i *total)
{
    const XbConverter *adc = &read->mvm->adc;
    const int32_t *list = read->unit->list + xb_model_list_place(read, first);
    __m512i low = _mm512_set1_epi32(adc->low), up = _mm512_set1_epi32(shift);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i at = _mm512_sub_epi32(sum[i], low);
        at = _mm512_add_epi32(at, _mm512_loadu_si512(list + i * LANES));
        __m512i value = _mm512_i32gather_epi32(at, adc->value, sizeof *adc->value);
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(value, up));
    }
}

XB_INLINE void convert_lists(const XbRead *read, int first, const __m512i *sum, int shift, int n,
                             __m512i *total)
{
    const XbConverter *adc = &read->mvm->adc;
    __m512i code[XB_CHUNK / LANES];
    if (adc->lists == XB_LISTS_TABLED) {
        convert_tables(read, first, sum, shift, n, total);
        return;
    }
    if (adc->lists == XB_LISTS_COMPARED)
        compare(read, first, sum, n, code);
    else
        search(read, first, sum, n, code);
    add_steps(adc, read->unit->zero + xb_model_list_place(read, first), code, shift, n, total);
}

// ---- all converters ----

XB_INLINE void add_sums(const __m512i *sum, int shift, int n, __m512i *total)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] = _mm512_add_epi32(total[i], _mm512_sllv_epi32(sum[i], _mm512_set1_epi32(shift)));
}

// Conversions from `first` on.
XB_INLINE int64_t convert(const XbRead *read, int first, const __m512i *sum, int shift, int n,
                          __m512i *total)
{
    const XbMvm *m = read->mvm;
    if (m->planes->how == XB_BY_PRODUCT)
        return convert_product(&m->adc, sum, shift, n, total);
    if (m->planes->how == XB_BY_TABLE)
        return convert_table(&m->adc, sum, shift, n, total);
    if (m->planes->how == XB_BY_LISTS)
        convert_lists(read, first, sum, shift, n, total);
    else if (m->planes->how == XB_BY_SMALL_PRODUCT)
        convert_small(&m->adc, sum, shift, n, total);
    else
        add_sums(sum, shift, n, total);
    return 0;
}

#endif
