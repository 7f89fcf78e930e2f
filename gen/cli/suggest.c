// SPDX-License-Identifier: Apache-2.0
// Distance of words by Damerau's four mistakes, over words as short as verbs and options are.
#include "cli/suggest.h"

#include <stdbool.h>
#include <string.h>

enum { LONGEST = 31 };

static int least(int a, int b) { return a < b ? a : b; }

static bool is_swapped(const char *a, const char *b, int i, int j)
{
    return i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
}

// d[i][j]: mistakes between the first i letters of `a` and the first j of `b`.
static int mistakes(const char *a, int n, const char *b, int m)
{
    int d[LONGEST + 1][LONGEST + 1] = {{0}};
    for (int j = 0; j <= m; j++)
        d[0][j] = j;
    for (int i = 1; i <= n; i++) {
        d[i][0] = i;
        for (int j = 1; j <= m; j++) {
            d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
                            least(d[i - 1][j], d[i][j - 1]) + 1);
            if (is_swapped(a, b, i, j))
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[n][m];
}

int xb_suggest_distance(const char *word, const char *wanted)
{
    size_t n = strlen(word), m = strlen(wanted);
    if (n > LONGEST || m > LONGEST)
        return XB_SUGGEST_FAR;
    if (n >= 3 && strspn(word, "-") < n && strncmp(word, wanted, n) == 0)
        return 0;
    int distance = mistakes(word, (int)n, wanted, (int)m);
    return distance <= 2 && 2 * (size_t)distance < m ? distance : XB_SUGGEST_FAR;
}
