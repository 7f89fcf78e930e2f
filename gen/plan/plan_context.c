// SPDX-License-Identifier: Apache-2.0
// What every stage of the plan builder asks of cfg.json and reports: the ground floor of gen/plan.
#include "plan/parts.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const XbCfgLayer *xb_plan_override(const XbPlanning *p, int l)
{
    for (int i = 0; i < p->cfg->layers; i++)
        if (strcmp(p->cfg->layer[i].name, p->net->layer[l].name) == 0)
            return &p->cfg->layer[i];
    return NULL;
}

void xb_plan_fault(const XbPlanning *p, int l, const char *code, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *where = xb_arena_printf(p->arena, "layer %s", p->net->layer[l].name);
    xb_report(p->d, XB_ERROR, code, p->cfg->file, where, "%s", text);
}

void xb_plan_fault_at(const XbPlanning *p, int l, const char *section, const char *key,
                      const char *code, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    XbPath top = {.key = section}, layers = {.up = &top, .key = "layers"};
    XbPath layer = {.up = &layers, .key = p->net->layer[l].name}, at = {.up = &layer, .key = key};
    xb_report_json(p->d, XB_ERROR, code, p->cfg->file, &at, "%s", text);
}

bool xb_plan_has_fractions(const XbPlanning *p)
{
    const XbCfgRram *r = &p->cfg->rram;
    return r->off_level > 0 || r->variation > 0 || (r->nu > 0 && r->time > r->t0) ||
           r->attenuation > 0;
}

bool xb_plan_is_imperfect(const XbPlanning *p)
{
    const XbCfgRram *r = &p->cfg->rram;
    return xb_plan_has_fractions(p) || r->stuck_on > 0 || r->stuck_off > 0 || r->read_noise > 0;
}
