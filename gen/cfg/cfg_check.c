// SPDX-License-Identifier: Apache-2.0
// What no single key of cfg.json can be blamed for: each rule here looks at two or more of them.
#include "cfg/cfg_check.h"

#include <stddef.h>

typedef struct Check {
    XbArena *arena;
    XbDiags *d;
    const XbCfg *cfg;
} Check;

// Places of the keys that the rules below report.
static const XbPath crossbar = {.key = "crossbar"}, adc = {.key = "adc"};
static const XbPath adc_layers = {.up = &adc, .key = "layers"};

static bool is_good(int value)  // not reported before; all of these are positive
{
    return value > 0;
}

static void check_active_rows(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath at = {.up = &crossbar, .key = "active_rows"};
    if (is_good(cfg->rows) && cfg->active_rows > cfg->rows)
        xb_report_json(c->d, XB_ERROR, "crossbar-active-rows", cfg->file, &at,
                       "%d is outside 1..%d; crossbar.rows is %d", cfg->active_rows, cfg->rows,
                       cfg->rows);
}

static const char *divisors(XbArena *arena, int number)
{
    const char *text = "1";
    for (int i = 2; i <= number; i++)
        if (number % i == 0)
            text = xb_arena_printf(arena, "%s, %d", text, i);
    return text;
}

static void check_per_array(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath at = {.up = &adc, .key = "per_array"};
    if (!is_good(cfg->cols) || !is_good(cfg->adc_per_array) || cfg->cols % cfg->adc_per_array == 0)
        return;
    xb_report_json(c->d, XB_ERROR, "adc-per-array", cfg->file, &at,
                   "%d does not divide crossbar.cols, %d; %s do", cfg->adc_per_array, cfg->cols,
                   divisors(c->arena, cfg->cols));
}

static void check_encoding(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath at = {.up = &crossbar, .key = "cell_bits"};
    if (cfg->encoding == XB_TWOS_COMPLEMENT && cfg->cell_bits > 1)
        xb_report_json(c->d, XB_ERROR, "twos-complement-cell-bits", cfg->file, &at,
                       "encoding \"twos_complement\" needs 1, it is %d", cfg->cell_bits);
}

static void check_analog(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath at = {.up = &adc, .key = "subtract"};
    if (!cfg->adc_analog)
        return;
    if (cfg->encoding != XB_DIFFERENTIAL)
        xb_report_json(c->d, XB_ERROR, "analog-encoding", cfg->file, &at,
                       "\"analog\" needs crossbar.encoding \"differential\", it is \"%s\"",
                       xb_encoding_name(cfg->encoding));
    if (is_good(cfg->cols) && cfg->cols % 2 != 0)
        xb_report_json(c->d, XB_ERROR, "analog-cols", cfg->file, &at,
                       "\"analog\" needs an even crossbar.cols, it is %d", cfg->cols);
}

// A converter of analog differences has a sign bit and at least one more.
static void check_analog_bits(const Check *c, const XbPath *adc_or_layer, int bits)
{
    XbPath at = {.up = adc_or_layer, .key = "bits"};
    if (c->cfg->adc_analog && bits == 1)
        xb_report_json(c->d, XB_ERROR, "analog-bits", c->cfg->file, &at,
                       "adc.subtract \"analog\" needs 2..14, it is 1");
}

// lo must lie in -(2^bits - 1)..0, so that zero is one of the codes.
static void check_lo(const Check *c, const XbPath *at, const XbAdcRange *range, int bits)
{
    if (range->kind != XB_RANGE_EXPLICIT || !is_good(bits))
        return;
    int least = -((1 << bits) - 1);
    if (range->lo < least && range->lo >= -(1 << 14))
        xb_report_json(c->d, XB_ERROR, "adc-range-lo", c->cfg->file, at,
                       "lo %d is outside %d..0 for %d bits", range->lo, least, bits);
}

static void check_own_lo(const Check *c, const XbPath *adc_or_layer, const XbAdcRange *range,
                         int bits)
{
    XbPath at = {.up = adc_or_layer, .key = "range"};
    XbPath lo = {.up = &at, .key = "lo"};
    check_lo(c, &lo, range, bits);
}

// The preset of all layers gives their bits, but to layers with a curve of their own.
static void check_preset_bits(const Check *c, const XbPath *at, const XbCfgLayer *layer)
{
    bool has_curve = layer->has_preset || layer->thresholds.path;
    if (c->cfg->has_preset && !has_curve && layer->adc_bits != xb_preset_bits(&c->cfg->preset))
        xb_report_json(c->d, XB_ERROR, "adc-preset-bits", c->cfg->file, at,
                       "%d beside adc.preset, whose codes have %d bits; leave the key out",
                       layer->adc_bits, xb_preset_bits(&c->cfg->preset));
}

static void check_layer(const Check *c, const XbCfgLayer *layer)
{
    int bits = layer->adc_bits ? layer->adc_bits : c->cfg->adc_bits;
    XbPath here = {.up = &adc_layers, .key = layer->name};
    XbPath at_bits = {.up = &here, .key = "bits"};
    if (is_good(layer->adc_bits)) {
        check_analog_bits(c, &here, layer->adc_bits);
        check_preset_bits(c, &at_bits, layer);
    }
    if (layer->has_range)
        check_own_lo(c, &here, &layer->range, bits);
    else if (layer->adc_bits)  // fewer bits than the range of all layers was made for
        check_lo(c, &at_bits, &c->cfg->adc_range, bits);
}

// The model of the publications knows no loads of a line buffer.
static void check_time_model(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath mapping = {.key = "mapping"}, at = {.up = &mapping, .key = "time_model"};
    if (cfg->time_model == XB_TIME_PUBLISHED && cfg->access == XB_LINE && cfg->bits_per_cycle > 0)
        xb_report_json(c->d, XB_ERROR, "time-model-line", cfg->file, &at,
                       "\"published\" has no buffer.access \"line\" at a limited bandwidth");
}

// Copies are chosen for a budget.
static void check_budget(const Check *c)
{
    const XbCfg *cfg = c->cfg;
    XbPath tiles = {.key = "tiles"}, at = {.up = &tiles, .key = "count"};
    if (cfg->how_copies != XB_COPIES_GIVEN && cfg->tile_count == 0)
        xb_report_json(c->d, XB_ERROR, "tiles-budget", cfg->file, &at,
                       "the key is missing; mapping.duplication \"%s\" needs a number of tiles "
                       "to fill",
                       xb_duplication_name(cfg->how_copies));
}

void xb_cfg_check(XbArena *arena, XbDiags *d, const XbCfg *cfg)
{
    Check c = {.arena = arena, .d = d, .cfg = cfg};
    check_active_rows(&c);
    check_encoding(&c);
    check_per_array(&c);
    check_analog(&c);
    check_analog_bits(&c, &adc, cfg->adc_bits);
    check_own_lo(&c, &adc, &cfg->adc_range, cfg->adc_bits);
    for (int i = 0; i < cfg->layers; i++)
        if (cfg->layer[i].in_adc)
            check_layer(&c, &cfg->layer[i]);
    check_time_model(&c);
    check_budget(&c);
}
