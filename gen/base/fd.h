// SPDX-License-Identifier: Apache-2.0
// Reads and writes of any size on file descriptors, in whatever pieces the system does them.
#ifndef XBGEN_BASE_FD_H
#define XBGEN_BASE_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Up to `size` bytes of a regular file from byte `at` on. Returns how many there were, or -1 with
// errno set.
int64_t xb_fd_read(int fd, void *data, int64_t size, int64_t at);

// Writes all bytes to a file or pipe; false with errno set if they did not all go out.
bool xb_fd_write(int fd, const void *data, size_t size);

#endif
