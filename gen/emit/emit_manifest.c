// SPDX-License-Identifier: Apache-2.0
// What other tools read to take a design in: manifest.json, a Verilog file list, a FuseSoC core, a
// Bender manifest. All four list the files in the order of xb_emit, which is dependency order for
// rtl/.
#include "emit/parts.h"
#include <inttypes.h>
#include <string.h>

static bool is_source(const char *path) { return strncmp(path, "rtl/", 4) == 0; }

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
        if (is_source(files->file[i].path))
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

typedef bool (*Wanted)(const char *path);

static bool is_driver(const char *path) { return xb_text_ends(path, ".cpp"); }
static bool is_driver_header(const char *path) { return xb_text_ends(path, ".h"); }
static bool is_waiver(const char *path) { return xb_text_ends(path, ".vlt"); }
static bool is_bench(const char *path) { return strcmp(path, "sim/tb_xb.sv") == 0; }
static bool is_bench_header(const char *path) { return xb_text_ends(path, ".svh"); }
static bool is_script(const char *path) { return xb_text_ends(path, ".tcl"); }

static void put_fileset(XbText *t, const XbEmitted *files, Wanted is_wanted, const char *suffix)
{
    for (int i = 0; i < files->files; i++)
        if (is_wanted(files->file[i].path))
            xb_text_add(t, "      - %s%s\n", files->file[i].path, suffix);
}

static void put_type(XbText *t, const char *type) { xb_text_add(t, "    file_type: %s\n", type); }

static void begin_fileset(XbText *t, const char *name)
{
    xb_text_add(t, "  %s:\n    files:\n", name);
}

static void put_copied(XbText *t, const char *path)
{
    xb_text_add(t, "      - %s : {copyto: %s}\n", path, path);
}

// What a simulation reads, where it looks for it.
static void put_data(XbText *t, const XbPlan *plan)
{
    begin_fileset(t, "program");
    put_copied(t, "mem/program.mem");
    put_type(t, "user");
    begin_fileset(t, "vectors");
    put_copied(t, "mem/program.bin");
    put_copied(t, "vectors/input.npy");
    put_copied(t, "vectors/output.npy");
    for (int l = 0; l < plan->layers; l++)
        put_copied(t, xb_arena_printf(t->arena, "vectors/layer_%d.npy", l));
    put_type(t, "user");
}

static void put_filesets(XbText *t, const XbPlan *plan, const XbEmitted *files)
{
    xb_text_add(t, "\nfilesets:\n");
    begin_fileset(t, "rtl");
    put_fileset(t, files, is_source, "");
    put_type(t, "systemVerilogSource");
    put_data(t, plan);
    begin_fileset(t, "driver");
    put_fileset(t, files, is_driver, "");
    put_fileset(t, files, is_driver_header, " : {is_include_file: true}");
    put_type(t, "cppSource");
    begin_fileset(t, "waivers");
    put_fileset(t, files, is_waiver, "");
    put_type(t, "vlt");
    begin_fileset(t, "bench");
    put_fileset(t, files, is_bench_header, " : {is_include_file: true}");
    put_fileset(t, files, is_bench, "");
    put_type(t, "systemVerilogSource");
    begin_fileset(t, "script");
    put_fileset(t, files, is_script, " : {copyto: synth.tcl}");
    put_type(t, "user");
}

static const char targets[] =
    "\ntargets:\n"
    "  default: &default\n"
    "    filesets: [rtl, program]\n"
    "    toplevel: xb_top\n"
    "  lint:\n"
    "    <<: *default\n"
    "    filesets: [rtl, waivers]\n"
    "    default_tool: verilator\n"
    "    tools:\n"
    "      verilator:\n"
    "        mode: lint-only\n"
    "        verilator_options: [-Wall]\n"
    "  sim:\n"
    "    filesets: [rtl, vectors, \"tool_verilator? (driver)\", \"tool_verilator? (waivers)\",\n"
    "      \"!tool_verilator? (bench)\"]\n"
    "    toplevel: \"tool_verilator? (xb_top) !tool_verilator? (tb_xb)\"\n"
    "    default_tool: verilator\n"
    "    tools:\n"
    "      verilator:\n"
    "        mode: cc\n"
    "        verilator_options: [-O3, --x-assign, fast, --x-initial, fast, --assert, --timescale,\n"
    "          1ns/1ns, +define+XB_COSIM=1, +define+XB_ASSERT=1, -Wno-fatal, -CFLAGS, "
    "-std=gnu++17]\n"
    "        libs: [-lpthread]\n"
    "      icarus:\n"
    "        iverilog_options: [-g2012]\n"
    "  synth:\n"
    "    <<: *default\n"
    "    filesets: [rtl, script]\n"
    "    default_tool: yosys\n"
    "    tools:\n"
    "      yosys:\n"
    "        arch: ice40  # asked for; synth.tcl makes generic gates\n"
    "        yosys_template: synth.tcl\n"
    "        output_format: verilog\n"
    "        output_name: xb_top.netlist.v\n";

XbBytes xb_emit_core(XbArena *arena, const XbPlan *plan, const XbEmitted *files)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "CAPI=2:\n# SPDX-License-Identifier: Apache-2.0\nname: xbgen:designs:%s:%s\n",
                package_name(arena, plan), XBGEN_VERSION);
    xb_text_add(&t, "description: RRAM crossbar accelerator, plan %016" PRIx64 "\n", plan->hash);
    put_filesets(&t, plan, files);
    xb_text_add(&t, "%s", targets);
    return xb_emit_bytes(&t);
}

XbBytes xb_emit_bender(XbArena *arena, const XbPlan *plan, const XbEmitted *files)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "# SPDX-License-Identifier: Apache-2.0\npackage:\n  name: %s\n\nsources:\n",
                package_name(arena, plan));
    for (int i = 0; i < files->files; i++)
        if (is_source(files->file[i].path))
            xb_text_add(&t, "  - %s\n", files->file[i].path);
    return xb_emit_bytes(&t);
}
