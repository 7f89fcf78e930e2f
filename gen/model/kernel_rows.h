// SPDX-License-Identifier: Apache-2.0
// What all kernels share: which rows of a unit one turn (plane and group) drives, and its trace.
#ifndef XBGEN_MODEL_KERNEL_ROWS_H
#define XBGEN_MODEL_KERNEL_ROWS_H

#include "model/parts.h"
#include <stddef.h>

typedef struct XbRowRange {  // rows of a unit in one group, by their numbers in the layer
    int first, end;
    int base;  // number of the first row of the cells
    int stride, flush;
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
                        .stride = u->stride,
                        .flush = read->mvm->flush};
}

// Place of the unit's codes in this turn (plane and group); NULL if nobody wants them.
static inline uint16_t *xb_kernel_place(const XbRead *read, int turn)
{
    const XbMvm *m = read->mvm;
    ptrdiff_t tile = (ptrdiff_t)turn * m->plan->map->tiling.row_tiles + read->unit->row_tile;
    return read->codes ? read->codes + tile * m->conversions + read->unit->first_conversion : NULL;
}

// The same, with the codes of no current at all.
static inline uint16_t *xb_kernel_codes(const XbRead *read, int turn)
{
    uint16_t *codes = xb_kernel_place(read, turn);
    const XbConverter *adc = &read->mvm->adc;
    for (int i = 0; codes && i < read->unit->conversions; i++)
        codes[i] = adc->code[-adc->low];
    return codes;
}

static inline void xb_kernel_trace(const XbRead *read, int chunk, const int32_t *sum,
                                   uint16_t *codes)
{
    const XbConverter *adc = &read->mvm->adc;
    for (int i = 0; i < XB_CHUNK && chunk + i < read->unit->conversions; i++)
        codes[chunk + i] = adc->code[sum[i] - adc->low];
}

#endif
