// SPDX-License-Identifier: Apache-2.0
// Files that are written, beside all that are read. Verbs that write folders look after these
// themselves.
#define _XOPEN_SOURCE 700  // realpath

#include "cli/outputs.h"

#include "base/json_in.h"
#include "cli/sweep_set.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "xbgen/file.h"

typedef struct Use {       // of a file
    const char *by, *how;  // "--input", "reads"
    bool is_there;
    struct stat is;
    const char *full;  // its path without links
    struct Use *next;
} Use;

typedef struct Uses {
    const XbRun *run;
    XbArena arena;
    XbDiags silent;  // what cannot be read is reported by the verb
    Use *first;
} Uses;

// ---- files ----

// Without doubled slashes and parts that are a dot.
static const char *squeezed(XbArena *arena, const char *path)
{
    char *out = xb_arena_copy(arena, path), *to = out;
    for (const char *at = path; *at;) {
        bool is_part = at == path || at[-1] == '/';
        if (is_part && strncmp(at, "./", 2) == 0)
            at += 2;
        else if (is_part && at > path && *at == '/')
            at++;
        else
            *to++ = *at++;
    }
    *to = '\0';
    return out;
}

// Without links; the last parts of the path need not be there.
static const char *full_path(XbArena *arena, const char *typed)
{
    char full[PATH_MAX];
    const char *path = squeezed(arena, typed), *head = path;
    size_t length = strlen(path);
    while (!realpath(length ? head : ".", full)) {
        if (!length)
            return path;
        while (length && path[length - 1] != '/')
            length--;
        length -= length > 1;  // the slash
        head = xb_arena_printf(arena, "%.*s", (int)length, path);
    }
    const char *tail = path + length;
    return xb_arena_printf(arena, "%s/%s", full, *tail == '/' ? tail + 1 : tail);
}

static Use *new_use(Uses *u, const char *path, const char *by, const char *how)
{
    Use *use = xb_new(&u->arena, Use, 1);
    *use = (Use){.by = by, .how = how, .full = full_path(&u->arena, path)};
    use->is_there = stat(path, &use->is) == 0;
    return use;
}

static bool is_same(const Use *a, const Use *b)
{
    if (a->is_there && b->is_there)
        return a->is.st_dev == b->is.st_dev && a->is.st_ino == b->is.st_ino;
    return a->is_there == b->is_there && strcmp(a->full, b->full) == 0;
}

static void add_input(Uses *u, const char *path, const char *by, const char *how)
{
    if (!path)
        return;
    Use *use = new_use(u, path, by, how);
    if (!use->is_there)  // nothing is lost, and not every word is a path
        return;
    use->next = u->first;
    u->first = use;
}

static bool add_output(Uses *u, const char *path, const char *by)
{
    if (!path)
        return true;
    Use *use = new_use(u, path, by, "writes");
    for (const Use *at = u->first; at; at = at->next) {
        if (!is_same(at, use))
            continue;
        xb_report(u->run->d, XB_ERROR, "output-file", path, by, "%s %s this file; name another",
                  at->by, at->how);
        return false;
    }
    use->next = u->first;
    u->first = use;
    return true;
}

// ---- documents ----

// Every word that could be a path: one that is none names no file that is to be written.
static void add_named(Uses *u, const char *file, const XbJson *at)
{
    bool is_name = at->key && strcmp(at->key, "name") == 0;
    if (at->kind == XB_JSON_STRING && !is_name)
        add_input(u, xb_path_beside(&u->arena, file, at->text), file, "names");
    for (const XbJson *child = at->first; child; child = child->next)
        add_named(u, file, child);
}

// What a cfg.json, or a network if it is JSON, names.
static const XbJson *add_document(Uses *u, const char *file)
{
    XbBytes text;
    if (!xb_file_read(&u->arena, &u->silent, file, &text) || xb_file_is_tflite(text))
        return NULL;
    const XbJson *at =
        xb_json_parse(&u->arena, &u->silent, file, (const char *)text.data, text.size);
    if (at)
        add_named(u, file, at);
    return at;
}

// A sweep puts other words into cfg.json.
static void add_set(Uses *u, const char *set)
{
    XbSweepKey key;
    const char *cfg = u->run->options->arch;
    xb_sweep_key(&u->arena, &u->silent, set, &key);
    for (int i = 0; i < key.values; i++) {
        if (key.value[i].kind != XB_JSON_STRING)
            continue;
        const char *path = xb_path_beside(&u->arena, cfg, key.value[i].text);
        add_input(u, path, "--set", "names");
        add_document(u, path);
    }
}

static void add_inputs(Uses *u)
{
    const XbOptions *o = u->run->options;
    const XbJson *cfg = add_document(u, o->arch), *network = xb_json_member(cfg, "network");
    if (network && network->kind == XB_JSON_STRING)
        add_document(u, xb_path_beside(&u->arena, o->arch, network->text));
    for (int i = 0; i < o->sets.count; i++)
        add_set(u, o->sets.text[i]);
    add_input(u, o->arch, "--arch", "reads");
    add_input(u, o->input, "--input", "reads");
    add_input(u, o->labels, "--labels", "reads");
}

// ---- outputs ----

// DIR, and DIR/<name>.npy of every layer.
static bool add_folder(Uses *u, const char *folder, const char *by)
{
    XbCfg cfg;
    XbNet net = {0};
    if (!folder)
        return true;
    if (xb_cfg_read(&u->arena, &u->silent, u->run->options->arch, &cfg) &&
        !xb_net_read(&u->arena, &u->silent, cfg.network_path, &net))
        net.layers = 0;
    bool is_free = add_output(u, folder, by);
    for (int l = 0; l < net.layers && is_free; l++)
        is_free =
            add_output(u, xb_arena_printf(&u->arena, "%s/%s.npy", folder, net.layer[l].name), by);
    return is_free;
}

static bool add_outputs(Uses *u)
{
    const XbOptions *o = u->run->options;
    return add_output(u, o->output, "-o") && add_output(u, o->plot, "--plot") &&
           add_output(u, o->report, "--report") && add_folder(u, o->layers, "--layers") &&
           add_folder(u, o->histograms, "--histograms");
}

bool xb_outputs_check(XbRun *run)
{
    const XbOptions *o = run->options;
    bool is_any = o->output || o->plot || o->report || o->layers || o->histograms;
    bool writes_files =
        o->verb == XB_VERB_GOLDEN || o->verb == XB_VERB_SWEEP || o->verb == XB_VERB_CALIBRATE;
    if (!is_any || !writes_files)
        return true;
    Uses u = {.run = run};
    u.silent.arena = &u.arena;
    add_inputs(&u);
    bool is_free = add_outputs(&u);
    xb_arena_free(&u.arena);
    return is_free;
}
