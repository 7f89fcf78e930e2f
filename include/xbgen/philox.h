// SPDX-License-Identifier: Apache-2.0
// Philox4x32-10 (Salmon et al. 2011): random words by number, in any order, the same everywhere.
#ifndef XBGEN_PHILOX_H
#define XBGEN_PHILOX_H

#include <stdint.h>

// Factors, what is added to the keys from round to round, rounds.
#define XB_PHILOX_M0 UINT32_C(0xD2511F53)
#define XB_PHILOX_M1 UINT32_C(0xCD9E8D57)
#define XB_PHILOX_W0 UINT32_C(0x9E3779B9)
#define XB_PHILOX_W1 UINT32_C(0xBB67AE85)
enum { XB_PHILOX_ROUNDS = 10 };

// The four words of a counter under a key.
void xb_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

#endif
