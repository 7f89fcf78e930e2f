// SPDX-License-Identifier: Apache-2.0
// Runs over many images: read a batch, compute it, hand it on.
#include "cli/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/naive.h"

enum { BATCH = 64, BATCH_BYTES = 1 << 26 };

XbModel *xb_golden_model(XbRun *run)
{
    if (!run->model)
        run->model = xb_model_new_on(run->arena, &run->plan, run->options->kernel);
    return run->model;
}

typedef struct Work {  // one run: the batch and what fills it
    XbRun *run;
    const XbPlan *plan;
    const XbModel *model;  // NULL: the plain network
    XbLayerCount *count;
    XbBatch batch;
    uint8_t *input, *output;
    int64_t room;   // images
    int64_t first;  // number of the batch's first image
} Work;

static int64_t layer_size(const XbPlan *plan, int l) { return xb_plan_bytes(plan, l); }

static int64_t image_bytes(const XbPlan *p, XbKeep keep)
{
    int64_t bytes = xb_shape_size(p->input) + layer_size(p, p->layers - 1);
    for (int l = 0; l < p->layers; l++) {
        bytes += keep >= XB_KEEP_LAYERS ? layer_size(p, l) : 0;
        bytes += keep >= XB_KEEP_CODES ? 2 * xb_model_codes(p, l) : 0;
    }
    return bytes;
}

// At least one image a core, at most 64 or what 64 MiB hold.
static int64_t batch_size(const XbRun *run, XbKeep keep)
{
    const XbPlan *p = &run->plan;
    if (run->options->batch > 0)
        return run->options->batch;
    int64_t cores = sysconf(_SC_NPROCESSORS_ONLN), most = BATCH_BYTES / image_bytes(p, keep);
    most = most < BATCH ? most : BATCH;
    return most > cores ? most : cores > 1 ? cores : 1;
}

static Work new_work(XbRun *run, int64_t images, XbKeep keep)
{
    const XbPlan *p = &run->plan;
    XbArena *a = run->arena;
    int64_t size = batch_size(run, keep), room = images < size ? images : size;
    Work w = {.run = run, .plan = p, .room = room};
    w.batch.input = w.input = xb_new(a, uint8_t, room * xb_shape_size(p->input));
    w.batch.output = w.output = xb_new(a, uint8_t, room * layer_size(p, p->layers - 1));
    w.batch.layer = keep >= XB_KEEP_LAYERS ? xb_new(a, uint8_t *, p->layers) : NULL;
    w.batch.codes = keep >= XB_KEEP_CODES ? xb_new(a, uint16_t *, p->layers) : NULL;
    for (int l = 0; l < p->layers; l++) {
        if (w.batch.layer)
            w.batch.layer[l] = xb_new(a, uint8_t, room * layer_size(p, l));
        if (w.batch.codes)
            w.batch.codes[l] = xb_new(a, uint16_t, room * xb_model_codes(p, l));
    }
    return w;
}

// The model's sink: images of a batch come in any order.
static void gather(void *context, int64_t image, const XbModelImage *result)
{
    const Work *w = context;
    for (int l = 0; l < w->plan->layers; l++) {
        int64_t size = layer_size(w->plan, l), codes = xb_model_codes(w->plan, l);
        memcpy(w->batch.layer[l] + image * size, result->out[l], (size_t)size);
        if (w->batch.codes && codes)
            memcpy(w->batch.codes[l] + image * codes, result->codes[l], 2 * (size_t)codes);
    }
}

static void compute(Work *w)
{
    xb_model_run_from(w->model, w->first, w->batch.count, w->input, w->output, w->count,
                      w->batch.codes, w->batch.layer ? gather : NULL, w);
}

static void compute_naive(Work *w)
{
    const XbPlan *p = w->plan;
    XbArena scratch = {0};
    int64_t in = xb_shape_size(p->input), last = layer_size(p, p->layers - 1);
    uint8_t **out = xb_new(&scratch, uint8_t *, p->layers);
    for (int l = 0; l < p->layers && !w->batch.layer; l++)
        out[l] = xb_new(&scratch, uint8_t, layer_size(p, l));
    for (int64_t i = 0; i < w->batch.count; i++) {
        for (int l = 0; l < p->layers && w->batch.layer; l++)
            out[l] = w->batch.layer[l] + i * layer_size(p, l);
        xb_naive_run(&w->run->net, w->run->cfg.rounding, w->input + i * in, out);
        memcpy(w->output + i * last, out[p->layers - 1], (size_t)last);
    }
    xb_arena_free(&scratch);
}

static void show_progress(const Work *w, int64_t done, int64_t all)
{
    if (all <= BATCH || w->run->options->quiet || !isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%lld/%lld images ", (long long)done, (long long)all);
    if (done == all)
        fprintf(stderr, "\r%40s\r", "");
}

static bool run_all(Work *w, const XbImages *images, XbBatchSink *sink, void *context)
{
    for (int64_t i = 0; i < images->count; i += w->batch.count) {
        w->first = i;
        w->batch.count = images->count - i < w->room ? images->count - i : w->room;
        if (!xb_images_get(images, i, w->batch.count, w->input))
            return false;
        if (w->model)
            compute(w);
        else
            compute_naive(w);
        if (!sink(context, &w->batch))
            return false;
        show_progress(w, i + w->batch.count, images->count);
    }
    return true;
}

bool xb_golden_run(XbRun *run, const XbImages *images, XbKeep keep, XbLayerCount *count,
                   XbBatchSink *sink, void *context)
{
    Work w = new_work(run, images->count, keep);
    w.model = xb_golden_model(run);
    w.count = count;
    return run_all(&w, images, sink, context);
}

bool xb_golden_naive(XbRun *run, const XbImages *images, XbKeep keep, XbBatchSink *sink,
                     void *context)
{
    Work w = new_work(run, images->count, keep);
    return run_all(&w, images, sink, context);
}
