// SPDX-License-Identifier: Apache-2.0
// Keeps xbgen-arch-1.schema.json and the reader of cfg.json from drifting apart: keys, ranges,
// words and defaults are taken from the schema and tried on the reader, and the reader's key lists
// are compared. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "base/json_in.h"
#include <string.h>

#include "xbgen/cfg.h"
#include "xbgen/file.h"

typedef struct Doc {  // a configuration made from the schema
    XbArena *arena;
    const XbJson *schema;
    bool is_default_only;  // keys without a default are left out
    const char *set_path;  // this key gets `set_text`
    const char *set_text;
    const char *extra_path;  // this object gets a key that nobody knows
} Doc;

#define EXTRA "qqqqqqqqqqqq"

static const XbJson *load_schema(XbArena *arena)
{
    XbDiags d = {.arena = arena};
    const char *text = xb_cfg_schema();
    const XbJson *schema = xb_json_parse(arena, &d, "schema", text, strlen(text));
    assert_non_null(schema);
    return schema;
}

static const char *join(XbArena *arena, const char *path, const char *key)
{
    return *path ? xb_arena_printf(arena, "%s.%s", path, key) : key;
}

// Values that let every other key take its smallest and its largest value; NULL for other keys.
static const char *roomy_value(const char *path)
{
    static const char *const values[][2] = {{"crossbar.rows", "1024"},
                                            {"crossbar.cols", "1024"},
                                            {"crossbar.cell_bits", "1"},
                                            {"adc.bits", "14"},
                                            {"adc.layers.x.bits", "14"},
                                            {"name", "\"d\""},
                                            {"network", "\"n\""},
                                            {"adc.range.lo", "0"},
                                            {"adc.layers.x.range.lo", "0"},
                                            {"$schema", "\"s\""},
                                            {"macro.file", "\"f\""},
                                            {"macro.module", "\"m\""},
                                            {"tiles.count", "1"},
                                            {"adc.preset.bits", "13"},
                                            {"adc.layers.x.preset.bits", "13"},
                                            {"adc.preset.max", "1073741824"},
                                            {"adc.layers.x.preset.max", "1073741824"},
                                            {"adc.layers.x.thresholds", "\"f\""},
                                            {"rram.drift.t0", "1e-300"},
                                            {"rram.drift.time", "1e300"}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(path, values[i][0]) == 0)
            return values[i][1];
    return NULL;
}

static const char *value_text(XbArena *arena, const XbJson *value)
{
    if (value->kind == XB_JSON_NUMBER)
        return xb_arena_printf(arena, "%.0f", value->number);
    if (value->kind == XB_JSON_STRING)
        return xb_arena_printf(arena, "\"%s\"", value->text);
    if (value->kind == XB_JSON_BOOL)
        return value->number != 0 ? "true" : "false";
    assert_int_equal(value->kind, XB_JSON_OBJECT);
    return "{}";
}

// Keys that exclude others: a document has the first of each pair only where it is tried, and the
// second only where it is not.
static const char *const rivals[][2] = {{"adc.preset", "adc.bits"},
                                        {"adc.layers.x.preset", "adc.layers.x.bits"},
                                        {"adc.layers.x.preset", "adc.layers.x.thresholds"},
                                        {"adc.preset", "adc.layers.x.bits"}};

static bool is_tried(const Doc *doc, const char *path)
{
    size_t length = strlen(path);
    const char *tried[] = {doc->set_path, doc->extra_path};
    for (int i = 0; i < 2; i++)
        if (tried[i] && strncmp(tried[i], path, length) == 0 && strchr(".", tried[i][length]))
            return true;
    return false;
}

static bool is_left_out(const Doc *doc, const char *path)
{
    bool is_out = false;
    for (size_t i = 0; i < sizeof rivals / sizeof rivals[0]; i++) {
        is_out |= strcmp(path, rivals[i][0]) == 0 && !is_tried(doc, path);
        is_out |= strcmp(path, rivals[i][1]) == 0 && is_tried(doc, rivals[i][0]);
    }
    return is_out;
}

static const char *make_text(const Doc *doc, const XbJson *node, const char *path);

static const char *make_object(const Doc *doc, const XbJson *properties, const char *path)
{
    const char *text = "";
    for (const XbJson *child = properties->first; child; child = child->next) {
        const char *here = join(doc->arena, path, child->key);
        const char *value = is_left_out(doc, here) ? NULL : make_text(doc, child, here);
        if (value)
            text = xb_arena_printf(doc->arena, "%s%s\"%s\": %s", text, *text ? ", " : "",
                                   child->key, value);
    }
    if (doc->extra_path && strcmp(doc->extra_path, path) == 0)
        text = xb_arena_printf(doc->arena, "%s%s\"%s\": 0", text, *text ? ", " : "", EXTRA);
    return xb_arena_printf(doc->arena, "{%s}", text);
}

// The members that this schema node, or the object among its alternatives, describes; NULL if none.
static const XbJson *properties_of(const XbJson *node)
{
    if (xb_json_member(node, "properties"))
        return xb_json_member(node, "properties");
    const XbJson *any = xb_json_member(node, "anyOf");
    for (const XbJson *choice = any ? any->first : NULL; choice; choice = choice->next)
        if (xb_json_member(choice, "properties"))
            return xb_json_member(choice, "properties");
    return NULL;
}

static bool is_type(const XbJson *node, const char *type)
{
    const XbJson *its = xb_json_member(node, "type");
    return its && strcmp(its->text, type) == 0;
}

static const char *make_leaf(const Doc *doc, const XbJson *node, const char *path)
{
    if (roomy_value(path))
        return roomy_value(path);
    const XbJson *any = xb_json_member(node, "anyOf");
    const XbJson *leaf = any ? any->first : node;
    const XbJson *words = xb_json_member(leaf, "enum");
    if (is_type(leaf, "boolean"))
        return "false";
    return value_text(doc->arena, words ? words->first : xb_json_member(leaf, "minimum"));
}

// The value of a key, or NULL to leave it out.
static const char *make_text(const Doc *doc, const XbJson *node, const char *path)
{
    const XbJson *by_name = xb_json_member(node, "additionalProperties");
    if (doc->set_path && strcmp(doc->set_path, path) == 0)
        return doc->set_text;
    bool is_whole = xb_json_member(node, "properties") && !xb_json_member(node, "required");
    if (doc->is_default_only && *path && !is_whole) {
        const XbJson *value = xb_json_member(node, "default");
        return value ? value_text(doc->arena, value) : strcmp(path, "network") ? NULL : "\"n\"";
    }
    if (properties_of(node))
        return make_object(doc, properties_of(node), path);
    if (by_name && by_name->kind == XB_JSON_OBJECT)
        return xb_arena_printf(doc->arena, "{\"x\": %s}",
                               make_text(doc, by_name, join(doc->arena, path, "x")));
    return make_leaf(doc, node, path);
}

// What the reader says first about the document: "" when it accepts it.
static const char *verdict(const Doc *doc)
{
    XbDiags d = {.arena = doc->arena};
    XbCfg cfg;
    const char *text = make_text(doc, doc->schema, "");
    xb_cfg_parse(doc->arena, &d, "n.json", text, strlen(text), &cfg);
    return d.first ? xb_arena_printf(doc->arena, "%s: %s", d.first->where, d.first->text) : "";
}

static const char *verdict_on(const Doc *doc, const char *path, const char *value)
{
    Doc one = *doc;
    one.set_path = path;
    one.set_text = value;
    return verdict(&one);
}

static const char *number_text(const Doc *doc, double number)
{
    return xb_arena_printf(doc->arena, "%.0f", number);
}

// Its report may go on after the range.
static void expect_outside(const Doc *doc, const char *path, double value, double lo, double hi)
{
    const char *expected =
        xb_arena_printf(doc->arena, "$.%s: %.0f is outside %.0f..%.0f", path, value, lo, hi);
    const char *found = verdict_on(doc, path, number_text(doc, value));
    size_t length = strlen(expected);
    if (strncmp(found, expected, length) != 0 || !strchr(";", found[length]))
        assert_string_equal(found, expected);
}

static void try_integer(const Doc *doc, const XbJson *node, const char *path)
{
    double lo = xb_json_member(node, "minimum")->number,
           hi = xb_json_member(node, "maximum")->number;
    assert_string_equal(verdict_on(doc, path, number_text(doc, lo)), "");
    assert_string_equal(verdict_on(doc, path, number_text(doc, hi)), "");
    expect_outside(doc, path, lo - 1, lo, hi);
    expect_outside(doc, path, hi + 1, lo, hi);
}

static void try_words(const Doc *doc, const XbJson *words, const char *path)
{
    for (const XbJson *word = words->first; word; word = word->next)
        assert_string_equal(verdict_on(doc, path, value_text(doc->arena, word)), "");
    assert_string_not_equal(verdict_on(doc, path, "\"" EXTRA "\""), "");
    assert_string_not_equal(verdict_on(doc, path, "null"), "");
}

static void try_boolean(const Doc *doc, const char *path)
{
    assert_string_equal(verdict_on(doc, path, "true"), "");
    assert_string_equal(verdict_on(doc, path, "false"), "");
    assert_string_not_equal(verdict_on(doc, path, "\"true\""), "");
    assert_string_not_equal(verdict_on(doc, path, "null"), "");
}

// A real number; where nothing bounds it above, only infinity is too large. A bound that is not
// reached itself may depend on another key.
static void try_real(const Doc *doc, const XbJson *node, const char *path)
{
    const XbJson *least = xb_json_member(node, "minimum"), *most = xb_json_member(node, "maximum");
    const XbJson *end = xb_json_member(node, "exclusiveMaximum");
    const char *high = most ? number_text(doc, most->number) : end ? "0.5" : "1e300";
    const char *over = most  ? xb_arena_printf(doc->arena, "%.3f", most->number + 0.001)
                       : end ? number_text(doc, end->number)
                             : "1e999";
    const char *low = least ? number_text(doc, least->number) : "1e-300";
    assert_string_not_equal(verdict_on(doc, path, least ? "-0.001" : "0"), "");
    assert_string_equal(verdict_on(doc, path, low), "");
    assert_string_equal(verdict_on(doc, path, high), "");
    assert_string_not_equal(verdict_on(doc, path, over), "");
    assert_string_not_equal(verdict_on(doc, path, "true"), "");
}

// Tries what the schema says about a leaf, or one alternative of it, on the reader.
static void try_leaf(const Doc *doc, const XbJson *node, const char *path)
{
    const XbJson *words = xb_json_member(node, "enum");
    if (words)
        try_words(doc, words, path);
    else if (is_type(node, "number"))
        try_real(doc, node, path);
    else if (xb_json_member(node, "minimum"))
        try_integer(doc, node, path);
    else if (is_type(node, "boolean"))
        try_boolean(doc, path);
    else if (is_type(node, "string"))
        assert_string_not_equal(verdict_on(doc, path, "\"\""), "");
}

// The reader lists its keys when it meets one that it does not know: exactly the schema's, in its
// order.
static void try_object(const Doc *doc, const XbJson *properties, const char *path)
{
    Doc one = *doc;
    one.extra_path = path;
    const char *where = xb_arena_printf(doc->arena, *path ? "$.%s." EXTRA : "$%s." EXTRA, path);
    const char *keys = "";
    for (const XbJson *child = properties->first; child; child = child->next)
        keys = xb_arena_printf(doc->arena, "%s%s\"%s\"", keys, *keys ? ", " : "", child->key);
    assert_string_equal(
        verdict(&one),
        xb_arena_printf(doc->arena, "%s: this key is not known; known here: %s", where, keys));
}

// Returns the number of keys below.
static int walk(const Doc *doc, const XbJson *node, const char *path)
{
    int count = 0;
    const XbJson *any = xb_json_member(node, "anyOf"),
                 *by_name = xb_json_member(node, "additionalProperties");
    const XbJson *properties = xb_json_member(node, "properties");
    for (const XbJson *choice = any ? any->first : NULL; choice; choice = choice->next)
        count += walk(doc, choice, path);
    if (by_name && by_name->kind == XB_JSON_OBJECT)
        count += walk(doc, by_name, join(doc->arena, path, "x"));
    if (!properties) {
        try_leaf(doc, node, path);
        return count;
    }
    try_object(doc, properties, path);
    for (const XbJson *child = properties->first; child; child = child->next)
        count += 1 + walk(doc, child, join(doc->arena, path, child->key));
    return count;
}

static void every_key_of_the_schema_is_accepted_at_once(void **state)
{
    (void)state;
    XbArena arena = {0};
    Doc doc = {.arena = &arena, .schema = load_schema(&arena)};
    assert_string_equal(verdict(&doc), "");
    xb_arena_free(&arena);
}

static void keys_words_and_ranges_are_those_of_the_reader(void **state)
{
    (void)state;
    XbArena arena = {0};
    Doc doc = {.arena = &arena, .schema = load_schema(&arena)};
    assert_true(walk(&doc, doc.schema, "") >= 40);
    xb_arena_free(&arena);
}

static void expect_described(const XbJson *node)
{
    const XbJson *properties = properties_of(node),
                 *by_name = xb_json_member(node, "additionalProperties");
    if (by_name && by_name->kind == XB_JSON_OBJECT)
        expect_described(by_name);
    for (const XbJson *child = properties ? properties->first : NULL; child; child = child->next) {
        assert_non_null(xb_json_member(child, "title"));
        assert_non_null(xb_json_member(child, "description"));
        expect_described(child);
    }
}

static void every_key_of_the_schema_has_title_and_description(void **state)
{
    (void)state;
    XbArena arena = {0};
    expect_described(load_schema(&arena));
    xb_arena_free(&arena);
}

static void expect_same(const XbCfg *a, const XbCfg *b)
{
    assert_string_equal(a->name, b->name);
    assert_string_equal(a->network, b->network);
    assert_int_equal(a->rows, b->rows);
    assert_int_equal(a->cols, b->cols);
    assert_int_equal(a->cell_bits, b->cell_bits);
    assert_int_equal(a->encoding, b->encoding);
    assert_int_equal(a->active_rows, b->active_rows);
    assert_int_equal(a->dac_bits, b->dac_bits);
    assert_int_equal(a->adc_bits, b->adc_bits);
    assert_int_equal(a->adc_per_array, b->adc_per_array);
    assert_int_equal(a->adc_interval, b->adc_interval);
    assert_int_equal(a->adc_latency, b->adc_latency);
    assert_int_equal(a->adc_range.kind, b->adc_range.kind);
    assert_int_equal(a->adc_analog, b->adc_analog);
    assert_int_equal(a->scheme, b->scheme);
    assert_int_equal(a->kp_packed, b->kp_packed);
    assert_int_equal(a->how_copies, b->how_copies);
    assert_int_equal(a->duplication, b->duplication);
    assert_int_equal(a->objective, b->objective);
    assert_int_equal(a->bandwidth_blind, b->bandwidth_blind);
    assert_int_equal(a->time_model, b->time_model);
    assert_int_equal(a->bits_per_cycle, b->bits_per_cycle);
    assert_int_equal(a->has_access, b->has_access);
    assert_int_equal(a->transfer, b->transfer);
    assert_int_equal(a->tile_count, b->tile_count);
    assert_int_equal(a->arrays_per_tile, b->arrays_per_tile);
    assert_int_equal(a->pipeline_depth, b->pipeline_depth);
    assert_int_equal(a->rounding, b->rounding);
    assert_int_equal(a->counters, b->counters);
    assert_true(a->rram.seed == b->rram.seed);
    assert_int_equal(a->rram.frac_bits, b->rram.frac_bits);
    assert_true(a->rram.off_level == b->rram.off_level);
    assert_true(a->rram.variation == b->rram.variation);
    assert_true(a->rram.stuck_on == b->rram.stuck_on);
    assert_true(a->rram.stuck_off == b->rram.stuck_off);
    assert_true(a->rram.nu == b->rram.nu);
    assert_true(a->rram.time == b->rram.time);
    assert_true(a->rram.t0 == b->rram.t0);
    assert_true(a->rram.attenuation == b->rram.attenuation);
    assert_true(a->rram.read_noise == b->rram.read_noise);
    assert_int_equal(a->rram.programmed_bias, b->rram.programmed_bias);
    assert_int_equal(a->layers, b->layers);
}

static void the_schema_s_defaults_are_those_of_the_reader(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    Doc doc = {.arena = &arena, .schema = load_schema(&arena), .is_default_only = true};
    XbCfg given, left_out;
    const char *text = make_text(&doc, doc.schema, ""), *least = "{\"network\": \"n\"}";
    assert_true(xb_cfg_parse(&arena, &d, "n.json", text, strlen(text), &given));
    assert_true(xb_cfg_parse(&arena, &d, "n.json", least, strlen(least), &left_out));
    assert_non_null(strstr(text, "\"encoding\": \"differential\""));
    expect_same(&given, &left_out);
    xb_arena_free(&arena);
}

// The row of a key in docs/config.md, where <name> stands for a layer's name.
static const char *row_of(XbArena *arena, const char *docs, const char *path)
{
    const char *x = strstr(path, ".x.");
    const char *key = path;
    if (x)
        key = xb_arena_printf(arena, "%.*s.<name>.%s", (int)(x - path), path, x + 3);
    const char *start = xb_arena_printf(arena, "\n| `%s` |", key);
    const char *row = strstr(docs, start);
    if (row && strstr(row + 1, start))
        fail_msg("docs/config.md has two rows for %s", path);
    return row ? xb_arena_printf(arena, "%.*s", (int)strcspn(row + 1, "\n"), row + 1) : NULL;
}

// A leaf's row names its default, and its range when that depends on no other key.
static void expect_row(XbArena *arena, const char *docs, const XbJson *node, const char *path)
{
    const char *row = row_of(arena, docs, path);
    if (!row)
        fail_msg("docs/config.md has no row for %s", path);
    const XbJson *value = xb_json_member(node, "default"), *least = xb_json_member(node, "minimum");
    const char *mark = value && value->kind == XB_JSON_STRING ? "`" : "";
    if (value)
        assert_non_null(strstr(
            row, xb_arena_printf(arena, "| %s%s%s |", mark, value_text(arena, value), mark)));
    const XbJson *most = xb_json_member(node, "maximum");
    if (value && least && most && least->number >= 0)
        assert_non_null(
            strstr(row, xb_arena_printf(arena, "| %.0f..%.0f", least->number, most->number)));
}

static void expect_documented(XbArena *arena, const char *docs, const XbJson *node,
                              const char *path)
{
    const XbJson *properties = properties_of(node),
                 *by_name = xb_json_member(node, "additionalProperties");
    bool is_by_name = by_name && by_name->kind == XB_JSON_OBJECT;
    if (is_by_name)
        expect_documented(arena, docs, by_name, join(arena, path, "x"));
    for (const XbJson *p = properties ? properties->first : NULL; p; p = p->next)
        expect_documented(arena, docs, p, join(arena, path, p->key));
    bool is_repeated = strstr(path, "layers.x.range.") != NULL;  // told once, at adc.range
    if (!is_by_name && !xb_json_member(node, "properties") && !is_repeated)
        expect_row(arena, docs, node, path);
}

static void every_key_of_the_schema_is_in_the_reference(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes docs;
    if (!xb_file_read(&arena, &d, "docs/config.md", &docs)) {
        xb_arena_free(&arena);
        skip();  // not run from the repository's root
    }
    const char *text = (const char *)docs.data, *end = strstr(text, "\n### What the keys cost");
    assert_non_null(end);  // of the table of keys
    text = xb_arena_printf(&arena, "%.*s", (int)(end - text), text);
    expect_documented(&arena, text, load_schema(&arena), "");
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_the_schema_is_accepted_at_once),
        cmocka_unit_test(keys_words_and_ranges_are_those_of_the_reader),
        cmocka_unit_test(every_key_of_the_schema_has_title_and_description),
        cmocka_unit_test(every_key_of_the_schema_is_in_the_reference),
        cmocka_unit_test(the_schema_s_defaults_are_those_of_the_reader),
    };
    return cmocka_run_group_tests_name("cfg_schema", tests, NULL, NULL);
}
