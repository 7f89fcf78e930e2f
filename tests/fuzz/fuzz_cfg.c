// SPDX-License-Identifier: Apache-2.0
// Any bytes as cfg.json: no crash, and a refusal always says why. With -DXB_FUZZ_MAIN it is a plain
// program that runs the files named on its command line.
#include "fuzz_main.h"
#include <stdlib.h>
#include <string.h>

#include "xbgen/cfg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbCfg cfg;
    char *text = malloc(size ? size : 1);  // exactly as long, so that a sanitizer sees an overrun
    if (!text)
        abort();
    if (size)
        memcpy(text, data, size);
    bool is_good = xb_cfg_parse(&arena, &d, "fuzz.json", text, size, &cfg);
    free(text);
    if (is_good != (d.errors == 0))
        abort();
    if (is_good && (cfg.cols % cfg.adc_per_array != 0 || cfg.active_rows > cfg.rows))
        abort();
    xb_arena_free(&arena);
    return 0;
}
