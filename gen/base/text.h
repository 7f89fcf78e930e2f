// SPDX-License-Identifier: Apache-2.0
// A text that grows in an arena, for everything that is printed into memory.
#ifndef XBGEN_BASE_TEXT_H
#define XBGEN_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "xbgen/arena.h"

typedef struct XbText {  // start with {.arena = arena}
    XbArena *arena;
    char *data;  // ends in a zero byte
    size_t size, room;
} XbText;

void xb_text_add(XbText *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

// True if `text` ends with `end`.
bool xb_text_ends(const char *text, const char *end);

// A JSON string with its quotes.
void xb_text_json_string(XbText *t, const char *value);

#endif
