// SPDX-License-Identifier: Apache-2.0
// The verbs `plan` and `golden`.
#include "cli/folder.h"
#include "cli/golden.h"
#include "cli/labels.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "xbgen/emit.h"

int xb_verb_plan(XbRun *run)
{
    fputs(run->options->json ? xb_plan_json(run->arena, &run->plan)
                             : xb_plan_text(run->arena, &run->plan),
          stdout);
    return XB_OK;
}

typedef struct Golden {  // what the verb `golden` makes of batch after batch
    XbRun *run;
    int64_t images, done, right;
    XbNpy labels;
    XbLayerCount *count;  // [layer]
    XbFileWriter output;  // not open: not asked for
    XbFileWriter *layer;  // [layer], likewise; NULL: not asked for
} Golden;

static bool begin_output(Golden *g)
{
    XbRun *run = g->run;
    if (!run->options->output)
        return true;
    XbNpy array = xb_images_array(&run->plan, run->plan.layers - 1, g->images, false);
    return xb_npy_begin(run->arena, run->d, run->options->output, &array, &g->output);
}

static bool begin_layers(Golden *g)
{
    XbRun *run = g->run;
    const XbPlan *p = &run->plan;
    const char *folder = run->options->layers;
    if (!folder)
        return true;
    g->layer = xb_new(run->arena, XbFileWriter, p->layers);
    for (int l = 0; l < p->layers; l++)
        g->layer[l].fd = -1;
    bool is_begun = xb_folder_make(run->d, folder);
    for (int l = 0; l < p->layers && is_begun; l++) {
        XbNpy array = xb_images_array(p, l, g->images, true);
        const char *path = xb_arena_printf(run->arena, "%s/%s.npy", folder, p->layer[l].name);
        is_begun = xb_npy_begin(run->arena, run->d, path, &array, &g->layer[l]);
    }
    return is_begun;
}

// `codes` become the network's numbers in place.
static bool append(const XbPlan *p, int l, int64_t images, uint8_t *codes, XbFileWriter *to)
{
    int64_t size = images * xb_shape_size(p->layer[l].out);
    xb_images_to_network(p, l, codes, size, codes);
    return xb_file_append(to, codes, (size_t)(images * xb_plan_bytes(p, l)));
}

static bool append_output(Golden *g, const XbBatch *batch)
{
    const XbPlan *p = &g->run->plan;
    int64_t size = batch->count * xb_plan_bytes(p, p->layers - 1);
    XbArena scratch = {0};
    uint8_t *q = memcpy(xb_new(&scratch, uint8_t, size), batch->output, (size_t)size);
    bool is_written = append(p, p->layers - 1, batch->count, q, &g->output);
    xb_arena_free(&scratch);
    return is_written;
}

static bool end_files(Golden *g)
{
    bool is_written = !g->run->options->output || xb_file_end(&g->output);
    for (int l = 0; g->layer && l < g->run->plan.layers && is_written; l++)
        is_written = xb_file_end(&g->layer[l]);
    return is_written;
}

static void drop_files(Golden *g)
{
    xb_file_drop(&g->output);
    for (int l = 0; g->layer && l < g->run->plan.layers; l++)
        xb_file_drop(&g->layer[l]);
}

static bool take_batch(void *context, const XbBatch *batch)
{
    Golden *g = context;
    const XbPlan *p = &g->run->plan;
    if (g->run->options->labels)
        g->right += xb_labels_right(p, &g->labels, g->done, batch->count, batch->output);
    bool is_taken = !g->run->options->output || append_output(g, batch);
    for (int l = 0; g->layer && l < p->layers && is_taken; l++)
        is_taken = append(p, l, batch->count, batch->layer[l], &g->layer[l]);
    g->done += batch->count;
    return is_taken;
}

static void print_json_layers(const Golden *g)
{
    const XbPlan *p = &g->run->plan;
    for (int l = 0; l < p->layers; l++) {
        const XbLayerCount *c = &g->count[l];
        printf("    {\"name\": \"%s\", \"kind\": \"%s\", \"reads\": %lld, \"conversions\": %lld, "
               "\"saturated\": %lld}%s\n",
               p->layer[l].name, xb_kind_name(p->layer[l].kind), (long long)c->reads,
               (long long)c->conversions, (long long)c->saturated, l + 1 < p->layers ? "," : "");
    }
}

static void print_json_accuracy(const Golden *g)
{
    XbInterval i = xb_labels_interval(g->right, g->images);
    printf("  \"correct\": %lld,\n  \"accuracy\": %.6f,\n", (long long)g->right,
           (double)g->right / (double)g->images);
    printf("  \"accuracy_interval\": [%.6f, %.6f],\n", i.low, i.high);
}

static void print_json(const Golden *g)
{
    printf("{\n  \"images\": %lld,\n", (long long)g->images);
    if (g->run->options->labels)
        print_json_accuracy(g);
    printf("  \"layers\": [\n");
    print_json_layers(g);
    printf("  ]\n}\n");
}

static void print_accuracy(const Golden *g)
{
    XbInterval i = xb_labels_interval(g->right, g->images);
    printf("accuracy: %.2f %% (%lld/%lld), 95 %% interval %.2f to %.2f %%\n",
           100.0 * (double)g->right / (double)g->images, (long long)g->right, (long long)g->images,
           100 * i.low, 100 * i.high);
}

static void print_text(const Golden *g)
{
    int64_t conversions = 0, saturated = 0;
    for (int l = 0; l < g->run->plan.layers; l++) {
        conversions += g->count[l].conversions;
        saturated += g->count[l].saturated;
    }
    if (g->run->options->naive)
        printf("naive: %lld images\n", (long long)g->images);
    else
        printf("golden: %lld images, %lld conversions, %lld saturated\n", (long long)g->images,
               (long long)conversions, (long long)saturated);
    if (g->run->options->labels)
        print_accuracy(g);
}

static bool run_golden(Golden *g, const XbImages *images)
{
    XbKeep keep = g->layer ? XB_KEEP_LAYERS : XB_KEEP_OUTPUT;
    return g->run->options->naive ? xb_golden_naive(g->run, images, keep, take_batch, g)
                                  : xb_golden_run(g->run, images, keep, g->count, take_batch, g);
}

static int fill_files(Golden *g, const XbImages *images)
{
    if (!begin_output(g) || !begin_layers(g))
        return XB_ENVIRONMENT;
    if (!run_golden(g, images))
        return XB_BAD_INPUT;  // what was reported may raise it
    return end_files(g) ? XB_OK : XB_ENVIRONMENT;
}

// ---- trials ----

static bool plan_chip(XbRun *run, XbDiags *d)
{
    return xb_plan_build(run->arena, d, &run->cfg, &run->net, &run->plan) &&
           xb_plan_prove(run->arena, d, run->cfg.file, &run->plan);
}

// What was said of the chip that cfg.json has is not said again of others, unless they cannot be.
static bool plan_trial(XbRun *run)
{
    XbDiags silent = {.arena = run->arena};
    return plan_chip(run, &silent) || plan_chip(run, run->d);
}

// Right answers of the chip whose seed is `trial` more; false if it cannot be run, which is
// reported.
static bool run_trial(const Golden *g, const XbImages *images, int trial, int64_t *right)
{
    XbArena scratch = {0};
    XbRun run = *g->run;
    run.arena = &scratch;
    run.model = NULL;
    run.cfg.rram.seed += (uint64_t)trial;
    Golden one = {.run = &run, .images = g->images, .labels = g->labels};
    bool is_run = !trial || plan_trial(&run);  // the first chip is planned
    one.count = xb_new(&scratch, XbLayerCount, g->run->plan.layers);
    is_run = is_run && run_golden(&one, images);
    *right = one.right;
    xb_arena_free(&scratch);
    return is_run;
}

static void print_trials(const Golden *g, const double *accuracy, int trials, bool is_json)
{
    double mean = 0, square = 0;
    for (int i = 0; i < trials; i++)
        mean += accuracy[i] / trials;
    for (int i = 0; i < trials; i++)
        square += (accuracy[i] - mean) * (accuracy[i] - mean);
    double deviation = trials > 1 ? sqrt(square / (trials - 1)) : 0;
    printf(is_json ? "{\n  \"images\": %lld,\n  \"trials\": [" : "golden: %lld images a trial\n",
           (long long)g->images);
    for (int i = 0; i < trials; i++) {
        unsigned long long seed = (unsigned long long)(g->run->cfg.rram.seed + (uint64_t)i);
        if (is_json)
            printf("%s\n    {\"seed\": \"0x%llx\", \"accuracy\": %.6f}", i ? "," : "", seed,
                   accuracy[i]);
        else
            printf("trial %d, seed 0x%llx: accuracy %.2f %%\n", i, seed, 100 * accuracy[i]);
    }
    printf(is_json ? "\n  ],\n  \"mean\": %.6f,\n  \"deviation\": %.6f\n}\n"
                   : "mean %.2f %%, standard deviation %.2f %%\n",
           is_json ? mean : 100 * mean, is_json ? deviation : 100 * deviation);
}

// A deviation of 0 would look like a result.
static void note_one_chip(const XbRun *run)
{
    const XbCfgRram *r = &run->cfg.rram;
    XbPath at = {.key = "rram"};
    bool is_drawn = r->variation > 0 || r->stuck_on > 0 || r->stuck_off > 0 || r->read_noise > 0;
    if (!is_drawn && run->options->trials > 1)
        xb_report_json(run->d, XB_NOTE, "trials-alike", run->cfg.file, &at,
                       "variation, stuck_on, stuck_off and read_noise are 0, so nothing is drawn "
                       "from the seed: all trials are one chip");
}

static int run_trials(Golden *g, const XbImages *images)
{
    int trials = g->run->options->trials;
    note_one_chip(g->run);
    double *accuracy = xb_new(g->run->arena, double, trials);
    for (int i = 0; i < trials; i++) {
        int64_t right;
        if (!run_trial(g, images, i, &right))
            return XB_BAD_INPUT;
        accuracy[i] = (double)right / (double)g->images;
    }
    print_trials(g, accuracy, trials, g->run->options->json);
    return XB_OK;
}

int xb_verb_golden(XbRun *run)
{
    XbImages images;
    if (!xb_images_open(run, run->options->input, 1, &images))
        return XB_BAD_INPUT;
    Golden g = {.run = run,
                .images = images.count,
                .count = xb_new(run->arena, XbLayerCount, run->plan.layers),
                .output.fd = -1};
    bool is_labelled = !run->options->labels || xb_labels_read(run, g.images, &g.labels);
    int status = !is_labelled           ? XB_BAD_INPUT
                 : run->options->trials ? run_trials(&g, &images)
                                        : fill_files(&g, &images);
    drop_files(&g);
    xb_images_close(&images);
    if (run->options->trials)
        return status;
    if (status == XB_OK && run->options->json)
        print_json(&g);
    else if (status == XB_OK)
        print_text(&g);
    return status;
}
