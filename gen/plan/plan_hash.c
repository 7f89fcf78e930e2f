// SPDX-License-Identifier: Apache-2.0
// The plan's hash: FNV-1a over plan.json and what the hardware's tables are made of: weights or
// their seeds, biases, scales, zero points and threshold lists. An outline has the same hash as the
// whole plan. Which program runs on which hardware is the design hash's matter (emit.h): weights
// are not in that one.
#include "plan/parts.h"
#include <string.h>

#include "xbgen/digest.h"

static void hash_bytes(XbDigest *h, const void *data, size_t size)
{
    *h = xb_digest_add(*h, data, size);
}

// Byte by byte, so that the hash does not depend on the machine.
static void hash_number(XbDigest *h, int64_t value)
{
    uint8_t byte[8];
    for (int i = 0; i < 8; i++)
        byte[i] = (uint8_t)((uint64_t)value >> (8 * i));
    hash_bytes(h, byte, sizeof byte);
}

static void hash_scale(XbDigest *h, float scale)
{
    uint32_t bits;
    memcpy(&bits, &scale, sizeof bits);
    hash_number(h, bits);
}

static void hash_quant(XbDigest *h, XbQuant q)
{
    hash_scale(h, q.scale);
    hash_number(h, q.zero);
    if (q.bits != 8)
        hash_number(h, 2 * q.bits + q.is_signed);
}

// Thresholds and their signs.
static void hash_thresholds(XbDigest *h, const XbNetLayer *l)
{
    int levels = (1 << l->out_q.bits) - 1;
    hash_number(h, l->blocks);
    for (int64_t i = 0; l->thresholds && i < (int64_t)l->threshold_lists * levels; i++)
        hash_number(h, l->thresholds[i]);
    for (int c = 0; l->gain_sign && c < l->out.c; c++)
        hash_number(h, l->gain_sign[c]);
}

static void hash_merge(XbDigest *h, const XbNetLayer *l)
{
    const int number[] = {l->blocks, (int)l->merge, l->avg_multiplier, l->avg_shift};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        hash_number(h, number[i]);
}

static void hash_function(XbDigest *h, const XbNetLayer *l)
{
    hash_number(h, (int)l->function);
    hash_scale(h, l->alpha);
    if (l->operand)
        hash_quant(h, l->in_q[1]);
    for (int i = 0; i < l->operands; i++)
        hash_number(h, l->operand[i]);
}

static void hash_weights(XbDigest *h, const XbNetLayer *l, const XbPlanMap *m)
{
    if (l->has_seed)
        hash_number(h, (int64_t)l->seed);
    else if (l->weights)
        hash_bytes(h, l->weights, (size_t)l->out.c * (size_t)m->fan_in);
    if (l->weight_zero)
        hash_number(h, l->weight_zero);
    for (int c = 0; c < l->out.c; c++) {
        hash_number(h, l->bias ? l->bias[c] : 0);
        if (l->weight_scale)
            hash_scale(h, l->weight_scale[c]);
    }
    if (l->post == XB_POST_THRESHOLDS)
        hash_thresholds(h, l);
}

static void hash_lists(XbDigest *h, const XbPlanAdc *adc)
{
    int64_t count = xb_plan_list_count(adc) * ((1 << adc->bits) - 1);
    for (int64_t i = 0; i < count; i++)
        hash_number(h, adc->threshold[i]);
}

static void hash_layer(XbDigest *h, const XbNetLayer *from, const XbPlanLayer *l)
{
    const int number[] = {(int)from->act, l->kh,       l->kw,      l->stride_h, l->stride_w,
                          l->dil_h,       l->dil_w,    l->pad_t,   l->pad_l,    l->pad_b,
                          l->pad_r,       l->input[0], l->input[1]};
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        hash_number(h, number[i]);
    for (int i = 0; i < from->inputs; i++)
        hash_quant(h, from->in_q[i]);
    hash_quant(h, from->out_q);
    if (l->kind == XB_TABLE)
        hash_function(h, from);
    if (l->kind == XB_MERGE)
        hash_merge(h, from);
    if (!l->map)
        return;
    hash_weights(h, from, l->map);
    if (!l->blocks)  // their references follow from the network
        hash_lists(h, &l->map->adc);
}

uint64_t xb_plan_hash(const XbNet *net, const XbPlan *plan)
{
    XbDigest h = xb_digest_start();
    XbArena scratch = {0};
    const char *text = xb_plan_json_text(&scratch, plan, false);
    hash_bytes(&h, text, strlen(text));
    for (int l = 0; l < plan->layers; l++)
        hash_layer(&h, &net->layer[l], &plan->layer[l]);
    xb_arena_free(&scratch);
    return h.hash;
}
