// SPDX-License-Identifier: Apache-2.0
// Puts the emitted folder together: embedded sources copied verbatim, generated parts beside them.
#include "xbgen/emit.h"

#include "emit/parts.h"
#include <assert.h>
#include <string.h>

#include "xbgen/gtkw.h"

enum { MAX_FILES = 128 };

typedef struct Set {
    XbArena *arena;
    XbEmitFile *file;
    int files;
} Set;

static void add(Set *set, const char *path, XbBytes bytes)
{
    assert(set->files < MAX_FILES);
    set->file[set->files++] = (XbEmitFile){.path = path, .bytes = bytes};
}

static void add_text(Set *set, const char *path, const char *text)
{
    add(set, path, (XbBytes){.data = (const uint8_t *)text, .size = strlen(text)});
}

// The user's macro, and around it a module of the name of ours.
static void add_macro(Set *set, const XbMacro *macro)
{
    add(set, xb_arena_printf(set->arena, "rtl/%s.sv", macro->module), macro->source);
    add(set, "rtl/xb_macro.sv", xb_emit_wrapper(set->arena, macro));
}

static void add_cell(Set *set, const char *cell)
{
    add(set, xb_arena_printf(set->arena, "rtl/%s.sv", cell),
        xb_emit_source(xb_arena_printf(set->arena, "rtl_templates/%s.sv", cell)));
}

static void add_cells(Set *set, const XbPlan *plan, const XbMacro *macro)
{
    bool is_ours = !macro || !macro->module;
    for (const char *const *cell = xb_cells_used(set->arena, plan); *cell; cell++)
        if (!is_ours && strcmp(*cell, xb_cell_macro) == 0)
            add_macro(set, macro);
        else if (is_ours || !xb_cell_is_in_macro(*cell))
            add_cell(set, *cell);
    add(set, "rtl/xb_top.sv", xb_emit_top(set->arena, plan));
}

// The simulation's driver: everything of cosim/; the Makefile stands at the top, the licence beside
// it.
static void add_driver(Set *set)
{
    for (const XbBundleFile *f = xb_bundle; f->path; f++) {
        XbBytes bytes = {.data = f->data, .size = f->size};
        if (strcmp(f->path, "cosim/design.mk") == 0)
            add(set, "Makefile", bytes);
        else if (strcmp(f->path, "LICENSE") == 0)
            add(set, f->path, bytes);
        else if (strncmp(f->path, "cosim/", 6) == 0)
            add(set, xb_arena_printf(set->arena, "sim/%s", f->path + 6), bytes);
    }
}

static XbBytes add_program(Set *set, const XbPlan *plan)
{
    XbBytes program = xb_emit_program(set->arena, plan);
    add(set, "mem/program.bin", program);
    add(set, "mem/program.mem", xb_emit_program_mem(set->arena, plan, program));
    return program;
}

XbEmitted xb_emit(XbArena *arena, const XbPlan *plan, const XbMacro *macro)
{
    Set set = {.arena = arena, .file = xb_new(arena, XbEmitFile, MAX_FILES)};
    add_cells(&set, plan, macro);
    add_driver(&set);
    add(&set, "NOTICE", xb_emit_notice(arena, macro));
    XbBytes program = add_program(&set, plan);
    add(&set, "xb_design.h", xb_emit_header(arena, plan));
    add(&set, "xb_design.svh", xb_emit_svh(arena, plan));
    add_text(&set, "plan.json", xb_plan_json(arena, plan));
    add_text(&set, "waves/xb.gtkw", xb_emit_gtkw(arena, plan, (int64_t)program.size / 4));
    XbEmitted emitted = {.files = set.files, .file = set.file};
    XbBytes list = xb_emit_f(arena, &emitted), core = xb_emit_core(arena, plan, &emitted),
            bender = xb_emit_bender(arena, plan, &emitted);
    add(&set, "xb.f", list);
    add(&set, "xb.core", core);
    add(&set, "Bender.yml", bender);
    emitted.files = set.files;
    return emitted;
}
