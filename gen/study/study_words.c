// SPDX-License-Identifier: Apache-2.0
// Words that a buffer moves for windows, cycles that they take, and pipelines with more copies of
// the layers with most windows.
#include "study/parts.h"

enum { CODE_BITS = 8 };

// ---- words of a window ----

static int64_t whole_window(const XbNetLayer *l)
{
    int64_t taps = l->kind == XB_FC ? 1 : (int64_t)l->kh * l->kw;
    return taps * (l->kind == XB_FC ? xb_shape_size(l->in) : l->in.c);
}

// A window's columns that the one to its left does not have.
static int64_t new_columns(const XbNetLayer *l)
{
    if (l->kind == XB_FC)
        return whole_window(l);
    int columns = l->stride_w < l->kw ? l->stride_w : l->kw;
    return (int64_t)l->kh * columns * l->in.c;
}

static int64_t output_rows(const XbNetLayer *l) { return l->kind == XB_FC ? 1 : l->out.h; }

// ---- words of an image ----

// Rows (or columns) of the image that some window taps.
static int64_t tapped(int in, int out, int kernel, int stride, int dilation, int pad)
{
    XbArena scratch = {0};
    bool *is_tapped = xb_new(&scratch, bool, in);
    int64_t count = 0;
    for (int w = 0; w < out; w++)
        for (int k = 0; k < kernel; k++) {
            int64_t at = (int64_t)w * stride - pad + (int64_t)k * dilation;
            if (at < 0 || at >= in)
                continue;
            count += !is_tapped[at];
            is_tapped[at] = true;
        }
    xb_arena_free(&scratch);
    return count;
}

static int64_t tapped_words(const XbNetLayer *l)
{
    if (l->kind == XB_FC)
        return whole_window(l);
    return tapped(l->in.h, l->out.h, l->kh, l->stride_h, l->dil_h, l->pad_t) *
           tapped(l->in.w, l->out.w, l->kw, l->stride_w, l->dil_w, l->pad_l) * l->in.c;
}

static void add_words(const XbNetLayer *l, XbStudyWords *words)
{
    int64_t windows = xb_study_windows(l), rows = output_rows(l);
    words->windows += windows;
    words->im2col += windows * whole_window(l);
    words->per_kernel += windows * whole_window(l) / (l->kind == XB_FC ? 1 : l->kw);
    words->columns += windows * new_columns(l);
    words->rows += rows * whole_window(l) + (windows - rows) * new_columns(l);
    words->lines += tapped_words(l);
}

// ---- a port ----

static int64_t longer(int64_t a, int64_t b) { return a > b ? a : b; }

// Cycles for the words that a window loads and those that it stores.
static int64_t port_cycles(const XbNetLayer *l, int64_t words, int bits)
{
    return xb_study_ceil((words + l->out.c) * CODE_BITS, bits);
}

static void add_port(const XbNetLayer *l, XbStudyPort *p)
{
    int64_t windows = xb_study_windows(l), rows = output_rows(l), t = p->t_xbar;
    int64_t whole = xb_study_ceil(whole_window(l) * CODE_BITS, p->bits);
    int64_t columns = xb_study_ceil(new_columns(l) * CODE_BITS, p->bits);
    p->im2col += windows * (t + whole);
    p->loads += windows * whole;
    p->exact_im2col += windows * (t + port_cycles(l, whole_window(l), p->bits));
    p->exact_rows += windows * t + rows * port_cycles(l, whole_window(l), p->bits) +
                     (windows - rows) * port_cycles(l, new_columns(l), p->bits);
    p->columns += windows * (t + columns);
    p->rows += windows * t + rows * whole + (windows - rows) * columns;
    p->overlapped_im2col += windows * longer(t, whole);
    p->overlapped_columns += windows * longer(t, columns);
}

// Settings at which the published speed-up comes out, and some beside them.
static const XbStudyPort settings[] = {{.t_xbar = 8, .bits = 192}, {.t_xbar = 16, .bits = 96},
                                       {.t_xbar = 32, .bits = 48}, {.t_xbar = 64, .bits = 24},
                                       {.t_xbar = 16, .bits = 80}, {.t_xbar = 16, .bits = 144},
                                       {.t_xbar = 32, .bits = 72}};

void xb_study_words(const XbStudying *s)
{
    enum { SETTINGS = sizeof settings / sizeof settings[0] };
    XbStudy *out = s->out;
    out->ports = SETTINGS;
    out->port = xb_new(s->arena, XbStudyPort, SETTINGS);
    for (int i = 0; i < SETTINGS; i++)
        out->port[i] = settings[i];
    for (int n = 0; n < s->net->layers; n++) {
        const XbNetLayer *l = &s->net->layer[n];
        if (!xb_study_is_dense(l))
            continue;
        add_words(l, &out->words);
        if (!s->is_main[n])
            continue;
        out->words.main_windows += xb_study_windows(l);
        for (int i = 0; i < SETTINGS; i++)
            add_port(l, &out->port[i]);
    }
}

// ---- pipelines ----

static int input_height(const XbNetLayer *l) { return l->kind == XB_FC ? 1 : l->in.h; }

static int64_t copies(const XbNetLayer *l, int bound)
{
    int64_t height = input_height(l), square = (int64_t)bound * bound;
    return longer(1, xb_study_ceil(height * height, square));
}

static bool is_stage(const XbStudying *s, int n)
{
    return s->is_main[n] && xb_study_is_dense(&s->net->layer[n]);
}

static void add_stage(const XbStudying *s, int bound)
{
    XbStudyStage *stage = &s->out->stage[s->out->stages++];
    stage->bound = bound;
    for (int n = 0; n < s->net->layers; n++) {
        const XbNetLayer *l = &s->net->layer[n];
        if (!is_stage(s, n))
            continue;
        stage->stage = longer(stage->stage, xb_study_ceil(xb_study_windows(l), copies(l, bound)));
        stage->own += xb_net_weights(l);
        stage->weights += xb_net_weights(l) * copies(l, bound);
    }
    for (int n = 0; n < s->net->layers; n++)
        if (is_stage(s, n))
            stage->balanced += xb_net_weights(&s->net->layer[n]) *
                               xb_study_ceil(xb_study_windows(&s->net->layer[n]), stage->stage);
}

// Every input height of the convolutions is a bound, from the largest down.
void xb_study_stages(const XbStudying *s)
{
    int below = INT32_MAX, next = 1;
    for (; next > 0; below = next) {
        next = 0;
        for (int n = 0; n < s->net->layers; n++) {
            const XbNetLayer *l = &s->net->layer[n];
            if (is_stage(s, n) && l->kind == XB_CONV && l->in.h < below && l->in.h > next)
                next = l->in.h;
        }
        if (next > 0)
            add_stage(s, next);
    }
}
