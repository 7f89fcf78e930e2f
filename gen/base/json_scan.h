// SPDX-License-Identifier: Apache-2.0
// Where a text stops being JSON.
#ifndef XBGEN_BASE_JSON_SCAN_H
#define XBGEN_BASE_JSON_SCAN_H

#include <stddef.h>

typedef struct XbJsonFault {
    const char *code;  // "json-syntax" or "json-limit"; NULL when the text is one JSON document
    const char *text;
    size_t offset;  // byte at which it was found, 0 .. size
} XbJsonFault;

// Checks `size` bytes against RFC 8259, stricter where a C program would be misled: no \u0000, no
// lone surrogates, UTF-8 only, at most 32 levels and 60 characters a number. Returns the first
// fault.
XbJsonFault xb_json_scan(const char *text, size_t size);

#endif
