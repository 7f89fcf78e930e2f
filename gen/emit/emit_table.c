// SPDX-License-Identifier: Apache-2.0
// Which channel each lane of a layer works on in each entry: the order in which xb_collect gives the sums
// to xb_requant. A window has a sum of each channel and output.
#include "emit/parts.h"

typedef struct Place {  // where a sum is finished
    int tile, slot, part;
} Place;

// Conversions of so many of a layer's columns, as its column tiles have them.
typedef struct Cut {
    int columns;         // conversions of a sum
    int whole;           // ... of a block, or of a column tile with whole blocks
    int used;            // ... of a full column tile
    int tiles_per_unit;  // column tiles of a block
} Cut;

static Cut cut_of(const XbPlan *plan, const XbPlanLayer *l)
{
    const XbTiling *t = &l->map->tiling;
    Cut c = {.columns = xb_plan_conversions(plan, l->map->columns / xb_plan_window_sums(l)),
             .used = l->map->conversions,
             .tiles_per_unit = t->tiles_per_unit};
    c.whole = t->tiles_per_unit > 1 ? xb_plan_conversions(plan, t->unit_cols) : c.used;
    return c;
}

static int tile_of(const Cut *c, int conversion)
{
    return conversion / c->whole * c->tiles_per_unit + conversion % c->whole / c->used;
}

// Where a sum ends; where it begins if it ends in another column tile.
static Place place_of(const XbPlan *plan, const XbPlanMap *m, const Cut *c, int sum)
{
    int first = sum * c->columns, end = first + c->columns - 1;
    int local = first % c->whole % c->used, tile = tile_of(c, first);
    int slot = (local + c->columns - 1) / plan->adc_per_array;
    if (tile_of(c, end) != tile)
        slot = m->slots - 1;
    return (Place){tile, slot, sum - (first - local + slot * plan->adc_per_array) / c->columns};
}

const XbEntry *xb_emit_entries(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    const Cut c = cut_of(plan, l);
    int count = m->slots * m->phases * l->lanes;
    XbEntry *entry = xb_new(arena, XbEntry, count);
    for (int i = 0; i < count; i++)
        entry[i].channel = -1;
    int sums = xb_plan_window_sums(l), columns = m->slices * m->polarities;
    for (int i = 0; i < l->copies * sums; i++) {
        Place at = place_of(plan, m, &c, i % sums);
        int n = (i / sums * m->tiling.col_tiles + at.tile) * m->parts + at.part;
        int column = i % sums * columns;
        entry[at.slot * m->phases * l->lanes + n] =
            (XbEntry){.copy = i / sums, .channel = xb_plan_column(plan, l, column).word};
    }
    return entry;
}
