// SPDX-License-Identifier: Apache-2.0
// Files: read whole, or written whole or not at all.
#ifndef XBGEN_FILE_H
#define XBGEN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"

typedef struct XbBytes {
    const uint8_t *data;
    size_t size;
} XbBytes;

// Reads a regular file of at most 1 GiB. On failure reports [file-read] and returns false.
// data[size] is a zero byte.
bool xb_file_read(XbArena *arena, XbDiags *d, const char *path, XbBytes *out);

// Writes to a temporary beside `path`, syncs nothing, renames. On failure (full disk included) removes
// the temporary, reports [file-write] with the system's reason and returns false.
bool xb_file_write(XbDiags *d, const char *path, const void *data, size_t size);

// `path` if it is absolute, else joined to the folder that holds `base_file`.
char *xb_path_beside(XbArena *arena, const char *base_file, const char *path);

#endif
