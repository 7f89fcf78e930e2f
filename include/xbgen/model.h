// SPDX-License-Identifier: Apache-2.0
// The golden model: the hardware that a plan describes, bit for bit, without time.
#ifndef XBGEN_MODEL_H
#define XBGEN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "xbgen/arena.h"
#include "xbgen/plan.h"

typedef struct XbModel XbModel;  // a plan made ready to run: bit planes of the cells; shared by threads

typedef struct XbLayerCount {  // per layer, added up over images
    int64_t reads;             // array reads: images * windows * planes * groups * arrays of one copy
    int64_t conversions;
    int64_t saturated;
} XbLayerCount;

typedef struct XbTally {  // how often each sum was converted in a layer with weights
    int planes, slices;   // 0 without weights
    int32_t low, high;    // what the layer's cells can give
    int64_t *count;       // [planes][slices][high - low + 1]
} XbTally;

// What one image gives. Pointers that are NULL are not filled in.
typedef struct XbModelImage {
    uint8_t *const *out;     // [layer] -> h*w*c output codes (caller's buffers; entries may not be NULL)
    uint16_t *const *codes;  // [layer] -> converter codes of weight layers, or NULL
                             //   [window][plane][group][row_tile][conversion over all column tiles]
    XbLayerCount *count;     // [layer], added to
    XbTally *tally;          // [layer], added to: every conversion, those of no current too
    int64_t number;          // of the image since the chip was programmed: read noise depends on it
} XbModelImage;

// How arrays are read and converted; every kernel gives the same results.
typedef struct XbKernel XbKernel;

// The kernel named "portable", "avx2" or "avx512"; name NULL: the fastest that this processor can run.
// NULL if there is none of that name.
const XbKernel *xb_model_kernel(const char *name);

// Whether this processor can run it.
bool xb_model_kernel_runs(const XbKernel *kernel);

// Makes a whole, proved plan ready to run; it must stay as long as the model. With the fastest kernel, or
// with one that runs on this processor.
XbModel *xb_model_new(XbArena *arena, const XbPlan *plan);
XbModel *xb_model_new_on(XbArena *arena, const XbPlan *plan, const XbKernel *kernel);

// The same model with another converter in layer `l`, whose cells they share.
XbModel *xb_model_with_adc(XbArena *arena, const XbModel *model, int l, const XbPlanAdc *adc);

// Empty tallies, one a layer.
XbTally *xb_model_tallies(XbArena *arena, const XbModel *model);

// Adds what `more`, of the same layer, counted.
void xb_tally_add(XbTally *tally, const XbTally *more);

// Room for what every layer makes of an image.
uint8_t **xb_model_outputs(XbArena *arena, const XbPlan *plan);

// Number of uint16 codes of layer `l` per image; 0 for layers without weights.
int64_t xb_model_codes(const XbPlan *plan, int l);

// Runs one image (input: NHWC codes). Thread-safe on one XbModel; scratch memory is thread-local inside.
void xb_model_run(const XbModel *model, const uint8_t *input, const XbModelImage *image);

// Runs one image again, `before` being what all layers made of it in a model that differs in layer `first`
// alone: only the layers that see a difference are computed, in `room`. Returns the last layer's codes, which
// stand in one of the two.
const uint8_t *xb_model_rerun(const XbModel *model, int first, const uint8_t *input, uint8_t *const *before,
                              uint8_t *const *room);

// Takes what image number `image` gave; `result` goes when it returns.
typedef void XbModelSink(void *context, int64_t image, const XbModelImage *result);

// Runs `images` images on all cores. input: [images][h*w*c]. output (may be NULL): [images][codes of the
// last layer]. count (may be NULL): [layer], added to. sink (may be NULL): called per image, with converter
// codes if want_codes, in any order from any thread, one at a time.
void xb_model_run_all(const XbModel *model, int64_t images, const uint8_t *input, uint8_t *output,
                      XbLayerCount *count, bool want_codes, XbModelSink *sink, void *context);

// The same for images that follow on `first` others since the chip was programmed. The sink gets numbers from 0 on.
void xb_model_run_from(const XbModel *model, int64_t first, int64_t images, const uint8_t *input, uint8_t *output,
                       XbLayerCount *count, bool want_codes, XbModelSink *sink, void *context);

// Runs `images` images on all cores and adds their conversions to `tally` ([layer]). output as above.
void xb_model_tally_all(const XbModel *model, int64_t images, const uint8_t *input, uint8_t *output,
                        XbTally *tally);

#endif
