// SPDX-License-Identifier: Apache-2.0
// The option --budget: how much may be lost, and round after round until it is.
#include "cli/calibrate.h"
#include "cli/labels.h"
#include <stdio.h>
#include <string.h>

enum { MOST_DIGITS = 9 };

// "1%", "0.25%": the share as digits * 10^-decimals, exactly.
static bool read_percent(const char *text, int64_t *digits, int64_t *unit)
{
    int decimals = -1, count = 0;
    *digits = 0;
    *unit = 1;
    for (; *text && *text != '%'; text++) {
        if (*text == '.' && decimals < 0 && count)
            decimals = 0;
        else if (*text >= '0' && *text <= '9' && count++ < MOST_DIGITS) {
            *digits = 10 * *digits + (*text - '0');
            *unit *= decimals < 0 ? 1 : 10;
            decimals += decimals >= 0;
        } else
            return false;
    }
    return count && decimals != 0 && strcmp(text, "%") == 0 && *digits <= 100 * *unit;
}

bool xb_calib_allowed(XbRun *run, int64_t images, int64_t *allowed)
{
    const char *text = run->options->budget;
    const char *option = xb_arena_printf(run->arena, "--budget %s", text);
    const XbPlan *p = &run->plan;
    int64_t digits, unit;
    if (!read_percent(text, &digits, &unit)) {
        xb_report(run->d, XB_ERROR, "calibrate-budget", option, "",
                  "is no share of the images; 0%% to 100%% are allowed, with at most %d digits: "
                  "1%%, 0.25%%",
                  MOST_DIGITS);
        return false;
    }
    if (xb_shape_size(p->layer[p->layers - 1].out) < 2) {
        xb_report(run->d, XB_ERROR, "calibrate-budget", option, "",
                  "the network gives one number an image: there are no classes to keep");
        return false;
    }
    *allowed = (int64_t)((XbInt128)images * digits / (100 * unit));
    return true;
}

static void judge(XbCalib *c, void *context, int64_t first, int64_t count, const uint8_t *codes)
{
    (void)context;
    xb_budget_judge(&c->budget, count, codes, c->class + first);
}

static void print_step(const XbCalib *c, const XbBudgetStep *s)
{
    if (c->run->options->json)
        return;
    printf("budget: %s %d -> %d bits, %lld of %lld images keep their class, %lld evaluations\n",
           c->layer[s->layer].name, s->bits + 1, s->bits, (long long)s->kept, (long long)c->images,
           (long long)c->budget.evaluations);
    fflush(stdout);
}

static void note_start(XbCalib *c)
{
    int *start = xb_new(c->run->arena, int, c->layers), bits = 0;
    for (int i = 0; i < c->layers; i++)
        bits += start[i] = c->budget.layer[i].bits;
    c->start = start;
    c->step = xb_new(c->run->arena, XbBudgetStep, bits);  // a bit each
    if (!c->run->options->json)
        printf("budget: %lld of %lld images may change their class\n", (long long)c->allowed,
               (long long)c->images);
}

static bool begin(XbCalib *c, const XbModel *lossless)
{
    XbRun *run = c->run;
    XbBudgetLayer *layer = xb_new(run->arena, XbBudgetLayer, c->layers);
    int bad;
    for (int i = 0; i < c->layers; i++) {
        layer[i].layer = c->layer[i].layer;
        layer[i].histogram = &c->layer[i].histogram;
        layer[i].imax = c->layer[i].imax;
    }
    c->budget = (XbBudget){.plan = &run->plan,
                           .goal = &c->goal,
                           .class_of = xb_labels_class,
                           .layers = c->layers,
                           .layer = layer,
                           .arena = run->arena};
    if (xb_budget_begin(&c->budget, lossless, &bad))
        return true;
    xb_report(run->d, XB_ERROR, "calibrate-budget", run->cfg.file,
              xb_arena_printf(run->arena, "layer %s", c->layer[bad].name),
              "no range of %d bits is without error, which a budget begins with; fewer active "
              "rows, or fewer bits of DACs and cells, make sums smaller",
              XB_MOST_ADC_BITS);
    return false;
}

bool xb_calib_spend(XbCalib *c, const XbImages *images, const XbModel *lossless)
{
    if (!begin(c, lossless))
        return false;
    note_start(c);
    while (xb_budget_begin_round(&c->budget)) {
        if (!xb_calib_images(c, images, "budget", judge, NULL))
            return false;
        if (!xb_budget_decide(&c->budget, c->images - c->allowed, &c->step[c->steps]))
            break;
        print_step(c, &c->step[c->steps++]);
    }
    for (int i = 0; i < c->layers; i++)
        c->layer[i].fit = c->budget.layer[i].fit[c->budget.layer[i].bits];
    return true;
}
