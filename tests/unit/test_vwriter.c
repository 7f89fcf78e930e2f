// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/emit/vwriter.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "emit/vwriter.h"
#include <string.h>

static XbArena arena;

static int free_arena(void **state)
{
    (void)state;
    xb_arena_free(&arena);
    return 0;
}

static void assert_text(const XbVWriter *w, const char *text)
{
    XbBytes bytes = xb_v_bytes(w);
    assert_int_equal(bytes.size, strlen(text));
    assert_string_equal((const char *)bytes.data, text);
}

static void names_are_letters_digits_and_no_keyword(void **state)
{
    (void)state;
    assert_true(xb_v_legal("conv1"));
    assert_true(xb_v_legal("_x9"));
    assert_false(xb_v_legal(""));
    assert_false(xb_v_legal("1conv"));
    assert_false(xb_v_legal("conv-1"));
    assert_false(xb_v_legal("a b"));
    assert_false(xb_v_legal("wire"));
    assert_false(xb_v_legal("always_ff"));
    assert_false(xb_v_legal("unique0"));
    assert_true(xb_v_legal("Wire"));
}

static void literals_are_sized_and_hexadecimal_above_31_bits(void **state)
{
    (void)state;
    assert_string_equal(xb_v_literal(&arena, 1, 1), "1'd1");
    assert_string_equal(xb_v_literal(&arena, 16, 65535), "16'd65535");
    assert_string_equal(xb_v_literal(&arena, 32, 2147483647), "32'd2147483647");
    assert_string_equal(xb_v_literal(&arena, 32, 2147483648), "32'h8000_0000");
    assert_string_equal(xb_v_literal(&arena, 64, 0x1000000000002), "64'h1_0000_0000_0002");
    assert_string_equal(xb_v_literal(&arena, 64, UINT64_MAX), "64'hffff_ffff_ffff_ffff");
}

static void ports_stand_in_one_column(void **state)
{
    (void)state;
    XbVWriter *w = xb_v_new(&arena);
    xb_v_module(w, "top");
    xb_v_port(w, XB_V_INPUT, 1, "clk");
    xb_v_port(w, XB_V_OUTPUT, 32, "data");
    xb_v_ports_end(w);
    xb_v_module_end(w);
    assert_text(w, "module top (\n"
                   "  input  logic        clk,\n"
                   "  output logic [31:0] data\n"
                   ");\n"
                   "endmodule\n");
}

static void wires_stand_in_one_column(void **state)
{
    (void)state;
    XbVWriter *w = xb_v_new(&arena);
    xb_v_wire(w, 1, "valid");
    xb_v_wire(w, 8, "data");
    xb_v_wires_end(w);
    assert_text(w, "  logic       valid;\n"
                   "  logic [7:0] data;\n");
}

static void instances_have_named_parameters_and_ports(void **state)
{
    (void)state;
    XbVWriter *w = xb_v_new(&arena);
    xb_v_instance(w, "xb_cell", "u_cell");
    xb_v_param(w, "Width", 8);
    xb_v_param_note(w, "the rest");
    xb_v_param_literal(w, "Id", 32, 3);
    xb_v_connect(w, "clk_i", "clk");
    xb_v_connect_bits(w, "a_i", "bus", 64, 64);
    xb_v_connect_bits(w, "b_i", "bus", 2, 1);
    xb_v_connect_literal(w, "number_i", 16, 5);
    xb_v_instance_end(w);
    assert_text(w, "  xb_cell #(\n"
                   "    .Width (8),\n"
                   "    // the rest\n"
                   "    .Id    (32'd3)\n"
                   "  ) u_cell (\n"
                   "    .clk_i    (clk),\n"
                   "    .a_i      (bus[127:64]),\n"
                   "    .b_i      (bus[2]),\n"
                   "    .number_i (16'd5)\n"
                   "  );\n");
}

static void an_instance_without_parameters_has_no_hash(void **state)
{
    (void)state;
    XbVWriter *w = xb_v_new(&arena);
    xb_v_instance(w, "xb_cell", "u_cell");
    xb_v_connect(w, "clk_i", "clk");
    xb_v_instance_end(w);
    assert_text(w, "  xb_cell u_cell (\n    .clk_i (clk)\n  );\n");
}

static void comments_stay_on_one_line(void **state)
{
    (void)state;
    XbVWriter *w = xb_v_new(&arena);
    xb_v_comment(w, "%s", "a\nmodule b;");
    xb_v_comment(w, "%s", "");
    assert_text(w, "// a module b;\n//\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_letters_digits_and_no_keyword),
        cmocka_unit_test(literals_are_sized_and_hexadecimal_above_31_bits),
        cmocka_unit_test(ports_stand_in_one_column),
        cmocka_unit_test(wires_stand_in_one_column),
        cmocka_unit_test(instances_have_named_parameters_and_ports),
        cmocka_unit_test(an_instance_without_parameters_has_no_hash),
        cmocka_unit_test(comments_stay_on_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
