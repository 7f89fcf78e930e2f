// SPDX-License-Identifier: Apache-2.0
// Images in and results out. Everything inside works on unsigned codes; the difference is bit 7.
#include "cli/images.h"

#include <stdio.h>
#include <string.h>

static const char *shape_text(XbArena *arena, const int64_t *shape, int rank)
{
    const char *text = "";
    for (int i = 0; i < rank; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? "," : "", (long long)shape[i]);
    return text;
}

// [N,H,W,C]; with H = 1 also [N,W,C], with H = W = 1 also [N,C].
static bool is_image_shape(const XbNpy *array, XbShape s)
{
    const int64_t full[3] = {s.h, s.w, s.c};
    int given = array->rank - 1;
    if (given < 1 || given > 3)
        return false;
    for (int i = 0; i < 3; i++) {
        int64_t have = i < 3 - given ? 1 : array->shape[i - 3 + given + 1];
        if (have != full[i])
            return false;
    }
    return true;
}

static bool check_images(XbRun *run, const XbNpy *array)
{
    const XbPlan *p = &run->plan;
    const char *file = run->options->input;
    char kind = p->code_offset ? 'i' : 'u';
    if (array->kind != kind || array->item_size != 1)
        xb_report(run->d, XB_ERROR, "input-type", file, "",
                  "elements are %sint%d; this network takes %sint8", array->kind == 'u' ? "u" : "",
                  8 * array->item_size, kind == 'u' ? "u" : "");
    else if (!is_image_shape(array, p->input))
        xb_report(run->d, XB_ERROR, "input-shape", file, "",
                  "shape is [%s]; this network takes [N,%d,%d,%d]",
                  shape_text(run->arena, array->shape, array->rank), p->input.h, p->input.w,
                  p->input.c);
    else if (array->shape[0] < 1 || run->options->images > array->shape[0])
        xb_report(run->d, XB_ERROR, "input-count", file, "", "holds %lld images; %d are asked for",
                  (long long)array->shape[0], run->options->images ? run->options->images : 1);
    else
        return true;
    return false;
}

static bool read_images(XbRun *run, XbImages *out)
{
    XbNpy array;
    if (!xb_npy_read(run->arena, run->d, run->options->input, &array) || !check_images(run, &array))
        return false;
    out->count = run->options->images ? run->options->images : array.shape[0];
    int64_t size = out->count * xb_shape_size(run->plan.input);
    uint8_t *codes = xb_new(run->arena, uint8_t, size);
    xb_images_to_network(&run->plan, array.data, size, codes);  // its own inverse
    out->codes = codes;
    return true;
}

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

bool xb_images_get(XbRun *run, int fallback, XbImages *out)
{
    if (run->options->input)
        return read_images(run, out);
    out->count = run->options->images ? run->options->images : fallback;
    int64_t size = out->count * xb_shape_size(run->plan.input);
    uint8_t *codes = xb_new(run->arena, uint8_t, size);
    uint64_t state = (uint64_t)run->options->seed;
    for (int64_t i = 0; i < size; i++)
        codes[i] = (uint8_t)(splitmix64(&state) >> 56);
    out->codes = codes;
    return true;
}

void xb_images_to_network(const XbPlan *plan, const uint8_t *codes, int64_t count, uint8_t *out)
{
    for (int64_t i = 0; i < count; i++)
        out[i] = (uint8_t)(codes[i] ^ plan->code_offset);
}

XbNpy xb_images_array(const XbPlan *plan, int l, int64_t images, bool all_ranks, const void *data)
{
    XbShape s = l < 0 ? plan->input : plan->layer[l].net_out;
    int rank = all_ranks ? 4 : l < 0 ? plan->input_rank : plan->output_rank;
    rank = rank < 2 ? 2 : rank > 4 ? 4 : rank;
    XbNpy array = {.kind = plan->code_offset ? 'i' : 'u', .item_size = 1, .rank = rank};
    const int64_t dims[4] = {images, s.h, s.w, s.c};
    array.shape[0] = images;
    for (int i = 1; i < rank; i++)
        array.shape[i] = dims[4 - rank + i];
    for (int i = 1; i < 5 - rank; i++)
        array.shape[1] *= dims[i];
    array.count = images * xb_shape_size(s);
    array.data = data;
    return array;
}
