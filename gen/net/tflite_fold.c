// SPDX-License-Identifier: Apache-2.0
// Shapes that a file computes: SHAPE, STRIDED_SLICE and PACK, as converters write them in front of
// a RESHAPE when the batch is open. With one image at a time they are constants, and what is made
// for its shape alone need not be made.
#include "net/tflite.h"
#include <string.h>

enum { OP_SQUEEZE = 43, OP_STRIDED_SLICE = 45, OP_EXPAND_DIMS = 70, OP_SHAPE = 77, OP_PACK = 83 };

static bool is_known(int code)
{
    return code == OP_STRIDED_SLICE || code == OP_PACK || code == OP_EXPAND_DIMS ||
           code == OP_SQUEEZE;
}

bool xb_tfl_is_fold(const XbTflOp *op, int code)
{
    int tensor = op->inputs.count ? xb_fb_int32_at(op->inputs, 0) : -1;
    return code == OP_SHAPE || (is_known(code) && xb_tfl_is_integer(xb_tfl_type(op->t, tensor)));
}

bool xb_tfl_integers(XbTflOp *op, uint32_t n, const char *role, XbTflIntegers *out)
{
    XbTflTensor tensor;
    int index = xb_tfl_has_input(op, n) ? xb_fb_int32_at(op->inputs, n) : -1;
    if (xb_tfl_is_tensor(op->t, index) && op->t->folded[index]) {
        *out = *op->t->folded[index];
        return true;
    }
    if (!xb_tfl_constant(op, n, role, (int[]){XB_TFL_INT32, XB_TFL_INT64}, &tensor))
        return false;
    if (tensor.rank > 1 || tensor.elements > XB_TFL_MAX_INTEGERS)
        return xb_tfl_fault(op, "tflite-shape",
                            "%s has shape %s; at most %d integers are supported", role,
                            xb_tfl_shape_text(op->t->arena, &tensor), XB_TFL_MAX_INTEGERS);
    *out = (XbTflIntegers){.count = tensor.elements, .is_list = tensor.rank == 1};
    for (int i = 0; i < tensor.elements; i++)
        out->value[i] = xb_tfl_integer(&tensor, i);
    return true;
}

static bool fold_shape(XbTflOp *op, XbTflIntegers *out)
{
    XbTflTensor in;
    if (!xb_tfl_tensor(op, xb_fb_int32_at(op->inputs, 0), "input", &in))
        return false;
    *out = (XbTflIntegers){.count = in.rank, .is_list = true};
    for (int i = 0; i < in.rank; i++)
        out->value[i] = in.dim[i];
    return true;
}

int64_t xb_tfl_limit(int64_t at, int count)
{
    at = at < 0 ? at + count : at;
    return at < 0 ? 0 : at > count ? count : at;
}

static bool is_single(const XbTflIntegers *a) { return a->is_list && a->count == 1; }

// Of a list, forwards, one by one: the whole of what shapes are sliced for.
static bool fold_slice(XbTflOp *op, XbTflIntegers *out)
{
    XbTflIntegers in, begin, end, step;
    if (!xb_tfl_integers(op, 0, "input", &in) || !xb_tfl_integers(op, 1, "begin", &begin) ||
        !xb_tfl_integers(op, 2, "end", &end) || !xb_tfl_integers(op, 3, "strides", &step))
        return false;
    bool is_plain = in.is_list && is_single(&begin) && is_single(&end) && is_single(&step) &&
                    step.value[0] == 1 && !xb_fb_int32(op->options, 2, 0) &&
                    !xb_fb_int32(op->options, 3, 0);
    if (!is_plain)
        return xb_tfl_fault(op, "tflite-op",
                            "only a part of a shape, step 1, can be sliced; " XB_TFL_FIX_BATCH);
    int64_t from = xb_fb_int32(op->options, 0, 0) & 1 ? 0 : xb_tfl_limit(begin.value[0], in.count);
    int64_t to =
        xb_fb_int32(op->options, 1, 0) & 1 ? in.count : xb_tfl_limit(end.value[0], in.count);
    bool is_one = xb_fb_int32(op->options, 4, 0) & 1;
    to = is_one ? from + 1 : to;
    if (to <= from || to > in.count)
        return xb_tfl_fault(op, "tflite-shape", "it takes elements %lld to %lld of %d",
                            (long long)from, (long long)to - 1, in.count);
    *out = (XbTflIntegers){.count = (int)(to - from), .is_list = !is_one};
    memcpy(out->value, in.value + from, (size_t)out->count * sizeof out->value[0]);
    return true;
}

static bool fold_pack(XbTflOp *op, XbTflIntegers *out)
{
    uint32_t count = op->inputs.count;
    *out = (XbTflIntegers){.is_list = true};
    if (count < 1 || count > XB_TFL_MAX_INTEGERS || xb_fb_int32(op->options, 1, 0) != 0)
        return xb_tfl_fault(op, "tflite-op",
                            "only 1 to %d integers can be packed, into a list; " XB_TFL_FIX_BATCH,
                            XB_TFL_MAX_INTEGERS);
    for (uint32_t i = 0; i < count; i++) {
        XbTflIntegers one;
        if (!xb_tfl_integers(op, i, "input", &one))
            return false;
        if (one.is_list)
            return xb_tfl_fault(
                op, "tflite-op",
                "input %u is a list; only integers can be packed; " XB_TFL_FIX_BATCH, i);
        out->value[out->count++] = one.value[0];
    }
    return true;
}

// EXPAND_DIMS makes a list of an integer, SQUEEZE an integer of a list of one.
static bool fold_rank(XbTflOp *op, int code, XbTflIntegers *out)
{
    bool makes_list = code == OP_EXPAND_DIMS;
    if (!xb_tfl_integers(op, 0, "input", out))
        return false;
    if (out->count != 1 || out->is_list == makes_list)
        return xb_tfl_fault(op, "tflite-op",
                            "only one integer can become a list, or a list of one "
                            "an integer; " XB_TFL_FIX_BATCH);
    out->is_list = makes_list;
    return true;
}

static const char *integers_text(XbArena *arena, const XbTflIntegers *of)
{
    const char *text = "";
    for (int i = 0; i < of->count; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? ", " : "", (long long)of->value[i]);
    return of->is_list ? xb_arena_printf(arena, "[%s]", text) : text;
}

static bool fold(XbTflOp *op, int code, XbTflIntegers *out)
{
    switch (code) {
    case OP_SHAPE:
        return fold_shape(op, out);
    case OP_PACK:
        return fold_pack(op, out);
    case OP_STRIDED_SLICE:
        return fold_slice(op, out);
    default:
        return fold_rank(op, code, out);
    }
}

bool xb_tfl_fold(XbTflOp *op, int code)
{
    XbTflIntegers *out = xb_new(op->t->arena, XbTflIntegers, 1);
    int tensor = xb_fb_int32_at(op->outputs, 0);
    if (op->outputs.count != 1 || !xb_tfl_is_tensor(op->t, tensor))
        return xb_tfl_fault(op, "tflite-graph", "it must have one output");
    bool ok = fold(op, code, out);
    if (ok) {
        op->t->folded[tensor] = out;
        xb_tfl_note(op, XB_NOTE_FOLDED, integers_text(op->t->arena, out));
    }
    return ok;
}

// ---- what is read for its shape alone ----

static void mark(const XbTfl *t, XbFbVector tensors, bool *set)
{
    for (uint32_t i = 0; i < tensors.count; i++) {
        int tensor = xb_fb_int32_at(tensors, i);
        if (xb_tfl_is_tensor(t, tensor))
            set[tensor] = true;
    }
}

// All that an operator makes is read, and nobody wants more of it than the shape.
static bool is_for_shape(const XbTfl *t, XbFbVector made)
{
    for (uint32_t i = 0; i < made.count; i++) {
        int tensor = xb_fb_int32_at(made, i);
        if (!xb_tfl_is_tensor(t, tensor) || t->is_wanted[tensor] || !t->used[tensor])
            return false;
    }
    return made.count > 0;
}

void xb_tfl_find_shapes(XbTfl *t)
{
    for (int i = 0; i < t->outputs; i++)
        if (xb_tfl_is_tensor(t, t->output[i].tensor))
            t->is_wanted[t->output[i].tensor] = true;
    for (uint32_t i = t->operators.count; i-- > 0;) {
        XbFbTable table = xb_fb_table_at(t->operators, i);
        XbFbVector inputs = xb_fb_vector(table, 1, 4);
        bool is_shape = xb_tfl_operator_code(t, table) == OP_SHAPE;
        if (!is_shape && is_for_shape(t, xb_fb_vector(table, 2, 4)))
            t->role[i] = XB_TFL_SHAPE_ONLY;
        mark(t, inputs, t->used);
        if (!is_shape && t->role[i] != XB_TFL_SHAPE_ONLY)
            mark(t, inputs, t->is_wanted);
    }
}
