// SPDX-License-Identifier: Apache-2.0
// A sweep as a picture: a panel for each figure that is drawn, the first key's values across, a
// line for each combination of the others.
#include "base/text.h"
#include "cli/spawn.h"
#include "cli/sweep.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "xbgen/file.h"

enum { MAX_TICS = 24, PANEL_WIDTH = 640, PANEL_HEIGHT = 260, LINE_HEIGHT = 18, LETTER_WIDTH = 8 };

typedef struct Panel {
    const char *title;
    XbFigure figure;
    bool is_accuracy;
} Panel;

static const Panel panels[] = {
    {"accuracy %", XB_FIGURE_ARRAYS, true},
    {"interval, cycles", XB_FIGURE_INTERVAL, false},
    {"arrays", XB_FIGURE_ARRAYS, false},
};

enum { PANELS = sizeof panels / sizeof panels[0] };

typedef struct Plot {
    const XbSweep *s;
    XbText text;
    int64_t lines;  // combinations of all keys but the first
    bool is_scale;  // the first key's values are numbers, else words
} Plot;

// In gnuplot's single quotes.
static const char *quoted(XbArena *arena, const char *text)
{
    char *out = xb_new(arena, char, 2 * strlen(text) + 3), *to = out;
    *to++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            *to++ = '\'';
        *to++ = *text;
    }
    *to = '\'';
    return out;
}

static bool is_drawn(const Plot *p, int panel)
{
    return !panels[panel].is_accuracy || p->s->options->labels;
}

static double across(const Plot *p, int value)
{
    return p->is_scale ? p->s->key[0].value[value].number : value;
}

static const XbSweepResult *result_at(const Plot *p, int64_t line, int value)
{
    return &p->s->result[value * p->lines + line];
}

static bool has_points(const Plot *p, int64_t line)
{
    for (int v = 0; v < p->s->key[0].values; v++)
        if (!*result_at(p, line, v)->code)
            return true;
    return false;
}

static const char *line_title(const Plot *p, int64_t line)
{
    const XbSweep *s = p->s;
    const char *title = "";
    for (int k = 1; k < s->keys; k++)
        title = xb_arena_printf(s->arena, "%s%s%s %s", title, *title ? ", " : "", s->key[k].name,
                                s->key[k].shown[xb_sweep_value(s, line, k)]);
    return title;
}

// The points of a line: where it stands, then what each panel shows.
static void add_points(Plot *p, int64_t line)
{
    xb_text_add(&p->text, "$line%" PRId64 " << EOD\n", line);
    for (int v = 0; v < p->s->key[0].values; v++) {
        const XbSweepResult *r = result_at(p, line, v);
        if (*r->code)
            continue;
        xb_text_add(&p->text, "%.15g", across(p, v));
        for (int i = 0; i < PANELS; i++)
            if (is_drawn(p, i))
                xb_text_add(&p->text, " %.15g",
                            panels[i].is_accuracy ? r->accuracy
                                                  : r->figures.value[panels[i].figure]);
        xb_text_add(&p->text, "\n");
    }
    xb_text_add(&p->text, "EOD\n");
}

static void add_tics(Plot *p)
{
    const XbSweepKey *k = &p->s->key[0];
    if (p->is_scale && k->values > MAX_TICS)
        return;
    xb_text_add(&p->text, "set xtics (");
    for (int v = 0; v < k->values; v++)
        xb_text_add(&p->text, "%s%s %.15g", v ? ", " : "", quoted(p->s->arena, k->shown[v]),
                    across(p, v));
    xb_text_add(&p->text, ")\n");
}

// gnuplot has eight colours; what comes after them has points of another shape.
static int point_type(int64_t line)
{
    static const int filled[] = {7, 5, 9, 11, 13};
    return filled[line / 8 % 5];
}

// Equal points lie on each other: those below are larger, and stay to be seen.
static double point_size(const Plot *p, int64_t line)
{
    return 1.4 - (p->lines > 1 ? 0.9 * (double)line / (double)(p->lines - 1) : 0.4);
}

static void add_panel(Plot *p, int panel, int column)
{
    const char *comma = "";
    xb_text_add(&p->text, "set ylabel '%s'\nset yrange [0:%s]\nplot", panels[panel].title,
                panels[panel].is_accuracy ? "100" : "*");
    for (int64_t line = 0; line < p->lines; line++) {
        if (!has_points(p, line))
            continue;
        xb_text_add(&p->text,
                    "%s $line%" PRId64 " using 1:%d with linespoints pointtype %d "
                    "pointsize %.2f ",
                    comma, line, column, point_type(line), point_size(p, line));
        if (p->s->keys > 1)
            xb_text_add(&p->text, "title %s", quoted(p->s->arena, line_title(p, line)));
        else
            xb_text_add(&p->text, "notitle");
        comma = ",";
    }
    xb_text_add(&p->text, "\n");
}

// Characters that the legend takes, its lines of points included.
static int legend_width(const Plot *p)
{
    size_t most = 0;
    for (int64_t line = 0; line < p->lines && p->s->keys > 1; line++) {
        size_t length = strlen(line_title(p, line));
        most = length > most ? length : most;
    }
    return (int)most + 8;
}

static void add_frame(Plot *p, const char *to, int drawn)
{
    XbArena *a = p->s->arena;
    int legend = legend_width(p);
    int64_t panel = (p->lines + 2) * LINE_HEIGHT;
    xb_text_add(&p->text,
                "set terminal svg size %d,%" PRId64 " noenhanced background '#ffffff'\n"
                "set output %s\nset key outside right top\nset grid\nset offsets graph 0.03, graph "
                "0.03, 0, 0\nset lmargin 12\nset rmargin %d\nset multiplot layout %d,1\nset xlabel "
                "%s\n",
                PANEL_WIDTH + legend * LETTER_WIDTH,
                drawn * (panel > PANEL_HEIGHT ? panel : PANEL_HEIGHT), quoted(a, to), legend, drawn,
                quoted(a, p->s->key[0].name));
    add_tics(p);
}

static void add_script(Plot *p, const char *to)
{
    int drawn = 0, column = 2;
    for (int i = 0; i < PANELS; i++)
        drawn += is_drawn(p, i);
    for (int64_t line = 0; line < p->lines; line++)
        if (has_points(p, line))
            add_points(p, line);
    add_frame(p, to, drawn);
    for (int i = 0; i < PANELS; i++)
        if (is_drawn(p, i)) {
            add_panel(p, i, column++);
            xb_text_add(&p->text, "unset key\n");  // one legend is for all
        }
    xb_text_add(&p->text, "unset multiplot\n");
}

static bool is_all_numbers(const XbSweepKey *k)
{
    for (int v = 0; v < k->values; v++)
        if (k->value[v].kind != XB_JSON_NUMBER)
            return false;
    return true;
}

// gnuplot draws beside the place, and what is whole is moved there.
static void draw(const XbSweep *s, const char *script, const char *drawn, const char *path)
{
    const char *log = xb_arena_printf(s->arena, "%s.log", drawn);
    const char *const argv[] = {"gnuplot", script, NULL};
    int status = xb_spawn(argv, log);
    if (status != 0)
        xb_report(s->d, XB_ERROR, "tool", "gnuplot", "", "cannot draw %s: it ended with status %d",
                  path, status);
    else if (rename(drawn, path) != 0)
        xb_report(s->d, XB_ERROR, "file-write", path, "", "the picture cannot be moved there");
    unlink(log);
}

void xb_sweep_plot(const XbSweep *s, const char *path)
{
    const char *drawn = xb_arena_printf(s->arena, "%s.%ld.tmp", path, (long)getpid());
    const char *script = xb_arena_printf(s->arena, "%s.gnuplot", drawn);
    Plot p = {.s = s,
              .text = {.arena = s->arena},
              .lines = s->combinations / s->key[0].values,
              .is_scale = is_all_numbers(&s->key[0])};
    add_script(&p, drawn);
    XbDiags own = {.arena = s->arena};
    if (!xb_file_write(&own, script, p.text.data, p.text.size)) {
        xb_report(s->d, XB_ERROR, "file-write", path, "", "%s", own.first->text);
        return;
    }
    draw(s, script, drawn, path);
    unlink(script);
    unlink(drawn);
}
