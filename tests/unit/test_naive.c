// SPDX-License-Identifier: Apache-2.0
// The plain network against recorded results: whole data sets, every layer, and what real boards
// printed. Data lies in $XB_SHARED (default ../shared); tests whose data is absent are skipped.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "shared_data.h"
#include <cjson/cJSON.h>
#include <math.h>

#include "xbgen/naive.h"

typedef struct Bench {  // a network and room for its results
    XbArena arena;
    XbDiags d;
    XbNet net;
    uint8_t **out;
    size_t *size;  // of each layer's output
} Bench;

static void open_bench(Bench *b, const char *network)
{
    *b = (Bench){.d = {.arena = &b->arena}};
    shared_or_skip(&b->arena, network);
    xb_net_read(&b->arena, &b->d, shared_file(&b->arena, network), &b->net);
    shared_no_errors(&b->d);
    b->out = xb_new(&b->arena, uint8_t *, b->net.layers);
    b->size = xb_new(&b->arena, size_t, b->net.layers);
    for (int i = 0; i < b->net.layers; i++) {
        XbShape s = b->net.layer[i].out;
        b->size[i] = (size_t)xb_shape_size(s);
        b->out[i] = xb_new(&b->arena, uint8_t, b->size[i]);
    }
}

// ---- CIFAR-10 ----

static int argmax(const uint8_t *v, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        best = v[i] > v[best] ? i : best;
    return (int)best;
}

// All of them by night: by day the golden model gives all the same (test_model).
static int images_of_today(void)
{
    return shared_share(getenv("XB_NIGHTLY") ? SHARED_IMAGES : SHARED_IMAGES / 8);
}

static void check_logits(const char *network, const char *golden, XbRounding rounding)
{
    Bench b;
    open_bench(&b, network);
    int images = images_of_today(), last = b.net.layers - 1;
    XbNpy logits = shared_npy(&b.arena, golden);
    const uint8_t *expected = shared_flip(&b.arena, logits.data, (size_t)logits.count);
    const uint8_t *image = shared_cifar(&b.arena);
    assert_int_equal(logits.count, SHARED_IMAGES * 10);
    for (int i = 0; i < images; i++) {
        xb_naive_run(&b.net, rounding, image + (size_t)i * 3 * SHARED_PIXELS, b.out);
        assert_memory_equal(b.out[last], expected + i * 10, 10);
    }
    print_message("%s: %d of %d logit vectors\n", golden, images, (int)SHARED_IMAGES);
    xb_arena_free(&b.arena);
}

static const char RESNET[] = "mlperf_tiny/pretrainedResnet_quant.tflite";
static const char LARGE[] = "mlperf_tiny/pretrainedResnet_large_int8.tflite";

static void resnet8_logits_in_double_rounding(void **state)
{
    (void)state;
    check_logits(RESNET, "golden/resnet8_int8_logits_double.npy", XB_ROUND_DOUBLE);
}

static void resnet8_logits_in_single_rounding(void **state)
{
    (void)state;
    check_logits(RESNET, "golden/resnet8_int8_logits_single.npy", XB_ROUND_SINGLE);
}

static void resnet8_large_logits_in_double_rounding(void **state)
{
    (void)state;
    check_logits(LARGE, "golden/resnet8_large_int8_logits_double.npy", XB_ROUND_DOUBLE);
}

static void resnet8_large_logits_in_single_rounding(void **state)
{
    (void)state;
    check_logits(LARGE, "golden/resnet8_large_int8_logits_single.npy", XB_ROUND_SINGLE);
}

// ---- boards ----

// The softmax output k/256, cut to three decimals as the Renesas board prints it.
static void softmax_as_printed(const uint8_t *codes, double scale, double printed[10])
{
    double sum = 0;
    int top = codes[argmax(codes, 10)];
    for (int i = 0; i < 10; i++)
        sum += printed[i] = exp(scale * (codes[i] - top));
    for (int i = 0; i < 10; i++) {
        double k = fmin(255, floor(printed[i] / sum * 256 + 0.5));
        printed[i] = floor(k * 1000 / 256) / 1000;
    }
}

static bool row_agrees(char *line, const double printed[10])
{
    char *rest = line;
    strtok_r(line, ",", &rest);  // index, then name and label
    strtok_r(NULL, ",", &rest);
    strtok_r(NULL, ",", &rest);
    for (int i = 0; i < 10; i++)
        if (fabs(strtod(strtok_r(NULL, ",", &rest), NULL) - printed[i]) > 1e-6)
            return false;
    return true;
}

static void renesas_board_printed_the_same(void **state)
{
    (void)state;
    Bench b;
    char line[1000];
    double printed[10];
    int rows = 0;
    int agree = 0;
    open_bench(&b, RESNET);
    const uint8_t *image = shared_cifar(&b.arena);
    FILE *f = fopen(shared_file(&b.arena, "golden/ic01_device_outputs.csv"), "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        int index = atoi(line);
        if (index >= SHARED_IMAGES)
            continue;
        xb_naive_run(&b.net, XB_ROUND_DOUBLE, image + (size_t)index * 3 * SHARED_PIXELS, b.out);
        const XbNetLayer *last = &b.net.layer[b.net.layers - 1];
        softmax_as_printed(b.out[b.net.layers - 1], (double)last->out_q.scale, printed);
        rows++;
        agree += row_agrees(line, printed);
    }
    fclose(f);
    print_message("%d of %d board outputs\n", agree, rows);
    assert_int_equal(rows, 19);
    assert_int_equal(agree, 19);
    xb_arena_free(&b.arena);
}

// ---- every layer ----

static SHA2_CTX *start_hashes(Bench *b)
{
    SHA2_CTX *hash = xb_new(&b->arena, SHA2_CTX, b->net.layers);
    for (int i = 0; i < b->net.layers; i++)
        SHA256Init(&hash[i]);
    return hash;
}

static void hash_layers(const Bench *b, SHA2_CTX *hash)
{
    for (int i = 0; i < b->net.layers; i++)
        shared_hash_values(&hash[i], b->out[i], b->size[i]);
}

static void assert_hash(SHA2_CTX *hash, const cJSON *expected)
{
    shared_assert_digest(hash, cJSON_GetStringValue(expected));
}

static cJSON *read_json(Bench *b, const char *name)
{
    XbBytes bytes = {0};
    xb_file_read(&b->arena, &b->d, shared_file(&b->arena, name), &bytes);
    shared_no_errors(&b->d);
    cJSON *json = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(json);
    return json;
}

static void check_first_images(const char *key, XbRounding rounding)
{
    Bench b;
    open_bench(&b, RESNET);
    SHA2_CTX *hash = start_hashes(&b);
    const uint8_t *image = shared_cifar(&b.arena);
    for (int i = 0; i < 4; i++) {
        xb_naive_run(&b.net, rounding, image + (size_t)i * 3 * SHARED_PIXELS, b.out);
        hash_layers(&b, hash);
    }
    cJSON *json = read_json(&b, "golden/per_op_sha256_first4.json");
    cJSON *layers =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, key), "resnet8");
    assert_int_equal(cJSON_GetArraySize(layers), b.net.layers);
    for (int i = 0; i < b.net.layers; i++)
        assert_hash(&hash[i], cJSON_GetArrayItem(cJSON_GetArrayItem(layers, i), 2));
    print_message("%s: %d layers of 4 images\n", key, b.net.layers);
    cJSON_Delete(json);
    xb_arena_free(&b.arena);
}

static void resnet8_layers_of_the_first_images(void **state)
{
    (void)state;
    check_first_images("double", XB_ROUND_DOUBLE);
    check_first_images("single", XB_ROUND_SINGLE);
}

static void check_layers(const Bench *b, SHA2_CTX *hash, const cJSON *layers)
{
    assert_int_equal(cJSON_GetArraySize(layers), b->net.layers);
    for (int i = 0; i < b->net.layers; i++) {
        const cJSON *row = cJSON_GetArrayItem(layers, i);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(row, 0)), b->net.layer[i].name);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(row, 1)),
                            b->net.layer[i].op_name);
        assert_hash(&hash[i], cJSON_GetArrayItem(row, 3));
    }
}

static void run_images(Bench *b, XbRounding rounding, const XbNpy *x, SHA2_CTX *hash)
{
    size_t size = (size_t)(x->count / x->shape[0]);
    const uint8_t *image = shared_flip(&b->arena, x->data, (size_t)x->count);
    for (size_t i = 0; i < (size_t)x->shape[0]; i++) {
        xb_naive_run(&b->net, rounding, image + i * size, b->out);
        hash_layers(b, hash);
    }
}

static void check_manifest(const char *network, const char *key, XbRounding rounding)
{
    Bench b;
    open_bench(&b, network);
    cJSON *json = read_json(&b, "golden/adc/manifest.json");
    const cJSON *entry =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, "plain"), key);
    const char *input = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "input"));
    assert_non_null(input);
    XbNpy x = shared_npy(&b.arena, xb_arena_printf(&b.arena, "golden/adc/%s", input));
    SHA2_CTX *hash = start_hashes(&b);
    run_images(&b, rounding, &x, hash);
    check_layers(&b, hash, cJSON_GetObjectItemCaseSensitive(entry, "layers"));
    print_message("%s: %d layers of %d images\n", key, b.net.layers, (int)x.shape[0]);
    cJSON_Delete(json);
    xb_arena_free(&b.arena);
}

static void check_manifest_network(const char *network, const char *name)
{
    char key[40];
    snprintf(key, sizeof key, "%s_tflite", name);
    check_manifest(network, key, XB_ROUND_TFLITE);
    snprintf(key, sizeof key, "%s_double", name);
    check_manifest(network, key, XB_ROUND_DOUBLE);
    snprintf(key, sizeof key, "%s_single", name);
    check_manifest(network, key, XB_ROUND_SINGLE);
}

static void misc_layers_in_every_rounding(void **state)
{
    (void)state;
    check_manifest_network("golden/adc/misc.tflite", "misc");
}

static void vww_layers_in_every_rounding(void **state)
{
    (void)state;
    check_manifest_network("mlperf_tiny/vww_96_int8.tflite", "vww");
}

static void resnet8_layers_in_every_rounding(void **state)
{
    (void)state;
    check_manifest_network(RESNET, "resnet8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(misc_layers_in_every_rounding),
        cmocka_unit_test(vww_layers_in_every_rounding),
        cmocka_unit_test(resnet8_layers_in_every_rounding),
        cmocka_unit_test(resnet8_layers_of_the_first_images),
        cmocka_unit_test(renesas_board_printed_the_same),
        cmocka_unit_test(resnet8_logits_in_double_rounding),
        cmocka_unit_test(resnet8_logits_in_single_rounding),
        cmocka_unit_test(resnet8_large_logits_in_double_rounding),
        cmocka_unit_test(resnet8_large_logits_in_single_rounding),
    };
    return cmocka_run_group_tests_name("naive", tests, NULL, NULL);
}
