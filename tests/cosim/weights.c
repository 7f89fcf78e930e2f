// SPDX-License-Identifier: Apache-2.0
// Draws data so that outputs spread over their range, and now and then something extreme.
#include "weights.h"

#include "../unit/tfl_build.h"
#include <math.h>

#include "xbgen/function.h"
#include "xbgen/net.h"

enum { MOST_TENSORS = 4 * GRAPH_VALUES };

typedef struct Writer {
    XbArena *arena;
    const Graph *g;
    Rng rng;
    int tensors;
    TflTensor tensor[MOST_TENSORS];
    TflOperator op[GRAPH_OPS];
} Writer;

static int add_tensor(Writer *w, TflTensor t)
{
    w->tensor[w->tensors] = t;
    return w->tensors++;
}

static int code_type(const Writer *w) { return w->g->is_uint8 ? TFL_UINT8 : TFL_INT8; }

static int draw_zero(Rng *r)
{
    return rng_pick(r, (int[]){-128, -128, 127, 0, rng_range(r, -128, 127), rng_range(r, -60, 60)},
                    6);
}

// What LOGISTIC and TANH must have.
static void fix_scales(const Graph *g, float *scale, int *zero)
{
    for (int i = 0; i < g->ops; i++) {
        const Op *op = &g->op[i];
        int q = g->value[op->out].quant;
        if (op->kind != NET_TABLE)
            continue;
        if (op->function == XB_FN_LOGISTIC)
            scale[q] = 1.0f / 256.0f, zero[q] = -128;
        if (op->function == XB_FN_TANH)
            scale[q] = 1.0f / 128.0f, zero[q] = 0;
    }
}

// Products fill the range of their outputs, more or less.
static void scale_products(Writer *w, float *scale)
{
    const Graph *g = w->g;
    for (int i = 0; i < g->ops; i++) {
        const Op *op = &g->op[i];
        if (op->kind == NET_MUL)
            scale[g->value[op->out].quant] = scale[g->value[op->in[0]].quant] *
                                             scale[g->value[op->in[1]].quant] *
                                             (float)(50 * pow(10.0, rng_real(&w->rng, -0.7, 0.7)));
    }
}

static void add_values(Writer *w)
{
    float scale[GRAPH_VALUES];
    int zero[GRAPH_VALUES];
    for (int q = 0; q < w->g->quants; q++) {
        scale[q] = (float)pow(10.0, rng_real(&w->rng, -2.0, 0.0));
        zero[q] = draw_zero(&w->rng);
    }
    fix_scales(w->g, scale, zero);
    scale_products(w, scale);
    for (int i = 0; i < w->g->values; i++) {
        const Value *v = &w->g->value[i];
        TflTensor t = {.type = code_type(w), .rank = v->rank, .dim = {1, v->h, v->w, v->c}};
        if (v->rank == 2)
            t.dim[1] = v->c;
        if (v->rank == 3)
            t.dim[1] = v->w, t.dim[2] = v->c;
        t.scale = scale[v->quant];
        t.zero = zero[v->quant] + (w->g->is_uint8 ? 128 : 0);
        add_tensor(w, t);
    }
}

// ---- weights ----

static int most_weight(const Op *op) { return (1 << (op->weight_bits - 1)) - 1; }

static int8_t draw_weight(Rng *r, int style, int most)
{
    int few = most < 9 ? most : 9;
    switch (style) {
    case 0:
        return (int8_t)rng_pick(r, (int[]){-most, most}, 2);
    case 1:
        return (int8_t)(rng_chance(r, 80) ? 0 : rng_range(r, -most, most));
    case 2:
        return (int8_t)rng_range(r, -few, few);
    default:
        return (int8_t)rng_range(r, -most, most);
    }
}

// What is written for a weight w. What it means stays as small as w is, so that all sets of weights
// need as many cells.
static int8_t with_zero(const Op *op, int w)
{
    int most = most_weight(op), q = w + op->weight_zero;
    return (int8_t)(q > most ? most : q < -most - 1 ? -most - 1 : q);
}

// The weight that needs a cell bit more.
static int8_t farthest(const Op *op)
{
    int most = most_weight(op);
    return (int8_t)(op->weight_zero < 0 ? most : -most - 1);
}

static int add_weights(Writer *w, const Op *op, float scale, float *channel)
{
    const Value *in = &w->g->value[op->in[0]], *out = &w->g->value[op->out];
    int count = graph_rows(w->g, op) * out->c, style = rng_below(&w->rng, 8);
    int8_t *data = xb_new(w->arena, int8_t, count);
    for (int i = 0; i < count; i++)
        data[i] = with_zero(op, draw_weight(&w->rng, style, most_weight(op)));
    if (w->g->has_least_weight)
        data[rng_below(&w->rng, count)] = farthest(op);
    for (int i = 0; i < count && w->g->is_uint8; i++)
        data[i] = (int8_t)(data[i] ^ -128);
    TflTensor t = {.type = code_type(w), .rank = 4, .dim = {out->c, op->kh, op->kw, 0}};
    if (op->kind == NET_CONV)
        t.dim[3] = in->c / op->groups;
    if (op->kind == NET_DWCONV)
        t.dim[0] = 1, t.dim[3] = out->c;
    if (op->kind == NET_FC)
        t.rank = 2, t.dim[1] = count / out->c;
    t.zero = op->weight_zero + (w->g->is_uint8 ? 128 : 0);
    t.scale = scale;
    t.scales = op->per_channel ? out->c : 1;
    t.channel = channel;
    t.axis = op->kind == NET_DWCONV ? 3 : 0;
    t.data = data;
    t.bytes = (size_t)count;
    return add_tensor(w, t);
}

static int add_bias(Writer *w, const Op *op, float scale)
{
    int count = w->g->value[op->out].c;
    double most = 4000.0 * sqrt(graph_rows(w->g, op)) * rng_pick(&w->rng, (int[]){0, 1, 1, 3}, 4);
    most *= most_weight(op) / 127.0;
    int32_t *data = xb_new(w->arena, int32_t, count);
    for (int i = 0; i < count; i++)
        data[i] = (int32_t)rng_real(&w->rng, -most, most);
    return add_tensor(w, (TflTensor){.type = TFL_INT32,
                                     .rank = 1,
                                     .dim = {count},
                                     .scale = scale,
                                     .data = data,
                                     .bytes = 4 * (size_t)count});
}

// Scales of the weights such that sums fill the range of the output, more or less.
static float draw_scale(Writer *w, const Op *op)
{
    double wanted = rng_real(&w->rng, 0.2, 2.0) / (90.0 * sqrt(graph_rows(w->g, op)));
    wanted *= 127.0 / most_weight(op);
    if (rng_chance(&w->rng, 4))
        wanted *= rng_pick(&w->rng, (int[]){1, 30, 300}, 3) * 1e-1;
    if (rng_chance(&w->rng, 2))
        wanted *= 1e-8;
    double ratio = (double)w->tensor[op->out].scale / (double)w->tensor[op->in[0]].scale;
    return (float)(wanted * ratio);
}

// True if the scale is part of what is written already.
static bool is_fixed(const Writer *w, const Op *op, int quant)
{
    for (const Op *before = w->g->op; before < op; before++)
        if (graph_has_weights(before) && w->g->value[before->in[0]].quant == quant)
            return true;
    return false;
}

// Gives the output a scale with which sums are multiplied by a power of two, if scales are
// multiplied in float32: then many sums are half way between two codes, where roundings differ.
static void make_ties(Writer *w, const Op *op, float scale)
{
    float product = w->tensor[op->in[0]].scale * scale;
    int e, quant = w->g->value[op->out].quant;
    frexpf(product / w->tensor[op->out].scale, &e);
    for (int i = 0; i < w->g->values; i++)
        if (w->g->value[i].quant == quant)
            w->tensor[i].scale = ldexpf(product, -e);
}

static void put_weights(Writer *w, const Op *op, TflOperator *to)
{
    int channels = w->g->value[op->out].c;
    float *scale = xb_new(w->arena, float, channels);
    for (int c = 0; c < channels; c++)
        scale[c] = draw_scale(w, op);
    if (w->g->is_uint8 && rng_chance(&w->rng, 50) && !is_fixed(w, op, w->g->value[op->out].quant))
        make_ties(w, op, scale[0]);
    to->input[to->inputs++] = add_weights(w, op, scale[0], scale);
    if (op->has_bias)
        to->input[to->inputs++] =
            add_bias(w, op, op->per_channel ? 0 : w->tensor[op->in[0]].scale * scale[0]);
}

// ---- operators ----

static int add_numbers(Writer *w, int rows, int cols, const int *numbers)
{
    int count = rows * cols;
    int32_t *data = xb_new(w->arena, int32_t, count);
    memcpy(data, numbers, (size_t)count * sizeof *data);
    TflTensor t = {
        .type = TFL_INT32, .rank = rows > 1 ? 2 : 1, .dim = {rows > 1 ? rows : cols, cols}};
    t.data = data;
    t.bytes = (size_t)count * sizeof *data;
    return add_tensor(w, t);
}

static void put_options(TflOperator *to, int count, const int *options)
{
    to->options = count;
    memcpy(to->option, options, (size_t)count * sizeof *options);
}

static void put_window(const Op *op, TflOperator *to)
{
    int padding = op->is_same ? 0 : 1;
    const int conv[] = {padding, op->stride_w, op->stride_h, op->act, op->dil_w, op->dil_h};
    const int dwconv[] = {padding, op->stride_w, op->stride_h, op->multiplier,
                          op->act, op->dil_w,    op->dil_h};
    const int pool[] = {padding, op->stride_w, op->stride_h, op->kw, op->kh, op->act};
    if (op->kind == NET_CONV)
        put_options(to, 6, conv);
    else if (op->kind == NET_DWCONV)
        put_options(to, 7, dwconv);
    else
        put_options(to, 6, pool);
}

// The same with the code that it pads, which is the zero point.
static void put_padv2(Writer *w, const Op *op, TflOperator *to)
{
    uint8_t *code = xb_new(w->arena, uint8_t, 1);
    TflTensor t = w->tensor[op->in[0]];
    *code = (uint8_t)t.zero;
    to->code = 60;
    to->input[to->inputs++] = add_tensor(w, (TflTensor){.type = t.type,
                                                        .rank = 1,
                                                        .dim = {1},
                                                        .scale = t.scale,
                                                        .zero = t.zero,
                                                        .data = code,
                                                        .bytes = 1});
}

// As the interpreter wants them: an output scale of 1/256 and beta, here 1.
static void put_softmax(Writer *w, const Op *op, TflOperator *to)
{
    put_options(to, 1, (int[]){0x3f800000});
    w->tensor[op->out].scale = 1 / 256.0f;
    w->tensor[op->out].zero = w->g->is_uint8 ? 0 : -128;
}

static int add_constant(Writer *w, const Op *op)
{
    int channels = w->g->value[op->out].c, count = op->per_channel ? channels : 1;
    uint8_t *data = xb_new(w->arena, uint8_t, count);
    for (int i = 0; i < count; i++)
        data[i] = (uint8_t)rng_below(&w->rng, 256);
    return add_tensor(w, (TflTensor){.type = code_type(w),
                                     .rank = 1,
                                     .dim = {count},
                                     .scale = (float)pow(10.0, rng_real(&w->rng, -2.0, 0.0)),
                                     .zero = draw_zero(&w->rng) + (w->g->is_uint8 ? 128 : 0),
                                     .data = data,
                                     .bytes = (size_t)count});
}

static void put_table(Writer *w, const Op *op, TflOperator *to)
{
    static const int codes[XB_FUNCTIONS] = {117, 98, 14, 28, 114, 18, 0, 41, 41};
    float alpha = (float)rng_real(&w->rng, -0.5, 1.5);
    int bits;
    memcpy(&bits, &alpha, sizeof bits);
    to->code = codes[op->function];
    if (op->function == XB_FN_LEAKY_RELU)
        put_options(to, 1, &bits);
    if (!xb_function_has_operand((XbFunction)op->function))
        return;
    int constant = add_constant(w, op), first = op->function == XB_FN_SUB_FROM ? 0 : 1;
    to->inputs = 2;
    to->input[1 - first] = op->in[0];
    to->input[first] = constant;
    put_options(to, 1, &op->act);
}

// The axis from the front or from the end.
static void put_concat(const Writer *w, const Op *op, TflOperator *to)
{
    int rank = w->g->value[op->out].rank, axis = op->is_of_rows ? 1 : rank - 1;
    to->input[to->inputs++] = op->in[1];
    if (op->has_third)
        to->input[to->inputs++] = op->in[2];
    put_options(to, 1, (int[]){op->number % 2 ? axis - rank : axis});
}

static void put_mean(Writer *w, const Op *op, TflOperator *to)
{
    bool is_image = w->g->value[op->in[0]].rank == 4;
    int first = op->over == XB_OVER_WIDTH ? 2 : 1;
    int count = is_image && op->over == XB_OVER_IMAGE ? 2 : 1;
    put_options(to, 1, (int[]){op->keeps_dims});
    to->input[to->inputs++] = add_numbers(w, 1, count, (int[]){first, 2});
}

// One that takes every row, column and channel of its box can be written as SLICE.
static void put_slice(Writer *w, const Op *op, TflOperator *to)
{
    const Value *out = &w->g->value[op->out];
    const int count[3] = {out->h, out->w, out->c};
    int rank = out->rank, begin[4] = {0}, end[4] = {1}, size[4] = {1}, step[4] = {1}, most = 1;
    for (int i = 1; i < rank; i++) {
        int from = i - rank + 3;
        begin[i] = op->begin[from];
        size[i] = count[from];
        step[i] = op->step[from];
        end[i] = begin[i] + (size[i] - 1) * step[i] + 1;
        most = step[i] > most ? step[i] : most;
    }
    bool is_plain = most == 1 && op->number % 2;
    to->code = is_plain ? 65 : 45;
    to->input[to->inputs++] = add_numbers(w, 1, rank, begin);
    to->input[to->inputs++] = add_numbers(w, 1, rank, is_plain ? size : end);
    if (!is_plain)
        to->input[to->inputs++] = add_numbers(w, 1, rank, step);
}

static void put_op(Writer *w, const Op *op, TflOperator *to)
{
    static const int codes[NET_KINDS] = {3, 4, 9, 0, 1, 17, 40, 34, 22, 19, 0, 2, 25, 18, 45};
    const int pads[] = {0, 0, op->pad[0], op->pad[1], op->pad[2], op->pad[3], 0, 0};
    *to = (TflOperator){
        .code = codes[op->kind], .inputs = 1, .input = {op->in[0]}, .output = op->out};
    if (op->kind == NET_RELU && op->act == 3)
        to->code = 21;
    if (op->kind == NET_ADD || op->kind == NET_MUL)
        to->input[to->inputs++] = op->in[1];
    if (op->kind == NET_CONCAT)
        put_concat(w, op, to);
    if (op->kind == NET_FC || op->kind == NET_ADD || op->kind == NET_MUL)
        put_options(to, 1, &op->act);
    if (op->kind == NET_CONV || op->kind == NET_DWCONV || op->kind == NET_AVGPOOL ||
        op->kind == NET_MAXPOOL)
        put_window(op, to);
    if (graph_has_weights(op))
        put_weights(w, op, to);
    if (op->kind == NET_TABLE)
        put_table(w, op, to);
    if (op->kind == NET_MEAN)
        put_mean(w, op, to);
    if (op->kind == NET_SLICE)
        put_slice(w, op, to);
    if (op->kind == NET_PAD)
        to->input[to->inputs++] = add_numbers(w, 4, 2, pads);
    if (op->kind == NET_PAD && op->pad[0] % 2)
        put_padv2(w, op, to);
    if (op->kind == NET_RESHAPE)
        to->input[to->inputs++] =
            add_numbers(w, 1, w->tensor[op->out].rank, w->tensor[op->out].dim);
    if (op->kind == NET_SOFTMAX)
        put_softmax(w, op, to);
}

XbBytes weights_file(XbArena *arena, const Graph *g, Rng rng)
{
    Writer *w = xb_new(arena, Writer, 1);
    TflBytes *bytes = xb_new(arena, TflBytes, 1);
    w->arena = arena;
    w->g = g;
    w->rng = rng;
    add_values(w);
    for (int i = 0; i < g->ops; i++)
        put_op(w, &g->op[i], &w->op[i]);
    TflGraph graph = {.tensors = w->tensors,
                      .operators = g->ops,
                      .output = g->op[g->ops - 1].out,
                      .tensor = w->tensor,
                      .operator= w->op,
                      .others = g->others};
    memcpy(graph.other, g->other, sizeof g->other);
    tfl_build(bytes, &graph);
    return (XbBytes){bytes->data, bytes->size};
}
