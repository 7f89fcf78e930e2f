// SPDX-License-Identifier: Apache-2.0
// A graph in memory through the TensorFlow Lite reader: tensors, and what is accepted or refused.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "tfl_build.h"
#include <stdlib.h>
#include <string.h>

#include "xbgen/net.h"

#define LENGTH(a) ((int)(sizeof(a) / sizeof(a)[0]))

enum {
    OP_ADD = 0,
    OP_AVERAGE_POOL = 1,
    OP_CONV = 3,
    OP_DEQUANTIZE = 6,
    OP_DWCONV = 4,
    OP_FC = 9,
    OP_LOGISTIC = 14,
    OP_MAX_POOL = 17,
    OP_RELU = 19,
    OP_RELU6 = 21,
    OP_RESHAPE = 22,
    OP_SOFTMAX = 25,
    OP_TRANSPOSE = 39,
    OP_SQUEEZE = 43,
    OP_STRIDED_SLICE = 45,
    OP_PADV2 = 60,
    OP_EXPAND_DIMS = 70,
    OP_SHAPE = 77,
    OP_PACK = 83,
    OP_MUL = 18,
    OP_TANH = 28,
    OP_SUB = 41,
    OP_LEAKY_RELU = 98,
    OP_QUANTIZE = 114,
    OP_HARD_SWISH = 117
};

typedef struct Fixture {
    XbArena arena;
    XbDiags d;
    XbNet net;
    TflBytes bytes;
    int others, other[3];  // outputs besides that of the last operator
} Fixture;

static inline int set_up(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    f->d.arena = &f->arena;
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    Fixture *f = *state;
    xb_arena_free(&f->arena);
    free(f);
    return 0;
}

static inline bool read_bytes(Fixture *f, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);  // exactly as long, for sanitizers
    memcpy(copy, f->bytes.data, size);
    f->d = (XbDiags){.arena = &f->arena};
    bool ok = xb_tflite_read(&f->arena, &f->d, "t.tflite", (XbBytes){copy, size}, &f->net);
    free(copy);
    assert_int_equal(ok, f->d.errors == 0);
    return ok;
}

static inline bool read_graph(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m)
{
    TflGraph g = {.tensors = n,
                  .operators = m,
                  .output = ops[m - 1].output,
                  .tensor = tensors,
                  .operator = ops,
                  .others = f->others};
    memcpy(g.other, f->other, sizeof g.other);
    tfl_build(&f->bytes, &g);
    return read_bytes(f, f->bytes.size);
}

static inline void accept(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m)
{
    bool ok = read_graph(f, tensors, n, ops, m);
    xb_diags_print(&f->d, stderr);
    assert_true(ok);
}

static inline void refuse(Fixture *f, const TflTensor *tensors, int n, const TflOperator *ops, int m,
                   const char *code)
{
    assert_false(read_graph(f, tensors, n, ops, m));
    assert_string_equal(f->d.first->code, code);
}

static inline TflTensor image(int h, int w, int c)
{
    return (TflTensor){.type = TFL_INT8, .rank = 4, .dim = {1, h, w, c}, .scale = 0.5f, .zero = -3};
}

static inline TflTensor flat(int c)
{
    return (TflTensor){.type = TFL_INT8, .rank = 2, .dim = {1, c}, .scale = 0.5f, .zero = -3};
}

static const int8_t ONES[256] = {1, 1, 1, 1};

static inline TflTensor weights(int d0, int d1, int d2, int d3)
{
    return (TflTensor){.type = TFL_INT8,
                       .rank = 4,
                       .dim = {d0, d1, d2, d3},
                       .scale = 0.25f,
                       .data = ONES,
                       .bytes = (size_t)(d0 * d1 * d2 * d3)};
}

static inline TflTensor integers(int rank, int count, const int *value)
{
    TflTensor t = {.type = TFL_INT32, .rank = rank, .dim = {count}, .data = value};
    t.bytes = value ? 4 * (size_t)count : 0;
    return t;
}

// A float tensor is not quantized, one of integers neither.
static inline TflTensor real(int c) { return (TflTensor){.type = TFL_FLOAT32, .rank = 2, .dim = {1, c}}; }

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
