// SPDX-License-Identifier: Apache-2.0
// A text that grows in an arena: doubling copies, so that long texts stay cheap.
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void make_room(XbText *t, size_t more)
{
    if (t->size + more + 1 <= t->room)
        return;
    size_t room = 2 * (t->size + more) + 256;
    char *data = xb_new(t->arena, char, room);
    if (t->size)
        memcpy(data, t->data, t->size);
    t->data = data;
    t->room = room;
}

void xb_text_add(XbText *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t more = length > 0 ? (size_t)length : 0;
    make_room(t, more);
    vsnprintf(t->data + t->size, more + 1, format, again);
    t->size += more;
    va_end(again);
    va_end(args);
}

bool xb_text_ends(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

void xb_text_json_string(XbText *t, const char *value)
{
    xb_text_add(t, "\"");
    for (const char *c = value; *c; c++) {
        if (*c == '"' || *c == '\\')
            xb_text_add(t, "\\%c", *c);
        else if ((unsigned char)*c < 0x20)
            xb_text_add(t, "\\u%04x", (unsigned)(unsigned char)*c);
        else
            xb_text_add(t, "%c", *c);
    }
    xb_text_add(t, "\"");
}
