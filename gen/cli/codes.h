// SPDX-License-Identifier: Apache-2.0
// Converter codes for a simulation that runs meanwhile: they are far too many for files.
#ifndef XBGEN_CLI_CODES_H
#define XBGEN_CLI_CODES_H

#include "cli/cli.h"

// Runs argv and writes into the pipe that it finds as XB_SPAWN_PIPE, until it ends: for each image
// of the file `input`, in order, for each layer with weights, in order, its converter codes as
// xb_model_run gives them. Holds the codes of one image. Returns as xb_spawn does; the images'
// faults are reported.
int xb_codes_spawn(XbRun *run, const char *input, const char *const *argv, const char *log);

#endif
