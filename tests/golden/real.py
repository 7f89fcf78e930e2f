#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Inputs of networks, and a hash of all layers that they give. Needs nothing but Python.

    real.py images NAME HxWxC INT8|UINT8 COUNT OUT.npy   every other one noise, the rest slow waves, from NAME alone
    real.py hash DIR LAYER...                            SHA-256 of DIR/LAYER.npy, all of them, and the values in the last
"""

import hashlib
import math
import struct
import sys
import zlib


def noise(state):
    """Codes 0..255 without end (splitmix64)."""
    mask = 2**64 - 1
    while True:
        state = (state + 0x9E3779B97F4A7C15) & mask
        z = state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        z ^= z >> 31
        yield from z.to_bytes(8, "little")


def wave(codes, shape):
    """A triangle wave over the image, of a slope that `codes` draw; the channels are shifted."""
    h, w, c = shape
    slope = [next(codes) % 40 + 1 for _ in range(2)]
    shift = [next(codes) * 2 for _ in range(c)]
    return bytes(
        abs((slope[0] * y + slope[1] * x + shift[k]) % 510 - 255) for y in range(h) for x in range(w) for k in range(c)
    )


def images(name, shape, count):
    """`count` images as codes: uint8 values, of int8 ones 128 more."""
    codes = noise(zlib.crc32(name.encode()))
    size = math.prod(shape)
    return [wave(codes, shape) if i % 2 else bytes(next(codes) for _ in range(size)) for i in range(count)]


def as_type(codes, is_signed):
    return codes.translate(bytes((i + 128) % 256 for i in range(256))) if is_signed else codes


def write_npy(path, shape, is_signed, data):
    head = "{'descr': '|%s1', 'fortran_order': False, 'shape': %s, }" % ("i" if is_signed else "u", shape)
    head += " " * (-(len(head) + 11) % 64) + "\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)


def read_npy(path):
    with open(path, "rb") as f:
        data = f.read()
    return data[10 + struct.unpack_from("<H", data, 8)[0] :]


def digest(layers):
    """SHA-256 of the layers' bytes, each of all images, and how many values the last one has."""
    return hashlib.sha256(b"".join(layers)).hexdigest(), len(set(layers[-1]))


def main():
    if sys.argv[1] == "images":
        name, shape, kind, count, out = sys.argv[2:]
        shape = tuple(int(n) for n in shape.split("x"))
        data = as_type(b"".join(images(name, shape, int(count))), kind == "INT8")
        write_npy(out, (int(count), *shape), kind == "INT8", data)
    else:
        print(*digest([read_npy(f"{sys.argv[2]}/{layer}.npy") for layer in sys.argv[3:]]))


if __name__ == "__main__":
    main()
