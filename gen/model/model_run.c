// SPDX-License-Identifier: Apache-2.0
// The golden model from outside: one image through all layers, and many images on all cores.
#include "model/parts.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_THREADS = 64 };

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
    *model = (XbModel){.plan = plan, .mvm = mvm};
    return model;
}

XbModel *xb_model_new(XbArena *arena, const XbPlan *plan)
{
    return xb_model_new_on(arena, plan, xb_model_kernel(NULL));
}

// ---- one image ----

static uint8_t *const *own_outputs(XbArena *arena, const XbPlan *plan)
{
    uint8_t **out = xb_new(arena, uint8_t *, plan->layers);
    for (int l = 0; l < plan->layers; l++)
        out[l] = xb_new(arena, uint8_t, xb_shape_size(plan->layer[l].out));
    return out;
}

// What each kind of layer does to an image.
typedef void XbRunLayer(const XbJob *job);

static XbRunLayer *const run_kind[XB_KINDS] = {
    [XB_CONV] = xb_model_mvm,  [XB_DWCONV] = xb_model_mvm,      [XB_FC] = xb_model_mvm,
    [XB_ADD] = xb_model_add,   [XB_AVGPOOL] = xb_model_avgpool, [XB_MAXPOOL] = xb_model_maxpool,
    [XB_MEAN] = xb_model_mean, [XB_PAD] = xb_model_pad,         [XB_RESHAPE] = xb_model_reshape,
    [XB_RELU] = xb_model_relu,
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
        all.out = own_outputs(&scratch, model->plan);
    for (int l = 0; l < model->plan->layers; l++)
        run_layer(model, l, input, &all);
    xb_arena_free(&scratch);
}

// ---- all images ----

typedef struct Crew {  // what the threads share; the lower part under the lock
    const XbModel *model;
    const uint8_t *input;
    uint8_t *output;
    int64_t first, images;
    bool want_codes;
    XbModelSink *sink;
    void *context;
    pthread_mutex_t lock;
    int64_t next;
    XbLayerCount *count;
} Crew;

static uint16_t *const *code_buffers(XbArena *arena, const XbPlan *plan)
{
    uint16_t **codes = xb_new(arena, uint16_t *, plan->layers);
    for (int l = 0; l < plan->layers; l++)
        if (xb_model_codes(plan, l))
            codes[l] = xb_new(arena, uint16_t, xb_model_codes(plan, l));
    return codes;
}

static int64_t take_image(Crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    int64_t n = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    return n;
}

static void deliver(Crew *crew, int64_t n, const XbModelImage *image)
{
    const XbPlan *plan = crew->model->plan;
    size_t size = (size_t)xb_shape_size(plan->layer[plan->layers - 1].out);
    if (crew->output)
        memcpy(crew->output + (size_t)n * size, image->out[plan->layers - 1], size);
    pthread_mutex_lock(&crew->lock);
    if (crew->sink)
        crew->sink(crew->context, n, image);
    for (int l = 0; crew->count && l < plan->layers; l++) {
        crew->count[l].reads += image->count[l].reads;
        crew->count[l].conversions += image->count[l].conversions;
        crew->count[l].saturated += image->count[l].saturated;
    }
    pthread_mutex_unlock(&crew->lock);
}

static void *work(void *context)
{
    Crew *crew = context;
    const XbPlan *plan = crew->model->plan;
    XbArena arena = {0};
    XbModelImage image = {.out = own_outputs(&arena, plan),
                          .codes = crew->want_codes ? code_buffers(&arena, plan) : NULL,
                          .count = xb_new(&arena, XbLayerCount, plan->layers)};
    for (int64_t n = take_image(crew); n < crew->images; n = take_image(crew)) {
        image.number = crew->first + n;
        memset(image.count, 0, sizeof *image.count * (size_t)plan->layers);
        xb_model_run(crew->model, crew->input + n * xb_shape_size(plan->input), &image);
        deliver(crew, n, &image);
    }
    xb_arena_free(&arena);
    return NULL;
}

static int thread_count(int64_t images)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int64_t most = cores < 1 ? 1 : cores > MAX_THREADS ? MAX_THREADS : cores;
    return (int)(images < most ? images : most);
}

void xb_model_run_from(const XbModel *model, int64_t first, int64_t images, const uint8_t *input,
                       uint8_t *output, XbLayerCount *count, bool want_codes, XbModelSink *sink,
                       void *context)
{
    Crew crew = {.model = model,
                 .input = input,
                 .output = output,
                 .first = first,
                 .images = images,
                 .want_codes = want_codes,
                 .sink = sink,
                 .context = context,
                 .count = count};
    pthread_t thread[MAX_THREADS];
    int started = 0, wanted = thread_count(images);
    pthread_mutex_init(&crew.lock, NULL);
    while (started + 1 < wanted && pthread_create(&thread[started], NULL, work, &crew) == 0)
        started++;
    work(&crew);  // this thread too; alone if no other could be started
    for (int i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    pthread_mutex_destroy(&crew.lock);
}

void xb_model_run_all(const XbModel *model, int64_t images, const uint8_t *input, uint8_t *output,
                      XbLayerCount *count, bool want_codes, XbModelSink *sink, void *context)
{
    xb_model_run_from(model, 0, images, input, output, count, want_codes, sink, context);
}
