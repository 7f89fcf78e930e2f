// SPDX-License-Identifier: Apache-2.0
// The file of a user's own macro.
#include "cli/cli.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool read_source(const XbRun *run, XbBytes *source)
{
    const char *path = run->cfg.macro_path;
    XbPath macro = {.key = "macro"}, at = {.up = &macro, .key = "file"};
    if (access(path, R_OK) == 0)
        return xb_file_read(run->arena, run->d, path, source);
    xb_report_json(run->d, XB_ERROR, "macro-file", run->cfg.file, &at, "%s: cannot be read: %s",
                   path, strerror(errno));
    return false;
}

bool xb_cli_macro(XbRun *run)
{
    XbBytes source;
    if (!run->cfg.macro_module)
        return true;
    return read_source(run, &source) &&
           xb_macro_check(run->arena, run->d, &run->cfg, source, &run->macro);
}
