// SPDX-License-Identifier: Apache-2.0
// Words and the names that the rest of the program has for what they say.
#include "cfg/cfg_words.h"

#include "xbgen/cfg.h"

const char *const xb_cfg_encodings[] = {[XB_DIFFERENTIAL] = "differential",
                                        [XB_OFFSET] = "offset",
                                        [XB_TWOS_COMPLEMENT] = "twos_complement",
                                        NULL};

const char *const xb_cfg_schemes[] = {[XB_IM2COL] = "im2col",
                                      [XB_KERNEL_POSITION] = "kernel_position",
                                      [XB_SUB_IMAGE] = "subimage",
                                      NULL};

const char *const xb_cfg_policies[] = {[XB_PACKED] = "packed", [XB_SLICE] = "slice", NULL};

const char *const xb_cfg_roundings[] = {
    [XB_ROUND_TFLITE] = "tflite", [XB_ROUND_DOUBLE] = "double", [XB_ROUND_SINGLE] = "single", NULL};

const char *const xb_cfg_duplications[] = {[XB_COPIES_GIVEN] = "none",
                                           [XB_COPIES_PROPORTIONAL] = "proportional",
                                           [XB_COPIES_OPTIMAL] = "optimal",
                                           NULL};

const char *const xb_cfg_objectives[] = {[XB_THROUGHPUT] = "throughput",
                                         [XB_LATENCY_SERIAL] = "latency_serial",
                                         [XB_LATENCY_PIPELINED] = "latency_pipelined",
                                         NULL};

const char *const xb_cfg_time_models[] = {
    [XB_TIME_EXACT] = "exact", [XB_TIME_PUBLISHED] = "published", NULL};

const char *const xb_cfg_accesses[] = {
    [XB_DUP] = "dup", [XB_SHARE] = "share", [XB_KP] = "kp", [XB_LINE] = "line", NULL};

const char *const xb_cfg_transfers[] = {
    [XB_OVERLAPPED] = "overlapped", [XB_SERIAL] = "serial", NULL};

const char *const xb_cfg_pipelines[] = {
    [XB_PIPELINE_LAYER] = "layer", [XB_PIPELINE_SERIAL] = "serial", NULL};

const char *const xb_cfg_presets[] = {[XB_NEUROSIM13] = "neurosim13",
                                      [XB_NEUROSIM15] = "neurosim15",
                                      [XB_MNSIM] = "mnsim",
                                      [XB_CROSSSIM] = "crosssim",
                                      NULL};

const char *xb_encoding_name(XbEncoding encoding) { return xb_cfg_encodings[encoding]; }

const char *xb_scheme_name(XbScheme scheme) { return xb_cfg_schemes[scheme]; }

const char *xb_policy_name(XbPolicy policy) { return xb_cfg_policies[policy]; }

const char *xb_rounding_name(XbRounding rounding) { return xb_cfg_roundings[rounding]; }

const char *xb_duplication_name(XbDuplication duplication)
{
    return xb_cfg_duplications[duplication];
}

const char *xb_objective_name(XbObjective objective) { return xb_cfg_objectives[objective]; }

const char *xb_time_model_name(XbTimeModel model) { return xb_cfg_time_models[model]; }

const char *xb_access_name(XbAccess access) { return xb_cfg_accesses[access]; }

const char *xb_transfer_name(XbTransfer transfer) { return xb_cfg_transfers[transfer]; }

const char *xb_pipeline_name(XbPipeline pipeline) { return xb_cfg_pipelines[pipeline]; }

const char *xb_preset_name(XbPresetKind preset) { return xb_cfg_presets[preset]; }
