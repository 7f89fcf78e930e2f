// SPDX-License-Identifier: Apache-2.0
// Networks and a mapping made by hand, for tests and benchmarks to vary. Layers begin as the
// readers of network files begin them.
#ifndef XBGEN_TEST_HAND_NET_H
#define XBGEN_TEST_HAND_NET_H

#include "net/net_build.h"

#include "xbgen/cfg.h"

// A plain mapping on 128x128 crossbars with lossless converters.
static inline XbCfg hand_cfg(XbRounding rounding)
{
    return (XbCfg){.file = "test.json",
                   .name = "test",
                   .network = "net.tflite",
                   .rows = 128,
                   .cols = 128,
                   .cell_bits = 2,
                   .active_rows = 128,
                   .dac_bits = 1,
                   .adc_bits = 9,
                   .adc_per_array = 16,
                   .adc_interval = 1,
                   .adc_latency = 1,
                   .duplication = 1,
                   .arrays_per_tile = 8,
                   .pipeline_depth = 2,
                   .rounding = rounding};
}

// Signed codes of 8 bits.
static inline XbQuant hand_quant(float scale, int zero) { return (XbQuant){scale, zero, 8, true}; }

// An empty network of signed codes with room for `most` layers.
static inline XbNetBuild hand_net(XbArena *arena, XbNet *net, int most)
{
    *net = (XbNet){.file = "test", .input_rank = 4, .output_rank = 4};
    net->input_q = hand_quant(1.0f, 128);
    return xb_net_start(arena, net, most);
}

// The next layer, behind the one before; shapes, scales and weights are still to be given.
static inline XbNetLayer *hand_layer(XbNetBuild *b, XbKind kind)
{
    int index = b->net->layers;
    XbNetLayer *l = xb_net_open(b, kind, index);
    l->input[0] = l->input[1] = index - 1;
    xb_net_accept(b, l);
    return l;
}

// The only layer of a network.
static inline XbNetLayer *hand_only_layer(XbArena *arena, XbNet *net, XbKind kind)
{
    XbNetBuild b = hand_net(arena, net, 1);
    return hand_layer(&b, kind);
}

// The network's input is that of its first layer, and every channel has the weight scale `scale`.
static inline void hand_close(XbArena *arena, XbNet *net, float scale)
{
    net->input = net->layer[0].in;
    net->input_q = net->layer[0].in_q[0];
    for (int n = 0; n < net->layers; n++) {
        XbNetLayer *l = &net->layer[n];
        float *scales = xb_new(arena, float, l->out.c);
        for (int c = 0; c < l->out.c; c++)
            scales[c] = scale;
        l->weight_scale = scales;
    }
}

#endif
