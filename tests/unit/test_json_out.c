// SPDX-License-Identifier: Apache-2.0
// JSON documents changed and written.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "base/json_out.h"
#include <string.h>

static const XbJson *parse(XbArena *arena, const char *text)
{
    XbDiags d = {.arena = arena};
    const XbJson *document = xb_json_parse(arena, &d, "a.json", text, strlen(text));
    assert_non_null(document);
    return document;
}

static void text_reads_the_same(void **state)
{
    static const char text[] = "{\n"
                               "  \"a\": [1, -2.5, 0.1, 1e+300, true, null, \"x\\\"\\u0001\"],\n"
                               "  \"b\": {},\n"
                               "  \"c\": {\n"
                               "    \"d\": {\n"
                               "      \"e\": {\"f\": 9007199254740992, \"g\": []}\n"
                               "    }\n"
                               "  }\n"
                               "}\n";
    (void)state;
    XbArena arena = {0};
    assert_string_equal(xb_json_text(&arena, parse(&arena, text)), text);
    assert_string_equal(xb_json_text(&arena, parse(&arena, "0.3")), "0.3\n");
    const char *exact = xb_json_text(&arena, parse(&arena, "0.30000000000000004"));
    assert_true(parse(&arena, exact)->number == 0.30000000000000004);
    xb_arena_free(&arena);
}

static void members_come_and_go(void **state)
{
    static const char *const deep[] = {"a", "b", "c"};
    (void)state;
    XbArena arena = {0};
    const XbJson *before = parse(&arena, "{\"x\": 1, \"a\": {\"y\": 2}}");
    XbJson value = {.kind = XB_JSON_NUMBER, .number = 7};
    const XbJson *with = xb_json_with(&arena, before, deep, 3, &value);
    const XbJson *b = xb_json_member(xb_json_member(with, "a"), "b");
    assert_true(xb_json_number(b, "c", 0) == 7);
    assert_true(xb_json_number(xb_json_member(with, "a"), "y", 0) == 2);
    assert_true(xb_json_number(with, "x", 0) == 1);
    assert_null(xb_json_member(xb_json_member(before, "a"), "b"));  // shared, not changed
    const XbJson *without = xb_json_without(&arena, with, deep, 3);
    assert_null(xb_json_member(xb_json_member(xb_json_member(without, "a"), "b"), "c"));
    assert_int_equal(xb_json_count(xb_json_member(without, "a")), 2);
    assert_non_null(xb_json_member(b, "c"));
    without = xb_json_without(&arena, with, (const char *const[]){"x", "none"}, 2);
    assert_true(xb_json_number(without, "x", 0) == 1);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_reads_the_same),
        cmocka_unit_test(members_come_and_go),
    };
    return cmocka_run_group_tests_name("json_out", tests, NULL, NULL);
}
