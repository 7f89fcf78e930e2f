// SPDX-License-Identifier: Apache-2.0
// Comma-separated values (RFC 4180, with plain line feeds).
#ifndef XBGEN_CLI_CSV_H
#define XBGEN_CLI_CSV_H

#include "xbgen/arena.h"

// A field as it stands in a line: in quotes where it must be.
const char *xb_csv_field(XbArena *arena, const char *text);

#endif
