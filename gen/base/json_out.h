// SPDX-License-Identifier: Apache-2.0
// JSON documents changed and written. Trees are shared, never changed in place.
#ifndef XBGEN_BASE_JSON_OUT_H
#define XBGEN_BASE_JSON_OUT_H

#include "base/json_in.h"

// `node` (NULL: absent) with `value` at the keys `part` below it; objects on the way are made where
// there are none.
XbJson *xb_json_with(XbArena *arena, const XbJson *node, const char *const *part, int parts,
                     const XbJson *value);

// `node` without the member at the keys `part` below it, if there is one.
XbJson *xb_json_without(XbArena *arena, const XbJson *node, const char *const *part, int parts);

// The document as text that reads the same, ending in a newline; a line for each member of the
// first levels.
char *xb_json_text(XbArena *arena, const XbJson *document);

#endif
