// SPDX-License-Identifier: Apache-2.0
// Values that keys of cfg.json take in turn: the option --set.
#ifndef XBGEN_CLI_SWEEP_SET_H
#define XBGEN_CLI_SWEEP_SET_H

#include "base/json_in.h"

enum { XB_SWEEP_PARTS = 8 };

typedef struct XbSweepKey {
    const char *option;  // "--set adc.bits=4..9", what reports name
    const char *name;    // "adc.bits", as it was typed
    const char *part[XB_SWEEP_PARTS];
    int parts;
    XbJson *value;       // [values] numbers, words and truth values
    const char **shown;  // [values] as text
    int values;
} XbSweepKey;

// Reads `text`, "adc.bits=4..9,12". Reports every fault ([sweep-set]); false if there was one.
bool xb_sweep_key(XbArena *arena, XbDiags *d, const char *text, XbSweepKey *out);

// The key's place for reports, "$.adc.bits".
const char *xb_sweep_where(XbArena *arena, const XbSweepKey *key);

// The document with value number `value` of the key. False: what stands on the way is no object.
bool xb_sweep_set(XbArena *arena, const XbJson **document, const XbSweepKey *key, int value);

#endif
