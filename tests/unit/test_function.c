// SPDX-License-Identifier: Apache-2.0
// Functions of one code against what TensorFlow Lite's interpreter gave for all 256 codes
// (tests/data/functions.txt, which tests/nightly/functions.sh records).
// cmocka.h needs these before it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "xbgen/digest.h"
#include "xbgen/net.h"

typedef struct Line {  // of the file, numbers as the network has them
    char function[16], type[8], hash[24];
    float in, out, operand, alpha;
    int in_zero, out_zero, operand_zero, code, act;
} Line;

static bool read_line(FILE *file, Line *l)
{
    char text[200];
    while (fgets(text, sizeof text, file))
        if (text[0] != '#')
            return sscanf(text, "%15s %7s %f %d %f %d %f %d %d %f %d %23s", l->function, l->type,
                          &l->in, &l->in_zero, &l->out, &l->out_zero, &l->operand, &l->operand_zero,
                          &l->code, &l->alpha, &l->act, l->hash) == 12;
    return false;
}

static XbFunction function_named(const char *name)
{
    for (int f = 0; f < XB_FUNCTIONS; f++)
        if (strcmp(xb_function_name((XbFunction)f), name) == 0)
            return (XbFunction)f;
    fail_msg("%s is no function", name);
    return XB_FUNCTIONS;
}

static int upper_end(const Line *l, int zero)
{
    float six = l->act == 3 ? (float)(int)(6.0f / l->out + 0.5f) : 255.0f;
    return six < (float)(255 - zero) ? zero + (int)six : 255;
}

static uint64_t hash_of_codes(const Line *l, const XbFunctionOf *f, int offset)
{
    int lo = l->act ? f->out_zero : 0, hi = l->act == 3 ? upper_end(l, f->out_zero) : 255;
    uint8_t y[256];
    for (int x = 0; x < 256; x++) {
        int64_t value = xb_function_value(f, x, l->code + offset);
        y[x] = (uint8_t)((value < lo ? lo : value > hi ? hi : value) - offset);
    }
    return xb_digest_add(xb_digest_start(), y, sizeof y).hash;
}

static void check_line(const Line *l, int *refused)
{
    int offset = strcmp(l->type, "int8") == 0 ? 128 : 0;
    XbFunctionOf f = {.function = function_named(l->function),
                      .in = l->in,
                      .operand = l->operand,
                      .out = l->out,
                      .in_zero = l->in_zero + offset,
                      .operand_zero = l->operand_zero + offset,
                      .out_zero = l->out_zero + offset,
                      .out_offset = offset,
                      .alpha = l->alpha,
                      .how = XB_M_DOUBLE};
    xb_function_prepare(&f);
    char hash[24] = "refused";
    if (xb_function_fault(&f, 8, 8))
        ++*refused;
    else
        snprintf(hash, sizeof hash, "%016" PRIx64, hash_of_codes(l, &f, offset));
    if (strcmp(hash, l->hash) != 0)
        fail_msg("%s %s, scales %g and %g: %s, not %s", l->function, l->type, (double)l->in,
                 (double)l->out, hash, l->hash);
}

static void all_codes_are_those_of_the_interpreter(void **state)
{
    (void)state;
    FILE *file = fopen("tests/data/functions.txt", "r");
    int lines = 0, refused = 0;
    Line l;
    if (!file)
        skip();  // not run from the repository's root
    for (; read_line(file, &l); lines++)
        check_line(&l, &refused);
    fclose(file);
    assert_true(lines > 100 && refused > 5 && refused < lines / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_codes_are_those_of_the_interpreter),
    };
    return cmocka_run_group_tests_name("function", tests, NULL, NULL);
}
