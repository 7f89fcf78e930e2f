// SPDX-License-Identifier: Apache-2.0
// plan.json: everything an architect compares, one layer a line group, always in the same order.
#include "base/text.h"
#include "plan/bits.h"
#include "plan/parts.h"
#include <inttypes.h>

static void add_shape(XbText *t, const char *key, XbShape s)
{
    xb_text_add(t, "      \"%s\": [%d, %d, %d],\n", key, s.h, s.w, s.c);
}

static void add_bits(XbText *t, const char *indent, XbBits bits)
{
    xb_text_add(t, "%s\"memory_bits\": %" PRId64 ",\n%s\"register_bits\": %" PRId64 ",\n", indent,
                bits.memory, indent, bits.registers);
}

static void add_buffer(XbText *t, const XbPlan *plan)
{
    xb_text_add(t, "  \"buffer\": {\"bits_per_cycle\": ");
    xb_text_add(t, plan->bits_per_cycle ? "%d" : "\"unlimited\"", plan->bits_per_cycle);
    xb_text_add(t, ", \"transfer\": \"%s\"},\n", xb_transfer_name(plan->transfer));
}

static void add_chip(XbText *t, const XbPlan *plan)
{
    xb_text_add(t,
                "  \"crossbar\": {\"rows\": %d, \"cols\": %d, \"cell_bits\": %d, \"encoding\": "
                "\"%s\", \"active_rows\": %d},\n",
                plan->rows, plan->cols, plan->cell_bits, xb_encoding_name(plan->encoding),
                plan->active_rows);
    xb_text_add(t, "  \"dac\": {\"bits\": %d},\n", plan->dac_bits);
    xb_text_add(t,
                "  \"adc\": {\"bits_max\": %d, \"per_array\": %d, \"interval\": %d, \"latency\": "
                "%d, \"subtract\": \"%s\"},\n",
                plan->adc_bits_max, plan->adc_per_array, plan->adc_interval, plan->adc_latency,
                plan->analog ? "analog" : "digital");
    if (plan->rram)
        xb_text_add(t, "  \"rram\": %s,\n", plan->rram);
    add_buffer(t, plan);
    xb_text_add(
        t, "  \"pipeline_mode\": \"%s\",\n  \"pipeline_depth\": %d,\n  \"rounding\": \"%s\",\n",
        xb_pipeline_name(plan->pipeline), plan->pipeline_depth, xb_rounding_name(plan->rounding));
    xb_text_add(t, "  \"in_bytes\": %d,\n  \"out_bytes\": %d,\n", plan->in_bytes, plan->out_bytes);
    xb_text_add(t,
                "  \"tiles\": {\"used\": %" PRId64 ", \"count\": %" PRId64
                ", \"arrays_per_tile\": %d},\n"
                "  \"arrays\": %" PRId64 ",\n",
                plan->tiles, plan->tile_count, plan->arrays_per_tile, plan->arrays);
    add_bits(t, "  ", plan->bits);
    xb_text_add(
        t, "  \"chip_wide\": {\"memory_bits\": %" PRId64 ", \"register_bits\": %" PRId64 "},\n",
        plan->chip_wide.memory, plan->chip_wide.registers);
    xb_text_add(t, "  \"interval\": %" PRId64 ",\n  \"latency\": %" PRId64 ",\n", plan->interval,
                plan->latency);
}

static void add_tensor(XbText *t, XbShape s, XbQuant q)
{
    xb_text_add(t, "\"shape\": [%d, %d, %d], \"bits\": %d, \"signed\": %s, ", s.h, s.w, s.c, q.bits,
                q.is_signed ? "true" : "false");
    if (q.bits == XB_SUM_BITS)
        xb_text_add(t, "\"scale\": null, \"zero_point\": null}");
    else
        xb_text_add(t, "\"scale\": %.9g, \"zero_point\": %d}", (double)q.scale,
                    xb_quant_zero_point(q));
}

// What codes stand for is the host's matter: the hash is the same without it.
static void add_end(XbText *t, const char *key, XbShape s, XbQuant q)
{
    xb_text_add(t, "  \"%s\": {", key);
    add_tensor(t, s, q);
    xb_text_add(t, ",\n");
}

// One, or a list of them.
static void add_outputs(XbText *t, const XbPlan *plan)
{
    if (!plan->outputs)
        add_end(t, "output", plan->layer[plan->layers - 1].net_out, plan->output_q);
    for (int i = 0; i < plan->outputs; i++) {
        const XbNetOutput *o = &plan->output[i];
        xb_text_add(t, "%s    {\"layer\": \"%s\", \"first\": %" PRId64 ", ",
                    i ? ",\n" : "  \"outputs\": [\n", o->name, o->first);
        add_tensor(t, o->shape, o->quant);
        xb_text_add(t, i + 1 < plan->outputs ? "" : "\n  ],\n");
    }
}

static int add_host(XbText *t, const XbPlan *plan, const char *before, XbNoteKind end)
{
    int count = 0;
    xb_text_add(t, "%s", before);
    for (int i = 0; i < plan->notes; i++) {
        if (plan->note[i].kind != end)
            continue;
        xb_text_add(t, count++ ? ", " : "");
        xb_text_json_string(t, plan->note[i].op_name);
    }
    return count;
}

// Operators of the file that are the host's; only where there are some.
static void add_hosts(XbText *t, const XbPlan *plan)
{
    XbText both = {.arena = t->arena};
    int count = add_host(&both, plan, "  \"host\": {\"front\": [", XB_NOTE_FRONT);
    count += add_host(&both, plan, "], \"behind\": [", XB_NOTE_BACK);
    if (count)
        xb_text_add(t, "%s]},\n", both.data);
}

static void add_choice(XbText *t, const XbPlan *plan, const XbPlanChoice *c)
{
    xb_text_add(t,
                "    \"%s\": {\"arrays\": %" PRId64 ", \"interval\": %" PRId64
                ", \"latency_serial\": %" PRId64 ", \"latency_pipelined\": %" PRId64
                ", \"latency_ideal\": %" PRId64 ", \"duplication\": [",
                c->name, c->arrays, c->interval, c->serial, c->pipelined, c->latency);
    const char *comma = "";
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map) {
            xb_text_add(t, "%s%d", comma, c->copies[l]);
            comma = ", ";
        }
    xb_text_add(t, "], \"start\": [");
    comma = "";
    for (int l = 0; l < plan->layers; l++)
        if (plan->layer[l].map) {
            xb_text_add(t, "%s%" PRId64, comma, c->start[l]);
            comma = ", ";
        }
    xb_text_add(t, "]}");
}

// How copies were chosen, and what other ways would give.
static void add_allocation(XbText *t, const XbPlan *plan)
{
    if (!plan->choice) {
        xb_text_add(t, "  \"allocation\": null,\n");
        return;
    }
    xb_text_add(t,
                "  \"allocation\": {\n    \"chosen\": \"%s\",\n    \"objective\": \"%s\",\n"
                "    \"time_model\": \"%s\",\n    \"budget\": %" PRId64
                ",\n    \"unused\": %" PRId64 ",\n",
                plan->choice[plan->chosen].name, xb_objective_name(plan->objective),
                xb_time_model_name(plan->time_model), plan->budget, plan->budget - plan->arrays);
    for (int i = 0; i < XB_CHOICES; i++) {
        add_choice(t, plan, &plan->choice[i]);
        xb_text_add(t, i + 1 < XB_CHOICES ? ",\n" : "\n");
    }
    xb_text_add(t, "  },\n");
}

static void add_counts(XbText *t, const XbPlan *plan, const XbPlanLayer *l)
{
    XbShape in = l->in_turn ? l->out : l->in;  // a pair of words counts once
    int64_t reads = l->map ? xb_plan_reads(l) * l->map->set : 0;
    xb_text_add(t, "      \"stream_in\": %d,\n      \"stream_out\": %d,\n", in.h * in.w,
                l->out.h * l->out.w);
    xb_text_add(t, "      \"words_in\": %" PRId64 ",\n      \"words_out\": %" PRId64 ",\n",
                l->map ? l->map->loads : 0, l->map ? l->map->stores : 0);
    xb_text_add(t, "      \"reads\": %" PRId64 ",\n      \"conversions\": %" PRId64 ",\n", reads,
                xb_plan_layer_conversions(plan, l));
    xb_text_add(t, "      \"saturated\": null,\n");
}

// References of a split layer follow from the network; an outline does not make them.
static void add_adc(XbText *t, const XbPlanLayer *l)
{
    const XbPlanAdc *adc = &l->map->adc;
    xb_text_add(t,
                "      \"adc_bits\": %d,\n      \"delta\": %d,\n      \"lo\": %d,\n"
                "      \"imax\": %" PRId64 ",\n",
                adc->bits, adc->delta, adc->lo, adc->imax);
    xb_text_add(t, "      \"lossless\": %s,\n      \"lossless_bits\": %d,\n",
                adc->lossless ? "true" : "false", adc->lossless_bits);
    if (!adc->threshold || l->blocks)
        return;
    xb_text_add(t, "      \"thresholds\": {\"preset\": ");
    xb_text_add(t, adc->preset ? "\"%s\"" : "null", adc->preset);
    xb_text_add(t, ", \"copies\": %d, \"row_tiles\": %d, \"columns\": %d},\n", adc->list_copies,
                adc->list_tiles, adc->list_columns);
}

static void add_tiles(XbText *t, const XbPlan *plan, const XbPlanMap *m)
{
    xb_text_add(t, "      \"tiles\": [%" PRId64 ", %" PRId64 "],\n", xb_plan_tile(plan, m, 0),
                xb_plan_tile(plan, m, m->arrays - 1));
}

static void add_overlap(XbText *t, const XbSubImage *s)
{
    int64_t over = xb_plan_overlap(s);
    xb_text_add(t, "\"overlap\": %" PRId64 ".%02d", over / 100, (int)(over % 100));
}

static void add_policy(XbText *t, const XbSubImage *s, XbPolicy policy)
{
    xb_text_add(t, "        \"%s\": ", xb_policy_name(policy));
    xb_text_add(t, "{\"side\": [%d, %d], \"outputs\": %d, ", s->h, s->w, s->side);
    add_overlap(t, s);
    xb_text_add(t, ", \"windows\": %" PRId64 ", \"set\": %" PRId64 ", \"parallel\": %" PRId64 "}",
                s->windows, s->set, s->windows * s->set);
}

// What a window of a layer is under `subimage`.
static void add_sub_image(XbText *t, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    if (!m || m->scheme != XB_SUB_IMAGE) {
        xb_text_add(t, "      \"sub_image\": null,\n");
        return;
    }
    const XbPlanPatch *p = &m->patch;
    XbSubImage own = {.side = 1, .h = 1, .w = 1};
    const XbSubImage *s = p->tap ? &m->sub_image[m->policy] : &own;
    xb_text_add(t, "      \"sub_image\": {\"side\": [%d, %d], \"outputs\": %d, ", s->h, s->w,
                s->side);
    add_overlap(t, s);
    xb_text_add(t, ", \"pixels\": %d, \"policy\": ", p->tap ? s->side * s->side : p->outputs);
    if (!p->tap) {
        xb_text_add(t, "null},\n");
        return;
    }
    xb_text_add(t, "\"%s\",\n", xb_policy_name(m->policy));
    for (int i = 0; i < XB_POLICIES; i++) {
        add_policy(t, &m->sub_image[i], (XbPolicy)i);
        xb_text_add(t, i + 1 < XB_POLICIES ? ",\n" : "},\n");
    }
}

static void add_tiling(XbText *t, const XbPlan *plan, const XbPlanMap *m)
{
    const XbTiling *tiling = &m->tiling;
    XbPlanArray fullest = xb_plan_array(plan, m, 0);
    xb_text_add(t,
                "      \"set\": %" PRId64 ",\n      \"row_tiles\": %d,\n      \"col_tiles\": %d,\n",
                m->set, m->tiling.row_tiles, m->tiling.col_tiles);
    xb_text_add(t, "      \"units\": %d,\n      \"units_per_array\": %d,\n", tiling->units,
                tiling->units_per_array);
    xb_text_add(t, "      \"used_rows\": %d,\n      \"used_cols\": %d,\n", fullest.rows,
                fullest.cols);
}

static void add_map(XbText *t, const XbPlan *plan, const XbPlanLayer *l)
{
    const XbPlanMap *m = l->map;
    xb_text_add(t, "      \"scheme\": \"%s\",\n      \"access\": \"%s\",\n",
                xb_scheme_name(m->scheme), xb_access_name(m->access));
    xb_text_add(t, "      \"read_cycles\": %" PRId64 ",\n", m->read_cycles);
    xb_text_add(t,
                m->published ? "      \"interval_published\": %" PRId64 ",\n"
                             : "      \"interval_published\": null,\n",
                m->published);
    add_adc(t, l);
    if (plan->rram)
        xb_text_add(t, "      \"read_noise\": %" PRId32 ",\n", m->read_noise);
    xb_text_add(t,
                "      \"rows\": %d,\n      \"columns\": %d,\n      \"slices\": %d,\n"
                "      \"polarities\": %d,\n",
                m->rows, m->columns, m->slices, m->polarities);
    add_tiling(t, plan, m);
    xb_text_add(t, "      \"planes\": %d,\n      \"groups\": %d,\n      \"slots\": %d,\n",
                m->planes, m->groups, m->slots);
    xb_text_add(t, "      \"sum_bits\": %d,\n      \"banks\": %d,\n", m->sum_bits, m->banks);
    add_tiles(t, plan, m);
}

// Layers without crossbars have the same members, so that a table reads them without exceptions.
static void add_no_map(XbText *t, const XbPlan *plan)
{
    if (plan->rram)
        xb_text_add(t, "      \"read_noise\": null,\n");
    xb_text_add(t, "      \"scheme\": null,\n      \"access\": null,\n"
                   "      \"read_cycles\": 0,\n      \"interval_published\": null,\n"
                   "      \"adc_bits\": null,\n      \"delta\": null,\n   "
                   "   \"lo\": null,\n"
                   "      \"imax\": null,\n      \"lossless\": null,\n"
                   "      \"lossless_bits\": null,\n      \"rows\": 0,\n      \"columns\": 0,\n"
                   "      \"slices\": 0,\n      \"polarities\": 0,\n      \"set\": 0,\n"
                   "      \"row_tiles\": 0,\n      \"col_tiles\": 0,\n      \"units\": 0,\n"
                   "      \"units_per_array\": 0,\n      \"used_rows\": 0,\n"
                   "      \"used_cols\": 0,\n      \"planes\": 0,\n      \"groups\": 0,\n"
                   "      \"slots\": 0,\n      \"sum_bits\": 0,\n      \"banks\": 0,\n"
                   "      \"tiles\": null,\n");
}

static void add_cost(XbText *t, const char *key, XbSplitCost c)
{
    xb_text_add(t,
                "      \"%s\": {\"arrays\": %" PRId64 ", \"converters\": %" PRId64
                ", \"adc_bits\": %d, \"conversions_window\": %" PRId64 ", \"adder_bits\": %" PRId64
                ", \"merge_bits\": %" PRId64 "},\n",
                key, c.arrays, c.converters, c.bits, c.conversions, c.adder_bits, c.merge_bits);
}

static void add_costs(XbText *t, const XbPlan *plan, const XbPlanLayer *l)
{
    xb_text_add(t, "      \"block_rows\": %d,\n", l->map->tiling.unit_rows);
    add_cost(t, "split", xb_plan_split_cost(plan, l));
    add_cost(t, "unsplit", xb_plan_unsplit_cost(plan, l));
}

static void add_box(XbText *t, const XbPlanLayer *l)
{
    xb_text_add(t, "      \"begin\": [%d, %d, %d],\n      \"step\": [%d, %d, %d],\n", l->begin[0],
                l->begin[1], l->begin[2], l->step[0], l->step[1], l->step[2]);
    xb_text_add(t, "      \"held_beats\": %d,\n", l->held_beats);
}

// What networks of few bits have, functions of one code, products with a gate, and slices; others
// have no such members.
static void add_post(XbText *t, const XbPlan *plan, const XbPlanLayer *l)
{
    if (l->map && l->post != XB_POST_SCALE && !l->blocks)
        xb_text_add(t, "      \"post\": \"%s\",\n",
                    l->post == XB_POST_SUMS ? "sums" : "thresholds");
    if (l->kind == XB_TABLE)
        xb_text_add(t, "      \"function\": \"%s\",\n      \"tables\": %d,\n", l->op_name,
                    l->tables);
    if (l->is_gated)
        xb_text_add(t,
                    "      \"waiting\": {\"map_beats\": %d, \"memory_bits\": %" PRId64
                    ", \"gates\": %d},\n",
                    l->fifo_beats[0], xb_bits_waiting(l).memory, l->fifo_beats[1]);
    if (l->kind == XB_BOX)
        add_box(t, l);
    if (!l->blocks)
        return;
    xb_text_add(t, "      \"blocks\": %d,\n", l->blocks);
    if (l->kind == XB_MERGE)
        xb_text_add(t, "      \"merge\": \"%s\",\n", xb_merge_name(l->merge));
    else
        add_costs(t, plan, l);
}

static void add_layer(XbText *t, const XbPlan *plan, const XbPlanLayer *l)
{
    xb_text_add(t, "    {\n      \"name\": \"%s\",\n      \"kind\": \"%s\",\n", l->name,
                xb_kind_name(l->kind));
    add_shape(t, "in", l->in);
    add_shape(t, "out", l->out);
    add_shape(t, "net_out", l->net_out);
    xb_text_add(t, "      \"arrays\": %" PRId64 ",\n      \"duplication\": %d,\n",
                l->map ? l->map->arrays : 0, l->copies);
    xb_text_add(t, "      \"steps\": %d,\n      \"step_cycles\": %" PRId64 ",\n", l->steps,
                l->step_cycles);
    xb_text_add(t,
                "      \"interval\": %" PRId64 ",\n      \"start\": %" PRId64
                ",\n      \"end\": %" PRId64 ",\n",
                l->interval, l->start, l->end);
    xb_text_add(t, "      \"windows\": %d,\n", l->windows);
    add_sub_image(t, l);
    add_counts(t, plan, l);
    if (l->map)
        add_map(t, plan, l);
    else
        add_no_map(t, plan);
    add_post(t, plan, l);
    xb_text_add(t, "      \"in_bits\": %d,\n      \"out_bits\": %d,\n", l->in_bits, l->out_bits);
    xb_text_add(t, "      \"in_words\": %d,\n      \"out_words\": %d,\n", l->in_words,
                l->out_words);
    xb_text_add(t, "      \"fetch_rate\": %d,\n      \"ring_words\": %d,\n", l->fetch_rate,
                l->ring_words);
    xb_text_add(t, "      \"ring_replicas\": %d,\n      \"ring_bits\": %" PRId64 ",\n",
                l->ring_replicas, l->ring_bits);
    add_bits(t, "      ", l->bits);
    xb_text_add(t, "      \"fifo_beats\": [%d, %d],\n      \"lanes\": %d\n    }", l->fifo_beats[0],
                l->fifo_beats[1], l->lanes);
}

char *xb_plan_json_text(XbArena *arena, const XbPlan *plan, bool with_hash)
{
    XbText t = {.arena = arena};
    xb_text_add(&t, "{\n  \"name\": ");
    xb_text_json_string(&t, plan->name);
    xb_text_add(&t, ",\n  \"network\": ");
    xb_text_json_string(&t, plan->network);
    xb_text_add(&t, ",\n");
    if (with_hash)
        xb_text_add(&t, "  \"hash\": \"0x%016" PRIx64 "\",\n", plan->hash);
    add_chip(&t, plan);
    if (with_hash) {
        add_end(&t, "input", plan->input, plan->input_q);
        add_outputs(&t, plan);
        add_hosts(&t, plan);
    }
    add_allocation(&t, plan);
    xb_text_add(&t, "  \"layers\": [\n");
    for (int l = 0; l < plan->layers; l++) {
        add_layer(&t, plan, &plan->layer[l]);
        xb_text_add(&t, l + 1 < plan->layers ? ",\n" : "\n");
    }
    xb_text_add(&t, "  ]\n}\n");
    return t.data;
}

char *xb_plan_json(XbArena *arena, const XbPlan *plan)
{
    return xb_plan_json_text(arena, plan, true);
}
