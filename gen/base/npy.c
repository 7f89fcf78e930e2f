// SPDX-License-Identifier: Apache-2.0
// NumPy .npy files: a strict reader of the header's Python dictionary, and a writer that makes the
// bytes NumPy itself would.
#include "xbgen/npy.h"

#include "base/fd.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_HEADER = 1 << 20 };  // bytes of a file read in parts; NumPy pads its own to 64

static const char magic[6] = {'\x93', 'N', 'U', 'M', 'P', 'Y'};

typedef struct Header {  // the dictionary, while it is read
    const char *at, *end;
    XbDiags *d;
    const char *file;
    bool has_descr, has_order, has_shape;
    bool takes_floats, takes_integers;
    XbNpy *out;
} Header;

static bool fail(const Header *h, const char *code, const char *text)
{
    xb_report(h->d, XB_ERROR, code, h->file, "", "%s", text);
    return false;
}

static bool fail_syntax(const Header *h)
{
    return fail(h, "npy-header", "the header is not a NumPy array description");
}

static void skip_space(Header *h)
{
    while (h->at < h->end && (*h->at == ' ' || *h->at == '\n'))
        h->at++;
}

// Takes the punctuation `c`, with the space before it.
static bool take(Header *h, char c)
{
    skip_space(h);
    if (h->at == h->end || *h->at != c)
        return false;
    h->at++;
    return true;
}

static bool take_word(Header *h, const char *word)
{
    skip_space(h);
    size_t length = strlen(word);
    if ((size_t)(h->end - h->at) < length || memcmp(h->at, word, length) != 0)
        return false;
    h->at += length;
    return true;
}

// A quoted string without escapes, shorter than `size`, copied with its zero byte.
static bool take_string(Header *h, char *text, size_t size)
{
    char quote = take(h, '\'') ? '\'' : '"';
    if (quote == '"' && !take(h, '"'))
        return false;
    size_t length = 0;
    for (; h->at < h->end && *h->at != quote; h->at++) {
        if (length + 1 >= size || *h->at == '\\')
            return false;
        text[length++] = *h->at;
    }
    text[length] = '\0';
    return take(h, quote);
}

static bool read_descr(Header *h)
{
    static const char types[][4] = {"<f4", "|i1", "|u1", "|b1", "<i1", "<u1",
                                    "<i2", "<u2", "<i4", "<u4", "<i8", "<u8"};
    const char *wanted = !h->takes_integers ? "float32 is"
                         : h->takes_floats  ? "float32, integers and bool are"
                                            : "integers and bool are";
    char descr[16];
    if (!take_string(h, descr, sizeof descr)) {
        xb_report(h->d, XB_ERROR, "npy-type", h->file, "",
                  "the element type is not a plain one; little-endian %s supported", wanted);
        return false;
    }
    size_t first = h->takes_floats ? 0 : 1,
           end = h->takes_integers ? sizeof types / sizeof *types : 1;
    for (size_t i = first; i < end; i++) {
        if (strlen(descr) != 3 || memcmp(descr, types[i], 3) != 0)
            continue;
        h->out->kind = descr[1];
        h->out->item_size = descr[2] - '0';
        return true;
    }
    // What NumPy makes where nothing is said.
    bool is_double = h->takes_floats && strcmp(descr, "<f8") == 0;
    xb_report(h->d, XB_ERROR, "npy-type", h->file, "",
              "element type \"%s\" is not supported; little-endian %s%s", descr, wanted,
              is_double ? "; convert it, a.astype('float32')" : "");
    return false;
}

static bool read_order(Header *h)
{
    if (take_word(h, "True"))
        return fail(h, "npy-order",
                    "the array is in Fortran order; save it with np.ascontiguousarray");
    return take_word(h, "False") || fail_syntax(h);
}

static bool read_dimension(Header *h, int64_t *dimension)
{
    skip_space(h);
    const char *start = h->at;
    int64_t value = 0;
    for (; h->at < h->end && *h->at >= '0' && *h->at <= '9'; h->at++) {
        if (value > (INT64_MAX - 9) / 10)
            return fail(h, "npy-shape", "a dimension is too large");
        value = value * 10 + (*h->at - '0');
    }
    *dimension = value;
    return h->at > start || fail_syntax(h);
}

static bool add_dimension(Header *h)
{
    XbNpy *out = h->out;
    int64_t dimension;
    if (!read_dimension(h, &dimension))
        return false;
    if (out->rank == XB_NPY_MAX_RANK)
        return fail(h, "npy-shape", "the array has more than 8 dimensions");
    if (dimension && out->count > INT64_MAX / 8 / dimension)
        return fail(h, "npy-shape", "the shape is too large");
    out->count *= dimension;
    out->shape[out->rank++] = dimension;
    return true;
}

// "()", "(3,)", "(3, 4)" or "(3, 4,)"; "(3)" is no tuple.
static bool read_shape(Header *h)
{
    h->out->rank = 0;
    h->out->count = 1;
    if (!take(h, '('))
        return fail_syntax(h);
    while (!take(h, ')')) {
        if (!add_dimension(h))
            return false;
        if (take(h, ','))
            continue;
        return (h->out->rank > 1 && take(h, ')')) || fail_syntax(h);
    }
    return true;
}

static bool read_value(Header *h, const char *key)
{
    bool *has = strcmp(key, "descr") == 0           ? &h->has_descr
                : strcmp(key, "fortran_order") == 0 ? &h->has_order
                : strcmp(key, "shape") == 0         ? &h->has_shape
                                                    : NULL;
    if (!has || *has)
        return fail_syntax(h);
    *has = true;
    return has == &h->has_descr   ? read_descr(h)
           : has == &h->has_order ? read_order(h)
                                  : read_shape(h);
}

static bool read_header(Header *h)
{
    char key[16];
    if (!take(h, '{'))
        return fail_syntax(h);
    while (!take(h, '}')) {
        if (!take_string(h, key, sizeof key) || !take(h, ':'))
            return fail_syntax(h);
        if (!read_value(h, key))
            return false;
        if (take(h, ','))
            continue;
        if (!take(h, '}'))
            return fail_syntax(h);
        break;
    }
    skip_space(h);
    return (h->at == h->end && h->has_descr && h->has_order && h->has_shape) || fail_syntax(h);
}

// Finds the dictionary: 2 bytes of length in version 1, 4 in versions 2 and 3.
static bool find_header(Header *h, XbBytes bytes)
{
    const uint8_t *p = bytes.data;
    if (!bytes.size)
        return fail(h, "npy-magic", "the file is empty; a NumPy .npy file is needed");
    if (bytes.size < 10 || memcmp(p, magic, sizeof magic) != 0)
        return fail(h, "npy-magic", "this is not a NumPy .npy file");
    if (p[6] < 1 || p[6] > 3 || p[7] != 0)
        return fail(h, "npy-magic", "this version of the .npy format is not known; 1.0 to 3.0 are");
    size_t start = p[6] == 1 ? 10 : 12;
    size_t length = (size_t)p[8] | (size_t)p[9] << 8;
    if (start == 12 && bytes.size >= 12)
        length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (bytes.size < start || bytes.size - start < length)
        return fail(h, "npy-header", "the file ends inside its header");
    h->at = (const char *)p + start;
    h->end = h->at + length;
    return true;
}

static bool check_bools(const Header *h, const uint8_t *data, int64_t count)
{
    for (int64_t i = 0; h->out->kind == 'b' && i < count; i++)
        if (data[i] > 1)
            return fail(h, "npy-data", "a bool element is neither 0 nor 1");
    return true;
}

// `have`: bytes behind the header.
static bool check_size(const Header *h, uint64_t have)
{
    uint64_t need = (uint64_t)h->out->count * (uint64_t)h->out->item_size;
    if (have == need)
        return true;
    xb_report(h->d, XB_ERROR, "npy-data", h->file, "",
              "%llu bytes follow the header, but the shape needs %llu", (unsigned long long)have,
              (unsigned long long)need);
    return false;
}

static bool find_data(const Header *h, XbArena *arena, XbBytes bytes)
{
    XbNpy *out = h->out;
    const uint8_t *data = (const uint8_t *)h->end;
    size_t have = bytes.size - (size_t)(data - bytes.data);
    if (!check_size(h, have))
        return false;
    out->data = data;
    if ((uintptr_t)data % (size_t)out->item_size != 0 && have)
        out->data = memcpy(xb_arena_alloc(arena, have, 1), data, have);
    return check_bools(h, data, out->count);
}

bool xb_npy_parse(XbArena *arena, XbDiags *d, const char *file, XbBytes bytes, XbNpy *out)
{
    *out = (XbNpy){0};
    Header h = {.d = d, .file = file, .takes_integers = true, .out = out};
    return find_header(&h, bytes) && read_header(&h) && find_data(&h, arena, bytes);
}

bool xb_npy_read(XbArena *arena, XbDiags *d, const char *path, XbNpy *out)
{
    XbBytes bytes;
    return xb_file_read(arena, d, path, &bytes) && xb_npy_parse(arena, d, path, bytes, out);
}

bool xb_npy_read_floats(XbArena *arena, XbDiags *d, const char *path, XbNpy *out)
{
    XbBytes bytes;
    *out = (XbNpy){0};
    Header h = {.d = d, .file = path, .out = out, .takes_floats = true};
    return xb_file_read(arena, d, path, &bytes) && find_header(&h, bytes) && read_header(&h) &&
           find_data(&h, arena, bytes);
}

static const char *shape_text(XbArena *arena, const XbNpy *array)
{
    const char *text = "";
    for (int i = 0; i < array->rank; i++)
        text = xb_arena_printf(arena, "%s%s%lld", text, i ? ", " : "", (long long)array->shape[i]);
    return xb_arena_printf(arena, array->rank == 1 ? "(%s,)" : "(%s)", text);
}

// The file up to its elements.
static XbBytes header_bytes(XbArena *arena, const XbNpy *array)
{
    const char *dictionary = xb_arena_printf(
        arena, "{'descr': '%c%c%d', 'fortran_order': False, 'shape': %s, }",
        array->item_size == 1 ? '|' : '<', array->kind, array->item_size, shape_text(arena, array));
    size_t start = (10 + strlen(dictionary) + 1 + 63) / 64 * 64;  // where the data begin
    const char *padded = xb_arena_printf(arena, "%-*s\n", (int)start - 11, dictionary);
    uint8_t *bytes = xb_arena_alloc(arena, start, 1);
    memcpy(bytes, magic, sizeof magic);
    bytes[6] = 1;
    bytes[8] = (uint8_t)((start - 10) & 0xff);
    bytes[9] = (uint8_t)((start - 10) >> 8);
    memcpy(bytes + 10, padded, start - 10);
    return (XbBytes){.data = bytes, .size = start};
}

bool xb_npy_begin(XbArena *arena, XbDiags *d, const char *path, const XbNpy *array,
                  XbFileWriter *out)
{
    XbBytes header = header_bytes(arena, array);
    return xb_file_begin(arena, d, path, out) && xb_file_append(out, header.data, header.size);
}

bool xb_npy_write(XbDiags *d, const char *path, const XbNpy *array)
{
    XbArena scratch = {0};
    XbFileWriter writer;
    bool is_written =
        xb_npy_begin(&scratch, d, path, array, &writer) &&
        xb_file_append(&writer, array->data, (size_t)array->count * (size_t)array->item_size) &&
        xb_file_end(&writer);
    xb_arena_free(&scratch);
    return is_written;
}

// ---- reading in parts ----

static bool fail_read(XbDiags *d, const char *path, const char *why)
{
    xb_report(d, XB_ERROR, "file-read", path, "", "cannot be read: %s", why);
    return false;
}

static bool open_regular(XbNpyReader *r, int64_t *size)
{
    struct stat st;
    r->fd = open(r->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (r->fd < 0 || fstat(r->fd, &st) != 0)
        return fail_read(r->d, r->path, strerror(errno));
    *size = st.st_size;
    return S_ISREG(st.st_mode) || fail_read(r->d, r->path, "it is not a regular file");
}

static bool read_start(XbArena *arena, XbNpyReader *r, int64_t size, bool takes_floats)
{
    int64_t wanted = size < MAX_HEADER ? size : MAX_HEADER;
    uint8_t *start = xb_new(arena, uint8_t, wanted);
    int64_t have = xb_fd_read(r->fd, start, wanted, 0);
    if (have < 0)
        return fail_read(r->d, r->path, strerror(errno));
    Header h = {.d = r->d,
                .file = r->path,
                .takes_floats = takes_floats,
                .takes_integers = true,
                .out = &r->array};
    if (!find_header(&h, (XbBytes){.data = start, .size = (size_t)have}) || !read_header(&h))
        return false;
    r->start = h.end - (const char *)start;
    return check_size(&h, (uint64_t)(size - r->start));
}

static bool open_reader(XbArena *arena, XbDiags *d, const char *path, bool takes_floats,
                        XbNpyReader *out)
{
    XbArena scratch = {0};
    int64_t size;
    *out = (XbNpyReader){.d = d, .path = xb_arena_copy(arena, path), .fd = -1};
    bool is_open = open_regular(out, &size) && read_start(&scratch, out, size, takes_floats);
    if (!is_open)
        xb_npy_close(out);
    xb_arena_free(&scratch);
    return is_open;
}

bool xb_npy_open(XbArena *arena, XbDiags *d, const char *path, XbNpyReader *out)
{
    return open_reader(arena, d, path, false, out);
}

bool xb_npy_open_numbers(XbArena *arena, XbDiags *d, const char *path, XbNpyReader *out)
{
    return open_reader(arena, d, path, true, out);
}

bool xb_npy_get(const XbNpyReader *r, int64_t first, int64_t count, void *out)
{
    int64_t size = r->array.item_size, bytes = count * size;
    int64_t have = xb_fd_read(r->fd, out, bytes, r->start + first * size);
    if (have != bytes)
        return fail_read(r->d, r->path,
                         have < 0 ? strerror(errno) : "it became shorter while it was read");
    XbNpy array = r->array;
    Header h = {.d = r->d, .file = r->path, .out = &array};
    return check_bools(&h, out, count);
}

void xb_npy_close(XbNpyReader *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}
