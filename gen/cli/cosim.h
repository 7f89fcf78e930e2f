// SPDX-License-Identifier: Apache-2.0
// Co-simulation for those who want its figures.
#ifndef XBGEN_CLI_COSIM_H
#define XBGEN_CLI_COSIM_H

#include "base/json_in.h"
#include "cli/cli.h"

// Emits into `folder`, builds and plays the images that the run's options ask for, at their level.
// Returns the exit status; up to XB_DIFFERS *results is what the simulation wrote, or NULL.
// Mismatches go to standard error; with the option `json` nothing goes to standard output.
int xb_cosim_results(XbRun *run, const char *folder, const XbJson **results);

#endif
