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
                         .count_weight = -1,
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

// ---- every sum of a converter's range, and beyond both its ends ----

typedef struct Sweep {
    XbArena arena;
    Probe p;
    const XbModel *model;
    const int32_t *list;  // or NULL
    int64_t ties, low, high, codes;
    bool seen[1 << 10];
} Sweep;

enum { SWEPT = 4000 };  // sums of either sign

// Plus columns of level 15 and 1, and minus columns likewise, under drives of 0..255: any sum.
static void set_sweep(Sweep *s, int bits, int delta, int lo, const int32_t *list)
{
    *s = (Sweep){.list = list};
    set_probe(&s->p, &s->arena, bits, delta, lo);
    s->p.plan.dac_bits = 8;
    s->p.map.planes = 1;
    s->p.map.adc.threshold = list;
    s->p.map.adc.list_copies = s->p.map.adc.list_tiles = s->p.map.adc.list_columns = 1;
    for (int row = 0; row < 4; row++) {
        s->p.levels[2 * row] = row % 2 ? 1 : 15;
        s->p.levels[2 * (row + 4) + 1] = row % 2 ? 1 : 15;
    }
    s->model = xb_model_new_on(&s->arena, &s->p.plan, shared_kernel());
}

static int formula_code(const Sweep *s, int sum, bool *is_saturated)
{
    const XbPlanAdc *adc = &s->p.map.adc;
    int top = (1 << adc->bits) - 1, above = sum - adc->lo * adc->delta + adc->delta / 2;
    int code = above < 0 ? -1 : above / adc->delta;
    *is_saturated = code < 0 || code > top;
    return code < 0 ? 0 : code > top ? top : code;
}

static int list_code(const Sweep *s, int sum)
{
    int code = 0;
    for (int k = 0; k < (1 << s->p.map.adc.bits) - 1; k++)
        code += sum >= s->list[k];
    return code;
}

static void check_sum(Sweep *s, int sum)
{
    const XbPlanAdc *adc = &s->p.map.adc;
    uint8_t input[PROBE_ROWS] = {0}, out[1];
    int size = sum < 0 ? -sum : sum, first = sum < 0 ? 4 : 0;
    bool is_saturated = false;
    uint16_t codes[1];
    XbLayerCount count = {0};
    XbModelImage image = {
        .out = (uint8_t *[]){out}, .codes = (uint16_t *[]){codes}, .count = &count};
    input[first] = (uint8_t)(size / 15 / 2);
    input[first + 2] = (uint8_t)(size / 15 - size / 15 / 2);
    input[first + 1] = (uint8_t)(size % 15);
    xb_model_run(s->model, input, &image);
    int want = s->list ? list_code(s, sum) : formula_code(s, sum, &is_saturated);
    assert_int_equal(codes[0], want);
    assert_int_equal(count.saturated, is_saturated);
    int edge = (adc->lo + want) * adc->delta - adc->delta / 2;
    s->ties += adc->delta % 2 == 0 && sum == edge;
    s->low += is_saturated && want == 0;
    s->high += is_saturated && want > 0;
    s->codes += !s->seen[want];
    s->seen[want] = true;
}

static void sweep(int bits, int delta, int lo, const int32_t *list)
{
    Sweep s;
    set_sweep(&s, bits, delta, lo, list);
    for (int sum = -SWEPT; sum <= SWEPT; sum++)
        check_sum(&s, sum);
    assert_int_equal(s.codes, 1 << bits);
    if (!list) {  // a sum in the middle goes up; both ends clip
        assert_true(delta % 2 || s.ties >= 1 << bits);
        assert_true(s.low > 0 && s.high > 0);
    }
    xb_arena_free(&s.arena);
}

static void every_sum_of_a_converter(void **state)
{
    (void)state;
    static const int converters[][3] = {{1, 6, -1},   {2, 100, -2}, {3, 64, -4},  {4, 7, -3},
                                        {5, 10, -16}, {6, 1, -20},  {6, 50, -63}, {7, 8, -64},
                                        {8, 2, -255}, {8, 13, -7},  {10, 3, -511}};
    for (size_t i = 0; i < sizeof converters / sizeof converters[0]; i++)
        sweep(converters[i][0], converters[i][1], converters[i][2], NULL);
}

static void every_sum_of_a_list(void **state)
{
    (void)state;
    int32_t list[(1 << 10) - 1];
    for (int bits = 1; bits <= 10; bits++) {
        int steps = (1 << bits) - 1, at = -SWEPT / 2;
        for (int k = 0; k < steps; k++)  // uneven steps
            list[k] = at += 1 + k * 7 % 5 * SWEPT / 2 / steps / 3;
        sweep(bits, 5, -1, list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_conversions),
        cmocka_unit_test(every_sum_of_a_converter),
        cmocka_unit_test(every_sum_of_a_list),
    };
    return cmocka_run_group_tests_name("converter", tests, NULL, NULL);
}
