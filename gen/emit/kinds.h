// SPDX-License-Identifier: Apache-2.0
// What the emitter writes for each kind of layer: the only place where it tells kinds apart, but
// for a few limits (limits.c).
#ifndef XBGEN_EMIT_KINDS_H
#define XBGEN_EMIT_KINDS_H

#include "emit/emit_layer.h"

enum { XB_REGISTERS = 11 };  // the most that a kind has

typedef struct XbEmitKind {
    const char *cell;                                   // the module that such a layer is
    void (*params)(XbTop *top, const XbPlanLayer *l);   // writes the cell's parameters
    int (*registers)(const XbPlanLayer *l, int32_t *);  // fills the first of XB_REGISTERS; how many
} XbEmitKind;

extern const XbEmitKind xb_emit_kind[XB_KINDS];

// emit_params.c: the parameters of a cell, from the plan.
void xb_params_mvm(XbTop *top, const XbPlanLayer *l);
void xb_params_maxpool(XbTop *top, const XbPlanLayer *l);
void xb_params_avgpool(XbTop *top, const XbPlanLayer *l);
void xb_params_mean(XbTop *top, const XbPlanLayer *l);
void xb_params_pad(XbTop *top, const XbPlanLayer *l);
void xb_params_add(XbTop *top, const XbPlanLayer *l);
void xb_params_relu(XbTop *top, const XbPlanLayer *l);
void xb_params_table(XbTop *top, const XbPlanLayer *l);
void xb_params_reshape(XbTop *top, const XbPlanLayer *l);
void xb_params_merge(XbTop *top, const XbPlanLayer *l);
void xb_params_concat(XbTop *top, const XbPlanLayer *l);
void xb_params_mul(XbTop *top, const XbPlanLayer *l);
void xb_params_slice(XbTop *top, const XbPlanLayer *l);

// emit_registers.c: the values of a layer's registers, as docs/rtl.md numbers them.
int xb_registers_mvm(const XbPlanLayer *l, int32_t *value);
int xb_registers_pool(const XbPlanLayer *l, int32_t *value);
int xb_registers_add(const XbPlanLayer *l, int32_t *value);
int xb_registers_relu(const XbPlanLayer *l, int32_t *value);
int xb_registers_merge(const XbPlanLayer *l, int32_t *value);
int xb_registers_mul(const XbPlanLayer *l, int32_t *value);
int xb_registers_none(const XbPlanLayer *l, int32_t *value);

#endif
