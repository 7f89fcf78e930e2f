// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al. 2011): random words by number, in any order, the same everywhere.
#ifndef XBGEN_PHILOX_H
#define XBGEN_PHILOX_H

#include <stdint.h>

// The four words of a counter under a key.
void xb_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
