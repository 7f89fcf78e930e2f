// SPDX-License-Identifier: Apache-2.0
// Mutations that keep most of a file intact: a FlatBuffer's dimensions, strides, offsets and scales
// are aligned numbers, its enumerations small bytes, and what .npy and JSON say stands in decimal
// digits.
#include "../cosim/rng.h"
#include "fuzz.h"
#include <string.h>

typedef struct Mutation {
    FuzzInput *input;
    Rng r;
} Mutation;

enum { TRIES = 64, MOST_DIGITS = 20 };

static const int32_t NUMBERS[] = {
    0,     1,     2,     3,     4,     5,       7,       8,       -1,        16,        31,
    32,    33,    127,   128,   255,   256,     300,     1000,    -128,      4096,      20000,
    32767, 32768, 46341, 65535, 65536, 1 << 20, 1 << 24, 1 << 30, INT32_MAX, INT32_MIN, -2};
static const float REALS[] = {0.0f,      1.0f,     -1.0f,       0.5f,       2.0f,  1e-3f,
                              0x1p-126f, 1e-45f,   0x1p31f,     0x1p32f,    1e10f, 1e38f,
                              0x1p-31f,  0x1p-32f, 1.0f / 0.0f, 0.0f / 0.0f};
enum {
    NUMBER_COUNT = sizeof NUMBERS / sizeof NUMBERS[0],
    REAL_COUNT = sizeof REALS / sizeof REALS[0]
};

static int any_number(Mutation *m) { return NUMBERS[rng_below(&m->r, NUMBER_COUNT)]; }

static int32_t number_at(const Mutation *m, size_t at)
{
    int32_t v;
    memcpy(&v, m->input->data + at, sizeof v);
    return v;
}

static void put(Mutation *m, size_t at, const void *from, size_t bytes)
{
    memcpy(m->input->data + at, from, bytes);
}

// ---- places ----

typedef bool Looks(const Mutation *m, size_t at);

// Few of a network's weights look like this, and nearly all of its numbers do.
static bool is_number(const Mutation *m, size_t at)
{
    int32_t v = number_at(m, at);
    return (v > 0 && v < 1 << 17) || v == -1;
}

static bool is_real(const Mutation *m, size_t at)
{
    float v;
    memcpy(&v, m->input->data + at, sizeof v);
    return v > 1e-9f && v < 1e4f;
}

static bool is_small_byte(const Mutation *m, size_t at) { return m->input->data[at] < 16; }

// A random place of `bytes` bytes, aligned to them, that looks as wanted if one is found.
static size_t find_place(Mutation *m, size_t bytes, Looks *looks)
{
    size_t at = 0;
    for (int i = 0; i < TRIES; i++) {
        at = (size_t)rng_below(&m->r, (int)(m->input->size / bytes)) * bytes;
        if (looks(m, at))
            break;
    }
    return at;
}

// ---- changes of binary files ----

static void set_number(Mutation *m)
{
    int32_t v = any_number(m);
    put(m, find_place(m, sizeof v, is_number), &v, sizeof v);
}

static void move_number(Mutation *m)
{
    size_t at = find_place(m, sizeof(int32_t), is_number);
    uint32_t v = (uint32_t)number_at(m, at) + (uint32_t)rng_range(&m->r, -4, 4);
    put(m, at, &v, sizeof v);
}

static void copy_number(Mutation *m)
{
    int32_t v = number_at(m, find_place(m, sizeof v, is_number));
    put(m, find_place(m, sizeof v, is_number), &v, sizeof v);
}

// Wherever the old number stands, now another one does: a dimension stands in several shapes, and
// tensors share a scale.
static void rename_to(Mutation *m, const void *old, const void *v)
{
    uint8_t *data = m->input->data, was[4];
    memcpy(was, old, sizeof was);
    for (size_t at = 0; at + sizeof was <= m->input->size; at += sizeof was)
        if (memcmp(data + at, was, sizeof was) == 0)
            memcpy(data + at, v, sizeof was);
}

static void rename_number(Mutation *m)
{
    size_t at = find_place(m, sizeof(int32_t), is_number);
    int32_t v = any_number(m);
    rename_to(m, m->input->data + at, &v);
}

static void set_real(Mutation *m)
{
    size_t at = find_place(m, sizeof(float), is_real);
    float v = REALS[rng_below(&m->r, REAL_COUNT)];
    float old;
    memcpy(&old, m->input->data + at, sizeof old);
    v = rng_chance(&m->r, 30) ? v : old * (float)rng_real(&m->r, 0, 300);
    if (rng_chance(&m->r, 30))
        put(m, at, &v, sizeof v);
    else
        rename_to(m, m->input->data + at, &v);
}

static void set_byte(Mutation *m)
{
    size_t at = find_place(m, 1, is_small_byte);
    m->input->data[at] = (uint8_t)(rng_chance(&m->r, 70) ? rng_below(&m->r, 16) : any_number(m));
}

static void flip_bit(Mutation *m)
{
    size_t at = (size_t)rng_below(&m->r, (int)m->input->size);
    m->input->data[at] ^= (uint8_t)(1 << rng_below(&m->r, 8));
}

static void cut(Mutation *m) { m->input->size = 1 + (size_t)rng_below(&m->r, (int)m->input->size); }

// ---- changes of texts ----

static bool is_digit(const Mutation *m, size_t at)
{
    return m->input->data[at] >= '0' && m->input->data[at] <= '9';
}

// Replaces `old` bytes at `at`, if there is room.
static void splice(Mutation *m, size_t at, size_t old, const void *from, size_t bytes)
{
    FuzzInput *in = m->input;
    if (in->size - old + bytes > FUZZ_ROOM)
        return;
    memmove(in->data + at + bytes, in->data + at + old, in->size - at - old);
    put(m, at, from, bytes);
    in->size += bytes - old;
}

static void set_digits(Mutation *m)
{
    char text[MOST_DIGITS];
    size_t at = find_place(m, 1, is_digit), old = 0;
    while (at + old < m->input->size && is_digit(m, at + old))
        old++;
    int length = snprintf(text, sizeof text, "%d", any_number(m));
    splice(m, at, old, text, (size_t)length);
}

// A piece of the file once more, elsewhere, or none of it.
static void move_piece(Mutation *m)
{
    uint8_t piece[MOST_DIGITS];
    size_t size = m->input->size, bytes = (size_t)rng_range(&m->r, 1, MOST_DIGITS);
    bytes = bytes < size ? bytes : size;
    size_t from = (size_t)rng_below(&m->r, (int)(size - bytes + 1));
    size_t to = (size_t)rng_below(&m->r, (int)(size - bytes + 1));
    memcpy(piece, m->input->data + from, bytes);
    if (rng_chance(&m->r, 50))
        splice(m, to, 0, piece, bytes);
    else if (size > bytes)
        splice(m, to, bytes, piece, 0);
}

// ---- any file ----

// A FlatBuffer is left alone by what moves its bytes.
static bool is_text(const FuzzInput *in) { return memcmp(in->data + 4, "TFL3", 4) != 0; }

static void change(Mutation *m)
{
    static void (*const binary[])(Mutation *) = {
        set_number,    set_number,    set_number, move_number, move_number, copy_number,
        rename_number, rename_number, set_real,   set_byte,    set_byte,    flip_bit};
    static void (*const text[])(Mutation *) = {set_digits, set_digits, set_digits, set_digits,
                                               set_digits, move_piece, set_byte,   flip_bit};
    if (m->input->size < 8)
        return;
    if (rng_chance(&m->r, 1))
        cut(m);
    else if (is_text(m->input))
        text[rng_below(&m->r, sizeof text / sizeof text[0])](m);
    else
        binary[rng_below(&m->r, sizeof binary / sizeof binary[0])](m);
}

void fuzz_mutate(FuzzInput *input, uint64_t number)
{
    Mutation m = {input, rng_of(number, 0)};
    int changes = rng_pick(&m.r, (int[]){1, 1, 1, 1, 2, 2, 3, 4}, 8);
    for (int i = 0; i < changes; i++)
        change(&m);
    uint8_t draws[FUZZ_DRAWS];
    for (int i = 0; i < FUZZ_DRAWS; i++)
        draws[i] = (uint8_t)rng_below(&m.r, 256);
    if (input->size > FUZZ_DRAWS && !is_text(input))
        splice(&m, input->size, 0, draws, sizeof draws);
}
