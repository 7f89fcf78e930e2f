// SPDX-License-Identifier: Apache-2.0
// The plain integer network, layer by layer, straight from docs/numerics.md section 5. It knows
// nothing of crossbars or plans, so that it can disagree with them.
#include "model/naive_parts.h"
#include <math.h>
#include <string.h>

#include "xbgen/num.h"

typedef struct Pixels {  // one image of codes, NHWC
    const uint8_t *data;
    XbShape shape;
} Pixels;

typedef struct Run {  // one layer being computed
    const XbNetLayer *l;
    XbRounding rounding;
    Pixels in[2];
    uint8_t *out;
    int lo, hi;  // clamp, as codes
    int top;     // largest code
    int offset;  // of its input, the code of value 0 in the file
} Run;

static uint8_t finish(const Run *r, int64_t value)
{
    return (uint8_t)(value < r->lo ? r->lo : value > r->hi ? r->hi : value);
}

static void set_clamp(Run *r)
{
    const XbQuant *q = &r->l->out_q;
    r->lo = r->l->act == XB_ACT_NONE ? 0 : q->zero;
    r->hi = r->top;
    if (r->l->act != XB_ACT_RELU6)
        return;
    float six = roundf(6.0f / q->scale);
    if (six < (float)(r->top - q->zero))
        r->hi = q->zero + (int)six;
}

static XbScaling scaling(const Run *r)
{
    return r->rounding == XB_ROUND_SINGLE ? XB_M_SINGLE : XB_M_DOUBLE;
}

// ---- layers with weights ----

enum { DOT_BLOCK = 16 };

static int32_t saturate(int64_t v)
{
    return v < INT32_MIN ? INT32_MIN : v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

// Loops of a fixed length become vector instructions.
static int32_t dot_block(const int8_t *w, const uint8_t *x, int zero)
{
    int32_t sum = 0;
    for (int i = 0; i < DOT_BLOCK; i++) {
        int16_t difference = (int16_t)(x[i] - zero);
        sum += w[i] * difference;
    }
    return sum;
}

static int32_t dot(const int8_t *w, const uint8_t *x, int zero, int count)
{
    int32_t sum = 0;
    int i = 0;
    for (; i + DOT_BLOCK <= count; i += DOT_BLOCK)
        sum += dot_block(w + i, x + i, zero);
    for (; i < count; i++)
        sum += w[i] * (x[i] - zero);
    return sum;
}

typedef struct Gain {  // from a channel's sum to its output
    double real;       // what the scales say
    XbMultiplier m;    // the same in fixed point
} Gain;

static Gain channel_gain(const Run *r, int co)
{
    const XbNetLayer *l = r->l;
    bool in_float =
        xb_net_is_dense(l) ? l->per_tensor && r->rounding != XB_ROUND_TFLITE : xb_net_is_uint8(l);
    double real =
        xb_real_multiplier(l->in_q[0].scale, l->weight_scale[co], l->out_q.scale, in_float);
    return (Gain){real, xb_multiplier(real)};
}

// TensorFlow Lite's reference multiplies in double precision here, not in fixed point.
static bool is_real_product(const Run *r)
{
    return r->rounding == XB_ROUND_TFLITE && xb_net_is_dense(r->l);
}

static int32_t real_product(int32_t acc, double real)
{
    double y = round(acc * real);  // ties away from zero
    return y <= INT32_MIN ? INT32_MIN : y >= INT32_MAX ? INT32_MAX : (int32_t)y;
}

static uint8_t requantize(const Run *r, int co, int64_t sum, Gain gain)
{
    int32_t acc = saturate(sum + (r->l->bias ? r->l->bias[co] : 0));
    int64_t y =
        is_real_product(r) ? real_product(acc, gain.real) : xb_scale(acc, gain.m, scaling(r));
    return finish(r, r->l->out_q.zero + y);
}

typedef struct Window {  // where the kernel of one output pixel lies; may leave the image, far
    int64_t y, x;
} Window;

static Window window_at(const XbNetLayer *l, int oy, int ox)
{
    return (Window){(int64_t)oy * l->stride_h - l->pad_t, (int64_t)ox * l->stride_w - l->pad_l};
}

static bool in_image(XbShape s, int64_t y, int64_t x)
{
    return y >= 0 && y < s.h && x >= 0 && x < s.w;
}

static const uint8_t *pixel(Pixels p, int64_t y, int64_t x)
{
    return p.data + (y * p.shape.w + x) * p.shape.c;
}

// One output channel's place: its weights, and the input channels of its group.
typedef struct Filter {
    const int8_t *w;
    int from, depth;
} Filter;

static Filter filter_of(const XbNetLayer *l, int co)
{
    int depth = l->in.c / l->groups;
    return (Filter){l->weights + (int64_t)co * l->kh * l->kw * depth,
                    co / (l->out.c / l->groups) * depth, depth};
}

// Kernel row over image row y. Without dilation and groups the codes under it are neighbours in
// memory.
static int64_t conv_row(const Run *r, Filter f, const int8_t *w, int64_t y, int64_t x)
{
    const XbNetLayer *l = r->l;
    int zero = l->in_q[0].zero;
    if (l->dil_w == 1 && l->groups == 1) {
        int64_t from = x < 0 ? -x : 0;
        int64_t to = x + l->kw > l->in.w ? l->in.w - x : l->kw;
        int count = to > from ? (int)(to - from) * l->in.c : 0;
        return count ? dot(w + from * l->in.c, pixel(r->in[0], y, x + from), zero, count) : 0;
    }
    int64_t sum = 0;
    for (int kx = 0; kx < l->kw; kx++, x += l->dil_w, w += f.depth)
        if (x >= 0 && x < l->in.w)
            sum += dot(w, pixel(r->in[0], y, x) + f.from, zero, f.depth);
    return sum;
}

static int64_t conv_sum(const Run *r, Filter f, Window at)
{
    const XbNetLayer *l = r->l;
    const int8_t *w = f.w;
    int64_t sum = 0;
    for (int ky = 0; ky < l->kh; ky++, w += (int64_t)l->kw * f.depth) {
        int64_t y = at.y + (int64_t)ky * l->dil_h;
        if (y >= 0 && y < l->in.h)
            sum += conv_row(r, f, w, y, at.x);
    }
    return sum;
}

static void conv_channel(const Run *r, int co)
{
    const XbNetLayer *l = r->l;
    Gain gain = channel_gain(r, co);
    Filter f = filter_of(l, co);
    uint8_t *out = r->out + co;
    for (int oy = 0; oy < l->out.h; oy++)
        for (int ox = 0; ox < l->out.w; ox++, out += l->out.c)
            *out = requantize(r, co, conv_sum(r, f, window_at(l, oy, ox)), gain);
}

static int64_t dwconv_sum(const Run *r, int co, Window at)
{
    const XbNetLayer *l = r->l;
    const int8_t *w = l->weights + co;
    int ci = co / l->multiplier;
    int64_t sum = 0;
    for (int ky = 0; ky < l->kh; ky++)
        for (int kx = 0; kx < l->kw; kx++, w += l->out.c) {
            int64_t y = at.y + (int64_t)ky * l->dil_h;
            int64_t x = at.x + (int64_t)kx * l->dil_w;
            if (in_image(l->in, y, x))
                sum += (int64_t)*w * (pixel(r->in[0], y, x)[ci] - l->in_q[0].zero);
        }
    return sum;
}

static void dwconv_channel(const Run *r, int co)
{
    const XbNetLayer *l = r->l;
    Gain gain = channel_gain(r, co);
    uint8_t *out = r->out + co;
    for (int oy = 0; oy < l->out.h; oy++)
        for (int ox = 0; ox < l->out.w; ox++, out += l->out.c)
            *out = requantize(r, co, dwconv_sum(r, co, window_at(l, oy, ox)), gain);
}

static void fc_channel(const Run *r, int co)
{
    const XbNetLayer *l = r->l;
    int inputs = l->in.h * l->in.w * l->in.c;
    int64_t sum = dot(l->weights + (int64_t)co * inputs, r->in[0].data, l->in_q[0].zero, inputs);
    r->out[co] = requantize(r, co, sum, channel_gain(r, co));
}

static void run_channels(const Run *r, void (*channel)(const Run *, int))
{
    for (int co = 0; co < r->l->out.c; co++)
        channel(r, co);
}

static uint8_t scaled(const void *context, int channel, int64_t sum)
{
    return requantize(context, channel, sum, channel_gain(context, channel));
}

// What few-bit networks have, and weights with a zero point: the loops above do without.
static bool is_special(const XbNetLayer *l)
{
    return l->post != XB_POST_SCALE || l->in_q[0].bits > 8 || xb_quant_is_bipolar(l->in_q[0]) ||
           l->weight_zero;
}

static void run_weighted(const Run *r, void (*channel)(const Run *, int))
{
    XbNaiveSums s = {r->l, r->in[0].data, r->out, scaled, r};
    if (is_special(r->l))
        xb_naive_weighted(&s);
    else
        run_channels(r, channel);
}

static void run_conv(const Run *r) { run_weighted(r, conv_channel); }

static void run_dwconv(const Run *r) { run_weighted(r, dwconv_channel); }

static void run_fc(const Run *r) { run_weighted(r, fc_channel); }

// ---- ADD ----

enum { ADD_SHIFT = 20 };

typedef struct AddScales {
    XbMultiplier in[2], out;
} AddScales;

static AddScales add_scales(const XbNetLayer *l)
{
    double s1 = (double)l->in_q[0].scale;
    double s2 = (double)l->in_q[1].scale;
    double t = 2 * (s1 > s2 ? s1 : s2);
    double unit = (double)(1 << ADD_SHIFT) * (double)l->out_q.scale;
    return (AddScales){{xb_multiplier(s1 / t), xb_multiplier(s2 / t)}, xb_multiplier(t / unit)};
}

static void run_add(const Run *r)
{
    const XbNetLayer *l = r->l;
    AddScales s = add_scales(l);
    XbScaling how = scaling(r);
    int64_t count = xb_shape_size(l->out);
    for (int64_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (int n = 0; n < 2; n++)
            sum += xb_scale((r->in[n].data[i] - l->in_q[n].zero) * (1 << ADD_SHIFT), s.in[n], how);
        r->out[i] = finish(r, l->out_q.zero + (int64_t)xb_scale(sum, s.out, how));
    }
}

// ---- pools ----

typedef struct Pooled {  // what a window holds, of one channel
    int64_t sum;
    int count, largest;
} Pooled;

static Pooled pool_window(const Run *r, Window at, int c)
{
    const XbNetLayer *l = r->l;
    Pooled p = {0, 0, 0};
    for (int64_t y = at.y < 0 ? 0 : at.y; y < at.y + l->kh && y < l->in.h; y++)
        for (int64_t x = at.x < 0 ? 0 : at.x; x < at.x + l->kw && x < l->in.w; x++) {
            int code = pixel(r->in[0], y, x)[c];
            p.sum += code;
            p.count++;
            p.largest = code > p.largest ? code : p.largest;
        }
    return p;
}

// S/n with S over signed values, ties away from zero, as a code.
static int64_t average(Pooled p, int offset)
{
    int64_t sum = p.sum - (int64_t)offset * p.count;
    int64_t half = p.count / 2;
    return (sum >= 0 ? sum + half : sum - half) / p.count + offset;
}

static void run_pool(const Run *r)
{
    const XbNetLayer *l = r->l;
    uint8_t *out = r->out;
    if (l->gain_sign) {
        xb_naive_pool_signed(l, r->in[0].data, out);
        return;
    }
    for (int oy = 0; oy < l->out.h; oy++)
        for (int ox = 0; ox < l->out.w; ox++)
            for (int c = 0; c < l->out.c; c++) {
                Pooled p = pool_window(r, window_at(l, oy, ox), c);
                *out++ = finish(r, l->kind == XB_MAXPOOL ? p.largest : average(p, r->offset));
            }
}

// ---- MEAN ----

// (q, e) of scale / n: as much of n as fits is taken into q.
static XbMultiplier mean_multiplier(const XbNetLayer *l, int n)
{
    XbMultiplier m = xb_multiplier((double)l->in_q[0].scale / (double)l->out_q.scale);
    int k = xb_bits_for((uint64_t)n) - 1;
    k = k > 32 ? 32 : k;
    k = k > 31 + m.e ? 31 + m.e : k;
    return (XbMultiplier){(int32_t)(m.q * (INT64_C(1) << k) / n), m.e - k};
}

// Of the rectangle of pixels with this corner.
static int32_t sum_of(const Run *r, int y, int x, int c)
{
    const XbNetLayer *l = r->l;
    int32_t sum = 0;
    for (int ky = 0; ky < l->kh; ky++)
        for (int kx = 0; kx < l->kw; kx++)
            sum += pixel(r->in[0], y + ky, x + kx)[c] - l->in_q[0].zero;
    return sum;
}

static void run_mean(const Run *r)
{
    const XbNetLayer *l = r->l;
    uint8_t *out = r->out;
    XbMultiplier m = mean_multiplier(l, l->kh * l->kw);
    for (int y = 0; y < l->in.h; y += l->kh)
        for (int x = 0; x < l->in.w; x += l->kw)
            for (int c = 0; c < l->out.c; c++) {
                int32_t scaled = xb_scale(sum_of(r, y, x, c), m, scaling(r));
                *out++ = finish(r, l->out_q.zero + (int64_t)scaled);
            }
}

// ---- the rest ----

static void run_pad(const Run *r)
{
    const XbNetLayer *l = r->l;
    size_t row = (size_t)l->in.w * (size_t)l->in.c;
    memset(r->out, l->out_q.zero, (size_t)(xb_shape_size(l->out)));
    for (int y = 0; y < l->in.h; y++) {
        int64_t at = (int64_t)(y + l->pad_t) * l->out.w + l->pad_l;
        memcpy(r->out + at * l->out.c, pixel(r->in[0], y, 0), row);
    }
}

static void run_reshape(const Run *r)
{
    int bytes = r->l->out_q.bits > 8 ? 2 : 1;
    memcpy(r->out, r->in[0].data, (size_t)(bytes * xb_shape_size(r->l->out)));
}

// Byte b of a pixel's bytes: those of the first input, then those of the second.
static void run_concat(const Run *r)
{
    const XbNetLayer *l = r->l;
    int64_t bytes = l->out_q.bits > 8 ? 2 : 1, first = bytes * l->in.c, all = bytes * l->out.c;
    if (xb_net_is_in_turn(l)) {  // as if each tensor were a pixel
        first = bytes * xb_shape_size(l->in);
        all = bytes * xb_shape_size(l->out);
    }
    for (int64_t at = 0; at < bytes * xb_shape_size(l->out); at++) {
        int64_t pixel = at / all, b = at % all;
        r->out[at] = b < first ? r->in[0].data[pixel * first + b]
                               : r->in[1].data[pixel * (all - first) + b - first];
    }
}

// Byte by byte of the output: where it comes from.
static void run_slice(const Run *r)
{
    const XbNetLayer *l = r->l;
    int bytes = l->out_q.bits > 8 ? 2 : 1;
    for (int64_t at = 0; at < xb_shape_size(l->out) * bytes; at++) {
        int64_t code = at / bytes, c = code % l->out.c, x = code / l->out.c % l->out.w;
        int64_t y = code / l->out.c / l->out.w;
        int64_t row = l->begin[0] + y * l->step[0], column = l->begin[1] + x * l->step[1];
        int64_t from = (row * l->in.w + column) * l->in.c + l->begin[2] + c * l->step[2];
        r->out[at] = r->in[0].data[from * bytes + at % bytes];
    }
}

static void run_merge(const Run *r) { xb_naive_merge(r->l, r->in[0].data, r->out); }

static void run_relu(const Run *r)
{
    const XbNetLayer *l = r->l;
    // TensorFlow Lite divides these two in float32.
    XbMultiplier m = xb_multiplier((double)(l->in_q[0].scale / l->out_q.scale));
    int64_t count = xb_shape_size(l->out);
    for (int64_t i = 0; i < count; i++) {
        int32_t x = r->in[0].data[i] - l->in_q[0].zero;
        r->out[i] = finish(r, l->out_q.zero + (int64_t)xb_scale(x, m, scaling(r)));
    }
}

static void run_table(const Run *r)
{
    const XbNetLayer *l = r->l;
    XbFunctionOf f = xb_net_function(l, scaling(r));
    int64_t count = xb_shape_size(l->out);
    for (int64_t i = 0; i < count; i++) {
        int operand = l->operands ? l->operand[i % l->operands] : 0;
        r->out[i] = finish(r, xb_function_value(&f, r->in[0].data[i], operand));
    }
}

static void run_mul(const Run *r)
{
    const XbNetLayer *l = r->l;
    // TensorFlow Lite has these three in float32.
    float real = l->in_q[0].scale * l->in_q[1].scale / l->out_q.scale;
    XbMultiplier m = xb_multiplier((double)real);
    const uint8_t *a = r->in[0].data, *b = r->in[1].data;
    uint8_t *out = r->out;
    for (int64_t pixel = 0; pixel < xb_shape_pixels(l->out); pixel++)
        for (int c = 0; c < l->out.c; c++, a++) {
            const uint8_t *factor = b + (l->is_gated ? 0 : pixel * l->out.c) + c;
            int32_t product = (*a - l->in_q[0].zero) * (*factor - l->in_q[1].zero);
            *out++ = finish(r, l->out_q.zero + (int64_t)xb_scale(product, m, scaling(r)));
        }
}

typedef void RunKind(const Run *r);

static RunKind *const run_kind[XB_KINDS] = {
    [XB_CONV] = run_conv,     [XB_DWCONV] = run_dwconv, [XB_FC] = run_fc,
    [XB_ADD] = run_add,       [XB_AVGPOOL] = run_pool,  [XB_MAXPOOL] = run_pool,
    [XB_MEAN] = run_mean,     [XB_PAD] = run_pad,       [XB_RESHAPE] = run_reshape,
    [XB_RELU] = run_relu,     [XB_TABLE] = run_table,   [XB_MERGE] = run_merge,
    [XB_CONCAT] = run_concat, [XB_MUL] = run_mul,       [XB_BOX] = run_slice,
};

// What an operator reads; a second input that is not there is the first again.
static Pixels source(const Run *r, int n, const uint8_t *input, uint8_t *const *out)
{
    int from = r->l->input[n < r->l->inputs ? n : 0];
    return (Pixels){from < 0 ? input : out[from], r->l->in};
}

void xb_naive_run(const XbNet *net, XbRounding rounding, const uint8_t *input, uint8_t *const *out)
{
    for (int i = 0; i < net->layers; i++) {
        Run r = {.l = &net->layer[i],
                 .rounding = rounding,
                 .out = out[i],
                 .top = (int)((INT64_C(1) << net->layer[i].out_q.bits) - 1),
                 .offset = xb_quant_offset(net->layer[i].in_q[0])};
        r.in[0] = source(&r, 0, input, out);
        r.in[1] = source(&r, 1, input, out);
        set_clamp(&r);
        run_kind[r.l->kind](&r);
    }
}
