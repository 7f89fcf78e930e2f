// SPDX-License-Identifier: Apache-2.0
// The only place that asks the system for memory: zeroed blocks in a chain, given back all at once.
#include "xbgen/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 64 };

#ifdef XB_STRESS
#include <sanitizer/asan_interface.h>
// For AddressSanitizer: one block an object, and what lies behind the object's end is poison.
enum { BLOCK_BYTES = 0 };
#else
enum { BLOCK_BYTES = 65536 };
#endif

struct XbArenaBlock {
    XbArenaBlock *next;
    unsigned char *free;  // aligned; everything from here on is zero
    size_t left;          // bytes from `free` to the end of the block
};

static _Noreturn void out_of_memory(void)
{
    fputs("xbgen: out of memory\n", stderr);
    exit(3);
}

static XbArenaBlock *new_block(size_t bytes)
{
    XbArenaBlock *block = calloc(1, sizeof(XbArenaBlock) + ALIGN + bytes);
    if (!block)
        out_of_memory();
    unsigned char *start = (unsigned char *)(block + 1);
    block->free = start + (ALIGN - (uintptr_t)start % ALIGN) % ALIGN;
    block->left = bytes + ALIGN - (size_t)(block->free - start);
    return block;
}

// A block with room for `bytes`. A block of its own goes behind the head, whose room stays in use.
static XbArenaBlock *block_for(XbArena *arena, size_t bytes)
{
    XbArenaBlock *head = arena->head;
    if (head && head->left >= bytes)
        return head;
    bool is_big = head && bytes > BLOCK_BYTES / 4;
    XbArenaBlock *block = new_block(is_big || bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES);
    XbArenaBlock **link = is_big ? &head->next : &arena->head;
    block->next = *link;
    *link = block;
    return block;
}

static void fence(XbArenaBlock *block, unsigned char *end)
{
#ifdef XB_STRESS
    ASAN_POISON_MEMORY_REGION(end, (size_t)(block->free - end) + block->left);
    block->left = 0;
#else
    (void)block, (void)end;
#endif
}

void *xb_arena_alloc(XbArena *arena, size_t count, size_t size)
{
    if (size && count > PTRDIFF_MAX / 2 / size)
        out_of_memory();
    size_t wanted = count * size;
    size_t bytes = wanted ? (wanted + ALIGN - 1) / ALIGN * ALIGN : ALIGN;
    XbArenaBlock *block = block_for(arena, bytes);
    unsigned char *object = block->free;
    block->free += bytes;
    block->left -= bytes;
    fence(block, object + wanted);
    return object;
}

char *xb_arena_copy(XbArena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(xb_arena_alloc(arena, bytes, 1), text, bytes);
}

char *xb_arena_printf(XbArena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    size_t bytes = length < 0 ? 1 : (size_t)length + 1;
    char *text = xb_arena_alloc(arena, bytes, 1);
    vsnprintf(text, bytes, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void xb_arena_free(XbArena *arena)
{
    while (arena->head) {
        XbArenaBlock *next = arena->head->next;
        free(arena->head);
        arena->head = next;
    }
}
