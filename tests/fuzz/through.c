// SPDX-License-Identifier: Apache-2.0
// An accepted network on a drawn architecture: planned, emitted, run. Work is bounded, not checked
// less.
#include "fuzz.h"
#include <string.h>

#include "xbgen/emit.h"
#include "xbgen/model.h"
#include "xbgen/naive.h"

// A design is small if none of these is exceeded.
static const double MOST_CELLS = 1e6, MOST_CODES = 2e5, MOST_WORK = 1e6;

// More pixels than these are not even planned: the cycle model passes through each.
static const int64_t MOST_PIXELS = 4000000;

static int64_t unshared[FUZZ_STAGES];
int64_t *fuzz_reached = unshared;

uint8_t *fuzz_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    FUZZ_CHECK(copy);
    if (size)
        memcpy(copy, data, size);
    return copy;
}

// ---- the architecture ----

typedef struct Draws {
    const uint8_t *left;
    bool is_extreme;  // most numbers are the last of their list, where the clock is slowest
} Draws;

static int pick(Draws *d, const int *list, int count)
{
    int draw = *d->left++;
    return d->is_extreme && draw % 4 != 0 ? list[count - 1] : list[draw % count];
}

#define PICK(draws, ...)                                                                           \
    pick((draws), (const int[]){__VA_ARGS__}, (int)(sizeof((int[]){__VA_ARGS__}) / sizeof(int)))

static const char *crossbar_text(XbArena *arena, Draws *d, bool *is_analog)
{
    static const char *const names[] = {"differential", "offset", "twos_complement"};
    int encoding = PICK(d, 0, 0, 1, 2), rows = PICK(d, 8, 16, 33, 64, 128, 1024);
    int cols = PICK(d, 8, 16, 24, 64, 128, 1024), bits = PICK(d, 1, 2, 2, 3, 4);
    int active = PICK(d, 0, 0, 0, 5, 8, 1);
    *is_analog = encoding == 0 && PICK(d, 0, 0, 1);
    return xb_arena_printf(
        arena,
        "\"crossbar\": {\"rows\": %d, \"cols\": %d, \"cell_bits\": %d, \"encoding\": "
        "\"%s\", \"active_rows\": %d}, \"dac\": {\"bits\": %d}",
        rows, cols, encoding == 2 ? 1 : bits, names[encoding], active ? active : rows,
        PICK(d, 4, 3, 2, 1, 1));
}

static const char *adc_text(XbArena *arena, Draws *d, bool is_analog)
{
    int bits = PICK(d, 2, 6, 9, 14, 14, 14), per_array = PICK(d, 8, 4, 2, 1);
    int interval = PICK(d, 1, 1, 3, 64);
    const char *range = PICK(d, 0, 1) ? "full" : "weights";
    return xb_arena_printf(arena,
                           "\"adc\": {\"bits\": %d, \"per_array\": %d, \"interval\": %d, "
                           "\"range\": \"%s\", \"subtract\": \"%s\"}",
                           bits, per_array, interval, range, is_analog ? "analog" : "digital");
}

static const char *mapping_text(XbArena *arena, Draws *d)
{
    static const char *const packed[] = {"\"auto\"", "true", "false"};
    static const char *const roundings[] = {"tflite", "double", "single"};
    int scheme = PICK(d, 0, 0, 1, 2), copies = PICK(d, 1024, 13, 3, 2, 1, 1);
    int packing = PICK(d, 0, 0, 1, 2), rounding = PICK(d, 0, 1, 2);
    const char *given = copies == 2 ? "reuse" : "duplication";
    return xb_arena_printf(arena,
                           "\"mapping\": {\"%s\": %d, \"scheme\": \"%s\", \"kp_packed\": %s, "
                           "\"policy\": \"%s\"}, \"rounding\": \"%s\"",
                           given, copies, xb_scheme_name((XbScheme)scheme), packed[packing],
                           xb_policy_name(packing ? XB_SLICE : XB_PACKED), roundings[rounding]);
}

static XbCfg draw_cfg(XbArena *arena, const uint8_t *draws)
{
    XbDiags d = {.arena = arena};
    XbCfg cfg;
    Draws left = {draws + 1, draws[0] % 8 == 0};
    bool is_analog = false;
    const char *crossbar = crossbar_text(arena, &left, &is_analog);
    const char *adc = adc_text(arena, &left, is_analog);
    const char *text = xb_arena_printf(arena, "{\"network\": \"fuzz.tflite\", %s, %s, %s}",
                                       crossbar, adc, mapping_text(arena, &left));
    bool is_good = xb_cfg_parse(arena, &d, "fuzz.json", text, strlen(text), &cfg);
    xb_diags_print(&d, stderr);
    FUZZ_CHECK(is_good);
    return cfg;
}

// ---- what it costs ----

// Cells that are read for an image; of a layer without weights, codes.
static double work_of(const XbPlan *plan, const XbPlanLayer *l)
{
    if (!l->map)
        return (double)xb_shape_size(l->out) * l->taps;
    double cells = (double)l->map->arrays / l->copies * plan->rows * plan->cols;
    return l->windows * cells * l->map->planes / 8;
}

// Weights that are neither there nor can be drawn leave a network that is only looked at.
static bool has_weights(const XbNet *net)
{
    for (int i = 0; i < net->layers; i++)
        if (xb_kind_has_weights(net->layer[i].kind) && !net->layer[i].weights &&
            !net->layer[i].has_seed)
            return false;
    return true;
}

static bool is_small_net(const XbNet *net)
{
    int64_t codes = xb_shape_size(net->input), weights = 0;
    for (int i = 0; i < net->layers; i++) {
        codes += xb_shape_size(net->layer[i].out);
        if (xb_kind_has_weights(net->layer[i].kind))
            weights += xb_net_weights(&net->layer[i]);
    }
    return codes < MOST_CODES && weights < MOST_CELLS;
}

static int64_t pixels_of(const XbNet *net)
{
    int64_t pixels = (int64_t)net->input.h * net->input.w;
    for (int i = 0; i < net->layers; i++)
        pixels += (int64_t)net->layer[i].out.h * net->layer[i].out.w;
    return pixels;
}

static bool is_small_plan(const XbPlan *plan)
{
    double cells = (double)plan->arrays * plan->rows * plan->cols, work = 0;
    for (int i = 0; i < plan->layers; i++)
        work += work_of(plan, &plan->layer[i]);
    return cells < MOST_CELLS && work < MOST_WORK;
}

// ---- the run ----

static bool is_lossless(const XbPlan *plan)
{
    for (int i = 0; i < plan->layers; i++)
        if (plan->layer[i].map && !plan->layer[i].map->adc.lossless)
            return false;
    return true;
}

static uint8_t *draw_image(XbArena *arena, const XbPlan *plan, const uint8_t *draws)
{
    size_t size = (size_t)xb_shape_size(plan->input);
    uint8_t *image = xb_new(arena, uint8_t, size);
    for (size_t i = 0; i < size; i++)
        image[i] = (uint8_t)(draws[i % FUZZ_DRAWS] + (i >> 4) * 37) >> (8 - plan->code_bits);
    return image;
}

static uint8_t **room_for_layers(XbArena *arena, const XbPlan *plan)
{
    uint8_t **out = xb_new(arena, uint8_t *, plan->layers);
    for (int i = 0; i < plan->layers; i++)
        out[i] = xb_new(arena, uint8_t, xb_plan_bytes(plan, i));
    return out;
}

static void run(XbArena *arena, const XbNet *net, const XbPlan *plan, const uint8_t *draws)
{
    uint8_t **golden = room_for_layers(arena, plan), **naive = room_for_layers(arena, plan);
    const uint8_t *image = draw_image(arena, plan, draws);
    xb_model_run(xb_model_new(arena, plan), image, &(XbModelImage){.out = golden});
    xb_naive_run(net, plan->rounding, image, naive);
    fuzz_reached[FUZZ_RUN]++;
    if (!is_lossless(plan))
        return;
    for (int i = 0; i < plan->layers; i++)
        FUZZ_CHECK(memcmp(golden[i], naive[i], (size_t)xb_plan_bytes(plan, i)) == 0);
    fuzz_reached[FUZZ_COMPARED]++;
}

static void check_plan(const XbPlan *plan)
{
    FUZZ_CHECK(plan->interval > 0 && plan->in_bytes > 0 && plan->out_bytes > 0);
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        FUZZ_CHECK(l->in_words > 0 && l->out_words > 0 && l->lanes > 0 && l->steps > 0 &&
                   l->step_cycles > 0);
        FUZZ_CHECK(l->interval > 0 && l->copies > 0 && l->ring_words >= 0);
        FUZZ_CHECK(l->start > 0 && l->end >= l->start);
    }
}

// Every image leaves; sub-images have no twin yet.
static void check_times(const XbPlan *plan)
{
    FUZZ_CHECK(plan->latency > 0);
    for (int i = 0; i < plan->layers; i++)
        FUZZ_CHECK(plan->layer[i].start > 0 && plan->layer[i].end >= plan->layer[i].start);
}

// What `plan` shows.
static void outline(XbArena *arena, const XbCfg *cfg, const XbNet *net)
{
    XbDiags d = {.arena = arena};
    XbPlan plan;
    bool is_good = xb_plan_outline(arena, &d, cfg, net, &plan);
    FUZZ_CHECK(is_good == (d.errors == 0));
    if (!is_good)
        return;
    fuzz_reached[FUZZ_PLANNED]++;
    check_plan(&plan);
    check_times(&plan);
    xb_plan_text(arena, &plan);
    xb_plan_json(arena, &plan);
}

static void build(XbArena *arena, const XbCfg *cfg, const XbNet *net, const uint8_t *draws)
{
    XbDiags d = {.arena = arena};
    XbPlan plan;
    bool is_good =
        xb_plan_build(arena, &d, cfg, net, &plan) && xb_plan_prove(arena, &d, cfg->file, &plan);
    FUZZ_CHECK(is_good == (d.errors == 0));
    if (!is_good || !is_small_plan(&plan))
        return;
    check_plan(&plan);
    check_times(&plan);
    XbDiags limits = {.arena = arena};
    if (xb_emit_check(&limits, cfg->file, &plan))
        FUZZ_CHECK(xb_emit(arena, &plan, NULL).files > 0);
    run(arena, net, &plan, draws);
}

void fuzz_through(XbNet *net, const uint8_t draws[FUZZ_DRAWS])
{
    if (pixels_of(net) > MOST_PIXELS)
        return;
    XbArena arena = {0};
    XbCfg cfg = draw_cfg(&arena, draws);
    outline(&arena, &cfg, net);
    if (is_small_net(net) && has_weights(net)) {
        xb_net_draw(&arena, net);
        build(&arena, &cfg, net, draws);
    }
    xb_arena_free(&arena);
}
