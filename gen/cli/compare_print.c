// SPDX-License-Identifier: Apache-2.0
// A comparison as text, JSON and CSV.
#include "base/text.h"
#include "cli/compare.h"
#include "cli/csv.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *shown(const XbComparison *c, const XbCompareRow *row, int column)
{
    return xb_figure_text(c->arena, row->figure, row->value[column]);
}

// ---- text ----

typedef struct Table {
    const XbComparison *c;
    int label, *width;  // of the first column; [column], the mark included
} Table;

static void widen(int *width, const char *text, int more)
{
    int length = (int)strlen(text) + more;
    *width = length > *width ? length : *width;
}

static void fit_row(Table *t, const char *label, const XbCompareRow *row)
{
    widen(&t->label, label, 0);
    for (int i = 0; i < t->c->columns; i++) {
        const char *text = shown(t->c, row, i);
        widen(&t->width[i], text ? text : "-", 1);
    }
}

static void print_row(Table *t, const char *label, const XbCompareRow *row)
{
    printf("%-*s", t->label, label);
    for (int i = 0; i < t->c->columns; i++) {
        const char *text = shown(t->c, row, i);
        bool is_last = i + 1 == t->c->columns;
        printf("  %*s%s", t->width[i] - 1, text ? text : "-",
               row->is_best[i] ? "*"
               : is_last       ? ""
                               : " ");
    }
    printf("\n");
}

// Does to every row what is to be done: first they are measured, then printed.
typedef void RowTask(Table *t, const char *label, const XbCompareRow *row);

static void each_chip_row(Table *t, RowTask *task)
{
    for (int f = 0; f < XB_FIGURES; f++) {
        XbCompareRow row = xb_compare_row(t->c, NULL, (XbFigure)f);
        task(t, xb_figure_kind((XbFigure)f)->title, &row);
    }
}

static void each_layer_row(Table *t, XbFigure figure, RowTask *task)
{
    for (int n = 0; n < t->c->names; n++) {
        XbCompareRow row = xb_compare_row(t->c, t->c->name[n], figure);
        task(t, t->c->name[n], &row);
    }
}

// A line of words that stand above the figures.
static void print_words(const Table *t, const char *label, const char *(*word)(const XbColumn *))
{
    printf("%-*s", t->label, label);
    for (int i = 0; i < t->c->columns; i++)
        printf(i + 1 < t->c->columns ? "  %*s " : "  %*s", t->width[i] - 1, word(&t->c->column[i]));
    printf("\n");
}

static const char *head_of(const XbColumn *column) { return column->head; }

static const char *network_of(const XbColumn *column)
{
    return xb_path_name(column->run.plan.network);
}

static bool is_by_layer(const XbComparison *c, int figure)
{
    return c->options->by_layer && xb_figure_kind((XbFigure)figure)->is_of_layers;
}

static void fit(Table *t)
{
    widen(&t->label, "network", 0);
    for (int i = 0; i < t->c->columns; i++) {
        widen(&t->width[i], head_of(&t->c->column[i]), 1);
        widen(&t->width[i], network_of(&t->c->column[i]), 1);
    }
    each_chip_row(t, fit_row);
    for (int f = 0; f < XB_FIGURES; f++)
        if (is_by_layer(t->c, f))
            each_layer_row(t, (XbFigure)f, fit_row);
}

static void print_measured(const XbColumn *column)
{
    const char *comma = "";
    printf("%s: simulated with %d images, measured are ", column->head, column->images);
    for (int f = 0; f < XB_FIGURES; f++) {
        if (column->measured[f])
            printf("%s%s", comma, xb_figure_kind((XbFigure)f)->title);
        comma = column->measured[f] ? ", " : comma;
    }
    printf("\n");
}

static void print_notes(const XbComparison *c)
{
    if (c->stranger)
        printf("\nThe networks of %s and %s differ, so figures are of different work: the best are "
               "not marked.\n",
               c->column[0].head, c->column[c->stranger].head);
    else
        printf("\n* the best of its row; of equal ones all, if others are worse\n");
    for (int i = 0; i < c->columns; i++)
        if (c->column[i].images)
            print_measured(&c->column[i]);
}

void xb_compare_text(const XbComparison *c)
{
    Table t = {.c = c, .width = xb_new(c->arena, int, c->columns)};
    fit(&t);
    print_words(&t, "", head_of);
    print_words(&t, "network", network_of);
    each_chip_row(&t, print_row);
    for (int f = 0; f < XB_FIGURES; f++) {
        if (!is_by_layer(c, f))
            continue;
        printf("\n%s\n", xb_figure_kind((XbFigure)f)->title);
        each_layer_row(&t, (XbFigure)f, print_row);
    }
    print_notes(c);
}

// ---- CSV ----

static void csv_row(const XbComparison *c, const char *layer, XbFigure figure)
{
    XbCompareRow row = xb_compare_row(c, layer, figure);
    const char *best = "";
    printf("%s,", xb_figure_kind(figure)->key);
    printf("%s", xb_csv_field(c->arena, layer ? layer : ""));
    for (int i = 0; i < c->columns; i++) {
        const char *text = shown(c, &row, i);
        printf(",%s", text ? text : "");
        if (row.is_best[i])
            best = xb_arena_printf(c->arena, "%s%s%s", best, *best ? ";" : "", c->column[i].head);
    }
    printf(",%s\n", xb_csv_field(c->arena, best));
}

void xb_compare_csv(const XbComparison *c)
{
    printf("figure,layer");
    for (int i = 0; i < c->columns; i++)
        printf(",%s", xb_csv_field(c->arena, c->column[i].head));
    printf(",best\n");
    for (int f = 0; f < XB_FIGURES; f++)
        csv_row(c, NULL, (XbFigure)f);
    for (int f = 0; f < XB_FIGURES; f++)
        for (int n = 0; is_by_layer(c, f) && n < c->names; n++)
            csv_row(c, c->name[n], (XbFigure)f);
}

// ---- JSON ----

static void add_figures(XbText *t, const XbComparison *c, int column, const char *layer)
{
    const char *comma = "";
    for (int f = 0; f < XB_FIGURES; f++) {
        XbFigure figure = (XbFigure)f;
        if (layer && !xb_figure_kind(figure)->is_of_layers)
            continue;
        XbCompareRow row = xb_compare_row(c, layer, figure);
        const char *text = shown(c, &row, column);
        xb_text_add(t, "%s\"%s\": %s", comma, xb_figure_kind(figure)->key, text ? text : "null");
        comma = ", ";
    }
}

// Keys of the figures of which `has` is true.
static void add_keys(XbText *t, const char *key, const bool *has)
{
    const char *comma = "";
    xb_text_add(t, "\"%s\": [", key);
    for (int f = 0; f < XB_FIGURES; f++)
        if (has[f]) {
            xb_text_add(t, "%s\"%s\"", comma, xb_figure_kind((XbFigure)f)->key);
            comma = ", ";
        }
    xb_text_add(t, "]");
}

static void add_best(XbText *t, const XbComparison *c, int column, const char *layer)
{
    bool has[XB_FIGURES];
    for (int f = 0; f < XB_FIGURES; f++)
        has[f] = xb_compare_row(c, layer, (XbFigure)f).is_best[column] &&
                 (!layer || xb_figure_kind((XbFigure)f)->is_of_layers);
    add_keys(t, "best", has);
}

static void add_layers(XbText *t, const XbComparison *c, int column)
{
    const XbPlan *p = &c->column[column].run.plan;
    xb_text_add(t, ", \"layers\": [\n");
    for (int l = 0; l < p->layers; l++) {
        const char *row = c->stranger ? p->layer[l].name : c->name[l];
        xb_text_add(t, "      {\"name\": \"%s\", ", p->layer[l].name);
        add_figures(t, c, column, row);
        xb_text_add(t, ", ");
        add_best(t, c, column, row);
        xb_text_add(t, l + 1 < p->layers ? "},\n" : "}\n    ]");
    }
}

static void add_string(XbText *t, const char *key, const char *value)
{
    xb_text_add(t, "\"%s\": ", key);
    xb_text_json_string(t, value);
}

static void add_names(XbText *t, const XbColumn *column)
{
    add_string(t, "file", column->options.arch);
    xb_text_add(t, ", ");
    add_string(t, "name", column->run.cfg.name);
    xb_text_add(t, ", ");
    add_string(t, "network", column->run.plan.network);
}

static void add_column(XbText *t, const XbComparison *c, int i)
{
    const XbColumn *column = &c->column[i];
    xb_text_add(t, "    {");
    add_names(t, column);
    xb_text_add(t, ",\n     ");
    add_figures(t, c, i, NULL);
    xb_text_add(t, ",\n     ");
    add_best(t, c, i, NULL);
    xb_text_add(t, ", \"images\": %d, ", column->images);
    add_keys(t, "measured", column->measured);
    if (c->options->by_layer)
        add_layers(t, c, i);
    xb_text_add(t, i + 1 < c->columns ? "},\n" : "}\n");
}

void xb_compare_json(const XbComparison *c)
{
    XbText t = {.arena = c->arena};
    xb_text_add(&t, "{\n  \"same_network\": %s,\n  \"configurations\": [\n",
                c->stranger ? "false" : "true");
    for (int i = 0; i < c->columns; i++)
        add_column(&t, c, i);
    xb_text_add(&t, "  ]\n}\n");
    fputs(t.data, stdout);
}
