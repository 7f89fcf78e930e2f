// SPDX-License-Identifier: Apache-2.0
// Advisory locks on folders themselves, as flock(1) takes them in the emitted Makefile: nothing is
// left behind, a lock ends with its process, and stays with a folder that is renamed.
#include "cli/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int take(int fd, int how)
{
    int status;
    do
        status = flock(fd, how);
    while (status != 0 && errno == EINTR);
    return status;
}

// A file system without locks is no reason to stop.
static void wait_for(const char *path, int fd)
{
    if (take(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return;
    fprintf(stderr, "xbgen: waiting until another xbgen or make is done in %s\n", path);
    take(fd, LOCK_EX);
}

// Whoever was waited for may have removed the folder, or put another in its place.
static bool is_still(const char *path, int fd)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_dev == there.st_dev &&
           ours.st_ino == there.st_ino;
}

int xb_lock_take(const char *path)
{
    for (;;) {
        // Not closed in what we start: a build goes on when we are killed.
        int fd = open(path, O_RDONLY | O_DIRECTORY);
        if (fd < 0)
            return -1;
        wait_for(path, fd);
        if (is_still(path, fd))
            return fd;
        close(fd);
    }
}

void xb_lock_release(int lock)
{
    if (lock >= 0)
        close(lock);
}
