// SPDX-License-Identifier: Apache-2.0
// The images of a calibration, batch by batch, as often as they are needed.
#include "cli/calibrate.h"
#include <stdio.h>
#include <unistd.h>

enum { BATCH = 64 };

static void show_progress(const XbRun *run, const char *what, int64_t done, int64_t all)
{
    if (all <= BATCH || run->options->quiet || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s: %lld/%lld images ", what, (long long)done, (long long)all);
    if (done == all)
        fprintf(stderr, "\r%60s\r", "");
}

bool xb_calib_images(XbCalib *c, const XbImages *images, const char *what, XbCalibTake *take,
                     void *context)
{
    XbArena scratch = {0};
    int64_t room = c->run->options->batch ? c->run->options->batch : BATCH, count;
    room = room < images->count ? room : images->count;
    uint8_t *codes = xb_new(&scratch, uint8_t, room * xb_shape_size(c->run->plan.input));
    bool is_read = true;
    for (int64_t i = 0; i < images->count && is_read; i += count) {
        count = images->count - i < room ? images->count - i : room;
        is_read = xb_images_get(images, i, count, codes);
        if (is_read)
            take(c, context, i, count, codes);
        show_progress(c->run, what, i + count, images->count);
    }
    xb_arena_free(&scratch);
    return is_read;
}
