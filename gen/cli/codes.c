// SPDX-License-Identifier: Apache-2.0
// The golden model at one end of a pipe, the simulation at the other. The pipe holds little: the
// model waits until the simulation has come that far.
#include "cli/codes.h"

#include "base/fd.h"
#include "cli/golden.h"
#include "cli/spawn.h"
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

typedef struct Sender {
    XbRun *run;
    const XbModel *model;
    int to;
    uint8_t *input;    // of one image
    uint16_t **codes;  // [layer], likewise; NULL: a layer without weights
} Sender;

// False: the other end is closed, because the simulation needs no more.
static bool send_image(const Sender *s, int64_t number)
{
    const XbPlan *p = &s->run->plan;
    xb_model_run(s->model, s->input, &(XbModelImage){.codes = s->codes, .number = number});
    for (int l = 0; l < p->layers; l++)
        if (s->codes[l] &&
            !xb_fd_write(s->to, s->codes[l], (size_t)xb_model_codes(p, l) * sizeof(uint16_t)))
            return false;
    return true;
}

// A simulation that ends early is no fault here: its status says what it is.
static void send_all(XbRun *run, const XbImages *images, int to)
{
    const XbPlan *p = &run->plan;
    XbArena arena = {0};
    struct sigaction ignored = {.sa_handler = SIG_IGN}, before;
    Sender s = {.run = run, .model = xb_golden_model(run), .to = to};
    s.input = xb_new(&arena, uint8_t, xb_shape_size(p->input));
    s.codes = xb_new(&arena, uint16_t *, p->layers);
    for (int l = 0; l < p->layers; l++)
        if (xb_model_codes(p, l))
            s.codes[l] = xb_new(&arena, uint16_t, xb_model_codes(p, l));
    sigaction(SIGPIPE, &ignored, &before);
    for (int64_t i = 0; i < images->count; i++)
        if (!xb_images_get(images, i, 1, s.input) || !send_image(&s, i))
            break;
    sigaction(SIGPIPE, &before, NULL);
    xb_arena_free(&arena);
}

// Both ends are closed in other children.
static bool open_pipe(int ends[2])
{
    return pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

int xb_codes_spawn(XbRun *run, const char *input, const char *const *argv, const char *log)
{
    XbImages images;
    pid_t child;
    int ends[2];
    if (!xb_images_open_codes(run, input, &images))
        return XB_BAD_INPUT;
    bool is_started = open_pipe(ends) && xb_spawn_start(argv, log, ends[0], &child);
    if (is_started) {
        close(ends[0]);
        send_all(run, &images, ends[1]);
        close(ends[1]);
    }
    xb_images_close(&images);
    return is_started ? xb_spawn_wait(child) : -1;
}
