// SPDX-License-Identifier: Apache-2.0
// What other tools read to take a design in: manifest.json, a Verilog file list, a FuseSoC core, a
// Bender manifest. All four list the files in the order of xb_emit, which is dependency order for
// rtl/.
#include "emit/parts.h"
#include <inttypes.h>
#include <string.h>

static bool is_rtl(const XbEmitFile *file) { return strncmp(file->path, "rtl/", 4) == 0; }

static void put_entries(XbText *t, const char *key, const XbEmitEntry *file, int files)
{
    xb_text_add(t, ",\n  \"%s\": [\n", key);
    for (int i = 0; i < files; i++) {
        xb_text_add(t, "    {\"path\": ");
        xb_text_json_string(t, file[i].path);
        xb_text_add(t, ", \"bytes\": %" PRIu64 ", \"fnv1a\": \"%016" PRIx64 "\"}%s\n",
                    file[i].digest.bytes, file[i].digest.hash, i + 1 < files ? "," : "");
    }
    xb_text_add(t, "  ]");
}

XbBytes xb_emit_manifest(XbArena *arena, const XbPlan *plan, const XbEmitEntry *file, int files,
                         const XbEmitEntry *former, int formers)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "{\n  \"xbgen\": \"%s\",\n  \"name\": ", XBGEN_VERSION);
    xb_text_json_string(&t, plan->name);
    xb_text_add(&t, ",\n  \"network\": ");
    xb_text_json_string(&t, plan->network);
    xb_text_add(&t, ",\n  \"plan\": \"%016" PRIx64 "\"", plan->hash);
    put_entries(&t, "files", file, files);
    if (formers)
        put_entries(&t, "former", former, formers);
    xb_text_add(&t, "\n}\n");
    return xb_emit_bytes(&t);
}

XbBytes xb_emit_f(XbArena *arena, const XbEmitted *files)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "// SPDX-License-Identifier: Apache-2.0\n// Sources of the design, cells "
                    "first. Paths are relative to this file: use -F.\n");
    for (int i = 0; i < files->files; i++)
        if (is_rtl(&files->file[i]))
            xb_text_add(&t, "%s\n", files->file[i].path);
    return xb_emit_bytes(&t);
}

// The design's name as package managers take it: letters, digits, `_`.
static const char *package_name(XbArena *arena, const XbPlan *plan)
{
    char *name = xb_arena_printf(arena, "xb_%s", plan->name);
    for (char *c = name; *c; c++) {
        bool is_plain =
            (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        *c = is_plain ? *c : '_';
    }
    return name;
}

XbBytes xb_emit_core(XbArena *arena, const XbPlan *plan, const XbEmitted *files)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "CAPI=2:\n# SPDX-License-Identifier: Apache-2.0\nname: xbgen:designs:%s:%s\n",
                package_name(arena, plan), XBGEN_VERSION);
    xb_text_add(&t, "description: RRAM crossbar accelerator, plan %016" PRIx64 "\n", plan->hash);
    xb_text_add(&t, "\nfilesets:\n  rtl:\n    files:\n");
    for (int i = 0; i < files->files; i++)
        if (is_rtl(&files->file[i]))
            xb_text_add(&t, "      - %s\n", files->file[i].path);
    xb_text_add(
        &t, "    file_type: systemVerilogSource\n  program:\n    files:\n"
            "      - mem/program.mem : {copyto: mem/program.mem}\n"
            "    file_type: user\n\n"
            "targets:\n  default: &default\n    filesets: [rtl, program]\n    toplevel: xb_top\n"
            "  lint:\n    <<: *default\n    default_tool: verilator\n    tools:\n"
            "      verilator:\n        mode: lint-only\n        verilator_options: [-Wall]\n");
    return xb_emit_bytes(&t);
}

XbBytes xb_emit_bender(XbArena *arena, const XbPlan *plan, const XbEmitted *files)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "# SPDX-License-Identifier: Apache-2.0\npackage:\n  name: %s\n\nsources:\n",
                package_name(arena, plan));
    for (int i = 0; i < files->files; i++)
        if (is_rtl(&files->file[i]))
            xb_text_add(&t, "  - %s\n", files->file[i].path);
    return xb_emit_bytes(&t);
}
