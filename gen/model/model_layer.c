// SPDX-License-Identifier: Apache-2.0
// Layers without weights: pools, mean, padding, addition, activations.
#include "model/parts.h"
#include <string.h>

static uint8_t *window_out(const XbJob *job, int window)
{
    return job->out + (int64_t)window * job->l->out.c;
}

static void take_largest(const XbJob *job, int window, uint8_t *out)
{
    const XbPlanLayer *l = job->l;
    XbTaps ys = xb_model_taps_y(l, window), xs = xb_model_taps_x(l, window);
    for (int64_t ky = ys.first; ky < ys.end; ky++)
        for (int64_t kx = xs.first; kx < xs.end; kx++) {
            const uint8_t *pixel = xb_model_pixel(l, job->in[0], ys, xs, ky, kx);
            for (int c = 0; c < l->out.c; c++)
                out[c] = pixel[c] > out[c] ? pixel[c] : out[c];
        }
}

// Where thresholds are for the negated sum, the largest sum has the smallest code.
static void take_smallest(const XbJob *job, int window, uint8_t *out)
{
    const XbPlanLayer *l = job->l;
    XbTaps ys = xb_model_taps_y(l, window), xs = xb_model_taps_x(l, window);
    for (int c = 0; c < l->out.c; c++) {
        int least = l->clamp_hi;
        if (l->pool_sign[c] > 0)
            continue;
        for (int64_t ky = ys.first; ky < ys.end; ky++)
            for (int64_t kx = xs.first; kx < xs.end; kx++) {
                int code = xb_model_pixel(l, job->in[0], ys, xs, ky, kx)[c];
                least = code < least ? code : least;
            }
        out[c] = (uint8_t)least;
    }
}

void xb_model_maxpool(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    for (int w = 0; w < l->windows; w++) {
        uint8_t *out = window_out(job, w);
        memset(out, 0, (size_t)l->out.c);
        take_largest(job, w, out);
        if (l->pool_sign)
            take_smallest(job, w, out);
        for (int c = 0; c < l->out.c; c++)
            out[c] = xb_model_clamp(l, out[c]);
    }
}

// Sums of the pixels inside the image; returns their number.
static int64_t sum_window(const XbJob *job, int window, int64_t *sum)
{
    const XbPlanLayer *l = job->l;
    XbTaps ys = xb_model_taps_y(l, window), xs = xb_model_taps_x(l, window);
    memset(sum, 0, sizeof *sum * (size_t)l->in.c);
    if (ys.first >= ys.end || xs.first >= xs.end)
        return 0;
    for (int64_t ky = ys.first; ky < ys.end; ky++)
        for (int64_t kx = xs.first; kx < xs.end; kx++) {
            const uint8_t *pixel = xb_model_pixel(l, job->in[0], ys, xs, ky, kx);
            for (int c = 0; c < l->in.c; c++)
                sum[c] += pixel[c];
        }
    return (ys.end - ys.first) * (xs.end - xs.first);
}

void xb_model_avgpool(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int offset = l->in_offset;
    int64_t *sum = xb_new(job->scratch, int64_t, l->in.c);
    for (int w = 0; w < l->windows; w++) {
        int64_t n = sum_window(job, w, sum);
        for (int c = 0; c < l->out.c; c++) {
            int64_t s = sum[c] - n * offset;
            uint64_t size = (uint64_t)(s < 0 ? -s : s);
            int64_t mean = (int64_t)((2 * size + (uint64_t)n) * l->reciprocal[n] >> l->recip_shift);
            window_out(job, w)[c] = xb_model_clamp(l, offset + (s < 0 ? -mean : mean));
        }
    }
}

void xb_model_mean(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int64_t *sum = xb_new(job->scratch, int64_t, l->in.c);
    for (int w = 0; w < l->windows; w++) {
        int64_t n = sum_window(job, w, sum);
        for (int c = 0; c < l->out.c; c++) {
            int32_t centred = (int32_t)(sum[c] - n * l->in_zero[0]);  // the plan has proved it
            window_out(job, w)[c] = xb_model_clamp(
                l, l->out_zero + (int64_t)xb_scale(centred, l->in_scale[0], l->scaling));
        }
    }
}

void xb_model_pad(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    for (int w = 0; w < l->windows; w++) {
        XbTaps ys = xb_model_taps_y(l, w), xs = xb_model_taps_x(l, w);
        if (ys.first < ys.end && xs.first < xs.end)
            memcpy(window_out(job, w), xb_model_pixel(l, job->in[0], ys, xs, 0, 0),
                   (size_t)l->out.c);
        else
            memset(window_out(job, w), l->in_zero[0], (size_t)l->out.c);
    }
}

static int32_t add_term(const XbPlanLayer *l, int i, uint8_t code)
{
    return xb_scale((code - l->in_zero[i]) * (1 << 20), l->in_scale[i], l->scaling);
}

void xb_model_add(const XbJob *job)
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

void xb_model_mul(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    for (int64_t k = 0; k < xb_shape_size(l->out); k++) {
        int a = job->in[0][k] - l->in_zero[0];
        int b = job->in[1][l->is_gated ? k % l->in.c : k] - l->in_zero[1];
        job->out[k] =
            xb_model_clamp(l, l->out_zero + (int64_t)xb_scale(a * b, l->in_scale[0], l->scaling));
    }
}

void xb_model_relu(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    uint8_t result[256];
    for (int code = 0; code < 256; code++)
        result[code] = xb_model_clamp(
            l, l->out_zero + (int64_t)xb_scale(code - l->in_zero[0], l->in_scale[0], l->scaling));
    for (int64_t k = 0; k < xb_shape_size(l->out); k++)
        job->out[k] = result[job->in[0][k]];
}

void xb_model_table(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int codes = 1 << l->in_bits;
    for (int64_t k = 0; k < xb_shape_size(l->out); k++)
        job->out[k] = l->table[k % l->tables * codes + job->in[0][k]];
}

// Pixel by pixel, or all at once, the codes of one input, then those of the other.
void xb_model_concat(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    uint8_t *out = job->out;
    int64_t turns = l->in_turn ? 1 : xb_shape_pixels(l->out);
    for (int64_t pixel = 0; pixel < turns; pixel++)
        for (int i = 0; i < 2; i++) {
            int64_t codes = xb_shape_size(xb_plan_input_shape(l, i)) / turns;
            size_t bytes = (size_t)(xb_code_bytes(l->out_bits) * codes);
            memcpy(out, job->in[i] + (size_t)pixel * bytes, bytes);
            out += bytes;
        }
}

void xb_model_slice(const XbJob *job)
{
    const XbPlanLayer *l = job->l;
    int64_t bytes = xb_code_bytes(l->out_bits);
    uint8_t *out = job->out;
    for (int64_t pixel = 0; pixel < xb_shape_pixels(l->out); pixel++) {
        int64_t from = xb_plan_box_pixel(l, pixel) * l->in.c + l->begin[2];
        for (int c = 0; c < l->out.c; c++, from += l->step[2], out += bytes)
            memcpy(out, job->in[0] + from * bytes, (size_t)bytes);
    }
}

void xb_model_reshape(const XbJob *job)
{
    size_t bytes = (size_t)xb_code_bytes(job->l->out_bits);
    memcpy(job->out, job->in[0], bytes * (size_t)xb_shape_size(job->l->out));
}
