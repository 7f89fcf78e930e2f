// SPDX-License-Identifier: Apache-2.0
// What tests of recorded results share: the data folder ($XB_SHARED, default ../shared), packed
// images, SHA-256 as the records use it. Include after cmocka.h.
#ifndef XBGEN_TEST_SHARED_DATA_H
#define XBGEN_TEST_SHARED_DATA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static inline void shared_no_errors(const XbDiags *d)
{
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

// ---- SHA-256 (FIPS 180-4) ----

typedef struct Sha256 {
    uint32_t h[8];
    uint8_t block[64];
    uint64_t size;
} Sha256;

static inline uint32_t sha256_turn(uint32_t x, int n) { return x >> n | x << (32 - n); }

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t SHA256_K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline void sha256_expand(const uint8_t *block, uint32_t w[64])
{
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
               (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        a = sha256_turn(a, 7) ^ sha256_turn(a, 18) ^ a >> 3;
        b = sha256_turn(b, 17) ^ sha256_turn(b, 19) ^ b >> 10;
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
}

static inline void sha256_block(Sha256 *s)
{
    uint32_t w[64], v[8];
    sha256_expand(s->block, w);
    memcpy(v, s->h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t e = sha256_turn(v[4], 6) ^ sha256_turn(v[4], 11) ^ sha256_turn(v[4], 25);
        uint32_t a = sha256_turn(v[0], 2) ^ sha256_turn(v[0], 13) ^ sha256_turn(v[0], 22);
        uint32_t t = v[7] + e + ((v[4] & v[5]) ^ (~v[4] & v[6])) + SHA256_K[i] + w[i];
        uint32_t u = a + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t;
        v[0] = t + u;
    }
    for (int i = 0; i < 8; i++)
        s->h[i] += v[i];
}

static inline Sha256 sha256_start(void)
{
    return (Sha256){.h = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                          0x1f83d9ab, 0x5be0cd19}};
}

static inline void sha256_byte(Sha256 *s, uint8_t byte)
{
    s->block[s->size++ % 64] = byte;
    if (s->size % 64 == 0)
        sha256_block(s);
}

static inline void sha256_add(Sha256 *s, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sha256_byte(s, ((const uint8_t *)data)[i]);
}

// The digest as 64 hexadecimal digits.
static inline char *sha256_end(XbArena *arena, Sha256 *s)
{
    uint64_t bits = 8 * s->size;
    char *text = xb_new(arena, char, 65);
    sha256_byte(s, 0x80);
    while (s->size % 64 != 56)
        sha256_byte(s, 0);
    for (int i = 7; i >= 0; i--)
        sha256_byte(s, (uint8_t)(bits >> (8 * i)));
    for (int i = 0; i < 8; i++)
        snprintf(text + 8 * i, 9, "%08x", (unsigned)s->h[i]);
    return text;
}

#endif
