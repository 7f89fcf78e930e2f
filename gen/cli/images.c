// SPDX-License-Identifier: Apache-2.0
// Images in and results out. Everything inside works on unsigned codes.
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

static bool check_images(XbRun *run, const char *file, const XbNpy *array)
{
    const XbPlan *p = &run->plan;
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

bool xb_images_open(XbRun *run, const char *path, int fallback, XbImages *out)
{
    int wanted = run->options->images;
    *out = (XbImages){.plan = &run->plan,
                      .count = wanted ? wanted : fallback,
                      .file.fd = -1,
                      .seed = (uint64_t)run->options->seed};
    if (!path)
        return true;
    if (!xb_npy_open(run->arena, run->d, path, &out->file))
        return false;
    out->count = wanted ? wanted : out->file.array.shape[0];
    if (check_images(run, path, &out->file.array))
        return true;
    xb_images_close(out);
    return false;
}

// The k-th output, k from 0.
static uint64_t splitmix64(uint64_t seed, uint64_t k)
{
    uint64_t z = seed + (k + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

// The file's numbers become codes, in place. They may leave the range of codes of few bits.
static bool take_numbers(const XbImages *images, int64_t first, int64_t count, uint8_t *codes)
{
    const XbPlan *p = images->plan;
    unsigned top = (1U << p->code_bits) - 1;
    for (int64_t i = 0; i < count; i++) {
        unsigned code = (uint8_t)(codes[i] + p->code_offset);
        if (code > top) {
            xb_report(images->file.d, XB_ERROR, "input-range", images->file.path, "",
                      "element %lld is %d; this network takes numbers of %d bit%s, %d..%d",
                      (long long)(first + i), p->code_offset ? (int8_t)codes[i] : codes[i],
                      p->code_bits, p->code_bits > 1 ? "s" : "", -p->code_offset,
                      (int)top - p->code_offset);
            return false;
        }
        codes[i] = (uint8_t)code;
    }
    return true;
}

bool xb_images_get(const XbImages *images, int64_t first, int64_t count, uint8_t *codes)
{
    int64_t each = xb_shape_size(images->plan->input);
    if (images->file.fd >= 0) {
        return xb_npy_get(&images->file, first * each, count * each, codes) &&
               take_numbers(images, first * each, count * each, codes);
    }
    for (int64_t i = 0; i < count * each; i++)
        codes[i] = (uint8_t)(splitmix64(images->seed, (uint64_t)(first * each + i)) >>
                             (64 - images->plan->code_bits));
    return true;
}

void xb_images_close(XbImages *images) { xb_npy_close(&images->file); }

void xb_images_to_network(const XbPlan *plan, int l, const uint8_t *codes, int64_t count,
                          uint8_t *out)
{
    int bits = l < 0 ? plan->code_bits : plan->layer[l].out_bits;
    int offset = l < 0 ? plan->code_offset : plan->layer[l].out_offset;
    if (bits > 8 && out != codes)
        memcpy(out, codes, (size_t)(count * xb_code_bytes(bits)));
    for (int64_t i = 0; bits <= 8 && i < count; i++)
        out[i] = (uint8_t)(codes[i] - offset);
}

XbNpy xb_images_array(const XbPlan *plan, int l, int64_t images, bool all_ranks)
{
    XbShape s = l < 0 ? plan->input : plan->layer[l].net_out;
    int rank = all_ranks ? 4 : l < 0 ? plan->input_rank : plan->output_rank;
    rank = rank < 2 ? 2 : rank > 4 ? 4 : rank;
    int bits = l < 0 ? plan->code_bits : plan->layer[l].out_bits;
    bool is_signed = bits == XB_SUM_BITS || (l < 0 ? plan->code_offset : plan->layer[l].out_offset);
    XbNpy array = {.kind = is_signed ? 'i' : 'u', .item_size = xb_code_bytes(bits), .rank = rank};
    const int64_t dims[4] = {images, s.h, s.w, s.c};
    array.shape[0] = images;
    for (int i = 1; i < rank; i++)
        array.shape[i] = dims[4 - rank + i];
    for (int i = 1; i < 5 - rank; i++)
        array.shape[1] *= dims[i];
    array.count = images * xb_shape_size(s);
    return array;
}
