// SPDX-License-Identifier: Apache-2.0
// Writes small.tflite: every kind of layer, a fork with a join, strides and padding, yet small
// enough to be synthesized and simulated in seconds.

#include "../unit/tfl_build.h"
#include <stdio.h>

enum { CONV = 3, DWCONV = 4, ADD = 0, AVGPOOL = 1, MAXPOOL = 17, MEAN = 40, FC = 9 };
enum { SAME = 0, NONE = 0, RELU = 1, C = 4, CLASSES = 3 };

typedef struct Net {
    TflTensor tensor[32];
    TflOperator op[16];
    int tensors, ops;
    uint32_t seed;
    int8_t weight[1024];
    int32_t bias[64];
    int weights, biases;
} Net;

static int random_number(Net *n, int below)
{
    n->seed = n->seed * 1664525U + 1013904223U;
    return (int)((n->seed >> 8) % (uint32_t)below);
}

static int code_tensor(Net *n, int h, int w, int c, float scale, int zero)
{
    TflTensor t = {.type = TFL_INT8, .rank = 4, .dim = {1, h, w, c}, .scale = scale, .zero = zero};
    if (h == 0)
        t = (TflTensor){.type = TFL_INT8, .rank = 2, .dim = {1, c}, .scale = scale, .zero = zero};
    n->tensor[n->tensors] = t;
    return n->tensors++;
}

static int weight_tensor(Net *n, int rank, const int *dim)
{
    TflTensor t = {.type = TFL_INT8, .rank = rank, .scale = 0.01f, .data = n->weight + n->weights};
    t.bytes = 1;
    for (int i = 0; i < rank; i++) {
        t.dim[i] = dim[i];
        t.bytes *= (size_t)dim[i];
    }
    for (size_t i = 0; i < t.bytes; i++)
        n->weight[n->weights++] = (int8_t)(random_number(n, 255) - 127);
    n->tensor[n->tensors] = t;
    return n->tensors++;
}

static int bias_tensor(Net *n, int count, float scale)
{
    TflTensor t = {.type = TFL_INT32, .rank = 1, .dim = {count}, .scale = scale};
    t.data = n->bias + n->biases;
    t.bytes = 4 * (size_t)count;
    for (int i = 0; i < count; i++)
        n->bias[n->biases++] = random_number(n, 1000) - 500;
    n->tensor[n->tensors] = t;
    return n->tensors++;
}

static void add_operator(Net *n, TflOperator op) { n->op[n->ops++] = op; }

// A weight layer from `in` to a tensor that the caller has made.
static void weight_layer(Net *n, TflOperator op, int rank, const int *dim, int channels)
{
    op.input[1] = weight_tensor(n, rank, dim);
    op.input[2] = bias_tensor(n, channels, n->tensor[op.input[0]].scale * 0.01f);
    op.inputs = 3;
    add_operator(n, op);
}

static int conv(Net *n, int in, int stride, int size)
{
    int dim[4] = {C, 3, 3, n->tensor[in].dim[3]};
    int out = code_tensor(n, size, size, C, 0.08f, -5);
    TflOperator op = {CONV, 0, {in}, out, 6, {SAME, stride, stride, RELU, 1, 1}};
    weight_layer(n, op, 4, dim, C);
    return out;
}

static int dwconv(Net *n, int in, int size)
{
    int dim[4] = {1, 3, 3, C};
    int out = code_tensor(n, size, size, C, 0.09f, 11);
    TflOperator op = {DWCONV, 0, {in}, out, 7, {SAME, 1, 1, 1, NONE, 1, 1}};
    weight_layer(n, op, 4, dim, C);
    return out;
}

static int pool(Net *n, int code, int in, int stride, int size)
{
    const TflTensor *from = &n->tensor[in];
    int out = code_tensor(n, size, size, C, from->scale, from->zero);
    TflOperator op = {code, 1, {in}, out, 6, {SAME, stride, stride, stride + 1, stride + 1, NONE}};
    add_operator(n, op);
    return out;
}

static int mean(Net *n, int in)
{
    static const int32_t axes[2] = {1, 2};
    TflTensor t = {.type = TFL_INT32, .rank = 1, .dim = {2}, .data = axes, .bytes = sizeof axes};
    int out = code_tensor(n, 0, 0, C, 0.05f, 3);
    n->tensor[n->tensors] = t;
    add_operator(n, (TflOperator){MEAN, 2, {in, n->tensors++}, out, 1, {0}});
    return out;
}

static int fc(Net *n, int in)
{
    int dim[2] = {CLASSES, C};
    int out = code_tensor(n, 0, 0, CLASSES, 0.06f, 7);
    weight_layer(n, (TflOperator){FC, 0, {in}, out, 1, {NONE}}, 2, dim, CLASSES);
    return out;
}

int main(int argc, char **argv)
{
    static Net net = {.seed = 7};
    static TflBytes bytes;
    Net *n = &net;
    int input = code_tensor(n, 6, 6, 2, 0.04f, -9);
    int a = conv(n, input, 1, 6);
    int b = dwconv(n, a, 6);
    int sum = code_tensor(n, 6, 6, C, 0.1f, -20);
    add_operator(n, (TflOperator){ADD, 2, {a, b}, sum, 1, {NONE}});
    int small = pool(n, AVGPOOL, pool(n, MAXPOOL, sum, 2, 3), 1, 3);
    int out = fc(n, mean(n, conv(n, small, 2, 2)));
    tfl_build(&bytes, &(TflGraph){n->tensors, n->ops, input, out, n->tensor, n->op});
    FILE *file = argc == 2 ? fopen(argv[1], "wb") : NULL;
    if (!file || fwrite(bytes.data, 1, bytes.size, file) != bytes.size || fclose(file) != 0) {
        fprintf(stderr, "usage: make_small FILE.tflite\n");
        return 3;
    }
    return 0;
}
