// SPDX-License-Identifier: Apache-2.0
// The registers of each layer that the program stream writes, from the plan.
#include "emit/kinds.h"

// Zero points and clamp: the first four of every kind.
static int put_codes(const XbPlanLayer *l, int32_t *value)
{
    value[0] = l->in_zero[0];
    value[1] = l->out_zero;
    value[2] = l->clamp_lo;
    value[3] = l->clamp_hi;
    return 4;
}

static int put_scale(XbMultiplier scale, int32_t *value, int at)
{
    value[at] = scale.q;
    value[at + 1] = scale.e;
    return at + 2;
}

int xb_registers_mvm(const XbPlanLayer *l, int32_t *value)
{
    const XbPlanAdc *adc = &l->map->adc;
    int n = put_codes(l, value);
    value[n++] = adc->delta;
    value[n++] = adc->lo;
    return n;
}

int xb_registers_pool(const XbPlanLayer *l, int32_t *value)
{
    int n = put_scale(l->in_scale[0], value, put_codes(l, value));
    value[n++] = l->elements * l->in_zero[0];
    return n;
}

int xb_registers_add(const XbPlanLayer *l, int32_t *value)
{
    int n = put_scale(l->in_scale[0], value, put_codes(l, value));
    n = put_scale(l->in_scale[1], value, n);
    n = put_scale(l->out_scale, value, n);
    value[n++] = l->in_zero[1];
    return n;
}

int xb_registers_relu(const XbPlanLayer *l, int32_t *value)
{
    return put_scale(l->in_scale[0], value, put_codes(l, value));
}

int xb_registers_mul(const XbPlanLayer *l, int32_t *value)
{
    int n = put_scale(l->in_scale[0], value, put_codes(l, value));
    value[n++] = l->in_zero[1];
    return n;
}

int xb_registers_merge(const XbPlanLayer *l, int32_t *value)
{
    value[0] = l->merge_multiplier;
    value[1] = l->merge_shift;
    return 2;
}

int xb_registers_none(const XbPlanLayer *l, int32_t *value)
{
    (void)l, (void)value;
    return 0;
}
