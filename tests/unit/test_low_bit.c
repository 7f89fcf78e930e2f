// SPDX-License-Identifier: Apache-2.0
// Networks of few bits and split layers against recorded results: every layer, every block's codes
// before the merge, every conversion, on every kernel; and against the plain network.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "model/parts.h"
#include "shared_data.h"
#include "shared_json.h"

#include "xbgen/model.h"
#include "xbgen/naive.h"

#define FOLDER "golden/split/"

typedef struct Bench {
    XbArena arena;
    XbDiags d;
    XbCfg cfg;
    XbNet net;
    XbPlan plan;
    const uint8_t *input;  // codes of all images
    int images;
    uint8_t **out;     // [layer] of all images, image by image
    uint16_t **codes;  // [layer] likewise
    XbLayerCount *count;
} Bench;

// ---- running ----

static void open_case(Bench *b, const cJSON *entry)
{
    *b = (Bench){.d = {.arena = &b->arena}, .images = (int)number(entry, "images")};
    const char *cfg = xb_arena_printf(&b->arena, FOLDER "%s.cfg.json", entry->string);
    xb_cfg_read(&b->arena, &b->d, shared_file(&b->arena, cfg), &b->cfg);
    shared_no_errors(&b->d);
    xb_net_read(&b->arena, &b->d, b->cfg.network_path, &b->net);
    shared_no_errors(&b->d);
    xb_net_draw(&b->arena, &b->net);
    xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    xb_plan_prove(&b->arena, &b->d, "cfg", &b->plan);
    shared_no_errors(&b->d);
}

static void read_input(Bench *b, const cJSON *entry)
{
    const char *name = cJSON_GetStringValue(member(entry, "input"));
    XbNpy x = shared_npy(&b->arena, xb_arena_printf(&b->arena, FOLDER "%s", name));
    const uint8_t *from = x.data;
    uint8_t *codes = xb_new(&b->arena, uint8_t, x.count);
    assert_int_equal(x.count, b->images * xb_shape_size(b->plan.input));
    for (int64_t i = 0; i < x.count; i++)
        codes[i] = (uint8_t)(from[i] + b->plan.code_offset);
    b->input = codes;
}

static void make_room(Bench *b)
{
    const XbPlan *p = &b->plan;
    b->out = xb_new(&b->arena, uint8_t *, p->layers);
    b->codes = xb_new(&b->arena, uint16_t *, p->layers);
    b->count = xb_new(&b->arena, XbLayerCount, p->layers);
    for (int l = 0; l < p->layers; l++) {
        b->out[l] = xb_new(&b->arena, uint8_t, b->images * xb_plan_bytes(p, l));
        if (xb_model_codes(p, l))
            b->codes[l] = xb_new(&b->arena, uint16_t, b->images * xb_model_codes(p, l));
    }
}

// Outputs of one image of all layers, in the places of `out`.
static uint8_t **places(Bench *b, uint8_t **out, int image)
{
    uint8_t **at = xb_new(&b->arena, uint8_t *, b->plan.layers);
    for (int l = 0; l < b->plan.layers; l++)
        at[l] = out[l] + image * xb_plan_bytes(&b->plan, l);
    return at;
}

static void run_kernel(Bench *b, const XbKernel *kernel)
{
    const XbModel *model = xb_model_new_on(&b->arena, &b->plan, kernel);
    make_room(b);
    for (int i = 0; i < b->images; i++) {
        uint16_t **codes = xb_new(&b->arena, uint16_t *, b->plan.layers);
        for (int l = 0; l < b->plan.layers; l++)
            codes[l] = b->codes[l] ? b->codes[l] + i * xb_model_codes(&b->plan, l) : NULL;
        xb_model_run(
            model, b->input + i * xb_shape_size(b->plan.input),
            &(XbModelImage){
                .out = places(b, b->out, i), .codes = codes, .count = b->count, .number = i});
    }
}

// ---- comparing ----

// Codes of layer l as the file has them.
static void hash_numbers(const Bench *b, int l, SHA2_CTX *hash)
{
    const XbPlanLayer *layer = &b->plan.layer[l];
    int64_t bytes = b->images * xb_plan_bytes(&b->plan, l);
    if (layer->out_bits > 8) {
        SHA256Update(hash, b->out[l], (size_t)bytes);
        return;
    }
    for (int64_t i = 0; i < bytes; i++) {
        uint8_t value = (uint8_t)(b->out[l][i] - layer->out_offset);
        SHA256Update(hash, &value, 1);
    }
}

// The layer that makes what the record calls `name`: "conv2.blocks" are codes before the merge,
// "conv2" is what the whole layer gives, with its parts.
static int layer_of(const Bench *b, const char *name)
{
    size_t length = strcspn(name, ".");
    bool is_blocks = name[length] != 0;
    for (int l = 0; l < b->net.layers; l++) {
        if (strlen(b->net.layer[l].name) != length || strncmp(b->net.layer[l].name, name, length))
            continue;
        while (l + 1 < b->net.layers && b->net.layer[l + 1].is_part)
            l++;
        return l - is_blocks;
    }
    fail_msg("no layer %s", name);
    return -1;
}

static int check_layers(const Bench *b, const cJSON *layers)
{
    const cJSON *row;
    int checked = 0;
    cJSON_ArrayForEach(row, layers)
    {
        SHA2_CTX hash;
        SHA256Init(&hash);
        hash_numbers(b, layer_of(b, cJSON_GetStringValue(cJSON_GetArrayItem(row, 0))), &hash);
        shared_assert_digest(&hash, cJSON_GetStringValue(cJSON_GetArrayItem(row, 3)));
        checked++;
    }
    return checked;
}

static const XbPlanLayer *named(const Bench *b, const char *name, int *l)
{
    for (*l = 0; *l < b->plan.layers; (*l)++)
        if (strcmp(b->plan.layer[*l].name, name) == 0)
            return &b->plan.layer[*l];
    fail_msg("no layer %s", name);
    return NULL;
}

static void check_converters(const Bench *b, const cJSON *adcs)
{
    const cJSON *adc;
    int l;
    cJSON_ArrayForEach(adc, adcs)
    {
        const XbPlanLayer *layer = named(b, adc->string, &l);
        const XbPlanMap *m = layer->map;
        assert_int_equal(m->adc.bits, number(adc, "bits"));
        assert_int_equal(m->adc.delta, number(adc, "delta"));
        assert_int_equal(m->adc.lo, number(adc, "lo"));
        assert_int_equal(m->adc.lossless, cJSON_IsTrue(member(adc, "lossless")));
        assert_int_equal(m->planes, number(adc, "planes"));
        assert_int_equal(m->slices, number(adc, "slices"));
        assert_int_equal(layer->blocks ? m->tiling.units : m->tiling.row_tiles,
                         number(adc, "row_tiles"));
        assert_int_equal(b->count[l].conversions, number(adc, "conversions"));
        assert_int_equal(b->count[l].saturated, number(adc, "saturated"));
    }
}

// The record's order: image and window, row tile and group, plane, then the conversions.
static void check_codes(const Bench *b, const cJSON *all)
{
    const cJSON *row;
    int l;
    cJSON_ArrayForEach(row, all)
    {
        const XbPlanLayer *layer = named(b, row->string, &l);
        const XbPlanMap *m = layer->map;
        int count = xb_plan_conversions(&b->plan, m->columns), tiles = m->tiling.row_tiles;
        SHA2_CTX hash;
        SHA256Init(&hash);
        for (int64_t w = 0; w < (int64_t)b->images * layer->windows; w++)
            for (int turn = 0; turn < tiles * m->groups * m->planes; turn++) {
                int plane = turn % m->planes, group = turn / m->planes % m->groups;
                int64_t place = ((w * m->planes + plane) * m->groups + group) * tiles +
                                turn / m->planes / m->groups;
                SHA256Update(&hash, (const uint8_t *)(b->codes[l] + place * count),
                             sizeof(uint16_t) * (size_t)count);
            }
        shared_assert_digest(&hash, cJSON_GetStringValue(cJSON_GetArrayItem(row, 1)));
    }
}

static void check_naive(Bench *b)
{
    uint8_t **out = xb_new(&b->arena, uint8_t *, b->plan.layers);
    for (int l = 0; l < b->plan.layers; l++)
        out[l] = xb_new(&b->arena, uint8_t, b->images * xb_plan_bytes(&b->plan, l));
    for (int i = 0; i < b->images; i++)
        xb_naive_run(&b->net, b->cfg.rounding, b->input + i * xb_shape_size(b->plan.input),
                     places(b, out, i));
    for (int l = 0; l < b->plan.layers; l++)
        assert_memory_equal(out[l], b->out[l], (size_t)(b->images * xb_plan_bytes(&b->plan, l)));
}

static int check_case(const cJSON *entry)
{
    Bench b;
    int checked = 0;
    open_case(&b, entry);
    read_input(&b, entry);
    for (const XbKernel *const *at = xb_model_kernels(); *at; at++) {
        if (!xb_model_kernel_runs(*at))
            continue;
        run_kernel(&b, *at);
        checked = check_layers(&b, member(entry, "layers"));
        check_converters(&b, member(entry, "adc"));
        check_codes(&b, member(entry, "codes"));
    }
    if (cJSON_IsTrue(member(entry, "equals_naive")))
        check_naive(&b);
    print_message("%s: %d images, %d layers, every code\n", entry->string, b.images, checked);
    xb_arena_free(&b.arena);
    return checked;
}

static void recorded_networks_of_few_bits(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes = {0};
    int cases = 0, layers = 0;
    shared_or_skip(&arena, FOLDER "manifest.json");
    xb_file_read(&arena, &d, shared_file(&arena, FOLDER "manifest.json"), &bytes);
    cJSON *json = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(json);
    const cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, member(json, "cases"))
    {
        layers += check_case(entry);
        cases++;
    }
    assert_int_equal(cases, 16);
    assert_true(layers > 75);
    cJSON_Delete(json);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_networks_of_few_bits),
    };
    return cmocka_run_group_tests_name("low_bit", tests, NULL, NULL);
}
