// SPDX-License-Identifier: Apache-2.0
// Storage, and the cells that streams pass through.
#include "plan/bits.h"
#include "plan/parts.h"

XbBits xb_bits_store(int64_t width, int64_t words)
{
    if (xb_bits_large(width, words))
        return (XbBits){.memory = width * words};
    return xb_bits_registers(width * words + width);  // ... and the word that was read
}

XbBits xb_bits_fifo(int64_t width, int64_t depth)
{
    if (depth == 2)
        return xb_bits_registers(2 * (width + 1));
    int64_t words = depth - 1;  // one stands at the output
    int64_t control = 1 + 2 * xb_clog2(words) + xb_clog2(words + 1);
    return xb_bits_sum(xb_bits_store(width, words), xb_bits_registers(control));
}

XbBits xb_bits_fork(int64_t width, int readers)
{
    return xb_bits_sum(xb_bits_fifo(width, 2), xb_bits_registers(readers));
}

int64_t xb_gearbox_room(int64_t in, int64_t out, int64_t fill)
{
    int64_t most = in + fill, slack = fill > 0 || most < out ? most : out;
    if (in > out && in < 2 * out)  // inputs may come one behind the other for a while
        slack = 2 * most;
    return most + out + slack - 1;
}

// Units of `unit` bits; `fill` of them follow the end of an image.
static XbBits gearbox(int64_t unit, int64_t in, int64_t out, int64_t fill)
{
    int64_t room = xb_gearbox_room(in, out, fill);
    return xb_bits_registers(room * unit + xb_clog2(room + 1));
}

XbBits xb_bits_regear(XbBitsBeats in, XbBitsBeats out, int64_t image_words)
{
    int64_t unit = xb_gcd(in.width, out.words * out.width), word_units = in.width / unit;
    int64_t in_units = in.words * word_units, out_units = out.words * out.width / unit;
    int64_t beats = xb_ceil_div_int64(image_words * in.width / out.width, out.words);
    XbBits bits = gearbox(unit, in_units, out_units, beats * out_units - image_words * word_units);
    if (out_units > in_units)  // a wide beat steps aside
        bits = xb_bits_sum(bits, xb_bits_fifo(out.words * out.width, 2));
    return xb_bits_sum(bits, xb_bits_registers(xb_clog2(image_words + 1) + xb_clog2(beats)));
}

XbBits xb_bits_lanes(const XbBitsLanes *p)
{
    int64_t groups = xb_ceil_div_int64(p->channels, p->lanes);
    int64_t control = xb_clog2(groups) + (p->latency + 1) * (2 + p->tag_bits);
    int64_t data = p->streams * p->lanes * p->in_bits + p->side_bits;
    int64_t gathered = (groups - 1) * p->lanes * p->out_bits;
    return xb_bits_sum(xb_bits_fifo(p->tag_bits + p->channels * p->out_bits, 2),
                       xb_bits_registers(control + data + gathered));
}

// The number, the product in two parts, the product, the result. With double rounding the number is
// shifted before it is multiplied, and the lowest bits of the product have no part in the result.
XbBits xb_bits_scale(XbScaling rounding, XbBitsNumber number)
{
    enum { WORD = 32, LOW = 17, HIGH = 16, UNUSED = 16 };  // a half of the multiplier and a sign
    bool is_double = rounding == XB_M_DOUBLE;
    int width = is_double ? WORD : number.width;
    int skipped = is_double && number.zeros < UNUSED ? UNUSED : number.zeros;
    int product = is_double                ? WORD + 1
                  : rounding == XB_M_EXACT ? 2 * WORD + 1
                                           : 2 * WORD - number.zeros;
    return xb_bits_registers(3 * width + LOW + HIGH - 2 * number.zeros - skipped + product + WORD);
}

// Factor and shifts, and what the last rounding adds below the product.
XbBits xb_bits_multiplier(XbScaling rounding, XbBitsNumber number)
{
    enum { FACTOR = 31, SHIFTS = 3 * 6 };
    return xb_bits_registers(FACTOR + SHIFTS + (rounding == XB_M_SINGLE ? number.zeros : 0));
}
