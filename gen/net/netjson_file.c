// SPDX-License-Identifier: Apache-2.0
// The .npy files that a network in JSON names.
#include "net/netjson.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *name_of(const XbJsonObject *o, const char *key)
{
    const XbJson *node = xb_json_find(o, key);
    if (node->kind == XB_JSON_STRING && node->text[0])
        return node->text;
    xb_json_report(o, key, "net-value", "%s is not the path of a .npy file%s",
                   xb_json_shown(o->d->arena, node),
                   strcmp(key, "weights") == 0 ? " or {\"seed\": n}" : "");
    return NULL;
}

// A file that is not there is a fault of the key that names it; what is wrong inside is the file's.
bool xb_nj_open(XbNj *n, const XbJsonObject *o, const char *key, bool is_float, XbNjFile *out)
{
    *out = (XbNjFile){0};
    const char *name = name_of(o, key);
    if (!name)
        return false;
    const char *path = xb_path_beside(n->arena, n->file, name);
    if (access(path, R_OK) != 0) {
        xb_json_report(o, key, "file-read", "%s cannot be read: %s", path, strerror(errno));
        return false;
    }
    return is_float ? xb_npy_read_floats(&out->arena, n->d, path, &out->array)
                    : xb_npy_read(&out->arena, n->d, path, &out->array);
}

static const char *shape_text(XbArena *arena, const int64_t *shape, int rank)
{
    const char *text = "";
    for (int i = 0; i < rank; i++)
        text = shape[i] < 0
                   ? xb_arena_printf(arena, "%s%sn", text, i ? ", " : "")
                   : xb_arena_printf(arena, "%s%s%lld", text, i ? ", " : "", (long long)shape[i]);
    return text;
}

static const char *type_text(XbArena *arena, const XbNpy *a)
{
    const char *kind = a->kind == 'u' ? "uint" : a->kind == 'i' ? "int" : "float";
    return a->kind == 'b' ? "bool" : xb_arena_printf(arena, "%s%d", kind, 8 * a->item_size);
}

static bool is_shape(const XbNpy *a, const int64_t *shape, int rank)
{
    for (int i = 0; i < rank && a->rank == rank; i++)
        if (shape[i] >= 0 && a->shape[i] != shape[i])
            return false;
    return a->rank == rank;
}

bool xb_nj_expect(const XbJsonObject *o, const char *key, const XbNpy *a, int size,
                  const int64_t *shape, int rank)
{
    XbArena *arena = o->d->arena;
    if (a->kind == 'i' && a->item_size == size && is_shape(a, shape, rank))
        return true;
    xb_json_report(o, key, "net-weights", "the file holds %s [%s]; int%d [%s] is needed",
                   type_text(arena, a), shape_text(arena, a->shape, a->rank), 8 * size,
                   shape_text(arena, shape, rank));
    return false;
}

void *xb_nj_copy(XbArena *arena, const XbNpy *a)
{
    size_t bytes = (size_t)a->count * (size_t)a->item_size;
    return memcpy(xb_arena_alloc(arena, bytes, 1), a->data, bytes);
}

bool xb_nj_array(XbNj *n, const XbJsonObject *o, const char *key, int size, int64_t *shape,
                 int rank, const void **out)
{
    XbNjFile file = {0};
    *out = NULL;
    if (!xb_json_find(o, key))
        return true;
    bool ok =
        xb_nj_open(n, o, key, false, &file) && xb_nj_expect(o, key, &file.array, size, shape, rank);
    if (ok) {
        *out = xb_nj_copy(n->arena, &file.array);
        memcpy(shape, file.array.shape, (size_t)rank * sizeof *shape);
    }
    xb_arena_free(&file.arena);
    return ok;
}
