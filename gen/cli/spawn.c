// SPDX-License-Identifier: Apache-2.0
// Child processes by posix_spawn.
#include "cli/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int xb_spawn_wait(pid_t child)
{
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int start(pid_t *child, const char *const *argv, const char *log, int pipe)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (log && !log[0]) {
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    } else if (log) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC,
                                         0666);
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    }
    if (pipe >= 0)  // the same number is well too: it stays open in the child then
        posix_spawn_file_actions_adddup2(&actions, pipe, XB_SPAWN_PIPE);
    // The arguments are not changed; exec's prototype is older than const.
    int failed = posix_spawnp(child, argv[0], &actions, NULL, (char *const *)(void *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

bool xb_spawn_start(const char *const *argv, const char *log, int pipe, pid_t *child)
{
    fflush(stdout);
    int failed = start(child, argv, log, pipe);
    errno = failed;
    return !failed;
}

int xb_spawn(const char *const *argv, const char *log)
{
    pid_t child;
    return xb_spawn_start(argv, log, -1, &child) ? xb_spawn_wait(child) : -1;
}

bool xb_spawn_has(const char *program)
{
    char path[4096];
    const char *at = getenv("PATH");
    while (at && *at) {
        size_t n = strcspn(at, ":");
        int length = snprintf(path, sizeof path, "%.*s/%s", (int)n, at, program);
        if (length > 0 && (size_t)length < sizeof path && access(path, X_OK) == 0)
            return true;
        at += n + (at[n] == ':');
    }
    return false;
}

const char *xb_spawn_word(XbArena *arena, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-+=./,:@%";
    const char *quoted = "'";
    if (word[strspn(word, plain)] == '\0')
        return word;
    for (; *word; word++)
        quoted = *word == '\'' ? xb_arena_printf(arena, "%s'\\''", quoted)
                               : xb_arena_printf(arena, "%s%c", quoted, *word);
    return xb_arena_printf(arena, "%s'", quoted);
}
