// SPDX-License-Identifier: Apache-2.0
// Any bytes as an .npy file: no crash, every element can be read, and a refusal always says why.
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

#include "xbgen/npy.h"

static void read_elements(const XbNpy *array)
{
    size_t bytes = (size_t)array->count * (size_t)array->item_size;
    uint8_t *copy = malloc(bytes + 1);
    FUZZ_CHECK(copy && (!array->count || (uintptr_t)array->data % (size_t)array->item_size == 0));
    if (bytes)
        memcpy(copy, array->data, bytes);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNpy array;
    uint8_t *bytes = fuzz_copy(data, size);
    bool is_good = xb_npy_parse(&arena, &d, "fuzz.npy", (XbBytes){bytes, size}, &array);
    FUZZ_CHECK(is_good == (d.errors == 0));
    fuzz_reached[FUZZ_ACCEPTED] += is_good;
    if (is_good)
        read_elements(&array);
    free(bytes);
    xb_arena_free(&arena);
    return 0;
}
