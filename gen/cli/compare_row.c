// SPDX-License-Identifier: Apache-2.0
// One figure of all columns, and which of them is best.
#include "cli/compare.h"
#include <math.h>
#include <string.h>

// Layers of one network are the same whatever they are called: the first column names them.
static double value_of(const XbComparison *c, const XbColumn *column, const char *layer,
                       XbFigure figure)
{
    const XbPlan *named = c->stranger ? &column->run.plan : &c->column[0].run.plan;
    if (!layer)
        return column->chip.value[figure];
    for (int l = 0; l < named->layers; l++)
        if (strcmp(named->layer[l].name, layer) == 0)
            return column->layer[l].value[figure];
    return NAN;
}

static bool is_better(XbFigure figure, double a, double b)
{
    return xb_figure_kind(figure)->is_more_better ? a > b : a < b;
}

static void mark_best(const XbComparison *c, XbCompareRow *row)
{
    double best = NAN;
    bool has_worse = false;
    for (int i = 0; i < c->columns; i++)
        if (isnan(best) || is_better(row->figure, row->value[i], best))
            best = row->value[i];
    for (int i = 0; i < c->columns; i++)
        has_worse |= is_better(row->figure, best, row->value[i]);
    for (int i = 0; i < c->columns; i++)
        row->is_best[i] = has_worse && !c->stranger && row->value[i] == best;
}

XbCompareRow xb_compare_row(const XbComparison *c, const char *layer, XbFigure figure)
{
    XbCompareRow row = {.layer = layer, .figure = figure};
    row.value = xb_new(c->arena, double, c->columns);
    row.is_best = xb_new(c->arena, bool, c->columns);
    for (int i = 0; i < c->columns; i++)
        row.value[i] = value_of(c, &c->column[i], layer, figure);
    mark_best(c, &row);
    return row;
}
