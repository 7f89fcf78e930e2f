// SPDX-License-Identifier: Apache-2.0
// Layers mapped as sub-images: whatever the cut, results are those of the plain network while
// converters are lossless, and with any converter every code is the one that a slow reading of
// docs/numerics.md, cell by cell, gives.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "model/parts.h"
#include "sub_image_reading.h"

// ---- a random layer on a random crossbar ----

static XbNetLayer *open_kind(Bench *b, XbKind kind)
{
    XbNetLayer *l = open_layer(b, kind, XB_ROUND_DOUBLE);
    l->in_q[0] = hand_quant(0.02f, 117);
    l->out_q = hand_quant(0.3f, 101);
    return l;
}

static void draw_shape(Bench *b, uint64_t *seed)
{
    static const int kernels[][2] = {{1, 1}, {1, 1}, {3, 3}, {3, 3},
                                     {2, 2}, {5, 5}, {3, 1}, {2, 3}};
    XbNetLayer *l = b->net.layer;
    const int *k = kernels[draw(seed, 0, 7)];
    l->in.c = draw(seed, 1, 9);
    l->multiplier = l->kind == XB_DWCONV ? draw(seed, 1, 2) : 1;
    l->out.c = l->kind == XB_DWCONV ? l->in.c * l->multiplier : draw(seed, 1, 9);
    draw_window(b, k[0], k[1], seed);
    int more_h = draw(seed, 0, 9), more_w = draw(seed, 0, 9);
    l->in.h += more_h;
    l->in.w += more_w;
    l->out.h = steps(l->in.h, l->kh, l->stride_h, l->dil_h, l->pad_t + l->pad_b);
    l->out.w = steps(l->in.w, l->kw, l->stride_w, l->dil_w, l->pad_l + l->pad_r);
}

static void draw_crossbar(Bench *b, uint64_t *seed)
{
    static const int sides[] = {16, 32, 32, 64, 128, 128, 256};
    XbCfg *cfg = &b->cfg;
    cfg->encoding = (XbEncoding)draw(seed, 0, 2);
    cfg->cell_bits = cfg->encoding == XB_TWOS_COMPLEMENT ? 1 : draw(seed, 1, 4);
    cfg->rows = sides[draw(seed, 0, 6)];
    cfg->cols = draw(seed, 0, 2) ? cfg->rows : sides[draw(seed, 0, 6)];
    cfg->active_rows = draw(seed, 0, 2) ? cfg->rows : draw(seed, 1, cfg->rows);
    cfg->dac_bits = draw(seed, 1, 8);
    cfg->adc_analog = cfg->encoding == XB_DIFFERENTIAL && draw(seed, 0, 1);
    cfg->adc_per_array = 4;
    b->net.layer->weight_bits = draw(seed, 2, 8);
}

static XbCfgLayer draw_cut(Bench *b, uint64_t *seed)
{
    const XbNetLayer *l = b->net.layer;
    XbCfgLayer own = {.name = l->name, .in_mapping = true};
    b->cfg.scheme = XB_SUB_IMAGE;
    b->cfg.policy = draw(seed, 0, 1) ? XB_SLICE : XB_PACKED;
    if (draw(seed, 0, 1))
        own.reuse = draw(seed, 1, 40);
    if (l->kh * l->kw > 1 && draw(seed, 0, 3) == 0)
        own.sub_image = 2 * l->kh + 2 * l->kw + draw(seed, 0, 3);
    return own;
}

// False if the layer does not fit.
static bool draw_case(Bench *b, XbCfgLayer *own, uint64_t *seed)
{
    open_kind(b, draw(seed, 0, 3) ? XB_CONV : XB_DWCONV);
    draw_shape(b, seed);
    draw_crossbar(b, seed);
    draw_weights(b, seed);
    *own = draw_cut(b, seed);
    b->cfg.layer = own;
    b->cfg.layers = 1;
    hand_close(&b->arena, &b->net, 0.01f);
    b->cfg.adc_bits = 14;
    bool fits = xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    for (const XbDiag *d = b->d.first; d && !fits; d = d->next)
        assert_true(strncmp(d->code, "plan-sub-image", 14) == 0);
    return fits;
}

static uint8_t *draw_image(Bench *b, uint64_t *seed)
{
    size_t size = (size_t)xb_shape_size(b->net.input);
    uint8_t *image = xb_new(&b->arena, uint8_t, size);
    for (size_t i = 0; i < size; i++)
        image[i] = (uint8_t)draw(seed, 0, 255);
    return image;
}

// ---- the tests ----

typedef struct Seen {  // what the cases came upon
    int edges, depthwise, runs, last_runs, groups, offset, shared, dilated, saturated;
    int lists, one_list;
} Seen;

static void note(const Bench *b, int64_t saturated, Seen *seen)
{
    const XbPlanLayer *l = b->plan.layer;
    const XbPlanPatch *p = &l->map->patch;
    bool is_run = !p->tap && p->outputs > 1;
    seen->edges += p->side > 1 && (l->out.h % p->side || l->out.w % p->side);
    seen->depthwise += l->kind == XB_DWCONV;
    seen->runs += is_run;
    seen->last_runs += is_run && l->out.h * l->out.w % p->outputs;
    seen->groups += p->tap && l->map->groups > 1;
    seen->offset += p->outputs > 1 && b->cfg.encoding == XB_OFFSET;
    seen->shared += p->tap && l->kind == XB_CONV && l->map->tiling.segs_per_tile > 1;
    seen->dilated += p->side > 1 && l->dil_h > 1;
    seen->saturated += saturated > 0;
    seen->lists += l->map->adc.list_columns > 1;
    seen->one_list += l->map->adc.threshold && l->map->adc.list_columns == 1;
}

static void check_seen(const Seen *s, int least_of_each)
{
    print_message("%d with edges, %d depthwise, %d runs (%d with a rest), %d in groups, %d offset, "
                  "%d shared, %d dilated, %d saturated; %d with lists, %d with one\n",
                  s->edges, s->depthwise, s->runs, s->last_runs, s->groups, s->offset, s->shared,
                  s->dilated, s->saturated, s->lists, s->one_list);
    assert_true(s->edges >= least_of_each && s->depthwise >= least_of_each);
    assert_true(s->runs >= least_of_each && s->last_runs >= least_of_each / 2);
    assert_true(s->groups >= least_of_each && s->offset >= least_of_each);
    assert_true(s->shared >= least_of_each && s->dilated >= least_of_each / 2);
}

// One kernel of the golden model, with and without codes.
static void compare_kernel(const Bench *b, const XbKernel *kernel, const Reading *r,
                           const uint8_t *slow)
{
    XbArena arena = {0};
    size_t size = (size_t)xb_shape_size(b->plan.layer->out);
    int64_t count = xb_model_codes(&b->plan, 0);
    uint8_t *out[] = {xb_new(&arena, uint8_t, size)};
    uint16_t *codes[] = {xb_new(&arena, uint16_t, count)};
    XbLayerCount counted = {0};
    XbModelImage result = {.out = out, .codes = codes, .count = &counted};
    const XbModel *model = xb_model_new_on(&arena, &b->plan, kernel);
    xb_model_run(model, r->image, &result);
    assert_memory_equal(codes[0], r->codes, sizeof *r->codes * (size_t)count);
    assert_memory_equal(out[0], slow, size);
    assert_int_equal(counted.saturated, r->saturated);
    result.codes = NULL;
    memset(out[0], 0, size);
    xb_model_run(model, r->image, &result);
    assert_memory_equal(out[0], slow, size);
    assert_int_equal(counted.saturated, 2 * r->saturated);
    xb_arena_free(&arena);
}

static void compare_readings(Bench *b, uint64_t *seed, Seen *seen)
{
    const XbPlanLayer *l = b->plan.layer;
    size_t size = (size_t)xb_shape_size(l->out);
    int64_t count = xb_model_codes(&b->plan, 0);
    uint8_t *slow = xb_new(&b->arena, uint8_t, size);
    Reading r = read_layer(b, draw_image(b, seed));
    r.sum = xb_new(&b->arena, int64_t, size);
    r.codes = xb_new(&b->arena, uint16_t, count);
    uint16_t *at = r.codes;
    for (int w = 0; w < l->windows; w++)
        read_window(&r, w, &at);
    assert_int_equal(at - r.codes, count);
    assert_int_equal(r.groups, l->map->groups);
    int64_t unit = (INT64_C(1) << b->cfg.dac_bits) - 1;
    assert_int_equal(l->map->adc.imax, slow_rho(&r) * unit * ((1 << b->cfg.cell_bits) - 1));
    XbPlanSums sums = xb_plan_sums(&b->arena, &b->plan, l);
    for (size_t i = 0; i < size; i++) {
        XbBounds channel = sums.channel[i % (size_t)l->out.c];
        assert_true(r.sum[i] >= channel.lo && r.sum[i] <= channel.hi);
    }
    finish_reading(&r, slow);
    for (const XbKernel *const *kernel = xb_model_kernels(); *kernel; kernel++)
        if (xb_model_kernel_runs(*kernel))
            compare_kernel(b, *kernel, &r, slow);
    note(b, r.saturated, seen);
}

// Sums of plus and minus columns are those of the weights, whatever output of a window they are of.
static void check_bounds(Bench *b)
{
    const XbPlanLayer *l = b->plan.layer;
    XbPlanSums sums = xb_plan_sums(&b->arena, &b->plan, l);
    for (int c = 0; c < l->out.c && b->cfg.encoding == XB_DIFFERENTIAL; c++) {
        XbBounds whole = xb_plan_weight_sums(l, c);
        assert_int_equal(sums.channel[c].lo, whole.lo);
        assert_int_equal(sums.channel[c].hi, whole.hi);
    }
}

static void compare_plain(Bench *b, uint64_t *seed, Seen *seen)
{
    assert_true(b->plan.layer[0].map->adc.lossless);
    check_bounds(b);
    compare_models(b, seed);
    note(b, 0, seen);
}

// Thresholds about the sums that there are, those of 0 anywhere among them.
static void draw_lists(Bench *b, XbCfgLayer *own, uint64_t *seed)
{
    const XbPlanMap *m = b->plan.layer[0].map;
    int columns = b->net.layer->out.c * m->slices * (b->cfg.adc_analog ? 1 : m->polarities);
    int steps = (1 << b->cfg.adc_bits) - 1, reach = (int)m->adc.imax;
    own->thresholds.lists = draw(seed, 0, 2) ? columns : 0;
    int count = own->thresholds.lists ? columns : 1;
    int32_t *list = xb_new(&b->arena, int32_t, (int64_t)count * steps);
    for (int i = 0; i < count * steps; i++) {
        int64_t from = i % steps ? list[i - 1] : draw(seed, -reach, reach / 2);
        list[i] = (int32_t)(from + draw(seed, 0, reach / steps + 1));
    }
    list[0] = draw(seed, 0, 3) ? list[0] : INT32_MIN;
    list[steps - 1] = draw(seed, 0, 3) ? list[steps - 1] : INT32_MAX;
    own->thresholds.threshold = list;
}

static bool run_case(uint64_t *seed, bool is_lossless, Seen *seen)
{
    Bench b;
    XbCfgLayer own;
    bool fits = draw_case(&b, &own, seed) && b.plan.layer[0].map->patch.outputs > 0;
    // A 1x1 convolution that does not fit is im2col's.
    const XbPlanMap *m = fits ? b.plan.layer[0].map : NULL;
    if (m && m->patch.outputs == 1 && !m->patch.tap && m->set > 1 && !is_lossless)
        fits = false;
    if (fits) {
        b.cfg.adc_bits = is_lossless ? m->adc.lossless_bits : draw(seed, 2, 8);
        fits = b.cfg.adc_bits <= 14;
    }
    if (fits && !is_lossless && draw(seed, 0, 1))
        b.cfg.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, draw(seed, 1, 9),
                                       -draw(seed, 0, (1 << b.cfg.adc_bits) - 1), true};
    if (fits && !is_lossless && draw(seed, 0, 2) == 0)
        draw_lists(&b, &own, seed);
    if (fits) {
        build(&b);
        assert_int_equal(b.plan.layer[0].map->scheme, XB_SUB_IMAGE);
        assert_true(xb_plan_prove(&b.arena, &b.d, "cfg", &b.plan));
    }
    if (fits && is_lossless)
        compare_plain(&b, seed, seen);
    else if (fits)
        compare_readings(&b, seed, seen);
    xb_arena_free(&b.arena);
    return fits;
}

static void run_cases(int cases, int least_of_each, uint64_t seed, bool is_lossless)
{
    int run = 0;
    Seen seen = {0};
    for (int n = 0; n < cases; n++)
        run += run_case(&seed, is_lossless, &seen);
    print_message("%d of %d layers fit: ", run, cases);
    check_seen(&seen, least_of_each);
    assert_true(is_lossless || seen.saturated >= least_of_each);
    assert_true(is_lossless || (seen.lists >= least_of_each && seen.one_list >= least_of_each));
}

static void lossless_layers_give_the_plain_results(void **state)
{
    (void)state;
    run_cases(1500, 50, 3, true);
}

static void every_code_is_that_of_a_slow_reading(void **state)
{
    (void)state;
    run_cases(300, 10, 4, false);
}

// ---- copies and counts ----

// 32x32x16 -> 16, 3x3: sixteen sub-images of 8x8 outputs by slice, 256 arrays a set.
static void open_slices(Bench *b, XbCfgLayer *own)
{
    XbNetLayer *l = open_kind(b, XB_CONV);
    l->in = l->out = (XbShape){32, 32, 16};
    l->kh = l->kw = 3;
    l->pad_t = l->pad_l = l->pad_b = l->pad_r = 1;
    l->weight_bits = 2;
    *own = (XbCfgLayer){.name = l->name, .in_mapping = true};
    b->cfg.scheme = XB_SUB_IMAGE;
    b->cfg.policy = XB_SLICE;
    b->cfg.layer = own;
    b->cfg.layers = 1;
    hand_close(&b->arena, &b->net, 0.01f);
}

static const XbPlanLayer *outline(Bench *b)
{
    assert_true(xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
    return b->plan.layer;
}

static void reuse_trades_arrays_for_reads(void **state)
{
    (void)state;
    Bench b;
    XbCfgLayer own;
    open_slices(&b, &own);
    for (int reuse = 1; reuse <= 20; reuse++) {
        own.reuse = reuse;
        const XbPlanLayer *l = outline(&b);
        assert_int_equal(l->windows, 16);
        assert_int_equal(l->copies, (16 + reuse - 1) / reuse);
        assert_int_equal(l->steps, (16 + l->copies - 1) / l->copies);
        if (16 % reuse == 0)
            assert_int_equal(l->map->arrays * l->steps, 16 * 256);
        assert_int_equal(xb_plan_reads(l) * l->map->set, 16 * 256 * 8);
    }
    xb_arena_free(&b.arena);
}

// A layer's own keys go before those of all layers, and among these reuse goes first.
static void copies_come_from_the_nearest_key(void **state)
{
    (void)state;
    static const struct {
        int own_reuse, own_copies, reuse, duplication, copies;
    } cases[] = {{0, 0, 0, 0, 16}, {4, 0, 0, 0, 4}, {0, 3, 0, 0, 3},  {0, 0, 8, 0, 2},
                 {0, 0, 0, 5, 5},  {0, 0, 0, 1, 1}, {4, 0, 0, 5, 4},  {4, 0, 2, 5, 4},
                 {0, 3, 2, 0, 3},  {0, 0, 2, 5, 8}, {0, 40, 0, 0, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Bench b;
        XbCfgLayer own;
        open_slices(&b, &own);
        own.reuse = cases[i].own_reuse;
        own.duplication = cases[i].own_copies;
        b.cfg.reuse = cases[i].reuse;
        b.cfg.has_duplication = cases[i].duplication > 0;
        b.cfg.duplication = cases[i].duplication > 0 ? cases[i].duplication : 1;
        assert_int_equal(outline(&b)->copies, cases[i].copies);
        xb_arena_free(&b.arena);
    }
}

static void arrays_are_counted_in_64_bits(void **state)
{
    (void)state;
    Bench b;
    XbCfgLayer own;
    open_slices(&b, &own);
    b.net.layer->in.c = b.net.layer->out.c = 32768;
    b.net.input = b.net.layer->in;
    hand_close(&b.arena, &b.net, 0.01f);
    const XbPlanLayer *l = outline(&b);
    assert_true(l->map->set == INT64_C(1) << 30);
    assert_true(b.plan.arrays == INT64_C(1) << 34);
    assert_int_equal(reports(&b, "plan-arrays", "", "17179869184 arrays"), 1);
    assert_int_equal(b.d.errors, 0);
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_layers_give_the_plain_results),
        cmocka_unit_test(every_code_is_that_of_a_slow_reading),
        cmocka_unit_test(reuse_trades_arrays_for_reads),
        cmocka_unit_test(copies_come_from_the_nearest_key),
        cmocka_unit_test(arrays_are_counted_in_64_bits),
    };
    return cmocka_run_group_tests_name("sub-image", tests, NULL, NULL);
}
