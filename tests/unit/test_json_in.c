// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/base/json_in.c and json_scan.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "base/json_in.h"
#include "base/json_scan.h"
#include <string.h>

typedef struct Try {  // one document and what was reported about it
    XbArena arena;
    XbDiags d;
    const XbJson *document;
    XbJsonObject root;
} Try;

static void parse_bytes(Try *try, const char *text, size_t size)
{
    *try = (Try){0};
    try->d.arena = &try->arena;
    try->document = xb_json_parse(&try->arena, &try->d, "a.json", text, size);
    if (try->document)
        try->root = xb_json_root(&try->d, "a.json", try->document);
}

static void parse(Try *try, const char *text) { parse_bytes(try, text, strlen(text)); }

static void expect_report(const Try *try, const char *code, const char *where, const char *text)
{
    assert_non_null(try->d.first);
    assert_string_equal(try->d.first->code, code);
    assert_string_equal(try->d.first->where, where);
    assert_string_equal(try->d.first->text, text);
}

static const char *fault_code(const char *text, size_t size)
{
    XbJsonFault fault = xb_json_scan(text, size);
    assert_true(fault.offset <= size);
    return fault.code ? fault.code : "none";
}

static void json_is_accepted(void **state)
{
    (void)state;
    static const char *const texts[] = {"{}",
                                        "[]",
                                        " \t\r\n{ } ",
                                        "0",
                                        "-0",
                                        "-1.5e+10",
                                        "1E-2",
                                        "10",
                                        "true",
                                        "false",
                                        "null",
                                        "\"\"",
                                        "[1, [2, {\"a\": []}], null]",
                                        "{\"a\":{\"b\":1},\"c\":[]}",
                                        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                                        "\"\\u00e9\\ud83d\\ude00\"",
                                        "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
                                        "\"\x7f\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Try try;
        parse(&try, texts[i]);
        assert_non_null(try.document);
        xb_arena_free(&try.arena);
    }
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "{",
                                        "}",
                                        "[1",
                                        "[1,]",
                                        "[,1]",
                                        "{\"a\":1,}",
                                        "{\"a\" 1}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "{1:1}",
                                        "{}{}",
                                        "{} x",
                                        "01",
                                        "-",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "1e",
                                        "1e+",
                                        "--1",
                                        "0x10",
                                        "NaN",
                                        "Infinity",
                                        "tru",
                                        "True",
                                        "nul",
                                        "\"",
                                        "\"a\nb\"",
                                        "\"\\x\"",
                                        "\"\\u12g4\"",
                                        "\"\\u0000\"",
                                        "\"\\ud800\"",
                                        "\"\\ud800\\u0041\"",
                                        "\"\\udc00\"",
                                        "\"\xff\"",
                                        "\"\xc0\x80\"",
                                        "\"\xed\xa0\x80\"",
                                        "\"\xf4\x90\x80\x80\"",
                                        "\"\xe2\x82\"",
                                        "// x\n{}",
                                        "{} # x",
                                        "/* */ {}",
                                        "\xef\xbb\xbf{}",
                                        "\xa0{}",
                                        "[1 2]",
                                        "{\"a\":}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_string_equal(fault_code(texts[i], strlen(texts[i])), "json-syntax");
}

static void a_nul_byte_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    assert_string_equal(fault_code("\0{}", 3), "json-syntax");
    assert_string_equal(fault_code("{}\0", 3), "json-syntax");
    assert_string_equal(fault_code("{\0}", 3), "json-syntax");
    assert_string_equal(fault_code("\"a\0b\"", 5), "json-syntax");
    assert_string_equal(fault_code("\"\\\0\"", 4), "json-syntax");
}

static void every_cut_of_a_document_is_refused(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1.5e3,\"\\u00e9\xc3\xa9\",true],\"b\":null}";
    for (size_t cut = 0; cut + 1 < sizeof text; cut++)
        assert_string_equal(fault_code(text, cut), "json-syntax");
    assert_string_equal(fault_code(text, sizeof text - 1), "none");
}

static void deep_documents_are_refused_at_the_level_too_many(void **state)
{
    (void)state;
    char text[100000];
    memset(text, '[', sizeof text);
    assert_string_equal(fault_code(text, sizeof text), "json-limit");
    assert_int_equal(xb_json_scan(text, sizeof text).offset, 32);
    memset(text + 32, ']', 32);
    assert_string_equal(fault_code(text, 64), "none");
}

static void faults_have_a_line_and_a_column_in_characters(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\n  \"\xc3\xa9\": 1,\n  \"\xc3\xa9\xc3\xa9\": x }");
    expect_report(&try, "json-syntax", "line 3, column 9", "a value is expected");
    xb_arena_free(&try.arena);
    parse(&try, "{\"a\": 1,\n");
    expect_report(&try, "json-syntax", "line 2, column 1", "the file ends too early");
    xb_arena_free(&try.arena);
}

static void repeated_keys_are_reported_with_their_place(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"a\": [0, {\"b\": 1, \"\\u0062\": 2}], \"A\": 0}");
    assert_null(try.document);
    assert_int_equal(try.d.errors, 1);
    expect_report(&try, "json-duplicate-key", "$.a[1].b", "the key is given twice");
    xb_arena_free(&try.arena);
}

static void huge_documents_are_refused(void **state)
{
    (void)state;
    static char text[(1 << 20) + 2];
    Try try;
    memset(text, ' ', sizeof text);
    parse_bytes(&try, text, sizeof text - 1);
    expect_report(&try, "json-limit", "", "the file is larger than 1 MiB");
    xb_arena_free(&try.arena);
}

static void integers_are_integers_in_a_range(void **state)
{
    (void)state;
    Try try;
    parse(&try,
          "{\"a\": 5, \"b\": 5.0, \"c\": 5.5, \"d\": 3000000000, \"e\": -1e400, \"f\": \"5\", "
          "\"g\": -7, \"h\": true, \"i\": 1e1}");
    assert_int_equal(xb_json_int(&try.root, "a", "x", 1, 9, 3), 5);
    assert_int_equal(xb_json_int(&try.root, "b", "x", 1, 9, 3), 5);
    assert_int_equal(xb_json_int(&try.root, "g", "x", -7, 0, 3), -7);
    assert_int_equal(xb_json_int(&try.root, "i", "x", 0, 10, 3), 10);
    assert_int_equal(xb_json_int(&try.root, "missing", "x", 1, 9, 3), 3);
    assert_int_equal(xb_json_int(&try.root, "A", "x", 1, 9, 3), 3);
    assert_int_equal(try.d.errors, 0);
    static const char *const bad[] = {"c", "d", "e", "f", "h"};
    for (int i = 0; i < 5; i++)
        assert_int_equal(xb_json_int(&try.root, bad[i], "x", 1, 9, 3), XB_JSON_BAD);
    assert_int_equal(try.d.errors, 5);
    expect_report(&try, "x", "$.c", "5.5 is not an integer; 1..9 is allowed");
    assert_string_equal(try.d.last->text, "true is not an integer; 1..9 is allowed");
    xb_arena_free(&try.arena);
}

static void words_are_compared_exactly(void **state)
{
    (void)state;
    static const char *const words[] = {"digital", "analog", "both", NULL};
    Try try;
    parse(&try, "{\"a\": \"analog\", \"b\": \"Analog\", \"c\": 1}");
    assert_int_equal(xb_json_choice(&try.root, "a", "x", words, 0), 1);
    assert_int_equal(xb_json_choice(&try.root, "missing", "x", words, 2), 2);
    assert_int_equal(try.d.errors, 0);
    assert_int_equal(xb_json_choice(&try.root, "b", "x", words, 0), XB_JSON_BAD);
    assert_int_equal(xb_json_choice(&try.root, "c", "x", words, 0), XB_JSON_BAD);
    expect_report(&try, "x", "$.b", "\"Analog\" is not \"digital\", \"analog\" or \"both\"");
    assert_string_equal(try.d.last->text, "1 is not \"digital\", \"analog\" or \"both\"");
    xb_arena_free(&try.arena);
}

static const char *report_of_unknown(XbArena *arena, const char *key)
{
    static const char *const keys[] = {"rows", "cols", "cell_bits", "lo", NULL};
    Try try;
    parse(&try, xb_arena_printf(arena, "{\"%s\": 1}", key));
    xb_json_known(&try.root, keys);
    const char *text = try.d.first ? xb_arena_copy(arena, try.d.first->text) : "none";
    xb_arena_free(&try.arena);
    return text;
}

static void an_unknown_key_near_a_known_one_gives_a_hint(void **state)
{
    (void)state;
    static const char *const near[][2] = {{"row", "rows"},           {"Rows", "rows"},
                                          {"colls", "cols"},         {"cell_bit", "cell_bits"},
                                          {"cellBits", "cell_bits"}, {"LO", "lo"}};
    XbArena arena = {0};
    for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
        assert_string_equal(
            report_of_unknown(&arena, near[i][0]),
            xb_arena_printf(&arena, "this key is not known; did you mean \"%s\"?", near[i][1]));
    const char *list =
        "this key is not known; known here: \"rows\", \"cols\", \"cell_bits\", \"lo\"";
    static const char *const far[] = {"", "x", "width",
                                      "a_very_long_key_that_is_near_to_nothing_at_all"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(report_of_unknown(&arena, far[i]), list);
    assert_string_equal(report_of_unknown(&arena, "rows"), "none");
    xb_arena_free(&arena);
}

static void long_values_are_cut_between_characters_in_messages(void **state)
{
    (void)state;
    Try try;
    parse(&try, "\"123456789012345678901234567890123456789\xc3\xa9\xc3\xa9\"");
    assert_string_equal(xb_json_shown(&try.arena, try.document),
                        "\"123456789012345678901234567890123456789...\"");
    xb_arena_free(&try.arena);
}

static void an_absent_object_gives_the_defaults(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"a\": [], \"b\": {\"c\": {}}}");
    XbJsonObject absent = xb_json_object(&try.root, "x");
    XbJsonObject wrong = xb_json_object(&try.root, "a");
    XbJsonObject b = xb_json_object(&try.root, "b");
    XbJsonObject c = xb_json_object(&b, "c");
    assert_int_equal(xb_json_int(&absent, "k", "x", 1, 9, 4), 4);
    assert_int_equal(xb_json_int(&wrong, "k", "x", 1, 9, 4), 4);
    assert_null(xb_json_find(&c, "k"));
    assert_int_equal(try.d.errors, 1);
    expect_report(&try, "json-object", "$.a", "an array is not an object");
    xb_json_report(&c, "k", "x", "%s", "here");
    assert_string_equal(try.d.last->where, "$.b.c.k");
    xb_arena_free(&try.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_accepted),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(a_nul_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(every_cut_of_a_document_is_refused),
        cmocka_unit_test(deep_documents_are_refused_at_the_level_too_many),
        cmocka_unit_test(faults_have_a_line_and_a_column_in_characters),
        cmocka_unit_test(repeated_keys_are_reported_with_their_place),
        cmocka_unit_test(huge_documents_are_refused),
        cmocka_unit_test(integers_are_integers_in_a_range),
        cmocka_unit_test(words_are_compared_exactly),
        cmocka_unit_test(an_unknown_key_near_a_known_one_gives_a_hint),
        cmocka_unit_test(long_values_are_cut_between_characters_in_messages),
        cmocka_unit_test(an_absent_object_gives_the_defaults),
    };
    return cmocka_run_group_tests_name("json_in", tests, NULL, NULL);
}
