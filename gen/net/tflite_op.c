// SPDX-License-Identifier: Apache-2.0
// Reads one operator: a layer of the chip, several, or none, and who makes and uses its tensors.
#include "net/tflite.h"

enum { SPLIT = 49 };  // its first input is the axis

// ---- the graph ----

// The layer that makes the tensor an operator reads. False if there is none.
static bool find_maker(XbTflOp *op, int n, int *layer)
{
    XbTfl *t = op->t;
    int tensor = xb_fb_int32_at(op->inputs, (uint32_t)n);
    if (!xb_tfl_is_tensor(t, tensor))
        return false;
    *layer = t->maker[tensor];
    if (*layer == XB_TFL_NOTHING || *layer == XB_TFL_FOLDED)
        return xb_tfl_fault(op, "tflite-graph",
                            "input %d (tensor %d) is made by no operator before it", n, tensor);
    if (*layer == XB_TFL_HOSTS)
        return xb_tfl_fault(op, "tflite-graph",
                            "input %d (tensor %d) is a tensor of the host, outside the chip", n,
                            tensor);
    return !xb_tfl_has_failed(t, tensor);
}

// What the file says of an operator's output helps nobody if it can be no image of the chip.
static int maker_after_fault(const XbTflOp *op, int tensor)
{
    const XbTfl *t = op->t;
    XbFbVector dims = xb_fb_vector(xb_fb_table_at(t->tensors, (uint32_t)tensor), 0, 4);
    bool may_be_image = dims.count <= XB_TFL_MAX_RANK && xb_tfl_type(t, tensor) == t->code_type;
    return may_be_image && !op->is_unknown ? XB_TFL_FAILED : XB_TFL_UNKNOWN;
}

static void claim_output(XbTflOp *op, uint32_t i, int maker)
{
    XbTfl *t = op->t;
    int tensor = xb_fb_int32_at(op->outputs, i);
    if (!xb_tfl_is_tensor(t, tensor))
        return;
    if (t->role[op->index] == XB_TFL_FRONT && tensor == t->entry)
        return;  // the chip's input, as read_input has written down
    if (t->maker[tensor] != XB_TFL_NOTHING)
        xb_tfl_fault(op, "tflite-graph", "its output (tensor %d) is written twice", tensor);
    t->maker[tensor] = op->failed ? maker_after_fault(op, tensor) : maker;
}

// Writes down who makes the operator's outputs, whether it could be read or not.
static void claim_outputs(XbTflOp *op, int maker)
{
    for (uint32_t i = 0; i < op->outputs.count; i++)
        claim_output(op, i, maker);
}

// ---- one operator ----

static bool counts_are_right(XbTflOp *op, const XbTflRule *rule)
{
    int inputs = (int)op->inputs.count, most = xb_tfl_is_split(op->code) ? XB_TFL_LOOKED_AT : 1;
    bool has_outputs = op->outputs.count >= 1 && op->outputs.count <= (uint32_t)most;
    if (inputs >= rule->min_inputs && inputs <= rule->max_inputs && has_outputs)
        return true;
    return xb_tfl_fault(
        op, "tflite-graph", "it has %d inputs and %u outputs; %d to %d and %s are needed", inputs,
        op->outputs.count, rule->min_inputs, rule->max_inputs, most > 1 ? "1 to 16" : "1");
}

// How operators that become layers of a kind see what they read.
static XbTflUse use_of(XbKind kind)
{
    switch (kind) {
    case XB_ADD:
    case XB_RELU:
    case XB_TABLE:
    case XB_CONCAT:
    case XB_MUL:
        return XB_TFL_EACH_CODE;
    case XB_FC:
        return XB_TFL_WEIGHS_ROW;
    case XB_RESHAPE:
        return XB_TFL_KEEPS_ROW;
    default:
        return XB_TFL_IMAGE;
    }
}

typedef struct Side {  // of an operator, to be filled in
    const char *role;
    XbTflTensor *tensor;
    XbShape *shape;
    XbQuant *quant;
} Side;

// A tensor that two operators share has its faults reported once.
static bool read_side(XbTflOp *op, int index, Side s)
{
    XbTfl *t = op->t;
    bool is_known = xb_tfl_is_tensor(t, index);
    if (is_known && t->is_faulty[index])
        return xb_tfl_fail_silently(op);
    bool ok = xb_tfl_image(op, index, s.role, s.tensor) &&
              xb_tfl_image_shape(op, s.tensor, s.role, s.shape) &&
              xb_tfl_image_quant(op, s.tensor, s.role, s.quant);
    if (is_known)
        t->is_faulty[index] = !ok;
    return ok;
}

// What an operator makes of a tensor with a fault that is known is not looked at.
static bool read_ends(XbTflOp *op)
{
    XbNetLayer *l = op->layer;
    int reported = op->t->d->errors;
    bool in = read_side(op, xb_fb_int32_at(op->inputs, (uint32_t)op->first),
                        (Side){"input", &op->in, &l->in, &l->in_q[0]}) &&
              xb_tfl_take_order(op, use_of(l->kind));
    if (!in && op->t->d->errors == reported)
        return false;
    bool out = read_side(op, xb_fb_int32_at(op->outputs, (uint32_t)op->part),
                         (Side){"output", &op->out, &l->out, &l->out_q});
    if (in && op->in.is_constant)
        return xb_tfl_fault(op, "tflite-graph", "its input (tensor %d) is a constant",
                            op->in.index);
    return in && out;
}

// The other inputs of a concatenation: a layer for each.
static bool join_others(XbTflOp *op)
{
    for (int n = 2; n < (int)op->inputs.count; n++) {
        int maker = XB_TFL_FAILED;
        if (!xb_tfl_concat_next(op, n) || !find_maker(op, n, &maker))
            return false;
        op->layer->input[1] = maker;
        xb_net_accept(&op->t->build, op->layer);
    }
    return true;
}

// Gives its number.
static int read_layer(XbTflOp *op, const XbTflRule *rule)
{
    XbNetLayer *l = op->layer = xb_net_open(&op->t->build, rule->kind, op->index);
    bool ok = read_ends(op) && rule->read(op) && xb_net_check_layer(&op->at, l);
    for (int i = 0; i < l->inputs; i++)
        if (ok || !xb_tfl_is_constant(op, (uint32_t)(op->first + i)))
            ok = find_maker(op, op->first + i, &l->input[op->is_turned ? 1 - i : i]) && ok;
    op->failed = !ok;
    l->file_op = op->name;
    if (ok)
        xb_net_accept(&op->t->build, l);
    if (ok && l->kind == XB_CONCAT)
        op->failed = !join_others(op);
    if (ok && l->kind == XB_BOX)
        op->failed = !xb_tfl_shrink(op);
    return op->t->net->layers - 1;
}

// A layer for each output that somebody reads. One fault is one report.
static void read_split(XbTflOp *op, const XbTflRule *rule)
{
    int layers = 0;
    for (uint32_t i = 0; i < op->outputs.count; i++) {
        int tensor = xb_fb_int32_at(op->outputs, i), maker = XB_TFL_FAILED;
        op->part = (int)i;
        bool is_wanted = xb_tfl_is_tensor(op->t, tensor) && op->t->is_wanted[tensor];
        layers += is_wanted;
        if (is_wanted && !op->failed)
            maker = read_layer(op, rule);
        claim_output(op, i, maker);
        if (!is_wanted && xb_tfl_is_tensor(op->t, tensor))
            op->t->used[tensor] = true;  // left out, if any other is not
    }
    if (layers == 0)
        xb_tfl_fault(op, "tflite-graph", "none of its outputs is used");
}

// Gives the layer that makes what the operator makes.
static int read_transpose(XbTflOp *op)
{
    int maker = XB_TFL_FAILED;
    bool ok = xb_tfl_transpose(op);
    op->failed = !(find_maker(op, 0, &maker) && ok);
    return maker;
}

// What is no layer of the chip; false if it may be one.
static bool read_other(XbTflOp *op, const XbTflRule *rule)
{
    XbTfl *t = op->t;
    int maker = XB_TFL_FOLDED;
    if (t->role[op->index] == XB_TFL_SHAPE_ONLY)
        xb_tfl_note(op, XB_NOTE_FOLDED, "read for its shape alone");
    else if (t->role[op->index] != XB_TFL_CHIP) {
        xb_tfl_note_host(op);
        maker = XB_TFL_HOSTS;
    } else if (xb_tfl_is_echo(op))
        op->failed = op->is_unknown = true;
    else if (xb_tfl_is_fold(op, op->code))
        xb_tfl_fold(op, op->code);
    else if (!rule || (t->is_open && xb_tfl_computes_shapes(op)))
        xb_tfl_refuse(op);
    else
        return false;
    claim_outputs(op, maker);
    return true;
}

void xb_tfl_read_op(XbTfl *t, int index)
{
    XbFbTable table = xb_fb_table_at(t->operators, (uint32_t)index);
    int code = xb_tfl_operator_code(t, table);
    XbTflOp op = xb_tfl_open_op(t, index, table, code);
    const XbTflRule *rule = xb_tfl_rule(&op);
    op.first = (xb_tfl_is_arithmetic(code) && xb_tfl_is_constant(&op, 0)) || code == SPLIT;
    int options_type = xb_fb_uint8(table, 3, 0);
    int maker = XB_TFL_FAILED;
    if (read_other(&op, rule))
        return;
    if (options_type && rule->options_type && options_type != rule->options_type)
        xb_tfl_fault(&op, "tflite-format", "its options are of type %d, not %d", options_type,
                     rule->options_type);
    else if (counts_are_right(&op, rule) && xb_tfl_is_split(code)) {
        read_split(&op, rule);
        return;
    } else if (!op.failed)
        maker = rule->kind == XB_KINDS ? read_transpose(&op) : read_layer(&op, rule);
    claim_outputs(&op, maker);
}
