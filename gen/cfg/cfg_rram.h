// SPDX-License-Identifier: Apache-2.0
// The object `rram` of cfg.json.
#ifndef XBGEN_CFG_RRAM_H
#define XBGEN_CFG_RRAM_H

#include "base/json_in.h"

#include "xbgen/cfg.h"

// Reads and checks it; where it is absent, cells are ideal. What a fault leaves is the default.
XbCfgRram xb_cfg_read_rram(const XbJsonObject *root);

#endif
