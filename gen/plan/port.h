// SPDX-License-Identifier: Apache-2.0
// The time of a layer with weights: its arrays read, its buffer port carries what a step loads and
// stores. docs/architecture.md, Time.
#ifndef XBGEN_PLAN_PORT_H
#define XBGEN_PLAN_PORT_H

#include "plan/loads.h"

typedef struct XbPort {
    XbLoads loads;
    int64_t read_cycles;  // t_xbar
    int64_t load_bits;    // of a position
    int64_t store_bits;   // of a window
    int bits_per_cycle;   // 0: unlimited
    XbTransfer transfer;
    XbTimeModel model;
} XbPort;

static inline int xb_port_steps(const XbPort *port, int copies)
{
    return (port->loads.windows + copies - 1) / copies;
}

// Cycles of a step of an image, from 0.
int64_t xb_port_step(const XbPort *port, int copies, int step);

// Cycles of the first `steps` steps of an image with so many copies.
int64_t xb_port_time(const XbPort *port, int copies, int steps);

// ... of a whole image: the interval of the layer.
int64_t xb_port_interval(const XbPort *port, int copies);

// No interval with so many copies is shorter.
int64_t xb_port_least(const XbPort *port, int copies);

// How far the steps of an image are from taking the same time each: the most cycles that a run of
// them takes more than so many average ones, rounded up.
int64_t xb_port_uneven(const XbPort *port, int copies);

// Cycles of the longest step.
int64_t xb_port_longest(const XbPort *port, int copies);

// Positions that an image loads.
int64_t xb_port_positions(const XbPort *port, int copies);

#endif
