// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/base/file.c, in a folder of their own.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xbgen/file.h"

typedef struct Place {
    XbArena arena;
    XbDiags d;
    char folder[40];
} Place;

static int make_place(void **state)
{
    Place *place = calloc(1, sizeof *place);
    if (!place)
        return -1;
    place->d.arena = &place->arena;
    strcpy(place->folder, "/tmp/xbgen-test-XXXXXX");
    *state = place;
    return mkdtemp(place->folder) ? 0 : -1;
}

static int files_in(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static char *path_in(Place *place, const char *name)
{
    return xb_arena_printf(&place->arena, "%s/%s", place->folder, name);
}

static int drop_place(void **state)
{
    Place *place = *state;
    static const char *const names[] = {"a", "b", "pipe", "link"};
    for (int i = 0; i < 4; i++)
        unlink(path_in(place, names[i]));
    int failed = rmdir(place->folder);
    xb_arena_free(&place->arena);
    free(place);
    return failed;
}

static void what_is_written_is_read_back_with_a_zero_byte_behind(void **state)
{
    Place *p = *state;
    static const char text[] = {'a', 0, '\n', (char)0xff, 'z'};
    XbBytes bytes;
    assert_true(xb_file_write(&p->d, path_in(p, "a"), text, sizeof text));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_int_equal(bytes.size, sizeof text);
    assert_memory_equal(bytes.data, text, sizeof text);
    assert_int_equal(bytes.data[bytes.size], 0);
    assert_int_equal(files_in(p->folder), 1);
}

static void an_empty_file_is_a_file(void **state)
{
    Place *p = *state;
    XbBytes bytes;
    assert_true(xb_file_write(&p->d, path_in(p, "a"), "", 0));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_int_equal(bytes.size, 0);
}

static void writing_replaces_what_was_there(void **state)
{
    Place *p = *state;
    XbBytes bytes;
    assert_true(xb_file_write(&p->d, path_in(p, "a"), "longer", 6));
    assert_true(xb_file_write(&p->d, path_in(p, "a"), "new", 3));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_string_equal((const char *)bytes.data, "new");
}

static void a_missing_file_is_reported(void **state)
{
    Place *p = *state;
    XbBytes bytes;
    assert_false(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_string_equal(p->d.first->code, "file-read");
    assert_string_equal(p->d.first->file, path_in(p, "a"));
}

static void folders_and_pipes_are_not_read(void **state)
{
    Place *p = *state;
    XbBytes bytes;
    assert_int_equal(mkfifo(path_in(p, "pipe"), 0600), 0);
    assert_false(xb_file_read(&p->arena, &p->d, p->folder, &bytes));
    assert_false(xb_file_read(&p->arena, &p->d, path_in(p, "pipe"), &bytes));
    assert_int_equal(p->d.errors, 2);
}

static void a_file_that_cannot_be_written_leaves_nothing_behind(void **state)
{
    Place *p = *state;
    assert_false(xb_file_write(&p->d, path_in(p, "none/a"), "x", 1));
    assert_false(xb_file_write(&p->d, p->folder, "x", 1));
    assert_string_equal(p->d.first->code, "file-write");
    assert_int_equal(p->d.errors, 2);
    assert_int_equal(files_in(p->folder), 0);
}

static void links_and_devices_are_not_replaced(void **state)
{
    Place *p = *state;
    struct stat st;
    assert_int_equal(symlink("/dev/null", path_in(p, "link")), 0);
    assert_false(xb_file_write(&p->d, path_in(p, "link"), "x", 1));
    assert_false(xb_file_write(&p->d, "/dev/null", "x", 1));
    assert_int_equal(lstat(path_in(p, "link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(p->d.errors, 2);
}

// A limit on the size of files stands for a full disk.
static void a_write_that_breaks_off_keeps_the_old_file_and_nothing_else(void **state)
{
    Place *p = *state;
    XbBytes bytes;
    struct rlimit old, tiny;
    assert_true(xb_file_write(&p->d, path_in(p, "a"), "old", 3));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    tiny = old;
    tiny.rlim_cur = 100;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tiny), 0);
    XbFileWriter w;
    bool is_begun = xb_file_begin(&p->arena, &p->d, path_in(p, "a"), &w);
    bool is_first_written = xb_file_append(&w, (char[90]){0}, 90);
    bool is_written = xb_file_append(&w, (char[1000]){0}, 1000);
    bool is_ended = xb_file_end(&w);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_true(is_begun && is_first_written);
    assert_false(is_written || is_ended);
    assert_int_equal(p->d.errors, 1);
    assert_string_equal(p->d.first->code, "file-write");
    assert_non_null(strstr(p->d.first->text, "File too large"));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_string_equal((const char *)bytes.data, "old");
    assert_int_equal(files_in(p->folder), 1);
}

static void pieces_become_a_file_when_the_last_is_written(void **state)
{
    Place *p = *state;
    XbFileWriter w;
    XbBytes bytes;
    XbDigest digest;
    assert_true(xb_file_write(&p->d, path_in(p, "a"), "old", 3));
    assert_true(xb_file_begin(&p->arena, &p->d, path_in(p, "a"), &w));
    assert_true(xb_file_append(&w, "ab", 2));
    assert_true(xb_file_append(&w, "", 0));
    assert_true(xb_file_append(&w, "cde", 3));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_string_equal((const char *)bytes.data, "old");
    assert_true(xb_file_end(&w));
    assert_true(xb_file_read(&p->arena, &p->d, path_in(p, "a"), &bytes));
    assert_string_equal((const char *)bytes.data, "abcde");
    assert_int_equal(files_in(p->folder), 1);
    assert_true(xb_file_digest(path_in(p, "a"), &digest));
    assert_true(xb_digest_equal(digest, w.digest));
    assert_int_equal(digest.bytes, 5);
}

static void a_file_that_is_given_up_leaves_nothing_behind(void **state)
{
    Place *p = *state;
    XbFileWriter w;
    assert_true(xb_file_begin(&p->arena, &p->d, path_in(p, "a"), &w));
    assert_true(xb_file_append(&w, "ab", 2));
    xb_file_drop(&w);
    xb_file_drop(&w);
    assert_false(xb_file_append(&w, "ab", 2));
    assert_false(xb_file_end(&w));
    assert_int_equal(files_in(p->folder), 0);
    assert_int_equal(p->d.errors, 0);
}

// The known values of FNV-1a, 64 bits.
static void digests_are_fnv_1a(void **state)
{
    (void)state;
    XbDigest none = xb_digest_start(), a = xb_digest_add(none, "a", 1);
    assert_true(none.hash == 0xcbf29ce484222325u);
    assert_true(a.hash == 0xaf63dc4c8601ec8cu);
    assert_true(xb_digest_add(xb_digest_add(none, "foo", 3), "bar", 3).hash == 0x85944171f73967e8u);
    assert_false(xb_digest_equal(a, none));
}

static void a_missing_file_has_no_digest(void **state)
{
    Place *p = *state;
    XbDigest digest;
    assert_false(xb_file_digest(path_in(p, "a"), &digest));
    assert_false(xb_file_digest(p->folder, &digest));
}

static void paths_stand_beside_the_file_that_names_them(void **state)
{
    Place *p = *state;
    XbArena *arena = &p->arena;
    assert_string_equal(xb_path_beside(arena, "a/b/cfg.json", "n.tflite"), "a/b/n.tflite");
    assert_string_equal(xb_path_beside(arena, "cfg.json", "x/n.tflite"), "x/n.tflite");
    assert_string_equal(xb_path_beside(arena, "a/cfg.json", "/n.tflite"), "/n.tflite");
    assert_string_equal(xb_path_beside(arena, "/cfg.json", "../n"), "/../n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read_back_with_a_zero_byte_behind),
        TEST(an_empty_file_is_a_file),
        TEST(writing_replaces_what_was_there),
        TEST(a_missing_file_is_reported),
        TEST(folders_and_pipes_are_not_read),
        TEST(a_file_that_cannot_be_written_leaves_nothing_behind),
        TEST(links_and_devices_are_not_replaced),
        TEST(a_write_that_breaks_off_keeps_the_old_file_and_nothing_else),
        TEST(pieces_become_a_file_when_the_last_is_written),
        TEST(a_file_that_is_given_up_leaves_nothing_behind),
        TEST(digests_are_fnv_1a),
        TEST(a_missing_file_has_no_digest),
        TEST(paths_stand_beside_the_file_that_names_them),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
