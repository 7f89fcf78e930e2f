// SPDX-License-Identifier: Apache-2.0
// Figures of a simulation in the place of those of the plan.
#include "cli/compare.h"
#include "cli/cosim.h"
#include <math.h>
#include <stdio.h>
#include <unistd.h>

// As many as show the interval: a short run may be inside as a whole before its first image comes
// out, and what was stored leaves faster then.
static int images_to_play(const XbRun *run)
{
    const XbPlan *p = &run->plan;
    return run->options->images ? run->options->images : (int)(p->latency / p->interval) + 2;
}

// What was counted over so many images. `layer` NULL: the chip.
static int take(XbColumn *column, const char *layer, XbFigures *planned, XbFigure figure,
                double counted, double images)
{
    double due = planned->value[figure] * images;
    if (isnan(counted) || isnan(due))
        return XB_OK;
    planned->value[figure] = counted / images;
    column->measured[figure] = true;
    if (counted == due)
        return XB_OK;
    fprintf(stderr, "xbgen: mismatch: %s%s%s: %s: measured are %.0f, planned %.0f\n",
            column->options.arch, layer ? ", layer " : "", layer ? layer : "",
            xb_figure_kind(figure)->key, counted, due);
    return XB_DIFFERS;
}

static double pace_of(const XbPlan *p, const XbJson *results)
{
    double interval = xb_json_number(results, "interval", NAN);
    double latency = xb_json_number(results, "latency", NAN);
    double images = xb_json_number(results, "images", 0), pace = (double)p->interval;
    return interval > pace || (images - 1) * pace >= latency ? interval : NAN;
}

static int take_chip(XbColumn *column, const XbJson *results)
{
    XbFigures *chip = &column->chip;
    double interval = pace_of(&column->run.plan, results);
    int status = take(column, NULL, chip, XB_FIGURE_INTERVAL, interval, 1);
    status |=
        take(column, NULL, chip, XB_FIGURE_LATENCY, xb_json_number(results, "latency", NAN), 1);
    if (column->measured[XB_FIGURE_INTERVAL])
        chip->value[XB_FIGURE_RATE] = xb_figure_rate(interval);
    column->measured[XB_FIGURE_RATE] = column->measured[XB_FIGURE_INTERVAL];
    return status;
}

// Codes that the port stored; without counters the words of the stream are known, which are the same.
static double stores(const XbJson *counted, int channels)
{
    double words = xb_json_number(counted, "stream_out", NAN);
    return xb_json_number(counted, "words_out", words * channels);
}

static int take_layer(XbColumn *column, int l, const XbJson *counted, double images)
{
    const XbPlanLayer *layer = &column->run.plan.layer[l];
    XbFigures *f = &column->layer[l];
    int status = take(column, layer->name, f, XB_FIGURE_WORDS_IN,
                      xb_json_number(counted, "words_in", NAN), images);
    status |=
        take(column, layer->name, f, XB_FIGURE_WORDS_OUT, stores(counted, layer->out.c), images);
    return status | take(column, layer->name, f, XB_FIGURE_CONVERSIONS,
                         xb_json_number(counted, "conversions", NAN), images);
}

// The chip's is the sum over its layers.
static void add_up(XbColumn *column, XbFigure figure)
{
    double sum = 0;
    for (int l = 0; l < column->run.plan.layers; l++) {
        double value = column->layer[l].value[figure];
        sum += isnan(value) ? 0 : value;
    }
    column->chip.value[figure] = sum;
}

static int take_all(XbColumn *column, const XbJson *results)
{
    const XbJson *list = xb_json_member(results, "layers");
    const XbJson *counted = list ? list->first : NULL;
    double images = xb_json_number(results, "images_counted", 1);
    int status = take_chip(column, results);
    for (int l = 0; l < column->run.plan.layers && counted; l++, counted = counted->next)
        status |= take_layer(column, l, counted, images);
    add_up(column, XB_FIGURE_WORDS_IN);
    add_up(column, XB_FIGURE_WORDS_OUT);
    add_up(column, XB_FIGURE_CONVERSIONS);
    column->images = (int)xb_json_number(results, "images_done", 0);
    return status;
}

int xb_compare_measure(XbColumn *column, const char *folder)
{
    const XbJson *results = NULL;
    column->options.images = images_to_play(&column->run);
    column->options.json = true;  // our own table goes to standard output, nothing else
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "xbgen: simulating %s in %s\n", column->options.arch, folder);
    int status = xb_cosim_results(&column->run, folder, &results);
    if (status != XB_OK)
        return status;
    return results ? take_all(column, results) : XB_ENVIRONMENT;
}
