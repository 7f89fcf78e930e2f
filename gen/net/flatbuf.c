// SPDX-License-Identifier: Apache-2.0
// Bounds-checked FlatBuffer access: every offset is compared with the file's size before it is
// followed.
#include "net/flatbuf.h"

#include <string.h>

static uint16_t le16(const uint8_t *p) { return (uint16_t)(p[0] | p[1] << 8); }

static uint32_t le32(const uint8_t *p) { return (uint32_t)le16(p) | (uint32_t)le16(p + 2) << 16; }

static uint64_t le64(const uint8_t *p) { return (uint64_t)le32(p) | (uint64_t)le32(p + 4) << 32; }

int32_t xb_le_int32(const uint8_t *p) { return (int32_t)le32(p); }

int64_t xb_le_int64(const uint8_t *p) { return (int64_t)le64(p); }

// True if bytes at..at+size-1 are in the file; otherwise remembers the fault.
static bool inside(XbFb *fb, size_t at, size_t size)
{
    if (at <= fb->size && size <= fb->size - at)
        return true;
    if (!fb->broken)
        fb->broken_at = at;
    fb->broken = true;
    return false;
}

static void *broken_at(XbFb *fb, size_t at)
{
    inside(fb, at, SIZE_MAX);
    return NULL;
}

XbFb xb_fb_open(XbBytes bytes) { return (XbFb){.data = bytes.data, .size = bytes.size}; }

// Follows the unsigned offset stored at `at`; 0 if it leaves the file.
static size_t follow(XbFb *fb, size_t at)
{
    if (!inside(fb, at, 4))
        return 0;
    size_t to = at + le32(fb->data + at);
    return to > at && inside(fb, to, 4) ? to : 0;
}

static XbFbTable open_table(XbFb *fb, size_t at)
{
    XbFbTable none = {.fb = fb};
    if (at == 0 || !inside(fb, at, 4))
        return none;
    int64_t vtable = (int64_t)at - xb_le_int32(fb->data + at);
    if (vtable < 0 || !inside(fb, (size_t)vtable, 4)) {
        broken_at(fb, at);
        return none;
    }
    const uint8_t *v = fb->data + vtable;
    XbFbTable t = {fb, at, (size_t)vtable, le16(v + 2), le16(v)};
    bool fits = inside(fb, t.vtable, t.vtable_size) && inside(fb, at, t.size);
    return fits ? t : none;
}

XbFbTable xb_fb_root(XbFb *fb) { return open_table(fb, follow(fb, 0)); }

// The bytes of a field, or NULL if it is absent.
static const uint8_t *field_bytes(XbFbTable t, int field, size_t size)
{
    size_t slot = 4 + 2 * (size_t)field;
    if (t.at == 0 || slot + 2 > t.vtable_size)
        return NULL;
    size_t offset = le16(t.fb->data + t.vtable + slot);
    if (offset == 0)
        return NULL;
    if (offset + size > t.size)
        return broken_at(t.fb, t.vtable + slot);
    return t.fb->data + t.at + offset;
}

int xb_fb_int8(XbFbTable t, int field, int absent)
{
    const uint8_t *p = field_bytes(t, field, 1);
    return p ? (int8_t)*p : absent;
}

int xb_fb_uint8(XbFbTable t, int field, int absent)
{
    const uint8_t *p = field_bytes(t, field, 1);
    return p ? *p : absent;
}

uint32_t xb_fb_uint32(XbFbTable t, int field, uint32_t absent)
{
    const uint8_t *p = field_bytes(t, field, 4);
    return p ? le32(p) : absent;
}

int32_t xb_fb_int32(XbFbTable t, int field, int32_t absent)
{
    return (int32_t)xb_fb_uint32(t, field, (uint32_t)absent);
}

uint64_t xb_fb_uint64(XbFbTable t, int field, uint64_t absent)
{
    const uint8_t *p = field_bytes(t, field, 8);
    return p ? le64(p) : absent;
}

XbFbTable xb_fb_table(XbFbTable t, int field)
{
    const uint8_t *p = field_bytes(t, field, 4);
    if (!p)
        return (XbFbTable){.fb = t.fb};
    return open_table(t.fb, follow(t.fb, (size_t)(p - t.fb->data)));
}

XbFbVector xb_fb_vector(XbFbTable t, int field, size_t item_size)
{
    XbFbVector none = {.fb = t.fb};
    const uint8_t *p = field_bytes(t, field, 4);
    size_t at = p ? follow(t.fb, (size_t)(p - t.fb->data)) : 0;
    if (at == 0)
        return none;
    uint32_t count = le32(t.fb->data + at);
    return inside(t.fb, at + 4, count * item_size) ? (XbFbVector){t.fb, at + 4, count} : none;
}

static const uint8_t *element(XbFbVector v, uint32_t i, size_t size)
{
    if (i >= v.count)
        return broken_at(v.fb, v.at);
    return v.fb->data + v.at + i * size;
}

int32_t xb_fb_int32_at(XbFbVector v, uint32_t i)
{
    const uint8_t *p = element(v, i, 4);
    return p ? xb_le_int32(p) : 0;
}

int64_t xb_fb_int64_at(XbFbVector v, uint32_t i)
{
    const uint8_t *p = element(v, i, 8);
    return p ? xb_le_int64(p) : 0;
}

float xb_fb_float_at(XbFbVector v, uint32_t i)
{
    uint32_t bits = (uint32_t)xb_fb_int32_at(v, i);
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

XbFbTable xb_fb_table_at(XbFbVector v, uint32_t i)
{
    const uint8_t *p = element(v, i, 4);
    if (!p)
        return (XbFbTable){.fb = v.fb};
    return open_table(v.fb, follow(v.fb, (size_t)(p - v.fb->data)));
}
