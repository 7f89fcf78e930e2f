// SPDX-License-Identifier: Apache-2.0
// random_net SEED DIR [SETS [IMAGES [CFG]]]: a random network with several sets of weights, a
// random mapping and images, as DIR/set<n>/{net.tflite,cfg.json,alt.json,input.npy}, or
// net.json with its files. All sets have
// the same hardware; alt.json is another lossless mapping of the same network. CFG draws another
// mapping for the network of SEED. Prints one line: what was made.
#include "graph.h"
#include "json_net.h"
#include "mapping.h"
#include "weights.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xbgen/emit.h"
#include "xbgen/npy.h"

enum {
    MOST_TRIES = 400,
    MOST_ARRAYS = 40,
    MOST_CELLS = 40000,
    MOST_INTERVAL = 3000,
    MOST_IMAGES = 100
};

typedef enum {
    DRAW_GRAPH = 1,
    DRAW_CFG,
    DRAW_ALT,
    DRAW_IMAGES,
    DRAW_WEIGHTS = 16,
    DRAW_RANGES = 64,
    DRAW_SEEDS = 128
} Draw;

typedef struct Case {
    XbArena *arena;
    XbDiags d;
    const char *folder;
    uint64_t seed, cfg_seed;  // of the network; of its mapping
    int sets, images;
    bool lossless;      // asked for
    bool all_lossless;  // in all sets planned since it was set
    XbCfg cfg;          // of the set planned last
    Graph g;
    XbPlan plan;  // of the latest set that was tried
} Case;

static const char *in_set(const Case *c, int set, const char *name)
{
    return xb_arena_printf(c->arena, "%s/set%d/%s", c->folder, set, name);
}

// ---- mappings ----

static bool is_small(const XbPlan *p)
{
    int64_t cells = (int64_t)p->arrays * p->rows * p->cols;
    return p->arrays <= MOST_ARRAYS && cells <= MOST_CELLS && p->interval <= MOST_INTERVAL;
}

static bool is_lossless(const XbPlan *p)
{
    for (int l = 0; l < p->layers; l++)
        if (p->layer[l].map && !p->layer[l].map->adc.lossless)
            return false;
    return true;
}

// Faults of a mapping are no faults of the test: it draws another one.
static bool plan_set(Case *c, int set, const char *name)
{
    XbDiags silent = {.arena = c->arena};
    XbNet net;
    c->cfg = (XbCfg){0};
    bool ok = xb_cfg_read(c->arena, &silent, in_set(c, set, name), &c->cfg) &&
              xb_cfg_lists(c->arena, &silent, &c->cfg) &&
              xb_net_read(c->arena, &silent, c->cfg.network_path, &net);
    if (ok)
        xb_net_draw(c->arena, &net);
    ok = ok && xb_plan_build(c->arena, &silent, &c->cfg, &net, &c->plan) &&
         xb_plan_prove(c->arena, &silent, c->cfg.file, &c->plan);
    for (const XbDiag *d = silent.first; d; d = d->next)
        if (strncmp(d->code, "plan-", 5) != 0)
            xb_report(&c->d, XB_ERROR, d->code, d->file, d->where, "%s", d->text);
    c->all_lossless = c->all_lossless && ok && is_lossless(&c->plan);
    return ok && is_small(&c->plan) && (!c->lossless || is_lossless(&c->plan));
}

// cfg.json as NAME, and what it names.
static bool write_mapping(Case *c, int set, const char *name, const MappingText *made)
{
    for (int i = 0; i < made->files; i++)
        if (!xb_npy_write(&c->d, in_set(c, set, made->file[i].name), &made->file[i].array))
            return false;
    return xb_file_write(&c->d, in_set(c, set, name), made->text, strlen(made->text));
}

// Writes the mapping beside every set's network; true if all are good and have the same hardware.
static bool map_sets(Case *c, const char *name, Rng structure)
{
    uint64_t hash = 0;
    for (int set = 0; set < c->sets; set++) {
        Rng ranges = rng_of(c->cfg_seed, DRAW_RANGES + (uint64_t)set);
        MappingText made = mapping_text(c->arena, &c->g, structure, ranges, c->lossless);
        if (!write_mapping(c, set, name, &made) || !plan_set(c, set, name))
            return false;
        uint64_t its = xb_emit_design_hash(c->arena, &c->plan);
        if (set > 0 && its != hash) {
            xb_report(&c->d, XB_ERROR, "test-hash", in_set(c, set, name), "",
                      "the design hash depends on data");
            return false;
        }
        hash = its;
    }
    return true;
}

static bool find_mapping(Case *c, const char *name, Draw draw, int tries)
{
    Rng r = rng_of(c->cfg_seed, draw);
    for (int i = 0; i < tries && c->d.errors == 0; i++) {
        Rng structure = {rng_next(&r)};
        if (map_sets(c, name, structure))
            return true;
    }
    return false;
}

// ---- networks ----

static bool write_networks(Case *c, uint64_t draw)
{
    for (int set = 0; set < c->sets; set++) {
        XbBytes file = weights_file(c->arena, &c->g, rng_of(draw, DRAW_WEIGHTS + (uint64_t)set));
        Rng seeds = rng_of(draw, DRAW_SEEDS + (uint64_t)set);
        bool is_written =
            c->g.is_json ? json_net_write(c->arena, &c->d, &c->g, file, seeds, in_set(c, set, ""))
                         : xb_file_write(&c->d, in_set(c, set, "net.tflite"), file.data, file.size);
        if (!is_written)
            return false;
    }
    return true;
}

static bool find_network(Case *c)
{
    Rng r = rng_of(c->seed, DRAW_GRAPH);
    for (int i = 0; i < MOST_TRIES && c->d.errors == 0; i++) {
        uint64_t draw = rng_next(&r);
        graph_make(&c->g, (Rng){draw});
        if (write_networks(c, draw) && find_mapping(c, "cfg.json", DRAW_CFG, 30))
            return true;
    }
    return false;
}

// ---- images ----

static int8_t draw_code(Rng *r, int style)
{
    switch (style) {
    case 1:
        return -128;
    case 2:
        return 127;
    case 3:
        return (int8_t)rng_pick(r, (int[]){-128, 127}, 2);
    case 4:
        return (int8_t)rng_range(r, -128, -112);
    default:
        return (int8_t)rng_range(r, -128, 127);
    }
}

// The pace shows from some image on: a short run is inside as a whole before its first image comes
// out.
static int enough_images(const Case *c)
{
    int64_t n = c->plan.latency / c->plan.interval + 2;
    return n < c->images ? c->images : n > MOST_IMAGES ? MOST_IMAGES : (int)n;
}

static bool write_images(Case *c, int set)
{
    const Value *v = &c->g.value[0];
    Rng r = rng_of(c->seed, DRAW_IMAGES + 256 * (uint64_t)set);
    int size = v->h * v->w * v->c;
    int8_t *codes = xb_new(c->arena, int8_t, c->images * size);
    for (int i = 0; i < c->images; i++)
        for (int k = 0, style = rng_below(&r, 8); k < size; k++)
            codes[i * size + k] = (int8_t)(draw_code(&r, style) ^ (c->g.is_uint8 ? -128 : 0));
    XbNpy array = {.kind = c->g.is_uint8 ? 'u' : 'i',
                   .item_size = 1,
                   .rank = v->rank,
                   .count = c->images * size,
                   .shape = {c->images, v->h, v->w, v->c},
                   .data = codes};
    if (v->rank == 2)
        array.shape[1] = v->c;
    return xb_npy_write(&c->d, in_set(c, set, "input.npy"), &array);
}

// ---- the program ----

static bool make_folders(Case *c)
{
    for (int set = 0; set < c->sets; set++) {
        const char *path = xb_arena_printf(c->arena, "%s/set%d", c->folder, set);
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            xb_report(&c->d, XB_ERROR, "file-write", path, "", "%s", strerror(errno));
            return false;
        }
    }
    return true;
}

static int shortest_step(const XbPlan *p)
{
    int64_t least = 0;
    for (int l = 0; l < p->layers; l++)
        if (p->layer[l].map && (least == 0 || p->layer[l].step_cycles < least))
            least = p->layer[l].step_cycles;
    return (int)least;
}

static void print_losses(const Case *c)
{
    bool has_list = false, has_lists = false, has_preset = false;
    for (int l = 0; l < c->plan.layers; l++) {
        const XbPlanMap *m = c->plan.layer[l].map;
        if (!m || !m->adc.threshold)
            continue;
        has_preset |= m->adc.preset != NULL;
        has_list |= !m->adc.preset && m->adc.list_columns == 1;
        has_lists |= m->adc.list_columns > 1;
    }
    printf("%s%s%s", has_preset ? ", preset" : "", has_list ? ", list of a layer" : "",
           has_lists ? ", list of each converter" : "");
    if (c->cfg.rram.is_given)
        printf(", imperfect cells of %d fraction bits%s%s", c->cfg.rram.frac_bits,
               c->cfg.rram.read_noise > 0 ? ", read noise" : "",
               c->cfg.rram.programmed_bias ? ", programmed bias" : "");
}

// What property.sh wants to have seen.
static void print_kinds(const Case *c)
{
    int step = shortest_step(&c->plan);
    if (c->plan.pipeline == XB_PIPELINE_SERIAL)
        printf(", serial");
    if (step > 0 && c->cfg.macro_module)
        printf(", user's macro");
    if (!c->plan.counters)
        printf(", no counters");
    if (step > 0 && c->plan.adc_latency == 64)
        printf(", latency 64 in steps of %d", step);
    if (step > 0)
        print_losses(c);
}

static const char *adjective(const Op *op)
{
    static const char *const means[XB_OVERS] = {"", "column ", "row "};
    if (op->kind == NET_MEAN)
        return means[op->over];
    if (op->is_of_rows)
        return "stacked ";
    return op->groups > 1 ? "grouped " : "";
}

static void print_case(Case *c, bool has_alt)
{
    c->lossless = false;
    c->all_lossless = true;
    for (int set = 0; set < c->sets; set++)
        plan_set(c, set, "cfg.json");
    printf("%d layers%s%s", c->plan.layers, c->g.is_uint8 ? " of UINT8" : "",
           c->g.is_json ? " in JSON" : "");
    for (int i = 0; i < c->g.ops; i++)
        printf("%c%s%s", i ? '-' : ' ', adjective(&c->g.op[i]), graph_kind_name(c->g.op[i].kind));
    printf(", %d arrays %dx%d", (int)c->plan.arrays, c->plan.rows, c->plan.cols);
    print_kinds(c);
    printf(", %s%s\n", c->all_lossless ? "lossless" : "lossy", has_alt ? ", alt" : "");
}

static bool run(Case *c, uint64_t other)
{
    if (!make_folders(c) || !find_network(c))
        return false;
    c->cfg_seed += other << 32;
    if (other != 0 && !find_mapping(c, "cfg.json", DRAW_CFG, MOST_TRIES))
        return false;
    if (c->images > 1)
        c->images = enough_images(c);
    for (int set = 0; set < c->sets; set++)
        if (!write_images(c, set))
            return false;
    c->lossless = true;
    print_case(c, find_mapping(c, "alt.json", DRAW_ALT, 20));
    return c->d.errors == 0;
}

static uint64_t number(int argc, char **argv, int n, uint64_t absent)
{
    return n < argc ? strtoull(argv[n], NULL, 0) : absent;
}

int main(int argc, char **argv)
{
    XbArena arena = {0};
    if (argc < 3) {
        fprintf(stderr, "usage: random_net SEED DIR [SETS [IMAGES [CFG]]]\n");
        return 2;
    }
    Case c = {.arena = &arena, .d = {.arena = &arena}, .folder = argv[2]};
    c.seed = number(argc, argv, 1, 1);
    c.sets = (int)number(argc, argv, 3, 2);
    c.images = (int)number(argc, argv, 4, 4);
    c.cfg_seed = c.seed;
    c.lossless = c.seed % 4 != 0;
    bool ok = run(&c, number(argc, argv, 5, 0));
    if (!ok)
        fprintf(stderr, "random_net: nothing that can be built was found for seed %s\n", argv[1]);
    xb_diags_print(&c.d, stderr);
    xb_arena_free(&arena);
    return ok ? 0 : 1;
}
