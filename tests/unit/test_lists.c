// SPDX-License-Identifier: Apache-2.0
// Threshold lists in the plan: curves of other tools as recorded and by their formulas, what a list
// makes of lossless, of the lowest code and of the sums that are proved, and what is said about it.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"
#include <cjson/cJSON.h>

// ---- curves of other tools ----

static XbPresetKind kind_of(const char *name)
{
    for (int k = 0; k <= XB_CROSSSIM; k++)
        if (strcmp(xb_preset_name((XbPresetKind)k), name) == 0)
            return (XbPresetKind)k;
    fail_msg("%s is no preset", name);
    return XB_NEUROSIM13;
}

static int number(const cJSON *object, const char *key)
{
    return (int)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static void check_curve(XbArena *arena, const cJSON *curve)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(curve, "preset"));
    XbPreset p = {kind_of(name), number(curve, "bits"), number(curve, "min"), number(curve, "max")};
    const cJSON *want = cJSON_GetObjectItemCaseSensitive(curve, "thresholds");
    const int32_t *list = xb_plan_preset(arena, &p);
    int count = cJSON_GetArraySize(want), steps = (1 << xb_preset_bits(&p)) - 1;
    assert_int_equal(xb_plan_preset_lo(&p), number(curve, "lowest_code"));
    assert_in_range(count, 1, steps);
    for (int i = 0; i < steps; i++) {
        const cJSON *item = i < count ? cJSON_GetArrayItem(want, i) : NULL;
        assert_int_equal(list[i], item ? (int)cJSON_GetNumberValue(item) : INT32_MAX);
    }
}

static void recorded_curves(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes = {0};
    shared_or_skip(&arena, "golden/split/presets.json");
    xb_file_read(&arena, &d, shared_file(&arena, "golden/split/presets.json"), &bytes);
    cJSON *json = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    const cJSON *curve = NULL, *curves = cJSON_GetObjectItemCaseSensitive(json, "curves");
    cJSON_ArrayForEach(curve, curves) check_curve(&arena, curve);
    assert_int_equal(cJSON_GetArraySize(curves), 80);
    cJSON_Delete(json);
    xb_arena_free(&arena);
}

static int64_t floor_of(int64_t a, int64_t b)
{
    int64_t down = a / b;
    return down * b > a ? down - 1 : down;
}

// a / b, b > 0: rounded by what is left over.
static int64_t nearest(int64_t a, int64_t b)
{
    int64_t down = floor_of(a, b), twice = 2 * (a - down * b);
    if (twice == b)
        return down % 2 == 0 ? down : down + 1;
    return twice < b ? down : down + 1;
}

// The tool's code of a sum, as docs/numerics.md has it.
static int64_t tool_code(const XbPreset *p, int64_t in)
{
    int64_t n = INT64_C(1) << p->bits, span = (int64_t)p->max - p->min;
    in = in < p->min ? p->min : in > p->max ? p->max : in;
    switch (p->kind) {
    case XB_NEUROSIM13: {
        int64_t code = (in - p->min) * n / span;
        return code < n ? code : n - 1;
    }
    case XB_NEUROSIM15:
        return nearest((in - p->min) * n, span);
    case XB_CROSSSIM:
        return nearest((in - p->min) * (n - 1), span);
    default: {
        int64_t most = -(int64_t)p->min > p->max ? -(int64_t)p->min : p->max;
        return nearest(in * (n / 2 - 1), most);
    }
    }
}

// min <= 0 <= max for MNSIM, whose curve goes through 0.
static XbPreset draw_preset(uint64_t *seed)
{
    XbPreset p = {.kind = (XbPresetKind)draw(seed, 0, 3)};
    p.bits = draw(seed, p.kind == XB_MNSIM ? 2 : 1, 10);
    int size = draw(seed, 0, 2) ? 300 : 3000;
    p.min = p.kind == XB_MNSIM ? -draw(seed, 0, size) : draw(seed, -size, size);
    p.max = p.kind == XB_MNSIM ? draw(seed, 0, size) : p.min + draw(seed, 1, size);
    p.max += p.max == p.min ? 1 : 0;
    return p;
}

static void curves_follow_their_formulas(void **state)
{
    (void)state;
    uint64_t seed = 1;
    int64_t sums = 0;
    for (int n = 0; n < 1500; n++) {
        XbArena arena = {0};
        XbPreset p = draw_preset(&seed);
        const int32_t *list = xb_plan_preset(&arena, &p);
        int bits = xb_preset_bits(&p), lo = xb_plan_preset_lo(&p);
        for (int in = p.min - 5; in <= p.max + 5; in++, sums++)
            assert_int_equal(lo + xb_plan_reached(list, bits, in), tool_code(&p, in));
        xb_arena_free(&arena);
    }
    print_message("%lld sums\n", (long long)sums);
}

// Far ends and many bits: no threshold falls or leaves the span, and codes at it are right.
static void curves_of_any_span(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int n = 0; n < 400; n++) {
        XbArena arena = {0};
        XbPreset p = {.kind = (XbPresetKind)draw(&seed, 0, 3), .bits = draw(&seed, 2, 13)};
        p.min = -draw(&seed, 0, 1 << 30);
        p.max = draw(&seed, 1, 1 << 30);
        const int32_t *list = xb_plan_preset(&arena, &p);
        int bits = xb_preset_bits(&p), lo = xb_plan_preset_lo(&p);
        for (int k = 0; k < (1 << bits) - 1 && list[k] != INT32_MAX; k++) {
            assert_true(list[k] >= p.min && list[k] <= p.max);
            assert_true(k == 0 || list[k] >= list[k - 1]);
            assert_true(tool_code(&p, list[k]) > lo + k);
            assert_true(tool_code(&p, (int64_t)list[k] - 1) <= lo + k || list[k] == p.min);
        }
        xb_arena_free(&arena);
    }
}

// ---- lists of layers ----

// The thresholds of the converter that the plan has for a layer.
static int32_t *formula(XbArena *arena, const XbPlanAdc *adc, int copies)
{
    int steps = (1 << adc->bits) - 1;
    int32_t *list = xb_new(arena, int32_t, (int64_t)copies * steps);
    for (int i = 0; i < copies * steps; i++)
        list[i] = (adc->lo + i % steps + 1) * adc->delta - adc->delta / 2;
    return list;
}

// Gives every layer of the plan a list that is its converter's: one, or one for each conversion.
static XbCfgLayer *give_formulas(Bench *b, bool is_each)
{
    XbCfgLayer *own = xb_new(&b->arena, XbCfgLayer, b->plan.layers);
    b->cfg.layers = 0;
    for (int l = 0; l < b->plan.layers; l++) {
        const XbPlanLayer *layer = &b->plan.layer[l];
        if (!layer->map)
            continue;
        int columns = layer->map->columns / (b->cfg.adc_analog ? 2 : 1);
        own[b->cfg.layers++] =
            (XbCfgLayer){.name = layer->name,
                         .in_adc = true,
                         .thresholds = {.lists = is_each ? columns : 0,
                                        .threshold = formula(&b->arena, &layer->map->adc,
                                                             is_each ? columns : 1)}};
    }
    b->cfg.layer = own;
    return own;
}

static uint8_t **run_image(Bench *b, uint64_t seed)
{
    size_t size = (size_t)xb_shape_size(b->net.input);
    uint8_t *image = xb_new(&b->arena, uint8_t, size), **out = outputs(b);
    for (size_t i = 0; i < size; i++)
        image[i] = (uint8_t)draw(&seed, 0, 255);
    xb_model_run(xb_model_new(&b->arena, &b->plan), image, &(XbModelImage){.out = out});
    return out;
}

static void check_formulas(int bits, bool is_analog, bool is_each)
{
    Bench b;
    open_misc(&b);
    b.cfg.adc_bits = bits;
    b.cfg.adc_analog = is_analog;
    b.cfg.adc_range.kind = XB_RANGE_WEIGHTS;
    build(&b);
    XbPlan plain = b.plan;
    uint8_t **want = run_image(&b, 7);
    give_formulas(&b, is_each);
    build(&b);
    uint8_t **out = run_image(&b, 7);
    assert_true(b.plan.hash != plain.hash);
    assert_true(xb_plan_prove(&b.arena, &b.d, "test.json", &b.plan));
    for (int l = 0; l < b.plan.layers; l++) {
        assert_memory_equal(out[l], want[l], (size_t)xb_shape_size(b.net.layer[l].out));
        if (b.plan.layer[l].map)
            assert_int_equal(b.plan.layer[l].map->adc.lossless, plain.layer[l].map->adc.lossless);
    }
    xb_arena_free(&b.arena);
}

// Cells that resolve 1/16 of a level: what counts in sums is 16 times as large, and nothing
// changes.
static void lists_count_in_units_of_a_sum(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        Bench b;
        open_misc(&b);
        b.cfg.adc_bits = i & 1 ? 9 : 5;
        b.cfg.adc_analog = i & 2;
        build(&b);
        XbPlan plain = b.plan;
        uint8_t **want = run_image(&b, 8);
        b.cfg.rram.frac_bits = 4;
        build(&b);
        give_formulas(&b, true);  // in steps of 2^4
        build(&b);
        uint8_t **out = run_image(&b, 8);
        for (int l = 0; l < b.plan.layers; l++) {
            const XbPlanMap *m = b.plan.layer[l].map;
            assert_memory_equal(out[l], want[l], (size_t)xb_shape_size(b.net.layer[l].out));
            assert_true(!m || m->adc.lossless == plain.layer[l].map->adc.lossless);
            assert_true(!m || m->adc.delta == 16 * plain.layer[l].map->adc.delta);
        }
        xb_arena_free(&b.arena);
    }
}

static void a_list_of_the_formula_is_the_converter(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        check_formulas(4, i & 1, i & 2);
        check_formulas(6, i & 1, i & 2);
        check_formulas(9, i & 1, i & 2);
    }
}

// One threshold moved within the sums that there are.
static void a_list_that_loses_is_not_lossless(void **state)
{
    (void)state;
    for (int by = 0; by <= 1; by++) {
        Bench b;
        open_misc(&b);
        build(&b);
        XbCfgLayer *own = give_formulas(&b, true);
        int32_t *list = formula(&b.arena, &b.plan.layer[1].map->adc, own[0].thresholds.lists);
        list[511 * (own[0].thresholds.lists - 1) + 3] += by;
        assert_string_equal(own[0].name, b.plan.layer[1].name);
        own[0].thresholds.threshold = list;
        XbPlan before = b.plan;
        build(&b);
        assert_true(before.layer[1].map->adc.lossless);
        assert_int_equal(b.plan.layer[1].map->adc.lossless, by == 0);
        assert_int_equal(b.plan.layer[1].map->adc.lossless_bits,
                         before.layer[1].map->adc.lossless_bits);
        xb_arena_free(&b.arena);
    }
}

// ---- lowest codes ----

static int lo_with(XbPresetKind kind, bool is_analog, bool has_range, XbAdcRange range)
{
    Bench b;
    open_misc(&b);
    b.cfg.has_preset = true;
    b.cfg.preset = (XbPreset){kind, 4, -510, 510};
    b.cfg.adc_bits = xb_preset_bits(&b.cfg.preset);
    b.cfg.adc_analog = is_analog;
    b.cfg.has_adc_range = has_range;
    b.cfg.adc_range = range;
    build(&b);
    int lo = b.plan.layer[1].map->adc.lo;
    assert_string_equal(b.plan.layer[1].map->adc.preset, xb_preset_name(kind));
    xb_arena_free(&b.arena);
    return lo;
}

static void the_lowest_code_is_the_preset_s_where_range_gives_none(void **state)
{
    (void)state;
    XbAdcRange full = {.kind = XB_RANGE_FULL};
    XbAdcRange step = {.kind = XB_RANGE_EXPLICIT, .delta = 3}, both = {XB_RANGE_EXPLICIT, 3, -2, 1};
    assert_int_equal(lo_with(XB_MNSIM, true, false, full), -7);
    assert_int_equal(lo_with(XB_MNSIM, true, true, full), -8);
    assert_int_equal(lo_with(XB_MNSIM, false, true, step), -7);
    assert_int_equal(lo_with(XB_MNSIM, false, true, both), -2);
    assert_int_equal(lo_with(XB_NEUROSIM15, true, false, full), 0);
    assert_int_equal(lo_with(XB_NEUROSIM15, true, true, full), -16);
    assert_int_equal(lo_with(XB_CROSSSIM, true, true, step), 0);
}

// ---- proofs ----

// Converters that always give their highest code: sums are what so many conversions add up to, and
// nothing depends on the cells.
static void constant_converters_are_proved_to_the_unit(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.active_rows = 20;
    b.cfg.adc_bits = 2;
    int32_t always[] = {INT32_MIN, INT32_MIN, INT32_MIN};
    XbCfgLayer own = {.name = "conv2", .in_adc = true, .thresholds = {.threshold = always}};
    b.cfg.layer = &own;
    b.cfg.layers = 1;
    build(&b);
    for (int l = 0; l < b.plan.layers; l++) {
        const XbPlanMap *m = b.plan.layer[l].map;
        if (!m || !m->adc.threshold)
            continue;
        int64_t reads = (int64_t)255 * m->groups * m->tiling.row_tiles;
        int64_t slices = ((INT64_C(1) << (2 * m->slices)) - 1) / 3, top = 3 * m->adc.delta;
        XbPlanSums sums = xb_plan_sums(&b.arena, &b.plan, &b.plan.layer[l]);
        assert_true(m->groups > 1 && m->tiling.row_tiles > 1);
        assert_int_equal(sums.channel[0].hi, reads * slices * top);
        assert_int_equal(sums.channel[0].lo, -reads * slices * top);
    }
    xb_arena_free(&b.arena);
}

// ---- what is said ----

// Codes two levels apart; 3 is not a level off 2.5, and 4 is.
static void steps_of_presets_are_told(void **state)
{
    (void)state;
    static const struct {
        int max, delta, notes;
    } cases[] = {{128, 2, 0}, {128, 1, 1}, {128, 3, 1}, {160, 2, 0}, {160, 3, 0}, {160, 4, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Bench b;
        open_misc(&b);
        XbCfgLayer own = {.name = "fc1",
                          .in_adc = true,
                          .has_preset = true,
                          .preset = {XB_NEUROSIM13, 6, 0, cases[i].max},
                          .adc_bits = 6,
                          .has_range = true,
                          .range = {XB_RANGE_EXPLICIT, cases[i].delta, 0}};
        b.cfg.layer = &own;
        b.cfg.layers = 1;
        build(&b);
        assert_int_equal(reports(&b, "plan-adc-step", "layer fc1", "are 2 apart"), cases[i].notes);
        xb_arena_free(&b.arena);
    }
}

static void lists_that_are_off_are_told(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.adc_bits = 2;
    int32_t list[] = {INT32_MIN, 5, 1000000};
    XbCfgLayer own = {.name = "fc1", .in_adc = true, .thresholds = {.threshold = list}};
    b.cfg.layer = &own;
    b.cfg.layers = 1;
    build(&b);
    assert_int_equal(reports(&b, "plan-adc-idle", "layer fc1", "1 of 3 references"), 1);
    assert_int_equal(reports(&b, "plan-adc-zero", "layer fc1", "1 of 1 lists"), 1);
    own.thresholds.lists = 3;
    refuse(&b);
    assert_int_equal(reports(&b, "plan-adc-list", "$.adc.layers.fc1.thresholds", "the file has 3"),
                     1);
    own.thresholds = (XbCfgList){.path = "list.npy"};
    refuse(&b);
    assert_int_equal(reports(&b, "plan-adc-list", "$.adc.layers.fc1.thresholds", "not been read"),
                     1);
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_curves),
        cmocka_unit_test(curves_follow_their_formulas),
        cmocka_unit_test(curves_of_any_span),
        cmocka_unit_test(a_list_of_the_formula_is_the_converter),
        cmocka_unit_test(lists_count_in_units_of_a_sum),
        cmocka_unit_test(a_list_that_loses_is_not_lossless),
        cmocka_unit_test(the_lowest_code_is_the_preset_s_where_range_gives_none),
        cmocka_unit_test(constant_converters_are_proved_to_the_unit),
        cmocka_unit_test(steps_of_presets_are_told),
        cmocka_unit_test(lists_that_are_off_are_told),
    };
    return cmocka_run_group_tests_name("lists", tests, NULL, NULL);
}
