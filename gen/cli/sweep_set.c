// SPDX-License-Identifier: Apache-2.0
// Reads --set, and puts values into a cfg.json that was read.
#include "cli/sweep_set.h"

#include "base/json_out.h"
#include "base/json_scan.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_VALUES = 65536 };

static const char blanks[] = " \t";

typedef struct Reader {
    XbArena *arena;
    XbDiags *d;
    XbSweepKey *key;
    int room;
    bool is_sound;
} Reader;

const char *xb_sweep_where(XbArena *arena, const XbSweepKey *key)
{
    XbPath path[XB_SWEEP_PARTS];
    for (int i = 0; i < key->parts; i++)
        path[i] = (XbPath){.up = i ? &path[i - 1] : NULL, .key = key->part[i]};
    return key->parts ? xb_path_text(arena, &path[key->parts - 1]) : "";
}

// `given`: what the message is about, %s in it.
static void fail(Reader *r, const char *given, const char *what)
{
    xb_report(r->d, XB_ERROR, "sweep-set", r->key->option, xb_sweep_where(r->arena, r->key),
              "'%s' %s", given, what);
    r->is_sound = false;
}

// `length` characters, without the blanks around them.
static char *trimmed(XbArena *arena, const char *text, size_t length)
{
    size_t front = strspn(text, blanks);
    if (front >= length)
        return xb_arena_copy(arena, "");
    while (strchr(blanks, text[length - 1]))
        length--;
    return xb_arena_printf(arena, "%.*s", (int)(length - front), text + front);
}

// ---- the key ----

// One part, perhaps in quotes; returns what follows it, NULL if it is none.
static const char *take_part(Reader *r, const char *at)
{
    at += strspn(at, blanks);
    bool is_quoted = *at == '"';
    size_t length = is_quoted ? strcspn(at + 1, "\"") : strcspn(at, ".=\"");
    const char *end = at + length + (is_quoted ? 2 : 0);
    if (!length || (is_quoted && at[length + 1] != '"') || r->key->parts == XB_SWEEP_PARTS)
        return NULL;
    r->key->part[r->key->parts++] = is_quoted
                                        ? xb_arena_printf(r->arena, "%.*s", (int)length, at + 1)
                                        : trimmed(r->arena, at, length);
    end += strspn(end, blanks);
    return *end == '.' || *end == '=' || !*end ? end : NULL;
}

// Returns what follows the '='.
static const char *take_key(Reader *r, const char *text)
{
    const char *at = take_part(r, text);
    while (at && *at == '.')
        at = take_part(r, at + 1);
    if (at && *at == '=') {
        r->key->name = trimmed(r->arena, text, (size_t)(at - text));
        return at + 1;
    }
    r->key->parts = 0;
    fail(r, text, "is not KEY=VALUES, such as adc.bits=4..9 or crossbar.rows=64,128");
    return NULL;
}

// ---- values ----

static void add_value(Reader *r, XbJson value, const char *shown)
{
    XbSweepKey *k = r->key;
    if (k->values == r->room) {
        int room = r->room ? 2 * r->room : 16;
        XbJson *values = xb_new(r->arena, XbJson, room);
        const char **texts = xb_new(r->arena, const char *, room);
        for (int i = 0; i < k->values; i++) {
            values[i] = k->value[i];
            texts[i] = k->shown[i];
        }
        k->value = values, k->shown = texts, r->room = room;
    }
    k->value[k->values] = value;
    k->shown[k->values++] = shown;
}

static void add_integer(Reader *r, long number)
{
    add_value(r, (XbJson){.kind = XB_JSON_NUMBER, .text = "", .number = (double)number},
              xb_arena_printf(r->arena, "%ld", number));
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool begins_number(const char *text) { return is_digit(text[*text == '-']); }

// 08 is no number of JSON.
static bool has_zero_in_front(const char *text)
{
    text += *text == '-';
    return *text == '0' && is_digit(text[1]);
}

// An integer that a key can be, moved past.
static bool take_integer(const char **at, long *out)
{
    char *end;
    if (!begins_number(*at) || has_zero_in_front(*at))
        return false;
    *out = strtol(*at, &end, 10);
    *at = end;
    return *out >= -INT32_MAX && *out <= INT32_MAX;
}

// a..b or a..b:step.
static void add_range(Reader *r, const char *text)
{
    const char *at = text;
    long from = 0, to = 0, step = 1;
    bool is_range = take_integer(&at, &from) && strncmp(at, "..", 2) == 0;
    at += is_range ? 2 : 0;
    is_range = is_range && take_integer(&at, &to);
    if (is_range && *at == ':') {
        at++;
        is_range = take_integer(&at, &step);
    }
    if (!is_range || *at)
        fail(r, text, "is not a range of integers, a..b or a..b:step");
    else if (from > to || step < 1)
        fail(r, text, "holds nothing: the lower end comes first, and a step is 1 or more");
    else if ((to - from) / step >= MAX_VALUES)
        fail(r, text, "holds more than 65536 values");
    else
        for (long value = from; value <= to; value += step)
            add_integer(r, value);
}

static void add_number(Reader *r, const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (has_zero_in_front(text))
        fail(r, text, "is no number: none begins with 0 and another digit");
    else if (xb_json_scan(text, strlen(text)).code || *end || !isfinite(value))
        fail(r, text, "is neither a number nor a word; a word in quotes may begin with a digit");
    else
        add_value(r, (XbJson){.kind = XB_JSON_NUMBER, .text = "", .number = value}, text);
}

// "true" and "false" are truth values, in quotes words like all others.
static void add_word(Reader *r, char *text)
{
    bool is_truth = strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    size_t length = strlen(text);
    if (is_truth)
        add_value(r, (XbJson){.kind = XB_JSON_BOOL, .text = "", .number = *text == 't'}, text);
    else if (*text == '"' && length > 2 && text[length - 1] == '"') {
        text[length - 1] = '\0';
        add_value(r, (XbJson){.kind = XB_JSON_STRING, .text = text + 1}, text + 1);
    } else
        add_value(r, (XbJson){.kind = XB_JSON_STRING, .text = text}, text);
}

static void add_element(Reader *r, char *text)
{
    if (!*text)
        fail(r, text, "is no value");
    else if (begins_number(text) && strstr(text, ".."))
        add_range(r, text);
    else if (begins_number(text))
        add_number(r, text);
    else
        add_word(r, text);
}

bool xb_sweep_key(XbArena *arena, XbDiags *d, const char *text, XbSweepKey *out)
{
    Reader r = {.arena = arena, .d = d, .key = out, .is_sound = true};
    *out = (XbSweepKey){.option = xb_arena_printf(arena, "--set %s", text)};
    const char *at = take_key(&r, text);
    while (at) {
        size_t length = strcspn(at, ",");
        add_element(&r, trimmed(arena, at, length));
        at = at[length] ? at + length + 1 : NULL;
    }
    return r.is_sound;
}

// ---- the document ----

bool xb_sweep_set(XbArena *arena, const XbJson **document, const XbSweepKey *key, int value)
{
    const XbJson *at = *document;
    for (int i = 0; i < key->parts && at; i++) {
        if (at->kind != XB_JSON_OBJECT)
            return false;
        at = xb_json_member(at, key->part[i]);
    }
    *document = xb_json_with(arena, *document, key->part, key->parts, &key->value[value]);
    return true;
}
