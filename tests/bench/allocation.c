// SPDX-License-Identifier: Apache-2.0
// Copies of a network under a budget as an integer program, for any solver that reads the LP
// format: a variable for each layer and number of copies that some cheaper one does not equal.
// Prints the least value that xbgen finds, and the seconds it takes for that. usage: allocation
// NETWORK ARRAYS BITS throughput|serial FILE
#include "../unit/hand_net.h"
#include "plan/alloc.h"
#include "plan/parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct Case {
    XbArena arena;
    XbPlan plan;
    bool is_serial;
    int64_t budget;
    int layers;
    XbDemand *demand;
} Case;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static XbDemand demand_of(Case *c, const XbPlanLayer *l, int bits_per_cycle)
{
    XbPort port = {.loads = xb_loads(&c->arena, l, XB_KP),
                   .read_cycles = l->map->read_cycles,
                   .load_bits = (int64_t)l->in.c * l->in_bits,
                   .store_bits = (int64_t)l->out.c * l->out_bits,
                   .bits_per_cycle = bits_per_cycle};
    return (XbDemand){.port = port, .set = l->map->set, .least = 1};
}

static bool open_case(Case *c, const char *network, int bits_per_cycle)
{
    XbDiags d = {.arena = &c->arena};
    XbNet net;
    XbCfg cfg = hand_cfg(XB_ROUND_DOUBLE);
    cfg.encoding = XB_OFFSET;
    cfg.adc_per_array = 128;
    bool is_good = xb_net_read(&c->arena, &d, network, &net) &&
                   xb_plan_outline(&c->arena, &d, &cfg, &net, &c->plan);
    xb_diags_print(&d, stderr);
    c->demand = xb_new(&c->arena, XbDemand, c->plan.layers);
    for (int n = 0; is_good && n < c->plan.layers; n++)
        if (c->plan.layer[n].map)
            c->demand[c->layers++] = demand_of(c, &c->plan.layer[n], bits_per_cycle);
    for (int l = 0; l < c->layers; l++)
        c->demand[l].most = (int)xb_min_int64(c->demand[l].port.loads.windows,
                                              1 + (c->budget - c->plan.arrays) / c->demand[l].set);
    return is_good;
}

// ---- ours ----

// The solver of the program is given times too.
static XbBudget open_budget(Case *c)
{
    XbMenu *menu = xb_new(&c->arena, XbMenu, c->layers);
    for (int l = 0; l < c->layers; l++)
        menu[l] = xb_menu(&c->arena, &c->demand[l]);
    return (XbBudget){c->layers, menu, c->budget};
}

static int64_t solve(const Case *c, const XbBudget *b)
{
    XbArena scratch = {0};
    const int *copies =
        c->is_serial ? xb_alloc_serial(&scratch, b) : xb_alloc_throughput(&scratch, b);
    int64_t value = 0;
    for (int l = 0; copies && l < c->layers; l++) {
        const XbChoice *choice = b->menu[l].choice;
        while (choice->copies != copies[l])
            choice++;
        int64_t time = choice->time;
        value = c->is_serial ? value + time : xb_max_int64(value, time);
    }
    xb_arena_free(&scratch);
    return value;
}

// ---- the program ----

typedef struct Columns {  // numbers of copies of a layer
    int count;
    int *copies;
    int64_t *time;
} Columns;

static Columns columns_of(XbArena *arena, const XbDemand *d)
{
    Columns c = {0, xb_new(arena, int, d->most), xb_new(arena, int64_t, d->most)};
    for (int copies = 1; copies <= d->most; copies++) {
        int64_t time = xb_port_interval(&d->port, copies);
        if (c.count > 0 && time >= c.time[c.count - 1])
            continue;
        c.copies[c.count] = copies;
        c.time[c.count++] = time;
    }
    return c;
}

static void write_sum(FILE *f, const Columns *c, int layer, const int64_t *factor, int scale)
{
    for (int i = 0; i < c->count; i++)
        fprintf(f, "%s+ %" PRId64 " x%d_%d", i % 8 ? " " : "\n ",
                (factor ? factor[i] : c->copies[i]) * scale, layer, c->copies[i]);
}

static void write_program(const Case *c, FILE *f)
{
    XbArena scratch = {0};
    Columns *of = xb_new(&scratch, Columns, c->layers);
    for (int l = 0; l < c->layers; l++)
        of[l] = columns_of(&scratch, &c->demand[l]);
    fprintf(f, "Minimize\n value:");
    for (int l = 0; c->is_serial && l < c->layers; l++)
        write_sum(f, &of[l], l, of[l].time, 1);
    fprintf(f, "%s\nSubject To\n arrays:", c->is_serial ? "" : " longest");
    for (int l = 0; l < c->layers; l++)
        write_sum(f, &of[l], l, NULL, c->demand[l].set);
    fprintf(f, " <= %" PRId64 "\n", c->budget);
    for (int l = 0; l < c->layers; l++) {
        fprintf(f, " one%d:", l);
        for (int i = 0; i < of[l].count; i++)
            fprintf(f, "%s+ x%d_%d", i % 8 ? " " : "\n ", l, of[l].copies[i]);
        fprintf(f, " = 1\n");
        if (c->is_serial)
            continue;
        fprintf(f, " time%d:", l);
        write_sum(f, &of[l], l, of[l].time, 1);
        fprintf(f, " - longest <= 0\n");
    }
    fprintf(f, "Binaries\n");
    for (int l = 0; l < c->layers; l++)
        for (int i = 0; i < of[l].count; i++)
            fprintf(f, " x%d_%d\n", l, of[l].copies[i]);
    fprintf(f, "End\n");
    xb_arena_free(&scratch);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: %s NETWORK ARRAYS BITS throughput|serial FILE\n", argv[0]);
        return 2;
    }
    Case c = {.budget = atoll(argv[2]), .is_serial = strcmp(argv[4], "serial") == 0};
    if (!open_case(&c, argv[1], atoi(argv[3])))
        return 2;
    FILE *f = fopen(argv[5], "w");
    if (!f)
        return 3;
    write_program(&c, f);
    fclose(f);
    int rounds = 0;
    int64_t value = 0;
    XbBudget b = open_budget(&c);
    double start = now();
    for (; rounds == 0 || now() - start < 0.2; rounds++)
        value = solve(&c, &b);
    printf("%" PRId64 " %.6f\n", value, (now() - start) / rounds);
    xb_arena_free(&c.arena);
    return 0;
}
