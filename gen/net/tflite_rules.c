// SPDX-License-Identifier: Apache-2.0
// Operators of a TensorFlow Lite file: which of them become layers, and how one is opened.
#include "base/text.h"
#include "net/tflite.h"

static const XbTflRule RULES[] = {
    {3, XB_CONV, 1, 2, 3, xb_tfl_conv},
    {4, XB_DWCONV, 2, 2, 3, xb_tfl_dwconv},
    {9, XB_FC, 8, 2, 3, xb_tfl_fc},
    {0, XB_ADD, 11, 2, 2, xb_tfl_add},
    {1, XB_AVGPOOL, 5, 1, 1, xb_tfl_pool},
    {17, XB_MAXPOOL, 5, 1, 1, xb_tfl_pool},
    {40, XB_MEAN, 27, 2, 2, xb_tfl_mean},
    {34, XB_PAD, 22, 2, 2, xb_tfl_pad},
    {60, XB_PAD, 0, 3, 3, xb_tfl_pad},
    {22, XB_RESHAPE, 17, 1, 2, xb_tfl_reshape},
    {70, XB_RESHAPE, 52, 2, 2, xb_tfl_expand_dims},
    {43, XB_RESHAPE, 30, 1, 1, xb_tfl_squeeze},
    {19, XB_RELU, 0, 1, 1, xb_tfl_relu},
    {21, XB_RELU, 0, 1, 1, xb_tfl_relu},
    {14, XB_TABLE, 0, 1, 1, xb_tfl_table},
    {28, XB_TABLE, 0, 1, 1, xb_tfl_table},
    {98, XB_TABLE, 75, 1, 1, xb_tfl_table},
    {114, XB_TABLE, 0, 1, 1, xb_tfl_table},
    {117, XB_TABLE, 0, 1, 1, xb_tfl_table},
    {18, XB_MUL, 21, 2, 2, xb_tfl_mul},
    {41, XB_TABLE, 28, 2, 2, xb_tfl_table},
    {2, XB_CONCAT, 10, 2, XB_TFL_LOOKED_AT, xb_tfl_concat},
    {45, XB_BOX, 32, 4, 4, xb_tfl_slice},
    {65, XB_BOX, 48, 3, 3, xb_tfl_slice},
    {49, XB_BOX, 35, 2, 2, xb_tfl_slice},
    {102, XB_BOX, 79, 3, 3, xb_tfl_slice},
};

static const XbTflRule TRANSPOSE = {39, XB_KINDS, 26, 2, 2, NULL};

// With a constant the chip has them in a table.
static const XbTflRule WITH_CONSTANT[] = {
    {0, XB_TABLE, 11, 2, 2, xb_tfl_table},
    {18, XB_TABLE, 21, 2, 2, xb_tfl_table},
};

const XbTflRule *xb_tfl_rule(const XbTflOp *op)
{
    bool has_constant = xb_tfl_is_constant(op, 0) || xb_tfl_is_constant(op, 1);
    for (size_t i = 0; has_constant && i < sizeof WITH_CONSTANT / sizeof WITH_CONSTANT[0]; i++)
        if (WITH_CONSTANT[i].code == op->code)
            return &WITH_CONSTANT[i];
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        if (RULES[i].code == op->code)
            return &RULES[i];
    return op->code == TRANSPOSE.code ? &TRANSPOSE : NULL;
}

const char *xb_tfl_supported_names(XbArena *arena)
{
    XbText text = {.arena = arena};
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        xb_text_add(&text, "%s%s", i ? ", " : "", xb_tfl_op_name(arena, RULES[i].code));
    return text.data;
}

static const char *operator_name(const XbTfl *t, XbFbTable table, int code)
{
    uint32_t index = xb_fb_uint32(table, 0, 0);
    if (code != XB_TFL_CUSTOM || index >= t->opcodes.count)
        return xb_tfl_op_name(t->arena, code);
    return xb_tfl_custom_name(t->arena, xb_fb_vector(xb_fb_table_at(t->opcodes, index), 1, 1));
}

XbTflOp xb_tfl_open_op(XbTfl *t, int index, XbFbTable table, int code)
{
    XbTflOp op = {.t = t, .index = index, .code = code, .name = operator_name(t, table, code)};
    op.at = (XbNetPlace){t->d, t->file,
                         xb_arena_printf(t->arena, "operator %d (%s)", index, op.name), false};
    op.options = xb_fb_table(table, 4);
    op.inputs = xb_fb_vector(table, 1, 4);
    op.outputs = xb_fb_vector(table, 2, 4);
    return op;
}
