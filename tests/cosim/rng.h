// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine: SplitMix64.
#ifndef XBGEN_TESTS_RNG_H
#define XBGEN_TESTS_RNG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct Rng {
    uint64_t state;
} Rng;

static inline uint64_t rng_next(Rng *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

// A stream of its own for every pair of numbers.
static inline Rng rng_of(uint64_t seed, uint64_t stream)
{
    Rng r = {seed};
    r.state = rng_next(&r) ^ (stream * 0xd1342543de82ef95U);
    rng_next(&r);
    return r;
}

static inline int rng_below(Rng *r, int n) { return (int)(rng_next(r) >> 33) % n; }

static inline int rng_range(Rng *r, int lo, int hi) { return lo + rng_below(r, hi - lo + 1); }

static inline bool rng_chance(Rng *r, int percent) { return rng_below(r, 100) < percent; }

static inline int rng_pick(Rng *r, const int *list, int count) { return list[rng_below(r, count)]; }

static inline double rng_real(Rng *r, double lo, double hi)
{
    return lo + (hi - lo) * (double)(rng_next(r) >> 11) * 0x1p-53;
}

#endif
