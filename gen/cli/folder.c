// SPDX-License-Identifier: Apache-2.0
// Makes, removes and looks into folders.
#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xbgen/file.h"

bool xb_folder_exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

bool xb_folder_is(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

// The last part of a temporary path means nothing to its user: what it is for does.
static void report_part(XbDiags *d, const char *part, const char *owner, int why)
{
    bool is_there = owner && xb_folder_is(owner);
    xb_report(d, XB_ERROR, "file-write", owner ? owner : part, "", "%s: %s",
              is_there ? "nothing can be written in this folder" : "the folder cannot be made",
              strerror(why));
}

bool xb_folder_make_for(XbDiags *d, const char *path, const char *owner)
{
    XbArena scratch = {0};
    char *part = xb_arena_copy(&scratch, path);
    bool is_made = true;
    for (char *c = part + 1; is_made; c++) {
        if (*c && *c != '/')
            continue;
        char end = *c;
        *c = '\0';
        int why = mkdir(part, 0777) == 0 ? 0 : errno;  // looking for it sets another
        is_made = !why || xb_folder_is(part);
        if (!is_made)
            report_part(d, part, end ? NULL : owner, why);
        *c = end;
        if (!end)
            break;
    }
    xb_arena_free(&scratch);
    return is_made;
}

bool xb_folder_make(XbDiags *d, const char *path) { return xb_folder_make_for(d, path, NULL); }

static bool is_dots(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

void xb_folder_remove(const char *path)
{
    XbArena scratch = {0};
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        if (is_dots(e->d_name))
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

// The process in `PREFIX<pid>.tmp`, or 0.
static pid_t writer_of(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);
    if (strncmp(name, prefix, n) != 0 || name[n] < '1' || name[n] > '9')
        return 0;
    char *end;
    long pid = strtol(name + n, &end, 10);
    return strcmp(end, ".tmp") == 0 && pid == (pid_t)pid ? (pid_t)pid : 0;
}

bool xb_folder_is_empty(const char *path, const char *prefix)
{
    DIR *folder = opendir(path);
    bool is_empty = folder;
    for (struct dirent *e; is_empty && (e = readdir(folder));)
        is_empty = is_dots(e->d_name) || writer_of(e->d_name, prefix);
    if (folder)
        closedir(folder);
    return is_empty;
}

static bool is_gone(pid_t writer)
{
    return writer == getpid() || (kill(writer, 0) != 0 && errno == ESRCH);
}

void xb_folder_sweep(const char *path, const char *prefix)
{
    XbArena scratch = {0};
    DIR *folder = opendir(path);
    for (struct dirent *e; folder && (e = readdir(folder));) {
        pid_t writer = writer_of(e->d_name, prefix);
        const char *child = xb_arena_printf(&scratch, "%s/%s", path, e->d_name);
        struct stat st;
        if (writer && lstat(child, &st) == 0 && S_ISDIR(st.st_mode) && is_gone(writer))
            xb_folder_remove(child);
    }
    if (folder)
        closedir(folder);
    xb_arena_free(&scratch);
}

void xb_folder_sweep_beside(const char *path)
{
    XbArena scratch = {0};
    const char *slash = strrchr(path, '/');
    const char *folder = slash == path ? "/" : ".";
    if (slash && slash > path)
        folder = xb_arena_printf(&scratch, "%.*s", (int)(slash - path), path);
    xb_folder_sweep(folder, xb_arena_printf(&scratch, "%s.", xb_path_name(path)));
    xb_arena_free(&scratch);
}
