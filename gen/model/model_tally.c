// SPDX-License-Identifier: Apache-2.0
// Counts sums in front of the converters. A unit's sums of one window are a few KB, so they are
// counted while the cache has them; reads that drive no row are only numbered.
#include "model/parts.h"
#include <string.h>

static int64_t span(const XbTally *t) { return (int64_t)t->high - t->low + 1; }

static int64_t plane_size(const XbTally *t) { return t->slices * span(t); }

XbTally *xb_model_tallies(XbArena *arena, const XbModel *model)
{
    const XbPlan *plan = model->plan;
    XbTally *tally = xb_new(arena, XbTally, plan->layers);
    for (int l = 0; l < plan->layers; l++) {
        const XbPlanMap *map = plan->layer[l].map;
        const XbConverter *adc = &model->mvm[l].adc;
        if (!map)
            continue;
        tally[l] = (XbTally){map->planes, map->slices, adc->low, adc->high, NULL};
        tally[l].count = xb_new(arena, int64_t, map->planes * plane_size(&tally[l]));
    }
    return tally;
}

void xb_tally_add(XbTally *tally, const XbTally *more)
{
    for (int64_t i = 0; i < tally->planes * plane_size(tally); i++)
        tally->count[i] += more->count[i];
}

XbTallying xb_model_begin_tally(const XbJob *job, const XbMvm *m)
{
    const XbPlanMap *map = m->plan->map;
    int turns = map->planes * map->groups, stride = 0, per_slice = m->per_sum / map->slices;
    int64_t *place = xb_new(job->scratch, int64_t, m->conversions);
    for (int c = 0; c < m->conversions; c++)
        place[c] = c % m->per_sum / per_slice * span(job->tally) - job->tally->low;
    for (int u = 0; u < m->units; u++)
        stride = m->unit[u].stride > stride ? m->unit[u].stride : stride;
    return (XbTallying){.tally = job->tally,
                        .mvm = m,
                        .sums = {.sum = xb_new(job->scratch, int32_t, (int64_t)turns * stride),
                                 .is_on = xb_new(job->scratch, bool, turns)},
                        .place = place,
                        .off = xb_new(job->scratch, int64_t, map->planes)};
}

void xb_model_begin_read(XbTallying *t)
{
    const XbPlanMap *map = t->mvm->plan->map;
    memset(t->sums.is_on, 0, (size_t)(map->planes * map->groups) * sizeof *t->sums.is_on);
}

void xb_model_end_read(XbTallying *t, const XbUnit *unit)
{
    const XbPlanMap *map = t->mvm->plan->map;
    const int64_t *place = t->place + unit->first_conversion;
    for (int turn = 0; turn < map->planes * map->groups; turn++) {
        int plane = turn / map->groups;
        if (!t->sums.is_on[turn]) {
            t->off[plane]++;
            continue;
        }
        int64_t *count = t->tally->count + plane * plane_size(t->tally);
        const int32_t *sum = t->sums.sum + (int64_t)turn * unit->stride;
        for (int c = 0; c < unit->conversions; c++)
            count[place[c] + sum[c]]++;
    }
}

void xb_model_end_unit(XbTallying *t, const XbUnit *unit)
{
    const int64_t *place = t->place + unit->first_conversion;
    for (int plane = 0; plane < t->tally->planes; plane++) {
        int64_t *count = t->tally->count + plane * plane_size(t->tally);
        for (int c = 0; t->off[plane] && c < unit->conversions; c++)
            count[place[c]] += t->off[plane];
        t->off[plane] = 0;
    }
}
