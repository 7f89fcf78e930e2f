// SPDX-License-Identifier: Apache-2.0
// Collects diagnostics and prints them, one line each, whatever bytes the user's names hold.
#include "xbgen/diag.h"

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

static bool is_word(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$";
    static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$0123456789";
    return *text && strchr(letters, *text) && text[strspn(text, more)] == '\0';
}

char *xb_path_text(XbArena *arena, const XbPath *at)
{
    if (!at)
        return xb_arena_copy(arena, "$");
    const char *up = xb_path_text(arena, at->up);
    if (!at->key)
        return xb_arena_printf(arena, "%s[%d]", up, at->index);
    return xb_arena_printf(arena, is_word(at->key) ? "%s.%s" : "%s[\"%s\"]", up, at->key);
}

static const char *format_text(XbArena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t bytes = length < 0 ? 1 : (size_t)length + 1;
    char *text = xb_arena_alloc(arena, bytes, 1);
    vsnprintf(text, bytes, format, again);
    va_end(again);
    return text;
}

static void append(XbDiags *d, const XbDiag *report)
{
    XbDiag *diag = xb_new(d->arena, XbDiag, 1);
    *diag = *report;
    if (d->last)
        d->last->next = diag;
    else
        d->first = diag;
    d->last = diag;
    if (report->severity == XB_ERROR)
        d->errors++;
    else if (report->severity == XB_WARNING)
        d->warnings++;
}

void xb_report(XbDiags *d, XbSeverity severity, const char *code, const char *file,
               const char *where, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(d, &(XbDiag){.severity = severity,
                        .code = code,
                        .file = xb_arena_copy(d->arena, file ? file : ""),
                        .where = xb_arena_copy(d->arena, where ? where : ""),
                        .text = format_text(d->arena, format, args)});
    va_end(args);
}

void xb_report_json(XbDiags *d, XbSeverity severity, const char *code, const char *file,
                    const XbPath *at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    append(d, &(XbDiag){.severity = severity,
                        .code = code,
                        .file = xb_arena_copy(d->arena, file ? file : ""),
                        .where = xb_path_text(d->arena, at),
                        .text = format_text(d->arena, format, args)});
    va_end(args);
}

void xb_diags_rewind(XbDiags *d, XbDiags to)
{
    *d = to;
    if (to.last)
        to.last->next = NULL;
}

// Control characters would break the one-line form or drive the terminal: they are shown as \xNN.
static void print_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            fprintf(out, "\\x%02x", c);
        else
            fputc(c, out);
    }
}

static void print_place(const char *text, FILE *out)
{
    if (*text) {
        print_text(text, out);
        fputs(": ", out);
    }
}

static const char *severity_text(XbSeverity severity)
{
    return severity == XB_ERROR ? "error: " : severity == XB_WARNING ? "warning: " : "note: ";
}

void xb_diags_print(const XbDiags *d, FILE *out)
{
    for (const XbDiag *diag = d->first; diag; diag = diag->next) {
        print_place(diag->file, out);
        print_place(diag->where, out);
        fputs(severity_text(diag->severity), out);
        print_text(diag->text, out);
        fprintf(out, " [%s]\n", diag->code);
    }
}
