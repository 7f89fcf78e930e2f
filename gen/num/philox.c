// SPDX-License-Identifier: Apache-2.0
// Ten rounds of two 32 x 32 bit products, the key stepped between them.
#include "xbgen/philox.h"

enum { ROUNDS = 10 };

static void step(uint32_t c[4], const uint32_t key[2])
{
    uint64_t a = UINT64_C(0xD2511F53) * c[0];
    uint64_t b = UINT64_C(0xCD9E8D57) * c[2];
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
    for (int round = 0; round < ROUNDS; round++) {
        step(out, k);
        k[0] += 0x9E3779B9;
        k[1] += 0xBB67AE85;
    }
}
