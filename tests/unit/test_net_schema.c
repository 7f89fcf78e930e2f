// SPDX-License-Identifier: Apache-2.0
// Keeps xbgen-net-1.schema.json, the reader of networks in JSON and docs/network.md from drifting
// apart: key lists are compared, and values at the ends of what the schema allows, and beyond, are
// tried on the reader. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "base/json_in.h"
#include <string.h>

#include "xbgen/file.h"
#include "xbgen/net.h"

typedef struct Bench {
    XbArena arena;
    XbDiags d;
    const XbJson *schema, *definitions;
} Bench;

#define EXTRA "qqqqqqqqqqqq"

static void open_bench(Bench *b)
{
    XbDiags d = {.arena = &b->arena};
    const char *text = xb_net_schema();
    *b = (Bench){0};
    d.arena = &b->arena;
    b->schema = xb_json_parse(&b->arena, &d, "schema", text, strlen(text));
    assert_non_null(b->schema);
    b->definitions = xb_json_member(b->schema, "definitions");
    assert_non_null(b->definitions);
}

// What a node says, whether here or in the definitions.
static const XbJson *resolve(const Bench *b, const XbJson *node)
{
    const XbJson *ref = xb_json_member(node, "$ref");
    if (!ref)
        return node;
    assert_int_equal(strncmp(ref->text, "#/definitions/", 14), 0);
    const XbJson *at = xb_json_member(b->definitions, ref->text + 14);
    assert_non_null(at);
    return at;
}

// ---- documents ----

// The least a layer of this operator needs, behind an input of 8 x 8 x 4; `except` is left out.
static const char *least_layer(XbArena *arena, const char *op, const char *except)
{
    static const char *const needed[][3] = {{"conv", "filters", "4"},
                                            {"conv", "kernel", "2"},
                                            {"dwconv", "filters", "4"},
                                            {"dwconv", "kernel", "2"},
                                            {"fc", "filters", "4"},
                                            {"add", "from", "[\"input\", \"input\"]"},
                                            {"concat", "from", "[\"input\", \"input\"]"},
                                            {"avgpool", "kernel", "2"},
                                            {"maxpool", "kernel", "2"},
                                            {"pad", "padding", "[0, 0, 0, 0]"},
                                            {"reshape", "shape", "[256]"},
                                            {"table", "function", "\"mul\""},
                                            {"mul", "from", "[\"input\", \"input\"]"},
                                            {"slice", "shape", "[4, 4, 4]"}};
    const char *text = xb_arena_printf(arena, "\"op\": \"%s\"", op);
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (strcmp(needed[i][0], op) == 0 && strcmp(needed[i][1], except) != 0)
            text = xb_arena_printf(arena, "%s, \"%s\": %s", text, needed[i][1], needed[i][2]);
    return text;
}

// A network in which the member `key` of the object `where` has the value: where is an operator,
// "<operator>.output" or ".weights", "input", "output", or "" for the document.
static const char *document(XbArena *arena, const char *where, const char *key, const char *value)
{
    const char *dot = strchr(where, '.');
    const char *extra = xb_arena_printf(arena, "\"%s\": %s", key, value);
    for (const char *inner;
         dot && (inner = strchr(dot + 1, '.')) != NULL;) {  // the innermost first
        const char *last = strrchr(inner, '.');
        extra = xb_arena_printf(arena, "\"%s\": {%s}", last + 1, extra);
        where = xb_arena_printf(arena, "%.*s", (int)(last - where), where);
        dot = strchr(where, '.');
    }
    if (dot && strcmp(dot, ".pool") == 0 && strcmp(key, "kernel") != 0)
        extra = xb_arena_printf(arena, "\"kernel\": 2, %s", extra);
    bool is_block = dot && strcmp(dot, ".blocks") == 0;
    if (is_block && strcmp(key, "bits") != 0)
        extra = xb_arena_printf(arena, "\"bits\": 1, %s", extra);
    if (is_block && strcmp(key, "merge") != 0)
        extra = xb_arena_printf(arena, "\"merge\": \"%s\", %s",
                                strstr(extra, "\"avg\"") ? "avg" : "sum", extra);
    const char *input = "\"shape\": [8, 8, 4]", *layer = "\"op\": \"relu\"", *rest = "";
    if (strcmp(where, "input") == 0)
        input = strcmp(key, "shape") == 0 ? extra : xb_arena_printf(arena, "%s, %s", input, extra);
    else if (strcmp(where, "output") == 0)
        rest = xb_arena_printf(arena, ", \"output\": {%s}", extra);
    else if (!*where)
        rest = xb_arena_printf(arena, ", %s", extra);
    else if (dot)
        layer = xb_arena_printf(
            arena, "%s, \"%s\": {%s}",
            least_layer(arena, xb_arena_printf(arena, "%.*s", (int)(dot - where), where), ""),
            dot + 1, extra);
    else
        layer = xb_arena_printf(arena, "%s, %s", least_layer(arena, where, key), extra);
    return xb_arena_printf(arena, "{\"input\": {%s}, \"layers\": [{%s}]%s}", input, layer, rest);
}

// Reads it; the reports are in b->d.
static void read(Bench *b, const char *where, const char *key, const char *value)
{
    XbNet net;
    const char *text = document(&b->arena, where, key, value);
    b->d = (XbDiags){.arena = &b->arena};
    xb_net_json_read(&b->arena, &b->d, "n.json", (XbBytes){(const uint8_t *)text, strlen(text)},
                     &net);
}

static bool is_reported(const Bench *b, const char *code)
{
    for (const XbDiag *d = b->d.first; d; d = d->next)
        if (strcmp(d->code, code) == 0)
            return true;
    return false;
}

// A value that the schema allows may still break a rule of networks, but is no wrong value.
static void expect_allowed(Bench *b, const char *where, const char *key, const char *value)
{
    read(b, where, key, value);
    if (is_reported(b, "net-value") || is_reported(b, "json-object"))
        fail_msg("%s.%s: %s is refused: %s", where, key, value, b->d.first->text);
}

static void expect_refused(Bench *b, const char *where, const char *key, const char *value)
{
    read(b, where, key, value);
    if (b->d.errors == 0)
        fail_msg("%s.%s: %s is accepted", where, key, value);
}

// ---- values ----

static void try_integer(Bench *b, const char *where, const char *key, const XbJson *node)
{
    double lo = xb_json_member(node, "minimum")->number,
           hi = xb_json_member(node, "maximum")->number;
    for (double v = lo; v <= hi; v += hi - lo)
        expect_allowed(b, where, key, xb_arena_printf(&b->arena, "%.0f", v));
    expect_refused(b, where, key, xb_arena_printf(&b->arena, "%.0f", lo - 1));
    expect_refused(b, where, key, xb_arena_printf(&b->arena, "%.0f", hi + 1));
    expect_refused(b, where, key, xb_arena_printf(&b->arena, "%.1f", lo + 0.5));
}

static const char *list_of(XbArena *arena, const char *item, int count)
{
    const char *text = "";
    for (int i = 0; i < count; i++)
        text = xb_arena_printf(arena, "%s%s%s", text, i ? ", " : "", item);
    return xb_arena_printf(arena, "[%s]", text);
}

static void try_integers(Bench *b, const char *where, const char *key, const XbJson *node)
{
    const XbJson *items = xb_json_member(node, "items");
    int least = (int)xb_json_member(node, "minItems")->number,
        most = (int)xb_json_member(node, "maxItems")->number;
    double lo = xb_json_member(items, "minimum")->number,
           hi = xb_json_member(items, "maximum")->number;
    const char *low = xb_arena_printf(&b->arena, "%.0f", lo);
    for (int count = least; count <= most; count++) {
        expect_allowed(b, where, key, list_of(&b->arena, low, count));
        expect_allowed(b, where, key,
                       list_of(&b->arena, xb_arena_printf(&b->arena, "%.0f", hi), count));
        expect_refused(b, where, key,
                       list_of(&b->arena, xb_arena_printf(&b->arena, "%.0f", lo - 1), count));
        expect_refused(b, where, key,
                       list_of(&b->arena, xb_arena_printf(&b->arena, "%.0f", hi + 1), count));
    }
    expect_refused(b, where, key, list_of(&b->arena, low, least - 1));
    expect_refused(b, where, key, list_of(&b->arena, low, most + 1));
}

static void try_words(Bench *b, const char *where, const char *key, const XbJson *words)
{
    for (const XbJson *word = words->first; word; word = word->next)
        expect_allowed(b, where, key, xb_arena_printf(&b->arena, "\"%s\"", word->text));
    expect_refused(b, where, key, "\"" EXTRA "\"");
}

static void try_number(Bench *b, const char *where, const char *key, const XbJson *node)
{
    expect_allowed(b, where, key, "0.125");
    if (xb_json_member(node, "exclusiveMinimum"))
        expect_refused(b, where, key, "0");
    expect_refused(b, where, key, "1e999");
    expect_refused(b, where, key, "true");
}

static int try_value(Bench *b, const char *where, const char *key, const XbJson *node);

static int try_choices(Bench *b, const char *where, const char *key, const XbJson *any)
{
    int tried = 0;
    for (const XbJson *choice = any->first; choice; choice = choice->next)
        tried += try_value(b, where, key, choice);
    expect_refused(b, where, key, "null");
    return tried;
}

static bool has_type(const XbJson *node, const char *type)
{
    return xb_json_member(node, "type") && strcmp(xb_json_member(node, "type")->text, type) == 0;
}

// Returns how many kinds of values were tried.
static int try_value(Bench *b, const char *where, const char *key, const XbJson *node)
{
    const XbJson *items = xb_json_member(node, "items");
    if (xb_json_member(node, "anyOf"))
        return try_choices(b, where, key, xb_json_member(node, "anyOf"));
    if (xb_json_member(node, "enum"))
        try_words(b, where, key, xb_json_member(node, "enum"));
    else if (has_type(node, "integer"))
        try_integer(b, where, key, node);
    else if (items && has_type(items, "integer"))
        try_integers(b, where, key, node);
    else if (has_type(node, "number"))
        try_number(b, where, key, node);
    else if (has_type(node, "boolean"))
        expect_refused(b, where, key, "1");
    else if (has_type(node, "string"))
        expect_refused(b, where, key, "\"\"");
    else
        return 0;
    return 1;
}

// ---- objects ----

// The reader lists its keys when it meets one that it does not know: the schema's, in its order.
static void expect_keys(Bench *b, const char *where, const XbJson *properties)
{
    const char *keys = "known here: ";
    for (const XbJson *p = properties->first; p; p = p->next)
        keys = xb_arena_printf(&b->arena, "%s%s\"%s\"", keys, p == properties->first ? "" : ", ",
                               p->key);
    read(b, where, EXTRA, "0");
    for (const XbDiag *d = b->d.first; d; d = d->next)
        if (strcmp(d->code, "json-unknown-key") == 0 && strstr(d->where, EXTRA)) {
            assert_string_equal(strstr(d->text, "known here"), keys);
            return;
        }
    fail_msg("%s: an unknown key is accepted", where);
}

static int walk_object(Bench *b, const char *where, const XbJson *node)
{
    const XbJson *properties = xb_json_member(node, "properties");
    int tried = 0;
    assert_non_null(properties);
    expect_keys(b, where, properties);
    for (const XbJson *p = properties->first; p; p = p->next) {
        const XbJson *at = resolve(b, p);
        if (strcmp(p->key, "op") == 0 || strcmp(p->key, "layers") == 0)
            continue;
        if (xb_json_member(at, "properties"))
            tried += walk_object(
                b, *where ? xb_arena_printf(&b->arena, "%s.%s", where, p->key) : p->key, at);
        else
            tried += try_value(b, where, p->key, at);
    }
    return tried;
}

static void keys_and_values_are_those_of_the_reader(void **state)
{
    (void)state;
    Bench b;
    open_bench(&b);
    int tried = walk_object(&b, "", b.schema);
    const XbJson *ops = xb_json_member(
        xb_json_member(xb_json_member(xb_json_member(b.schema, "properties"), "layers"), "items"),
        "anyOf");
    int count = 0;
    for (const XbJson *op = ops->first; op; op = op->next, count++)
        tried +=
            walk_object(&b, strrchr(xb_json_member(op, "$ref")->text, '/') + 1, resolve(&b, op));
    assert_int_equal(count, XB_KINDS - 1);  // a merge is a part of a split layer
    assert_true(tried > 60);
    xb_arena_free(&b.arena);
}

static void required_keys_are_required(void **state)
{
    (void)state;
    Bench b;
    open_bench(&b);
    for (const XbJson *def = b.definitions->first; def; def = def->next) {
        const XbJson *required = xb_json_member(def, "required");
        for (const XbJson *key = required ? required->first : NULL; key; key = key->next) {
            const char *layer = least_layer(&b.arena, def->key, key->text);
            const char *text = xb_arena_printf(
                &b.arena, "{\"input\": {\"shape\": [8, 8, 4]}, \"layers\": [{%s}]}", layer);
            XbDiags d = {.arena = &b.arena};
            XbNet net;
            XbBytes bytes = {(const uint8_t *)text, strlen(text)};
            bool ok = xb_net_json_read(&b.arena, &d, "n.json", bytes, &net);
            assert_int_equal(ok, strcmp(key->text, "op") == 0);
        }
    }
    xb_arena_free(&b.arena);
}

// Every key has words for editors, and a place in the reference.
static void every_key_is_described(void **state)
{
    (void)state;
    Bench b;
    XbBytes docs;
    open_bench(&b);
    b.d = (XbDiags){.arena = &b.arena};
    if (!xb_file_read(&b.arena, &b.d, "docs/network.md", &docs)) {
        xb_arena_free(&b.arena);
        skip();  // not run from the repository's root
    }
    for (const XbJson *def = b.definitions->first; def; def = def->next)
        for (const XbJson *p = xb_json_member(def, "properties")
                                   ? xb_json_member(def, "properties")->first
                                   : NULL;
             p; p = p->next) {
            assert_non_null(xb_json_member(resolve(&b, p), "title"));
            assert_non_null(xb_json_member(resolve(&b, p), "description"));
            if (!strstr((const char *)docs.data, xb_arena_printf(&b.arena, "`%s`", p->key)))
                fail_msg("docs/network.md does not name %s", p->key);
        }
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_values_are_those_of_the_reader),
        cmocka_unit_test(required_keys_are_required),
        cmocka_unit_test(every_key_is_described),
    };
    return cmocka_run_group_tests_name("net_schema", tests, NULL, NULL);
}
