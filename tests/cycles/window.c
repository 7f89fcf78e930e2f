// SPDX-License-Identifier: Apache-2.0
#include "window.h"

// ---- xb_meter ----

static Meter meter_make(const Instance *i)
{
    int64_t copies = parameter(i, "Copies"),
            word_bits = parameter(i, "InC") * parameter(i, "InBits");
    Meter m = {.bits_per_cycle = parameter(i, "BitsPerCycle"),
               .word_bits = word_bits,
               .store_bits = copies * parameter(i, "OutC") * parameter(i, "Outputs") *
                             parameter(i, "OutBits"),
               .is_serial = parameter(i, "Serial") != 0};
    m.most = copies * run_of(i) * parameter(i, "KernelH") * parameter(i, "KernelW") * word_bits +
             m.store_bits;
    m.owed = m.store_bits;
    while (m.bits_per_cycle && m.owed > -m.most)  // while the chip was programmed
        m.owed -= m.bits_per_cycle;
    return m;
}

static void meter_tick(Meter *m, int64_t loads, bool open, bool load)
{
    if (!m->turn) {
        m->owed = m->store_bits;
        return;
    }
    bool grants = (!m->is_serial || (open && !load)) && (load || m->owed > -m->most);
    m->owed =
        (load ? m->store_bits : m->owed) + loads * m->word_bits - (grants ? m->bits_per_cycle : 0);
}

// ---- xb_window_own ----

static Own own_make(const Instance *i, int64_t sums)
{
    Own o = {.fetch = fetch_make(i, weight_geometry_of(i)),
             .rate = parameter(i, "Rate"),
             .run = run_of(i)};
    const Geometry *g = &o.fetch.geometry;
    o.last_taps = (g->kernel_h * g->kernel_w - 1) % o.rate + 1;
    bool is_patched =
        parameter(i, "Side") > 1 || parameter(i, "StepH") > 1 || parameter(i, "StepW") > 1;
    o.is_staged = sums > 0 && (is_patched || o.rate * parameter(i, "InC") > 64 * sums);
    return o;
}

static int64_t own_tick(Own *o, const Stream *in, bool load, Counts *counts)
{
    Taps front = o->is_staged ? o->staged : o->fetch.taps;
    bool ready = !o->is_full || load, fill = front.valid && ready;
    bool takes = o->is_staged ? !o->staged.valid || ready : ready;
    if (o->is_staged && takes)
        o->staged = o->fetch.taps;
    fetch_tick(&o->fetch, in, takes, counts);
    o->is_full = (fill && front.last) || (o->is_full && !load);
    // Windows of a copy that works are loaded, as padding where the image has no more.
    int64_t windows = up(front.windows, o->run) * o->run;
    return fill ? (front.last ? o->last_taps : o->rate) * windows : 0;
}

// ---- xb_window ----

Window window_make(const Instance *i)
{
    int64_t units = parameter(i, "Units"),
            sums = parameter(i, "Encoding") == 1 ? units / run_of(i) : 0;
    Window w = {.is_shared = parameter(i, "Access") != 0, .meter = meter_make(i)};
    if (w.is_shared)
        w.sweep = sweep_make(i, sums > 0 && parameter(i, "InC") / sums > 1);
    else
        w.own = own_make(i, sums);
    return w;
}

const Ring *window_ring(const Window *w)
{
    return w->is_shared ? &w->sweep.ring : &w->own.fetch.ring;
}

void window_turn(Window *w, bool turn)
{
    w->sweep.ring.turn = w->own.fetch.ring.turn = w->meter.turn = turn;
}

bool window_full(const Window *w)
{
    bool is_full = w->is_shared ? w->sweep.is_full : w->own.is_full;
    return is_full && (w->meter.bits_per_cycle == 0 || w->meter.owed <= 0);
}

void window_tick(Window *w, const Stream *in, bool open, bool load, Counts *counts)
{
    int64_t loads;
    if (w->is_shared)
        sweep_tick(&w->sweep, in, load, &loads, counts);
    else
        loads = own_tick(&w->own, in, load, counts);
    counts->loads += loads;
    if (w->meter.bits_per_cycle)
        meter_tick(&w->meter, loads, open, load);
}
