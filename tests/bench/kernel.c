// SPDX-License-Identifier: Apache-2.0
// How many conversions a second each kernel of the golden model does, on one thread: layers as
// large as ResNet-8's on 128x128 crossbars, 2-bit cells, 1-bit drive lines. All kernels work on the
// same reads in turns, and time is the thread's own, so that a busy machine falsifies little.
#include "../cosim/rng.h"
#include "../unit/hand_net.h"
#include "model/parts.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LAYERS = 5, ROUNDS = 60, PASSES = 2, MOST_KERNELS = 4 };

typedef struct Reads {  // one layer and a batch of windows
    const XbMvm *mvm;
    uint8_t *inputs;
    uint64_t *bits;
    int32_t *acc;
    uint16_t *codes;      // of one window, or NULL
    int64_t conversions;  // of one pass over the batch
} Reads;

typedef struct Case {
    const char *name;
    int adc_bits;
    bool is_dense, has_codes;
    double variation, read_noise;  // of cells that are not ideal; 0: they are
} Case;

static const Case cases[] = {
    {"9 bit, lossless; random inputs", 9, true, false, 0, 0},
    {"9 bit, lossless; inputs behind a ReLU", 9, false, false, 0, 0},
    {"the same, codes recorded", 9, false, true, 0, 0},
    {"6 bit, lossy; random inputs", 6, true, false, 0, 0},
    {"6 bit, lossy; inputs behind a ReLU", 6, false, false, 0, 0},
    {"... and imperfect cells", 6, false, false, 0.1, 0},
    {"... and read noise", 6, false, false, 0.1, 0.05},
};

// ---- the network ----

static void set_layer(XbArena *arena, Rng *rng, int n, XbNetLayer *l)
{
    static const int in[LAYERS] = {16, 16, 32, 32, 64}, out[LAYERS] = {16, 32, 32, 64, 64};
    static const int size[LAYERS] = {32, 32, 16, 16, 8};
    int stride = out[n] / in[n], weights = out[n] * 9 * in[n];
    int8_t *weight = xb_new(arena, int8_t, weights);
    for (int i = 0; i < weights; i++)  // narrow around zero, as trained weights are
        weight[i] = (int8_t)((rng_range(rng, -127, 127) + rng_range(rng, -127, 127) +
                              rng_range(rng, -127, 127)) /
                             3);
    l->in = (XbShape){size[n], size[n], in[n]};
    l->out = (XbShape){size[n] / stride, size[n] / stride, out[n]};
    l->in_q[0] = l->out_q = hand_quant(0.1f, 0);
    l->act = XB_ACT_RELU;
    l->kh = l->kw = 3;
    l->stride_h = l->stride_w = stride;
    l->pad_t = l->pad_l = stride == 1;
    l->pad_b = l->pad_r = 1;
    l->weights = weight;
}

static void make_plan(XbArena *arena, const Case *which, XbPlan *plan)
{
    XbDiags d = {.arena = arena};
    XbCfg cfg = hand_cfg(XB_ROUND_DOUBLE);
    XbNet net;
    XbNetBuild build = hand_net(arena, &net, LAYERS);
    Rng rng = rng_of(1, 0);
    cfg.adc_bits = which->adc_bits;
    if (which->variation > 0)
        cfg.rram = (XbCfgRram){.is_given = true,
                               .seed = 1,
                               .frac_bits = 8,
                               .variation = which->variation,
                               .time = 1,
                               .t0 = 1,
                               .read_noise = which->read_noise};
    for (int n = 0; n < LAYERS; n++)
        set_layer(arena, &rng, n, hand_layer(&build, XB_CONV));
    hand_close(arena, &net, 0.01f);
    if (xb_plan_build(arena, &d, &cfg, &net, plan))
        return;
    xb_diags_print(&d, stderr);
    exit(3);
}

// ---- reads ----

// Half of the inputs behind a ReLU are zero and the others mostly small, as ResNet-8's are.
static uint8_t draw_input(Rng *rng, bool is_dense)
{
    if (is_dense)
        return (uint8_t)rng_below(rng, 256);
    double code = rng_chance(rng, 50) ? 0 : -20 * log(rng_real(rng, 1e-9, 1));
    return (uint8_t)(code > 255 ? 255 : code);
}

static Reads make_reads(XbArena *arena, const XbPlan *plan, int l, const XbMvm *m,
                        const Case *which)
{
    const XbPlanMap *map = m->plan->map;
    int room = 64 * m->words;
    Rng rng = rng_of(2, (uint64_t)l);
    Reads r = {.mvm = m,
               .inputs = xb_new(arena, uint8_t, XB_BATCH * room),
               .bits = xb_new(arena, uint64_t, XB_BATCH * m->code_bits * m->words),
               .acc = xb_new(arena, int32_t, (int64_t)XB_BATCH * m->accumulators)};
    if (which->has_codes)
        r.codes = xb_new(arena, uint16_t, xb_model_codes(plan, l) / m->plan->windows);
    for (int w = 0; w < XB_BATCH; w++) {
        for (int i = 0; i < map->rows; i++)
            r.inputs[w * room + i] = draw_input(&rng, which->is_dense);
        xb_model_split_bits(m, r.inputs + w * room, r.bits + w * m->code_bits * m->words);
    }
    for (int u = 0; u < m->units; u++)
        r.conversions += (int64_t)m->unit[u].conversions * map->planes * map->groups * XB_BATCH;
    return r;
}

static void read_all(const Reads *r)
{
    const XbMvm *m = r->mvm;
    for (int u = 0; u < m->units; u++)
        for (int w = 0; w < XB_BATCH; w++) {
            XbRead read = {.mvm = m,
                           .unit = &m->unit[u],
                           .inputs = r->inputs + w * 64 * m->words,
                           .bits = r->bits + w * m->code_bits * m->words,
                           .acc = r->acc + (int64_t)w * m->accumulators,
                           .codes = r->codes,
                           .wide = m->wide ? &m->wide->unit[u] : NULL,
                           .number = (uint64_t)w};
            m->read_unit(&read);
        }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// ---- the race ----

typedef struct Runner {  // one kernel
    const char *name;
    Reads reads[LAYERS];
    int64_t conversions;
    double best;  // seconds of a pass
} Runner;

static void set_runner(XbArena *arena, const XbPlan *plan, const XbKernel *kernel,
                       const Case *which, Runner *r)
{
    const XbModel *model = xb_model_new_on(arena, plan, kernel);
    *r = (Runner){.name = kernel->name, .best = 1e9};
    for (int l = 0; l < LAYERS; l++) {
        r->reads[l] = make_reads(arena, plan, l, &model->mvm[l], which);
        r->conversions += r->reads[l].conversions;
    }
}

static void run_once(Runner *r)
{
    double start = now();
    for (int n = 0; n < PASSES * LAYERS; n++)
        read_all(&r->reads[n % LAYERS]);
    double seconds = (now() - start) / PASSES;
    r->best = seconds < r->best ? seconds : r->best;
}

static int set_runners(XbArena *arena, const XbPlan *plan, const Case *which, Runner *runner)
{
    int count = 0;
    for (const XbKernel *const *at = xb_model_kernels(); *at; at++)
        if (xb_model_kernel_runs(*at) && count < MOST_KERNELS)
            set_runner(arena, plan, *at, which, &runner[count++]);
    return count;
}

// The fastest first; beside each how many times as fast as the next it is.
static void print_runners(const Case *which, const Runner *runner, int count)
{
    printf("%-38s", which->name);
    for (int i = 0; i < count; i++) {
        double ratio = i + 1 < count ? runner[i + 1].best / runner[i].best : 1;
        printf("  %s %.0f M/s", runner[i].name,
               (double)runner[i].conversions / runner[i].best / 1e6);
        if (i + 1 < count)
            printf(" (%.2f x)", ratio);
    }
    printf("\n");
}

static void run_case(const Case *which)
{
    XbArena arena = {0};
    XbPlan plan;
    Runner runner[MOST_KERNELS];
    make_plan(&arena, which, &plan);
    int count = set_runners(&arena, &plan, which, runner);
    for (int n = 0; n < ROUNDS; n++)
        for (int i = 0; i < count; i++)
            run_once(&runner[i]);
    print_runners(which, runner, count);
    xb_arena_free(&arena);
}

int main(void)
{
    printf("kernels of the golden model, conversions a second of one thread:\n");
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++)
        run_case(&cases[c]);
    return 0;
}
