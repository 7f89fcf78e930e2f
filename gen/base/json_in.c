// SPDX-License-Identifier: Apache-2.0
// JSON in: the only file that knows cJSON. cJSON builds the tree; what it lets through is caught
// here and in json_scan.c.
#include "base/json_in.h"

#include "base/json_scan.h"
#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_BYTES = 1 << 20, MAX_MEMBERS = 4096, MAX_SHOWN = 40, MAX_WORD = 32 };

static void report_scan(XbDiags *d, const char *file, const char *text, const XbJsonFault *fault)
{
    int line = 1, column = 1;
    for (size_t i = 0; i < fault->offset; i++) {
        bool is_continuation = ((unsigned char)text[i] & 0xc0) == 0x80;
        column += is_continuation ? 0 : 1;
        if (text[i] == '\n') {
            line++;
            column = 1;
        }
    }
    const char *where = xb_arena_printf(d->arena, "line %d, column %d", line, column);
    xb_report(d, XB_ERROR, fault->code, file, where, "%s", fault->text);
}

static XbJsonKind kind_of(const cJSON *item)
{
    if (cJSON_IsBool(item))
        return XB_JSON_BOOL;
    if (cJSON_IsNumber(item))
        return XB_JSON_NUMBER;
    if (cJSON_IsString(item))
        return XB_JSON_STRING;
    if (cJSON_IsArray(item))
        return XB_JSON_ARRAY;
    return cJSON_IsObject(item) ? XB_JSON_OBJECT : XB_JSON_NULL;
}

// Copies the tree below `item`; the depth was limited by the scan.
static XbJson *copy_tree(XbArena *arena, const cJSON *item)
{
    XbJson *node = xb_new(arena, XbJson, 1);
    node->kind = kind_of(item);
    node->key = item->string ? xb_arena_copy(arena, item->string) : NULL;
    node->text = item->valuestring ? xb_arena_copy(arena, item->valuestring) : "";
    node->number = cJSON_IsBool(item) ? cJSON_IsTrue(item) : item->valuedouble;
    const XbJson **link = &node->first;
    for (const cJSON *child = item->child; child; child = child->next) {
        XbJson *copy = copy_tree(arena, child);
        *link = copy;
        link = &copy->next;
    }
    return node;
}

typedef struct Check {  // a walk over a document
    XbDiags *d;
    const char *file;
} Check;

static bool is_repeated(const XbJson *parent, const XbJson *child)
{
    for (const XbJson *other = parent->first; other != child; other = other->next)
        if (strcmp(other->key, child->key) == 0)
            return true;
    return false;
}

static bool check_size(const Check *check, const XbJson *node, const XbPath *at)
{
    int members = 0;
    for (const XbJson *child = node->first; child; child = child->next)
        members++;
    if (node->kind != XB_JSON_OBJECT || members <= MAX_MEMBERS)
        return true;
    xb_report_json(check->d, XB_ERROR, "json-limit", check->file, at,
                   "the object has %d keys, at most %d are allowed", members, MAX_MEMBERS);
    return false;
}

static void check_keys(const Check *check, const XbJson *node, const XbPath *at)
{
    if (!check_size(check, node, at))
        return;
    int index = 0;
    for (const XbJson *child = node->first; child; child = child->next) {
        XbPath here = {.up = at, .key = child->key, .index = index++};
        if (node->kind == XB_JSON_OBJECT && is_repeated(node, child))
            xb_report_json(check->d, XB_ERROR, "json-duplicate-key", check->file, &here,
                           "the key is given twice");
        check_keys(check, child, &here);
    }
}

static const XbJson *build_tree(XbArena *arena, XbDiags *d, const char *file, const char *text)
{
    cJSON *tree = cJSON_Parse(text);
    if (!tree) {
        xb_report(d, XB_ERROR, "json-limit", file, "", "the document does not fit in memory");
        return NULL;
    }
    const XbJson *document = copy_tree(arena, tree);
    cJSON_Delete(tree);
    return document;
}

const XbJson *xb_json_parse(XbArena *arena, XbDiags *d, const char *file, const char *text,
                            size_t size)
{
    int errors = d->errors;
    if (size > MAX_BYTES) {
        xb_report(d, XB_ERROR, "json-limit", file, "", "the file is larger than 1 MiB");
        return NULL;
    }
    XbJsonFault fault = xb_json_scan(text, size);
    if (fault.code) {
        report_scan(d, file, text, &fault);
        return NULL;
    }
    char *copy = xb_new(arena, char, size + 1);
    memcpy(copy, text, size);
    const XbJson *document = build_tree(arena, d, file, copy);
    if (document)
        check_keys(&(Check){.d = d, .file = file}, document, NULL);
    return d->errors == errors ? document : NULL;
}

// Cut to a bearable length, between characters.
static const char *shown_string(XbArena *arena, const char *text)
{
    size_t length = strlen(text);
    if (length <= MAX_SHOWN)
        return xb_arena_printf(arena, "\"%s\"", text);
    length = MAX_SHOWN;
    while (((unsigned char)text[length] & 0xc0) == 0x80)
        length--;
    return xb_arena_printf(arena, "\"%.*s...\"", (int)length, text);
}

const char *xb_json_shown(XbArena *arena, const XbJson *node)
{
    switch (node->kind) {
    case XB_JSON_NULL:
        return "null";
    case XB_JSON_BOOL:
        return node->number != 0 ? "true" : "false";
    case XB_JSON_NUMBER:
        if (!isfinite(node->number))
            return "a number beyond all bounds";
        return xb_arena_printf(arena, "%.15g", node->number);
    case XB_JSON_STRING:
        return shown_string(arena, node->text);
    case XB_JSON_ARRAY:
        return "an array";
    default:
        return "an object";
    }
}

static const XbPath *path_of(const XbJsonObject *object)
{
    return object->here.key || object->here.up ? &object->here : NULL;
}

void xb_json_report(const XbJsonObject *object, const char *key, const char *code,
                    const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    XbPath at = {.up = path_of(object), .key = key};
    xb_report_json(object->d, XB_ERROR, code, object->file, &at, "%s", text);
}

XbJsonObject xb_json_root(XbDiags *d, const char *file, const XbJson *document)
{
    XbJsonObject root = {.d = d, .file = file, .node = document};
    if (document->kind != XB_JSON_OBJECT) {
        xb_report_json(d, XB_ERROR, "json-object", file, NULL, "%s is not an object",
                       xb_json_shown(d->arena, document));
        root.node = NULL;
    }
    return root;
}

XbJsonObject xb_json_object(const XbJsonObject *object, const char *key)
{
    XbJsonObject child = {.d = object->d, .file = object->file};
    child.here = (XbPath){.up = path_of(object), .key = key};
    child.node = xb_json_find(object, key);
    if (child.node && child.node->kind != XB_JSON_OBJECT) {
        xb_json_report(object, key, "json-object", "%s is not an object",
                       xb_json_shown(object->d->arena, child.node));
        child.node = NULL;
    }
    return child;
}

static const XbJson *element(const XbJson *list, int index)
{
    const XbJson *child = list && list->kind == XB_JSON_ARRAY ? list->first : NULL;
    while (child && index-- > 0)
        child = child->next;
    return child;
}

XbJsonObject xb_json_item(const XbJsonObject *object, const char *key, int index)
{
    XbPath *list = xb_new(object->d->arena, XbPath, 1);
    *list = (XbPath){.up = path_of(object), .key = key};
    XbJsonObject item = {.d = object->d, .file = object->file};
    item.here = (XbPath){.up = list, .index = index};
    item.node = element(xb_json_find(object, key), index);
    if (item.node && item.node->kind != XB_JSON_OBJECT) {
        xb_report_json(item.d, XB_ERROR, "json-object", item.file, &item.here,
                       "%s is not an object", xb_json_shown(item.d->arena, item.node));
        item.node = NULL;
    }
    return item;
}

const XbJson *xb_json_member(const XbJson *node, const char *key)
{
    bool is_object = node && node->kind == XB_JSON_OBJECT;
    for (const XbJson *child = is_object ? node->first : NULL; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

double xb_json_number(const XbJson *node, const char *key, double absent)
{
    const XbJson *member = xb_json_member(node, key);
    return member && member->kind == XB_JSON_NUMBER ? member->number : absent;
}

const XbJson *xb_json_find(const XbJsonObject *object, const char *key)
{
    return xb_json_member(object->node, key);
}

int xb_json_count(const XbJson *node)
{
    int count = 0;
    for (const XbJson *child = node ? node->first : NULL; child; child = child->next)
        count++;
    return count;
}

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

static int least(int a, int b) { return a < b ? a : b; }

// Edits (insert, delete, replace) between two words, case ignored. Long words are far from
// everything.
static int distance(const char *a, const char *b)
{
    int row[MAX_WORD + 1];
    int length = (int)strlen(b);
    if (length > MAX_WORD || strlen(a) > MAX_WORD)
        return MAX_WORD;
    for (int j = 0; j <= length; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= length; j++) {
            int replace = diagonal + (lower(a[i - 1]) != lower(b[j - 1]));
            diagonal = row[j];
            row[j] = least(replace, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[length];
}

// The key that was probably meant: at most a third of it is wrong.
static const char *near_key(const char *given, const char *const *keys)
{
    const char *best = NULL;
    int best_distance = MAX_WORD;
    for (; *keys; keys++) {
        int edits = distance(given, *keys);
        if (edits >= best_distance || edits * 3 > (int)strlen(*keys))
            continue;
        best = *keys;
        best_distance = edits;
    }
    return best;
}

// `"a", "b" or "c"` when `last` is " or ".
static const char *list_words(XbArena *arena, const char *const *words, const char *last)
{
    const char *text = "";
    for (int i = 0; words[i]; i++) {
        const char *comma = i == 0 ? "" : words[i + 1] ? ", " : last;
        text = xb_arena_printf(arena, "%s%s\"%s\"", text, comma, words[i]);
    }
    return text;
}

static bool has_word(const char *const *words, const char *word)
{
    while (*words && strcmp(*words, word) != 0)
        words++;
    return *words;
}

void xb_json_known(const XbJsonObject *object, const char *const *keys)
{
    if (!object->node)
        return;
    for (const XbJson *child = object->node->first; child; child = child->next) {
        if (has_word(keys, child->key))
            continue;
        const char *meant = near_key(child->key, keys);
        if (meant)
            xb_json_report(object, child->key, "json-unknown-key",
                           "this key is not known; did you mean \"%s\"?", meant);
        else
            xb_json_report(object, child->key, "json-unknown-key",
                           "this key is not known; known here: %s",
                           list_words(object->d->arena, keys, ", "));
    }
}

int xb_json_int(const XbJsonObject *object, const char *key, const char *code, int lo, int hi,
                int fallback)
{
    const XbJson *node = xb_json_find(object, key);
    if (!node)
        return fallback;
    const char *shown = xb_json_shown(object->d->arena, node);
    double value = node->number;
    bool is_number = node->kind == XB_JSON_NUMBER;
    if (is_number && (value < lo || value > hi)) {
        xb_json_report(object, key, code, "%s is outside %d..%d", shown, lo, hi);
        return XB_JSON_BAD;
    }
    if (!is_number || value != (double)(int)value) {
        xb_json_report(object, key, code, "%s is not an integer; %d..%d is allowed", shown, lo, hi);
        return XB_JSON_BAD;
    }
    return (int)value;
}

bool xb_json_bool(const XbJsonObject *object, const char *key, const char *code, bool fallback)
{
    const XbJson *node = xb_json_find(object, key);
    if (!node)
        return fallback;
    if (node->kind == XB_JSON_BOOL)
        return node->number != 0;
    xb_json_report(object, key, code, "%s is not true or false",
                   xb_json_shown(object->d->arena, node));
    return fallback;
}

int xb_json_choice(const XbJsonObject *object, const char *key, const char *code,
                   const char *const *words, int fallback)
{
    const XbJson *node = xb_json_find(object, key);
    if (!node)
        return fallback;
    for (int i = 0; node->kind == XB_JSON_STRING && words[i]; i++)
        if (strcmp(words[i], node->text) == 0)
            return i;
    const char *shown = xb_json_shown(object->d->arena, node);
    if (words[1])
        xb_json_report(object, key, code, "%s is not %s", shown,
                       list_words(object->d->arena, words, " or "));
    else
        xb_json_report(object, key, code, "%s is given; only \"%s\" is supported in this version",
                       shown, words[0]);
    return XB_JSON_BAD;
}

const char *xb_json_string(const XbJsonObject *object, const char *key, const char *code)
{
    const XbJson *node = xb_json_find(object, key);
    if (!node)
        return NULL;
    if (node->kind == XB_JSON_STRING && *node->text)
        return node->text;
    xb_json_report(object, key, code, "%s is not a non-empty string",
                   xb_json_shown(object->d->arena, node));
    return NULL;
}
