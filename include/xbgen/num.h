// SPDX-License-Identifier: Apache-2.0
// The integer rules of docs/numerics.md section 5. `>>` on negative values is arithmetic.
#ifndef XBGEN_NUM_H
#define XBGEN_NUM_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { XB_M_DOUBLE, XB_M_SINGLE, XB_M_EXACT } XbScaling;  // how M(a; q, e) rounds

typedef struct XbMultiplier {
    int32_t q;  // 0, or 2^30 .. 2^31 - 1 (less in means, and where the exact rule asks for it)
    int e;      // -31 .. 31; real multiplier = q * 2^(e - 31)
} XbMultiplier;

// The fixed-point form of a non-negative real multiplier; below 2^-32 it is 0.
XbMultiplier xb_multiplier(double real);

typedef struct XbExact {  // what a product is to give: clamp(zero + round(a * real), 0, top)
    int zero, top;        // 0 <= zero <= top < 2^16
    int64_t low, high;    // for every a in low..high, which lies within 32 bits
} XbExact;

// The multiplier whose product, rounded once and half away from zero (XB_M_EXACT), gives the output
// codes of round(a * real) in double precision at every sum that is asked for. q is the nearest to
// what xb_multiplier gives for which that holds; it may lie below 2^30. Returns false, and what
// xb_multiplier gives, if no q does. 0 <= real.
bool xb_multiplier_exact(double real, const XbExact *want, XbMultiplier *out);

// (s_in * s_w) / s_out in double. product_in_float forms s_in * s_w in float32, as per-tensor
// FULLY_CONNECTED does under the roundings `double` and `single`.
double xb_real_multiplier(float s_in, float s_w, float s_out, bool product_in_float);

// M(a; q, e). XB_M_DOUBLE and XB_M_EXACT need a * 2^max(e,0) within 32 bits.
int32_t xb_scale(int32_t a, XbMultiplier m, XbScaling how);

// The p-quantile of the standard normal distribution, 0 < p < 1, to about 1e-14.
double xb_normal_quantile(double p);

// a / b rounded up; a >= 0, b > 0.
static inline int xb_ceil_div(int a, int b) { return (a + b - 1) / b; }

// a / b rounded down; b > 0.
static inline int64_t xb_floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// The greatest common divisor; a >= 0, b >= 0.
static inline int64_t xb_gcd(int64_t a, int64_t b)
{
    while (b > 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// The number of bits that hold 0..n; bits for 0 is 1.
int xb_bits_for(uint64_t n);

#endif
