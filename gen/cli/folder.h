// SPDX-License-Identifier: Apache-2.0
// Folders on disk.
#ifndef XBGEN_CLI_FOLDER_H
#define XBGEN_CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"

// Creates `path` and the folders above it. Reports [file-write].
bool xb_folder_make(XbDiags *d, const char *path);

// Likewise a temporary folder, beside or in `owner`: reports name that. NULL: the folder itself.
bool xb_folder_make_for(XbDiags *d, const char *path, const char *owner);

// True if something of that name exists.
bool xb_folder_exists(const char *path);

// True if it is a folder, or a link to one.
bool xb_folder_is(const char *path);

// True if nothing is in it but folders `PREFIX<pid>.tmp`.
bool xb_folder_is_empty(const char *path, const char *prefix);

// Removes a folder and all in it; links in it are removed, not followed.
void xb_folder_remove(const char *path);

// Removes the folders `PREFIX<pid>.tmp` in `path` whose writer, process <pid>, is no more, or has
// left its number to this process.
void xb_folder_sweep(const char *path, const char *prefix);

// Likewise the folders `path`.<pid>.tmp, of runs that were to make `path` (no `/` at its end).
void xb_folder_sweep_beside(const char *path);

#endif
