// SPDX-License-Identifier: Apache-2.0
// Options in one table, from which the arguments are read and the help is printed.
#include "cli/cli.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xbgen/emit.h"

enum {
    PLAN = 1 << XB_VERB_PLAN,
    EMIT = 1 << XB_VERB_EMIT,
    GOLDEN = 1 << XB_VERB_GOLDEN,
    COSIM = 1 << XB_VERB_COSIM,
    COMPARE = 1 << XB_VERB_COMPARE,
    SWEEP = 1 << XB_VERB_SWEEP,
    NET = 1 << XB_VERB_NET,
    STUDY = 1 << XB_VERB_STUDY,
    ADC = 1 << XB_VERB_ADC,
    CALIBRATE = 1 << XB_VERB_CALIBRATE,
    ALL = PLAN | EMIT | GOLDEN | COSIM | STUDY | ADC | CALIBRATE
};

typedef enum { FLAG, TEXT, TEXTS, NUMBER, WORD } Kind;

typedef struct Option {
    const char *name, *value;  // value NULL: a flag; of a word "this|that"
    Kind kind;
    int verbs;
    size_t offset;  // in XbOptions
    int lo, hi;     // of a number
    const char *help;
} Option;

static const Option options[] = {
    {"--arch", "CFG", TEXT, ALL | SWEEP | NET, offsetof(XbOptions, arch), 0, 0,
     "the mapping, cfg.json (docs/config.md)"},
    {"--arch", "CFG", TEXTS, COMPARE, offsetof(XbOptions, archs), 0, 0,
     "a configuration, cfg.json (docs/config.md): give two or more, each with --arch"},
    {"--set", "KEY=V", TEXTS, SWEEP, offsetof(XbOptions, sets), 0, 0,
     "values of a key: numbers, words, ranges a..b and a..b:step, with commas between"},
    {"--measure", NULL, FLAG, COMPARE, offsetof(XbOptions, measure), 0, 0,
     "takes figures from co-simulation, which must be those of the plan"},
    {"--input", "X.npy", TEXT, EMIT | GOLDEN | COSIM | COMPARE | SWEEP | CALIBRATE,
     offsetof(XbOptions, input), 0, 0, "images [N,H,W,C], int8 or uint8 as the network takes them"},
    {"-n", "N", NUMBER, EMIT | GOLDEN | COSIM | COMPARE | SWEEP | CALIBRATE,
     offsetof(XbOptions, images), 1, 1 << 30, "the first N images only"},
    {"-o", "DIR", TEXT, EMIT | COSIM | COMPARE | NET, offsetof(XbOptions, output), 0, 0,
     "the folder to write"},
    {"-o", "F.csv", TEXT, SWEEP, offsetof(XbOptions, output), 0, 0,
     "the table, instead of to standard output"},
    {"-o", "F.json", TEXT, CALIBRATE, offsetof(XbOptions, output), 0, 0,
     "the configuration to write"},
    {"-o", "Y.npy", TEXT, GOLDEN, offsetof(XbOptions, output), 0, 0, "results [N, ...]"},
    {"--bits", "B", NUMBER, CALIBRATE, offsetof(XbOptions, bits), 1, 14,
     "of every layer's converters; without it those of cfg.json"},
    {"--criterion", "squared|absolute", WORD, CALIBRATE, offsetof(XbOptions, criterion), 0, 0,
     "what the search makes least: squared (default) or absolute error"},
    {"--weight", "none|plane", WORD, CALIBRATE, offsetof(XbOptions, weight), 0, 0,
     "plane: errors weigh as much as their input plane; none by default"},
    {"--scope", "layer|network", WORD, CALIBRATE, offsetof(XbOptions, scope), 0, 0,
     "a range for each layer (default), or one for the network"},
    {"--power-of-two", NULL, FLAG, CALIBRATE, offsetof(XbOptions, power_of_two), 0, 0,
     "only steps that are powers of two"},
    {"--budget", "P%", TEXT, CALIBRATE, offsetof(XbOptions, budget), 0, 0,
     "fewer bits, layer by layer, until so many images change their class"},
    {"--per", "plane|slice", WORD, CALIBRATE, offsetof(XbOptions, per), 0, 0,
     "reports every input plane or weight slice too"},
    {"--report", "F.json", TEXT, CALIBRATE, offsetof(XbOptions, report), 0, 0,
     "the table, and more, as JSON"},
    {"--histograms", "DIR", TEXT, CALIBRATE, offsetof(XbOptions, histograms), 0, 0,
     "writes DIR/<name>.npy, int64 [plane, slice, sum - least possible sum]"},
    {"--level", "output|layer|adc", WORD, EMIT | COSIM, offsetof(XbOptions, level), 0, 0,
     "what is compared: output, layer (default) or adc, every conversion"},
    {"--labels", "L.npy", TEXT, GOLDEN, offsetof(XbOptions, labels), 0, 0,
     "integers [N]: prints the accuracy"},
    {"--labels", "L.npy", TEXT, SWEEP, offsetof(XbOptions, labels), 0, 0,
     "integers [N]: the accuracy of every combination"},
    {"--plot", "F.svg", TEXT, SWEEP, offsetof(XbOptions, plot), 0, 0,
     "draws the table with gnuplot, over the first key"},
    {"--layers", "DIR", TEXT, GOLDEN, offsetof(XbOptions, layers), 0, 0,
     "writes every layer's output as DIR/<name>.npy, [N,H,W,C]"},
    {"--layers", NULL, FLAG, COMPARE, offsetof(XbOptions, by_layer), 0, 0,
     "the figures of every layer too"},
    {"--naive", NULL, FLAG, GOLDEN, offsetof(XbOptions, naive), 0, 0,
     "the plain network, without crossbars"},
    {"--stall", "PERCENT", NUMBER, COSIM, offsetof(XbOptions, stall), 0, 95,
     "random stalls on both ends; 0 by default"},
    {"--seed", "N", NUMBER, EMIT | COSIM | COMPARE, offsetof(XbOptions, seed), 0, INT32_MAX,
     "of random images and, in cosim, stalls; 1 by default"},
    {"--backdoor", NULL, FLAG, COSIM, offsetof(XbOptions, back_door), 0, 0,
     "programs all arrays at once past the stream: large designs in far fewer cycles"},
    {"--wave", NULL, FLAG, COSIM, offsetof(XbOptions, wave), 0, 0,
     "records a wave of the whole run, DIR/waves/xb.fst"},
    {"--keep", NULL, FLAG, COSIM, offsetof(XbOptions, keep), 0, 0,
     "keeps the folder after an equal run; implied by -o and --wave"},
    {"--force", NULL, FLAG, EMIT | COSIM | COMPARE, offsetof(XbOptions, force), 0, 0,
     "replaces and removes files of a former run though they were edited"},
    {"--every", "N", NUMBER, STUDY, offsetof(XbOptions, every), 1, 1024,
     "every N-th 3x3 convolution is replaced; 2 by default"},
    {"--columns", "N", NUMBER, STUDY, offsetof(XbOptions, columns), 1, 16,
     "columns of a weight, whatever cfg.json and the network make of it"},
    {"--table", NULL, FLAG, ADC, offsetof(XbOptions, table), 0, 0,
     "the curves: the sums that have each code, and what it stands for"},
    {"--layer", "NAME", TEXT, ADC, offsetof(XbOptions, layer), 0, 0, "this layer only"},
    {"--column", "N", NUMBER, ADC, offsetof(XbOptions, column), 0, 1 << 30,
     "of a layer with a curve for each: this one only, counted from 0 by output channel,\n"
     "                     slice and polarity (a pair with analog subtraction is one)"},
    {"--csv", NULL, FLAG, COMPARE | ADC, offsetof(XbOptions, csv), 0, 0, "results as CSV"},
    {"--json", NULL, FLAG, PLAN | GOLDEN | COSIM | COMPARE | STUDY | ADC | CALIBRATE,
     offsetof(XbOptions, json), 0, 0, "results as JSON"},
};

enum { OPTIONS = sizeof options / sizeof options[0] };

typedef struct VerbText {
    const char *name, *brief, *more;
} VerbText;

static const VerbText verbs[XB_VERBS] = {
    [XB_VERB_PLAN] = {"plan", "the mapping, layer by layer, before anything is emitted", ""},
    [XB_VERB_EMIT] =
        {"emit", "RTL, program image, test bench and vectors as a folder that stands alone",
         "Without --input the vectors are 2 random images. A folder that xbgen wrote before is\n"
         "updated: files that would be the same stay untouched, and so do files that are not\n"
         "xbgen's. Files of xbgen's that were edited since are named and refused. Any other\n"
         "folder is refused. With --level adc the size of the vectors is said first.\n"},
    [XB_VERB_GOLDEN] = {"golden", "the golden model: what the hardware computes, fast", ""},
    [XB_VERB_COSIM] =
        {"cosim", "emits, builds with Verilator, runs and compares bit for bit",
         "Without --input 2 random images are run. The folder is <name>.xb in the current\n"
         "folder, <name> from cfg.json, removed after an equal run unless it was there before.\n"
         "Give -o or --keep to build only once. After a mismatch the run is repeated with a\n"
         "wave around it.\n"},
    [XB_VERB_COMPARE] =
        {"compare", "figures of several configurations side by side",
         "The best of each row is marked, if the networks are the same. --measure simulates every\n"
         "configuration without stalls: images of --input, else random ones, by default as many "
         "as\n"
         "show the interval. Designs stand in compare.xb in the current folder, removed after "
         "equal\n"
         "runs unless it was there before; give -o to build only once.\n"},
    [XB_VERB_SWEEP] =
        {"sweep", "plans every combination of values of keys, on all cores",
         "KEY is the path of a key of cfg.json: adc.bits, adc.layers.conv1.bits. A name with a "
         "dot\n"
         "stands in quotes: adc.layers.\"a.b\".bits. A combination that is not possible has a row\n"
         "with its diagnostic code. With --input and --labels the golden model tells the accuracy\n"
         "of every combination. --plot needs gnuplot.\n"},
    [XB_VERB_NET] = {"net", "the network as JSON and .npy files",
                     "Whatever format it was read in. DIR is new or empty; cfg.json may name\n"
                     "DIR/net.json as its network: the hardware and its program stay the same.\n"},
    [XB_VERB_STUDY] = {"study", "counts of publications on mapping, for this network and crossbar",
                       "What if every N-th 3x3 convolution were depthwise plus 1x1; words that kernel\n"
                       "position saves; pipelines with copies; windows of other shapes. Nothing of it\n"
                       "is mapped or run.\n"},
    [XB_VERB_ADC] = {"adc", "converters: bits, steps, and their curves code by code",
                     "With --table codes that no sum has are left out, and an open end is empty: - in the\n"
                     "text, null in JSON. A curve without limits of saturation is a list of thresholds.\n"},
    [XB_VERB_CALIBRATE] =
        {"calibrate", "searches the ranges of all converters from the sums of images",
         "The images run without converters' losses; every range is tried on the histograms of\n"
         "each layer's sums, and the best stand in F.json, which emit, golden and cosim take.\n"
         "With --budget 1% bits are taken from the layers, one by one, as long as 99 % of the\n"
         "images keep the class that they have without losses.\n"},
};

static const char exits[] =
    "Exit status: 0 all equal, 1 mismatch or hang, 2 bad input or usage, 3 environment.\n";

static void print_usage(void)
{
    printf("usage: xbgen VERB --arch cfg.json [options]\n\n");
    for (int v = 0; v < XB_VERBS; v++)
        printf("  %-9s %s\n", verbs[v].name, verbs[v].brief);
    printf("\n  xbgen VERB --help         the options of a verb\n"
           "  xbgen --print-schema      the JSON Schema of cfg.json\n"
           "  xbgen --print-net-schema  that of networks in JSON\n"
           "  xbgen --version\n\n%s",
           exits);
}

// What a verb does not do without, besides one --arch.
static const char *needed(XbVerb verb)
{
    switch (verb) {
    case XB_VERB_EMIT:
    case XB_VERB_NET:
        return " -o DIR";
    case XB_VERB_GOLDEN:
        return " --input X.npy";
    case XB_VERB_COMPARE:
        return " --arch CFG";
    case XB_VERB_SWEEP:
        return " --set KEY=VALUES";
    case XB_VERB_CALIBRATE:
        return " --input X.npy -o F.json";
    default:
        return "";
    }
}

// Columns of an option's name and value in the help of a verb.
static int widest(XbVerb verb, bool is_name)
{
    size_t widest = 8;
    for (int i = 0; i < OPTIONS; i++) {
        const char *text = is_name ? options[i].name : options[i].value;
        if (options[i].verbs & 1 << verb && text && strlen(text) > widest)
            widest = strlen(text);
    }
    return (int)widest;
}

static void print_help(XbVerb verb)
{
    int name = widest(verb, true), value = widest(verb, false);
    printf("usage: xbgen %s --arch CFG%s [options]\n\n%s.\n%s\n", verbs[verb].name, needed(verb),
           verbs[verb].brief, verbs[verb].more);
    for (int i = 0; i < OPTIONS; i++) {
        const Option *o = &options[i];
        if (o->verbs & 1 << verb)
            printf("  %-*s %-*s %s\n", name, o->name, value, o->value ? o->value : "", o->help);
    }
    printf("\n%s", exits);
}

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

static const Option *find_option(XbVerb verb, const char *name, bool *is_elsewhere)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strcmp(options[i].name, name) != 0)
            continue;
        if (options[i].verbs & 1 << verb)
            return &options[i];
        *is_elsewhere = true;
    }
    return NULL;
}

static bool set_number(const Option *o, const char *text, int *value, int *status)
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
static bool fail_word(const Option *o, const char *text, int *status)
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

static bool add_text(const Option *o, const char *text, XbTexts *texts, int *status)
{
    if (texts->count == XB_MOST_TEXTS)
        return fail(status, "%s is given more than %d times", o->name, XB_MOST_TEXTS);
    texts->text[texts->count++] = text;
    return true;
}

static bool set_value(const Option *o, const char *text, XbOptions *out, int *status)
{
    void *member = (char *)out + o->offset;
    if (o->kind == NUMBER)
        return set_number(o, text, member, status);
    if (o->kind == WORD && !has_word(o->value, text))
        return fail_word(o, text, status);
    if (!text[0])
        return fail(status, "%s has an empty value", o->name);
    if (o->kind == TEXTS)
        return add_text(o, text, member, status);
    *(const char **)member = text;
    return true;
}

// One option and its value; *at is moved past them.
static bool take_option(char **argv, int *at, XbOptions *out, int *status)
{
    const char *name = argv[(*at)++];
    bool is_elsewhere = false;
    const Option *o = find_option(out->verb, name, &is_elsewhere);
    if (!o)
        return fail(status, "%s: %s %s; try xbgen %s --help", verbs[out->verb].name, name,
                    is_elsewhere ? "belongs to another verb" : "is not understood",
                    verbs[out->verb].name);
    if (o->kind == FLAG) {
        *(bool *)(void *)((char *)out + o->offset) = true;
        return true;
    }
    if (!argv[*at])
        return fail(status, "%s needs a value, %s", name, o->value);
    return set_value(o, argv[(*at)++], out, status);
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
    if (o->verb == XB_VERB_COMPARE)
        return check_compare(o, status);
    if (o->verb == XB_VERB_ADC && o->json && o->csv)
        return fail(status, "adc prints JSON or CSV, not both");
    if (!o->arch)
        return fail(status, "%s needs --arch CFG", verbs[o->verb].name);
    if ((o->verb == XB_VERB_EMIT || o->verb == XB_VERB_NET) && !o->output)
        return fail(status, "%s needs -o DIR", verbs[o->verb].name);
    if (o->verb == XB_VERB_GOLDEN && !o->input)
        return fail(status, "%s needs --input X.npy", verbs[o->verb].name);
    if (o->verb == XB_VERB_CALIBRATE)
        return check_calibrate(o, status);
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
    static const Option range = {.name = "XB_BATCH", .lo = 1, .hi = 1 << 30};
    const char *text = getenv("XB_BATCH");
    return !text || !text[0] || set_number(&range, text, batch, status);
}

static bool done(int *status)
{
    *status = XB_OK;
    return false;
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
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        print_usage();
    else
        return fail(status, "'%s' is neither a verb nor an option; try xbgen --help", word);
    return done(status);
}

static bool find_verb(const char *word, XbVerb *verb)
{
    for (int v = 0; v < XB_VERBS; v++) {
        if (strcmp(verbs[v].name, word) == 0) {
            *verb = (XbVerb)v;
            return true;
        }
    }
    return false;
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
    if (!find_verb(argv[1], &out->verb))
        return argc > 2 && argv[1][0] == '-'
                   ? fail(status, "'%s' is taken alone; try xbgen --help", argv[1])
                   : take_word(argv[1], status);
    for (int at = 2; argv[at];) {
        if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
            print_help(out->verb);
            return done(status);
        }
        if (!take_option(argv, &at, out, status))
            return false;
    }
    return take_kernel(&out->kernel, status) && take_batch(&out->batch, status) &&
           check_needed(out, status);
}
