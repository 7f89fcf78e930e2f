// SPDX-License-Identifier: Apache-2.0
// Weights, biases and weight scales of a network in JSON: from .npy files beside it, from a seed,
// or none.
#include "net/netjson.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/npy.h"

typedef struct File {  // an array named by a key; its memory goes when it has been copied
    XbArena arena;
    XbNpy array;
} File;

static bool fault(XbNjLayer *x, const char *key, const char *text)
{
    xb_json_report(&x->o, key, "net-weights", "%s", text);
    return false;
}

static const char *name_of(const XbNjLayer *x, const char *key)
{
    const XbJson *node = xb_json_find(&x->o, key);
    if (node->kind == XB_JSON_STRING && node->text[0])
        return node->text;
    xb_json_report(&x->o, key, "net-value", "%s is not the path of a .npy file%s",
                   xb_json_shown(x->n->arena, node),
                   strcmp(key, "weights") == 0 ? " or {\"seed\": n}" : "");
    return NULL;
}

// A file that is not there is a fault of the key that names it; what is wrong inside is the file's.
static bool open_file(XbNjLayer *x, const char *key, bool is_float, File *out)
{
    *out = (File){0};
    const char *name = name_of(x, key);
    if (!name)
        return false;
    const char *path = xb_path_beside(x->n->arena, x->n->file, name);
    if (access(path, R_OK) != 0) {
        xb_json_report(&x->o, key, "file-read", "%s cannot be read: %s", path, strerror(errno));
        return false;
    }
    return is_float ? xb_npy_read_floats(&out->arena, x->n->d, path, &out->array)
                    : xb_npy_read(&out->arena, x->n->d, path, &out->array);
}

static const char *shape_text(XbArena *arena, const int64_t *shape, int rank)
{
    const char *text = "";
    for (int i = 0; i < rank; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? ", " : "", (long long)shape[i]);
    return text;
}

static const char *type_text(XbArena *arena, const XbNpy *a)
{
    const char *kind = a->kind == 'u' ? "uint" : a->kind == 'i' ? "int" : "float";
    return a->kind == 'b' ? "bool" : xb_arena_printf(arena, "%s%d", kind, 8 * a->item_size);
}

// The array must be of signed integers of `size` bytes and have this shape.
static bool expect(XbNjLayer *x, const char *key, const XbNpy *a, int size, const int64_t *shape,
                   int rank)
{
    XbArena *arena = x->n->arena;
    size_t bytes = (size_t)rank * sizeof *shape;
    if (a->kind == 'i' && a->item_size == size && a->rank == rank &&
        memcmp(a->shape, shape, bytes) == 0)
        return true;
    return fault(x, key,
                 xb_arena_printf(arena, "the file holds %s [%s]; int%d [%s] is needed",
                                 type_text(arena, a), shape_text(arena, a->shape, a->rank),
                                 8 * size, shape_text(arena, shape, rank)));
}

static void *copy(XbArena *arena, const XbNpy *a)
{
    size_t bytes = (size_t)a->count * (size_t)a->item_size;
    return memcpy(xb_arena_alloc(arena, bytes, 1), a->data, bytes);
}

// ---- weights ----

static bool expect_weights(XbNjLayer *x, const XbNpy *a)
{
    int64_t shape[XB_NPY_MAX_RANK];
    int rank = xb_net_weights_shape(x->l, shape);
    return expect(x, "weights", a, 1, shape, rank);
}

// {"seed": n}: an integer below 2^53, or "0x" and up to 16 digits.
bool xb_nj_seed(XbNjLayer *x)
{
    const XbJson *weights = xb_json_find(&x->o, "weights");
    if (!weights || weights->kind != XB_JSON_OBJECT)
        return true;
    static const char *const keys[] = {"seed", NULL};
    XbJsonObject o = xb_json_object(&x->o, "weights");
    xb_json_known(&o, keys);
    const XbJson *node = xb_json_find(&o, "seed");
    double n = node && node->kind == XB_JSON_NUMBER ? node->number : -1;
    x->l->has_seed = true;
    if (node && node->kind == XB_JSON_STRING && strncmp(node->text, "0x", 2) == 0) {
        size_t digits = strspn(node->text + 2, "0123456789abcdefABCDEF");
        x->l->seed = strtoull(node->text + 2, NULL, 16);
        if (digits >= 1 && digits <= 16 && !node->text[2 + digits])
            return true;
    } else if (n >= 0 && n < 0x1p53 && n == floor(n)) {
        x->l->seed = (uint64_t)n;
        return true;
    }
    xb_json_report(&o, "seed", "net-value",
                   "a seed is an integer 0..2^53 - 1, or a string \"0x\" and up to 16 digits");
    return false;
}

// A filter with fewer channels than the input says how many groups there are.
static void set_groups(XbNjLayer *x, const XbNpy *a)
{
    int64_t depth = a && a->rank == 4 ? a->shape[3] : 0;
    if (x->l->kind != XB_CONV)
        return;
    x->l->groups = x->groups ? x->groups : 1;
    if (!x->groups && depth >= 1 && depth <= x->l->in.c && x->l->in.c % depth == 0)
        x->l->groups = (int)(x->l->in.c / depth);
}

static bool place_weights(XbNjLayer *x, const XbNpy *a)
{
    set_groups(x, a);
    if (!xb_net_infer(&x->at, x->l, x->padding) || !xb_net_claim(&x->n->build, &x->at, x->l))
        return false;
    if (!a)
        return true;
    if (!expect_weights(x, a))
        return false;
    x->l->weights = copy(x->n->arena, a);
    return true;
}

static bool read_weights(XbNjLayer *x)
{
    const XbJson *node = xb_json_find(&x->o, "weights");
    File file = {0};
    if (!node || node->kind == XB_JSON_OBJECT)
        return place_weights(x, NULL);
    bool ok = open_file(x, "weights", false, &file) && place_weights(x, &file.array);
    xb_arena_free(&file.arena);
    return ok;
}

// ---- bias ----

static bool read_bias(XbNjLayer *x)
{
    File file;
    if (!xb_json_find(&x->o, "bias"))
        return true;
    bool ok = open_file(x, "bias", false, &file) &&
              expect(x, "bias", &file.array, 4, (int64_t[]){x->l->out.c}, 1);
    if (ok)
        x->l->bias = copy(x->n->arena, &file.array);
    xb_arena_free(&file.arena);
    return ok;
}

// ---- scales ----

static void repeat_scale(XbNjLayer *x, float scale)
{
    float *to = xb_new(x->n->arena, float, x->l->out.c);
    for (int c = 0; c < x->l->out.c; c++)
        to[c] = scale;
    x->l->weight_scale = to;
    x->l->per_tensor = true;
}

// Sums of drawn weights and rectified codes spread as their inputs do (He et al. 2015).
static float default_scale(const XbNetLayer *l)
{
    int most = (1 << (l->weight_bits - 1)) - 1;
    return (float)(sqrt(6.0 / (double)xb_net_rows(l)) / most);
}

static bool take_scales(XbNjLayer *x, const float *scale, int64_t count)
{
    int channels = x->l->out.c;
    if (count != 1 && count != channels)
        return fault(x, "weight_scale",
                     xb_arena_printf(x->n->arena, "%lld scales; 1 or %d are needed",
                                     (long long)count, channels));
    if (count == 1) {
        repeat_scale(x, scale[0]);
        return true;
    }
    float *to = xb_new(x->n->arena, float, channels);
    x->l->weight_scale = memcpy(to, scale, (size_t)channels * sizeof *scale);
    return true;
}

static bool read_scale_list(XbNjLayer *x, const XbJson *list)
{
    int count = xb_json_count(list), i = 0;
    float *scale = xb_new(x->n->arena, float, count);
    for (const XbJson *child = list->first; child; child = child->next, i++) {
        if (child->kind != XB_JSON_NUMBER || !(fabs(child->number) <= 3e38))
            return fault(x, "weight_scale",
                         xb_arena_printf(x->n->arena, "element %d is not a number", i));
        scale[i] = (float)child->number;
    }
    return take_scales(x, scale, count);
}

static bool read_scale_file(XbNjLayer *x)
{
    File file;
    bool ok = open_file(x, "weight_scale", true, &file);
    if (ok && file.array.rank != 1)
        ok = fault(x, "weight_scale", "the file's array must have one dimension");
    ok = ok && take_scales(x, file.array.data, file.array.count);
    xb_arena_free(&file.arena);
    return ok;
}

static bool read_scales(XbNjLayer *x)
{
    const XbJson *node = xb_json_find(&x->o, "weight_scale");
    float scale = default_scale(x->l);
    if (node && node->kind == XB_JSON_ARRAY)
        return read_scale_list(x, node);
    if (node && node->kind == XB_JSON_STRING)
        return read_scale_file(x);
    if (!xb_nj_float(&x->o, "weight_scale", &scale))
        return false;
    repeat_scale(x, scale);
    return true;
}

bool xb_nj_weights(XbNjLayer *x) { return read_weights(x) && read_bias(x) && read_scales(x); }
