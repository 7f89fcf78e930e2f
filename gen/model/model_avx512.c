// SPDX-License-Identifier: Apache-2.0
// Array reads and conversions with AVX-512. Cells stand as bit planes: the sum of a column is the
// number of rows that are on and have a plane's bit, weighted over planes. That costs the same
// however many rows are on, and counts 512 cells in one instruction.
//
// Where the converters give the very sums, planes and groups need not be told apart: accumulators
// get the product of cells and whole inputs, 64 cells in one instruction.
#include "model/kernel_rows.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include "model/avx512.h"
#include <string.h>

enum {
    VECTORS = XB_CHUNK / LANES,  // of a chunk
    RUNS = 48,                   // most runs of 32 layer rows that a unit has a part of, padded
    MOST_DAC_BITS = 8
};

typedef struct Rows {  // of a unit in one group
    int first, runs;   // runs of 32 rows, from the layer's first row on
    _Alignas(64) uint32_t mask[RUNS];
} Rows;

typedef struct Drive {  // what one input bit drives: runs with rows that are on
    int runs;
    uint32_t on[RUNS + LANES];
    int32_t at[RUNS + LANES];  // from the group's first run on
} Drive;

typedef struct Chunk {  // some columns of a unit in one group
    const XbRead *read;
    const Rows *rows;
    const XbPlanes *planes;
    const uint32_t *cells;  // [run][bits][stride], from the group's rows and first column on
    int group, first;
    int64_t saturated;
} Chunk;

XB_INLINE __m512i lanes(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

XB_INLINE __mmask16 lanes_below(int n) { return (__mmask16)(n < LANES ? (1 << n) - 1 : 0xffff); }

// Lane i: bits of the rows first..end-1 among 32 rows from base + 32 * i on.
XB_INLINE __m512i mask_rows(int first, int end)
{
    const __m512i zero = _mm512_setzero_si512(), all = _mm512_set1_epi32(-1);
    __m512i base = _mm512_slli_epi32(lanes(), 5);
    __m512i below = _mm512_max_epi32(_mm512_sub_epi32(_mm512_set1_epi32(first), base), zero);
    __m512i above = _mm512_max_epi32(_mm512_sub_epi32(base, _mm512_set1_epi32(end - 32)), zero);
    return _mm512_and_si512(_mm512_sllv_epi32(all, below), _mm512_srlv_epi32(all, above));
}

XB_TARGET static bool set_rows(const XbRead *read, int group, Rows *rows)
{
    XbRowRange range = xb_kernel_range(read, group);
    if (range.first >= range.end)
        return false;
    rows->first = range.first / 32;
    rows->runs = (range.end - 1) / 32 - rows->first + 1;
    for (int k = 0; k < rows->runs; k += LANES) {
        int base = 32 * (rows->first + k);
        _mm512_store_si512(rows->mask + k, mask_rows(range.first - base, range.end - base));
    }
    return true;
}

XB_INLINE void set_drive(const XbRead *read, const Rows *rows, int bit, Drive *d)
{
    const uint64_t *words = read->bits + (ptrdiff_t)bit * read->mvm->words;
    const uint32_t *bits = (const uint32_t *)(const void *)words + rows->first;
    d->runs = 0;
    for (int k = 0; k < rows->runs; k += LANES) {
        __m512i on =
            _mm512_and_si512(_mm512_maskz_loadu_epi32(lanes_below(rows->runs - k), bits + k),
                             _mm512_load_si512(rows->mask + k));
        __mmask16 is_on = _mm512_test_epi32_mask(on, on);
        __m512i at = _mm512_add_epi32(lanes(), _mm512_set1_epi32(k));
        _mm512_storeu_si512(d->on + d->runs, _mm512_maskz_compress_epi32(is_on, on));
        _mm512_storeu_si512(d->at + d->runs, _mm512_maskz_compress_epi32(is_on, at));
        d->runs += __builtin_popcount(is_on);
    }
}

// ---- sums of columns, n vectors of them ----

// Counts rows that are on and have one bit of the cells.
XB_INLINE void count_bit(const Chunk *at, const Drive *d, int bit, int n, __m512i *sum)
{
    ptrdiff_t row = (ptrdiff_t)at->read->unit->stride * (ptrdiff_t)sizeof *at->cells;
    const char *plane = (const char *)at->cells + bit * row;
    for (int k = 0; k < d->runs; k++) {
        const char *cells = plane + d->at[k] * at->planes->bits * row;
        __m512i on = _mm512_set1_epi32((int)d->on[k]);
        XB_UNROLL
        for (int i = 0; i < n; i++) {
            __m512i both = _mm512_and_si512(on, _mm512_load_si512(cells + 64 * i));
            sum[i] = _mm512_add_epi32(sum[i], _mm512_popcnt_epi32(both));
        }
    }
}

XB_INLINE void negate(int n, __m512i *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_sub_epi32(_mm512_setzero_si512(), sum[i]);
}

XB_INLINE void twice(int n, __m512i *sum)
{
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_add_epi32(sum[i], sum[i]);
}

// Adds the counts of weight 2^weight: input bit + cell bit.
XB_INLINE void count_weight(const Chunk *at, const Drive *d, int weight, int dac_bits, int n,
                            __m512i *sum)
{
    int bits = at->planes->bits;
    for (int bit = 0; bit < dac_bits; bit++) {
        int cell = weight - bit;
        if (cell < 0 || cell >= bits)
            continue;
        bool is_minus = at->planes->is_signed && cell == bits - 1;
        if (is_minus)
            negate(n, sum);
        count_bit(at, &d[bit], cell, n, sum);
        if (is_minus)
            negate(n, sum);
    }
}

// The sums over the input bits of a plane; false if no row is on.
XB_INLINE bool read_plane(const Chunk *at, int plane, int dac_bits, int n, __m512i *sum)
{
    Drive d[MOST_DAC_BITS];
    int runs = 0;
    for (int bit = 0; bit < dac_bits; bit++) {
        d[bit].runs = 0;
        if (plane * dac_bits + bit < at->read->mvm->code_bits)
            set_drive(at->read, at->rows, plane * dac_bits + bit, &d[bit]);
        runs += d[bit].runs;
    }
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_setzero_si512();
    if (!runs)
        return false;
    for (int weight = at->planes->bits + dac_bits - 2;; weight--) {
        count_weight(at, d, weight, dac_bits, n, sum);
        if (weight == 0)
            return true;
        twice(n, sum);
    }
}

// ---- what becomes of sums ----

// A code stands for (lo + code) * delta; `weights` is the sum of the planes' weights.
XB_INLINE void add_totals(const Chunk *at, const __m512i *total, int n, unsigned weights)
{
    const XbConverter *adc = &at->read->mvm->adc;
    XbConversion how = at->planes->how;
    bool has_codes = how == XB_BY_PRODUCT || how == XB_BY_SMALL_PRODUCT;
    int32_t *acc = at->read->acc + at->read->unit->acc + at->first;
    __m512i delta = _mm512_set1_epi32(has_codes ? adc->delta : 1);
    __m512i lo = _mm512_set1_epi32(has_codes ? (int)(weights * (unsigned)adc->lo) : 0);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i value = _mm512_mullo_epi32(_mm512_add_epi32(total[i], lo), delta);
        _mm512_store_si512(acc + i * LANES,
                           _mm512_add_epi32(_mm512_load_si512(acc + i * LANES), value));
    }
}

// Codes of one plane by lists, one by one.
XB_INLINE void trace_lists(const Chunk *at, const __m512i *sum, int plane, int n)
{
    _Alignas(64) int32_t plain[XB_CHUNK] = {0};
    int turn = plane * at->read->mvm->plan->map->groups + at->group;
    for (int i = 0; i < n; i++)
        _mm512_store_si512(plain + i * LANES, sum[i]);
    xb_kernel_trace(at->read, at->first, plain, xb_kernel_place(at->read, turn));
}

// Codes of one plane. The table has one entry more than there are sums: gathers read 4 bytes.
XB_INLINE void trace(const Chunk *at, const __m512i *sum, int plane, int n)
{
    const XbConverter *adc = &at->read->mvm->adc;
    int turn = plane * at->read->mvm->plan->map->groups + at->group;
    uint16_t *codes = xb_kernel_place(at->read, turn) + at->first;
    int left = at->read->unit->conversions - at->first;
    __m512i low = _mm512_set1_epi32(adc->low), lo = _mm512_set1_epi32(adc->lo);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i code = _mm512_sub_epi32(sum[i], lo);
        if (!adc->is_exact)
            code = _mm512_i32gather_epi32(_mm512_sub_epi32(sum[i], low), adc->code, 2);
        if (left > i * LANES)
            _mm512_mask_cvtepi32_storeu_epi16(codes + i * LANES, lanes_below(left - i * LANES),
                                              code);
    }
}

// The sums of one plane, for those who count them.
XB_INLINE void keep(const Chunk *at, const __m512i *sum, int plane, int n)
{
    const XbSums *sums = at->read->sums;
    ptrdiff_t turn = plane * at->read->mvm->plan->map->groups + at->group;
    int32_t *to = sums->sum + turn * at->read->unit->stride + at->first;
    XB_UNROLL
    for (int i = 0; i < n; i++)
        _mm512_storeu_si512(to + i * LANES, sum[i]);
    sums->is_on[turn] = true;
}

XB_INLINE void read_planes(Chunk *at, int dac_bits, int n)
{
    int planes = at->read->mvm->plan->map->planes;
    unsigned weights = 0;
    __m512i total[VECTORS];
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] = _mm512_setzero_si512();
    for (int plane = 0; plane < planes; plane++) {
        int shift = plane * dac_bits;
        __m512i sum[VECTORS];
        bool is_on = read_plane(at, plane, dac_bits, n, sum);
        if (at->read->codes && at->planes->how == XB_BY_LISTS)
            trace_lists(at, sum, plane, n);
        else if (at->read->codes)
            trace(at, sum, plane, n);
        if (!is_on)
            continue;  // what no current gives is in `base`
        if (at->read->sums)
            keep(at, sum, plane, n);
        at->saturated += convert(at->read, at->first, sum, shift, n, total);
        weights += 1U << shift;
    }
    add_totals(at, total, n, weights);
}

// Drive lines of one bit are frequent, and simpler.
XB_INLINE void read_vectors(Chunk *at, int n)
{
    int dac_bits = at->read->mvm->dac_bits;
    if (dac_bits == 1)
        read_planes(at, 1, n);
    else
        read_planes(at, dac_bits, n);
}

// The number of vectors must be a constant where the loops are, so that the sums stay in registers.
XB_TARGET static void read_chunk(Chunk *at, int pairs)
{
    if (pairs == 1)
        read_vectors(at, 2);
    else if (pairs == 2)
        read_vectors(at, 4);
    else if (pairs == 3)
        read_vectors(at, 6);
    else
        read_vectors(at, 8);
}

static void trace_nothing(const XbRead *read, int group)
{
    const XbPlanMap *map = read->mvm->plan->map;
    for (int plane = 0; plane < map->planes; plane++)
        xb_kernel_codes(read, plane * map->groups + group);
}

static int64_t read_group(const XbRead *read, int group)
{
    const XbUnit *u = read->unit;
    const XbPlanes *planes = read->mvm->planes;
    Rows rows;
    if (!set_rows(read, group, &rows)) {
        trace_nothing(read, group);
        return 0;
    }
    const uint32_t *cells = planes->unit[u - read->mvm->unit].plane +
                            (ptrdiff_t)(rows.first - u->row_base / 32) * planes->bits * u->stride;
    Chunk at = {.read = read, .rows = &rows, .planes = planes, .group = group};
    for (; at.first < u->stride; at.first += XB_CHUNK) {
        int left = (u->stride - at.first) / (2 * LANES);
        at.cells = cells + at.first;
        read_chunk(&at, left < VECTORS / 2 ? left : VECTORS / 2);
    }
    return at.saturated;
}

// ---- exact converters ----

XB_INLINE void multiply(const uint8_t *inputs, int fours, const int8_t *cells, int stride, int n,
                        int32_t *acc)
{
    __m512i sum[VECTORS];
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_load_si512(acc + i * LANES);
    for (int k = 0; k < fours; k++) {
        int32_t four;
        memcpy(&four, inputs + 4 * k, sizeof four);
        __m512i in = _mm512_set1_epi32(four);
        const int8_t *row = cells + (ptrdiff_t)4 * k * stride;
        XB_UNROLL
        for (int i = 0; i < n; i++)
            sum[i] = _mm512_dpbusd_epi32(sum[i], in, _mm512_load_si512(row + i * 4 * LANES));
    }
    XB_UNROLL
    for (int i = 0; i < n; i++)
        _mm512_store_si512(acc + i * LANES, sum[i]);
}

XB_TARGET static void multiply_unit(const XbRead *read)
{
    const XbUnit *u = read->unit;
    const int8_t *cells = read->mvm->planes->unit[u - read->mvm->unit].four;
    const uint8_t *inputs = read->inputs + u->row_base / 4 * 4;
    int fours = (u->row_base + u->rows - 1) / 4 - u->row_base / 4 + 1;
    int32_t *acc = read->acc + u->acc;
    int first = 0;
    for (; first + XB_CHUNK <= u->stride; first += XB_CHUNK)
        multiply(inputs, fours, cells + 4 * first, u->stride, VECTORS, acc + first);
    for (; first < u->stride; first += 2 * LANES)
        multiply(inputs, fours, cells + 4 * first, u->stride, 2, acc + first);
}

static int64_t read_unit(const XbRead *read)
{
    const XbPlanMap *map = read->mvm->plan->map;
    int64_t saturated = 0;
    if (read->mvm->planes->multiplies && !read->codes && !read->sums) {
        multiply_unit(read);
        return 0;
    }
    for (int group = 0; group < map->groups; group++)
        saturated += read_group(read, group);
    return saturated;
}

static bool is_here(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
           __builtin_cpu_supports("avx512vnni");
}

const XbKernel xb_model_avx512 = {"avx512", is_here, xb_model_lay_planes, read_unit,
                                  xb_model_lay_digits, xb_model_read_digits};

#endif
