// SPDX-License-Identifier: Apache-2.0
// Split layers: how many blocks each has, what a block cannot do, and the references at which its
// converters give the codes of the activation. docs/numerics.md, Split layers.
#include "plan/parts.h"

enum { MAX_OUTPUTS = 65536, MAX_MERGED_BITS = 16 };

// ---- how many ----

// The inputs of an output, over all blocks.
static int64_t inputs_of(const XbNetLayer *l)
{
    return xb_net_rows(l) * (l->blocks > 0 ? l->blocks : 1);
}

// As many as the rows need, then more until they are equal.
static int64_t published(int64_t inputs, int rows)
{
    int64_t blocks = xb_ceil_div_int64(inputs, rows);
    while (inputs % blocks != 0)
        blocks++;
    return blocks;
}

// What cfg.json asks for: its number, or the published rule's.
static int64_t asked(const XbPlanning *p, int n)
{
    const XbCfgLayer *o = xb_plan_override(p, n);
    int64_t inputs = inputs_of(&p->net->layer[n]);
    int64_t least = published(inputs, p->cfg->rows);
    if (!o || o->split <= 0)
        return least;
    if (inputs % o->split != 0) {
        xb_plan_fault_at(p, n, "mapping", "split", "plan-split",
                         "%d blocks do not divide the %lld inputs of an output; the least number "
                         "that does and fits is %lld",
                         o->split, (long long)inputs, (long long)least);
        return 0;
    }
    if (inputs / o->split > p->cfg->rows) {
        xb_plan_fault_at(
            p, n, "mapping", "split", "plan-split",
            "%d block%s %lld rows%s, crossbar.rows is %d; the least number that fits is %lld",
            o->split, o->split > 1 ? "s have" : " has", (long long)(inputs / o->split),
            o->split > 1 ? " each" : "", p->cfg->rows, (long long)least);
        return 0;
    }
    return o->split;
}

static int fits(const XbPlanning *p, int n, int64_t blocks)
{
    const XbNetLayer *l = &p->net->layer[n];
    int64_t outputs = blocks * xb_net_filters(l);
    if (outputs > MAX_OUTPUTS) {
        xb_plan_fault_at(p, n, "mapping", "split", "plan-split",
                         "%lld blocks have %lld outputs together, more than %d", (long long)blocks,
                         (long long)outputs, (int)MAX_OUTPUTS);
        return 0;
    }
    uint64_t most = (uint64_t)blocks * ((1U << l->out_q.bits) - 1);
    if (l->merge == XB_MERGE_SUM && xb_bits_for(most) > MAX_MERGED_BITS) {
        xb_plan_fault_at(p, n, "mapping", "split", "plan-split",
                         "the sum of %lld blocks has more than %d bits", (long long)blocks,
                         (int)MAX_MERGED_BITS);
        return 0;
    }
    return (int)blocks;
}

// `blocks` of cfg.json are not those of the network.
static void refuse_blocks(const XbPlanning *p, int n, int64_t blocks)
{
    const XbNetLayer *l = &p->net->layer[n];
    int64_t rows = xb_net_rows(l);
    const char *what =
        rows > p->cfg->rows
            ? xb_arena_printf(p->arena, "of %lld rows each, more than crossbar.rows, %d",
                              (long long)rows, p->cfg->rows)
            : xb_arena_printf(p->arena, "and %lld follow from cfg.json; give %d", (long long)blocks,
                              l->blocks);
    xb_plan_fault_at(p, n, "mapping", "split", "plan-split", "the network has %d blocks, %s",
                     l->blocks, what);
}

// The file's number stands: thresholds are made for it.
static int blocks_of(const XbPlanning *p, int n)
{
    const XbNetLayer *l = &p->net->layer[n];
    int64_t blocks = asked(p, n);
    if (blocks && l->blocks > 0 && blocks != l->blocks) {
        refuse_blocks(p, n, blocks);
        return 0;
    }
    return blocks ? fits(p, n, blocks) : 0;
}

// ---- what a block cannot do ----

static void refuse(const XbPlanning *p, const XbPath *at, int n, const char *text)
{
    xb_report_json(p->d, XB_ERROR, "plan-split", p->cfg->file, at,
                   "split layer %s: a block is one conversion, so %s", p->net->layer[n].name, text);
}

static void check_crossbar(const XbPlanning *p, int n)
{
    XbPath crossbar = {.key = "crossbar"};
    XbPath active = {.up = &crossbar, .key = "active_rows"};
    XbPath cells = {.up = &crossbar, .key = "cell_bits"};
    int bits = xb_plan_magnitude_bits(p, n);
    if (p->cfg->active_rows != p->cfg->rows)
        refuse(p, &active, n, "all rows are on together");
    const char *held =
        xb_arena_printf(p->arena, "a cell holds the %d bits of its weights' magnitude", bits);
    if (bits > XB_MOST_CELL_BITS)
        held = xb_arena_printf(p->arena, "%s, and has %d at most: give the layer fewer weight_bits",
                               held, XB_MOST_CELL_BITS);
    if (bits > p->cfg->cell_bits)
        refuse(p, &cells, n, held);
}

static void check_converters(const XbPlanning *p, int n)
{
    const XbNetLayer *l = &p->net->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    XbPath dac = {.key = "dac"}, adc = {.key = "adc"}, layers = {.up = &adc, .key = "layers"};
    XbPath bits = {.up = &dac, .key = "bits"}, subtract = {.up = &adc, .key = "subtract"};
    XbPath own = {.up = &layers, .key = l->name};
    if (p->cfg->dac_bits < l->in_q[0].bits)
        refuse(p, &bits, n,
               xb_arena_printf(p->arena,
                               "its input of %d bits is driven at once; give as many or more",
                               l->in_q[0].bits));
    if (!p->cfg->adc_analog)
        refuse(p, &subtract, n, "plus and minus are subtracted \"analog\"");
    if (o && (o->has_range || o->has_preset || o->thresholds.path ||
              (o->adc_bits && o->adc_bits != l->out_q.bits)))
        refuse(p, &own, n,
               xb_arena_printf(p->arena,
                               "its converters have the %d bits of its result, and the "
                               "network's thresholds",
                               l->out_q.bits));
}

static void check_split(const XbPlanning *p, int n)
{
    const XbNetLayer *l = &p->net->layer[n];
    const XbCfgLayer *o = xb_plan_override(p, n);
    if (o && o->has_merge && o->merge != l->merge)
        xb_plan_fault_at(p, n, "mapping", "merge", "plan-split", "the network's merge is \"%s\"",
                         xb_merge_name(l->merge));
    check_crossbar(p, n);
    check_converters(p, n);
}

static void check_whole(const XbPlanning *p, int n)
{
    const XbCfgLayer *o = xb_plan_override(p, n);
    if (o && o->split)
        xb_plan_fault_at(p, n, "mapping", "split", "plan-split",
                         "the network has no blocks for this layer");
    if (o && o->has_merge)
        xb_plan_fault_at(p, n, "mapping", "merge", "plan-split",
                         "the network has no blocks for this layer");
}

bool xb_plan_split(XbPlanning *p)
{
    int *blocks = xb_new(p->arena, int, p->net->layers);
    bool is_settled = true, is_open = false;
    for (int l = 0; l < p->net->layers; l++) {
        const XbNetLayer *from = &p->net->layer[l];
        if (!xb_kind_has_weights(from->kind))
            continue;
        if (!from->blocks) {
            check_whole(p, l);
            continue;
        }
        check_split(p, l);
        blocks[l] = blocks_of(p, l);
        is_settled = is_settled && blocks[l];
        is_open = is_open || from->blocks < 0;
    }
    if (is_settled && is_open) {
        XbNet *net = xb_new(p->arena, XbNet, 1);
        *net = *p->net;
        xb_net_split(p->arena, net, blocks);
        p->net = net;
    }
    return is_settled;
}

// ---- references ----

// A block's sum s reaches T where the currents' difference I does: s = I - z * W for codes with a
// zero point, s = 2 I - W for -1 and +1, W the sum of the weights. All in units of 2^-frac_bits.
static int64_t reference(const XbNetLayer *from, int64_t threshold, int64_t weights)
{
    if (xb_quant_is_bipolar(from->in_q[0]))
        return -((-(threshold + weights)) >> 1);  // half, rounded up
    return threshold + from->in_q[0].zero * weights;
}

static int64_t weights_sum(const XbPlanLayer *l, int channel)
{
    int64_t sum = 0;
    for (int r = 0; r < l->map->fan_in; r++)
        sum += l->weights[(int64_t)channel * l->map->fan_in + r];
    return sum;
}

// `sum`: of the channel's weights, as meant or as programmed.
static bool set_references(const XbPlanning *p, int n, int channel, int64_t sum, int32_t *to)
{
    const XbNetLayer *from = &p->net->layer[n];
    int levels = (1 << from->out_q.bits) - 1;
    for (int k = 0; k < levels; k++) {
        int32_t t = from->thresholds[(int64_t)channel * levels + k];
        bool is_fixed = t == INT32_MIN || t == INT32_MAX;  // always, never
        int64_t scaled = t * (INT64_C(1) << p->plan->frac_bits);
        int64_t r = is_fixed ? t : reference(from, scaled, sum);
        if (!is_fixed && (r <= INT32_MIN || r >= INT32_MAX)) {
            int filters = xb_net_filters(from);
            xb_plan_fault(p, n, "plan-overflow",
                          "block %d, channel %d: a reference is %lld, more than 32 bits hold",
                          channel / filters, channel % filters, (long long)r);
            return false;
        }
        to[k] = (int32_t)r;
    }
    return true;
}

// `copy` -1: by the weights that are meant, for all copies.
static bool set_copy(const XbPlanning *p, int n, int copy, int32_t *to)
{
    const XbPlanLayer *l = &p->layer[n];
    XbArena scratch = {0};
    int levels = (1 << l->out_bits) - 1;
    const int64_t *programmed =
        copy < 0 ? NULL : xb_plan_programmed_weights(&scratch, p->plan, l, copy);
    bool is_set = true;
    for (int c = 0; c < l->out.c && is_set; c++) {
        int64_t sum =
            programmed ? programmed[c] : weights_sum(l, c) * (INT64_C(1) << p->plan->frac_bits);
        is_set = set_references(p, n, c, sum, to + (int64_t)c * levels);
    }
    xb_arena_free(&scratch);
    return is_set;
}

void xb_plan_references(const XbPlanning *p, int n)
{
    const XbNetLayer *from = &p->net->layer[n];
    XbPlanAdc *adc = &p->map[n]->adc;
    int levels = (1 << from->out_q.bits) - 1, channels = from->out.c;
    if (!from->thresholds) {
        xb_plan_fault(p, n, "plan-weights",
                      "the network file gives no thresholds; only `plan` can do without");
        return;
    }
    bool is_programmed = p->cfg->rram.programmed_bias && p->map[n]->conductance;
    int copies = is_programmed ? p->layer[n].copies : 1;
    int32_t *threshold = xb_new(p->arena, int32_t, (int64_t)copies * channels * levels);
    for (int copy = 0; copy < copies; copy++)
        if (!set_copy(p, n, is_programmed ? copy : -1,
                      threshold + (int64_t)copy * channels * levels))
            return;
    adc->threshold = threshold;
    adc->list_copies = copies;
    adc->list_tiles = 1;
    adc->list_columns = channels;
}
