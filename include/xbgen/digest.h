// SPDX-License-Identifier: Apache-2.0
// Digests: what tells the contents of two files, or two plans, apart. FNV-1a, 64 bits.
#ifndef XBGEN_DIGEST_H
#define XBGEN_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct XbDigest {
    uint64_t bytes, hash;  // how many; their hash
} XbDigest;

// The digest of no bytes, and that of bytes with `size` more behind them.
XbDigest xb_digest_start(void);
XbDigest xb_digest_add(XbDigest digest, const void *data, size_t size);

// True if the bytes are taken to be the same.
bool xb_digest_equal(XbDigest a, XbDigest b);

#endif
