// SPDX-License-Identifier: Apache-2.0
// Arrays, reads, conversions, words and cycles of single layers, as an independent implementation
// counts them.

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
#include <stdlib.h>

enum { COLUMNS = 64, LINE = 1024 };

typedef struct Table {  // a line of a csv file with names in its first line
    char head[LINE], line[LINE];
    char *name[COLUMNS], *value[COLUMNS];
    int columns;
} Table;

static int cut(char *text, char **cell)
{
    int count = 0;
    for (char *at = text; at && count < COLUMNS; count++) {
        cell[count] = at;
        at = strpbrk(at, ",\n");
        if (at)
            *at++ = '\0';
    }
    return count;
}

static const char *field(const Table *t, const char *name)
{
    for (int i = 0; i < t->columns; i++)
        if (strcmp(t->name[i], name) == 0)
            return t->value[i];
    fail_msg("no column %s", name);
    return NULL;
}

static int number(const Table *t, const char *name) { return atoi(field(t, name)); }

static void set_window(const Table *t, XbNetLayer *l)
{
    l->kh = l->kw = number(t, "K");
    l->stride_h = l->stride_w = number(t, "stride");
    l->pad_t = number(t, "pt");
    l->pad_b = number(t, "pb");
    l->pad_l = number(t, "pl");
    l->pad_r = number(t, "pr");
}

static void set_layer(const Table *t, XbNetLayer *l)
{
    const char *kind = field(t, "kind");
    l->in = (XbShape){number(t, "H"), number(t, "W"), number(t, "Ci")};
    l->out = (XbShape){number(t, "Ho"), number(t, "Wo"), number(t, "Co")};
    l->kind = strcmp(kind, "fc") == 0 ? XB_FC : strcmp(kind, "dwconv") == 0 ? XB_DWCONV : XB_CONV;
    if (l->kind == XB_DWCONV)
        l->multiplier = number(t, "mult");
    set_window(t, l);
    // nc slices of one polarity
    l->weight_bits = number(t, "nc") > 1 ? number(t, "nc") : 2;
}

static XbScheme scheme_of(const char *name)
{
    if (strcmp(name, "subimage") == 0)
        return XB_SUB_IMAGE;
    return strcmp(name, "im2col") == 0 ? XB_IM2COL : XB_KERNEL_POSITION;
}

static void set_mapping(const Table *t, XbCfg *cfg)
{
    const char *option = field(t, "option");
    cfg->rows = cfg->active_rows = number(t, "R");
    cfg->cols = number(t, "C");
    cfg->encoding = XB_OFFSET;
    cfg->cell_bits = number(t, "nc") > 1 ? 1 : 2;
    cfg->adc_bits = 14;
    cfg->adc_per_array = number(t, "n_adc");
    cfg->duplication = number(t, "d");
    cfg->scheme = scheme_of(field(t, "scheme"));
    cfg->kp_packed = strcmp(option, "true") == 0    ? XB_PACK_YES
                     : strcmp(option, "false") == 0 ? XB_PACK_NO
                                                    : XB_PACK_AUTO;
}

static XbAccess access_named(const char *name)
{
    for (int access = XB_DUP; access <= XB_LINE; access++)
        if (strcmp(xb_access_name((XbAccess)access), name) == 0)
            return (XbAccess)access;
    fail_msg("no access %s", name);
    return XB_DUP;
}

static void set_buffer(const Table *t, XbCfg *cfg)
{
    cfg->bits_per_cycle = strcmp(field(t, "bw"), "unlimited") == 0 ? 0 : number(t, "bw");
    cfg->has_access = true;
    cfg->access = access_named(field(t, "access"));
    cfg->transfer = strcmp(field(t, "transfer"), "serial") == 0 ? XB_SERIAL : XB_OVERLAPPED;
}

// All four ways, whichever the row has.
static void check_loads(const Table *t, XbArena *arena, const XbPlanLayer *l)
{
    static const char *const names[] = {"load_dup", "load_share", "load_kp", "load_line"};
    for (int access = XB_DUP; access <= XB_LINE; access++) {
        XbPort port = {.loads = xb_loads(arena, l, (XbAccess)access)};
        assert_int_equal(xb_port_positions(&port, l->copies) * l->in.c, number(t, names[access]));
    }
}

static void check_count(const Table *t, const cJSON *layer, const char *name, const char *key)
{
    double found = cJSON_GetNumberValue(cJSON_GetObjectItem(layer, key));
    if (found != atof(field(t, name)))
        fail_msg("id %s: %s is %.0f, recorded is %s", field(t, "id"), key, found, field(t, name));
}

static void check_counts(const Table *t, Bench *b)
{
    static const char *const pairs[][2] = {{"set", "set"},
                                           {"arrays", "arrays"},
                                           {"steps", "steps"},
                                           {"rows", "used_rows"},
                                           {"cols", "used_cols"},
                                           {"reads", "reads"},
                                           {"t_xbar", "read_cycles"},
                                           {"step_max", "step_cycles"},
                                           {"interval", "interval"},
                                           {"store", "words_out"},
                                           {"conversions", "conversions"}};
    cJSON *json = cJSON_Parse(xb_plan_json(&b->arena, &b->plan));
    const cJSON *layer = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "layers"), 0);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        check_count(t, layer, pairs[i][0], pairs[i][1]);
    if (*field(t, "interval_published"))
        check_count(t, layer, "interval_published", "interval_published");
    check_count(t, layer, xb_arena_printf(&b->arena, "load_%s", field(t, "access")), "words_in");
    if (b->plan.layer[0].map->scheme != XB_SUB_IMAGE)
        check_loads(t, &b->arena, &b->plan.layer[0]);
    int cols_all = 0;
    for (int k = 0; k < b->plan.layer[0].map->set; k++)
        cols_all += xb_plan_array(&b->plan, b->plan.layer[0].map, k).cols;
    assert_int_equal(cols_all, number(t, "cols_all"));
    assert_int_equal(b->plan.layer[0].windows, number(t, "windows"));
    cJSON_Delete(json);
}

// ---- sub-images ----

// Side and reuse are asked for by layer.
static void set_sub_image(const Table *t, Bench *b, XbCfgLayer *own)
{
    *own = (XbCfgLayer){.name = b->net.layer->name,
                        .in_mapping = true,
                        .sub_image = atoi(field(t, "S_given")),
                        .reuse = number(t, "reuse")};
    b->cfg.policy = strcmp(field(t, "option"), "slice") == 0 ? XB_SLICE : XB_PACKED;
    b->cfg.layers = 1;
    b->cfg.layer = own;
}

static int number_at(const cJSON *list, int index)
{
    return (int)cJSON_GetNumberValue(cJSON_GetArrayItem(list, index));
}

// The side, outputs, overlap and all arrays at once of what was chosen, and of its policy.
static void check_sub_image(const Table *t, Bench *b)
{
    const XbPlanLayer *l = b->plan.layer;
    cJSON *json = cJSON_Parse(xb_plan_json(&b->arena, &b->plan));
    const cJSON *layer = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "layers"), 0);
    const cJSON *s = cJSON_GetObjectItem(layer, "sub_image");
    const cJSON *policy = cJSON_GetObjectItem(s, field(t, "option"));
    const cJSON *side = cJSON_GetObjectItem(s, "side");
    assert_int_equal(number_at(side, 0), number(t, "S"));
    assert_int_equal(number_at(side, 1), number(t, "S"));
    assert_int_equal(cJSON_GetNumberValue(cJSON_GetObjectItem(s, "outputs")), number(t, "o"));
    double overlap = cJSON_GetNumberValue(cJSON_GetObjectItem(s, "overlap"));
    assert_int_equal((int)(100 * overlap + 0.5), number(t, "overlap"));
    if (l->kind == XB_DWCONV || number(t, "K") > 1) {
        check_count(t, policy, "windows", "windows");
        check_count(t, policy, "set", "set");
    } else {
        assert_null(policy);
    }
    cJSON_Delete(json);
}

static void check_words(const Table *t, const XbPlanLayer *l)
{
    int64_t loads = (int64_t)l->windows * xb_plan_positions(l) * l->in.c;
    assert_int_equal(loads, atoll(field(t, "load_dup")));
    assert_int_equal(xb_shape_size(l->out), number(t, "store"));
}

static void refuse_line(const Table *t, Bench *b)
{
    assert_false(xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
    bool is_given = field(t, "S_given")[0] != '\0';
    assert_int_equal(is_given
                         ? reports(b, "plan-sub-image-size", "$.mapping.layers.conv1.sub_image", "")
                         : reports(b, "plan-sub-image", "layer conv1", ""),
                     1);
}

// ---- all ----

static void check_mapped(const Table *t, Bench *b)
{
    bool is_cut = strcmp(field(t, "scheme"), "subimage") == 0;
    assert_true(xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
    check_counts(t, b);
    check_words(t, b->plan.layer);
    if (is_cut)
        check_sub_image(t, b);
}

static void check_line(const Table *t)
{
    Bench b;
    XbCfgLayer own;
    set_layer(t, open_layer(&b, XB_CONV, XB_ROUND_DOUBLE));
    set_mapping(t, &b.cfg);
    set_buffer(t, &b.cfg);
    if (b.cfg.scheme == XB_SUB_IMAGE)
        set_sub_image(t, &b, &own);
    hand_close(&b.arena, &b.net, 0.01f);
    if (number(t, "fits"))
        check_mapped(t, &b);
    else
        refuse_line(t, &b);
    xb_arena_free(&b.arena);
}

static void counts_are_the_recorded_ones(void **state)
{
    (void)state;
    XbArena arena = {0};
    shared_or_skip(&arena, "golden/mapping/layers.csv");
    FILE *f = fopen(shared_file(&arena, "golden/mapping/layers.csv"), "r");
    Table t = {.columns = 0};
    int checked = 0;
    assert_non_null(fgets(t.head, LINE, f));
    t.columns = cut(t.head, t.name);
    while (fgets(t.line, LINE, f)) {
        cut(t.line, t.value);
        check_line(&t);
        checked++;
    }
    assert_int_equal(checked, 364);
    fclose(f);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_the_recorded_ones),
    };
    return cmocka_run_group_tests_name("counts", tests, NULL, NULL);
}
