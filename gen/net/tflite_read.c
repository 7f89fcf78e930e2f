// SPDX-License-Identifier: Apache-2.0
// Reads a TensorFlow Lite file: operators in their order, each checked on its own and against the
// graph. A failed operator does not stop the reading, so that one run reports all faults: what
// is behind it is compared with what the file says that it makes, where that says anything.
#include "base/text.h"
#include "net/tflite.h"
#include <string.h>

typedef struct OpRule {
    int code;  // BuiltinOperator
    XbKind kind;
    int options_type;  // member of union BuiltinOptions
    int min_inputs, max_inputs;
    bool (*read)(XbTflOp *op);
} OpRule;

static const OpRule RULES[] = {
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

enum { SPLIT = 49 };  // its first input is the axis

static const OpRule TRANSPOSE = {39, XB_KINDS, 26, 2, 2, NULL};

// With a constant the chip has them in a table.
static const OpRule WITH_CONSTANT[] = {
    {0, XB_TABLE, 11, 2, 2, xb_tfl_table},
    {18, XB_TABLE, 21, 2, 2, xb_tfl_table},
};

static const OpRule *find_rule(const XbTflOp *op, int code)
{
    bool has_constant = xb_tfl_is_constant(op, 0) || xb_tfl_is_constant(op, 1);
    for (size_t i = 0; has_constant && i < sizeof WITH_CONSTANT / sizeof WITH_CONSTANT[0]; i++)
        if (WITH_CONSTANT[i].code == code)
            return &WITH_CONSTANT[i];
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        if (RULES[i].code == code)
            return &RULES[i];
    return code == TRANSPOSE.code ? &TRANSPOSE : NULL;
}

// ---- the graph ----

static uint32_t looked_at(XbFbVector tensors)
{
    return tensors.count < XB_TFL_LOOKED_AT ? tensors.count : XB_TFL_LOOKED_AT;
}

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

// What a refused operator reads counts as used too: one fault, one report.
static void mark_inputs_used(XbTflOp *op)
{
    for (uint32_t i = 0; i < op->inputs.count; i++) {
        int tensor = xb_fb_int32_at(op->inputs, i);
        if (xb_tfl_is_tensor(op->t, tensor))
            op->t->used[tensor] = true;
    }
}

static bool reads_unknown(const XbTflOp *op)
{
    for (uint32_t i = 0; i < looked_at(op->inputs); i++) {
        int tensor = xb_fb_int32_at(op->inputs, i);
        if (xb_tfl_is_tensor(op->t, tensor) && op->t->maker[tensor] == XB_TFL_UNKNOWN)
            return true;
    }
    return false;
}

// ---- one operator ----

static bool counts_are_right(XbTflOp *op, const OpRule *rule)
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
static int read_layer(XbTflOp *op, const OpRule *rule)
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
static void read_split(XbTflOp *op, const OpRule *rule)
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

static const char *operator_name(const XbTfl *t, XbFbTable table, int code)
{
    uint32_t index = xb_fb_uint32(table, 0, 0);
    if (code != XB_TFL_CUSTOM || index >= t->opcodes.count)
        return xb_tfl_op_name(t->arena, code);
    return xb_tfl_custom_name(t->arena, xb_fb_vector(xb_fb_table_at(t->opcodes, index), 1, 1));
}

static XbTflOp open_op(XbTfl *t, int index, XbFbTable table, int code)
{
    XbTflOp op = {.t = t, .index = index, .code = code, .name = operator_name(t, table, code)};
    op.at = (XbNetPlace){t->d, t->file,
                         xb_arena_printf(t->arena, "operator %d (%s)", index, op.name), false};
    op.options = xb_fb_table(table, 4);
    op.inputs = xb_fb_vector(table, 1, 4);
    op.outputs = xb_fb_vector(table, 2, 4);
    return op;
}

// ---- refusals ----

static const char *supported_names(XbArena *arena)
{
    XbText text = {.arena = arena};
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        xb_text_add(&text, "%s%s", i ? ", " : "", xb_tfl_op_name(arena, RULES[i].code));
    return text.data;
}

enum { DEQUANTIZE = 6, BATCH_TO_SPACE_ND = 37, SPACE_TO_BATCH_ND = 38, REDUCE_MAX = 82 };

// Of shapes, with integers alone on either side.
static bool computes_shapes(const XbTflOp *op)
{
    bool has_codes = op->outputs.count == 0;
    for (uint32_t i = 0; i < looked_at(op->outputs); i++)
        has_codes |= !xb_tfl_is_integer(xb_tfl_type(op->t, xb_fb_int32_at(op->outputs, i)));
    for (uint32_t i = 0; i < looked_at(op->inputs); i++)
        has_codes |= !xb_tfl_is_integer(xb_tfl_type(op->t, xb_fb_int32_at(op->inputs, i)));
    return !has_codes;
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
                           supported_names(arena), xb_tfl_host_names(arena));
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
        for (uint32_t n = 0; n < looked_at(inputs); n++)
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
    XbTflOp reader = open_op(op->t, at, table, code);
    op->failed = true;
    if (at < 0)
        xb_tfl_fault(op, "tflite-op", "%s", why_refused(op));
    else if (find_rule(&reader, code))
        xb_tfl_fault(op, "tflite-op", "it gives FLOAT32 to %s; between layers all is quantized",
                     reader.at.where);
}

static void refuse(XbTflOp *op)
{
    op->is_unknown = op->code == SPACE_TO_BATCH_ND;
    if (op->t->is_open && computes_shapes(op))
        refuse_shapes(op);
    else if (op->code == DEQUANTIZE)
        refuse_float(op);
    else
        xb_tfl_fault(op, "tflite-op", "%s", why_refused(op));
}

// What an operator behind a fault says of itself would be said of the fault.
static bool is_quiet(const XbTflOp *op, const OpRule *rule)
{
    return (rule || xb_tfl_is_host_only(op->code) || op->code == BATCH_TO_SPACE_ND ||
            computes_shapes(op) || xb_tfl_is_fold(op, op->code)) &&
           reads_unknown(op);
}

// What is no layer of the chip; false if it may be one.
static bool read_other(XbTflOp *op, const OpRule *rule)
{
    XbTfl *t = op->t;
    int maker = XB_TFL_FOLDED;
    if (t->role[op->index] == XB_TFL_SHAPE_ONLY)
        xb_tfl_note(op, XB_NOTE_FOLDED, "read for its shape alone");
    else if (t->role[op->index] != XB_TFL_CHIP) {
        xb_tfl_note_host(op);
        maker = XB_TFL_HOSTS;
    } else if (is_quiet(op, rule))
        op->failed = op->is_unknown = true;
    else if (xb_tfl_is_fold(op, op->code))
        xb_tfl_fold(op, op->code);
    else if (!rule || (t->is_open && computes_shapes(op)))
        refuse(op);
    else
        return false;
    claim_outputs(op, maker);
    return true;
}

static void read_op(XbTfl *t, int index)
{
    XbFbTable table = xb_fb_table_at(t->operators, (uint32_t)index);
    int code = xb_tfl_operator_code(t, table);
    XbTflOp op = open_op(t, index, table, code);
    const OpRule *rule = find_rule(&op, code);
    op.first = (xb_tfl_is_arithmetic(code) && xb_tfl_is_constant(&op, 0)) || code == SPLIT;
    int options_type = xb_fb_uint8(table, 3, 0);
    int maker = XB_TFL_FAILED;
    mark_inputs_used(&op);
    if (read_other(&op, rule))
        return;
    if (options_type && rule->options_type && options_type != rule->options_type)
        xb_tfl_fault(&op, "tflite-format", "its options are of type %d, not %d", options_type,
                     rule->options_type);
    else if (counts_are_right(&op, rule) && xb_tfl_is_split(code)) {
        read_split(&op, rule);
        return;
    } else if (!op.failed)
        maker = rule == &TRANSPOSE ? read_transpose(&op) : read_layer(&op, rule);
    claim_outputs(&op, maker);
}

// ---- the network ----

static const char *cure_of(int type)
{
    if (type != XB_TFL_FLOAT32)
        return "";
    return ", or with QUANTIZE behind a FLOAT32 input; convert the model with a representative "
           "dataset and TFLITE_BUILTINS_INT8";
}

// The tensor at which the chip's part begins.
static bool read_input(XbTfl *t, int tensor)
{
    XbTflOp op = xb_tfl_end_place(t, "input");
    XbTflTensor input;
    XbNet *net = t->net;
    if (!xb_tfl_tensor(&op, tensor, "it", &input))
        return false;
    t->code_type = input.type;
    if (input.type != XB_TFL_INT8 && input.type != XB_TFL_UINT8)
        return xb_tfl_fault(
            &op, "tflite-type",
            "the network's input is %s; fully quantized networks with INT8 or UINT8 "
            "input are supported%s",
            xb_tfl_type_name(input.type), cure_of(input.type));
    net->input_rank = input.rank;
    t->maker[tensor] = XB_TFL_NETWORK_INPUT;
    if (input.is_constant)
        return xb_tfl_fault(&op, "tflite-graph", "the network's input is a constant");
    return xb_tfl_image_shape(&op, &input, "it", &net->input) &&
           xb_tfl_image_quant(&op, &input, "it", &net->input_q) && xb_tfl_is_fixed(&op, &input);
}

static void check_use(XbTfl *t)
{
    for (uint32_t i = 0; i < t->operators.count; i++) {
        XbFbTable table = xb_fb_table_at(t->operators, i);
        XbFbVector outputs = xb_fb_vector(table, 2, 4);
        int tensor = outputs.count ? xb_fb_int32_at(outputs, 0) : -1;
        if (!xb_tfl_is_tensor(t, tensor) || t->used[tensor] || t->maker[tensor] == XB_TFL_UNKNOWN)
            continue;
        XbTflOp op = open_op(t, (int)i, table, xb_tfl_operator_code(t, table));
        xb_tfl_fault(&op, "tflite-graph", "its output (tensor %d) is not used", tensor);
    }
}

// The layer that makes a tensor from which results are taken. False if there is none.
static bool find_result(XbTflOp *op, int tensor, int *layer)
{
    *layer = op->t->maker[tensor];
    if (*layer >= 0)
        return true;
    if (xb_tfl_has_failed(op->t, tensor))
        return false;
    return xb_tfl_fault(op, "tflite-graph", "no operator makes the network's output (tensor %d)",
                        tensor);
}

// One output must be the last layer's.
static void read_output(XbTfl *t, int number)
{
    XbTflOp op = xb_tfl_end_place(t, xb_tfl_output_name(t, number));
    const XbTflExit *o = &t->output[number];
    XbTflTensor output;
    int layer;
    if (!xb_tfl_tensor(&op, o->tensor, "it", &output) ||
        !xb_tfl_tensor(&op, o->exit, "it", &output))
        return;
    t->used[o->tensor] = true;
    if (!xb_tfl_has_failed(t, o->exit) && !xb_tfl_has_order(t, &output))
        xb_tfl_fault(&op, "tflite-op", "it comes from a TRANSPOSE and another operator behind it");
    t->net->output_rank = output.rank;
    if (!find_result(&op, o->exit, &layer))
        return;
    if (t->outputs > 1)
        t->net->output[number].layer = layer;
    else if (layer != t->net->layers - 1)
        xb_tfl_fault(&op, "tflite-graph", "the last operator does not make the network's output");
}

// Several become one result.
static void read_outputs(XbTfl *t)
{
    XbTflOp op = xb_tfl_end_place(t, "outputs");
    for (int i = 0; i < t->outputs; i++)
        read_output(t, i);
    check_use(t);
    if (t->outputs > 1 && t->d->errors == t->errors)
        xb_net_frame(&t->build, &op.at);
}

// ---- the file ----

static bool format_fault(XbTfl *t, const char *text)
{
    xb_report(t->d, XB_ERROR, "tflite-format", t->file, "", "%s", text);
    return false;
}

static bool is_intact(XbTfl *t)
{
    if (!t->fb->broken)
        return true;
    xb_report(t->d, XB_ERROR, "tflite-format", t->file, "",
              "the file is damaged: a reference at byte %zu leaves it", t->fb->broken_at);
    return false;
}

static bool open_model(XbTfl *t, XbFbTable *graph)
{
    XbFbTable model = xb_fb_root(t->fb);
    uint32_t version = xb_fb_uint32(model, 0, 0);
    XbFbVector graphs = xb_fb_vector(model, 2, 4);
    t->opcodes = xb_fb_vector(model, 1, 4);
    t->buffers = xb_fb_vector(model, 4, 4);
    if (!is_intact(t))
        return false;
    if (version != 3)
        return format_fault(
            t, xb_arena_printf(t->arena, "schema version %u; 3 is supported", version));
    if (graphs.count == 0)
        return format_fault(t, "the file has no subgraph");
    *graph = xb_fb_table_at(graphs, 0);
    return true;
}

// A concatenation has a layer for each input but one, a slice one for each output, with a reshape
// behind it, several outputs of the network have two each.
static int most_layers(const XbTfl *t)
{
    int most = 2 * XB_NET_MAX_OUTPUTS;
    for (uint32_t i = 0; i < t->operators.count; i++) {
        XbFbTable table = xb_fb_table_at(t->operators, i);
        uint32_t inputs = looked_at(xb_fb_vector(table, 1, 4));
        uint32_t outputs = looked_at(xb_fb_vector(table, 2, 4));
        most += (int)(inputs + 2 * outputs) + 1;
    }
    return most;
}

static bool open_graph(XbTfl *t, XbFbTable graph)
{
    t->tensors = xb_fb_vector(graph, 0, 4);
    t->operators = xb_fb_vector(graph, 3, 4);
    if (!is_intact(t))
        return false;
    if (t->tensors.count == 0 || t->tensors.count > XB_TFL_MAX_TENSORS ||
        t->operators.count > XB_NET_MAX_LAYERS)
        return format_fault(
            t, xb_arena_printf(
                   t->arena, "%u tensors and %u operators; 1..%d and at most %d are supported",
                   t->tensors.count, t->operators.count, XB_TFL_MAX_TENSORS, XB_NET_MAX_LAYERS));
    t->maker = xb_new(t->arena, int, t->tensors.count);
    t->is_wanted = xb_new(t->arena, bool, t->tensors.count);
    t->used = xb_new(t->arena, bool, t->tensors.count);
    t->folded = xb_new(t->arena, XbTflIntegers *, t->tensors.count);
    t->order = xb_new(t->arena, XbTflOrder *, t->tensors.count);
    t->turned = xb_new(t->arena, XbTflTensor *, t->tensors.count);
    t->role = xb_new(t->arena, uint8_t, t->operators.count);
    t->is_faulty = xb_new(t->arena, bool, t->tensors.count);
    t->net->note = xb_new(t->arena, XbNetNote, t->operators.count);
    for (uint32_t i = 0; i < t->tensors.count; i++)
        t->maker[i] = XB_TFL_NOTHING;
    t->build = xb_net_start(t->arena, t->net, most_layers(t));
    return true;
}

static bool one_input(XbTfl *t, XbFbVector tensors)
{
    if (tensors.count == 1)
        return true;
    xb_report(t->d, XB_ERROR, "tflite-graph", t->file, "input",
              "the network has %u inputs; exactly one is supported", tensors.count);
    return false;
}

static bool some_outputs(XbTfl *t, XbFbVector tensors)
{
    if (tensors.count < 1 || tensors.count > XB_NET_MAX_OUTPUTS) {
        xb_report(t->d, XB_ERROR, "tflite-graph", t->file, "output",
                  "the network has %u outputs; 1 to %d are supported", tensors.count,
                  XB_NET_MAX_OUTPUTS);
        return false;
    }
    t->outputs = (int)tensors.count;
    t->output = xb_new(t->arena, XbTflExit, t->outputs);
    for (int i = 0; i < t->outputs; i++)
        t->output[i].tensor = xb_fb_int32_at(tensors, (uint32_t)i);
    t->net->outputs = t->outputs > 1 ? t->outputs : 0;
    t->net->output = xb_new(t->arena, XbNetOutput, t->outputs);
    return true;
}

// The batch is not 1 in the file, or only as long as nobody says otherwise.
static bool is_batch_open(const XbTfl *t, int input)
{
    if (!xb_tfl_is_tensor(t, input))
        return false;
    XbFbTable tensor = xb_fb_table_at(t->tensors, (uint32_t)input);
    XbFbVector dims = xb_fb_vector(tensor, 0, 4), signature = xb_fb_vector(tensor, 7, 4);
    return (dims.count && xb_fb_int32_at(dims, 0) != 1) ||
           (signature.count && xb_fb_int32_at(signature, 0) != 1);
}

static void read_graph(XbTfl *t, XbFbTable graph)
{
    XbFbVector inputs = xb_fb_vector(graph, 1, 4);
    XbFbVector outputs = xb_fb_vector(graph, 2, 4);
    bool ends = one_input(t, inputs);
    ends = some_outputs(t, outputs) && ends;
    if (!ends)
        return;
    int in = xb_fb_int32_at(inputs, 0);
    t->is_open = is_batch_open(t, in);
    xb_tfl_find_shapes(t);
    xb_tfl_find_ends(t, in);
    if (!read_input(t, t->entry) || !xb_tfl_read_ends(t, in))
        return;
    for (uint32_t i = 0; i < t->operators.count; i++)
        read_op(t, (int)i);
    read_outputs(t);
}

bool xb_tflite_read(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNet *out)
{
    XbFb fb = xb_fb_open(bytes);
    int errors = d->errors;
    XbFbTable graph;
    *out = (XbNet){.file = xb_arena_copy(arena, file)};
    XbTfl t = {.arena = arena, .d = d, .errors = errors, .file = out->file, .fb = &fb, .net = out};
    if (!open_model(&t, &graph) || !open_graph(&t, graph))
        return false;
    XbDiags before = *d;
    read_graph(&t, graph);
    if (fb.broken)
        xb_diags_rewind(d, before);  // what a reader makes of a damaged file is not its fault
    is_intact(&t);
    return d->errors == errors;
}
