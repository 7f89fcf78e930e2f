// SPDX-License-Identifier: Apache-2.0
// What the parts of the golden model share: cells laid out for the processor, one layer's run.
#ifndef XBGEN_MODEL_PARTS_H
#define XBGEN_MODEL_PARTS_H

#include "xbgen/model.h"

enum {
    XB_VECTOR = 32,     // bytes of a vector; cells of a row are padded to it
    XB_CHUNK = 4 * 32,  // conversions worked on at once
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
    int stride;            // bytes of a row, a multiple of XB_VECTOR
    const int8_t *cells;   // [rows][stride]: levels, or plus minus minus with analog subtraction
} XbUnit;

// A converter over every sum that the cells can give: as tables, and as a product where one is
// exact: code = clamp(sum + offset, 0, limit) * scale >> shift.
typedef struct XbConverter {
    int32_t low, high;         // smallest and largest sum possible
    int32_t clip_lo, clip_hi;  // sums outside clip_lo..clip_hi saturate
    bool is_exact;             // value == sum, always
    bool has_product;
    int32_t offset, limit, scale, shift;
    int32_t lo, delta;     // value = (lo + code) * delta
    const int32_t *value;  // [high - low + 1]
    const uint16_t *code;  // [high - low + 1]
} XbConverter;

typedef struct XbMvm {  // a layer with weights, made ready
    const XbPlanLayer *plan;
    int units;
    const XbUnit *unit;
    int conversions;        // of one row tile, over all column tiles
    int per_word;           // conversions of one output channel
    const int32_t *factor;  // [per_word]: sign * 2^shift of a conversion
    const int32_t *place;   // [conversions]: its accumulator
    int accumulators;
    int flush;  // rows that a byte can add up
    int words;  // 64-bit words of one input bit of a window
    int code_bits, dac_bits, active_rows;
    XbConverter adc;
} XbMvm;

// One unit, one window. Adds to `acc`, returns the number of saturated conversions.
typedef struct XbRead {
    const XbMvm *mvm;
    const XbUnit *unit;
    const uint64_t *bits;  // [code_bits][words] of the window
    int32_t *acc;          // all accumulators of the window
    uint16_t *codes;       // this window's codes, or NULL
} XbRead;

typedef int64_t XbReadUnit(const XbRead *read);

struct XbModel {
    const XbPlan *plan;
    const XbMvm *mvm;  // [layers]
    XbReadUnit *read_unit;
};

// What one layer works on.
typedef struct XbJob {
    const XbModel *model;
    const XbPlanLayer *l;
    int index;
    const uint8_t *in[2];
    uint8_t *out;
    uint16_t *codes;      // or NULL
    XbLayerCount *count;  // or NULL
    XbArena *scratch;
} XbJob;

// ---- model_prepare.c ----
void xb_model_prepare(XbArena *arena, const XbPlan *plan, const XbPlanLayer *l, XbMvm *out);

// ---- model_kernel.c ----
XbReadUnit *xb_model_kernel(void);           // the fastest that this processor can run
XbReadUnit *xb_model_portable_kernel(void);  // the one that every processor can run

// ---- model_xbar.c, model_layer.c ----
void xb_model_mvm(const XbJob *job);
void xb_model_plain(const XbJob *job);

// Pixel of the input under tap (ky, kx) of window (oy, ox); NULL in the padding.
static inline const uint8_t *xb_model_tap(const XbPlanLayer *l, const uint8_t *in, int window,
                                          int tap)
{
    int y = window / l->out.w * l->stride_h - l->pad_t + tap / l->kw * l->dil_h;
    int x = window % l->out.w * l->stride_w - l->pad_l + tap % l->kw * l->dil_w;
    if (y < 0 || x < 0 || y >= l->in.h || x >= l->in.w)
        return NULL;
    return in + ((int64_t)y * l->in.w + x) * l->in.c;
}

static inline uint8_t xb_model_clamp(const XbPlanLayer *l, int64_t value)
{
    return (uint8_t)(value < l->clamp_lo ? l->clamp_lo : value > l->clamp_hi ? l->clamp_hi : value);
}

#endif
