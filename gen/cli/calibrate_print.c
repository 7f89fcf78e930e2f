// SPDX-License-Identifier: Apache-2.0
// What a calibration found: a table, and JSON.
#include "base/text.h"
#include "cli/calibrate.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct Part {  // of a layer: a plane, a slice
    const char *word;  // "plane", "slice"; NULL: parts are not asked for
    int count;
} Part;

static const char *word_of(const XbCalib *c) { return c->run->options->per; }

static Part parts_of(const XbCalib *c, const XbCalibLayer *l)
{
    if (!word_of(c))
        return (Part){0};
    return (Part){word_of(c), word_of(c)[0] == 'p' ? l->tally->planes : l->tally->slices};
}

static void select_part(const XbCalib *c, int number, int *plane, int *slice)
{
    bool is_plane = word_of(c)[0] == 'p';
    *plane = is_plane ? number : -1;
    *slice = is_plane ? -1 : number;
}

static double share(int64_t part, int64_t all) { return all ? (double)part / (double)all : 0; }

static double mean(XbInt128 error, int64_t all) { return all ? (double)error / (double)all : 0; }

// Exact, in decimal digits.
static const char *wide_text(XbArena *arena, XbInt128 value)
{
    char digits[48];
    int at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value);
    return xb_arena_copy(arena, digits + at);
}

static double energy(const XbCalibLayer *l) { return ldexp(1, l->lossless_bits - l->fit.bits); }

// ---- the table ----

static int name_width(const XbCalib *c) { return xb_plan_name_width(&c->run->plan, 10); }

static void print_row(const XbCalib *c, const char *name, const XbSpread *s, const XbCalibLayer *l,
                      double error, int64_t clipped)
{
    printf("%-*s %6lld %6lld %8.2f %8d %4d %6lld %6d %11.4g %9.3f %12lld %8g\n", name_width(c),
           name, (long long)s->min, (long long)s->max, s->sigma, l->lossless_bits, l->fit.bits,
           (long long)l->fit.delta, l->fit.lo, error, 100 * share(clipped, s->conversions),
           (long long)s->conversions, energy(l));
}

static void print_part(const XbCalib *c, const XbCalibLayer *l, int number)
{
    int plane, slice;
    select_part(c, number, &plane, &slice);
    XbSpread s = xb_calib_spread(l->tally, plane, slice);
    XbInt128 error = xb_calib_part_error(l->tally, plane, slice, c->goal.criterion, &l->fit);
    int64_t clipped = xb_calib_clipped(l->tally, plane, slice, &l->fit);
    char name[32];
    snprintf(name, sizeof name, "  %s %d", word_of(c), number);
    printf("%-*s %6lld %6lld %8.2f %33s %11.4g %9.3f %12lld\n", name_width(c), name,
           (long long)s.min, (long long)s.max, s.sigma, "", mean(error, s.conversions),
           100 * share(clipped, s.conversions), (long long)s.conversions);
}

static void print_layer(const XbCalib *c, const XbCalibLayer *l)
{
    print_row(c, l->name, &l->spread, l, mean(l->fit.error, l->spread.conversions), l->clipped);
    for (int i = 0; i < parts_of(c, l).count; i++)
        print_part(c, l, i);
}

void xb_calib_print(const XbCalib *c)
{
    double conversions = 0, now = 0, lossless = 0;
    printf("calibrate: %lld images, %lld keep their class (%.2f %%)\n", (long long)c->images,
           (long long)c->kept, 100 * share(c->kept, c->images));
    if (c->run->options->budget)
        printf("budget: %lld images may change their class, %d bits taken, %lld evaluations\n",
               (long long)c->allowed, c->steps, (long long)c->budget.evaluations);
    printf("\n%-*s %6s %6s %8s %8s %4s %6s %6s %11s %9s %12s %8s\n", name_width(c), "layer", "min",
           "max", "sigma", "lossless", "bits", "delta", "lo", "mean error", "clipped %",
           "conversions", "energy");
    for (int i = 0; i < c->layers; i++) {
        const XbCalibLayer *l = &c->layer[i];
        print_layer(c, l);
        conversions += (double)l->spread.conversions;
        now += (double)l->spread.conversions * ldexp(1, l->fit.bits);
        lossless += (double)l->spread.conversions * ldexp(1, l->lossless_bits);
    }
    printf("\nenergy: of lossless converters over these, 2^bits a conversion; all layers %.3g\n",
           now > 0 ? lossless / now : 1);
}

// ---- JSON ----

static void add_spread(XbText *t, const XbSpread *s)
{
    xb_text_add(t,
                "\"conversions\": %lld, \"min\": %lld, \"max\": %lld, \"mean\": %.9f, "
                "\"sigma\": %.9f, \"zero_share\": %.9f",
                (long long)s->conversions, (long long)s->min, (long long)s->max, s->mean, s->sigma,
                share(s->zeros, s->conversions));
}

static void add_error(XbText *t, XbInt128 error, int64_t clipped, const XbSpread *s)
{
    xb_text_add(t,
                "\"error\": %s, \"mean_error\": %.9f, \"clipped\": %lld, \"clipped_share\": %.9f",
                wide_text(t->arena, error), mean(error, s->conversions), (long long)clipped,
                share(clipped, s->conversions));
}

static void add_part(XbText *t, const XbCalib *c, const XbCalibLayer *l, int number)
{
    int plane, slice;
    select_part(c, number, &plane, &slice);
    XbSpread s = xb_calib_spread(l->tally, plane, slice);
    xb_text_add(t, "%s\n       {", number ? "," : "");
    add_spread(t, &s);
    xb_text_add(t, ", ");
    add_error(t, xb_calib_part_error(l->tally, plane, slice, c->goal.criterion, &l->fit),
              xb_calib_clipped(l->tally, plane, slice, &l->fit), &s);
    xb_text_add(t, "}");
}

static void add_layer(XbText *t, const XbCalib *c, const XbCalibLayer *l)
{
    Part part = parts_of(c, l);
    xb_text_add(t, "    {\"name\": ");
    xb_text_json_string(t, l->name);
    xb_text_add(t, ", ");
    add_spread(t, &l->spread);
    xb_text_add(t, ",\n     \"imax\": %lld, \"lossless_bits\": %d, \"bits\": %d, \"delta\": %lld, ",
                (long long)l->imax, l->lossless_bits, l->fit.bits, (long long)l->fit.delta);
    xb_text_add(t, "\"lo\": %d, ", l->fit.lo);
    add_error(t, l->fit.error, l->clipped, &l->spread);
    xb_text_add(t, ", \"energy_ratio\": %g,\n     \"full\": ", energy(l));
    xb_text_add(t, "{\"delta\": %lld, \"lo\": %d, \"error\": %s}", (long long)l->full.delta,
                l->full.lo, wide_text(t->arena, l->full.error));
    if (part.word)
        xb_text_add(t, ",\n     \"%ss\": [", part.word);
    for (int i = 0; i < part.count; i++)
        add_part(t, c, l, i);
    xb_text_add(t, "%s}", part.word ? "]" : "");
}

static void add_budget(XbText *t, const XbCalib *c)
{
    xb_text_add(t, "  \"budget\": {\"allowed\": %lld, \"evaluations\": %lld,\n   \"start\": {",
                (long long)c->allowed, (long long)c->budget.evaluations);
    for (int i = 0; i < c->layers; i++) {
        xb_text_add(t, "%s", i ? ", " : "");
        xb_text_json_string(t, c->layer[i].name);
        xb_text_add(t, ": %d", c->start[i]);
    }
    xb_text_add(t, "},\n   \"steps\": [");
    for (int i = 0; i < c->steps; i++) {
        xb_text_add(t, "%s[", i ? ", " : "");
        xb_text_json_string(t, c->layer[c->step[i].layer].name);
        xb_text_add(t, ", %d, %lld]", c->step[i].bits, (long long)c->step[i].kept);
    }
    xb_text_add(t, "]},\n");
}

static XbInt128 all_errors(const XbCalib *c)
{
    XbInt128 sum = 0;
    for (int i = 0; i < c->layers; i++)
        sum += c->layer[i].fit.error;
    return sum;
}

char *xb_calib_json(const XbCalib *c)
{
    XbText t = {.arena = c->run->arena};
    const XbOptions *o = c->run->options;
    xb_text_add(&t, "{\n  \"images\": %lld,\n  \"agreement\": %lld,\n", (long long)c->images,
                (long long)c->kept);
    xb_text_add(&t, "  \"criterion\": \"%s\",\n  \"weight\": \"%s\",\n  \"scope\": \"%s\",\n",
                o->criterion, o->weight, o->scope);
    xb_text_add(&t, "  \"power_of_two\": %s,\n  \"error\": %s,\n",
                o->power_of_two ? "true" : "false", wide_text(t.arena, all_errors(c)));
    xb_text_add(&t, "  \"frac_bits\": %d,\n", c->frac_bits);
    if (o->budget)
        add_budget(&t, c);
    xb_text_add(&t, "  \"layers\": [\n");
    for (int i = 0; i < c->layers; i++) {
        add_layer(&t, c, &c->layer[i]);
        xb_text_add(&t, i + 1 < c->layers ? ",\n" : "\n");
    }
    xb_text_add(&t, "  ]\n}\n");
    return t.data;
}
