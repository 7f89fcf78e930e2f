// SPDX-License-Identifier: Apache-2.0
// Configurations side by side: what the parts of the verb `compare` share.
#ifndef XBGEN_CLI_COMPARE_H
#define XBGEN_CLI_COMPARE_H

#include "cli/cli.h"
#include "cli/figures.h"

typedef struct XbColumn {  // a configuration
    XbRun run;
    XbOptions options;  // its own: a file, and what --measure plays
    const char *head;   // its name, or the file where others have that name
    XbFigures chip;     // planned, those that were measured as measured
    XbFigures *layer;   // [layer] likewise
    bool measured[XB_FIGURES];
    int images;  // that were played; 0: nothing was measured
} XbColumn;

typedef struct XbComparison {
    XbArena *arena;
    const XbOptions *options;
    int columns;
    XbColumn *column;
    int stranger;  // a column whose network is another than the first one's; 0: all are the same
    int names;     // layers of all columns, in the order in which they come first
    const char **name;
} XbComparison;

typedef struct XbCompareRow {
    const char *layer;  // NULL: the chip
    XbFigure figure;
    double *value;  // [column]; NAN: has none
    bool *is_best;  // [column]; nothing is where all are equal, or where networks differ
} XbCompareRow;

XbCompareRow xb_compare_row(const XbComparison *c, const char *layer, XbFigure figure);

// Prints to standard output.
void xb_compare_text(const XbComparison *c);
void xb_compare_json(const XbComparison *c);
void xb_compare_csv(const XbComparison *c);

// Simulates a column in `folder` and puts what was measured in the place of what was planned. Every
// difference goes to standard error. Returns the exit status.
int xb_compare_measure(XbColumn *column, const char *folder);

#endif
