// SPDX-License-Identifier: Apache-2.0
// Images in and results out. Everything inside works on unsigned codes.
#include "cli/images.h"

#include "cli/host.h"
#include "cli/real.h"
#include <stdio.h>
#include <string.h>

static const char *shape_text(XbArena *arena, const int64_t *shape, int rank)
{
    const char *text = "";
    for (int i = 0; i < rank; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? "," : "", (long long)shape[i]);
    return text;
}

// Whether the dimensions behind the first are `count` of an image's, in their order.
static bool has_dims(const XbNpy *array, const int *dim, int count)
{
    bool is_equal = array->rank == count + 1;
    for (int i = 0; i < count && is_equal; i++)
        is_equal = array->shape[i + 1] == dim[i];
    return is_equal;
}

// [N,H,W,C]; with one channel also [N,H,W]; with H = 1 also [N,W,C], with H = W = 1 also [N,C].
static bool is_image_shape(const XbNpy *array, XbShape s)
{
    const int full[3] = {s.h, s.w, s.c};
    return has_dims(array, full, 3) || (s.c == 1 && has_dims(array, full, 2)) ||
           (s.h == 1 && has_dims(array, full + 1, 2)) ||
           (s.h == 1 && s.w == 1 && has_dims(array, full + 2, 1));
}

// The type of an array's elements: "int8", "float32".
static const char *type_text(XbArena *arena, const XbNpy *array)
{
    const char *kind = array->kind == 'f'   ? "float"
                       : array->kind == 'u' ? "uint"
                       : array->kind == 'b' ? "bool"
                                            : "int";
    return array->kind == 'b' ? kind : xb_arena_printf(arena, "%s%d", kind, 8 * array->item_size);
}

// Whether the array is in the file's own shape: what stands in front of the chip moves no value.
static bool is_file_shape(const XbNpy *array, const XbNetEnd *end)
{
    return end->is_hosts && !end->is_turned && end->rank > 1 &&
           has_dims(array, end->dim + 1, end->rank - 1);
}

static bool check_type(XbRun *run, const char *file, const XbImages *images)
{
    const XbNpy *array = &images->file.array;
    const char *type = type_text(run->arena, array);
    bool is_real = images->factor != 0, is_float = array->kind == 'f';
    char kind = images->plan->code_offset ? 'i' : 'u';
    if (images->host)
        return true;
    if (is_real && !is_float && strcmp(type, "uint8") != 0)
        xb_report(run->d, XB_ERROR, "input-type", file, "",
                  "elements are %s; --input-real takes float32 or uint8", type);
    else if (!is_real && (array->kind != kind || array->item_size != 1))
        xb_report(
            run->d, XB_ERROR, "input-type", file, "",
            "elements are %s; this network takes codes, %sint8%s", type, kind == 'u' ? "u" : "",
            is_float || strcmp(type, "uint8") == 0 ? "; --input-real quantizes real values" : "");
    else
        return true;
    return false;
}

static bool check_images(XbRun *run, const char *file, const XbImages *images)
{
    const XbNpy *array = &images->file.array;
    XbShape s = images->plan->input;
    if (!check_type(run, file, images))
        return false;
    if (!is_image_shape(array, s) && !is_file_shape(array, &images->plan->file_input))
        xb_report(run->d, XB_ERROR, "input-shape", file, "",
                  "shape is [%s]; this network takes [N,%d,%d,%d]",
                  shape_text(run->arena, array->shape, array->rank), s.h, s.w, s.c);
    else if (array->shape[0] < 1 || run->options->images > array->shape[0])
        xb_report(run->d, XB_ERROR, "input-count", file, "",
                  "the file holds %lld images; %d are asked for", (long long)array->shape[0],
                  run->options->images ? run->options->images : 1);
    else
        return true;
    return false;
}

// `is_users`: the values may be those of the file's own input.
static bool open_file(XbRun *run, const char *path, int wanted, bool is_users, XbImages *out)
{
    if (!xb_npy_open_numbers(run->arena, run->d, path, &out->file))
        return false;
    out->count = wanted ? wanted : out->file.array.shape[0];
    if (is_users)
        xb_host_take(run, out);
    if (check_images(run, path, out) && (!out->factor || xb_real_check(run, out)))
        return true;
    xb_images_close(out);
    return false;
}

bool xb_images_open(XbRun *run, const char *path, int fallback, XbImages *out)
{
    int wanted = run->options->images;
    *out = (XbImages){.plan = &run->plan,
                      .count = wanted ? wanted : fallback,
                      .file.fd = -1,
                      .factor = run->options->real,
                      .seed = (uint64_t)run->options->seed};
    return !path || open_file(run, path, wanted, true, out);
}

bool xb_images_open_codes(XbRun *run, const char *path, XbImages *out)
{
    *out = (XbImages){.plan = &run->plan, .file.fd = -1};
    return open_file(run, path, run->options->images, false, out);
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
    if (images->file.fd >= 0 && images->factor != 0)
        return xb_real_get(images, first * each, count * each, codes);
    if (images->file.fd >= 0 && images->host) {
        bool is_read = xb_npy_get(&images->file, first * each, count * each, codes);
        for (int64_t i = 0; is_read && i < count * each; i++)
            codes[i] = images->host[codes[i]];
        return is_read;
    }
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
