// SPDX-License-Identifier: Apache-2.0
// Several outputs of a network become one result: their codes one behind the other, in the file's
// order. Words of one size first, then one image behind the other.
#include "net/net_build.h"

#include "xbgen/num.h"

// Channels of the words that all outputs are cut into.
static int channels_of(const XbNet *net)
{
    int channels = 0;
    for (int i = 0; i < net->outputs; i++)
        channels = (int)xb_gcd(net->output[i].shape.c, channels);
    return channels;
}

static XbNetLayer *open_layer(XbNetBuild *b, XbKind kind, int source)
{
    XbNetLayer *l = xb_net_open_behind(b, kind, source);
    l->is_frame = true;
    return l;
}

// Gives the layer whose words have so many channels.
static int cut(XbNetBuild *b, int source, int channels)
{
    XbShape shape = b->net->layer[source].out;
    if (shape.c == channels)
        return source;
    XbNetLayer *l = open_layer(b, XB_RESHAPE, source);
    l->out = (XbShape){1, (int)(xb_shape_size(shape) / channels), channels};
    xb_net_accept(b, l);
    return b->net->layers - 1;
}

static bool append(XbNetBuild *b, const XbNetPlace *at, int first, int second)
{
    const XbNet *net = b->net;
    XbShape a = net->layer[first].out, other = net->layer[second].out;
    XbNetLayer *l = open_layer(b, XB_CONCAT, first);
    l->along = XB_ALONG_WIDTH;
    l->input[1] = second;
    l->in_q[1] = net->layer[second].out_q;
    l->out = (XbShape){1, (int)(xb_shape_pixels(a) + xb_shape_pixels(other)), a.c};
    if (!xb_net_check_layer(at, l))
        return false;
    xb_net_accept(b, l);
    return true;
}

// Words are counted like pixels of a row.
static bool check_words(const XbNetPlace *at, const XbNet *net, int channels)
{
    int64_t codes = 0;
    for (int i = 0; i < net->outputs; i++)
        codes += xb_shape_size(net->output[i].shape);
    if (codes / channels <= XB_NET_MAX_DIM)
        return true;
    return xb_net_fault(at, "outputs", "net-shape",
                        "its %d outputs have %lld codes, in words of %d (what divides the channels "
                        "of all); at most %d words are supported",
                        net->outputs, (long long)codes, channels, XB_NET_MAX_DIM);
}

static const char *codes_text(const XbNetPlace *at, XbQuant q)
{
    return q.bits == XB_SUM_BITS ? "sums"
                                 : xb_arena_printf(at->d->arena, "%s %d bits",
                                                   q.is_signed ? "signed" : "unsigned", q.bits);
}

// Numbers of one type, so that all stand in one array.
static bool check_codes(const XbNetPlace *at, const XbNet *net)
{
    const XbNetOutput *a = &net->output[0];
    for (const XbNetOutput *b = a; b < a + net->outputs; b++)
        if (b->quant.bits == XB_SUM_BITS || b->quant.bits != a->quant.bits ||
            b->quant.is_signed != a->quant.is_signed)
            return xb_net_fault(
                at, "outputs", "net-quant",
                "%s gives %s and %s %s; several outputs must be codes of one width and sign",
                a->name, codes_text(at, a->quant), b->name, codes_text(at, b->quant));
    return true;
}

static void describe(XbNet *net)
{
    int64_t first = 0;
    for (int i = 0; i < net->outputs; i++) {
        XbNetOutput *o = &net->output[i];
        const XbNetLayer *l = &net->layer[o->layer];
        o->name = l->name;
        o->shape = l->out;
        o->quant = l->out_q;
        o->first = first;
        first += xb_shape_size(l->out);
    }
}

bool xb_net_frame(XbNetBuild *b, const XbNetPlace *at)
{
    XbNet *net = b->net;
    describe(net);
    int channels = channels_of(net);
    if (!check_codes(at, net) || !check_words(at, net, channels))
        return false;
    int all = cut(b, net->output[0].layer, channels);
    for (int i = 1; i < net->outputs; i++) {
        int next = cut(b, net->output[i].layer, channels);
        if (!append(b, at, all, next))
            return false;
        all = net->layers - 1;
    }
    net->output_rank = 2;
    return true;
}
