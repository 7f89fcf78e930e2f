// SPDX-License-Identifier: Apache-2.0
// STRIDED_SLICE, SLICE, SPLIT and SPLIT_V of images, with constant bounds: boxes of the map.
#include "net/tflite.h"

enum { OP_STRIDED_SLICE = 45, OP_SPLIT = 49, OP_SLICE = 65, OP_SPLIT_V = 102 };

typedef struct Range {  // of one dimension
    int64_t begin, count, step;
    bool is_gone;  // from the output's shape
} Range;

bool xb_tfl_is_split(int code) { return code == OP_SPLIT || code == OP_SPLIT_V; }

static void take_all(const XbTflTensor *in, Range *range)
{
    for (int i = 0; i < in->rank; i++)
        range[i] = (Range){0, in->dim[i], 1, false};
}

static bool leaves(XbTflOp *op, int dim)
{
    return xb_tfl_fault(op, "tflite-shape", "what it takes of dimension %d is not in %s", dim,
                        xb_tfl_shape_text(op->t->arena, &op->in));
}

// ---- STRIDED_SLICE ----

typedef struct Strided {
    XbTflIntegers begin, end, step;
    int begin_mask, end_mask, gone_mask;
} Strided;

// What the chip does not do, NULL: nothing.
static const char *unsupported(const XbTflOp *op, const Strided *s)
{
    if (xb_fb_int32(op->options, 2, 0))
        return "an ellipsis";
    if (xb_fb_int32(op->options, 3, 0))
        return "a new axis";
    if (xb_fb_uint8(op->options, 5, 0))
        return "ends counted from the begin";
    for (int i = 0; i < s->step.count; i++)
        if (s->step.value[i] < 1)
            return "a step below 1";
    return NULL;
}

static bool read_strided(XbTflOp *op, Strided *s)
{
    if (!xb_tfl_integers(op, 1, "begin", &s->begin) || !xb_tfl_integers(op, 2, "end", &s->end) ||
        !xb_tfl_integers(op, 3, "strides", &s->step))
        return false;
    s->begin_mask = xb_fb_int32(op->options, 0, 0);
    s->end_mask = xb_fb_int32(op->options, 1, 0);
    s->gone_mask = xb_fb_int32(op->options, 4, 0);
    const char *what = unsupported(op, s);
    if (what)
        return xb_tfl_fault(op, "tflite-op",
                            "it has %s; supported are begin and end, negative ones too, steps of "
                            "1 or more, masks of begin and end, and shrunk axes",
                            what);
    int count = s->begin.count;
    if (count == s->end.count && count == s->step.count && count <= op->in.rank)
        return true;
    return xb_tfl_fault(op, "tflite-shape", "begin, end and strides have %d, %d and %d numbers",
                        count, s->end.count, s->step.count);
}

// An axis that goes is that of the element at `begin`, which has to be there.
static bool strided_range(XbTflOp *op, const Strided *s, int i, Range *r)
{
    int dim = op->in.dim[i];
    int64_t begin = s->begin.value[i];
    r->is_gone = s->gone_mask >> i & 1;
    r->step = s->step.value[i];
    if (s->begin_mask >> i & 1)
        begin = 0;
    else if (r->is_gone && (begin < -dim || begin >= dim))
        return leaves(op, i);
    r->begin = xb_tfl_limit(begin, dim);
    int64_t end = s->end_mask >> i & 1 ? dim : xb_tfl_limit(s->end.value[i], dim);
    int64_t span = r->is_gone ? 1 : end - r->begin;
    r->count = span > 0 ? (span - 1) / r->step + 1 : 0;
    return true;
}

static bool read_strided_ranges(XbTflOp *op, Range *range)
{
    Strided s;
    if (!read_strided(op, &s))
        return false;
    for (int i = 0; i < s.begin.count; i++)
        if (!strided_range(op, &s, i, &range[i]))
            return false;
    return true;
}

// ---- SLICE ----

static bool read_slice_ranges(XbTflOp *op, Range *range)
{
    XbTflIntegers begin, size;
    int rank = op->in.rank;
    if (!xb_tfl_integers(op, 1, "begin", &begin) || !xb_tfl_integers(op, 2, "size", &size))
        return false;
    if (begin.count != rank || size.count != rank)
        return xb_tfl_fault(op, "tflite-shape", "begin and size have %d and %d numbers, not %d",
                            begin.count, size.count, rank);
    for (int i = 0; i < rank; i++) {
        int dim = op->in.dim[i];
        if (begin.value[i] < 0 || begin.value[i] > dim)
            return leaves(op, i);
        range[i].begin = begin.value[i];
        range[i].count = size.value[i] == -1 ? dim - begin.value[i] : size.value[i];
    }
    return true;
}

// ---- SPLIT, SPLIT_V ----

static bool read_axis(XbTflOp *op, uint32_t n, int *out)
{
    XbTflIntegers axis;
    int rank = op->in.rank;
    if (!xb_tfl_integers(op, n, "axis", &axis))
        return false;
    int64_t at = axis.count == 1 ? axis.value[0] : rank;
    at = at < 0 ? at + rank : at;
    *out = (int)at;
    if (at >= 0 && at < rank)
        return true;
    return xb_tfl_fault(op, "tflite-shape", "the axis is not one of an image of shape %s",
                        xb_tfl_shape_text(op->t->arena, &op->in));
}

static bool read_split_ranges(XbTflOp *op, Range *range)
{
    int axis, parts = (int)op->outputs.count;
    if (!read_axis(op, 0, &axis))
        return false;
    int dim = op->in.dim[axis];
    if (xb_fb_int32(op->options, 0, 0) != parts || dim % parts != 0)
        return xb_tfl_fault(op, "tflite-shape",
                            "dimension %d of %s is not split into %d equal parts", axis,
                            xb_tfl_shape_text(op->t->arena, &op->in), parts);
    range[axis].count = dim / parts;
    range[axis].begin = (int64_t)op->part * range[axis].count;
    return true;
}

// The sizes of all parts; one may be -1, which is the rest.
static bool read_sizes(XbTflOp *op, int axis, XbTflIntegers *size)
{
    int64_t rest = op->in.dim[axis];
    int open = -1, opens = 0;
    if (!xb_tfl_integers(op, 1, "sizes", size))
        return false;
    for (int i = 0; i < size->count; i++) {
        bool is_open = size->value[i] == -1;
        opens += is_open;
        open = is_open ? i : open;
        rest -= is_open ? 0 : size->value[i];
    }
    if (opens == 1)
        size->value[open] = rest;
    if (size->count == (int)op->outputs.count && opens <= 1 && (opens ? rest > 0 : rest == 0))
        return true;
    return xb_tfl_fault(op, "tflite-shape", "its %d sizes are not those of %u parts of %s",
                        size->count, op->outputs.count, xb_tfl_shape_text(op->t->arena, &op->in));
}

static bool read_split_v_ranges(XbTflOp *op, Range *range)
{
    int axis;
    XbTflIntegers size;
    if (!read_axis(op, 2, &axis) || !read_sizes(op, axis, &size))
        return false;
    range[axis].begin = 0;
    for (int i = 0; i < op->part; i++)
        range[axis].begin += size.value[i];
    range[axis].count = size.value[op->part];
    return true;
}

// ---- all of them ----

static bool read_ranges(XbTflOp *op, Range *range)
{
    take_all(&op->in, range);
    switch (op->code) {
    case OP_STRIDED_SLICE:
        return read_strided_ranges(op, range);
    case OP_SLICE:
        return read_slice_ranges(op, range);
    case OP_SPLIT:
        return read_split_ranges(op, range);
    default:
        return read_split_v_ranges(op, range);
    }
}

// Dimensions of the output as they follow, in its file.
static XbTflTensor due_shape(const XbTflOp *op, const Range *range)
{
    XbTflTensor due = {0};
    for (int i = 0; i < op->in.rank; i++)
        if (!range[i].is_gone)
            due.dim[due.rank++] = (int)range[i].count;
    return due;
}

static bool check_ranges(XbTflOp *op, const Range *range)
{
    for (int i = 0; i < op->in.rank; i++) {
        int64_t end = range[i].begin + (range[i].count - 1) * range[i].step;
        if (range[i].count < 1 || end >= op->in.dim[i])
            return leaves(op, i);
    }
    XbTflTensor due = due_shape(op, range);
    bool agrees = due.rank == op->out.rank;
    for (int i = 0; agrees && i < due.rank; i++)
        agrees = due.dim[i] == op->out.dim[i];
    if (agrees)
        return true;
    return xb_tfl_fault(op, "tflite-shape", "its output is %s; %s follows from its input",
                        xb_tfl_shape_text(op->t->arena, &op->out),
                        xb_tfl_shape_text(op->t->arena, &due));
}

bool xb_tfl_slice(XbTflOp *op)
{
    Range range[XB_TFL_MAX_RANK];
    XbNetLayer *l = op->layer;
    if (!read_ranges(op, range) || !check_ranges(op, range))
        return false;
    int box[3] = {1, 1, 1};
    for (int i = 0; i < 3; i++)
        l->begin[i] = 0, l->step[i] = 1;
    for (int i = 1; i < op->in.rank; i++) {  // behind the batch, the last one is that of channels
        int at = i - op->in.rank + 3;
        l->begin[at] = (int)range[i].begin;
        l->step[at] = range[i].count > 1 ? (int)range[i].step : 1;
        box[at] = (int)range[i].count;
    }
    l->out = (XbShape){box[0], box[1], box[2]};
    return true;
}

XbNetLayer *xb_tfl_shrink(XbTflOp *op)
{
    XbTfl *t = op->t;
    const XbNetLayer *box = op->layer;
    XbShape out;
    if (!xb_tfl_image_shape(op, &op->out, "output", &out))
        return NULL;
    if (out.h == box->out.h && out.w == box->out.w)
        return op->layer;
    XbNetLayer *l = op->layer = xb_net_open_behind(&t->build, XB_RESHAPE, t->net->layers - 1);
    l->out = out;
    l->file_op = op->name;
    xb_net_accept(&t->build, l);
    return l;
}
