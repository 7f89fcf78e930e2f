// SPDX-License-Identifier: Apache-2.0
// Found from the program's own path, so that an installation can be moved.
#include "cli/installed.h"

#include "cli/folder.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096 };

// Cuts the last part off a path.
static void cut_name(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
}

const char *xb_installed_docs(void)
{
    static const char below[] = "/share/doc/xbgen/docs";
    static char path[LONGEST_PATH + sizeof below];
    ssize_t length = readlink("/proc/self/exe", path, LONGEST_PATH - 1);
    if (length <= 0)
        return "docs";
    path[length] = '\0';
    cut_name(path);
    cut_name(path);
    strcat(path, below);
    return xb_folder_is(path) ? path : "docs";
}
