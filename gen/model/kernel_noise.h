// SPDX-License-Identifier: Apache-2.0
// Read noise of many columns at once: Philox with a counter in each lane of 64 bits, a word of it
// in the low half (what a multiplication leaves above it is nobody's). No include guard, on
// purpose.

XB_INLINE void XB_NAME(round)(const uint64_t key[2], int n, XbLongs c[4][XB_DRAWS])
{
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbLongs a = XB_NAME(times)(c[0][i], XB_PHILOX_M0);
        XbLongs b = XB_NAME(times)(c[2][i], XB_PHILOX_M1);
        c[0][i] = b >> 32 ^ c[1][i] ^ key[0];
        c[2][i] = a >> 32 ^ c[3][i] ^ key[1];
        c[1][i] = b;
        c[3][i] = a;
    }
}

// The words of n vectors of counters, whose second words follow on d->first. In the first three
// rounds half of what is made is the same for all columns.
XB_INLINE void XB_NAME(draw)(const XbDraw *d, int n, XbLongs c[4][XB_DRAWS])
{
    const uint64_t(*key)[2] = d->noise->round;
    uint64_t a = (uint64_t)XB_PHILOX_M0 * d->array;
    uint64_t b = (uint64_t)XB_PHILOX_M1 * (uint32_t)d->number;
    uint64_t top = (UINT64_C(1) << 31) + (d->number >> 32);
    uint64_t c0 = b >> 32 ^ key[0][0], c2 = (a >> 32 ^ top ^ key[0][1]) & 0xffffffff;
    uint64_t c1 = (uint32_t)b, c3 = (uint32_t)a;
    b = XB_PHILOX_M1 * c2;
    a = XB_PHILOX_M0 * (b >> 32 ^ c1 ^ key[1][0]);
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbLongs column = (XbLongs){0, 1, 2, 3} + (uint64_t)(d->first + 4 * (uint32_t)i);
        XbLongs second = XB_NAME(times)(column ^ c0, XB_PHILOX_M0);
        XbLongs third = XB_NAME(times)(second >> 32 ^ (c3 ^ key[1][1]), XB_PHILOX_M1);
        c[0][i] = third >> 32 ^ ((uint32_t)b ^ key[2][0]);
        c[1][i] = third;
        c[2][i] = second ^ (a >> 32 ^ key[2][1]);
        c[3][i] = (XbLongs){0} + a;
    }
    XB_UNROLL
    for (int round = 3; round < XB_PHILOX_ROUNDS; round++)
        XB_NAME(round)(key[round], n, c);
}

// A word's upper 12 bits are the number of its noise: those of words of four counters, of two
// counters after the other two.
XB_INLINE void XB_NAME(number)(XbLongs a, XbLongs b, uint32_t *to)
{
    const XbPositiveWords low = {0, 2, 8, 10, 4, 6, 12, 14};
    XbPositiveWords words =
        __builtin_shuffle((XbPositiveWords)a, (XbPositiveWords)b, low + XB_LOW_WORD);
    *(XbPositiveWords *)(void *)to = words >> 20;
}

// Places the noises of a and b beside each other, each counter's `pitch` behind the last one's.
XB_INLINE void XB_NAME(look_up)(const int32_t *add, const uint32_t *number, int pitch, int32_t *out)
{
    XB_UNROLL
    for (int k = 0; k < 8; k++)
        out[(k / 4 * 2 + k % 2) * pitch + k / 2 % 2] = add[number[k]];
}

// The noises of the four columns of each counter, or of the plus columns of its two pairs.
XB_INLINE void XB_NAME(fill)(XbDraw d, int step, int end, int32_t *out)
{
    const int pitch = 4 / step;
    for (int at = 0; at < end; at += XB_COUNTERS * pitch, d.first += XB_COUNTERS) {
        XbLongs c[4][XB_DRAWS];
        _Alignas(XB_VECTOR) uint32_t number[2][XB_DRAWS][8];
        XB_NAME(draw)(&d, XB_DRAWS, c);
        XB_UNROLL
        for (int i = 0; i < XB_DRAWS; i++) {
            XB_NAME(number)(c[0][i], c[step][i], number[0][i]);
            XB_NAME(number)(c[2][i], c[3][i], number[1][i]);
        }
        XB_UNROLL
        for (int i = 0; i < XB_DRAWS; i++) {
            int32_t *to = out + at + i * 4 * pitch;
            XB_NAME(look_up)(d.noise->add, number[0][i], pitch, to);
            if (step == 1)
                XB_NAME(look_up)(d.noise->add, number[1][i], pitch, to + 2);
        }
    }
}

// The noise of the chunk's conversions, of those too, 0, that only fill up its last vector; returns
// where in out[XB_NOISE_ROOM] it stands.
XB_TARGET static const int32_t *XB_NAME(noise)(const XbChunk *at, int turn, int32_t *out)
{
    const XbWide *wide = at->read->mvm->wide;
    int column = at->read->wide->column + at->first * wide->step;
    int shift = column % 4 >> (wide->step - 1), left = at->read->unit->conversions - at->first;
    int count = left < at->count ? left : at->count;
    XbDraw d = {&wide->noise, at->read->wide->array, (uint32_t)column / 4,
                at->read->number + (uint64_t)turn};
    if (wide->step == 1)
        XB_NAME(fill)(d, 1, shift + count, out);
    else
        XB_NAME(fill)(d, 2, shift + count, out);
    for (int i = count; i < at->count; i++)
        out[shift + i] = 0;
    return out + shift;
}

XB_INLINE void XB_NAME(add_noise)(const XbChunk *at, int turn, int n, XbWords *sum)
{
    int32_t room[XB_NOISE_ROOM];
    const int32_t *noise = XB_NAME(noise)(at, turn, room);
    XB_UNROLL
    for (int i = 0; i < n; i++)
        sum[i] += *(const XbWordsAnywhere *)(const void *)(noise + 8 * i);
}
