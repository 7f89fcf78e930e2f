// SPDX-License-Identifier: Apache-2.0
// The verb `emit`: the emitter's files and the golden model's vectors as one folder.
#include "cli/emit_folder.h"

#include "cli/folder.h"
#include "cli/golden.h"
#include <stdio.h>
#include <string.h>

#include "xbgen/emit.h"

static bool write_files(XbRun *run, XbFolder *folder)
{
    XbEmitted e = xb_emit(run->arena, &run->plan);
    for (int i = 0; i < e.files; i++) {
        const char *path = xb_folder_file(folder, e.file[i].path);
        if (!path || !xb_file_write(run->d, path, e.file[i].bytes.data, e.file[i].bytes.size))
            return false;
    }
    return true;
}

static bool write_array(XbRun *run, XbFolder *folder, const char *name, const XbNpy *array)
{
    const char *path = xb_folder_file(folder, name);
    return path && xb_npy_write(run->d, path, array);
}

// Input (layer -1) or output in the network's own numbers, always [N,H,W,C].
static bool write_ends(XbRun *run, XbFolder *folder, int l, const uint8_t *codes, int64_t images)
{
    const XbPlan *p = &run->plan;
    int64_t size = images * xb_shape_size(l < 0 ? p->input : p->layer[l].out);
    uint8_t *q = xb_new(run->arena, uint8_t, size);
    xb_images_to_network(p, codes, size, q);
    XbNpy array = xb_images_array(p, l, images, l < 0, q);
    return write_array(run, folder, l < 0 ? "vectors/input.npy" : "vectors/output.npy", &array);
}

// Codes of a layer's output: [image][word][channel].
static bool write_layer(XbRun *run, XbFolder *folder, int l, const XbGolden *g)
{
    XbShape s = run->plan.layer[l].out;
    XbNpy array = {.kind = 'u',
                   .item_size = 1,
                   .rank = 3,
                   .shape = {g->images, (int64_t)s.h * s.w, s.c},
                   .count = g->images * xb_shape_size(s),
                   .data = g->layer[l]};
    return write_array(run, folder, xb_arena_printf(run->arena, "vectors/layer_%d.npy", l), &array);
}

// Converter codes of a layer: [image][window][plane][group][row tile][conversion].
static bool write_codes(XbRun *run, XbFolder *folder, int l, const XbGolden *g)
{
    const XbPlanLayer *layer = &run->plan.layer[l];
    const XbPlanMap *m = layer->map;
    int64_t per_image = xb_model_codes(&run->plan, l);
    if (!m)
        return true;
    int64_t reads = (int64_t)layer->windows * m->planes * m->groups * m->row_tiles;
    XbNpy array = {
        .kind = 'u',
        .item_size = 2,
        .rank = 6,
        .shape = {g->images, layer->windows, m->planes, m->groups, m->row_tiles, per_image / reads},
        .count = g->images * per_image,
        .data = g->codes[l]};
    return write_array(run, folder, xb_arena_printf(run->arena, "vectors/adc_%d.npy", l), &array);
}

static bool write_vectors(XbRun *run, XbFolder *folder, const XbImages *images)
{
    const XbPlan *p = &run->plan;
    bool has_codes = strcmp(run->options->level, "adc") == 0;
    XbGolden g = xb_golden_run(run, images, has_codes ? XB_KEEP_CODES : XB_KEEP_LAYERS);
    bool ok = write_ends(run, folder, -1, images->codes, images->count) &&
              write_ends(run, folder, p->layers - 1, g.output, images->count);
    for (int l = 0; l < p->layers && ok; l++)
        ok = write_layer(run, folder, l, &g) && (!has_codes || write_codes(run, folder, l, &g));
    return ok;
}

bool xb_emit_folder(XbRun *run, const char *path, int fallback)
{
    XbFolder folder;
    XbImages images;
    if (!xb_emit_check(run->d, run->cfg.file, &run->plan) ||
        !xb_images_get(run, fallback, &images) ||
        !xb_folder_begin(&folder, run->arena, run->d, path))
        return false;
    if (write_files(run, &folder) && write_vectors(run, &folder, &images))
        return xb_folder_commit(&folder);
    xb_folder_abort(&folder);
    return false;
}

int xb_verb_emit(XbRun *run)
{
    return xb_emit_folder(run, run->options->output, 2) ? XB_OK : XB_BAD_INPUT;
}
