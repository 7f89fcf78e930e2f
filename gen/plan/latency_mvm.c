// SPDX-License-Identifier: Apache-2.0
// Twin of xb_layer_mvm: windows, steps by credit, sums in banks, words.
#include "plan/latency.h"
#include "plan/parts.h"

// Register stages, counted in the RTL.
enum {
    FILL = 1,      // the last taps of a window to full_o (xb_serializer)
    STEP = 1,      // load_o to the step's first cycle (xb_sequencer)
    BEGUN = 1,     // a step's first sums to begun_q (xb_collect)
    READ = 1,      // begin_step to the first cycle of a slot
    FREE = 1,      // a bank's last read to free_o
    CREDIT = 1,    // free_o to the credit (xb_sequencer)
    ENTRY = 1,     // a slot's cycle to its entry (xb_collect)
    DONE = 1,      // the last codes to done_q (xb_words)
    WORDS = 1,     // ... from there to the output
    LONG_SUM = 64  // codes; with more of them a window sum has a stage more (xb_window)
};

typedef struct Mvm {
    XbTimedCell cell;
    XbFetch fetch;
    XbTimedStream *out;
    const XbPort *port;
    int64_t first;          // from load to the first sums at the banks
    int64_t whole, full;    // steps whose windows were whole; when the latest were
    int64_t past;           // steps of which the next two have the cycles, the latest ones
    int64_t *load, loads;   // load_o, and of how many steps it is known
    int64_t *freed, frees;  // free_o of a step's bank
    int64_t begun, own;     // steps that have begun to leave their banks; own time of the latest
    int64_t slot, phases;   // cycles from slot to slot that are read; of a slot that are used
    XbStall stall;          // all from the banks to the words
    int64_t beats;          // of a step
    int64_t start;
} Mvm;

// ---- windows and steps ----

// The window's register is free when the step before has been loaded.
static bool fill(Mvm *m)
{
    int64_t cycle, step = xb_fetch_step(&m->fetch);
    if (!xb_fetch_waits(&m->fetch, &cycle) || step > m->loads)
        return false;
    if (step > 0)
        cycle = xb_max_int64(cycle, m->load[(step - 1) % m->past]);
    if (xb_fetch_ends(&m->fetch)) {
        m->full = cycle + FILL;
        m->whole++;
    }
    xb_fetch_leave(&m->fetch, cycle);
    return true;
}

// From the step before: a read, or what the buffer's port needs for this one's words.
static int64_t cycles_of(const Mvm *m, int64_t step)
{
    return xb_port_step(m->port, m->fetch.layer->copies, (int)step);
}

// When the port has granted what the first step stores and loads. A serial chip's grants nothing
// before the layer's turn; that of another has done so long before.
static bool granted(const Mvm *m, int64_t *cycle)
{
    XbPort port = *m->port;
    port.read_cycles = 0;
    if (m->cell.timing->p->plan->pipeline == XB_PIPELINE_LAYER)
        return true;
    if (!xb_timed_turn(m->fetch.before, cycle))
        return false;
    *cycle += xb_port_step(&port, m->fetch.layer->copies, 0);
    return true;
}

static bool load(Mvm *m)
{
    int64_t step = m->loads, bank = step - m->fetch.layer->map->banks, cycle = m->full;
    if (m->whole == step || bank >= m->frees)
        return false;
    int64_t port = 0;
    if (step > 0)
        port = m->load[(step - 1) % m->past] + cycles_of(m, step);
    else if (!granted(m, &port))
        return false;
    cycle = xb_max_int64(cycle, port);
    if (bank >= 0)
        cycle = xb_max_int64(cycle, m->freed[bank % m->past] + CREDIT);
    m->load[m->loads++ % m->past] = cycle;
    if (step == 0)
        m->start = cycle + STEP;
    return true;
}

// ---- banks ----

// A bank is read slot by slot, behind the one before.
static bool begin(Mvm *m)
{
    const XbPlanMap *map = m->fetch.layer->map;
    int64_t cycle, step = m->begun, way = READ + (map->slots - 1) * m->slot;
    if (step == m->loads)
        return false;
    int64_t own = step > 0 ? m->own + map->slots * m->slot : 0;
    if (!xb_stall_pass(&m->stall, own, m->load[step % m->past] + m->first + BEGUN, &cycle))
        return false;
    m->own = cycle - xb_stall_lost(&m->stall);
    xb_stall_enter(&m->stall, m->own + way + m->phases - 1 + ENTRY +
                                  xb_plan_post_cycles(m->fetch.layer) + DONE);
    m->begun++;
    return true;
}

// ... and free with its last slot.
static bool release(Mvm *m)
{
    int64_t cycle, way = READ + (m->fetch.layer->map->slots - 1) * m->slot;
    if (m->frees == m->begun || !xb_stall_pass(&m->stall, m->own + way, 0, &cycle))
        return false;
    m->freed[m->frees++ % m->past] = cycle + FREE;
    return true;
}

// ---- words ----

// A step's words follow those of the step before.
static bool give(Mvm *m)
{
    XbTimedStream *out = m->out;
    int64_t k = out->offered, step = k / m->beats, before = k > 0 ? *xb_timed_taken(out, k - 1) : 0;
    if (k == out->beats || out->accepted < k)
        return false;
    if (k % m->beats == 0) {
        if (step == m->stall.ends)
            return false;
        before = xb_max_int64(before, xb_stall_arrival(&m->stall, step));
        xb_stall_leave(&m->stall, before);
    }
    xb_timed_offer(out, before + WORDS);
    return true;
}

// A bank is released before the next one begins, as their own times go forward.
static bool step_on(Mvm *m)
{
    bool is_new = fill(m) | load(m) | give(m);
    return (m->frees == m->begun ? begin(m) : release(m)) || is_new;
}

static void advance(XbTimedCell *cell)
{
    Mvm *m = (Mvm *)cell;
    do
        xb_fetch_advance(&m->fetch);
    while (step_on(m));
}

// ---- building ----

// Most words of a beat, or windows that wait for others of their row.
static int beat_words(const XbPlanLayer *l)
{
    return xb_plan_is_patched(l) ? l->map->patch_windows : l->out_words;
}

// Digital counts of a window that is loaded; a run has one for each pixel.
static int64_t counts_of(const XbPlanLayer *l)
{
    bool is_run = l->map->patch.outputs > 1 && !l->map->patch.tap;
    return is_run ? 1 : l->map->tiling.units;
}

// Taps of a long sum, or of sums for each output, wait in a register more; shared words where they
// get sums at all.
static bool is_staged(const XbPlan *plan, const XbPlanLayer *l)
{
    int64_t codes = (int64_t)l->fetch_rate * l->in.c, blocks = counts_of(l);
    if (plan->encoding != XB_OFFSET)
        return false;
    if (l->map->access != XB_DUP)
        return l->in.c > blocks;
    return codes > LONG_SUM * blocks || xb_plan_has_gaps(l);
}

static void time_steps(Mvm *m, const XbPlan *plan)
{
    const XbPlanMap *map = m->fetch.layer->map;
    int64_t reads = (int64_t)map->planes * map->groups;
    int64_t read = (int64_t)map->slots * plan->adc_interval;
    m->first = STEP + (reads - 1) * read + map->pipe_cycles;
    m->phases = map->phases;
    m->slot = xb_max_int64(map->phases, plan->adc_interval);
    m->beats = xb_ceil_div(m->fetch.walk.copies, beat_words(m->fetch.layer));
}

XbTimedLayer xb_plan_time_mvm(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2])
{
    Mvm *m = (Mvm *)xb_timed_cell(t, sizeof *m, advance);
    int stages = is_staged(t->p->plan, l);
    m->fetch.layer = l;
    m->port = &t->p->port[l - t->p->layer];
    xb_fetch_init(&m->fetch, &m->cell, in[0], stages, 5 + stages);
    time_steps(m, t->p->plan);
    m->past = l->map->banks + 2;
    m->load = xb_new(t->p->arena, int64_t, m->past);
    m->freed = xb_new(t->p->arena, int64_t, m->past);
    m->out = xb_timed_stream(&m->cell, (XbTimedWords){.image = m->fetch.walk.windows,
                                                      .step = m->fetch.walk.copies,
                                                      .beat = beat_words(l)});
    if (xb_plan_is_patched(l))
        return (XbTimedLayer){xb_timed_unpatch(t, m->out, l), &m->start};
    return (XbTimedLayer){m->out, &m->start};
}
