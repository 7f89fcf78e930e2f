// SPDX-License-Identifier: Apache-2.0
// Verbs and options: one table, from which the arguments are read and the help is printed.
#ifndef XBGEN_CLI_OPTIONS_H
#define XBGEN_CLI_OPTIONS_H

#include "cli/cli.h"
#include <stddef.h>

typedef enum { XB_FLAG, XB_TEXT, XB_TEXTS, XB_NUMBER, XB_WORD } XbOptionKind;

typedef struct XbOption {
    const char *name, *value;  // value NULL: a flag; of a word "this|that"
    XbOptionKind kind;
    int verbs;
    size_t offset;  // in XbOptions
    int lo, hi;     // of a number
    const char *help;
} XbOption;

// The option of a verb; NULL: it has none of that name. *is_elsewhere: another verb has.
const XbOption *xb_option_find(XbVerb verb, const char *name, bool *is_elsewhere);

// False: there is no such verb.
bool xb_verb_find(const char *word, XbVerb *verb);

const char *xb_verb_name(XbVerb verb);

// `xbgen --help`, and that of a verb.
void xb_help_print(void);
void xb_help_print_verb(XbVerb verb);

#endif
