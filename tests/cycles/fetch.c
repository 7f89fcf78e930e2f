// SPDX-License-Identifier: Apache-2.0
#include "fetch.h"

Fetch fetch_make(const Instance *i, Geometry g)
{
    Fetch f = {.geometry = g};
    f.ring = ring_make(&f.geometry);
    f.turns = up(f.geometry.kernel_h * f.geometry.kernel_w, parameter(i, "Rate"));
    return f;
}

// The turn that is addressed in this cycle.
static Taps next_taps(const Fetch *f)
{
    bool last = f->turn == f->turns - 1;
    return (Taps){.valid = ring_goes(&f->ring),
                  .last = last,
                  .windows = windows_of(&f->geometry, f->ring.step),
                  .frees = last ? f->ring.frees[f->ring.step] : 0};
}

void fetch_tick(Fetch *f, const Stream *in, bool ready, Counts *counts)
{
    Taps next = next_taps(f);
    bool gives = !f->taps.valid || ready, reads = !f->read.valid || gives;
    bool addresses = !f->addressed.valid || reads, issue = next.valid && addresses;
    ring_tick(&f->ring, in, issue && next.last, f->addressed.valid && reads, f->addressed.frees,
              counts);
    if (gives)
        f->taps = f->read;
    if (reads)
        f->read = f->addressed;
    if (addresses)
        f->addressed = next;
    if (issue)
        f->turn = next.last ? 0 : f->turn + 1;
}
