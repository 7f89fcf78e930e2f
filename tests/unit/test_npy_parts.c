// SPDX-License-Identifier: Apache-2.0
// .npy files that are read in parts.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <stdlib.h>
#include <unistd.h>

#include "xbgen/npy.h"

typedef struct Part {  // a file on disk, read in parts
    XbArena arena;
    XbDiags d;
    char path[32];
    XbNpyReader reader;
    bool is_open;
} Part;

static void open_part(Part *part, const void *bytes, size_t size)
{
    *part = (Part){.path = "/tmp/xbgen-test-XXXXXX"};
    part->d.arena = &part->arena;
    int fd = mkstemp(part->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    part->is_open = xb_npy_open(&part->arena, &part->d, part->path, &part->reader);
}

static void close_part(Part *part)
{
    xb_npy_close(&part->reader);
    unlink(part->path);
    xb_arena_free(&part->arena);
}

#define HEADER_OF(type, shape)                                                                     \
    "\x93NUMPY\x01\x00\x76\x00{'descr': '" type "', 'fortran_order': False, 'shape': " shape       \
    ", }                                                          \n"

static void parts_of_a_file_are_its_elements(void **state)
{
    (void)state;
    static const char file[] = HEADER_OF("|u1", "(5, 2)") "abcdefghij";
    Part part;
    char out[4] = "";
    assert_int_equal(sizeof file - 1, 128 + 10);
    open_part(&part, file, sizeof file - 1);
    assert_true(part.is_open);
    assert_int_equal(part.reader.array.rank, 2);
    assert_int_equal(part.reader.array.count, 10);
    assert_true(xb_npy_get(&part.reader, 7, 3, out));
    assert_string_equal(out, "hij");
    assert_true(xb_npy_get(&part.reader, 0, 2, out));
    assert_memory_equal(out, "ab", 2);
    close_part(&part);
}

static void a_file_must_be_whole_before_parts_are_read(void **state)
{
    (void)state;
    static const char file[] = HEADER_OF("|u1", "(5, 2)") "abcdefghijk";
    static const size_t sizes[] = {0, 9, 127, 137, 139};
    static const char *const codes[] = {"npy-magic", "npy-magic", "npy-header", "npy-data",
                                        "npy-data"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        Part part;
        open_part(&part, file, sizes[i]);
        assert_false(part.is_open);
        assert_int_equal(part.reader.fd, -1);
        assert_string_equal(part.d.first->code, codes[i]);
        close_part(&part);
    }
}

static void a_file_that_shrinks_while_it_is_read_is_reported(void **state)
{
    (void)state;
    static const char file[] = HEADER_OF("|u1", "(5, 2)") "abcdefghij";
    Part part;
    char out[10];
    open_part(&part, file, sizeof file - 1);
    assert_int_equal(truncate(part.path, 130), 0);
    assert_false(xb_npy_get(&part.reader, 0, 10, out));
    assert_string_equal(part.d.first->code, "file-read");
    close_part(&part);
}

static void a_bool_is_checked_in_parts_too(void **state)
{
    (void)state;
    static const char file[] = HEADER_OF("|b1", "(3, 1)") "\x01\x00\x02";
    Part part;
    char out[3];
    open_part(&part, file, sizeof file - 1);
    assert_true(xb_npy_get(&part.reader, 0, 2, out));
    assert_false(xb_npy_get(&part.reader, 1, 2, out));
    assert_string_equal(part.d.first->code, "npy-data");
    close_part(&part);
}

static void pipes_are_not_read_in_parts(void **state)
{
    (void)state;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNpyReader reader;
    assert_false(xb_npy_open(&arena, &d, "/dev/null", &reader));
    assert_false(xb_npy_open(&arena, &d, "/tmp", &reader));
    assert_false(xb_npy_open(&arena, &d, "/tmp/none/there", &reader));
    assert_int_equal(d.errors, 3);
    assert_string_equal(d.last->code, "file-read");
    xb_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_of_a_file_are_its_elements),
        cmocka_unit_test(a_file_must_be_whole_before_parts_are_read),
        cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_reported),
        cmocka_unit_test(a_bool_is_checked_in_parts_too),
        cmocka_unit_test(pipes_are_not_read_in_parts),
    };
    return cmocka_run_group_tests_name("npy_parts", tests, NULL, NULL);
}
