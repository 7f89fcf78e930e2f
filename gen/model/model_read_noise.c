// SPDX-License-Identifier: Apache-2.0
// Read noise, drawn by the number of a conversion: docs/numerics.md section 7.
#include "model/parts.h"

static void set_keys(XbNoise *noise, uint64_t seed)
{
    noise->key[0] = (uint32_t)seed;
    noise->key[1] = (uint32_t)(seed >> 32);
    for (uint32_t n = 0; n < XB_PHILOX_ROUNDS; n++) {
        noise->round[n][0] = noise->key[0] + n * XB_PHILOX_W0;
        noise->round[n][1] = noise->key[1] + n * XB_PHILOX_W1;
    }
}

XbNoise xb_model_noise(XbArena *arena, const XbPlan *plan, const XbPlanMap *m)
{
    XbNoise noise = {.add = NULL};
    set_keys(&noise, plan->seed);
    if (m->read_noise == 0)
        return noise;
    int32_t *add = xb_new(arena, int32_t, XB_NOISES);
    for (int i = 0; i < XB_NOISES; i++)
        add[i] = (int32_t)(((int64_t)m->read_noise * plan->quantile[i] + (1 << 23)) >> 24);
    noise.add = add;
    return noise;
}

int32_t xb_model_noise_at(const XbNoise *noise, uint32_t array, int column, uint64_t number)
{
    uint32_t word[4], counter[4] = {array, (uint32_t)column >> 2, (uint32_t)number,
                                    (UINT32_C(1) << 31) + (uint32_t)(number >> 32)};
    if (!noise->add)
        return 0;
    xb_philox(counter, noise->key, word);
    return noise->add[word[column % 4] >> 20];
}
