// SPDX-License-Identifier: Apache-2.0
// A folder of files that appears whole or not at all. Files are staged beside it and moved in at
// the end. In a folder that xbgen wrote before, only files that differ are replaced, so that make
// sees what changed, and nothing is touched that is not as xbgen left it.
#ifndef XBGEN_CLI_STAGE_H
#define XBGEN_CLI_STAGE_H

#include "cli/manifest.h"

typedef struct XbStage {
    XbArena *arena;
    XbDiags *d;
    const char *path;    // as the user named it, without a `/` at the end
    const char *folder;  // where the files are until they are moved
    bool is_old;         // `path` was there before
    bool has_changes;    // something in it will be replaced, removed or added
    XbManifest former;   // of a folder that was there
    XbEmitEntry *file;   // staged
    bool *is_same;       // [file] is in `path` as it is here
    int files;
    XbEmitEntry *standing;  // files of the former manifest that will be replaced or removed
    int standings;
} XbStage;

// Starts, after removing what dead runs left behind. Refuses a path that holds anything but a
// folder of ours or an empty one: [output-folder].
bool xb_stage_begin(XbStage *stage, XbArena *arena, XbDiags *d, const char *path);

// Where to write the file `name` ("vectors/input.npy"); NULL, reported, if its folder cannot be
// made. xb_stage_add lists it when it is written.
const char *xb_stage_path(XbStage *stage, const char *name);
bool xb_stage_add(XbStage *stage, const char *name, XbDigest digest);

// Both at once.
bool xb_stage_write(XbStage *stage, const char *name, XbBytes bytes);

// Compares what is staged with what stands in `path`. Reports every file that would be replaced or
// removed though it is not as the former manifest has it: [output-edited]. `force`: none is.
bool xb_stage_check(XbStage *stage, bool force);

// After the check. Moves everything in and removes files of the former design that are not part of
// this one. `moving` is the manifest of both, there while files move, so that a folder where that
// was broken off is known again; `manifest` is the one of the staged files.
bool xb_stage_commit(XbStage *stage, XbBytes moving, XbBytes manifest);

// Gives up: nothing of what was staged remains.
void xb_stage_abort(XbStage *stage);

#endif
