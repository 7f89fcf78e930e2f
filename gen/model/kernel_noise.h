// SPDX-License-Identifier: Apache-2.0
// Read noise of many columns at once: Philox with a counter in each lane of 64 bits, a word of it
// in the low half (what a multiplication leaves above it is nobody's). No include guard, on
// purpose.

// Rounds from the fourth on, with the keys of the third.
XB_INLINE void XB_NAME(last_rounds)(uint32_t k0, uint32_t k1, int n, XbLongs c[4][XB_DRAWS])
{
    for (int round = 3; round < XB_PHILOX_ROUNDS; round++) {
        k0 += XB_PHILOX_W0;
        k1 += XB_PHILOX_W1;
        XB_UNROLL
        for (int i = 0; i < n; i++) {
            XbLongs a = XB_NAME(times)(c[0][i], XB_PHILOX_M0);
            XbLongs b = XB_NAME(times)(c[2][i], XB_PHILOX_M1);
            c[0][i] = b >> 32 ^ c[1][i] ^ (uint64_t)k0;
            c[2][i] = a >> 32 ^ c[3][i] ^ (uint64_t)k1;
            c[1][i] = b;
            c[3][i] = a;
        }
    }
}

// The words of n vectors of counters, whose second words follow on d->first. In the first three
// rounds half of what is made is the same for all columns.
XB_INLINE void XB_NAME(draw)(const XbDraw *d, int n, XbLongs c[4][XB_DRAWS])
{
    uint32_t k0 = d->noise->key[0], k1 = d->noise->key[1];
    uint64_t a = (uint64_t)XB_PHILOX_M0 * d->array,
             b = (uint64_t)XB_PHILOX_M1 * (uint32_t)d->number;
    uint32_t top = (UINT32_C(1) << 31) + (uint32_t)(d->number >> 32);
    uint64_t c0 = (uint32_t)(b >> 32) ^ k0, c1 = (uint32_t)b, c3 = (uint32_t)a;
    uint32_t c2 = (uint32_t)(a >> 32) ^ top ^ k1;
    k0 += XB_PHILOX_W0;
    k1 += XB_PHILOX_W1;
    b = (uint64_t)XB_PHILOX_M1 * c2;
    a = (uint64_t)XB_PHILOX_M0 * ((uint32_t)(b >> 32) ^ (uint32_t)c1 ^ k0);
    uint32_t next0 = k0 + XB_PHILOX_W0, next1 = k1 + XB_PHILOX_W1;
    XB_UNROLL
    for (int i = 0; i < n; i++) {
        XbLongs column = (XbLongs){0, 1, 2, 3} + (uint64_t)(d->first + 4 * (uint32_t)i);
        XbLongs second = XB_NAME(times)(column ^ c0, XB_PHILOX_M0);
        XbLongs third = XB_NAME(times)(second >> 32 ^ c3 ^ (uint64_t)k1, XB_PHILOX_M1);
        c[0][i] = third >> 32 ^ (uint64_t)((uint32_t)b ^ next0);
        c[1][i] = third;
        c[2][i] = second ^ (uint64_t)((uint32_t)(a >> 32) ^ next1);
        c[3][i] = (XbLongs){0} + (uint64_t)(uint32_t)a;
    }
    XB_NAME(last_rounds)(next0, next1, n, c);
}

// A counter's four words as numbers of a noise, 16 bits each.
XB_INLINE XbLongs XB_NAME(numbers)(XbLongs c[4][XB_DRAWS], int i)
{
    const uint64_t mask = XB_NOISES - 1;
    return (c[0][i] >> 20 & mask) | (c[1][i] >> 4 & mask << 16) | (c[2][i] << 12 & mask << 32) |
           (c[3][i] << 28 & mask << 48);
}

// Noises of n vectors of counters: those of all four columns, or of the plus columns of two pairs.
XB_INLINE void XB_NAME(look_up)(const XbDraw *d, int step, int n, int32_t *out)
{
    XbLongs c[4][XB_DRAWS];
    XB_NAME(draw)(d, n, c);
    for (int i = 0; i < n; i++) {
        XbLongs numbers = XB_NAME(numbers)(c, i);
        for (int lane = 0; lane < 4; lane++)
            for (int k = 0; k < 4; k += step)
                *out++ = d->noise->add[numbers[lane] >> (16 * k) & 0xffff];
    }
}

// Adds the noise of the chunk's conversions; those that only fill up its last vector get none.
XB_TARGET static void XB_NAME(add_noise)(const XbChunk *at, int turn, XbWords *sum)
{
    const XbWide *wide = at->read->mvm->wide;
    int column = at->read->wide->column + at->first * wide->step;
    int shift = column % 4 / wide->step, left = at->read->unit->conversions - at->first;
    int count = left < at->count ? left : at->count, lanes = 16 / wide->step, done = 0;
    int32_t room[XB_CHUNK + 16 * (XB_DRAWS + 1)];
    XbDraw d = {&wide->noise, at->read->wide->array, (uint32_t)column / 4,
                at->read->number + (uint64_t)turn};
    for (; done < shift + count; done += XB_DRAWS * lanes, d.first += 4 * XB_DRAWS)
        XB_NAME(look_up)(&d, wide->step, XB_DRAWS, room + done);
    memset(room + shift + count, 0, (size_t)(at->count - count) * sizeof *room);
    for (int i = 0; i < at->count / 8; i++)
        sum[i] += *(const XbWordsAnywhere *)(const void *)(room + shift + 8 * i);
}
