// SPDX-License-Identifier: Apache-2.0
// The design, as numbers that only the linker knows: what includes this and not xb_design.h is
// compiled once for all designs.
#ifndef XB_COSIM_DESIGN_H
#define XB_COSIM_DESIGN_H

#include "design_types.h"
#include <cstdint>

namespace xb
{

struct Design {  // as in xb_design.h
    uint64_t hash;
    int layers, arrays;
    int in_bytes, out_bytes;
    long long image_bytes, result_bytes;
    int code_offset, per_array, polarities;
    bool counters;
    long long interval, latency;
    const XbDesignLayer *layer;
    const XbDesignArray *array;
};

extern const Design design;

}  // namespace xb

#endif
