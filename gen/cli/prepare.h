// SPDX-License-Identifier: Apache-2.0
// From the configuration that was read to the plan.
#ifndef XBGEN_CLI_PREPARE_H
#define XBGEN_CLI_PREPARE_H

#include "cli/cli.h"

typedef enum {
    XB_PREPARE_NET,      // the network alone
    XB_PREPARE_OUTLINE,  // a plan to look at: no cells, and weights are drawn only if a range asks
    XB_PREPARE_PLAN      // a whole plan, proved, to run or to build
} XbPreparation;

// run->cfg -> run->net, run->macro, run->plan. Reports every fault of the stage that has one.
bool xb_cli_prepare(XbRun *run, XbPreparation wanted);

#endif
