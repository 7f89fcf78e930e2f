// SPDX-License-Identifier: Apache-2.0
// The object `adc` of cfg.json.
#ifndef XBGEN_CFG_CFG_ADC_H
#define XBGEN_CFG_CFG_ADC_H

#include "base/json_in.h"

#include "xbgen/cfg.h"

// Everything but `layers`; the crossbar must have been read.
void xb_cfg_read_adc(const XbJsonObject *adc, XbCfg *cfg);

// The member of `layers` that the layer is named after.
void xb_cfg_read_adc_layer(XbArena *arena, const XbJsonObject *layers, const XbCfg *cfg,
                           XbCfgLayer *layer);

#endif
