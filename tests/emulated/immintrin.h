// SPDX-License-Identifier: Apache-2.0
// Stands in the place of the compiler's header where model_*avx512.c are compiled once more for
// processors that lack AVX-512 (test_kernel): SIMDe's functions in plain C under Intel's names, and
// those that SIMDe 0.7.4 has not.
#ifndef XBGEN_EMULATED_IMMINTRIN_H
#define XBGEN_EMULATED_IMMINTRIN_H

// Plain C, and calls: neither the processor's instructions nor minutes of the compiler.
#define SIMDE_NO_NATIVE
#define SIMDE_NO_INLINE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <stdint.h>
#include <string.h>

#define XB_TARGET
#define XB_UNROLL

typedef simde__mmask16 __mmask16;
typedef simde__mmask64 __mmask64;

// Lanes that are off are not touched, as there.
static inline __m512i _mm512_maskz_loadu_epi32(__mmask16 lanes, const void *from)
{
    int32_t out[16] = {0};
    for (int i = 0; i < 16; i++)
        if (lanes >> i & 1)
            memcpy(&out[i], (const char *)from + 4 * i, 4);
    return _mm512_loadu_si512(out);
}

static inline void _mm512_mask_cvtepi32_storeu_epi16(void *to, __mmask16 lanes, __m512i v)
{
    int32_t in[16];
    _mm512_storeu_si512(in, v);
    for (int i = 0; i < 16; i++)
        if (lanes >> i & 1)
            memcpy((char *)to + 2 * i, &(uint16_t){(uint16_t)in[i]}, 2);
}

static inline __m512i _mm512_i32gather_epi32(__m512i at, const void *from, int scale)
{
    int32_t out[16];
    _mm512_storeu_si512(out, at);
    for (int i = 0; i < 16; i++)
        memcpy(&out[i], (const char *)from + (int64_t)out[i] * scale, 4);
    return _mm512_loadu_si512(out);
}

static inline __mmask16 _mm512_cmpneq_epi32_mask(__m512i a, __m512i b)
{
    return (__mmask16)~_mm512_cmpeq_epi32_mask(a, b);
}

static inline __mmask16 _mm512_cmplt_epi32_mask(__m512i a, __m512i b)
{
    return _mm512_cmpgt_epi32_mask(b, a);
}

#endif
