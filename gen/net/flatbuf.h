// SPDX-License-Identifier: Apache-2.0
// A bounds-checked view of a FlatBuffer. Whatever the bytes, nothing outside them is read: a
// reference that leaves them sets `broken`, and the accessor answers as if the field were absent.
#ifndef XBGEN_NET_FLATBUF_H
#define XBGEN_NET_FLATBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xbgen/file.h"

typedef struct XbFb {
    const uint8_t *data;
    size_t size;
    bool broken;       // sticky: some reference left the file
    size_t broken_at;  // byte position of the first such reference
} XbFb;

typedef struct XbFbTable {  // at 0: absent
    XbFb *fb;
    size_t at, vtable;
    size_t size, vtable_size;
} XbFbTable;

typedef struct XbFbVector {  // at is the first element; count 0: empty or absent
    XbFb *fb;
    size_t at;
    uint32_t count;
} XbFbVector;

XbFb xb_fb_open(XbBytes bytes);

// The root table.
XbFbTable xb_fb_root(XbFb *fb);

// Scalars of a table; `absent` when the field is not there.
int xb_fb_int8(XbFbTable t, int field, int absent);
int xb_fb_uint8(XbFbTable t, int field, int absent);
int32_t xb_fb_int32(XbFbTable t, int field, int32_t absent);
uint32_t xb_fb_uint32(XbFbTable t, int field, uint32_t absent);
uint64_t xb_fb_uint64(XbFbTable t, int field, uint64_t absent);

// A table that a field refers to.
XbFbTable xb_fb_table(XbFbTable t, int field);

// A vector whose elements have `item_size` bytes; table and string references have 4.
XbFbVector xb_fb_vector(XbFbTable t, int field, size_t item_size);

// Elements; an index outside the vector gives 0 or an absent table and sets `broken`.
int32_t xb_fb_int32_at(XbFbVector v, uint32_t i);
int64_t xb_fb_int64_at(XbFbVector v, uint32_t i);
float xb_fb_float_at(XbFbVector v, uint32_t i);
XbFbTable xb_fb_table_at(XbFbVector v, uint32_t i);

// Little-endian values at any address.
int32_t xb_le_int32(const uint8_t *p);
int64_t xb_le_int64(const uint8_t *p);

#endif
