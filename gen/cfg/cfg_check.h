// SPDX-License-Identifier: Apache-2.0
// Rules between the keys of cfg.json.
#ifndef XBGEN_CFG_CHECK_H
#define XBGEN_CFG_CHECK_H

#include "xbgen/arena.h"
#include "xbgen/cfg.h"
#include "xbgen/diag.h"

// Reports every broken rule. A value that was reported before is XB_JSON_BAD and breaks no rule.
void xb_cfg_check(XbArena *arena, XbDiags *d, const XbCfg *cfg);

#endif
