// SPDX-License-Identifier: Apache-2.0
// Imperfect cells: recorded single cells, conductances of whole designs, and the moments of what is
// drawn. Tests whose data is absent are skipped.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "model/parts.h"
#include "plan/cells.h"
#include "shared_data.h"
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>

#include "xbgen/file.h"
#include "xbgen/philox.h"

// ---- tables ----

static void quantiles_are_those_that_everybody_has(void **state)
{
    (void)state;
    XbArena arena = {0};
    const int16_t *q = xb_noise_quantiles(&arena);
    SHA2_CTX hash;
    SHA256Init(&hash);
    for (int i = 0; i < XB_QUANTILES; i++) {
        uint8_t byte[2] = {(uint8_t)q[i], (uint8_t)((uint16_t)q[i] >> 8)};
        SHA256Update(&hash, byte, sizeof byte);
    }
    assert_int_equal(q[4095], 15025);
    assert_int_equal(q[3000], 2542);
    shared_assert_digest(&hash, "588bef1101842acd87cd5cc394e1faaaf2c845e78b0da3559c6f9799a6957f8b");
    xb_arena_free(&arena);
}

// The distribution function undoes a quantile, to the twelve digits that tables need.
static void quantiles_are_exact_to_twelve_digits(void **state)
{
    (void)state;
    for (int i = 0; i < XB_QUANTILES / 2; i++) {
        double p = (i + 0.5) / XB_QUANTILES, z = xb_normal_quantile(p);
        double density = exp(-z * z / 2) / sqrt(2 * acos(-1.0));
        assert_true(fabs(0.5 * erfc(-z / sqrt(2.0)) - p) / density < 1e-12);
        assert_true(xb_normal_quantile(1 - p) == -z);
    }
}

// ---- recorded cells ----

static int fields(char *line, char *field[], int most)
{
    int count = 0;
    for (char *at = strtok(line, ",\r\n"); at && count < most; at = strtok(NULL, ",\r\n"))
        field[count++] = at;
    return count;
}

static uint64_t whole(const char *text) { return strtoull(text, NULL, 0); }
static uint32_t hex(const char *text) { return (uint32_t)strtoul(text, NULL, 16); }

enum {
    SEED,
    BITS,
    FRAC,
    ROWS,
    COLS,
    OFF,
    SIGMA,
    ON,
    OFF_SHARE,
    NU,
    TIME,
    T0,
    ALPHA,
    ARRAY,
    ROW,
    COLUMN,
    LEVEL,
    R0,
    R1,
    G,
    FIELDS
};

static void check_cell(char *field[])
{
    XbArena arena = {0};
    XbCfgRram r = {.seed = whole(field[SEED]),
                   .frac_bits = atoi(field[FRAC]),
                   .off_level = atof(field[OFF]),
                   .variation = atof(field[SIGMA]),
                   .stuck_on = atof(field[ON]),
                   .stuck_off = atof(field[OFF_SHARE]),
                   .nu = atof(field[NU]),
                   .time = atof(field[TIME]),
                   .t0 = atof(field[T0]),
                   .attenuation = atof(field[ALPHA])};
    int row = atoi(field[ROW]), column = atoi(field[COLUMN]), level = atoi(field[LEVEL]);
    XbCellRule rule =
        xb_cell_rule(&arena, &r, atoi(field[BITS]), atoi(field[ROWS]), atoi(field[COLS]));
    uint32_t array = (uint32_t)whole(field[ARRAY]), word[4];
    uint32_t counter[4] = {array, (uint32_t)row, (uint32_t)column, 0};
    xb_philox(counter, rule.key, word);
    assert_int_equal(word[0], hex(field[R0]));
    assert_int_equal(word[1], hex(field[R1]));
    uint16_t found = xb_cell_conductance(&rule, array, row, column, level);
    assert_int_equal(found, atoi(field[G]));
    assert_true(found <= xb_cell_most(&rule, level));
    xb_arena_free(&arena);
}

static void single_cells_are_as_recorded(void **state)
{
    (void)state;
    XbArena arena = {0};
    const char *name = "golden/imperfect/unit_cells.csv";
    shared_or_skip(&arena, name);
    FILE *file = fopen(shared_file(&arena, name), "r");
    char line[512], *field[FIELDS];
    int count = 0;
    assert_non_null(fgets(line, sizeof line, file));
    for (; fgets(line, sizeof line, file); count++) {
        assert_int_equal(fields(line, field, FIELDS), FIELDS);
        check_cell(field);
    }
    fclose(file);
    assert_true(count >= 300);
    xb_arena_free(&arena);
}

// ---- recorded noise ----

enum {
    N_SEED,
    N_FRAC,
    N_SIGMA,
    N_RHO,
    N_ARRAY,
    N_COLUMN,
    N_NUMBER,
    N_S,
    N_WORD,
    N_ADDED,
    N_FIELDS
};

static void check_noise(XbArena *arena, const int16_t *quantile, char *field[])
{
    XbCfgRram r = {.frac_bits = atoi(field[N_FRAC]), .read_noise = atof(field[N_SIGMA])};
    XbPlan plan = {.seed = whole(field[N_SEED]), .quantile = quantile};
    XbPlanMap map = {0};
    assert_true(xb_noise_amplitude(&r, atoi(field[N_RHO]), &map.read_noise));
    assert_int_equal(map.read_noise, atoi(field[N_S]));
    XbNoise noise = xb_model_noise(arena, &plan, &map);
    int column = atoi(field[N_COLUMN]);
    int32_t added =
        xb_model_noise_at(&noise, (uint32_t)whole(field[N_ARRAY]), column, whole(field[N_NUMBER]));
    assert_int_equal(added, atoi(field[N_ADDED]));
    assert_int_equal(added, noise.add[hex(field[N_WORD]) >> 20]);
    assert_true(added <= xb_plan_most_noise(&map) && added >= -xb_plan_most_noise(&map));
}

static void single_draws_of_noise_are_as_recorded(void **state)
{
    (void)state;
    XbArena arena = {0};
    const char *name = "golden/imperfect/unit_noise.csv";
    shared_or_skip(&arena, name);
    const int16_t *quantile = xb_noise_quantiles(&arena);
    FILE *file = fopen(shared_file(&arena, name), "r");
    char line[512], *field[N_FIELDS];
    int count = 0;
    assert_non_null(fgets(line, sizeof line, file));
    for (; fgets(line, sizeof line, file); count++) {
        assert_int_equal(fields(line, field, N_FIELDS), N_FIELDS);
        check_noise(&arena, quantile, field);
    }
    fclose(file);
    assert_true(count >= 100);
    xb_arena_free(&arena);
}

// ---- recorded designs ----

// R x C, row by row, as uint32; cells that hold nothing are 0.
static int64_t hash_array(const XbPlan *plan, const XbPlanArray *a, const uint16_t *g,
                          SHA2_CTX *hash)
{
    int64_t sum = 0;
    SHA256Init(hash);
    for (int r = 0; r < plan->rows; r++)
        for (int c = 0; c < plan->cols; c++) {
            uint16_t value = r < a->rows && c < a->cols ? g[(int64_t)r * a->cols + c] : 0;
            uint8_t byte[4] = {(uint8_t)value, (uint8_t)(value >> 8)};
            SHA256Update(hash, byte, sizeof byte);
            sum += value;
        }
    return sum;
}

static int check_layer(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l,
                       const cJSON *records)
{
    const XbPlanMap *m = l->map;
    for (int64_t k = 0; k < m->arrays; k++) {
        SHA2_CTX hash;
        const char *key = xb_arena_printf(arena, "%s:%" PRId64, l->name, k);
        const cJSON *record = cJSON_GetObjectItemCaseSensitive(records, key);
        if (!record)
            fail_msg("manifest.json has no %s", key);
        int64_t sum = hash_array(plan, &m->array[k % m->set], m->conductance[k], &hash);
        assert_int_equal(sum, (int64_t)cJSON_GetNumberValue(cJSON_GetArrayItem(record, 1)));
        shared_assert_digest(&hash, cJSON_GetStringValue(cJSON_GetArrayItem(record, 0)));
    }
    return (int)m->arrays;
}

static void check_design(const char *name, const cJSON *records)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbCfg cfg;
    XbNet net;
    XbPlan plan;
    const char *path = xb_arena_printf(&arena, "golden/imperfect/%s.cfg.json", name);
    xb_cfg_read(&arena, &d, shared_file(&arena, path), &cfg);
    xb_net_read(&arena, &d, cfg.network_path, &net);
    xb_plan_build(&arena, &d, &cfg, &net, &plan);
    assert_int_equal(d.errors, 0);
    assert_true(xb_plan_prove(&arena, &d, cfg.file, &plan));
    int64_t arrays = 0;
    for (int l = 0; l < plan.layers; l++)
        if (plan.layer[l].map) {
            const XbPlanLayer *layer = &plan.layer[l];
            int idle =
                cfg.duplication - layer->copies;  // copies beyond the windows, which are not built
            arrays += check_layer(&arena, &plan, layer, records) + idle * layer->map->set;
        }
    assert_int_equal(arrays, cJSON_GetArraySize(records));
    xb_arena_free(&arena);
}

static void arrays_of_designs_are_as_recorded(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes;
    shared_or_skip(&arena, "golden/imperfect/manifest.json");
    xb_file_read(&arena, &d, shared_file(&arena, "golden/imperfect/manifest.json"), &bytes);
    cJSON *manifest = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    const cJSON *one, *cases = cJSON_GetObjectItemCaseSensitive(manifest, "cases");
    assert_true(cJSON_GetArraySize(cases) >= 9);
    cJSON_ArrayForEach(one, cases)
        check_design(one->string, cJSON_GetObjectItemCaseSensitive(one, "G"));
    cJSON_Delete(manifest);
    xb_arena_free(&arena);
}

// ---- moments ----

enum { DRAWS = 1 << 18 };

// Conductances of so many cells of the highest level, on arrays of 64 x 64.
static uint16_t *draw(XbArena *arena, const XbCfgRram *rram, int cell_bits)
{
    XbCellRule rule = xb_cell_rule(arena, rram, cell_bits, 64, 64);
    uint16_t *g = xb_new(arena, uint16_t, DRAWS);
    for (int i = 0; i < DRAWS; i++)
        g[i] = xb_cell_conductance(&rule, (uint32_t)(i >> 12), i >> 6 & 63, i & 63,
                                   (1 << cell_bits) - 1);
    return g;
}

// A count of draws lies within three standard deviations of what its share says.
static void expect_share(int count, double share)
{
    assert_true(fabs(count - share * DRAWS) <= 3 * sqrt(DRAWS * share * (1 - share)));
}

static void cells_are_stuck_as_often_as_asked(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbCfgRram r = {.seed = 3,
                   .frac_bits = 4,
                   .off_level = 0.25,
                   .variation = 1e-9,
                   .stuck_on = 0.02,
                   .stuck_off = 0.07,
                   .time = 1,
                   .t0 = 1};
    XbCellRule rule = xb_cell_rule(&arena, &r, 2, 64, 64);
    int on = 0, off = 0;
    for (int i = 0; i < DRAWS; i++) {
        uint16_t g = xb_cell_conductance(&rule, (uint32_t)(i >> 12), i >> 6 & 63, i & 63, 1);
        on += g == rule.top;
        off += g == rule.off;
    }
    expect_share(on, r.stuck_on);
    expect_share(off, r.stuck_off);
    xb_arena_free(&arena);
}

static void check_spread(double sigma)
{
    XbArena arena = {0};
    XbCfgRram r = {.seed = 5, .frac_bits = 11, .variation = sigma, .time = 1, .t0 = 1};
    XbCellRule rule = xb_cell_rule(&arena, &r, 4, 64, 64);
    const uint16_t *g = draw(&arena, &r, 4);
    double mean = 0, square = 0, fourth = 0, found = 0, spread = 0, level = 15 << 11;
    for (int i = 0; i < XB_QUANTILES; i++)
        mean += (double)rule.spread[i] / 65536 / XB_QUANTILES;
    for (int i = 0; i < XB_QUANTILES; i++) {
        double off = (double)rule.spread[i] / 65536 - mean;
        square += off * off / XB_QUANTILES;
        fourth += off * off * off * off / XB_QUANTILES;
    }
    for (int i = 0; i < DRAWS; i++)
        found += g[i] / level / DRAWS;
    for (int i = 0; i < DRAWS; i++)
        spread += (g[i] / level - mean) * (g[i] / level - mean) / DRAWS;
    assert_true(fabs(found - mean) <= 3 * sqrt(square / DRAWS));
    assert_true(fabs(spread - square) <= 3 * sqrt((fourth - square * square) / DRAWS));
    xb_arena_free(&arena);
}

static void cells_vary_as_their_table_does(void **state)
{
    (void)state;
    check_spread(0.05);
    check_spread(0.15);
}

// A coarse cell keeps little of a small variation: most draws are rounded back to the level.
static void whole_levels_hide_small_variation(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbCfgRram r = {.seed = 6, .variation = 0.05, .time = 1, .t0 = 1};
    const uint16_t *g = draw(&arena, &r, 2);
    double square = 0;
    for (int i = 0; i < DRAWS; i++)
        square += (g[i] - 3.0) * (g[i] - 3.0) / DRAWS;
    assert_true(sqrt(square) / 3 < 0.3 * 0.05);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_those_that_everybody_has),
        cmocka_unit_test(quantiles_are_exact_to_twelve_digits),
        cmocka_unit_test(single_cells_are_as_recorded),
        cmocka_unit_test(single_draws_of_noise_are_as_recorded),
        cmocka_unit_test(arrays_of_designs_are_as_recorded),
        cmocka_unit_test(cells_are_stuck_as_often_as_asked),
        cmocka_unit_test(cells_vary_as_their_table_does),
        cmocka_unit_test(whole_levels_hide_small_variation),
    };
    return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
