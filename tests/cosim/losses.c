// SPDX-License-Identifier: Apache-2.0
// Spans and thresholds lie where sums are: few come near the largest.
#include "losses.h"

typedef struct Span {
    int low, high;
} Span;

static Span draw_span(Rng *data, const Converter *c)
{
    int high = (c->most >> rng_below(data, 6)) + 4;
    int low = c->is_analog ? -high : rng_chance(data, 30) ? -high / 4 : 0;
    return (Span){low + rng_below(data, 3), high + rng_below(data, 3)};
}

const char *losses_preset(XbArena *arena, Rng *structure, Rng *data, const Converter *c)
{
    static const char *const names[] = {"neurosim13", "crosssim", "mnsim", "neurosim15"};
    int name = rng_below(structure, c->bits < 2 ? 2 : 4);
    Span s = draw_span(data, c);
    return xb_arena_printf(
        arena, ", \"preset\": {\"name\": \"%s\", \"bits\": %d, \"min\": %d, \"max\": %d}",
        names[name], c->bits - (name == 3), s.low, s.high);
}

static void draw_list(Rng *data, const Converter *c, int32_t *list)
{
    Span s = draw_span(data, c);
    int count = (1 << c->bits) - 1, step = (s.high - s.low) / (count + 1) + 1;
    for (int k = 0; k < count; k++) {
        int32_t next = s.low + (k + 1) * step + rng_range(data, -step, step);
        list[k] = k > 0 && list[k - 1] > next ? list[k - 1] : next;
    }
    if (rng_chance(data, 10))
        list[0] = INT32_MIN;
    if (rng_chance(data, 20))
        list[count - 1] = INT32_MAX;
}

int32_t *losses_lists(XbArena *arena, Rng *data, const Converter *c, int lists)
{
    int count = (1 << c->bits) - 1;
    int32_t *values = xb_new(arena, int32_t, lists * count);
    for (int i = 0; i < lists; i++)
        draw_list(data, c, values + i * count);
    return values;
}

// ---- cells ----

Cells losses_cells(Rng *structure, int most_frac_bits)
{
    Cells cells = {.is_given = rng_chance(structure, 60)};
    int bits = rng_pick(structure, (int[]){1, 2, 4, 4, 6}, 5);
    bool has_noise = rng_chance(structure, 60), is_programmed = rng_chance(structure, 30);
    if (!cells.is_given)
        return cells;
    cells.frac_bits = bits < most_frac_bits ? bits : most_frac_bits;
    cells.has_noise = has_noise;
    cells.has_programmed_bias = is_programmed;
    return cells;
}

static const char *draw_share(XbArena *arena, Rng *data, const char *before, const char *key,
                              double most)
{
    double share = rng_real(data, 0.0, most);
    return rng_chance(data, 60) ? xb_arena_printf(arena, "%s, \"%s\": %.4f", before, key, share)
                                : before;
}

const char *losses_cells_text(XbArena *arena, Rng *data, const Cells *cells)
{
    static const struct {
        const char *key;
        double most;
    } shares[] = {
        {"off_level", 0.3}, {"variation", 0.3},   {"stuck_on", 0.02},
        {"stuck_off", 0.1}, {"attenuation", 0.2},
    };
    if (!cells->is_given)
        return "";
    const char *text = xb_arena_printf(arena, "  \"rram\": {\"seed\": %d, \"frac_bits\": %d",
                                       rng_below(data, 1 << 30), cells->frac_bits);
    for (int i = 0; i < (int)(sizeof shares / sizeof *shares); i++)
        text = draw_share(arena, data, text, shares[i].key, shares[i].most);
    if (rng_chance(data, 50))
        text = xb_arena_printf(arena, "%s, \"drift\": {\"nu\": %.4f, \"time\": 3600}", text,
                               rng_real(data, 0.0, 0.03));
    if (cells->has_noise)
        text = xb_arena_printf(arena, "%s, \"read_noise\": %.4f", text, rng_real(data, 0.02, 0.3));
    return xb_arena_printf(arena, "%s, \"bias\": \"%s\"},\n", text,
                           cells->has_programmed_bias ? "programmed" : "nominal");
}
