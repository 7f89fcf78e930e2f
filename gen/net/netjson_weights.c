// SPDX-License-Identifier: Apache-2.0
// Weights, biases and weight scales of a network in JSON: from .npy files beside it, from a seed,
// or none.
#include "net/netjson.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool fault(XbNjLayer *x, const char *key, const char *text)
{
    xb_json_report(&x->o, key, "net-weights", "%s", text);
    return false;
}

// ---- weights ----

static bool expect_weights(XbNjLayer *x, const XbNpy *a)
{
    int64_t shape[XB_NPY_MAX_RANK];
    int rank = xb_net_weights_shape(x->l, shape);
    return xb_nj_expect(&x->o, "weights", a, 1, shape, rank);
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
    x->l->weights = xb_nj_copy(x->n->arena, a);
    return true;
}

static bool read_weights(XbNjLayer *x)
{
    const XbJson *node = xb_json_find(&x->o, "weights");
    XbNjFile file = {0};
    if (!node || node->kind == XB_JSON_OBJECT)
        return place_weights(x, NULL);
    bool ok = xb_nj_open(x->n, &x->o, "weights", false, &file) && place_weights(x, &file.array);
    xb_arena_free(&file.arena);
    return ok;
}

// ---- bias ----

static bool read_bias(XbNjLayer *x)
{
    int64_t shape[] = {x->l->out.c};
    const void *bias;
    bool ok = xb_nj_array(x->n, &x->o, "bias", 4, shape, 1, &bias);
    x->l->bias = bias;
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
    int most = l->weight_bits > 1 ? (1 << (l->weight_bits - 1)) - 1 : 1;
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
    XbNjFile file = {0};
    bool ok = xb_nj_open(x->n, &x->o, "weight_scale", true, &file);
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

bool xb_nj_weights(XbNjLayer *x)
{
    if (!read_weights(x) || !read_bias(x))
        return false;
    return x->l->post == XB_POST_SCALE ? read_scales(x) : xb_nj_thresholds(x);
}
