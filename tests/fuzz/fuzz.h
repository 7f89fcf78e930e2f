// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share. A target is fuzz_<what>.c; linked with campaign.c it is a program
// that runs files or mutates them, linked by `clang -fsanitize=fuzzer` instead it is libFuzzer's.
#ifndef XBGEN_FUZZ_H
#define XBGEN_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "xbgen/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Ends the program, saying what does not hold.
#define FUZZ_CHECK(holds)                                                                          \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #holds);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// ---- through.c ----
// A copy exactly as long as the data, so that a sanitizer sees an overrun. To be freed.
uint8_t *fuzz_copy(const uint8_t *data, size_t size);

typedef enum { FUZZ_ACCEPTED, FUZZ_PLANNED, FUZZ_RUN, FUZZ_COMPARED, FUZZ_STAGES } FuzzStage;

// How many inputs came so far. A campaign points it at memory that outlives a crash.
extern int64_t *fuzz_reached;

enum { FUZZ_DRAWS = 24 };

// Takes an accepted network through plan, emitter and golden model, on an architecture that the
// numbers in `draws` choose. A small design is emitted and runs an image; where all converters are
// lossless every layer must be the plain network's.
void fuzz_through(XbNet *net, const uint8_t draws[FUZZ_DRAWS]);

// ---- mutate.c ----
enum { FUZZ_ROOM = 1 << 18 };  // bytes of an input, at most

typedef struct FuzzInput {
    size_t size;
    uint8_t data[FUZZ_ROOM];
} FuzzInput;

// Changes a few places: aligned numbers, scales, small bytes, digits. The same number gives the
// same change.
void fuzz_mutate(FuzzInput *input, uint64_t number);

#endif
