// SPDX-License-Identifier: Apache-2.0
// Ranges of converters from the sums that a network's images give: histograms, the search over every range,
// and fewer bits under a budget. docs/calibrate.md has the rules.
#ifndef XBGEN_CALIB_H
#define XBGEN_CALIB_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/model.h"

// Errors are exact: squares of large sums over many conversions do not fit 64 bits.
__extension__ typedef __int128 XbInt128;

enum { XB_MOST_ADC_BITS = 14 };

typedef enum { XB_SQUARED, XB_ABSOLUTE } XbCriterion;

typedef struct XbGoal {  // what a range should do
    XbCriterion criterion;
    bool by_plane;       // errors weigh as much as their plane
    bool power_of_two;   // of all steps only these
    bool is_signed;      // sums may be negative: lo may, too
} XbGoal;

typedef struct XbHistogram {  // weighted counts of the sums first .. first + size - 1
    int64_t first, size;
    const XbInt128 *count;
} XbHistogram;

// What a converter does to a histogram: a code stands for (lo + code) * delta.
typedef struct XbFit {
    int bits;
    int64_t delta;
    int lo;
    XbInt128 error;
} XbFit;

// ---- histograms ----

// Everything a layer's tally says, one histogram; `dac_bits` give the planes their weight.
XbHistogram xb_calib_histogram(XbArena *arena, const XbTally *tally, const XbGoal *goal, int dac_bits);

// The sum of two.
XbHistogram xb_calib_sum(XbArena *arena, const XbHistogram *a, const XbHistogram *b);

typedef struct XbSpread {  // of some conversions of a tally
    int64_t conversions, zeros;
    int64_t min, max;
    double mean, sigma;
} XbSpread;

// Of one plane, one slice, or all (-1).
XbSpread xb_calib_spread(const XbTally *tally, int plane, int slice);

// How many of them a converter clips, and the error it makes of them, unweighted.
int64_t xb_calib_clipped(const XbTally *tally, int plane, int slice, const XbFit *fit);
XbInt128 xb_calib_part_error(const XbTally *tally, int plane, int slice, XbCriterion criterion, const XbFit *fit);

// ---- search ----

// The best of all ranges: delta 1..imax, lo 0..-(2^bits - 1) or, where sums have no sign, 0. Of equal ones the
// least delta; then with sign the lo nearest -2^(bits-1), else nearest 0; then the larger lo.
XbFit xb_calib_search(const XbHistogram *h, const XbGoal *goal, int bits, int64_t imax);

// The error of a range.
XbInt128 xb_calib_error(const XbHistogram *h, XbCriterion criterion, int bits, int64_t delta, int lo);

// The range that spans -imax..imax, or 0..imax, with its error; at least 2 bits with sign.
XbFit xb_calib_full(const XbHistogram *h, const XbGoal *goal, int bits, int64_t imax);

// The fewest bits whose best range has no error; 0: more than XB_MOST_ADC_BITS.
int xb_calib_exact_bits(const XbHistogram *h, const XbGoal *goal, int64_t imax);

// ---- budget ----

typedef struct XbBudgetLayer {
    int layer;                 // of the plan
    const XbHistogram *histogram;
    int64_t imax;
    XbFit fit[XB_MOST_ADC_BITS + 1];  // searched so far; bits 0: not yet
    int bits;                  // now
    int64_t kept;              // images of the round that keep their class with one bit less
    const XbModel *model;      // ... and the model with it; NULL: it has no bit to give
} XbBudgetLayer;

typedef struct XbBudgetStep {
    int layer;  // number among those of the budget
    int bits;   // that it has now
    int64_t kept;
} XbBudgetStep;

typedef int64_t XbClassOf(const XbPlan *plan, const uint8_t *output);

typedef struct XbBudget {
    const XbPlan *plan;
    const XbGoal *goal;
    XbClassOf *class_of;
    const XbModel *model;      // with the bits that layers have now
    int layers;
    XbBudgetLayer *layer;
    XbArena *arena;
    XbArena round;             // what goes with a round
    int64_t evaluations;       // of all images: one where it begins, one for each layer of a round
} XbBudget;

// Gives every layer the fewest bits without error and makes `lossless` so. False: layer `*bad` has too few bits.
bool xb_budget_begin(XbBudget *b, const XbModel *lossless, int *bad);

// A round: begin, judge all images, then decide. `class` has the lossless network's class of each image.
int xb_budget_begin_round(XbBudget *b);  // layers that may lose a bit
void xb_budget_judge(XbBudget *b, int64_t images, const uint8_t *input, const int64_t *class);

// Takes the bit that leaves most images in their class, if at least `needed` stay. False: none does.
bool xb_budget_decide(XbBudget *b, int64_t needed, XbBudgetStep *step);

// A converter as the plan has it.
XbPlanAdc xb_calib_adc(const XbPlanAdc *like, const XbFit *fit);

// Images that keep their class in `model`, on all cores.
int64_t xb_calib_kept(const XbModel *model, const XbPlan *plan, XbClassOf *class_of, int64_t images,
                      const uint8_t *input, const int64_t *class);

#endif
