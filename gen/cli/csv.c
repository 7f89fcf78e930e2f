// SPDX-License-Identifier: Apache-2.0
// Fields of comma-separated values.
#include "cli/csv.h"

#include <string.h>

const char *xb_csv_field(XbArena *arena, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")])
        return text;
    char *field = xb_new(arena, char, 2 * strlen(text) + 3), *to = field;
    *to++ = '"';
    for (; *text; text++) {
        if (*text == '"')
            *to++ = '"';
        *to++ = *text;
    }
    *to++ = '"';
    *to = '\0';
    return field;
}
