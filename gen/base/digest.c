// SPDX-License-Identifier: Apache-2.0
// FNV-1a.
#include "xbgen/digest.h"

XbDigest xb_digest_start(void) { return (XbDigest){.hash = 0xcbf29ce484222325u}; }

XbDigest xb_digest_add(XbDigest digest, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i++)
        digest.hash = (digest.hash ^ bytes[i]) * 0x100000001b3u;
    digest.bytes += size;
    return digest;
}

bool xb_digest_equal(XbDigest a, XbDigest b) { return a.bytes == b.bytes && a.hash == b.hash; }
