// SPDX-License-Identifier: Apache-2.0
// What `xbgen plan` prints: a line a layer, then the whole, then what holds it up.
#include "base/text.h"
#include "plan/bits.h"
#include "plan/parts.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 11, CELL = 40 };  // names have at most 38 letters

typedef struct Row {
    char cell[COLUMNS][CELL];
} Row;

static const char *const HEADS[COLUMNS] = {"layer",    "kind",     "output",  "arrays",
                                           "tiles",    "copies",   "steps",   "cycles",
                                           "interval", "ADC/need", "lossless"};
static const char *const BUFFER_HEADS[COLUMNS] = {"layer", "access",       "words in", "words out",
                                                  "read",  "longest step", "interval", "published"};
static const char *const CHOICE_HEADS[COLUMNS] = {"copies",   "arrays", "unused",    "interval",
                                                  "speed-up", "serial", "pipelined", "ideal"};
static const char *const BITS_HEADS[COLUMNS] = {"layer", "memory bits", "ring bits", "replicas",
                                                "register bits"};

static const char *const CUT_HEADS[COLUMNS] = {"layer",    "policy",  "S",       "o",
                                               "pixels",   "overlap", "windows", "set",
                                               "parallel", "copies",  "arrays"};

int xb_plan_name_width(const XbPlan *plan, int least)
{
    for (int l = 0; l < plan->layers; l++) {
        int length = (int)strlen(plan->layer[l].name);
        least = length > least ? length : least;
    }
    return least;
}

static void set(Row *r, int column, const char *text)
{
    strncpy(r->cell[column], text, CELL - 1);
    r->cell[column][CELL - 1] = '\0';
}

static void number(Row *r, int column, int64_t value)
{
    snprintf(r->cell[column], CELL, "%" PRId64, value);
}

static void map_cells(Row *r, const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    int64_t first = xb_plan_tile(plan, m, 0), last = xb_plan_tile(plan, m, m->arrays - 1);
    number(r, 3, m->arrays);
    snprintf(r->cell[4], CELL, first == last ? "%" PRId64 : "%" PRId64 "-%" PRId64, first, last);
    number(r, 5, l->copies);
    snprintf(r->cell[9], CELL, "%d/%d", m->adc.bits, m->adc.lossless_bits);
    set(r, 10, m->adc.lossless ? "yes" : "no");
}

static Row layer_row(const XbPlan *plan, const XbPlanLayer *l)
{
    Row r;
    for (int c = 0; c < COLUMNS; c++)
        set(&r, c, "-");
    set(&r, 0, l->name);
    set(&r, 1, xb_kind_name(l->kind));
    snprintf(r.cell[2], CELL, "%dx%dx%d", l->out.h, l->out.w, l->out.c);
    number(&r, 6, l->steps);
    number(&r, 7, l->step_cycles);
    number(&r, 8, l->interval);
    if (l->map)
        map_cells(&r, plan, l);
    return r;
}

static Row buffer_row(const XbPlanLayer *l)
{
    Row r = {0};
    const XbPlanMap *m = l->map;
    set(&r, 0, l->name);
    set(&r, 1, xb_access_name(m->access));
    number(&r, 2, m->loads);
    number(&r, 3, m->stores);
    number(&r, 4, m->read_cycles);
    number(&r, 5, l->step_cycles);
    number(&r, 6, l->interval);
    number(&r, 7, m->published);
    if (!m->published)
        set(&r, 7, "-");
    return r;
}

static Row bits_row(const char *name, XbBits bits)
{
    Row r = {0};
    set(&r, 0, name);
    number(&r, 1, bits.memory);
    set(&r, 2, "-");
    set(&r, 3, "-");
    number(&r, 4, bits.registers);
    return r;
}

static bool is_cut(const XbPlanLayer *l) { return l->map && l->map->scheme == XB_SUB_IMAGE; }

static Row layer_bits_row(const XbPlanLayer *l)
{
    Row r = bits_row(l->name, l->bits);
    if (l->ring_words) {
        number(&r, 2, l->ring_bits);
        number(&r, 3, l->ring_replicas);
    }
    return r;
}

// The first `left` columns are names and stand left, numbers right.
typedef struct Table {
    Row *row;
    int rows, left;
} Table;

static Table new_table(XbArena *arena, int rows, int left, const char *const *heads)
{
    Table table = {xb_new(arena, Row, rows + 1), 1, left};
    for (int c = 0; c < COLUMNS; c++)
        set(&table.row[0], c, heads[c] ? heads[c] : "");
    return table;
}

static void add_row(XbText *t, const Row *r, int left, const int *width)
{
    for (int c = 0; c < COLUMNS; c++) {
        int w = c < left ? -width[c] : width[c];
        xb_text_add(t, c ? "  %*s" : "%*s", w, r->cell[c]);
    }
    while (t->size && t->data[t->size - 1] == ' ')
        t->data[--t->size] = '\0';
    xb_text_add(t, "\n");
}

static void add_table(XbText *t, const Table *table)
{
    int width[COLUMNS] = {0};
    for (int r = 0; r < table->rows; r++)
        for (int c = 0; c < COLUMNS; c++) {
            int length = (int)strlen(table->row[r].cell[c]);
            width[c] = length > width[c] ? length : width[c];
        }
    for (int r = 0; r < table->rows; r++)
        add_row(t, &table->row[r], table->left, width);
}

static void add_layers(XbText *t, const XbPlan *plan)
{
    Table table = new_table(t->arena, plan->layers, 3, HEADS);
    for (int l = 0; l < plan->layers; l++)
        table.row[table.rows++] = layer_row(plan, &plan->layer[l]);
    add_table(t, &table);
}

// Layers whose converters have threshold lists.
static void add_lists(XbText *t, const XbPlan *plan)
{
    const char *before = "threshold lists: ";
    for (int l = 0; l < plan->layers; l++) {
        const XbPlanAdc *adc = plan->layer[l].map ? &plan->layer[l].map->adc : NULL;
        if (!adc || !adc->threshold || plan->layer[l].blocks)  // said below
            continue;
        xb_text_add(t, "%s%s", before, plan->layer[l].name);
        if (xb_plan_list_count(adc) > 1)
            xb_text_add(t, " (%" PRId64 ")", xb_plan_list_count(adc));
        if (adc->preset)
            xb_text_add(t, " (%s)", adc->preset);
        before = ", ";
    }
    if (*before == ',')
        xb_text_add(t, "\n");
}

// What goes through the buffer ports, and what that makes of the time.
static void add_buffers(XbText *t, const XbPlan *plan)
{
    Table table = new_table(t->arena, plan->layers, 2, BUFFER_HEADS);
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map)
            table.row[table.rows++] = buffer_row(&plan->layer[l]);
    if (plan->bits_per_cycle)
        xb_text_add(t, "buffers: %d bits a cycle, %s with the reads of the arrays\n",
                    plan->bits_per_cycle, plan->transfer == XB_SERIAL ? "in turn" : "overlapped");
    else
        xb_text_add(t, "buffers: unlimited\n");
    add_table(t, &table);
    xb_text_add(t, "\n");
}

static Row choice_row(const XbPlan *plan, const XbPlanChoice *c)
{
    Row r = {0};
    set(&r, 0, c->name);
    number(&r, 1, c->arrays);
    number(&r, 2, plan->budget - c->arrays);
    number(&r, 3, c->interval);
    int64_t gain = (100 * plan->choice[XB_CHOICE_NONE].interval + c->interval / 2) / c->interval;
    snprintf(r.cell[4], CELL, "%" PRId64 ".%02d", gain / 100, (int)(gain % 100));
    number(&r, 5, c->serial);
    number(&r, 6, c->pipelined);
    number(&r, 7, c->latency);
    return r;
}

static const char *list_copies(XbArena *arena, const XbPlan *plan, const XbPlanChoice *c)
{
    const char *text = "";
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map)
            text = xb_arena_printf(arena, "%s%s%d", text, *text ? "," : "", c->copies[l]);
    return text;
}

// Ways to share out the budget, the chosen one named above.
static void add_choices(XbText *t, const XbPlan *plan)
{
    if (!plan->choice)
        return;
    Table table = new_table(t->arena, XB_CHOICES, 1, CHOICE_HEADS);
    xb_text_add(t, "copies are chosen: %s, for %s by the %s time model, %" PRId64 " arrays\n",
                plan->choice[plan->chosen].name, xb_objective_name(plan->objective),
                xb_time_model_name(plan->time_model), plan->budget);
    for (int i = 0; i < XB_CHOICES; i++)
        table.row[table.rows++] = choice_row(plan, &plan->choice[i]);
    add_table(t, &table);
    for (int i = 0; i < XB_CHOICES; i++)
        xb_text_add(t, "%s: %s\n", plan->choice[i].name,
                    list_copies(t->arena, plan, &plan->choice[i]));
    xb_text_add(t, "\n");
}

static void add_bits(XbText *t, const XbPlan *plan)
{
    Table table = new_table(t->arena, plan->layers + 2, 1, BITS_HEADS);
    for (int l = 0; l < plan->layers; l++)
        table.row[table.rows++] = layer_bits_row(&plan->layer[l]);
    table.row[table.rows++] = bits_row("chip-wide", plan->chip_wide);
    table.row[table.rows++] = bits_row("total", plan->bits);
    add_table(t, &table);
}

// Maps that wait for a code a channel which needs all of them (squeeze-and-excite).
static void add_waiting(XbText *t, const XbPlan *plan)
{
    for (int n = 0; n < plan->layers; n++) {
        const XbPlanLayer *l = &plan->layer[n];
        int64_t memory = l->is_gated ? xb_bits_waiting(l).memory : 0;
        const char *where =
            memory ? xb_arena_printf(t->arena, "%" PRId64 " bits of memory", memory) : "registers";
        if (l->is_gated)
            xb_text_add(t, "%s: its map waits for the gate, %d beats in %s; %d gates\n", l->name,
                        l->fifo_beats[0], where, l->fifo_beats[1]);
    }
}

// ---- sub-images ----

// What a policy makes of a layer. A 1x1 convolution has no policy, and windows and arrays of its
// own.
static Row cut_row(const XbPlanLayer *l, const XbSubImage *s, const char *policy, bool is_chosen)
{
    Row r = {0};
    int64_t outputs = (int64_t)s->side * s->side,
            pixels = s->windows ? outputs : l->map->patch.outputs;
    int64_t windows = s->windows ? s->windows : l->windows,
            arrays = s->windows ? s->set : l->map->set;
    int over = (int)xb_plan_overlap(s);
    set(&r, 0, l->name);
    set(&r, 1, policy);
    snprintf(r.cell[2], CELL, "%dx%d", s->h, s->w);
    number(&r, 3, s->side);
    number(&r, 4, pixels);
    snprintf(r.cell[5], CELL, "%d.%02d %%", over / 100, over % 100);
    number(&r, 6, windows);
    number(&r, 7, arrays);
    number(&r, 8, windows * arrays);
    set(&r, 9, "-");
    set(&r, 10, "-");
    if (is_chosen) {
        number(&r, 9, l->copies);
        number(&r, 10, l->map->arrays);
    }
    return r;
}

static void add_cut_rows(Table *table, const XbPlanLayer *l)
{
    static const XbSubImage pixel = {.side = 1, .h = 1, .w = 1};
    const XbPlanMap *m = l->map;
    if (!m->patch.tap || l->kind == XB_DWCONV) {
        const XbSubImage *s = m->patch.tap ? &m->sub_image[m->policy] : &pixel;
        table->row[table->rows++] = cut_row(l, s, "-", true);
        return;
    }
    for (int i = 0; i < XB_POLICIES; i++)
        table->row[table->rows++] =
            cut_row(l, &m->sub_image[i], xb_policy_name((XbPolicy)i), (XbPolicy)i == m->policy);
}

// Arrays for all windows at once of the layers cut, by policy.
static int64_t parallel(const XbPlan *plan, XbPolicy policy)
{
    int64_t sum = 0;
    for (int l = 0; l < plan->layers; l++) {
        const XbPlanLayer *layer = &plan->layer[l];
        if (!is_cut(layer))
            continue;
        const XbSubImage *s = &layer->map->sub_image[policy];
        sum += s->side ? s->windows * s->set : layer->windows * layer->map->set;
    }
    return sum;
}

static void add_cuts(XbText *t, const XbPlan *plan)
{
    Table table = new_table(t->arena, XB_POLICIES * plan->layers, 2, CUT_HEADS);
    for (int l = 0; l < plan->layers; l++)
        if (is_cut(&plan->layer[l]))
            add_cut_rows(&table, &plan->layer[l]);
    if (table.rows == 1)
        return;
    xb_text_add(t, "\n");
    add_table(t, &table);
    xb_text_add(t, "all windows at once: %" PRId64 " arrays packed, %" PRId64 " by slice\n",
                parallel(plan, XB_PACKED), parallel(plan, XB_SLICE));
}

// What sets the chip's interval: a layer, or a stream that would have to be wider than it can be.
static const char *bottleneck(XbArena *arena, const XbPlan *plan)
{
    if (plan->pipeline == XB_PIPELINE_SERIAL)
        return "one layer after the other";
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].interval == plan->interval)
            return xb_arena_printf(arena, "the slowest layer is %s", plan->layer[l].name);
    bool is_input = xb_ceil_div_int64(xb_shape_size(plan->input), plan->in_bytes) == plan->interval;
    return is_input ? "as its input takes" : "as its output takes";
}

static int64_t conversions(const XbPlan *plan)
{
    int64_t sum = 0;
    for (int l = 0; l < plan->layers; l++)
        sum += xb_plan_layer_conversions(plan, &plan->layer[l]);
    return sum;
}

char *xb_plan_text(XbArena *arena, const XbPlan *plan)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "%s: %s on %dx%d crossbars, %d bit cells, plan 0x%016" PRIx64 "\n\n",
                plan->name, plan->network, plan->rows, plan->cols, plan->cell_bits, plan->hash);
    add_layers(&t, plan);
    xb_text_add(&t,
                "\n%" PRId64 " arrays in %" PRId64 " of %" PRId64 " tiles, %" PRId64
                " conversions per image\n",
                plan->arrays, plan->tiles, plan->tile_count, conversions(plan));
    add_lists(&t, plan);
    xb_text_add(&t, "one image every %" PRId64 " cycles (%s), latency %" PRId64 " cycles\n",
                plan->interval, bottleneck(arena, plan), plan->latency);
    xb_text_add(&t, "input %d, output %d bytes a cycle\n\n%s\n", plan->in_bytes, plan->out_bytes,
                xb_plan_chosen_text(arena, plan));
    add_choices(&t, plan);
    add_buffers(&t, plan);
    add_bits(&t, plan);
    add_waiting(&t, plan);
    add_cuts(&t, plan);
    xb_text_add(&t, "%s", xb_plan_split_text(arena, plan));
    return t.data;
}
