// SPDX-License-Identifier: Apache-2.0
// What tests of recorded results share: the data folder ($XB_SHARED, default ../shared), packed
// images, SHA-256 as the records use it. Include after cmocka.h.
#ifndef XBGEN_TEST_SHARED_DATA_H
#define XBGEN_TEST_SHARED_DATA_H

#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/model.h"
#include "xbgen/npy.h"

enum { SHARED_PIXELS = 1024, SHARED_RECORD = 1 + 3 * SHARED_PIXELS, SHARED_IMAGES = 1000 };

static inline char *shared_file(XbArena *arena, const char *name)
{
    const char *shared = getenv("XB_SHARED");
    return xb_arena_printf(arena, "%s/data/%s", shared ? shared : "../shared", name);
}

static inline void shared_or_skip(XbArena *arena, const char *name)
{
    FILE *f = fopen(shared_file(arena, name), "rb");
    if (f) {
        fclose(f);
        return;
    }
    print_message("skipped: %s is not there\n", name);
    xb_arena_free(arena);
    skip();
}

// How many of `all` images a test runs: with $XB_QUICK only the first.
static inline int shared_share(int all) { return getenv("XB_QUICK") && all > 2 ? 2 : all; }

// The golden model's kernel: $XB_KERNEL, or the fastest.
static inline const XbKernel *shared_kernel(void)
{
    const XbKernel *kernel = xb_model_kernel(getenv("XB_KERNEL"));
    if (!kernel || !xb_model_kernel_runs(kernel))
        fail_msg("XB_KERNEL is %s, which is unknown or cannot run here", getenv("XB_KERNEL"));
    return kernel;
}

static inline void shared_no_errors(const XbDiags *d)
{
    if (d->errors)
        xb_diags_print(d, stderr);
    assert_int_equal(d->errors, 0);
}

static inline XbNpy shared_npy(XbArena *arena, const char *name)
{
    XbDiags d = {.arena = arena};
    XbNpy array = {0};
    xb_npy_read(arena, &d, shared_file(arena, name), &array);
    shared_no_errors(&d);
    return array;
}

// int8 values to codes and back are the same operation.
static inline uint8_t *shared_flip(XbArena *arena, const void *data, size_t count)
{
    const uint8_t *from = data;
    uint8_t *to = xb_new(arena, uint8_t, count);
    for (size_t i = 0; i < count; i++)
        to[i] = from[i] ^ 0x80;
    return to;
}

// The first 1,000 CIFAR-10 test images as codes, NHWC (a code is the pixel itself).
static inline uint8_t *shared_cifar(XbArena *arena)
{
    const char *path = shared_file(arena, "cifar10/test_first1000.bin.xz");
    uint8_t *data = xb_new(arena, uint8_t, SHARED_RECORD * SHARED_IMAGES);
    uint8_t *image = xb_new(arena, uint8_t, 3 * SHARED_PIXELS * SHARED_IMAGES);
    FILE *pipe = popen(xb_arena_printf(arena, "xz -dc '%s'", path), "r");
    assert_non_null(pipe);
    assert_int_equal(fread(data, SHARED_RECORD, SHARED_IMAGES, pipe), SHARED_IMAGES);
    pclose(pipe);
    for (int n = 0; n < SHARED_IMAGES; n++)
        for (int i = 0; i < 3 * SHARED_PIXELS; i++)
            image[n * 3 * SHARED_PIXELS + i] =
                data[n * SHARED_RECORD + 1 + i % 3 * SHARED_PIXELS + i / 3];
    return image;
}

// ---- SHA-256 ----

// Adds the int8 values that codes stand for.
static inline void shared_hash_values(SHA2_CTX *hash, const uint8_t *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t value = codes[i] ^ 0x80;
        SHA256Update(hash, &value, 1);
    }
}

// The digest is that of `expected`, 64 hexadecimal digits.
static inline void shared_assert_digest(SHA2_CTX *hash, const char *expected)
{
    char text[SHA256_DIGEST_STRING_LENGTH];
    assert_non_null(SHA256End(hash, text));
    assert_string_equal(text, expected);
}

#endif
