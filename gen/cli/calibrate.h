// SPDX-License-Identifier: Apache-2.0
// What the parts of the verb `calibrate` share.
#ifndef XBGEN_CLI_CALIBRATE_H
#define XBGEN_CLI_CALIBRATE_H

#include "cli/images.h"

#include "xbgen/calib.h"

typedef struct XbCalibLayer {  // a layer with weights
    int layer;                 // of the plan
    const char *name;
    const XbTally *tally;
    XbHistogram histogram;     // weighted as the goal wants it
    XbSpread spread;
    int64_t imax;
    int lossless_bits;
    XbFit fit;                 // what was chosen
    XbFit full;                // the full range of as many bits, beside it
    int64_t clipped;
} XbCalibLayer;

typedef struct XbCalib {
    XbRun *run;                // its plan has converters that lose nothing
    XbGoal goal;
    int frac_bits;             // cfg.json counts steps in units of 2^-frac_bits of a level
    int64_t images;
    int64_t *class;            // [images] of the lossless network
    XbTally *tally;            // [layers of the plan]
    int layers;
    XbCalibLayer *layer;
    int64_t kept;              // images that keep their class with what was chosen
    int64_t allowed;           // --budget: images that may lose theirs
    XbBudget budget;
    const int *start;          // [layers] bits that the budget began with
    int steps;
    XbBudgetStep *step;        // [steps]
} XbCalib;

// ---- calibrate_images.c ----

// Takes the images first .. first + count - 1 as codes.
typedef void XbCalibTake(XbCalib *c, void *context, int64_t first, int64_t count, const uint8_t *codes);

// Hands all images on, batch by batch, and shows progress on a terminal. False: they cannot be read.
bool xb_calib_images(XbCalib *c, const XbImages *images, const char *what, XbCalibTake *take, void *context);

// ---- calibrate_cfg.c ----

// cfg.json with the ranges that were found, as text; paths in it as seen from the file `to`. Reports what is
// wrong with it, which nothing should be, and gives NULL.
char *xb_calibrated_cfg(const XbCalib *c, const char *to);

// run->cfg without anything that loses something: the widest converters, cells without faults.
void xb_calib_idealize(XbArena *arena, XbCfg *cfg);

// The path of the file or folder `path` as seen from the folder of the file `to`.
const char *xb_path_from(XbArena *arena, const char *to, const char *path);

// ---- calibrate_budget.c ----

// Reads P of --budget: *allowed of `images` images may lose their class. Reports [calibrate-budget].
bool xb_calib_allowed(XbRun *run, int64_t images, int64_t *allowed);

// Fewer bits, as long as the budget lasts. Prints its steps.
bool xb_calib_spend(XbCalib *c, const XbImages *images, const XbModel *lossless);

// ---- calibrate_print.c ----

void xb_calib_print(const XbCalib *c);
char *xb_calib_json(const XbCalib *c);

#endif
