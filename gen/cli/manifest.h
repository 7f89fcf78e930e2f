// SPDX-License-Identifier: Apache-2.0
// The manifest of a folder that xbgen wrote before: which files are its own, and what it put in.
#ifndef XBGEN_CLI_MANIFEST_H
#define XBGEN_CLI_MANIFEST_H

#include <stdbool.h>

#include "xbgen/arena.h"
#include "xbgen/emit.h"

typedef struct XbManifest {
    int files;
    XbEmitEntry *file;  // a path may occur twice where a run was broken off: it is either
} XbManifest;

// Reads DIR/manifest.json. Returns NULL, or why it is no manifest of xbgen's; paths that would lead
// out of the folder are none. Nothing is reported.
const char *xb_manifest_read(XbArena *arena, const char *folder, XbManifest *out);

// The entry of that path and content, or NULL.
const XbEmitEntry *xb_manifest_find(const XbManifest *manifest, const char *path, XbDigest digest);

#endif
