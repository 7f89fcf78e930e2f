// SPDX-License-Identifier: Apache-2.0
// Any bytes as an .npy file: no crash, every element can be read, and a refusal always says why.
// With -DXB_FUZZ_MAIN it is a plain program that runs the files named on its command line.
#include "fuzz_main.h"
#include <stdlib.h>
#include <string.h>

#include "xbgen/npy.h"

static void read_elements(const XbNpy *array)
{
    size_t bytes = (size_t)array->count * (size_t)array->item_size;
    uint8_t *copy = malloc(bytes + 1);
    if (!copy || (array->count && (uintptr_t)array->data % (size_t)array->item_size != 0))
        abort();
    if (bytes)
        memcpy(copy, array->data, bytes);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbNpy array;
    uint8_t *bytes =
        malloc(size ? size : 1);  // exactly as long, so that a sanitizer sees an overrun
    if (!bytes)
        abort();
    if (size)
        memcpy(bytes, data, size);
    bool is_good = xb_npy_parse(&arena, &d, "fuzz.npy", (XbBytes){bytes, size}, &array);
    if (is_good != (d.errors == 0))
        abort();
    if (is_good)
        read_elements(&array);
    free(bytes);
    xb_arena_free(&arena);
    return 0;
}
