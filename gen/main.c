// SPDX-License-Identifier: Apache-2.0
// xbgen: cfg.json and a quantized network in; a plan, hardware, golden results or a co-simulation
// out.
#include "cli/installed.h"
#include "cli/outputs.h"
#include "cli/prepare.h"
#include <stdio.h>
#include <string.h>

// How far a verb's input is made ready before it runs; some see to it themselves.
static bool prepare(XbRun *run)
{
    XbPreparation wanted = XB_PREPARE_PLAN;
    switch (run->options->verb) {
    case XB_VERB_COMPARE:
    case XB_VERB_SWEEP:
    case XB_VERB_CALIBRATE:
        return true;
    case XB_VERB_NET:
        wanted = XB_PREPARE_NET;
        break;
    case XB_VERB_PLAN:
    case XB_VERB_STUDY:
    case XB_VERB_ADC:
        wanted = XB_PREPARE_OUTLINE;
        break;
    default:
        break;
    }
    return xb_cfg_read(run->arena, run->d, run->options->arch, &run->cfg) &&
           xb_cli_prepare(run, wanted);
}

static int run_verb(XbRun *run)
{
    switch (run->options->verb) {
    case XB_VERB_PLAN:
        return xb_verb_plan(run);
    case XB_VERB_EMIT:
        return xb_verb_emit(run);
    case XB_VERB_GOLDEN:
        return xb_verb_golden(run);
    case XB_VERB_COSIM:
        return xb_verb_cosim(run);
    case XB_VERB_COMPARE:
        return xb_verb_compare(run);
    case XB_VERB_SWEEP:
        return xb_verb_sweep(run);
    case XB_VERB_NET:
        return xb_verb_net(run);
    case XB_VERB_STUDY:
        return xb_verb_study(run);
    case XB_VERB_ADC:
        return xb_verb_adc(run);
    case XB_VERB_CALIBRATE:
        return xb_verb_calibrate(run);
    case XB_VERBS:
        break;
    }
    return XB_BAD_INPUT;
}

// What reports alone make of the exit status: the disk's fault, the input's, nobody's.
static int diags_status(const XbDiags *d)
{
    int status = XB_OK;
    for (const XbDiag *at = d->first; at; at = at->next) {
        if (at->severity != XB_ERROR)
            continue;
        bool is_world = strcmp(at->code, "file-write") == 0 || strcmp(at->code, "tool") == 0;
        status = is_world ? XB_ENVIRONMENT : status ? status : XB_BAD_INPUT;
    }
    return status;
}

static int finish(const XbDiags *d, int status)
{
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);
    xb_diags_print(d, stderr);
    if (is_lost)
        fprintf(stderr, "xbgen: standard output cannot be written\n");
    int reported = is_lost ? XB_ENVIRONMENT : diags_status(d);
    return reported > status ? reported : status;
}

int main(int argc, char **argv)
{
    XbOptions options;
    int status = XB_OK;
    XbArena arena = {0};
    XbDiags d = {.arena = &arena, .docs = xb_installed_docs()};
    XbRun run = {.arena = &arena, .d = &d, .options = &options};
    if (xb_cli_parse(argc, argv, &options, &status) && xb_outputs_check(&run) && prepare(&run))
        status = run_verb(&run);
    status = finish(&d, status);
    xb_arena_free(&arena);
    return status;
}
