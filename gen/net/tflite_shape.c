// SPDX-License-Identifier: Apache-2.0
// Operators that only arrange: EXPAND_DIMS and SQUEEZE are reshapes. TRANSPOSE moves codes, which
// the chip does not do; but what moves only dimensions of 1 is a reshape, and where a TRANSPOSE is
// undone by another, with operators between that look at one code at a time, it is in the file
// only. Where all codes go in a row to weights, these move instead.
#include "net/tflite.h"
#include <string.h>

static bool output_is(XbTflOp *op, const int *dim, int rank)
{
    bool agrees = op->out.rank == rank;
    for (int i = 0; agrees && i < rank; i++)
        agrees = op->out.dim[i] == dim[i];
    if (agrees)
        return true;
    XbTflTensor due = {.rank = rank};
    memcpy(due.dim, dim, (size_t)rank * sizeof dim[0]);
    return xb_tfl_fault(op, "tflite-shape", "its output is %s; %s follows from its input",
                        xb_tfl_shape_text(op->t->arena, &op->out),
                        xb_tfl_shape_text(op->t->arena, &due));
}

bool xb_tfl_expand_dims(XbTflOp *op)
{
    XbTflIntegers axis;
    int rank = op->in.rank, dim[XB_TFL_MAX_RANK];
    if (!xb_tfl_integers(op, 1, "axis", &axis))
        return false;
    int64_t at = axis.count == 1 ? axis.value[0] : rank + 1;
    at = at < 0 ? at + rank + 1 : at;
    if (at < 0 || at > rank || rank == XB_TFL_MAX_RANK)
        return xb_tfl_fault(op, "tflite-shape", "the axis is not one of an image of shape %s",
                            xb_tfl_shape_text(op->t->arena, &op->in));
    for (int i = 0; i <= rank; i++)
        dim[i] = i == at ? 1 : op->in.dim[i < at ? i : i - 1];
    return output_is(op, dim, rank + 1);
}

// The set of dimensions to take away, one bit each: those that the options name, or all of 1.
static int squeezed(const XbTflOp *op)
{
    XbFbVector named = xb_fb_vector(op->options, 0, 4);
    int set = 0, rank = op->in.rank;
    for (int i = 0; i < rank && !named.count; i++)
        set |= (op->in.dim[i] == 1) << i;
    for (uint32_t i = 0; i < named.count; i++) {
        int at = xb_fb_int32_at(named, i);
        at = at < 0 && at >= -rank ? at + rank : at;
        if (at < 0 || at >= rank || op->in.dim[at] != 1)
            return -1;
        set |= 1 << at;
    }
    return set;
}

bool xb_tfl_squeeze(XbTflOp *op)
{
    int set = squeezed(op), rank = 0, dim[XB_TFL_MAX_RANK];
    if (set < 0)
        return xb_tfl_fault(op, "tflite-shape", "a dimension of %s that it takes away is not 1",
                            xb_tfl_shape_text(op->t->arena, &op->in));
    for (int i = 0; i < op->in.rank; i++)
        if (!(set >> i & 1))
            dim[rank++] = op->in.dim[i];
    return output_is(op, dim, rank);
}

// ---- TRANSPOSE ----

static bool read_order(XbTflOp *op, const XbTflTensor *in, XbTflOrder *order)
{
    XbTflIntegers list;
    int seen = 0;
    if (!xb_tfl_integers(op, 1, "order of dimensions", &list))
        return false;
    for (int i = 0; i < list.count && list.count == in->rank; i++)
        if (list.value[i] >= 0 && list.value[i] < in->rank)
            seen |= 1 << list.value[i];
    if (seen != (1 << in->rank) - 1)
        return xb_tfl_fault(op, "tflite-shape", "its %d numbers are not the dimensions of %s",
                            list.count, xb_tfl_shape_text(op->t->arena, in));
    order->rank = in->rank;
    for (int i = 0; i < in->rank; i++)
        order->dim[i] = (int)list.value[i];
    return true;
}

static XbTflOrder order_of(const XbTfl *t, const XbTflTensor *tensor)
{
    const XbTflOrder *known = t->order[tensor->index];
    XbTflOrder own = {.rank = tensor->rank};
    for (int i = 0; i < tensor->rank; i++)
        own.dim[i] = i;
    return known && known->rank == tensor->rank ? *known : own;
}

static bool is_ordered(const XbTflOrder *order)
{
    for (int i = 0; i < order->rank; i++)
        if (order->dim[i] != i)
            return false;
    return true;
}

static bool moves_nothing(const XbTflOrder *order, const XbTflTensor *tensor)
{
    int last = -1;
    for (int i = 0; i < order->rank; i++) {
        if (tensor->dim[i] > 1 && order->dim[i] < last)
            return false;
        last = tensor->dim[i] > 1 ? order->dim[i] : last;
    }
    return true;
}

// Two that are in order may differ in rank.
static bool same_order(const XbTflOrder *a, const XbTflOrder *b)
{
    if (is_ordered(a) && is_ordered(b))
        return true;
    return a->rank == b->rank && memcmp(a->dim, b->dim, (size_t)a->rank * sizeof a->dim[0]) == 0;
}

XbTflTensor xb_tfl_in_order(const XbTfl *t, const XbTflTensor *tensor)
{
    XbTflOrder order = order_of(t, tensor);
    XbTflTensor out = *tensor;
    for (int i = 0; i < tensor->rank; i++)
        out.dim[order.dim[i]] = tensor->dim[i];
    return out;
}

bool xb_tfl_image_shape(XbTflOp *op, const XbTflTensor *tensor, const char *role, XbShape *out)
{
    XbTflTensor ordered = xb_tfl_in_order(op->t, tensor);
    int rank = tensor->rank;
    const int *dim = ordered.dim;
    if (rank > 1 && dim[0] != 1)
        return xb_tfl_fault(op, "tflite-shape", "%s has shape %s, a batch of %d; %s", role,
                            xb_tfl_shape_text(op->t->arena, tensor), dim[0],
                            op->t->is_open ? XB_TFL_FIX_BATCH : "1 is supported");
    if (rank < 2)
        return xb_tfl_fault(op, "tflite-shape",
                            "%s has shape %s; 2 to 4 dimensions with batch size 1 are supported",
                            role, xb_tfl_shape_text(op->t->arena, tensor));
    *out = (XbShape){
        .h = rank > 3 ? dim[1] : 1, .w = rank > 2 ? dim[rank - 2] : 1, .c = dim[rank - 1]};
    return true;
}

static void set_order(XbTfl *t, int tensor, XbTflOrder order)
{
    t->order[tensor] = xb_new(t->arena, XbTflOrder, 1);
    *t->order[tensor] = order;
}

static const char *order_text(XbArena *arena, const XbTflOrder *order)
{
    XbTflTensor as_shape = {.rank = order->rank};
    memcpy(as_shape.dim, order->dim, sizeof as_shape.dim);
    return xb_tfl_shape_text(arena, &as_shape);
}

const char *xb_tfl_order_text(XbTflOp *op, const XbTflTensor *in)
{
    XbTflOrder order;
    return read_order(op, in, &order) ? order_text(op->t->arena, &order) : NULL;
}

bool xb_tfl_transpose(XbTflOp *op)
{
    XbTfl *t = op->t;
    XbTflOrder by, order;
    XbQuant quant[2];
    if (!xb_tfl_image(op, xb_fb_int32_at(op->inputs, 0), "input", &op->in) ||
        !xb_tfl_image(op, xb_fb_int32_at(op->outputs, 0), "output", &op->out) ||
        !read_order(op, &op->in, &by))
        return false;
    if (t->turned[op->in.index])
        return xb_tfl_fault(op, "tflite-op", "its input comes from a TRANSPOSE and a RESHAPE");
    XbTflOrder before = order = order_of(t, &op->in);
    int dim[XB_TFL_MAX_RANK];
    for (int i = 0; i < by.rank; i++) {
        dim[i] = op->in.dim[by.dim[i]];
        order.dim[i] = before.dim[by.dim[i]];
    }
    if (!output_is(op, dim, by.rank) || !xb_tfl_image_quant(op, &op->in, "input", &quant[0]) ||
        !xb_tfl_image_quant(op, &op->out, "output", &quant[1]))
        return false;
    if (!xb_net_check_same_quant(&op->at, quant[0], quant[1]))
        return false;
    set_order(t, op->out.index, order);
    xb_tfl_note(op, XB_NOTE_FOLDED,
                xb_arena_printf(t->arena, "dimensions %s", order_text(t->arena, &by)));
    return true;
}

// ---- operators on permuted images ----

// All images that it reads are permuted alike, so what it makes is, too. A constant of several
// elements is not.
static bool are_alike(XbTflOp *op, const XbTflOrder *order)
{
    for (uint32_t i = 0; i < op->inputs.count && i < XB_TFL_LOOKED_AT; i++) {
        XbTflTensor in;
        if (!xb_tfl_tensor(op, xb_fb_int32_at(op->inputs, i), "input", &in))
            return false;
        XbTflOrder other = order_of(op->t, &in);
        if (in.is_constant ? in.elements > 1 && !is_ordered(order) : !same_order(order, &other))
            return false;
        if (op->t->turned[in.index])
            return false;
    }
    return true;
}

static bool takes(XbTflOp *op, XbTflUse use, const XbTflOrder *order)
{
    bool is_turned = op->t->turned[op->in.index] != NULL;
    XbTflTensor out;
    switch (use) {
    case XB_TFL_EACH_CODE:
        return are_alike(op, order);
    case XB_TFL_WEIGHS_ROW:
        return is_turned || moves_nothing(order, &op->in);
    case XB_TFL_KEEPS_ROW:
        return !is_turned && (moves_nothing(order, &op->in) ||
                              (xb_tfl_tensor(op, xb_fb_int32_at(op->outputs, 0), "output", &out) &&
                               out.rank == 2));
    default:
        return !is_turned && is_ordered(order);
    }
}

// What the order of its input means for its output, whose number is in the file.
static void hand_on(XbTflOp *op, XbTflUse use, const XbTflOrder *order, int output)
{
    if (use == XB_TFL_EACH_CODE && !is_ordered(order))
        set_order(op->t, output, *order);
    if (use != XB_TFL_KEEPS_ROW || moves_nothing(order, &op->in))
        return;
    op->t->turned[output] = xb_new(op->t->arena, XbTflTensor, 1);
    *op->t->turned[output] = op->in;
}

bool xb_tfl_take_order(XbTflOp *op, XbTflUse use)
{
    XbTflOrder order = order_of(op->t, &op->in);
    int output = xb_fb_int32_at(op->outputs, 0);
    bool is_taken = takes(op, use, &order);
    if (!is_taken && (op->failed || xb_tfl_has_failed(op->t, op->in.index)))
        return xb_tfl_fail_silently(op);
    if (!is_taken)
        return xb_tfl_fault(op, "tflite-op",
                            "an input comes from a TRANSPOSE; only one at an end of the network, "
                            "one that another undoes, or one in front of a RESHAPE to [1, N] and "
                            "FULLY_CONNECTED is supported");
    if (xb_tfl_is_tensor(op->t, output))
        hand_on(op, use, &order, output);
    return true;
}

int xb_tfl_dim_in_order(const XbTfl *t, const XbTflTensor *tensor, int dim)
{
    return order_of(t, tensor).dim[dim];
}

bool xb_tfl_has_order(const XbTfl *t, const XbTflTensor *tensor)
{
    XbTflOrder order = order_of(t, tensor);
    return !t->turned[tensor->index] && moves_nothing(&order, tensor);
}

// Where the layer has code i of an image that it makes in order and the file has turned.
static int place_of(const XbTflTensor *turned, const XbTflOrder *order, const XbTflTensor *own,
                    int i)
{
    int at[XB_TFL_MAX_RANK] = {0}, place = 0;
    for (int d = turned->rank - 1; d >= 0; d--) {
        at[order->dim[d]] = i % turned->dim[d];
        i /= turned->dim[d];
    }
    for (int d = 0; d < own->rank; d++)
        place = place * own->dim[d] + at[d];
    return place;
}

const int *xb_tfl_places(const XbTfl *t, const XbTflTensor *tensor)
{
    const XbTflTensor *turned = t->turned[tensor->index];
    if (!turned || turned->elements != tensor->elements)
        return NULL;
    XbTflOrder order = order_of(t, turned);
    XbTflTensor own = xb_tfl_in_order(t, turned);
    int *place = xb_new(t->arena, int, tensor->elements);
    for (int i = 0; i < tensor->elements; i++)
        place[i] = place_of(turned, &order, &own, i);
    return place;
}
