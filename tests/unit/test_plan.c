// SPDX-License-Identifier: Apache-2.0
// The plan builder: cells that hold the very weights, counts that follow from the rules, proofs,
// every fault in one run, and random mappings whose lossless model must equal the plain network.

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

static void open_resnet(Bench *b)
{
    *b = (Bench){.d = {.arena = &b->arena}, .cfg = hand_cfg(XB_ROUND_DOUBLE)};
    const char *name = "mlperf_tiny/pretrainedResnet_quant.tflite";
    shared_or_skip(&b->arena, name);
    xb_net_read(&b->arena, &b->d, shared_file(&b->arena, name), &b->net);
    shared_no_errors(&b->d);
}

// ---- random mappings ----

static void draw_crossbar(XbCfg *cfg, uint64_t *seed)
{
    cfg->encoding = (XbEncoding)draw(seed, 0, 2);
    cfg->cell_bits = cfg->encoding == XB_TWOS_COMPLEMENT ? 1 : draw(seed, 1, 4);
    cfg->rows = draw(seed, 8, 300);
    // A depthwise channel of multiplier 2 needs at most 2 * 8 * 2 columns.
    cfg->cols = 2 * draw(seed, 16, 150);
    cfg->active_rows = draw(seed, 0, 1) ? cfg->rows : draw(seed, 1, cfg->rows);
    cfg->dac_bits = draw(seed, 1, 8);
    cfg->adc_analog = cfg->encoding == XB_DIFFERENTIAL && draw(seed, 0, 1);
    cfg->duplication = draw(seed, 1, 5);
    cfg->rounding = (XbRounding)draw(seed, 0, 2);
    cfg->adc_per_array = draw(seed, 0, 1) ? 2 : 1;
}

// Lossless bits, or 0 if converters have fewer; misc has at most 144 rows.
static int lossless_bits(const XbCfg *cfg)
{
    int bits = enough_bits(cfg, cfg->active_rows < 144 ? cfg->active_rows : 144);
    return bits <= 14 ? (bits < 2 ? 2 : bits) : 0;
}

static XbCfg draw_cfg(uint64_t *seed)
{
    XbCfg cfg = hand_cfg(XB_ROUND_DOUBLE);
    do
        draw_crossbar(&cfg, seed);
    while (!lossless_bits(&cfg));
    cfg.adc_bits = lossless_bits(&cfg);
    return cfg;
}

static void lossless_mappings_are_the_network(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int n = 0; n < 120; n++) {
        Bench b;
        open_misc(&b);
        b.cfg = draw_cfg(&seed);
        build(&b);
        for (int l = 0; l < b.plan.layers; l++)
            assert_true(!b.plan.layer[l].map || b.plan.layer[l].map->adc.lossless);
        compare_models(&b, &seed);
        xb_arena_free(&b.arena);
    }
}

// ---- cells ----

// The weight that the cells of a layer row and output channel stand for.
static int stored_weight(const Bench *b, const XbPlanLayer *l, int channel, int row)
{
    const XbPlanMap *m = l->map;
    int sum = 0;
    for (int k = 0; k < m->set; k++) {
        const XbPlanArray *a = &m->array[k];
        for (int c = 0; c < a->cols; c++) {
            const XbPlanColumn *column = &m->column[a->col_base + c];
            if (column->word == channel && row >= a->row_base && row < a->row_base + a->rows)
                sum += a->levels[(row - a->row_base) * a->cols + c] * column->sign *
                       (1 << column->shift);
        }
    }
    int zero = b->net.layer[l - b->plan.layer].weight_zero;
    return sum - (b->cfg.encoding == XB_OFFSET ? 128 + zero : 0);
}

static void check_cells(const Bench *b, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    for (int c = 0; c < l->out.c; c++) {
        int column = c * m->slices * m->polarities, weight;
        assert_int_equal(m->column[column].word, c);
        for (int r = 0; r < m->rows; r++)
            if (xb_plan_weight(l, r, column, &weight))
                assert_int_equal(stored_weight(b, l, c, r), weight);
    }
}

static void cells_hold_the_weights(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int n = 0; n < 12; n++) {
        Bench b;
        open_misc(&b);
        b.cfg = draw_cfg(&seed);
        for (int l = 0; n % 2 && b.cfg.encoding != XB_TWOS_COMPLEMENT && l < b.net.layers; l++)
            b.net.layer[l].weight_zero = draw(&seed, -128, 127);
        build(&b);
        for (int l = 0; l < b.plan.layers; l++)
            if (b.plan.layer[l].map)
                check_cells(&b, &b.plan.layer[l]);
        xb_arena_free(&b.arena);
    }
}

// A layer of one weight: 157 - 30 has 7 bits, 157 - 29 needs one more; cells of an offset hold 157.
static void a_zero_point_takes_the_cells_that_weights_need(void **state)
{
    (void)state;
    static const int8_t weight[] = {157 - 128};
    static const int zero[] = {30, 29}, bits[] = {7, 8};
    for (int i = 0; i < 6; i++) {
        Bench b;
        XbNetLayer *l = open_layer(&b, XB_FC, XB_ROUND_DOUBLE);
        l->in_q[0] = l->out_q = hand_quant(0.02f, 117);
        l->in = l->out = (XbShape){1, 1, 1};
        l->weights = weight;
        l->weight_zero = zero[i % 2] - 128;
        hand_close(&b.arena, &b.net, 0.01f);
        b.cfg.cell_bits = 1;
        b.cfg.encoding = (XbEncoding)(i / 2);
        if (b.cfg.encoding == XB_TWOS_COMPLEMENT) {
            refuse(&b);
            assert_int_equal(reports(&b, "plan-encoding", "layer fc1", "zero point"), 1);
        } else {
            build(&b);
            const XbPlanMap *m = b.plan.layer[0].map;
            bool is_offset = b.cfg.encoding == XB_OFFSET;
            assert_int_equal(m->slices, is_offset ? 8 : bits[i % 2]);
            assert_int_equal(m->count_weight, is_offset ? zero[i % 2] : -1);
            check_cells(&b, &b.plan.layer[0]);
        }
        xb_arena_free(&b.arena);
    }
}

// ---- counts ----

static const XbPlanLayer *layer_named(const Bench *b, const char *name)
{
    for (int l = 0; l < b->plan.layers; l++)
        if (strcmp(b->plan.layer[l].name, name) == 0)
            return &b->plan.layer[l];
    fail_msg("no layer %s", name);
    return NULL;
}

static void resnet8_counts(void **state)
{
    (void)state;
    Bench b;
    open_resnet(&b);
    build(&b);
    assert_int_equal(b.plan.arrays, 54);
    assert_int_equal(b.plan.tiles, 7);
    assert_int_equal(b.plan.interval, 65536);
    assert_int_equal(layer_named(&b, "conv8")->map->tiling.row_tiles, 5);
    assert_int_equal(layer_named(&b, "conv8")->map->tiling.col_tiles, 4);
    assert_int_equal(layer_named(&b, "conv2")->map->adc.lossless_bits, 9);
    assert_int_equal(layer_named(&b, "conv2")->step_cycles, 64);
    assert_int_equal(layer_named(&b, "conv2")->map->read_cycles, 64);
    assert_int_equal(layer_named(&b, "fc1")->map->rows, 64);
    assert_true(b.plan.latency > 65536 && b.plan.latency < 2 * 65536);
    xb_arena_free(&b.arena);
}

static int64_t beats_one_by_one(const XbPlanLayer *l)
{
    int64_t beats = 0;
    for (int done = 0; done < l->windows; done += l->copies)
        for (int left = xb_min(l->copies, l->windows - done); left > 0; left -= l->out_words)
            beats++;
    return beats;
}

// The sums of a slot leave while the next slot comes, with as few lanes as do it.
static void check_lanes(const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int64_t sums = (int64_t)l->copies * m->tiling.col_tiles * m->parts;
    int64_t cycles = l->step_cycles / m->slots;
    assert_true(m->phases <= cycles && (int64_t)m->phases * l->lanes >= sums);
    assert_true(l->lanes == 1 || (l->lanes - 1) * cycles < sums);
    assert_true(m->banks >= 1);
    assert_true((m->banks - 1) * l->step_cycles >= m->pipe_cycles - (int64_t)m->slots * cycles);
}

// A layer with weights takes what its converters need and nothing more.
static void check_weights_pace(const XbPlanLayer *l)
{
    assert_true(l->copies <= l->windows);
    assert_int_equal(l->out_words, xb_ceil_div_int64(l->copies, l->step_cycles));
    assert_int_equal(l->out_beats, beats_one_by_one(l));
    assert_int_equal(l->steps, xb_ceil_div(l->windows, l->copies));
    assert_int_equal(l->interval, (int64_t)l->steps * l->step_cycles);
    assert_true(xb_ceil_div(l->copies, l->out_words) * l->map->spacing <= l->step_cycles);
    assert_true(l->fetch_rate * l->step_cycles >= l->taps);
    check_lanes(l);
}

static void check_ring(const XbPlan *p, const XbPlanLayer *l)
{
    int64_t rows = (l->kh - 1) * l->dil_h + 3, passing = 2 * xb_shape_pixels(l->in) / p->interval;
    assert_true(l->ring_words >= rows * l->in.w + passing + l->in_words - 1);
    assert_int_equal(l->ring_words % l->in_words, 0);
    assert_int_equal(l->ring_replicas, l->copies * l->fetch_rate);
    assert_int_equal(l->ring_bits,
                     (int64_t)l->ring_replicas * l->ring_words * l->in.c * l->in_bits);
}

static void check_pace(const XbPlan *p, const XbPlanLayer *l)
{
    assert_true(l->interval <= p->interval);
    assert_true(xb_ceil_div(l->in.h * l->in.w, l->in_words) <= p->interval);
    assert_true(l->out_beats <= p->interval);
    if (l->map)
        check_weights_pace(l);
    if (l->ring_words)
        check_ring(p, l);
    for (int i = 0; l->inputs == 2 && i < 2; i++)
        assert_true(l->fifo_beats[i] > 0);
}

static void the_pace_is_set_by_weights(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int n = 0; n < 30; n++) {
        Bench b;
        open_misc(&b);
        b.cfg = draw_cfg(&seed);
        b.cfg.duplication = draw(&seed, 1, 40);
        build(&b);
        int64_t pace = 0;
        for (int l = 0; l < b.plan.layers; l++) {
            const XbPlanLayer *layer = &b.plan.layer[l];
            check_pace(&b.plan, layer);
            if (layer->map && layer->interval > pace)
                pace = layer->interval;
        }
        assert_int_equal(b.plan.interval, pace);
        xb_arena_free(&b.arena);
    }
}

// 13 copies of 8 cycles a step give two words a beat, 17 give three; the branches of the join that
// they feed are cut to beats of one size.
static void beats_are_as_wide_as_a_step_needs(void **state)
{
    (void)state;
    static const XbCfgLayer layers[] = {{.name = "conv1", .in_mapping = true, .duplication = 13},
                                        {.name = "conv2", .in_mapping = true, .duplication = 12},
                                        {.name = "conv3", .in_mapping = true, .duplication = 17}};
    Bench b;
    open_resnet(&b);
    b.cfg.encoding = XB_OFFSET;
    b.cfg.adc_per_array = 128;
    b.cfg.layer = layers;
    b.cfg.layers = 3;
    build(&b);
    const XbPlanLayer *conv1 = layer_named(&b, "conv1"), *add1 = layer_named(&b, "add1");
    assert_int_equal(conv1->out_words * conv1->out.c * conv1->out_bits, 256);
    assert_int_equal(layer_named(&b, "conv3")->out_words, 3);
    assert_int_equal(b.plan.interval, 2048);
    assert_int_equal(add1->in_words, 3);
    assert_true(add1->gear[0] && add1->gear[1]);
    assert_false(layer_named(&b, "add2")->gear[0] || layer_named(&b, "add2")->gear[1]);
    xb_arena_free(&b.arena);
}

// 1,024 words in steps of 517 are beats of 65, one of 62 amid the image, 65 again, and one of 52:
// as many as full beats would be. Those of steps of 520 are full.
static void as_many_beats_as_full_ones_need_not_be_full(void **state)
{
    (void)state;
    static const XbCfgLayer layers[] = {{.name = "conv1", .in_mapping = true, .duplication = 517},
                                        {.name = "conv3", .in_mapping = true, .duplication = 520}};
    Bench b;
    open_resnet(&b);
    b.cfg.encoding = XB_OFFSET;
    b.cfg.adc_per_array = 128;
    b.cfg.layer = layers;
    b.cfg.layers = 2;
    build(&b);
    const XbPlanLayer *conv1 = layer_named(&b, "conv1"), *add1 = layer_named(&b, "add1");
    assert_int_equal(conv1->out_words, 65);
    assert_int_equal(conv1->out_beats, 16);
    assert_int_equal(layer_named(&b, "conv3")->out_beats, 16);
    assert_true(add1->gear[0]);
    assert_false(add1->gear[1]);
    xb_arena_free(&b.arena);
}

// 13 copies with two pixels of a 1x1 convolution side by side give 26 words a step: beats of 4, and
// one of 2 amid the image. Those of 32 are full.
static void beats_of_pixels_side_by_side_need_not_be_full(void **state)
{
    (void)state;
    static const XbCfgLayer layers[] = {{.name = "conv5", .in_mapping = true, .duplication = 32},
                                        {.name = "conv6",
                                         .in_mapping = true,
                                         .duplication = 13,
                                         .has_scheme = true,
                                         .scheme = XB_SUB_IMAGE}};
    Bench b;
    open_resnet(&b);
    b.cfg.encoding = XB_OFFSET;
    b.cfg.cell_bits = 4;
    b.cfg.adc_per_array = 128;
    b.cfg.layer = layers;
    b.cfg.layers = 2;
    build(&b);
    const XbPlanLayer *conv6 = layer_named(&b, "conv6"), *add2 = layer_named(&b, "add2");
    assert_int_equal(conv6->map->patch.outputs, 2);
    assert_int_equal(conv6->out_words, 4);
    assert_int_equal(layer_named(&b, "conv5")->out_words, 4);
    for (int i = 0; i < 2; i++)
        assert_int_equal(add2->gear[i], &b.plan.layer[add2->input[i]] == conv6);
    xb_arena_free(&b.arena);
}

static void copies_beyond_the_windows_are_not_built(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.duplication = 40;
    build(&b);
    const XbPlanLayer *fc = layer_named(&b, "fc1");
    assert_int_equal(fc->copies, 1);
    assert_int_equal(fc->map->arrays, fc->map->set);
    assert_int_equal(
        reports(&b, "plan-copies", "layer fc1",
                "40 copies are asked for; as many as an image has windows are built: 1"),
        1);
    assert_int_equal(reports(&b, "plan-copies", "layer conv1", ""), 0);
    assert_int_equal(b.d.warnings, 0);
    xb_arena_free(&b.arena);
}

// ---- faults ----

static void every_fault_in_one_run(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    const XbCfgLayer layers[] = {
        {.name = "conv9", .in_mapping = true, .duplication = 2},
        {.name = "add1", .in_mapping = true, .in_adc = true, .adc_bits = 3},
        {.name = "conv1", .in_adc = true, .adc_bits = 1},
        {.name = "conv2",
         .in_adc = true,
         .has_range = true,
         .range = {XB_RANGE_EXPLICIT, 1, -600, true}}};
    b.cfg.layers = 4;
    b.cfg.layer = layers;
    b.cfg.adc_analog = true;
    b.cfg.tile_count = 1;
    b.cfg.arrays_per_tile = 1;
    refuse(&b);
    assert_int_equal(reports(&b, "plan-layer-name", "$.mapping.layers.conv9", "conv1, dwconv1"), 1);
    assert_int_equal(reports(&b, "plan-layer-name", "$.mapping.layers.add1", "conv1"), 1);
    assert_int_equal(reports(&b, "plan-layer-name", "$.adc.layers.add1", "conv1"), 1);
    assert_int_equal(reports(&b, "plan-adc-range", "$.adc.layers.conv1.bits", "at least 2"), 1);
    assert_int_equal(reports(&b, "plan-adc-range", "$.adc.layers.conv2.range", "-511..0"), 1);
    assert_int_equal(reports(&b, "plan-tiles", "$.tiles.count", "tiles.count is 1"), 1);
    xb_arena_free(&b.arena);
}

static void depthwise_channels_need_their_columns(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.cols = 8;  // 4 slices, 2 polarities, multiplier 2 need 16
    refuse(&b);
    assert_int_equal(reports(&b, "plan-columns", "$.crossbar.cols", "needs 16 columns"), 1);
    xb_arena_free(&b.arena);
}

// ---- what is printed ----

static void check_json_layer(const cJSON *layer)
{
    const char *const keys[] = {"name",
                                "kind",
                                "arrays",
                                "duplication",
                                "steps",
                                "interval",
                                "words_in",
                                "words_out",
                                "stream_in",
                                "stream_out",
                                "access",
                                "read_cycles",
                                "interval_published",
                                "reads",
                                "saturated",
                                "conversions",
                                "adc_bits",
                                "delta",
                                "lo",
                                "lossless",
                                "in",
                                "out",
                                "row_tiles",
                                "col_tiles",
                                "planes",
                                "groups",
                                "slots",
                                "lanes",
                                "tiles",
                                "ring_words",
                                "fifo_beats",
                                "step_cycles",
                                "in_words",
                                "out_words",
                                "in_bits",
                                "out_bits",
                                "ring_bits",
                                "ring_replicas"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (!cJSON_HasObjectItem(layer, keys[i]))
            fail_msg("no %s", keys[i]);
}

static void json_is_json(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    b.cfg.name = "a \"name\" \\ with\ncontrols";
    build(&b);
    const char *text = xb_plan_json(&b.arena, &b.plan);
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "name")), b.cfg.name);
    assert_int_equal(strlen(cJSON_GetStringValue(cJSON_GetObjectItem(json, "hash"))), 18);
    assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(json, "interval")), b.plan.interval);
    const cJSON *layer = NULL;
    cJSON_ArrayForEach(layer, cJSON_GetObjectItem(json, "layers")) check_json_layer(layer);
    assert_int_equal(text[strlen(text) - 1], '\n');
    cJSON_Delete(json);
    xb_arena_free(&b.arena);
}

static uint64_t hash_of(const XbCfg *cfg)
{
    Bench b;
    open_misc(&b);
    b.cfg = *cfg;
    build(&b);
    uint64_t hash = b.plan.hash;
    xb_arena_free(&b.arena);
    return hash;
}

static void the_hash_tells_designs_apart(void **state)
{
    (void)state;
    const XbCfg base = hand_cfg(XB_ROUND_DOUBLE);
    XbCfg other = base;
    assert_true(hash_of(&base) == hash_of(&base));
    other.rounding = XB_ROUND_SINGLE;
    assert_true(hash_of(&base) != hash_of(&other));
    other = base;
    other.adc_range = (XbAdcRange){XB_RANGE_EXPLICIT, 2, 0, true};
    assert_true(hash_of(&base) != hash_of(&other));
}

static void the_table_names_the_bottleneck(void **state)
{
    (void)state;
    Bench b;
    open_misc(&b);
    build(&b);
    const char *text = xb_plan_text(&b.arena, &b.plan);
    assert_non_null(strstr(text, "(the slowest layer is dwconv1)"));
    b.plan.in_bytes = 1;
    b.plan.interval = xb_shape_size(b.plan.input);
    text = xb_plan_text(&b.arena, &b.plan);
    assert_non_null(strstr(text, "(as its input takes)"));
    b.plan.interval++;
    text = xb_plan_text(&b.arena, &b.plan);
    assert_non_null(strstr(text, "(as its output takes)"));
    xb_arena_free(&b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lossless_mappings_are_the_network),
        cmocka_unit_test(cells_hold_the_weights),
        cmocka_unit_test(a_zero_point_takes_the_cells_that_weights_need),
        cmocka_unit_test(resnet8_counts),
        cmocka_unit_test(the_pace_is_set_by_weights),
        cmocka_unit_test(beats_are_as_wide_as_a_step_needs),
        cmocka_unit_test(as_many_beats_as_full_ones_need_not_be_full),
        cmocka_unit_test(beats_of_pixels_side_by_side_need_not_be_full),
        cmocka_unit_test(copies_beyond_the_windows_are_not_built),
        cmocka_unit_test(every_fault_in_one_run),
        cmocka_unit_test(depthwise_channels_need_their_columns),
        cmocka_unit_test(json_is_json),
        cmocka_unit_test(the_hash_tells_designs_apart),
        cmocka_unit_test(the_table_names_the_bottleneck),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
