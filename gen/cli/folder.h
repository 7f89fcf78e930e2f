// SPDX-License-Identifier: Apache-2.0
// A folder of results that appears whole or not at all. Files are staged beside it; committing
// moves them in. In a folder that xbgen wrote before, only files that differ are replaced, so that
// make sees what changed.
#ifndef XBGEN_CLI_FOLDER_H
#define XBGEN_CLI_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "xbgen/arena.h"
#include "xbgen/diag.h"

typedef struct XbFolder {
    XbArena *arena;
    XbDiags *d;
    const char *path;   // as the user named it, without a `/` at the end
    const char *stage;  // where the files are until they are moved
    bool is_old;        // it was there before
    const char **name;  // of the files, relative
    int names;
} XbFolder;

// Creates `path` and the folders above it.
bool xb_folder_make(XbDiags *d, const char *path);

// True if something of that name exists.
bool xb_folder_exists(const char *path);

// Removes a folder and all in it; links are removed, not followed.
void xb_folder_remove(const char *path);

// Starts. Refuses a path that holds anything but a folder of ours or an empty one: [output-folder].
bool xb_folder_begin(XbFolder *folder, XbArena *arena, XbDiags *d, const char *path);

// Where to write the file `name` ("vectors/input.npy"); NULL, reported, if its folder cannot be
// made.
const char *xb_folder_file(XbFolder *folder, const char *name);

// Moves everything in and removes cells and vectors of a former design that are not part of this
// one.
bool xb_folder_commit(XbFolder *folder);

// Gives up: nothing of what was staged remains.
void xb_folder_abort(XbFolder *folder);

#endif
