// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/cli/stage.c, manifest.c and folder.c: what an emitted folder keeps, and what it
// loses, when another is emitted into it.
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "cli/folder.h"
#include "cli/stage.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xbgen/file.h"

typedef struct Place {
    XbArena arena;
    XbDiags d;
    char folder[40];
    const char *out;  // the folder that is emitted
    XbPlan plan;      // only its names are used
} Place;

static int make_place(void **state)
{
    Place *p = calloc(1, sizeof *p);
    if (!p)
        return -1;
    p->d.arena = &p->arena;
    p->plan.name = p->plan.network = "x";
    strcpy(p->folder, "/tmp/xbgen-test-XXXXXX");
    *state = p;
    if (!mkdtemp(p->folder))
        return -1;
    p->out = xb_arena_printf(&p->arena, "%s/out", p->folder);
    return 0;
}

static int drop_place(void **state)
{
    Place *p = *state;
    xb_folder_remove(p->folder);
    xb_arena_free(&p->arena);
    free(p);
    return 0;
}

static const char *in_out(Place *p, const char *name)
{
    return xb_arena_printf(&p->arena, "%s/%s", p->out, name);
}

static void put(Place *p, const char *name, const char *text)
{
    const char *path = in_out(p, name);
    assert_true(xb_folder_make(
        &p->d, xb_arena_printf(&p->arena, "%.*s", (int)(strrchr(path, '/') - path), path)));
    assert_true(xb_file_write(&p->d, path, text, strlen(text)));
}

static const char *get(Place *p, const char *name)
{
    XbDiags unheard = {.arena = &p->arena};
    XbBytes bytes;
    return xb_file_read(&p->arena, &unheard, in_out(p, name), &bytes) ? (const char *)bytes.data
                                                                      : "(none)";
}

// `files`: names and texts by turns.
static bool stage(Place *p, XbStage *s, const char *const *files, bool force)
{
    if (!xb_stage_begin(s, &p->arena, &p->d, p->out))
        return false;
    for (; *files; files += 2)
        assert_true(
            xb_stage_write(s, files[0], (XbBytes){(const uint8_t *)files[1], strlen(files[1])}));
    if (xb_stage_check(s, force))
        return true;
    xb_stage_abort(s);
    return false;
}

static XbBytes manifest_of(Place *p, const XbStage *s, bool is_moving)
{
    return xb_emit_manifest(&p->arena, &p->plan, s->file, s->files, s->standing,
                            is_moving ? s->standings : 0);
}

static bool emit(Place *p, const char *const *files, bool force)
{
    XbStage s;
    return stage(p, &s, files, force) &&
           xb_stage_commit(&s, manifest_of(p, &s, true), manifest_of(p, &s, false));
}

static const char *const first[] = {"rtl/a.sv", "a1", "rtl/b.sv", "b1", "c", "c", NULL};
static const char *const second[] = {"rtl/a.sv", "a2", "c", "c", "new/d", "d", NULL};

static bool is_second(Place *p)
{
    return strcmp(get(p, "rtl/a.sv"), "a2") == 0 && strcmp(get(p, "rtl/b.sv"), "(none)") == 0 &&
           strcmp(get(p, "c"), "c") == 0 && strcmp(get(p, "new/d"), "d") == 0;
}

static void a_new_design_replaces_a_former_one(void **state)
{
    Place *p = *state;
    struct stat before, after;
    assert_true(emit(p, first, false));
    assert_int_equal(stat(in_out(p, "c"), &before), 0);
    assert_true(emit(p, second, false));
    assert_true(is_second(p));
    assert_int_equal(stat(in_out(p, "c"), &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);  // untouched
    assert_null(strstr(get(p, "manifest.json"), "former"));
    assert_null(strstr(get(p, "manifest.json"), "b.sv"));
    assert_int_equal(p->d.errors, 0);
}

static void files_of_the_user_stay_and_disturb_nothing(void **state)
{
    Place *p = *state;
    assert_true(emit(p, first, false));
    put(p, "rtl/mine.sv", "mine");
    put(p, "vectors/mine.npy", "mine");
    put(p, "build/xb_sim", "built");
    put(p, "results.json", "{}");
    assert_true(emit(p, second, false));
    assert_true(is_second(p));
    assert_string_equal(get(p, "rtl/mine.sv"), "mine");
    assert_string_equal(get(p, "vectors/mine.npy"), "mine");
    assert_string_equal(get(p, "build/xb_sim"), "built");
    assert_string_equal(get(p, "results.json"), "{}");
}

static int reports_of(const Place *p, const char *code, const char *name)
{
    int count = 0;
    for (const XbDiag *at = p->d.first; at; at = at->next)
        count += strcmp(at->code, code) == 0 && strstr(at->file, name);
    return count;
}

// Edited, edited and no longer part, and a file of the user's where a new one is to stand.
static void edited_files_are_all_named_and_nothing_is_changed(void **state)
{
    Place *p = *state;
    assert_true(emit(p, first, false));
    const char *manifest = get(p, "manifest.json");
    put(p, "rtl/a.sv", "a!");
    put(p, "rtl/b.sv", "b!");
    put(p, "new/d", "mine");
    assert_false(emit(p, second, false));
    assert_int_equal(p->d.errors, 3);
    assert_int_equal(reports_of(p, "output-edited", "out/rtl/a.sv"), 1);
    assert_int_equal(reports_of(p, "output-edited", "out/rtl/b.sv"), 1);
    assert_int_equal(reports_of(p, "output-edited", "out/new/d"), 1);
    assert_string_equal(get(p, "rtl/a.sv"), "a!");
    assert_string_equal(get(p, "rtl/b.sv"), "b!");
    assert_string_equal(get(p, "new/d"), "mine");
    assert_string_equal(get(p, "manifest.json"), manifest);
    assert_true(emit(p, second, true));
    assert_true(is_second(p));
    assert_true(emit(p, first, false));
}

static void what_needs_no_change_may_be_edited(void **state)
{
    Place *p = *state;
    assert_true(emit(p, first, false));
    put(p, "rtl/a.sv", "a2");  // what the new design has there
    unlink(in_out(p, "rtl/b.sv"));
    assert_true(emit(p, second, false));
    assert_true(is_second(p));
}

static void force_removes_an_edited_file_even_if_nothing_else_changes(void **state)
{
    Place *p = *state;
    static const char *const less[] = {"rtl/a.sv", "a1", "c", "c", NULL};
    assert_true(emit(p, first, false));
    put(p, "rtl/b.sv", "b!");
    assert_false(emit(p, less, false));
    assert_true(emit(p, less, true));
    assert_string_equal(get(p, "rtl/b.sv"), "(none)");
}

static void links_and_folders_in_the_way_are_refused(void **state)
{
    Place *p = *state;
    assert_true(emit(p, first, false));
    unlink(in_out(p, "rtl/a.sv"));
    assert_int_equal(symlink("b.sv", in_out(p, "rtl/a.sv")), 0);
    put(p, "new", "a file where a folder should be");
    assert_false(emit(p, second, false));
    assert_int_equal(reports_of(p, "output-edited", "out/rtl/a.sv"), 1);
    assert_int_equal(reports_of(p, "output-edited", "out/new/d"), 1);
    assert_int_equal(p->d.errors, 2);
}

// Every step of moving in, broken off there: the next run takes the folder for its own.
static void a_run_broken_off_while_moving_is_continued(void **state)
{
    Place *p = *state;
    static const char *const third[] = {"rtl/a.sv", "a3", "rtl/b.sv", "b3", NULL};
    for (int step = 0; step <= 4; step++) {
        XbStage s;
        xb_folder_remove(p->out);
        assert_true(emit(p, first, false));
        assert_true(stage(p, &s, second, false));
        XbBytes moving = manifest_of(p, &s, true);
        xb_file_write(&p->d, in_out(p, "manifest.json"), moving.data, moving.size);
        if (step >= 1)
            put(p, "rtl/a.sv", "a2");
        if (step >= 2)
            put(p, "new/d", "d");
        if (step >= 3)
            unlink(in_out(p, "rtl/b.sv"));
        if (step >= 4) {  // and edited since
            put(p, "rtl/a.sv", "a!");
            assert_false(emit(p, third, false));
            assert_int_equal(p->d.errors, 1);
            continue;
        }
        assert_true(emit(p, step % 2 ? third : second, false));
        assert_true(step % 2 || is_second(p));
        assert_true(emit(p, second, false));
        assert_true(is_second(p));
    }
}

static void other_folders_are_refused(void **state)
{
    Place *p = *state;
    static const char *const manifests[] = {
        "",
        "{\"xbgen\": \"0.1.0\", \"files\": [",
        "{\"name\": \"x\", \"files\": []}",
        "{\"xbgen\": \"1\", \"files\": {}}",
        "[1]",
        "{\"xbgen\": \"1\", \"files\": [{\"path\": \"a\", \"bytes\": 1}]}",
        "{\"xbgen\": \"1\", \"files\": [{\"path\": \"../a\", \"bytes\": 1, \"fnv1a\": "
        "\"0123456789abcdef\"}]}",
        "{\"xbgen\": \"1\", \"files\": [{\"path\": \"/a\", \"bytes\": 1, \"fnv1a\": "
        "\"0123456789abcdef\"}]}",
        "{\"xbgen\": \"1\", \"files\": [{\"path\": \"b/../../a\", \"bytes\": 1, \"fnv1a\": "
        "\"0123456789abcdef\"}]}",
        "{\"xbgen\": \"1\", \"files\": [{\"path\": \"a\", \"bytes\": 1, \"fnv1a\": \"12\"}]}"};
    int count = sizeof manifests / sizeof manifests[0];
    put(p, "mine", "mine");
    assert_false(emit(p, first, true));
    for (int i = 0; i < count; i++) {
        put(p, "manifest.json", manifests[i]);
        assert_false(emit(p, first, true));
    }
    assert_int_equal(reports_of(p, "output-folder", "out"), count + 1);
    assert_string_equal(get(p, "mine"), "mine");
}

static void an_empty_folder_is_taken(void **state)
{
    Place *p = *state;
    assert_int_equal(mkdir(p->out, 0777), 0);
    assert_true(emit(p, first, false));
    assert_string_equal(get(p, "rtl/b.sv"), "b1");
}

static void two_runs_that_make_the_same_folder_are_told_apart(void **state)
{
    Place *p = *state;
    XbStage s;
    assert_true(stage(p, &s, first, false));
    put(p, "rtl/a.sv", "of another run");
    assert_false(xb_stage_commit(&s, manifest_of(p, &s, true), manifest_of(p, &s, false)));
    assert_int_equal(reports_of(p, "output-folder", "out"), 1);
    assert_string_equal(get(p, "rtl/a.sv"), "of another run");
    assert_false(xb_folder_exists(s.folder));
}

// The number of a process that has ended.
static pid_t dead_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_true(child > 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return child;
}

static const char *temporary(Place *p, const char *before, pid_t pid)
{
    const char *path = xb_arena_printf(&p->arena, "%s%ld.tmp", before, (long)pid);
    assert_true(xb_folder_make(&p->d, xb_arena_printf(&p->arena, "%s/rtl", path)));
    return path;
}

static void folders_of_dead_runs_are_removed_and_of_living_ones_kept(void **state)
{
    Place *p = *state;
    const char *beside = xb_arena_printf(&p->arena, "%s.", p->out);
    const char *inside = in_out(p, "stage-");
    pid_t dead = dead_process();
    const char *gone[] = {temporary(p, beside, dead), temporary(p, inside, dead),
                          temporary(p, beside, getpid())};
    const char *kept[] = {temporary(p, beside, getppid()), temporary(p, inside, getppid()),
                          temporary(p, beside, 0), temporary(p, "/tmp/xbgen-test-", dead)};
    assert_true(emit(p, first, false));  // into a folder with nothing but those in it
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        assert_false(xb_folder_exists(gone[i]));
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        assert_true(xb_folder_exists(kept[i]));
    xb_folder_remove(kept[3]);
}

static void a_link_named_like_a_temporary_is_not_followed(void **state)
{
    Place *p = *state;
    const char *link = xb_arena_printf(&p->arena, "%s.%ld.tmp", p->out, (long)dead_process());
    const char *target = xb_arena_printf(&p->arena, "%s/target", p->folder);
    assert_true(xb_folder_make(&p->d, target));
    assert_int_equal(symlink("target", link), 0);
    assert_true(emit(p, first, false));
    assert_true(xb_folder_exists(link));
    assert_true(xb_folder_exists(target));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        TEST(a_new_design_replaces_a_former_one),
        TEST(files_of_the_user_stay_and_disturb_nothing),
        TEST(edited_files_are_all_named_and_nothing_is_changed),
        TEST(what_needs_no_change_may_be_edited),
        TEST(force_removes_an_edited_file_even_if_nothing_else_changes),
        TEST(links_and_folders_in_the_way_are_refused),
        TEST(a_run_broken_off_while_moving_is_continued),
        TEST(other_folders_are_refused),
        TEST(an_empty_folder_is_taken),
        TEST(two_runs_that_make_the_same_folder_are_told_apart),
        TEST(folders_of_dead_runs_are_removed_and_of_living_ones_kept),
        TEST(a_link_named_like_a_temporary_is_not_followed),
    };
    return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}
