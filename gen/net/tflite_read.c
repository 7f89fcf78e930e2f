// SPDX-License-Identifier: Apache-2.0
// Reads a TensorFlow Lite file: operators in their order, each checked on its own and against the
// graph. A failed operator does not stop the reading, so that one run reports all faults.
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
    return *layer != XB_TFL_FAILED;
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
    t->maker[tensor] = op->failed ? XB_TFL_FAILED : maker;
}

// Writes down who makes the operator's outputs, whether it could be read or not.
static void claim_outputs(XbTflOp *op, int maker)
{
    for (uint32_t i = 0; i < looked_at(op->outputs); i++)
        claim_output(op, i, maker);
}

// What a refused operator reads counts as used too: one fault, one report.
static void mark_inputs_used(XbTflOp *op)
{
    for (uint32_t i = 0; i < looked_at(op->inputs); i++) {
        int tensor = xb_fb_int32_at(op->inputs, i);
        if (xb_tfl_is_tensor(op->t, tensor))
            op->t->used[tensor] = true;
    }
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
        bool ok = xb_tfl_concat_next(op, n);
        if (!find_maker(op, n, &maker) || !ok)
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

static bool is_result(const XbTfl *t, int tensor)
{
    for (int i = 0; i < t->outputs; i++)
        if (t->output[i].exit == tensor)
            return true;
    return false;
}

// True if an operator reads the tensor, or the chip's part ends with it.
static bool is_read(const XbTfl *t, int tensor)
{
    bool is_found = is_result(t, tensor);
    for (uint32_t i = 0; i < t->operators.count && !is_found; i++) {
        XbFbVector inputs = xb_fb_vector(xb_fb_table_at(t->operators, i), 1, 4);
        for (uint32_t n = 0; n < looked_at(inputs) && !is_found; n++)
            is_found = xb_fb_int32_at(inputs, n) == tensor;
    }
    return is_found;
}

// A layer for each output that somebody reads. One fault is one report.
static void read_split(XbTflOp *op, const OpRule *rule)
{
    int layers = 0;
    for (uint32_t i = 0; i < op->outputs.count; i++) {
        int tensor = xb_fb_int32_at(op->outputs, i), maker = XB_TFL_FAILED;
        op->part = (int)i;
        bool is_wanted = is_read(op->t, tensor);
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

// ---- refusals ----

static const char *supported_names(XbArena *arena)
{
    XbText text = {.arena = arena};
    for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++)
        xb_text_add(&text, "%s%s", i ? ", " : "", xb_tfl_op_name(arena, RULES[i].code));
    return text.data;
}

// Shapes are made by operators that have no codes.
static bool makes_integers(const XbTflOp *op)
{
    int tensor = op->outputs.count ? xb_fb_int32_at(op->outputs, 0) : -1;
    return xb_tfl_is_integer(xb_tfl_type(op->t, tensor));
}

static const char *why_refused(XbTflOp *op, int code)
{
    if (xb_tfl_is_host_only(code))
        return "is supported only behind all operators of the chip, where it is the host's";
    if (makes_integers(op))
        return "makes integers, as shapes with an open batch need; " XB_TFL_FIX_BATCH;
    return xb_arena_printf(op->t->arena, "is not supported; supported are %s, and at the ends %s",
                           supported_names(op->t->arena), xb_tfl_host_names(op->t->arena));
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
    if (t->role[index] != XB_TFL_CHIP) {
        xb_tfl_note_host(&op);
        claim_outputs(&op, XB_TFL_HOSTS);
        return;
    }
    if (xb_tfl_is_fold(&op, code)) {
        xb_tfl_fold(&op, code);
        claim_outputs(&op, XB_TFL_FOLDED);
        return;
    }
    if (!rule)
        xb_tfl_fault(&op, "tflite-op", "%s", why_refused(&op, code));
    else if (options_type && rule->options_type && options_type != rule->options_type)
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
        if (!xb_tfl_is_tensor(t, tensor) || t->used[tensor])
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
    if (*layer == XB_TFL_FAILED)
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
    if (t->maker[o->exit] != XB_TFL_FAILED && !xb_tfl_has_order(t, &output))
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

static void read_graph(XbTfl *t, XbFbTable graph)
{
    XbFbVector inputs = xb_fb_vector(graph, 1, 4);
    XbFbVector outputs = xb_fb_vector(graph, 2, 4);
    bool ends = one_input(t, inputs);
    ends = some_outputs(t, outputs) && ends;
    if (!ends)
        return;
    int in = xb_fb_int32_at(inputs, 0);
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
    read_graph(&t, graph);
    is_intact(&t);
    return d->errors == errors;
}
