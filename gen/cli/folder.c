// SPDX-License-Identifier: Apache-2.0
// The staged folder: stage, compare, move.
#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xbgen/file.h"

enum { MAX_NAMES = 4096 };

static bool fail(XbDiags *d, const char *path, const char *what)
{
    xb_report(d, XB_ERROR, "file-write", path, "", "%s: %s", what, strerror(errno));
    return false;
}

bool xb_folder_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool xb_folder_make(XbDiags *d, const char *path)
{
    XbArena scratch = {0};
    char *part = xb_arena_copy(&scratch, path);
    bool is_made = true;
    for (char *c = part + 1; is_made; c++) {
        if (*c && *c != '/')
            continue;
        char end = *c;
        *c = '\0';
        if (mkdir(part, 0777) != 0 && !is_folder(part))
            is_made = fail(d, part, "the folder cannot be made");
        *c = end;
        if (!end)
            break;
    }
    xb_arena_free(&scratch);
    return is_made;
}

void xb_folder_remove(const char *path)
{
    XbArena scratch = {0};
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        const char *child = xb_arena_printf(&scratch, "%s/%s", path, e->d_name);
        struct stat st;
        if (lstat(child, &st) == 0 && S_ISDIR(st.st_mode))
            xb_folder_remove(child);
        else
            unlink(child);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
    xb_arena_free(&scratch);
}

static bool is_empty(const char *path)
{
    int entries = 0;
    DIR *folder = opendir(path);
    while (folder && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return folder && entries <= 2;
}

static bool is_ours(XbArena *arena, const char *path)
{
    return xb_folder_exists(xb_arena_printf(arena, "%s/manifest.json", path)) &&
           xb_folder_exists(xb_arena_printf(arena, "%s/xb_design.h", path));
}

static bool check_target(XbFolder *f)
{
    if (!xb_folder_exists(f->path))
        return true;
    f->is_old = true;
    if (is_folder(f->path) && (is_ours(f->arena, f->path) || is_empty(f->path)))
        return true;
    xb_report(f->d, XB_ERROR, "output-folder", f->path, "",
              is_folder(f->path) ? "the folder holds files that xbgen did not write; name another"
                                 : "this is not a folder; name another");
    return false;
}

bool xb_folder_begin(XbFolder *f, XbArena *arena, XbDiags *d, const char *path)
{
    char *own = xb_arena_copy(arena, path);
    for (size_t n = strlen(own); n > 1 && own[n - 1] == '/';)
        own[--n] = '\0';
    *f = (XbFolder){
        .arena = arena, .d = d, .path = own, .name = xb_new(arena, const char *, MAX_NAMES)};
    if (!check_target(f))
        return false;
    // Beside a new folder, inside an old one: moving must not cross file systems.
    f->stage =
        xb_arena_printf(arena, f->is_old ? "%s/stage-%ld.tmp" : "%s.%ld.tmp", own, (long)getpid());
    return xb_folder_make(d, f->stage);
}

const char *xb_folder_file(XbFolder *f, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash && !xb_folder_make(f->d, xb_arena_printf(f->arena, "%s/%.*s", f->stage,
                                                       (int)(slash - name), name)))
        return NULL;
    if (f->names == MAX_NAMES) {
        xb_report(f->d, XB_ERROR, "file-write", f->path, "", "more than %d files", MAX_NAMES);
        return NULL;
    }
    f->name[f->names++] = xb_arena_copy(f->arena, name);
    return xb_arena_printf(f->arena, "%s/%s", f->stage, name);
}

// Files are compared block by block: vectors are large.
static bool is_same(const char *a, const char *b)
{
    char x[4096], y[4096];
    FILE *f = fopen(a, "rb"), *g = fopen(b, "rb");
    bool same = f && g;
    for (size_t n = 1; same && n;) {
        n = fread(x, 1, sizeof x, f);
        same = fread(y, 1, sizeof y, g) == n && memcmp(x, y, n) == 0;
    }
    if (f)
        fclose(f);
    if (g)
        fclose(g);
    return same;
}

static bool move(XbFolder *f, const char *name)
{
    const char *from = xb_arena_printf(f->arena, "%s/%s", f->stage, name);
    const char *to = xb_arena_printf(f->arena, "%s/%s", f->path, name);
    const char *slash = strrchr(to, '/');
    if (!xb_folder_make(f->d, xb_arena_printf(f->arena, "%.*s", (int)(slash - to), to)))
        return false;
    if (is_same(from, to))
        return true;
    return rename(from, to) == 0 || fail(f->d, to, "cannot be replaced");
}

static bool is_part(const XbFolder *f, const char *name)
{
    for (int i = 0; i < f->names; i++)
        if (strcmp(f->name[i], name) == 0)
            return true;
    return false;
}

static bool has_ending(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);
    return n > e && strcmp(name + n - e, ending) == 0;
}

// Files of a former design in a subfolder that is wholly ours.
static void remove_former(XbFolder *f, const char *sub, const char *ending)
{
    DIR *folder = opendir(xb_arena_printf(f->arena, "%s/%s", f->path, sub));
    for (struct dirent *e; folder && (e = readdir(folder));) {
        const char *name = xb_arena_printf(f->arena, "%s/%s", sub, e->d_name);
        if (has_ending(name, ending) && !is_part(f, name))
            unlink(xb_arena_printf(f->arena, "%s/%s", f->path, name));
    }
    if (folder)
        closedir(folder);
}

static bool move_all(XbFolder *f)
{
    bool is_moved = true;
    for (int i = 0; i < f->names && is_moved; i++)
        is_moved = move(f, f->name[i]);
    xb_folder_remove(f->stage);
    if (!is_moved)
        return false;
    remove_former(f, "rtl", ".sv");
    remove_former(f, "vectors", ".npy");
    return true;
}

bool xb_folder_commit(XbFolder *f)
{
    if (f->is_old)
        return move_all(f);
    if (rename(f->stage, f->path) == 0)
        return true;
    fail(f->d, f->path, "the folder cannot be made");
    xb_folder_abort(f);
    return false;
}

void xb_folder_abort(XbFolder *f) { xb_folder_remove(f->stage); }
