// SPDX-License-Identifier: Apache-2.0
// A user's own analog macro: its source is checked against the head of ours, which is the contract,
// and takes the place of our behavioural body. xb_pe goes on instantiating xb_macro: a wrapper of
// that name, made from our head, holds the user's module, so that every other file and the design
// hash stay what they are.
#include "emit/macro_scan.h"
#include "emit/parts.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

typedef struct Check {
    XbArena *arena;
    XbDiags *d;
    const XbCfg *cfg;
    const XbMacro *macro;
    const char *code, *what;  // of a name that is missing
    XbWord wanted;
    bool is_there;
} Check;

static void report(const Check *c, const char *key, const char *code, const char *text)
{
    XbPath macro = {.key = "macro"}, at = {.up = &macro, .key = key};
    xb_report_json(c->d, XB_ERROR, code, c->cfg->file, &at, "%s: %s", c->cfg->macro_path, text);
}

static const char *text_of(const Check *c, XbWord word)
{
    return xb_arena_printf(c->arena, "%.*s", (int)word.size, word.text);
}

static bool is_wanted(void *context, XbWord word)
{
    Check *c = context;
    c->is_there = word.size == c->wanted.size && memcmp(word.text, c->wanted.text, word.size) == 0;
    return !c->is_there;
}

static void report_missing(Check *c)
{
    report(c, "file", c->code,
           xb_arena_printf(c->arena, "module %s has no %s %s, which every macro has (docs/rtl.md)",
                           c->macro->module, c->what, text_of(c, c->wanted)));
}

static bool want_port(void *context, XbWord word)
{
    Check *c = context;
    c->wanted = word;
    c->is_there = false;
    xb_scan_ports(c->macro->source, c->macro->module, is_wanted, c);
    if (!c->is_there)
        report_missing(c);
    return true;
}

static bool want_parameter(void *context, XbWord word)
{
    Check *c = context;
    c->wanted = word;
    c->is_there = false;
    xb_scan_parameters(c->macro->source, c->macro->module, is_wanted, c);
    if (!c->is_there)
        report_missing(c);
    return true;
}

// Names of ours: every cell's, used or not, and the top's.
static bool is_ours(XbWord word)
{
    for (const XbCell *cell = xb_cells; cell->name; cell++)
        if (xb_word_is(word, cell->name))
            return true;
    return xb_word_is(word, "xb_top");
}

static bool refuse_ours(void *context, XbWord word)
{
    Check *c = context;
    if (is_ours(word))
        report(c, "file", "macro-name",
               xb_arena_printf(c->arena,
                               "the module %s is one of this design's own; give it another name",
                               text_of(c, word)));
    return true;
}

// Parameters of our head alone, not those of its body, which are localparams.
static XbBytes our_head(void)
{
    XbBytes source = xb_emit_source("rtl_templates/xb_macro.sv");
    const char *begin = strstr((const char *)source.data, "\nmodule xb_macro ");
    const char *end = begin ? strstr(begin, "\n);\n") : NULL;
    return end ? (XbBytes){.data = (const uint8_t *)begin + 1,
                           .size = (size_t)(end + 4 - begin - 1)}
               : (XbBytes){0};
}

static void check_head(Check *c)
{
    XbBytes head = our_head();
    c->code = "macro-parameter", c->what = "parameter";
    xb_scan_parameters(head, "xb_macro", want_parameter, c);
    c->code = "macro-port", c->what = "port";
    xb_scan_ports(head, "xb_macro", want_port, c);
}

static bool read_source(const Check *c, XbMacro *macro)
{
    if (access(c->cfg->macro_path, R_OK) == 0)
        return xb_file_read(c->arena, c->d, c->cfg->macro_path, &macro->source);
    report(c, "file", "macro-file",
           xb_arena_printf(c->arena, "cannot be read: %s", strerror(errno)));
    return false;
}

static bool find_module(Check *c)
{
    c->wanted = (XbWord){.text = c->macro->module, .size = strlen(c->macro->module)};
    c->is_there = false;
    xb_scan_modules(c->macro->source, is_wanted, c);
    if (!c->is_there)
        report(c, "module", "macro-module",
               xb_arena_printf(c->arena, "there is no module %s in it", c->macro->module));
    return c->is_there;
}

bool xb_macro_read(XbArena *arena, XbDiags *d, const XbCfg *cfg, XbMacro *out)
{
    int errors = d->errors;
    *out = (XbMacro){.module = cfg->macro_module};
    if (!cfg->macro_module)
        return true;
    Check c = {.arena = arena, .d = d, .cfg = cfg, .macro = out};
    if (!read_source(&c, out) || !find_module(&c))
        return false;
    xb_scan_modules(out->source, refuse_ours, &c);
    if (d->errors == errors)
        check_head(&c);
    return d->errors == errors;
}

static bool put_connection(void *context, XbWord word)
{
    XbText *t = context;
    xb_text_add(t, "%s      .%.*s(%.*s)", t->size ? ",\n" : "", (int)word.size, word.text,
                (int)word.size, word.text);
    return true;
}

XbBytes xb_emit_wrapper(XbArena *arena, const XbMacro *macro)
{
    XbText parameters = {.arena = arena}, ports = {.arena = arena}, t = {.arena = arena};
    XbBytes head = our_head();
    xb_scan_parameters(head, "xb_macro", put_connection, &parameters);
    xb_scan_ports(head, "xb_macro", put_connection, &ports);
    xb_text_add(
        &t,
        "// SPDX-License-Identifier: Apache-2.0\n"
        "// Generated by xbgen %s: the user's macro under the name that xb_pe knows. Do not edit.\n"
        "%.*s\n  %s #(\n%s\n  ) u_%s (\n%s\n  );\n\nendmodule\n",
        XBGEN_VERSION, (int)head.size, (const char *)head.data, macro->module, parameters.data,
        macro->module, ports.data);
    return xb_emit_bytes(&t);
}
