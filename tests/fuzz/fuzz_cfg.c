// SPDX-License-Identifier: Apache-2.0
// Any bytes as cfg.json: no crash, and a refusal always says why.
#include "fuzz.h"
#include <string.h>

#include "xbgen/cfg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbCfg cfg;
    uint8_t *text = fuzz_copy(data, size);
    bool is_good = xb_cfg_parse(&arena, &d, "fuzz.json", (const char *)text, size, &cfg);
    free(text);
    FUZZ_CHECK(is_good == (d.errors == 0));
    fuzz_reached[FUZZ_ACCEPTED] += is_good;
    FUZZ_CHECK(!is_good || (cfg.cols % cfg.adc_per_array == 0 && cfg.active_rows <= cfg.rows));
    xb_arena_free(&arena);
    return 0;
}
