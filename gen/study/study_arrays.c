// SPDX-License-Identifier: Apache-2.0
// Arrays of one set of every layer with weights: im2col beside kernel position.
#include "study/parts.h"

static bool add(const XbStudying *s, int n, XbScheme scheme, XbPacking packing, int64_t *sum)
{
    XbStudyQuestion q = {.part = XB_WHOLE, .scheme = scheme, .packing = packing};
    XbStudyCount one;
    if (!xb_study_count(s, &s->net->layer[n], xb_study_columns(s, n), &q, 0, &one))
        return false;
    *sum += one.arrays;
    return true;
}

bool xb_study_arrays(const XbStudying *s)
{
    XbStudyArrays *a = &s->out->arrays;
    bool is_counted = true;
    for (int n = 0; n < s->net->layers && is_counted; n++) {
        if (!xb_kind_has_weights(s->net->layer[n].kind))
            continue;
        is_counted = add(s, n, XB_IM2COL, XB_PACK_AUTO, &a->im2col) &&
                     add(s, n, XB_KERNEL_POSITION, XB_PACK_NO, &a->unpacked) &&
                     add(s, n, XB_KERNEL_POSITION, XB_PACK_AUTO, &a->packed);
        a->cells += xb_net_weights(&s->net->layer[n]) * xb_study_columns(s, n);
    }
    return is_counted;
}
