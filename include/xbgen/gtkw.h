// SPDX-License-Identifier: Apache-2.0
// The GTKWave save file of a design: what a person wants to see of its wave, in groups with names.
#ifndef XBGEN_GTKW_H
#define XBGEN_GTKW_H

#include "xbgen/arena.h"
#include "xbgen/plan.h"

// Text of waves/xb.gtkw: where every layer is, the chip's ports, then a group per layer with its
// stream, its sequencer and a closed group per tile and PE. It opens where the first image comes, if
// a program of so many words was sent without a pause. Signal names as in docs/rtl.md and
// rtl_templates/.
char *xb_emit_gtkw(XbArena *arena, const XbPlan *plan, int64_t program_words);

#endif
