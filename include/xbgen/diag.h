// SPDX-License-Identifier: Apache-2.0
// Diagnostics: every stage reports here and goes on; main prints them and decides the exit status.
#ifndef XBGEN_DIAG_H
#define XBGEN_DIAG_H

#include <stdio.h>

#include "xbgen/arena.h"

typedef enum { XB_ERROR, XB_WARNING, XB_NOTE } XbSeverity;  // a note says what was chosen

typedef struct XbPath {  // a place in a JSON document: frames on the C stack, up to the root
    const struct XbPath *up;
    const char *key;  // member name, or NULL for an array element
    int index;        // element number, when key is NULL
} XbPath;

typedef struct XbDiag {
    XbSeverity severity;
    const char *code;   // stable kebab-case word, listed in docs/config.md
    const char *file;   // as the user typed it
    const char *where;  // "$.adc.bits", "operator 3 (CONV_2D)", "line 4, column 9", or ""
    const char *text;   // what was found, what is allowed
    struct XbDiag *next;
} XbDiag;

typedef struct XbDiags {
    XbArena *arena;  // holds the reports
    const char *docs;  // the folder of the documentation, for reports that name a page; NULL: "docs"
    XbDiag *first, *last;
    int errors, warnings;
} XbDiags;

// The JSON path of `at` as text, "$.adc.layers.conv1.bits". NULL is the document itself, "$".
char *xb_path_text(XbArena *arena, const XbPath *at);

// Reports at a place named by a text ("" for the file as a whole).
void xb_report(XbDiags *d, XbSeverity severity, const char *code, const char *file, const char *where,
               const char *format, ...) __attribute__((format(printf, 6, 7)));

// Reports at a JSON path.
void xb_report_json(XbDiags *d, XbSeverity severity, const char *code, const char *file,
                    const XbPath *at, const char *format, ...) __attribute__((format(printf, 6, 7)));

// Forgets what was reported since `to` was copied from `d`.
void xb_diags_rewind(XbDiags *d, XbDiags to);

// One line a report: "cfg.json: $.adc.bits: error: 17 is outside 1..14 [adc-bits]".
void xb_diags_print(const XbDiags *d, FILE *out);

#endif
