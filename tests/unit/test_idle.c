// SPDX-License-Identifier: Apache-2.0
// Keys of all layers that reach none are told, and only these.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"
#include <string.h>

// Keys that the notes name, with blanks between.
static const char *told(Bench *b, const char *mapping)
{
    *b = (Bench){.d = {.arena = &b->arena}};
    const char *text = xb_arena_printf(
        &b->arena, "{\"network\": \"n\", \"tiles\": {\"count\": 50}, \"mapping\": {%s}}", mapping);
    assert_true(xb_cfg_parse(&b->arena, &b->d, "cfg.json", text, strlen(text), &b->cfg));
    if (!xb_net_read(&b->arena, &b->d, "examples/fmnist.tflite", &b->net))
        skip();  // not run from the repository's root
    assert_true(xb_plan_outline(&b->arena, &b->d, &b->cfg, &b->net, &b->plan));
    const char *keys = "";
    for (const XbDiag *d = b->d.first; d; d = d->next)
        if (strcmp(d->code, "plan-idle-key") == 0)
            keys = xb_arena_printf(&b->arena, "%s%s ", keys, d->where + strlen("$.mapping."));
    return keys;
}

static void idle_keys_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *mapping, *keys;
    } cases[] = {
        {"\"policy\": \"packed\", \"kp_packed\": \"auto\", \"objective\": \"throughput\"", ""},
        {"\"reuse\": 4, \"policy\": \"slice\"", "reuse policy "},
        {"\"reuse\": 4, \"layers\": {\"conv1\": {\"scheme\": \"subimage\"}}", ""},
        {"\"scheme\": \"subimage\", \"reuse\": 49, \"kp_packed\": true", "kp_packed "},
        {"\"scheme\": \"kernel_position\", \"kp_packed\": false", ""},
        {"\"objective\": \"latency_serial\", \"bandwidth_aware\": false",
         "objective bandwidth_aware "},
        {"\"duplication\": \"proportional\", \"objective\": \"latency_serial\"", "objective "},
        {"\"duplication\": \"optimal\", \"objective\": \"latency_serial\", "
         "\"bandwidth_aware\": false",
         ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Bench b;
        assert_string_equal(told(&b, cases[i].mapping), cases[i].keys);
        xb_arena_free(&b.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(idle_keys_are_told)};
    return cmocka_run_group_tests_name("idle", tests, NULL, NULL);
}
