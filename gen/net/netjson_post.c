// SPDX-License-Identifier: Apache-2.0
// What follows the sums of a layer with weights: a scale, thresholds, blocks of a split layer, or
// nothing; and the pool in between.
#include "net/netjson.h"

#include "xbgen/num.h"

// ---- which it is ----

static bool has(const XbNjLayer *x, const char *key) { return xb_json_find(&x->o, key) != NULL; }

static bool is_sums(const XbNjLayer *x)
{
    const XbJson *output = xb_json_find(&x->o, "output");
    return !has(x, "blocks") && !has(x, "thresholds") &&
           xb_json_number(output, "bits", 0) == XB_SUM_BITS;
}

// Keys that say two things at once.
static bool forbid(const XbNjLayer *x, const char *with, const char *const *keys)
{
    bool ok = true;
    for (; *keys; keys++)
        if (has(x, *keys)) {
            xb_json_report(&x->o, *keys, "net-post", "\"%s\" does not go with %s", *keys, with);
            ok = false;
        }
    return ok;
}

static bool check_keys(const XbNjLayer *x)
{
    static const char *const scaled[] = {"gain_sign", "pool", NULL};
    static const char *const sums[] = {"weight_scale", "activation", "gain_sign", "pool", NULL};
    static const char *const thresholds[] = {"weight_scale", "activation", NULL};
    static const char *const blocks[] = {"weight_scale", "activation", "bias",   "output",
                                         "thresholds",   "gain_sign",  "groups", NULL};
    if (has(x, "blocks"))
        return forbid(x, "\"blocks\"", blocks);
    if (has(x, "thresholds"))
        return forbid(x, "\"thresholds\"", thresholds);
    return is_sums(x) ? forbid(x, "sums as output (\"bits\": 32)", sums)
                      : forbid(x, "a scale: it needs \"thresholds\" or \"blocks\"", scaled);
}

static bool read_pool(XbNjLayer *x)
{
    static const char *const keys[] = {"kernel", "stride", NULL};
    if (!has(x, "pool"))
        return true;
    XbJsonObject o = xb_json_object(&x->o, "pool");
    if (!o.node)
        return false;
    xb_json_known(&o, keys);
    bool ok = xb_nj_needs(&o, "kernel", "the window's size, n or [h, w]") &&
              xb_nj_pair(&o, "kernel", &x->pool_h, &x->pool_w);
    x->pool_stride_h = x->pool_h;
    x->pool_stride_w = x->pool_w;
    return xb_nj_pair(&o, "stride", &x->pool_stride_h, &x->pool_stride_w) && ok;
}

static bool read_average(const XbJsonObject *blocks, XbNetLayer *l)
{
    static const char *const keys[] = {"multiplier", "shift", NULL};
    bool is_average = l->merge == XB_MERGE_AVG;
    if (is_average != (xb_json_find(blocks, "avg") != NULL)) {
        xb_json_report(blocks, "avg", "net-blocks", "the key belongs to \"merge\": \"avg\", %s",
                       is_average ? "which needs it" : "and this is another");
        return false;
    }
    XbJsonObject o = xb_json_object(blocks, "avg");
    if (!o.node)
        return !is_average;
    xb_json_known(&o, keys);
    l->avg_multiplier = xb_json_int(&o, "multiplier", "net-value", 1, (1 << 30) - 1, 1);
    l->avg_shift = xb_json_int(&o, "shift", "net-value", 0, 30, 0);
    return l->avg_multiplier != XB_JSON_BAD && l->avg_shift != XB_JSON_BAD;
}

static bool read_blocks(XbNjLayer *x)
{
    static const char *const keys[] = {"merge", "thresholds", "bits", "bias",
                                       "delta", "gain_sign",  "avg",  NULL};
    static const char *const merges[] = {"majority", "sum", "avg", NULL};
    if (!has(x, "blocks"))
        return true;
    XbJsonObject o = xb_json_object(&x->o, "blocks");
    if (!o.node)
        return false;
    xb_json_known(&o, keys);
    x->l->blocks = -1;
    if (!xb_nj_needs(&o, "merge", "\"majority\", \"sum\" or \"avg\""))
        return false;
    int merge = xb_json_choice(&o, "merge", "net-value", merges, 0);
    x->l->merge = merge == XB_JSON_BAD ? XB_MAJORITY : (XbMerge)merge;
    return merge != XB_JSON_BAD && read_average(&o, x->l);
}

bool xb_nj_post(XbNjLayer *x)
{
    bool by_thresholds = has(x, "thresholds") || has(x, "blocks");
    x->l->post = by_thresholds ? XB_POST_THRESHOLDS : is_sums(x) ? XB_POST_SUMS : XB_POST_SCALE;
    bool ok = check_keys(x);
    ok = read_pool(x) && ok;
    return read_blocks(x) && ok;
}

// ---- the output ----

static bool read_sums(XbNjLayer *x, const XbJsonObject *o)
{
    static const char *const keys[] = {"bits", NULL};
    xb_json_known(o, keys);
    x->l->out_q = (XbQuant){.scale = 1.0f, .bits = XB_SUM_BITS, .is_signed = true};
    return true;
}

static bool check_levels(const XbNjLayer *x, const XbJsonObject *o)
{
    XbQuant q = x->l->out_q;
    if (!q.is_signed || q.bits == 1)
        return true;
    xb_json_report(o, "signed", "net-quant",
                   "thresholds count from 0; signed results are of 1 bit, -1 and +1");
    return false;
}

bool xb_nj_post_output(XbNjLayer *x)
{
    static const char *const keys[] = {"bits", "signed", "scale", "zero_point", NULL};
    if (has(x, "blocks"))
        return true;
    if (x->l->post == XB_POST_THRESHOLDS && !xb_nj_needs(&x->o, "output", "the bits of the result"))
        return false;
    XbJsonObject o = xb_json_object(&x->o, "output");
    if (!o.node)
        return !has(x, "output");
    if (x->l->post == XB_POST_SUMS)
        return read_sums(x, &o);
    xb_json_known(&o, keys);
    bool by_levels = x->l->post == XB_POST_THRESHOLDS;
    bool is_signed = !by_levels && x->n->net->input_q.is_signed;
    return xb_nj_quant(&o, "it", is_signed, &x->l->out_q) && (!by_levels || check_levels(x, &o));
}

// ---- thresholds ----

static bool read_signs(XbNjLayer *x, const XbJsonObject *o, int64_t *shape, int rank)
{
    const void *sign;
    bool ok = xb_nj_array(x->n, o, "gain_sign", 1, shape, rank, &sign);
    x->l->gain_sign = sign;
    return ok;
}

static bool read_lists(XbNjLayer *x)
{
    XbNetLayer *l = x->l;
    const void *lists;
    int64_t shape[] = {-1, (1 << l->out_q.bits) - 1}, channels[] = {l->out.c};
    if (!xb_nj_array(x->n, &x->o, "thresholds", 4, shape, 2, &lists))
        return false;
    if (shape[0] != 1 && shape[0] != l->out.c) {
        xb_json_report(&x->o, "thresholds", "net-weights", "%lld lists; 1 or %d are needed",
                       (long long)shape[0], l->out.c);
        return false;
    }
    l->thresholds = lists;
    l->threshold_lists = (int)shape[0];
    return read_signs(x, &x->o, channels, 1);
}

// ---- blocks ----

typedef struct Blocks {
    XbJsonObject o;
    int64_t count;  // -1: not known
    int bits;       // 0: not known
    int64_t bias_count, delta_count;
} Blocks;

static bool block_fault(const Blocks *b, const char *key, const char *text)
{
    xb_json_report(&b->o, key, "net-blocks", "%s", text);
    return false;
}

static bool read_block_lists(XbNjLayer *x, Blocks *b)
{
    int64_t shape[] = {-1, x->l->out.c, -1};
    const void *lists;
    if (!xb_nj_array(x->n, &b->o, "thresholds", 4, shape, 3, &lists))
        return false;
    int bits = xb_bits_for((uint64_t)shape[2]);
    if (bits > XB_NJ_MAX_BITS || shape[2] != (1 << bits) - 1)
        return block_fault(b, "thresholds",
                           xb_arena_printf(x->n->arena,
                                           "%lld thresholds a list; 2^n - 1 are needed, n = 1..%d",
                                           (long long)shape[2], XB_NJ_MAX_BITS));
    if (b->bits && b->bits != bits)
        return block_fault(b, "bits", "the lists of \"thresholds\" are of another number of bits");
    b->count = shape[0];
    b->bits = bits;
    x->l->thresholds = lists;
    return true;
}

// T[k] = k * delta - floor(delta / 2) - bias.
static bool make_lists(XbNjLayer *x, Blocks *b, const int32_t *bias, const int32_t *delta)
{
    int levels = (1 << b->bits) - 1;
    int64_t lists = b->count * x->l->out.c;
    int32_t *to = xb_new(x->n->arena, int32_t, lists * levels);
    x->l->thresholds = to;
    for (int64_t i = 0; i < lists; i++) {
        if (delta[i] < 1)
            return block_fault(b, "delta",
                               xb_arena_printf(x->n->arena, "element %lld is %d; 1 is the least",
                                               (long long)i, delta[i]));
        for (int k = 1; k <= levels; k++) {
            int64_t t = (int64_t)k * delta[i] - delta[i] / 2 - bias[i];
            if (t < INT32_MIN || t > INT32_MAX)
                return block_fault(b, "delta", "a threshold that follows leaves 32 bits");
            *to++ = (int32_t)t;
        }
    }
    return true;
}

static bool read_steps(XbNjLayer *x, Blocks *b)
{
    int64_t shape[] = {-1, x->l->out.c}, other[] = {-1, x->l->out.c};
    const void *bias, *delta;
    if (!b->bits)
        return xb_nj_needs(&b->o, "bits", "the bits of a block's result");
    if (!xb_nj_array(x->n, &b->o, "bias", 4, shape, 2, &bias) ||
        !xb_nj_array(x->n, &b->o, "delta", 4, other, 2, &delta))
        return false;
    if (!bias && !delta)
        return true;
    if (!bias || !delta || shape[0] != other[0])
        return block_fault(b, bias ? "delta" : "bias",
                           "\"bias\" and \"delta\" go together, of as many blocks");
    b->count = shape[0];
    return make_lists(x, b, bias, delta);
}

static XbQuant merged(const XbNetLayer *l)
{
    XbQuant q = l->out_q;
    uint64_t most = (uint64_t)(l->blocks > 0 ? l->blocks : 1) * ((1U << q.bits) - 1);
    if (l->merge == XB_MERGE_SUM)
        q.bits = xb_bits_for(most);
    q.is_signed = l->merge == XB_MAJORITY;
    return q;
}

static bool settle(XbNjLayer *x, const Blocks *b)
{
    XbNetLayer *l = x->l;
    if (l->merge == XB_MAJORITY && b->bits != 1)
        return block_fault(b, "merge", "a majority is of results of 1 bit");
    l->out_q = (XbQuant){.scale = 1.0f, .bits = b->bits};
    if (b->count < 0)
        return true;
    XbNetPlace at = xb_nj_place(&x->o);
    if (!xb_net_check_blocks(&at, l, b->count))
        return false;
    l->blocks = (int)b->count;
    l->out.c *= l->blocks;
    l->threshold_lists = l->out.c;
    return merged(l).bits <= 16 || block_fault(b, "merge", "the sum is of more than 16 bits");
}

static bool read_block_thresholds(XbNjLayer *x)
{
    int filters = x->l->out.c;
    Blocks b = {.o = xb_json_object(&x->o, "blocks"), .count = -1};
    static const char *const others[] = {"bias", "delta"};
    bool has_lists = xb_json_find(&b.o, "thresholds") != NULL;
    int bits = xb_json_int(&b.o, "bits", "net-value", 1, XB_NJ_MAX_BITS, 0);
    for (int i = 0; i < 2; i++)
        if (has_lists && xb_json_find(&b.o, others[i]))
            return block_fault(&b, others[i], "\"thresholds\" say it already");
    b.bits = bits == XB_JSON_BAD ? 0 : bits;
    if (bits == XB_JSON_BAD || !(has_lists ? read_block_lists(x, &b) : read_steps(x, &b)) ||
        !settle(x, &b))
        return false;
    int64_t signs[] = {b.count, filters};
    return read_signs(x, &b.o, signs, 2);
}

bool xb_nj_thresholds(XbNjLayer *x)
{
    if (x->l->post == XB_POST_SUMS)
        return true;
    return x->l->blocks ? read_block_thresholds(x) : read_lists(x);
}

// ---- parts ----

// A name that is taken is a fault of the layer that has the part.
static XbNetLayer *open_part(XbNjLayer *x, XbKind kind, const char *name, const char *what)
{
    const char *whole = xb_arena_printf(x->n->arena, "%s_%s", name, what);
    return xb_nj_free_name(x, whole) ? xb_net_open_part(&x->n->build, kind, whole) : NULL;
}

static bool accept(XbNjLayer *x, const XbNetPlace *at, XbNetLayer *part)
{
    if (!xb_net_infer(at, part, XB_PAD_VALID))
        return false;
    if (part->kind == XB_MERGE)
        part->out_q = merged(x->l);
    if (!xb_net_check_layer(at, part))
        return false;
    x->n->rank[x->n->net->layers] = x->rank;
    xb_net_accept(&x->n->build, part);
    return true;
}

static bool add_pool(XbNjLayer *x, const char *name)
{
    XbNetLayer *part = open_part(x, XB_MAXPOOL, name, "pool");
    XbJsonObject o = xb_json_object(&x->o, "pool");
    XbNetPlace at = xb_nj_place(&o);
    if (!part)
        return false;
    part->kh = x->pool_h;
    part->kw = x->pool_w;
    part->stride_h = x->pool_stride_h;
    part->stride_w = x->pool_stride_w;
    part->gain_sign = x->l->gain_sign;
    return accept(x, &at, part);
}

static bool add_merge(XbNjLayer *x, const char *name)
{
    XbNetLayer *part = open_part(x, XB_MERGE, name, "merge");
    if (!part)
        return false;
    part->blocks = x->l->blocks;
    part->merge = x->l->merge;
    part->avg_multiplier = x->l->avg_multiplier;
    part->avg_shift = x->l->avg_shift;
    return accept(x, &x->at, part);
}

bool xb_nj_parts(XbNjLayer *x, const char *name)
{
    return (!x->pool_h || add_pool(x, name)) && (!x->l->blocks || add_merge(x, name));
}
