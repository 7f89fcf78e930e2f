// SPDX-License-Identifier: Apache-2.0
// Array reads and conversions, compiled for more than one instruction set; the processor chooses.
#include "model/parts.h"
#include <stddef.h>

typedef int8_t XbBytes32 __attribute__((vector_size(32), may_alias));
typedef int8_t XbBytes16 __attribute__((vector_size(16), may_alias));
typedef int16_t XbHalves16 __attribute__((vector_size(32), may_alias));
typedef int16_t XbHalves8 __attribute__((vector_size(16), may_alias));
typedef int32_t XbWords8 __attribute__((vector_size(32), may_alias));

#define XB_UNROLL _Pragma("GCC unroll 4")

typedef struct XbRowRange {  // rows of a unit in one group, by their numbers in the layer
    int first, end;
    int base;  // number of the first row of the cells
    int stride, flush;
    const uint64_t *bits;
} XbRowRange;

typedef struct XbChunk {  // some columns of a unit in one plane
    const XbRead *read;
    int plane;
    int first, count;  // conversions, padded to whole vectors
} XbChunk;

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

static inline bool xb_kernel_any(const XbRowRange *r)
{
    for (int w = r->first / 64; w <= (r->end - 1) / 64; w++)
        if (xb_kernel_word(r, w))
            return true;
    return false;
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

// Codes of the unit in this turn (plane and group), first those of no current at all.
static inline uint16_t *xb_kernel_codes(const XbRead *read, int turn)
{
    if (!read->codes)
        return NULL;
    const XbMvm *m = read->mvm;
    uint16_t *codes =
        read->codes +
        ((ptrdiff_t)turn * m->plan->map->row_tiles + read->unit->row_tile) * m->conversions +
        read->unit->first_conversion;
    for (int i = 0; i < read->unit->conversions; i++)
        codes[i] = m->adc.code[-m->adc.low];
    return codes;
}

static inline void xb_kernel_trace(const XbRead *read, int chunk, const int32_t *sum,
                                   uint16_t *codes)
{
    const XbConverter *adc = &read->mvm->adc;
    for (int i = 0; i < XB_CHUNK && chunk + i < read->unit->conversions; i++)
        codes[chunk + i] = adc->code[sum[i] - adc->low];
}

#define XB_TARGET
#define XB_NAME(x) plain_##x
#include "model/kernel.h"
#undef XB_TARGET
#undef XB_NAME

XbReadUnit *xb_model_portable_kernel(void) { return plain_read_unit; }

#if defined(__x86_64__) && defined(__GNUC__)

#define XB_TARGET __attribute__((target("avx2,bmi")))
#define XB_NAME(x) avx2_##x
#include "model/kernel.h"

XbReadUnit *xb_model_kernel(void)
{
    __builtin_cpu_init();
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
    return has_avx2 ? avx2_read_unit : plain_read_unit;
}

#else

XbReadUnit *xb_model_kernel(void) { return plain_read_unit; }

#endif
