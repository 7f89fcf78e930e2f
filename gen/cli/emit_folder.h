// SPDX-License-Identifier: Apache-2.0
// The emitted folder on disk: hardware, driver and vectors.
#ifndef XBGEN_CLI_EMIT_FOLDER_H
#define XBGEN_CLI_EMIT_FOLDER_H

#include "cli/cli.h"

// Writes the design with vectors of --input (else of `fallback` random images) at --level. Waits
// for others who work in the folder, and keeps them out until `lock` is released (cli/lock.h), also
// after a fault.
bool xb_emit_folder(XbRun *run, const char *path, int fallback, int *lock);

#endif
