// SPDX-License-Identifier: Apache-2.0
// Arrays of a layer, or of what would take its place: what the plan of a network of that layer
// alone says.
#include "study/parts.h"
#include <string.h>

// ---- a network of one layer ----

// The input that a convolution of the same output would have with stride 1.
static void unstride(XbNetLayer *l)
{
    l->stride_h = l->stride_w = 1;
    l->in.h = l->out.h;
    l->in.w = l->out.w;
    l->pad_t = l->pad_b = l->pad_l = l->pad_r = 1;
}

static XbNetLayer layer_for(XbArena *arena, const XbNetLayer *of, int columns,
                            const XbStudyQuestion *q)
{
    XbNetLayer l = *of;
    l.input[0] = -1;
    l.weights = NULL;
    l.bias = NULL;
    l.has_seed = false;
    l.post = XB_POST_SCALE;
    l.thresholds = NULL;
    l.gain_sign = NULL;
    l.weight_bits = columns > 1 ? columns : 2;
    if (q->is_unstrided || q->part == XB_POINTWISE)
        unstride(&l);
    if (q->part == XB_DEPTHWISE) {
        l.kind = XB_DWCONV;
        l.out.c = l.in.c;
    }
    if (q->part == XB_POINTWISE) {
        l.kh = l.kw = l.dil_h = l.dil_w = 1;
        l.pad_t = l.pad_b = l.pad_l = l.pad_r = 0;
    }
    l.weight_scale = xb_new(arena, float, l.out.c);
    return l;
}

static XbNet net_for(const XbNet *of, XbNetLayer *layer)
{
    XbNet net = *of;
    net.layers = 1;
    net.layer = layer;
    net.input = layer->in;
    return net;
}

// So many cells stand for a weight, whatever its bits. All other keys have their defaults: nothing
// of what the user wants to build bears on the counts.
static bool cfg_for(const XbStudying *s, XbDiags *d, const XbNetLayer *layer, int columns,
                    const XbStudyQuestion *q, int sub_image, XbCfg *out)
{
    const char *own = "";
    if (sub_image)
        own = xb_arena_printf(d->arena, "\"%s\": {\"sub_image\": %d}", layer->name, sub_image);
    const char *text = xb_arena_printf(
        d->arena,
        "{\"network\": \"n\", \"adc\": {\"bits\": 14}, \"crossbar\": {\"rows\": %d, \"cols\": %d, "
        "\"encoding\": \"offset\", \"cell_bits\": %d}, \"mapping\": {\"scheme\": \"%s\", "
        "\"policy\": \"%s\", \"kp_packed\": %s, \"layers\": {%s}}}",
        s->cfg->rows, s->cfg->cols, columns > 1 ? 1 : 2, xb_scheme_name(q->scheme),
        xb_policy_name(q->policy), q->packing == XB_PACK_NO ? "false" : "\"auto\"", own);
    return xb_cfg_parse(d->arena, d, s->cfg->file, text, strlen(text), out);
}

// ---- counts ----

static bool fail(const XbStudying *s, const XbNetLayer *of, const XbDiags *d)
{
    const XbDiag *first = d->first;
    while (first && first->severity != XB_ERROR)
        first = first->next;
    xb_report(s->d, XB_ERROR, "study-fit", s->cfg->file,
              xb_arena_printf(s->arena, "layer %s", of->name), "%s",
              first ? first->text : "it cannot be mapped");
    return false;
}

bool xb_study_count(const XbStudying *s, const XbNetLayer *of, int columns,
                    const XbStudyQuestion *q, int sub_image, XbStudyCount *out)
{
    XbArena scratch = {0};
    XbDiags d = {.arena = &scratch};
    XbNetLayer layer = layer_for(&scratch, of, columns, q);
    XbNet net = net_for(s->net, &layer);
    XbCfg cfg;
    XbPlan plan;
    bool is_counted = cfg_for(s, &d, &layer, columns, q, sub_image, &cfg) &&
                      xb_plan_outline(&scratch, &d, &cfg, &net, &plan);
    if (is_counted) {
        const XbPlanLayer *l = &plan.layer[0];
        int64_t windows = q->scheme == XB_SUB_IMAGE ? l->windows : 1;
        *out = (XbStudyCount){l->windows, windows * l->map->set, l->map->patch.side};
    } else {
        fail(s, of, &d);
    }
    xb_arena_free(&scratch);
    return is_counted;
}
