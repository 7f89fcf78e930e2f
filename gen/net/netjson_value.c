// SPDX-License-Identifier: Apache-2.0
// Values of a network in JSON: numbers, pairs, lists, and the quantization of a tensor.
#include "net/netjson.h"
#include <math.h>

static bool is_integer(const XbJson *node, int lo, int hi)
{
    return node->kind == XB_JSON_NUMBER && node->number >= lo && node->number <= hi &&
           node->number == floor(node->number);
}

static bool fault(const XbJsonObject *o, const char *key, const char *text)
{
    xb_json_report(o, key, "net-value", "%s", text);
    return false;
}

// The first element that is no integer lo..hi, or -1.
static int wrong_element(const XbJson *list, int lo, int hi)
{
    int index = 0;
    for (const XbJson *child = list->first; child; child = child->next, index++)
        if (!is_integer(child, lo, hi))
            return index;
    return -1;
}

static void copy_elements(const XbJson *list, int *out)
{
    for (const XbJson *child = list->first; child; child = child->next)
        *out++ = (int)child->number;
}

bool xb_nj_list(const XbJsonObject *o, const char *key, int lo, int hi, int least, int most,
                int *out, int *count)
{
    XbArena *arena = o->d->arena;
    const XbJson *node = xb_json_find(o, key);
    *count = 0;
    if (!node)
        return true;
    int have = node->kind == XB_JSON_ARRAY ? xb_json_count(node) : -1;
    if (have < least || have > most)
        return fault(
            o, key,
            least == most
                ? xb_arena_printf(arena, "a list of %d integers is needed", least)
                : xb_arena_printf(arena, "a list of %d to %d integers is needed", least, most));
    int wrong = wrong_element(node, lo, hi);
    if (wrong >= 0)
        return fault(o, key,
                     xb_arena_printf(arena, "element %d is not an integer %d..%d", wrong, lo, hi));
    copy_elements(node, out);
    *count = have;
    return true;
}

bool xb_nj_shape(const XbJsonObject *o, const char *what, XbShape *out, int *rank)
{
    int dim[3], count;
    if (!xb_nj_needs(o, "shape", what) ||
        !xb_nj_list(o, "shape", 1, XB_NET_MAX_DIM, 1, 3, dim, &count))
        return false;
    *rank = count + 1;
    *out = (XbShape){count > 2 ? dim[0] : 1, count > 1 ? dim[count - 2] : 1, dim[count - 1]};
    return true;
}

bool xb_nj_pair(const XbJsonObject *o, const char *key, int *h, int *w)
{
    const XbJson *node = xb_json_find(o, key);
    int pair[2], count;
    if (!node || node->kind != XB_JSON_ARRAY) {
        int n = xb_json_int(o, key, "net-value", 1, XB_NET_MAX_DIM, 0);
        if (n > 0)
            *h = *w = n;
        return n != XB_JSON_BAD;
    }
    if (!xb_nj_list(o, key, 1, XB_NET_MAX_DIM, 2, 2, pair, &count))
        return false;
    *h = pair[0];
    *w = pair[1];
    return true;
}

bool xb_nj_float(const XbJsonObject *o, const char *key, float *out)
{
    const XbJson *node = xb_json_find(o, key);
    if (!node)
        return true;
    if (node->kind != XB_JSON_NUMBER || !(fabs(node->number) <= 3e38))
        return fault(o, key,
                     xb_arena_printf(o->d->arena, "%s is not a number that float32 holds",
                                     xb_json_shown(o->d->arena, node)));
    *out = (float)node->number;
    return true;
}

bool xb_nj_needs(const XbJsonObject *o, const char *key, const char *what)
{
    return xb_json_find(o, key) ||
           fault(o, key, xb_arena_printf(o->d->arena, "the key is missing; it gives %s", what));
}

XbNetPlace xb_nj_place(const XbJsonObject *o)
{
    bool is_root = !o->here.key && !o->here.up;
    return (XbNetPlace){o->d, o->file, xb_path_text(o->d->arena, is_root ? NULL : &o->here), true};
}

bool xb_nj_quant(const XbJsonObject *o, const char *role, bool is_signed, XbQuant *out)
{
    XbNetPlace at = xb_nj_place(o);
    int bits = xb_json_int(o, "bits", "net-value", 1, XB_NJ_MAX_BITS, 8);
    bool ok = bits != XB_JSON_BAD;
    XbQuant q = {.scale = 1.0f, .bits = ok ? bits : 8};
    q.is_signed = xb_json_bool(o, "signed", "net-value", is_signed);
    ok = xb_nj_float(o, "scale", &q.scale) && xb_net_check_scale(&at, "scale", role, q.scale) && ok;
    int zero = xb_json_int(o, "zero_point", "net-value", -(1 << 30), 1 << 30, 0);
    ok = zero != XB_JSON_BAD && xb_net_check_zero(&at, "zero_point", role, zero, q) && ok;
    q.zero = xb_quant_offset(q) + (ok ? zero : 0);
    q.scale = ok ? q.scale : 1.0f;
    *out = q;
    return ok;
}
