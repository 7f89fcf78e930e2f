// SPDX-License-Identifier: Apache-2.0
// What becomes of the sums of a layer with weights: they are scaled, counted by thresholds, or left
// as they are; and of the codes of blocks. docs/numerics.md section 5.
#include "model/parts.h"
#include <string.h>

// Codes of several bytes lie as the machine has them.
static void store(const XbPlanLayer *l, int32_t value, uint8_t *out, int64_t at)
{
    uint16_t narrow = (uint16_t)value;
    if (l->out_bits <= 8)
        out[at] = (uint8_t)value;
    else if (l->out_bits <= 16)
        memcpy(out + 2 * at, &narrow, sizeof narrow);
    else
        memcpy(out + 4 * at, &value, sizeof value);
}

void xb_model_post(const XbPlanLayer *l, int c, int32_t sum, uint8_t *out, int64_t at)
{
    if (l->post == XB_POST_SCALE) {
        out[at] = xb_model_clamp(l, l->out_zero + (int64_t)xb_scale(sum, l->scale[c], l->scaling));
        return;
    }
    if (l->post == XB_POST_THRESHOLDS) {
        int64_t list = l->threshold_lists > 1 ? c : 0;
        const int32_t *threshold = l->threshold + list * ((1 << l->out_bits) - 1);
        sum = xb_plan_reached(threshold, l->out_bits, sum);
    }
    store(l, sum, out, at);
}

// ---- merges ----

static int merge(const XbPlanLayer *l, int sum)
{
    int top = (1 << l->out_bits) - 1;
    if (l->merge == XB_MAJORITY)
        return 2 * sum >= l->blocks;  // ties go up
    if (l->merge == XB_MERGE_SUM)
        return sum;
    int64_t half = l->merge_shift ? INT64_C(1) << (l->merge_shift - 1) : 0;
    int64_t mean = ((int64_t)sum * l->merge_multiplier + half) >> l->merge_shift;
    return mean > top ? top : (int)mean;
}

void xb_model_merge(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    for (int64_t pixel = 0; pixel < xb_shape_pixels(l->out); pixel++)
        for (int c = 0; c < l->out.c; c++) {
            const uint8_t *code = job->in[0] + pixel * l->in.c + c;
            int sum = 0;
            for (int g = 0; g < l->blocks; g++)
                sum += code[(int64_t)g * l->out.c];
            store(l, merge(l, sum), job->out, pixel * l->out.c + c);
        }
}
