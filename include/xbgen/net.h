// SPDX-License-Identifier: Apache-2.0
// XbNet: a quantized network as its file says it, shapes inferred, nothing mapped yet.
// Activations are unsigned codes: x = q + 2^(bits-1) for signed tensors, x = q for others, zero points too.
#ifndef XBGEN_NET_H
#define XBGEN_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"
#include "xbgen/file.h"
#include "xbgen/function.h"

typedef enum {
    XB_CONV,
    XB_DWCONV,
    XB_FC,
    XB_ADD,
    XB_AVGPOOL,
    XB_MAXPOOL,
    XB_MEAN,
    XB_PAD,
    XB_RESHAPE,
    XB_RELU,
    XB_TABLE,  // a function of one code
    XB_MERGE,  // of a split layer: the codes of its blocks become one
    XB_CONCAT, // channels of two tensors side by side, or one tensor behind the other: rows, or several outputs
    XB_MUL,    // of two tensors
    XB_BOX,    // a slice: a box of the map
    XB_KINDS
} XbKind;

// What a mean is over. What it leaves keeps its order: of a row of columns, or of a column of rows.
typedef enum { XB_OVER_IMAGE, XB_OVER_HEIGHT, XB_OVER_WIDTH, XB_OVERS } XbOver;

// In which direction one tensor is put behind the other.
typedef enum { XB_ALONG_CHANNELS, XB_ALONG_HEIGHT, XB_ALONG_WIDTH, XB_ALONGS } XbAlong;

typedef enum { XB_ACT_NONE, XB_ACT_RELU, XB_ACT_RELU6 } XbActivation;

typedef enum { XB_MAJORITY, XB_MERGE_SUM, XB_MERGE_AVG, XB_MERGES } XbMerge;

// What makes the output of a layer with weights from its sums.
typedef enum {
    XB_POST_SCALE,       // requantization
    XB_POST_THRESHOLDS,  // the number of thresholds that are reached
    XB_POST_SUMS,        // nothing: they are the output, int32
    XB_POST_CODES        // in a plan, of a split layer: conversions are codes already
} XbPost;

// Height, width, channels of one image. [N,C] is 1 x 1 x C; [N,W,C] is 1 x W x C.
typedef struct XbShape {
    int h, w, c;
} XbShape;

// Pixels of an image of this shape, and its codes.
static inline int64_t xb_shape_pixels(XbShape s) { return (int64_t)s.h * s.w; }
static inline int64_t xb_shape_size(XbShape s) { return xb_shape_pixels(s) * s.c; }

enum { XB_SUM_BITS = 32 };  // of a tensor of sums, which has no codes

// Per-tensor quantization: real = scale * (x - zero), x and zero unsigned codes. Signed codes of 1 bit are
// *bipolar*: 0 and 1 stand for -1 and +1, `zero` is what padding is.
typedef struct XbQuant {
    float scale;
    int zero;
    int bits;        // 1..16, or XB_SUM_BITS
    bool is_signed;  // in files
} XbQuant;

static inline bool xb_quant_is_bipolar(XbQuant q) { return q.bits == 1 && q.is_signed; }

// The code of what files hold as 0.
static inline int xb_quant_offset(XbQuant q)
{
    return q.is_signed && q.bits > 1 && q.bits < XB_SUM_BITS ? 1 << (q.bits - 1) : 0;
}

// The zero point as files hold it.
static inline int xb_quant_zero_point(XbQuant q) { return q.zero - xb_quant_offset(q); }

// The real value that a code stands for.
static inline double xb_quant_real(XbQuant q, int code)
{
    return (double)(code - q.zero) * (double)q.scale;
}

typedef struct XbNetLayer {
    const char *name;     // "conv1": kind and number, from 1 per kind in graph order
    XbKind kind;
    int op_index;         // operator number in the file, from 0
    const char *op_name;  // "CONV_2D", whatever the file calls it
    const char *file_op;  // as the file calls it, where it has names of its own; else NULL
    int inputs;           // 1, or 2 for ADD, CONCATENATION and MUL
    int input[2];         // layer that makes the input, -1 for the network's input
    XbShape in, out;      // one image; of two inputs both have shape `in`, but for the channels of a
                          // CONCATENATION's second one, which are those of `out` less those of `in` (in turn: the pixels)
    bool is_gated;        // ... and for the second one of a MUL, which is 1 x 1 x C: squeeze-and-excite
    XbQuant in_q[2], out_q;  // in_q[1]: of the second input, or of the operand
    XbActivation act;     // fused, or the operator itself for XB_RELU
    XbFunction function;  // of XB_TABLE
    float alpha;          // ... LEAKY_RELU
    const uint8_t *operand;  // [operands] codes of the constant beside the input, or NULL
    int operands;         // 0, 1 or out.c
    int kh, kw;           // conv, dwconv, pools: kernel; fc: 1 x 1; mean: what one output is of
    int stride_h, stride_w, dil_h, dil_w;
    int pad_t, pad_l, pad_b, pad_r;  // zero point pixels (SAME, VALID and PAD, all made explicit)
    int multiplier;                  // dwconv: out.c = in.c * multiplier; else 1
    int groups;                      // conv: in.c and out.c are cut into so many; else 1
    bool is_dense;                   // conv of 1 x 1 that rounds as fc does: a dense layer of each pixel
    int weight_bits;                 // 1..8; of 1 bit: -1 and +1
    int weight_zero;                 // subtracted from each of `weights`: xb_net_weight. Signed as they are: of UINT8
                                     // weights 128 less than the file says, and so are they
    const int8_t *weights;           // conv [co][kh][kw][ci/groups]; dwconv [kh][kw][co]; fc [co][in], in = h*w*c;
                                     // NULL: not there, or not drawn yet (xb_net_draw). co: xb_net_filters
    bool has_seed;                   // weights are drawn from `seed`
    uint64_t seed;
    const int32_t *bias;             // [co], or NULL
    const float *weight_scale;       // [co]; one value repeated when per_tensor; with XB_POST_SCALE
    bool per_tensor;                 // the file has one weight scale for the layer
    XbPost post;
    const int32_t *thresholds;       // [threshold_lists][2^bits of the output - 1], none falling; NULL: not there
    int threshold_lists;             // 1, or out.c
    const int8_t *gain_sign;         // [out.c] -1: thresholds are for the negated sum; NULL: none is. In a maxpool
                                     // behind such a layer: -1: the smallest code
    // Split conv and fc, and their merge. The n inputs of an output are cut into `blocks` equal parts, each with its
    // own neurons: out.c = blocks * filters, block by block. The layer in the file is two here, or three with a pool.
    int blocks;                      // 0: not split; -1: as many as the arrays need (xb_net_split)
    XbMerge merge;
    int avg_multiplier, avg_shift;   // of XB_MERGE_AVG
    XbAlong along;                   // concat; of a frame width: words are counted like pixels of a row
    XbOver over;                     // mean
    bool keeps_dims;                 // ... over the width: its output is h x 1, else 1 x h
    bool is_part;                    // pool or merge of the layer in front, with which it is one in the file
    bool is_frame;                   // no operator of the file: it puts one output behind another (xb_net_frame)
    int begin[3], step[3];           // slice: first row, column and channel, and the way to the next one: 1..; else 0
} XbNetLayer;

// An operator of the file that is no layer: computed while reading, or the host's in front of the chip or behind it.
typedef enum { XB_NOTE_FRONT, XB_NOTE_FOLDED, XB_NOTE_BACK } XbNoteKind;

typedef struct XbNetNote {
    XbNoteKind kind;
    int op_index;         // operator number in the file, from 0
    const char *op_name;  // "QUANTIZE"
    const char *text;     // "FLOAT32 [1, 640] to INT8 [1, 640]"
    const char *order;    // of a TRANSPOSE at an end, its dimensions, "[0, 2, 3, 1]"; else NULL
} XbNetNote;

// The tensor at an end of the file, where the host stands between it and the chip.
typedef struct XbNetEnd {
    bool is_hosts;        // else it is the chip's own, and the rest is not there
    const char *type;     // "FLOAT32"
    bool has_codes;       // of 8 bits, quantized so
    XbQuant quant;
    bool is_turned;       // a TRANSPOSE moves values between it and the chip
    int rank, dim[4];     // batch included
} XbNetEnd;

// One of several outputs, whose codes stand one behind the other in the result, in the file's order.
typedef struct XbNetOutput {
    int layer;            // that makes it
    const char *name;     // ... of it
    XbShape shape;
    int64_t first;        // number of its first code in the result
    XbQuant quant;
    XbNetEnd end;         // what the file gives for it
} XbNetOutput;

// True if values in front of the host are of another type than the chip's codes, so that their type tells which they are.
static inline bool xb_net_end_differs(const XbNetEnd *input, XbQuant chip)
{
    return input->is_hosts && (!input->has_codes || input->quant.is_signed != chip.is_signed);
}

typedef struct XbNet {
    const char *file;  // as the user gave it
    XbShape input;
    XbQuant input_q;
    int input_rank;    // rank of the chip's input tensor, batch included (for .npy shapes)
    int layers;
    XbNetLayer *layer; // graph order: every input comes before its user; the last one is the output
    int output_rank;   // rank of the output tensor, batch included
    int notes;
    XbNetNote *note;   // in the file's order
    XbNetEnd file_input, file_output;
    int outputs;       // 0: one, what the last layer makes; else the last layer makes all of them
    XbNetOutput *output;
} XbNet;

// "conv", "dwconv", "fc" ...
const char *xb_kind_name(XbKind kind);

// True for layers that stand on crossbars: conv, dwconv, fc.
bool xb_kind_has_weights(XbKind kind);

// True for a concatenation of images in turn: all of the first, then all of the second, not pixel by pixel.
bool xb_net_is_in_turn(const XbNetLayer *layer);

// "channels", "height", "width"; NULL behind the last one.
extern const char *const xb_along_names[XB_ALONGS + 1];

// "image", "height", "width"; likewise.
extern const char *const xb_over_names[XB_OVERS + 1];

// "majority", "sum", "avg".
const char *xb_merge_name(XbMerge merge);

// Output channels that have weights of their own in the file: those of a block, where a layer is split.
int xb_net_filters(const XbNetLayer *layer);

// Weights of one output channel of a layer, and of all of them.
int64_t xb_net_rows(const XbNetLayer *layer);
int64_t xb_net_weights(const XbNetLayer *layer);

// True if results round as those of FULLY_CONNECTED.
static inline bool xb_net_is_dense(const XbNetLayer *l) { return l->kind == XB_FC || l->is_dense; }

// Weight i as it is meant: -255..255.
static inline int xb_net_weight(const XbNetLayer *l, int64_t i)
{
    return l->weights[i] - l->weight_zero;
}

// True for a layer that TensorFlow Lite's kernels of UINT8 compute, convolutions of which multiply scales in float32:
// unsigned codes of 8 bits on both sides, one weight scale.
bool xb_net_is_uint8(const XbNetLayer *layer);

// "hard_swish", "mul" ...: what a table is, in networks in JSON.
const char *xb_function_name(XbFunction function);

// The function of a layer that is one, made ready; its multipliers round as `how` says.
XbFunctionOf xb_net_function(const XbNetLayer *layer, XbScaling how);

// The TensorFlow Lite operator that does what the layer does: "CONV_2D", "RELU6".
const char *xb_net_operator(const XbNetLayer *layer);

// Reads a TensorFlow Lite FlatBuffer (schema version 3). Every offset is checked, whatever the bytes.
// What is not supported is reported with operator name and index ([tflite-...], [net-...]); all faults of a file
// are reported in one run. Returns false if there was one. Everything in `out` lives in `arena`.
bool xb_tflite_read(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNet *out);

// Reads a network in JSON (docs/network.md), and the .npy files it names. Reports every fault with its
// JSON path. Seeded weights stay undrawn. Returns false if there was a fault.
bool xb_net_json_read(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNet *out);

// The JSON Schema (draft 07) of networks in JSON, as text.
const char *xb_net_schema(void);

// What was read, as text: both ends, a line for every operator of the file, and the totals.
char *xb_net_text(XbArena *arena, const XbNet *net);

// The network as JSON: docs/network.md. Files of weights, biases and scales are named after layers.
char *xb_net_json(XbArena *arena, const XbNet *net);

// Writes that as `folder`/net.json, and the files beside it. Seeds stay seeds. Reports [file-write].
bool xb_net_write(XbArena *arena, XbDiags *d, const XbNet *net, const char *folder);

// Settles the blocks of layers that have -1 so far: `blocks[l]` for layer l; shapes and bits behind them follow.
void xb_net_split(XbArena *arena, XbNet *net, const int *blocks);

// Draws the weights of every layer that has a seed and no weights yet (docs/numerics.md, Drawn weights).
void xb_net_draw(XbArena *arena, XbNet *net);

// Reads the network file at `path`, choosing the reader by its contents.
bool xb_net_read(XbArena *arena, XbDiags *d, const char *path, XbNet *out);

#endif
