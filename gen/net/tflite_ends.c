// SPDX-License-Identifier: Apache-2.0
// Where the chip's part of a graph begins and ends. Operators that only change how values are
// written (QUANTIZE, DEQUANTIZE, TRANSPOSE) and a last function of the results (SOFTMAX and its
// like) are the host's where they stand at an end, and so are reshapes beyond them.
#include "base/text.h"
#include "net/tflite.h"

enum {
    OP_DEQUANTIZE = 6,
    OP_LOGISTIC = 14,
    OP_RESHAPE = 22,
    OP_SOFTMAX = 25,
    OP_TANH = 28,
    OP_TRANSPOSE = 39,
    OP_SQUEEZE = 43,
    OP_LOG_SOFTMAX = 50,
    OP_ARG_MAX = 56,
    OP_EXPAND_DIMS = 70,
    OP_SHAPE = 77,
    OP_QUANTIZE = 114
};

typedef struct Links {  // of the whole graph
    int *writer;        // per tensor: the first operator that writes it, or -1
    int *reader;        // per tensor: the first operator that reads more than its shape, or -1
    bool *is_shared;    // per tensor: others read it as well
} Links;

static bool is_reshape(int code)
{
    return code == OP_RESHAPE || code == OP_SQUEEZE || code == OP_EXPAND_DIMS;
}

static bool is_front(int code) { return code == OP_QUANTIZE || code == OP_TRANSPOSE; }

static const int BACK[] = {OP_QUANTIZE,    OP_DEQUANTIZE, OP_TRANSPOSE, OP_SOFTMAX,
                           OP_LOG_SOFTMAX, OP_LOGISTIC,   OP_TANH,      OP_ARG_MAX};
enum { BACKS = sizeof BACK / sizeof BACK[0] };

static bool is_back(int code)
{
    for (int i = 0; i < BACKS; i++)
        if (BACK[i] == code)
            return true;
    return false;
}

const char *xb_tfl_host_names(XbArena *arena)
{
    XbText text = {.arena = arena};
    for (int i = 0; i < BACKS; i++)
        xb_text_add(&text, "%s%s", i ? ", " : "", xb_tfl_op_name(arena, BACK[i]));
    return text.data;
}

bool xb_tfl_is_host_only(int code)
{
    return code == OP_DEQUANTIZE || code == OP_SOFTMAX || code == OP_LOG_SOFTMAX ||
           code == OP_ARG_MAX;
}

static XbFbTable operator_at(const XbTfl *t, int index)
{
    return xb_fb_table_at(t->operators, (uint32_t)index);
}

// Element 0 of a list of tensors, or -1.
static int first_of(const XbTfl *t, XbFbVector tensors)
{
    int tensor = tensors.count ? xb_fb_int32_at(tensors, 0) : -1;
    return xb_tfl_is_tensor(t, tensor) ? tensor : -1;
}

static void note_reader(const XbTfl *t, const Links *links, int index)
{
    XbFbVector inputs = xb_fb_vector(operator_at(t, index), 1, 4);
    if (xb_tfl_operator_code(t, operator_at(t, index)) == OP_SHAPE ||
        t->role[index] == XB_TFL_SHAPE_ONLY)
        return;
    for (uint32_t i = 0; i < inputs.count && i < XB_TFL_LOOKED_AT; i++) {
        int tensor = xb_fb_int32_at(inputs, i);
        if (!xb_tfl_is_tensor(t, tensor))
            continue;
        links->is_shared[tensor] = links->reader[tensor] >= 0;
        if (links->reader[tensor] < 0)
            links->reader[tensor] = index;
    }
}

static Links find_links(const XbTfl *t)
{
    int tensors = (int)t->tensors.count;
    Links links = {xb_new(t->arena, int, tensors), xb_new(t->arena, int, tensors),
                   xb_new(t->arena, bool, tensors)};
    for (int i = 0; i < tensors; i++)
        links.writer[i] = links.reader[i] = -1;
    for (int i = 0; i < (int)t->operators.count; i++) {
        int output = first_of(t, xb_fb_vector(operator_at(t, i), 2, 4));
        if (output >= 0 && links.writer[output] < 0)
            links.writer[output] = i;
        note_reader(t, &links, i);
    }
    return links;
}

// QUANTIZE from codes to such of the same type rescales them, which the chip does.
static bool is_rescale(const XbTfl *t, XbFbTable table)
{
    int in = first_of(t, xb_fb_vector(table, 1, 4)), out = first_of(t, xb_fb_vector(table, 2, 4));
    return xb_tfl_operator_code(t, table) == OP_QUANTIZE && in >= 0 &&
           xb_tfl_type(t, in) == xb_tfl_type(t, out);
}

// The next operator from the network's input on, if the host may do it: the only reader of
// `tensor`, and behind operator `after`.
static int front_operator(const XbTfl *t, const Links *links, int tensor, int after)
{
    int index = links->reader[tensor];
    if (index <= after || links->is_shared[tensor])
        return -1;
    XbFbTable table = operator_at(t, index);
    int code = xb_tfl_operator_code(t, table);
    bool is_hosts = (is_front(code) || is_reshape(code)) && !is_rescale(t, table);
    return is_hosts && first_of(t, xb_fb_vector(table, 1, 4)) == tensor ? index : -1;
}

static void find_front(XbTfl *t, const Links *links)
{
    int tensor = t->entry;
    for (int at = front_operator(t, links, tensor, -1); at >= 0;
         at = front_operator(t, links, tensor, at)) {
        tensor = first_of(t, xb_fb_vector(operator_at(t, at), 2, 4));
        if (tensor < 0)
            return;
        if (is_front(xb_tfl_operator_code(t, operator_at(t, at))))
            t->entry = tensor;
    }
}

// The operator that makes `tensor`, if the host may do it: in front of operator `before`.
static int back_operator(const XbTfl *t, const Links *links, int tensor, int before)
{
    int index = links->writer[tensor];
    if (index < 0 || index >= before || t->role[index] == XB_TFL_FRONT)
        return -1;
    XbFbTable table = operator_at(t, index);
    int code = xb_tfl_operator_code(t, table);
    return (is_back(code) || is_reshape(code)) && !is_rescale(t, table) ? index : -1;
}

// Somebody else than operator `by` reads the tensor, or it is another of the file's outputs.
static bool is_wanted(const XbTfl *t, const Links *links, const XbTflExit *o, int tensor, int by)
{
    for (int i = 0; i < t->outputs; i++)
        if (&t->output[i] != o && t->output[i].tensor == tensor)
            return true;
    return links->is_shared[tensor] || (links->reader[tensor] >= 0 && links->reader[tensor] != by);
}

static void find_back(const XbTfl *t, const Links *links, XbTflExit *o)
{
    int tensor = o->exit = o->tensor, by = -1, before = (int)t->operators.count;
    int at = back_operator(t, links, tensor, before);
    while (at >= 0 && !is_wanted(t, links, o, tensor, by)) {
        tensor = first_of(t, xb_fb_vector(operator_at(t, at), 1, 4));
        if (tensor < 0)
            return;
        if (is_back(xb_tfl_operator_code(t, operator_at(t, at))))
            o->exit = tensor;
        by = at;
        at = back_operator(t, links, tensor, at);
    }
}

// Marks the operators that lie between a tensor at an end of the file and the chip's.
static void mark_front(XbTfl *t, const Links *links, int tensor)
{
    while (tensor != t->entry) {
        int at = links->reader[tensor];
        t->role[at] = XB_TFL_FRONT;
        tensor = first_of(t, xb_fb_vector(operator_at(t, at), 2, 4));
    }
}

static void mark_back(const XbTfl *t, const Links *links, XbTflExit *o)
{
    for (int tensor = o->tensor; tensor != o->exit;) {
        int at = links->writer[tensor];
        t->role[at] = XB_TFL_BACK;
        o->is_turned |= xb_tfl_operator_code(t, operator_at(t, at)) == OP_TRANSPOSE;
        tensor = first_of(t, xb_fb_vector(operator_at(t, at), 1, 4));
    }
}

void xb_tfl_find_ends(XbTfl *t, int input)
{
    bool are_tensors = xb_tfl_is_tensor(t, input);
    t->entry = input;
    for (int i = 0; i < t->outputs; i++) {
        t->output[i].exit = t->output[i].tensor;
        are_tensors = are_tensors && xb_tfl_is_tensor(t, t->output[i].tensor);
    }
    if (!are_tensors)
        return;
    Links links = find_links(t);
    find_front(t, &links);
    mark_front(t, &links, input);
    for (int i = 0; i < t->outputs; i++)
        find_back(t, &links, &t->output[i]);
    for (int i = 0; i < t->outputs; i++)
        mark_back(t, &links, &t->output[i]);
}

// ---- the file's own ends ----

static bool has_type(const XbTflTensor *tensor, const int *types, int count)
{
    for (int i = 0; i < count; i++)
        if (types[i] == tensor->type)
            return true;
    return false;
}

static XbNetEnd end_of(const XbTflTensor *tensor)
{
    XbNetEnd end = {.is_hosts = true,
                    .type = xb_tfl_type_name(tensor->type),
                    .has_codes = tensor->type == XB_TFL_INT8 || tensor->type == XB_TFL_UINT8,
                    .rank = tensor->rank};
    for (int i = 0; i < tensor->rank; i++)
        end.dim[i] = tensor->dim[i];
    return end;
}

static bool is_turned_in_front(const XbTfl *t)
{
    for (int i = 0; i < (int)t->operators.count; i++)
        if (t->role[i] == XB_TFL_FRONT &&
            xb_tfl_operator_code(t, operator_at(t, i)) == OP_TRANSPOSE)
            return true;
    return false;
}

static bool read_end(XbTfl *t, const char *where, int tensor, XbNetEnd *out)
{
    static const int types[] = {XB_TFL_FLOAT32, XB_TFL_INT8, XB_TFL_UINT8, XB_TFL_INT32,
                                XB_TFL_INT64};
    XbTflOp op = xb_tfl_end_place(t, where);
    XbTflTensor end;
    bool is_input = out == &t->net->file_input;
    if (!xb_tfl_tensor(&op, tensor, "it", &end))
        return false;
    if (!has_type(&end, types, is_input ? 3 : 5))
        return xb_tfl_fault(&op, "tflite-type",
                            "the file's %s is %s; FLOAT32, INT8 and UINT8 are "
                            "supported",
                            where, xb_tfl_type_name(end.type));
    *out = end_of(&end);
    if (is_input && !xb_tfl_is_fixed(&op, &end))
        return false;
    return !out->has_codes || xb_tfl_image_quant(&op, &end, "it", &out->quant);
}

const char *xb_tfl_output_name(const XbTfl *t, int output)
{
    return t->outputs == 1 ? "output" : xb_arena_printf(t->arena, "output %d", output);
}

static bool read_output_end(XbTfl *t, int output)
{
    const XbTflExit *o = &t->output[output];
    XbNetEnd *end = t->outputs == 1 ? &t->net->file_output : &t->net->output[output].end;
    if (o->tensor == o->exit)
        return true;
    bool ok = read_end(t, xb_tfl_output_name(t, output), o->tensor, end);
    end->is_turned = o->is_turned;
    return ok;
}

bool xb_tfl_read_ends(XbTfl *t, int input)
{
    if (input != t->entry) {
        t->maker[input] = XB_TFL_HOSTS;
        if (!read_end(t, "input", input, &t->net->file_input))
            return false;
        t->net->file_input.is_turned = is_turned_in_front(t);
    }
    bool ok = true;
    for (int i = 0; i < t->outputs; i++)
        ok = read_output_end(t, i) && ok;
    return ok;
}

static const char *tensor_text(XbArena *arena, const XbTflTensor *tensor)
{
    return xb_arena_printf(arena, "%s %s", xb_tfl_type_name(tensor->type),
                           xb_tfl_shape_text(arena, tensor));
}

void xb_tfl_note_host(XbTflOp *op)
{
    XbTfl *t = op->t;
    XbTflTensor in, out;
    if (!xb_tfl_tensor(op, first_of(t, op->inputs), "input", &in) ||
        !xb_tfl_tensor(op, first_of(t, op->outputs), "output", &out))
        return;
    XbNoteKind kind = t->role[op->index] == XB_TFL_FRONT ? XB_NOTE_FRONT : XB_NOTE_BACK;
    bool moves = xb_tfl_operator_code(t, operator_at(t, op->index)) == OP_TRANSPOSE;
    const char *order = moves ? xb_tfl_order_text(op, &in) : NULL;
    const char *text = xb_arena_printf(t->arena, "%s to %s", tensor_text(t->arena, &in),
                                       tensor_text(t->arena, &out));
    if (!moves || order)
        xb_tfl_note(op, kind,
                    order ? xb_arena_printf(t->arena, "%s, dimensions %s", text, order) : text);
    if (order)
        t->net->note[t->net->notes - 1].order = order;
}
