// SPDX-License-Identifier: Apache-2.0
// Conductances of all arrays and copies, where cells are not ideal: docs/numerics.md section 7 has
// the rules. Real numbers end here: every step on a cell is one of integers.
#include "plan/cells.h"
#include <math.h>

#include "xbgen/philox.h"

static double round_up(double x) { return floor(x + 0.5); }

// ---- the rule ----

static uint16_t level_conductance(const XbCfgRram *r, int cell_bits, int level)
{
    double top = (1 << cell_bits) - 1, off = r->off_level;
    return (uint16_t)round_up(ldexp(off + level * (top - off) / top, r->frac_bits));
}

static const int32_t *make_spread(XbArena *arena, double sigma)
{
    int32_t *spread = xb_new(arena, int32_t, XB_QUANTILES);
    for (int i = 0; i < XB_QUANTILES; i++)
        spread[i] =
            (int32_t)round_up(65536 * exp(sigma * xb_normal_quantile((i + 0.5) / XB_QUANTILES)));
    return spread;
}

static const uint32_t *make_line(XbArena *arena, double attenuation, int rows, int cols)
{
    uint32_t *line = xb_new(arena, uint32_t, rows + cols - 1);
    for (int i = 0; i < rows + cols - 1; i++)
        line[i] = 65536 - (uint32_t)(i ? round_up(65536 * attenuation * i / (rows + cols - 2)) : 0);
    return line;
}

XbCellRule xb_cell_rule(XbArena *arena, const XbCfgRram *rram, int cell_bits, int rows, int cols)
{
    XbCellRule rule = {.key = {(uint32_t)rram->seed, (uint32_t)(rram->seed >> 32)},
                       .top = (uint16_t)(((1U << cell_bits) - 1) << rram->frac_bits),
                       .off = level_conductance(rram, cell_bits, 0),
                       .limit = (1U << (cell_bits + rram->frac_bits + 1)) - 1,
                       .spread = rram->variation > 0 ? make_spread(arena, rram->variation) : NULL,
                       .on_below = (uint64_t)round_up(ldexp(rram->stuck_on, 32)),
                       .stuck_below =
                           (uint64_t)round_up(ldexp(rram->stuck_on + rram->stuck_off, 32)),
                       .drift = (uint32_t)round_up(65536 * pow(rram->time / rram->t0, -rram->nu)),
                       .line = make_line(arena, rram->attenuation, rows, cols)};
    for (int level = 0; level < 1 << cell_bits; level++)
        rule.level[level] = level_conductance(rram, cell_bits, level);
    return rule;
}

// ---- one cell ----

static uint64_t scaled(uint64_t conductance, uint64_t factor)
{
    return (conductance * factor + (1U << 15)) >> 16;
}

// Steps 4 to 6, which all cells go through.
static uint16_t aged(const XbCellRule *rule, uint64_t conductance, int place)
{
    conductance = scaled(conductance, rule->drift);
    conductance = scaled(conductance, rule->line[place]);
    return (uint16_t)(conductance < rule->limit ? conductance : rule->limit);
}

uint16_t xb_cell_conductance(const XbCellRule *rule, uint32_t array, int row, int column, int level)
{
    uint32_t word[4] = {0}, counter[4] = {array, (uint32_t)row, (uint32_t)column, 0};
    uint64_t conductance = rule->level[level];
    if (rule->spread || rule->stuck_below)
        xb_philox(counter, rule->key, word);
    if (rule->spread)
        conductance = scaled(conductance, (uint64_t)rule->spread[word[1] >> 20]);
    if (word[0] < rule->on_below)
        conductance = rule->top;
    else if (word[0] < rule->stuck_below)
        conductance = rule->off;
    return aged(rule, conductance, row + column);
}

static uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }

uint16_t xb_cell_most(const XbCellRule *rule, int level)
{
    uint64_t most = 0, words = UINT64_C(1) << 32;
    if (rule->stuck_below < words)
        most = rule->spread ? scaled(rule->level[level], (uint64_t)rule->spread[XB_QUANTILES - 1])
                            : rule->level[level];
    if (rule->on_below)
        most = larger(most, rule->top);
    if (rule->stuck_below > rule->on_below)
        most = larger(most, rule->off);
    return aged(rule, most, 0);
}

// ---- arrays ----

typedef struct Programming {  // an array being programmed
    const XbPlanLayer *l;
    const XbPlanArray *a;
    const XbCellRule *rule;
    uint32_t number;
} Programming;

static const uint16_t *program_array(XbArena *arena, const Programming *p)
{
    const XbPlanArray *a = p->a;
    uint16_t *out = xb_new(arena, uint16_t, (int64_t)a->rows * a->cols);
    for (int r = 0; r < a->rows; r++)
        for (int c = 0; c < a->cols; c++) {
            int64_t at = (int64_t)r * a->cols + c;
            if (xb_plan_holds_weight(p->l, a, r, c))
                out[at] = xb_cell_conductance(p->rule, p->number, r, c, a->levels[at]);
        }
    return out;
}

static void program_layer(const XbPlanning *p, int n, int number, const XbCellRule *rule)
{
    XbPlanMap *m = p->map[n];
    const uint16_t **all = xb_new(p->arena, const uint16_t *, m->arrays);
    for (int64_t k = 0; k < m->arrays; k++) {
        Programming one = {&p->layer[n], &m->array[k % m->set], rule,
                           ((uint32_t)number << XB_ARRAY_BITS) + (uint32_t)k};
        all[k] = program_array(p->arena, &one);
    }
    m->conductance = all;
}

static const uint16_t *most_by_level(const XbPlanning *p, const XbCellRule *rule)
{
    int levels = 1 << p->cfg->cell_bits;
    uint16_t *most = xb_new(p->arena, uint16_t, levels);
    for (int level = 0; level < levels; level++)
        most[level] = xb_cell_most(rule, level);
    return most;
}

void xb_plan_program(const XbPlanning *p)
{
    const XbCfg *cfg = p->cfg;
    if (!p->plan->rram)
        return;
    XbCellRule rule = xb_cell_rule(p->arena, &cfg->rram, cfg->cell_bits, cfg->rows, cfg->cols);
    p->plan->most = most_by_level(p, &rule);
    int number = 0;
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l] && p->map[l]->array)
            program_layer(p, l, number++, &rule);
}

// ---- what cells represent ----

static void add_array(const XbPlanLayer *l, const XbPlanArray *a, const uint16_t *conductance,
                      int64_t *weight)
{
    for (int c = 0; c < a->cols; c++) {
        const XbPlanColumn *column = &l->map->column[a->col_base + c];
        int64_t sum = 0;
        for (int r = 0; r < a->rows; r++)
            sum += conductance[(int64_t)r * a->cols + c];
        weight[column->word] += column->sign * (sum << column->shift);
    }
}

int64_t *xb_plan_programmed_weights(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l,
                                    int copy)
{
    const XbPlanMap *m = l->map;
    int64_t *weight = xb_new(arena, int64_t, l->out.c);
    for (int64_t k = 0; k < m->set; k++)
        add_array(l, &m->array[k], m->conductance[copy * m->set + k], weight);
    for (int c = 0; c < l->out.c && m->count_weight > 0; c++)
        weight[c] -= ((int64_t)m->fan_in * m->count_weight) << plan->frac_bits;
    return weight;
}
