// SPDX-License-Identifier: Apache-2.0
// Weights from a seed: docs/numerics.md, Drawn weights.
#include "net/net_check.h"

#include "xbgen/philox.h"

enum { WEIGHTS_DOMAIN = 1 << 30 };  // last word of the counter: no other draw uses it

// Symmetric: -m..m, m = 2^(w-1) - 1; of 1 bit -1 or +1.
static int8_t weight_of(uint32_t word, int bits)
{
    if (bits == 1)
        return word >> 31 ? 1 : -1;
    int m = (1 << (bits - 1)) - 1;
    return (int8_t)((int)((word * (uint64_t)(2 * m + 1)) >> 32) - m);
}

static const int8_t *draw(XbArena *arena, const XbNetLayer *l, uint32_t number)
{
    int64_t count = xb_net_weights(l);
    int8_t *weights = xb_new(arena, int8_t, count);
    const uint32_t key[2] = {(uint32_t)l->seed, (uint32_t)(l->seed >> 32)};
    for (int64_t i = 0; i < count; i += 4) {
        const uint32_t counter[4] = {(uint32_t)(i / 4), number, 0, WEIGHTS_DOMAIN};
        uint32_t word[4];
        xb_philox(counter, key, word);
        for (int64_t k = i; k < count && k < i + 4; k++)
            weights[k] = weight_of(word[k - i], l->weight_bits);
    }
    return weights;
}

void xb_net_draw(XbArena *arena, XbNet *net)
{
    uint32_t number = 0;
    for (int i = 0; i < net->layers; i++) {
        XbNetLayer *l = &net->layer[i];
        if (!xb_kind_has_weights(l->kind))
            continue;
        if (l->has_seed && !l->weights)
            l->weights = draw(arena, l, number);
        number++;
    }
}
