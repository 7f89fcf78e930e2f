// SPDX-License-Identifier: Apache-2.0
// The verb `calibrate`: sums of images without losses, the search, a configuration and reports.
#include "cli/calibrate.h"

#include "cli/folder.h"
#include "cli/labels.h"
#include "cli/prepare.h"
#include <stdio.h>
#include <string.h>

#include "xbgen/file.h"

// ---- the lossless network ----

// What the converters of a layer are given a range for; NULL: the layer has none.
static const XbPlanMap *ranged(const XbPlanLayer *l) { return l->blocks ? NULL : l->map; }

static XbPlanAdc lossless_adc(const XbPlan *p, const XbPlanAdc *full)
{
    XbPlanAdc adc = *full;
    adc.bits = full->lossless_bits;
    adc.delta = 1;
    adc.lo = p->analog ? -(1 << (adc.bits - 1)) : 0;
    adc.lossless = true;
    return adc;
}

// Converters as wide as sums are, which no cfg.json could ask for.
static void make_lossless(XbRun *run)
{
    XbPlan *p = &run->plan;
    XbPlanLayer *layer = xb_new(run->arena, XbPlanLayer, p->layers);
    XbPlanMap *map = xb_new(run->arena, XbPlanMap, p->layers);
    for (int l = 0; l < p->layers; l++) {
        layer[l] = p->layer[l];
        if (!ranged(&layer[l]))
            continue;
        map[l] = *layer[l].map;
        map[l].adc = lossless_adc(p, &map[l].adc);
        layer[l].map = &map[l];
    }
    p->layer = layer;
}

static bool prepare(XbRun *run, XbCfg *asked)
{
    if (!xb_cfg_read(run->arena, run->d, run->options->arch, &run->cfg))
        return false;
    *asked = run->cfg;
    xb_calib_idealize(run->arena, &run->cfg);
    if (!xb_cli_prepare(run, XB_PREPARE_PLAN))
        return false;
    make_lossless(run);
    return xb_plan_prove(run->arena, run->d, run->cfg.file, &run->plan);
}

// ---- what is asked for ----

static XbGoal goal_of(const XbRun *run)
{
    const XbOptions *o = run->options;
    return (XbGoal){.criterion = o->criterion[0] == 'a' ? XB_ABSOLUTE : XB_SQUARED,
                    .by_plane = o->weight[0] == 'p',
                    .power_of_two = o->power_of_two,
                    .is_signed = run->plan.analog};
}

static int bits_asked(const XbRun *run, const XbCfg *asked, const char *name)
{
    int bits = asked->adc_bits;
    for (int i = 0; i < asked->layers; i++)
        if (asked->layer[i].adc_bits && strcmp(asked->layer[i].name, name) == 0)
            bits = asked->layer[i].adc_bits;
    return run->options->bits ? run->options->bits : bits;
}

static XbCalib new_calib(XbRun *run, const XbCfg *asked)
{
    const XbPlan *p = &run->plan;
    XbCalib c = {.run = run, .goal = goal_of(run), .frac_bits = asked->rram.frac_bits};
    c.layer = xb_new(run->arena, XbCalibLayer, p->layers);
    for (int l = 0; l < p->layers; l++) {
        const XbPlanMap *map = ranged(&p->layer[l]);
        if (!map)
            continue;
        XbCalibLayer *layer = &c.layer[c.layers++];
        layer->layer = l;
        layer->name = p->layer[l].name;
        layer->imax = map->adc.imax;
        layer->lossless_bits = map->adc.lossless_bits;
        layer->fit.bits = bits_asked(run, asked, layer->name);
    }
    return c;
}

static bool check_bits(const XbCalib *c)
{
    const XbRun *run = c->run;
    bool is_network = run->options->scope[0] == 'n';
    for (int i = 0; i < c->layers && !run->options->budget; i++) {
        const XbCalibLayer *l = &c->layer[i];
        if (c->goal.is_signed && l->fit.bits < 2)
            xb_report(run->d, XB_ERROR, "calibrate-bits", run->cfg.file,
                      xb_arena_printf(run->arena, "layer %s", l->name),
                      "1 bit is asked for; analog subtraction needs 2..%d bits", XB_MOST_ADC_BITS);
        else if (is_network && l->fit.bits != c->layer[0].fit.bits)
            xb_report(run->d, XB_ERROR, "calibrate-scope", run->cfg.file,
                      xb_arena_printf(run->arena, "layer %s", l->name),
                      "%d bits, but layer %s has %d; one range for the network needs the same bits "
                      "everywhere, which --bits gives",
                      l->fit.bits, c->layer[0].name, c->layer[0].fit.bits);
        else
            continue;
        return false;
    }
    return true;
}

// ---- images ----

static void tally_batch(XbCalib *c, void *context, int64_t first, int64_t count,
                        const uint8_t *codes)
{
    const XbPlan *p = &c->run->plan;
    XbArena scratch = {0};
    int64_t size = xb_plan_bytes(p, p->layers - 1);
    uint8_t *output = xb_new(&scratch, uint8_t, count * size);
    xb_model_tally_all(context, count, codes, output, c->tally);
    for (int64_t i = 0; i < count; i++)
        c->class[first + i] = xb_labels_class(p, output + i * size);
    xb_arena_free(&scratch);
}

static bool tally_images(XbCalib *c, const XbImages *images, XbModel *model)
{
    XbRun *run = c->run;
    c->images = images->count;
    c->class = xb_new(run->arena, int64_t, c->images);
    c->tally = xb_model_tallies(run->arena, model);
    if (!xb_calib_images(c, images, "sums", tally_batch, model))
        return false;
    for (int i = 0; i < c->layers; i++) {
        XbCalibLayer *l = &c->layer[i];
        l->tally = &c->tally[l->layer];
        l->histogram = xb_calib_histogram(run->arena, l->tally, &c->goal, run->plan.dac_bits);
        l->spread = xb_calib_spread(l->tally, -1, -1);
    }
    return true;
}

// ---- ranges ----

static void search_network(XbCalib *c)
{
    XbHistogram sum = c->layer[0].histogram;
    int64_t imax = c->layer[0].imax;
    for (int i = 1; i < c->layers; i++) {
        sum = xb_calib_sum(c->run->arena, &sum, &c->layer[i].histogram);
        imax = c->layer[i].imax > imax ? c->layer[i].imax : imax;
    }
    XbFit fit = xb_calib_search(&sum, &c->goal, c->layer[0].fit.bits, imax);
    for (int i = 0; i < c->layers; i++)
        c->layer[i].fit = fit;
}

static void search_layers(XbCalib *c)
{
    for (int i = 0; i < c->layers; i++) {
        XbCalibLayer *l = &c->layer[i];
        l->fit = xb_calib_search(&l->histogram, &c->goal, l->fit.bits, l->imax);
    }
}

static bool search(XbCalib *c, const XbImages *images, const XbModel *model)
{
    if (c->run->options->budget)
        return xb_calib_spend(c, images, model);
    if (c->run->options->scope[0] == 'n')
        search_network(c);
    else
        search_layers(c);
    return true;
}

// What a layer's range does to that layer.
static void judge_layers(XbCalib *c)
{
    for (int i = 0; i < c->layers; i++) {
        XbCalibLayer *l = &c->layer[i];
        const XbFit *fit = &l->fit;
        l->fit.error =
            xb_calib_error(&l->histogram, c->goal.criterion, fit->bits, fit->delta, fit->lo);
        l->clipped = xb_calib_clipped(l->tally, -1, -1, fit);
        if (fit->bits > 1 || !c->goal.is_signed)
            l->full = xb_calib_full(&l->histogram, &c->goal, fit->bits, l->imax);
    }
}

static void count_kept(XbCalib *c, void *context, int64_t first, int64_t count,
                       const uint8_t *codes)
{
    c->kept +=
        xb_calib_kept(context, &c->run->plan, xb_labels_class, count, codes, c->class + first);
}

// Runs the images with the ranges that were found.
static bool check_images(XbCalib *c, const XbImages *images, XbModel *model)
{
    for (int i = 0; i < c->layers; i++) {
        int l = c->layer[i].layer;
        XbPlanAdc adc = xb_calib_adc(&c->run->plan.layer[l].map->adc, &c->layer[i].fit);
        model = xb_model_with_adc(c->run->arena, model, l, &adc);
    }
    return xb_calib_images(c, images, "check", count_kept, model);
}

// ---- results ----

static bool write_histogram(const XbCalib *c, const XbCalibLayer *l)
{
    XbArena scratch = {0};
    const XbTally *t = l->tally;
    int64_t first = c->goal.is_signed ? -l->imax : 0, size = l->imax - first + 1;
    int64_t span = (int64_t)t->high - t->low + 1, parts = (int64_t)t->planes * t->slices;
    int64_t *count = xb_new(&scratch, int64_t, parts * size);
    for (int64_t k = 0; k < parts; k++)
        memcpy(count + k * size + t->low - first, t->count + k * span,
               sizeof *count * (size_t)span);
    XbNpy array = {.kind = 'i',
                   .item_size = 8,
                   .rank = 3,
                   .shape = {t->planes, t->slices, size},
                   .count = parts * size,
                   .data = count};
    const char *folder = c->run->options->histograms;
    bool is_written =
        xb_npy_write(c->run->d, xb_arena_printf(&scratch, "%s/%s.npy", folder, l->name), &array);
    xb_arena_free(&scratch);
    return is_written;
}

static bool write_all(const XbCalib *c, const char *cfg)
{
    const XbOptions *o = c->run->options;
    bool is_written = !o->histograms || xb_folder_make(c->run->d, o->histograms);
    for (int i = 0; i < c->layers && is_written && o->histograms; i++)
        is_written = write_histogram(c, &c->layer[i]);
    if (is_written && o->report) {
        const char *report = xb_calib_json(c);
        is_written = xb_file_write(c->run->d, o->report, report, strlen(report));
    }
    return is_written && xb_file_write(c->run->d, o->output, cfg, strlen(cfg));
}

static int calibrate(XbCalib *c, const XbImages *images)
{
    XbRun *run = c->run;
    if (run->options->budget && !xb_calib_allowed(run, images->count, &c->allowed))
        return XB_BAD_INPUT;
    XbModel *model = xb_model_new_on(run->arena, &run->plan, run->options->kernel);
    if (!tally_images(c, images, model) || !search(c, images, model) ||
        !check_images(c, images, model))
        return XB_BAD_INPUT;
    judge_layers(c);
    const char *cfg = xb_calibrated_cfg(c, run->options->output);
    if (!cfg)
        return XB_BAD_INPUT;
    if (!write_all(c, cfg))
        return XB_ENVIRONMENT;
    if (run->options->json)
        fputs(xb_calib_json(c), stdout);
    else
        xb_calib_print(c);
    return XB_OK;
}

int xb_verb_calibrate(XbRun *run)
{
    XbCfg asked;
    XbImages images;
    if (!prepare(run, &asked))
        return XB_BAD_INPUT;
    XbCalib c = new_calib(run, &asked);
    if (!c.layers) {
        xb_report(run->d, XB_ERROR, "calibrate-layers", run->cfg.file, "",
                  "the network has no layer with converters");
        return XB_BAD_INPUT;
    }
    if (!check_bits(&c) || !xb_images_open(run, run->options->input, 1, &images))
        return XB_BAD_INPUT;
    int status = calibrate(&c, &images);
    xb_images_close(&images);
    xb_arena_free(&c.budget.round);
    return status;
}
