// SPDX-License-Identifier: Apache-2.0
// Converters of the golden model, conversion by conversion, against recorded ones.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "shared_data.h"

// One weight, one input: a converter that sees exactly the sum it is given. Cells and drive lines
// are as wide as they can be, so that sums up to 15 * 15 * rows can be had; signed sums with analog
// subtraction.
typedef struct Probe {
    XbPlan plan;
    XbPlanLayer layer;
    XbPlanMap map;
    XbPlanArray array;
    XbPlanColumn column[2];
    uint8_t *levels;
    int32_t bias;
    XbMultiplier scale;
} Probe;

enum { PROBE_ROWS = 1024 };

static void set_probe(Probe *p, XbArena *arena, int bits, int delta, int lo)
{
    *p = (Probe){0};
    p->levels = xb_new(arena, uint8_t, 2 * PROBE_ROWS);
    p->column[0] = (XbPlanColumn){.sign = 1};
    p->column[1] = (XbPlanColumn){.sign = -1};
    p->array = (XbPlanArray){.rows = PROBE_ROWS, .cols = 2, .conversions = 1, .levels = p->levels};
    p->map = (XbPlanMap){.rows = PROBE_ROWS,
                         .columns = 2,
                         .slices = 1,
                         .polarities = 2,
                         .tiling = {.units = 1,
                                    .unit_rows = PROBE_ROWS,
                                    .unit_cols = 2,
                                    .units_per_array = 1,
                                    .tiles_per_unit = 1,
                                    .row_tiles = 1,
                                    .col_tiles = 1},
                         .patch = {.outputs = 1, .side = 1, .h = 1, .w = 1, .across = 1},
                         .fan_in = PROBE_ROWS,
                         .set = 1,
                         .planes = 2,
                         .groups = 1,
                         .offset_shift = -1,
                         .adc = {.bits = bits, .delta = delta, .lo = lo},
                         .arrays = 1,
                         .array = &p->array,
                         .column = p->column};
    p->layer = (XbPlanLayer){.kind = XB_FC,
                             .inputs = 1,
                             .input = {-1, -1},
                             .in = {1, 1, PROBE_ROWS},
                             .out = {1, 1, 1},
                             .in_bits = 8,
                             .out_bits = 8,
                             .clamp_hi = 255,
                             .kh = 1,
                             .kw = 1,
                             .stride_h = 1,
                             .stride_w = 1,
                             .dil_h = 1,
                             .dil_w = 1,
                             .taps = 1,
                             .windows = 1,
                             .copies = 1,
                             .map = &p->map,
                             .bias = &p->bias,
                             .scale = &p->scale};
    p->map.row_order = XB_ROWS_TAP_MAJOR;
    p->plan = (XbPlan){.code_bits = 8,
                       .input = {1, 1, PROBE_ROWS},
                       .rows = PROBE_ROWS,
                       .cols = 2,
                       .cell_bits = 4,
                       .dac_bits = 4,
                       .active_rows = PROBE_ROWS,
                       .analog = true,
                       .layers = 1,
                       .layer = &p->layer};
}

// Rows that add up to `sum`: level 15 driven with 15, one row of 15 driven with the rest, one
// with 1.
static void set_sum(Probe *p, int sum, uint8_t *input)
{
    int size = sum < 0 ? -sum : sum, side = sum < 0 ? 1 : 0, row = 0;
    memset(input, 0, PROBE_ROWS);
    memset(p->levels, 0, 2 * PROBE_ROWS);
    for (; size > 0; row++) {
        int drive = size >= 15 ? 15 : 1;
        int level = size / drive < 15 ? size / drive : 15;
        p->levels[2 * row + side] = (uint8_t)level;
        input[row] = (uint8_t)drive;
        size -= drive * level;
    }
    assert_true(row <= PROBE_ROWS);
}

static void check_conversion(const int v[7])
{
    XbArena arena = {0};
    Probe p;
    uint8_t input[PROBE_ROWS], out[1];
    set_probe(&p, &arena, v[0], v[1], v[2]);
    set_sum(&p, v[3], input);
    uint16_t codes[2];
    XbLayerCount count = {0};
    XbModelImage image = {
        .out = (uint8_t *[]){out}, .codes = (uint16_t *[]){codes}, .count = &count};
    xb_model_run(xb_model_new_on(&arena, &p.plan, shared_kernel()), input, &image);
    assert_int_equal(codes[0], v[4]);
    assert_int_equal((v[2] + codes[0]) * v[1], v[5]);
    assert_int_equal(count.saturated, v[6]);
    xb_arena_free(&arena);
}

static void recorded_conversions(void **state)
{
    (void)state;
    XbArena arena = {0};
    char line[200];
    int rows = 0, v[7];
    shared_or_skip(&arena, "golden/adc/unit_adc.csv");
    FILE *f = fopen(shared_file(&arena, "golden/adc/unit_adc.csv"), "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        char *at = line;
        for (int i = 0; i < 7; i++, at += strcspn(at, ",") + 1)
            v[i] = atoi(at);
        check_conversion(v);
        rows++;
    }
    fclose(f);
    print_message("%d conversions\n", rows);
    assert_int_equal(rows, 4172);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_conversions),
    };
    return cmocka_run_group_tests_name("converter", tests, NULL, NULL);
}
