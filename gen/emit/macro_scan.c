// SPDX-License-Identifier: Apache-2.0
#include "emit/macro_scan.h"

#include <ctype.h>
#include <string.h>

typedef struct Scan {
    const char *at, *end;
    XbWord token;  // size 0: the end
} Scan;

static bool is_letter(char c) { return isalnum((unsigned char)c) || c == '_' || c == '$'; }

static bool begins(const Scan *s, const char *text)
{
    size_t size = strlen(text);
    return (size_t)(s->end - s->at) >= size && memcmp(s->at, text, size) == 0;
}

static void skip_past(Scan *s, const char *text)
{
    while (s->at < s->end && !begins(s, text))
        s->at++;
    s->at = s->at < s->end ? s->at + strlen(text) : s->end;
}

static void skip_string(Scan *s)
{
    for (s->at++; s->at < s->end && *s->at != '"' && *s->at != '\n'; s->at++)
        if (*s->at == '\\' && s->end - s->at > 1)
            s->at++;
    if (s->at < s->end)
        s->at++;
}

// What is no token: blanks, comments, strings, and compiler directives' names.
static bool skip_one(Scan *s)
{
    if (s->at == s->end)
        return false;
    if (begins(s, "//"))
        skip_past(s, "\n");
    else if (begins(s, "/*")) {
        s->at += 2;
        skip_past(s, "*/");
    } else if (*s->at == '"')
        skip_string(s);
    else if (*s->at == '`')
        for (s->at++; s->at < s->end && is_letter(*s->at);)
            s->at++;
    else if (isspace((unsigned char)*s->at))
        s->at++;
    else
        return false;
    return true;
}

// The next name, number or single character.
static void next(Scan *s)
{
    while (skip_one(s))
        ;
    s->token = (XbWord){.text = s->at};
    if (s->at == s->end)
        return;
    bool is_name = is_letter(*s->at), is_escaped = *s->at == '\\';
    for (s->at++; s->at < s->end && ((is_name && is_letter(*s->at)) ||
                                     (is_escaped && !isspace((unsigned char)*s->at)));)
        s->at++;
    s->token.size = (size_t)(s->at - s->token.text);
}

static bool is(const Scan *s, const char *text) { return xb_word_is(s->token, text); }

bool xb_word_is(XbWord word, const char *text)
{
    return word.size == strlen(text) && memcmp(word.text, text, word.size) == 0;
}

static Scan begin(XbBytes source)
{
    return (Scan){.at = (const char *)source.data, .end = (const char *)source.data + source.size};
}

// Stands on the name of the next module afterwards; false: there is no more.
static bool find_module(Scan *s)
{
    for (next(s); s->token.size; next(s)) {
        if (!is(s, "module") && !is(s, "macromodule"))
            continue;
        next(s);
        if (is(s, "automatic") || is(s, "static"))
            next(s);
        return s->token.size != 0;
    }
    return false;
}

static bool find_named(Scan *s, const char *name)
{
    while (find_module(s))
        if (is(s, name))
            return true;
    return false;
}

void xb_scan_modules(XbBytes source, XbWordSink *sink, void *context)
{
    Scan s = begin(source);
    while (find_module(&s) && sink(context, s.token))
        ;
}

static bool ends_name(const Scan *s) { return is(s, ",") || is(s, ")") || is(s, "="); }

// The names of a list that begins at '(': those that end an entry or stand before its value. Stands
// behind the list afterwards.
static bool take_list(Scan *s, XbWordSink *sink, void *context)
{
    int depth = 0;
    bool is_value = false, goes_on = true;
    XbWord last = {0};
    do {
        bool is_top = depth == 1 && !is_value;
        if (is_top && last.size && is_letter(*last.text) && ends_name(s) && goes_on)
            goes_on = sink(context, last);
        is_value = depth == 1 && is(s, ",") ? false : is_value || (depth == 1 && is(s, "="));
        depth += is(s, "(") || is(s, "[") || is(s, "{");
        depth -= is(s, ")") || is(s, "]") || is(s, "}");
        last = s->token;
        next(s);
    } while (depth > 0 && s->token.size);
    return goes_on;
}

// From a module's name to the first bracket of its head; false: the head ends before.
static bool to_list(Scan *s)
{
    for (next(s); s->token.size && !is(s, ";"); next(s)) {
        if (is(s, "import"))
            while (s->token.size && !is(s, ";"))
                next(s);
        else if (is(s, "(") || is(s, "#"))
            break;
    }
    return s->token.size && !is(s, ";");
}

static bool nothing(void *context, XbWord word)
{
    (void)context, (void)word;
    return true;
}

// `parameter` in the body of a module whose head has none.
static void take_body(Scan *s, XbWordSink *sink, void *context)
{
    bool is_parameter = false, goes_on = true;
    XbWord last = {0};
    for (; s->token.size && !is(s, "endmodule") && goes_on; next(s)) {
        if (is_parameter && is(s, "=") && last.size)
            goes_on = sink(context, last);
        is_parameter = is(s, "parameter") || (is_parameter && !is(s, ";"));
        last = s->token;
    }
}

bool xb_scan_parameters(XbBytes source, const char *name, XbWordSink *sink, void *context)
{
    Scan s = begin(source);
    if (!find_named(&s, name))
        return false;
    if (to_list(&s) && is(&s, "#")) {
        next(&s);
        if (is(&s, "(") && !take_list(&s, sink, context))
            return true;
    }
    take_body(&s, sink, context);
    return true;
}

bool xb_scan_ports(XbBytes source, const char *name, XbWordSink *sink, void *context)
{
    Scan s = begin(source);
    if (!find_named(&s, name))
        return false;
    if (!to_list(&s))
        return true;
    if (is(&s, "#")) {
        next(&s);
        if (is(&s, "("))
            take_list(&s, nothing, NULL);
    }
    if (is(&s, "("))
        take_list(&s, sink, context);
    return true;
}
