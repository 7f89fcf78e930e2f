// SPDX-License-Identifier: Apache-2.0
// The GTKWave save file of a design: what a person wants to see of its wave, in groups with names.
#ifndef XBGEN_GTKW_H
#define XBGEN_GTKW_H

#include "xbgen/arena.h"
#include "xbgen/plan.h"

// Text of waves/xb.gtkw: the chip's ports, then a group per layer with its stream, its sequencer
// and a closed group per tile and PE. Signal names as in docs/rtl.md and rtl_templates/.
char *xb_emit_gtkw(XbArena *arena, const XbPlan *plan);

#endif
