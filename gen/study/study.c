// SPDX-License-Identifier: Apache-2.0
// The study from outside, and the main path of a network.
#include "study/parts.h"

// ---- the path with most weight layers ----

// Weight layers on the best way to each layer; of two equal ways the first one is taken.
static int *depths(XbArena *arena, const XbNet *net)
{
    int *depth = xb_new(arena, int, net->layers + 1);
    depth++;  // -1: the network's input
    for (int n = 0; n < net->layers; n++) {
        const XbNetLayer *l = &net->layer[n];
        depth[n] = depth[l->input[0]];
        if (l->inputs == 2 && depth[l->input[1]] > depth[n])
            depth[n] = depth[l->input[1]];
        depth[n] += xb_kind_has_weights(l->kind);
    }
    return depth;
}

static const bool *main_path(XbArena *arena, const XbNet *net)
{
    bool *is_main = xb_new(arena, bool, net->layers);
    const int *depth = depths(arena, net);
    for (int n = net->layers - 1; n >= 0;) {
        const XbNetLayer *l = &net->layer[n];
        is_main[n] = true;
        n = l->inputs == 2 && depth[l->input[1]] > depth[l->input[0]] ? l->input[1] : l->input[0];
    }
    return is_main;
}

// ---- layers as they are counted ----

// Split layers are counted whole: publications on mapping know no blocks.
static const XbNet *whole(XbArena *arena, const XbNet *net)
{
    XbNet *out = xb_new(arena, XbNet, 1);
    *out = *net;
    out->layer = xb_new(arena, XbNetLayer, net->layers);
    for (int n = 0; n < net->layers; n++) {
        XbNetLayer *l = &out->layer[n];
        *l = net->layer[n];
        if (!xb_kind_has_weights(l->kind))
            continue;
        l->out.c = xb_net_filters(l);
        l->blocks = 0;
    }
    return out;
}

bool xb_study_make(XbArena *arena, XbDiags *d, const XbCfg *cfg, const XbNet *net,
                   const XbPlan *plan, int every, int columns, XbStudy *out)
{
    *out = (XbStudy){.network = cfg->network,
                     .rows = cfg->rows,
                     .cols = cfg->cols,
                     .every = every,
                     .columns = columns,
                     .name_width = xb_plan_name_width(plan, 12),
                     .pair = xb_new(arena, XbStudyPair, net->layers),
                     .window = xb_new(arena, XbStudyWindow, net->layers),
                     .stage = xb_new(arena, XbStudyStage, net->layers)};
    XbStudying s = {arena, d, cfg, whole(arena, net), plan, out, main_path(arena, net)};
    xb_study_words(&s);
    xb_study_stages(&s);
    xb_study_windows_of(&s);
    xb_study_adcs(&s);
    return xb_study_arrays(&s) && xb_study_separable(&s);
}
