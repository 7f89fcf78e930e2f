// SPDX-License-Identifier: Apache-2.0
// Reads of cells that are not ideal with AVX-512. A cell is one to three digits to the base 256,
// four rows of it side by side: one instruction multiplies 64 of them by inputs and adds them up.
#include "model/kernel_rows.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include "model/noise_avx512.h"
#include <string.h>

enum {
    VECTORS = XB_CHUNK / LANES,   // of a chunk
    FOURS = 1024 / 4 + 1 + LANES  // most fours of rows that a unit has a part of, and a vector more
};

typedef struct Drive {  // what a plane drives: fours with rows that are on
    int count;
    uint32_t on[FOURS];
    int32_t at[FOURS];  // from the group's first four on
} Drive;

typedef struct Chunk {  // some columns of a unit in one group
    const XbRead *read;
    const XbRowRange *rows;
    const int8_t *cells;     // [four][digit][stride][4], from the group's rows and first column on
    int group, first, left;  // conversions: the first of the chunk, those from there on
    int64_t saturated;
} Chunk;

// ---- layout ----

static int fours(const XbUnit *u) { return (u->row_base + u->rows - 1) / 4 - u->row_base / 4 + 1; }

static int32_t cell_at(const XbMvm *m, const XbWideUnit *w, int row, int conversion)
{
    const uint16_t *cell = w->cells + (int64_t)row * w->pitch + conversion * m->wide->step;
    return m->wide->step == 2 ? cell[0] - cell[1] : cell[0];
}

static int digit_of(int32_t *value)  // the lowest, taken off
{
    int digit = (int8_t)(*value & 0xff);
    *value = (*value - digit) / 256;
    return digit;
}

// So many digits hold every conductance, or difference of two.
static int digits_needed(const XbPlan *plan)
{
    int32_t most = (1 << plan->level_bits) - 1;
    return most <= 127 ? 1 : most <= 127 * 256 + 127 ? 2 : 3;
}

static const int8_t *cut_digits(XbArena *arena, const XbMvm *m, const XbUnit *u,
                                const XbWideUnit *w)
{
    int digits = m->wide->digits;
    int8_t *out = xb_new(arena, int8_t, (int64_t)fours(u) * digits * u->stride * 4);
    for (int r = 0; r < u->rows; r++) {
        int row = u->row_base % 4 + r;
        int8_t *four = out + (int64_t)(row / 4) * digits * u->stride * 4;
        for (int c = 0; c < u->conversions; c++) {
            int32_t value = cell_at(m, w, r, c);
            for (int d = 0; d < digits; d++)
                four[(d * u->stride + c) * 4 + row % 4] = (int8_t)digit_of(&value);
        }
    }
    return out;
}

void xb_model_lay_digits(XbArena *arena, const XbPlan *plan, XbMvm *m)
{
    m->wide->digits = digits_needed(plan);
    for (int i = 0; i < m->wide->copies * m->units; i++) {
        XbWideUnit *w = &m->wide->unit[i];
        w->digits = cut_digits(arena, m, &m->unit[i % m->units], w);
    }
}

// ---- which rows are on ----

XB_INLINE __mmask16 lanes_below(int n)
{
    return (__mmask16)(n >= LANES ? 0xffff : n > 0 ? (1 << n) - 1 : 0);
}

// Bytes first..end-1 of 64.
XB_INLINE __mmask64 bytes_between(int first, int end)
{
    uint64_t from = first > 0 ? ~UINT64_C(0) << first : ~UINT64_C(0);
    return end < 64 ? from & ~(~UINT64_C(0) << end) : from;
}

XB_INLINE void set_drive(const XbRead *read, const XbRowRange *rows, int plane, Drive *d)
{
    const XbMvm *m = read->mvm;
    int shift = plane * m->dac_bits, bits = m->code_bits - shift, base = rows->first / 4;
    int count = (rows->end - 1) / 4 - base + 1;
    __m512i mask = _mm512_set1_epi8((char)((1 << (bits < m->dac_bits ? bits : m->dac_bits)) - 1));
    __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    d->count = 0;
    for (int k = 0; k < count; k += LANES) {
        int row = 4 * (base + k);
        __m512i in = _mm512_maskz_loadu_epi32(lanes_below(count - k), read->inputs + row);
        in = _mm512_maskz_mov_epi8(bytes_between(rows->first - row, rows->end - row), in);
        in = _mm512_and_si512(_mm512_srl_epi16(in, _mm_cvtsi32_si128(shift)), mask);
        __mmask16 on = _mm512_test_epi32_mask(in, in);
        __m512i at = _mm512_add_epi32(lane, _mm512_set1_epi32(k));
        _mm512_storeu_si512(d->on + d->count, _mm512_maskz_compress_epi32(on, in));
        _mm512_storeu_si512(d->at + d->count, _mm512_maskz_compress_epi32(on, at));
        d->count += __builtin_popcount(on);
    }
}

// ---- sums of columns, n vectors of them ----

XB_INLINE void add_digit(const Chunk *at, const Drive *d, int digit, int digits, int n,
                         __m512i *sum)
{
    ptrdiff_t row = (ptrdiff_t)at->read->unit->stride * 4;
    const int8_t *cells = at->cells + digit * row;
    for (int k = 0; k < d->count; k++) {
        const int8_t *four = cells + d->at[k] * digits * row;
        __m512i on = _mm512_set1_epi32((int)d->on[k]);
        XB_UNROLL
        for (int i = 0; i < n; i++)
            sum[i] = _mm512_dpbusd_epi32(sum[i], on, _mm512_load_si512(four + 64 * i));
    }
}

XB_INLINE void add_rows(const Chunk *at, const Drive *d, int n, __m512i *sum)
{
    int digits = at->read->mvm->wide->digits;
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_setzero_si512();
    for (int digit = digits - 1; digit >= 0; digit--) {
        XB_UNROLL
        for (int i = 0; i < n; i++)
            sum[i] = _mm512_slli_epi32(sum[i], 8);
        add_digit(at, d, digit, digits, n, sum);
    }
}

XB_INLINE void add_noise(const Chunk *at, int turn, int n, __m512i *sum)
{
    int32_t room[NOISE_ROOM];
    int count = at->left < n * LANES ? at->left : n * LANES;
    const int32_t *noise =
        draw_noise(at->read, at->first, count, at->read->number + (uint64_t)turn, room);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_add_epi32(
            sum[i], _mm512_maskz_loadu_epi32(lanes_below(count - i * LANES), noise + i * LANES));
}

// ---- sums become codes ----

XB_INLINE int64_t convert_by_product(const XbConverter *adc, int n, __m512i *sum)
{
    int64_t saturated = 0;
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] = product_code(adc, sum[i], &saturated);
    return saturated;
}

XB_TARGET static int64_t convert_each(const Chunk *at, int n, __m512i *sum)
{
    const XbPlanAdc *adc = &at->read->mvm->plan->map->adc;
    _Alignas(64) int32_t value[XB_CHUNK];
    int64_t saturated = 0, code;
    for (int i = 0; i < n; i++)
        _mm512_store_si512(value + i * LANES, sum[i]);
    for (int i = 0; i < n * LANES; i++) {
        saturated += xb_model_convert(adc, NULL, value[i], &code);
        value[i] = (int32_t)code;
    }
    for (int i = 0; i < n; i++)
        sum[i] = _mm512_load_si512(value + i * LANES);
    return saturated;
}

XB_INLINE void trace(const Chunk *at, int turn, int n, const __m512i *code)
{
    uint16_t *codes = xb_kernel_place(at->read, turn) + at->first;
    XB_UNROLL
    for (int i = 0; i < n; i++)
        _mm512_mask_cvtepi32_storeu_epi16(codes + i * LANES, lanes_below(at->left - i * LANES),
                                          code[i]);
}

// ---- units ----

// A plane in which nothing is on gives 0, unless noise is heard.
XB_INLINE bool is_silent(const Chunk *at, const Drive *d)
{
    return d->count == 0 && !at->read->mvm->hears_noise && !at->read->codes;
}

// A code stands for (lo + code) * delta; `weights` is the sum of the planes' weights.
XB_INLINE void add_totals(const Chunk *at, const __m512i *total, int n, unsigned weights)
{
    const XbConverter *adc = &at->read->mvm->adc;
    int32_t *acc = at->read->acc + at->read->unit->acc + at->first;
    __m512i delta = _mm512_set1_epi32(adc->delta);
    __m512i lo = _mm512_set1_epi32((int)(weights * (unsigned)adc->lo));
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        __m512i value = _mm512_mullo_epi32(_mm512_add_epi32(total[i], lo), delta);
        _mm512_store_si512(acc + i * LANES,
                           _mm512_add_epi32(_mm512_load_si512(acc + i * LANES), value));
    }
}

XB_INLINE void read_planes(Chunk *at, const Drive *drive, int n)
{
    const XbMvm *m = at->read->mvm;
    const XbPlanMap *map = m->plan->map;
    unsigned weights = 0;
    __m512i total[VECTORS], sum[VECTORS];
    XB_UNROLL
    for (int i = 0; i < n; i++)
        total[i] = _mm512_setzero_si512();
    for (int plane = 0; plane < map->planes; plane++) {
        int turn = plane * map->groups + at->group, shift = plane * m->dac_bits;
        if (is_silent(at, &drive[plane]))
            continue;
        add_rows(at, &drive[plane], n, sum);
        if (m->wide->noise.add)
            add_noise(at, turn, n, sum);
        at->saturated +=
            m->adc.has_product ? convert_by_product(&m->adc, n, sum) : convert_each(at, n, sum);
        if (at->read->codes)
            trace(at, turn, n, sum);
        add_sums(sum, shift, n, total);
        weights += 1U << shift;
    }
    add_totals(at, total, n, weights);
}

// The number of vectors must be a constant where the loops are, so that the sums stay in registers.
XB_TARGET static void read_chunk(Chunk *at, const Drive *drive, int pairs)
{
    if (pairs == 1)
        read_planes(at, drive, 2);
    else if (pairs == 2)
        read_planes(at, drive, 4);
    else if (pairs == 3)
        read_planes(at, drive, 6);
    else
        read_planes(at, drive, 8);
}

XB_TARGET static int64_t read_group(const XbRead *read, int group)
{
    const XbUnit *u = read->unit;
    const XbMvm *m = read->mvm;
    XbRowRange rows = xb_kernel_range(read, group);
    Drive drive[8];
    bool has_rows = rows.first < rows.end;
    for (int plane = 0; plane < m->plan->map->planes; plane++)
        if (has_rows)
            set_drive(read, &rows, plane, &drive[plane]);
        else
            drive[plane].count = 0;
    int four = has_rows ? rows.first / 4 - u->row_base / 4 : 0;
    const int8_t *cells = read->wide->digits + (ptrdiff_t)four * m->wide->digits * u->stride * 4;
    Chunk at = {.read = read, .rows = &rows, .group = group, .left = u->conversions};
    for (; at.first < u->stride; at.first += XB_CHUNK, at.left -= XB_CHUNK) {
        int pairs = (u->stride - at.first) / (2 * LANES);
        at.cells = cells + 4 * at.first;
        read_chunk(&at, drive, pairs < VECTORS / 2 ? pairs : VECTORS / 2);
    }
    return at.saturated;
}

int64_t xb_model_read_digits(const XbRead *read)
{
    int64_t saturated = 0;
    if (read->mvm->plan->map->adc.threshold ||
        read->sums)  // lists of their own, or sums to be counted
        return xb_model_read_wide(read);
    for (int group = 0; group < read->mvm->plan->map->groups; group++)
        saturated += read_group(read, group);
    return saturated;
}

#endif
