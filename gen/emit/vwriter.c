// SPDX-License-Identifier: Apache-2.0
// The weak Verilog writer. Alignment, literals and the legality of names are settled here and
// nowhere else.
#include "emit/vwriter.h"

#include "base/text.h"
#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef struct Item {   // one line of a group
    const char *left;   // what is aligned ...
    const char *right;  // ... with this; NULL: `left` is a comment
    struct Item *next;
} Item;

typedef struct Group {
    Item *first, *last;
} Group;

struct XbVWriter {
    XbArena *arena;
    XbText text;
    Group ports, wires, params, connections;
    const char *instance_module, *instance_name;
};

// Keywords of IEEE 1800-2012, each between spaces.
static const char keywords[] =
    " accept_on alias always always_comb always_ff always_latch and assert assign "
    "assume automatic before begin bind bins binsof bit break buf bufif0 bufif1 byte "
    "case casex casez cell chandle checker class clocking cmos config const "
    "constraint context continue cover covergroup coverpoint cross deassign default "
    "defparam design disable dist do edge else end endcase endchecker endclass "
    "endclocking endconfig endfunction endgenerate endgroup endinterface endmodule "
    "endpackage endprimitive endprogram endproperty endsequence endspecify endtable "
    "endtask enum event eventually expect export extends extern final first_match for "
    "force foreach forever fork forkjoin function generate genvar global highz0 "
    "highz1 if iff ifnone ignore_bins illegal_bins implements implies import incdir "
    "include initial inout input inside instance int integer interconnect interface "
    "intersect join join_any join_none large let liblist library local localparam "
    "logic longint macromodule matches medium modport module nand negedge nettype new "
    "nexttime nmos nor noshowcancelled not notif0 notif1 null or output package "
    "packed parameter pmos posedge primitive priority program property protected "
    "pull0 pull1 pulldown pullup pulsestyle_ondetect pulsestyle_onevent pure rand "
    "randc randcase randsequence rcmos real realtime ref reg reject_on release repeat "
    "restrict return rnmos rpmos rtran rtranif0 rtranif1 s_always s_eventually "
    "s_nexttime s_until s_until_with scalared sequence shortint shortreal "
    "showcancelled signed small soft solve specify specparam static string strong "
    "strong0 strong1 struct super supply0 supply1 sync_accept_on sync_reject_on table "
    "tagged task this throughout time timeprecision timeunit tran tranif0 tranif1 tri "
    "tri0 tri1 triand trior trireg type typedef union unique unique0 unsigned until "
    "until_with untyped use uwire var vectored virtual void wait wait_order wand weak "
    "weak0 weak1 while wildcard wire with within wor xnor xor ";

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool xb_v_legal(const char *name)
{
    if (!is_letter(name[0]))
        return false;
    for (const char *c = name; *c; c++)
        if (!is_letter(*c) && !(*c >= '0' && *c <= '9'))
            return false;
    size_t length = strlen(name);
    for (const char *at = keywords; (at = strstr(at, name)); at += length)
        if (at[-1] == ' ' && at[length] == ' ')
            return false;
    return true;
}

const char *xb_v_literal(XbArena *arena, int bits, uint64_t value)
{
    assert(bits >= 1 && bits <= 64 && (bits == 64 || value >> bits == 0));
    if (value <= UINT32_MAX / 2)
        return xb_arena_printf(arena, "%d'd%" PRIu64, bits, value);
    unsigned part[4];
    for (int i = 0; i < 4; i++)
        part[i] = (unsigned)(value >> (48 - 16 * i) & 0xffff);
    int first = part[0] ? 0 : part[1] ? 1 : 2;
    const char *text = xb_arena_printf(arena, "%d'h%x", bits, part[first]);
    for (int i = first + 1; i < 4; i++)
        text = xb_arena_printf(arena, "%s_%04x", text, part[i]);
    return text;
}

XbVWriter *xb_v_new(XbArena *arena)
{
    XbVWriter *w = xb_new(arena, XbVWriter, 1);
    w->arena = arena;
    w->text.arena = arena;
    return w;
}

static void add_item(XbVWriter *w, Group *group, const char *left, const char *right)
{
    Item *item = xb_new(w->arena, Item, 1);
    *item = (Item){.left = left, .right = right};
    if (group->last)
        group->last->next = item;
    else
        group->first = item;
    group->last = item;
}

static int widest(const Group *group)
{
    int width = 0;
    for (const Item *i = group->first; i; i = i->next)
        if (i->right && (int)strlen(i->left) > width)
            width = (int)strlen(i->left);
    return width;
}

static bool is_last(const Item *item)  // no further line needs a comma before it
{
    for (item = item->next; item; item = item->next)
        if (item->right)
            return false;
    return true;
}

// ".Name (value)," lines; the group is empty afterwards.
static void write_bindings(XbVWriter *w, Group *group)
{
    int width = widest(group);
    for (const Item *i = group->first; i; i = i->next) {
        if (i->right)
            xb_text_add(&w->text, "    .%-*s (%s)%s\n", width, i->left, i->right,
                        is_last(i) ? "" : ",");
        else
            xb_text_add(&w->text, "    // %s\n", i->left);
    }
    *group = (Group){0};
}

// "[31:0] name" lines with the ranges in one column.
static void write_declared(XbVWriter *w, Group *group, const char *end)
{
    int width = widest(group);
    for (const Item *i = group->first; i; i = i->next)
        xb_text_add(&w->text, "  %-*s %s%s\n", width, i->left, i->right,
                    end[0] == ',' && !i->next ? "" : end);
    *group = (Group){0};
}

void xb_v_comment(XbVWriter *w, const char *format, ...)
{
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    const char *indent = w->text.size && w->instance_module ? "  " : "";
    xb_text_add(&w->text, line[0] ? "%s// %s\n" : "%s//%s\n", indent, line);
}

void xb_v_blank(XbVWriter *w) { xb_text_add(&w->text, "\n"); }

void xb_v_module(XbVWriter *w, const char *name)
{
    assert(xb_v_legal(name));
    xb_text_add(&w->text, "module %s (\n", name);
}

static const char *range(XbVWriter *w, const char *type, int bits)
{
    assert(bits >= 1);
    return bits == 1 ? type : xb_arena_printf(w->arena, "%s [%d:0]", type, bits - 1);
}

void xb_v_port(XbVWriter *w, XbVDirection direction, int bits, const char *name)
{
    assert(xb_v_legal(name));
    const char *type = direction == XB_V_INPUT ? "input  logic" : "output logic";
    add_item(w, &w->ports, range(w, type, bits), name);
}

void xb_v_ports_end(XbVWriter *w)
{
    write_declared(w, &w->ports, ",");
    xb_text_add(&w->text, ");\n");
    w->instance_module = "";  // from here on comments are indented
}

void xb_v_module_end(XbVWriter *w)
{
    xb_text_add(&w->text, "endmodule\n");
    w->instance_module = NULL;
}

void xb_v_wire(XbVWriter *w, int bits, const char *name)
{
    assert(xb_v_legal(name));
    add_item(w, &w->wires, range(w, "logic", bits), name);
}

void xb_v_wires_end(XbVWriter *w) { write_declared(w, &w->wires, ";"); }

void xb_v_instance(XbVWriter *w, const char *module, const char *name)
{
    assert(xb_v_legal(module) && xb_v_legal(name));
    w->instance_module = module;
    w->instance_name = name;
}

void xb_v_param(XbVWriter *w, const char *name, int64_t value)
{
    assert(xb_v_legal(name));
    add_item(w, &w->params, name, xb_arena_printf(w->arena, "%" PRId64, value));
}

void xb_v_param_literal(XbVWriter *w, const char *name, int bits, uint64_t value)
{
    assert(xb_v_legal(name));
    add_item(w, &w->params, name, xb_v_literal(w->arena, bits, value));
}

void xb_v_param_note(XbVWriter *w, const char *note) { add_item(w, &w->params, note, NULL); }

void xb_v_connect(XbVWriter *w, const char *port, const char *signal)
{
    assert(xb_v_legal(port) && xb_v_legal(signal));
    add_item(w, &w->connections, port, signal);
}

void xb_v_connect_pair(XbVWriter *w, const char *port, const char *high, const char *low)
{
    assert(xb_v_legal(port) && xb_v_legal(high) && xb_v_legal(low));
    add_item(w, &w->connections, port, xb_arena_printf(w->arena, "{%s, %s}", high, low));
}

void xb_v_connect_bits(XbVWriter *w, const char *port, const char *signal, int from, int bits)
{
    assert(xb_v_legal(port) && xb_v_legal(signal) && from >= 0 && bits >= 1);
    const char *slice = bits == 1
                            ? xb_arena_printf(w->arena, "%s[%d]", signal, from)
                            : xb_arena_printf(w->arena, "%s[%d:%d]", signal, from + bits - 1, from);
    add_item(w, &w->connections, port, slice);
}

void xb_v_connect_literal(XbVWriter *w, const char *port, int bits, uint64_t value)
{
    assert(xb_v_legal(port));
    add_item(w, &w->connections, port, xb_v_literal(w->arena, bits, value));
}

void xb_v_instance_end(XbVWriter *w)
{
    xb_text_add(&w->text, "  %s ", w->instance_module);
    if (w->params.first) {
        xb_text_add(&w->text, "#(\n");
        write_bindings(w, &w->params);
        xb_text_add(&w->text, "  ) ");
    }
    xb_text_add(&w->text, "%s (\n", w->instance_name);
    write_bindings(w, &w->connections);
    xb_text_add(&w->text, "  );\n");
}

XbBytes xb_v_bytes(const XbVWriter *w)
{
    return (XbBytes){.data = (const uint8_t *)(w->text.data ? w->text.data : ""),
                     .size = w->text.size};
}
