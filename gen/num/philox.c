// SPDX-License-Identifier: Apache-2.0
// Ten rounds of two 32 x 32 bit products, the key stepped between them.
#include "xbgen/philox.h"

static void step(uint32_t c[4], const uint32_t key[2])
{
    uint64_t a = (uint64_t)XB_PHILOX_M0 * c[0];
    uint64_t b = (uint64_t)XB_PHILOX_M1 * c[2];
    uint32_t high_a = (uint32_t)(a >> 32), high_b = (uint32_t)(b >> 32);
    c[0] = high_b ^ c[1] ^ key[0];
    c[2] = high_a ^ c[3] ^ key[1];
    c[1] = (uint32_t)b;
    c[3] = (uint32_t)a;
}

void xb_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t k[2] = {key[0], key[1]};
    for (int i = 0; i < 4; i++)
        out[i] = counter[i];
    for (int round = 0; round < XB_PHILOX_ROUNDS; round++) {
        step(out, k);
        k[0] += XB_PHILOX_W0;
        k[1] += XB_PHILOX_W1;
    }
}
