// SPDX-License-Identifier: Apache-2.0
// Converters beside those that would lose nothing. A converter's energy doubles with every bit.
#include "study/parts.h"

static void add(XbStudyAdcs *sum, const XbStudyAdc *one)
{
    sum->energy += one->conversions << one->bits;
    sum->lossless_energy += one->conversions << one->lossless_bits;
    sum->power += one->converters << one->bits;
    sum->lossless_power += one->converters << one->lossless_bits;
}

void xb_study_adcs(const XbStudying *s)
{
    XbStudyAdcs *all = &s->out->adcs;
    all->layer = xb_new(s->arena, XbStudyAdc, s->plan->layers);
    for (int n = 0; n < s->plan->layers; n++) {
        const XbPlanLayer *l = &s->plan->layer[n];
        if (!l->map)
            continue;
        XbStudyAdc *one = &all->layer[all->layers++];
        *one = (XbStudyAdc){.name = l->name,
                            .bits = l->map->adc.bits,
                            .lossless_bits = l->map->adc.lossless_bits,
                            .converters = l->map->arrays * s->plan->adc_per_array,
                            .conversions = xb_plan_layer_conversions(s->plan, l)};
        add(all, one);
    }
}
