// SPDX-License-Identifier: Apache-2.0
// The sources that were embedded when the program was built.
#include "emit/parts.h"
#include <assert.h>
#include <string.h>

XbBytes xb_emit_source(const char *path)
{
    for (const XbBundleFile *f = xb_bundle; f->path; f++)
        if (strcmp(f->path, path) == 0)
            return (XbBytes){.data = f->data, .size = f->size};
    assert(!"a source that is not embedded");
    return (XbBytes){0};
}
