// SPDX-License-Identifier: Apache-2.0
// What the cells cannot do is refused, each limit at its first number beyond and not before.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

#include "xbgen/emit.h"

// A plan of one's own to write into: every layer and mapping copied.
static XbPlan copy_of(XbArena *arena, const XbPlan *plan, XbPlanLayer **layer)
{
    XbPlan copy = *plan;
    *layer = xb_new(arena, XbPlanLayer, plan->layers);
    memcpy(*layer, plan->layer, sizeof **layer * (size_t)plan->layers);
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map) {
            XbPlanMap *map = xb_new(arena, XbPlanMap, 1);
            *map = *plan->layer[l].map;
            (*layer)[l].map = map;
        }
    copy.layer = *layer;
    return copy;
}

// The small network's plan, to write into.
static XbPlan open_plan(Bench *b, XbPlanLayer **layer)
{
    open_misc(b);
    build(b);
    return copy_of(&b->arena, &b->plan, layer);
}

static const char *const kinds_of_misc[] = {"conv1", "add1", "avgpool1", "mean1"};

typedef struct Limit {
    const char *layer;  // NULL: the chip
    size_t offset;      // in XbPlanMap, XbPlanLayer or XbPlan
    bool in_map;
    int most;
    const char *text;
} Limit;

#define IN_LAYER(field) offsetof(XbPlanLayer, field), false
#define IN_MAP(field) offsetof(XbPlanMap, field), true
#define IN_PLAN(field) offsetof(XbPlan, field), false

static const Limit limit[] = {
    {NULL, IN_PLAN(arrays), 65535, "arrays"},
    {"conv1", IN_LAYER(fetch_rate), 3072, "taps a cycle"},
    {"avgpool1", IN_LAYER(fetch_rate), 3072, "taps a cycle"},
    {"avgpool1", IN_LAYER(copies), 3072, "windows side by side"},
    {"conv1", IN_LAYER(out_words), 3072, "words a beat"},
    {"add1", IN_LAYER(in_words), 3072, "words a beat"},
    {"add1", IN_LAYER(lanes), 3072, "channels finished"},
    {"conv1", IN_LAYER(ring_replicas), 3072, "read from the ring"},
    {"conv1", IN_LAYER(ring_words), 1 << 28, "in the ring"},
    {"add1", IN_LAYER(fifo_beats[1]), 1 << 28, "in a FIFO"},
    {"avgpool1", IN_LAYER(elements), 65535, "in an average"},
    {"mean1", IN_LAYER(elements), (1 << 24) - 1, "in a mean"},
    {"conv1", IN_MAP(tiling.row_tiles), 3072, "row tiles"},
    {"conv1", IN_MAP(tiling.col_tiles), 3072, "column tiles"},
    {"conv1", IN_MAP(planes), 16, "input planes"},
    {"conv1", IN_MAP(groups), 1024, "groups of active rows"},
    {"conv1", IN_MAP(slots), 1024, "conversions of a converter"},
};

static void *member(XbPlan *plan, XbPlanLayer *layer, const Limit *limit_of)
{
    if (!limit_of->layer)
        return (char *)plan + limit_of->offset;
    while (strcmp(layer->name, limit_of->layer) != 0)
        layer++;
    return (limit_of->in_map ? (char *)(uintptr_t)layer->map : (char *)layer) + limit_of->offset;
}

static void set_member(XbPlan *plan, XbPlanLayer *layer, const Limit *limit_of, int value)
{
    *(int *)member(plan, layer, limit_of) = value;
}

static void each_limit_is_refused_from_its_first_number_on(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    build(&b);
    for (size_t i = 0; i < sizeof limit / sizeof limit[0]; i++) {
        XbPlanLayer *layer;
        XbPlan plan = copy_of(&b.arena, &b.plan, &layer);
        XbDiags d = {.arena = &b.arena};
        set_member(&plan, layer, &limit[i], limit[i].most);
        assert_true(xb_emit_check(&d, "test.json", &plan));
        set_member(&plan, layer, &limit[i], limit[i].most + 1);
        assert_false(xb_emit_check(&d, "test.json", &plan));
        assert_int_equal(d.errors, 1);
        b.d = d;
        const char *where =
            limit[i].layer ? xb_arena_printf(&b.arena, "layer %s", limit[i].layer) : "";
        assert_int_equal(reports(&b, "emit-limit", where, limit[i].text), 1);
    }
    xb_arena_free(&b.arena);
}

// Wide words side by side: no single number is large.
static void vectors_have_a_limit(void **state)
{
    (void)state;
    Bench b;
    XbPlanLayer *layer;
    XbPlan plan = open_plan(&b, &layer);
    layer[0].fetch_rate = layer[0].copies = 3000;
    layer[0].in.c = 1 << 16;
    assert_false(xb_emit_check(&b.d, "test.json", &plan));
    assert_int_equal(b.d.errors, 1);
    assert_int_equal(reports(&b, "emit-limit", "layer pad1", "bits in the taps"), 1);
    xb_arena_free(&b.arena);
}

// Codes that fill their bytes, and channels that lie side by side, are taken without a loop.
static void loops_over_codes_have_a_limit(void **state)
{
    (void)state;
    Bench b;
    XbPlanLayer *layer;
    XbPlan plan = open_plan(&b, &layer);
    plan.in_bytes = plan.out_bytes = 4096;
    layer[0].kind = XB_BOX;
    layer[0].out.c = 4000;
    layer[0].step[2] = 1;
    assert_true(xb_emit_check(&b.d, "test.json", &plan));
    layer[0].step[2] = 2;
    plan.code_bits = layer[plan.layers - 1].out_bits = 4;
    assert_false(xb_emit_check(&b.d, "test.json", &plan));
    assert_int_equal(b.d.errors, 3);
    assert_int_equal(reports(&b, "emit-limit", "layer pad1", "4000 channels picked"), 1);
    assert_int_equal(reports(&b, "emit-limit", "", "4096 codes a beat of the input's bus"), 1);
    assert_int_equal(reports(&b, "emit-limit", "", "4096 codes a beat of the output's bus"), 1);
    xb_arena_free(&b.arena);
}

// Converters with a list each: conversions of an array by codes of the widest converter.
static void lists_of_an_array_have_a_limit(void **state)
{
    (void)state;
    Bench b;
    XbPlanLayer *layer;
    XbPlan plan = open_plan(&b, &layer);
    XbPlanAdc *adc = &((XbPlanMap *)(uintptr_t)layer[1].map)->adc;
    int32_t list[1] = {0};
    adc->threshold = list;
    plan.adc_bits_max = 14;
    for (adc->list_columns = 1; adc->list_columns <= 2; adc->list_columns++) {
        plan.cols = 64;
        assert_true(xb_emit_check(&b.d, "test.json", &plan));
        plan.cols = 65;
        assert_int_equal(xb_emit_check(&b.d, "test.json", &plan), adc->list_columns == 1);
    }
    assert_int_equal(
        reports(&b, "emit-limit", "layer conv1", "1064960 words in the threshold lists"), 1);
    xb_arena_free(&b.arena);
}

static void what_exceeds_several_limits_is_told_once_each(void **state)
{
    (void)state;
    Bench b;
    XbPlanLayer *layer;
    XbPlan plan = open_plan(&b, &layer);
    for (int l = 0; l < plan.layers; l++)
        for (size_t k = 0; k < sizeof kinds_of_misc / sizeof kinds_of_misc[0]; k++)
            if (strcmp(layer[l].name, kinds_of_misc[k]) == 0)
                layer[l].lanes = layer[l].fetch_rate = 4000;
    assert_false(xb_emit_check(&b.d, "test.json", &plan));
    for (size_t k = 0; k < sizeof kinds_of_misc / sizeof kinds_of_misc[0]; k++) {
        const char *where = xb_arena_printf(&b.arena, "layer %s", kinds_of_misc[k]);
        assert_int_equal(reports(&b, "emit-limit", where, "4000 taps a cycle"), 1);
        assert_int_equal(reports(&b, "emit-limit", where, "4000 channels finished"), 1);
    }
    assert_int_equal(b.d.errors, 8);
    xb_arena_free(&b.arena);
}

static void ordinary_designs_pass(void **state)
{
    (void)state;
    uint64_t seed = 17;
    for (int n = 0; n < 20; n++) {
        Bench b;
        open_misc(&b);
        b.cfg.rows = draw(&seed, 9, 1024);
        b.cfg.cols = 2 * draw(&seed, 16, 512);
        b.cfg.active_rows = draw(&seed, 1, b.cfg.rows);
        b.cfg.duplication = draw(&seed, 1, 64);
        build(&b);
        assert_true(xb_emit_check(&b.d, "test.json", &b.plan));
        xb_arena_free(&b.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_limit_is_refused_from_its_first_number_on),
        cmocka_unit_test(vectors_have_a_limit),
        cmocka_unit_test(loops_over_codes_have_a_limit),
        cmocka_unit_test(lists_of_an_array_have_a_limit),
        cmocka_unit_test(what_exceeds_several_limits_is_told_once_each),
        cmocka_unit_test(ordinary_designs_pass),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
