// SPDX-License-Identifier: Apache-2.0
// Which cell instantiates which, so that a design gets the cells it uses and no others.
#include "emit/kinds.h"
#include "emit/parts.h"
#include <assert.h>
#include <string.h>

const XbCell xb_cells[] = {
    {"xb_check_stream", {NULL}},
    {"xb_delay", {NULL}},
    {"xb_ram", {NULL}},
    {"xb_store", {"xb_ram", NULL}},
    {"xb_adder_tree", {"xb_delay", NULL}},
    {"xb_gearbox", {NULL}},
    {"xb_fifo", {"xb_store", NULL}},
    {"xb_regear", {"xb_fifo", "xb_gearbox", NULL}},
    {"xb_axis_in", {"xb_check_stream", "xb_regear", NULL}},
    {"xb_axis_out", {"xb_check_stream", "xb_regear", NULL}},
    {"xb_clamp", {NULL}},
    {"xb_word_count", {NULL}},
    {"xb_turn", {"xb_word_count", NULL}},
    {"xb_alone", {NULL}},
    {"xb_counters", {NULL}},
    {"xb_macro_cells", {NULL}},
    {"xb_macro_curve", {NULL}},
    {"xb_macro_levels", {NULL}},
    {"xb_macro_noise", {NULL}},
    {"xb_macro", {"xb_macro_cells", "xb_macro_curve", "xb_macro_levels", "xb_macro_noise", NULL}},
    {"xb_reach", {NULL}},
    {"xb_raster", {NULL}},
    {"xb_ring", {"xb_store", NULL}},
    {"xb_buffer", {"xb_reach", "xb_ring", NULL}},
    {"xb_fetch", {"xb_buffer", "xb_raster", NULL}},
    {"xb_fork", {"xb_fifo", NULL}},
    {"xb_lanes", {"xb_fifo", NULL}},
    {"xb_probe_place", {NULL}},
    {"xb_probe_stream", {NULL}},
    {"xb_prog_regs", {NULL}},
    {"xb_prog_stage", {NULL}},
    {"xb_scale", {NULL}},
    {"xb_layer_shell",
     {"xb_check_stream", "xb_counters", "xb_probe_place", "xb_probe_stream", "xb_prog_regs",
      "xb_prog_stage", "xb_word_count", NULL}},
    {"xb_layer_add", {"xb_clamp", "xb_fifo", "xb_lanes", "xb_layer_shell", "xb_scale", NULL}},
    {"xb_pool_lane", {"xb_clamp", "xb_scale", NULL}},
    {"xb_pool_recip", {"xb_store", NULL}},
    {"xb_pool_taps", {NULL}},
    {"xb_pool_window", {"xb_lanes", "xb_pool_lane", "xb_pool_recip", "xb_pool_taps", NULL}},
    {"xb_layer_pool", {"xb_fetch", "xb_fifo", "xb_layer_shell", "xb_pool_window", NULL}},
    {"xb_layer_relu", {"xb_clamp", "xb_lanes", "xb_layer_shell", "xb_scale", NULL}},
    {"xb_layer_table", {"xb_lanes", "xb_layer_shell", "xb_store", NULL}},
    {"xb_layer_mul",
     {"xb_clamp", "xb_fifo", "xb_lanes", "xb_layer_shell", "xb_scale", "xb_word_count", NULL}},
    {"xb_layer_merge", {"xb_lanes", "xb_layer_shell", NULL}},
    {"xb_layer_reshape", {"xb_layer_shell", "xb_regear", NULL}},
    {"xb_layer_concat", {"xb_fifo", "xb_layer_shell", "xb_word_count", NULL}},
    {"xb_layer_slice", {"xb_fifo", "xb_layer_shell", "xb_regear", NULL}},
    {"xb_probe_adc", {NULL}},
    {"xb_prog_decode", {NULL}},
    {"xb_prog_door", {NULL}},
    {"xb_prog_row", {NULL}},
    {"xb_shift_add", {NULL}},
    {"xb_accumulator", {"xb_ram", NULL}},
    {"xb_pe", {"xb_accumulator", "xb_macro", "xb_probe_adc", "xb_prog_row", "xb_shift_add", NULL}},
    {"xb_program", {NULL}},
    {"xb_regs", {NULL}},
    {"xb_reset_sync", {NULL}},
    {"xb_tile", {"xb_pe", "xb_prog_decode", "xb_prog_door", NULL}},
    {"xb_array_counts", {NULL}},
    {"xb_join", {NULL}},
    {"xb_merge", {"xb_adder_tree", "xb_join", NULL}},
    {"xb_stages", {"xb_delay", NULL}},
    {"xb_arrays", {"xb_array_counts", "xb_merge", "xb_stages", "xb_tile", NULL}},
    {"xb_collect", {"xb_store", NULL}},
    {"xb_thresholds", {NULL}},
    {"xb_post", {"xb_clamp", "xb_scale", "xb_thresholds", NULL}},
    {"xb_pick", {NULL}},
    {"xb_requant_lane", {"xb_post", NULL}},
    {"xb_requant", {"xb_prog_row", "xb_requant_lane", "xb_store", NULL}},
    {"xb_words", {NULL}},
    {"xb_unpatch", {"xb_regear", "xb_store", NULL}},
    {"xb_sequencer", {NULL}},
    {"xb_planes", {NULL}},
    {"xb_serializer", {"xb_planes", NULL}},
    {"xb_window_sum", {NULL}},
    {"xb_patch_sum", {NULL}},
    {"xb_finish", {"xb_collect", "xb_fifo", "xb_pick", "xb_requant", "xb_words", NULL}},
    {"xb_window_own", {"xb_fetch", "xb_patch_sum", "xb_serializer", "xb_window_sum", NULL}},
    {"xb_sweep", {NULL}},
    {"xb_gather", {"xb_buffer", "xb_sweep", NULL}},
    {"xb_patch", {NULL}},
    {"xb_strip", {"xb_patch", NULL}},
    {"xb_window_shared", {"xb_gather", "xb_planes", "xb_strip", NULL}},
    {"xb_meter", {NULL}},
    {"xb_window", {"xb_meter", "xb_window_own", "xb_window_shared", NULL}},
    {"xb_layer_mvm",
     {"xb_arrays", "xb_finish", "xb_layer_shell", "xb_sequencer", "xb_unpatch", "xb_window", NULL}},
    {NULL, {NULL}},
};

const char *const xb_cell_macro = "xb_macro";

static int find(const char *name)
{
    int i = 0;
    while (xb_cells[i].name && strcmp(xb_cells[i].name, name) != 0)
        i++;
    assert(xb_cells[i].name);
    return i;
}

bool xb_cell_is_in_macro(const char *cell)
{
    const char *const *inside = xb_cells[find(xb_cell_macro)].uses;
    while (*inside && strcmp(*inside, cell) != 0)
        inside++;
    return *inside != NULL;
}

// Marks a cell and all below it. The table has a cell after those it uses, so this ends.
static void mark(bool *used, const char *name)
{
    int i = find(name);
    if (used[i])
        return;
    used[i] = true;
    for (const char *const *below = xb_cells[i].uses; *below; below++)
        mark(used, *below);
}

// What stands in front of a layer.
static void mark_front(bool *used, const XbPlanLayer *l)
{
    for (int i = 0; i < l->inputs; i++)
        if (l->gear[i])
            mark(used, "xb_regear");
    if (l->inputs == 1 && l->fifo_beats[0] > 0)
        mark(used, "xb_fifo");
}

static void mark_serial(bool *used)
{
    mark(used, "xb_alone");
    mark(used, "xb_turn");
}

static void mark_design(bool *used, const XbPlan *plan)
{
    static const char *const always[] = {"xb_reset_sync", "xb_axis_in", "xb_program", "xb_regs",
                                         "xb_axis_out"};
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        mark(used, always[i]);
    if (plan->pipeline == XB_PIPELINE_SERIAL)
        mark_serial(used);
    if (xb_plan_readers(plan, -1) > 1)
        mark(used, "xb_fork");
    for (int i = 0; i < plan->layers; i++) {
        const XbPlanLayer *l = &plan->layer[i];
        mark(used, xb_emit_kind[l->kind].cell);
        if (xb_plan_readers(plan, i) > 1)
            mark(used, "xb_fork");
        mark_front(used, l);
    }
}

const char *const *xb_cells_used(XbArena *arena, const XbPlan *plan)
{
    int cells = 0, count = 0;
    while (xb_cells[cells].name)
        cells++;
    bool *used = xb_new(arena, bool, cells);
    mark_design(used, plan);
    const char **names = xb_new(arena, const char *, cells + 1);
    for (int i = 0; i < cells; i++)
        if (used[i])
            names[count++] = xb_cells[i].name;
    return names;
}
