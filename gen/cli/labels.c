// SPDX-License-Identifier: Apache-2.0
// Labels: integers of any size, one an image.
#include "cli/labels.h"

#include <math.h>
#include <string.h>

static int64_t label_at(const XbNpy *labels, int64_t i)
{
    const uint8_t *at = (const uint8_t *)labels->data + i * labels->item_size;
    uint64_t value = labels->kind == 'i' && at[labels->item_size - 1] & 0x80 ? UINT64_MAX : 0;
    for (int b = labels->item_size - 1; b >= 0; b--)
        value = value << 8 | at[b];
    return (int64_t)value;
}

static int64_t score_at(const uint8_t *output, int bits, int64_t i)
{
    uint16_t wide;
    int32_t sum;
    if (bits <= 8)
        return output[i];
    if (bits <= 16) {
        memcpy(&wide, output + 2 * i, sizeof wide);
        return wide;
    }
    memcpy(&sum, output + 4 * i, sizeof sum);
    return sum;
}

static int64_t best_class(const uint8_t *output, int bits, int64_t count)
{
    int64_t best = 0;
    for (int64_t i = 1; i < count; i++)
        if (score_at(output, bits, i) > score_at(output, bits, best))
            best = i;
    return best;
}

int64_t xb_labels_class(const XbPlan *plan, const uint8_t *output)
{
    const XbPlanLayer *last = &plan->layer[plan->layers - 1];
    XbShape classes = plan->outputs ? plan->output[0].shape : last->out;
    return best_class(output, last->out_bits, xb_shape_size(classes));
}

bool xb_labels_read(XbRun *run, int64_t images, XbNpy *labels)
{
    if (!xb_npy_read(run->arena, run->d, run->options->labels, labels))
        return false;
    if (labels->rank == 1 && labels->count >= images)
        return true;
    xb_report(run->d, XB_ERROR, "labels-shape", run->options->labels, "",
              "shape must be [N] with N >= %lld", (long long)images);
    return false;
}

int64_t xb_labels_right(const XbPlan *plan, const XbNpy *labels, int64_t first, int64_t count,
                        const uint8_t *output)
{
    int64_t right = 0, size = xb_plan_bytes(plan, plan->layers - 1);
    for (int64_t i = 0; i < count; i++)
        right += xb_labels_class(plan, output + i * size) == label_at(labels, first + i);
    return right;
}

XbInterval xb_labels_interval(int64_t right, int64_t images)
{
    const double z = 1.959963984540054;  // 97.5 % of a unit Gaussian lie below
    double n = (double)images, p = (double)right / n, scale = 1 + z * z / n;
    double middle = (p + z * z / (2 * n)) / scale;
    double half = z / scale * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (XbInterval){right ? middle - half : 0, right < images ? middle + half : 1};
}
