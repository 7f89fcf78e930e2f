// SPDX-License-Identifier: Apache-2.0
// Writes a network as docs/network.md has it: what was read in any format, in JSON and .npy files.
#include "base/text.h"
#include "net/net_check.h"
#include <string.h>

#include "xbgen/npy.h"

typedef struct Writer {
    XbText text;
    const XbNet *net;
} Writer;

static const char *const ACTIVATIONS[] = {"none", "relu", "relu6"};

// The layer of the file that layer `l` is, or is a part of.
static const XbNetLayer *whole_of(const XbNet *net, int l)
{
    while (net->layer[l].is_part)
        l--;
    return &net->layer[l];
}

static void put_names(Writer *w, const XbNetLayer *l)
{
    const char *name[2];
    for (int i = 0; i < l->inputs; i++)
        name[i] = l->input[i] < 0 ? "input" : whole_of(w->net, l->input[i])->name;
    if (l->inputs == 1)
        xb_text_add(&w->text, ", \"from\": \"%s\"", name[0]);
    else
        xb_text_add(&w->text, ", \"from\": [\"%s\", \"%s\"]", name[0], name[1]);
}

// What is not said is 8 bits, signed as `is_signed`.
static void put_quant(Writer *w, XbQuant q, bool is_signed)
{
    XbText *t = &w->text;
    if (q.bits != 8)
        xb_text_add(t, "\"bits\": %d, ", q.bits);
    if (q.bits == XB_SUM_BITS) {
        t->size -= 2;
        t->data[t->size] = 0;
        return;
    }
    if (q.is_signed != is_signed)
        xb_text_add(t, "\"signed\": %s, ", q.is_signed ? "true" : "false");
    xb_text_add(t, "\"scale\": %.9g, \"zero_point\": %d", (double)q.scale, xb_quant_zero_point(q));
}

static void put_window(Writer *w, const XbNetLayer *l)
{
    xb_text_add(&w->text, ", \"kernel\": [%d, %d], \"stride\": [%d, %d]", l->kh, l->kw, l->stride_h,
                l->stride_w);
    xb_text_add(&w->text, ", \"padding\": [%d, %d, %d, %d]", l->pad_t, l->pad_l, l->pad_b,
                l->pad_r);
    if (l->dil_h > 1 || l->dil_w > 1)
        xb_text_add(&w->text, ", \"dilation\": [%d, %d]", l->dil_h, l->dil_w);
}

static void put_blocks(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    xb_text_add(t, ",\n      \"blocks\": { \"merge\": \"%s\"", xb_merge_name(l->merge));
    xb_text_add(t, ", \"bits\": %d", l->out_q.bits);
    if (l->thresholds)
        xb_text_add(t, ", \"thresholds\": \"%s.thresholds.npy\"", l->name);
    if (l->gain_sign)
        xb_text_add(t, ", \"gain_sign\": \"%s.gain_sign.npy\"", l->name);
    if (l->merge == XB_MERGE_AVG)
        xb_text_add(t, ", \"avg\": { \"multiplier\": %d, \"shift\": %d }", l->avg_multiplier,
                    l->avg_shift);
    xb_text_add(t, " }");
}

// Thresholds, blocks, and the pool in front of them.
static void put_post(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    const XbNetLayer *next = l + 1;
    if (l + 1 < w->net->layer + w->net->layers && next->is_part && next->kind == XB_MAXPOOL)
        xb_text_add(t, ",\n      \"pool\": { \"kernel\": [%d, %d], \"stride\": [%d, %d] }",
                    next->kh, next->kw, next->stride_h, next->stride_w);
    if (l->blocks) {
        put_blocks(w, l);
        return;
    }
    if (l->thresholds)
        xb_text_add(t, ",\n      \"thresholds\": \"%s.thresholds.npy\"", l->name);
    if (l->gain_sign)
        xb_text_add(t, ", \"gain_sign\": \"%s.gain_sign.npy\"", l->name);
}

static void put_weights(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    if (l->groups > 1)
        xb_text_add(t, ", \"groups\": %d", l->groups);
    if (l->is_dense)
        xb_text_add(t, ", \"dense\": true");
    xb_text_add(t, ",\n      \"weight_bits\": %d", l->weight_bits);
    if (l->has_seed)
        xb_text_add(t, ", \"weights\": {\"seed\": \"0x%llx\"}", (unsigned long long)l->seed);
    else if (l->weights)
        xb_text_add(t, ", \"weights\": \"%s.weights.npy\"", l->name);
    if (l->weight_zero)
        xb_text_add(t, ", \"weight_zero\": %d", l->weight_zero);
    if (l->bias)
        xb_text_add(t, ", \"bias\": \"%s.bias.npy\"", l->name);
    put_post(w, l);
    if (l->per_tensor)
        xb_text_add(t, ", \"weight_scale\": %.9g", (double)l->weight_scale[0]);
    else if (l->weight_scale)
        xb_text_add(t, ", \"weight_scale\": \"%s.weight_scale.npy\"", l->name);
}

static bool has_output(const XbNetLayer *l)
{
    return (xb_kind_has_weights(l->kind) && !l->blocks) || l->kind == XB_ADD ||
           l->kind == XB_MEAN || l->kind == XB_RELU || l->kind == XB_TABLE || l->kind == XB_MUL;
}

// What `signed` is where a layer's output does not say it.
static bool default_sign(const Writer *w, const XbNetLayer *l)
{
    return l->post == XB_POST_SCALE && w->net->input_q.is_signed;
}

static void put_mean(Writer *w, const XbNetLayer *l)
{
    if (l->over != XB_OVER_IMAGE)
        xb_text_add(&w->text, ", \"over\": \"%s\"", xb_over_names[l->over]);
    if (l->keeps_dims)
        xb_text_add(&w->text, ", \"keep_dims\": true");
}

// A constant for each channel is in a file.
static void put_function(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    xb_text_add(t, ", \"function\": \"%s\"", xb_function_name(l->function));
    if (l->function == XB_FN_LEAKY_RELU)
        xb_text_add(t, ", \"alpha\": %.9g", (double)l->alpha);
    if (!l->operand)
        return;
    XbQuant q = l->in_q[1];
    xb_text_add(t, ",\n      \"operand\": { \"codes\": ");
    if (l->operands == 1)
        xb_text_add(t, "%d", l->operand[0] - xb_quant_offset(q));
    else
        xb_text_add(t, "\"%s.operand.npy\"", l->name);
    xb_text_add(t, ", \"scale\": %.9g, \"zero_point\": %d }", (double)q.scale,
                xb_quant_zero_point(q));
}

static void put_triple(Writer *w, const char *key, const int *n)
{
    xb_text_add(&w->text, ", \"%s\": [%d, %d, %d]", key, n[0], n[1], n[2]);
}

static void put_box(Writer *w, const XbNetLayer *l)
{
    put_triple(w, "begin", l->begin);
    put_triple(w, "shape", (int[]){l->out.h, l->out.w, l->out.c});
    put_triple(w, "step", l->step);
}

static void put_own_keys(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    if (xb_kind_has_weights(l->kind))
        xb_text_add(t, ", \"filters\": %d", xb_net_filters(l));
    if (l->kind == XB_CONV || l->kind == XB_DWCONV || l->kind == XB_AVGPOOL ||
        l->kind == XB_MAXPOOL)
        put_window(w, l);
    if (l->kind == XB_PAD)
        xb_text_add(t, ", \"padding\": [%d, %d, %d, %d]", l->pad_t, l->pad_b, l->pad_l, l->pad_r);
    if (l->kind == XB_RESHAPE)
        xb_text_add(t, ", \"shape\": [%d, %d, %d]", l->out.h, l->out.w, l->out.c);
    if (l->kind == XB_MEAN)
        put_mean(w, l);
    if (xb_net_is_in_turn(l))
        xb_text_add(t, ", \"along\": \"%s\"", xb_along_names[l->along]);
    if (l->kind == XB_TABLE)
        put_function(w, l);
    if (l->kind == XB_BOX)
        put_box(w, l);
    if (xb_kind_has_weights(l->kind))
        put_weights(w, l);
}

static void put_layer(Writer *w, const XbNetLayer *l)
{
    XbText *t = &w->text;
    xb_text_add(t, "    { \"op\": \"%s\", \"name\": \"%s\"", xb_kind_name(l->kind), l->name);
    put_names(w, l);
    put_own_keys(w, l);
    if (has_output(l)) {
        xb_text_add(t, ",\n      \"output\": { ");
        put_quant(w, l->out_q, default_sign(w, l));
        xb_text_add(t, " }");
    }
    if (l->act != XB_ACT_NONE)
        xb_text_add(t, ", \"activation\": \"%s\"", ACTIVATIONS[l->act]);
    xb_text_add(t, " }");
}

static void put_results(Writer *w)
{
    const XbNet *net = w->net;
    if (!net->outputs)
        xb_text_add(&w->text, "  \"output\": { \"rank\": %d }\n", net->output_rank);
    for (int i = 0; i < net->outputs; i++)
        xb_text_add(&w->text, "%s\"%s\"%s", i ? ", " : "  \"outputs\": [",
                    whole_of(net, net->output[i].layer)->name, i + 1 < net->outputs ? "" : "]\n");
}

char *xb_net_json(XbArena *arena, const XbNet *net)
{
    Writer w = {.text = {.arena = arena}, .net = net};
    XbText *t = &w.text;
    xb_text_add(t, "{\n  \"$schema\": \"xbgen-net-1.schema.json\",\n  \"input\": { ");
    bool is_signed = net->input_q.is_signed;
    xb_text_add(t, "\"shape\": [%d, %d, %d], \"rank\": %d, \"signed\": %s, ", net->input.h,
                net->input.w, net->input.c, net->input_rank, is_signed ? "true" : "false");
    put_quant(&w, net->input_q, is_signed);
    xb_text_add(t, " },\n  \"layers\": [\n");
    for (int i = 0; i < net->layers; i++)
        if (!net->layer[i].is_part && !net->layer[i].is_frame) {
            xb_text_add(t, i ? ",\n" : "");
            put_layer(&w, &net->layer[i]);
        }
    xb_text_add(t, "\n");
    xb_text_add(t, "  ],\n");
    put_results(&w);
    xb_text_add(t, "}\n");
    return t->data;
}

// ---- files ----

static bool write_array(XbArena *arena, XbDiags *d, const char *folder, const XbNetLayer *l,
                        const char *what, XbNpy array)
{
    array.count = 1;
    for (int i = 0; i < array.rank; i++)
        array.count *= array.shape[i];
    return xb_npy_write(d, xb_arena_printf(arena, "%s/%s.%s.npy", folder, l->name, what), &array);
}

static XbNpy weights_array(const XbNetLayer *l)
{
    XbNpy a = {.kind = 'i', .item_size = 1, .data = l->weights};
    a.rank = xb_net_weights_shape(l, a.shape);
    return a;
}

static XbNpy thresholds_array(const XbNetLayer *l)
{
    int levels = (1 << l->out_q.bits) - 1;
    if (l->blocks)
        return (XbNpy){'i', 4, 3, {l->blocks, xb_net_filters(l), levels}, 0, l->thresholds};
    return (XbNpy){'i', 4, 2, {l->threshold_lists, levels}, 0, l->thresholds};
}

static XbNpy signs_array(const XbNetLayer *l)
{
    if (l->blocks)
        return (XbNpy){'i', 1, 2, {l->blocks, xb_net_filters(l)}, 0, l->gain_sign};
    return (XbNpy){'i', 1, 1, {l->out.c}, 0, l->gain_sign};
}

static bool write_operand(XbArena *arena, XbDiags *d, const char *folder, const XbNetLayer *l)
{
    int32_t *codes = xb_new(arena, int32_t, l->operands);
    for (int i = 0; i < l->operands; i++)
        codes[i] = l->operand[i] - xb_quant_offset(l->in_q[1]);
    return write_array(arena, d, folder, l, "operand", (XbNpy){'i', 4, 1, {l->operands}, 0, codes});
}

static bool write_layer(XbArena *arena, XbDiags *d, const char *folder, const XbNetLayer *l)
{
    XbNpy bias = {'i', 4, 1, {l->out.c}, 0, l->bias};
    XbNpy scale = {'f', 4, 1, {l->out.c}, 0, l->weight_scale};
    if (l->operands > 1)
        return write_operand(arena, d, folder, l);
    if (!xb_kind_has_weights(l->kind))
        return true;
    if (l->weights && !l->has_seed &&
        !write_array(arena, d, folder, l, "weights", weights_array(l)))
        return false;
    if (l->bias && !write_array(arena, d, folder, l, "bias", bias))
        return false;
    if (l->thresholds && !write_array(arena, d, folder, l, "thresholds", thresholds_array(l)))
        return false;
    if (l->gain_sign && !write_array(arena, d, folder, l, "gain_sign", signs_array(l)))
        return false;
    return l->per_tensor || !l->weight_scale ||
           write_array(arena, d, folder, l, "weight_scale", scale);
}

bool xb_net_write(XbArena *arena, XbDiags *d, const XbNet *net, const char *folder)
{
    for (int i = 0; i < net->layers; i++)
        if (!write_layer(arena, d, folder, &net->layer[i]))
            return false;
    const char *text = xb_net_json(arena, net);
    return xb_file_write(d, xb_arena_printf(arena, "%s/net.json", folder), text, strlen(text));
}
