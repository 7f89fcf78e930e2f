// SPDX-License-Identifier: Apache-2.0
// What the parts of the study share.
#ifndef XBGEN_STUDY_PARTS_H
#define XBGEN_STUDY_PARTS_H

#include "xbgen/study.h"

typedef struct XbStudying {
    XbArena *arena;
    XbDiags *d;
    const XbCfg *cfg;
    const XbNet *net;
    const XbPlan *plan;
    XbStudy *out;
    const bool *is_main;  // [net->layers] on the path with most weight layers
} XbStudying;

// a / b rounded up; a >= 0, b > 0.
static inline int64_t xb_study_ceil(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Layers that the study counts words and windows of: they stand on crossbars and are not depthwise.
static inline bool xb_study_is_dense(const XbNetLayer *l)
{
    return l->kind == XB_CONV || l->kind == XB_FC;
}

static inline int64_t xb_study_windows(const XbNetLayer *l)
{
    return l->kind == XB_FC ? 1 : xb_shape_pixels(l->out);
}

// ---- study_count.c ----
typedef enum { XB_WHOLE, XB_DEPTHWISE, XB_POINTWISE, XB_PARTS } XbStudyPart;

typedef struct XbStudyQuestion {  // how the arrays of a layer are counted
    XbStudyPart part;
    XbScheme scheme;
    XbPolicy policy;
    XbPacking packing;
    bool is_unstrided, takes_fewest;
} XbStudyQuestion;

typedef struct XbStudyCount {
    int64_t windows, arrays;  // of all windows at once; of one set under im2col
    int side;                 // outputs of a sub-image
} XbStudyCount;

// Counts a layer with so many columns a weight; `sub_image`: side asked for, 0: the policy's.
// Reports [study-fit].
bool xb_study_count(const XbStudying *s, const XbNetLayer *of, int columns,
                    const XbStudyQuestion *q, int sub_image, XbStudyCount *out);

// Columns of a weight of layer `n`.
static inline int xb_study_columns(const XbStudying *s, int n)
{
    const XbPlanMap *m = s->plan->layer[n].map;
    return s->out->columns ? s->out->columns : m->slices * m->polarities;
}

// ---- study_arrays.c ----
// One set of every layer, by scheme. Returns false if something does not fit, which is reported.
bool xb_study_arrays(const XbStudying *s);

// ---- study_separable.c ----
// Pairs and totals. Returns false if something does not fit, which is reported.
bool xb_study_separable(const XbStudying *s);

// ---- study_words.c ----
void xb_study_words(const XbStudying *s);
void xb_study_stages(const XbStudying *s);

// ---- study_adc.c ----
void xb_study_adcs(const XbStudying *s);

// ---- study_window.c ----
void xb_study_windows_of(const XbStudying *s);

#endif
