// SPDX-License-Identifier: Apache-2.0
// Faults of operators: what many of one kind have in common is one report, with their numbers.
#include "base/text.h"
#include "net/tflite.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_NUMBERS = 4, LONGEST = 1000 };

// The report of another operator of this name with the same words; NULL: there is none.
static XbDiag *find_same(const XbTflOp *op, const char *code, const char *text)
{
    const char *name = xb_arena_printf(op->t->arena, " (%s)", op->name);
    for (XbDiag *at = op->at.d->first; at && op->index >= 0; at = at->next)
        if (strcmp(at->code, code) == 0 && strcmp(at->text, text) == 0 &&
            strcmp(at->file, op->at.file) == 0 && xb_text_ends(at->where, name))
            return at;
    return NULL;
}

// "operator 3 (ADD)", "operators 3, 5 (ADD)" ... with one number more.
static const char *add_number(XbArena *arena, const char *where, int number, const char *name)
{
    const char *first = strchr(where, ' ') + 1;
    int length = (int)(strstr(first, " (") - first), numbers = 1;
    char last[16];
    snprintf(last, sizeof last, " %d", number);
    const char *list = xb_arena_printf(arena, "%.*s", length, first);
    for (const char *c = list; *c; c++)
        numbers += *c == ',';
    if (xb_text_ends(list, " more") || xb_text_ends(xb_arena_printf(arena, " %s", list), last))
        return where;
    if (numbers == MOST_NUMBERS)
        return xb_arena_printf(arena, "operators %s and more (%s)", list, name);
    return xb_arena_printf(arena, "operators %s,%s (%s)", list, last, name);
}

bool xb_tfl_fault(XbTflOp *op, const char *code, const char *format, ...)
{
    char text[LONGEST];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    XbDiag *same = find_same(op, code, text);
    if (same)
        same->where = add_number(op->at.d->arena, same->where, op->index, op->name);
    else
        xb_net_fault(&op->at, NULL, code, "%s", text);
    op->failed = true;
    return false;
}
