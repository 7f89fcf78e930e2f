// SPDX-License-Identifier: Apache-2.0
// Stage, compare, move.
#include "cli/stage.h"

#include "cli/folder.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xbgen/file.h"

enum { MAX_FILES = 4096 };  // their manifest has to stay below what the JSON reader takes

static const char prefix[] = "stage-";

static bool fail(const XbStage *s, const char *path, const char *what)
{
    xb_report(s->d, XB_ERROR, "file-write", path, "", "%s: %s", what, strerror(errno));
    return false;
}

static const char *folder_of(const XbStage *s, const char *path)
{
    return xb_arena_printf(s->arena, "%.*s", (int)(strrchr(path, '/') - path), path);
}

static const char *standing_path(const XbStage *s, const char *name)
{
    return xb_arena_printf(s->arena, "%s/%s", s->path, name);
}

// ---- beginning ----

static bool refuse(const XbStage *s, const char *why)
{
    xb_report(s->d, XB_ERROR, "output-folder", s->path, "", "%s", why);
    return false;
}

static bool check_target(XbStage *s)
{
    if (!xb_folder_exists(s->path))
        return true;
    s->is_old = true;
    if (!xb_folder_is(s->path))
        return refuse(s, "this is not a folder; name another");
    xb_folder_sweep(s->path, prefix);
    if (xb_folder_is_empty(s->path, prefix))
        return true;
    const char *why = xb_manifest_read(s->arena, s->path, &s->former);
    return !why ||
           refuse(s, xb_arena_printf(s->arena,
                                     "the folder holds files that xbgen did not write (%s); name "
                                     "another",
                                     why));
}

bool xb_stage_begin(XbStage *s, XbArena *arena, XbDiags *d, const char *path)
{
    char *own = xb_arena_copy(arena, path);
    for (size_t n = strlen(own); n > 1 && own[n - 1] == '/';)
        own[--n] = '\0';
    *s = (XbStage){.arena = arena,
                   .d = d,
                   .path = own,
                   .file = xb_new(arena, XbEmitEntry, MAX_FILES),
                   .is_same = xb_new(arena, bool, MAX_FILES)};
    xb_folder_sweep_beside(own);
    if (!check_target(s))
        return false;
    // Beside a new folder, inside an old one: moving must not cross file systems.
    s->folder = s->is_old ? xb_arena_printf(arena, "%s/%s%ld.tmp", own, prefix, (long)getpid())
                          : xb_arena_printf(arena, "%s.%ld.tmp", own, (long)getpid());
    return xb_folder_make_for(d, s->folder, own);
}

// ---- staging ----

const char *xb_stage_path(XbStage *s, const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash && !xb_folder_make(s->d, xb_arena_printf(s->arena, "%s/%.*s", s->folder,
                                                       (int)(slash - name), name)))
        return NULL;
    return xb_arena_printf(s->arena, "%s/%s", s->folder, name);
}

bool xb_stage_add(XbStage *s, const char *name, XbDigest digest)
{
    if (s->files == MAX_FILES) {
        xb_report(s->d, XB_ERROR, "file-write", s->path, "", "more than %d files", MAX_FILES);
        return false;
    }
    s->file[s->files++] = (XbEmitEntry){.path = xb_arena_copy(s->arena, name), .digest = digest};
    return true;
}

bool xb_stage_write(XbStage *s, const char *name, XbBytes bytes)
{
    const char *path = xb_stage_path(s, name);
    return path && xb_file_write(s->d, path, bytes.data, bytes.size) &&
           xb_stage_add(s, name, xb_digest_add(xb_digest_start(), bytes.data, bytes.size));
}

// ---- comparing ----

typedef enum { ABSENT, STAGED, FORMER, FOREIGN } Standing;  // what stands where a file belongs

// `staged`: the file that is to stand there, or NULL.
static Standing look(XbStage *s, const char *name, const XbEmitEntry *staged)
{
    struct stat st;
    XbDigest digest;
    const char *path = standing_path(s, name);
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? ABSENT : FOREIGN;
    if (!S_ISREG(st.st_mode) || !xb_file_digest(path, &digest))
        return FOREIGN;
    if (staged && xb_digest_equal(staged->digest, digest))
        return STAGED;
    const XbEmitEntry *former = xb_manifest_find(&s->former, name, digest);
    if (former)
        s->standing[s->standings++] = *former;
    return former ? FORMER : FOREIGN;
}

static bool accept(const XbStage *s, const char *name, Standing standing, bool force, bool stays)
{
    if (standing != FOREIGN || force)
        return true;
    xb_report(s->d, XB_ERROR, "output-edited", standing_path(s, name), "",
              "this is not what xbgen wrote there, and it would be %s; move it away, or give "
              "--force",
              stays ? "replaced" : "removed");
    return false;
}

// A folder that lets nothing be replaced in it would be found amid the moves, and the design left
// half old, half new.
static bool check_open(const XbStage *s, const char *name)
{
    const char *path = standing_path(s, name);
    return access(folder_of(s, path), W_OK | X_OK) == 0 || errno == ENOENT ||
           fail(s, path, "cannot be replaced");
}

static bool has_path(const XbEmitEntry *file, int files, const char *path)
{
    for (int i = 0; i < files; i++)
        if (strcmp(file[i].path, path) == 0)
            return true;
    return false;
}

// Not part of the new design, and not seen before in the list.
static bool is_left_over(const XbStage *s, int former)
{
    const char *path = s->former.file[former].path;
    return !has_path(s->file, s->files, path) && !has_path(s->former.file, former, path);
}

static bool check_staged(XbStage *s, int i, bool force)
{
    Standing standing = look(s, s->file[i].path, &s->file[i]);
    s->is_same[i] = standing == STAGED;
    s->has_changes |= standing != STAGED;
    return accept(s, s->file[i].path, standing, force, true) &&
           (standing == STAGED || check_open(s, s->file[i].path));
}

static bool check_left_over(XbStage *s, const char *path, bool force)
{
    Standing standing = look(s, path, NULL);
    s->has_changes |= standing != ABSENT;
    return accept(s, path, standing, force, false) && (standing == ABSENT || check_open(s, path));
}

bool xb_stage_check(XbStage *s, bool force)
{
    bool is_accepted = true;
    s->standing = xb_new(s->arena, XbEmitEntry, s->files + s->former.files);
    for (int i = 0; i < s->files && s->is_old; i++)
        is_accepted &= check_staged(s, i, force);
    for (int i = 0; i < s->former.files; i++)
        if (is_left_over(s, i))
            is_accepted &= check_left_over(s, s->former.file[i].path, force);
    return is_accepted;
}

// ---- moving ----

static bool move(const XbStage *s, const char *name)
{
    const char *from = xb_arena_printf(s->arena, "%s/%s", s->folder, name);
    const char *to = standing_path(s, name);
    if (!xb_folder_make(s->d, folder_of(s, to)))
        return false;
    return rename(from, to) == 0 || fail(s, to, "cannot be replaced");
}

static bool remove_left_over(const XbStage *s)
{
    bool is_removed = true;
    for (int i = 0; i < s->former.files; i++) {
        const char *path = standing_path(s, s->former.file[i].path);
        if (is_left_over(s, i) && unlink(path) != 0 && errno != ENOENT)
            is_removed = fail(s, path, "cannot be removed");
    }
    return is_removed;
}

static bool move_all(const XbStage *s)
{
    for (int i = 0; i < s->files; i++)
        if (!s->is_same[i] && !move(s, s->file[i].path))
            return false;
    return remove_left_over(s);
}

static bool write_manifest(const XbStage *s, XbBytes manifest)
{
    XbDigest digest;
    const char *path = standing_path(s, "manifest.json");
    if (xb_file_digest(path, &digest) &&
        xb_digest_equal(digest, xb_digest_add(xb_digest_start(), manifest.data, manifest.size)))
        return true;
    return xb_file_write(s->d, path, manifest.data, manifest.size);
}

static bool update(XbStage *s, XbBytes moving, XbBytes manifest)
{
    bool is_updated = true;
    if (s->has_changes)
        is_updated = write_manifest(s, moving) && move_all(s);
    xb_stage_abort(s);
    return is_updated && write_manifest(s, manifest);
}

// Two runs were to make the same folder, and another was faster.
static bool place(const XbStage *s)
{
    if (rename(s->folder, s->path) == 0)
        return true;
    if (errno == ENOTEMPTY || errno == EEXIST)
        return refuse(s, "another run of xbgen made this folder meanwhile; run again");
    return fail(s, s->path, "the folder cannot be made");
}

bool xb_stage_commit(XbStage *s, XbBytes moving, XbBytes manifest)
{
    if (s->is_old)
        return update(s, moving, manifest);
    const char *path = xb_stage_path(s, "manifest.json");
    bool is_moved = xb_file_write(s->d, path, manifest.data, manifest.size) && place(s);
    if (!is_moved)
        xb_stage_abort(s);
    return is_moved;
}

void xb_stage_abort(XbStage *s) { xb_folder_remove(s->folder); }
