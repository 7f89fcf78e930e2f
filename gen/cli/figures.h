// SPDX-License-Identifier: Apache-2.0
// What configurations are compared by: a few figures of a plan, and of its layers.
#ifndef XBGEN_CLI_FIGURES_H
#define XBGEN_CLI_FIGURES_H

#include <stdbool.h>

#include "xbgen/plan.h"

typedef enum {
    XB_FIGURE_ARRAYS,
    XB_FIGURE_UTILIZATION,  // per cent of the cells of these arrays that hold weights
    XB_FIGURE_INTERVAL,     // cycles per image
    XB_FIGURE_LATENCY,      // cycles
    XB_FIGURE_RATE,         // images in a million cycles
    XB_FIGURE_WORDS_IN,     // codes that buffer ports load for an image
    XB_FIGURE_WORDS_OUT,    // ... and store
    XB_FIGURE_CONVERSIONS,  // for an image
    XB_FIGURE_CONVERTERS,   // of all arrays
    XB_FIGURE_ADC_ENERGY,   // for an image: 2^bits a conversion
    XB_FIGURE_MEMORY_BITS,
    XB_FIGURE_RING_BITS,      // of all replicas
    XB_FIGURE_RING_REPLICAS,  // memories that hold a ring
    XB_FIGURES
} XbFigure;

typedef struct XbFigureKind {
    const char *key, *title;
    int decimals;
    bool is_more_better;  // else less is
    bool is_of_layers;    // a layer has it too
} XbFigureKind;

const XbFigureKind *xb_figure_kind(XbFigure figure);

typedef struct XbFigures {
    double value[XB_FIGURES];  // integers stay exact; NAN: has no such figure
} XbFigures;

// Of the chip, and of one layer of it.
XbFigures xb_figures_chip(const XbPlan *plan);
XbFigures xb_figures_layer(const XbPlan *plan, const XbPlanLayer *layer);

// As it is printed everywhere; NULL for NAN.
const char *xb_figure_text(XbArena *arena, XbFigure figure, double value);

// Images in a million cycles, one every `interval`.
double xb_figure_rate(double interval);

#endif
