// SPDX-License-Identifier: Apache-2.0
// All combinations of values of some keys: what the parts of the verb `sweep` share.
#ifndef XBGEN_CLI_SWEEP_H
#define XBGEN_CLI_SWEEP_H

#include "cli/cli.h"
#include "cli/figures.h"
#include "cli/sweep_set.h"

enum { XB_SWEEP_CODE = 64 };

typedef struct XbSweepResult {
    XbFigures figures;
    double accuracy;           // per cent; NAN: not asked for
    char code[XB_SWEEP_CODE];  // of the first error; empty: it is possible
} XbSweepResult;

typedef struct XbSweep {
    XbArena *arena;
    XbDiags *d;
    const XbOptions *options;
    const XbJson *document;  // cfg.json as it is
    const XbSweepKey *key;
    int keys;
    int64_t combinations;   // the last key's values change first
    XbSweepResult *result;  // [combinations]
} XbSweep;

// The value that key `k` has in a combination.
static inline int xb_sweep_value(const XbSweep *s, int64_t combination, int k)
{
    for (int i = s->keys - 1; i > k; i--)
        combination /= s->key[i].values;
    return (int)(combination % s->key[k].values);
}

// Plans a combination, and finds its accuracy if that is asked for; faults go to `d`.
void xb_sweep_evaluate(const XbSweep *s, XbDiags *d, int64_t combination, XbSweepResult *out);

// All combinations, on all cores; shows progress on a terminal. Reports what ended badly ([tool]).
void xb_sweep_run(XbSweep *s);

// Draws the figures over the first key's values with gnuplot. Reports [tool] and [file-write].
void xb_sweep_plot(const XbSweep *s, const char *path);

#endif
