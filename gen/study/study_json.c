// SPDX-License-Identifier: Apache-2.0
// The study as JSON: counts alone, ratios are the reader's.
#include "base/text.h"
#include "study/parts.h"
#include <inttypes.h>

static const char *comma(int i, int count) { return i + 1 < count ? "," : ""; }

static void add_pairs(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "  \"layers\": [\n");
    for (int i = 0; i < s->pairs; i++) {
        const XbStudyPair *p = &s->pair[i];
        xb_text_add(t,
                    "    {\"name\": \"%s\", \"windows\": %" PRId64 ", \"arrays\": %" PRId64
                    ", \"depthwise\": %" PRId64 ", \"pointwise\": %" PRId64
                    ", \"replaced\": %s}%s\n",
                    p->layer->name, p->windows, p->whole, p->depthwise, p->pointwise,
                    p->is_replaced ? "true" : "false", comma(i, s->pairs));
    }
    xb_text_add(t, "  ],\n");
}

static void add_totals(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "  \"totals\": [\n");
    for (int i = 0; i < s->totals; i++) {
        const XbStudyTotal *n = &s->total[i];
        xb_text_add(t,
                    "    {\"counting\": \"%s\", \"fewest\": %s, \"arrays\": %" PRId64
                    ", \"replaced\": %" PRId64 ", \"mixed\": %" PRId64 "}%s\n",
                    xb_study_counting_name(n->counting), n->takes_fewest ? "true" : "false",
                    n->whole, n->replaced, n->mixed, comma(i, s->totals));
    }
    xb_text_add(t, "  ],\n");
}

static void add_arrays(XbText *t, const XbStudyArrays *a)
{
    xb_text_add(t,
                "  \"arrays\": {\"im2col\": %" PRId64 ", \"unpacked\": %" PRId64
                ", \"packed\": %" PRId64 ", \"cells\": %" PRId64 "},\n",
                a->im2col, a->unpacked, a->packed, a->cells);
}

static void add_words(XbText *t, const XbStudyWords *w)
{
    xb_text_add(t,
                "  \"windows\": %" PRId64 ",\n  \"main_windows\": %" PRId64
                ",\n  \"words\": {\"im2col\": %" PRId64 ", \"per_kernel\": %" PRId64
                ", \"columns\": %" PRId64 ", \"rows\": %" PRId64 ", \"lines\": %" PRId64 "},\n",
                w->windows, w->main_windows, w->im2col, w->per_kernel, w->columns, w->rows,
                w->lines);
}

static void add_ports(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "  \"published_s5\": [\n");
    for (int i = 0; i < s->ports; i++) {
        const XbStudyPort *p = &s->port[i];
        xb_text_add(t,
                    "    {\"t_xbar\": %d, \"bits_per_cycle\": %d, \"im2col\": %" PRId64
                    ", \"loads\": %" PRId64 ", \"columns\": %" PRId64 ", \"rows\": %" PRId64,
                    p->t_xbar, p->bits, p->im2col, p->loads, p->columns, p->rows);
        xb_text_add(t,
                    ", \"overlapped_im2col\": %" PRId64 ", \"overlapped_columns\": %" PRId64
                    ", \"exact_im2col\": %" PRId64 ", \"exact_rows\": %" PRId64 "}%s\n",
                    p->overlapped_im2col, p->overlapped_columns, p->exact_im2col, p->exact_rows,
                    comma(i, s->ports));
    }
    xb_text_add(t, "  ],\n");
}

static void add_stages(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "  \"pipeline\": [\n");
    for (int i = 0; i < s->stages; i++) {
        const XbStudyStage *g = &s->stage[i];
        xb_text_add(t,
                    "    {\"bound\": %d, \"stage\": %" PRId64 ", \"own\": %" PRId64
                    ", \"weights\": %" PRId64 ", \"balanced\": %" PRId64 "}%s\n",
                    g->bound, g->stage, g->own, g->weights, g->balanced, comma(i, s->stages));
    }
    xb_text_add(t, "  ],\n");
}

static void add_windows(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "  \"one_array\": [\n");
    for (int i = 0; i < s->windows; i++) {
        const XbStudyWindow *w = &s->window[i];
        xb_text_add(t,
                    "    {\"name\": \"%s\", \"im2col\": %" PRId64 ", \"sdk\": %" PRId64
                    ", \"sdk_window\": [%d, %d], \"vw_sdk\": %" PRId64
                    ", \"vw_sdk_window\": [%d, %d]}%s\n",
                    w->layer->name, w->im2col, w->square, w->side, w->side, w->any, w->height,
                    w->width, comma(i, s->windows));
    }
    xb_text_add(t, "  ],\n");
}

static void add_adcs(XbText *t, const XbStudyAdcs *a)
{
    xb_text_add(t,
                "  \"converters\": {\n    \"energy\": %" PRId64 ", \"lossless_energy\": %" PRId64
                ", \"power\": %" PRId64 ", \"lossless_power\": %" PRId64 ",\n    \"layers\": [\n",
                a->energy, a->lossless_energy, a->power, a->lossless_power);
    for (int i = 0; i < a->layers; i++) {
        const XbStudyAdc *l = &a->layer[i];
        xb_text_add(t,
                    "      {\"name\": \"%s\", \"bits\": %d, \"lossless_bits\": %d, "
                    "\"converters\": %" PRId64 ", \"conversions\": %" PRId64 "}%s\n",
                    l->name, l->bits, l->lossless_bits, l->converters, l->conversions,
                    comma(i, a->layers));
    }
    xb_text_add(t, "    ]\n  }\n}\n");
}

char *xb_study_json(XbArena *arena, const XbStudy *s)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "{\n  \"network\": ");
    xb_text_json_string(&t, s->network);
    xb_text_add(&t, ",\n  \"rows\": %d,\n  \"cols\": %d,\n  \"every\": %d,\n", s->rows, s->cols,
                s->every);
    if (s->columns)
        xb_text_add(&t, "  \"columns\": %d,\n", s->columns);
    else
        xb_text_add(&t, "  \"columns\": null,\n");
    add_pairs(&t, s);
    add_totals(&t, s);
    add_arrays(&t, &s->arrays);
    add_words(&t, &s->words);
    add_ports(&t, s);
    add_stages(&t, s);
    add_windows(&t, s);
    add_adcs(&t, &s->adcs);
    return t.data;
}
