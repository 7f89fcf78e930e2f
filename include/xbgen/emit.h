// SPDX-License-Identifier: Apache-2.0
// Plan -> the files of the hardware folder, as (path, bytes). Nothing here touches the disk.
#ifndef XBGEN_EMIT_H
#define XBGEN_EMIT_H

#include "xbgen/arena.h"
#include "xbgen/diag.h"
#include "xbgen/file.h"
#include "xbgen/plan.h"

#define XBGEN_VERSION "0.1.0"

typedef struct XbEmitFile {
    const char *path;  // relative to the emitted folder
    XbBytes bytes;
} XbEmitFile;

typedef struct XbEmitted {
    int files;
    const XbEmitFile *file;
} XbEmitted;

typedef struct XbMacro {  // a user's analog macro, in the place of ours
    const char *module;   // NULL: there is none
    XbBytes source;
} XbMacro;

// Checks the source of the file that cfg.json names in `macro`. Reports [macro-module], [macro-name],
// [macro-parameter] and [macro-port] at their keys.
bool xb_macro_check(XbArena *arena, XbDiags *d, const XbCfg *cfg, XbBytes source, XbMacro *out);

// True if the cells can be what the plan wants. Reports every limit that it exceeds, [emit-limit] at the
// layer, `file` being the cfg.json. xb_emit is for plans that passed.
bool xb_emit_check(XbDiags *d, const char *file, const XbPlan *plan);

// Everything but vectors and manifest.json: rtl/, sim/, mem/, Makefile, xb_design.h, file lists,
// plan.json, waves/. Same plan and macro (NULL: ours), same bytes.
XbEmitted xb_emit(XbArena *arena, const XbPlan *plan, const XbMacro *macro);

// Names of single parts, for tests and for tools that need no folder.
XbBytes xb_emit_top(XbArena *arena, const XbPlan *plan);      // rtl/xb_top.sv
XbBytes xb_emit_program(XbArena *arena, const XbPlan *plan);  // mem/program.bin
XbBytes xb_emit_program_mem(XbArena *arena, const XbPlan *plan, XbBytes program);
XbBytes xb_emit_header(XbArena *arena, const XbPlan *plan);  // xb_design.h
XbBytes xb_emit_svh(XbArena *arena, const XbPlan *plan);     // xb_design.svh

// Identifies the hardware: two plans with the same structure, whatever their weights, converter ranges
// and tables, have the same design hash, and a program of one runs on the other's chip.
uint64_t xb_emit_design_hash(XbArena *arena, const XbPlan *plan);

typedef struct XbEmitEntry {  // a file as manifest.json lists it
    const char *path;          // relative to the emitted folder
    XbDigest digest;
} XbEmitEntry;

// manifest.json: every file of the folder but itself. `former`: entries of the design that it takes
// the place of, while the change is under way; none at its end.
XbBytes xb_emit_manifest(XbArena *arena, const XbPlan *plan, const XbEmitEntry *file, int files,
                         const XbEmitEntry *former, int formers);

#endif
