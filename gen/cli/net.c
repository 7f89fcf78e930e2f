// SPDX-License-Identifier: Apache-2.0
// The verb `net`: the network of a cfg.json, shown, or written as JSON and .npy files.
#include "cli/cli.h"
#include "cli/folder.h"
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// New, or an empty folder: nothing of anybody's is overwritten.
static bool is_free(XbRun *run, const char *folder)
{
    DIR *d = opendir(folder);
    int entries = 0;
    while (d && readdir(d))
        entries++;
    if (d)
        closedir(d);
    if (!xb_folder_exists(folder) || (d && entries <= 2))
        return true;
    xb_report(run->d, XB_ERROR, "output-folder", folder, "", "%s",
              d ? "the folder holds files; name a new or an empty one"
                : "this is not a folder; name another");
    return false;
}

// Written beside its place and moved there, so that it appears whole or not at all.
static int write_net(XbRun *run)
{
    char *folder = xb_arena_copy(run->arena, run->options->output);
    for (size_t n = strlen(folder); n > 1 && folder[n - 1] == '/';)
        folder[--n] = '\0';
    xb_folder_sweep_beside(folder);
    if (!is_free(run, folder))
        return XB_BAD_INPUT;
    const char *stage = xb_arena_printf(run->arena, "%s.%ld.tmp", folder, (long)getpid());
    bool is_written = xb_folder_make_for(run->d, stage, folder) &&
                      xb_net_write(run->arena, run->d, &run->net, stage);
    if (is_written && rename(stage, folder) != 0) {
        xb_report(run->d, XB_ERROR, "file-write", folder, "", "the folder cannot be made");
        is_written = false;
    }
    if (!is_written) {
        xb_folder_remove(stage);
        return XB_ENVIRONMENT;
    }
    printf("net: %d layers in %s/net.json\n", run->net.layers, folder);
    return XB_OK;
}

int xb_verb_net(XbRun *run)
{
    if (run->options->output)
        return write_net(run);
    fputs(xb_net_text(run->arena, &run->net), stdout);
    return XB_OK;
}
