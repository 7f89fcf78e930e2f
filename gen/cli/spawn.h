// SPDX-License-Identifier: Apache-2.0
// Child processes, without a shell.
#ifndef XBGEN_CLI_SPAWN_H
#define XBGEN_CLI_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include "xbgen/arena.h"

enum { XB_SPAWN_PIPE = 3 };  // the number under which a child finds its pipe

// Starts argv[0] (looked up in PATH). Its output goes to the file `log`; if NULL, to ours; if
// empty, all of it to our standard error. `pipe`: a descriptor that it gets as XB_SPAWN_PIPE, or
// -1. Returns false with errno set when it could not be started.
bool xb_spawn_start(const char *const *argv, const char *log, int pipe, pid_t *child);

// Waits for its end. Returns its exit status, 128 + signal, or -1 with errno set.
int xb_spawn_wait(pid_t child);

// Both, without a pipe.
int xb_spawn(const char *const *argv, const char *log);

// A word as a shell has to be told it: as it is, or quoted.
const char *xb_spawn_word(XbArena *arena, const char *word);

// True if a program of that name is in PATH.
bool xb_spawn_has(const char *program);

#endif
