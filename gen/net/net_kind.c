// SPDX-License-Identifier: Apache-2.0
// The kinds of layers: what each is called, here and in TensorFlow Lite.
#include "xbgen/net.h"

const char *xb_kind_name(XbKind kind)
{
    static const char *const names[XB_KINDS] = {
        [XB_CONV] = "conv",       [XB_DWCONV] = "dwconv",   [XB_FC] = "fc",     [XB_ADD] = "add",
        [XB_AVGPOOL] = "avgpool", [XB_MAXPOOL] = "maxpool", [XB_MEAN] = "mean", [XB_PAD] = "pad",
        [XB_RESHAPE] = "reshape", [XB_RELU] = "relu",
    };
    return names[kind];
}

bool xb_kind_has_weights(XbKind kind)
{
    return kind == XB_CONV || kind == XB_DWCONV || kind == XB_FC;
}

const char *xb_net_operator(const XbNetLayer *layer)
{
    static const char *const names[XB_KINDS] = {
        [XB_CONV] = "CONV_2D",
        [XB_DWCONV] = "DEPTHWISE_CONV_2D",
        [XB_FC] = "FULLY_CONNECTED",
        [XB_ADD] = "ADD",
        [XB_AVGPOOL] = "AVERAGE_POOL_2D",
        [XB_MAXPOOL] = "MAX_POOL_2D",
        [XB_MEAN] = "MEAN",
        [XB_PAD] = "PAD",
        [XB_RESHAPE] = "RESHAPE",
        [XB_RELU] = "RELU",
    };
    bool is_six = layer->kind == XB_RELU && layer->act == XB_ACT_RELU6;
    return is_six ? "RELU6" : names[layer->kind];
}
