// SPDX-License-Identifier: Apache-2.0
// Unit tests of gen/emit: the table of cells against the sources, and what is emitted for a small
// network that has every kind of layer. cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include "emit/kinds.h"
#include "emit/parts.h"
#include "plan/cells.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Design {
    XbArena arena;
    XbDiags d;
    XbPlan plan;
    XbEmitted files;
} Design;

static void make_design_of(Design *design, const char *cfg_text)
{
    XbCfg cfg;
    XbNet net;
    *design = (Design){0};
    design->d.arena = &design->arena;
    XbArena *a = &design->arena;
    assert_true(
        xb_cfg_parse(a, &design->d, "tests/data/misc.json", cfg_text, strlen(cfg_text), &cfg));
    assert_true(xb_net_read(a, &design->d, cfg.network_path, &net));
    assert_true(xb_plan_build(a, &design->d, &cfg, &net, &design->plan));
    design->files = xb_emit(a, &design->plan, NULL);
}

static void make_design(Design *design)
{
    make_design_of(design, "{\"network\": \"misc.tflite\", \"crossbar\": {\"rows\": 64}}");
}

static const XbEmitFile *find_file(const XbEmitted *files, const char *path)
{
    for (int i = 0; i < files->files; i++)
        if (strcmp(files->file[i].path, path) == 0)
            return &files->file[i];
    fail_msg("%s is not emitted", path);
    return NULL;
}

// The source of a cell without comments, as text.
static char *code_of(const XbBundleFile *file)
{
    char *text = malloc(file->size + 1);
    size_t n = 0;
    for (size_t i = 0; i < file->size; i++) {
        if (i + 1 < file->size && file->data[i] == '/' && file->data[i + 1] == '/')
            while (i < file->size && file->data[i] != '\n')
                i++;
        if (i < file->size)
            text[n++] = (char)file->data[i];
    }
    text[n] = '\0';
    return text;
}

// True if a line begins with the module's name and opens an instance: `name #(` or `name u_x (`.
static bool instantiates(const char *code, const char *module)
{
    size_t length = strlen(module);
    for (const char *at = code; (at = strstr(at, module)); at += length) {
        const char *before = at;
        while (before > code && before[-1] == ' ')
            before--;
        bool is_first = before == code || before[-1] == '\n';
        bool is_whole = at[length] == ' ';
        const char *next = at + length + strspn(at + length, " ");
        if (is_first && is_whole && (next[0] == '#' || strncmp(next, "u_", 2) == 0))
            return true;
    }
    return false;
}

static bool lists(const XbCell *cell, const char *module)
{
    for (const char *const *used = cell->uses; *used; used++)
        if (strcmp(*used, module) == 0)
            return true;
    return false;
}

static const XbCell *find_cell(const char *path)
{
    char name[64];
    for (const XbCell *cell = xb_cells; cell->name; cell++) {
        snprintf(name, sizeof name, "rtl_templates/%s.sv", cell->name);
        if (strcmp(name, path) == 0)
            return cell;
    }
    return NULL;
}

static bool is_cell(const XbBundleFile *file)
{
    return strncmp(file->path, "rtl_templates/", 14) == 0;
}

static void the_table_lists_every_cell(void **state)
{
    (void)state;
    int sources = 0, cells = 0;
    for (const XbBundleFile *f = xb_bundle; f->path; f++) {
        if (!is_cell(f))
            continue;
        sources++;
        if (!find_cell(f->path))
            fail_msg("%s is not in xb_cells", f->path);
    }
    while (xb_cells[cells].name)
        cells++;
    assert_int_equal(cells, sources);
}

static void the_table_lists_what_every_cell_instantiates(void **state)
{
    (void)state;
    for (const XbBundleFile *f = xb_bundle; f->path; f++) {
        const XbCell *cell = is_cell(f) ? find_cell(f->path) : NULL;
        if (!cell)
            continue;
        char *code = code_of(f);
        for (const XbCell *other = xb_cells; other->name; other++) {
            bool used = other != cell && instantiates(code, other->name);
            if (used != lists(cell, other->name))
                fail_msg("%s: the table and the source disagree about %s", cell->name, other->name);
        }
        free(code);
    }
}

static void the_table_has_a_cell_after_those_it_uses(void **state)
{
    (void)state;
    for (const XbCell *cell = xb_cells; cell->name; cell++)
        for (const XbCell *later = cell; later->name; later++)
            assert_false(lists(cell, later->name));
}

static void the_table_of_kinds_has_a_row_for_each(void **state)
{
    (void)state;
    for (int kind = 0; kind < XB_KINDS; kind++) {
        char path[64];
        assert_non_null(xb_emit_kind[kind].cell);
        snprintf(path, sizeof path, "rtl_templates/%s.sv", xb_emit_kind[kind].cell);
        assert_non_null(find_cell(path));
        assert_non_null(xb_emit_kind[kind].params);
        assert_non_null(xb_emit_kind[kind].registers);
    }
}

// A layer's cell takes as many registers as the program has for it; a pool's signs come behind.
static void a_cell_has_the_registers_of_its_kind(void **state)
{
    (void)state;
    Design design;
    make_design(&design);
    for (int i = 0; i < design.plan.layers; i++) {
        const XbPlanLayer *l = &design.plan.layer[i];
        int32_t value[XB_REGISTERS];
        char path[64];
        int count = xb_emit_kind[l->kind].registers(l, value);
        snprintf(path, sizeof path, "rtl/%s.sv", xb_emit_kind[l->kind].cell);
        XbBytes cell = find_file(&design.files, path)->bytes;
        const char *registers = strstr((const char *)cell.data, ".Registers");
        assert_non_null(registers);
        assert_int_equal(strtol(strchr(registers, '(') + 1, NULL, 10), count);
    }
    xb_arena_free(&design.arena);
}

static void emitting_twice_gives_the_same_bytes(void **state)
{
    (void)state;
    Design a, b;
    make_design(&a);
    make_design(&b);
    assert_int_equal(a.files.files, b.files.files);
    for (int i = 0; i < a.files.files; i++) {
        const XbEmitFile *x = &a.files.file[i], *y = &b.files.file[i];
        assert_string_equal(x->path, y->path);
        assert_int_equal(x->bytes.size, y->bytes.size);
        assert_memory_equal(x->bytes.data, y->bytes.data, x->bytes.size);
    }
    xb_arena_free(&a.arena);
    xb_arena_free(&b.arena);
}

static void the_top_holds_no_behaviour(void **state)
{
    (void)state;
    static const char *const words[] = {"always", "case", "function", "initial", "generate",
                                        " if",    " + ",  " - ",      " & ",     " ? "};
    Design design;
    make_design(&design);
    const char *text = (const char *)find_file(&design.files, "rtl/xb_top.sv")->bytes.data;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strstr(text, words[i]))
            fail_msg("xb_top.sv holds `%s`", words[i]);
    assert_non_null(strstr(text, "xb_layer_mvm #("));
    xb_arena_free(&design.arena);
}

static void only_the_cells_in_use_are_emitted(void **state)
{
    (void)state;
    Design design;
    make_design(&design);
    const char *top = (const char *)find_file(&design.files, "rtl/xb_top.sv")->bytes.data;
    find_file(&design.files, "rtl/xb_pe.sv");
    for (int i = 0; i < design.files.files; i++) {
        const char *path = design.files.file[i].path;
        if (strcmp(path, "rtl/xb_layer_relu.sv") == 0)
            assert_true(instantiates(top, "xb_layer_relu"));
    }
    xb_arena_free(&design.arena);
}

static uint32_t word_at(XbBytes bytes, size_t i)
{
    const uint8_t *b = bytes.data + 4 * i;
    return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

// Walks the records; returns the number of data words of a kind.
static int count_words(XbBytes program, uint32_t kind)
{
    size_t words = program.size / 4, at = 2;
    int count = 0;
    while (at + 1 < words) {
        uint32_t data = word_at(program, at + 1) & 0xffff;
        assert_true(data > 0);
        if (word_at(program, at) >> 28 == kind)
            count += (int)data;
        at += 2 + data;
    }
    assert_int_equal(at, words - 1);
    return count;
}

static int expected_level_words(const XbPlan *plan)
{
    int rows = 0;
    for (int l = 0; l < plan->layers; l++)
        for (int i = 0; plan->layer[l].map && i < plan->layer[l].map->arrays; i++)
            rows += plan->layer[l].map->array[i].rows;
    return rows * xb_ceil_div(plan->cols * plan->cell_bits, 32);
}

static void the_program_is_records_from_magic_to_crc(void **state)
{
    (void)state;
    Design design;
    make_design(&design);
    XbBytes program = find_file(&design.files, "mem/program.bin")->bytes;
    assert_int_equal(word_at(program, 0), 0x47504258);
    assert_int_equal(word_at(program, 1),
                     xb_emit_design_hash(&design.arena, &design.plan) & UINT32_MAX);
    assert_int_equal(count_words(program, 1), expected_level_words(&design.plan));
    assert_true(count_words(program, 2) > 0);
    assert_true(count_words(program, 3) > 0);
    // CRC-32 of a message and its own CRC, as every IEEE 802.3 receiver checks it.
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < program.size; i++) {
        crc ^= program.data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    assert_int_equal(crc, 0xdebb20e3);
    xb_arena_free(&design.arena);
}

// Stands on the next record for an array; false: there is no more.
static bool next_of_array(XbBytes program, size_t *at, uint32_t array)
{
    for (*at += 2 + (word_at(program, *at + 1) & 0xffff); 4 * *at + 8 < program.size;
         *at += 2 + (word_at(program, *at + 1) & 0xffff)) {
        uint32_t head = word_at(program, *at);
        if ((head >> 28 == 1 || head >> 28 == 5) && (head & 0xfffffff) == array)
            return true;
    }
    return false;
}

// The record there has that kind, address and data.
static void check_record(XbBytes program, size_t at, uint32_t kind, uint32_t addr,
                         const uint32_t *data, uint32_t count)
{
    assert_int_equal(word_at(program, at) >> 28, kind);
    assert_int_equal(word_at(program, at + 1), addr << 16 | count);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(word_at(program, at + 2 + i), data[i]);
}

// A row's conductances, cell by cell.
static void check_row(XbBytes program, size_t at, const XbPlan *plan, const uint16_t *row, int cols)
{
    for (int bit = 0; bit < cols * plan->level_bits; bit++) {
        uint32_t want = row[bit / plan->level_bits] >> bit % plan->level_bits & 1;
        assert_int_equal(word_at(program, at + 2 + (size_t)bit / 32) >> bit % 32 & 1, want);
    }
}

static const char imperfect[] =
    "{\"network\": \"misc.tflite\", \"crossbar\": {\"rows\": 64},"
    "\"adc\": {\"preset\": {\"name\": \"neurosim13\", \"bits\": 3, \"min\": -50, \"max\": 900}},"
    "\"mapping\": {\"duplication\": 2}, \"rram\": {\"seed\": \"0x123456789abcdef0\","
    "\"frac_bits\": 4, \"variation\": 0.2, \"read_noise\": 0.3}}";

// Every array of every copy: step, noise and list, then its own cells.
static void the_program_has_noise_lists_and_the_cells_of_copies(void **state)
{
    (void)state;
    Design design;
    make_design_of(&design, imperfect);
    XbBytes program = find_file(&design.files, "mem/program.bin")->bytes;
    for (int l = 0; l < design.plan.layers; l++) {
        const XbPlanMap *m = design.plan.layer[l].map;
        for (int64_t i = 0; m && i < m->arrays; i++) {
            const XbPlanArray *a = &m->array[i % m->set];
            const uint32_t array = (uint32_t)(m->first_array + i), zero = 0, one = 1;
            const uint32_t step[] = {(uint32_t)m->adc.delta, (uint32_t)m->adc.lo, 7};
            const uint32_t noise[] = {(uint32_t)m->read_noise, 0x9abcdef0, 0x12345678,
                                      (uint32_t)m->planes, (uint32_t)m->groups};
            size_t at = 2;  // behind magic and hash stands a register, which is of no array
            assert_true(next_of_array(program, &at, array));
            check_record(program, at, 5, 0, step, 3);
            assert_true(next_of_array(program, &at, array));
            check_record(program, at, 5, 3, noise, 5);
            assert_true(next_of_array(program, &at, array));
            check_record(program, at, 5, 8, &one, 1);
            assert_true(next_of_array(program, &at, array));
            check_record(program, at, 5, 9, &zero, 1);
            assert_true(next_of_array(program, &at, array));
            check_record(program, at, 5, 16385, (const uint32_t *)m->adc.threshold, 7);
            for (int row = 0; row < a->rows; row++) {
                assert_true(next_of_array(program, &at, array));
                assert_int_equal(word_at(program, at + 1) >> 16, row);
                check_row(program, at, &design.plan, m->conductance[i] + (size_t)row * (size_t)a->cols, a->cols);
            }
            assert_false(next_of_array(program, &at, array));
        }
    }
    xb_arena_free(&design.arena);
}

// The table in the cell is the one that plan and model use.
static void the_cells_quantiles_are_the_plans(void **state)
{
    (void)state;
    XbArena arena = {0};
    const int16_t *q = xb_noise_quantiles(&arena);
    const char *at = (const char *)xb_emit_source("rtl_templates/xb_macro_noise.sv").data;
    for (int i = XB_QUANTILES - 1; i >= XB_QUANTILES / 2; i--) {
        char digits[5] = {0};
        if (i % 16 == 15) {
            at = strstr(at, "256'h");
            assert_non_null(at);
            at += 5;
        }
        memcpy(digits, at, 4);
        at += 4;
        assert_int_equal(strtol(digits, NULL, 16), q[i]);
        assert_int_equal(q[XB_QUANTILES - 1 - i], -q[i]);
    }
    xb_arena_free(&arena);
}

static void program_mem_holds_the_same_words(void **state)
{
    (void)state;
    Design design;
    make_design(&design);
    XbBytes program = find_file(&design.files, "mem/program.bin")->bytes;
    XbBytes mem = find_file(&design.files, "mem/program.mem")->bytes;
    const char *at = (const char *)mem.data;
    while (strncmp(at, "//", 2) == 0)
        at = strchr(at, '\n') + 1;
    for (size_t i = 0; i < program.size / 4; i++, at += 9)
        assert_int_equal(strtoul(at, NULL, 16), word_at(program, i));
    assert_int_equal(mem.data[mem.size - 1], '\n');
    assert_ptr_equal(at, mem.data + mem.size);
    xb_arena_free(&design.arena);
}

static void the_manifest_lists_what_is_there_and_what_was(void **state)
{
    (void)state;
    Design design;
    make_design(&design);
    XbEmitEntry file[] = {{"rtl/a.sv", {3, 0xabc}}, {"vectors/b.npy", {UINT64_C(5000000000), 1}}};
    XbBytes now = xb_emit_manifest(&design.arena, &design.plan, file, 2, NULL, 0);
    XbBytes moving = xb_emit_manifest(&design.arena, &design.plan, file + 1, 1, file, 1);
    const char *text = (const char *)now.data;
    assert_non_null(strstr(text, "{\"path\": \"rtl/a.sv\", \"bytes\": 3, "
                                 "\"fnv1a\": \"0000000000000abc\"},\n"));
    assert_non_null(strstr(text, "{\"path\": \"vectors/b.npy\", \"bytes\": 5000000000, "));
    assert_null(strstr(text, "former"));
    text = (const char *)moving.data;
    assert_true(strstr(text, "rtl/a.sv") > strstr(text, "\"former\""));
    xb_arena_free(&design.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_lists_every_cell),
        cmocka_unit_test(the_table_lists_what_every_cell_instantiates),
        cmocka_unit_test(the_table_has_a_cell_after_those_it_uses),
        cmocka_unit_test(the_table_of_kinds_has_a_row_for_each),
        cmocka_unit_test(a_cell_has_the_registers_of_its_kind),
        cmocka_unit_test(emitting_twice_gives_the_same_bytes),
        cmocka_unit_test(the_top_holds_no_behaviour),
        cmocka_unit_test(only_the_cells_in_use_are_emitted),
        cmocka_unit_test(the_program_is_records_from_magic_to_crc),
        cmocka_unit_test(the_program_has_noise_lists_and_the_cells_of_copies),
        cmocka_unit_test(the_cells_quantiles_are_the_plans),
        cmocka_unit_test(program_mem_holds_the_same_words),
        cmocka_unit_test(the_manifest_lists_what_is_there_and_what_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
