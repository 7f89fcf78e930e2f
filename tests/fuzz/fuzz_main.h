// SPDX-License-Identifier: Apache-2.0
// The entry point of a fuzz target, and with -DXB_FUZZ_MAIN a main() that runs it on files.
#ifndef XBGEN_FUZZ_MAIN_H
#define XBGEN_FUZZ_MAIN_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#ifdef XB_FUZZ_MAIN
#include <stdio.h>

#include "xbgen/file.h"

static int run_file(const char *path)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    XbBytes bytes;
    bool is_read = xb_file_read(&arena, &d, path, &bytes);
    if (is_read)
        LLVMFuzzerTestOneInput(bytes.data, bytes.size);
    xb_diags_print(&d, stderr);
    xb_arena_free(&arena);
    return is_read ? 0 : 1;
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed += run_file(argv[i]);
    printf("%d files run\n", argc - 1 - failed);
    return failed ? 1 : 0;
}
#endif

#endif
