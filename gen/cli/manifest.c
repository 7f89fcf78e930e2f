// SPDX-License-Identifier: Apache-2.0
// Reads manifest.json, which anybody may have touched.
#include "cli/manifest.h"

#include "base/json_in.h"
#include <stdlib.h>
#include <string.h>

static const XbJson *member(const XbJson *object, const char *key, XbJsonKind kind)
{
    const XbJson *m = xb_json_member(object, key);
    return m && m->kind == kind ? m : NULL;
}

// Relative, and without a part that is empty or leads elsewhere.
static bool is_inside(const char *path)
{
    for (const char *part = path;; part++) {
        size_t n = strcspn(part, "/");
        if (n == 0 || (n == 1 && part[0] == '.') || (n == 2 && strncmp(part, "..", 2) == 0))
            return false;
        part += n;
        if (!*part)
            return true;
    }
}

static bool read_hash(const char *text, uint64_t *hash)
{
    if (strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return false;
    *hash = strtoull(text, NULL, 16);
    return true;
}

static bool read_entry(const XbJson *node, XbEmitEntry *out)
{
    const XbJson *path = member(node, "path", XB_JSON_STRING);
    const XbJson *bytes = member(node, "bytes", XB_JSON_NUMBER);
    const XbJson *hash = member(node, "fnv1a", XB_JSON_STRING);
    if (!path || !bytes || !hash || !is_inside(path->text) || bytes->number < 0 ||
        bytes->number > 0x1p53)
        return false;
    out->path = path->text;
    out->digest.bytes = (uint64_t)bytes->number;
    return read_hash(hash->text, &out->digest.hash);
}

static bool add_entries(const XbJson *array, XbManifest *out)
{
    for (const XbJson *e = array ? array->first : NULL; e; e = e->next)
        if (!read_entry(e, &out->file[out->files++]))
            return false;
    return true;
}

static const char *read_document(XbArena *arena, const XbJson *document, XbManifest *out)
{
    const XbJson *files = member(document, "files", XB_JSON_ARRAY);
    const XbJson *former = member(document, "former", XB_JSON_ARRAY);
    if (!member(document, "xbgen", XB_JSON_STRING) || !files)
        return "its manifest.json is not xbgen's";
    *out = (XbManifest){
        .file = xb_new(arena, XbEmitEntry, xb_json_count(files) + xb_json_count(former))};
    bool is_whole = add_entries(files, out) && add_entries(former, out);
    return is_whole ? NULL : "its manifest.json is damaged";
}

const char *xb_manifest_read(XbArena *arena, const char *folder, XbManifest *out)
{
    XbDiags unheard = {.arena = arena};
    XbBytes bytes;
    const char *path = xb_arena_printf(arena, "%s/manifest.json", folder);
    if (!xb_file_read(arena, &unheard, path, &bytes))
        return "it has no manifest.json";
    const XbJson *document =
        xb_json_parse(arena, &unheard, path, (const char *)bytes.data, bytes.size);
    return document ? read_document(arena, document, out) : "its manifest.json is damaged";
}

const XbEmitEntry *xb_manifest_find(const XbManifest *manifest, const char *path, XbDigest digest)
{
    for (int i = 0; i < manifest->files; i++)
        if (strcmp(manifest->file[i].path, path) == 0 &&
            xb_digest_equal(manifest->file[i].digest, digest))
            return &manifest->file[i];
    return NULL;
}
