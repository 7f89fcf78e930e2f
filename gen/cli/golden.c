// SPDX-License-Identifier: Apache-2.0
// Runs over many images: batches for progress, results gathered per layer.
#include "cli/golden.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/naive.h"

enum { BATCH = 64 };

typedef struct Gather {  // context of the model's sink
    const XbPlan *plan;
    XbGolden *golden;
    int64_t first;  // number of the batch's first image
} Gather;

static size_t layer_size(const XbPlan *plan, int l)
{
    return (size_t)xb_shape_size(plan->layer[l].out);
}

static void gather(void *context, int64_t image, const XbModelImage *result)
{
    const Gather *g = context;
    size_t at = (size_t)(g->first + image);
    for (int l = 0; l < g->plan->layers; l++) {
        size_t size = layer_size(g->plan, l), codes = (size_t)xb_model_codes(g->plan, l);
        if (g->golden->layer)
            memcpy(g->golden->layer[l] + at * size, result->out[l], size);
        if (g->golden->codes && codes)
            memcpy(g->golden->codes[l] + at * codes, result->codes[l], codes * sizeof(uint16_t));
    }
}

static XbGolden new_golden(XbRun *run, int64_t images, XbKeep keep)
{
    const XbPlan *p = &run->plan;
    XbArena *a = run->arena;
    XbGolden g = {.images = images};
    g.output = xb_arena_alloc(a, (size_t)images, layer_size(p, p->layers - 1));
    g.count = xb_new(a, XbLayerCount, p->layers);
    if (keep >= XB_KEEP_LAYERS)
        g.layer = xb_new(a, uint8_t *, p->layers);
    if (keep >= XB_KEEP_CODES)
        g.codes = xb_new(a, uint16_t *, p->layers);
    for (int l = 0; l < p->layers; l++) {
        if (g.layer)
            g.layer[l] = xb_arena_alloc(a, (size_t)images, layer_size(p, l));
        if (g.codes)
            g.codes[l] = xb_arena_alloc(a, (size_t)images, 2 * (size_t)xb_model_codes(p, l));
    }
    return g;
}

static void show_progress(int64_t done, int64_t all)
{
    if (all <= BATCH || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%lld/%lld images ", (long long)done, (long long)all);
    if (done == all)
        fprintf(stderr, "\r%40s\r", "");
}

XbGolden xb_golden_run(XbRun *run, const XbImages *images, XbKeep keep)
{
    const XbPlan *p = &run->plan;
    XbGolden g = new_golden(run, images->count, keep);
    XbModel *model = xb_model_new(run->arena, p);
    int64_t in = xb_shape_size(p->input), out = (int64_t)layer_size(p, p->layers - 1);
    for (int64_t i = 0; i < images->count; i += BATCH) {
        int64_t count = images->count - i < BATCH ? images->count - i : BATCH;
        Gather context = {.plan = p, .golden = &g, .first = i};
        xb_model_run_all(model, count, images->codes + i * in, g.output + i * out, g.count,
                         keep == XB_KEEP_CODES, keep == XB_KEEP_OUTPUT ? NULL : gather, &context);
        show_progress(i + count, images->count);
    }
    return g;
}

XbGolden xb_golden_naive(XbRun *run, const XbImages *images)
{
    const XbPlan *p = &run->plan;
    XbGolden g = new_golden(run, images->count, XB_KEEP_LAYERS);
    uint8_t **out = xb_new(run->arena, uint8_t *, p->layers);
    int64_t in = xb_shape_size(p->input);
    for (int64_t i = 0; i < images->count; i++) {
        for (int l = 0; l < p->layers; l++)
            out[l] = g.layer[l] + (size_t)i * layer_size(p, l);
        xb_naive_run(&run->net, run->cfg.rounding, images->codes + i * in, out);
        show_progress(i + 1, images->count);
    }
    g.output = g.layer[p->layers - 1];
    return g;
}
