// SPDX-License-Identifier: Apache-2.0
// The verb `sweep`: what is to be combined, and the table of results.
#include "cli/sweep.h"

#include "base/json_out.h"
#include "base/text.h"
#include "cli/csv.h"
#include "cli/labels.h"
#include "cli/spawn.h"
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "xbgen/file.h"

enum { MAX_COMBINATIONS = 1 << 20 };

// ---- what is asked for ----

static void fail(const XbSweep *s, const XbSweepKey *k, const char *what)
{
    xb_report(s->d, XB_ERROR, "sweep-set", k->option, xb_sweep_where(s->arena, k), "%s", what);
}

static bool has_key(const XbSweep *s, const XbSweepKey *k)
{
    const char *where = xb_sweep_where(s->arena, k);
    for (int i = 0; i < s->keys; i++)
        if (strcmp(xb_sweep_where(s->arena, &s->key[i]), where) == 0)
            return true;
    return false;
}

static void count_key(XbSweep *s, const XbSweepKey *k)
{
    if (has_key(s, k))
        fail(s, k, "the key is set twice; put all values into one --set");
    if (s->combinations <= MAX_COMBINATIONS)
        s->combinations *= k->values;
    s->keys++;
}

static bool read_keys(XbSweep *s)
{
    const XbTexts *sets = &s->options->sets;
    XbSweepKey *key = xb_new(s->arena, XbSweepKey, sets->count);
    s->key = key;
    s->combinations = 1;
    for (int i = 0; i < sets->count; i++)
        if (xb_sweep_key(s->arena, s->d, sets->text[i], &key[s->keys]))
            count_key(s, &key[s->keys]);
    if (s->combinations > MAX_COMBINATIONS)
        xb_report(s->d, XB_ERROR, "sweep-set", s->options->arch, "",
                  "more than %d combinations are asked for", MAX_COMBINATIONS);
    return s->d->errors == 0;
}

// cfg.json has to be sound by itself: its faults are none of the combinations'.
static bool read_document(XbSweep *s)
{
    XbBytes bytes;
    XbCfg cfg;
    const char *file = s->options->arch;
    if (!xb_file_read(s->arena, s->d, file, &bytes) ||
        !xb_cfg_parse(s->arena, s->d, file, (const char *)bytes.data, bytes.size, &cfg))
        return false;
    s->document = xb_json_parse(s->arena, s->d, file, (const char *)bytes.data, bytes.size);
    return s->document;
}

// A key that cfg.json does not have is no matter of values.
static void check_key(const XbSweep *s, const XbSweepKey *k)
{
    XbCfg cfg;
    XbDiags own = {.arena = s->arena};
    const XbJson *document = s->document;
    if (!xb_sweep_set(s->arena, &document, k, 0)) {
        fail(s, k, "what holds this key is not an object");
        return;
    }
    char *text = xb_json_text(s->arena, document);
    xb_cfg_parse(s->arena, &own, s->options->arch, text, strlen(text), &cfg);
    for (const XbDiag *at = own.first; at; at = at->next)
        if (strncmp(at->code, "json-", 5) == 0)
            xb_report(s->d, XB_ERROR, at->code, k->option, at->where, "%s", at->text);
}

static bool check_keys(const XbSweep *s)
{
    for (int i = 0; i < s->keys; i++)
        check_key(s, &s->key[i]);
    return s->d->errors == 0;
}

// Labels that cannot be read are a fault of all combinations.
static bool check_labels(XbRun *run)
{
    XbNpy labels;
    int images = run->options->images;
    return !run->options->labels || xb_labels_read(run, images ? images : 1, &labels);
}

static bool has_gnuplot(const XbRun *run)
{
    if (!run->options->plot || xb_spawn_has("gnuplot"))
        return true;
    xb_report(run->d, XB_ERROR, "tool", "gnuplot", "",
              "is not installed; --plot needs it (Debian package gnuplot-nox)");
    return false;
}

// ---- the table ----

static void add_head(const XbSweep *s, XbText *t)
{
    for (int k = 0; k < s->keys; k++)
        xb_text_add(t, "%s,", xb_csv_field(s->arena, s->key[k].name));
    for (int f = 0; f < XB_FIGURES; f++)
        xb_text_add(t, "%s,", xb_figure_kind((XbFigure)f)->key);
    xb_text_add(t, s->options->labels ? "accuracy,code\n" : "code\n");
}

static void add_figures(const XbSweep *s, XbText *t, const XbSweepResult *r)
{
    for (int f = 0; f < XB_FIGURES; f++) {
        const char *text =
            *r->code ? NULL : xb_figure_text(s->arena, (XbFigure)f, r->figures.value[f]);
        xb_text_add(t, "%s,", text ? text : "");
    }
    if (!s->options->labels)
        return;
    if (*r->code)
        xb_text_add(t, ",");
    else
        xb_text_add(t, "%.2f,", r->accuracy);
}

static void add_row(const XbSweep *s, XbText *t, int64_t combination)
{
    const XbSweepResult *r = &s->result[combination];
    for (int k = 0; k < s->keys; k++) {
        const XbSweepKey *key = &s->key[k];
        const char *shown = key->shown[xb_sweep_value(s, combination, k)];
        xb_text_add(t, "%s,", xb_csv_field(s->arena, shown));
    }
    add_figures(s, t, r);
    xb_text_add(t, "%s\n", r->code);
}

static bool write_table(const XbSweep *s)
{
    XbText t = {.arena = s->arena};
    add_head(s, &t);
    for (int64_t i = 0; i < s->combinations; i++)
        add_row(s, &t, i);
    if (s->options->output)
        return xb_file_write(s->d, s->options->output, t.data, t.size);
    fputs(t.data, stdout);
    return true;
}

// Where nothing is possible the first combination says why.
static bool is_any_possible(const XbSweep *s)
{
    XbSweepResult again;
    for (int64_t i = 0; i < s->combinations; i++)
        if (!*s->result[i].code)
            return true;
    xb_sweep_evaluate(s, s->d, 0, &again);
    return false;
}

int xb_verb_sweep(XbRun *run)
{
    XbSweep s = {.arena = run->arena, .d = run->d, .options = run->options};
    if (!read_keys(&s) || !read_document(&s) || !check_keys(&s) || !check_labels(run) ||
        !has_gnuplot(run))
        return XB_BAD_INPUT;
    s.result = xb_new(run->arena, XbSweepResult, s.combinations);
    xb_sweep_run(&s);
    if (!write_table(&s))
        return XB_ENVIRONMENT;
    if (!is_any_possible(&s))
        return XB_BAD_INPUT;
    if (run->options->plot)
        xb_sweep_plot(&s, run->options->plot);
    return XB_OK;
}
