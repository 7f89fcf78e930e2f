// SPDX-License-Identifier: Apache-2.0
// Configurations around a calibration: the lossless one that it runs, and the one that it writes.
#define _XOPEN_SOURCE 700  // realpath

#include "base/json_out.h"
#include "cli/calibrate.h"
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/file.h"

// ---- the one that is run ----

void xb_calib_idealize(XbArena *arena, XbCfg *cfg)
{
    XbCfgLayer *layer = xb_new(arena, XbCfgLayer, cfg->layers);
    cfg->adc_bits = XB_MOST_ADC_BITS;
    cfg->adc_range = (XbAdcRange){.kind = XB_RANGE_FULL};
    cfg->has_preset = false;
    cfg->rram = (XbCfgRram){.time = 1, .t0 = 1};
    for (int i = 0; i < cfg->layers; i++) {
        layer[i] = cfg->layer[i];
        layer[i].adc_bits = 0;
        layer[i].has_range = layer[i].has_preset = false;
        layer[i].thresholds = (XbCfgList){0};
    }
    cfg->layer = layer;
}

// ---- paths ----

// The folder of a file, without links; NULL: it is not there.
static char *folder_of(XbArena *arena, const char *file)
{
    char full[PATH_MAX];
    const char *slash = strrchr(file, '/');
    const char *folder =
        slash ? xb_arena_printf(arena, "%.*s", (int)(slash - file) + 1, file) : ".";
    return realpath(folder, full) ? xb_arena_copy(arena, full) : NULL;
}

// How much of two absolute folders is the same, whole names.
static size_t common(const char *a, const char *b)
{
    size_t same = 0, i = 0;
    for (;; i++) {
        bool a_ends = a[i] == '/' || !a[i], b_ends = b[i] == '/' || !b[i];
        if (a_ends && b_ends)
            same = i;
        if (a[i] != b[i] || !a[i])
            return same;
    }
}

// From the folder `from` to the folder `to`, with a slash behind each name.
static const char *way(XbArena *arena, const char *from, const char *to)
{
    size_t same = common(from, to);
    const char *text = "";
    for (const char *at = from + same; *at; at++)
        if (*at == '/' && at[1])
            text = xb_arena_printf(arena, "../%s", text);
    const char *rest = to[same] == '/' ? to + same + 1 : to + same;
    return *rest ? xb_arena_printf(arena, "%s%s/", text, rest) : text;
}

const char *xb_path_from(XbArena *arena, const char *to, const char *path)
{
    if (path[0] == '/')
        return path;
    const char *here = folder_of(arena, path), *there = folder_of(arena, to);
    if (!here || !there)
        return path;  // whoever opens it says what is wrong
    return xb_arena_printf(arena, "%s%s", way(arena, there, here), xb_path_name(path));
}

// ---- the one that is written ----

static void put(const XbCalib *c, const XbJson **at, const char *const *part, int parts,
                const XbJson *value)
{
    *at = xb_json_with(c->run->arena, *at, part, parts, value);
}

static void drop(const XbCalib *c, const XbJson **at, const char *const *part, int parts)
{
    *at = xb_json_without(c->run->arena, *at, part, parts);
}

// Another place of the file needs another way to what it names.
static void move_path(const XbCalib *c, const XbJson **at, const char *const *part, int parts,
                      const char *to)
{
    XbArena *arena = c->run->arena;
    const XbJson *node = *at;
    for (int i = 0; i < parts; i++)
        node = xb_json_member(node, part[i]);
    if (!node || node->kind != XB_JSON_STRING || node->text[0] == '/')
        return;
    const char *path = xb_path_beside(arena, c->run->cfg.file, node->text);
    XbJson moved = {.kind = XB_JSON_STRING, .text = xb_path_from(arena, to, path)};
    put(c, at, part, parts, &moved);
}

static XbJson number(double value) { return (XbJson){.kind = XB_JSON_NUMBER, .number = value}; }

static void put_layer(const XbCalib *c, const XbJson **at, const XbCalibLayer *l)
{
    const char *bits[] = {"adc", "layers", l->name, "bits"};
    const char *range[] = {"adc", "layers", l->name, "range"};
    XbJson lo = number(l->fit.lo), value = number(l->fit.bits);
    XbJson delta = number(ldexp((double)l->fit.delta, c->frac_bits));
    lo.key = "lo";
    delta.key = "delta";
    delta.next = &lo;
    XbJson *both = xb_new(c->run->arena, XbJson, 2);
    both[0] = delta;
    both[1] = lo;
    both[0].next = &both[1];
    put(c, at, bits, 4, &value);
    put(c, at, range, 4, &(XbJson){.kind = XB_JSON_OBJECT, .first = both});
    drop(c, at, (const char *[]){"adc", "layers", l->name, "preset"}, 4);
    drop(c, at, (const char *[]){"adc", "layers", l->name, "thresholds"}, 4);
}

// Nobody should be handed a configuration that the next command refuses.
static bool is_sound(const XbCalib *c, const char *to, const char *text)
{
    XbRun *run = c->run;
    XbPlan plan;
    XbCfg cfg;
    return xb_cfg_parse(run->arena, run->d, to, text, strlen(text), &cfg) &&
           xb_plan_build(run->arena, run->d, &cfg, &run->net, &plan) &&
           xb_plan_prove(run->arena, run->d, to, &plan);
}

char *xb_calibrated_cfg(const XbCalib *c, const char *to)
{
    XbArena *arena = c->run->arena;
    const char *file = c->run->cfg.file;
    XbBytes bytes;
    if (!xb_file_read(arena, c->run->d, file, &bytes))
        return NULL;
    const XbJson *at = xb_json_parse(arena, c->run->d, file, (const char *)bytes.data, bytes.size);
    if (!at)
        return NULL;  // it changed meanwhile
    move_path(c, &at, (const char *[]){"network"}, 1, to);
    move_path(c, &at, (const char *[]){"macro", "file"}, 2, to);
    drop(c, &at, (const char *[]){"adc", "preset"}, 2);
    drop(c, &at, (const char *[]){"adc", "thresholds"}, 2);
    for (int i = 0; i < c->layers; i++)
        put_layer(c, &at, &c->layer[i]);
    char *text = xb_json_text(arena, at);
    return is_sound(c, to, text) ? text : NULL;
}
