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
// [npy-...] and returns false when the file is no such array (Fortran order, floats, short data ...).
// data points into `bytes`.
bool xb_npy_parse(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNpy *out);

// Reads and parses a file.
bool xb_npy_read(XbArena *arena, XbDiags *d, const char *path, XbNpy *out);

// Reads and parses a file of float32: kind 'f', 4 bytes. Any other type is refused: [npy-type].
bool xb_npy_read_floats(XbArena *arena, XbDiags *d, const char *path, XbNpy *out);

// Writes version 1.0. kind and item_size as in XbNpy.
bool xb_npy_write(XbDiags *d, const char *path, const XbNpy *array);

#endif
