// SPDX-License-Identifier: Apache-2.0
// Child processes, without a shell.
#ifndef XBGEN_CLI_SPAWN_H
#define XBGEN_CLI_SPAWN_H

#include <stdbool.h>

// Runs argv[0] (looked up in PATH) and waits. Its output goes to the file `log`; if NULL, to ours;
// if empty, all of it to our standard error. Returns its exit status, 128 + signal, or -1 when it
// could not be started (errno says why).
int xb_spawn(const char *const *argv, const char *log);

// True if a program of that name is in PATH.
bool xb_spawn_has(const char *program);

#endif
