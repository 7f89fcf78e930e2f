// SPDX-License-Identifier: Apache-2.0
// Blocks of split layers whose file does not say how many there are: shapes and bits that follow.
#include "net/net_check.h"

#include "xbgen/num.h"

static bool keeps_quant(XbKind kind)
{
    return kind == XB_MAXPOOL || kind == XB_AVGPOOL || kind == XB_PAD || kind == XB_RESHAPE ||
           kind == XB_BOX;
}

static void connect(XbNet *net, XbNetLayer *l)
{
    for (int i = 0; i < l->inputs; i++)
        l->in_q[i] = l->input[i] < 0 ? net->input_q : net->layer[l->input[i]].out_q;
    if (keeps_quant(l->kind))
        l->out_q = l->in_q[0];
}

static void widen(XbNet *net, int first, int blocks)
{
    XbNetLayer *l = &net->layer[first];
    l->blocks = blocks;
    l->out.c *= blocks;
    for (int i = first + 1; i < net->layers && net->layer[i].is_part; i++) {
        XbNetLayer *part = &net->layer[i];
        part->in.c *= blocks;
        if (part->kind != XB_MERGE) {
            part->out.c *= blocks;
            continue;
        }
        part->blocks = blocks;
        if (part->merge == XB_MERGE_SUM)
            part->out_q.bits = xb_bits_for((uint64_t)blocks * ((1U << l->out_q.bits) - 1));
    }
}

void xb_net_split(XbArena *arena, XbNet *net, const int *blocks)
{
    XbNetLayer *own = xb_new(arena, XbNetLayer, net->layers);
    for (int i = 0; i < net->layers; i++)
        own[i] = net->layer[i];
    net->layer = own;
    for (int i = 0; i < net->layers; i++) {
        connect(net, &net->layer[i]);
        if (xb_kind_has_weights(net->layer[i].kind) && net->layer[i].blocks < 0)
            widen(net, i, blocks[i]);
    }
}
