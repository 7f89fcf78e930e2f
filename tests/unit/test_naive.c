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
#include <cjson/cJSON.h>
#include <math.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/naive.h"
#include "xbgen/npy.h"
#include "xbgen/num.h"

enum { CIFAR_PIXELS = 1024, CIFAR_RECORD = 1 + 3 * CIFAR_PIXELS, CIFAR_IMAGES = 1000 };

typedef struct Bench {  // a network and room for its results
    XbArena arena;
    XbDiags d;
    XbNet net;
    uint8_t **out;
    size_t *size;  // of each layer's output
} Bench;

static char *shared_path(XbArena *arena, const char *name)
{
    const char *shared = getenv("XB_SHARED");
    return xb_arena_printf(arena, "%s/data/%s", shared ? shared : "../shared", name);
}

static void skip_without(XbArena *arena, const char *name)
{
    FILE *f = fopen(shared_path(arena, name), "rb");
    if (f) {
        fclose(f);
        return;
    }
    print_message("skipped: %s\n", name);
    xb_arena_free(arena);
    skip();
}

static void assert_clean(const XbDiags *d)
{
    xb_diags_print(d, stderr);
    assert_int_equal(d->errors, 0);
}

static void open_bench(Bench *b, const char *network)
{
    *b = (Bench){.d = {.arena = &b->arena}};
    skip_without(&b->arena, network);
    xb_net_read(&b->arena, &b->d, shared_path(&b->arena, network), &b->net);
    assert_clean(&b->d);
    b->out = xb_new(&b->arena, uint8_t *, b->net.layers);
    b->size = xb_new(&b->arena, size_t, b->net.layers);
    for (int i = 0; i < b->net.layers; i++) {
        XbShape s = b->net.layer[i].out;
        b->size[i] = (size_t)s.h * (size_t)s.w * (size_t)s.c;
        b->out[i] = xb_new(&b->arena, uint8_t, b->size[i]);
    }
}

static XbNpy read_npy(Bench *b, const char *name)
{
    XbNpy array = {0};
    xb_npy_read(&b->arena, &b->d, shared_path(&b->arena, name), &array);
    assert_clean(&b->d);
    return array;
}

// int8 values to codes and back are the same operation.
static void flip(uint8_t *to, const uint8_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++)
        to[i] = from[i] ^ 0x80;
}

// ---- CIFAR-10 ----

static const char CIFAR[] = "cifar10/test_first1000.bin.xz";

static uint8_t *read_cifar(Bench *b)
{
    size_t size = (size_t)CIFAR_RECORD * CIFAR_IMAGES;
    uint8_t *data = xb_new(&b->arena, uint8_t, size);
    const char *path = shared_path(&b->arena, CIFAR);
    FILE *pipe = popen(xb_arena_printf(&b->arena, "xz -dc '%s'", path), "r");
    assert_non_null(pipe);
    assert_int_equal(fread(data, 1, size, pipe), size);
    pclose(pipe);
    return data;
}

// Records are channel by channel; a code is the pixel itself.
static void cifar_image(const uint8_t *data, int index, uint8_t *image)
{
    const uint8_t *record = data + (size_t)index * CIFAR_RECORD + 1;
    for (int p = 0; p < CIFAR_PIXELS; p++)
        for (int c = 0; c < 3; c++)
            image[p * 3 + c] = record[c * CIFAR_PIXELS + p];
}

static int argmax(const uint8_t *v, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        best = v[i] > v[best] ? i : best;
    return (int)best;
}

static void check_logits(const char *network, const char *golden, XbRounding rounding)
{
    Bench b;
    uint8_t image[3 * CIFAR_PIXELS];
    uint8_t expected[10];
    int right = 0, images = getenv("XB_QUICK") ? 2 : CIFAR_IMAGES;
    open_bench(&b, network);
    XbNpy logits = read_npy(&b, golden);
    uint8_t *data = read_cifar(&b);
    assert_int_equal(logits.count, CIFAR_IMAGES * 10);
    for (int i = 0; i < images; i++) {
        cifar_image(data, i, image);
        xb_naive_run(&b.net, rounding, image, b.out);
        flip(expected, (const uint8_t *)logits.data + (size_t)i * 10, 10);
        assert_memory_equal(b.out[b.net.layers - 1], expected, 10);
        right += argmax(expected, 10) == data[(size_t)i * CIFAR_RECORD];
    }
    print_message("%s: %d of %d logit vectors, %d right\n", golden, images, (int)CIFAR_IMAGES,
                  right);
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
    uint8_t image[3 * CIFAR_PIXELS];
    double printed[10];
    int rows = 0;
    int agree = 0;
    open_bench(&b, RESNET);
    uint8_t *data = read_cifar(&b);
    FILE *f = fopen(shared_path(&b.arena, "golden/ic01_device_outputs.csv"), "r");
    assert_non_null(f);
    assert_non_null(fgets(line, sizeof line, f));
    while (fgets(line, sizeof line, f)) {
        int index = atoi(line);
        if (index >= CIFAR_IMAGES)
            continue;
        cifar_image(data, index, image);
        xb_naive_run(&b.net, XB_ROUND_DOUBLE, image, b.out);
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

typedef struct LayerHashes {
    SHA2_CTX *context;
    uint8_t *flipped;
} LayerHashes;

static LayerHashes start_hashes(Bench *b)
{
    LayerHashes h = {.context = xb_new(&b->arena, SHA2_CTX, b->net.layers)};
    size_t largest = 0;
    for (int i = 0; i < b->net.layers; i++) {
        SHA256Init(&h.context[i]);
        largest = b->size[i] > largest ? b->size[i] : largest;
    }
    h.flipped = xb_new(&b->arena, uint8_t, largest);
    return h;
}

static void hash_layers(Bench *b, LayerHashes *h)
{
    for (int i = 0; i < b->net.layers; i++) {
        flip(h->flipped, b->out[i], b->size[i]);
        SHA256Update(&h->context[i], h->flipped, b->size[i]);
    }
}

static void assert_hash(SHA2_CTX *context, const cJSON *expected)
{
    char text[SHA256_DIGEST_STRING_LENGTH];
    assert_non_null(SHA256End(context, text));
    assert_string_equal(text, cJSON_GetStringValue(expected));
}

static cJSON *read_json(Bench *b, const char *name)
{
    XbBytes bytes = {0};
    xb_file_read(&b->arena, &b->d, shared_path(&b->arena, name), &bytes);
    assert_clean(&b->d);
    cJSON *json = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(json);
    return json;
}

static void check_first_images(const char *key, XbRounding rounding)
{
    Bench b;
    uint8_t image[3 * CIFAR_PIXELS];
    open_bench(&b, RESNET);
    LayerHashes hashes = start_hashes(&b);
    uint8_t *data = read_cifar(&b);
    for (int i = 0; i < 4; i++) {
        cifar_image(data, i, image);
        xb_naive_run(&b.net, rounding, image, b.out);
        hash_layers(&b, &hashes);
    }
    cJSON *json = read_json(&b, "golden/per_op_sha256_first4.json");
    cJSON *layers =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(json, key), "resnet8");
    assert_int_equal(cJSON_GetArraySize(layers), b.net.layers);
    for (int i = 0; i < b.net.layers; i++)
        assert_hash(&hashes.context[i], cJSON_GetArrayItem(cJSON_GetArrayItem(layers, i), 2));
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

static void check_layers(Bench *b, LayerHashes *hashes, const cJSON *layers)
{
    assert_int_equal(cJSON_GetArraySize(layers), b->net.layers);
    for (int i = 0; i < b->net.layers; i++) {
        const cJSON *row = cJSON_GetArrayItem(layers, i);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(row, 0)), b->net.layer[i].name);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetArrayItem(row, 1)),
                            b->net.layer[i].op_name);
        assert_hash(&hashes->context[i], cJSON_GetArrayItem(row, 3));
    }
}

static void run_images(Bench *b, XbRounding rounding, const XbNpy *x, LayerHashes *hashes)
{
    size_t size = (size_t)(x->count / x->shape[0]);
    uint8_t *image = xb_new(&b->arena, uint8_t, size);
    for (size_t i = 0; i < (size_t)x->shape[0]; i++) {
        flip(image, (const uint8_t *)x->data + i * size, size);
        xb_naive_run(&b->net, rounding, image, b->out);
        hash_layers(b, hashes);
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
    XbNpy x = read_npy(&b, xb_arena_printf(&b.arena, "golden/adc/%s", input));
    LayerHashes hashes = start_hashes(&b);
    run_images(&b, rounding, &x, &hashes);
    check_layers(&b, &hashes, cJSON_GetObjectItemCaseSensitive(entry, "layers"));
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

// ---- operators by hand ----

static XbNetLayer hand_layer(XbKind kind, XbShape in, XbShape out)
{
    return (XbNetLayer){.kind = kind,
                        .inputs = 1,
                        .input = {-1, -1},
                        .in = in,
                        .out = out,
                        .in_q = {{1.0f, 128}, {1.0f, 128}},
                        .out_q = {1.0f, 128},
                        .kh = 1,
                        .kw = 1,
                        .stride_h = 1,
                        .stride_w = 1,
                        .dil_h = 1,
                        .dil_w = 1,
                        .multiplier = 1,
                        .groups = 1};
}

static void run_hand(XbNetLayer *layer, const uint8_t *in, uint8_t *out)
{
    XbNet net = {
        .code_bits = 8, .code_offset = 128, .input = layer->in, .layers = 1, .layer = layer};
    xb_naive_run(&net, XB_ROUND_TFLITE, in, &out);
}

static void average_rounds_signed_halves_away_from_zero(void **state)
{
    (void)state;
    XbNetLayer l = hand_layer(XB_AVGPOOL, (XbShape){1, 2, 1}, (XbShape){1, 1, 1});
    uint8_t out = 0;
    l.kw = 2;
    run_hand(&l, (uint8_t[]){129, 130}, &out);
    assert_int_equal(out, 130);
    run_hand(&l, (uint8_t[]){127, 126}, &out);
    assert_int_equal(out, 126);
    run_hand(&l, (uint8_t[]){127, 128}, &out);
    assert_int_equal(out, 127);
}

static void relu6_alone_rescales_and_clamps(void **state)
{
    (void)state;
    XbNetLayer l = hand_layer(XB_RELU, (XbShape){1, 1, 5}, (XbShape){1, 1, 5});
    uint8_t out[5];
    l.act = XB_ACT_RELU6;
    l.in_q[0].scale = 0.5f;
    l.out_q = (XbQuant){0.25f, 10};
    run_hand(&l, (uint8_t[]){0, 128, 129, 139, 255}, out);
    assert_memory_equal(out, ((uint8_t[]){10, 10, 12, 32, 34}), 5);
}

static void dilated_convolution_reads_far_pixels(void **state)
{
    (void)state;
    static const int8_t weights[] = {1, 2};
    static const int32_t bias[] = {3};
    static const float scale[] = {1.0f};
    XbNetLayer l = hand_layer(XB_CONV, (XbShape){1, 4, 1}, (XbShape){1, 4, 1});
    uint8_t out[4];
    l.kw = 2;
    l.dil_w = 3;
    l.pad_l = 1;
    l.weights = weights;
    l.bias = bias;
    l.weight_scale = scale;
    run_hand(&l, (uint8_t[]){129, 130, 131, 132}, out);
    assert_memory_equal(out, ((uint8_t[]){137, 140, 133, 134}), 4);
}

// Outputs of a group see the input channels of that group only.
static void grouped_convolution_keeps_to_its_channels(void **state)
{
    (void)state;
    static const int8_t weights[] = {1, 2, 1, 3, 5, 7, 5, 11};  // [co 4][1][1][ci 2]
    static const float scale[] = {1.0f, 1.0f, 1.0f, 1.0f};
    XbNetLayer l = hand_layer(XB_CONV, (XbShape){1, 2, 4}, (XbShape){1, 2, 4});
    uint8_t out[8];
    l.groups = 2;
    l.weights = weights;
    l.weight_scale = scale;
    run_hand(&l, (uint8_t[]){129, 130, 131, 132, 128, 129, 127, 128}, out);
    assert_memory_equal(out, ((uint8_t[]){133, 135, 171, 187, 130, 131, 123, 123}), 8);
}

// The same grouped convolution as two plain ones, kernel 3 x 2 with padding and stride.
static void groups_equal_convolutions_of_their_channels(void **state)
{
    (void)state;
    enum { H = 5, W = 4, CI = 6, CO = 4, KH = 3, KW = 2, DEPTH = CI / 2, PART = CO / 2 };
    int8_t weights[CO * KH * KW * DEPTH];
    static const float scale[CO] = {0.04f, 0.03f, 0.05f, 0.04f};
    uint8_t in[H * W * CI], part[H * W * DEPTH], out[H * W * CO], part_out[H * W * PART];
    for (size_t i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)(i * 37 % 251 - 125);
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = (uint8_t)(i * 91 % 256);
    XbNetLayer l = hand_layer(XB_CONV, (XbShape){H, W, CI}, (XbShape){H, 2, CO});
    l.kh = KH;
    l.kw = KW;
    l.pad_t = l.pad_b = 1;
    l.stride_w = 2;
    l.groups = 2;
    l.weights = weights;
    l.weight_scale = scale;
    run_hand(&l, in, out);
    for (int g = 0; g < 2; g++) {
        XbNetLayer one = l;
        for (int i = 0; i < H * W * DEPTH; i++)
            part[i] = in[i / DEPTH * CI + g * DEPTH + i % DEPTH];
        one.groups = 1;
        one.in.c = DEPTH;
        one.out.c = PART;
        one.weights = weights + g * PART * KH * KW * DEPTH;
        one.weight_scale = scale + g * PART;
        run_hand(&one, part, part_out);
        for (int i = 0; i < H * 2 * PART; i++)
            assert_int_equal(out[i / PART * CO + g * PART + i % PART], part_out[i]);
    }
}

// Sums at a threshold of the output, where the nearest fixed-point multiplier is now and then a
// step off: what counts is the product in double precision.
static void fully_connected_multiplies_in_double_precision(void **state)
{
    (void)state;
    static const int8_t weights[] = {1};
    XbNetLayer l = hand_layer(XB_FC, (XbShape){1, 1, 1}, (XbShape){1, 1, 1});
    int different = 0;
    l.weights = weights;
    l.in_q[0].scale = 0.7f;
    for (int n = 0; n < 20000; n++) {
        float scale = 8.5e-8f + (float)n * 1e-13f;
        double real = (double)l.in_q[0].scale * (double)scale, wanted = n % 127 + 0.5;
        int32_t bias = (int32_t)ceil(wanted / real) - n % 2;
        uint8_t out;
        l.weight_scale = &scale;
        l.bias = &bias;
        run_hand(&l, (uint8_t[]){128}, &out);
        assert_int_equal(out, 128 + (int)round(bias * real));
        different += xb_scale(bias, xb_multiplier(real), XB_M_EXACT) != (int)round(bias * real);
    }
    assert_true(different > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(average_rounds_signed_halves_away_from_zero),
        cmocka_unit_test(relu6_alone_rescales_and_clamps),
        cmocka_unit_test(dilated_convolution_reads_far_pixels),
        cmocka_unit_test(grouped_convolution_keeps_to_its_channels),
        cmocka_unit_test(groups_equal_convolutions_of_their_channels),
        cmocka_unit_test(fully_connected_multiplies_in_double_precision),
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
    return cmocka_run_group_tests(tests, NULL, NULL);
}
