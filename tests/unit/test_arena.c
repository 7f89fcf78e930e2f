// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/base/arena.c.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#ifdef XB_STRESS
#include <sanitizer/asan_interface.h>
#endif
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xbgen/arena.h"

static void objects_are_zeroed_and_aligned_to_64_bytes(void **state)
{
    (void)state;
    XbArena arena = {0};
    for (size_t size = 1; size < 300; size++) {
        unsigned char *p = xb_arena_alloc(&arena, size, 1);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, size);
    }
    xb_arena_free(&arena);
}

static void objects_do_not_overlap_whatever_their_size(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    XbArena arena = {0};
    unsigned char *object[COUNT];
    size_t size[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        size[i] = i % 7 == 0 ? 40000 + i * 500 : i * 13;
        object[i] = xb_arena_alloc(&arena, size[i], 1);
        memset(object[i], (int)i, size[i]);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t j = 0; j < size[i]; j++)
            assert_int_equal(object[i][j], i);
    xb_arena_free(&arena);
}

static void a_big_object_leaves_the_room_of_the_first_block_in_use(void **state)
{
    (void)state;
    XbArena arena = {0};
    xb_new(&arena, char, 1);
    XbArenaBlock *head = arena.head;
    xb_new(&arena, char, 1 << 20);
#ifndef XB_STRESS
    assert_ptr_equal(arena.head, head);
#endif
    assert_non_null(head);
    xb_arena_free(&arena);
}

static void no_objects_are_still_a_valid_pointer(void **state)
{
    (void)state;
    XbArena arena = {0};
    void *a = xb_new(&arena, int, 0), *b = xb_new(&arena, int, 0);
    assert_non_null(a);
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    xb_arena_free(&arena);
}

static void a_freed_arena_is_empty_and_usable_again(void **state)
{
    (void)state;
    XbArena arena = {0};
    xb_arena_free(&arena);
    xb_new(&arena, double, 10);
    xb_arena_free(&arena);
    assert_null(arena.head);
    assert_string_equal(xb_arena_copy(&arena, "again"), "again");
    xb_arena_free(&arena);
}

static void printf_makes_texts_of_any_length(void **state)
{
    (void)state;
    XbArena arena = {0};
    const char *text = "";
    for (int i = 0; i < 100; i++)
        text = xb_arena_printf(&arena, "%s%d,", text, i % 10);
    assert_int_equal(strlen(text), 200);
    assert_memory_equal(text, "0,1,2,3,", 8);
    assert_string_equal(xb_arena_printf(&arena, "%s", ""), "");
    xb_arena_free(&arena);
}

// The exit status of a child that asks for `count` objects of `size` bytes, its message discarded.
static int status_of_asking_for(size_t count, size_t size)
{
    pid_t child = fork();
    if (child == 0) {
        XbArena arena = {0};
        close(2);
        xb_arena_alloc(&arena, count, size);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void an_overflowing_size_exits_with_status_3(void **state)
{
    (void)state;
    assert_int_equal(status_of_asking_for(SIZE_MAX, 2), 3);
    assert_int_equal(status_of_asking_for(SIZE_MAX / 2, 3), 3);
    assert_int_equal(status_of_asking_for(SIZE_MAX, 1), 3);
    assert_int_equal(status_of_asking_for(1, SIZE_MAX), 3);
    assert_int_equal(status_of_asking_for(SIZE_MAX, 0), 0);
}

#ifdef XB_STRESS
// What all tests of a sanitized build rely on.
static void a_sanitizer_sees_the_first_byte_behind_an_object(void **state)
{
    (void)state;
    XbArena arena = {0};
    for (size_t size = 0; size < 70; size++) {
        const char *object = xb_new(&arena, char, size);
        assert_false(size > 0 && __asan_address_is_poisoned(object + size - 1));
        assert_true(__asan_address_is_poisoned(object + size));
    }
    xb_arena_free(&arena);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_are_zeroed_and_aligned_to_64_bytes),
        cmocka_unit_test(objects_do_not_overlap_whatever_their_size),
        cmocka_unit_test(a_big_object_leaves_the_room_of_the_first_block_in_use),
        cmocka_unit_test(no_objects_are_still_a_valid_pointer),
        cmocka_unit_test(a_freed_arena_is_empty_and_usable_again),
        cmocka_unit_test(printf_makes_texts_of_any_length),
        cmocka_unit_test(an_overflowing_size_exits_with_status_3),
#ifdef XB_STRESS
        cmocka_unit_test(a_sanitizer_sees_the_first_byte_behind_an_object),
#endif
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
