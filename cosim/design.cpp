// SPDX-License-Identifier: Apache-2.0
#include "design.h"

#include "xb_design.h"

namespace xb
{

const Design design = {XB_DESIGN_HASH, XB_LAYERS,       XB_ARRAYS,       XB_IN_BYTES,
                       XB_OUT_BYTES,   XB_IMAGE_BYTES,  XB_RESULT_BYTES, XB_CODE_OFFSET,
                       XB_PER_ARRAY,   XB_POLARITIES,   XB_COUNTERS,     XB_INTERVAL,
                       XB_LATENCY,     xb_design_layer, xb_design_array};

}  // namespace xb
