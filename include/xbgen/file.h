// SPDX-License-Identifier: Apache-2.0
// Files: read whole, or written whole or not at all.
#ifndef XBGEN_FILE_H
#define XBGEN_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"
#include "xbgen/digest.h"

typedef struct XbBytes {
    const uint8_t *data;
    size_t size;
} XbBytes;

// Reads a regular file of at most 1 GiB. On failure reports [file-read] and returns false.
// data[size] is a zero byte.
bool xb_file_read(XbArena *arena, XbDiags *d, const char *path, XbBytes *out);

// Writes to a temporary beside `path`, syncs nothing, renames. On failure (full disk included)
// removes the temporary, reports [file-write] with the system's reason and returns false.
bool xb_file_write(XbDiags *d, const char *path, const void *data, size_t size);

// The digest of a file, read block by block; false with errno set if it cannot be read.
bool xb_file_digest(const char *path, XbDigest *out);

typedef struct XbFileWriter {  // a file in the making, of any size; a temporary until it is whole
    XbDiags *d;
    const char *path, *temporary;
    int fd;           // -1: not open, or given up after a failure
    XbDigest digest;  // of what was appended
} XbFileWriter;

// Writes piece by piece, with the same promises as xb_file_write. Names lie in `arena`. After a
// failure, which is reported once, nothing is left behind and the rest returns false.
bool xb_file_begin(XbArena *arena, XbDiags *d, const char *path, XbFileWriter *out);
bool xb_file_append(XbFileWriter *writer, const void *data, size_t size);
bool xb_file_end(XbFileWriter *writer);   // moves it into place
void xb_file_drop(XbFileWriter *writer);  // gives up; may be called at any time

// True for what begins as a TensorFlow Lite file, with the FlatBuffers identifier TFL3.
bool xb_file_is_tflite(XbBytes bytes);

// The last name of a path, behind its folders: a part of `path`.
const char *xb_path_name(const char *path);

// `path` if it is absolute, else joined to the folder that holds `base_file`.
char *xb_path_beside(XbArena *arena, const char *base_file, const char *path);

#endif
