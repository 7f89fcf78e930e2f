// SPDX-License-Identifier: Apache-2.0
// NumPy .npy files: C order, little-endian, versions 1 to 3; integer or bool element types, and float32 where
// that is asked for.
#ifndef XBGEN_NPY_H
#define XBGEN_NPY_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"
#include "xbgen/file.h"

enum { XB_NPY_MAX_RANK = 8 };

typedef struct XbNpy {
    char kind;      // 'i', 'u', 'b' or 'f' as in the descr
    int item_size;  // bytes: 1, 2, 4 or 8
    int rank;
    int64_t shape[XB_NPY_MAX_RANK];
    int64_t count;  // product of shape
    const void *data;
} XbNpy;

// Parses bytes already in memory; `file` is for reports only. Bounds-checked for any bytes. Reports
// [npy-...] and returns false when the file is no such array (Fortran order, floats, short data
// ...). data points into `bytes`.
bool xb_npy_parse(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNpy *out);

// Reads and parses a file.
bool xb_npy_read(XbArena *arena, XbDiags *d, const char *path, XbNpy *out);

// Reads and parses a file of float32: kind 'f', 4 bytes. Any other type is refused: [npy-type].
bool xb_npy_read_floats(XbArena *arena, XbDiags *d, const char *path, XbNpy *out);

// Writes version 1.0. kind and item_size as in XbNpy.
bool xb_npy_write(XbDiags *d, const char *path, const XbNpy *array);

// Arrays of any size, a part at a time.

typedef struct XbNpyReader {
    XbNpy array;  // data is NULL
    XbDiags *d;
    const char *path;
    int fd;         // -1: not open
    int64_t start;  // byte where the elements begin
} XbNpyReader;

// Opens a regular file, reads its header (at most 1 MiB) and checks that all elements are there.
// Reports [file-read] or [npy-...] and returns false if not.
bool xb_npy_open(XbArena *arena, XbDiags *d, const char *path, XbNpyReader *out);

// The same, float32 allowed too.
bool xb_npy_open_numbers(XbArena *arena, XbDiags *d, const char *path, XbNpyReader *out);

// Elements first .. first + count - 1, which must be in the array, as they lie in the file. Reports
// [file-read], or [npy-data] for a bool that is none.
bool xb_npy_get(const XbNpyReader *reader, int64_t first, int64_t count, void *out);

void xb_npy_close(XbNpyReader *reader);  // may be called at any time

// Begins a file for an array of that type and shape (its data are not used); its elements are then
// appended with xb_file_append, all of them, before xb_file_end.
bool xb_npy_begin(XbArena *arena, XbDiags *d, const char *path, const XbNpy *array,
                  XbFileWriter *out);

#endif
