// SPDX-License-Identifier: Apache-2.0
// The object `adc` of cfg.json, and what it says about single layers.
#include "cfg/cfg_adc.h"

#include "cfg/cfg_words.h"
#include <string.h>

#include "xbgen/file.h"

enum { MAX_DELTA = 1 << 20, MAX_ADC_BITS = 14, MAX_SUM = 1 << 30 };

// ---- ranges ----

static XbAdcRange read_explicit_range(const XbJsonObject *adc)
{
    static const char *const keys[] = {"delta", "lo", NULL};
    XbAdcRange range = {.kind = XB_RANGE_EXPLICIT};
    XbJsonObject o = xb_json_object(adc, "range");
    xb_json_known(&o, keys);
    if (!xb_json_find(&o, "delta"))
        xb_json_report(&o, "delta", "adc-range-delta", "the key is missing; 1..%d is allowed",
                       MAX_DELTA);
    range.delta = xb_json_int(&o, "delta", "adc-range-delta", 1, MAX_DELTA, XB_JSON_BAD);
    range.has_lo = xb_json_find(&o, "lo") != NULL;
    range.lo = xb_json_int(&o, "lo", "adc-range-lo", -((1 << MAX_ADC_BITS) - 1), 0, 0);
    return range;
}

// The range of all layers or of one; absent it is "full".
static XbAdcRange read_range(const XbJsonObject *adc)
{
    XbAdcRange range = {.kind = XB_RANGE_FULL};
    const XbJson *node = xb_json_find(adc, "range");
    if (!node)
        return range;
    if (node->kind == XB_JSON_OBJECT)
        return read_explicit_range(adc);
    if (node->kind == XB_JSON_STRING && strcmp(node->text, "weights") == 0)
        range.kind = XB_RANGE_WEIGHTS;
    else if (node->kind != XB_JSON_STRING || strcmp(node->text, "full") != 0)
        xb_json_report(adc, "range", "adc-range",
                       "%s is not \"full\", \"weights\" or {\"delta\": n, \"lo\": n}",
                       xb_json_shown(adc->d->arena, node));
    return range;
}

// ---- curves of other tools ----

int xb_preset_bits(const XbPreset *preset)
{
    return preset->bits + (preset->kind == XB_NEUROSIM15 ? 1 : 0);
}

static void need(const XbJsonObject *o, const char *key, const char *allowed)
{
    if (!xb_json_find(o, key))
        xb_json_report(o, key, "adc-preset", "the key is missing; %s", allowed);
}

// What a preset's keys are each on their own. False: one was reported.
static bool read_preset_keys(const XbJsonObject *adc, XbPreset *preset)
{
    static const char *const keys[] = {"name", "bits", "min", "max", NULL};
    XbJsonObject o = xb_json_object(adc, "preset");
    int errors = adc->d->errors;
    xb_json_known(&o, keys);
    if (!o.node)
        return false;
    need(&o, "name", "\"neurosim13\", \"neurosim15\", \"mnsim\" or \"crosssim\"");
    need(&o, "bits", "as the tool counts them");
    need(&o, "min", "the least sum that the converter spans");
    need(&o, "max", "the largest sum that the converter spans");
    int name = xb_json_choice(&o, "name", "adc-preset", xb_cfg_presets, XB_NEUROSIM13);
    preset->bits = xb_json_int(&o, "bits", "adc-preset-bits", 1, MAX_ADC_BITS, 1);
    preset->min = xb_json_int(&o, "min", "adc-preset-range", -MAX_SUM, MAX_SUM - 1, 0);
    preset->max = xb_json_int(&o, "max", "adc-preset-range", 1 - MAX_SUM, MAX_SUM, 1);
    if (errors != adc->d->errors)
        return false;
    preset->kind = (XbPresetKind)name;
    return true;
}

// ... and what they must be together.
static void check_preset(const XbJsonObject *adc, const XbPreset *preset)
{
    XbJsonObject o = xb_json_object(adc, "preset");
    int least = preset->kind == XB_MNSIM ? 2 : 1;
    int most = preset->kind == XB_NEUROSIM15 ? MAX_ADC_BITS - 1 : MAX_ADC_BITS;
    if (preset->bits < least || preset->bits > most)
        xb_json_report(&o, "bits", "adc-preset-bits", "%d is outside %d..%d for \"%s\"",
                       preset->bits, least, most, xb_preset_name(preset->kind));
    if (preset->min >= preset->max)
        xb_json_report(&o, "min", "adc-preset-range", "%d is not below max, %d", preset->min,
                       preset->max);
}

// Sets *bits, which were given or are the default, to those of the preset's codes. False: there is
// no preset, or it cannot be used.
static bool read_preset(const XbJsonObject *adc, XbPreset *preset, int *bits)
{
    int errors = adc->d->errors;
    if (!xb_json_find(adc, "preset") || !read_preset_keys(adc, preset))
        return false;
    check_preset(adc, preset);
    if (errors != adc->d->errors)
        return false;
    int own = xb_preset_bits(preset);
    if (xb_json_find(adc, "bits") && *bits != own && *bits != XB_JSON_BAD)
        xb_json_report(adc, "bits", "adc-preset-bits",
                       "%d beside a preset whose codes have %d bits; leave the key out", *bits,
                       own);
    *bits = own;
    return true;
}

// ---- adc ----

static int default_per_array(int cols)
{
    int count = 16;
    while (cols > 0 && cols % count != 0)
        count--;
    return count;
}

void xb_cfg_read_adc(const XbJsonObject *adc, XbCfg *cfg)
{
    static const char *const keys[] = {"bits",   "per_array", "interval", "latency", "range",
                                       "preset", "subtract",  "layers",   NULL};
    static const char *const subtracts[] = {"digital", "analog", NULL};
    xb_json_known(adc, keys);
    cfg->adc_bits = xb_json_int(adc, "bits", "adc-bits", 1, MAX_ADC_BITS, 9);
    cfg->adc_per_array =
        xb_json_int(adc, "per_array", "adc-per-array", 1, 1024, default_per_array(cfg->cols));
    cfg->adc_interval = xb_json_int(adc, "interval", "adc-interval", 1, 64, 1);
    cfg->adc_latency = xb_json_int(adc, "latency", "adc-latency", 1, 64, 1);
    cfg->has_adc_range = xb_json_find(adc, "range") != NULL;
    cfg->adc_range = read_range(adc);
    cfg->has_preset = read_preset(adc, &cfg->preset, &cfg->adc_bits);
    cfg->adc_analog = xb_json_choice(adc, "subtract", "adc-subtract", subtracts, 0) == 1;
}

// The path of a layer's thresholds; the file is read by xb_cfg_lists.
static void read_thresholds(XbArena *arena, const XbJsonObject *o, const char *file,
                            XbCfgList *list)
{
    const char *path = xb_json_string(o, "thresholds", "adc-thresholds");
    list->path = path ? xb_path_beside(arena, file, path) : NULL;
    if (path && xb_json_find(o, "preset"))
        xb_json_report(o, "thresholds", "adc-thresholds",
                       "thresholds and a preset are two curves for one layer; remove one");
}

void xb_cfg_read_adc_layer(XbArena *arena, const XbJsonObject *layers, const XbCfg *cfg,
                           XbCfgLayer *layer)
{
    static const char *const keys[] = {"bits", "range", "preset", "thresholds", NULL};
    XbJsonObject o = xb_json_object(layers, layer->name);
    xb_json_known(&o, keys);
    layer->in_adc = true;
    layer->adc_bits = xb_json_int(&o, "bits", "adc-bits", 1, MAX_ADC_BITS, 0);
    layer->has_range = xb_json_find(&o, "range") != NULL;
    layer->range = read_range(&o);
    layer->has_preset = read_preset(&o, &layer->preset, &layer->adc_bits);
    read_thresholds(arena, &o, cfg->file, &layer->thresholds);
}
