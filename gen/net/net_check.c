// SPDX-License-Identifier: Apache-2.0
// What may not be in a network: sizes, windows, scales, weights.
#include "net/net_check.h"

#include <stdio.h>

static const int64_t MAX_WEIGHTS = INT64_C(1) << 28;

bool xb_net_vfault(const XbNetPlace *at, const char *key, const char *code, const char *format,
                   va_list args)
{
    char text[1000];
    vsnprintf(text, sizeof text, format, args);
    const char *where = at->where;
    if (at->has_keys && key)
        where = xb_arena_printf(at->d->arena, "%s.%s", where, key);
    xb_report(at->d, XB_ERROR, code, at->file, where, "%s", text);
    return false;
}

bool xb_net_fault(const XbNetPlace *at, const char *key, const char *code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    xb_net_vfault(at, key, code, format, args);
    va_end(args);
    return false;
}

// ---- tensors ----

bool xb_net_check_shape(const XbNetPlace *at, const char *role, int64_t h, int64_t w, int64_t c)
{
    if (h < 1 || w < 1 || c < 1 || h > XB_NET_MAX_DIM || w > XB_NET_MAX_DIM || c > XB_NET_MAX_DIM)
        return xb_net_fault(at, NULL, "net-shape",
                            "%s is %lld x %lld x %lld; height, width and channels must be 1..%d",
                            role, (long long)h, (long long)w, (long long)c, XB_NET_MAX_DIM);
    if (h * w * c > XB_NET_MAX_ELEMENTS)
        return xb_net_fault(at, NULL, "net-shape", "%s has more than 2^26 elements", role);
    return true;
}

bool xb_net_check_scale(const XbNetPlace *at, const char *key, const char *role, float scale)
{
    if (scale >= 1e-30f && scale <= 1e30f)
        return true;
    return xb_net_fault(at, key, "net-quant", "%s has scale %g, outside 1e-30..1e30", role,
                        (double)scale);
}

bool xb_net_check_zero(const XbNetPlace *at, const char *key, const char *role, int64_t zero,
                       XbQuant q)
{
    int lo = -xb_quant_offset(q), hi = lo + (1 << q.bits) - 1;
    if (zero >= lo && zero <= hi)
        return true;
    return xb_net_fault(at, key, "net-quant", "%s has zero point %lld, outside %d..%d", role,
                        (long long)zero, lo, hi);
}

static bool is_same_shape(XbShape a, XbShape b) { return a.h == b.h && a.w == b.w && a.c == b.c; }

bool xb_net_check_addends(const XbNetPlace *at, XbShape a, XbShape b)
{
    if (is_same_shape(a, b))
        return true;
    return xb_net_fault(
        at, "from", "net-shape",
        "inputs of %d x %d x %d and %d x %d x %d differ; broadcasting is not supported", a.h, a.w,
        a.c, b.h, b.w, b.c);
}

static int *size_along(XbShape *s, XbAlong along)
{
    return along == XB_ALONG_HEIGHT ? &s->h : along == XB_ALONG_WIDTH ? &s->w : &s->c;
}

// Codes of a map are in the order of its rows: whole ones lie one behind the other, parts do not.
static bool has_whole_rows(const XbNetPlace *at, XbAlong along, XbShape a)
{
    if (along != XB_ALONG_WIDTH || a.h == 1)
        return true;
    return xb_net_fault(at, "along", "net-shape",
                        "maps of %d rows are not joined along their width; RESHAPE each to %d x 1 "
                        "x (its width * %d), join the channels, and RESHAPE what that gives",
                        a.h, a.h, a.c);
}

bool xb_net_check_joined(const XbNetPlace *at, XbAlong along, XbShape a, XbShape b, XbShape *out)
{
    XbShape first = a, second = b;
    *size_along(&first, along) = *size_along(&second, along) = 1;
    if (!is_same_shape(first, second))
        return xb_net_fault(at, "from", "net-shape",
                            "inputs of %d x %d x %d and %d x %d x %d are joined along %s; only "
                            "there may they differ",
                            a.h, a.w, a.c, b.h, b.w, b.c, xb_along_names[along]);
    *out = a;
    *size_along(out, along) += *size_along(&b, along);
    return has_whole_rows(at, along, a);
}

bool xb_net_check_factors(const XbNetPlace *at, XbShape a, XbShape b, bool *is_gated)
{
    bool is_same = is_same_shape(a, b),
         has_row = xb_shape_pixels(a) == 1 || xb_shape_pixels(b) == 1;
    *is_gated = !is_same;
    if (is_same || (has_row && a.c == b.c))
        return true;
    return xb_net_fault(at, "from", "net-shape",
                        "inputs of %d x %d x %d and %d x %d x %d; both must be alike, or one of "
                        "them 1 x 1 with as many channels",
                        a.h, a.w, a.c, b.h, b.w, b.c);
}

// ---- windows ----

typedef struct Axis {  // one direction
    int64_t kernel, stride, dilation, before, after;
} Axis;

static bool is_size(int64_t n) { return n >= 1 && n <= XB_NET_MAX_DIM; }

static bool check_axis(const XbNetPlace *at, Axis a, bool is_padding_given)
{
    if (!is_size(a.kernel) || !is_size(a.stride) || !is_size(a.dilation))
        return xb_net_fault(
            at, NULL, "net-shape", "kernel %lld, stride %lld, dilation %lld: all must be 1..%d",
            (long long)a.kernel, (long long)a.stride, (long long)a.dilation, XB_NET_MAX_DIM);
    int64_t reach = (a.kernel - 1) * a.dilation + 1;
    if (reach > XB_NET_MAX_DIM)
        return xb_net_fault(at, NULL, "net-shape",
                            "the dilated kernel spans %lld pixels, more than %d", (long long)reach,
                            XB_NET_MAX_DIM);
    // No window lies wholly beside the image then, and none is averaged over nothing.
    if (is_padding_given && (a.before < 0 || a.after < 0 || a.before >= reach || a.after >= reach))
        return xb_net_fault(at, "padding", "net-shape",
                            "padding of %lld and %lld pixels: a kernel that spans %lld pixels "
                            "allows 0..%lld on a side",
                            (long long)a.before, (long long)a.after, (long long)reach,
                            (long long)reach - 1);
    return true;
}

bool xb_net_check_window(const XbNetPlace *at, const XbNetLayer *l, bool is_padding_given)
{
    Axis y = {l->kh, l->stride_h, l->dil_h, l->pad_t, l->pad_b};
    Axis x = {l->kw, l->stride_w, l->dil_w, l->pad_l, l->pad_r};
    return check_axis(at, y, is_padding_given) && check_axis(at, x, is_padding_given);
}

// ---- weights ----

int xb_net_filters(const XbNetLayer *l) { return l->blocks > 0 ? l->out.c / l->blocks : l->out.c; }

int64_t xb_net_rows(const XbNetLayer *l)
{
    int blocks = l->blocks > 0 ? l->blocks : 1;
    if (l->kind == XB_FC)
        return xb_shape_size(l->in) / blocks;
    return (int64_t)l->kh * l->kw * (l->kind == XB_CONV ? l->in.c / l->groups : 1) / blocks;
}

int64_t xb_net_weights(const XbNetLayer *l) { return xb_net_rows(l) * l->out.c; }

int xb_net_weights_shape(const XbNetLayer *l, int64_t *shape)
{
    shape[0] = l->kind == XB_DWCONV ? 1 : xb_net_filters(l);
    if (l->kind == XB_FC) {
        shape[1] = xb_shape_size(l->in);
        return 2;
    }
    shape[1] = l->kh;
    shape[2] = l->kw;
    shape[3] = l->kind == XB_DWCONV ? l->out.c : l->in.c / l->groups;
    return 4;
}

static bool check_channels(const XbNetPlace *at, const XbNetLayer *l)
{
    int g = l->groups;
    if (l->kind == XB_DWCONV && (l->out.c % l->in.c != 0 || l->multiplier != l->out.c / l->in.c))
        return xb_net_fault(at, "filters", "net-shape",
                            "%d output channels are no multiple of the %d input channels", l->out.c,
                            l->in.c);
    if (l->kind != XB_CONV || (g >= 1 && l->in.c % g == 0 && l->out.c % g == 0))
        return true;
    return xb_net_fault(at, "groups", "net-shape",
                        "%d groups do not divide %d input and %d output channels", g, l->in.c,
                        l->out.c);
}

bool xb_net_check_amount(const XbNetPlace *at, const XbNetLayer *l, int64_t before)
{
    if (!check_channels(at, l))
        return false;
    int64_t rows = xb_net_rows(l);
    if (rows > XB_NET_MAX_ROWS)
        return xb_net_fault(at, NULL, "net-shape",
                            "an output has %lld weights; at most %d are supported", (long long)rows,
                            XB_NET_MAX_ROWS);
    if (before + rows * l->out.c > MAX_WEIGHTS)
        return xb_net_fault(at, NULL, "net-shape", "the network has more than 2^28 weights");
    return true;
}
