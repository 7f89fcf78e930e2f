// SPDX-License-Identifier: Apache-2.0
// Any bytes as a network in JSON: no crash, a refusal says why, and what is accepted goes on
// through plan, emitter and golden model. The bytes choose the architecture too.
#include "../cosim/rng.h"
#include "fuzz.h"

#include "xbgen/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNet net = {0};
    uint8_t draws[FUZZ_DRAWS], *bytes = fuzz_copy(data, size);
    Rng r = rng_of(xb_digest_add(xb_digest_start(), data, size).hash, 0);
    for (int i = 0; i < FUZZ_DRAWS; i++)
        draws[i] = (uint8_t)rng_below(&r, 256);
    bool is_good = xb_net_json_read(&arena, &d, "fuzz.json", (XbBytes){bytes, size}, &net);
    free(bytes);  // nothing in the network may point into the file
    FUZZ_CHECK(is_good == (d.errors == 0));
    fuzz_reached[FUZZ_ACCEPTED] += is_good;
    if (is_good)
        fuzz_through(&net, draws);
    xb_arena_free(&arena);
    return 0;
}
