// SPDX-License-Identifier: Apache-2.0
// A random network's structure: operators and shapes. Weights, scales and zero points come later.
#ifndef XBGEN_TESTS_GRAPH_H
#define XBGEN_TESTS_GRAPH_H

#include "rng.h"
#include <stdbool.h>

enum { GRAPH_OPS = 16, GRAPH_VALUES = GRAPH_OPS + 1 };

typedef enum {
    NET_CONV,
    NET_DWCONV,
    NET_FC,
    NET_ADD,
    NET_AVGPOOL,
    NET_MAXPOOL,
    NET_MEAN,
    NET_PAD,
    NET_RESHAPE,
    NET_RELU,
    NET_TABLE,
    NET_CONCAT,
    NET_SOFTMAX,
    NET_MUL,
    NET_SLICE,
    NET_KINDS
} NetKind;

typedef struct Value {  // a tensor that flows
    int rank;           // 4: [1,h,w,c]; 3: [1,w,c]; 2: [1,c]
    int h, w, c;
    int quant;  // values with the same number share scale and zero point
} Value;

typedef struct Op {
    NetKind kind;
    int number;  // from 1 among the operators of its kind
    int in[3], out;
    bool has_third;  // a CONCATENATION of three tensors
    bool is_of_rows;  // ... one below the other
    int kh, kw, stride_h, stride_w, dil_h, dil_w, multiplier, groups;
    int weight_bits;  // 8 unless the network is written as JSON
    int weight_zero;  // of UINT8 weights, 128 less than in the file; else 0
    bool is_seeded;   // so is this: xbgen draws the weights
    int function;     // of a table: an XbFunction; per_channel: its constant
    int over;         // of a mean: an XbOver
    bool is_same, keeps_dims, has_bias, per_channel;
    int act;     // as in the file: 0 none, 1 RELU, 3 RELU6
    int pad[4];  // top, bottom, left, right
    int begin[3], step[3];  // of a slice: rows, columns, channels
} Op;

typedef struct Graph {
    Rng rng;
    Rng more;  // draws what came later, so that networks without it stay what they were
    Rng tables;  // ... and functions of one code
    Rng joins;   // ... and concatenations
    Rng products;  // ... and products of two images
    Rng means;   // ... and means of rows and columns
    Rng ends;    // ... and outputs
    Rng boxes;   // ... and slices
    Rng rows;    // ... and concatenations of rows
    bool is_json;
    Rng latest;  // likewise, what came after that
    bool is_uint8;
    int ops, values, quants;
    Op op[GRAPH_OPS];
    Value value[GRAPH_VALUES];  // 0 is the input
    int others, other[2];       // values that are outputs besides the last one
    bool has_least_weight;      // -128 in every weight layer, else nowhere
} Graph;

// 1 to 5 operators, more with residual branches.
void graph_make(Graph *g, Rng rng);

bool graph_has_weights(const Op *op);

// Weights of one output channel.
int graph_rows(const Graph *g, const Op *op);

const char *graph_kind_name(NetKind kind);

#endif
