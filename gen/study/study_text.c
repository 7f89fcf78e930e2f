// SPDX-License-Identifier: Apache-2.0
// What `xbgen study` prints.
#include "base/text.h"
#include "study/parts.h"
#include <inttypes.h>

static const char *const counting[XB_COUNTS] = {
    [XB_COUNT_SLICE] = "slice",
    [XB_COUNT_PACKED] = "packed",
    [XB_COUNT_SLICE_UNSTRIDED] = "slice, stride 1",
    [XB_COUNT_PACKED_UNSTRIDED] = "packed, stride 1",
    [XB_COUNT_ONE_SET] = "one set, im2col",
};

const char *xb_study_counting_name(XbCounting c) { return counting[c]; }

static double ratio(int64_t a, int64_t b) { return b ? (double)a / (double)b : 0.0; }

// Per cent that b is more than a.
static double change(int64_t a, int64_t b) { return 100.0 * (ratio(b, a) - 1.0); }

static void add_pairs(XbText *t, const XbStudy *s)
{
    xb_text_add(
        t,
        "3x3 convolutions of the main path as depthwise plus 1x1, sub-images, all windows at "
        "once\n%-*s %7s %9s %9s %9s %7s  %s\n",
        s->name_width, "layer", "windows", "3D", "2D", "1D", "change", "replaced");
    for (int i = 0; i < s->pairs; i++) {
        const XbStudyPair *p = &s->pair[i];
        xb_text_add(t, "%-*s %7" PRId64 " %9" PRId64 " %9" PRId64 " %9" PRId64 " %5.1f %%  %s\n",
                    s->name_width, p->layer->name, p->windows, p->whole, p->depthwise, p->pointwise,
                    change(p->whole, p->depthwise + p->pointwise), p->is_replaced ? "yes" : "-");
    }
}

static void add_totals(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "\n%-17s %-8s %10s %10s %9s  every %d: %s\n", "arrays", "2D", "3D", "2D+1D",
                "change", s->every, "arrays of 3D");
    for (int i = 0; i < s->totals; i++) {
        const XbStudyTotal *n = &s->total[i];
        const char *sub_image = n->counting == XB_COUNT_ONE_SET ? "-"
                                : n->takes_fewest               ? "fewest"
                                                                : "largest";
        xb_text_add(t, "%-17s %-8s %10" PRId64 " %10" PRId64 " %7.2f %%  %16" PRId64 " %.3f\n",
                    counting[n->counting], sub_image, n->whole, n->replaced,
                    change(n->whole, n->replaced), n->mixed, ratio(n->mixed, n->whole));
    }
    xb_text_add(t, "published are slice, largest, strides as they are\n");
}

static void add_array(XbText *t, const XbStudy *s, const char *what, int64_t arrays)
{
    int64_t cells = arrays * s->rows * s->cols;
    xb_text_add(t, "%-36s %12" PRId64 " %5.1f %%\n", what, arrays,
                100.0 * ratio(s->arrays.cells, cells));
}

static void add_arrays(XbText *t, const XbStudy *s)
{
    xb_text_add(t, "\narrays of one set of every layer, and cells that hold weights\n");
    add_array(t, s, "im2col", s->arrays.im2col);
    add_array(t, s, "kernel position, unpacked", s->arrays.unpacked);
    add_array(t, s, "kernel position, packed", s->arrays.packed);
}

static void add_word(XbText *t, const char *what, int64_t words, int64_t im2col)
{
    xb_text_add(t, "%-36s %12" PRId64 " %6.2f\n", what, words, ratio(im2col, words));
}

static void add_words(XbText *t, const XbStudy *s)
{
    const XbStudyWords *w = &s->words;
    xb_text_add(
        t, "\nwords from buffers, an image, %" PRId64 " windows (%" PRId64 " on the main path)\n",
        w->windows, w->main_windows);
    add_word(t, "im2col", w->im2col, w->im2col);
    add_word(t, "divided by K", w->per_kernel, w->im2col);
    add_word(t, "new columns alone", w->columns, w->im2col);
    add_word(t, "rows begin with a whole window", w->rows, w->im2col);
    add_word(t, "every tapped pixel once", w->lines, w->im2col);
}

static void add_ports(XbText *t, const XbStudy *s)
{
    xb_text_add(
        t,
        "\nspeed-up by kernel position, main path: published-s5 (loads alone), and with stores as "
        "the plan counts\n%8s %10s %12s %12s %7s %11s %11s %11s %6s\n",
        "t_xbar", "bits/cycle", "im2col", "new columns", "serial", "row starts", "overlapped",
        "loads of it", "exact");
    for (int i = 0; i < s->ports; i++) {
        const XbStudyPort *p = &s->port[i];
        xb_text_add(t, "%8d %10d %12" PRId64 " %12" PRId64 " %7.3f %11.3f %11.3f %9.1f %% %6.3f\n",
                    p->t_xbar, p->bits, p->im2col, p->columns, ratio(p->im2col, p->columns),
                    ratio(p->im2col, p->rows), ratio(p->overlapped_im2col, p->overlapped_columns),
                    100.0 * ratio(p->loads, p->im2col), ratio(p->exact_im2col, p->exact_rows));
    }
}

static void add_stages(XbText *t, const XbStudy *s)
{
    if (s->stages == 0)
        return;
    xb_text_add(t,
                "\npipeline with (input height / bound)^2 copies, main path\n%8s %8s %8s %9s %9s\n",
                "bound", "stage", "gain", "weights", "balanced");
    for (int i = 0; i < s->stages; i++) {
        const XbStudyStage *g = &s->stage[i];
        xb_text_add(t, "%8d %8" PRId64 " %8.1f %9.3f %9.3f\n", g->bound, g->stage,
                    ratio(s->words.main_windows, g->stage), ratio(g->weights, g->own),
                    ratio(g->balanced, g->own));
    }
}

static void add_windows(XbText *t, const XbStudy *s)
{
    if (s->windows == 0)
        return;
    xb_text_add(
        t, "\ncycles on one array, a column a weight, no padding\n%-*s %10s %10s %8s %10s  %s\n",
        s->name_width, "layer", "im2col", "SDK", "window", "VW-SDK", "window");
    for (int i = 0; i < s->windows; i++) {
        const XbStudyWindow *w = &s->window[i];
        xb_text_add(t, "%-*s %10" PRId64 " %10" PRId64 " %4dx%-3d %10" PRId64 "  %dx%d\n",
                    s->name_width, w->layer->name, w->im2col, w->square, w->side, w->side, w->any,
                    w->height, w->width);
    }
}

// How many times less a chip takes whose converters take `less` times less, if they have that share
// of it.
static double chip(double share, double less) { return 1 / (1 - share + share / less); }

// The share of converters that makes a chip take a third; above 1 where none does.
static double third(double less) { return (1 - 1.0 / 3) / (1 - 1 / less); }

static void add_third(XbText *t, double less)
{
    if (less > 1 && third(less) <= 1)
        xb_text_add(t, " %12.1f %%", 100 * third(less));
    else
        xb_text_add(t, " %14s", "-");
}

// This design, and converters of 8 bits replaced by such of 3 and of 1.
static void add_chip(XbText *t, double energy)
{
    static const double shares[] = {0.5, 0.58, 0.65, 0.688, 0.7, 0.75, 0.9};
    xb_text_add(t,
                "\nthe whole chip, by the converters' share of it before\n%-14s %14s %14s %14s\n",
                "share", "this design", "8 to 3 bits", "8 to 1 bits");
    xb_text_add(t, "%-14s %14.2f %14.2f %14.2f\n", "converters", energy, 32.0, 128.0);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++)
        xb_text_add(t, "%5.1f %%        %14.2f %14.2f %14.2f\n", 100 * shares[i],
                    chip(shares[i], energy), chip(shares[i], 32), chip(shares[i], 128));
    xb_text_add(t, "%-14s", "3.0 times at");
    add_third(t, energy);
    add_third(t, 32);
    add_third(t, 128);
    xb_text_add(t, "\n");
}

static void add_adc(XbText *t, const XbStudyAdc *a, int width)
{
    xb_text_add(t, "%-*s %6d %8d %12" PRId64 " %12" PRId64 " %10.2f\n", width, a->name, a->bits,
                a->lossless_bits, a->converters, a->conversions,
                ratio(INT64_C(1) << a->lossless_bits, INT64_C(1) << a->bits));
}

static void add_adcs(XbText *t, const XbStudy *s)
{
    const XbStudyAdcs *a = &s->adcs;
    if (a->layers == 0)
        return;
    xb_text_add(t,
                "\nenergy of converters, 2^bits a conversion: of lossless ones over these\n"
                "%-*s %6s %8s %12s %12s %10s\n",
                s->name_width, "layer", "bits", "lossless", "converters", "conversions", "energy");
    for (int i = 0; i < a->layers; i++)
        add_adc(t, &a->layer[i], s->name_width);
    xb_text_add(t, "lossless over these: %.2f for an image, %.2f for converters that always run\n",
                ratio(a->lossless_energy, a->energy), ratio(a->lossless_power, a->power));
    add_chip(t, ratio(a->lossless_energy, a->energy));
}

char *xb_study_text(XbArena *arena, const XbStudy *s)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "study of %s on %dx%d crossbars, ", s->network, s->rows, s->cols);
    if (s->columns)
        xb_text_add(&t, "%d columns a weight\n\n", s->columns);
    else
        xb_text_add(&t, "columns of a weight as in cfg.json\n\n");
    if (s->pairs > 0) {
        add_pairs(&t, s);
        add_totals(&t, s);
    } else {
        xb_text_add(&t, "no 3x3 convolution on the main path\n");
    }
    add_arrays(&t, s);
    add_words(&t, s);
    add_ports(&t, s);
    add_stages(&t, s);
    add_windows(&t, s);
    add_adcs(&t, s);
    return t.data;
}
