// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/base/diag.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "xbgen/diag.h"

// What xb_diags_print writes, in `text`.
static void print(const XbDiags *d, char *text, size_t size)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    xb_diags_print(d, file);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void paths_are_written_from_the_root(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbPath layers = {.key = "layers"};
    XbPath second = {.up = &layers, .index = 2};
    XbPath bits = {.up = &second, .key = "bits"};
    assert_string_equal(xb_path_text(&arena, NULL), "$");
    assert_string_equal(xb_path_text(&arena, &layers), "$.layers");
    assert_string_equal(xb_path_text(&arena, &bits), "$.layers[2].bits");
    xb_arena_free(&arena);
}

static void keys_that_are_no_words_are_quoted_in_paths(void **state)
{
    (void)state;
    static const char *const keys[][2] = {
        {"my layer", "$[\"my layer\"]"}, {"", "$[\"\"]"},        {"1st", "$[\"1st\"]"},
        {"a.b", "$[\"a.b\"]"},           {"conv_1", "$.conv_1"}, {"$schema", "$.$schema"}};
    XbArena arena = {0};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        XbPath at = {.key = keys[i][0]};
        assert_string_equal(xb_path_text(&arena, &at), keys[i][1]);
    }
    xb_arena_free(&arena);
}

static void reports_are_printed_in_order_one_line_each(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbPath adc = {.key = "adc"}, bits = {.up = &adc, .key = "bits"};
    char text[500];
    xb_report_json(&d, XB_ERROR, "adc-bits", "cfg.json", &bits, "%d is outside %d..%d", 17, 1, 14);
    xb_report(&d, XB_WARNING, "odd", "n.tflite", "operator 3 (CONV_2D)", "is %s", "odd");
    xb_report(&d, XB_ERROR, "file-read", "x", "", "cannot be read");
    xb_report_json(&d, XB_ERROR, "json-object", "cfg.json", NULL, "3 is not an object");
    xb_report(&d, XB_NOTE, "less", "x", "layer fc1", "1 is built");
    print(&d, text, sizeof text);
    assert_string_equal(text, "cfg.json: $.adc.bits: error: 17 is outside 1..14 [adc-bits]\n"
                              "n.tflite: operator 3 (CONV_2D): warning: is odd [odd]\n"
                              "x: error: cannot be read [file-read]\n"
                              "cfg.json: $: error: 3 is not an object [json-object]\n"
                              "x: layer fc1: note: 1 is built [less]\n");
    assert_int_equal(d.errors, 3);
    assert_int_equal(d.warnings, 1);
    xb_arena_free(&arena);
}

static void reports_keep_their_own_copy_of_what_they_name(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    char file[] = "a", where[] = "b", name[] = "c";
    char text[100];
    xb_report(&d, XB_ERROR, "code", file, where, "%s", name);
    file[0] = where[0] = name[0] = 'X';
    print(&d, text, sizeof text);
    assert_string_equal(text, "a: b: error: c [code]\n");
    xb_arena_free(&arena);
}

static void control_characters_of_the_user_cannot_break_a_line(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbPath at = {.key = "a\nb"};
    char text[200];
    xb_report_json(&d, XB_ERROR, "code", "f\x1b[2J", &at, "\"\x7f\" and \xc3\xa9");
    print(&d, text, sizeof text);
    assert_string_equal(text, "f\\x1b[2J: $[\"a\\x0ab\"]: error: \"\\x7f\" and \xc3\xa9 [code]\n");
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_written_from_the_root),
        cmocka_unit_test(keys_that_are_no_words_are_quoted_in_paths),
        cmocka_unit_test(reports_are_printed_in_order_one_line_each),
        cmocka_unit_test(reports_keep_their_own_copy_of_what_they_name),
        cmocka_unit_test(control_characters_of_the_user_cannot_break_a_line),
    };
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
