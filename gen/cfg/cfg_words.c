// SPDX-License-Identifier: Apache-2.0
// Words and the names that the rest of the program has for what they say.
#include "cfg/cfg_words.h"

#include "xbgen/cfg.h"

const char *const xb_cfg_encodings[] = {[XB_DIFFERENTIAL] = "differential",
                                        [XB_OFFSET] = "offset",
                                        [XB_TWOS_COMPLEMENT] = "twos_complement",
                                        NULL};

const char *const xb_cfg_schemes[] = {
    [XB_IM2COL] = "im2col", [XB_KERNEL_POSITION] = "kernel_position", NULL};

const char *const xb_cfg_roundings[] = {
    [XB_ROUND_TFLITE] = "tflite", [XB_ROUND_DOUBLE] = "double", [XB_ROUND_SINGLE] = "single", NULL};

const char *xb_encoding_name(XbEncoding encoding) { return xb_cfg_encodings[encoding]; }

const char *xb_scheme_name(XbScheme scheme) { return xb_cfg_schemes[scheme]; }

const char *xb_rounding_name(XbRounding rounding) { return xb_cfg_roundings[rounding]; }
