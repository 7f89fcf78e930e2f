// SPDX-License-Identifier: Apache-2.0
// The golden model against recorded results of lossy converters (every layer, every code), against
// whole data sets, and against the plain network. Tests whose data is absent are skipped.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "hand_net.h"
#include "model/parts.h"
#include "shared_data.h"
#include "shared_json.h"

#include "xbgen/model.h"
#include "xbgen/naive.h"

typedef struct Bench {
    XbArena arena;
    XbDiags d;
    XbCfg cfg;
    XbNet net;
    XbPlan plan;
    XbModel *model;
    size_t in_size, out_size;  // codes of one image
} Bench;

static void make_plan(Bench *b)
{
    xb_plan_build(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    shared_no_errors(&b->d);
    b->model = xb_model_new_on(&b->arena, &b->plan, shared_kernel());
    b->in_size = (size_t)xb_shape_size(b->plan.input);
    b->out_size = (size_t)xb_shape_size(b->plan.layer[b->plan.layers - 1].out);
}

static void open_cfg(Bench *b, const char *name)
{
    *b = (Bench){.d = {.arena = &b->arena}};
    shared_or_skip(&b->arena, name);
    xb_cfg_read(&b->arena, &b->d, shared_file(&b->arena, name), &b->cfg);
    xb_cfg_lists(&b->arena, &b->d, &b->cfg);
    shared_no_errors(&b->d);
    xb_net_read(&b->arena, &b->d, b->cfg.network_path, &b->net);
    shared_no_errors(&b->d);
    make_plan(b);
}

// ---- recorded results of lossy converters ----

typedef struct Record {  // what is made of the model's results, image by image
    Bench *b;
    SHA2_CTX *outputs;   // per layer, over all images in order
    const char **codes;  // per layer: hash of image 0's codes
    int64_t next;
    uint8_t ***waiting;  // outputs of images that came out of order
} Record;

static void hash_image(Record *r, uint8_t *const *out)
{
    for (int l = 0; l < r->b->plan.layers; l++)
        shared_hash_values(&r->outputs[l], out[l], (size_t)xb_shape_size(r->b->plan.layer[l].out));
}

// The record's order: window, row segment (row tile, then group), plane, then the conversions.
static const char *hash_codes(Bench *b, int l, const uint16_t *codes)
{
    const XbPlanMap *m = b->plan.layer[l].map;
    int count = xb_plan_conversions(&b->plan, m->columns);
    SHA2_CTX hash;
    SHA256Init(&hash);
    for (int w = 0; w < b->plan.layer[l].windows; w++)
        for (int turn = 0; turn < m->tiling.row_tiles * m->groups * m->planes; turn++) {
            int plane = turn % m->planes, segment = turn / m->planes;
            int64_t place = (int64_t)w * m->planes + plane;
            place = place * m->groups + segment % m->groups;
            place = place * m->tiling.row_tiles + segment / m->groups;
            SHA256Update(&hash, (const uint8_t *)(codes + place * count),
                         sizeof *codes * (size_t)count);
        }
    return SHA256End(&hash, xb_new(&b->arena, char, SHA256_DIGEST_STRING_LENGTH));
}

static uint8_t **copy_outputs(Record *r, uint8_t *const *out)
{
    uint8_t **copy = xb_new(&r->b->arena, uint8_t *, r->b->plan.layers);
    for (int l = 0; l < r->b->plan.layers; l++) {
        size_t size = (size_t)xb_shape_size(r->b->plan.layer[l].out);
        copy[l] = memcpy(xb_new(&r->b->arena, uint8_t, size), out[l], size);
    }
    return copy;
}

static void take(void *context, int64_t image, const XbModelImage *result)
{
    Record *r = context;
    for (int l = 0; image == 0 && l < r->b->plan.layers; l++)
        if (r->b->plan.layer[l].map)
            r->codes[l] = hash_codes(r->b, l, result->codes[l]);
    r->waiting[image] = copy_outputs(r, result->out);
    for (; r->waiting[r->next]; r->next++)
        hash_image(r, r->waiting[r->next]);
}

static void check_layer(const Bench *b, int l, const cJSON *adc, const XbLayerCount *count)
{
    const XbPlanMap *m = b->plan.layer[l].map;
    assert_int_equal(m->adc.bits, number(adc, "bits"));
    assert_int_equal(m->adc.delta, number(adc, "delta"));
    assert_int_equal(m->adc.lo, number(adc, "lo"));
    if (count) {
        assert_int_equal(count->conversions, number(adc, "conversions"));
        assert_int_equal(count->saturated, number(adc, "saturated"));
    }
    if (m->adc.threshold)
        return;  // the record has no more
    assert_int_equal(m->adc.imax, number(adc, "imax"));
    assert_int_equal(m->adc.lossless_bits, number(adc, "lossless_bits"));
    assert_int_equal(m->adc.lossless, cJSON_IsTrue(member(adc, "lossless")));
    assert_int_equal(m->planes, number(adc, "planes"));
    assert_int_equal(m->slices, number(adc, "slices"));
}

// What was recorded of all images together; without all of them, only the first image's codes.
static void check_record(Record *r, const cJSON *entry, const XbLayerCount *count)
{
    const XbPlan *plan = &r->b->plan;
    bool has_all = r->next == number(entry, "images");
    for (int l = 0; l < plan->layers; l++) {
        const char *name = plan->layer[l].name;
        const cJSON *row = cJSON_GetArrayItem(member(entry, "layers"), l);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(row, 0)), name);
        if (has_all)
            shared_assert_digest(&r->outputs[l], cJSON_GetStringValue(cJSON_GetArrayItem(row, 3)));
        if (!plan->layer[l].map)
            continue;
        check_layer(r->b, l, member(member(entry, "adc"), name), has_all ? &count[l] : NULL);
        const cJSON *codes = member(member(entry, "codes_image0"), name);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(codes, 1)), r->codes[l]);
    }
}

static Record start_record(Bench *b, int images)
{
    Record r = {.b = b,
                .outputs = xb_new(&b->arena, SHA2_CTX, b->plan.layers),
                .codes = xb_new(&b->arena, const char *, b->plan.layers),
                .waiting = xb_new(&b->arena, uint8_t **, images + 1)};
    for (int l = 0; l < b->plan.layers; l++)
        SHA256Init(&r.outputs[l]);
    return r;
}

enum { SMALL_CODES = 1024 };  // an image of at most this many takes no time

static void check_case(const char *folder, const cJSON *entry)
{
    Bench b;
    char name[100];
    snprintf(name, sizeof name, "%s/%s.cfg.json", folder, entry->string);
    open_cfg(&b, name);
    const char *input = cJSON_GetStringValue(member(entry, "input"));
    XbNpy x = shared_npy(&b.arena, xb_arena_printf(&b.arena, "%s/%s", folder, input));
    XbNpy y = shared_npy(&b.arena, xb_arena_printf(&b.arena, "%s/%s.y.npy", folder, entry->string));
    int all = (int)number(entry, "images"),
        images = b.in_size > SMALL_CODES ? shared_share(all) : all;
    Record r = start_record(&b, images);
    XbLayerCount *count = xb_new(&b.arena, XbLayerCount, b.plan.layers);
    uint8_t *out = xb_new(&b.arena, uint8_t, b.out_size * (size_t)images);
    uint8_t *in = shared_flip(&b.arena, x.data, b.in_size * (size_t)images);
    xb_model_run_all(b.model, images, in, out, count, true, take, &r);
    assert_memory_equal(shared_flip(&b.arena, out, b.out_size * (size_t)images), y.data,
                        b.out_size * (size_t)images);
    check_record(&r, entry, count);
    print_message("%s: %d images, every layer and code\n", entry->string, images);
    xb_arena_free(&b.arena);
}

// Every case of a manifest in `folder`.
static void check_manifest(const char *folder, const char *manifest, const char *key, int cases)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes = {0};
    const char *name = xb_arena_printf(&arena, "%s/%s", folder, manifest);
    shared_or_skip(&arena, name);
    xb_file_read(&arena, &d, shared_file(&arena, name), &bytes);
    cJSON *json = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(json);
    const cJSON *entry = NULL;
    cJSON_ArrayForEach(entry, member(json, key))
    {
        check_case(folder, entry);
        cases--;
    }
    assert_int_equal(cases, 0);
    cJSON_Delete(json);
    xb_arena_free(&arena);
}

static void recorded_lossy_results(void **state)
{
    (void)state;
    check_manifest("golden/adc", "manifest.json", "lossy", 13);
}

static void recorded_results_of_threshold_lists(void **state)
{
    (void)state;
    check_manifest("golden/split", "manifest_thresholds.json", "cases", 3);
}

static void recorded_imperfect_cells(void **state)
{
    (void)state;
    check_manifest("golden/imperfect", "manifest.json", "cases", 9);
}

// ---- read noise ----

static uint16_t *const *some_codes(Bench *b)
{
    uint16_t **codes = xb_new(&b->arena, uint16_t *, b->plan.layers);
    for (int l = 0; l < b->plan.layers; l++)
        codes[l] = xb_new(&b->arena, uint16_t, xb_model_codes(&b->plan, l) + 1);
    return codes;
}

// Conversions of the first layer in which two runs of an image, under these numbers, differ.
static int64_t difference(Bench *b, const uint8_t *in, int64_t first, int64_t second)
{
    uint16_t *const *one = some_codes(b), *const *other = some_codes(b);
    int64_t count = 0;
    int l = 0;
    while (!xb_model_codes(&b->plan, l))
        l++;
    xb_model_run(b->model, in, &(XbModelImage){.codes = one, .number = first});
    xb_model_run(b->model, in, &(XbModelImage){.codes = other, .number = second});
    for (int64_t i = 0; i < xb_model_codes(&b->plan, l); i++)
        count += one[l][i] != other[l][i];
    return count;
}

// Noise that went by the step alone would be the same in every image.
static void every_image_has_noise_of_its_own(void **state)
{
    (void)state;
    Bench b;
    open_cfg(&b, "golden/imperfect/misc_p_noise_saturating_analog.cfg.json");
    XbNpy x = shared_npy(&b.arena, "golden/adc/misc_x.npy");
    uint8_t *in = shared_flip(&b.arena, x.data, b.in_size);
    assert_int_equal(difference(&b, in, 3, 3), 0);
    assert_true(difference(&b, in, 3, 4) > 100);
    assert_true(difference(&b, in, 0, INT64_C(1) << 40) > 100);
    xb_arena_free(&b.arena);
}

static void noise_goes_on_from_batch_to_batch(void **state)
{
    (void)state;
    Bench b;
    open_cfg(&b, "golden/imperfect/misc_p_noise_saturating_analog.cfg.json");
    XbNpy x = shared_npy(&b.arena, "golden/adc/misc_x.npy");
    enum { ALL = 9, FIRST = 4 };
    uint8_t *in = shared_flip(&b.arena, x.data, b.in_size * ALL);
    uint8_t *whole = xb_new(&b.arena, uint8_t, b.out_size * ALL);
    uint8_t *parts = xb_new(&b.arena, uint8_t, b.out_size * ALL);
    xb_model_run_all(b.model, ALL, in, whole, NULL, false, NULL, NULL);
    xb_model_run_all(b.model, FIRST, in, parts, NULL, false, NULL, NULL);
    xb_model_run_from(b.model, FIRST, ALL - FIRST, in + FIRST * b.in_size,
                      parts + FIRST * b.out_size, NULL, false, NULL, NULL);
    assert_memory_equal(whole, parts, b.out_size * ALL);
    xb_model_run_from(b.model, 0, ALL - FIRST, in + FIRST * b.in_size, parts, NULL, false, NULL,
                      NULL);
    assert_memory_not_equal(whole + FIRST * b.out_size, parts, b.out_size * (ALL - FIRST));
    xb_arena_free(&b.arena);
}

// ---- whole data sets ----

static void check_images(const char *network, const char *golden, XbRounding rounding, int all)
{
    Bench b = {.d = {.arena = &b.arena}};
    shared_or_skip(&b.arena, network);
    xb_net_read(&b.arena, &b.d, shared_file(&b.arena, network), &b.net);
    b.cfg = hand_cfg(rounding);
    make_plan(&b);
    XbNpy y = shared_npy(&b.arena, golden);
    int images = shared_share(all);
    size_t size = b.out_size * (size_t)images;
    uint8_t *out = xb_new(&b.arena, uint8_t, size);
    XbLayerCount *count = xb_new(&b.arena, XbLayerCount, b.plan.layers);
    xb_model_run_all(b.model, images, shared_cifar(&b.arena), out, count, false, NULL, NULL);
    assert_int_equal(y.count, b.out_size * SHARED_IMAGES);
    assert_memory_equal(shared_flip(&b.arena, out, size), y.data, size);
    print_message("%s: %d of %d images\n", golden, images, (int)SHARED_IMAGES);
    xb_arena_free(&b.arena);
}

static const char RESNET[] = "mlperf_tiny/pretrainedResnet_quant.tflite";
static const char LARGE[] = "mlperf_tiny/pretrainedResnet_large_int8.tflite";

static void resnet8_lossless_is_the_network(void **state)
{
    (void)state;
    check_images(RESNET, "golden/resnet8_int8_logits_double.npy", XB_ROUND_DOUBLE, SHARED_IMAGES);
    check_images(RESNET, "golden/resnet8_int8_logits_single.npy", XB_ROUND_SINGLE, SHARED_IMAGES);
}

// The large one takes four times as long: an eighth of the images by day.
static void resnet8_large_lossless_is_the_network(void **state)
{
    (void)state;
    int images = getenv("XB_NIGHTLY") ? SHARED_IMAGES : SHARED_IMAGES / 8;
    check_images(LARGE, "golden/resnet8_large_int8_logits_double.npy", XB_ROUND_DOUBLE, images);
    check_images(LARGE, "golden/resnet8_large_int8_logits_single.npy", XB_ROUND_SINGLE, images);
}

// ---- every layer against the plain network ----

static void compare_with_naive(Bench *b, const uint8_t *image)
{
    uint8_t **model = xb_new(&b->arena, uint8_t *, b->plan.layers);
    uint8_t **naive = xb_new(&b->arena, uint8_t *, b->plan.layers);
    for (int l = 0; l < b->plan.layers; l++) {
        model[l] = xb_new(&b->arena, uint8_t, xb_shape_size(b->plan.layer[l].out));
        naive[l] = xb_new(&b->arena, uint8_t, xb_shape_size(b->plan.layer[l].out));
    }
    xb_model_run(b->model, image, &(XbModelImage){.out = model});
    xb_naive_run(&b->net, b->cfg.rounding, image, naive);
    for (int l = 0; l < b->plan.layers; l++)
        assert_memory_equal(model[l], naive[l], (size_t)xb_shape_size(b->plan.layer[l].out));
}

static void every_layer_of_lossless_cases(void **state)
{
    (void)state;
    Bench b;
    open_cfg(&b, "golden/adc/resnet8_n_lossless9.cfg.json");
    XbNpy x = shared_npy(&b.arena, "golden/adc/resnet8_x.npy");
    uint8_t *in = shared_flip(&b.arena, x.data, (size_t)x.count);
    for (int n = 0; n < shared_share(20); n++)
        compare_with_naive(&b, in + (size_t)n * b.in_size);
    xb_arena_free(&b.arena);
}

// ---- kernels ----

typedef struct KernelRun {
    uint8_t *out;
    XbLayerCount *count;
} KernelRun;

static KernelRun run_kernel(Bench *b, const XbKernel *kernel, const uint8_t *in, int images)
{
    KernelRun r = {.out = xb_new(&b->arena, uint8_t, b->out_size * (size_t)images),
                   .count = xb_new(&b->arena, XbLayerCount, b->plan.layers)};
    XbModel *model = xb_model_new_on(&b->arena, &b->plan, kernel);
    xb_model_run_all(model, images, in, r.out, r.count, false, NULL, NULL);
    return r;
}

static void compare_kernels(const char *name, const char *input, int images)
{
    Bench b;
    open_cfg(&b, name);
    XbNpy x = shared_npy(&b.arena, input);
    uint8_t *in = shared_flip(&b.arena, x.data, (size_t)x.count);
    KernelRun plain = run_kernel(&b, xb_model_kernel("portable"), in, images);
    for (const XbKernel *const *at = xb_model_kernels(); *at; at++) {
        if (!xb_model_kernel_runs(*at))
            continue;  // test_kernel.c says so
        KernelRun r = run_kernel(&b, *at, in, images);
        assert_memory_equal(r.out, plain.out, b.out_size * (size_t)images);
        assert_memory_equal(r.count, plain.count, sizeof *r.count * (size_t)b.plan.layers);
    }
    xb_arena_free(&b.arena);
}

static void every_kernel_gives_the_same(void **state)
{
    (void)state;
    compare_kernels("golden/adc/resnet8_g_analog5_asym.cfg.json", "golden/adc/resnet8_x.npy", 3);
    compare_kernels("golden/adc/misc_l_100x96_b3v3_full7.cfg.json", "golden/adc/misc_x.npy", 30);
    compare_kernels("golden/adc/misc_h_256_b4_act32.cfg.json", "golden/adc/misc_x.npy", 30);
    compare_kernels("golden/adc/misc_f_twos5_clip.cfg.json", "golden/adc/misc_x.npy", 30);
    compare_kernels("golden/split/misc_thr_layer.cfg.json", "golden/adc/misc_x.npy", 30);
    compare_kernels("golden/split/misc_thr_column_analog.cfg.json", "golden/adc/misc_x.npy", 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kernel_gives_the_same),
        cmocka_unit_test(recorded_lossy_results),
        cmocka_unit_test(recorded_results_of_threshold_lists),
        cmocka_unit_test(recorded_imperfect_cells),
        cmocka_unit_test(every_image_has_noise_of_its_own),
        cmocka_unit_test(noise_goes_on_from_batch_to_batch),
        cmocka_unit_test(every_layer_of_lossless_cases),
        cmocka_unit_test(resnet8_lossless_is_the_network),
        cmocka_unit_test(resnet8_large_lossless_is_the_network),
    };
    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
