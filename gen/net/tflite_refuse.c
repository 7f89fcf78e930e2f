// SPDX-License-Identifier: Apache-2.0
// Operators that the chip does not have: what is said of them, and what to do instead.
#include "net/tflite.h"

enum { DEQUANTIZE = 6, BATCH_TO_SPACE_ND = 37, SPACE_TO_BATCH_ND = 38, REDUCE_MAX = 82 };

static bool are_integers(const XbTfl *t, XbFbVector tensors)
{
    for (uint32_t i = 0; i < xb_tfl_looked_at(tensors); i++)
        if (!xb_tfl_is_integer(xb_tfl_type(t, xb_fb_int32_at(tensors, i))))
            return false;
    return true;
}

bool xb_tfl_computes_shapes(const XbTflOp *op)
{
    return op->outputs.count > 0 && are_integers(op->t, op->outputs) &&
           are_integers(op->t, op->inputs);
}

static bool reads_unknown(const XbTflOp *op)
{
    for (uint32_t i = 0; i < xb_tfl_looked_at(op->inputs); i++) {
        int tensor = xb_fb_int32_at(op->inputs, i);
        if (xb_tfl_is_tensor(op->t, tensor) && op->t->maker[tensor] == XB_TFL_UNKNOWN)
            return true;
    }
    return false;
}

bool xb_tfl_is_echo(const XbTflOp *op)
{
    return (xb_tfl_rule(op) || xb_tfl_is_host_only(op->code) || op->code == BATCH_TO_SPACE_ND ||
            xb_tfl_computes_shapes(op) || xb_tfl_is_fold(op, op->code)) &&
           reads_unknown(op);
}

static const char *cure_of_operator(const XbTflOp *op)
{
    bool is_dilated = op->code == SPACE_TO_BATCH_ND || op->code == BATCH_TO_SPACE_ND;
    if (is_dilated && op->t->is_open)
        return "where it stands for a dilated convolution, " XB_TFL_FIX_BATCH;
    if (op->code == REDUCE_MAX)
        return "over rows and columns MAX_POOL_2D does the same (MaxPooling2D of the map's size)";
    return NULL;
}

static const char *why_refused(const XbTflOp *op)
{
    XbArena *arena = op->t->arena;
    const char *cure = cure_of_operator(op);
    if (xb_tfl_is_host_only(op->code))
        return "is supported only behind all operators of the chip, where it is the host's";
    if (cure)
        return xb_arena_printf(arena, "is not supported; %s", cure);
    return xb_arena_printf(arena, "is not supported; supported are %s, and at the ends %s",
                           xb_tfl_supported_names(arena), xb_tfl_host_names(arena));
}

// One report, however many of them there are.
static void refuse_shapes(XbTflOp *op)
{
    op->failed = op->is_unknown = true;
    if (!op->t->has_told_of_shapes)
        xb_tfl_fault(op, "tflite-op", "computes shapes, as an open batch needs them; %s",
                     XB_TFL_FIX_BATCH);
    op->t->has_told_of_shapes = true;
}

// The first operator that reads what this one makes; -1: there is none.
static int first_reader(const XbTflOp *op)
{
    int tensor = op->outputs.count ? xb_fb_int32_at(op->outputs, 0) : -1;
    for (uint32_t i = 0; i < op->t->operators.count; i++) {
        XbFbVector inputs = xb_fb_vector(xb_fb_table_at(op->t->operators, i), 1, 4);
        for (uint32_t n = 0; n < xb_tfl_looked_at(inputs); n++)
            if (xb_fb_int32_at(inputs, n) == tensor)
                return (int)i;
    }
    return -1;
}

// Converters leave in float what they have no integer kernel for. If the chip has none either, that
// is the fault.
static void refuse_float(XbTflOp *op)
{
    int at = first_reader(op);
    XbFbTable table = at < 0 ? op->options : xb_fb_table_at(op->t->operators, (uint32_t)at);
    int code = at < 0 ? op->code : xb_tfl_operator_code(op->t, table);
    XbTflOp reader = xb_tfl_open_op(op->t, at, table, code);
    op->failed = true;
    if (at < 0)
        xb_tfl_fault(op, "tflite-op", "%s", why_refused(op));
    else if (xb_tfl_rule(&reader))
        xb_tfl_fault(op, "tflite-op", "it gives FLOAT32 to %s; between layers all is quantized",
                     reader.at.where);
}

void xb_tfl_refuse(XbTflOp *op)
{
    op->is_unknown = op->code == SPACE_TO_BATCH_ND;
    if (op->t->is_open && xb_tfl_computes_shapes(op))
        refuse_shapes(op);
    else if (op->code == DEQUANTIZE)
        refuse_float(op);
    else
        xb_tfl_fault(op, "tflite-op", "%s", why_refused(op));
}
