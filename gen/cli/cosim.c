// SPDX-License-Identifier: Apache-2.0
// The verb `cosim`: emit, build, run, and after a mismatch run again with a wave around it.
#include "cli/cosim.h"

#include "cli/codes.h"
#include "cli/emit_folder.h"
#include "cli/folder.h"
#include "cli/lock.h"
#include "cli/spawn.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/file.h"

enum { MAX_ARGS = 32, WAVE_BEFORE = 2000, WAVE_AFTER = 500 };

typedef struct Sim {
    XbRun *run;
    const char *folder;
    const char *results;  // the simulation's JSON
    int lock;             // nobody else works in the folder
} Sim;

static const char *in_folder(const Sim *s, const char *name)
{
    return xb_arena_printf(s->run->arena, "%s/%s", s->folder, name);
}

static bool fail(const Sim *s, const char *tool, const char *what)
{
    xb_report(s->run->d, XB_ERROR, "tool", tool, "", "%s", what);
    return false;
}

static bool has_tools(const Sim *s)
{
    static const char *const tools[] = {"make", "verilator", "g++"};
    bool has_all = true;
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++)
        if (!xb_spawn_has(tools[i]))
            has_all = fail(s, tools[i], "is not installed; co-simulation needs it");
    return has_all;
}

static void show_log(const char *path)
{
    char line[512];
    FILE *log = fopen(path, "r");
    while (log && fgets(line, sizeof line, log))
        fputs(line, stderr);
    if (log)
        fclose(log);
}

// make -C DIR TARGET, quietly and under our lock; the log is shown if it fails.
static bool build(const Sim *s, const char *target)
{
    const char *log = in_folder(s, "build.log");
    const char *const argv[] = {"make", "--no-print-directory", "-C", s->folder,
                                target, "XB_LOCKED=1",          NULL};
    int status = xb_spawn(argv, log);
    if (status == 0)
        return true;
    show_log(log);
    return fail(s, log, status < 0 ? strerror(errno) : "the simulation could not be built");
}

typedef struct Args {
    const char *argv[MAX_ARGS];
    int count;
} Args;

static void add(Args *a, const char *name, const char *value)
{
    a->argv[a->count++] = name;
    if (value)
        a->argv[a->count++] = value;
}

static void add_number(const Sim *s, Args *a, const char *name, long long value)
{
    add(a, name, xb_arena_printf(s->run->arena, "%lld", value));
}

// Every conversion is compared, with codes that come through a pipe.
static bool wants_codes(const Sim *s) { return strcmp(s->run->options->level, "adc") == 0; }

static Args sim_args(const Sim *s, const char *program)
{
    const XbOptions *o = s->run->options;
    Args a = {0};
    add(&a, in_folder(s, program), NULL);
    add(&a, "--level", o->level);
    add(&a, "--vectors", in_folder(s, "vectors"));
    add(&a, "--program", in_folder(s, "mem/program.bin"));
    add_number(s, &a, "--stall", o->stall);
    add_number(s, &a, "--seed", o->seed);
    if (o->back_door)
        add(&a, "--backdoor", NULL);
    if (wants_codes(s))
        add_number(s, &a, "--codes-fd", XB_SPAWN_PIPE);
    return a;
}

static void add_wave(const Sim *s, Args *a, long long from, long long to)
{
    add(a, "--wave", in_folder(s, "waves/xb.fst"));
    add(a, "--gtkw", in_folder(s, "waves/xb.gtkw"));
    add_number(s, a, "--wave-from", from);
    if (to > 0)
        add_number(s, a, "--wave-to", to);
}

static int spawn(const Sim *s, const Args *a, const char *log)
{
    if (!wants_codes(s))
        return xb_spawn(a->argv, log);
    return xb_codes_spawn(s->run, in_folder(s, "vectors/input.npy"), a->argv, log);
}

static int simulate(const Sim *s, const Args *a)
{
    int status = spawn(s, a, s->run->options->json ? "" : NULL);
    if (status < 0 || status > XB_ENVIRONMENT) {
        fail(s, a->argv[0], status < 0 ? strerror(errno) : "the simulation ended abnormally");
        return XB_ENVIRONMENT;
    }
    return status;
}

static const XbJson *read_results(const Sim *s)
{
    XbBytes bytes;
    if (!xb_folder_exists(s->results) ||
        !xb_file_read(s->run->arena, s->run->d, s->results, &bytes))
        return NULL;
    return xb_json_parse(s->run->arena, s->run->d, s->results, (const char *)bytes.data,
                         bytes.size);
}

// The counted interval; one image alone has none.
static const char *interval_text(const XbRun *run, const XbJson *counted)
{
    double interval = xb_json_number(counted, "interval", 0);
    return interval > 0 ? xb_arena_printf(run->arena, "%.0f", interval) : "-";
}

static void print_counters(const XbRun *run, const XbJson *counted, double images)
{
    double conversions = xb_json_number(counted, "conversions", 0),
           busy = xb_json_number(counted, "busy", 0);
    if (run->plan.counters)
        printf(" %13.0f %9.2f %6.1f\n", conversions / images,
               conversions > 0 ? 100 * xb_json_number(counted, "saturated", 0) / conversions : 0,
               100 * busy / images / (double)run->plan.interval);
    else
        printf(" %13s %9s %6s\n", "-", "-", "-");
}

static int name_width(const XbRun *run) { return xb_plan_name_width(&run->plan, 12); }

static void print_layer(const XbRun *run, const XbJson *counted, const XbPlanLayer *l,
                        double images)
{
    printf("%-*s %6lld %6d %10lld %10s", name_width(run), l->name,
           (long long)(l->map ? l->map->arrays : 0), l->copies, (long long)l->interval,
           interval_text(run, counted));
    print_counters(run, counted, images);
}

// Counted by the chip, per image; use is busy cycles as a share of the planned interval of the
// chip. A chip without counters leaves what the probes saw: the cycles between images.
static void print_table(const XbRun *run, const XbJson *results)
{
    double images = xb_json_number(results, "images_done", 0);
    const XbJson *list = xb_json_member(results, "layers");
    const XbJson *counted = list ? list->first : NULL;
    if (!counted || images < 1)
        return;
    printf("%-*s %6s %6s %10s %10s %13s %9s %6s\n", name_width(run), "layer", "arrays", "copies",
           "planned", "cycles", "conversions", "satur. %", "use %");
    for (int l = 0; l < run->plan.layers && counted; l++, counted = counted->next)
        print_layer(run, counted, &run->plan.layer[l], images);
    printf("%-*s %6lld %6s %10lld %10s\n", name_width(run), "chip", (long long)run->plan.arrays, "",
           (long long)run->plan.interval, interval_text(run, results));
}

static void print_json_layer(const XbPlan *p, int l, const XbJson *counted)
{
    static const char *const counts[] = {
        "interval", "start", "end",         "stream_in", "stream_out", "words_in", "words_out",
        "reads",    "busy",  "conversions", "saturated", "starved",    "blocked",  "ring_words"};
    const XbPlanLayer *layer = &p->layer[l];
    const XbPlanMap *m = layer->map;
    printf("    {\"name\": \"%s\", \"kind\": \"%s\", \"arrays\": %lld, \"duplication\": %d, "
           "\"steps\": %d, \"interval_planned\": %lld",
           layer->name, xb_kind_name(layer->kind), (long long)(m ? m->arrays : 0), layer->copies,
           layer->steps, (long long)layer->interval);
    if (m)
        printf(", \"adc_bits\": %d, \"delta\": %d, \"lo\": %d, \"lossless\": %s", m->adc.bits,
               m->adc.delta, m->adc.lo, m->adc.lossless ? "true" : "false");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (xb_json_member(counted, counts[i]) &&
            xb_json_member(counted, counts[i])->kind == XB_JSON_NUMBER)
            printf(", \"%s\": %.0f", counts[i], xb_json_number(counted, counts[i], 0));
    printf("}%s\n", l + 1 < p->layers ? "," : "");
}

static void print_json(const XbRun *run, const XbJson *results, int status)
{
    static const char *const totals[] = {"images", "images_done", "mismatches",
                                         "cycles", "interval",    "latency"};
    const XbJson *list = xb_json_member(results, "layers");
    const XbJson *counted = list ? list->first : NULL;
    printf("{\n  \"equal\": %s,\n", status == XB_OK ? "true" : "false");
    for (size_t i = 0; i < sizeof totals / sizeof totals[0]; i++) {
        const XbJson *m = xb_json_member(results, totals[i]);
        if (m && m->kind == XB_JSON_NUMBER)
            printf("  \"%s\": %.0f,\n", totals[i], m->number);
        else
            printf("  \"%s\": null,\n", totals[i]);
    }
    printf("  \"arrays\": %lld,\n  \"interval_planned\": %lld,\n  \"latency_planned\": %lld,\n"
           "  \"layers\": [\n",
           (long long)run->plan.arrays, (long long)run->plan.interval,
           (long long)run->plan.latency);
    for (int l = 0; l < run->plan.layers; l++, counted = counted ? counted->next : NULL)
        print_json_layer(&run->plan, l, counted);
    printf("  ]\n}\n");
}

// Runs again with a wave around the first mismatch, if it can be had.
static void record_wave(const Sim *s, const XbJson *results)
{
    double at = xb_json_number(results, "first_mismatch_cycle", -1);
    if (at < 0 || !build(s, "build-wave"))
        return;
    Args a = sim_args(s, "build/xb_sim_wave");
    add_wave(s, &a, at > WAVE_BEFORE ? (long long)at - WAVE_BEFORE : 0, (long long)at + WAVE_AFTER);
    // It reports the same mismatches once more: those go to a log.
    if (spawn(s, &a, in_folder(s, "wave.log")) == XB_DIFFERS)
        fprintf(stderr, "xbgen: wave around the first mismatch: gtkwave %s\n",
                xb_spawn_word(s->run->arena, in_folder(s, "waves/mismatch.gtkw")));
}

// The clamp's work, which no code tells: a code may be an end code without it.
static int compare_saturated(const XbRun *run, const XbJson *results)
{
    const XbJson *list = xb_json_member(results, "layers");
    const XbJson *counted = list ? list->first : NULL;
    int status = XB_OK;
    for (int l = 0; l < run->plan.layers && counted; l++, counted = counted->next) {
        double due = (double)run->vectors[l].saturated,
               is = xb_json_number(counted, "saturated", due);
        if (is == due)
            continue;
        fprintf(stderr, "xbgen: mismatch: layer %d %s, %.0f saturated conversions, %.0f are due\n",
                l, run->plan.layer[l].name, is, due);
        status = XB_DIFFERS;
    }
    return status;
}

// Plays all images; *results: NULL if there are none.
static int play(const Sim *s, const XbJson **results)
{
    const XbOptions *o = s->run->options;
    Args a = sim_args(s, o->wave ? "build/xb_sim_wave" : "build/xb_sim");
    add(&a, "--json", s->results);
    if (o->wave)
        add_wave(s, &a, 0, 0);
    if (o->json)
        add(&a, "--quiet", NULL);
    unlink(s->results);  // of a former run
    int status = simulate(s, &a);
    *results = status <= XB_DIFFERS ? read_results(s) : NULL;
    if (status == XB_OK && s->run->cfg.macro_saturation)
        status = compare_saturated(s->run, *results);
    return status;
}

static int run_sim(const Sim *s)
{
    const XbOptions *o = s->run->options;
    const XbJson *results;
    int status = play(s, &results);
    if (o->json && results)
        print_json(s->run, results, status);
    else if (results)
        print_table(s->run, results);
    if (status == XB_DIFFERS && !o->wave)
        record_wave(s, results);
    return status;
}

static const char *folder_of(const XbRun *run)
{
    return run->options->output ? run->options->output
                                : xb_arena_printf(run->arena, "%s.xb", run->plan.name);
}

static bool begin(Sim *s, XbRun *run, const char *folder)
{
    *s = (Sim){.run = run, .folder = folder, .lock = -1};
    s->results = in_folder(s, "results.json");
    return has_tools(s) && xb_emit_folder(run, folder, 2, &s->lock) &&
           build(s, run->options->wave ? "build-wave" : "build");
}

int xb_cosim_results(XbRun *run, const char *folder, const XbJson **results)
{
    Sim s;
    int status = begin(&s, run, folder) ? play(&s, results) : XB_BAD_INPUT;
    xb_lock_release(s.lock);
    return status;
}

static int build_and_run(Sim *s, XbRun *run)
{
    const XbOptions *o = run->options;
    const char *folder = folder_of(run);
    bool was_there = xb_folder_exists(folder);
    if (!begin(s, run, folder))
        return XB_BAD_INPUT;
    int status = run_sim(s);
    if (status == XB_OK && !was_there && !o->output && !o->keep && !o->wave)
        xb_folder_remove(s->folder);
    else if (status != XB_OK)
        fprintf(stderr, "xbgen: the design and its simulation are in %s\n", s->folder);
    return status;
}

int xb_verb_cosim(XbRun *run)
{
    Sim s;
    int status = build_and_run(&s, run);
    xb_lock_release(s.lock);
    return status;
}
