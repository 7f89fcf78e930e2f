// SPDX-License-Identifier: Apache-2.0
// xbgen: cfg.json and a quantized network in; a plan, hardware, golden results or a co-simulation
// out.
#include "cli/cli.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// A network that is not there is a fault of the key that names it.
static bool find_network(const XbRun *run)
{
    if (access(run->cfg.network_path, R_OK) == 0)
        return true;
    XbPath at = {.key = "network"};
    xb_report_json(run->d, XB_ERROR, "file-read", run->cfg.file, &at, "%s cannot be read: %s",
                   run->cfg.network_path, strerror(errno));
    return false;
}

// `plan` shows an outline: no cells, and weights are drawn only if a range asks for them.
static bool outline(XbRun *run)
{
    if (!xb_plan_outline(run->arena, run->d, &run->cfg, &run->net, &run->plan))
        return false;
    if (!run->plan.asks_weights)
        return true;
    xb_net_draw(run->arena, &run->net);
    return xb_plan_outline(run->arena, run->d, &run->cfg, &run->net, &run->plan);
}

// Whoever does more than print the plan needs its cells and its proof.
static bool build(XbRun *run)
{
    xb_net_draw(run->arena, &run->net);
    return xb_plan_build(run->arena, run->d, &run->cfg, &run->net, &run->plan) &&
           xb_plan_prove(run->arena, run->d, run->cfg.file, &run->plan);
}

static bool make_plan(XbRun *run)
{
    switch (run->options->verb) {
    case XB_VERB_NET:
        return true;
    case XB_VERB_PLAN:
        return outline(run);
    default:
        return build(run);
    }
}

// cfg.json -> XbCfg, network -> XbNet, both -> XbPlan. Every verb but `net` works on the plan.
static bool prepare(XbRun *run)
{
    return xb_cfg_read(run->arena, run->d, run->options->arch, &run->cfg) && find_network(run) &&
           xb_cli_macro(run) &&
           xb_net_read(run->arena, run->d, run->cfg.network_path, &run->net) && make_plan(run);
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
    case XB_VERB_NET:
        return xb_verb_net(run);
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
    XbDiags d = {.arena = &arena};
    XbRun run = {.arena = &arena, .d = &d, .options = &options};
    if (xb_cli_parse(argc, argv, &options, &status) && prepare(&run))
        status = run_verb(&run);
    status = finish(&d, status);
    xb_arena_free(&arena);
    return status;
}
