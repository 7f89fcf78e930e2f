// SPDX-License-Identifier: Apache-2.0
// What the tests of the plan share: a network and a mapping that each test varies, the plan built
// or refused, and the mapped model against the plain network. Include after cmocka.h.
#ifndef XBGEN_TEST_PLAN_BENCH_H
#define XBGEN_TEST_PLAN_BENCH_H

#include "hand_net.h"
#include "plan/parts.h"
#include "shared_data.h"

#include "xbgen/model.h"
#include "xbgen/naive.h"

typedef struct Bench {
    XbArena arena;
    XbDiags d;
    XbCfg cfg;
    XbNet net;
    XbPlan plan;
} Bench;

// The small network with every operator: our own copy, or the shared one.
static inline void open_misc(Bench *b)
{
    *b = (Bench){.d = {.arena = &b->arena}, .cfg = hand_cfg(XB_ROUND_DOUBLE)};
    const char *path = "tests/data/misc.tflite";
    FILE *f = fopen(path, "rb");
    if (f)
        fclose(f);
    else
        shared_or_skip(&b->arena, "golden/adc/misc.tflite");
    if (!f)
        path = shared_file(&b->arena, "golden/adc/misc.tflite");
    xb_net_read(&b->arena, &b->d, path, &b->net);
    shared_no_errors(&b->d);
}

static inline void open_data(Bench *b, const char *path, XbRounding rounding)
{
    *b = (Bench){.d = {.arena = &b->arena}, .cfg = hand_cfg(rounding)};
    assert_true(xb_net_read(&b->arena, &b->d, path, &b->net));
}

// A network of one layer without weights, to be varied and closed.
static inline XbNetLayer *open_layer(Bench *b, XbKind kind, XbRounding rounding)
{
    *b = (Bench){.d = {.arena = &b->arena}, .cfg = hand_cfg(rounding)};
    return hand_only_layer(&b->arena, &b->net, kind);
}

static inline void build(Bench *b)
{
    bool is_good = xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    shared_no_errors(&b->d);
    assert_true(is_good);
}

static inline int reports(const Bench *b, const char *code, const char *where, const char *text)
{
    int found = 0;
    for (const XbDiag *d = b->d.first; d; d = d->next)
        found +=
            strcmp(d->code, code) == 0 && strcmp(d->where, where) == 0 && strstr(d->text, text);
    if (!found)
        xb_diags_print(&b->d, stderr);
    return found;
}

static inline void refuse(Bench *b)
{
    assert_false(xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
}

static inline int draw(uint64_t *seed, int lo, int hi)  // lo..hi
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return lo + (int)((*seed >> 33) % (uint64_t)(hi - lo + 1));
}

// ---- a random layer: its weights, its window and its sizes ----

static inline void draw_weights(Bench *b, uint64_t *seed)
{
    int64_t count = xb_net_weights(b->net.layer);
    int most = (1 << (b->net.layer->weight_bits - 1)) - 1;
    int least = draw(seed, 0, 3) ? -most : -most - 1;
    int8_t *weights = xb_new(&b->arena, int8_t, count);
    int32_t *bias = xb_new(&b->arena, int32_t, b->net.layer->out.c);
    for (int64_t i = 0; i < count; i++)
        weights[i] = (int8_t)draw(seed, least, most);
    for (int c = 0; c < b->net.layer->out.c; c++)
        bias[c] = draw(seed, -3000, 3000);
    b->net.layer->weights = weights;
    b->net.layer->bias = bias;
    if (b->cfg.encoding != XB_TWOS_COMPLEMENT && draw(seed, 0, 2) == 0)
        b->net.layer->weight_zero = draw(seed, -most - 1, most);
}

static inline int steps(int in, int kernel, int stride, int dilation, int pads)
{
    return (in + pads - (kernel - 1) * dilation - 1) / stride + 1;
}

static inline void draw_window(Bench *b, int kh, int kw, uint64_t *seed)
{
    XbNetLayer *l = b->net.layer;
    l->kh = kh;
    l->kw = kw;
    l->dil_h = draw(seed, 0, 4) ? 1 : 2;
    l->stride_h = draw(seed, 1, 2);
    l->stride_w = draw(seed, 1, 2);
    l->pad_t = draw(seed, 0, kh - 1);
    l->pad_b = draw(seed, 0, kh - 1);
    l->pad_l = draw(seed, 0, kw - 1);
    l->pad_r = draw(seed, 0, kw - 1);
    l->in.h = (kh - 1) * l->dil_h + draw(seed, 1, 3);
    l->in.w = kw + draw(seed, 0, 3);
    l->out.h = steps(l->in.h, kh, l->stride_h, l->dil_h, l->pad_t + l->pad_b);
    l->out.w = steps(l->in.w, kw, l->stride_w, l->dil_w, l->pad_l + l->pad_r);
}

// ---- results ----

// Bits of converters that no sum of so many rows can leave.
static inline int enough_bits(const XbCfg *cfg, int rows)
{
    int most = rows * ((1 << cfg->dac_bits) - 1) * ((1 << cfg->cell_bits) - 1);
    return xb_bits_for((uint64_t)most) + (cfg->adc_analog ? 1 : 0);
}

static inline uint8_t **outputs(Bench *b)
{
    uint8_t **out = xb_new(&b->arena, uint8_t *, b->net.layers);
    for (int l = 0; l < b->net.layers; l++)
        out[l] = xb_new(&b->arena, uint8_t, xb_shape_size(b->net.layer[l].out));
    return out;
}

// A random image: the mapped model gives what the plain network `plain` does, and loses nothing.
static inline void compare_with(Bench *b, const XbNet *plain, uint64_t *seed)
{
    size_t size = (size_t)xb_shape_size(b->net.input);
    uint8_t *image = xb_new(&b->arena, uint8_t, size);
    for (size_t i = 0; i < size; i++)
        image[i] = (uint8_t)draw(seed, 0, 255);
    uint8_t **mapped = outputs(b), **naive = outputs(b);
    XbLayerCount *count = xb_new(&b->arena, XbLayerCount, b->net.layers);
    XbModelImage result = {.out = mapped, .count = count};
    xb_model_run(xb_model_new(&b->arena, &b->plan), image, &result);
    xb_naive_run(plain, b->cfg.rounding, image, naive);
    for (int l = 0; l < b->net.layers; l++) {
        assert_memory_equal(mapped[l], naive[l], (size_t)xb_shape_size(b->net.layer[l].out));
        assert_int_equal(count[l].saturated, 0);
    }
}

static inline void compare_models(Bench *b, uint64_t *seed) { compare_with(b, &b->net, seed); }

#endif
