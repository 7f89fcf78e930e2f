// SPDX-License-Identifier: Apache-2.0
// Builds a network layer by layer, for every reader: names, defaults, the shapes that follow.
#ifndef XBGEN_NET_NET_BUILD_H
#define XBGEN_NET_NET_BUILD_H

#include "net/net_check.h"

typedef struct XbNetBuild {
    XbArena *arena;
    XbNet *net;
    int named[XB_KINDS];  // layers of each kind so far, refused ones too
    int64_t weights;      // claimed so far
} XbNetBuild;

typedef enum { XB_PAD_SAME, XB_PAD_VALID, XB_PAD_GIVEN } XbPadding;

// Starts an empty network with room for `most` layers.
XbNetBuild xb_net_start(XbArena *arena, XbNet *net, int most);

// The next layer: one input, a 1 x 1 window, 8-bit weights, named by its kind and number. It is not
// part of the network before it is accepted; until then xb_net_open gives the same room again.
XbNetLayer *xb_net_open(XbNetBuild *b, XbKind kind, int op_index);

// ... that reads layer `source` first, of the same operator of the file; its codes keep their meaning.
XbNetLayer *xb_net_open_behind(XbNetBuild *b, XbKind kind, int source);

// A part of the layer just accepted, which is one with it in the file: reads it, named `name`.
XbNetLayer *xb_net_open_part(XbNetBuild *b, XbKind kind, const char *name);

// Fills in the output's shape and, for windows, the padding: everything but out.c of conv and fc
// and the shape of a reshape follows from the rest. Windows are checked first.
bool xb_net_infer(const XbNetPlace *at, XbNetLayer *l, XbPadding padding);

// Claims room for the weights of a layer whose shapes are known: to be called before they are
// loaded, and once for every layer that has some. False, and reported, if the network has too many.
bool xb_net_claim(XbNetBuild *b, const XbNetPlace *at, const XbNetLayer *l);

// Layers that put several outputs (net->outputs, and `layer` of each of net->output) one behind the
// other; the last one makes all. There must be room for twice as many. False, and reported, if they
// do not go together.
bool xb_net_frame(XbNetBuild *b, const XbNetPlace *at);

// Makes the layer part of the network; it has passed xb_net_check_layer.
void xb_net_accept(XbNetBuild *b, XbNetLayer *l);

#endif
