// SPDX-License-Identifier: Apache-2.0
// The words of cfg.json that are a choice of one, in the order of their enumerations.
#ifndef XBGEN_CFG_CFG_WORDS_H
#define XBGEN_CFG_CFG_WORDS_H

// NULL-terminated.
extern const char *const xb_cfg_encodings[];
extern const char *const xb_cfg_schemes[];
extern const char *const xb_cfg_policies[];
extern const char *const xb_cfg_roundings[];
extern const char *const xb_cfg_duplications[];
extern const char *const xb_cfg_objectives[];
extern const char *const xb_cfg_time_models[];
extern const char *const xb_cfg_accesses[];
extern const char *const xb_cfg_transfers[];
extern const char *const xb_cfg_pipelines[];
extern const char *const xb_cfg_presets[];

#endif
