// SPDX-License-Identifier: Apache-2.0
// What the parts of the TensorFlow Lite reader share: the file being read, tensors, one operator.
// Field numbers are those of the public schema, version 3.
#ifndef XBGEN_NET_TFLITE_H
#define XBGEN_NET_TFLITE_H

#include "net/flatbuf.h"
#include "net/net_build.h"

#include "xbgen/net.h"

enum {
    XB_TFL_MAX_RANK = 4,
    XB_TFL_MAX_TENSORS = 65536,
    XB_TFL_MAX_INTEGERS = 8,  // of a shape that is computed
    XB_TFL_LOOKED_AT = 16     // inputs and outputs: more than any supported operator has
};

enum { XB_TFL_FLOAT32 = 0, XB_TFL_INT32 = 2, XB_TFL_UINT8 = 3, XB_TFL_INT64 = 4, XB_TFL_INT8 = 9 };

// What makes a tensor: a layer's number, or one of these.
enum {
    XB_TFL_NETWORK_INPUT = -1,
    XB_TFL_NOTHING = -2,
    XB_TFL_FAILED = -3,
    XB_TFL_FOLDED = -4,
    XB_TFL_HOSTS = -5,
    XB_TFL_UNKNOWN = -6  // failed so that nothing can be said of it
};

// Whose an operator is: the chip's, the host's in front of it or behind it, or nobody's, as only the shape of what it
// makes is read.
enum { XB_TFL_CHIP, XB_TFL_FRONT, XB_TFL_BACK, XB_TFL_SHAPE_ONLY };

typedef struct XbTflIntegers {  // a constant: one integer, or a list
    int count;
    bool is_list;
    int64_t value[XB_TFL_MAX_INTEGERS];
} XbTflIntegers;

// Of a tensor behind a TRANSPOSE: its dimension i is dimension dim[i] of what the layer makes.
typedef struct XbTflOrder {
    int rank, dim[XB_TFL_MAX_RANK];
} XbTflOrder;

typedef struct XbTflExit {  // one of the file's outputs
    int tensor;             // the file's
    int exit;               // at which the chip's part ends
    bool is_turned;         // a TRANSPOSE lies between
} XbTflExit;

typedef struct XbTfl {
    XbArena *arena;
    XbDiags *d;
    int errors;  // reported before
    const char *file;
    XbFb *fb;
    XbFbVector tensors, buffers, opcodes, operators;
    int *maker;              // per tensor
    XbTflIntegers **folded;  // per tensor: what operators on shapes make of it, or NULL
    XbTflOrder **order;      // per tensor: as a TRANSPOSE leaves it, or NULL
    struct XbTflTensor **turned;  // per tensor: what a TRANSPOSE made and a RESHAPE has in a row
    bool *is_wanted;         // per tensor: somebody reads more of it than its shape
    bool *used;              // per tensor: an operator reads it, or it is the network's output
    int code_type;           // XB_TFL_INT8 or XB_TFL_UINT8: type of every activation
    uint8_t *role;           // per operator: XB_TFL_CHIP, ...
    bool is_open;            // the file leaves the batch open, or has one of several images
    bool has_told_of_shapes; // that it computes them as xb_tfl_fold cannot
    int entry;               // tensor at which the chip's part begins
    int outputs;             // where it ends
    XbTflExit *output;
    bool *is_faulty;         // per tensor: it has a fault that has been reported
    uint32_t reported_types; // of activations, a bit each
    XbNet *net;
    XbNetBuild build;
} XbTfl;

typedef struct XbTflTensor {
    int index;
    int type, rank;
    int dim[XB_TFL_MAX_RANK];
    int elements;
    bool is_constant;
    XbBytes data;  // when constant
    XbFbTable quant;
} XbTflTensor;

typedef struct XbTflOp {
    XbTfl *t;
    int index, code;   // number in the file, BuiltinOperator
    const char *name;  // "CONV_2D"
    XbNetPlace at;     // "operator 3 (CONV_2D)"
    XbFbTable options;
    XbFbVector inputs, outputs;
    int first;            // number of its first input that is an image
    int part;             // number of its output that is read
    bool is_turned;       // its second image is the layer's first input
    XbTflTensor in, out;  // that input, and the output
    XbNetLayer *layer;    // being filled in
    bool failed;
    bool is_unknown;      // what it makes says nothing of the network
} XbTflOp;

typedef struct XbTflRule {  // an operator that becomes a layer; TRANSPOSE, which becomes none, has kind XB_KINDS
    int code;               // BuiltinOperator
    XbKind kind;
    int options_type;  // member of union BuiltinOptions
    int min_inputs, max_inputs;
    bool (*read)(XbTflOp *op);
} XbTflRule;

// ---- tflite_fault.c ----

// Reports at the operator, marks it as failed, returns false. Operators of one name with the same words share a report.
bool xb_tfl_fault(XbTflOp *op, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// ---- tflite_tensor.c ----

// True if the operator that makes the tensor could not be read, for a reason that has been reported.
bool xb_tfl_has_failed(const XbTfl *t, int tensor);

// Marks the operator as failed by what has been reported before, returns false.
bool xb_tfl_fail_silently(XbTflOp *op);

// A place for reports about the network's ends; no operator is behind it.
XbTflOp xb_tfl_end_place(XbTfl *t, const char *where);

const char *xb_tfl_type_name(int type);

// True if the file has a tensor of that number.
bool xb_tfl_is_tensor(const XbTfl *t, int tensor);

// Its type as the file says it: XB_TFL_INT8, ...; -1 if there is no such tensor.
int xb_tfl_type(const XbTfl *t, int tensor);

// True for a type of shapes and axes.
static inline bool xb_tfl_is_integer(int type) { return type == XB_TFL_INT32 || type == XB_TFL_INT64; }

// Fetches a tensor and checks its shape against the limits; `role` names it in reports ("weights").
bool xb_tfl_tensor(XbTflOp *op, int index, const char *role, XbTflTensor *out);

// Batch may be open in the file; reports that another dimension is.
bool xb_tfl_is_fixed(XbTflOp *op, const XbTflTensor *tensor);

// Fetches a quantized image: network's element type, batch 1, one scale and zero point.
bool xb_tfl_image(XbTflOp *op, int index, const char *role, XbTflTensor *out);
bool xb_tfl_image_quant(XbTflOp *op, const XbTflTensor *tensor, const char *role, XbQuant *out);

// Writes down what becomes of an operator that is no layer: net->note.
void xb_tfl_note(const XbTflOp *op, XbNoteKind kind, const char *text);

// Fetches input `n` of the operator, which must be constant and of one of two types.
bool xb_tfl_constant(XbTflOp *op, uint32_t n, const char *role, const int types[2],
                     XbTflTensor *out);

// True if input n of the operator is there and holds data.
bool xb_tfl_is_constant(const XbTflOp *op, uint32_t n);

// So many of an operator's inputs or outputs are looked at.
static inline uint32_t xb_tfl_looked_at(XbFbVector tensors)
{
    return tensors.count < XB_TFL_LOOKED_AT ? tensors.count : XB_TFL_LOOKED_AT;
}

// Element i of a constant INT32 or INT64 tensor.
int64_t xb_tfl_integer(const XbTflTensor *tensor, int i);

// True if the file gives input n (an optional input may be missing or -1).
bool xb_tfl_has_input(const XbTflOp *op, uint32_t n);

// Text of a shape, "[1, 32, 32, 3]".
const char *xb_tfl_shape_text(XbArena *arena, const XbTflTensor *tensor);

// ---- tflite_rules.c ----

// How the operator is read; NULL if the chip does not have it.
const XbTflRule *xb_tfl_rule(const XbTflOp *op);

// Names of the operators that it has, "CONV_2D, DEPTHWISE_CONV_2D".
const char *xb_tfl_supported_names(XbArena *arena);

// Operator `index` of the file, of this code, before it is looked at.
XbTflOp xb_tfl_open_op(XbTfl *t, int index, XbFbTable table, int code);

// ---- tflite_refuse.c ----

// True if the operator has integers alone on either side, as those of shapes.
bool xb_tfl_computes_shapes(const XbTflOp *op);

// True if it reads what nothing can be said of, and anything said of the operator would be said of that fault.
bool xb_tfl_is_echo(const XbTflOp *op);

// Reports that the chip does not have the operator, and what there is instead.
void xb_tfl_refuse(XbTflOp *op);

// ---- tflite_op.c ----

// Reads operator `index` of the file: layers are accepted, or faults reported; all its outputs have a maker then.
void xb_tfl_read_op(XbTfl *t, int index);

// ---- tflite_ends.c: what is the host's ----

// Finds t->entry, t->role and where the chip's part ends for a graph with this input and the outputs of t->output.
void xb_tfl_find_ends(XbTfl *t, int input);

// True for an operator code that only the host does.
bool xb_tfl_is_host_only(int code);

// Names of the operators that the host does, "QUANTIZE, DEQUANTIZE".
const char *xb_tfl_host_names(XbArena *arena);

// Writes down the file's own ends, where they are not the chip's: net->file_input, file_output, or those of net->output.
bool xb_tfl_read_ends(XbTfl *t, int input);

// "output", or "output 2" of several.
const char *xb_tfl_output_name(const XbTfl *t, int output);

// Writes down what the host does: net->note.
void xb_tfl_note_host(XbTflOp *op);

// ---- tflite_fold.c: shapes that are computed ----

// What to do about a shape that only a fixed batch makes a constant; ends a report.
#define XB_TFL_FIX_BATCH                                                                           \
    "fix the batch, tf.keras.Input(shape, batch_size=1), and convert the model again"

// Finds what is used and what is wanted (t->used, t->is_wanted) and the operators that nobody needs, as converters leave them in front of SHAPE:
// t->role.
void xb_tfl_find_shapes(XbTfl *t);

// True if the operator's code is one that xb_tfl_fold knows, and what it reads has no codes.
bool xb_tfl_is_fold(const XbTflOp *op, int code);

// Computes the operator's output, which is a constant: t->folded. The shape of a tensor is known whatever its codes are.
bool xb_tfl_fold(XbTflOp *op, int code);

// Fetches input `n` of the operator: a constant of the file, or a folded one.
bool xb_tfl_integers(XbTflOp *op, uint32_t n, const char *role, XbTflIntegers *out);

// Where a slice of `count` elements begins or ends; `at` counts from the end if it is negative.
int64_t xb_tfl_limit(int64_t at, int count);

// ---- tflite_slice.c: boxes of an image ----

// The box that output op->part of a STRIDED_SLICE, SLICE, SPLIT or SPLIT_V is.
bool xb_tfl_slice(XbTflOp *op);

// Where axes of one element have gone from the output's shape, a reshape behind the layer that is accepted. Gives
// the layer that makes the output; NULL, and reported, if that is none.
XbNetLayer *xb_tfl_shrink(XbTflOp *op);

// True for the code of an operator with several outputs.
bool xb_tfl_is_split(int code);

// ---- tflite_shape.c: operators that only arrange ----

bool xb_tfl_expand_dims(XbTflOp *op);
bool xb_tfl_squeeze(XbTflOp *op);

// Reads a TRANSPOSE, whose output is made by what makes its input.
bool xb_tfl_transpose(XbTflOp *op);

// "[0, 2, 3, 1]": what a TRANSPOSE of `in` does; NULL, and reported, if it is not possible.
const char *xb_tfl_order_text(XbTflOp *op, const XbTflTensor *in);

// The tensor as the layer makes it, in front of any TRANSPOSE.
XbTflTensor xb_tfl_in_order(const XbTfl *t, const XbTflTensor *tensor);

// Height, width and channels of it; batch 1.
bool xb_tfl_image_shape(XbTflOp *op, const XbTflTensor *tensor, const char *role, XbShape *out);

// How an operator sees its input: an image, each code alone, a row of codes that it keeps, or one
// in whose order it has weights.
typedef enum { XB_TFL_IMAGE, XB_TFL_EACH_CODE, XB_TFL_KEEPS_ROW, XB_TFL_WEIGHS_ROW } XbTflUse;

// What a TRANSPOSE in front of the operator (op->in is read) means for it. Of each code alone: its
// output is arranged alike. Otherwise reported, where codes have moved.
bool xb_tfl_take_order(XbTflOp *op, XbTflUse use);

// Where the chip has each code of a row that a TRANSPOSE has turned; NULL: where the file has it.
const int *xb_tfl_places(const XbTfl *t, const XbTflTensor *tensor);

// The dimension of what the layer makes that dimension `dim` of the tensor is.
int xb_tfl_dim_in_order(const XbTfl *t, const XbTflTensor *tensor, int dim);

// False if codes of the tensor stand in another order than the layer makes them in.
bool xb_tfl_has_order(const XbTfl *t, const XbTflTensor *tensor);

// ---- tflite_weights.c: operators with weights ----

bool xb_tfl_conv(XbTflOp *op);
bool xb_tfl_dwconv(XbTflOp *op);
bool xb_tfl_fc(XbTflOp *op);

// ---- tflite_plain.c: operators without ----

bool xb_tfl_add(XbTflOp *op);
bool xb_tfl_pool(XbTflOp *op);
bool xb_tfl_mean(XbTflOp *op);
bool xb_tfl_pad(XbTflOp *op);
bool xb_tfl_reshape(XbTflOp *op);
bool xb_tfl_relu(XbTflOp *op);

// ---- tflite_concat.c ----

// The first two inputs of a CONCATENATION, and what there is to check of all.
bool xb_tfl_concat(XbTflOp *op);

// Opens the layer that joins what has been joined and input n; its input[1] is to be filled in.
bool xb_tfl_concat_next(XbTflOp *op, int n);

// ---- tflite_mul.c ----

// MUL of two images, of which one may be 1 x 1 x C.
bool xb_tfl_mul(XbTflOp *op);

// ---- tflite_table.c: functions of one code ----

// What such an operator computes, by its code: XB_FUNCTIONS for others.
XbFunction xb_tfl_function(int code);

bool xb_tfl_table(XbTflOp *op);

// True for the code of MUL, ADD and SUB.
bool xb_tfl_is_arithmetic(int code);

// ---- tflite_window.c ----

typedef struct XbTflWindow {  // option fields of a sliding window
    int padding, stride_w, stride_h, dil_w, dil_h;
} XbTflWindow;

// Fills in stride, dilation and padding of op->layer (kh, kw, in are set), then compares the
// output's height and width with what follows from them.
bool xb_tfl_window(XbTflOp *op, XbTflWindow window);

// The output's shape in the file must be the one that follows from the layer.
bool xb_tfl_infer(XbTflOp *op, XbPadding padding);

// The fused activation `value` of the options.
bool xb_tfl_activation(XbTflOp *op, int value);

// ---- tflite_name.c ----

enum { XB_TFL_CUSTOM = 32 };

// The operator's number in the schema; -1 if the file does not say it.
int xb_tfl_operator_code(const XbTfl *t, XbFbTable operator_table);

// "CONV_2D", or "operator code 999" for one this table does not know.
const char *xb_tfl_op_name(XbArena *arena, int code);

// "CUSTOM TFLite_Detection_PostProcess".
const char *xb_tfl_custom_name(XbArena *arena, XbFbVector text);

#endif
