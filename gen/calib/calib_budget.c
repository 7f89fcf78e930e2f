// SPDX-License-Identifier: Apache-2.0
// Fewer bits, one after the other: every round tries to take a bit of each layer alone. An image
// runs once with the bits that layers have, then only what sees a layer's missing bit runs again.
#include "xbgen/calib.h"
#include "xbgen/crew.h"

XbPlanAdc xb_calib_adc(const XbPlanAdc *like, const XbFit *fit)
{
    XbPlanAdc adc = *like;
    adc.bits = fit->bits;
    adc.delta = (int)fit->delta;
    adc.lo = fit->lo;
    adc.lossless = false;
    return adc;
}

// The range of so many bits, searched once.
static const XbFit *range_of(const XbBudget *b, XbBudgetLayer *l, int bits)
{
    if (!l->fit[bits].bits)
        l->fit[bits] = xb_calib_search(l->histogram, b->goal, bits, l->imax);
    return &l->fit[bits];
}

static const XbModel *with_bits(const XbBudget *b, XbArena *arena, XbBudgetLayer *l, int bits)
{
    const XbPlanAdc *like = &b->plan->layer[l->layer].map->adc;
    XbPlanAdc adc = xb_calib_adc(like, range_of(b, l, bits));
    return xb_model_with_adc(arena, b->model, l->layer, &adc);
}

bool xb_budget_begin(XbBudget *b, const XbModel *lossless, int *bad)
{
    b->model = lossless;
    b->evaluations = 1;  // where it begins, all images are in their class
    for (int i = 0; i < b->layers; i++) {
        XbBudgetLayer *l = &b->layer[i];
        l->bits = xb_calib_exact_bits(l->histogram, b->goal, l->imax);
        *bad = i;
        if (!l->bits)
            return false;
        b->model = with_bits(b, b->arena, l, l->bits);
    }
    return true;
}

int xb_budget_begin_round(XbBudget *b)
{
    int open = 0, least = b->goal->is_signed ? 2 : 1;
    xb_arena_free(&b->round);
    for (int i = 0; i < b->layers; i++) {
        XbBudgetLayer *l = &b->layer[i];
        l->kept = 0;
        l->model = l->bits > least ? with_bits(b, &b->round, l, l->bits - 1) : NULL;
        open += l->model != NULL;
    }
    b->evaluations += open;
    return open;
}

typedef struct Judging {
    XbBudget *b;
    const uint8_t *input;
    const int64_t *class;
} Judging;

static void judge_image(const XbBudget *b, const uint8_t *input, int64_t class,
                        uint8_t *const *before, uint8_t *const *room, int64_t *kept)
{
    xb_model_run(b->model, input, &(XbModelImage){.out = before});
    for (int i = 0; i < b->layers; i++) {
        const XbBudgetLayer *l = &b->layer[i];
        if (l->model)
            kept[i] += class == b->class_of(b->plan, xb_model_rerun(l->model, l->layer, input,
                                                                    before, room));
    }
}

static void judge(XbCrew *crew, void *context)
{
    const Judging *j = context;
    XbBudget *b = j->b;
    XbArena arena = {0};
    uint8_t **before = xb_model_outputs(&arena, b->plan),
            **room = xb_model_outputs(&arena, b->plan);
    int64_t *kept = xb_new(&arena, int64_t, b->layers), size = xb_shape_size(b->plan->input);
    for (int64_t n = xb_crew_next(crew); n >= 0; n = xb_crew_next(crew))
        judge_image(b, j->input + n * size, j->class[n], before, room, kept);
    xb_crew_lock(crew);
    for (int i = 0; i < b->layers; i++)
        b->layer[i].kept += kept[i];
    xb_crew_unlock(crew);
    xb_arena_free(&arena);
}

void xb_budget_judge(XbBudget *b, int64_t images, const uint8_t *input, const int64_t *class)
{
    Judging j = {b, input, class};
    xb_crew_run(images, judge, &j);
}

bool xb_budget_decide(XbBudget *b, int64_t needed, XbBudgetStep *step)
{
    XbBudgetLayer *best = NULL;
    for (int i = 0; i < b->layers; i++) {
        XbBudgetLayer *l = &b->layer[i];
        if (l->model && (!best || l->kept > best->kept))
            best = l;
    }
    if (!best || best->kept < needed)
        return false;
    best->bits--;
    b->model = with_bits(b, b->arena, best, best->bits);
    *step = (XbBudgetStep){(int)(best - b->layer), best->bits, best->kept};
    return true;
}

// ---- how many images keep their class ----

typedef struct Keeping {
    const XbPlan *plan;
    XbClassOf *class_of;
    const int64_t *class;
    int64_t kept;
} Keeping;

static void keep(void *context, int64_t image, const XbModelImage *result)
{
    Keeping *k = context;
    k->kept += k->class[image] == k->class_of(k->plan, result->out[k->plan->layers - 1]);
}

int64_t xb_calib_kept(const XbModel *model, const XbPlan *plan, XbClassOf *class_of, int64_t images,
                      const uint8_t *input, const int64_t *class)
{
    Keeping k = {plan, class_of, class, 0};
    xb_model_run_all(model, images, input, NULL, NULL, false, keep, &k);
    return k.kept;
}
