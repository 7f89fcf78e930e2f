// SPDX-License-Identifier: Apache-2.0
// What a run writes must be nothing that it reads, and every file only once.
#ifndef XBGEN_CLI_OUTPUTS_H
#define XBGEN_CLI_OUTPUTS_H

#include "cli/cli.h"

// Looks at every file that the options say is written, before anything is run. Reports [output-file], and
// gives false, where it is a file that is read (one that cfg.json or the network names, too) or that
// another option writes.
bool xb_outputs_check(XbRun *run);

#endif
