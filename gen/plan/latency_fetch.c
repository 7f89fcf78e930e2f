// SPDX-License-Identifier: Apache-2.0
// Twin of xb_fetch: a ring takes the words, and turns (taps of a cycle) go through its stages:
// address, read, taps. Of xb_gather too, whose places take a stage more, and whose steps differ in
// turns.
#include "plan/latency.h"

// ---- xb_reach: what a step needs, and frees ----

// The last word that a window needs whose last row and column these are; as last_word of xb_reach.
static int64_t last_word(const XbFetch *f, int64_t bottom, int64_t right)
{
    const XbPlanLayer *l = f->layer;
    const XbPlanWalk *w = &f->walk;
    int64_t reach = (int64_t)(w->kh - 1) * w->dil_h, below = l->in.h + reach;
    int64_t again = xb_max_int64(reach - l->pad_t, l->in.h - 1) + w->stride_h;
    int64_t final =
        (int64_t)(w->out_w - 1) * w->stride_w + (int64_t)(w->kw - 1) * w->dil_w - l->pad_l;
    int64_t column = bottom >= below ? l->in.w - 1 : bottom >= again ? final : right;
    if (bottom < 0)
        return 0;
    return xb_min_int64(bottom, l->in.h - 1) * l->in.w +
           xb_max_int64(0, xb_min_int64(column, l->in.w - 1));
}

// The image's last windows stand in its last step, whatever comes before them.
static int64_t need_of(const XbFetch *f, int64_t step)
{
    const XbPlanLayer *l = f->layer;
    const XbPlanWalk *w = &f->walk;
    int64_t end = xb_min_int64((step + 1) * w->copies, w->windows) - 1;
    int64_t bottom = end / w->out_w * w->stride_h + (int64_t)(w->kh - 1) * w->dil_h - l->pad_t;
    int64_t right = end % w->out_w * w->stride_w + (int64_t)(w->kw - 1) * w->dil_w - l->pad_l;
    return last_word(f, bottom, right);
}

// Words that are free when so many steps have been read.
static int64_t freed_by(const XbFetch *f, int64_t steps)
{
    const XbPlanLayer *l = f->layer;
    int64_t image = xb_shape_pixels(l->in);
    int64_t top = steps * f->walk.copies / f->walk.out_w * f->walk.stride_h - l->pad_t;
    if (steps == f->steps || top > l->in.h)
        return image;
    return top > 0 ? top * l->in.w : 0;
}

// ---- the ring ----

// A beat is taken where a full one has room: when so many words more are free than the ring has.
static bool has_room(XbFetch *f, int64_t *from)
{
    int64_t wanted = f->come - (f->layer->ring_words - f->layer->in_words);
    *from = 0;
    if (wanted <= 0)
        return true;
    while (f->freeing < f->frees && f->free[f->freeing] < wanted)
        f->freeing++;
    if (f->freeing == f->frees)
        return false;
    *from = f->since[f->freeing] + 1;
    return true;
}

static bool take_beat(XbFetch *f)
{
    XbTimedStream *in = f->in;
    int64_t from, k = in->accepted;
    if (!xb_timed_waits(in) || !has_room(f, &from))
        return false;
    int64_t next = k > 0 ? *xb_timed_taken(in, k - 1) + 1 : 0;
    f->come += xb_timed_words(&in->words, k);
    xb_timed_take(in, xb_max_int64(*xb_timed_valid(in, k), xb_max_int64(next, from)));
    return true;
}

// The last taps of the next step are read.
static void free_words(XbFetch *f, int64_t cycle)
{
    int64_t words = freed_by(f, ++f->reads);
    if (words == (f->frees > 0 ? f->free[f->frees - 1] : 0))
        return;
    f->free[f->frees] = words;
    f->since[f->frees++] = cycle;
}

// ---- the stages ----

static bool is_shared(const XbPlanLayer *l) { return l->map && l->map->access != XB_DUP; }

static int64_t turns_of(const XbFetch *f, int64_t step)
{
    const XbPlanLayer *l = f->layer;
    return is_shared(l) ? xb_plan_gather_cycles(l, (int)step)
                        : xb_ceil_div(f->walk.taps, l->fetch_rate);
}

// Whether the turn that leaves stage `s` next is the last one of its step.
static bool ends(const XbFetch *f, const XbFetchStage *s)
{
    return s->turn == xb_min_int64(turns_of(f, s->step), f->looked) - 1;
}

static int64_t at(const XbFetch *f, int stage, int64_t turn)
{
    return f->stage[stage].at[turn % XB_FETCH_PAST];
}

// A step begins when its last word has come, and it is the layer's turn. False: not known yet.
static bool is_there(XbFetch *f, int64_t step, int64_t *from)
{
    int64_t ours;
    if (!xb_timed_turn(f->before, &ours))
        return false;
    int64_t need = need_of(f, step);
    while (f->need_words <= need) {
        if (f->needed == f->in->accepted)
            return false;
        f->need_words += xb_timed_words(&f->in->words, f->needed++);
    }
    *from = xb_max_int64(*xb_timed_taken(f->in, f->needed - 1) + 1, ours);
    return true;
}

// When the next turn can leave a stage that is not the last one. The turns that are left out follow
// one another without a gap, and without anything that could hold them up.
static bool can_leave(XbFetch *f, int stage, int64_t *cycle)
{
    const XbFetchStage *s = &f->stage[stage];
    int64_t m = s->gone;
    if (s->step == f->steps || (m > 0 && s[1].gone < m))
        return false;
    if (stage > 0 && s[-1].gone == m)
        return false;
    *cycle = 0;
    if (stage == 0 && !is_there(f, s->step, cycle))
        return false;
    if (stage > 0)
        *cycle = at(f, stage - 1, m) + 1;
    if (m > 0)
        *cycle = xb_max_int64(*cycle, at(f, stage + 1, m - 1));
    if (stage == 0 && ends(f, s))
        *cycle += turns_of(f, s->step) - s->turn - 1;
    return true;
}

static void leave(XbFetch *f, int stage, int64_t cycle)
{
    XbFetchStage *s = &f->stage[stage];
    bool is_end = ends(f, s);
    s->at[s->gone++ % XB_FETCH_PAST] = cycle;
    s->turn = is_end ? 0 : s->turn + 1;
    s->step += is_end;
    if (stage == f->reading && is_end)
        free_words(f, cycle);
}

static bool move(XbFetch *f)
{
    bool moved = false;
    int64_t cycle;
    for (int stage = f->last - 1; stage >= 0; stage--)
        while (can_leave(f, stage, &cycle)) {
            leave(f, stage, cycle);
            moved = true;
        }
    return moved;
}

// Beats that may have come behind those that a step needs: a ring of them, and what the next step
// passes over.
static int64_t beats_ahead(const XbPlanLayer *l)
{
    return l->ring_words + ((int64_t)l->stride_h + 2) * l->in.w + l->in_words;
}

void xb_fetch_init(XbFetch *f, XbTimedCell *owner, XbTimedStream *in, int stages, int64_t looked)
{
    const XbPlanLayer *l = f->layer;
    XbArena *arena = owner->timing->p->arena;
    f->in = in;
    in->reader = owner;
    f->before = xb_timed_wait(owner);
    xb_timed_keep(in, beats_ahead(l));
    f->reading = is_shared(l) ? 2 : 1;
    f->last = f->reading + 2 + stages;
    f->steps = l->steps;
    f->walk = xb_plan_walk(l);
    f->looked = looked;
    f->free = xb_new(arena, int64_t, l->out.h + 2);
    f->since = xb_new(arena, int64_t, l->out.h + 2);
}

void xb_fetch_advance(XbFetch *f)
{
    bool is_new;
    do {
        is_new = move(f);
        while (take_beat(f))
            is_new = true;
    } while (is_new);
}

bool xb_fetch_waits(const XbFetch *f, int64_t *cycle)
{
    int64_t m = f->stage[f->last].gone;
    if (f->stage[f->last - 1].gone == m)
        return false;
    *cycle = at(f, f->last - 1, m) + 1;
    if (m > 0)
        *cycle = xb_max_int64(*cycle, at(f, f->last, m - 1) + 1);
    return true;
}

bool xb_fetch_ends(const XbFetch *f) { return ends(f, &f->stage[f->last]); }

void xb_fetch_leave(XbFetch *f, int64_t cycle) { leave(f, f->last, cycle); }
