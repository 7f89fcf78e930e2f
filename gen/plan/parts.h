// SPDX-License-Identifier: Apache-2.0
// What the stages of the plan builder share. Each stage fills in its own members of the layers and
// reports its own faults; the order of the stages is in plan_build.c.
#ifndef XBGEN_PLAN_PARTS_H
#define XBGEN_PLAN_PARTS_H

#include "plan/port.h"

#include "xbgen/plan.h"

typedef struct XbPlanning XbPlanning;

typedef struct XbFlow {  // what a layer has to keep up with
    int64_t pace;        // cycles per image
    int64_t words;       // of an image, at the rate they come
    int64_t beats;       // of an image
    int64_t spacing;     // cycles from beat to beat where they come fastest
    int64_t uneven;      // cycles that words come later than at a steady pace
} XbFlow;

typedef struct XbTiming XbTiming;  // plan/latency.h
typedef struct XbTimedStream XbTimedStream;

typedef struct XbTimedLayer {  // the twins of a layer's cells (plan/latency.h)
    XbTimedStream *out;
    const int64_t *start;  // where the first cycle of its work will stand
} XbTimedLayer;

typedef struct XbPlanKind {  // what is special about a kind of layer, stage by stage
    void (*window)(XbPlanLayer *to, const XbNetLayer *from);
    void (*quantize)(const XbPlanning *p, int l);  // its multipliers; NULL: none
    void (*schedule)(XbPlanLayer *l, XbFlow in);   // NULL: with weights, these set the pace
    int64_t (*ring_rows)(const XbPlanLayer *l);    // rows of the image that wait; NULL: none do
    XbBits (*bits)(const XbPlan *plan, const XbPlanLayer *l);  // what its cell stores
    XbTimedLayer (*time)(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
} XbPlanKind;

struct XbPlanning {
    XbArena *arena;
    XbDiags *d;
    const XbCfg *cfg;
    const XbNet *net;
    XbPlan *plan;
    XbPlanLayer *layer;      // plan->layer, while it is being filled in
    XbPlanMap **map;         // layer[l].map likewise; NULL for layers without weights
    XbPort *port;            // of layers with weights
    const XbPlanKind *kind;  // [XB_KINDS]
};

// ---- plan_kinds.c: the one table of kinds ----
extern const XbPlanKind xb_plan_kind[XB_KINDS];

// ---- plan_context.c ----
// The overrides of a layer, or NULL.
const XbCfgLayer *xb_plan_override(const XbPlanning *p, int l);

// Reports an error at "layer conv1".
void xb_plan_fault(const XbPlanning *p, int l, const char *code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// Reports an error at the layer's key in a section of cfg.json: $.mapping.layers.conv1.split.
void xb_plan_fault_at(const XbPlanning *p, int l, const char *section, const char *key, const char *code,
                      const char *format, ...) __attribute__((format(printf, 6, 7)));

// Whether cells can have conductances between levels, and whether a read can give anything else than ideal cells do.
bool xb_plan_has_fractions(const XbPlanning *p);
bool xb_plan_is_imperfect(const XbPlanning *p);

// ---- counting ----
static inline int xb_min(int a, int b) { return a < b ? a : b; }
static inline int64_t xb_min_int64(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t xb_max_int64(int64_t a, int64_t b) { return a > b ? a : b; }

// a / b rounded up; a >= 0, b > 0.
static inline int64_t xb_ceil_div_int64(int64_t a, int64_t b) { return (a + b - 1) / b; }

// A number of things to build; what no int holds is not built in any case (the emitter has its
// limits).
static inline int xb_plan_count(int64_t n) { return n < INT32_MAX ? (int)n : INT32_MAX; }

// Beats of `beat_words` words that an image takes.
static inline int64_t xb_beats(XbShape s, int beat_words)
{
    return xb_ceil_div_int64(xb_shape_pixels(s), beat_words);
}

// ---- plan_split.c: blocks of split layers ----
// Gives every split layer its blocks (p->net becomes a network of its own where the file says none)
// and refuses what a block cannot do. Returns false, and reports, if one has no number of blocks.
bool xb_plan_split(XbPlanning *p);

// The references of a split layer's converters; weights must be in order.
void xb_plan_references(const XbPlanning *p, int l);

// ---- plan_stream.c: shapes of the streams and windows, from the network ----
void xb_plan_streams(XbPlanning *p);

void xb_plan_slide(XbPlanLayer *to, const XbNetLayer *from);      // as the network says
void xb_plan_mean(XbPlanLayer *to, const XbNetLayer *from);       // all, a column or a row
void xb_plan_pool(XbPlanLayer *to, const XbNetLayer *from);       // ... less what no window sees
void xb_plan_whole(XbPlanLayer *to, const XbNetLayer *from);      // the image is the window
void xb_plan_pad_pixel(XbPlanLayer *to, const XbNetLayer *from);  // a pixel of the padded image
void xb_plan_pixel(XbPlanLayer *to, const XbNetLayer *from);
void xb_plan_box(XbPlanLayer *to, const XbNetLayer *from);        // pixels of a slice

// ---- plan_tiling.c: how a layer's matrix is cut; sets p->map ----
void xb_plan_shapes(XbPlanning *p);

// ---- plan_sub_image.c ----
// Cuts a layer into sub-images of side `given`, or of its policy's choice if that is 0; columns of
// a weight and policy must be there. Returns false if nothing fits, which is reported.
bool xb_plan_cut(const XbPlanning *p, int n, int given, XbPlanMap *m);

// Hundredths of a per cent that sub-images have more positions than outputs, to the nearest.
int64_t xb_plan_overlap(const XbSubImage *s);

// Pixels of the output that a 1x1 convolution has side by side on an array, 1 where not even one
// fits.
int xb_plan_run(const XbPlanning *p, int n, const XbPlanMap *m);

// Copies of a sub-image layer by how often its arrays are used; 0: as `duplication` says.
int xb_plan_reuse_copies(const XbPlanning *p, int n);

// ---- plan_time.c: what a layer loads and stores, and its time ----
// Accesses and ports of all layers; reads must be counted.
void xb_plan_ports(XbPlanning *p);

// Steps, cycles and codes of a layer whose copies are known.
void xb_plan_time(XbPlanning *p, int n);

// ---- plan_delivery.c: words read in a cycle ----
// Of a layer with weights whose time is known.
void xb_plan_delivery(const XbPlanning *p, int n);

// Columns are counted in units, what windows and taps have in common (xb_window_shared).
typedef struct XbPlanUnits {
    int onward, tap, span;  // from window to window, from tap to tap; of a window
} XbPlanUnits;

XbPlanUnits xb_plan_units(const XbPlanLayer *l);

// Rows likewise: those that divide the way from window to window and from tap to tap.
int xb_plan_row_pitch(const XbPlanLayer *l);

// Cycles in which the words of a step are read, where copies share them.
int64_t xb_plan_gather_cycles(const XbPlanLayer *l, int step);

// ---- plan_place.c: reads; copies; columns, arrays, chip tiles ----
void xb_plan_count_reads(XbPlanning *p);
void xb_plan_allocate(XbPlanning *p);
void xb_plan_place(XbPlanning *p);

// ---- plan_path.c: how far a layer must be before the next one can begin ----
// Windows of each layer that window 0 of the next layer with weights waits for, along the path
// from input to output with most such layers; 0 for all others.
void xb_plan_leads(const XbPlanning *p, int *lead);

// The last pixel of its input that output pixel `n` of a layer, and those before it, wait for.
int xb_plan_last_tap(const XbPlanLayer *l, int n);

// Of a layer with weights: likewise for part k of a window, one of the pixels that it has side by
// side, or all of it; parts of a window; the window that gives an output pixel.
int xb_plan_window_tap(const XbPlanLayer *l, int window, int k);
int xb_plan_window_parts(const XbPlanLayer *l, int window);
int xb_plan_window_of(const XbPlanLayer *l, int pixel);

// ---- plan_ideal.c ----
// When the last pixel of one image alone is there, if the steps of layers with weights were all
// that takes time; start[n]: when such a layer begins. Ports and copies by layer.
int64_t xb_plan_ideal(const XbPlanning *p, const XbPort *port, const int *copies, int64_t *start);

// ---- plan_alloc.c: copies that cfg.json leaves to be chosen ----
void xb_plan_choose(XbPlanning *p);

// ---- plan_levels.c: weights and cells ----
// Puts a layer's weights in row order, once; false if the network has none yet.
bool xb_plan_order_weights(const XbPlanning *p, int l);

// The levels of the cells of an array, [rows][cols]; weights must be in order.
const uint8_t *xb_plan_array_levels(XbArena *arena, const XbPlanning *p, const XbPlanLayer *l,
                                    const XbPlanArray *a);

// The columns of a layer, made once.
void xb_plan_place_columns(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbPlanMap *m);

// The levels of each column of an array, added up over the rows of active-row group `group`:
// sum[a->cols].
void xb_plan_group_levels(const XbPlan *plan, const XbPlanArray *a, int group, int32_t *sum);

// Magnitude bits of a layer's differential cells.
int xb_plan_magnitude_bits(const XbPlanning *p, int l);

// The cells of all arrays. Reports [plan-weights] where a layer has no weights.
void xb_plan_levels(XbPlanning *p);

// Whether the cell at a physical row and column of an array holds a weight.
static inline bool xb_plan_holds_weight(const XbPlanLayer *l, const XbPlanArray *a, int row,
                                        int column)
{
    int place = a->col_base + column;
    return xb_plan_place_of(l, a->row_base + row, place, l->map->column[place].output) >= 0;
}

// The most that each column's cells of active-row group `group` can add up to, whatever is drawn: sum[a->cols],
// in units of 2^-F of a level.
void xb_plan_group_most(const XbPlan *plan, const XbPlanLayer *l, const XbPlanArray *a, int group,
                        int32_t *sum);

// ---- plan_noise.c: imperfect cells ----
// Units, and what a chip has of them.
void xb_plan_rram(const XbPlanning *p);

// Read noise of all layers whose arrays are known.
void xb_plan_noise(const XbPlanning *p);

// The largest noise of a conversion, positive or negative.
int64_t xb_plan_most_noise(const XbPlanMap *m);

// ---- plan_cells.c: what programming makes of levels ----
// The conductances of all arrays and copies of a whole plan whose cells are not ideal.
void xb_plan_program(const XbPlanning *p);

// What the programmed cells of a copy represent of the weights of each output channel, added up: [out.c] in
// units of 2^-F of a level.
int64_t *xb_plan_programmed_weights(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l,
                                    int copy);

// ---- plan_adc.c: converter ranges ----
void xb_plan_adcs(XbPlanning *p);

// The most weight rows of one column that are on together.
int xb_plan_rows_on(const XbPlanning *p, const XbPlanLayer *l);

// What a converter gives back for the column sum `current`: lo * delta .. (lo + 2^bits - 1) *
// delta.
// `list` is that of the conversion, NULL: none.
int64_t xb_plan_converted(const XbPlanAdc *adc, const int32_t *list, int64_t current);

// ---- plan_idle.c ----
// Notes keys of `mapping` that reach no layer.
void xb_plan_note_idle_keys(const XbPlanning *p);

// ---- plan_list.c, plan_preset.c: threshold lists ----
// The list, or lists, of a layer's converters, if cfg.json asks for any; with a preset its lowest
// code too. Reports [plan-adc-list].
bool xb_plan_set_list(const XbPlanning *p, int l);

// Notes about a layer's lists, if it has any; `full` is the largest sum of ideal cells.
void xb_plan_note_list(const XbPlanning *p, int l, int64_t full);

// True if every level low..high, which lo and bits hold, comes back as itself, by all lists if any.
bool xb_plan_lists_are_exact(const XbPlan *plan, const XbPlanAdc *adc, int64_t low, int64_t high);

// The thresholds of a preset, [2^bits - 1] of its codes; those that it has not are INT32_MAX. And
// the tool's number of the lowest code.
const int32_t *xb_plan_preset(XbArena *arena, const XbPreset *preset);
int xb_plan_preset_lo(const XbPreset *preset);

// The step of a preset's codes in whole units, `delta` where that is less than a unit off.
int xb_plan_preset_step(const XbPreset *preset, int delta);

// ---- plan_sums.c: what sums can be ----
typedef struct XbBounds {  // every value lies in lo..hi
    int64_t lo, hi;
} XbBounds;

static const XbBounds xb_plan_word = {INT32_MIN, INT32_MAX};

typedef struct XbPlanSums {  // in units of 2^-F of a level
    const XbBounds *channel;  // [out.c] without bias': every partial sum, in any order
    int64_t widest;  // the most that the cells of one column, or side of a pair, add up to
} XbPlanSums;

// By what the cells of a layer can make and its converter gives back.
XbPlanSums xb_plan_sums(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l);

// Sums of a channel in levels, as they are rounded before bias' is added.
XbBounds xb_plan_rounded(const XbPlan *plan, XbBounds sum);

// By a channel's weights, without bias': its whole sums in levels, if the converter is lossless.
XbBounds xb_plan_weight_sums(const XbPlanLayer *l, int channel);

// ---- plan_quant.c: multipliers, bias, clamps, reciprocals ----
// How multipliers round and how many places reciprocals have, which shapes the hardware.
void xb_plan_arithmetic(XbPlanning *p);
void xb_plan_quants(XbPlanning *p);

void xb_plan_quantize_weights(const XbPlanning *p, int l);
void xb_plan_quantize_add(const XbPlanning *p, int l);
void xb_plan_quantize_relu(const XbPlanning *p, int l);
void xb_plan_quantize_mul(const XbPlanning *p, int l);
void xb_plan_quantize_table(const XbPlanning *p, int l);
void xb_plan_quantize_mean(const XbPlanning *p, int l);
void xb_plan_quantize_average(const XbPlanning *p, int l);

// ---- plan_collect.c: how sums leave the arrays; out_words must be there ----
void xb_plan_collect(const XbPlanning *p, XbPlanLayer *l, XbPlanMap *m);

// Register stages from a sum that leaves its bank to its code.
int xb_plan_post_cycles(const XbPlanLayer *l);

// ---- plan_sched.c: steps, lanes, rates, intervals ----
void xb_plan_schedule(XbPlanning *p);

// Beats of an image as the stream of input `i` brings them.
int64_t xb_plan_provided(const XbPlanning *p, const XbPlanLayer *l, int i);

void xb_plan_schedule_windows(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_beats(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_join(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_mul(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_reshape(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_concat(XbPlanLayer *l, XbFlow in);
void xb_plan_schedule_slice(XbPlanLayer *l, XbFlow in);

// ---- plan_slice.c: which words of its input a slice has ----
// True if it has every pixel: channels are all that it leaves out.
bool xb_plan_has_all_pixels(const XbPlanLayer *l);

// True if pixel `n` of its input is in the box.
bool xb_plan_in_box(const XbPlanLayer *l, int64_t n);

// Pixels of the input by which the output is late at most, as rows in front of the box are dropped,
// or early, as those behind it are, against a share of the image that leaves with each that comes.
int64_t xb_plan_box_late(const XbPlanLayer *l);
int64_t xb_plan_box_early(const XbPlanLayer *l);

// Full beats of the input with pixels of the box.
int64_t xb_plan_box_beats(const XbPlanLayer *l);

// ---- plan_ring.c: words and memory of the rings ----
int64_t xb_plan_ring_window(const XbPlanLayer *l);
int64_t xb_plan_ring_image(const XbPlanLayer *l);
int64_t xb_plan_ring_pad(const XbPlanLayer *l);

// Of a layer whose copies and rate are known.
void xb_plan_size_ring(const XbPlanning *p, XbPlanLayer *l, XbFlow in);

// ---- plan_flow.c: FIFOs in front of layers ----
void xb_plan_fifos(XbPlanning *p);

// ---- plan_latency.c: the chip's latency, start and end of all layers; latency_*.c ----
// ... and the interval of a serial chip.
void xb_plan_latency(const XbPlanning *p);

XbTimedLayer xb_plan_time_mvm(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_pool(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_pad(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_add(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_mul(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_table(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_relu(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_merge(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_reshape(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_concat(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);
XbTimedLayer xb_plan_time_slice(XbTiming *t, const XbPlanLayer *l, XbTimedStream *const in[2]);

// ---- plan_bits.c: memories and flip-flops; everything else must be there ----
void xb_plan_bits(XbPlanning *p);

// ---- plan_split_text.c ----
typedef struct XbSplitCost {  // of all copies of a split layer
    int64_t arrays, converters;
    int bits;                // of a converter
    int64_t conversions;     // of a window
    int64_t adder_bits;      // of the adders that join partial sums of arrays
    int64_t merge_bits;      // of those that count the codes of blocks
} XbSplitCost;

XbSplitCost xb_plan_split_cost(const XbPlan *plan, const XbPlanLayer *l);
XbSplitCost xb_plan_unsplit_cost(const XbPlan *plan, const XbPlanLayer *l);  // if it were one

// The split layers of a plan, as text; "" if there are none.
char *xb_plan_split_text(XbArena *arena, const XbPlan *plan);

// ---- plan_chosen_text.c ----

// What was chosen for the whole chip, a few lines.
char *xb_plan_chosen_text(XbArena *arena, const XbPlan *plan);

// ---- plan_json.c ----
// plan.json, without the member "hash" if `with_hash` is false (the hash is made from that text).
char *xb_plan_json_text(XbArena *arena, const XbPlan *plan, bool with_hash);

// ---- plan_hash.c ----
// FNV-1a over plan.json and the network's weights (or seeds), biases and scales.
uint64_t xb_plan_hash(const XbNet *net, const XbPlan *plan);

#endif
