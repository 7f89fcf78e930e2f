// SPDX-License-Identifier: Apache-2.0
// Functions of one code: activations between layers, rescaling, and sums and products with a
// constant.
#include "net/tflite.h"
#include <string.h>

typedef struct Code {
    int code;
    XbFunction function;
} Code;

static const Code CODES[] = {
    {0, XB_FN_ADD},  {14, XB_FN_LOGISTIC},   {18, XB_FN_MUL},       {28, XB_FN_TANH},
    {41, XB_FN_SUB}, {98, XB_FN_LEAKY_RELU}, {114, XB_FN_QUANTIZE}, {117, XB_FN_HARD_SWISH},
};

XbFunction xb_tfl_function(int code)
{
    for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
        if (CODES[i].code == code)
            return CODES[i].function;
    return XB_FUNCTIONS;
}

bool xb_tfl_is_arithmetic(int code)
{
    XbFunction f = xb_tfl_function(code);
    return f == XB_FN_ADD || f == XB_FN_MUL || f == XB_FN_SUB;
}

// A code for all channels, or one for each, whatever other dimensions of 1 there are.
static bool fits_channels(XbTflOp *op, const XbTflTensor *c)
{
    int last = c->rank > 0 ? c->dim[c->rank - 1] : 1;
    if (c->elements == 1 || (c->elements == op->layer->in.c && last == c->elements))
        return true;
    return xb_tfl_fault(
        op, "tflite-shape",
        "its constant has shape %s; one number, or one for each of the %d channels, "
        "is supported",
        xb_tfl_shape_text(op->t->arena, c), op->layer->in.c);
}

static bool read_operand(XbTflOp *op)
{
    XbTflTensor c;
    XbNetLayer *l = op->layer;
    int n = 1 - op->first, type = op->t->code_type;
    if (!xb_tfl_is_constant(op, (uint32_t)n))
        return xb_tfl_fault(
            op, "tflite-op",
            "of two tensors is not supported; one of its inputs must be a constant");
    if (!xb_tfl_constant(op, (uint32_t)n, "constant", (int[]){type, type}, &c) ||
        !xb_tfl_image_quant(op, &c, "constant", &l->in_q[1]) || !fits_channels(op, &c))
        return false;
    uint8_t *code = xb_new(op->t->arena, uint8_t, c.elements);
    for (int i = 0; i < c.elements; i++)
        code[i] = c.data.data[i] ^ (uint8_t)xb_quant_offset(l->in_q[1]);
    l->operand = code;
    l->operands = c.elements;
    return xb_tfl_activation(op, xb_fb_int8(op->options, 0, 0));
}

static float alpha_of(XbTflOp *op)
{
    float alpha;
    uint32_t bits = xb_fb_uint32(op->options, 0, 0);
    memcpy(&alpha, &bits, sizeof alpha);
    return alpha;
}

bool xb_tfl_table(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    l->function = xb_tfl_function(op->code);
    if (l->function == XB_FN_SUB && op->first == 1)
        l->function = XB_FN_SUB_FROM;
    if (l->function == XB_FN_LEAKY_RELU)
        l->alpha = alpha_of(op);
    if (xb_function_has_operand(l->function) && !read_operand(op))
        return false;
    return xb_tfl_infer(op, XB_PAD_VALID);
}
