// SPDX-License-Identifier: Apache-2.0
// Mappings of single layers: results do not depend on how a matrix is cut, and what a layer cannot
// have is refused.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

static void open_bench(Bench *b)
{
    XbNetLayer *l = open_layer(b, XB_CONV, XB_ROUND_DOUBLE);
    l->in_q[0] = hand_quant(0.02f, 117);
    l->out_q = hand_quant(0.3f, 101);
}

static void close_layer(Bench *b) { hand_close(&b->arena, &b->net, 0.01f); }

// ---- random layers ----

static void draw_mapping(Bench *b, uint64_t *seed)
{
    XbCfg *cfg = &b->cfg;
    cfg->encoding = (XbEncoding)draw(seed, 0, 2);
    cfg->cell_bits = cfg->encoding == XB_TWOS_COMPLEMENT ? 1 : draw(seed, 1, 4);
    cfg->cols = 2 * draw(seed, 4, 20);
    cfg->active_rows = draw(seed, 0, 1) ? cfg->rows : draw(seed, 1, cfg->rows);
    cfg->dac_bits = draw(seed, 1, 8);
    cfg->adc_analog = cfg->encoding == XB_DIFFERENTIAL && draw(seed, 0, 1);
    cfg->duplication = draw(seed, 1, 5);
    cfg->adc_per_array = 2;
    cfg->adc_bits = enough_bits(cfg, cfg->rows);
    b->net.layer->weight_bits = draw(seed, 2, 8);
}

// The first array is the fullest, and the arrays of a row tile convert every column once.
static void check_arrays(const XbPlan *plan, const XbPlanMap *m)
{
    int conversions = 0;
    for (int64_t k = 0; k < m->set; k++) {
        assert_true(m->array[k].rows <= m->array[0].rows);
        assert_true(m->array[k].cols <= m->array[0].cols);
        conversions += m->array[k].conversions;
    }
    assert_int_equal(conversions, m->tiling.row_tiles * xb_plan_conversions(plan, m->columns));
}

static void build_lossless(Bench *b)
{
    build(b);
    check_arrays(&b->plan, b->plan.layer[0].map);
    assert_true(b->plan.layer[0].map->adc.lossless);
}

// ---- kernel position ----

static void try_positions(int kh, int kw, int channels, int rows, XbPacking packing, uint64_t *seed)
{
    Bench b;
    open_bench(&b);
    b.cfg.rows = rows;
    b.cfg.scheme = XB_KERNEL_POSITION;
    b.cfg.kp_packed = packing;
    draw_mapping(&b, seed);
    b.net.layer->in.c = channels;
    b.net.layer->out.c = draw(seed, 1, 9);
    draw_window(&b, kh, kw, seed);
    draw_weights(&b, seed);
    close_layer(&b);
    build_lossless(&b);
    const XbPlanMap *m = b.plan.layer[0].map;
    int here = packing == XB_PACK_NO || channels > rows ? 1 : rows / channels;
    int tiles =
        channels > rows ? kh * kw * xb_ceil_div(channels, rows) : xb_ceil_div(kh * kw, here);
    assert_int_equal(m->scheme, XB_KERNEL_POSITION);
    assert_int_equal(m->tiling.row_tiles, tiles);
    compare_models(&b, seed);
    xb_arena_free(&b.arena);
}

static void positions_give_the_same_results(void **state)
{
    (void)state;
    static const int kernels[][2] = {{1, 1}, {3, 3}, {5, 5}, {7, 7}, {3, 1}, {2, 5}};
    static const int rows[] = {8, 12, 16, 32};
    uint64_t seed = 5;
    for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++)
        for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
            for (int packing = XB_PACK_AUTO; packing <= XB_PACK_YES; packing++) {
                const int channels[] = {draw(&seed, 1, rows[r] / 2), rows[r],
                                        rows[r] + draw(&seed, 1, 9)};
                for (int c = 0; c < 3; c++)
                    try_positions(kernels[k][0], kernels[k][1], channels[c], rows[r],
                                  (XbPacking)packing, &seed);
            }
}

// ---- groups ----

// The same layer without groups: weights mean 0 where a group has none.
static XbNet spread(Bench *b, XbNetLayer *dense)
{
    const XbNetLayer *l = b->net.layer;
    int own = l->in.c / l->groups, channels = l->out.c / l->groups, taps = l->kh * l->kw;
    int8_t *weights = xb_new(&b->arena, int8_t, (int64_t)l->out.c * taps * l->in.c);
    memset(weights, l->weight_zero, (size_t)(l->out.c * taps * l->in.c));
    for (int co = 0; co < l->out.c; co++)
        for (int tap = 0; tap < taps; tap++)
            for (int ci = 0; ci < own; ci++)
                weights[((int64_t)co * taps + tap) * l->in.c + co / channels * own + ci] =
                    l->weights[((int64_t)co * taps + tap) * own + ci];
    *dense = *l;
    dense->groups = 1;
    dense->weights = weights;
    XbNet net = b->net;
    net.layer = dense;
    return net;
}

static void try_groups(int groups, uint64_t *seed)
{
    Bench b;
    XbNetLayer dense;
    open_bench(&b);
    b.cfg.rows = draw(seed, 8, 40);
    draw_mapping(&b, seed);
    b.cfg.scheme = (XbScheme)draw(seed, 0, 1);  // groups keep im2col
    b.net.layer->groups = groups;
    b.net.layer->in.c = groups * draw(seed, 1, 5);
    b.net.layer->out.c = groups * draw(seed, 1, 6);
    draw_window(&b, draw(seed, 1, 3), draw(seed, 1, 3), seed);
    draw_weights(&b, seed);
    close_layer(&b);
    build_lossless(&b);
    assert_int_equal(b.plan.layer[0].map->scheme, XB_IM2COL);
    XbNet plain = spread(&b, &dense);
    compare_with(&b, &plain, seed);
    xb_arena_free(&b.arena);
}

static void groups_give_the_same_results(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int n = 0; n < 200; n++)
        try_groups(draw(&seed, 2, 7), &seed);
}

// Four groups of 18 rows and 4 columns: 32 / 18 = 1 a tile by rows. With 40 rows two stand on an
// array. A group of 12 columns on 8 takes two column tiles, the second half empty.
static void groups_stand_block_diagonally(void **state)
{
    (void)state;
    static const int rows[] = {32, 40, 16}, cols[] = {32, 32, 8};
    static const int set[] = {4, 2, 16}, per_array[] = {1, 2, 1}, used_cols[] = {4, 8, 8};
    for (int i = 0; i < 3; i++) {
        Bench b;
        open_bench(&b);
        b.cfg.encoding = XB_OFFSET;
        b.cfg.cell_bits = 2;
        b.cfg.rows = b.cfg.active_rows = rows[i];
        b.cfg.cols = cols[i];
        b.net.layer->weight_bits = 4;
        b.net.layer->groups = 4;
        b.net.layer->in = b.net.layer->out = (XbShape){5, 5, 8};
        if (i == 2)
            b.net.layer->out.c = 24;
        b.net.layer->kh = b.net.layer->kw = 3;
        b.net.layer->pad_t = b.net.layer->pad_l = b.net.layer->pad_b = b.net.layer->pad_r = 1;
        close_layer(&b);
        assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
        const XbPlanMap *m = b.plan.layer[0].map;
        assert_int_equal(m->set, set[i]);
        assert_int_equal(m->tiling.units_per_array, per_array[i]);
        assert_int_equal(xb_plan_array(&b.plan, m, 0).cols, used_cols[i]);
        assert_int_equal(xb_plan_array(&b.plan, m, m->set - 1).cols, i == 2 ? 4 : used_cols[i]);
        assert_int_equal(m->adc.imax, 3 * (rows[i] < 18 ? rows[i] : 18));
        xb_arena_free(&b.arena);
    }
}

// ---- schemes and weights that a layer cannot have ----

static void groups_refuse_a_scheme_by_name(void **state)
{
    (void)state;
    Bench b;
    const XbCfgLayer own = {
        .name = "conv1", .in_mapping = true, .has_scheme = true, .scheme = XB_KERNEL_POSITION};
    open_bench(&b);
    b.cfg.layers = 1;
    b.cfg.layer = &own;
    b.net.layer->groups = 2;
    b.net.layer->in = b.net.layer->out = (XbShape){3, 3, 4};
    close_layer(&b);
    assert_false(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_int_equal(reports(&b, "plan-scheme", "$.mapping.layers.conv1.scheme", ""), 1);
    xb_arena_free(&b.arena);
}

static void only_an_outline_does_without_weights(void **state)
{
    (void)state;
    Bench b;
    open_bench(&b);
    b.net.layer->in = b.net.layer->out = (XbShape){3, 3, 4};
    close_layer(&b);
    assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_false(b.plan.asks_weights);
    b.cfg.adc_bits = 2;  // whether this range is lossless depends on them
    b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 1, 0, true};
    assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_true(b.plan.asks_weights && !b.plan.layer[0].map->adc.lossless);
    assert_false(xb_plan_build(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_int_equal(reports(&b, "plan-weights", "layer conv1", ""), 1);
    b.cfg.adc_range.kind = XB_RANGE_WEIGHTS;
    assert_false(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    assert_int_equal(reports(&b, "plan-weights", "layer conv1", ""), 2);
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_give_the_same_results),
        cmocka_unit_test(groups_give_the_same_results),
        cmocka_unit_test(groups_stand_block_diagonally),
        cmocka_unit_test(groups_refuse_a_scheme_by_name),
        cmocka_unit_test(only_an_outline_does_without_weights),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
