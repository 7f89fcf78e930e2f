// SPDX-License-Identifier: Apache-2.0
// What `xbgen net` prints: a line for every operator of the file, be it a layer of the chip, folded
// while reading, or the host's; in front of them the two ends.
#include "base/text.h"
#include <inttypes.h>
#include <string.h>

#include "xbgen/net.h"

enum { WEIGHT_ZERO = 8, COLUMNS = 10 };

static const char *const HEADS[COLUMNS] = {"op",          "operator", "layer",      "reads",
                                           "output",      "scale",    "zero point", "weights",
                                           "weight zero", "MACs"};

typedef struct Row {
    int op_index;
    const char *cell[COLUMNS];  // of an operator that is no layer the third, the last, has all text
    bool is_note;
} Row;

typedef struct Table {
    XbArena *arena;
    const XbNet *net;
    int rows;
    Row *row;
    int width[COLUMNS];
    bool has_weight_zero;  // else there is no such column
} Table;

static int64_t macs(const XbNetLayer *l)
{
    return xb_kind_has_weights(l->kind) ? xb_net_weights(l) * xb_shape_pixels(l->out) : 0;
}

static const char *count_text(XbArena *arena, int64_t count)
{
    return count ? xb_arena_printf(arena, "%" PRId64, count) : "-";
}

// As the file has it: UINT8 weights are 128 more than they are in the network.
static int file_weight_zero(const XbNetLayer *l)
{
    return l->weight_zero + (l->file_op && xb_net_is_uint8(l) ? 128 : 0);
}

static bool has_weight_zero(const XbNet *net)
{
    for (int i = 0; i < net->layers; i++)
        if (xb_kind_has_weights(net->layer[i].kind) && file_weight_zero(&net->layer[i]))
            return true;
    return false;
}

static const char *weight_zero_text(XbArena *arena, const XbNetLayer *l)
{
    return xb_kind_has_weights(l->kind) ? xb_arena_printf(arena, "%d", file_weight_zero(l)) : "-";
}

static const char *shape_text(XbArena *arena, XbShape s)
{
    return xb_arena_printf(arena, "%dx%dx%d", s.h, s.w, s.c);
}

static const char *reads(const Table *t, const XbNetLayer *l)
{
    const char *name[2] = {"input", "input"};
    for (int i = 0; i < l->inputs; i++)
        if (l->input[i] >= 0)
            name[i] = t->net->layer[l->input[i]].name;
    return l->inputs == 1 ? name[0] : xb_arena_printf(t->arena, "%s, %s", name[0], name[1]);
}

static void add_layer(Table *t, const XbNetLayer *l)
{
    XbArena *a = t->arena;
    bool is_scaled = l->out_q.bits != XB_SUM_BITS;
    const char *number = l->is_part || l->is_frame ? "" : xb_arena_printf(a, "%d", l->op_index);
    int zero = xb_quant_zero_point(l->out_q);
    Row row = {l->op_index,
               {number, l->file_op ? l->file_op : l->op_name, l->name, reads(t, l),
                shape_text(a, l->out),
                is_scaled ? xb_arena_printf(a, "%.6g", (double)l->out_q.scale) : "-",
                is_scaled ? xb_arena_printf(a, "%d", zero) : "-",
                count_text(a, xb_kind_has_weights(l->kind) ? xb_net_weights(l) : 0),
                weight_zero_text(a, l), count_text(a, macs(l))},
               false};
    t->row[t->rows++] = row;
}

static const char *const NOTES[] = {"host", "folded", "host"};

static void add_note(Table *t, const XbNetNote *note)
{
    Row row = {.op_index = note->op_index, .is_note = true};
    row.cell[0] = xb_arena_printf(t->arena, "%d", note->op_index);
    row.cell[1] = note->op_name;
    row.cell[2] = NOTES[note->kind];
    row.cell[3] = note->text;
    t->row[t->rows++] = row;
}

// Layers and notes, both in the file's order, as one.
static void add_rows(Table *t)
{
    const XbNet *net = t->net;
    t->row = xb_new(t->arena, Row, net->layers + net->notes);
    int note = 0;
    for (int l = 0; l < net->layers; l++) {
        while (note < net->notes && net->note[note].op_index < net->layer[l].op_index)
            add_note(t, &net->note[note++]);
        add_layer(t, &net->layer[l]);
    }
    while (note < net->notes)
        add_note(t, &net->note[note++]);
}

static void widen(int *width, const char *text)
{
    int length = (int)strlen(text);
    *width = length > *width ? length : *width;
}

static void find_widths(Table *t)
{
    for (int c = 0; c < COLUMNS; c++)
        widen(&t->width[c], HEADS[c]);
    for (int r = 0; r < t->rows; r++)
        for (int c = 0; c < (t->row[r].is_note ? 3 : COLUMNS); c++)
            widen(&t->width[c], t->row[r].cell[c]);
}

static bool is_number(int column) { return column == 0 || column > 4; }

static void put_line(XbText *text, const Table *t, const char *const *cell, int cells)
{
    for (int c = 0; c < cells; c++) {
        if (c == WEIGHT_ZERO && !t->has_weight_zero)
            continue;
        bool is_padded = is_number(c) || c + 1 < cells;
        int width = is_padded ? t->width[c] : 0;
        xb_text_add(text, "%s%*s", c ? "  " : "", is_number(c) ? width : -width, cell[c]);
    }
    xb_text_add(text, "\n");
}

// ---- the ends ----

static const char *dims_text(XbArena *arena, const XbNetEnd *end)
{
    const char *text = "[";
    for (int i = 0; i < end->rank; i++)
        text = xb_arena_printf(arena, "%s%s%d", text, i ? ", " : "", end->dim[i]);
    return xb_arena_printf(arena, "%s]", text);
}

static void put_codes(XbText *text, const char *type, XbQuant q)
{
    xb_text_add(text, " %s, scale %.9g, zero point %d", type, (double)q.scale,
                xb_quant_zero_point(q));
}

static void put_end(XbText *text, const char *name, const XbNetEnd *end, XbShape shape, XbQuant q)
{
    xb_text_add(text, "%s of the chip: %s", name, shape_text(text->arena, shape));
    if (q.bits == XB_SUM_BITS)
        xb_text_add(text, " sums");
    else
        put_codes(text, xb_arena_printf(text->arena, "%s%d", q.is_signed ? "INT" : "UINT", q.bits),
                  q);
    xb_text_add(text, "\n");
    if (!end->is_hosts)
        return;
    xb_text_add(text, "%s of the file: %s", name, dims_text(text->arena, end));
    if (end->has_codes)
        put_codes(text, end->type, end->quant);
    else
        xb_text_add(text, " %s", end->type);
    xb_text_add(text, "\n");
}

static void put_totals(XbText *text, const XbNet *net)
{
    int64_t weights = 0, all = 0;
    for (int l = 0; l < net->layers; l++) {
        weights += xb_kind_has_weights(net->layer[l].kind) ? xb_net_weights(&net->layer[l]) : 0;
        all += macs(&net->layer[l]);
    }
    xb_text_add(text, "%d layers, %" PRId64 " weights, %" PRId64 " MACs an image\n", net->layers,
                weights, all);
}

char *xb_net_text(XbArena *arena, const XbNet *net)
{
    XbText text = {.arena = arena};
    Table t = {.arena = arena, .net = net, .has_weight_zero = has_weight_zero(net)};
    const XbNetLayer *last = &net->layer[net->layers - 1];
    put_end(&text, "input", &net->file_input, net->input, net->input_q);
    if (!net->outputs)
        put_end(&text, "output", &net->file_output, last->out, last->out_q);
    for (int i = 0; i < net->outputs; i++) {
        const XbNetOutput *o = &net->output[i];
        put_end(&text, xb_arena_printf(arena, "output %d (%s)", i, o->name), &o->end, o->shape,
                o->quant);
    }
    add_rows(&t);
    find_widths(&t);
    xb_text_add(&text, "\n");
    put_line(&text, &t, HEADS, COLUMNS);
    for (int r = 0; r < t.rows; r++)
        put_line(&text, &t, t.row[r].cell, t.row[r].is_note ? 4 : COLUMNS);
    xb_text_add(&text, "\n");
    put_totals(&text, net);
    return text.data;
}
