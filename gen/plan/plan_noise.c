// SPDX-License-Identifier: Apache-2.0
// What cfg.json's imperfect cells are for the chip as a whole: units, read noise, and what an
// architect should be warned of. docs/numerics.md section 7 has the rules.
#include "base/text.h"
#include "plan/cells.h"
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

// ---- read noise ----

const int16_t *xb_noise_quantiles(XbArena *arena)
{
    int16_t *quantile = xb_new(arena, int16_t, XB_QUANTILES);
    for (int i = 0; i < XB_QUANTILES; i++)
        quantile[i] = (int16_t)floor(4096 * xb_normal_quantile((i + 0.5) / XB_QUANTILES) + 0.5);
    return quantile;
}

// Of a layer, in units of 2^-F of a level.
static double deviation(const XbCfgRram *rram, int rows)
{
    return ldexp(rram->read_noise, rram->frac_bits) * sqrt(rows);
}

bool xb_noise_amplitude(const XbCfgRram *rram, int rows, int32_t *amplitude)
{
    double s = floor(4096 * deviation(rram, rows) + 0.5);
    bool is_held = s <= INT32_MAX;
    *amplitude = is_held ? (int32_t)s : 0;
    return is_held;
}

static void set_noise(const XbPlanning *p, int n)
{
    int rows = xb_plan_rows_on(p, &p->layer[n]);
    if (!xb_noise_amplitude(&p->cfg->rram, rows, &p->map[n]->read_noise))
        xb_plan_fault(p, n, "plan-overflow",
                      "the noise of a conversion has a standard deviation of %g levels, more than "
                      "32 bits hold; rram.read_noise is too large",
                      p->cfg->rram.read_noise * sqrt(rows));
}

int64_t xb_plan_most_noise(const XbPlanMap *m)
{
    const int64_t most = 15025;  // the last of the quantiles
    return (m->read_noise * most + (INT64_C(1) << 23)) >> 24;
}

// ---- warnings ----

static void warn_fraction(const XbPlanning *p)
{
    const XbCfgRram *r = &p->cfg->rram;
    XbPath top = {.key = "rram"}, at = {.up = &top, .key = "frac_bits"};
    if (r->frac_bits < 2 && xb_plan_has_fractions(p))
        xb_report_json(p->d, XB_WARNING, "plan-frac-bits", p->cfg->file, &at,
                       "with %d, off_level, variation, drift and attenuation are rounded to %s; 4 "
                       "and more is usual",
                       r->frac_bits, r->frac_bits ? "halves of a level" : "whole levels");
}

static void warn_noise(const XbPlanning *p, int n)
{
    const XbCfgRram *r = &p->cfg->rram;
    double sigma = deviation(r, xb_plan_rows_on(p, &p->layer[n]));
    if (r->read_noise <= 0 || sigma >= 1)
        return;
    const char *where = xb_arena_printf(p->arena, "layer %s", p->layer[n].name);
    xb_report(p->d, XB_WARNING, "plan-noise", p->cfg->file, where,
              "the noise of a conversion has a standard deviation of %.3g units of 2^-%d of a "
              "level, less than sums resolve; more rram.frac_bits would show it",
              sigma, r->frac_bits);
}

// ---- the chip ----

// The shortest text that is the number again.
static const char *number(XbArena *arena, double value)
{
    const char *text = xb_arena_printf(arena, "%.15g", value);
    return strtod(text, NULL) == value ? text : xb_arena_printf(arena, "%.17g", value);
}

static const char *settings(XbArena *arena, const XbCfgRram *r)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "{\"seed\": \"0x%" PRIx64 "\", \"frac_bits\": %d, ", r->seed, r->frac_bits);
    xb_text_add(&t, "\"off_level\": %s, \"variation\": %s, ", number(arena, r->off_level),
                number(arena, r->variation));
    xb_text_add(&t, "\"stuck_on\": %s, \"stuck_off\": %s, ", number(arena, r->stuck_on),
                number(arena, r->stuck_off));
    xb_text_add(&t, "\"drift\": {\"nu\": %s, \"time\": %s, \"t0\": %s}, ", number(arena, r->nu),
                number(arena, r->time), number(arena, r->t0));
    xb_text_add(&t, "\"attenuation\": %s, \"read_noise\": %s, \"bias\": \"%s\"}",
                number(arena, r->attenuation), number(arena, r->read_noise),
                r->programmed_bias ? "programmed" : "nominal");
    return t.data;
}

void xb_plan_rram(const XbPlanning *p)
{
    const XbCfgRram *r = &p->cfg->rram;
    XbPlan *plan = p->plan;
    if (!xb_plan_is_imperfect(p) && r->frac_bits == 0)
        return;
    plan->rram = settings(p->arena, r);
    plan->seed = r->seed;
    plan->frac_bits = r->frac_bits;
    plan->level_bits = plan->cell_bits + r->frac_bits + 1;
    if (r->read_noise > 0)
        plan->quantile = xb_noise_quantiles(p->arena);
    warn_fraction(p);
}

void xb_plan_noise(const XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l] && p->plan->quantile) {
            set_noise(p, l);
            warn_noise(p, l);
        }
}
