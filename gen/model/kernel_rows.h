// SPDX-License-Identifier: Apache-2.0
// What all kernels share: which rows of a unit one turn (plane and group) drives, and its trace.
#ifndef XBGEN_MODEL_KERNEL_ROWS_H
#define XBGEN_MODEL_KERNEL_ROWS_H

#include "model/parts.h"
#include <stddef.h>
#include <string.h>

typedef struct XbRowRange {  // rows of a unit in one group, by their numbers in the layer
    int first, end;
    int base;    // number of the first row of the cells
    int stride;  // bytes of a row
    int flush;   // rows that lanes of the cells' width can add up
    const uint64_t *bits;
} XbRowRange;

// Word w of the bits, without the rows outside the range.
static inline uint64_t xb_kernel_word(const XbRowRange *r, int w)
{
    uint64_t word = r->bits[w];
    if (r->first > 64 * w)
        word &= ~UINT64_C(0) << (r->first - 64 * w);
    if (r->end < 64 * w + 64)
        word &= ~UINT64_C(0) >> (64 * w + 64 - r->end);
    return word;
}

static inline XbRowRange xb_kernel_range(const XbRead *read, int group)
{
    const XbUnit *u = read->unit;
    int first = group * read->mvm->active_rows - u->physical;
    int end = first + read->mvm->active_rows;
    first = first > 0 ? first : 0;
    end = end < u->rows ? end : u->rows;
    return (XbRowRange){.first = u->row_base + first,
                        .end = u->row_base + end,
                        .base = u->row_base,
                        .stride = read->wide ? 2 * u->stride : u->stride,
                        .flush = read->mvm->flush};
}

// Place of the unit's codes in this turn (plane and group); NULL if nobody wants them.
static inline uint16_t *xb_kernel_place(const XbRead *read, int turn)
{
    const XbMvm *m = read->mvm;
    ptrdiff_t tile = (ptrdiff_t)turn * m->plan->map->tiling.row_tiles + read->unit->row_tile;
    return read->codes ? read->codes + tile * m->conversions + read->unit->first_conversion : NULL;
}

// The thresholds that conversion `i` and those after it are compared with.
static inline const int32_t *xb_kernel_reference(const XbRead *read, int i)
{
    ptrdiff_t lists = (ptrdiff_t)read->list_copy * read->mvm->adc.steps;
    return read->unit->reference + lists * read->unit->stride + i;
}

static inline int xb_kernel_compare(const XbRead *read, int i, int32_t sum)
{
    const int32_t *reference = xb_kernel_reference(read, i);
    int code = 0;
    for (int k = 0; k < read->mvm->adc.steps; k++)
        code += reference[(ptrdiff_t)k * read->unit->stride] <= sum;
    return code;
}

static inline int xb_kernel_divide(const XbRead *read, int32_t sum)
{
    int64_t code;
    xb_model_convert(&read->mvm->plan->map->adc, NULL, sum, &code);
    return (int)code;
}

// The code of conversion `i` of the unit.
static inline int xb_kernel_code(const XbRead *read, int i, int32_t sum)
{
    const XbConverter *adc = &read->mvm->adc;
    ptrdiff_t list = xb_model_list_place(read, i);
    switch (adc->lists) {
    case XB_LISTS_COMPARED:
        return xb_kernel_compare(read, i, sum);
    case XB_LISTS_TABLED:
        return adc->code[read->unit->list[list] + sum - adc->low];
    case XB_LISTS_SEARCHED:
        return xb_plan_reached(adc->threshold + read->unit->list[list], adc->bits, sum);
    default:
        return adc->code ? adc->code[sum - adc->low] : xb_kernel_divide(read, sum);
    }
}

// The code of no current where all conversions have the same.
static inline int xb_kernel_zero(const XbConverter *adc)
{
    return !adc->code ? -adc->lo : adc->code[-adc->low];
}

// The place of the unit's codes in this turn, filled with the codes of no current at all.
static inline uint16_t *xb_kernel_codes(const XbRead *read, int turn)
{
    const XbConverter *adc = &read->mvm->adc;
    uint16_t *codes = xb_kernel_place(read, turn), zero = (uint16_t)xb_kernel_zero(adc);
    for (int i = 0; codes && i < read->unit->conversions; i++)
        codes[i] = adc->lists ? (uint16_t)xb_kernel_code(read, i, 0) : zero;
    return codes;
}

static inline void xb_kernel_trace(const XbRead *read, int chunk, const int32_t *sum,
                                   uint16_t *codes)
{
    for (int i = 0; i < XB_CHUNK && chunk + i < read->unit->conversions; i++)
        codes[chunk + i] = (uint16_t)xb_kernel_code(read, chunk + i, sum[i]);
}

// Keeps the sums of a chunk, whole vectors, for those who count them.
static inline void xb_kernel_keep(const XbRead *read, int turn, int chunk, const int32_t *sum,
                                  int count)
{
    int32_t *to = read->sums->sum + (ptrdiff_t)turn * read->unit->stride + chunk;
    memcpy(to, sum, sizeof *to * (size_t)count);
    read->sums->is_on[turn] = true;
}

#endif
