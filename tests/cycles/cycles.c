// SPDX-License-Identifier: Apache-2.0
// cycles RTL [IMAGES]: what a chip does in time, from the structure in RTL/xb_top.sv and the
// behaviour of its cells, of which there are models here that were written from the Verilog alone.
// Prints interval, latency and counters as a simulation does (results.json). Without IMAGES as many
// are played as it takes to see the pace that lasts.
#include "chip.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void print_counters(const Layer *l)
{
    const Counts *n = &l->cell->counts;
    const Instance *i = l->cell->instance;
    bool has_arrays = port(i, "number_i") != NULL;
    printf(", \"stream_in\": %" PRId64 ", \"stream_out\": %" PRId64, l->words_in, l->words_out);
    printf(", \"words_in\": %" PRId64 ", \"words_out\": %" PRId64,
           has_arrays ? n->loads * parameter(i, "InC") : 0,
           has_arrays ? l->words_out * parameter(i, "OutC") : 0);
    printf(", \"reads\": %" PRId64 ", \"conversions\": %" PRId64, n->reads, n->conversions);
    printf(", \"busy\": %" PRId64 ", \"blocked\": %" PRId64 ", \"ring_words\": %" PRId64, l->busy,
           l->blocked, n->held);
}

static void print_layer(const Layer *l)
{
    printf("    {\"name\": \"%s\", \"interval\": ", l->name);
    printf(l->gaps.worst ? "%" PRId64 : "null", l->gaps.worst);
    printf(", \"start\": %" PRId64 ", \"end\": %" PRId64, l->start, l->gaps.first);
    print_counters(l);
    printf("}");
}

// A pace that is no whole number of cycles is no planned one.
static void print_times(const Gaps *r, const Pace *p)
{
    printf("{\n  \"images\": %" PRId64 ",\n  \"interval\": %" PRId64 ",\n", r->images, r->worst);
    if (p->images > 0)
        printf("  \"interval_average\": %.3f,\n  \"interval_settled\": %" PRId64 ",\n",
               (double)p->cycles / (double)p->images, up(p->cycles, p->images));
    printf("  \"latency\": %" PRId64 ",\n  \"layers\": [", r->first);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: cycles RTL [IMAGES]\n");
        return 2;
    }
    Netlist n = netlist_read(argv[1]);
    Chip c = chip_make(&n);
    chip_play(&c, argc > 2 ? strtoll(argv[2], NULL, 10) : 0);
    print_times(&c.results, &c.pace);
    for (int k = 0; k < c.layers; k++) {
        printf(k ? ",\n" : "\n");
        print_layer(&c.layer[k]);
    }
    printf("\n  ]\n}\n");
    return 0;
}
