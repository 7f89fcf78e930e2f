// SPDX-License-Identifier: Apache-2.0
// The golden model from outside: one image through all layers, and many images on all cores.
#include "model/parts.h"
#include <string.h>

#include "xbgen/crew.h"

static void prepare(XbArena *arena, const XbPlan *plan, int l, const XbKernel *kernel, XbMvm *out)
{
    xb_model_prepare(arena, plan, &plan->layer[l], out);
    out->read_unit = out->wide ? kernel->read_wide : kernel->read_unit;
    void (*lay_out)(XbArena *, const XbPlan *, XbMvm *) =
        out->wide ? kernel->lay_wide : kernel->lay_out;
    if (lay_out)
        lay_out(arena, plan, out);
}

XbModel *xb_model_new_on(XbArena *arena, const XbPlan *plan, const XbKernel *kernel)
{
    XbModel *model = xb_new(arena, XbModel, 1);
    XbMvm *mvm = xb_new(arena, XbMvm, plan->layers);
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map)
            prepare(arena, plan, l, kernel, &mvm[l]);
    *model = (XbModel){.plan = plan, .kernel = kernel, .mvm = mvm};
    return model;
}

XbModel *xb_model_new(XbArena *arena, const XbPlan *plan)
{
    return xb_model_new_on(arena, plan, xb_model_kernel(NULL));
}

XbModel *xb_model_with_adc(XbArena *arena, const XbModel *model, int l, const XbPlanAdc *adc)
{
    size_t layers = (size_t)model->plan->layers;
    XbModel *changed = xb_new(arena, XbModel, 1);
    XbMvm *mvm = memcpy(xb_new(arena, XbMvm, layers), model->mvm, sizeof *mvm * layers);
    xb_model_set_adc(arena, adc, &mvm[l].adc);
    if (!mvm[l].wide && model->kernel->lay_out)
        model->kernel->lay_out(arena, model->plan, &mvm[l]);
    *changed = (XbModel){.plan = model->plan, .kernel = model->kernel, .mvm = mvm};
    return changed;
}

// ---- one image ----

uint8_t **xb_model_outputs(XbArena *arena, const XbPlan *plan)
{
    uint8_t **out = xb_new(arena, uint8_t *, plan->layers);
    for (int l = 0; l < plan->layers; l++)
        out[l] = xb_new(arena, uint8_t, xb_plan_bytes(plan, l));
    return out;
}

// What each kind of layer does to an image.
typedef void XbRunLayer(const XbJob *job);

static XbRunLayer *const run_kind[XB_KINDS] = {
    [XB_CONV] = xb_model_mvm,      [XB_DWCONV] = xb_model_mvm,      [XB_FC] = xb_model_mvm,
    [XB_ADD] = xb_model_add,       [XB_AVGPOOL] = xb_model_avgpool, [XB_MAXPOOL] = xb_model_maxpool,
    [XB_MEAN] = xb_model_mean,     [XB_PAD] = xb_model_pad,         [XB_RESHAPE] = xb_model_reshape,
    [XB_RELU] = xb_model_relu,     [XB_TABLE] = xb_model_table,     [XB_MERGE] = xb_model_merge,
    [XB_CONCAT] = xb_model_concat, [XB_MUL] = xb_model_mul,         [XB_BOX] = xb_model_slice,
};

static void run_layer(const XbModel *model, int l, const uint8_t *input, const XbModelImage *image)
{
    const XbPlanLayer *layer = &model->plan->layer[l];
    XbArena scratch = {0};
    XbJob job = {.model = model,
                 .l = layer,
                 .index = l,
                 .image = image->number,
                 .out = image->out[l],
                 .codes = image->codes ? image->codes[l] : NULL,
                 .count = image->count ? &image->count[l] : NULL,
                 .tally = image->tally ? &image->tally[l] : NULL,
                 .scratch = &scratch};
    for (int i = 0; i < layer->inputs; i++)
        job.in[i] = layer->input[i] < 0 ? input : image->out[layer->input[i]];
    run_kind[layer->kind](&job);
    xb_arena_free(&scratch);
}

void xb_model_run(const XbModel *model, const uint8_t *input, const XbModelImage *image)
{
    XbArena scratch = {0};
    XbModelImage all = *image;
    if (!all.out)
        all.out = xb_model_outputs(&scratch, model->plan);
    for (int l = 0; l < model->plan->layers; l++)
        run_layer(model, l, input, &all);
    xb_arena_free(&scratch);
}

static bool reads_new(const XbPlanLayer *layer, uint8_t *const *before, uint8_t *const *now)
{
    for (int i = 0; i < layer->inputs; i++)
        if (layer->input[i] >= 0 && now[layer->input[i]] != before[layer->input[i]])
            return true;
    return false;
}

const uint8_t *xb_model_rerun(const XbModel *model, int first, const uint8_t *input,
                              uint8_t *const *before, uint8_t *const *room)
{
    const XbPlan *plan = model->plan;
    XbArena scratch = {0};
    uint8_t **now = xb_new(&scratch, uint8_t *, plan->layers);
    const XbModelImage image = {.out = now};
    for (int l = 0; l < plan->layers; l++) {
        now[l] = before[l];
        if (l != first && !reads_new(&plan->layer[l], before, now))
            continue;
        now[l] = room[l];
        run_layer(model, l, input, &image);
        if (memcmp(now[l], before[l], (size_t)xb_plan_bytes(plan, l)) == 0)
            now[l] = before[l];  // nothing behind it changes on its account
    }
    const uint8_t *last = now[plan->layers - 1];
    xb_arena_free(&scratch);
    return last;
}

// ---- all images ----

typedef struct Runs {  // what the threads share; `count` and `tally` under the lock
    const XbModel *model;
    const uint8_t *input;
    uint8_t *output;
    int64_t first;  // of the images, since programming
    bool want_codes;
    XbModelSink *sink;
    void *context;
    XbLayerCount *count;
    XbTally *tally;
} Runs;

static uint16_t *const *code_buffers(XbArena *arena, const XbPlan *plan)
{
    uint16_t **codes = xb_new(arena, uint16_t *, plan->layers);
    for (int l = 0; l < plan->layers; l++)
        if (xb_model_codes(plan, l))
            codes[l] = xb_new(arena, uint16_t, xb_model_codes(plan, l));
    return codes;
}

static void deliver(XbCrew *crew, const Runs *runs, int64_t n, const XbModelImage *image)
{
    const XbPlan *plan = runs->model->plan;
    size_t size = (size_t)xb_plan_bytes(plan, plan->layers - 1);
    if (runs->output)
        memcpy(runs->output + (size_t)n * size, image->out[plan->layers - 1], size);
    xb_crew_lock(crew);
    if (runs->sink)
        runs->sink(runs->context, n, image);
    for (int l = 0; runs->count && l < plan->layers; l++) {
        runs->count[l].reads += image->count[l].reads;
        runs->count[l].conversions += image->count[l].conversions;
        runs->count[l].saturated += image->count[l].saturated;
    }
    xb_crew_unlock(crew);
}

static void work(XbCrew *crew, void *context)
{
    const Runs *runs = context;
    const XbPlan *plan = runs->model->plan;
    XbArena arena = {0};
    XbModelImage image = {.out = xb_model_outputs(&arena, plan),
                          .codes = runs->want_codes ? code_buffers(&arena, plan) : NULL,
                          .count = xb_new(&arena, XbLayerCount, plan->layers),
                          .tally = runs->tally ? xb_model_tallies(&arena, runs->model) : NULL};
    for (int64_t n = xb_crew_next(crew); n >= 0; n = xb_crew_next(crew)) {
        image.number = runs->first + n;
        memset(image.count, 0, sizeof *image.count * (size_t)plan->layers);
        xb_model_run(runs->model, runs->input + n * xb_shape_size(plan->input), &image);
        deliver(crew, runs, n, &image);
    }
    if (runs->tally) {
        xb_crew_lock(crew);
        for (int l = 0; l < plan->layers; l++)
            xb_tally_add(&runs->tally[l], &image.tally[l]);
        xb_crew_unlock(crew);
    }
    xb_arena_free(&arena);
}

void xb_model_run_from(const XbModel *model, int64_t first, int64_t images, const uint8_t *input,
                       uint8_t *output, XbLayerCount *count, bool want_codes, XbModelSink *sink,
                       void *context)
{
    Runs runs = {.model = model,
                 .input = input,
                 .output = output,
                 .first = first,
                 .want_codes = want_codes,
                 .sink = sink,
                 .context = context,
                 .count = count};
    xb_crew_run(images, work, &runs);
}

void xb_model_tally_all(const XbModel *model, int64_t images, const uint8_t *input, uint8_t *output,
                        XbTally *tally)
{
    Runs runs = {.model = model, .input = input, .output = output, .tally = tally};
    xb_crew_run(images, work, &runs);
}

void xb_model_run_all(const XbModel *model, int64_t images, const uint8_t *input, uint8_t *output,
                      XbLayerCount *count, bool want_codes, XbModelSink *sink, void *context)
{
    xb_model_run_from(model, 0, images, input, output, count, want_codes, sink, context);
}
