// SPDX-License-Identifier: Apache-2.0
// Until all is done, the file ends or the system says no.
#include "base/fd.h"

#include <errno.h>
#include <unistd.h>

int64_t xb_fd_read(int fd, void *data, int64_t size, int64_t at)
{
    int64_t done = 0;
    while (done < size) {
        ssize_t n = pread(fd, (uint8_t *)data + done, (size_t)(size - done), (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += n;
    }
    return done;
}

bool xb_fd_write(int fd, const void *data, size_t size)
{
    const uint8_t *at = data;
    while (size) {
        ssize_t n = write(fd, at, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}
