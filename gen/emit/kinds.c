// SPDX-License-Identifier: Apache-2.0
// The table of kinds; a unit test wants a row for each.
#include "emit/kinds.h"

const XbEmitKind xb_emit_kind[XB_KINDS] = {
    [XB_CONV] = {"xb_layer_mvm", xb_params_mvm, xb_registers_mvm},
    [XB_DWCONV] = {"xb_layer_mvm", xb_params_mvm, xb_registers_mvm},
    [XB_FC] = {"xb_layer_mvm", xb_params_mvm, xb_registers_mvm},
    [XB_ADD] = {"xb_layer_add", xb_params_add, xb_registers_add},
    [XB_AVGPOOL] = {"xb_layer_pool", xb_params_avgpool, xb_registers_pool},
    [XB_MAXPOOL] = {"xb_layer_pool", xb_params_maxpool, xb_registers_pool},
    [XB_MEAN] = {"xb_layer_pool", xb_params_mean, xb_registers_pool},
    [XB_PAD] = {"xb_layer_pool", xb_params_pad, xb_registers_pool},
    [XB_RESHAPE] = {"xb_layer_reshape", xb_params_reshape, xb_registers_none},
    [XB_RELU] = {"xb_layer_relu", xb_params_relu, xb_registers_relu},
    [XB_TABLE] = {"xb_layer_table", xb_params_table, xb_registers_none},
    [XB_MERGE] = {"xb_layer_merge", xb_params_merge, xb_registers_merge},
    [XB_CONCAT] = {"xb_layer_concat", xb_params_concat, xb_registers_none},
    [XB_MUL] = {"xb_layer_mul", xb_params_mul, xb_registers_mul},
    [XB_BOX] = {"xb_layer_slice", xb_params_slice, xb_registers_none},
};
