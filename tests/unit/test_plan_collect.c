// SPDX-License-Identifier: Apache-2.0
// How sums leave arrays: register stages, counted from where conversions stand, and the banks that
// docs/rtl.md (Timing of a weight layer) says it takes.

// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "plan_bench.h"

enum { KINDS = 4 };

static XbCfg draw_cfg(XbCfg cfg, uint64_t *seed)
{
    cfg.encoding = (XbEncoding)draw(seed, 0, 2);
    cfg.cell_bits = cfg.encoding == XB_TWOS_COMPLEMENT ? 1 : draw(seed, 1, 4);
    cfg.adc_analog = cfg.encoding == XB_DIFFERENTIAL && draw(seed, 0, 1);
    cfg.adc_per_array = draw(seed, 1, 16);
    cfg.cols =
        2 * cfg.adc_per_array * draw(seed, 1 + 32 / cfg.adc_per_array, 80 / cfg.adc_per_array + 1);
    cfg.rows = cfg.active_rows = draw(seed, 20, 300);
    cfg.adc_bits = 14;
    cfg.adc_latency = draw(seed, 1, 9);
    cfg.adc_interval = draw(seed, 1, 3);
    cfg.pipeline_depth = draw(seed, 0, 6);
    cfg.duplication = draw(seed, 1, 5);
    return cfg;
}

// Register stages that it costs that the end of a column tile, or of a slot, cuts channels.
static int cut_cycles(const XbPlan *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int channel = xb_plan_conversions(p, m->columns / l->out.c), cycles = 0;
    int unit = xb_plan_conversions(p, m->columns / m->tiling.units);
    int period = m->tiling.tiles_per_unit > 1 ? unit : m->conversions;
    for (int c = 0; c < l->out.c; c++) {
        int first = c * channel % period, last = first + channel - 1, size = p->adc_per_array;
        if (first / m->conversions != last / m->conversions)
            return 3;
        if (first % m->conversions / size != last % m->conversions / size)
            cycles = 2;
    }
    return cycles;
}

// As many banks as it takes, and none more.
static void check_banks(const XbPlan *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int64_t pace = xb_max_int64(m->phases, p->adc_interval);
    int64_t held = m->pipe_cycles + 5 + (m->slots - 1) * pace - (int64_t)m->slots * p->adc_interval;
    assert_int_equal(m->pipe_cycles, p->pipeline_depth + p->adc_latency + 3 + cut_cycles(p, l));
    assert_true((m->banks - 1) * l->step_cycles >= held);
    assert_true(m->banks == 1 || (m->banks - 2) * l->step_cycles < held);
}

static void stages_and_banks_are_counted(void **state)
{
    (void)state;
    uint64_t seed = 11;
    int kinds[KINDS] = {0};
    for (int n = 0; n < 60; n++) {
        Bench b;
        open_misc(&b);
        b.cfg = draw_cfg(b.cfg, &seed);
        build(&b);
        for (int l = 0; l < b.plan.layers; l++)
            if (b.plan.layer[l].map) {
                check_banks(&b.plan, &b.plan.layer[l]);
                kinds[cut_cycles(&b.plan, &b.plan.layer[l])]++;
            }
        xb_arena_free(&b.arena);
    }
    assert_true(kinds[0] > 0 && kinds[2] > 0 && kinds[3] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_and_banks_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
