// SPDX-License-Identifier: Apache-2.0
// Combinations side by side: a child process each, as many at a time as there are cores. A child
// that ends badly takes one combination with it.
#include "base/fd.h"
#include "base/json_out.h"
#include "cli/golden.h"
#include "cli/labels.h"
#include "cli/prepare.h"
#include "cli/spawn.h"
#include "cli/sweep.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MAX_CHILDREN = 64 };

// ---- one combination ----

typedef struct Count {  // of results that agree with their labels
    XbRun *run;
    XbNpy labels;
    int64_t done, right;
} Count;

static bool take_batch(void *context, const XbBatch *batch)
{
    Count *c = context;
    c->right += xb_labels_right(&c->run->plan, &c->labels, c->done, batch->count, batch->output);
    c->done += batch->count;
    return true;
}

static double accuracy(XbRun *run)
{
    XbImages images;
    Count c = {.run = run};
    if (!xb_images_open(run, run->options->input, 1, &images))
        return NAN;
    if (xb_labels_read(run, images.count, &c.labels))
        xb_golden_run(run, &images, XB_KEEP_OUTPUT, NULL, take_batch, &c);
    xb_images_close(&images);
    return c.done ? 100.0 * (double)c.right / (double)c.done : NAN;
}

static bool read_cfg(const XbSweep *s, XbRun *run, int64_t combination)
{
    const XbJson *document = s->document;
    for (int k = 0; k < s->keys; k++)
        if (!xb_sweep_set(run->arena, &document, &s->key[k], xb_sweep_value(s, combination, k))) {
            xb_report(run->d, XB_ERROR, "sweep-set", s->key[k].option,
                      xb_sweep_where(run->arena, &s->key[k]),
                      "what holds this key is not an object");
            return false;
        }
    char *text = xb_json_text(run->arena, document);
    return xb_cfg_parse(run->arena, run->d, s->options->arch, text, strlen(text), &run->cfg);
}

static void copy_code(const XbDiags *d, char *code)
{
    const XbDiag *at = d->first;
    while (at && at->severity != XB_ERROR)
        at = at->next;
    if (at)
        snprintf(code, XB_SWEEP_CODE, "%s", at->code);
}

void xb_sweep_evaluate(const XbSweep *s, XbDiags *d, int64_t combination, XbSweepResult *out)
{
    XbArena arena = {0};
    XbOptions options = *s->options;
    XbRun run = {.arena = &arena, .d = d, .options = &options};
    options.quiet = true;
    // Images one at a time keep one core busy: the others have combinations of their own.
    bool is_crowd = s->combinations >= sysconf(_SC_NPROCESSORS_ONLN);
    options.batch = is_crowd ? 1 : options.batch;
    *out = (XbSweepResult){.accuracy = NAN};
    if (read_cfg(s, &run, combination) &&
        xb_cli_prepare(&run, options.labels ? XB_PREPARE_PLAN : XB_PREPARE_OUTLINE)) {
        out->figures = xb_figures_chip(&run.plan);
        out->accuracy = options.labels ? accuracy(&run) : NAN;
    }
    copy_code(d, out->code);
    xb_arena_free(&arena);
}

// ---- all of them ----

typedef struct Child {
    pid_t pid;
    int from;  // its result comes here
    int64_t combination;
} Child;

typedef struct Crew {
    XbSweep *s;
    Child child[MAX_CHILDREN];
    nfds_t children, most;
    int64_t begun, done;
} Crew;

// Which real values came: said by the first combination for all.
static void tell_range(const XbDiags *d)
{
    for (const XbDiag *at = d->first; at; at = at->next) {
        XbDiag note = *at;
        note.next = NULL;
        if (note.severity == XB_NOTE && strcmp(note.code, "input-real") == 0)
            xb_diags_print(&(XbDiags){.first = &note, .docs = d->docs}, stderr);
    }
}

static void evaluate(const XbSweep *s, int64_t combination, XbSweepResult *out)
{
    XbArena arena = {0};
    XbDiags d = {.arena = &arena};
    xb_sweep_evaluate(s, &d, combination, out);
    if (combination == 0)
        tell_range(&d);
    xb_arena_free(&arena);
}

static _Noreturn void be_child(const XbSweep *s, int64_t combination, int to)
{
    XbSweepResult result;
    evaluate(s, combination, &result);
    _exit(xb_fd_write(to, &result, sizeof result) ? 0 : XB_ENVIRONMENT);
}

// False: the system has no room for another process.
static bool start(Crew *c, int64_t combination)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0)
        be_child(c->s, combination, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    c->child[c->children++] = (Child){pid, ends[0], combination};
    return true;
}

static void begin_one(Crew *c)
{
    int64_t combination = c->begun++;
    if (start(c, combination))
        return;
    evaluate(c->s, combination, &c->s->result[combination]);  // here, then
    c->done++;
}

// Whole, or false: it ended before.
static bool receive(int from, XbSweepResult *out)
{
    size_t have = 0;
    while (have < sizeof *out) {
        ssize_t n = read(from, (char *)out + have, sizeof *out - have);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        have += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static void report_death(const XbSweep *s, int64_t combination, int status, XbSweepResult *out)
{
    *out = (XbSweepResult){.accuracy = NAN, .code = "tool"};
    xb_report(s->d, XB_ERROR, "tool", s->options->arch, "",
              "combination %" PRId64 " could not be evaluated: its process ended with status %d",
              combination + 1, status);
}

static void end_one(Crew *c, nfds_t number)
{
    Child child = c->child[number];
    XbSweepResult *out = &c->s->result[child.combination];
    bool has_result = receive(child.from, out);
    close(child.from);
    int status = xb_spawn_wait(child.pid);
    if (!has_result)
        report_death(c->s, child.combination, status, out);
    c->child[number] = c->child[--c->children];
    c->done++;
}

// Until at least one has something to say, then all that have.
static void end_some(Crew *c)
{
    struct pollfd ready[MAX_CHILDREN];
    nfds_t children = c->children;
    for (nfds_t i = 0; i < children; i++)
        ready[i] = (struct pollfd){.fd = c->child[i].from, .events = POLLIN};
    if (poll(ready, children, -1) < 0)
        return;
    for (nfds_t i = children; i-- > 0;)
        if (ready[i].revents)
            end_one(c, i);
}

static void show_progress(const Crew *c)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%" PRId64 "/%" PRId64 " combinations ", c->done, c->s->combinations);
    if (c->done == c->s->combinations)
        fprintf(stderr, "\r%40s\r", "");
}

void xb_sweep_run(XbSweep *s)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN), most = cores < MAX_CHILDREN ? cores : MAX_CHILDREN;
    Crew c = {.s = s, .most = most < 1 ? 1 : (nfds_t)most};
    fflush(stdout);
    while (c.done < s->combinations) {
        while (c.children < c.most && c.begun < s->combinations)
            begin_one(&c);
        if (c.children)
            end_some(&c);
        show_progress(&c);
    }
}
