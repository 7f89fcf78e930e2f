// SPDX-License-Identifier: Apache-2.0
// Real values to codes, as TensorFlow Lite's reference QUANTIZE makes them.
#include "cli/real.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 1 << 16 };  // elements looked at in one go

typedef struct Seen {
    float least, most;
    int64_t clamped;
} Seen;

int xb_real_code(XbQuant q, float x)
{
    int top = (1 << q.bits) - 1;
    float steps = roundf(x / q.scale);
    if (steps >= (float)(top - q.zero))
        return top;
    return steps > (float)-q.zero ? q.zero + (int)steps : 0;  // what is no number, too
}

static bool is_clamped(XbQuant q, float x)
{
    float steps = roundf(x / q.scale);
    return steps > (float)((1 << q.bits) - 1 - q.zero) || steps < (float)-q.zero;
}

// Element `i` of what was read from the file, as a real value.
static float value_at(const XbImages *images, const uint8_t *raw, int64_t i)
{
    float value = raw[i];
    if (images->file.array.kind == 'f')
        memcpy(&value, raw + 4 * i, sizeof value);
    return value * images->factor;
}

static uint8_t *read_raw(const XbImages *images, XbArena *arena, int64_t first, int64_t count)
{
    uint8_t *raw = xb_new(arena, uint8_t, count * images->file.array.item_size);
    return xb_npy_get(&images->file, first, count, raw) ? raw : NULL;
}

bool xb_real_get(const XbImages *images, int64_t first, int64_t count, uint8_t *codes)
{
    XbArena scratch = {0};
    const uint8_t *raw = read_raw(images, &scratch, first, count);
    for (int64_t i = 0; raw && i < count; i++)
        codes[i] = (uint8_t)xb_real_code(images->plan->input_q, value_at(images, raw, i));
    xb_arena_free(&scratch);
    return raw != NULL;
}

// ---- their range ----

static bool see(const XbImages *images, int64_t number, float x, Seen *seen)
{
    if (isnan(x)) {
        xb_report(images->file.d, XB_ERROR, "input-range", images->file.path, "",
                  "element %lld is not a number", (long long)number);
        return false;
    }
    seen->least = x < seen->least ? x : seen->least;
    seen->most = x > seen->most ? x : seen->most;
    seen->clamped += is_clamped(images->plan->input_q, x);
    return true;
}

static bool see_all(const XbImages *images, int64_t all, Seen *seen)
{
    XbArena scratch = {0};
    bool is_good = true;
    for (int64_t first = 0; first < all && is_good; first += CHUNK) {
        int64_t count = all - first < CHUNK ? all - first : CHUNK;
        const uint8_t *raw = read_raw(images, &scratch, first, count);
        is_good = raw != NULL;
        for (int64_t i = 0; is_good && i < count; i++)
            is_good = see(images, first + i, value_at(images, raw, i), seen);
        xb_arena_free(&scratch);
        scratch = (XbArena){0};
    }
    return is_good;
}

// A comparison opens the images once for each configuration.
static bool is_noted(const XbDiags *d, const char *text)
{
    for (const XbDiag *at = d->first; at; at = at->next)
        if (strcmp(at->text, text) == 0)
            return true;
    return false;
}

static void note(XbRun *run, const XbImages *images, int64_t all, const Seen *seen)
{
    XbQuant q = images->plan->input_q;
    int top = (1 << q.bits) - 1;
    const char *text = xb_arena_printf(
        run->arena,
        "real values %.6g to %.6g; the network's input spans %.6g to %.6g (scale %.9g, zero point "
        "%d): %lld of %lld are clamped",
        (double)seen->least, (double)seen->most, xb_quant_real(q, 0), xb_quant_real(q, top),
        (double)q.scale, xb_quant_zero_point(q), (long long)seen->clamped, (long long)all);
    if (!is_noted(run->d, text))
        xb_report(run->d, XB_NOTE, "input-real", images->file.path, "", "%s", text);
}

bool xb_real_check(XbRun *run, const XbImages *images)
{
    int64_t all = images->count * xb_shape_size(images->plan->input);
    Seen seen = {.least = INFINITY, .most = -INFINITY};
    if (xb_quant_is_bipolar(images->plan->input_q)) {
        xb_report(run->d, XB_ERROR, "input-type", images->file.path, "",
                  "this network's input is -1 or +1, codes 0 and 1, and has no scale; give codes "
                  "without --input-real");
        return false;
    }
    bool is_good = see_all(images, all, &seen);
    if (is_good)
        note(run, images, all, &seen);
    return is_good;
}
