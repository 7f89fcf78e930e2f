// SPDX-License-Identifier: Apache-2.0
// The plan's hash: FNV-1a over plan.json and every table that the hardware is programmed with.
// Which program runs on which hardware is the design hash's matter (emit.h): weights are not in
// that one.
#include "plan/parts.h"
#include <string.h>

static void hash_bytes(uint64_t *h, const void *data, size_t size)
{
    const uint8_t *byte = data;
    for (size_t i = 0; i < size; i++)
        *h = (*h ^ byte[i]) * UINT64_C(0x100000001b3);
}

// Byte by byte, so that the hash does not depend on the machine.
static void hash_number(uint64_t *h, int64_t value)
{
    uint8_t byte[8];
    for (int i = 0; i < 8; i++)
        byte[i] = (uint8_t)((uint64_t)value >> (8 * i));
    hash_bytes(h, byte, sizeof byte);
}

static void hash_multiplier(uint64_t *h, XbMultiplier m)
{
    hash_number(h, m.q);
    hash_number(h, m.e);
}

static void hash_weights(uint64_t *h, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    for (int c = 0; c < l->out.c; c++) {
        hash_number(h, l->bias[c]);
        hash_multiplier(h, l->scale[c]);
    }
    for (int64_t i = 0; i < (int64_t)l->out.c * m->column[0].row_count; i++)
        hash_number(h, l->weights[i]);
    for (int k = 0; k < m->row_tiles * m->col_tiles; k++)
        hash_bytes(h, m->array[k].levels, (size_t)m->array[k].rows * (size_t)m->array[k].cols);
}

static void hash_layer(uint64_t *h, const XbPlanLayer *l)
{
    const int number[] = {l->in_zero[0],   l->in_zero[1], l->out_zero, l->clamp_lo, l->clamp_hi,
                          (int)l->scaling, l->kh,         l->kw,       l->stride_h, l->stride_w,
                          l->dil_h,        l->dil_w,      l->pad_t,    l->pad_l,    l->pad_b,
                          l->pad_r,        l->input[0],   l->input[1], l->steps,    l->fetch_rate,
                          l->recip_shift};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        hash_number(h, number[i]);
    hash_multiplier(h, l->in_scale[0]);
    hash_multiplier(h, l->in_scale[1]);
    hash_multiplier(h, l->out_scale);
    for (int i = 0; l->reciprocal && i <= l->elements; i++)
        hash_number(h, (int64_t)l->reciprocal[i]);
    if (l->map)
        hash_weights(h, l);
}

uint64_t xb_plan_hash(const XbPlan *plan)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    XbArena scratch = {0};
    const char *text = xb_plan_json_text(&scratch, plan, false);
    hash_bytes(&h, text, strlen(text));
    for (int l = 0; l < plan->layers; l++)
        hash_layer(&h, &plan->layer[l]);
    xb_arena_free(&scratch);
    return h;
}
