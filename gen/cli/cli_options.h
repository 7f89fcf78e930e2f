// SPDX-License-Identifier: Apache-2.0
// Verbs and options: one table, from which the arguments are read and the help is printed.
#ifndef XBGEN_CLI_OPTIONS_H
#define XBGEN_CLI_OPTIONS_H

#include "cli/cli.h"
#include <stddef.h>

typedef enum { XB_FLAG, XB_TEXT, XB_TEXTS, XB_NUMBER, XB_WORD, XB_MAYBE } XbOptionKind;

typedef struct XbOption {
    const char *name, *value;  // value NULL: a flag; of a word "this|that"; XB_MAYBE: only behind "="
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

// The verb or what stands in its place, or the option of a verb, that a mistyped word is nearest to; NULL: none is near.
const char *xb_verb_near(const char *word);
const char *xb_option_near(XbVerb verb, const char *name);

// What a verb does, in a line and in more of them ("": nothing more is said).
const char *xb_verb_brief(XbVerb verb);
const char *xb_verb_more(XbVerb verb);

// Option `i` of the table; NULL behind the last.
const XbOption *xb_option_at(int i);

// The number of an option of the table, 0..63.
int xb_option_number(const XbOption *option);

// Option `i` of those that stand in the place of a verb, alone, and what it gives; NULL behind the last.
const char *xb_alone_at(int i);
const char *xb_alone_help(int i);

// The manual page, and the completion for bash.
void xb_manual_print(void);
void xb_completion_print(void);

// `xbgen --help`, and that of a verb.
void xb_help_print(void);
void xb_help_print_verb(XbVerb verb);

#endif
