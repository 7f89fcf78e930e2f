// SPDX-License-Identifier: Apache-2.0
// Tensors of a TensorFlow Lite file: shape, type, quantization and constant data, checked on the
// way.
#include "net/tflite.h"

bool xb_tfl_fail_silently(XbTflOp *op)
{
    op->failed = true;
    return false;
}

bool xb_tfl_has_failed(const XbTfl *t, int tensor)
{
    return t->maker[tensor] == XB_TFL_FAILED || t->maker[tensor] == XB_TFL_UNKNOWN;
}

bool xb_tfl_is_tensor(const XbTfl *t, int tensor)
{
    return tensor >= 0 && (uint32_t)tensor < t->tensors.count;
}

int xb_tfl_type(const XbTfl *t, int tensor)
{
    if (!xb_tfl_is_tensor(t, tensor))
        return -1;
    return xb_fb_int8(xb_fb_table_at(t->tensors, (uint32_t)tensor), 1, XB_TFL_FLOAT32);
}

bool xb_tfl_is_fixed(XbTflOp *op, const XbTflTensor *input)
{
    XbTfl *t = op->t;
    XbFbVector signature = xb_fb_vector(xb_fb_table_at(t->tensors, (uint32_t)input->index), 7, 4);
    for (uint32_t i = 1; i < signature.count; i++)
        if (xb_fb_int32_at(signature, i) == -1)
            return xb_tfl_fault(op, "tflite-shape", "dimension %u is open; only the batch may be",
                                i);
    return true;
}

XbTflOp xb_tfl_end_place(XbTfl *t, const char *where)
{
    return (XbTflOp){.t = t, .index = -1, .name = "", .at = {t->d, t->file, where, false}};
}

const char *xb_tfl_type_name(int type)
{
    static const char *const names[] = {"FLOAT32", "FLOAT16",    "INT32",  "UINT8",     "INT64",
                                        "STRING",  "BOOL",       "INT16",  "COMPLEX64", "INT8",
                                        "FLOAT64", "COMPLEX128", "UINT64", "RESOURCE",  "VARIANT",
                                        "UINT32",  "UINT16",     "INT4",   "BFLOAT16"};
    int known = (int)(sizeof names / sizeof names[0]);
    return type >= 0 && type < known ? names[type] : "of an unknown type";
}

const char *xb_tfl_shape_text(XbArena *arena, const XbTflTensor *tensor)
{
    const char *text = "[";
    for (int i = 0; i < tensor->rank; i++)
        text = xb_arena_printf(arena, "%s%s%d", text, i ? ", " : "", tensor->dim[i]);
    return xb_arena_printf(arena, "%s]", text);
}

// The bytes of a buffer: a vector in the FlatBuffer, or a range of the file behind it.
static XbBytes buffer_bytes(const XbTfl *t, uint32_t index)
{
    XbBytes none = {NULL, 0};
    if (index == 0 || index >= t->buffers.count)
        return none;
    XbFbTable buffer = xb_fb_table_at(t->buffers, index);
    XbFbVector data = xb_fb_vector(buffer, 0, 1);
    if (data.count)
        return (XbBytes){t->fb->data + data.at, data.count};
    uint64_t offset = xb_fb_uint64(buffer, 1, 0);
    uint64_t size = xb_fb_uint64(buffer, 2, 0);
    if (offset <= 1 || offset > t->fb->size || size > t->fb->size - offset)
        return none;
    return (XbBytes){t->fb->data + offset, (size_t)size};
}

bool xb_tfl_is_constant(const XbTflOp *op, uint32_t n)
{
    int index = n < op->inputs.count ? xb_fb_int32_at(op->inputs, n) : -1;
    if (!xb_tfl_is_tensor(op->t, index))
        return false;
    XbFbTable tensor = xb_fb_table_at(op->t->tensors, (uint32_t)index);
    return buffer_bytes(op->t, xb_fb_uint32(tensor, 2, 0)).size > 0;
}

static bool read_dims(XbTflOp *op, XbFbVector shape, const char *role, XbTflTensor *out)
{
    if (shape.count > XB_TFL_MAX_RANK)
        return xb_tfl_fault(op, "tflite-shape", "%s has %u dimensions; at most %d are supported",
                            role, shape.count, XB_TFL_MAX_RANK);
    int64_t elements = 1;
    out->rank = (int)shape.count;
    for (uint32_t i = 0; i < shape.count; i++) {
        int dim = xb_fb_int32_at(shape, i);
        if (i == 0 && dim == -1 && shape.count > 1)
            dim = 1;
        if (dim < 1 || dim > XB_NET_MAX_DIM)
            return xb_tfl_fault(op, "tflite-shape", "%s: dimension %u is %d, outside 1..%d", role,
                                i, dim, XB_NET_MAX_DIM);
        out->dim[i] = dim;
        elements *= dim;
        if (elements > XB_NET_MAX_ELEMENTS)
            return xb_tfl_fault(op, "tflite-shape", "%s has more than 2^26 elements", role);
    }
    out->elements = (int)elements;
    return true;
}

bool xb_tfl_tensor(XbTflOp *op, int index, const char *role, XbTflTensor *out)
{
    XbTfl *t = op->t;
    *out = (XbTflTensor){.index = index};
    if (!xb_tfl_is_tensor(t, index))
        return xb_tfl_fault(op, "tflite-graph", "%s is tensor %d; the file has tensors 0..%u", role,
                            index, t->tensors.count - 1);
    XbFbTable tensor = xb_fb_table_at(t->tensors, (uint32_t)index);
    out->type = xb_tfl_type(t, index);
    out->data = buffer_bytes(t, xb_fb_uint32(tensor, 2, 0));
    out->is_constant = out->data.size > 0;
    out->quant = xb_fb_table(tensor, 4);
    if (xb_fb_uint8(tensor, 5, 0))
        return xb_tfl_fault(op, "tflite-op",
                            "%s is a variable; networks with state are not supported", role);
    if (xb_fb_table(tensor, 6).at)
        return xb_tfl_fault(op, "tflite-type", "%s is stored sparsely; store it densely", role);
    return read_dims(op, xb_fb_vector(tensor, 0, 4), role, out);
}

bool xb_tfl_image_quant(XbTflOp *op, const XbTflTensor *tensor, const char *role, XbQuant *out)
{
    XbFbVector scale = xb_fb_vector(tensor->quant, 2, 4);
    XbFbVector zero = xb_fb_vector(tensor->quant, 3, 8);
    if (scale.count != 1 || zero.count > 1)
        return xb_tfl_fault(op, "tflite-quant",
                            "%s has %u scales and %u zero points, not one of each", role,
                            scale.count, zero.count);
    *out = (XbQuant){
        .scale = xb_fb_float_at(scale, 0), .bits = 8, .is_signed = tensor->type == XB_TFL_INT8};
    int64_t z = zero.count ? xb_fb_int64_at(zero, 0) : 0;
    if (!xb_net_check_scale(&op->at, NULL, role, out->scale) ||
        !xb_net_check_zero(&op->at, NULL, role, z, *out))
        return false;
    out->zero = (int)z + xb_quant_offset(*out);
    return true;
}

// What another fault made, and what has a type that has been reported, is no new fault.
static bool is_type_reported(XbTfl *t, const XbTflTensor *tensor)
{
    uint32_t bit = UINT32_C(1) << (tensor->type & 31);
    bool is_reported = t->maker[tensor->index] == XB_TFL_FAILED || (t->reported_types & bit);
    t->reported_types |= bit;
    return is_reported;
}

bool xb_tfl_image(XbTflOp *op, int index, const char *role, XbTflTensor *out)
{
    if (!xb_tfl_tensor(op, index, role, out))
        return false;
    if (out->type == op->t->code_type)
        return true;
    if (is_type_reported(op->t, out))
        return xb_tfl_fail_silently(op);
    return xb_tfl_fault(op, "tflite-type", "%s is %s; in this network it must be %s", role,
                        xb_tfl_type_name(out->type), xb_tfl_type_name(op->t->code_type));
}

bool xb_tfl_has_input(const XbTflOp *op, uint32_t n)
{
    return n < op->inputs.count && xb_fb_int32_at(op->inputs, n) != -1;
}

void xb_tfl_note(const XbTflOp *op, XbNoteKind kind, const char *text)
{
    XbNet *net = op->t->net;
    net->note[net->notes++] = (XbNetNote){kind, op->index, op->name, text, NULL};
}

static int type_size(int type) { return type == XB_TFL_INT64 ? 8 : type == XB_TFL_INT32 ? 4 : 1; }

bool xb_tfl_constant(XbTflOp *op, uint32_t n, const char *role, const int types[2],
                     XbTflTensor *out)
{
    if (!xb_tfl_has_input(op, n))
        return xb_tfl_fault(op, "tflite-graph", "it has no %s (input %u)", role, n);
    if (!xb_tfl_tensor(op, xb_fb_int32_at(op->inputs, n), role, out))
        return false;
    if (op->t->maker[out->index] == XB_TFL_FAILED)
        return xb_tfl_fail_silently(op);
    if (out->type != types[0] && out->type != types[1])
        return xb_tfl_fault(op, "tflite-type", "%s: type is %s; %s is supported", role,
                            xb_tfl_type_name(out->type), xb_tfl_type_name(types[0]));
    if (!out->is_constant)
        return xb_tfl_fault(op, "tflite-weights", "%s: tensor %d is not a constant", role,
                            out->index);
    if (out->data.size != (size_t)out->elements * (size_t)type_size(out->type))
        return xb_tfl_fault(op, "tflite-weights", "%s: shape %s does not fit the %zu bytes of data",
                            role, xb_tfl_shape_text(op->t->arena, out), out->data.size);
    return true;
}

int64_t xb_tfl_integer(const XbTflTensor *tensor, int i)
{
    if (tensor->type == XB_TFL_INT64)
        return xb_le_int64(tensor->data.data + (size_t)i * 8);
    return xb_le_int32(tensor->data.data + (size_t)i * 4);
}
