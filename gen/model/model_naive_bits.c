// SPDX-License-Identifier: Apache-2.0
// The plain network of few bits: values instead of codes, thresholds, blocks and their merge,
// straight from docs/numerics.md. It knows nothing of crossbars or plans.
#include "model/naive_parts.h"
#include <string.h>

static int code_at(const uint8_t *codes, int bits, int64_t i)
{
    uint16_t wide;
    if (bits <= 8)
        return codes[i];
    memcpy(&wide, codes + 2 * i, sizeof wide);
    return wide;
}

static void put(uint8_t *out, int bits, int64_t i, int64_t value)
{
    uint16_t wide = (uint16_t)value;
    int32_t word = (int32_t)value;
    if (bits <= 8)
        out[i] = (uint8_t)value;
    else if (bits <= 16)
        memcpy(out + 2 * i, &wide, sizeof wide);
    else
        memcpy(out + 4 * i, &word, sizeof word);
}

// ---- layers with weights ----

typedef struct Values {  // the input as numbers: of codes with a zero point x - z, of others -1, +1
    const XbNetLayer *l;
    const int32_t *value;
    int padding;
    int kh, kw;  // the whole image of a fully connected layer
} Values;

static int value_of(XbQuant q, int code)
{
    return xb_quant_is_bipolar(q) ? 2 * code - 1 : code - q.zero;
}

static Values read_values(XbArena *scratch, const XbNaiveSums *s)
{
    const XbNetLayer *l = s->l;
    bool is_fc = l->kind == XB_FC;
    int64_t size = xb_shape_size(l->in);
    int32_t *value = xb_new(scratch, int32_t, size);
    for (int64_t i = 0; i < size; i++)
        value[i] = value_of(l->in_q[0], code_at(s->in, l->in_q[0].bits, i));
    return (Values){l, value, value_of(l->in_q[0], l->in_q[0].zero), is_fc ? l->in.h : l->kh,
                    is_fc ? l->in.w : l->kw};
}

static int value_at(const Values *v, int64_t y, int64_t x, int channel)
{
    XbShape s = v->l->in;
    bool is_inside = y >= 0 && y < s.h && x >= 0 && x < s.w;
    return is_inside ? v->value[(y * s.w + x) * s.c + channel] : v->padding;
}

// Weight of output channel `filter` under tap `tap`, input channel `depth` of its group.
static int weight_at(const Values *v, int filter, int tap, int depth)
{
    const XbNetLayer *l = v->l;
    if (l->kind == XB_DWCONV)
        return xb_net_weight(l, (int64_t)tap * l->out.c + filter);
    int channels = l->in.c / l->groups;
    return xb_net_weight(l, ((int64_t)filter * v->kh * v->kw + tap) * channels + depth);
}

// The number of an input among those of an output, by which blocks are cut.
static int64_t number_of(const Values *v, int tap, int depth)
{
    if (v->l->kind == XB_FC)
        return (int64_t)tap * v->l->in.c + depth;
    return (int64_t)depth * v->kh * v->kw + tap;
}

// The sum of one output channel; of a split layer over the inputs of its block.
static int64_t sum_of(const Values *v, int channel, int oy, int ox)
{
    const XbNetLayer *l = v->l;
    bool is_dw = l->kind == XB_DWCONV;
    int filters = xb_net_filters(l), filter = channel % filters;
    int depths = is_dw ? 1 : l->in.c / l->groups;
    int first = is_dw ? channel / l->multiplier : channel / (l->out.c / l->groups) * depths;
    if (l->blocks)
        first = 0;
    int64_t begin = xb_net_rows(l) * (channel / filters), end = begin + xb_net_rows(l), sum = 0;
    for (int tap = 0; tap < v->kh * v->kw; tap++) {
        int64_t y = (int64_t)oy * l->stride_h - l->pad_t + (int64_t)(tap / v->kw) * l->dil_h;
        int64_t x = (int64_t)ox * l->stride_w - l->pad_l + (int64_t)(tap % v->kw) * l->dil_w;
        for (int d = 0; d < depths; d++) {
            int64_t n = number_of(v, tap, d);
            if (!l->blocks || (n >= begin && n < end))
                sum += (int64_t)weight_at(v, filter, tap, d) * value_at(v, y, x, first + d);
        }
    }
    return sum;
}

static int reached(const XbNetLayer *l, int channel, int64_t sum)
{
    int levels = (1 << l->out_q.bits) - 1, code = 0;
    int64_t list = l->threshold_lists > 1 ? channel : 0;
    sum = l->gain_sign && l->gain_sign[channel] < 0 ? -sum : sum;
    for (int k = 0; k < levels; k++) {
        int32_t t = l->thresholds[list * levels + k];
        code += t == INT32_MIN || (t != INT32_MAX && sum >= t);
    }
    return code;
}

static int64_t result_of(const XbNaiveSums *s, int channel, int64_t sum)
{
    const XbNetLayer *l = s->l;
    if (l->post == XB_POST_SCALE)
        return s->scaled(s->context, channel, sum);
    sum += l->bias ? l->bias[channel] : 0;
    return l->post == XB_POST_SUMS ? sum : reached(l, channel, sum);
}

void xb_naive_weighted(const XbNaiveSums *s)
{
    const XbNetLayer *l = s->l;
    XbArena scratch = {0};
    Values v = read_values(&scratch, s);
    int64_t at = 0;
    for (int oy = 0; oy < l->out.h; oy++)
        for (int ox = 0; ox < l->out.w; ox++)
            for (int c = 0; c < l->out.c; c++, at++)
                put(s->out, l->out_q.bits, at, result_of(s, c, sum_of(&v, c, oy, ox)));
    xb_arena_free(&scratch);
}

// ---- pools and merges ----

// Inside the image everywhere: such pools have no padding.
static int best_of(const XbNetLayer *l, const uint8_t *in, int oy, int ox, int c)
{
    bool is_least = l->gain_sign[c] < 0;
    int best = is_least ? 255 : 0;
    for (int y = oy * l->stride_h; y < oy * l->stride_h + l->kh; y++)
        for (int x = ox * l->stride_w; x < ox * l->stride_w + l->kw; x++) {
            int code = in[((int64_t)y * l->in.w + x) * l->in.c + c];
            best = (code < best) == is_least ? code : best;
        }
    return best;
}

void xb_naive_pool_signed(const XbNetLayer *l, const uint8_t *in, uint8_t *out)
{
    for (int oy = 0; oy < l->out.h; oy++)
        for (int ox = 0; ox < l->out.w; ox++)
            for (int c = 0; c < l->out.c; c++)
                *out++ = (uint8_t)best_of(l, in, oy, ox, c);
}

static int64_t merged(const XbNetLayer *l, int64_t sum)
{
    int64_t top = (1 << l->out_q.bits) - 1, scaled = sum * l->avg_multiplier;
    if (l->merge == XB_MAJORITY)
        return 2 * sum >= l->blocks;
    if (l->merge == XB_MERGE_SUM)
        return sum;
    if (l->avg_shift)
        scaled += INT64_C(1) << (l->avg_shift - 1);
    scaled >>= l->avg_shift;
    return scaled < top ? scaled : top;
}

void xb_naive_merge(const XbNetLayer *l, const uint8_t *in, uint8_t *out)
{
    for (int64_t i = 0; i < xb_shape_size(l->out); i++) {
        int64_t sum = 0, pixel = i / l->out.c, c = i % l->out.c;
        for (int g = 0; g < l->blocks; g++)
            sum += in[pixel * l->in.c + g * l->out.c + c];
        put(out, l->out_q.bits, i, merged(l, sum));
    }
}
