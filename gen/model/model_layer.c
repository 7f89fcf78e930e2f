// SPDX-License-Identifier: Apache-2.0
// Layers without weights: pools, mean, padding, addition, activations.
#include "model/parts.h"
#include <string.h>

static void run_maxpool(const XbJob *job, int window, uint8_t *out)
{
    const XbPlanLayer *l = job->l;
    memset(out, 0, (size_t)l->out.c);
    for (int tap = 0; tap < l->taps; tap++) {
        const uint8_t *pixel = xb_model_tap(l, job->in[0], window, tap);
        for (int c = 0; pixel && c < l->out.c; c++)
            out[c] = pixel[c] > out[c] ? pixel[c] : out[c];
    }
    for (int c = 0; c < l->out.c; c++)
        out[c] = xb_model_clamp(l, out[c]);
}

// Sums of the pixels inside the image; returns their number.
static int sum_window(const XbJob *job, int window, int32_t *sum)
{
    const XbPlanLayer *l = job->l;
    int pixels = 0;
    memset(sum, 0, sizeof *sum * (size_t)l->in.c);
    for (int tap = 0; tap < l->taps; tap++) {
        const uint8_t *pixel = xb_model_tap(l, job->in[0], window, tap);
        pixels += pixel != NULL;
        for (int c = 0; pixel && c < l->in.c; c++)
            sum[c] += pixel[c];
    }
    return pixels;
}

static void run_avgpool(const XbJob *job, int window, uint8_t *out, int32_t *sum)
{
    const XbPlanLayer *l = job->l;
    int offset = job->model->plan->code_offset;
    int n = sum_window(job, window, sum);
    for (int c = 0; c < l->out.c; c++) {
        int64_t s = sum[c] - (int64_t)n * offset;
        uint64_t size = (uint64_t)(s < 0 ? -s : s);
        int64_t mean = (int64_t)((2 * size + (uint64_t)n) * l->reciprocal[n] >> l->recip_shift);
        out[c] = xb_model_clamp(l, offset + (s < 0 ? -mean : mean));
    }
}

static void run_mean(const XbJob *job, int window, uint8_t *out, int32_t *sum)
{
    const XbPlanLayer *l = job->l;
    int n = sum_window(job, window, sum);
    for (int c = 0; c < l->out.c; c++) {
        int32_t centred = sum[c] - n * l->in_zero[0];
        out[c] =
            xb_model_clamp(l, l->out_zero + (int64_t)xb_scale(centred, l->in_scale[0], l->scaling));
    }
}

static void run_pad(const XbJob *job, int window, uint8_t *out)
{
    const XbPlanLayer *l = job->l;
    const uint8_t *pixel = xb_model_tap(l, job->in[0], window, 0);
    if (pixel)
        memcpy(out, pixel, (size_t)l->out.c);
    else
        memset(out, l->in_zero[0], (size_t)l->out.c);
}

static void run_windows(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int32_t *sum = xb_new(job->scratch, int32_t, l->in.c);
    for (int w = 0; w < l->windows; w++) {
        uint8_t *out = job->out + (int64_t)w * l->out.c;
        if (l->kind == XB_MAXPOOL)
            run_maxpool(job, w, out);
        else if (l->kind == XB_AVGPOOL)
            run_avgpool(job, w, out, sum);
        else if (l->kind == XB_MEAN)
            run_mean(job, w, out, sum);
        else
            run_pad(job, w, out);
    }
}

static int32_t add_term(const XbPlanLayer *l, int i, uint8_t code)
{
    return xb_scale((code - l->in_zero[i]) * (1 << 20), l->in_scale[i], l->scaling);
}

static void run_add(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int32_t term[2][256];
    for (int i = 0; i < 2; i++)
        for (int code = 0; code < 256; code++)
            term[i][code] = add_term(l, i, (uint8_t)code);
    for (int64_t k = 0; k < xb_shape_size(l->out); k++) {
        int32_t sum = term[0][job->in[0][k]] + term[1][job->in[1][k]];
        job->out[k] =
            xb_model_clamp(l, l->out_zero + (int64_t)xb_scale(sum, l->out_scale, l->scaling));
    }
}

static void run_relu(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    uint8_t result[256];
    for (int code = 0; code < 256; code++)
        result[code] = xb_model_clamp(
            l, l->out_zero + (int64_t)xb_scale(code - l->in_zero[0], l->in_scale[0], l->scaling));
    for (int64_t k = 0; k < xb_shape_size(l->out); k++)
        job->out[k] = result[job->in[0][k]];
}

void xb_model_plain(const XbJob *job)
{
    switch (job->l->kind) {
    case XB_ADD:
        run_add(job);
        break;
    case XB_RELU:
        run_relu(job);
        break;
    case XB_RESHAPE:
        memcpy(job->out, job->in[0], (size_t)xb_shape_size(job->l->out));
        break;
    default:
        run_windows(job);
    }
}
