// SPDX-License-Identifier: Apache-2.0
// Threshold lists that cfg.json names: each a .npy file of int32 with as many thresholds as the
// layer's codes have steps, for one converter or for each.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/cfg.h"
#include "xbgen/npy.h"

typedef struct Reading {
    XbArena *arena;
    XbDiags *d;
    const XbCfg *cfg;
    const XbCfgLayer *layer;
} Reading;

static void fault(const Reading *r, const char *code, const char *text)
{
    XbPath adc = {.key = "adc"}, layers = {.up = &adc, .key = "layers"};
    XbPath layer = {.up = &layers, .key = r->layer->name};
    XbPath at = {.up = &layer, .key = "thresholds"};
    xb_report_json(r->d, XB_ERROR, code, r->cfg->file, &at, "%s", text);
}

static const char *type_text(XbArena *arena, const XbNpy *a)
{
    const char *kind = a->kind == 'u' ? "uint" : "int";
    const char *text =
        a->kind == 'b' ? "bool" : xb_arena_printf(arena, "%s%d", kind, 8 * a->item_size);
    text = xb_arena_printf(arena, "%s [", text);
    for (int i = 0; i < a->rank; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? ", " : "", (long long)a->shape[i]);
    return xb_arena_printf(arena, "%s]", text);
}

static int steps_of(const Reading *r)
{
    int bits = r->layer->adc_bits ? r->layer->adc_bits : r->cfg->adc_bits;
    return (1 << bits) - 1;
}

static bool has_form(const Reading *r, const XbNpy *a)
{
    int steps = steps_of(r);
    if (a->kind == 'i' && a->item_size == 4 && (a->rank == 1 || a->rank == 2) &&
        a->shape[a->rank - 1] == steps && a->count > 0 && a->count <= INT32_MAX)
        return true;
    fault(r, "adc-thresholds",
          xb_arena_printf(r->arena,
                          "the file holds %s; int32 [%d] is needed, or [conversions, %d]: one "
                          "below the number of codes, 2^bits",
                          type_text(r->arena, a), steps, steps));
    return false;
}

// The file is little-endian and need not be aligned.
static int32_t threshold_at(const XbNpy *a, int64_t i)
{
    const uint8_t *b = (const uint8_t *)a->data + 4 * i;
    return (int32_t)((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
                     (uint32_t)b[3] << 24);
}

// Copies the thresholds; false where they fall.
static bool copy_rising(const Reading *r, const XbNpy *a, int32_t *to)
{
    int64_t steps = steps_of(r);
    for (int64_t i = 0; i < a->count; i++) {
        to[i] = threshold_at(a, i);
        if (i % steps == 0 || to[i] >= to[i - 1])
            continue;
        fault(r, "adc-thresholds-fall",
              xb_arena_printf(r->arena,
                              "list %lld falls from %ld to %ld at threshold %lld; thresholds must "
                              "not fall",
                              (long long)(i / steps), (long)to[i - 1], (long)to[i],
                              (long long)(i % steps + 1)));
        return false;
    }
    return true;
}

static void read_list(const Reading *r, XbCfgList *list)
{
    XbArena scratch = {0};
    XbNpy a;
    if (access(list->path, R_OK) != 0) {
        fault(r, "file-read",
              xb_arena_printf(r->arena, "%s cannot be read: %s", list->path, strerror(errno)));
    } else if (xb_npy_read(&scratch, r->d, list->path, &a) && has_form(r, &a)) {
        int32_t *threshold = xb_new(r->arena, int32_t, a.count);
        list->lists = a.rank == 1 ? 0 : (int)a.shape[0];
        if (copy_rising(r, &a, threshold))
            list->threshold = threshold;
    }
    xb_arena_free(&scratch);
}

bool xb_cfg_lists(XbArena *arena, XbDiags *d, XbCfg *cfg)
{
    int errors = d->errors;
    XbCfgLayer *layer = xb_new(arena, XbCfgLayer, cfg->layers);
    for (int i = 0; i < cfg->layers; i++) {
        Reading r = {.arena = arena, .d = d, .cfg = cfg, .layer = &cfg->layer[i]};
        layer[i] = cfg->layer[i];
        if (layer[i].thresholds.path)
            read_list(&r, &layer[i].thresholds);
    }
    cfg->layer = layer;
    return d->errors == errors;
}
