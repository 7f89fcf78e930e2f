// SPDX-License-Identifier: Apache-2.0
// The verbs `plan` and `golden`.
#include "cli/folder.h"
#include "cli/golden.h"
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

static bool write_output(XbRun *run, const XbGolden *g)
{
    const XbPlan *p = &run->plan;
    if (!run->options->output)
        return true;
    int last = p->layers - 1;
    int64_t size = g->images * xb_shape_size(p->layer[last].out);
    uint8_t *q = xb_new(run->arena, uint8_t, size);
    xb_images_to_network(p, g->output, size, q);
    XbNpy array = xb_images_array(p, last, g->images, false, q);
    return xb_npy_write(run->d, run->options->output, &array);
}

static bool write_layers(XbRun *run, const XbGolden *g)
{
    const XbPlan *p = &run->plan;
    const char *folder = run->options->layers;
    if (!folder)
        return true;
    bool is_written = xb_folder_make(run->d, folder);
    for (int l = 0; l < p->layers && is_written; l++) {
        xb_images_to_network(p, g->layer[l], g->images * xb_shape_size(p->layer[l].out),
                             g->layer[l]);
        XbNpy array = xb_images_array(p, l, g->images, true, g->layer[l]);
        const char *path = xb_arena_printf(run->arena, "%s/%s.npy", folder, p->layer[l].name);
        is_written = xb_npy_write(run->d, path, &array);
    }
    return is_written;
}

static int64_t label_at(const XbNpy *labels, int64_t i)
{
    const uint8_t *at = (const uint8_t *)labels->data + i * labels->item_size;
    uint64_t value = labels->kind == 'i' && at[labels->item_size - 1] & 0x80 ? UINT64_MAX : 0;
    for (int b = labels->item_size - 1; b >= 0; b--)
        value = value << 8 | at[b];
    return (int64_t)value;
}

static int64_t best_class(const uint8_t *codes, int64_t count)
{
    int64_t best = 0;
    for (int64_t i = 1; i < count; i++)
        if (codes[i] > codes[best])
            best = i;
    return best;
}

// Counts images whose largest result (the first of equals) has the label's number.
static bool count_right(XbRun *run, const XbGolden *g, int64_t *right)
{
    XbNpy labels;
    *right = 0;
    if (!xb_npy_read(run->arena, run->d, run->options->labels, &labels))
        return false;
    if (labels.rank != 1 || labels.count < g->images) {
        xb_report(run->d, XB_ERROR, "labels-shape", run->options->labels, "",
                  "shape must be [N] with N >= %lld", (long long)g->images);
        return false;
    }
    int64_t size = xb_shape_size(run->plan.layer[run->plan.layers - 1].out);
    for (int64_t i = 0; i < g->images; i++)
        *right += best_class(g->output + i * size, size) == label_at(&labels, i);
    return true;
}

static void print_json_layers(const XbRun *run, const XbGolden *g)
{
    const XbPlan *p = &run->plan;
    for (int l = 0; l < p->layers; l++) {
        const XbLayerCount *c = &g->count[l];
        printf("    {\"name\": \"%s\", \"kind\": \"%s\", \"reads\": %lld, \"conversions\": %lld, "
               "\"saturated\": %lld}%s\n",
               p->layer[l].name, xb_kind_name(p->layer[l].kind), (long long)c->reads,
               (long long)c->conversions, (long long)c->saturated, l + 1 < p->layers ? "," : "");
    }
}

static void print_json(const XbRun *run, const XbGolden *g, int64_t right)
{
    printf("{\n  \"images\": %lld,\n", (long long)g->images);
    if (run->options->labels)
        printf("  \"correct\": %lld,\n  \"accuracy\": %.6f,\n", (long long)right,
               (double)right / (double)g->images);
    printf("  \"layers\": [\n");
    print_json_layers(run, g);
    printf("  ]\n}\n");
}

static void print_text(const XbRun *run, const XbGolden *g, int64_t right)
{
    int64_t conversions = 0, saturated = 0;
    for (int l = 0; l < run->plan.layers; l++) {
        conversions += g->count[l].conversions;
        saturated += g->count[l].saturated;
    }
    if (run->options->naive)
        printf("naive: %lld images\n", (long long)g->images);
    else
        printf("golden: %lld images, %lld conversions, %lld saturated\n", (long long)g->images,
               (long long)conversions, (long long)saturated);
    if (run->options->labels)
        printf("accuracy: %.2f %% (%lld/%lld)\n", 100.0 * (double)right / (double)g->images,
               (long long)right, (long long)g->images);
}

int xb_verb_golden(XbRun *run)
{
    XbImages images;
    int64_t right = 0;
    if (!xb_images_get(run, 1, &images))
        return XB_BAD_INPUT;
    XbKeep keep = run->options->layers ? XB_KEEP_LAYERS : XB_KEEP_OUTPUT;
    XbGolden g =
        run->options->naive ? xb_golden_naive(run, &images) : xb_golden_run(run, &images, keep);
    if (run->options->labels && !count_right(run, &g, &right))
        return XB_BAD_INPUT;
    if (!write_output(run, &g) || !write_layers(run, &g))
        return XB_ENVIRONMENT;
    if (run->options->json)
        print_json(run, &g, right);
    else
        print_text(run, &g, right);
    return XB_OK;
}
