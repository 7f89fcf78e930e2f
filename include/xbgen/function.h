// SPDX-License-Identifier: Apache-2.0
// Functions of one code: what TensorFlow Lite's reference kernels make of it (docs/numerics.md, Functions of one code).
#ifndef XBGEN_FUNCTION_H
#define XBGEN_FUNCTION_H

#include "xbgen/num.h"

typedef enum {
    XB_FN_HARD_SWISH,
    XB_FN_LEAKY_RELU,
    XB_FN_LOGISTIC,
    XB_FN_TANH,
    XB_FN_QUANTIZE,
    XB_FN_MUL,       // of x and a constant
    XB_FN_ADD,
    XB_FN_SUB,       // x less the constant
    XB_FN_SUB_FROM,  // the constant less x
    XB_FUNCTIONS
} XbFunction;

// True if it takes a constant beside the code.
static inline bool xb_function_has_operand(XbFunction f) { return f >= XB_FN_MUL; }

typedef struct XbFunctionOf {  // a function between tensors; zero points are codes
    XbFunction function;
    float in, operand, out;    // scales; that of the operand where there is one
    int in_zero, operand_zero, out_zero;
    int out_offset;            // code of what files hold as 0
    float alpha;               // LEAKY_RELU
    XbScaling how;             // multipliers round, XB_M_DOUBLE or XB_M_SINGLE
    XbMultiplier scale[3];     // xb_function_prepare
} XbFunctionOf;

// Makes the multipliers of what all other members say.
void xb_function_prepare(XbFunctionOf *f);

// Why it cannot be computed from codes and constants of so many bits, or NULL: what the reference kernel refuses, or
// numbers that leave 32 bits. It has been prepared.
const char *xb_function_fault(const XbFunctionOf *f, int in_bits, int out_bits);

// What it makes of a code and the constant, before the clamp to the output's codes. It has been prepared.
int64_t xb_function_value(const XbFunctionOf *f, int code, int operand);

#endif
