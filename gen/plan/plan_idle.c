// SPDX-License-Identifier: Apache-2.0
// Keys of all layers that reach none: a note, since a sweep may well set them beside a scheme that
// they are not for.
#include "plan/parts.h"

static void note(const XbPlanning *p, const char *key, const char *text)
{
    XbPath mapping = {.key = "mapping"}, at = {.up = &mapping, .key = key};
    xb_report_json(p->d, XB_NOTE, "plan-idle-key", p->cfg->file, &at, "%s", text);
}

static bool has_scheme(const XbPlanning *p, XbScheme scheme)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l] && p->map[l]->scheme == scheme)
            return true;
    return false;
}

static void note_schemes(const XbPlanning *p)
{
    static const char uncut[] = "no layer is mapped as \"subimage\", so it says nothing";
    if (p->cfg->reuse && !has_scheme(p, XB_SUB_IMAGE))
        note(p, "reuse", uncut);
    if (p->cfg->policy != XB_PACKED && !has_scheme(p, XB_SUB_IMAGE))
        note(p, "policy", uncut);
    if (p->cfg->kp_packed != XB_PACK_AUTO && !has_scheme(p, XB_KERNEL_POSITION))
        note(p, "kp_packed", "no layer is mapped as \"kernel_position\", so it says nothing");
}

void xb_plan_note_idle_keys(const XbPlanning *p)
{
    static const char given[] = "copies are not \"optimal\", so it says nothing";
    note_schemes(p);
    if (p->cfg->how_copies == XB_COPIES_OPTIMAL)
        return;
    if (p->cfg->objective != XB_THROUGHPUT)
        note(p, "objective", given);
    if (p->cfg->bandwidth_blind)
        note(p, "bandwidth_aware", given);
}
