// SPDX-License-Identifier: Apache-2.0
// Writes small TensorFlow Lite files in memory, so that tests can have any graph they need.
#ifndef XBGEN_TESTS_TFL_BUILD_H
#define XBGEN_TESTS_TFL_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "xbgen/file.h"

enum { TFL_ROOM = 1 << 17, TFL_PARTS = 4, TFL_FLOAT32 = 0, TFL_INT32 = 2, TFL_UINT8 = 3, TFL_INT8 = 9 };

typedef struct TflBytes {
    uint8_t data[TFL_ROOM];
    size_t size;
} TflBytes;

typedef struct TflTensor {
    int type, rank, dim[4];
    float scale;  // 0: not quantized
    int zero;
    const void *data;  // NULL: made by an operator
    size_t bytes;
    int scales;            // more than one: a scale for every index of dimension `axis`
    const float *channel;  // they are these
    int axis;
} TflTensor;

typedef struct TflOperator {
    int code, inputs, input[4], output;
    int options;    // fields given in `option`
    int option[8];  // from field 0
} TflOperator;

typedef struct TflGraph {
    int tensors, operators, input, output;
    const TflTensor *tensor;
    const TflOperator *operator;
    int others, other[3];  // outputs behind the first
} TflGraph;

static inline size_t tfl_room(TflBytes *b, size_t bytes)
{
    size_t at = b->size;
    memset(b->data + at, 0, bytes);
    b->size += bytes;
    return at;
}

static inline void tfl_put(TflBytes *b, size_t at, int64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        b->data[at + (size_t)i] = (uint8_t)(value >> (8 * i));
}

// Room in front of what follows so that it stands at a multiple of `to` once `ahead` bytes have
// come: FlatBuffers want every number at a multiple of its size.
static inline void tfl_align(TflBytes *b, size_t ahead, size_t to)
{
    while ((b->size + ahead) % to != 0)
        tfl_room(b, 1);
}

// A table whose fields 0..fields-1 have 8 bytes each; those not in `mask` are absent.
static inline size_t tfl_table(TflBytes *b, int fields, unsigned mask)
{
    tfl_align(b, 4 + 2 * (size_t)fields + 4, 8);
    size_t vtable = tfl_room(b, 4 + 2 * (size_t)fields);
    size_t table = tfl_room(b, 4 + 8 * (size_t)fields);
    tfl_put(b, vtable, 4 + 2 * fields, 2);
    tfl_put(b, vtable + 2, 4 + 8 * fields, 2);
    for (int i = 0; i < fields; i++)
        tfl_put(b, vtable + 4 + 2 * (size_t)i, mask >> i & 1 ? 4 + 8 * i : 0, 2);
    tfl_put(b, table, (int64_t)(table - vtable), 4);
    return table;
}

static inline size_t tfl_field(size_t table, int field) { return table + 4 + 8 * (size_t)field; }

static inline void tfl_refer(TflBytes *b, size_t from, size_t to)
{
    tfl_put(b, from, (int64_t)(to - from), 4);
}

// A vector that `from` refers to; gives its first element.
static inline size_t tfl_vector(TflBytes *b, size_t from, int count, int item)
{
    tfl_align(b, 4, item == 1 ? 16 : 8);
    size_t at = tfl_room(b, 4 + (size_t)count * (size_t)item);
    tfl_put(b, at, count, 4);
    tfl_refer(b, from, at);
    return at + 4;
}

static inline void tfl_ints(TflBytes *b, size_t from, const int *values, int count)
{
    size_t at = tfl_vector(b, from, count, 4);
    for (int i = 0; i < count; i++)
        tfl_put(b, at + 4 * (size_t)i, values[i], 4);
}

static inline void tfl_write_quant(TflBytes *b, size_t from, const TflTensor *tensor)
{
    size_t quant = tfl_table(b, 7, 0x4c);
    int scales = tensor->scales > 1 ? tensor->scales : 1;
    tfl_refer(b, from, quant);
    size_t scale = tfl_vector(b, tfl_field(quant, 2), scales, 4);
    memcpy(b->data + scale, scales > 1 ? tensor->channel : &tensor->scale, 4 * (size_t)scales);
    size_t zero = tfl_vector(b, tfl_field(quant, 3), scales, 8);
    for (int i = 0; i < scales; i++)
        tfl_put(b, zero + 8 * (size_t)i, tensor->zero, 8);
    tfl_put(b, tfl_field(quant, 6), tensor->axis, 4);
}

static inline void tfl_write_tensor(TflBytes *b, size_t from, const TflTensor *tensor, int buffer)
{
    size_t table = tfl_table(b, 5, tensor->scale > 0.0f ? 0x17 : 0x07);
    tfl_refer(b, from, table);
    tfl_put(b, tfl_field(table, 1), tensor->type, 1);
    tfl_put(b, tfl_field(table, 2), buffer, 4);
    tfl_ints(b, tfl_field(table, 0), tensor->dim, tensor->rank);
    if (tensor->scale > 0.0f)
        tfl_write_quant(b, tfl_field(table, 4), tensor);
}

// What kind of options an operator of this code has; 0: none, or one that tests do without.
static inline int tfl_options_type(int code)
{
    static const uint8_t type[] = {
        [0] = 11,  [1] = 5,  [2] = 10, [3] = 1,   [4] = 2,   [9] = 8,   [17] = 5,  [18] = 21,
        [22] = 17, [25] = 9, [34] = 22, [40] = 27, [41] = 28, [60] = 43, [98] = 75};
    return code < (int)sizeof type ? type[code] : 0;
}

// SPLIT and SPLIT_V have several, `output` and those behind it, as many as their option says.
static inline int tfl_outputs(const TflOperator *op)
{
    bool is_split = op->code == 49 || op->code == 102;
    return is_split && op->option[0] <= TFL_PARTS ? op->option[0] : 1;
}

static inline void tfl_write_operator(TflBytes *b, size_t from, const TflOperator *op, int index)
{
    int type = tfl_options_type(op->code);
    size_t table = tfl_table(b, 5, type ? 0x1f : 0x17);
    tfl_refer(b, from, table);
    tfl_put(b, tfl_field(table, 0), index, 4);
    tfl_ints(b, tfl_field(table, 1), op->input, op->inputs);
    int output[TFL_PARTS], outputs = tfl_outputs(op);
    for (int i = 0; i < outputs; i++)
        output[i] = op->output + i;
    tfl_ints(b, tfl_field(table, 2), output, outputs);
    tfl_put(b, tfl_field(table, 3), type, 1);
    size_t options = tfl_table(b, op->options, (1U << op->options) - 1);
    tfl_refer(b, tfl_field(table, 4), options);
    for (int i = 0; i < op->options; i++)
        tfl_put(b, tfl_field(options, i), op->option[i], 4);
}

static inline void tfl_write_graph(TflBytes *b, size_t from, const TflGraph *g)
{
    size_t table = tfl_table(b, 4, 0xf);
    tfl_refer(b, from, table);
    size_t tensors = tfl_vector(b, tfl_field(table, 0), g->tensors, 4);
    tfl_ints(b, tfl_field(table, 1), &g->input, 1);
    int outputs[4] = {g->output};
    memcpy(outputs + 1, g->other, sizeof g->other);
    tfl_ints(b, tfl_field(table, 2), outputs, 1 + g->others);
    size_t operators = tfl_vector(b, tfl_field(table, 3), g->operators, 4);
    for (int i = 0; i < g->tensors; i++)
        tfl_write_tensor(b, tensors + 4 * (size_t)i, &g->tensor[i], i + 1);
    for (int i = 0; i < g->operators; i++)
        tfl_write_operator(b, operators + 4 * (size_t)i, &g->operator[i], i);
}

static inline void tfl_write_buffers(TflBytes *b, size_t from, const TflGraph *g)
{
    size_t buffers = tfl_vector(b, from, g->tensors + 1, 4);
    tfl_refer(b, buffers, tfl_table(b, 0, 0));
    for (int i = 0; i < g->tensors; i++) {
        const TflTensor *t = &g->tensor[i];
        size_t table = tfl_table(b, 1, t->data != NULL);
        tfl_refer(b, buffers + 4 * (size_t)(i + 1), table);
        if (t->data)
            memcpy(b->data + tfl_vector(b, tfl_field(table, 0), (int)t->bytes, 1), t->data,
                   t->bytes);
    }
}

// What custom operators (code 32) are called.
#define TFL_CUSTOM "Detection_Post\nProcess"

static inline void tfl_write_code(TflBytes *b, size_t from, int code)
{
    size_t table = tfl_table(b, 4, code == 32 ? 0xa : 0x8);
    tfl_refer(b, from, table);
    tfl_put(b, tfl_field(table, 3), code, 4);
    if (code == 32)
        memcpy(b->data + tfl_vector(b, tfl_field(table, 1), sizeof TFL_CUSTOM - 1, 1), TFL_CUSTOM,
               sizeof TFL_CUSTOM - 1);
}

// The file of a graph; every operator has an operator code of its own.
static inline void tfl_build(TflBytes *b, const TflGraph *g)
{
    b->size = 0;
    tfl_room(b, 8);
    memcpy(b->data + 4, "TFL3", 4);
    size_t model = tfl_table(b, 5, 0x17);
    tfl_refer(b, 0, model);
    tfl_put(b, tfl_field(model, 0), 3, 4);
    size_t codes = tfl_vector(b, tfl_field(model, 1), g->operators, 4);
    for (int i = 0; i < g->operators; i++)
        tfl_write_code(b, codes + 4 * (size_t)i, g->operator[i].code);
    size_t graphs = tfl_vector(b, tfl_field(model, 2), 1, 4);
    tfl_write_graph(b, graphs, g);
    tfl_write_buffers(b, tfl_field(model, 4), g);
}

#endif
