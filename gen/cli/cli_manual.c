// SPDX-License-Identifier: Apache-2.0
// The table of verbs and options as a manual page and as completion for bash.
#include "cli/cli_options.h"
#include <stdio.h>
#include <string.h>

#include "xbgen/emit.h"

// ---- the manual page ----

// Text of ours for troff: a line that begins with a point is none here.
static void put_roff(const char *text)
{
    for (; *text; text++)
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
}

static void put_option(const XbOption *o)
{
    fputs(".TP\n.B ", stdout);
    put_roff(o->name);
    if (o->value && o->kind != XB_MAYBE)
        putchar(' ');
    put_roff(o->value ? o->value : "");
    putchar('\n');
    put_roff(o->help);
    putchar('\n');
}

static void put_verb(XbVerb verb)
{
    printf(".SS %s\n", xb_verb_name(verb));
    put_roff(xb_verb_brief(verb));
    fputs(".\n", stdout);
    put_roff(xb_verb_more(verb));
    for (int i = 0; xb_option_at(i); i++)
        if (xb_option_at(i)->verbs & 1 << verb)
            put_option(xb_option_at(i));
}

// What stands in the place of a verb.
static void put_alone(void)
{
    fputs(".SH OPTIONS\n", stdout);
    for (int i = 0; xb_alone_at(i); i++) {
        fputs(".TP\n.B ", stdout);
        put_roff(xb_alone_at(i));
        printf("\n%s\n", xb_alone_help(i));
    }
}

void xb_manual_print(void)
{
    printf(".\\\" SPDX-License-Identifier: Apache-2.0\n"
           ".TH XBGEN 1 \"\" \"xbgen %s\"\n"
           ".SH NAME\nxbgen \\- Verilog and golden model of an RRAM crossbar accelerator\n"
           ".SH SYNOPSIS\n.B xbgen\n.I verb\n.B \\-\\-arch\n.I cfg.json\n[options]\n"
           ".SH DESCRIPTION\n"
           "Turns a quantized CNN and a mapping, cfg.json, into Verilog, a golden model of exactly "
           "that\nhardware, and a co\\-simulation that compares the two bit for bit.\n"
           "Options take their value as the next word or behind an equals sign.\n"
           ".SH VERBS\n",
           XBGEN_VERSION);
    for (int v = 0; v < XB_VERBS; v++)
        put_verb((XbVerb)v);
    put_alone();
    fputs(".SH EXIT STATUS\n0 all equal, 1 mismatch or hang, 2 bad input or usage, 3 environment.\n"
          ".SH ENVIRONMENT\n.TP\n.B XB_KERNEL\nportable, avx2 or avx512: how the golden model "
          "computes.\n.TP\n.B XB_BATCH\nImages that are held at once.\n"
          ".SH FILES\nDocumentation and examples are in share/doc/xbgen, schemas of cfg.json and "
          "of networks in\nJSON in share/xbgen, both beside the folder bin that holds the "
          "program.\n",
          stdout);
}

// ---- completion ----

static void put_words(const char *words)
{
    for (; *words; words++)
        putchar(*words == '|' ? ' ' : *words);
}

// What may follow an option of a verb: words; of all others names of files.
static void put_values(XbVerb verb)
{
    for (int i = 0; xb_option_at(i); i++) {
        const XbOption *o = xb_option_at(i);
        if (!(o->verbs & 1 << verb) || o->kind == XB_FLAG || o->kind == XB_MAYBE)
            continue;
        printf("    %s:%s) words='", xb_verb_name(verb), o->name);
        put_words(o->kind == XB_WORD ? o->value : "");
        printf("' ;;\n");
    }
}

static void put_options(XbVerb verb)
{
    printf("    %s:*) words='--help", xb_verb_name(verb));
    for (int i = 0; xb_option_at(i); i++)
        if (xb_option_at(i)->verbs & 1 << verb)
            printf(" %s", xb_option_at(i)->name);
    printf("' ;;\n");
}

void xb_completion_print(void)
{
    printf("# SPDX-License-Identifier: Apache-2.0\n# bash completion of xbgen\n_xbgen() {\n"
           "    local current=${COMP_WORDS[COMP_CWORD]} words=\n"
           "    local verb=${COMP_WORDS[1]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
           "    [ \"$COMP_CWORD\" -gt 1 ] || verb=\n    case $verb:$before in\n"
           "    :*) words='");
    for (int i = 0; xb_alone_at(i); i++)
        printf(i ? " %s" : "%s", xb_alone_at(i));
    for (int v = 0; v < XB_VERBS; v++)
        printf(" %s", xb_verb_name((XbVerb)v));
    printf("' ;;\n");
    for (int v = 0; v < XB_VERBS; v++) {
        put_values((XbVerb)v);
        put_options((XbVerb)v);
    }
    printf("    esac\n    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
           "complete -o default -F _xbgen xbgen\n");
}
