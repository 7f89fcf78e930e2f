// SPDX-License-Identifier: Apache-2.0
// The kinds of layers: what each is called, here and in TensorFlow Lite, and which stand on
// crossbars.
#include "xbgen/net.h"

typedef struct KindInfo {
    const char *name, *operator;
    bool has_weights;
} KindInfo;

static const KindInfo KINDS[XB_KINDS] = {
    [XB_CONV] = {"conv", "CONV_2D", true},
    [XB_DWCONV] = {"dwconv", "DEPTHWISE_CONV_2D", true},
    [XB_FC] = {"fc", "FULLY_CONNECTED", true},
    [XB_ADD] = {"add", "ADD", false},
    [XB_AVGPOOL] = {"avgpool", "AVERAGE_POOL_2D", false},
    [XB_MAXPOOL] = {"maxpool", "MAX_POOL_2D", false},
    [XB_MEAN] = {"mean", "MEAN", false},
    [XB_PAD] = {"pad", "PAD", false},
    [XB_RESHAPE] = {"reshape", "RESHAPE", false},
    [XB_RELU] = {"relu", "RELU", false},
    [XB_TABLE] = {"table", "QUANTIZE", false},
    [XB_MERGE] = {"merge", "MERGE", false},
    [XB_CONCAT] = {"concat", "CONCATENATION", false},
    [XB_MUL] = {"mul", "MUL", false},
    [XB_BOX] = {"slice", "STRIDED_SLICE", false},
};

bool xb_net_is_in_turn(const XbNetLayer *layer)
{
    return layer->kind == XB_CONCAT && layer->along != XB_ALONG_CHANNELS;
}

const char *const xb_along_names[] = {"channels", "height", "width", NULL};
const char *const xb_over_names[] = {"image", "height", "width", NULL};

const char *xb_merge_name(XbMerge merge)
{
    static const char *const names[XB_MERGES] = {"majority", "sum", "avg"};
    return names[merge];
}

const char *xb_kind_name(XbKind kind) { return KINDS[kind].name; }

bool xb_kind_has_weights(XbKind kind) { return KINDS[kind].has_weights; }

bool xb_net_is_uint8(const XbNetLayer *layer)
{
    XbQuant in = layer->in_q[0], out = layer->out_q;
    return in.bits == 8 && !in.is_signed && out.bits == 8 && !out.is_signed && layer->per_tensor;
}

typedef struct FunctionInfo {
    const char *name, *operator;
} FunctionInfo;

static const FunctionInfo FUNCTIONS[XB_FUNCTIONS] = {
    [XB_FN_HARD_SWISH] = {"hard_swish", "HARD_SWISH"},
    [XB_FN_LEAKY_RELU] = {"leaky_relu", "LEAKY_RELU"},
    [XB_FN_LOGISTIC] = {"logistic", "LOGISTIC"},
    [XB_FN_TANH] = {"tanh", "TANH"},
    [XB_FN_QUANTIZE] = {"quantize", "QUANTIZE"},
    [XB_FN_MUL] = {"mul", "MUL"},
    [XB_FN_ADD] = {"add", "ADD"},
    [XB_FN_SUB] = {"sub", "SUB"},
    [XB_FN_SUB_FROM] = {"sub_from", "SUB"},
};

const char *xb_function_name(XbFunction function) { return FUNCTIONS[function].name; }

XbFunctionOf xb_net_function(const XbNetLayer *l, XbScaling how)
{
    XbFunctionOf f = {.function = l->function,
                      .in = l->in_q[0].scale,
                      .operand = l->in_q[1].scale,
                      .out = l->out_q.scale,
                      .in_zero = l->in_q[0].zero,
                      .operand_zero = l->in_q[1].zero,
                      .out_zero = l->out_q.zero,
                      .out_offset = xb_quant_offset(l->out_q),
                      .alpha = l->alpha,
                      .how = how};
    xb_function_prepare(&f);
    return f;
}

const char *xb_net_operator(const XbNetLayer *layer)
{
    if (layer->kind == XB_TABLE)
        return FUNCTIONS[layer->function].operator;
    bool is_six = layer->kind == XB_RELU && layer->act == XB_ACT_RELU6;
    return is_six ? "RELU6" : KINDS[layer->kind].operator;
}
