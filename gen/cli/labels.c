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

// Codes of the output that labels are about: the first, if there are several.
static int64_t class_count(const XbPlan *plan)
{
    return xb_shape_size(plan->outputs ? plan->output[0].shape : plan->layer[plan->layers - 1].out);
}

int64_t xb_labels_class(const XbPlan *plan, const uint8_t *output)
{
    return best_class(output, plan->layer[plan->layers - 1].out_bits, class_count(plan));
}

// A label that is no class would count as a wrong answer of the network.
static bool check_range(const XbRun *run, int64_t images, const XbNpy *labels)
{
    int64_t classes = class_count(&run->plan), wrong = 0, first = 0;
    for (int64_t i = 0; i < images; i++)
        if ((label_at(labels, i) < 0 || label_at(labels, i) >= classes) && !wrong++)
            first = i;
    if (wrong)
        xb_report(run->d, XB_ERROR, "labels-range", run->options->labels, "",
                  "label %lld of image %lld: the output has classes 0..%lld; %lld of %lld labels "
                  "are none of them",
                  (long long)label_at(labels, first), (long long)first, (long long)classes - 1,
                  (long long)wrong, (long long)images);
    return !wrong;
}

bool xb_labels_read(XbRun *run, int64_t images, XbNpy *labels)
{
    if (!xb_npy_read(run->arena, run->d, run->options->labels, labels))
        return false;
    if (labels->rank == 1 && labels->count >= images)
        return !run->plan.layers || check_range(run, images, labels);
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
