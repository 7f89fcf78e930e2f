// SPDX-License-Identifier: Apache-2.0
// Quantiles of the standard normal distribution: the rational approximation 26.2.23 of Abramowitz
// and Stegun (Handbook of Mathematical Functions, error below 4.5e-4), refined by Newton's method
// on libm's erfc.
#include <math.h>

#include "xbgen/num.h"

static const double root_half = 0.70710678118654752440, root_two_pi = 2.50662827463100050242;

// Of 0 < p < 1/2, where erfc keeps its relative precision.
static double lower_quantile(double p)
{
    double t = sqrt(-2 * log(p));
    double x = (2.515517 + t * (0.802853 + t * 0.010328)) /
                   (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
               t;
    for (int i = 0; i < 4; i++)  // each step squares the error
        x -= (0.5 * erfc(-x * root_half) - p) * root_two_pi * exp(x * x / 2);
    return x;
}

double xb_normal_quantile(double p)
{
    if (p == 0.5)
        return 0;
    return p < 0.5 ? lower_quantile(p) : -lower_quantile(1 - p);
}
