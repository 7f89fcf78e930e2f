// SPDX-License-Identifier: Apache-2.0
// The kernels there are, the fastest first; those that add cells row by row, one text compiled for
// more than one instruction set.
#include "model/kernel_rows.h"
#include <string.h>

typedef int8_t XbBytes32 __attribute__((vector_size(32), may_alias));
typedef int8_t XbBytes16 __attribute__((vector_size(16), may_alias));
typedef int16_t XbHalves16 __attribute__((vector_size(32), may_alias));
typedef int16_t XbHalves8 __attribute__((vector_size(16), may_alias));
typedef int32_t XbWords8 __attribute__((vector_size(32), may_alias));

#define XB_UNROLL _Pragma("GCC unroll 4")

typedef struct XbChunk {  // some columns of a unit in one plane
    const XbRead *read;
    int plane, group;
    int first, count;  // conversions, padded to whole vectors
} XbChunk;

static inline bool xb_kernel_any(const XbRowRange *r)
{
    for (int w = r->first / 64; w <= (r->end - 1) / 64; w++)
        if (xb_kernel_word(r, w))
            return true;
    return false;
}

#define XB_TARGET
#define XB_NAME(x) plain_##x
#include "model/kernel.h"
#undef XB_TARGET
#undef XB_NAME

static bool is_everywhere(void) { return true; }

static const XbKernel portable = {"portable", is_everywhere, NULL, plain_read_unit, NULL,
                                  xb_model_read_wide};

#if defined(__x86_64__) && defined(__GNUC__)

#define XB_TARGET __attribute__((target("avx2,bmi")))
#define XB_NAME(x) avx2_##x
#include "model/kernel.h"

static bool has_avx2(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi");
}

static const XbKernel avx2 = {"avx2", has_avx2, NULL, avx2_read_unit, NULL, xb_model_read_wide};
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
