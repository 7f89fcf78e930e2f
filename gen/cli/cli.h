// SPDX-License-Identifier: Apache-2.0
// The command line: verbs, options, and what the verbs share.
#ifndef XBGEN_CLI_CLI_H
#define XBGEN_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/cfg.h"
#include "xbgen/diag.h"
#include "xbgen/emit.h"
#include "xbgen/model.h"
#include "xbgen/net.h"
#include "xbgen/plan.h"

// Exit statuses; the highest that applies wins.
enum { XB_OK = 0, XB_DIFFERS = 1, XB_BAD_INPUT = 2, XB_ENVIRONMENT = 3 };

typedef enum {
    XB_VERB_PLAN,
    XB_VERB_EMIT,
    XB_VERB_GOLDEN,
    XB_VERB_COSIM,
    XB_VERB_COMPARE,
    XB_VERB_SWEEP,
    XB_VERB_NET,
    XB_VERB_STUDY,
    XB_VERB_ADC,
    XB_VERB_CALIBRATE,
    XB_VERBS
} XbVerb;

enum { XB_MOST_TEXTS = 64 };

typedef struct XbTexts {  // the values of an option that is given any number of times
    const char *text[XB_MOST_TEXTS];
    int count;
} XbTexts;

typedef struct XbOptions {
    XbVerb verb;
    XbTexts archs, sets;                                         // of `compare`, of `sweep`
    const char *arch, *input, *output, *labels, *layers, *plot;  // NULL: not given
    const char *level;       // output, layer, adc; default layer
    const XbKernel *kernel;  // $XB_KERNEL, or the fastest
    float real;              // factor from --input's elements to real values; 0: they are codes
    int images;              // 0: not given
    int batch;               // $XB_BATCH images; 0: not given
    int trials;              // chips, each with a seed of its own; 0: not given
    int stall;               // percent
    int seed;
    bool naive, json, csv, wave, keep, force, measure, by_layer, back_door;
    bool quiet;  // no progress: several runs at once would mix theirs
    int every, columns;  // of a study; columns 0: not given
    const char *layer;   // of `adc`; NULL: not given
    int column;          // likewise; -1: not given
    bool table;
    int bits;            // of `calibrate`, as the rest; 0: not given
    const char *criterion, *weight, *scope, *per, *budget, *report, *histograms;
    bool power_of_two;
    uint64_t given;  // a bit for each option of the table
} XbOptions;

// Reads the arguments. Returns true when there is work to do; otherwise *status is what to exit
// with: help, version and schema go to stdout, a wrong option is one line on stderr.
bool xb_cli_parse(int argc, char **argv, XbOptions *options, int *status);

typedef struct XbRun {  // everything a verb works on
    XbArena *arena;
    XbDiags *d;
    const XbOptions *options;
    XbCfg cfg;
    XbNet net;
    XbMacro macro;
    XbPlan plan;
    int64_t images;         // of the vectors emitted last
    XbLayerCount *vectors;  // [layer] what the golden model counted for the vectors emitted last
    struct XbModel *model;  // NULL until xb_golden_model makes it
} XbRun;

// The verbs. Each returns an exit status; faults are in run->d.
// Reads and checks the file that cfg.json names in `macro`, if it names one ([macro-file] and those
// of xb_macro_check).
bool xb_cli_macro(XbRun *run);

int xb_verb_plan(XbRun *run);
int xb_verb_emit(XbRun *run);
int xb_verb_golden(XbRun *run);
int xb_verb_cosim(XbRun *run);
int xb_verb_compare(XbRun *run);
int xb_verb_sweep(XbRun *run);
int xb_verb_net(XbRun *run);
int xb_verb_study(XbRun *run);
int xb_verb_adc(XbRun *run);
int xb_verb_calibrate(XbRun *run);

#endif
