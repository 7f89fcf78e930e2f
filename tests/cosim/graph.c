// SPDX-License-Identifier: Apache-2.0
// Draws operators one after the other; every one fits the shape that is there.
#include "graph.h"

#include "xbgen/function.h"
#include "xbgen/net.h"

enum { MOST_OPS = 8, MOST_SIDE = 12, MOST_CHANNELS = 12, MOST_CODES = 500, MOST_NESTING = 2 };

bool graph_has_weights(const Op *op) { return op->kind <= NET_FC; }

int graph_rows(const Graph *g, const Op *op)
{
    const Value *in = &g->value[op->in[0]];
    if (op->kind == NET_FC)
        return in->h * in->w * in->c;
    return op->kh * op->kw * (op->kind == NET_CONV ? in->c / op->groups : 1);
}

const char *graph_kind_name(NetKind kind)
{
    static const char *const names[NET_KINDS] = {
        "conv",    "dwconv", "fc",    "add",    "avgpool", "maxpool", "mean", "pad",
        "reshape", "relu",   "table", "concat", "softmax", "mul",     "slice"};
    return names[kind];
}

// Appends the operator; gives the number of its output.
static int append(Graph *g, Op op, Value out)
{
    op.number = 1;
    for (int i = 0; i < g->ops; i++)
        op.number += g->op[i].kind == op.kind;
    op.out = g->values;
    g->value[g->values++] = out;
    g->op[g->ops++] = op;
    return op.out;
}

static int new_quant(Graph *g) { return g->quants++; }

static int any_act(Rng *r) { return rng_pick(r, (int[]){0, 0, 1, 3}, 4); }

// ---- windows ----

static int reach(int kernel, int dilation) { return (kernel - 1) * dilation + 1; }

static int placed(int in, int span, int stride, bool is_same)
{
    return is_same ? (in - 1) / stride + 1 : (in - span) / stride + 1;
}

static void draw_kernel(Graph *g, Op *op, bool has_dilation)
{
    Rng *r = &g->rng;
    op->kh = rng_pick(r, (int[]){1, 2, 3, 3, 3, 4, 5}, 7);
    op->kw = rng_chance(r, 70) ? op->kh : rng_range(r, 1, 5);
    op->dil_h = has_dilation && rng_chance(r, 15) ? 2 : 1;
    op->dil_w = has_dilation && rng_chance(r, 15) ? 2 : op->dil_h;
}

static void draw_stride(Graph *g, Op *op)
{
    Rng *r = &g->rng;
    op->stride_h = rng_pick(r, (int[]){1, 1, 1, 2, 2, 3}, 6);
    op->stride_w = rng_chance(r, 80) ? op->stride_h : rng_range(r, 1, 3);
}

static Op draw_window(Graph *g, int in, bool has_dilation, bool keeps_shape)
{
    const Value *v = &g->value[in];
    Op op = {.in = {in}, .stride_h = 1, .stride_w = 1, .is_same = true};
    draw_kernel(g, &op, has_dilation);
    op.act = any_act(&g->rng);
    if (keeps_shape)
        return op;
    draw_stride(g, &op);
    bool fits = reach(op.kh, op.dil_h) <= v->h && reach(op.kw, op.dil_w) <= v->w;
    op.is_same = !fits || rng_chance(&g->rng, 50);
    return op;
}

static Value window_out(const Graph *g, const Op *op, int channels)
{
    const Value *in = &g->value[op->in[0]];
    return (Value){.rank = 4,
                   .h = placed(in->h, reach(op->kh, op->dil_h), op->stride_h, op->is_same),
                   .w = placed(in->w, reach(op->kw, op->dil_w), op->stride_w, op->is_same),
                   .c = channels};
}

static void draw_storage(Graph *g, Op *op)
{
    op->weight_bits = 8;
    if (!g->is_json)
        return;
    if (rng_chance(&g->more, 60))
        op->weight_bits = rng_range(&g->more, 2, 8);
    op->is_seeded = !g->has_least_weight && rng_chance(&g->more, 30);
}

// Structure: hardware has what a count weighs.
static void draw_zero(Graph *g, Op *op)
{
    int half = 1 << (op->weight_bits - 1);
    if (g->is_uint8 && !op->is_seeded)
        op->weight_zero = rng_pick(
            &g->latest, (int[]){0, -half, half - 1, rng_range(&g->latest, -half, half - 1)}, 4);
}

static int add_weights(Graph *g, Op op, Value out)
{
    draw_storage(g, &op);
    op.has_bias = rng_chance(&g->rng, 80);
    op.per_channel = rng_chance(&g->rng, 50) && !g->is_uint8;
    draw_zero(g, &op);
    out.quant = new_quant(g);
    return append(g, op, out);
}

// Now and then a convolution's channels are cut into groups: a divisor of what comes in.
static int draw_groups(Graph *g, int in)
{
    int n = in > 1 && rng_chance(&g->more, 45) ? rng_range(&g->more, 2, in) : 1;
    while (in % n != 0)
        n++;
    return n;
}

static int add_conv(Graph *g, int in, bool keeps_shape)
{
    Op op = draw_window(g, in, true, keeps_shape);
    op.kind = NET_CONV;
    int channels = keeps_shape ? g->value[in].c : rng_range(&g->rng, 1, MOST_CHANNELS);
    op.groups = draw_groups(g, g->value[in].c);
    if (channels % op.groups != 0)
        channels = channels < op.groups ? op.groups : channels / op.groups * op.groups;
    return add_weights(g, op, window_out(g, &op, channels));
}

static int add_dwconv(Graph *g, int in, bool keeps_shape)
{
    Op op = draw_window(g, in, true, keeps_shape);
    op.kind = NET_DWCONV;
    op.multiplier = keeps_shape ? 1 : rng_pick(&g->rng, (int[]){1, 1, 1, 2, 3}, 5);
    if (g->value[in].c * op.multiplier > MOST_CHANNELS)
        op.multiplier = 1;
    return add_weights(g, op, window_out(g, &op, g->value[in].c * op.multiplier));
}

static int add_fc(Graph *g, int in, int outputs)
{
    Op op = {.kind = NET_FC, .in = {in}, .act = any_act(&g->rng)};
    return add_weights(g, op, (Value){.rank = 2, .h = 1, .w = 1, .c = outputs});
}

static int add_pool(Graph *g, int in, NetKind kind, bool keeps_shape)
{
    Op op = draw_window(g, in, false, keeps_shape);
    op.kind = kind;
    Value out = window_out(g, &op, g->value[in].c);
    out.quant = g->value[in].quant;
    return append(g, op, out);
}

// ---- the others ----

static int add_relu(Graph *g, int in)
{
    Op op = {.kind = NET_RELU, .in = {in}, .act = rng_pick(&g->rng, (int[]){1, 3}, 2)};
    Value out = g->value[in];
    out.quant = new_quant(g);
    return append(g, op, out);
}

static int add_table(Graph *g, int in)
{
    Op op = {.kind = NET_TABLE, .in = {in}, .function = rng_below(&g->tables, XB_FUNCTIONS)};
    if (xb_function_has_operand((XbFunction)op.function)) {
        op.per_channel = rng_chance(&g->tables, 60);
        op.act = any_act(&g->tables);
    }
    Value out = g->value[in];
    out.quant = new_quant(g);
    return append(g, op, out);
}

static int add_pad(Graph *g, int in)
{
    Op op = {.kind = NET_PAD, .in = {in}};
    Value out = g->value[in];
    for (int i = 0; i < 4; i++)
        op.pad[i] = rng_chance(&g->rng, 60) ? rng_range(&g->rng, 0, 3) : 0;
    out.h += op.pad[0] + op.pad[1];
    out.w += op.pad[2] + op.pad[3];
    if (out.h > MOST_SIDE || out.w > MOST_SIDE || out.h * out.w * out.c > MOST_CODES)
        return in;
    return append(g, op, out);
}

// What is left of columns or rows lies in a row; of rows in a column, if dimensions are kept.
static Value mean_out(const Value *in, const Op *op)
{
    int left = op->over == XB_OVER_HEIGHT ? in->w : op->over == XB_OVER_WIDTH ? in->h : 1;
    bool is_column = op->over == XB_OVER_WIDTH && op->keeps_dims;
    Value out = {.h = is_column ? left : 1, .w = is_column ? 1 : left, .c = in->c};
    out.rank = op->keeps_dims ? in->rank : op->over == XB_OVER_IMAGE ? 2 : 3;
    return out;
}

static int add_mean(Graph *g, int in, int over)
{
    Op op = {.kind = NET_MEAN, .in = {in}, .over = over, .keeps_dims = rng_chance(&g->rng, 40)};
    Value out = mean_out(&g->value[in], &op);
    out.quant = rng_chance(&g->means, 20) ? g->value[in].quant : new_quant(g);
    return append(g, op, out);
}

static int flatten(Graph *g, int in)
{
    const Value *v = &g->value[in];
    Value out = {.rank = 2, .h = 1, .w = 1, .c = v->h * v->w * v->c, .quant = v->quant};
    return append(g, (Op){.kind = NET_RESHAPE, .in = {in}}, out);
}

static int divisor(Rng *r, int n, int most)
{
    int d = rng_range(r, 1, most);
    while (n % d != 0)
        d--;
    return d;
}

// Other words for the same codes.
static int regroup(Graph *g, int in)
{
    const Value *v = &g->value[in];
    int all = v->h * v->w * v->c;
    Value out = {.rank = 4, .c = divisor(&g->rng, all, MOST_CHANNELS), .quant = v->quant};
    out.w = divisor(&g->rng, all / out.c, MOST_SIDE);
    out.h = all / out.c / out.w;
    return out.h > MOST_SIDE ? in : append(g, (Op){.kind = NET_RESHAPE, .in = {in}}, out);
}

// ---- residual branches ----

static int add_residual(Graph *g, int in, int nesting);

static int keep_shape(Graph *g, int in, int nesting)
{
    Rng *r = &g->rng;
    bool is_image = g->value[in].rank == 4;
    int choice = rng_below(r, 100);
    if (g->ops >= MOST_OPS)
        return in;
    if (nesting < MOST_NESTING && choice < 20)
        return add_residual(g, in, nesting + 1);
    if (choice < 32)
        return add_relu(g, in);
    if (!is_image)
        return g->value[in].c <= MOST_CHANNELS ? add_fc(g, in, g->value[in].c) : add_relu(g, in);
    if (choice < 45)
        return add_pool(g, in, choice % 2 ? NET_AVGPOOL : NET_MAXPOOL, true);
    return choice < 60 ? add_dwconv(g, in, true) : add_conv(g, in, true);
}

static int join(Graph *g, int a, int b)
{
    bool is_swapped = rng_chance(&g->rng, 50);
    Op op = {.kind = NET_ADD, .in = {is_swapped ? b : a, is_swapped ? a : b}};
    op.act = any_act(&g->rng);
    Value out = g->value[a];
    out.quant = new_quant(g);
    return append(g, op, out);
}

static int add_residual(Graph *g, int in, int nesting)
{
    int a = in, b = in, length = rng_pick(&g->rng, (int[]){0, 1, 1, 2, 2, 3}, 6);
    for (int i = 0; i < length; i++)
        a = keep_shape(g, a, nesting);
    if (rng_chance(&g->rng, 35))
        b = keep_shape(g, b, nesting);
    return join(g, a, b);
}

// Both branches change the shape in the same way.
static int add_projection(Graph *g, int in)
{
    Op wide = draw_window(g, in, false, false), narrow = wide;
    int channels = rng_range(&g->rng, 1, MOST_CHANNELS);
    wide.kind = narrow.kind = NET_CONV;
    wide.groups = narrow.groups = 1;
    wide.is_same = narrow.is_same = true;
    narrow.kh = narrow.kw = 1;
    int a = add_weights(g, wide, window_out(g, &wide, channels));
    a = rng_chance(&g->rng, 50) ? keep_shape(g, a, MOST_NESTING) : a;
    return join(g, a, add_weights(g, narrow, window_out(g, &narrow, channels)));
}

// ---- concatenations ----

static int *size_along(const Op *op, Value *v) { return op->is_of_rows ? &v->h : &v->c; }

static Value joined(const Graph *g, const Op *op)
{
    Value out = g->value[op->in[0]];
    for (int i = 1; i < (op->has_third ? 3 : 2); i++) {
        Value v = g->value[op->in[i]];
        *size_along(op, &out) += *size_along(op, &v);
    }
    return out;
}

typedef int AddBranch(Graph *g, int in, int quant);

// Branches of one scale and zero point, of one tensor or of one another, joined.
static int join_branches(Graph *g, Op op, Rng *r, AddBranch *add)
{
    int in = op.in[0], quant = new_quant(g);
    op.in[0] = add(g, in, quant);
    op.in[1] = add(g, rng_chance(r, 60) ? in : op.in[0], quant);
    op.has_third = !g->is_json && rng_chance(r, 40);
    if (op.has_third)
        op.in[2] = rng_chance(r, 30) ? op.in[0] : add(g, in, quant);
    return append(g, op, joined(g, &op));
}

// Another tensor of the same height, width, scale and zero point.
static int add_beside(Graph *g, int in, int quant)
{
    Rng *r = &g->joins;
    int choice = rng_below(r, 3), out;
    if (g->value[in].rank == 2)
        out = add_fc(g, in, rng_range(r, 1, 6));
    else if (choice == 0 && g->value[in].c <= MOST_CHANNELS)
        out = add_dwconv(g, in, true);
    else
        out = add_conv(g, in, true);
    g->value[out].quant = quant;
    return out;
}

// Its inputs have weights, or take their scale from the same tensor.
static int add_concat(Graph *g, int in)
{
    Rng *r = &g->joins;
    Op op = {.kind = NET_CONCAT, .in = {in, in}};
    if (g->value[in].rank == 4 && rng_chance(r, 25)) {
        op.in[1] = add_pool(g, in, rng_chance(r, 50) ? NET_AVGPOOL : NET_MAXPOOL, true);
        return append(g, op, joined(g, &op));
    }
    return join_branches(g, op, r, add_beside);
}

// ---- rows below rows ----

// A window that keeps width and channels, the height not always.
static Op draw_low(Graph *g, int in, NetKind kind)
{
    Op op = draw_window(g, in, kind == NET_CONV, true);
    op.kind = kind;
    op.groups = 1;
    op.stride_h = rng_pick(&g->rows, (int[]){1, 1, 2, 3}, 4);
    return op;
}

static int add_low(Graph *g, int in, int quant)
{
    Op op = draw_low(g, in, NET_CONV);
    int out = add_weights(g, op, window_out(g, &op, g->value[in].c));
    g->value[out].quant = quant;
    return out;
}

static int add_low_pool(Graph *g, int in)
{
    Op op = draw_low(g, in, rng_chance(&g->rows, 50) ? NET_AVGPOOL : NET_MAXPOOL);
    Value out = window_out(g, &op, g->value[in].c);
    out.quant = g->value[in].quant;
    return append(g, op, out);
}

// Like add_concat.
static int add_rows(Graph *g, int in)
{
    Rng *r = &g->rows;
    Op op = {.kind = NET_CONCAT, .in = {in, in}, .is_of_rows = true};
    if (rng_chance(r, 25)) {
        op.in[rng_below(r, 2)] = add_low_pool(g, in);
        return append(g, op, joined(g, &op));
    }
    return join_branches(g, op, r, add_low);
}

// Now and then, where they are few.
static int add_few_rows(Graph *g, int in)
{
    const Value *v = &g->value[in];
    bool is_few = v->rank == 4 && v->h * v->w <= 100 && v->c <= MOST_CHANNELS;
    return is_few && g->ops + 4 <= MOST_OPS && rng_chance(&g->rows, 15) ? add_rows(g, in) : in;
}

// ---- products ----

static int multiply(Graph *g, int a, int b)
{
    bool is_swapped = rng_chance(&g->products, 50);
    Op op = {.kind = NET_MUL, .in = {is_swapped ? b : a, is_swapped ? a : b}};
    op.act = rng_pick(&g->products, (int[]){0, 0, 0, 1, 3}, 5);
    Value out = g->value[a];
    out.quant = new_quant(g);
    return append(g, op, out);
}

// Two branches of one shape; the same one twice is a square.
static int add_product(Graph *g, int in)
{
    int a = rng_chance(&g->products, 60) ? keep_shape(g, in, MOST_NESTING) : in;
    return multiply(g, a, in);
}

static int add_average(Graph *g, int in)
{
    const Value *v = &g->value[in];
    Op op = {.kind = NET_AVGPOOL, .in = {in}, .kh = v->h, .kw = v->w, .stride_h = 1, .stride_w = 1};
    op.dil_h = op.dil_w = 1;
    return append(g, op, (Value){.rank = 4, .h = 1, .w = 1, .c = v->c, .quant = v->quant});
}

static int weigh_row(Graph *g, int in, int outputs)
{
    Op op = {.kind = NET_CONV, .in = {in}, .kh = 1, .kw = 1, .stride_h = 1, .stride_w = 1};
    op.dil_h = op.dil_w = op.groups = 1;
    op.act = any_act(&g->rng);
    if (g->value[in].rank == 2 || rng_chance(&g->products, 30))
        return add_fc(g, in, outputs);
    return add_weights(g, op, window_out(g, &op, outputs));
}

static void make_logistic(Op *table)
{
    table->function = XB_FN_LOGISTIC;
    table->per_channel = false;
    table->act = 0;
}

// Squeeze-and-excite: one code a channel, from all pixels, with weights between or without.
static int add_excite(Graph *g, int in)
{
    Rng *r = &g->products;
    int channels = g->value[in].c,
        gate = rng_chance(r, 50) ? add_mean(g, in, XB_OVER_IMAGE) : add_average(g, in);
    if (rng_chance(r, 60))
        gate = weigh_row(g, gate, rng_range(r, 1, channels));
    if (g->value[gate].c != channels || rng_chance(r, 50))
        gate = weigh_row(g, gate, channels);
    if (rng_chance(r, 70)) {
        gate = add_table(g, gate);
        if (rng_chance(r, 60))
            make_logistic(&g->op[g->ops - 1]);
    }
    return multiply(g, in, gate);
}

// Now and then one of the two, where there is room.
static int add_factor(Graph *g, int in)
{
    const Value *v = &g->value[in];
    int choice = rng_below(&g->products, 100);
    if (g->ops >= MOST_OPS || choice >= 35)
        return in;
    if (v->h * v->w > 1 && choice < 25)
        return add_excite(g, in);
    return choice < 10 ? add_product(g, in) : in;
}

// ---- slices ----

// Part of a dimension; gives how many are taken.
static int draw_range(Rng *r, int all, int *begin, int *step)
{
    int count = rng_chance(r, 40) ? all : rng_range(r, 1, all);
    *step = count > 1 && rng_chance(r, 25) ? rng_range(r, 1, 3) : 1;
    while ((count - 1) * *step + 1 > all)
        --*step;
    *begin = rng_range(r, 0, all - (count - 1) * *step - 1);
    return count;
}

static Value draw_box(Graph *g, int in, Op *op)
{
    Value out = g->value[in];
    *op = (Op){.kind = NET_SLICE, .in = {in}};
    out.h = draw_range(&g->boxes, out.h, &op->begin[0], &op->step[0]);
    out.w = draw_range(&g->boxes, out.w, &op->begin[1], &op->step[1]);
    out.c = draw_range(&g->boxes, out.c, &op->begin[2], &op->step[2]);
    return out;
}

// Another box of the same shape, at another place; their sum.
static int add_boxes(Graph *g, int in, Op op, Value out)
{
    const Value *v = &g->value[in];
    const int all[3] = {v->h, v->w, v->c}, count[3] = {out.h, out.w, out.c};
    int a = append(g, op, out);
    for (int i = 0; i < 3; i++)
        op.begin[i] = rng_range(&g->boxes, 0, all[i] - (count[i] - 1) * op.step[i] - 1);
    int b = append(g, op, out);
    if (rng_chance(&g->boxes, 50))
        a = keep_shape(g, a, MOST_NESTING);
    return join(g, a, b);
}

static int add_slices(Graph *g, int in)
{
    Op op;
    Value out = draw_box(g, in, &op);
    if (g->ops + 4 <= MOST_OPS && rng_chance(&g->boxes, 40))
        return add_boxes(g, in, op, out);
    return append(g, op, out);
}

// ---- the network ----

static int add_on_image(Graph *g, int in)
{
    static const int likely[] = {0, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 7, 8, 9, 10, 11};
    switch (rng_pick(&g->rng, likely, (int)(sizeof likely / sizeof likely[0]))) {
    case 0:
        return add_conv(g, in, false);
    case 1:
        return add_dwconv(g, in, false);
    case 2:
        return add_pool(g, in, NET_AVGPOOL, false);
    case 3:
        return add_pool(g, in, NET_MAXPOOL, false);
    case 4:
        return add_pad(g, in);
    case 5:
        return add_mean(g, in, XB_OVER_IMAGE);
    case 6:
        return add_residual(g, in, 0);
    case 7:
        return add_fc(g, in, rng_range(&g->rng, 1, MOST_CHANNELS));
    case 8:
        return flatten(g, in);
    case 9:
        return regroup(g, in);
    case 10:
        return add_relu(g, in);
    default:
        return add_projection(g, in);
    }
}

static int add_on_vector(Graph *g, int in)
{
    int choice = rng_below(&g->rng, 10);
    if (choice == 0)
        return add_relu(g, in);
    if (choice < 3)
        return regroup(g, in);
    if (choice < 5 && g->value[in].c <= MOST_CHANNELS)
        return add_residual(g, in, 0);
    return add_fc(g, in, rng_range(&g->rng, 1, MOST_CHANNELS));
}

// On a row of pixels that a mean has left.
static int add_on_row(Graph *g, int in)
{
    switch (rng_below(&g->means, 6)) {
    case 0:
        return add_relu(g, in);
    case 1:
        return flatten(g, in);
    case 2:
        return regroup(g, in);
    default:
        return add_mean(g, in, XB_OVER_IMAGE);
    }
}

// Other operators are for images and vectors.
static int add_mean_of_lines(Graph *g, int in)
{
    int at = add_mean(g, in, rng_range(&g->means, XB_OVER_HEIGHT, XB_OVER_WIDTH));
    while (g->value[at].rank == 3 && g->ops < MOST_OPS)
        at = add_on_row(g, at);
    return at;
}

static Value draw_input(Graph *g)
{
    Rng *r = &g->rng;
    Value v = {
        .rank = 4, .h = rng_range(r, 1, 9), .w = rng_range(r, 1, 9), .c = rng_range(r, 1, 8)};
    if (rng_chance(r, 12)) {  // a strip: a row is a pixel or two
        v.h = rng_range(r, 8, 30);
        v.w = rng_range(r, 1, 2);
    }
    if (rng_chance(r, 8))
        v = (Value){.rank = 2, .h = 1, .w = 1, .c = rng_range(r, 1, 40)};
    if (rng_chance(r, 30))
        v.c = rng_range(r, 1, 3);
    v.quant = new_quant(g);
    return v;
}

static void add_softmax(Graph *g, int in)
{
    Value out = g->value[in];
    out.quant = new_quant(g);
    append(g, (Op){.kind = NET_SOFTMAX, .in = {in}}, out);
}

// What other operators read can be a result as well.
static void add_outputs(Graph *g)
{
    int made = g->ops - (g->op[g->ops - 1].kind == NET_SOFTMAX);
    if (!rng_chance(&g->ends, 15))
        return;
    for (int wanted = rng_range(&g->ends, 1, 2); g->others < wanted; g->others++)
        g->other[g->others] = g->op[rng_below(&g->ends, made)].out;
}

void graph_make(Graph *g, Rng rng)
{
    *g = (Graph){.rng = rng,
                 .more = {rng.state ^ 0x9e3779b97f4a7c15U},
                 .latest = {rng.state ^ 0xbf58476d1ce4e5b9U},
                 .tables = {rng.state ^ 0xd1b54a32d192ed03U},
                 .joins = {rng.state ^ 0x8cb92ba72f3d8dd7U},
                 .products = {rng.state ^ 0xe7037ed1a0b428dbU},
                 .means = {rng.state ^ 0x94d049bb133111ebU},
                 .ends = {rng.state ^ 0x2545f4914f6cdd1dU},
                 .boxes = {rng.state ^ 0xa0761d6478bd642fU},
                 .rows = {rng.state ^ 0xe220a8397b1dcdafU}};
    g->is_json = rng_chance(&g->more, 35);
    g->is_uint8 = rng_chance(&g->latest, 25);
    g->value[g->values++] = draw_input(g);
    int wanted = rng_range(&g->rng, 1, 5), at = 0;
    g->has_least_weight = rng_chance(&g->rng, 20);
    for (int i = 0; i < wanted && g->ops < MOST_OPS; i++) {
        at = g->value[at].rank == 4 ? add_on_image(g, at) : add_on_vector(g, at);
        if (at > 0 && g->ops < MOST_OPS && rng_chance(&g->tables, 25))
            at = add_table(g, at);
        if (g->ops + 4 <= MOST_OPS && rng_chance(&g->joins, 15))
            at = add_concat(g, at);
        at = add_few_rows(g, at);
        at = add_factor(g, at);
        if (g->value[at].rank == 4 && g->ops < MOST_OPS && rng_chance(&g->means, 8))
            at = add_mean_of_lines(g, at);
        if (g->ops < MOST_OPS && rng_chance(&g->boxes, 12))
            at = add_slices(g, at);
    }
    if (at == 0)
        at = add_relu(g, at);
    if (rng_chance(&g->rng, 15))
        add_softmax(g, at);
    add_outputs(g);
}
