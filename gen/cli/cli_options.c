// SPDX-License-Identifier: Apache-2.0
// The table of options, and the help.
#include "cli/cli_options.h"

#include "cli/installed.h"
#include "cli/suggest.h"
#include <stdio.h>
#include <string.h>

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

static const XbOption options[] = {
    {"--arch", "CFG", XB_TEXT, ALL | SWEEP | NET, offsetof(XbOptions, arch), 0, 0,
     "the mapping, cfg.json (config.md)"},
    {"--arch", "CFG", XB_TEXTS, COMPARE, offsetof(XbOptions, archs), 0, 0,
     "a configuration, cfg.json (config.md): give two or more, each with --arch"},
    {"--set", "KEY=V", XB_TEXTS, SWEEP, offsetof(XbOptions, sets), 0, 0,
     "values of a key: numbers, words, ranges a..b and a..b:step, with commas between"},
    {"--measure", NULL, XB_FLAG, COMPARE, offsetof(XbOptions, measure), 0, 0,
     "takes figures from co-simulation, which must be those of the plan"},
    {"--input", "X.npy", XB_TEXT, EMIT | GOLDEN | COSIM | COMPARE | SWEEP | CALIBRATE,
     offsetof(XbOptions, input), 0, 0,
     "images [N,H,W,C], int8 or uint8 codes as the network takes them"},
    {"--input-real", "[=FACTOR]", XB_MAYBE, EMIT | GOLDEN | COSIM | COMPARE | SWEEP | CALIBRATE,
     offsetof(XbOptions, real), 0, 0,
     "--input holds real values, float32 or uint8, to be multiplied by FACTOR (1 without it)"},
    {"-n", "N", XB_NUMBER, EMIT | GOLDEN | COSIM | COMPARE | SWEEP | CALIBRATE,
     offsetof(XbOptions, images), 1, 1 << 30, "the first N images only"},
    {"-o", "DIR", XB_TEXT, EMIT | COSIM | COMPARE | NET, offsetof(XbOptions, output), 0, 0,
     "the folder to write"},
    {"-o", "F.csv", XB_TEXT, SWEEP, offsetof(XbOptions, output), 0, 0,
     "the table, instead of to standard output"},
    {"-o", "F.json", XB_TEXT, CALIBRATE, offsetof(XbOptions, output), 0, 0,
     "the configuration to write"},
    {"-o", "Y.npy", XB_TEXT, GOLDEN, offsetof(XbOptions, output), 0, 0, "results [N, ...]"},
    {"--bits", "B", XB_NUMBER, CALIBRATE, offsetof(XbOptions, bits), 1, 14,
     "of every layer's converters; without it those of cfg.json"},
    {"--criterion", "squared|absolute", XB_WORD, CALIBRATE, offsetof(XbOptions, criterion), 0, 0,
     "what the search makes least: squared (default) or absolute error"},
    {"--weight", "none|plane", XB_WORD, CALIBRATE, offsetof(XbOptions, weight), 0, 0,
     "plane: errors weigh as much as their input plane; none by default"},
    {"--scope", "layer|network", XB_WORD, CALIBRATE, offsetof(XbOptions, scope), 0, 0,
     "a range for each layer (default), or one for the network"},
    {"--power-of-two", NULL, XB_FLAG, CALIBRATE, offsetof(XbOptions, power_of_two), 0, 0,
     "only steps that are powers of two"},
    {"--budget", "P%", XB_TEXT, CALIBRATE, offsetof(XbOptions, budget), 0, 0,
     "fewer bits, layer by layer, until so many images change their class"},
    {"--per", "plane|slice", XB_WORD, CALIBRATE, offsetof(XbOptions, per), 0, 0,
     "reports every input plane or weight slice too"},
    {"--report", "F.json", XB_TEXT, CALIBRATE, offsetof(XbOptions, report), 0, 0,
     "the table, and more, as JSON"},
    {"--histograms", "DIR", XB_TEXT, CALIBRATE, offsetof(XbOptions, histograms), 0, 0,
     "writes DIR/<name>.npy, int64 [plane, slice, sum - least possible sum]"},
    {"--level", "output|layer|adc", XB_WORD, EMIT | COSIM, offsetof(XbOptions, level), 0, 0,
     "what is compared: output, layer (default) or adc, every conversion"},
    {"--labels", "L.npy", XB_TEXT, GOLDEN, offsetof(XbOptions, labels), 0, 0,
     "classes [N], integers from 0: prints the accuracy"},
    {"--trials", "N", XB_NUMBER, GOLDEN, offsetof(XbOptions, trials), 1, 10000,
     "accuracy of N chips, rram.seed and on, with --labels"},
    {"--labels", "L.npy", XB_TEXT, SWEEP, offsetof(XbOptions, labels), 0, 0,
     "classes [N], integers from 0: the accuracy of every combination"},
    {"--plot", "F.svg", XB_TEXT, SWEEP, offsetof(XbOptions, plot), 0, 0,
     "draws the table with gnuplot, over the first key"},
    {"--layers", "DIR", XB_TEXT, GOLDEN, offsetof(XbOptions, layers), 0, 0,
     "writes every layer's output as DIR/<name>.npy, [N,H,W,C]"},
    {"--layers", NULL, XB_FLAG, COMPARE, offsetof(XbOptions, by_layer), 0, 0,
     "the figures of every layer too"},
    {"--naive", NULL, XB_FLAG, GOLDEN, offsetof(XbOptions, naive), 0, 0,
     "the plain network, without crossbars"},
    {"--stall", "PERCENT", XB_NUMBER, COSIM, offsetof(XbOptions, stall), 0, 95,
     "random stalls on both ends; 0 by default"},
    {"--seed", "N", XB_NUMBER, EMIT | COSIM | COMPARE, offsetof(XbOptions, seed), 0, INT32_MAX,
     "of random images and, in cosim, stalls; 1 by default"},
    {"--backdoor", NULL, XB_FLAG, COSIM, offsetof(XbOptions, back_door), 0, 0,
     "programs all arrays at once past the stream: large designs start sooner"},
    {"--wave", NULL, XB_FLAG, COSIM, offsetof(XbOptions, wave), 0, 0,
     "records a wave of the whole run, DIR/waves/xb.fst"},
    {"--keep", NULL, XB_FLAG, COSIM, offsetof(XbOptions, keep), 0, 0,
     "keeps the folder after an equal run; implied by -o and --wave"},
    {"--force", NULL, XB_FLAG, EMIT | COSIM | COMPARE, offsetof(XbOptions, force), 0, 0,
     "replaces and removes files of a former run though they were edited"},
    {"--every", "N", XB_NUMBER, STUDY, offsetof(XbOptions, every), 1, 1024,
     "every N-th 3x3 convolution is replaced; 2 by default"},
    {"--columns", "N", XB_NUMBER, STUDY, offsetof(XbOptions, columns), 1, 16,
     "columns of a weight, whatever cfg.json and the network make of it"},
    {"--table", NULL, XB_FLAG, ADC, offsetof(XbOptions, table), 0, 0,
     "the curves: the sums that have each code, and what it stands for"},
    {"--layer", "NAME", XB_TEXT, ADC, offsetof(XbOptions, layer), 0, 0, "this layer only"},
    {"--column", "N", XB_NUMBER, ADC, offsetof(XbOptions, column), 0, 1 << 30,
     "of a layer with a curve for each: this one only, counted from 0 by output channel,\n"
     "                     slice and polarity (a pair with analog subtraction is one)"},
    {"--csv", NULL, XB_FLAG, COMPARE | ADC, offsetof(XbOptions, csv), 0, 0, "results as CSV"},
    {"--json", NULL, XB_FLAG, PLAN | GOLDEN | COSIM | COMPARE | STUDY | ADC | CALIBRATE,
     offsetof(XbOptions, json), 0, 0, "results as JSON"},
};

enum { OPTIONS = sizeof options / sizeof options[0] };

_Static_assert(OPTIONS <= 64, "a bit for each in XbOptions");

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
    [XB_VERB_NET] =
        {"net", "what was read of the network; the network as JSON and .npy files",
         "A line for every operator: a layer, folded while reading, or the host's. With -o\n"
         "the network, whatever format it was read in. DIR is new or empty; cfg.json may\n"
         "name DIR/net.json as its network: hardware and program stay the same.\n"},
    [XB_VERB_STUDY] =
        {"study", "counts of publications on mapping, for this network and crossbar",
         "What if every N-th 3x3 convolution were depthwise plus 1x1; words that kernel\n"
         "position saves; pipelines with copies; windows of other shapes. Nothing of it\n"
         "is mapped or run.\n"},
    [XB_VERB_ADC] =
        {"adc", "converters: bits, steps, and their curves code by code",
         "With --table codes that no sum has are left out, and an open end is empty: - in the\n"
         "text, null in JSON. A curve without limits of saturation is a list of thresholds.\n"
         "The curves of a split layer are the network's thresholds as references of its blocks.\n"},
    [XB_VERB_CALIBRATE] =
        {"calibrate", "searches the ranges of all converters from the sums of images",
         "The images run without converters' losses; every range is tried on the histograms of\n"
         "each layer's sums, and the best stand in F.json, which emit, golden and cosim take.\n"
         "With --budget 1% bits are taken from the layers, one by one, as long as 99 % of the\n"
         "images keep the class that they have without losses.\n"},
};

// What stands in the place of a verb.
static const struct {
    const char *name, *help;
} alone[] = {
    {"--help", "these verbs"},
    {"--version", "the version"},
    {"--print-schema", "the JSON Schema of cfg.json"},
    {"--print-net-schema", "that of networks in JSON"},
    {"--print-man", "a manual page, for man -l"},
    {"--print-completion", "completion for bash, to be sourced"},
};

enum { ALONE = sizeof alone / sizeof alone[0] };

static const char exits[] =
    "Exit status: 0 all equal, 1 mismatch or hang, 2 bad input or usage, 3 environment.\n";

void xb_help_print(void)
{
    printf("usage: xbgen VERB --arch cfg.json [options]\n\n");
    for (int v = 0; v < XB_VERBS; v++)
        printf("  %-9s %s\n", verbs[v].name, verbs[v].brief);
    printf("\n  xbgen VERB --help         the options of a verb\n");
    for (int i = 0; xb_alone_at(i); i++)
        printf("  xbgen %-18s  %s\n", xb_alone_at(i), xb_alone_help(i));
    printf("\nDocumentation: %s\n%s", xb_installed_docs(), exits);
}

// What a verb does not do without, besides one --arch.
static const char *needed(XbVerb verb)
{
    switch (verb) {
    case XB_VERB_EMIT:
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

void xb_help_print_verb(XbVerb verb)
{
    int name = widest(verb, true), value = widest(verb, false);
    printf("usage: xbgen %s --arch CFG%s [options]\n\n%s.\n%s\n", verbs[verb].name, needed(verb),
           verbs[verb].brief, verbs[verb].more);
    for (int i = 0; i < OPTIONS; i++) {
        const XbOption *o = &options[i];
        if (o->verbs & 1 << verb)
            printf("  %-*s %-*s %s\n", name, o->name, value, o->value ? o->value : "", o->help);
    }
    printf("\nDocumentation: %s\n%s", xb_installed_docs(), exits);
}

const XbOption *xb_option_find(XbVerb verb, const char *name, bool *is_elsewhere)
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

bool xb_verb_find(const char *word, XbVerb *verb)
{
    for (int v = 0; v < XB_VERBS; v++) {
        if (strcmp(verbs[v].name, word) == 0) {
            *verb = (XbVerb)v;
            return true;
        }
    }
    return false;
}

const char *xb_verb_name(XbVerb verb) { return verbs[verb].name; }

const char *xb_verb_brief(XbVerb verb) { return verbs[verb].brief; }

const char *xb_verb_more(XbVerb verb) { return verbs[verb].more; }

const char *xb_alone_at(int i) { return i < ALONE ? alone[i].name : NULL; }

const char *xb_alone_help(int i) { return i < ALONE ? alone[i].help : NULL; }

const XbOption *xb_option_at(int i) { return i < OPTIONS ? &options[i] : NULL; }

int xb_option_number(const XbOption *option) { return (int)(option - options); }

// Keeps the nearer of two words.
static void keep_near(const char *word, const char *candidate, int *best, const char **near)
{
    int distance = xb_suggest_distance(word, candidate);
    if (distance >= *best)
        return;
    *best = distance;
    *near = candidate;
}

const char *xb_verb_near(const char *word)
{
    const char *near = NULL;
    int best = XB_SUGGEST_FAR;
    for (int v = 0; v < XB_VERBS; v++)
        keep_near(word, verbs[v].name, &best, &near);
    for (int i = 0; xb_alone_at(i); i++)
        keep_near(word, xb_alone_at(i), &best, &near);
    return near;
}

const char *xb_option_near(XbVerb verb, const char *name)
{
    const char *near = NULL;
    int best = XB_SUGGEST_FAR;
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].verbs & 1 << verb)
            keep_near(name, options[i].name, &best, &near);
    return near;
}
