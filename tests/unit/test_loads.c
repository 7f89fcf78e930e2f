// SPDX-License-Identifier: Apache-2.0
// What steps load, beside sets of positions made tap by tap. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan/loads.h"
#include "plan_bench.h"

enum { SIDE = 64, ROWS = 9, LAYERS = 4000 };

typedef struct Sets {              // numbers of steps count from 1; 0: never
    int loaded[SIDE][SIDE];        // the last step that loaded a position
    int tapped[ROWS][SIDE][SIDE];  // the last step in which windows of an output row tapped it
} Sets;

static XbPlanLayer draw_layer(uint64_t *seed)
{
    XbPlanLayer l = {.kh = draw(seed, 1, 5), .kw = draw(seed, 1, 5)};
    l.stride_h = draw(seed, 1, 4);
    l.stride_w = draw(seed, 1, 4);
    bool is_plain = draw(seed, 0, 1);
    l.dil_h = is_plain ? 1 : draw(seed, 1, 4);
    l.dil_w = is_plain ? 1 : draw(seed, 1, 4);
    l.out = (XbShape){draw(seed, 1, 9), draw(seed, 1, 9), 1};
    int h = (l.out.h - 1) * l.stride_h + (l.kh - 1) * l.dil_h + 1;  // of the padded input
    int w = (l.out.w - 1) * l.stride_w + (l.kw - 1) * l.dil_w + 1;
    l.pad_t = draw(seed, 0, h - 1);
    l.pad_l = draw(seed, 0, w - 1);
    l.in = (XbShape){draw(seed, 1, h - l.pad_t + 2), draw(seed, 1, w - l.pad_l + 2), 1};
    l.taps = l.kh * l.kw;
    l.windows = l.out.h * l.out.w;
    return l;
}

static bool is_inside(const XbPlanLayer *l, int y, int x)
{
    return y >= l->pad_t && y < l->pad_t + l->in.h && x >= l->pad_l && x < l->pad_l + l->in.w;
}

typedef struct Tap {
    int row, y, x;  // output row; position of the padded input
} Tap;

static Tap tap_of(const XbPlanLayer *l, int window, int tap)
{
    int row = window / l->out.w;
    return (Tap){row, row * l->stride_h + tap / l->kw * l->dil_h,
                 window % l->out.w * l->stride_w + tap % l->kw * l->dil_w};
}

static bool is_loaded(const Sets *s, const XbPlanLayer *l, XbAccess access, int step, Tap t)
{
    if (access == XB_DUP)
        return true;
    if (access == XB_LINE)
        return s->loaded[t.y][t.x] == 0 && is_inside(l, t.y, t.x);
    bool is_kept = access == XB_KP && step > 1 && s->tapped[t.row][t.y][t.x] == step - 1;
    return s->loaded[t.y][t.x] != step && !is_kept;
}

// Step `step`, from 1, tap by tap.
static int64_t count_step(Sets *s, const XbPlanLayer *l, XbAccess access, int step, int copies)
{
    int64_t count = 0;
    int first = (step - 1) * copies, end = xb_min(first + copies, l->windows);
    for (int k = first * l->taps; k < end * l->taps; k++) {
        Tap t = tap_of(l, k / l->taps, k % l->taps);
        if (is_loaded(s, l, access, step, t)) {
            count++;
            s->loaded[t.y][t.x] = step;
        }
    }
    for (int k = first * l->taps; k < end * l->taps; k++) {
        Tap t = tap_of(l, k / l->taps, k % l->taps);
        s->tapped[t.row][t.y][t.x] = step;
    }
    return count;
}

static void check_layer(XbArena *arena, const XbPlanLayer *l, XbAccess access, int copies)
{
    Sets *s = xb_new(arena, Sets, 1);
    XbLoads loads = xb_loads(arena, l, access);
    for (int first = 0; first < l->windows; first += copies) {
        int64_t expected = count_step(s, l, access, first / copies + 1, copies);
        int64_t found = xb_loads_step(&loads, first, copies);
        if (found != expected)
            fail_msg("%s, windows from %d on, %d copies: %lld, but %lld are tapped; kernel %dx%d, "
                     "stride %d %d, dilation %d %d, %dx%d windows",
                     xb_access_name(access), first, copies, (long long)found, (long long)expected,
                     l->kh, l->kw, l->stride_h, l->stride_w, l->dil_h, l->dil_w, l->out.h,
                     l->out.w);
    }
}

static void steps_load_what_their_windows_tap(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int n = 0; n < LAYERS; n++) {
        XbPlanLayer l = draw_layer(&seed);
        for (int access = XB_DUP; access <= XB_LINE; access++) {
            XbArena arena = {0};
            check_layer(&arena, &l, (XbAccess)access, draw(&seed, 1, l.windows));
            xb_arena_free(&arena);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_load_what_their_windows_tap),
    };
    return cmocka_run_group_tests_name("loads", tests, NULL, NULL);
}
