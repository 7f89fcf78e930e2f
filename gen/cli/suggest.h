// SPDX-License-Identifier: Apache-2.0
// What a mistyped word may have been meant for.
#ifndef XBGEN_CLI_SUGGEST_H
#define XBGEN_CLI_SUGGEST_H

#include <limits.h>

enum { XB_SUGGEST_FAR = INT_MAX };

// How far `word` is from `wanted`: letters that are added, left out, changed or swapped with their neighbour; 0 too
// where it is the beginning of `wanted`, 3 letters or more. XB_SUGGEST_FAR: it looks like something else.
int xb_suggest_distance(const char *word, const char *wanted);

#endif
