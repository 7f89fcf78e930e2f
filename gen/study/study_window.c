// SPDX-License-Identifier: Apache-2.0
// One array that takes the windows of a layer in turn: cycles with the kernel as window (im2col),
// with larger square windows that need no more arrays (SDK), and with windows of any shape
// (VW-SDK). Without padding, a column a weight, stride 1.
#include "study/parts.h"

typedef struct Shape {
    const XbNetLayer *l;
    int64_t rows, cols;
} Shape;

// Windows of h x w over the image.
static int64_t windows(const Shape *s, int h, int w)
{
    const XbNetLayer *l = s->l;
    return xb_study_ceil(l->in.h - l->kh + 1, h - l->kh + 1) *
           xb_study_ceil(l->in.w - l->kw + 1, w - l->kw + 1);
}

static int64_t row_tiles(const Shape *s, int h, int w)
{
    return xb_study_ceil((int64_t)h * w * s->l->in.c, s->rows);
}

static int64_t outputs(const Shape *s, int h, int w)
{
    return (int64_t)(h - s->l->kh + 1) * (w - s->l->kw + 1);
}

static int64_t column_tiles(const Shape *s, int h, int w)
{
    return xb_study_ceil(outputs(s, h, w) * s->l->out.c, s->cols);
}

static int64_t cycles(const Shape *s, int h, int w)
{
    return windows(s, h, w) * row_tiles(s, h, w) * column_tiles(s, h, w);
}

static void try_squares(const Shape *s, XbStudyWindow *out)
{
    int64_t rows = row_tiles(s, out->side, out->side), cols = column_tiles(s, out->side, out->side);
    int most = s->l->in.h < s->l->in.w ? s->l->in.h : s->l->in.w;
    for (int side = out->side; side <= most; side++) {
        if (row_tiles(s, side, side) > rows || column_tiles(s, side, side) > cols)
            break;
        if (cycles(s, side, side) < out->square) {
            out->square = cycles(s, side, side);
            out->side = side;
        }
    }
}

// Whole channels and whole filters on an array; 0 where not one of each fits.
static int64_t cut_cycles(const Shape *s, int h, int w)
{
    int64_t channels = s->rows / ((int64_t)h * w), filters = s->cols / outputs(s, h, w);
    if (channels == 0 || filters == 0)
        return 0;
    return windows(s, h, w) * xb_study_ceil(s->l->in.c, channels) *
           xb_study_ceil(s->l->out.c, filters);
}

static void try_shapes(const Shape *s, XbStudyWindow *out)
{
    for (int h = s->l->kh; h <= s->l->in.h && h <= s->rows; h++)
        for (int w = s->l->kw; w <= s->l->in.w && (int64_t)h * w <= s->rows; w++) {
            int64_t here = cut_cycles(s, h, w);
            if (here == 0 || here >= out->any)
                continue;
            out->any = here;
            out->height = h;
            out->width = w;
        }
}

static bool is_studied(const XbNetLayer *l)
{
    return l->kind == XB_CONV && l->groups == 1 && l->kh == l->kw && l->stride_h == 1 &&
           l->stride_w == 1 && l->dil_h == 1 && l->dil_w == 1 && l->in.h >= l->kh &&
           l->in.w >= l->kw;
}

void xb_study_windows_of(const XbStudying *s)
{
    for (int n = 0; n < s->net->layers; n++) {
        const XbNetLayer *l = &s->net->layer[n];
        if (!is_studied(l))
            continue;
        Shape shape = {l, s->cfg->rows, s->cfg->cols};
        XbStudyWindow *w = &s->out->window[s->out->windows++];
        *w = (XbStudyWindow){.layer = l, .side = l->kh, .height = l->kh, .width = l->kw};
        w->im2col = w->square = w->any = cycles(&shape, l->kh, l->kw);
        try_squares(&shape, w);
        try_shapes(&shape, w);
    }
}
