#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""CIFAR-10 images of the data folder as int8 codes, pixel - 128, NHWC.

usage: cifar.py FILE.bin.xz COUNT IMAGES.npy [LABELS.npy]
"""
import lzma
import sys

PIXELS = 1024
RECORD = 1 + 3 * PIXELS


def write_npy(path, descr, shape, body):
    header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (descr, tuple(shape))
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00\x76\x00" + header.encode().ljust(117) + b"\n" + body)


def convert(packed, count, images, labels=None):
    with lzma.open(packed) as f:
        records = f.read(RECORD * count)
    body = bytearray(3 * PIXELS * count)
    for n in range(count):
        for c in range(3):
            at = RECORD * n + 1 + PIXELS * c
            body[3 * PIXELS * n + c:3 * PIXELS * (n + 1):3] = bytes(v ^ 0x80 for v in records[at:at + PIXELS])
    write_npy(images, "|i1", (count, 32, 32, 3), bytes(body))
    if labels:
        write_npy(labels, "|u1", (count,), records[::RECORD])


if __name__ == "__main__":
    convert(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
