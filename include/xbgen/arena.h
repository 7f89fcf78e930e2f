// SPDX-License-Identifier: Apache-2.0
// One growing arena. Results live as long as the arena they were made in; nothing is freed singly.
#ifndef XBGEN_ARENA_H
#define XBGEN_ARENA_H

#include <stddef.h>

typedef struct XbArenaBlock XbArenaBlock;

typedef struct XbArena {  // all zero is an empty arena
    XbArenaBlock *head;
} XbArena;

// `count` zeroed objects of `size` bytes, aligned to 64 bytes. Never NULL: when memory is gone, or
// count * size overflows, the program says so and exits with status 3. count 0 gives a valid pointer.
void *xb_arena_alloc(XbArena *arena, size_t count, size_t size);

#define xb_new(arena, Type, count) ((Type *)xb_arena_alloc((arena), (size_t)(count), sizeof(Type)))

// A copy of `text` in the arena.
char *xb_arena_copy(XbArena *arena, const char *text);

// printf into the arena.
char *xb_arena_printf(XbArena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

// Gives everything back; the arena is empty and usable again.
void xb_arena_free(XbArena *arena);

#endif
