// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/base/npy.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/npy.h"

typedef struct Try {  // one parse and what came of it
    XbArena arena;
    XbDiags d;
    XbNpy array;
    bool is_good;
} Try;

// Parses a version 1.0 file of this dictionary and `size` data bytes.
static void parse(Try *try, const char *dictionary, const void *data, size_t size)
{
    *try = (Try){0};
    try->d.arena = &try->arena;
    size_t length = strlen(dictionary);
    uint8_t *file = xb_arena_alloc(&try->arena, 10 + length + size, 1);
    memcpy(file, "\x93NUMPY\x01\x00", 8);
    file[8] = (uint8_t)(length & 0xff);
    file[9] = (uint8_t)(length >> 8);
    memcpy(file + 10, dictionary, length);
    if (size)
        memcpy(file + 10 + length, data, size);
    XbBytes bytes = {file, 10 + length + size};
    try->is_good = xb_npy_parse(&try->arena, &try->d, "a.npy", bytes, &try->array);
}

static void expect_code(const char *dictionary, size_t size, const char *code)
{
    Try try;
    uint8_t zeros[64] = {0};
    parse(&try, dictionary, zeros, size);
    assert_false(try.is_good);
    assert_int_equal(try.d.errors, 1);
    assert_string_equal(try.d.first->code, code);
    xb_arena_free(&try.arena);
}

static void expect_good(const char *dictionary, size_t size, int rank, int64_t count)
{
    Try try;
    uint8_t zeros[64] = {0};
    parse(&try, dictionary, zeros, size);
    assert_true(try.is_good);
    assert_int_equal(try.array.rank, rank);
    assert_int_equal(try.array.count, count);
    xb_arena_free(&try.arena);
}

static void an_array_of_bytes_is_read(void **state)
{
    (void)state;
    static const int8_t data[6] = {-128, -1, 0, 1, 2, 127};
    Try try;
    parse(&try, "{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }  \n", data, 6);
    assert_true(try.is_good);
    assert_int_equal(try.array.kind, 'i');
    assert_int_equal(try.array.item_size, 1);
    assert_int_equal(try.array.rank, 2);
    assert_int_equal(try.array.shape[0], 2);
    assert_int_equal(try.array.shape[1], 3);
    assert_memory_equal(try.array.data, data, 6);
    xb_arena_free(&try.arena);
}

static void data_at_an_odd_place_are_moved_to_where_they_can_be_read(void **state)
{
    (void)state;
    static const int32_t data[2] = {-5, 70000};
    for (int spaces = 0; spaces < 8; spaces++) {
        char dictionary[100];
        Try try;
        snprintf(dictionary, sizeof dictionary,
                 "{'descr':'<i4','fortran_order':False,'shape':(2,)}%*s", spaces, "");
        parse(&try, dictionary, data, 8);
        assert_true(try.is_good);
        assert_int_equal((uintptr_t)try.array.data % 4, 0);
        assert_int_equal(((const int32_t *)try.array.data)[0], -5);
        assert_int_equal(((const int32_t *)try.array.data)[1], 70000);
        xb_arena_free(&try.arena);
    }
}

static void every_integer_type_and_bool_is_read(void **state)
{
    (void)state;
    static const char *const types[] = {"|i1", "|u1", "|b1", "<i1", "<u1", "<i2",
                                        "<u2", "<i4", "<u4", "<i8", "<u8"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char dictionary[100];
        snprintf(dictionary, sizeof dictionary,
                 "{\"shape\": (3,), 'fortran_order': False, 'descr': '%s'}", types[i]);
        expect_good(dictionary, 3 * (size_t)(types[i][2] - '0'), 1, 3);
    }
}

static void other_types_are_refused(void **state)
{
    (void)state;
    static const char *const types[] = {"'<f4'", "'>i4'", "'>i1'",  "'|i4'", "'<i3'",
                                        "'|S4'", "'i4'",  "'<i16'", "''",    "[('a', '<i4')]",
                                        "'<i4",  "'=i4'", "'|O'"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        char dictionary[100];
        snprintf(dictionary, sizeof dictionary,
                 "{'descr': %s, 'fortran_order': False, 'shape': (1,)}", types[i]);
        expect_code(dictionary, 4, "npy-type");
    }
}

#define HEAD "{'descr': '|u1', 'fortran_order': False, 'shape': "

static void shapes_are_read_as_python_writes_them(void **state)
{
    (void)state;
    expect_good(HEAD "(), }\n", 1, 0, 1);
    expect_good(HEAD "(3,), }\n", 3, 1, 3);
    expect_good(HEAD "(3, 4)}\n", 12, 2, 12);
    expect_good(HEAD "( 3 , 4 , ) , } \n", 12, 2, 12);
    expect_good(HEAD "(5, 0, 7), }\n", 0, 3, 0);
    expect_good(HEAD "(1, 1, 1, 1, 1, 1, 1, 2), }\n", 2, 8, 2);
}

static void shapes_that_cannot_be_are_refused(void **state)
{
    (void)state;
    expect_code(HEAD "(3), }\n", 3, "npy-header");
    expect_code(HEAD "3, }\n", 3, "npy-header");
    expect_code(HEAD "[3], }\n", 3, "npy-header");
    expect_code(HEAD "(-3,), }\n", 3, "npy-header");
    expect_code(HEAD "(,), }\n", 3, "npy-header");
    expect_code(HEAD "(3,,), }\n", 3, "npy-header");
    expect_code(HEAD "(1, 1, 1, 1, 1, 1, 1, 1, 1), }\n", 1, "npy-shape");
    expect_code(HEAD "(99999999999999999999,), }\n", 1, "npy-shape");
    expect_code(HEAD "(4294967296, 4294967296, 4), }\n", 0, "npy-shape");
    expect_code(HEAD "(9223372036854775807,), }\n", 0, "npy-shape");
}

static void the_data_must_be_exactly_as_long_as_the_shape_says(void **state)
{
    (void)state;
    expect_code(HEAD "(3,), }\n", 2, "npy-data");
    expect_code(HEAD "(3,), }\n", 4, "npy-data");
    expect_code(HEAD "(0,), }\n", 1, "npy-data");
    expect_code(HEAD "(1000000000000,), }\n", 4, "npy-data");
}

static void damaged_headers_are_refused(void **state)
{
    (void)state;
    expect_code("", 0, "npy-header");
    expect_code("{}", 0, "npy-header");
    expect_code(HEAD "(1,)", 1, "npy-header");
    expect_code(HEAD "(1,)} x", 1, "npy-header");
    expect_code(HEAD "(1,), 'shape': (1,)}", 1, "npy-header");
    expect_code(HEAD "(1,), 'other': 1}", 1, "npy-header");
    expect_code("{'descr': '|u1', 'shape': (1,)}", 1, "npy-header");
    expect_code("{'descr': '|u1', 'fortran_order': 0, 'shape': (1,)}", 1, "npy-header");
    expect_code("{'descr': '|u1', 'fortran_order': True, 'shape': (1,)}", 1, "npy-order");
}

static void a_bool_is_0_or_1(void **state)
{
    (void)state;
    Try try;
    parse(&try, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", "\0\1\2", 3);
    assert_false(try.is_good);
    assert_string_equal(try.d.first->code, "npy-data");
    xb_arena_free(&try.arena);
}

// Parses a whole file's bytes.
static const char *code_of(const char *bytes, size_t size)
{
    static const char *const codes[] = {"npy-magic", "npy-header", "npy-data"};
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNpy array;
    const char *code = "none";
    if (!xb_npy_parse(&arena, &d, "a.npy", (XbBytes){(const uint8_t *)bytes, size}, &array))
        for (int i = 0; i < 3; i++)
            if (strcmp(codes[i], d.first->code) == 0)
                code = codes[i];
    xb_arena_free(&arena);
    return code;
}

static void a_file_cut_anywhere_is_refused(void **state)
{
    (void)state;
    static const char file[] = "\x93NUMPY\x02\x00\x37\x00\x00\x00" HEAD "(3,)}abc";
    size_t size = sizeof file - 1;
    assert_string_equal(code_of(file, size), "none");
    for (size_t cut = 0; cut < size; cut++)
        assert_string_equal(code_of(file, cut), cut < 10         ? "npy-magic"
                                                : cut < size - 3 ? "npy-header"
                                                                 : "npy-data");
}

static void unknown_versions_are_refused(void **state)
{
    (void)state;
    assert_string_equal(code_of("\x93NUMPY\x04\x00\x00\x00\x00\x00", 12), "npy-magic");
    assert_string_equal(code_of("\x93NUMPY\x00\x00\x00\x00\x00\x00", 12), "npy-magic");
    assert_string_equal(code_of("\x93NUMPY\x01\x01\x00\x00\x00\x00", 12), "npy-magic");
    assert_string_equal(code_of("\x93NUMPZ\x01\x00\x00\x00\x00\x00", 12), "npy-magic");
    assert_string_equal(code_of("\x93NUMPY\x03\x00\xff\xff\xff\xff", 12), "npy-header");
}

static void what_is_written_is_what_numpy_writes(void **state)
{
    (void)state;
    char path[] = "/tmp/xbgen-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes;
    XbNpy back;
    static const int32_t data[6] = {1, -2, 3, -4, 5, -6};
    XbNpy array = {
        .kind = 'i', .item_size = 4, .rank = 2, .shape = {2, 3}, .count = 6, .data = data};
    assert_true(xb_npy_write(&d, path, &array));
    assert_true(xb_file_read(&arena, &d, path, &bytes));
    assert_int_equal(bytes.size, 128 + sizeof data);
    assert_memory_equal(bytes.data, "\x93NUMPY\x01\x00\x76\x00", 10);
    assert_memory_equal(bytes.data + 10,
                        "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }  ", 61);
    assert_int_equal(bytes.data[127], '\n');
    assert_true(xb_npy_read(&arena, &d, path, &back));
    assert_int_equal(back.rank, 2);
    assert_memory_equal(back.data, data, sizeof data);
    unlink(path);
    xb_arena_free(&arena);
}

// float32 is read where it is asked for, and nothing else there.
static void floats_are_a_matter_of_their_own(void **state)
{
    (void)state;
    char path[] = "/tmp/xbgen-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNpy back;
    static const float data[3] = {0.1f, -2.5f, 1e-30f};
    XbNpy array = {.kind = 'f', .item_size = 4, .rank = 1, .shape = {3}, .count = 3, .data = data};
    assert_true(xb_npy_write(&d, path, &array));
    assert_true(xb_npy_read_floats(&arena, &d, path, &back));
    assert_int_equal(back.kind, 'f');
    assert_memory_equal(back.data, data, sizeof data);
    assert_false(xb_npy_read(&arena, &d, path, &back));
    assert_string_equal(d.last->code, "npy-type");
    array.kind = 'i';
    assert_true(xb_npy_write(&d, path, &array));
    assert_false(xb_npy_read_floats(&arena, &d, path, &back));
    assert_string_equal(d.last->code, "npy-type");
    assert_int_equal(d.errors, 2);
    unlink(path);
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_of_bytes_is_read),
        cmocka_unit_test(data_at_an_odd_place_are_moved_to_where_they_can_be_read),
        cmocka_unit_test(every_integer_type_and_bool_is_read),
        cmocka_unit_test(other_types_are_refused),
        cmocka_unit_test(shapes_are_read_as_python_writes_them),
        cmocka_unit_test(shapes_that_cannot_be_are_refused),
        cmocka_unit_test(the_data_must_be_exactly_as_long_as_the_shape_says),
        cmocka_unit_test(damaged_headers_are_refused),
        cmocka_unit_test(a_bool_is_0_or_1),
        cmocka_unit_test(a_file_cut_anywhere_is_refused),
        cmocka_unit_test(unknown_versions_are_refused),
        cmocka_unit_test(what_is_written_is_what_numpy_writes),
        cmocka_unit_test(floats_are_a_matter_of_their_own),
    };
    return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
