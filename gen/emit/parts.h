// SPDX-License-Identifier: Apache-2.0
// What the parts of the emitter say to each other: the embedded sources, the cells a design needs,
// and the small writers that emit.c puts together.
#ifndef XBGEN_EMIT_PARTS_H
#define XBGEN_EMIT_PARTS_H

#include "base/text.h"

#include "xbgen/emit.h"

static inline XbBytes xb_emit_bytes(const XbText *text)
{
    return (XbBytes){.data = (const uint8_t *)(text->data ? text->data : ""), .size = text->size};
}

typedef struct XbBundleFile {  // a source of ours, embedded when the program was built
    const char *path;          // "rtl_templates/xb_fifo.sv"
    const unsigned char *data;
    size_t size;
} XbBundleFile;

// build/gen/bundle.c, made by the Makefile; the list ends with path NULL.
extern const XbBundleFile xb_bundle[];

// The embedded source of that path, which there must be.
XbBytes xb_emit_source(const char *path);

typedef struct XbCell {
    const char *name;
    const char *uses[16];  // cells it instantiates; NULL-terminated
} XbCell;

// Every cell, those it instantiates before it; ends with name NULL. A unit test proves it against
// the sources.
extern const XbCell xb_cells[];

// The cell that a user's macro replaces, and whether a cell is one of those that make ours.
extern const char *const xb_cell_macro;
bool xb_cell_is_in_macro(const char *cell);

// The cells below xb_top that `plan` needs, in dependency order; NULL-terminated.
const char *const *xb_cells_used(XbArena *arena, const XbPlan *plan);

typedef struct XbEntry {  // what a lane works on: the channel of a copy, or -1
    int copy, channel;
} XbEntry;

// ... all lanes of a layer with weights, lane i in entry k at [k * lanes + i].
const XbEntry *xb_emit_entries(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l);

// rtl/xb_macro.sv around a user's module.
XbBytes xb_emit_wrapper(XbArena *arena, const XbMacro *macro);

// NOTICE: whose which files are.
XbBytes xb_emit_notice(XbArena *arena, const XbMacro *macro);

// The files before them, as Verilog list, FuseSoC core and Bender manifest.
XbBytes xb_emit_f(XbArena *arena, const XbEmitted *files);
XbBytes xb_emit_core(XbArena *arena, const XbPlan *plan, const XbEmitted *files);
XbBytes xb_emit_bender(XbArena *arena, const XbPlan *plan, const XbEmitted *files);

#endif
