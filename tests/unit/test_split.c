// SPDX-License-Identifier: Apache-2.0
// Split layers in the plan: blocks and rows of a published network on crossbars of three sizes,
// arrays beside those of the unsplit design, converters and adders.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"
#include <string.h>

static const char NETWORK[] = "examples/split/bnn.json";

static void make_plan(Bench *b, int rows)
{
    *b = (Bench){.d = {.arena = &b->arena}};
    const char *text = xb_arena_printf(
        &b->arena,
        "{\"network\": \"n\", \"crossbar\": {\"rows\": %d, \"cols\": %d, \"cell_bits\": 1}, "
        "\"adc\": {\"bits\": 12, \"subtract\": \"analog\"}}",
        rows, rows);
    assert_true(xb_cfg_parse(&b->arena, &b->d, "cfg.json", text, strlen(text), &b->cfg));
    bool is_read = xb_net_read(&b->arena, &b->d, NETWORK, &b->net);
    if (!is_read)
        skip();  // not run from the repository's root
    assert_true(xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
}

typedef struct Expected {
    int rows;           // of the crossbar
    int split[7][2];    // blocks and rows of conv2..conv6, fc1, fc2
    const char *total;  // arrays
} Expected;

static const Expected EXPECTED[] = {
    {512,
     {{3, 384}, {3, 384}, {6, 384}, {6, 384}, {9, 512}, {16, 512}, {2, 512}},
     "all layers: 117 arrays split, 114 unsplit; with one column a weight 66 and 64\n"},
    {256,
     {{6, 192}, {6, 192}, {9, 256}, {9, 256}, {18, 256}, {32, 256}, {4, 256}},
     "with one column a weight 224 and 222\n"},
    {128,
     {{9, 128}, {9, 128}, {18, 128}, {18, 128}, {36, 128}, {64, 128}, {8, 128}},
     "all layers: 1720 arrays split, 1720 unsplit; with one column a weight 864 and 864\n"},
};

static const char *rows_text(XbArena *arena, const char *name, int blocks, int rows)
{
    const char *text = xb_arena_printf(arena, "%s: %dx%d, rows", name, blocks, rows);
    for (int g = 0; g < blocks; g++)
        text =
            xb_arena_printf(arena, "%s%s %d-%d", text, g ? "," : "", g * rows, (g + 1) * rows - 1);
    return xb_arena_printf(arena, "%s\n", text);
}

// Rows that go on in a line of their own, indented, join the line before. No line is too long.
static const char *unfolded(XbArena *arena, const char *text)
{
    char *out = xb_new(arena, char, strlen(text) + 1), *to = out;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        assert_true(length <= 100);
        bool goes_on = strncmp(line, "  ", 2) == 0 && line[2] != ' ';
        if (goes_on) {
            to[-1] = ' ';
            line += 2;
            length -= 2;
        }
        memcpy(to, line, length);
        to += length;
        *to++ = '\n';
    }
    *to = '\0';
    return out;
}

static void published_blocks(void **state)
{
    (void)state;
    static const char *const names[] = {"conv2", "conv3", "conv4", "conv5", "conv6", "fc1", "fc2"};
    for (size_t i = 0; i < sizeof EXPECTED / sizeof EXPECTED[0]; i++) {
        Bench b;
        make_plan(&b, EXPECTED[i].rows);
        const char *text = strstr(xb_plan_text(&b.arena, &b.plan), "\nsplit layers");
        assert_non_null(text);
        text = unfolded(&b.arena, text);
        for (int l = 0; l < 7; l++) {
            const int *s = EXPECTED[i].split[l];
            assert_non_null(strstr(text, rows_text(&b.arena, names[l], s[0], s[1])));
        }
        assert_non_null(strstr(text, EXPECTED[i].total));
        assert_null(strstr(text, "\nconv1: "));  // the first and the last layer are not split
        assert_null(strstr(text, "\nfc3: "));
        xb_arena_free(&b.arena);
    }
}

// conv3 at 512 rows: 3 blocks, 256 filters, one array has 256 pairs of columns.
static void converters_and_adders(void **state)
{
    (void)state;
    Bench b;
    make_plan(&b, 512);
    for (int i = 0; i < b.plan.layers; i++) {
        const XbPlanLayer *l = &b.plan.layer[i];
        if (strcmp(l->name, "conv3") != 0)
            continue;
        XbSplitCost split = xb_plan_split_cost(&b.plan, l);
        XbSplitCost whole = xb_plan_unsplit_cost(&b.plan, l);
        assert_int_equal(split.arrays, 3);
        assert_int_equal(split.bits, 1);
        assert_int_equal(split.adder_bits, 0);
        assert_int_equal(split.merge_bits, 256 * 2 * 2);  // two adders of 0..3
        assert_int_equal(split.conversions, 3 * 256);
        assert_int_equal(whole.arrays, 3);
        assert_int_equal(whole.bits, 11);  // -512..512
        assert_int_equal(whole.adder_bits, 256 * 2 * (11 + 2));
        assert_int_equal(whole.conversions, 3 * 256);
        assert_int_equal(xb_plan_layer_conversions(&b.plan, l), 16 * 16 * 3 * 256);
        xb_arena_free(&b.arena);
        return;
    }
    fail_msg("no conv3");
}

// The sum of 12 blocks of 2 bits has 6, and so has the input of the layer that reads it.
static void blocks_settle_the_bits_behind(void **state)
{
    (void)state;
    static const char text[] =
        "{\"input\": {\"shape\": [96], \"bits\": 1, \"signed\": false}, \"layers\": [{\"op\": "
        "\"fc\", "
        "\"filters\": 4, \"weight_bits\": 2, \"blocks\": {\"merge\": \"sum\", \"bits\": 2}}, "
        "{\"op\": \"fc\", \"filters\": 4, \"output\": {\"bits\": 32}}]}";
    Bench b = {.d = {.arena = &b.arena}};
    static const char cfg[] = "{\"network\": \"n\", \"crossbar\": {\"rows\": 8, \"cols\": 16, "
                              "\"cell_bits\": 1}, \"adc\": {\"subtract\": \"analog\"}}";
    assert_true(xb_cfg_parse(&b.arena, &b.d, "cfg.json", cfg, strlen(cfg), &b.cfg));
    assert_true(xb_net_json_read(&b.arena, &b.d, "n.json",
                                 (XbBytes){(const uint8_t *)text, strlen(text)}, &b.net));
    assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_int_equal(b.plan.layers, 3);
    assert_int_equal(b.plan.layer[0].blocks, 12);
    assert_int_equal(b.plan.layer[0].out.c, 48);
    assert_int_equal(b.plan.layer[0].map->adc.bits, 2);
    assert_int_equal(b.plan.layer[1].out_bits, 6);
    assert_int_equal(b.plan.layer[1].out.c, 4);
    assert_int_equal(b.plan.layer[2].in_bits, 6);
    assert_int_equal(b.plan.layer[2].map->planes, 6);
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_blocks),
        cmocka_unit_test(converters_and_adders),
        cmocka_unit_test(blocks_settle_the_bits_behind),
    };
    return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
