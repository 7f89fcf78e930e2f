// SPDX-License-Identifier: Apache-2.0
// What the parts of the golden model share: cells laid out for the processor, one layer's run.
#ifndef XBGEN_MODEL_PARTS_H
#define XBGEN_MODEL_PARTS_H

#include "xbgen/model.h"
#include "xbgen/philox.h"

enum {
    XB_VECTOR = 32,     // bytes of a vector; cells of a row are padded to it
    XB_CHUNK = 4 * 32,  // conversions worked on at once
    XB_NOISES = 4096,   // values of read noise
    XB_BATCH = 16       // windows that go through one array before the next array
};

// Cells that are read together: an array, or the block of one channel in a depthwise array.
typedef struct XbUnit {
    int row_base;  // layer row of its first row
    int rows;
    int physical;  // physical row of its first row: groups are counted in those
    int row_tile;
    int conversions;
    int first_conversion;  // number in the layer
    int acc;               // place of its first accumulator
    int stride;            // cells of a row, a multiple of XB_VECTOR
    const int8_t *cells;   // [rows][stride], columns by xb_model_lane: levels, or plus minus minus
                           // with analog subtraction; NULL: not ideal

    // Where conversions have threshold lists of their own, by XbLists:
    const int32_t *zero;       // [list copies][stride] code of no current
    const int32_t *reference;  // [list copies][steps][stride] thresholds to compare with, or
    const int32_t *list;       // [list copies][stride] where a conversion's table, or list, begins
} XbUnit;

// How a conversion with a list of its own finds its code: by comparing with all of few thresholds,
// in a table over all sums, or, where tables would be large, by halving the list.
typedef enum { XB_LISTS_NONE, XB_LISTS_COMPARED, XB_LISTS_TABLED, XB_LISTS_SEARCHED } XbLists;

// A converter over every sum that the cells can give: as tables, and as a product where one is
// exact: code = clamp(sum + offset, 0, limit) * scale >> shift.
typedef struct XbConverter {
    int32_t low, high;         // smallest and largest sum possible
    int32_t clip_lo, clip_hi;  // sums outside clip_lo..clip_hi saturate
    bool is_exact;             // value == sum, always
    bool has_product;
    bool has_no_table;  // of cells that are not ideal, whose sums are too many
    int32_t offset, limit, scale, shift;
    int32_t lo, delta;     // value = (lo + code) * delta
    const int32_t *value;  // [high - low + 1], less the value of no current (XbMvm's `base` has it)
    const uint16_t *code;  // [high - low + 1], and one that nobody uses
    XbLists lists;         // if any: `value` and `code` are tables one after the other, or NULL
    int bits, steps;       // of a list: 2^bits - 1 thresholds
    const int32_t *threshold;  // the lists
} XbConverter;

// Conversions in 16 bits: code = clamp(sum + offset, 0, limit) * factor >> 16, or, where converters
// are exact, the sum itself.
typedef struct XbHalfCodes {
    int planes;  // whose codes, shifted by their planes, add up to 16 bits; 0: sums do not fit
    int16_t offset, limit;
    uint16_t factor;
    bool can_saturate;
} XbHalfCodes;

// A unit's cells for kernels that work on many rows at once. Rows are counted from a word's, or a
// four's, first row of the layer; those in front of and behind the unit hold 0.
typedef struct XbUnitPlanes {
    const uint32_t *plane;  // [32 rows, from row_base / 32 on][bits][stride]: bits of the levels
    const int8_t *four;  // [4 rows, from row_base / 4 on][stride][4]; NULL: `multiplies` is false
} XbUnitPlanes;

typedef enum {
    XB_BY_NOTHING,
    XB_BY_SMALL_PRODUCT,
    XB_BY_PRODUCT,
    XB_BY_TABLE,
    XB_BY_LISTS
} XbConversion;

typedef struct XbPlanes {  // a layer's cells as such a kernel wants them
    int bits;              // of a level
    bool is_signed;        // the highest bit counts negatively
    XbConversion how;      // what a conversion takes
    bool multiplies;       // converters are exact, and inputs are bytes
    const XbUnitPlanes *unit;
} XbPlanes;

typedef struct XbNoise {  // of a layer's conversions
    uint32_t key[2];
    uint64_t round[XB_PHILOX_ROUNDS][2];  // the keys of all rounds
    const int32_t *add;  // [XB_NOISES] what a draw adds to a current, rising; NULL: nothing
} XbNoise;

// A unit of one copy whose cells are not ideal. Cells stand as the plan has them.
typedef struct XbWideUnit {
    uint32_t array;         // what draws are keyed with
    int column;             // physical column of its first conversion
    int pitch;              // columns of the array
    const uint16_t *cells;  // from its first row and column on, [rows][pitch]
    const int16_t *halves;  // as kernels that add rows want them: like XbUnit's cells; or NULL
    const int8_t *digits;   // as a kernel of its own wants them, or NULL
} XbWideUnit;

typedef struct XbWide {  // a layer whose cells are not ideal
    int copies, step;    // columns of a conversion: 2 with analog subtraction
    int digits;          // of a cell, to the base 256; 0: kernels read `cells`
    XbNoise noise;
    XbWideUnit *unit;  // [copies][units]
} XbWide;

typedef struct XbRead XbRead;

// The sums of a unit before they are converted, for those who count them.
typedef struct XbSums {
    int32_t *sum;  // [planes * groups][stride of the unit]
    bool *is_on;   // [planes * groups] rows were driven; where not, sums are 0 and `sum` is not
                   // written
} XbSums;

// One unit, one window. Adds to `acc`, returns the number of saturated conversions.
typedef int64_t XbReadUnit(const XbRead *read);

typedef struct XbMvm {  // a layer with weights, made ready
    const XbPlanLayer *plan;
    int units;
    const XbUnit *unit;
    int conversions;        // of one row tile, over all column tiles
    int per_sum;            // conversions of one channel and output of a window
    const int32_t *factor;  // [per_sum]: sign * 2^shift of a conversion
    const int32_t
        *field;  // [outputs][fan_in]: rows of a unit that an output looks at; `offset` alone
    const int32_t *place;  // [conversions]: its accumulator
    int accumulators;
    const int32_t *base;  // [list copies][accumulators] what conversions of no current add up to,
                          // over all planes and groups; NULL: nothing
    int flush;            // rows that a byte can add up, or 16 bits where cells are not ideal
    int words;            // 64-bit words of one input bit of a window
    int code_bits, dac_bits, active_rows;
    XbConverter adc;
    XbHalfCodes halves;
    XbReadUnit *read_unit;
    const XbPlanes *planes;  // or NULL where the kernel reads `cells`
    XbWide *wide;            // NULL: cells are ideal
    bool hears_noise;        // a conversion of no current can give another code for its noise
} XbMvm;

struct XbRead {
    const XbMvm *mvm;
    const XbUnit *unit;
    int list_copy;           // whose lists the conversions have; 0: those of all copies
    const uint8_t *inputs;   // [rows, padded to whole words] of the window
    const uint64_t *bits;    // [code_bits][words]: the inputs' bits
    int32_t *acc;            // all accumulators of the window
    uint16_t *codes;         // this window's converter codes, or NULL
    const XbWideUnit *wide;  // of the window's copy; NULL: cells are ideal
    uint64_t number;         // of the window's first conversion of a column, since programming
    const XbSums *sums;      // or NULL
};

struct XbKernel {
    const char *name;
    bool (*is_here)(void);  // the processor can run it
    // Cells of its own, or NULL. Where they are laid out already, what another converter changes.
    void (*lay_out)(XbArena *arena, const XbPlan *plan, XbMvm *m);
    XbReadUnit *read_unit;
    void (*lay_wide)(XbArena *arena, const XbPlan *plan, XbMvm *m);  // likewise where cells are not
    XbReadUnit *read_wide;                                           // ideal
};

struct XbModel {
    const XbPlan *plan;
    const XbKernel *kernel;
    const XbMvm *mvm;  // [layers]
};

// What one layer works on.
typedef struct XbJob {
    const XbModel *model;
    const XbPlanLayer *l;
    int index;
    int64_t image;  // since programming
    const uint8_t *in[2];
    uint8_t *out;
    uint16_t *codes;      // or NULL
    XbLayerCount *count;  // or NULL
    XbTally *tally;       // or NULL
    XbArena *scratch;
} XbJob;

// Where column `i` of a row stands among cells whose sums are widened to `run` lanes of a vector at
// a time: beside the one that is `run` columns away, so that both halves of all lanes are in order.
static inline int xb_model_lane(int i, int run)
{
    return i / (2 * run) * (2 * run) + i % run * 2 + i / run % 2;
}

static inline int8_t xb_model_level(const XbUnit *u, int row, int column)
{
    return u->cells[(int64_t)row * u->stride + xb_model_lane(column, XB_VECTOR / 2)];
}

// ---- model_prepare.c ----
void xb_model_prepare(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbMvm *out);

// A converter over the sums adc->low .. adc->high.
void xb_model_set_adc(XbArena *arena, const XbPlanAdc *spec, XbConverter *adc);

// ---- model_lists.c: converters with threshold lists ----
// Makes the converter, and what units and accumulators need of it; its sums must be known.
void xb_model_lists(XbArena *arena, const XbPlan *plan, XbUnit *unit, XbMvm *m);

// The copy whose lists a window's conversions have; 0 where all copies share them.
static inline int xb_model_list_copy(const XbMvm *m, int window)
{
    return m->plan->map->adc.list_copies > 1 ? window % m->plan->copies : 0;
}

// ---- model_wide.c: cells that are not ideal ----
void xb_model_prepare_wide(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbMvm *out);
bool xb_model_hears_noise(const XbMvm *m);

// Where conversion `i` of a unit has something by lists.
static inline ptrdiff_t xb_model_list_place(const XbRead *read, int i)
{
    return (ptrdiff_t)read->list_copy * read->unit->stride + i;
}

// What it has in the way of thresholds; NULL: none.
static inline const int32_t *xb_model_list(const XbRead *read, int i)
{
    const XbConverter *adc = &read->mvm->adc;
    return adc->lists ? adc->threshold + read->unit->list[xb_model_list_place(read, i)] : NULL;
}

// The code of a sum, and whether the clamp changed it. `list` may be NULL.
bool xb_model_convert(const XbPlanAdc *adc, const int32_t *list, int32_t sum, int64_t *code);

// Reads any such unit, cell by cell.
int64_t xb_model_read_wide(const XbRead *read);

// ---- model_read_noise.c ----
XbNoise xb_model_noise(XbArena *arena, const XbPlan *plan, const XbPlanMap *m);

// What conversion number `number` of a physical column of an array gets.
int32_t xb_model_noise_at(const XbNoise *noise, uint32_t array, int column, uint64_t number);

// ---- model_tally.c ----
// A layer's tally being filled, unit by unit.
typedef struct XbTallying {
    XbTally *tally;
    const XbMvm *mvm;
    XbSums sums;           // of the read under way
    const int64_t *place;  // [conversions] a conversion's sum 0 in a plane's counts
    int64_t *off;          // [planes] reads of the unit that drove no row
} XbTallying;

XbTallying xb_model_begin_tally(const XbJob *job, const XbMvm *m);
void xb_model_begin_read(XbTallying *t);                    // before a read that has t->sums
void xb_model_end_read(XbTallying *t, const XbUnit *unit);  // and after it
void xb_model_end_unit(XbTallying *t, const XbUnit *unit);  // after all windows

// ---- model_rows.c: what kernels that add rows want ----
void xb_model_lay_levels(XbArena *arena, const XbPlan *plan, XbMvm *m);
void xb_model_lay_wide(XbArena *arena, const XbPlan *plan, XbMvm *m);

// ---- model_wide_avx512.c ----
void xb_model_lay_digits(XbArena *arena, const XbPlan *plan, XbMvm *m);
int64_t xb_model_read_digits(const XbRead *read);

// ---- model_kernel.c, model_avx512.c, model_planes.c ----
const XbKernel *const *xb_model_kernels(void);  // the fastest first, NULL behind the last
extern const XbKernel xb_model_avx512;          // where the compiler makes code for x86-64
void xb_model_lay_planes(XbArena *arena, const XbPlan *plan, XbMvm *m);

// ---- model_gather.c ----
// The codes of a window, in the order of the layer's rows: of wide codes the bytes `byte` of each.
void xb_model_gather(const XbJob *job, int window, int byte, uint8_t *codes);

// Codes of more than 8 bits as two images of bytes, in[0] the low ones and in[1] the high ones;
// others stay.
XbJob xb_model_bytes(const XbJob *job);

// ---- model_post.c: what becomes of the sums of a layer with weights ----
// Of channel c: stores what its whole sum gives as code `at` of the output.
void xb_model_post(const XbPlanLayer *l, int c, int32_t sum, uint8_t *out, int64_t at);

// ---- model_xbar.c: layers with weights ----
void xb_model_mvm(const XbJob *job);
void xb_model_split_bits(const XbMvm *m, const uint8_t *codes, uint64_t *bits);

// ---- model_layer.c: layers without weights ----
void xb_model_add(const XbJob *job);
void xb_model_avgpool(const XbJob *job);
void xb_model_maxpool(const XbJob *job);
void xb_model_mean(const XbJob *job);
void xb_model_pad(const XbJob *job);
void xb_model_reshape(const XbJob *job);
void xb_model_relu(const XbJob *job);
void xb_model_table(const XbJob *job);
void xb_model_mul(const XbJob *job);
void xb_model_merge(const XbJob *job);
void xb_model_concat(const XbJob *job);
void xb_model_slice(const XbJob *job);

// The taps of a window over one axis that lie inside the image: numbers first..end-1; tap k lies at
// at + k * dilation. However large a kernel is, no more than the image's pixels.
typedef struct XbTaps {
    int64_t at, first, end;
} XbTaps;

static inline XbTaps xb_model_taps(int out, int stride, int pad, int kernel, int dilation, int size)
{
    int64_t at = (int64_t)out * stride - pad;
    int64_t first = at < 0 ? (-at + dilation - 1) / dilation : 0;
    int64_t end = at < size ? (size - at + dilation - 1) / dilation : 0;
    return (XbTaps){at, first, end < kernel ? end : kernel};
}

static inline XbTaps xb_model_taps_y(const XbPlanLayer *l, int window)
{
    return xb_model_taps(window / l->out.w, l->stride_h, l->pad_t, l->kh, l->dil_h, l->in.h);
}

static inline XbTaps xb_model_taps_x(const XbPlanLayer *l, int window)
{
    return xb_model_taps(window % l->out.w, l->stride_w, l->pad_l, l->kw, l->dil_w, l->in.w);
}

// Pixel under tap (ky, kx), which lies inside the image.
static inline const uint8_t *xb_model_pixel(const XbPlanLayer *l, const uint8_t *in, XbTaps ys,
                                            XbTaps xs, int64_t ky, int64_t kx)
{
    int64_t y = ys.at + ky * l->dil_h, x = xs.at + kx * l->dil_w;
    return in + (y * l->in.w + x) * l->in.c;
}

static inline uint8_t xb_model_clamp(const XbPlanLayer *l, int64_t value)
{
    return (uint8_t)(value < l->clamp_lo ? l->clamp_lo : value > l->clamp_hi ? l->clamp_hi : value);
}

#endif
