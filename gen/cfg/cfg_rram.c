// SPDX-License-Identifier: Apache-2.0
// cfg.json's imperfect cells. Numbers are real here and become integers in the plan.
#include "cfg/cfg_rram.h"

#include <math.h>
#include <string.h>

enum { MOST_FRAC_BITS = 14, MOST_WIDTH = 16, HEX_DIGITS = 16 };

static const double most_seed = 9007199254740991.0;  // every integer up to here is a double
static const double no_limit = HUGE_VAL;

// ---- numbers ----

static void report_number(const XbJsonObject *o, const char *key, const char *code, double lo,
                          double hi)
{
    const XbJson *node = xb_json_find(o, key);
    const char *shown = xb_json_shown(o->d->arena, node);
    const char *range = hi < no_limit ? xb_arena_printf(o->d->arena, "%g..%g", lo, hi)
                                      : xb_arena_printf(o->d->arena, "%g and more", lo);
    if (node->kind != XB_JSON_NUMBER)
        xb_json_report(o, key, code, "%s is not a number; %s is allowed", shown, range);
    else if (hi < no_limit)
        xb_json_report(o, key, code, "%s is outside %s", shown, range);
    else
        xb_json_report(o, key, code, "%s is given; %s is allowed", shown, range);
}

// A finite number lo..hi.
static double read_number(const XbJsonObject *o, const char *key, const char *code, double lo,
                          double hi, double fallback)
{
    const XbJson *node = xb_json_find(o, key);
    if (!node)
        return fallback;
    double value = node->number;
    if (node->kind == XB_JSON_NUMBER && value >= lo && value <= hi && isfinite(value))
        return value;
    report_number(o, key, code, lo, hi);
    return fallback;
}

// ---- seed ----

static bool hex_digit(char c, uint64_t *digit)
{
    static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL, *capital = c ? strchr(capitals, c) : NULL;
    if (at || capital)
        *digit = (uint64_t)(at ? at - digits : capital - capitals);
    return at || capital;
}

static bool hex_number(const char *text, uint64_t *number)
{
    size_t length = strlen(text);
    if (length < 3 || length > 2 + HEX_DIGITS || text[0] != '0' || text[1] != 'x')
        return false;
    *number = 0;
    for (const char *c = text + 2; *c; c++) {
        uint64_t digit;
        if (!hex_digit(*c, &digit))
            return false;
        *number = *number << 4 | digit;
    }
    return true;
}

static void report_seed(const XbJsonObject *o, const XbJson *node)
{
    bool is_integer = node->kind == XB_JSON_NUMBER && fabs(node->number) < 2 * most_seed &&
                      floor(node->number) == node->number;
    const char *shown = is_integer ? xb_arena_printf(o->d->arena, "%.0f", node->number)
                                   : xb_json_shown(o->d->arena, node);
    xb_json_report(o, "seed", "rram-seed",
                   "%s is %s 0..9007199254740991; larger seeds are texts, \"0x\" and 1..%d "
                   "hexadecimal digits",
                   shown, is_integer ? "outside" : "not an integer", HEX_DIGITS);
}

static uint64_t read_seed(const XbJsonObject *o)
{
    const XbJson *node = xb_json_find(o, "seed");
    uint64_t seed = 1;
    if (!node)
        return seed;
    if (node->kind == XB_JSON_STRING && hex_number(node->text, &seed))
        return seed;
    double value = node->number;
    if (node->kind == XB_JSON_NUMBER && value >= 0 && value <= most_seed && floor(value) == value)
        return (uint64_t)value;
    report_seed(o, node);
    return 1;
}

// ---- the object ----

static void read_stuck(const XbJsonObject *o, XbCfgRram *out)
{
    out->stuck_on = read_number(o, "stuck_on", "rram-stuck-on", 0, 1, 0);
    out->stuck_off = read_number(o, "stuck_off", "rram-stuck-off", 0, 1, 0);
    if (out->stuck_on + out->stuck_off > 1)
        xb_json_report(o, "stuck_off", "rram-stuck",
                       "stuck_on, %g, and stuck_off, %g, are more than 1 together", out->stuck_on,
                       out->stuck_off);
}

static void read_drift(const XbJsonObject *rram, XbCfgRram *out)
{
    static const char *const keys[] = {"nu", "time", "t0", NULL};
    XbJsonObject o = xb_json_object(rram, "drift");
    xb_json_known(&o, keys);
    out->nu = read_number(&o, "nu", "rram-drift-nu", 0, no_limit, 0);
    out->t0 = read_number(&o, "t0", "rram-drift-t0", 0, no_limit, 1);
    if (out->t0 <= 0) {
        xb_json_report(&o, "t0", "rram-drift-t0",
                       "0 is not a time after programming; more than 0 "
                       "is allowed");
        out->t0 = 1;
    }
    out->time = read_number(&o, "time", "rram-drift-time", 0, no_limit, 1);
    if (out->time < out->t0)
        xb_json_report(&o, "time", "rram-drift-time", "%g is before t0, %g", out->time, out->t0);
}

static int cell_bits_of(const XbJsonObject *root)
{
    double bits = xb_json_number(xb_json_find(root, "crossbar"), "cell_bits", 2);
    return bits >= 1 && bits <= 4 ? (int)bits : 1;  // anything else is reported where it is read
}

// The sign of nothing, the whole range above and what variation adds must fit 16 bits.
static void check_width(const XbJsonObject *o, int cell_bits, XbCfgRram *out)
{
    if (out->frac_bits == XB_JSON_BAD)
        out->frac_bits = 0;
    if (cell_bits + out->frac_bits + 1 <= MOST_WIDTH)
        return;
    xb_json_report(o, "frac_bits", "rram-width",
                   "%d is outside 0..%d with cells of %d bits: cell_bits + frac_bits + 1 is at "
                   "most %d",
                   out->frac_bits, MOST_WIDTH - 1 - cell_bits, cell_bits, MOST_WIDTH);
}

static void check_off_level(const XbJsonObject *o, int cell_bits, const XbCfgRram *out)
{
    int top = (1 << cell_bits) - 1;
    if (out->off_level >= top)
        xb_json_report(o, "off_level", "rram-off-level",
                       "%g is not below the highest level, %d with cells of %d bits",
                       out->off_level, top, cell_bits);
}

XbCfgRram xb_cfg_read_rram(const XbJsonObject *root)
{
    static const char *const keys[] = {"seed",       "frac_bits", "off_level", "variation",
                                       "stuck_on",   "stuck_off", "drift",     "attenuation",
                                       "read_noise", "bias",      NULL};
    static const char *const biases[] = {"nominal", "programmed", NULL};
    XbJsonObject o = xb_json_object(root, "rram");
    XbCfgRram out = {.is_given = o.node};
    xb_json_known(&o, keys);
    out.seed = read_seed(&o);
    out.frac_bits = xb_json_int(&o, "frac_bits", "rram-frac-bits", 0, MOST_FRAC_BITS, 0);
    check_width(&o, cell_bits_of(root), &out);
    out.off_level = read_number(&o, "off_level", "rram-off-level", 0, no_limit, 0);
    check_off_level(&o, cell_bits_of(root), &out);
    out.variation = read_number(&o, "variation", "rram-variation", 0, 2, 0);
    read_stuck(&o, &out);
    read_drift(&o, &out);
    out.attenuation = read_number(&o, "attenuation", "rram-attenuation", 0, 1, 0);
    out.read_noise = read_number(&o, "read_noise", "rram-read-noise", 0, no_limit, 0);
    out.programmed_bias = xb_json_choice(&o, "bias", "rram-bias", biases, 0) == 1;
    return out;
}
