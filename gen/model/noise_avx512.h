// SPDX-License-Identifier: Apache-2.0
// Read noise of many columns at once: Philox with eight counters in a vector, a word of each in the
// low half of a lane (what a multiplication leaves above it is nobody's). For model_wide_avx512.c
// alone.
#ifndef XBGEN_MODEL_NOISE_AVX512_H
#define XBGEN_MODEL_NOISE_AVX512_H

#include "model/avx512.h"

#include "xbgen/philox.h"

enum { NOISE_ROOM = XB_CHUNK + 2 * 32 };  // lanes in front of and behind those asked for

typedef struct Draw {  // counters that differ in the column alone
    const XbNoise *noise;
    uint32_t array, first;  // of the counters' second words
    uint64_t number;
} Draw;

XB_INLINE __m512i xor3(__m512i a, __m512i b, __m512i c)
{
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

XB_INLINE __m512i all(uint32_t word) { return _mm512_set1_epi64((int64_t)word); }

// Rounds from the fourth on, with the keys of the third.
XB_INLINE void last_rounds(uint32_t k0, uint32_t k1, int n, __m512i c[4][4])
{
    __m512i m0 = all(XB_PHILOX_M0), m1 = all(XB_PHILOX_M1);
    for (int round = 3; round < XB_PHILOX_ROUNDS; round++) {
        k0 += XB_PHILOX_W0;
        k1 += XB_PHILOX_W1;
        XB_UNROLL
        for (int i = 0; i < n; i++) {
            __m512i a = _mm512_mul_epu32(c[0][i], m0), b = _mm512_mul_epu32(c[2][i], m1);
            c[0][i] = xor3(_mm512_srli_epi64(b, 32), c[1][i], all(k0));
            c[2][i] = xor3(_mm512_srli_epi64(a, 32), c[3][i], all(k1));
            c[1][i] = b;
            c[3][i] = a;
        }
    }
}

// The words of n vectors of counters, whose second words are first + 8 i + lane. In the first three
// rounds half of what is made is the same for all columns.
XB_INLINE void draw(const Draw *d, __m512i lane, int n, __m512i c[4][4])
{
    uint32_t k0 = d->noise->key[0], k1 = d->noise->key[1];
    uint64_t a = (uint64_t)XB_PHILOX_M0 * d->array,
             b = (uint64_t)XB_PHILOX_M1 * (uint32_t)d->number;
    uint32_t top = (UINT32_C(1) << 31) + (uint32_t)(d->number >> 32);
    uint32_t c0 = (uint32_t)(b >> 32) ^ k0, c1 = (uint32_t)b, c2 = (uint32_t)(a >> 32) ^ top ^ k1,
             c3 = (uint32_t)a;
    k0 += XB_PHILOX_W0;
    k1 += XB_PHILOX_W1;
    b = (uint64_t)XB_PHILOX_M1 * c2;
    a = (uint64_t)XB_PHILOX_M0 * ((uint32_t)(b >> 32) ^ c1 ^ k0);
    uint32_t next0 = k0 + XB_PHILOX_W0, next1 = k1 + XB_PHILOX_W1;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i column = _mm512_add_epi64(all(d->first + 8 * (uint32_t)i), lane);
        __m512i second = _mm512_mul_epu32(_mm512_xor_si512(column, all(c0)), all(XB_PHILOX_M0));
        __m512i third = _mm512_mul_epu32(xor3(_mm512_srli_epi64(second, 32), all(c3), all(k1)),
                                         all(XB_PHILOX_M1));
        c[0][i] = xor3(_mm512_srli_epi64(third, 32), all((uint32_t)b), all(next0));
        c[1][i] = third;
        c[2][i] = xor3(all((uint32_t)(a >> 32)), second, all(next1));
        c[3][i] = all((uint32_t)a);
    }
    last_rounds(next0, next1, n, c);
}

// Two words in a lane.
XB_INLINE __m512i both(__m512i low, __m512i high)
{
    return _mm512_mask_blend_epi32(0xaaaa, low, _mm512_slli_epi64(high, 32));
}

XB_INLINE void look_up(const XbNoise *noise, __m512i word, int32_t *out)
{
    __m512i add = _mm512_i32gather_epi32(_mm512_srli_epi32(word, 20), noise->add, 4);
    _mm512_storeu_si512(out, add);
}

// 32 columns a vector. Lanes are numbered so that unpacking puts columns in order.
XB_INLINE void fill_columns(const Draw *d, int n, int32_t *out)
{
    __m512i c[4][4];
    draw(d, _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7), n, c);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i low = both(c[0][i], c[1][i]), high = both(c[2][i], c[3][i]);
        look_up(d->noise, _mm512_unpacklo_epi64(low, high), out + 32 * i);
        look_up(d->noise, _mm512_unpackhi_epi64(low, high), out + 32 * i + 16);
    }
}

// 16 pairs a vector: their plus columns.
XB_INLINE void fill_pairs(const Draw *d, int n, int32_t *out)
{
    __m512i c[4][4];
    draw(d, _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), n, c);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        look_up(d->noise, both(c[0][i], c[2][i]), out + 16 * i);
}

XB_INLINE void fill(const Draw *d, int step, int n, int32_t *out)
{
    if (step == 1)
        fill_columns(d, n, out);
    else
        fill_pairs(d, n, out);
}

// What `count` conversions from a physical column on get; returns where in out[NOISE_ROOM] they
// stand.
XB_TARGET static const int32_t *draw_noise(const XbRead *read, int first, int count,
                                           uint64_t number, int32_t *out)
{
    const XbWide *wide = read->mvm->wide;
    int column = read->wide->column + first * wide->step, shift = column % 4 / wide->step;
    int lanes = 32 / wide->step, vectors = (shift + count + lanes - 1) / lanes, i = 0;
    Draw d = {&wide->noise, read->wide->array, (uint32_t)column / 4, number};
    for (; i + 4 <= vectors; i += 4, d.first += 32)
        fill(&d, wide->step, 4, out + i * lanes);
    for (; i < vectors; i++, d.first += 8)
        fill(&d, wide->step, 1, out + i * lanes);
    return out + shift;
}

#endif
