// SPDX-License-Identifier: Apache-2.0
// Every kernel of the golden model against the portable one, read by read, and with cells that are
// not ideal against the reader that does one conversion after the other: sums of all accumulators,
// converter codes and saturation counts must be the same. Where the processor lacks AVX-512 its
// instructions are emulated (tests/emulated); another kernel that cannot run is skipped by name.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
// clang-format on
#include "../cosim/rng.h"
#include "hand_net.h"
#include "model/parts.h"

enum { CASES = 900, WIDE_CASES = 700, QUICK_CASES = 150, WINDOWS = 3, WINDOW = 13 };

static const uint64_t first_number = 0xfffffffe;  // draws are numbered beyond 32 bits

typedef struct Seen {  // what the cases came upon
    int exact, small, product, table, negative, groups, drive_bits, saturated, between_words;
    int one_list, compared, tabled, searched, off_zero;
    int halves, few_planes, clamped;                    // by kernels that convert in 16 bits
    int noisy, pairs, flushed, whole, divided, copies;  // with cells that are not ideal
} Seen;

// ---- a random layer on a random crossbar ----

static void draw_layer(XbArena *arena, Rng *rng, int windows, XbNet *net)
{
    static const int kernels[] = {1, 2, 3, 5};
    bool is_depthwise = rng_chance(rng, 30);
    int k = rng_pick(rng, kernels, 4), in = rng_range(rng, 1, is_depthwise ? 12 : 40);
    int out = is_depthwise ? in : rng_range(rng, 1, 40);
    int weights = k * k * (is_depthwise ? in : in * out), width = rng_range(rng, 1, 128);
    int8_t *weight = xb_new(arena, int8_t, weights);
    for (int i = 0; i < weights; i++)
        weight[i] = (int8_t)rng_range(rng, -width, width - 1);
    XbNetLayer *l = hand_only_layer(arena, net, is_depthwise ? XB_DWCONV : XB_CONV);
    l->in = (XbShape){k + windows - 1, k, in};
    l->out = (XbShape){windows, 1, out};
    l->in_q[0] = hand_quant(0.1f, 0);
    l->out_q = hand_quant(1.0f, 0);
    l->kh = l->kw = k;
    l->weights = weight;
    hand_close(arena, net, 0.01f);
}

static void draw_encoding(Rng *rng, XbCfg *cfg)
{
    cfg->encoding = (XbEncoding)rng_below(rng, 3);
    cfg->cell_bits = cfg->encoding == XB_TWOS_COMPLEMENT ? 1 : rng_range(rng, 1, 4);
    cfg->adc_analog = cfg->encoding == XB_DIFFERENTIAL && rng_chance(rng, 60);
    cfg->dac_bits = rng_chance(rng, 50) ? 1 : rng_pick(rng, (const int[]){2, 3, 4, 8}, 4);
}

// Ranges of all kinds: those that lose nothing, those that round, and narrow ones that saturate.
static void draw_range(Rng *rng, XbCfg *cfg)
{
    cfg->adc_bits = rng_chance(rng, 30) ? 14 : rng_range(rng, 2, 10);
    cfg->adc_range.kind = rng_chance(rng, 40) ? XB_RANGE_FULL : XB_RANGE_EXPLICIT;
    if (cfg->adc_range.kind == XB_RANGE_FULL)
        return;
    cfg->adc_range.delta = rng_chance(rng, 50) ? rng_range(rng, 1, 3000) : rng_range(rng, 1, 20);
    cfg->adc_range.lo = cfg->adc_analog ? -rng_below(rng, 1 << cfg->adc_bits) : 0;
}

static XbCfg draw_cfg(Rng *rng)
{
    static const int rows[] = {8, 33, 40, 64, 100, 128, 200, 256, 1000, 1024};
    static const int cols[] = {32, 64, 72, 128, 192, 256, 1024};
    XbCfg cfg = hand_cfg(XB_ROUND_DOUBLE);
    cfg.rows = rng_pick(rng, rows, 10);
    cfg.cols = rng_pick(rng, cols, 7);
    cfg.active_rows = rng_chance(rng, 50) ? cfg.rows : rng_range(rng, 1, cfg.rows);
    cfg.adc_per_array = 1;
    draw_encoding(rng, &cfg);
    draw_range(rng, &cfg);
    return cfg;
}

static bool make_plan(XbArena *arena, Rng *rng, XbPlan *plan)
{
    XbDiags d = {.arena = arena};
    XbNet net;
    XbCfg cfg = draw_cfg(rng);
    draw_layer(arena, rng, 1, &net);
    return xb_plan_build(arena, &d, &cfg, &net, plan);
}

// Few rows of coarse cells fill a lane where conductances are fine or vary much.
static void draw_rram(Rng *rng, XbCfg *cfg)
{
    XbCfgRram *r = &cfg->rram;
    int most = 15 - cfg->cell_bits;
    *r = (XbCfgRram){
        .is_given = true, .seed = (uint64_t)rng_below(rng, 1 << 30), .time = 1, .t0 = 1};
    r->frac_bits = rng_chance(rng, 20) ? most : rng_range(rng, 0, most < 10 ? most : 10);
    r->variation = rng_chance(rng, 70) ? rng_real(rng, 0, 0.5) : 0;
    r->stuck_on = rng_chance(rng, 30) ? 0.1 : 0;
    r->read_noise = rng_chance(rng, 60) ? rng_real(rng, 0, 1) : 0;
    if (cfg->adc_range.kind == XB_RANGE_EXPLICIT)
        cfg->adc_range.delta <<= rng_range(rng, 0, r->frac_bits);
}

static bool make_wide_plan(XbArena *arena, Rng *rng, XbPlan *plan)
{
    XbDiags d = {.arena = arena};
    XbNet net;
    XbCfg cfg = draw_cfg(rng);
    draw_rram(rng, &cfg);
    cfg.duplication = rng_range(rng, 1, 2);
    draw_layer(arena, rng, 2, &net);
    return xb_plan_build(arena, &d, &cfg, &net, plan) && xb_plan_prove(arena, &d, "test", plan);
}

// ---- threshold lists ----

// Rising thresholds about the sums that there are; some are always reached, or never.
static void draw_list(Rng *rng, int steps, int reach, int32_t *list)
{
    int64_t at = rng_range(rng, -reach, reach);
    for (int k = 0; k < steps; k++) {
        list[k] = (int32_t)at;
        at += rng_chance(rng, 20) ? 0 : rng_range(rng, 0, 2 * reach / steps + 1);
        at = rng_chance(rng, 1) || at > INT32_MAX ? INT32_MAX : at;
    }
    if (rng_chance(rng, 10))
        list[0] = INT32_MIN;
}

// Gives a third of the layers lists, one, or some for each column, row tile and copy.
static void draw_lists(XbArena *arena, Rng *rng, XbPlan *plan)
{
    XbPlanLayer *l = xb_new(arena, XbPlanLayer, 1);
    XbPlanMap *map = xb_new(arena, XbPlanMap, 1);
    if (!rng_chance(rng, 33))
        return;
    *l = plan->layer[0];
    *map = *l->map;
    l->copies = map->conductance ? l->copies : 16;
    l->map = map;
    plan->layer = l;
    XbPlanAdc *adc = &map->adc;
    adc->bits = rng_chance(rng, 50) ? rng_range(rng, 1, 4) : rng_range(rng, 5, 8);
    adc->list_copies = rng_chance(rng, 30) ? l->copies : 1;
    adc->list_tiles = rng_chance(rng, 30) ? map->tiling.row_tiles : 1;
    adc->list_columns = rng_chance(rng, 70) ? xb_plan_list_columns(plan, l) : 1;
    int count = adc->list_copies * adc->list_tiles * adc->list_columns;
    int steps = (1 << adc->bits) - 1, reach = (int)adc->imax / rng_range(rng, 1, 4) + 1;
    int32_t *list = xb_new(arena, int32_t, (int64_t)count * steps);
    for (int i = 0; i < count; i++)
        draw_list(rng, steps, reach, list + (ptrdiff_t)i * steps);
    adc->threshold = list;
}

// ---- reads ----

typedef struct Result {
    int32_t *acc;
    uint16_t *codes;
    int64_t saturated, saturated_unseen;  // with and without codes
    int32_t *acc_unseen;
} Result;

static XbRead open_read(const XbMvm *m, int unit, const uint8_t *inputs, const uint64_t *bits)
{
    XbRead read = {.mvm = m,
                   .unit = &m->unit[unit],
                   .list_copy = xb_model_list_copy(m, WINDOW),
                   .inputs = inputs,
                   .bits = bits};
    if (m->wide) {
        read.wide = &m->wide->unit[WINDOW % m->wide->copies * m->units + unit];
        read.number = first_number;
    }
    return read;
}

static void read_window(const XbMvm *m, XbReadUnit *reader, const uint8_t *inputs,
                        const uint64_t *bits, Result *r)
{
    for (int u = 0; u < m->units; u++) {
        XbRead read = open_read(m, u, inputs, bits);
        read.acc = r->acc;
        read.codes = r->codes;
        r->saturated += reader(&read);
        read.acc = r->acc_unseen;
        read.codes = NULL;
        r->saturated_unseen += reader(&read);
    }
}

// By the kernel's own reader, or another.
static Result run(XbArena *arena, const XbPlan *plan, const XbKernel *kernel, XbReadUnit *other,
                  const uint8_t *inputs)
{
    const XbMvm *m = &xb_model_new_on(arena, plan, kernel)->mvm[0];
    Result r = {.acc = xb_new(arena, int32_t, m->accumulators),
                .acc_unseen = xb_new(arena, int32_t, m->accumulators),
                .codes = xb_new(arena, uint16_t, xb_model_codes(plan, 0))};
    uint64_t *bits = xb_new(arena, uint64_t, m->code_bits * m->words);
    xb_model_split_bits(m, inputs, bits);
    for (int i = 0; i < m->accumulators; i++)  // reads add to what is there
        r.acc[i] = r.acc_unseen[i] = 3 * i;
    read_window(m, other ? other : m->read_unit, inputs, bits, &r);
    return r;
}

static void compare(const XbPlan *plan, const XbMvm *m, const Result *a, const Result *b)
{
    size_t size = sizeof *a->acc * (size_t)m->accumulators;
    assert_memory_equal(a->acc, b->acc, size);
    assert_memory_equal(a->acc, b->acc_unseen, size);
    assert_memory_equal(a->codes, b->codes, sizeof *a->codes * (size_t)xb_model_codes(plan, 0));
    assert_int_equal(a->saturated, b->saturated);
    assert_int_equal(a->saturated, b->saturated_unseen);
}

// ---- sums in front of the converters ----

// The sum of a conversion of one plane and group, from the cells of its array.
static int64_t sum_of(const XbPlan *plan, const XbPlanArray *a, int conversion, XbSpan group,
                      const uint8_t *inputs, int plane)
{
    int64_t sum = 0;
    for (int r = group.base; r < group.base + group.count; r++) {
        const uint8_t *cell = a->levels + (int64_t)r * a->cols;
        int drive = inputs[a->row_base + r] >> (plane * plan->dac_bits);
        int level =
            plan->analog ? cell[2 * conversion] - cell[2 * conversion + 1] : cell[conversion];
        sum += level * (drive & ((1 << plan->dac_bits) - 1));
    }
    return sum;
}

static void count_array(const XbPlan *plan, const XbPlanArray *a, const uint8_t *inputs, XbTally *t)
{
    const XbPlanMap *map = plan->layer[0].map;
    int64_t span = (int64_t)t->high - t->low + 1;
    for (int turn = 0; turn < map->planes * map->groups; turn++) {
        int plane = turn / map->groups, base = turn % map->groups * plan->active_rows;
        int end = base + plan->active_rows < a->rows ? base + plan->active_rows : a->rows;
        XbSpan group = {base, end > base ? end - base : 0};
        for (int c = 0; c < a->conversions; c++) {
            int column = a->col_base + (plan->analog ? 2 * c : c);
            int slice = map->column[column].shift / plan->cell_bits;
            int64_t sum = sum_of(plan, a, c, group, inputs, plane);
            t->count[(plane * map->slices + slice) * span + sum - t->low]++;
        }
    }
}

// Tallies of a kernel are those of the cells, and reads give what they give without.
static void check_tally(XbArena *arena, const XbPlan *plan, const XbKernel *kernel,
                        const uint8_t *inputs, const Result *expected)
{
    const XbModel *model = xb_model_new_on(arena, plan, kernel);
    const XbMvm *m = &model->mvm[0];
    XbTally *counted = xb_model_tallies(arena, model), *right = xb_model_tallies(arena, model);
    XbJob job = {.tally = counted, .scratch = arena};
    XbTallying t = xb_model_begin_tally(&job, m);
    int32_t *acc = xb_new(arena, int32_t, m->accumulators);
    uint64_t *bits = xb_new(arena, uint64_t, m->code_bits * m->words);
    int64_t saturated = 0;
    for (int i = 0; i < m->accumulators; i++)
        acc[i] = 3 * i;
    xb_model_split_bits(m, inputs, bits);
    for (int u = 0; u < m->units; u++) {
        XbRead read = open_read(m, u, inputs, bits);
        read.acc = acc;
        read.sums = &t.sums;
        xb_model_begin_read(&t);
        saturated += m->read_unit(&read);
        xb_model_end_read(&t, read.unit);
        xb_model_end_unit(&t, read.unit);
    }
    for (int64_t k = 0; k < plan->layer[0].map->set; k++)
        count_array(plan, &plan->layer[0].map->array[k], inputs, right);
    int64_t size = (int64_t)counted->planes * counted->slices * (counted->high - counted->low + 1);
    assert_memory_equal(counted->count, right->count, sizeof *right->count * (size_t)size);
    assert_memory_equal(acc, expected->acc, sizeof *acc * (size_t)m->accumulators);
    assert_int_equal(saturated, expected->saturated);
}

// Dense inputs, sparse ones, none at all.
static void draw_inputs(Rng *rng, int rows, uint8_t *inputs)
{
    int density = rng_chance(rng, 50) ? 100 : rng_chance(rng, 10) ? 0 : rng_range(rng, 1, 30);
    int most = rng_chance(rng, 50) ? 255 : rng_range(rng, 1, 255);
    for (int i = 0; i < rows; i++)
        inputs[i] = (uint8_t)(rng_chance(rng, density) ? rng_range(rng, 0, most) : 0);
}

static void note(const XbPlan *plan, const XbMvm *m, int64_t saturated, Seen *seen)
{
    const XbConverter *adc = &m->adc;
    bool clips = adc->low < adc->clip_lo || adc->high > adc->clip_hi;
    seen->exact += adc->is_exact;
    seen->small += !adc->is_exact && adc->has_product && !clips && adc->limit <= INT16_MAX;
    seen->product += !adc->is_exact && adc->has_product && (clips || adc->limit > INT16_MAX);
    seen->table += !adc->is_exact && !adc->has_product && !adc->threshold;
    seen->one_list += adc->threshold && adc->lists == XB_LISTS_NONE;
    seen->compared += adc->lists == XB_LISTS_COMPARED;
    seen->tabled += adc->lists == XB_LISTS_TABLED;
    seen->searched += adc->lists == XB_LISTS_SEARCHED;
    seen->off_zero += m->base != NULL;
    seen->negative += adc->low < 0;
    seen->halves += m->halves.planes > 0;
    seen->few_planes += m->halves.planes > 0 && m->halves.planes < plan->layer[0].map->planes;
    seen->clamped += m->halves.planes > 0 && m->halves.can_saturate;
    seen->groups += plan->layer[0].map->groups > 1;
    seen->drive_bits += plan->dac_bits > 1;
    seen->saturated += saturated > 0;
    for (int u = 0; u < m->units; u++)
        seen->between_words += m->unit[u].row_base % 64 && m->unit[u].rows > 64;
}

static void check_case(XbArena *arena, const XbKernel *kernel, Rng *rng, Seen *seen)
{
    XbPlan plan;
    if (!make_plan(arena, rng, &plan))
        return;  // a block wider than the crossbar, sums beyond 32 bits
    draw_lists(arena, rng, &plan);
    const XbMvm *m = &xb_model_new_on(arena, &plan, xb_model_kernel("portable"))->mvm[0];
    uint8_t *inputs = xb_new(arena, uint8_t, 64 * m->words);
    for (int w = 0; w < WINDOWS; w++) {
        draw_inputs(rng, plan.layer[0].map->rows, inputs);
        Result expected = run(arena, &plan, xb_model_kernel("portable"), NULL, inputs);
        Result result = run(arena, &plan, kernel, NULL, inputs);
        compare(&plan, m, &expected, &result);
        check_tally(arena, &plan, kernel, inputs, &expected);
        note(&plan, m, expected.saturated, seen);
    }
}

static void note_wide(const XbPlan *plan, const XbMvm *m, int64_t saturated, Seen *seen)
{
    note(plan, m, saturated, seen);
    seen->noisy += m->wide->noise.add != NULL;
    seen->pairs += m->wide->step == 2;
    seen->flushed += m->flush > 0 && m->flush < 8;
    seen->whole += m->read_unit == xb_model_read_wide;
    seen->divided += !m->adc.has_product && m->adc.lists == XB_LISTS_NONE;
    seen->copies += m->wide->copies > 1;
}

static void check_wide(XbArena *arena, const XbKernel *kernel, Rng *rng, Seen *seen)
{
    XbPlan plan;
    XbDiags d = {.arena = arena};
    if (!make_wide_plan(arena, rng, &plan))
        return;
    draw_lists(arena, rng, &plan);
    if (!xb_plan_prove(arena, &d, "test", &plan))
        return;
    const XbMvm *m = &xb_model_new_on(arena, &plan, kernel)->mvm[0];
    uint8_t *inputs = xb_new(arena, uint8_t, 64 * m->words);
    for (int w = 0; m->wide && w < WINDOWS; w++) {
        draw_inputs(rng, plan.layer[0].map->rows, inputs);
        Result expected = run(arena, &plan, kernel, xb_model_read_wide, inputs);
        Result result = run(arena, &plan, kernel, NULL, inputs);
        compare(&plan, m, &expected, &result);
        note_wide(&plan, m, expected.saturated, seen);
    }
}

static void check_seen_wide(const Seen *seen)
{
    print_message(
        "reads: %d noisy, %d pairs, %d widened often, %d not at all; %d in groups, %d with "
        "wide drives, %d saturated, %d units between words, %d of two copies\n",
        seen->noisy, seen->pairs, seen->flushed, seen->whole, seen->groups, seen->drive_bits,
        seen->saturated, seen->between_words, seen->copies);
    print_message("... %d by products, %d divided, %d compared, %d searched; %d off zero\n",
                  seen->product + seen->small, seen->divided, seen->compared, seen->searched,
                  seen->off_zero);
    assert_true(seen->noisy > 100 && seen->pairs > 100 && seen->copies > 100);
    assert_true(seen->groups > 100 && seen->drive_bits > 100 && seen->saturated > 50);
    assert_true(seen->product + seen->small > 100 && seen->divided > 20 && seen->compared > 50);
    assert_true(seen->searched > 50 && seen->off_zero > 50 && seen->between_words > 20);
}

static void check_seen(const Seen *seen)
{
    print_message("reads: %d exact, %d by small products, %d by products, %d by tables; %d signed, "
                  "%d in groups, %d with wide drives, %d saturated, %d units between words\n",
                  seen->exact, seen->small, seen->product, seen->table, seen->negative,
                  seen->groups, seen->drive_bits, seen->saturated, seen->between_words);
    print_message(
        "... %d by a list, %d compared, %d by tables of lists, %d searched; %d off zero\n",
        seen->one_list, seen->compared, seen->tabled, seen->searched, seen->off_zero);
    print_message("... %d in 16 bits, %d a few planes at a time, %d clamped\n", seen->halves,
                  seen->few_planes, seen->clamped);
    assert_true(seen->halves > 50 && seen->few_planes > 20 && seen->clamped > 10);
    assert_true(seen->one_list > 50 && seen->compared > 50 && seen->tabled > 50);
    assert_true(seen->searched > 10 && seen->off_zero > 100);
    assert_true(seen->exact > 50 && seen->small > 50 && seen->product > 50 && seen->table > 20);
    assert_true(seen->negative > 50 && seen->groups > 50 && seen->drive_bits > 50);
    assert_true(seen->saturated > 50 && seen->between_words > 20);
}

typedef struct Trial {  // cases of one sort
    void (*check)(XbArena *arena, const XbKernel *kernel, Rng *rng, Seen *seen);
    void (*check_seen)(const Seen *seen);
    int cases;
} Trial;

static const Trial ideal = {check_case, check_seen, CASES};
static const Trial wide = {check_wide, check_seen_wide, WIDE_CASES};

// The AVX-512 kernel in instructions that every processor has, in builds for x86-64.
__attribute__((weak)) extern const XbKernel xb_emulated_avx512;

// NULL if it can neither run nor be emulated.
static const XbKernel *kernel_of(const char *name)
{
    const XbKernel *kernel = xb_model_kernel(name);
    if (kernel && xb_model_kernel_runs(kernel))
        return kernel;
    return strcmp(name, "avx512") == 0 ? &xb_emulated_avx512 : NULL;
}

static void compare_kernel(const Trial *trial, const char *name)
{
    const XbKernel *kernel = kernel_of(name);
    Seen seen = {0};
    if (!kernel) {
        print_message("skipped: this processor, or this build, has no %s\n", name);
        skip();
    }
    print_message("%s%s\n", kernel == &xb_emulated_avx512 ? "emulated " : "", name);
    bool is_quick = getenv("XB_QUICK");
    int cases = is_quick ? QUICK_CASES : trial->cases;
    for (int n = 0; n < cases; n++) {
        XbArena arena = {0};
        Rng rng = rng_of(1, (uint64_t)n);
        trial->check(&arena, kernel, &rng, &seen);
        xb_arena_free(&arena);
    }
    if (!is_quick)
        trial->check_seen(&seen);
}

static void portable_with_and_without_codes(void **state)
{
    (void)state;
    compare_kernel(&ideal, "portable");
}

static void avx2_gives_the_same(void **state)
{
    (void)state;
    compare_kernel(&ideal, "avx2");
}

static void avx512_gives_the_same(void **state)
{
    (void)state;
    compare_kernel(&ideal, "avx512");
}

static void portable_reads_imperfect_cells(void **state)
{
    (void)state;
    compare_kernel(&wide, "portable");
}

static void avx2_reads_imperfect_cells(void **state)
{
    (void)state;
    compare_kernel(&wide, "avx2");
}

static void avx512_reads_imperfect_cells(void **state)
{
    (void)state;
    compare_kernel(&wide, "avx512");
}

static void kernels_are_found_by_name(void **state)
{
    (void)state;
    assert_non_null(xb_model_kernel("portable"));
    assert_true(xb_model_kernel_runs(xb_model_kernel("portable")));
    assert_null(xb_model_kernel("fast"));
    assert_null(xb_model_kernel(""));
    const XbKernel *fastest = xb_model_kernel(NULL);
    for (const XbKernel *const *at = xb_model_kernels(); *at != fastest; at++)
        assert_false(xb_model_kernel_runs(*at));
    print_message("the fastest here is %s\n", fastest->name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kernels_are_found_by_name),
        cmocka_unit_test(portable_with_and_without_codes),
        cmocka_unit_test(avx2_gives_the_same),
        cmocka_unit_test(avx512_gives_the_same),
        cmocka_unit_test(portable_reads_imperfect_cells),
        cmocka_unit_test(avx2_reads_imperfect_cells),
        cmocka_unit_test(avx512_reads_imperfect_cells),
    };
    return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
