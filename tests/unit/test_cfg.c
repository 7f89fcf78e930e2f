// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/cfg/cfg_read.c and cfg_check.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <string.h>

#include "xbgen/cfg.h"

typedef struct Try {  // one configuration and what was reported about it
    XbArena arena;
    XbDiags d;
    XbCfg cfg;
    bool is_good;
} Try;

static void parse_as(Try *try, const char *file, const char *text)
{
    *try = (Try){0};
    try->d.arena = &try->arena;
    try->is_good = xb_cfg_parse(&try->arena, &try->d, file, text, strlen(text), &try->cfg);
    assert_int_equal(try->is_good, try->d.errors == 0);
}

static void parse(Try *try, const char *text) { parse_as(try, "dir/my.cfg.json", text); }

// The n-th report, from 0, as "where [code]".
static const char *report(Try *try, int n)
{
    const XbDiag *diag = try->d.first;
    while (diag && n-- > 0)
        diag = diag->next;
    return diag ? xb_arena_printf(&try->arena, "%s [%s]", diag->where, diag->code) : "none";
}

static void expect_one_report(const char *text, const char *expected)
{
    Try try;
    parse(&try, text);
    assert_string_equal(report(&try, 0), expected);
    assert_int_equal(try.d.errors, 1);
    xb_arena_free(&try.arena);
}

static void only_the_network_is_needed(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"network\": \"a/n.tflite\"}");
    const XbCfg *cfg = &try.cfg;
    assert_true(try.is_good);
    assert_string_equal(cfg->name, "my");
    assert_string_equal(cfg->file, "dir/my.cfg.json");
    assert_string_equal(cfg->network, "a/n.tflite");
    assert_string_equal(cfg->network_path, "dir/a/n.tflite");
    assert_int_equal(cfg->rows, 128);
    assert_int_equal(cfg->cols, 128);
    assert_int_equal(cfg->cell_bits, 2);
    assert_int_equal(cfg->encoding, XB_DIFFERENTIAL);
    assert_int_equal(cfg->active_rows, 128);
    assert_int_equal(cfg->dac_bits, 1);
    assert_int_equal(cfg->adc_bits, 9);
    assert_int_equal(cfg->adc_per_array, 16);
    assert_int_equal(cfg->adc_interval, 1);
    assert_int_equal(cfg->adc_latency, 1);
    assert_int_equal(cfg->adc_range.kind, XB_RANGE_FULL);
    assert_false(cfg->adc_analog);
    assert_int_equal(cfg->how_copies, XB_COPIES_GIVEN);
    assert_int_equal(cfg->duplication, 1);
    assert_int_equal(cfg->objective, XB_THROUGHPUT);
    assert_false(cfg->bandwidth_blind);
    assert_int_equal(cfg->time_model, XB_TIME_EXACT);
    assert_int_equal(cfg->bits_per_cycle, 0);
    assert_false(cfg->has_access);
    assert_int_equal(cfg->transfer, XB_OVERLAPPED);
    assert_int_equal(cfg->tile_count, 0);
    assert_int_equal(cfg->arrays_per_tile, 8);
    assert_int_equal(cfg->pipeline_depth, 2);
    assert_int_equal(cfg->rounding, XB_ROUND_TFLITE);
    assert_true(cfg->counters);
    assert_int_equal(cfg->layers, 0);
    xb_arena_free(&try.arena);
}

static void every_key_reaches_its_field(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"$schema\": 1, \"name\": \"d.1\", \"network\": \"/n\","
                "\"crossbar\": {\"rows\": 64, \"cols\": 96, \"cell_bits\": 1, \"active_rows\": 32,"
                "  \"encoding\": \"twos_complement\"}, \"dac\": {\"bits\": 3},"
                "\"adc\": {\"bits\": 5, \"per_array\": 12, \"interval\": 3, \"latency\": 4,"
                "  \"range\": {\"delta\": 7, \"lo\": -31}, \"subtract\": \"digital\"},"
                "\"mapping\": {\"scheme\": \"im2col\", \"duplication\": 3},"
                "\"tiles\": {\"count\": 9, \"arrays_per_tile\": 2},"
                "\"pipeline\": {\"mode\": \"layer\", \"depth\": 0},"
                "\"buffer\": {\"bits_per_cycle\": \"unlimited\"}, \"counters\": false,"
                "\"rounding\": \"single\"}");
    const XbCfg *cfg = &try.cfg;
    assert_true(try.is_good);
    assert_string_equal(cfg->name, "d.1");
    assert_string_equal(cfg->network_path, "/n");
    assert_int_equal(cfg->rows, 64);
    assert_int_equal(cfg->cols, 96);
    assert_int_equal(cfg->cell_bits, 1);
    assert_int_equal(cfg->encoding, XB_TWOS_COMPLEMENT);
    assert_int_equal(cfg->active_rows, 32);
    assert_int_equal(cfg->dac_bits, 3);
    assert_int_equal(cfg->adc_bits, 5);
    assert_int_equal(cfg->adc_per_array, 12);
    assert_int_equal(cfg->adc_interval, 3);
    assert_int_equal(cfg->adc_latency, 4);
    assert_int_equal(cfg->adc_range.kind, XB_RANGE_EXPLICIT);
    assert_int_equal(cfg->adc_range.delta, 7);
    assert_int_equal(cfg->adc_range.lo, -31);
    assert_int_equal(cfg->duplication, 3);
    assert_int_equal(cfg->tile_count, 9);
    assert_int_equal(cfg->arrays_per_tile, 2);
    assert_int_equal(cfg->pipeline_depth, 0);
    assert_int_equal(cfg->rounding, XB_ROUND_SINGLE);
    assert_false(cfg->counters);
    xb_arena_free(&try.arena);
}

static void bandwidth_and_allocation_reach_their_fields(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"network\": \"n\", \"mapping\": {\"duplication\": \"optimal\","
                "  \"objective\": \"latency_pipelined\", \"bandwidth_aware\": false,"
                "  \"time_model\": \"published\", \"layers\": {\"fc\": {\"duplication\": 3}}},"
                "\"tiles\": {\"count\": 9}, \"buffer\": {\"bits_per_cycle\": 1048576,"
                "  \"access\": \"share\", \"transfer\": \"serial\"}}");
    const XbCfg *cfg = &try.cfg;
    assert_true(try.is_good);
    assert_int_equal(cfg->how_copies, XB_COPIES_OPTIMAL);
    assert_int_equal(cfg->objective, XB_LATENCY_PIPELINED);
    assert_true(cfg->bandwidth_blind);
    assert_int_equal(cfg->time_model, XB_TIME_PUBLISHED);
    assert_int_equal(cfg->layer[0].duplication, 3);
    assert_int_equal(cfg->bits_per_cycle, 1048576);
    assert_true(cfg->has_access);
    assert_int_equal(cfg->access, XB_SHARE);
    assert_int_equal(cfg->transfer, XB_SERIAL);
    xb_arena_free(&try.arena);
}

static void layers_of_mapping_and_adc_are_merged_by_name(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"network\": \"n\", \"adc\": {\"layers\": {\"fc\": {\"bits\": 6},"
                "  \"conv1\": {\"range\": \"weights\"}}},"
                "\"mapping\": {\"duplication\": 2, \"layers\": {\"conv1\": {\"duplication\": 4},"
                "  \"conv2\": {\"duplication\": \"none\"}}}}");
    assert_true(try.is_good);
    assert_int_equal(try.cfg.layers, 3);
    const XbCfgLayer *conv1 = &try.cfg.layer[0], *conv2 = &try.cfg.layer[1],
                     *fc = &try.cfg.layer[2];
    assert_string_equal(conv1->name, "conv1");
    assert_true(conv1->in_mapping && conv1->in_adc && conv1->has_range);
    assert_int_equal(conv1->duplication, 4);
    assert_int_equal(conv1->adc_bits, 0);
    assert_int_equal(conv1->range.kind, XB_RANGE_WEIGHTS);
    assert_string_equal(conv2->name, "conv2");
    assert_true(conv2->in_mapping && !conv2->in_adc);
    assert_int_equal(conv2->duplication, 1);
    assert_string_equal(fc->name, "fc");
    assert_true(!fc->in_mapping && fc->in_adc && !fc->has_range);
    assert_int_equal(fc->adc_bits, 6);
    assert_int_equal(fc->duplication, 0);
    xb_arena_free(&try.arena);
}

static void the_name_comes_from_the_file(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"a/b.cfg.json", "b"}, {"b.json", "b"},        {"b", "b"},          {"a.b/c d.json", "c_d"},
        {".json", "_json"},    {"-x.json", "_x"},      {"cfg.json", "cfg"}, {"x.cfg", "x"},
        {"a/", "design"},      {"\xc3\xa9.json", "__"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        Try try;
        parse_as(&try, names[i][0], "{\"network\": \"n\"}");
        assert_true(try.is_good);
        assert_string_equal(try.cfg.name, names[i][1]);
        xb_arena_free(&try.arena);
    }
}

static void converters_default_to_the_largest_divisor_up_to_16(void **state)
{
    (void)state;
    static const int counts[][2] = {{8, 8},  {16, 16},   {96, 16}, {100, 10},
                                    {97, 1}, {1024, 16}, {90, 15}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        XbArena arena = {0};
        Try try;
        parse(&try, xb_arena_printf(&arena, "{\"network\":\"n\",\"crossbar\":{\"cols\":%d}}",
                                    counts[i][0]));
        assert_true(try.is_good);
        assert_int_equal(try.cfg.adc_per_array, counts[i][1]);
        xb_arena_free(&try.arena);
        xb_arena_free(&arena);
    }
}

static void active_rows_default_to_rows(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{\"network\": \"n\", \"crossbar\": {\"rows\": 1000}}");
    assert_true(try.is_good);
    assert_int_equal(try.cfg.active_rows, 1000);
    xb_arena_free(&try.arena);
}

static void all_faults_are_reported_in_one_run(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "$.typo [json-unknown-key]",       "$.network [cfg-network]",
        "$.crossbar.rows [crossbar-rows]", "$.adc.bits [adc-bits]",
        "$.tiles [json-object]",           "$.rounding [cfg-rounding]",
        "$.adc.per_array [adc-per-array]", "none"};
    Try try;
    parse(&try, "{\"typo\": 1, \"crossbar\": {\"rows\": 2000, \"active_rows\": 200},"
                "\"adc\": {\"bits\": 17, \"per_array\": 7}, \"tiles\": 3, \"rounding\": null}");
    for (int i = 0; i < 8; i++)
        assert_string_equal(report(&try, i), expected[i]);
    xb_arena_free(&try.arena);
}

#define N "{\"network\": \"n\", "

static void a_reported_value_is_not_blamed_twice(void **state)
{
    (void)state;
    expect_one_report(N "\"crossbar\": {\"cols\": 0}, \"adc\": {\"per_array\": 7}}",
                      "$.crossbar.cols [crossbar-cols]");
    expect_one_report(N "\"adc\": {\"bits\": 0, \"range\": {\"delta\": 1, \"lo\": -9999}}}",
                      "$.adc.bits [adc-bits]");
    expect_one_report(N "\"adc\": {\"range\": {\"delta\": 1, \"lo\": -99999}}}",
                      "$.adc.range.lo [adc-range-lo]");
    expect_one_report(N "\"adc\": 1, \"mapping\": {}}", "$.adc [json-object]");
    expect_one_report(N "\"adc\": {\"layers\": []}}", "$.adc.layers [json-object]");
    expect_one_report(N "\"mapping\": {\"layers\": {\"x\": 4}}}",
                      "$.mapping.layers.x [json-object]");
}

static void rules_between_keys_are_checked(void **state)
{
    (void)state;
    expect_one_report(N "\"crossbar\": {\"encoding\": \"twos_complement\", \"cell_bits\": 2}}",
                      "$.crossbar.cell_bits [twos-complement-cell-bits]");
    expect_one_report(N "\"crossbar\": {\"rows\": 8, \"active_rows\": 9}}",
                      "$.crossbar.active_rows [crossbar-active-rows]");
    expect_one_report(N "\"crossbar\": {\"cols\": 99}, \"adc\": {\"subtract\": \"analog\"}}",
                      "$.adc.subtract [analog-cols]");
    expect_one_report(
        N "\"crossbar\": {\"encoding\": \"offset\"}, \"adc\": {\"subtract\": \"analog\"}}",
        "$.adc.subtract [analog-encoding]");
    expect_one_report(N "\"mapping\": {\"duplication\": \"proportional\"}}",
                      "$.tiles.count [tiles-budget]");
    expect_one_report(N "\"mapping\": {\"time_model\": \"published\"}, \"buffer\":"
                        "{\"access\": \"line\", \"bits_per_cycle\": 8}}",
                      "$.mapping.time_model [time-model-line]");
    expect_one_report(N "\"adc\": {\"bits\": 1, \"subtract\": \"analog\"}}",
                      "$.adc.bits [analog-bits]");
    expect_one_report(N "\"adc\": {\"subtract\": \"analog\", \"layers\": {\"x\": {\"bits\": 1}}}}",
                      "$.adc.layers.x.bits [analog-bits]");
}

static void the_lowest_code_must_leave_zero_a_code(void **state)
{
    (void)state;
    Try try;
    parse(&try, N "\"adc\": {\"bits\": 4, \"range\": {\"delta\": 1, \"lo\": -15}, \"layers\":"
                  "{\"x\": {\"bits\": 5}, \"y\": {\"bits\": 3, \"range\": \"full\"}}}}");
    assert_true(try.is_good);
    xb_arena_free(&try.arena);
    expect_one_report(N "\"adc\": {\"bits\": 4, \"range\": {\"delta\": 1, \"lo\": -16}}}",
                      "$.adc.range.lo [adc-range-lo]");
    expect_one_report(N "\"adc\": {\"bits\": 4, \"range\": {\"delta\": 1, \"lo\": -15},"
                        "\"layers\": {\"x\": {\"bits\": 3}}}}",
                      "$.adc.layers.x.bits [adc-range-lo]");
    expect_one_report(N "\"adc\": {\"bits\": 4, \"layers\": {\"x\": {\"bits\": 3,"
                        "\"range\": {\"delta\": 1, \"lo\": -8}}}}}",
                      "$.adc.layers.x.range.lo [adc-range-lo]");
}

static void a_file_that_is_missing_is_reported(void **state)
{
    (void)state;
    Try try = {0};
    try.d.arena = &try.arena;
    assert_false(xb_cfg_read(&try.arena, &try.d, "/nonexistent/cfg.json", &try.cfg));
    assert_string_equal(report(&try, 0), " [file-read]");
    xb_arena_free(&try.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_network_is_needed),
        cmocka_unit_test(every_key_reaches_its_field),
        cmocka_unit_test(bandwidth_and_allocation_reach_their_fields),
        cmocka_unit_test(layers_of_mapping_and_adc_are_merged_by_name),
        cmocka_unit_test(the_name_comes_from_the_file),
        cmocka_unit_test(converters_default_to_the_largest_divisor_up_to_16),
        cmocka_unit_test(active_rows_default_to_rows),
        cmocka_unit_test(all_faults_are_reported_in_one_run),
        cmocka_unit_test(a_reported_value_is_not_blamed_twice),
        cmocka_unit_test(rules_between_keys_are_checked),
        cmocka_unit_test(the_lowest_code_must_leave_zero_a_code),
        cmocka_unit_test(a_file_that_is_missing_is_reported),
    };
    return cmocka_run_group_tests_name("cfg", tests, NULL, NULL);
}
