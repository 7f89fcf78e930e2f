// SPDX-License-Identifier: Apache-2.0
// The kernels there are, the fastest first; those that add cells row by row, one text compiled for
// more than one instruction set.
#include "model/kernel_rows.h"
#include <string.h>

typedef int8_t XbCells __attribute__((vector_size(32), may_alias));
typedef int16_t XbHalves __attribute__((vector_size(32), may_alias));
typedef int16_t XbHalves8 __attribute__((vector_size(16), may_alias));
typedef int32_t XbWords __attribute__((vector_size(32), may_alias));
typedef int32_t XbWordsAnywhere __attribute__((vector_size(32), may_alias, aligned(4)));
typedef uint64_t XbLongs __attribute__((vector_size(32), may_alias));
typedef uint16_t XbPositiveHalves __attribute__((vector_size(32), may_alias));
typedef uint32_t XbPositiveWords __attribute__((vector_size(32), may_alias));

// What takes or returns vectors is inlined, so that no calling convention is asked for
// (-Wno-psabi).
#define XB_UNROLL _Pragma("GCC unroll 16")
#define XB_INLINE XB_TARGET static inline __attribute__((always_inline))

enum {
    XB_MOST_VECTORS = 8,  // of cells that are added up at once, where there are registers
    XB_DRAWS = 2,         // vectors of counters
    XB_COUNTERS = 4 * XB_DRAWS,
    XB_LOW_WORD = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__,  // which word of 64 bits is the lower
    XB_NOISE_ROOM = XB_CHUNK + 4 * XB_COUNTERS + 3
};

typedef struct XbChunk {  // some columns of a unit in one plane
    const XbRead *read;
    const int8_t *cells;  // bytes or halves, from the unit's first row and the chunk's first column
    int plane, group;
    int first, count;  // conversions, padded to whole vectors
} XbChunk;

// Whether sums, codes and totals fit 16 bits, and whether cells are bytes or halves.
typedef enum XbSort { XB_SMALL, XB_LARGE, XB_WIDE } XbSort;

typedef struct XbDraw {  // counters that differ in the column alone
    const XbNoise *noise;
    uint32_t array, first;  // of the counters' second words
    uint64_t number;
} XbDraw;

// What instruction sets have operations of their own for. Here without:

#define XB_TARGET
#define XB_NAME(x) plain_##x

enum { plain_most = XB_MOST_VECTORS / 2 };

// Comparisons of vectors would be made lane by lane.
XB_INLINE XbWords plain_within_words(XbWords v, int32_t limit)
{
    XbWords in = v & ~(v >> 31), over = (limit - in) >> 31;
    return (in & ~over) | (limit & over);
}

XB_INLINE XbHalves plain_within_halves(XbHalves v, int16_t limit)
{
    XbHalves in = v & ~(v >> 15), over = (limit - in) >> 15;
    return (in & ~over) | (limit & over);
}

// Lanes of -1 where two are not the same.
XB_INLINE XbWords plain_other_words(XbWords a, XbWords b)
{
    XbWords bits = a ^ b;
    return (bits | -bits) >> 31;
}

XB_INLINE XbHalves plain_other_halves(XbHalves a, XbHalves b)
{
    XbHalves bits = a ^ b;
    return (bits | -bits) >> 15;
}

// The upper halves of unsigned products.
XB_INLINE XbHalves plain_high_halves(XbHalves v, uint16_t factor)
{
    XbPositiveWords w = (XbPositiveWords)v;
    XbPositiveWords low = (w & 0xffff) * factor >> 16, high = (w >> 16) * factor & 0xffff0000;
    return (XbHalves)(low | high);
}

XB_INLINE XbLongs plain_times(XbLongs v, uint32_t factor)
{
    return (v & 0xffffffff) * (uint64_t)factor;
}

#include "model/kernel.h"
#undef XB_TARGET
#undef XB_NAME

static bool is_everywhere(void) { return true; }

static const XbKernel portable = {"portable",      is_everywhere,     xb_model_lay_levels,
                                  plain_read_unit, xb_model_lay_wide, plain_read_unit};

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define XB_TARGET __attribute__((target("avx2,bmi")))
#define XB_NAME(x) avx2_##x

enum { avx2_most = XB_MOST_VECTORS };

XB_INLINE XbWords avx2_within_words(XbWords v, int32_t limit)
{
    __m256i below = _mm256_min_epi32((__m256i)v, _mm256_set1_epi32(limit));
    return (XbWords)_mm256_max_epi32(below, _mm256_setzero_si256());
}

XB_INLINE XbHalves avx2_within_halves(XbHalves v, int16_t limit)
{
    __m256i below = _mm256_min_epi16((__m256i)v, _mm256_set1_epi16(limit));
    return (XbHalves)_mm256_max_epi16(below, _mm256_setzero_si256());
}

XB_INLINE XbWords avx2_other_words(XbWords a, XbWords b) { return a != b; }

XB_INLINE XbHalves avx2_other_halves(XbHalves a, XbHalves b) { return a != b; }

XB_INLINE XbHalves avx2_high_halves(XbHalves v, uint16_t factor)
{
    return (XbHalves)_mm256_mulhi_epu16((__m256i)v, _mm256_set1_epi16((int16_t)factor));
}

XB_INLINE XbLongs avx2_times(XbLongs v, uint32_t factor)
{
    return (XbLongs)_mm256_mul_epu32((__m256i)v, _mm256_set1_epi64x((int64_t)factor));
}

#include "model/kernel.h"

static bool has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

static const XbKernel avx2 = {"avx2",         has_avx2,          xb_model_lay_levels,
                              avx2_read_unit, xb_model_lay_wide, avx2_read_unit};
static const XbKernel *const kernels[] = {&xb_model_avx512, &avx2, &portable, NULL};

#else

static const XbKernel *const kernels[] = {&portable, NULL};

#endif

const XbKernel *const *xb_model_kernels(void) { return kernels; }

bool xb_model_kernel_runs(const XbKernel *kernel) { return kernel->is_here(); }

const XbKernel *xb_model_kernel(const char *name)
{
    for (const XbKernel *const *at = kernels; *at; at++)
        if (name ? strcmp((*at)->name, name) == 0 : (*at)->is_here())
            return *at;
    return NULL;
}
