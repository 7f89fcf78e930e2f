// SPDX-License-Identifier: Apache-2.0
// Files: read at once, or written beside their place, piece by piece, and moved there when
// complete.
#include "xbgen/file.h"

#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const long long max_bytes = 1LL << 30;

static bool fail_read(XbDiags *d, const char *path, const char *why)
{
    xb_report(d, XB_ERROR, "file-read", path, "", "cannot be read: %s", why);
    return false;
}

static bool fail_write(XbDiags *d, const char *path, const char *why)
{
    xb_report(d, XB_ERROR, "file-write", path, "", "cannot be written: %s", why);
    return false;
}

static bool read_open(XbArena *arena, XbDiags *d, const char *path, int fd, XbBytes *out)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return fail_read(d, path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return fail_read(d, path, "it is a folder");
    if (!S_ISREG(st.st_mode))
        return fail_read(d, path, "it is not a regular file");
    if (st.st_size > max_bytes)
        return fail_read(d, path, "it is larger than 1 GiB");
    uint8_t *data = xb_new(arena, uint8_t, st.st_size + 1);
    int64_t size = xb_fd_read(fd, data, st.st_size, 0);
    if (size < 0)
        return fail_read(d, path, strerror(errno));
    *out = (XbBytes){.data = data, .size = (size_t)size};
    return true;
}

bool xb_file_read(XbArena *arena, XbDiags *d, const char *path, XbBytes *out)
{
    int fd =
        open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);  // a pipe without a writer must not hang us
    if (fd < 0)
        return fail_read(d, path, strerror(errno));
    bool is_read = read_open(arena, d, path, fd, out);
    close(fd);
    return is_read;
}

// Creates a file beside `path` that nobody else has; its name goes to *name.
static int open_temporary(XbArena *arena, const char *path, const char **name)
{
    int fd = -1;
    for (int i = 0; i < 100 && fd < 0; i++) {
        *name = xb_arena_printf(arena, "%s.%ld-%d.tmp", path, (long)getpid(), i);
        fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

bool xb_file_begin(XbArena *arena, XbDiags *d, const char *path, XbFileWriter *out)
{
    struct stat st;
    *out = (XbFileWriter){
        .d = d, .path = xb_arena_copy(arena, path), .fd = -1, .digest = xb_digest_start()};
    if (lstat(path, &st) == 0 && !S_ISREG(st.st_mode))  // /dev/null must stay what it is
        return fail_write(d, path, "something that is not a regular file is in the way");
    out->fd = open_temporary(arena, path, &out->temporary);
    return out->fd >= 0 || fail_write(d, path, strerror(errno));
}

static void discard(XbFileWriter *w)
{
    close(w->fd);
    unlink(w->temporary);
    w->fd = -1;
}

void xb_file_drop(XbFileWriter *w)
{
    if (w->fd >= 0)
        discard(w);
}

bool xb_file_append(XbFileWriter *w, const void *data, size_t size)
{
    if (w->fd < 0)
        return false;
    w->digest = xb_digest_add(w->digest, data, size);
    if (xb_fd_write(w->fd, data, size))
        return true;
    int why = errno;
    discard(w);
    return fail_write(w->d, w->path, strerror(why));
}

bool xb_file_end(XbFileWriter *w)
{
    if (w->fd < 0)
        return false;
    int fd = w->fd;
    w->fd = -1;
    if (close(fd) == 0 && rename(w->temporary, w->path) == 0)
        return true;
    int why = errno;
    unlink(w->temporary);
    return fail_write(w->d, w->path, strerror(why));
}

bool xb_file_write(XbDiags *d, const char *path, const void *data, size_t size)
{
    XbArena scratch = {0};
    XbFileWriter writer;
    bool is_written = xb_file_begin(&scratch, d, path, &writer) &&
                      xb_file_append(&writer, data, size) && xb_file_end(&writer);
    xb_arena_free(&scratch);
    return is_written;
}

static bool digest_open(int fd, XbDigest *out)
{
    uint8_t block[1 << 16];
    int64_t n;
    *out = xb_digest_start();
    while ((n = xb_fd_read(fd, block, sizeof block, (int64_t)out->bytes)) > 0)
        *out = xb_digest_add(*out, block, (size_t)n);
    return n == 0;
}

bool xb_file_digest(const char *path, XbDigest *out)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool is_read = digest_open(fd, out);
    int why = errno;
    close(fd);
    errno = why;
    return is_read;
}

bool xb_file_is_tflite(XbBytes bytes)
{
    return bytes.size >= 8 && memcmp(bytes.data + 4, "TFL3", 4) == 0;
}

const char *xb_path_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *xb_path_beside(XbArena *arena, const char *base_file, const char *path)
{
    const char *slash = strrchr(base_file, '/');
    if (path[0] == '/' || !slash)
        return xb_arena_copy(arena, path);
    int folder = (int)(slash - base_file) + 1;
    return xb_arena_printf(arena, "%.*s%s", folder, base_file, path);
}
