// SPDX-License-Identifier: Apache-2.0
// The codes of a window in the order of the layer's rows: pixels inside the image over a ground of
// zero points.
#include "model/parts.h"
#include <string.h>

static void gather_kernel(const XbJob *job, int window, uint8_t *codes)
{
    const XbPlanLayer *l = job->l;
    XbTaps ys = xb_model_taps_y(l, window), xs = xb_model_taps_x(l, window);
    bool is_tap_major = l->map->row_order == XB_ROWS_TAP_MAJOR;
    int64_t step = is_tap_major ? 1 : (int64_t)l->kh * l->kw;
    for (int64_t ky = ys.first; ky < ys.end; ky++)
        for (int64_t kx = xs.first; kx < xs.end; kx++) {
            const uint8_t *pixel = xb_model_pixel(l, job->in[0], ys, xs, ky, kx);
            int64_t tap = ky * l->kw + kx;
            uint8_t *to = codes + (is_tap_major ? tap * l->in.c : tap);
            for (int c = 0; c < l->in.c; c++)
                to[c * step] = pixel[c];
        }
}

// A sub-image: all its positions, channel by channel.
static void gather_patch(const XbJob *job, int window, uint8_t *codes)
{
    const XbPlanLayer *l = job->l;
    const XbPlanPatch *p = &l->map->patch;
    int first_y = window / p->across * p->side, first_x = window % p->across * p->side;
    XbTaps ys = xb_model_taps(first_y, l->stride_h, l->pad_t, p->h, 1, l->in.h);
    XbTaps xs = xb_model_taps(first_x, l->stride_w, l->pad_l, p->w, 1, l->in.w);
    int64_t step = (int64_t)p->h * p->w;
    for (int64_t u = ys.first; u < ys.end; u++)
        for (int64_t v = xs.first; v < xs.end; v++) {
            const uint8_t *pixel = job->in[0] + ((ys.at + u) * l->in.w + xs.at + v) * l->in.c;
            for (int c = 0; c < l->in.c; c++)
                codes[c * step + u * p->w + v] = pixel[c];
        }
}

// Pixels of a 1x1 convolution side by side. Those behind the last of the image lie in the padding.
static void gather_run(const XbJob *job, int window, uint8_t *codes)
{
    const XbPlanLayer *l = job->l;
    for (int i = 0; i < l->map->patch.outputs; i++) {
        int pixel = window * l->map->patch.outputs + i;
        XbTaps ys = xb_model_taps_y(l, pixel), xs = xb_model_taps_x(l, pixel);
        if (ys.first < ys.end && xs.first < xs.end)
            memcpy(codes + (int64_t)i * l->in.c, xb_model_pixel(l, job->in[0], ys, xs, 0, 0),
                   (size_t)l->in.c);
    }
}

XbJob xb_model_bytes(const XbJob *job)
{
    XbJob bytes = *job;
    int64_t size = xb_shape_size(job->l->in);
    if (job->l->in_bits <= 8)
        return bytes;
    uint8_t *low = xb_new(job->scratch, uint8_t, size), *high = xb_new(job->scratch, uint8_t, size);
    for (int64_t i = 0; i < size; i++) {
        uint16_t code;
        memcpy(&code, job->in[0] + 2 * i, sizeof code);
        low[i] = (uint8_t)code;
        high[i] = (uint8_t)(code >> 8);
    }
    bytes.in[0] = low;
    bytes.in[1] = high;
    return bytes;
}

void xb_model_gather(const XbJob *all, int window, int byte, uint8_t *codes)
{
    const XbJob *job = all;
    const XbPlanMap *m = job->l->map;
    XbJob high;
    if (byte) {
        high = *all;
        high.in[0] = all->in[1];
        job = &high;
    }
    memset(codes, job->l->in_zero[0] >> (8 * byte) & 0xff, (size_t)m->rows);
    if (m->patch.tap)
        gather_patch(job, window, codes);
    else if (m->patch.outputs > 1)
        gather_run(job, window, codes);
    else
        gather_kernel(job, window, codes);
}
