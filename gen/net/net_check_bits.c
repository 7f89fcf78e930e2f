// SPDX-License-Identifier: Apache-2.0
// What may not be in networks of few bits: tensors that an operator cannot read, thresholds that
// fall, blocks that do not divide.
#include "net/net_check.h"

enum { MAX_OPERATOR_BITS = 8 };

// ---- tensors ----

// Layers with weights take codes of any kind; a free reshape, a concatenation and a slice move
// what they do not look at.
static bool takes_any(XbKind kind)
{
    return xb_kind_has_weights(kind) || kind == XB_RESHAPE || kind == XB_MERGE ||
           kind == XB_CONCAT || kind == XB_BOX;
}

// These only compare and copy.
static bool takes_bipolar(XbKind kind)
{
    return takes_any(kind) || kind == XB_MAXPOOL || kind == XB_PAD;
}

static bool check_input(const XbNetPlace *at, const XbNetLayer *l, XbQuant q)
{
    if (q.bits == XB_SUM_BITS)
        return xb_net_fault(at, "from", "net-quant",
                            "it reads sums; only the network's output can be sums");
    if (q.bits > MAX_OPERATOR_BITS && !takes_any(l->kind))
        return xb_net_fault(at, "from", "net-quant", "it reads codes of %d bits; %s takes 1..%d",
                            q.bits, xb_kind_name(l->kind), MAX_OPERATOR_BITS);
    if (xb_quant_is_bipolar(q) && !takes_bipolar(l->kind))
        return xb_net_fault(at, "from", "net-quant",
                            "it reads codes of -1 and +1, which have no zero; %s needs one",
                            xb_kind_name(l->kind));
    return true;
}

static bool check_output(const XbNetPlace *at, const XbNetLayer *l)
{
    bool is_scaled = (xb_kind_has_weights(l->kind) && l->post == XB_POST_SCALE) ||
                     l->kind == XB_ADD || l->kind == XB_MEAN || l->kind == XB_RELU ||
                     l->kind == XB_TABLE || l->kind == XB_MUL;
    if (is_scaled && xb_quant_is_bipolar(l->out_q))
        return xb_net_fault(at, "output", "net-quant",
                            "codes of -1 and +1 come from thresholds, not from a scale");
    if (is_scaled && l->out_q.bits > MAX_OPERATOR_BITS)
        return xb_net_fault(at, "output", "net-quant", "a result is scaled to 1..%d bits, not %d",
                            MAX_OPERATOR_BITS, l->out_q.bits);
    return true;
}

// One width and one sign, so that both come alike.
static bool check_alike(const XbNetPlace *at, const XbNetLayer *l)
{
    XbQuant a = l->in_q[0], b = l->in_q[1];
    if (l->inputs < 2 || (a.bits == b.bits && a.is_signed == b.is_signed))
        return true;
    return xb_net_fault(
        at, "from", "net-quant", "inputs of %s %d and %s %d bits; both must be alike",
        a.is_signed ? "signed" : "unsigned", a.bits, b.is_signed ? "signed" : "unsigned", b.bits);
}

bool xb_net_check_tensors(const XbNetPlace *at, const XbNetLayer *l)
{
    for (int i = 0; i < l->inputs; i++)
        if (!check_input(at, l, l->in_q[i]))
            return false;
    return check_alike(at, l) && check_output(at, l);
}

// ---- thresholds ----

static const char *thresholds_key(const XbNetLayer *l)
{
    return l->blocks ? "blocks.thresholds" : "thresholds";
}

static bool check_order(const XbNetPlace *at, const XbNetLayer *l)
{
    int count = l->thresholds ? (1 << l->out_q.bits) - 1 : 0;
    for (int list = 0; l->thresholds && list < l->threshold_lists; list++) {
        const int32_t *t = l->thresholds + (int64_t)list * count;
        for (int k = 1; k < count; k++)
            if (t[k] < t[k - 1])
                return xb_net_fault(at, thresholds_key(l), "net-thresholds",
                                    "list %d falls from %d to %d at element %d; it must not", list,
                                    t[k - 1], t[k], k);
    }
    return true;
}

bool xb_net_check_thresholds(const XbNetPlace *at, const XbNetLayer *l)
{
    for (int c = 0; l->gain_sign && c < l->out.c; c++)
        if (l->gain_sign[c] != 1 && l->gain_sign[c] != -1)
            return xb_net_fault(at, l->blocks ? "blocks.gain_sign" : "gain_sign", "net-thresholds",
                                "element %d is %d; signs are -1 and 1", c, l->gain_sign[c]);
    return check_order(at, l);
}

// ---- blocks ----

bool xb_net_check_blocks(const XbNetPlace *at, const XbNetLayer *l, int64_t blocks)
{
    int64_t inputs = xb_net_rows(l);
    if (blocks < 1 || inputs % blocks != 0)
        return xb_net_fault(at, "blocks", "net-blocks",
                            "%lld blocks do not divide the %lld inputs of an output",
                            (long long)blocks, (long long)inputs);
    if (blocks * l->out.c > XB_NET_MAX_DIM)
        return xb_net_fault(at, "blocks", "net-blocks",
                            "%lld blocks of %d outputs are more than %d", (long long)blocks,
                            l->out.c, XB_NET_MAX_DIM);
    return true;
}
