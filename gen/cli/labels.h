// SPDX-License-Identifier: Apache-2.0
// Labels of images, and how many results agree with them.
#ifndef XBGEN_CLI_LABELS_H
#define XBGEN_CLI_LABELS_H

#include "cli/cli.h"

#include "xbgen/npy.h"

// Reads the file of --labels, at least `images` of them, and looks whether these are classes of the
// output, once there is a plan. Reports [labels-shape], [labels-range], [npy-...], [file-read].
bool xb_labels_read(XbRun *run, int64_t images, XbNpy *labels);

// The class of one result: the number of its largest code, the first of equals.
int64_t xb_labels_class(const XbPlan *plan, const uint8_t *output);

// Of results `first` .. first + count - 1, codes of the last layer: those whose class is the
// label.
int64_t xb_labels_right(const XbPlan *plan, const XbNpy *labels, int64_t first, int64_t count,
                        const uint8_t *output);

// Wilson's interval: where the accuracy over all images that there could be lies, with 95 % confidence.
typedef struct XbInterval {
    double low, high;
} XbInterval;

XbInterval xb_labels_interval(int64_t right, int64_t images);

#endif
