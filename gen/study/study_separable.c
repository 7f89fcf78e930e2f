// SPDX-License-Identifier: Apache-2.0
// Every n-th 3x3 convolution as a depthwise one and a 1x1 one: arrays of both, counted by the plan
// of networks of one layer.
#include "study/parts.h"
// Of all depthwise sub-images the one of fewest arrays.
static bool count_fewest(const XbStudying *s, const XbNetLayer *of, int columns,
                         const XbStudyQuestion *q, XbStudyCount *out)
{
    XbStudyCount largest = *out;
    int stride = q->is_unstrided ? 1 : of->stride_h;
    for (int side = 1; side < largest.side; side++) {
        XbStudyCount other;
        if (!xb_study_count(s, of, columns, q, (side - 1) * stride + of->kh, &other))
            return false;
        if (other.arrays < out->arrays)
            *out = other;
    }
    return true;
}

static bool count(const XbStudying *s, int n, const XbStudyQuestion *q, XbStudyCount *out)
{
    const XbNetLayer *of = &s->net->layer[n];
    int columns = xb_study_columns(s, n);
    if (!xb_study_count(s, of, columns, q, 0, out))
        return false;
    bool can_choose = q->takes_fewest && q->part == XB_DEPTHWISE && q->scheme == XB_SUB_IMAGE;
    return !can_choose || count_fewest(s, of, columns, q, out);
}

// ---- pairs ----

static bool is_candidate(const XbStudying *s, int n)
{
    const XbNetLayer *l = &s->net->layer[n];
    return s->is_main[n] && l->kind == XB_CONV && l->groups == 1 && l->kh == 3 && l->kw == 3;
}

static bool count_pair(const XbStudying *s, int n, XbStudyPair *pair)
{
    XbStudyCount part[XB_PARTS];
    for (int i = 0; i < XB_PARTS; i++) {
        XbStudyQuestion q = {.part = (XbStudyPart)i, .scheme = XB_SUB_IMAGE, .policy = XB_SLICE};
        if (!count(s, n, &q, &part[i]))
            return false;
    }
    pair->windows = part[XB_WHOLE].windows;
    pair->whole = part[XB_WHOLE].arrays;
    pair->depthwise = part[XB_DEPTHWISE].arrays;
    pair->pointwise = part[XB_POINTWISE].arrays;
    return true;
}

static bool count_pairs(const XbStudying *s)
{
    for (int n = 0; n < s->net->layers; n++) {
        if (!is_candidate(s, n))
            continue;
        XbStudyPair *pair = &s->out->pair[s->out->pairs++];
        pair->layer = &s->net->layer[n];
        pair->is_replaced = s->out->pairs % s->out->every == 0;
        if (!count_pair(s, n, pair))
            return false;
    }
    return true;
}

// ---- totals ----

static XbStudyQuestion question(const XbStudyTotal *total, int part)
{
    XbCounting c = total->counting;
    bool is_slice = c == XB_COUNT_SLICE || c == XB_COUNT_SLICE_UNSTRIDED;
    return (XbStudyQuestion){.part = (XbStudyPart)part,
                             .scheme = c == XB_COUNT_ONE_SET ? XB_IM2COL : XB_SUB_IMAGE,
                             .policy = is_slice ? XB_SLICE : XB_PACKED,
                             .is_unstrided =
                                 c == XB_COUNT_SLICE_UNSTRIDED || c == XB_COUNT_PACKED_UNSTRIDED,
                             .takes_fewest = total->takes_fewest};
}

static bool add_layer(const XbStudying *s, int n, bool is_replaced, XbStudyTotal *total)
{
    int64_t arrays[XB_PARTS];
    for (int i = 0; i < XB_PARTS; i++) {
        XbStudyCount one;
        XbStudyQuestion q = question(total, i);
        if (!count(s, n, &q, &one))
            return false;
        arrays[i] = one.arrays;
    }
    int64_t pair = arrays[XB_DEPTHWISE] + arrays[XB_POINTWISE];
    total->whole += arrays[XB_WHOLE];
    total->replaced += pair;
    total->mixed += is_replaced ? pair : arrays[XB_WHOLE];
    return true;
}

static bool add_layers(const XbStudying *s, XbStudyTotal *total)
{
    int pair = 0;
    for (int n = 0; n < s->net->layers; n++)
        if (is_candidate(s, n) && !add_layer(s, n, s->out->pair[pair++].is_replaced, total))
            return false;
    return true;
}

bool xb_study_separable(const XbStudying *s)
{
    s->out->total = xb_new(s->arena, XbStudyTotal, 2 * XB_COUNTS);
    if (!count_pairs(s))
        return false;
    for (int i = 0; i < 2 * XB_COUNTS; i++) {
        XbStudyTotal total = {.counting = (XbCounting)(i / 2), .takes_fewest = i % 2};
        if (total.counting == XB_COUNT_ONE_SET && total.takes_fewest)
            continue;
        if (!add_layers(s, &total))
            return false;
        s->out->total[s->out->totals++] = total;
    }
    return true;
}
