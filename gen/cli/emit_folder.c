// SPDX-License-Identifier: Apache-2.0
// The verb `emit`: the emitter's files and the golden model's vectors as one folder.
#include "cli/emit_folder.h"

#include "cli/folder.h"
#include "cli/golden.h"
#include "cli/lock.h"
#include "cli/spawn.h"
#include "cli/stage.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "xbgen/emit.h"

static bool write_files(XbRun *run, XbStage *stage)
{
    XbEmitted e = xb_emit(run->arena, &run->plan, &run->macro);
    for (int i = 0; i < e.files; i++)
        if (!xb_stage_write(stage, e.file[i].path, e.file[i].bytes))
            return false;
    return true;
}

// ---- vectors ----

enum { INPUT, OUTPUT, FIRST_LAYER };  // then every layer, then every layer's converter codes

typedef struct Vectors {
    XbRun *run;
    XbStage *stage;
    int64_t images;
    bool has_codes;
    int count;
    const char **name;
    XbFileWriter *file;
} Vectors;

// The simulation of the verb `cosim` gets its converter codes through a pipe.
static bool wants_codes(const XbRun *run)
{
    return run->options->verb == XB_VERB_EMIT && strcmp(run->options->level, "adc") == 0;
}

// Codes of a layer's output, or its sums: [image][word][channel].
static XbNpy layer_array(const Vectors *v, int l)
{
    const XbPlanLayer *layer = &v->run->plan.layer[l];
    XbShape s = layer->out;
    return (XbNpy){.kind = layer->out_bits == XB_SUM_BITS ? 'i' : 'u',
                   .item_size = xb_code_bytes(layer->out_bits),
                   .rank = 3,
                   .shape = {v->images, xb_shape_pixels(s), s.c},
                   .count = v->images * xb_shape_size(s)};
}

// Converter codes of a layer: [image][window][plane][group][row tile][conversion].
static XbNpy codes_array(const Vectors *v, int l)
{
    const XbPlanLayer *layer = &v->run->plan.layer[l];
    const XbPlanMap *m = layer->map;
    if (!m)
        return (XbNpy){0};
    return (XbNpy){.kind = 'u',
                   .item_size = 2,
                   .rank = 6,
                   .shape = {v->images, layer->windows, m->planes, m->groups, m->tiling.row_tiles,
                             xb_plan_conversions(&v->run->plan, m->columns)},
                   .count = v->images * xb_model_codes(&v->run->plan, l)};
}

// What vector `i` is; rank 0: there is none. Input and output are in the network's own numbers.
static XbNpy array_of(const Vectors *v, int i)
{
    const XbPlan *p = &v->run->plan;
    int l = i - FIRST_LAYER;
    if (i < FIRST_LAYER)
        return xb_images_array(p, i == INPUT ? -1 : p->layers - 1, v->images, i == INPUT);
    return l < p->layers ? layer_array(v, l) : codes_array(v, l - p->layers);
}

static const char *name_of(const Vectors *v, int i)
{
    int l = i - FIRST_LAYER, layers = v->run->plan.layers;
    if (i < FIRST_LAYER)
        return i == INPUT ? "vectors/input.npy" : "vectors/output.npy";
    return l < layers ? xb_arena_printf(v->run->arena, "vectors/layer_%d.npy", l)
                      : xb_arena_printf(v->run->arena, "vectors/adc_%d.npy", l - layers);
}

static double size_of(const Vectors *v)  // in bytes
{
    double size = 0;
    for (int i = 0; i < v->count; i++) {
        XbNpy array = array_of(v, i);
        size += (double)array.count * array.item_size;
    }
    return size;
}

static const char *size_text(XbArena *arena, double size)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    int unit = 0;
    for (size *= 1e-3; size >= 1000 && unit < 3; unit++)
        size /= 1000;
    return xb_arena_printf(arena, "%.1f %s", size, units[unit]);
}

// What cannot be written is not begun: it would fill the disk for all others first.
static bool has_room(const Vectors *v, double size)
{
    struct statvfs disk;
    XbArena *a = v->run->arena;
    if (statvfs(v->stage->folder, &disk) != 0)
        return true;
    double room = (double)disk.f_bavail * (double)disk.f_frsize;
    if (size <= room)
        return true;
    xb_report(v->run->d, XB_ERROR, "file-write", v->stage->path, "",
              "vectors take %s, and %s are free: %s; ask for fewer images (-n)", size_text(a, size),
              size_text(a, room), strerror(ENOSPC));
    return false;
}

static bool begin_vectors(Vectors *v)
{
    XbArena *a = v->run->arena;
    v->count = FIRST_LAYER + (v->has_codes ? 2 : 1) * v->run->plan.layers;
    v->name = xb_new(a, const char *, v->count);
    v->file = xb_new(a, XbFileWriter, v->count);
    for (int i = 0; i < v->count; i++)
        v->file[i].fd = -1;
    double size = size_of(v);
    if (!has_room(v, size))
        return false;
    if (v->has_codes)
        fprintf(stderr, "xbgen: vectors of level adc take %s\n", size_text(a, size));
    for (int i = 0; i < v->count; i++) {
        XbNpy array = array_of(v, i);
        v->name[i] = name_of(v, i);
        const char *path = xb_stage_path(v->stage, v->name[i]);
        if (!path || (array.rank && !xb_npy_begin(a, v->run->d, path, &array, &v->file[i])))
            return false;
    }
    return true;
}

// Of layer l, -1: the input.
static bool append_network(Vectors *v, int i, int l, const uint8_t *codes, int64_t images)
{
    const XbPlan *p = &v->run->plan;
    XbArena scratch = {0};
    int64_t size = images * xb_plan_bytes(p, l);
    uint8_t *q = xb_new(&scratch, uint8_t, size);
    xb_images_to_network(p, l, codes, images * xb_shape_size(xb_plan_stream(p, l)), q);
    bool is_written = xb_file_append(&v->file[i], q, (size_t)size);
    xb_arena_free(&scratch);
    return is_written;
}

static bool append_layer(Vectors *v, int l, const XbBatch *batch)
{
    const XbPlan *p = &v->run->plan;
    XbFileWriter *file = &v->file[FIRST_LAYER + l];
    size_t codes = (size_t)(batch->count * xb_model_codes(p, l));
    return xb_file_append(file, batch->layer[l], (size_t)(batch->count * xb_plan_bytes(p, l))) &&
           (!batch->codes || !codes ||
            xb_file_append(file + p->layers, batch->codes[l], codes * sizeof(uint16_t)));
}

static bool take_batch(void *context, const XbBatch *batch)
{
    Vectors *v = context;
    const XbPlan *p = &v->run->plan;
    bool ok = append_network(v, INPUT, -1, batch->input, batch->count) &&
              append_network(v, OUTPUT, p->layers - 1, batch->output, batch->count);
    for (int l = 0; l < p->layers && ok; l++)
        ok = append_layer(v, l, batch);
    return ok;
}

static bool end_vectors(Vectors *v)
{
    for (int i = 0; i < v->count; i++)
        if (array_of(v, i).rank &&
            (!xb_file_end(&v->file[i]) || !xb_stage_add(v->stage, v->name[i], v->file[i].digest)))
            return false;
    return true;
}

static bool write_vectors(XbRun *run, XbStage *stage, const XbImages *images)
{
    Vectors v = {
        .run = run, .stage = stage, .images = images->count, .has_codes = wants_codes(run)};
    run->images = images->count;
    run->vectors = xb_new(run->arena, XbLayerCount, run->plan.layers);
    bool is_written = begin_vectors(&v) &&
                      xb_golden_run(run, images, v.has_codes ? XB_KEEP_CODES : XB_KEEP_LAYERS,
                                    run->vectors, take_batch, &v) &&
                      end_vectors(&v);
    for (int i = 0; i < v.count; i++)
        xb_file_drop(&v.file[i]);
    return is_written;
}

// ---- the folder ----

static bool move_in(const XbRun *run, XbStage *s)
{
    XbBytes moving =
        xb_emit_manifest(run->arena, &run->plan, s->file, s->files, s->standing, s->standings);
    XbBytes manifest = xb_emit_manifest(run->arena, &run->plan, s->file, s->files, NULL, 0);
    return xb_stage_commit(s, moving, manifest);
}

// Locks the folder that is there, or the new one that will be renamed to it. One that appeared
// meanwhile is begun again under its lock: others may have been changing it.
static bool begin(XbRun *run, XbStage *stage, const char *path, int *lock)
{
    *lock = xb_lock_take(path);
    while (xb_stage_begin(stage, run->arena, run->d, path)) {
        if (*lock >= 0 || (*lock = xb_lock_take(stage->is_old ? path : stage->folder)) < 0)
            return true;
        if (!stage->is_old)
            return true;
        xb_stage_abort(stage);
    }
    return false;
}

static bool emit(XbRun *run, const char *path, const XbImages *images, int *lock)
{
    XbStage stage;
    if (!begin(run, &stage, path, lock))
        return false;
    if (write_files(run, &stage) && write_vectors(run, &stage, images) &&
        xb_stage_check(&stage, run->options->force))
        return move_in(run, &stage);
    xb_stage_abort(&stage);
    return false;
}

bool xb_emit_folder(XbRun *run, const char *path, int fallback, int *lock)
{
    XbImages images;
    *lock = -1;
    if (!xb_emit_check(run->d, run->cfg.file, &run->plan) ||
        !xb_images_open(run, run->options->input, fallback, &images))
        return false;
    bool is_emitted = emit(run, path, &images, lock);
    xb_images_close(&images);
    return is_emitted;
}

int xb_verb_emit(XbRun *run)
{
    const char *folder = run->options->output, *word = xb_spawn_word(run->arena, folder);
    int lock;
    bool is_emitted = xb_emit_folder(run, folder, 2, &lock);
    xb_lock_release(lock);
    if (!is_emitted)
        return XB_BAD_INPUT;
    printf("emit: %s, with vectors of %lld image%s; simulate them: make -C %s; more: make -C %s "
           "help\n",
           folder, (long long)run->images, run->images == 1 ? "" : "s", word, word);
    return XB_OK;
}
