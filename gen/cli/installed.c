// SPDX-License-Identifier: Apache-2.0
// Found from the program's own path, so that an installation can be moved.
#include "cli/installed.h"

#include "cli/folder.h"
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_PATH = 4096 };

// Where the documents lie, from the folder above the program's: of an installation, of the
// repository.
static const char *const places[] = {"/share/doc/xbgen/docs", "/docs"};

// Cuts the last part off a path.
static void cut_name(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
}

// Another folder's docs may be anybody's.
static bool is_ours(const char *docs)
{
    char page[LONGEST_PATH + 64];
    snprintf(page, sizeof page, "%s/config.md", docs);
    return xb_folder_exists(page);
}

// As short as it can be: in the repository itself they are just "docs".
static const char *shown(const char *docs)
{
    struct stat here, there;
    bool is_here = stat("docs", &here) == 0 && stat(docs, &there) == 0 &&
                   here.st_dev == there.st_dev && here.st_ino == there.st_ino;
    return is_here ? "docs" : docs;
}

const char *xb_installed_docs(void)
{
    static char path[LONGEST_PATH + 32];
    ssize_t length = readlink("/proc/self/exe", path, LONGEST_PATH - 1);
    if (length <= 0)
        return "docs";
    path[length] = '\0';
    cut_name(path);
    cut_name(path);
    char *end = path + strlen(path);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        strcpy(end, places[i]);
        if (is_ours(path))
            return shown(path);
    }
    return "docs";
}
