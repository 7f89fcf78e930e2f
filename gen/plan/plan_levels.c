// SPDX-License-Identifier: Apache-2.0
// Weights in row order, and the level of every cell. docs/numerics.md sections 2 and 3 have the
// rules.
#include "plan/parts.h"
#include <string.h>

// Place of a row of a unit in the file's [kh][kw][ci] of an output channel.
static int conv_place(const XbPlanLayer *l, int row, int channels)
{
    if (l->map->row_order == XB_ROWS_TAP_MAJOR)
        return row;
    return row % l->taps * channels + row / l->taps;
}

static int weight_at(const XbNetLayer *from, const XbPlanLayer *l, int channel, int row)
{
    if (l->kind == XB_DWCONV)
        return xb_net_weight(from, (int64_t)row * l->out.c + channel);
    int blocks = from->blocks ? from->blocks : 1, filters = l->out.c / blocks;
    int fan_in = l->map->fan_in * blocks;               // of the filter, over all blocks
    int at = channel / filters * l->map->fan_in + row;  // among them
    int place = l->kind == XB_CONV ? conv_place(l, at, fan_in / l->taps) : at;
    return xb_net_weight(from, (int64_t)(channel % filters) * fan_in + place);
}

bool xb_plan_order_weights(const XbPlanning *p, int n)
{
    XbPlanLayer *l = &p->layer[n];
    if (l->weights || !p->net->layer[n].weights)
        return l->weights;
    int rows = l->map->fan_in;
    const XbNetLayer *from = &p->net->layer[n];
    int16_t *weights = xb_new(p->arena, int16_t, (int64_t)l->out.c * rows);
    for (int c = 0; c < l->out.c; c++) {
        int sign = from->gain_sign ? from->gain_sign[c] : 1;
        for (int r = 0; r < rows; r++)
            weights[(int64_t)c * rows + r] = (int16_t)(sign * weight_at(from, l, c, r));
    }
    l->weights = weights;
    return true;
}

static int cell_level(const XbPlanning *p, const XbPlanMap *m, const XbPlanColumn *c, bool is_minus,
                      int weight)
{
    unsigned code = (unsigned)weight;  // two's complement: the bits themselves
    if (p->cfg->encoding == XB_OFFSET)
        code = (unsigned)(weight + m->count_weight);
    if (p->cfg->encoding == XB_DIFFERENTIAL)
        code = (weight < 0) != is_minus ? 0 : (unsigned)(weight < 0 ? -weight : weight);
    return (int)(code >> c->shift & ((1U << p->cfg->cell_bits) - 1));
}

// By physical row and column.
static int level_at(const XbPlanning *p, const XbPlanLayer *l, const XbPlanArray *a, int row,
                    int column)
{
    int weight, place = a->col_base + column;
    const XbPlanColumn *c = &l->map->column[place];
    if (!xb_plan_weight(l, a->row_base + row, place, &weight))
        return 0;
    return cell_level(p, l->map, c, c->sign < 0, weight);
}

void xb_plan_place_columns(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbPlanMap *m)
{
    if (m->column)
        return;
    XbPlanColumn *column = xb_new(arena, XbPlanColumn, m->columns);
    for (int i = 0; i < m->columns; i++)
        column[i] = xb_plan_column(plan, l, i);
    m->column = column;
}

const uint8_t *xb_plan_array_levels(XbArena *arena, const XbPlanning *p, const XbPlanLayer *l,
                                    const XbPlanArray *a)
{
    uint8_t *levels = xb_new(arena, uint8_t, (int64_t)a->rows * a->cols);
    for (int r = 0; r < a->rows; r++)
        for (int c = 0; c < a->cols; c++)
            levels[(int64_t)r * a->cols + c] = (uint8_t)level_at(p, l, a, r, c);
    return levels;
}

void xb_plan_group_levels(const XbPlan *plan, const XbPlanArray *a, int group, int32_t *sum)
{
    int first = group * plan->active_rows;
    int end = xb_min(first + plan->active_rows, a->rows);
    memset(sum, 0, sizeof *sum * (size_t)a->cols);
    for (int r = first; r < end; r++)
        for (int c = 0; c < a->cols; c++)
            sum[c] += a->levels[(int64_t)r * a->cols + c];
}

void xb_plan_group_most(const XbPlan *plan, const XbPlanLayer *l, const XbPlanArray *a, int group,
                        int32_t *sum)
{
    int first = group * plan->active_rows;
    int end = xb_min(first + plan->active_rows, a->rows);
    memset(sum, 0, sizeof *sum * (size_t)a->cols);
    for (int r = first; r < end; r++)
        for (int c = 0; c < a->cols; c++)
            if (xb_plan_holds_weight(l, a, r, c))
                sum[c] += plan->most[a->levels[(int64_t)r * a->cols + c]];
}

static void fill_arrays(const XbPlanning *p, int n)
{
    XbPlanMap *m = p->map[n];
    XbPlanArray *array = xb_new(p->arena, XbPlanArray, m->set);
    xb_plan_place_columns(p->arena, p->plan, &p->layer[n], m);
    for (int64_t k = 0; k < m->set; k++) {
        array[k] = xb_plan_array(p->plan, m, k);
        array[k].levels = xb_plan_array_levels(p->arena, p, &p->layer[n], &array[k]);
    }
    m->array = array;
}

static bool has_weights(const XbPlanning *p, int n)
{
    if (xb_plan_order_weights(p, n))
        return true;
    xb_plan_fault(p, n, "plan-weights",
                  "the network file gives no weights; only `plan` can do without");
    return false;
}

void xb_plan_levels(XbPlanning *p)
{
    for (int l = 0; l < p->net->layers; l++)
        if (p->map[l] && has_weights(p, l))
            fill_arrays(p, l);
}
