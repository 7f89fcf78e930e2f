// SPDX-License-Identifier: Apache-2.0
// The arguments of the program.
#include "cli/cli_options.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/emit.h"

enum { LONGEST_NAME = 64 };  // of an option

__attribute__((format(printf, 2, 3))) static bool fail(int *status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("xbgen: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    *status = XB_BAD_INPUT;
    return false;
}

static bool set_number(const XbOption *o, const char *text, int *value, int *status)
{
    char *end;
    long number = strtol(text, &end, 10);
    if (end != text && !*end && number >= o->lo && number <= o->hi) {
        *value = (int)number;
        return true;
    }
    return fail(status, "%s takes an integer %d..%d, not '%s'", o->name, o->lo, o->hi, text);
}

// Whether "this|that" has the word.
static bool has_word(const char *words, const char *text)
{
    size_t length = strlen(text);
    while (strcspn(words, "|") != length || strncmp(words, text, length) != 0) {
        words += strcspn(words, "|");
        if (!*words++)
            return false;
    }
    return true;
}

// "this, that or those".
static bool fail_word(const XbOption *o, const char *text, int *status)
{
    char list[64] = "";
    for (const char *at = o->value; *at;) {
        int length = (int)strcspn(at, "|"), used = (int)strlen(list);
        const char *end = at + length + (at[length] == '|');
        const char *comma = at == o->value ? "" : *end ? ", " : " or ";
        snprintf(list + used, sizeof list - (size_t)used, "%s%.*s", comma, length, at);
        at = end;
    }
    return fail(status, "%s takes %s, not '%s'", o->name, list, text);
}

static bool add_text(const XbOption *o, const char *text, XbTexts *texts, int *status)
{
    if (texts->count == XB_MOST_TEXTS)
        return fail(status, "%s is given more than %d times", o->name, XB_MOST_TEXTS);
    texts->text[texts->count++] = text;
    return true;
}

static bool set_value(const XbOption *o, const char *text, XbOptions *out, int *status)
{
    void *member = (char *)out + o->offset;
    if (o->kind == XB_NUMBER)
        return set_number(o, text, member, status);
    if (o->kind == XB_WORD && !has_word(o->value, text))
        return fail_word(o, text, status);
    if (!text[0])
        return fail(status, "%s has an empty value", o->name);
    if (o->kind == XB_TEXTS)
        return add_text(o, text, member, status);
    *(const char **)member = text;
    return true;
}

// A factor: a number, or a quotient of two; false: it is neither.
static bool read_factor(const char *text, float *factor)
{
    char *end;
    double number = strtod(text, &end), by = 1;
    if (end != text && *end == '/') {
        const char *below = end + 1;
        by = strtod(below, &end);
        if (end == below)
            return false;
    }
    *factor = (float)(number / by);
    return end != text && !*end && isfinite(*factor) && *factor != 0;
}

// An option that may stand alone or have a factor behind "=".
static bool set_maybe(const XbOption *o, const char *text, const char *next, XbOptions *out,
                      int *status)
{
    float *factor = (float *)(void *)((char *)out + o->offset);
    if (!text && next && read_factor(next, factor))
        return fail(status, "a factor stands behind an equals sign: %s=%s", o->name, next);
    *factor = 1;
    if (!text || read_factor(text, factor))
        return true;
    return fail(status, "%s takes a factor other than 0, as 0.5 or 1/255, not '%s'", o->name, text);
}

// What is wrong with a word that no verb's option is spelt like; NULL: nothing else.
static const char *misplaced(const char *word, bool is_elsewhere)
{
    if (is_elsewhere)
        return "belongs to another verb";
    if (word[0] != '-' && strpbrk(word, "./"))
        return "stands alone; files are given as --arch CFG and the like";
    return NULL;
}

// What is told of a verb's option that it does not have.
static bool fail_unknown(XbVerb verb, const char *name, bool is_elsewhere, int *status)
{
    const char *what = misplaced(name, is_elsewhere), *of = xb_verb_name(verb);
    const char *near = what ? NULL : xb_option_near(verb, name);
    if (near)
        return fail(status, "%s: %s is not understood; did you mean %s?", of, name, near);
    return fail(status, "%s: %s %s; try xbgen %s --help", of, name,
                what ? what : "is not understood", of);
}

// "--name=value" in its two parts; false: it is not of that form.
static bool cut_value(const char *word, char *name, size_t size, const char **value)
{
    size_t length = strcspn(word, "=");
    if (word[0] != '-' || !word[length] || length >= size)
        return false;
    memcpy(name, word, length);
    name[length] = '\0';
    *value = word + length + 1;
    return true;
}

static bool take_flag(const XbOption *o, const char *value, XbOptions *out, int *status)
{
    if (value)
        return fail(status, "%s takes no value", o->name);
    *(bool *)(void *)((char *)out + o->offset) = true;
    return true;
}

// Of two values the last would win, and nothing would tell which that is.
static bool take_once(const XbOption *o, XbOptions *out, int *status)
{
    const char *verb = xb_verb_name(out->verb);
    uint64_t bit = UINT64_C(1) << xb_option_number(o);
    bool is_again = out->given & bit;
    out->given |= bit;
    if (!is_again || o->kind == XB_TEXTS)
        return true;
    if (o->offset == offsetof(XbOptions, arch))
        return fail(status, "%s takes one --arch; compare takes several", verb);
    return fail(status, "%s: %s is given twice", verb, o->name);
}

// One option and its value, in one word or two; *at is moved past them.
static bool take_option(char **argv, int *at, XbOptions *out, int *status)
{
    char cut[LONGEST_NAME];
    const char *name = argv[(*at)++], *value = NULL;
    if (cut_value(name, cut, sizeof cut, &value))
        name = cut;
    bool is_elsewhere = false;
    const XbOption *o = xb_option_find(out->verb, name, &is_elsewhere);
    if (!o)
        return fail_unknown(out->verb, name, is_elsewhere, status);
    if (!take_once(o, out, status))
        return false;
    if (o->kind == XB_FLAG)
        return take_flag(o, value, out, status);
    if (o->kind == XB_MAYBE)
        return set_maybe(o, value, argv[*at], out, status);
    if (!value && !argv[*at])
        return fail(status, "%s needs a value, %s", name, o->value);
    return set_value(o, value ? value : argv[(*at)++], out, status);
}

static bool check_sweep(const XbOptions *o, int *status)
{
    if (!o->sets.count)
        return fail(status, "sweep needs --set KEY=VALUES");
    if (!o->input != !o->labels)
        return fail(status, "sweep takes --input X.npy and --labels L.npy together");
    if (o->images && !o->input)
        return fail(status, "-n needs --input X.npy");
    return true;
}

static bool check_compare(const XbOptions *o, int *status)
{
    if (o->archs.count < 2)
        return fail(status, "compare needs --arch CFG twice or more");
    if (o->json && o->csv)
        return fail(status, "compare prints JSON or CSV, not both");
    if (!o->measure && (o->input || o->images || o->output || o->force))
        return fail(status, "--input, -n, -o and --force need --measure");
    return true;
}

static bool check_calibrate(const XbOptions *o, int *status)
{
    if (!o->input || !o->output)
        return fail(status, "calibrate needs --input X.npy and -o F.json");
    if (o->budget && o->bits)
        return fail(status, "--budget finds the bits of every layer: give no --bits with it");
    if (o->budget && strcmp(o->scope, "layer") != 0)
        return fail(status, "--budget works layer by layer: give no --scope network with it");
    return true;
}

static bool check_needed(const XbOptions *o, int *status)
{
    if (o->real != 0 && !o->input)
        return fail(status, "--input-real needs --input X.npy");
    if (o->verb == XB_VERB_COMPARE)
        return check_compare(o, status);
    if (o->verb == XB_VERB_ADC && o->json && o->csv)
        return fail(status, "adc prints JSON or CSV, not both");
    if (!o->arch)
        return fail(status, "%s needs --arch CFG", xb_verb_name(o->verb));
    if (o->verb == XB_VERB_EMIT && !o->output)
        return fail(status, "%s needs -o DIR", xb_verb_name(o->verb));
    if (o->verb == XB_VERB_GOLDEN && !o->input)
        return fail(status, "%s needs --input X.npy", xb_verb_name(o->verb));
    if (o->verb == XB_VERB_CALIBRATE)
        return check_calibrate(o, status);
    if (o->trials && (!o->labels || o->output || o->layers || o->naive))
        return fail(status, "--trials needs --labels L.npy, and takes no -o, --layers or --naive");
    return o->verb != XB_VERB_SWEEP || check_sweep(o, status);
}

// The golden model's kernel that $XB_KERNEL names, or the fastest.
static bool take_kernel(const XbKernel **kernel, int *status)
{
    const char *name = getenv("XB_KERNEL");
    *kernel = xb_model_kernel(name && name[0] ? name : NULL);
    if (!*kernel)
        return fail(status, "XB_KERNEL takes portable, avx2 or avx512, not '%s'", name);
    if (xb_model_kernel_runs(*kernel))
        return true;
    fail(status, "XB_KERNEL is %s, which this processor cannot run", name);
    *status = XB_ENVIRONMENT;
    return false;
}

// Images of a batch that $XB_BATCH asks for, 0 without it.
static bool take_batch(int *batch, int *status)
{
    static const XbOption range = {.name = "XB_BATCH", .lo = 1, .hi = 1 << 30};
    const char *text = getenv("XB_BATCH");
    return !text || !text[0] || set_number(&range, text, batch, status);
}

static bool done(int *status)
{
    *status = XB_OK;
    return false;
}

static bool fail_word_alone(const char *word, int *status)
{
    const char *near = xb_verb_near(word);
    if (near)
        return fail(status, "'%s' is not understood; did you mean %s?", word, near);
    return fail(status, "'%s' is neither a verb nor an option; try xbgen --help", word);
}

// `xbgen --version` and the like.
static bool take_word(const char *word, int *status)
{
    if (strcmp(word, "--version") == 0)
        printf("xbgen %s\n", XBGEN_VERSION);
    else if (strcmp(word, "--print-schema") == 0)
        fputs(xb_cfg_schema(), stdout);
    else if (strcmp(word, "--print-net-schema") == 0)
        fputs(xb_net_schema(), stdout);
    else if (strcmp(word, "--print-man") == 0)
        xb_manual_print();
    else if (strcmp(word, "--print-completion") == 0)
        xb_completion_print();
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        xb_help_print();
    else
        return fail_word_alone(word, status);
    return done(status);
}

bool xb_cli_parse(int argc, char **argv, XbOptions *out, int *status)
{
    *out = (XbOptions){.level = "layer",
                       .seed = 1,
                       .every = 2,
                       .column = -1,
                       .criterion = "squared",
                       .weight = "none",
                       .scope = "layer"};
    if (argc < 2)
        return fail(status, "a verb is needed; try xbgen --help");
    if (!xb_verb_find(argv[1], &out->verb))
        return argc > 2 && argv[1][0] == '-'
                   ? fail(status, "a verb comes before '%s'; try xbgen --help", argv[1])
                   : take_word(argv[1], status);
    for (int at = 2; argv[at];) {
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            xb_help_print_verb(out->verb);
            return done(status);
        }
        if (!take_option(argv, &at, out, status))
            return false;
    }
    return take_kernel(&out->kernel, status) && take_batch(&out->batch, status) &&
           check_needed(out, status);
}
