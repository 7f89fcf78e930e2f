// SPDX-License-Identifier: Apache-2.0
// Copies under a budget: recorded cases of an independent implementation, every vector of small
// cases, and the least longest time of whole networks. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan/alloc.h"
#include "plan_bench.h"
#include <cjson/cJSON.h>

#include "xbgen/file.h"

// ---- networks ----

static XbNetLayer *add_window(XbNetBuild *net, XbKind kind, XbShape in, int channels, int kernel,
                              int stride)
{
    XbNetLayer *l = hand_layer(net, kind);
    l->in = in;
    l->kh = l->kw = kernel;
    l->stride_h = l->stride_w = stride;
    l->out.c = channels;
    return l;
}

static int outputs_along(int in, int before, int after, int kernel, int stride)
{
    return (in + before + after - kernel) / stride + 1;
}

static XbShape close_window(XbNetLayer *l)
{
    l->out.h = outputs_along(l->in.h, l->pad_t, l->pad_b, l->kh, l->stride_h);
    l->out.w = outputs_along(l->in.w, l->pad_l, l->pad_r, l->kw, l->stride_w);
    return l->out;
}

static XbShape add_fc(XbNetBuild *net, XbShape in, int outputs)
{
    XbNetLayer *l = hand_layer(net, XB_FC);
    l->in = in;
    l->out = (XbShape){1, 1, outputs};
    return l->out;
}

static void set_columns(Bench *b, int per_weight)  // so many columns a weight
{
    b->cfg.encoding = XB_OFFSET;
    b->cfg.cell_bits = per_weight > 1 ? 1 : 2;
    b->cfg.adc_bits = 14;
    for (int l = 0; l < b->net.layers; l++)
        b->net.layer[l].weight_bits = per_weight > 1 ? per_weight : 2;
}

static XbPlanChoice choose(Bench *b, XbObjective objective, bool is_blind)
{
    b->cfg.how_copies = XB_COPIES_OPTIMAL;
    b->cfg.objective = objective;
    b->cfg.bandwidth_blind = is_blind;
    bool is_good = xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan);
    shared_no_errors(&b->d);
    assert_true(is_good);
    return b->plan.choice[b->plan.chosen];
}

// ---- recorded cases ----

static int whole(const cJSON *object, const char *key)
{
    const cJSON *found = cJSON_GetObjectItem(object, key);
    assert_non_null(found);
    return (int)cJSON_GetNumberValue(found);
}

static const char *word(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(object, key));
}

static XbShape add_recorded(XbNetBuild *net, const cJSON *layer, XbShape in)
{
    const char *op = word(layer, "op");
    if (strcmp(op, "fc") == 0)
        return add_fc(net, in, whole(layer, "filters"));
    bool is_conv = strcmp(op, "conv") == 0;
    XbNetLayer *l = add_window(net, is_conv ? XB_CONV : XB_MAXPOOL, in,
                               is_conv ? whole(layer, "filters") : in.c, whole(layer, "kernel"),
                               whole(layer, "stride"));
    const cJSON *padding = cJSON_GetObjectItem(layer, "padding");
    int *side[] = {&l->pad_t, &l->pad_b, &l->pad_l, &l->pad_r};
    for (int i = 0; padding && i < 4; i++)
        *side[i] = (int)cJSON_GetNumberValue(cJSON_GetArrayItem(padding, i));
    return close_window(l);
}

static void open_recorded_net(Bench *b, const cJSON *one)
{
    const cJSON *layers = cJSON_GetObjectItem(one, "layers"), *layer;
    const cJSON *input = cJSON_GetObjectItem(one, "input");
    XbNetBuild net = hand_net(&b->arena, &b->net, cJSON_GetArraySize(layers));
    XbShape s = {(int)cJSON_GetNumberValue(cJSON_GetArrayItem(input, 0)),
                 (int)cJSON_GetNumberValue(cJSON_GetArrayItem(input, 1)),
                 (int)cJSON_GetNumberValue(cJSON_GetArrayItem(input, 2))};
    cJSON_ArrayForEach(layer, layers) s = add_recorded(&net, layer, s);
    hand_close(&b->arena, &b->net, 0.01f);
}

static void set_recorded_cfg(Bench *b, const cJSON *one)
{
    const cJSON *cfg = cJSON_GetObjectItem(one, "cfg");
    const char *packed = word(cfg, "kp_packed"), *access = word(cfg, "access");
    b->cfg.rows = b->cfg.active_rows = whole(cfg, "R");
    b->cfg.cols = whole(cfg, "C");
    b->cfg.adc_per_array = whole(cfg, "n_adc");
    set_columns(b, whole(cfg, "nc"));
    for (int i = XB_IM2COL; i <= XB_SUB_IMAGE; i++)
        if (strcmp(word(cfg, "scheme"), xb_scheme_name((XbScheme)i)) == 0)
            b->cfg.scheme = (XbScheme)i;
    if (b->cfg.scheme == XB_SUB_IMAGE)
        b->cfg.policy = strcmp(word(cfg, "policy"), "slice") == 0 ? XB_SLICE : XB_PACKED;
    b->cfg.has_duplication = true;
    b->cfg.kp_packed = packed && strcmp(packed, "false") == 0 ? XB_PACK_NO : XB_PACK_AUTO;
    b->cfg.has_access = true;
    b->cfg.access = b->cfg.scheme == XB_IM2COL ? XB_DUP : XB_KP;
    for (int i = XB_DUP; access && i <= XB_LINE; i++)
        if (strcmp(access, xb_access_name((XbAccess)i)) == 0)
            b->cfg.access = (XbAccess)i;
    const cJSON *bits = cJSON_GetObjectItem(cfg, "bw");
    b->cfg.bits_per_cycle = cJSON_IsNumber(bits) ? (int)cJSON_GetNumberValue(bits) : 0;
    b->cfg.transfer = strcmp(word(cfg, "transfer"), "serial") == 0 ? XB_SERIAL : XB_OVERLAPPED;
    b->cfg.time_model =
        strcmp(word(one, "time_model"), "published") == 0 ? XB_TIME_PUBLISHED : XB_TIME_EXACT;
    b->cfg.tile_count = whole(one, "budget");
    b->cfg.arrays_per_tile = 1;
}

// The copies of a choice, one after the other as records list them.
static int list_copies(const Bench *b, const XbPlanChoice *c, int *copies)
{
    int count = 0;
    for (int l = 0; l < b->net.layers; l++)
        if (b->plan.layer[l].map)
            copies[count++] = c->copies[l];
    return count;
}

// Negative: `copies` comes first, layer by layer.
static int compare_list(const cJSON *list, const int *copies, int count)
{
    assert_int_equal(count, cJSON_GetArraySize(list));
    for (int n = 0; n < count; n++) {
        int other = (int)cJSON_GetNumberValue(cJSON_GetArrayItem(list, n));
        if (copies[n] != other)
            return copies[n] < other ? -1 : 1;
    }
    return 0;
}

static void check_value(const cJSON *one, const char *what, const char *key, int64_t found)
{
    const cJSON *due = cJSON_GetObjectItem(cJSON_GetObjectItem(one, what), key);
    if (due && cJSON_GetNumberValue(due) != (double)found)
        fail_msg("id %d, %s: %s is %lld, recorded is %.0f", whole(one, "id"), what, key,
                 (long long)found, cJSON_GetNumberValue(due));
}

// Vectors are recorded as one of the best; of those with as many arrays ours is the first.
static void check_copies(const Bench *b, const cJSON *one, const char *what, const XbPlanChoice *c)
{
    const cJSON *due = cJSON_GetObjectItem(one, what), *list = cJSON_GetObjectItem(due, "d");
    bool is_only = strncmp(what, "latency", 7) != 0;
    int copies[64], count = list_copies(b, c, copies);
    int order = list ? compare_list(list, copies, count) : 0;
    int64_t arrays = cJSON_GetObjectItem(due, "arrays") ? whole(due, "arrays") : c->arrays;
    if (c->arrays > arrays || (c->arrays == arrays && order > 0) || (is_only && order != 0))
        fail_msg("id %d, %s: other copies", whole(one, "id"), what);
}

static void check_choice(const Bench *b, const cJSON *one, const char *what, XbPlanChoice c)
{
    if (!cJSON_GetObjectItem(one, what))
        return;
    check_value(one, what, "interval", c.interval);
    check_value(one, what, "sum", c.serial);
    check_value(one, what, "value", c.pipelined);
    check_copies(b, one, what, &c);
}

static void check_objectives(Bench *b, const cJSON *one)
{
    XbPlanChoice c = choose(b, XB_THROUGHPUT, false);
    check_choice(b, one, "throughput", c);
    check_choice(b, one, "none", b->plan.choice[XB_CHOICE_NONE]);
    check_choice(b, one, "proportional", b->plan.choice[XB_CHOICE_PROPORTIONAL]);
    check_choice(b, one, "blind", b->plan.choice[XB_CHOICE_BLIND]);
    for (int l = 0; l < b->net.layers; l++)  // what is chosen is what is built
        if (b->plan.layer[l].map)
            assert_int_equal(b->plan.layer[l].copies, c.copies[l]);
    assert_int_equal(b->plan.arrays, c.arrays);
    if (b->cfg.time_model == XB_TIME_EXACT)
        for (int l = 0; l < b->net.layers; l++)
            if (b->plan.layer[l].map)
                assert_true(b->plan.layer[l].interval <= c.interval);
    check_choice(b, one, "latency_serial", choose(b, XB_LATENCY_SERIAL, false));
    check_choice(b, one, "latency_pipelined", choose(b, XB_LATENCY_PIPELINED, false));
}

static void check_case(const cJSON *one)
{
    Bench b = {.cfg = hand_cfg(XB_ROUND_DOUBLE)};
    open_recorded_net(&b, one);
    b.d.arena = &b.arena;
    set_recorded_cfg(&b, one);
    if (whole(one, "feasible"))
        check_objectives(&b, one);
    else {
        b.cfg.how_copies = XB_COPIES_OPTIMAL;
        assert_false(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
        assert_int_equal(reports(&b, "plan-budget", "$.tiles.count", "at least"), 1);
        assert_int_equal(b.d.errors, 1);
    }
    xb_arena_free(&b.arena);
}

static void recorded_allocations_are_found(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    shared_or_skip(&arena, "golden/mapping/alloc.json");
    XbBytes text;
    assert_true(xb_file_read(&arena, &d, shared_file(&arena, "golden/mapping/alloc.json"), &text));
    cJSON *cases = cJSON_ParseWithLength((const char *)text.data, text.size);
    const cJSON *one;
    cJSON_ArrayForEach(one, cases) check_case(one);
    assert_int_equal(cJSON_GetArraySize(cases), 100);
    cJSON_Delete(cases);
    xb_arena_free(&arena);
}

// ---- every vector of small cases ----

enum { SMALL_CASES = 600, MOST_LAYERS = 4, MOST_PIXELS = 256 };

typedef struct Small {  // times of all numbers of copies, by layer
    int layers, most[MOST_LAYERS], lead[MOST_LAYERS];
    int64_t set[MOST_LAYERS], *time[MOST_LAYERS], *fill[MOST_LAYERS];
    int64_t budget;
} Small;

typedef struct Best {
    int64_t value, arrays;
    int copies[MOST_LAYERS];
} Best;

static void draw_net(Bench *b, uint64_t *seed)
{
    XbNetBuild net = hand_net(&b->arena, &b->net, 2 * MOST_LAYERS);
    int layers = draw(seed, 1, MOST_LAYERS);
    XbShape s = {draw(seed, 2, 7), draw(seed, 2, 7), draw(seed, 1, 6)};
    for (int l = 0; l < layers; l++) {
        bool is_last = l == layers - 1;
        int kernel = draw(seed, 1, 3), side = kernel / 2;
        if (l > 0 && s.h > 2 && s.w > 2 && draw(seed, 0, 2) == 0)
            s = close_window(add_window(&net, XB_MAXPOOL, s, s.c, 2, draw(seed, 1, 2)));
        if (is_last && draw(seed, 0, 2) == 0) {
            add_fc(&net, s, draw(seed, 1, 6));
            break;
        }
        XbNetLayer *conv = add_window(&net, XB_CONV, s, draw(seed, 1, 6), kernel, draw(seed, 1, 2));
        conv->pad_t = conv->pad_b = conv->pad_l = conv->pad_r = side;
        s = close_window(conv);
    }
    hand_close(&b->arena, &b->net, 0.01f);
}

static void draw_cfg(Bench *b, uint64_t *seed)
{
    b->cfg = hand_cfg(XB_ROUND_DOUBLE);
    b->cfg.rows = b->cfg.active_rows = 8 * draw(seed, 1, 3);
    b->cfg.cols = 16;
    b->cfg.adc_per_array = draw(seed, 0, 1) ? 16 : 4;
    set_columns(b, draw(seed, 1, 4));
    b->cfg.bits_per_cycle = draw(seed, 0, 3) ? draw(seed, 8, 200) : 0;
    b->cfg.scheme = draw(seed, 0, 1) ? XB_KERNEL_POSITION : XB_IM2COL;
    b->cfg.transfer = draw(seed, 0, 1) ? XB_SERIAL : XB_OVERLAPPED;
    b->cfg.has_access = true;
    b->cfg.access = (XbAccess)draw(seed, XB_DUP, XB_LINE);
    b->cfg.time_model =
        draw(seed, 0, 1) || b->cfg.access == XB_LINE ? XB_TIME_EXACT : XB_TIME_PUBLISHED;
    b->cfg.arrays_per_tile = 1;
}

// Pixels of a layer's output that are needed for some of the pixels of the output of the next.
static void mark_taps(const XbPlanLayer *l, const bool *needed, bool *marked)
{
    for (int w = 0; w < l->windows; w++)
        for (int tap = 0; needed[w] && tap < l->taps; tap++) {
            int y = w / l->out.w * l->stride_h - l->pad_t + tap / l->kw;
            int x = w % l->out.w * l->stride_w - l->pad_l + tap % l->kw;
            if (y >= 0 && y < l->in.h && x >= 0 && x < l->in.w)
                marked[y * l->in.w + x] = true;
        }
}

// Windows of layer n that window 0 of the next layer with weights waits for.
static int lead_of(const XbPlan *plan, int n)
{
    int next = n + 1;
    while (next < plan->layers && !plan->layer[next].map)
        next++;
    if (next == plan->layers)
        return 0;
    if (plan->layer[next].kind == XB_FC)
        return plan->layer[n].windows;
    XbArena scratch = {0};
    bool *needed = xb_new(&scratch, bool, MOST_PIXELS);
    needed[0] = true;
    for (int l = next; l > n; l--) {
        bool *marked = xb_new(&scratch, bool, MOST_PIXELS);
        mark_taps(&plan->layer[l], needed, marked);
        needed = marked;
    }
    int lead = 0;
    for (int w = 0; w < plan->layer[n].windows; w++)
        lead = needed[w] ? w + 1 : lead;
    xb_arena_free(&scratch);
    return lead > 0 ? lead : 1;  // a window may lie in the padding
}

static XbPort port_of(Bench *b, const XbPlanLayer *l)
{
    return (XbPort){.loads = xb_loads(&b->arena, l, l->map->access),
                    .read_cycles = l->map->read_cycles,
                    .load_bits = l->in.c * 8,
                    .store_bits = l->out.c * 8,
                    .bits_per_cycle = b->cfg.bits_per_cycle,
                    .transfer = b->cfg.transfer,
                    .model = b->cfg.time_model};
}

static void tabulate(Bench *b, Small *s)
{
    *s = (Small){.budget = b->cfg.tile_count};
    for (int n = 0; n < b->plan.layers; n++) {
        const XbPlanLayer *l = &b->plan.layer[n];
        if (!l->map)
            continue;
        int at = s->layers++;
        XbPort port = port_of(b, l);
        s->set[at] = l->map->set;
        s->most[at] = l->windows;
        s->lead[at] = lead_of(&b->plan, n);
        s->time[at] = xb_new(&b->arena, int64_t, l->windows + 1);
        s->fill[at] = xb_new(&b->arena, int64_t, l->windows + 1);
        for (int d = 1; d <= l->windows; d++) {
            s->time[at][d] = xb_port_interval(&port, d);
            s->fill[at][d] = xb_port_time(&port, d, (s->lead[at] + d - 1) / d);
        }
    }
}

// When all taps of a window are there; `ready`: of the pixels before.
static int64_t window_ready(const XbPlanLayer *l, const int64_t *ready, int w)
{
    int64_t time = 0;
    for (int tap = 0; tap < l->taps; tap++) {
        int y = w / l->out.w * l->stride_h - l->pad_t + tap / l->kw;
        int x = w % l->out.w * l->stride_w - l->pad_l + tap % l->kw;
        if (y >= 0 && y < l->in.h && x >= 0 && x < l->in.w)
            time = xb_max_int64(time, ready[y * l->in.w + x]);
    }
    return time;
}

// One image, window by window, where nothing but steps takes time.
static int64_t ideal_latency(Bench *b, const int *copies)
{
    int64_t *ready = xb_new(&b->arena, int64_t, MOST_PIXELS), done = 0;
    for (int n = 0; n < b->plan.layers; n++) {
        const XbPlanLayer *l = &b->plan.layer[n];
        int64_t *next = xb_new(&b->arena, int64_t, MOST_PIXELS);
        int d = l->map ? copies[n] : 1;
        XbPort port = l->map ? port_of(b, l) : (XbPort){.read_cycles = 0};
        done = 0;
        for (int w = 0; w < l->windows; w += d) {
            int end = xb_min(w + d, l->windows);
            for (int i = w; i < end; i++)
                done = xb_max_int64(done, window_ready(l, ready, i));
            done += l->map ? xb_port_step(&port, d, w / d) : 0;
            for (int i = w; i < end; i++)
                next[i] = done;
        }
        ready = next;
    }
    return done;
}

static int64_t value_of(const Small *s, XbObjective objective, const int *copies)
{
    int64_t longest = 0, sum = 0, fills = 0;
    for (int l = 0; l < s->layers; l++) {
        longest = xb_max_int64(longest, s->time[l][copies[l]]);
        sum += s->time[l][copies[l]];
        fills += s->fill[l][copies[l]];
    }
    return objective == XB_THROUGHPUT       ? longest
           : objective == XB_LATENCY_SERIAL ? sum
                                            : fills + longest;
}

// Whether a vector is better: by value, arrays, order.
static bool is_better(const Small *s, const Best *a, const Best *b)
{
    if (a->value != b->value)
        return a->value < b->value;
    if (a->arrays != b->arrays)
        return a->arrays < b->arrays;
    for (int l = 0; l < s->layers; l++)
        if (a->copies[l] != b->copies[l])
            return a->copies[l] < b->copies[l];
    return false;
}

static void try_all(const Small *s, XbObjective objective, int layer, Best *now, Best *best)
{
    if (layer == s->layers) {
        now->value = value_of(s, objective, now->copies);
        if (is_better(s, now, best))
            *best = *now;
        return;
    }
    int64_t before = now->arrays;
    for (int d = 1; d <= s->most[layer] && before + d * s->set[layer] <= s->budget; d++) {
        now->copies[layer] = d;
        now->arrays = before + d * s->set[layer];
        try_all(s, objective, layer + 1, now, best);
    }
    now->arrays = before;
}

static void check_best(Bench *b, const Small *s, XbObjective objective)
{
    Best now = {0}, best = {.value = INT64_MAX};
    try_all(s, objective, 0, &now, &best);
    XbPlanChoice c = choose(b, objective, false);
    int copies[MOST_LAYERS];
    assert_int_equal(list_copies(b, &c, copies), s->layers);
    assert_int_equal(value_of(s, objective, copies), best.value);
    assert_int_equal(objective == XB_THROUGHPUT       ? c.interval
                     : objective == XB_LATENCY_SERIAL ? c.serial
                                                      : c.pipelined,
                     best.value);
    assert_int_equal(c.arrays, best.arrays);
    assert_int_equal(c.latency, ideal_latency(b, c.copies));
    assert_memory_equal(copies, best.copies, (size_t)s->layers * sizeof *copies);
}

static void small_cases_equal_the_best_of_all_vectors(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int n = 0; n < SMALL_CASES; n++) {
        Bench b = {.arena = {0}};
        Small s;
        b.d.arena = &b.arena;
        draw_net(&b, &seed);
        draw_cfg(&b, &seed);
        assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
        b.cfg.tile_count = (int)b.plan.arrays + draw(&seed, 0, 24);
        tabulate(&b, &s);
        for (int objective = XB_THROUGHPUT; objective <= XB_LATENCY_PIPELINED; objective++)
            check_best(&b, &s, (XbObjective)objective);
        xb_arena_free(&b.arena);
    }
}

// ---- the least longest time of whole networks ----

// By layer and number of copies, as far as the budget goes.
static int64_t **all_times(Bench *b)
{
    int64_t **time = xb_new(&b->arena, int64_t *, b->plan.layers);
    for (int n = 0; n < b->plan.layers; n++) {
        const XbPlanLayer *l = &b->plan.layer[n];
        if (!l->map)
            continue;
        XbPort port = {.loads = xb_loads(&b->arena, l, l->map->access),
                       .read_cycles = l->map->read_cycles,
                       .load_bits = l->in.c * 8,
                       .store_bits = l->out.c * 8,
                       .bits_per_cycle = b->cfg.bits_per_cycle};
        time[n] = xb_new(&b->arena, int64_t, l->windows + 1);
        for (int d = 1; d <= l->windows; d++)
            time[n][d] = xb_port_interval(&port, d);
    }
    return time;
}

// The fewest copies of each layer for this time; arrays of all, or INT64_MAX.
static int64_t arrays_for(const Bench *b, int64_t *const *time, int64_t longest, int *copies)
{
    int64_t sum = 0;
    for (int n = 0; n < b->plan.layers; n++) {
        if (!time[n])
            continue;
        int d = 1;
        while (d <= b->plan.layer[n].windows && time[n][d] > longest)
            d++;
        if (d > b->plan.layer[n].windows)
            return INT64_MAX;
        copies[n] = d;
        sum += (int64_t)d * b->plan.layer[n].map->set;
    }
    return sum;
}

static void check_network(const char *name, double share, int bits_per_cycle, XbAccess access)
{
    Bench b;
    open_data(&b, name, XB_ROUND_DOUBLE);
    b.cfg.encoding = XB_OFFSET;
    b.cfg.adc_per_array = 128;
    b.cfg.arrays_per_tile = 1;
    b.cfg.bits_per_cycle = bits_per_cycle;
    b.cfg.has_access = true;
    b.cfg.access = access;
    assert_true(xb_plan_outline(&b.arena, &b.d, &b.cfg, &b.net, &b.plan));
    b.cfg.tile_count = (int)((double)b.plan.arrays * share);
    int64_t **time = all_times(&b), lo = 1, hi = b.plan.interval;
    int *copies = xb_new(&b.arena, int, b.plan.layers);
    while (lo < hi) {
        int64_t middle = (lo + hi) / 2;
        if (arrays_for(&b, time, middle, copies) <= b.cfg.tile_count)
            hi = middle;
        else
            lo = middle + 1;
    }
    assert_true(arrays_for(&b, time, lo, copies) <= b.cfg.tile_count);
    XbPlanChoice c = choose(&b, XB_THROUGHPUT, false);
    assert_int_equal(c.interval, lo);
    assert_memory_equal(c.copies, copies, (size_t)b.plan.layers * sizeof *copies);
    xb_arena_free(&b.arena);
}

static void networks_equal_the_search_for_the_longest_time(void **state)
{
    (void)state;
    static const char *const names[] = {
        "resnet8",  "resnet8_main", "resnet18",      "resnet18_main", "resnet20_main",
        "resnet34", "vgg8",         "resnet34_main", "vgg13",         "vgg16"};
    XbArena arena = {0};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = xb_arena_printf(&arena, "examples/networks/%s.json", names[i]);
        check_network(path, 2, 0, XB_DUP);
        check_network(path, 1.25, 512, XB_SHARE);
        check_network(path, 4, 2048, XB_KP);
        check_network(path, 1.5, 256, XB_LINE);
    }
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_allocations_are_found),
        cmocka_unit_test(small_cases_equal_the_best_of_all_vectors),
        cmocka_unit_test(networks_equal_the_search_for_the_longest_time),
    };
    return cmocka_run_group_tests_name("alloc", tests, NULL, NULL);
}
