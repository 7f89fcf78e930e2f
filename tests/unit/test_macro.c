// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/emit/macro_scan.c and emit_macro.c: what counts as a module, a port and a
// parameter; any bytes are survived; the wrapper connects every port of ours. cmocka.h needs these
// before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "base/text.h"
#include "emit/macro_scan.h"
#include "emit/parts.h"
#include <stdlib.h>
#include <string.h>

static XbArena arena;

static int free_arena(void **state)
{
    (void)state;
    xb_arena_free(&arena);
    return 0;
}

static XbBytes bytes_of(const char *text)
{
    return (XbBytes){.data = (const uint8_t *)text, .size = strlen(text)};
}

static bool add_word(void *context, XbWord word)
{
    XbText *t = context;
    xb_text_add(t, "%s%.*s", t->size ? " " : "", (int)word.size, word.text);
    return true;
}

static const char *shown(const XbText *t) { return t->size ? t->data : ""; }

static void expect_modules(const char *source, const char *names)
{
    XbText t = {.arena = &arena};
    xb_scan_modules(bytes_of(source), add_word, &t);
    assert_string_equal(shown(&t), names);
}

static void expect_head(const char *source, const char *parameters, const char *ports)
{
    XbText p = {.arena = &arena}, q = {.arena = &arena};
    assert_true(xb_scan_parameters(bytes_of(source), "m", add_word, &p));
    assert_true(xb_scan_ports(bytes_of(source), "m", add_word, &q));
    assert_string_equal(shown(&p), parameters);
    assert_string_equal(shown(&q), ports);
}

static void modules_are_found_outside_comments_and_strings(void **state)
{
    (void)state;
    expect_modules(
        "module a; endmodule macromodule b(); endmodule module automatic c #(int X=1) ();",
        "a b c");
    expect_modules("// module a\n/* module b; // */ `define module module\n\"module c \\\" module "
                   "d\" module e;",
                   "module e");
    expect_modules("submodule a; module_b c; `module x; (* keep *) module\n/* */ f (input x);",
                   "f");
    expect_modules("module", "");
    expect_modules("/* module a;", "");
    expect_modules("\"module a;\nmodule b;", "b");
}

static void heads_of_all_styles_are_read(void **state)
{
    (void)state;
    expect_head("module m; endmodule", "", "");
    expect_head("module m (input a, b, output logic [3:0] c, d = 1);", "", "a b c d");
    expect_head("module m #(parameter A = 1, int B = (A, 2), parameter [7:0] C = {1'b1, X}) (x);",
                "A B C", "x");
    expect_head("module m #(A = 3) (input wire [B-1:0] p /* , q */, // r,\n s);", "A", "p s");
    expect_head("module m import p::*; #(parameter type T = logic) (input T [1:0] a);", "T", "a");
    expect_head("module m (a, b); parameter A = 1, B = f(2, 3); parameter int C = 4; input a; "
                "endmodule parameter D = 1;",
                "A B C", "a b");
    expect_head("module n (a); endmodule module m #() (b); endmodule module m (c);", "", "b");
    assert_false(xb_scan_ports(bytes_of("module n;"), "m", add_word, NULL));
}

static bool count_word(void *context, XbWord word)
{
    *(size_t *)context += word.size;
    return true;
}

// A buffer of just that size: a sanitizer sees whoever reads beyond it.
static void scan_all(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    size_t sum = 0;
    if (size)
        memcpy(copy, data, size);
    XbBytes source = {.data = copy, .size = size};
    xb_scan_modules(source, count_word, &sum);
    xb_scan_parameters(source, "xb_macro", count_word, &sum);
    xb_scan_ports(source, "xb_macro", count_word, &sum);
    free(copy);
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    static const char alphabet[] = "\0\\\"/*()[]{},;=#`\n module xb_macro endmodule parameter ";
    XbBytes ours = xb_emit_source("rtl_templates/xb_macro.sv");
    uint8_t soup[256];
    uint32_t seed = 1;
    for (size_t size = 0; size < ours.size && size < 4096; size++)
        scan_all(ours.data, size);
    for (int round = 0; round < 4000; round++) {
        size_t size = 0;
        while (size < sizeof soup - 16) {
            seed = seed * 1664525 + 1013904223;
            size_t at = (seed >> 8) % (sizeof alphabet - 1), run = (seed >> 4) % 9 ? 1 : 16;
            for (; run && at < sizeof alphabet - 1; run--)
                soup[size++] = (uint8_t)alphabet[at++];
        }
        memcpy(soup, "module xb_macro ", round % 2 ? 16 : 0);
        scan_all(soup, size);
    }
}

static void the_wrapper_has_our_head_and_connects_it(void **state)
{
    (void)state;
    XbMacro macro = {.module = "my_macro"};
    XbBytes wrapper = xb_emit_wrapper(&arena, &macro),
            ours = xb_emit_source("rtl_templates/xb_macro.sv");
    XbText want = {.arena = &arena}, is = {.arena = &arena};
    xb_scan_ports(ours, "xb_macro", add_word, &want);
    xb_scan_ports(wrapper, "xb_macro", add_word, &is);
    assert_string_equal(is.data, want.data);
    assert_non_null(
        strstr(is.data,
               "clk_i rst_ni write_i row_i levels_i ref_i ref_addr_i ref_data_i start_i array_i "
               "step_i plane_i group_i slot_i count_i drive_i codes_valid_o codes_o saturated_o"));
    assert_non_null(strstr((const char *)wrapper.data, "\n  my_macro #(\n      .Rows(Rows),\n"));
    for (char *name = strtok(is.data, " "); name; name = strtok(NULL, " "))
        assert_non_null(
            strstr((const char *)wrapper.data, xb_arena_printf(&arena, ".%s(%s)", name, name)));
}

static void the_notice_leaves_the_macro_to_its_author(void **state)
{
    (void)state;
    XbMacro ours = {0}, macro = {.module = "my_macro"};
    const char *of_ours = (const char *)xb_emit_notice(&arena, &ours).data;
    const char *of_theirs = (const char *)xb_emit_notice(&arena, &macro).data;
    assert_null(strstr(of_ours, "rtl/"));
    assert_non_null(strstr(of_ours, "\nmem/, vectors/, plan.json: "));
    assert_non_null(strstr(of_theirs, "\nrtl/my_macro.sv: the user's own macro"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modules_are_found_outside_comments_and_strings),
        cmocka_unit_test(heads_of_all_styles_are_read),
        cmocka_unit_test(any_bytes_are_survived),
        cmocka_unit_test(the_wrapper_has_our_head_and_connects_it),
        cmocka_unit_test(the_notice_leaves_the_macro_to_its_author),
    };
    return cmocka_run_group_tests_name("macro", tests, NULL, free_arena);
}
