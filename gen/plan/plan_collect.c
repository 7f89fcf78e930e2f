// SPDX-License-Identifier: Apache-2.0
// How the sums of a layer leave its arrays: how wide they are, how many a slot has, in how many
// cycles the lanes take them, and in how many banks they wait. rtl_templates/xb_arrays.sv,
// xb_finish.sv.
#include "plan/parts.h"

// Cycles between stages of the RTL, counted there.
enum {
    PE_CYCLES = 3,    // macro's read, sum over slices, sum over planes
    BANK_CYCLES = 5,  // a bank's first sum to its first entry; its last read to the next step
    WORD_CYCLES = 4   // an entry to its code in a word, but for the stages of what makes it a code
};

// The signed width of what a channel's conversions of all planes and groups can add up to, in steps
// of the converter: lo + code lies within +-(2^B - 1) whatever the range, so a range never changes
// the RTL; a minus column takes from its plus column. Sums are exact modulo 2^32, and their total
// is proved to fit (xb_plan_prove), so more than 32 bits would be for nothing.
static int sum_bits(const XbPlanning *p, const XbPlanLayer *l, const XbPlanMap *m)
{
    if (l->post == XB_POST_CODES)
        return l->out_bits;
    uint64_t most = ((UINT64_C(1) << p->plan->adc_bits_max) - 1) * (uint64_t)m->groups;
    uint64_t planes = 0, slices = 0;
    for (int i = 0; i < m->planes; i++)
        planes += UINT64_C(1) << (i * p->cfg->dac_bits);
    for (int i = 0; i < m->slices; i++)
        slices += UINT64_C(1) << (i * p->cfg->cell_bits);
    uint64_t product;
    if (__builtin_mul_overflow(most * planes, slices, &product))
        return 32;
    return xb_min(xb_bits_for(product) + 1, 32);
}

// Conversions of one sum of a window.
static int channel_conversions(const XbPlanning *p, const XbPlanLayer *l)
{
    return xb_plan_conversions(p->plan, l->map->slices * l->map->polarities);
}

// Slots begin at multiples of a number of conversions, counted from the beginning of a channel.
static int parts(const XbPlanning *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int columns = channel_conversions(p, l), grid = columns;
    if (m->slots > 1)
        grid = (int)xb_gcd(grid, p->cfg->adc_per_array);
    if (m->tiling.tiles_per_unit > 1)
        grid = (int)xb_gcd(grid, m->conversions);
    return (columns - grid + xb_min(p->cfg->adc_per_array, m->conversions) - 1) / columns + 1;
}

// Register stages where slots begin or end amid channels: one of xb_shift_add, which puts codes in
// their places, and those of xb_join, 2 where channels lie in several column tiles, else 1.
static int amid_cycles(const XbPlanning *p, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int columns = channel_conversions(p, l);
    if (m->tiling.tiles_per_unit > 1 && m->conversions % columns != 0)
        return 1 + 2;
    return m->slots > 1 && p->cfg->adc_per_array % columns != 0 ? 1 + 1 : 0;
}

// As many banks as steps begin, one every read_cycles, until the first of them has left its bank.
static void plan_banks(const XbPlanning *p, const XbPlanLayer *l, XbPlanMap *m)
{
    int64_t pace = xb_max_int64(m->phases, p->cfg->adc_interval);
    int64_t reading = (int64_t)m->slots * p->cfg->adc_interval;
    int64_t held = m->pipe_cycles + BANK_CYCLES + (m->slots - 1) * pace - reading;
    m->banks = 1 + (held > 0 ? xb_plan_count(xb_ceil_div_int64(held, m->read_cycles)) : 0);
    m->drain_cycles = m->slots * pace - reading + WORD_CYCLES + xb_plan_post_cycles(l);
}

// The register stages of xb_requant, or xb_pick.
int xb_plan_post_cycles(const XbPlanLayer *l)
{
    static const int stages[] = {
        [XB_POST_SCALE] = 8, [XB_POST_THRESHOLDS] = 5, [XB_POST_SUMS] = 3, [XB_POST_CODES] = 1};
    return stages[l->post];
}

void xb_plan_collect(const XbPlanning *p, XbPlanLayer *l, XbPlanMap *m)
{
    m->sum_bits = sum_bits(p, l, m);
    m->parts = parts(p, l);
    m->amid_cycles = amid_cycles(p, l);
    m->pipe_cycles = p->cfg->pipeline_depth + p->cfg->adc_latency + PE_CYCLES + m->amid_cycles;
    int64_t sums = (int64_t)l->copies * m->tiling.col_tiles * m->parts;
    l->lanes = xb_plan_count(xb_ceil_div_int64(sums, m->read_cycles / m->slots));
    m->phases = (int)xb_ceil_div_int64(sums, l->lanes);
    m->spacing = m->read_cycles / xb_ceil_div_int64(xb_plan_step_words(l), l->out_words);
    plan_banks(p, l, m);
}
