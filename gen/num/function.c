// SPDX-License-Identifier: Apache-2.0
// Functions of one code, as TensorFlow Lite's reference kernels compute them for INT8: in float32
// where these do, else in fixed point. docs/numerics.md section 5 has the rules.
#include "xbgen/function.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

// Of a ratio in float32. One that leaves it gets the largest multiplier, which fits nothing.
static XbMultiplier multiplier(float ratio)
{
    return xb_multiplier(ratio <= FLT_MAX ? (double)ratio : 0x1p62);
}

// ---- numbers of 16 bits, as HARD_SWISH has them ----

static int16_t saturate16(int64_t v)
{
    return (int16_t)(v < INT16_MIN ? INT16_MIN : v > INT16_MAX ? INT16_MAX : v);
}

// The high half of twice the product, rounded half away.
static int16_t high_rounded(int16_t a, int16_t b)
{
    int32_t product = a * b, half = 1 << 14;
    return saturate16((product + (product >= 0 ? half : 1 - half)) / (1 << 15));
}

// ... rounded to zero.
static int16_t high_cut(int16_t a, int16_t b) { return saturate16(a * b / (1 << 15)); }

// x / 2^e, half away; all in 16 bits, so that from 2^16 on the mask has all bits.
static int16_t divide16(int16_t x, int e)
{
    int16_t mask = (int16_t)((UINT32_C(1) << e) - 1);
    int16_t rest = (int16_t)(x & mask), threshold = (int16_t)((mask >> 1) + (x < 0));
    return (int16_t)((x >> e) + (rest > threshold));
}

static int16_t shift16(int16_t x, int e) { return saturate16((int64_t)x * (INT64_C(1) << e)); }

static int16_t factor16(XbMultiplier m)
{
    const int32_t half = 1 << 15;
    return (int16_t)(m.q >= INT32_MAX - half ? INT16_MAX : (m.q + half) >> 16);
}

// ---- HARD_SWISH ----

enum { TO_OUTPUT, TO_UNIT };  // its multipliers

static void prepare_hard_swish(XbFunctionOf *f)
{
    const float fine = 1.0f / 128.0f * f->in, unit = 3.0f / 32768.0f;
    f->scale[TO_OUTPUT] = multiplier(fine / f->out);
    f->scale[TO_UNIT] = multiplier(fine / unit);
}

// min(max(x + 3, 0), 6) / 6, times 2^15.
static int16_t gate(const XbFunctionOf *f, int16_t x)
{
    XbMultiplier m = f->scale[TO_UNIT];
    x = m.e > 0 ? shift16(x, m.e - 1) : x;
    x = high_rounded(x, factor16(m));
    x = m.e > 0 ? shift16(x, 1) : m.e < 0 ? divide16(x, -m.e) : x;
    return (int16_t)((x + (1 << 15)) >> 1);
}

static int64_t hard_swish(const XbFunctionOf *f, int code)
{
    int16_t x = (int16_t)((code - f->in_zero) * (1 << 7));
    int16_t y = high_cut(gate(f, x), high_rounded(x, factor16(f->scale[TO_OUTPUT])));
    y = divide16(y, -f->scale[TO_OUTPUT].e);
    int64_t wrapped = (int16_t)(uint16_t)(y + f->out_zero - f->out_offset);
    return wrapped + f->out_offset;
}

// ---- float32 ----

static float logistic(float x) { return 1.0f / (1.0f + expf(-x)); }

static int64_t in_float(const XbFunctionOf *f, int code)
{
    const float inverse = 1.0f / f->out;
    float x = f->in * (float)(code - f->in_zero);
    float y = f->function == XB_FN_TANH ? tanhf(x) : logistic(x);
    return (int64_t)roundf(y * inverse) + f->out_zero;
}

// ---- fixed point ----

enum { POSITIVE, NEGATIVE };        // multipliers of LEAKY_RELU
enum { OF_CODE, OF_OPERAND, OUT };  // ... of a sum
enum { SUM_SHIFT = 20 };

static void prepare_leaky(XbFunctionOf *f)
{
    f->scale[POSITIVE] = multiplier(f->in / f->out);
    f->scale[NEGATIVE] = multiplier(f->in * fabsf(f->alpha) / f->out);
}

static void prepare_sum(XbFunctionOf *f)
{
    double twice = (double)(2 * (f->in > f->operand ? f->in : f->operand));
    f->scale[OF_CODE] = xb_multiplier((double)f->in / twice);
    f->scale[OF_OPERAND] = xb_multiplier((double)f->operand / twice);
    f->scale[OUT] = xb_multiplier(twice / (double)((float)(1 << SUM_SHIFT) * f->out));
}

static int64_t leaky(const XbFunctionOf *f, int32_t x)
{
    if (x >= 0)
        return xb_scale(x, f->scale[POSITIVE], f->how);
    return xb_scale(f->alpha < 0.0f ? -x : x, f->scale[NEGATIVE], f->how);
}

static int64_t sum(const XbFunctionOf *f, int32_t x, int32_t c)
{
    int32_t a = xb_scale(x * (1 << SUM_SHIFT), f->scale[OF_CODE], f->how);
    int32_t b = xb_scale(c * (1 << SUM_SHIFT), f->scale[OF_OPERAND], f->how);
    int32_t y = f->function == XB_FN_ADD ? a + b : f->function == XB_FN_SUB ? a - b : b - a;
    return xb_scale(y, f->scale[OUT], f->how);
}

static int64_t fixed_point(const XbFunctionOf *f, int32_t x, int32_t c)
{
    switch (f->function) {
    case XB_FN_LEAKY_RELU:
        return leaky(f, x);
    case XB_FN_QUANTIZE:
        return xb_scale(x, f->scale[0], f->how);
    case XB_FN_MUL:
        return xb_scale(x * c, f->scale[0], f->how);
    default:
        return sum(f, x, c);
    }
}

// ---- all of them ----

void xb_function_prepare(XbFunctionOf *f)
{
    switch (f->function) {
    case XB_FN_HARD_SWISH:
        prepare_hard_swish(f);
        break;
    case XB_FN_LEAKY_RELU:
        prepare_leaky(f);
        break;
    case XB_FN_QUANTIZE:
        f->scale[0] = xb_multiplier((double)f->in / (double)f->out);
        break;
    case XB_FN_MUL:
        f->scale[0] = multiplier(f->in * f->operand / f->out);
        break;
    case XB_FN_ADD:
    case XB_FN_SUB:
    case XB_FN_SUB_FROM:
        prepare_sum(f);
        break;
    default:
        break;
    }
}

static bool fits(int64_t most, XbMultiplier m) { return most <= INT32_MAX >> (m.e > 0 ? m.e : 0); }

static const char *logistic_fault(const XbFunctionOf *f, int out_bits)
{
    if (out_bits == 8 && f->out == 1.0f / 256.0f && f->out_zero == 0)
        return NULL;
    return "its output must have 8 bits, scale 1/256 and the lowest code as zero point";
}

static const char *hard_swish_fault(const XbFunctionOf *f)
{
    if (f->scale[TO_OUTPUT].e > 0)
        return "input scale / output scale is not below 128";
    return f->scale[TO_UNIT].e > 30 ? "its input's scale is too large" : NULL;
}

static const char *sum_fault(const XbFunctionOf *f)
{
    return f->scale[OUT].e > 0 ? "the larger scale of what it adds is not below 2^19 output scales"
                               : NULL;
}

const char *xb_function_fault(const XbFunctionOf *f, int in_bits, int out_bits)
{
    int64_t most = (1 << in_bits) - 1;
    bool is_within;
    switch (f->function) {
    case XB_FN_HARD_SWISH:
        return hard_swish_fault(f);
    case XB_FN_LOGISTIC:
        return logistic_fault(f, out_bits);
    case XB_FN_TANH:
        is_within = f->out >= 0x1p-30f;
        break;
    case XB_FN_LEAKY_RELU:
        is_within = fits(most, f->scale[POSITIVE]) && fits(most, f->scale[NEGATIVE]);
        break;
    case XB_FN_QUANTIZE:
        is_within = fits(most, f->scale[0]);
        break;
    case XB_FN_MUL:
        is_within = fits(most * most, f->scale[0]);
        break;
    default:
        return sum_fault(f);
    }
    return is_within ? NULL : "its values leave 32 bits when they are scaled to the output";
}

int64_t xb_function_value(const XbFunctionOf *f, int code, int operand)
{
    if (f->function == XB_FN_HARD_SWISH)
        return hard_swish(f, code);
    if (f->function == XB_FN_LOGISTIC || f->function == XB_FN_TANH)
        return in_float(f, code);
    return f->out_zero + fixed_point(f, code - f->in_zero, operand - f->operand_zero);
}
