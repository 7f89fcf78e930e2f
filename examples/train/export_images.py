# SPDX-License-Identifier: Apache-2.0
"""Export Fashion-MNIST test images in a network's own input quantization.

Needs only the Python standard library: it reads the input tensor's scale and
zero point straight from the .tflite file, reads the IDX .gz files, and writes
two .npy files: int8 images [N,28,28,1] and uint8 labels [N]. For a network in
JSON the images are uint8: the upper `input.bits` bits of every pixel.

    export_images.py [--data DIR] [--count N] NETWORK IMAGES.npy LABELS.npy
"""

import argparse
import gzip
import json
import os
import struct
import sys

DATA = "/usr/share/datasets/fashion-mnist"


class ExportError(Exception):
    pass


class Flat:
    """The few flatbuffer look-ups that are needed; every offset is checked."""

    def __init__(self, buf):
        self.buf = buf

    def get(self, fmt, at):
        if at < 0 or at + struct.calcsize(fmt) > len(self.buf):
            raise ExportError("not a usable .tflite file: offset %d is outside it" % at)
        return struct.unpack_from(fmt, self.buf, at)[0]

    def deref(self, at):
        return at + self.get("<I", at)

    def field(self, table, index):
        """Position of field `index` of the table, or None where it is absent."""
        vtable = table - self.get("<i", table)
        slot = 4 + 2 * index
        if slot + 2 > self.get("<H", vtable):
            return None
        off = self.get("<H", vtable + slot)
        return table + off if off else None

    def vector(self, table, index, what):
        """(position of element 0, length) of a vector field."""
        at = self.field(table, index)
        if at is None:
            raise ExportError("the .tflite file has no %s" % what)
        at = self.deref(at)
        return at + 4, self.get("<I", at)


def input_quantization(path):
    """Shape, scale and zero point of the network's only input (must be int8)."""
    with open(path, "rb") as f:
        fb = Flat(f.read())
    if fb.buf[4:8] != b"TFL3":
        raise ExportError("%s: not a .tflite file (no TFL3 mark)" % path)
    model = fb.deref(0)
    at, n = fb.vector(model, 2, "subgraphs")          # Model.subgraphs
    if n < 1:
        raise ExportError("%s: no subgraph" % path)
    graph = fb.deref(at)
    tensors, ntensors = fb.vector(graph, 0, "tensors")  # SubGraph.tensors
    inputs, ninputs = fb.vector(graph, 1, "inputs")     # SubGraph.inputs
    if ninputs != 1:
        raise ExportError("%s: %d inputs, expected 1" % (path, ninputs))
    index = fb.get("<i", inputs)
    if not 0 <= index < ntensors:
        raise ExportError("%s: input tensor %d does not exist" % (path, index))
    tensor = fb.deref(tensors + 4 * index)
    at, n = fb.vector(tensor, 0, "input shape")        # Tensor.shape
    if n > 8:
        raise ExportError("%s: input of %d dimensions" % (path, n))
    shape = [fb.get("<i", at + 4 * i) for i in range(n)]
    at = fb.field(tensor, 1)                           # Tensor.type, 9 = INT8
    if at is None or fb.get("<b", at) != 9:
        raise ExportError("%s: the input is not int8" % path)
    at = fb.field(tensor, 4)                           # Tensor.quantization
    if at is None:
        raise ExportError("%s: the input is not quantized" % path)
    quant = fb.deref(at)
    at, n = fb.vector(quant, 2, "input scale")
    zat, zn = fb.vector(quant, 3, "input zero point")
    if n != 1 or zn != 1:
        raise ExportError("%s: the input needs one scale and one zero point" % path)
    return shape, fb.get("<f", at), fb.get("<q", zat)


def read_idx(path, ndim):
    """(dims, data) of an IDX .gz file of unsigned bytes."""
    with gzip.open(path, "rb") as f:
        raw = f.read()
    if len(raw) < 4 + 4 * ndim or raw[:4] != bytes([0, 0, 8, ndim]):
        raise ExportError("%s: not an IDX file of bytes in %d dimensions" % (path, ndim))
    dims = struct.unpack_from(">%dI" % ndim, raw, 4)
    data = raw[4 + 4 * ndim:]
    size = 1
    for d in dims:
        size *= d
    if size != len(data):
        raise ExportError("%s: %d bytes of data, expected %d" % (path, len(data), size))
    return dims, data


def write_npy(path, descr, shape, data):
    """NPY format 1.0: the header is padded so that the data starts at 64*k."""
    dims = ", ".join(str(d) for d in shape) + ("," if len(shape) == 1 else "")
    head = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" % (descr, dims)
    head += " " * (-(10 + len(head) + 1) % 64) + "\n"
    with open(path, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)))
        f.write(head.encode("latin-1"))
        f.write(data)


def code_table(scale, zero_point):
    """int8 code, as an unsigned byte, of each pixel value 0..255.

    The network was trained on pixel / 255."""
    codes = bytearray(256)
    for pixel in range(256):
        q = round(pixel / 255.0 / scale) + zero_point
        codes[pixel] = max(-128, min(127, q)) & 0xFF
    return bytes(codes)


def tflite_codes(path):
    """Type and code table of a .tflite network."""
    shape, scale, zero_point = input_quantization(path)
    if shape != [1, 28, 28, 1]:
        raise ExportError("%s: input shape %s, expected [1, 28, 28, 1]" % (path, shape))
    if not scale > 0:
        raise ExportError("%s: input scale %r" % (path, scale))
    return "|i1", code_table(scale, zero_point)


def json_codes(path):
    """Type and code table of a network in JSON."""
    with open(path) as f:
        try:
            tensor = json.load(f)["input"]
            shape, bits = tensor["shape"], tensor.get("bits", 8)
            signed = tensor.get("signed", True)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ExportError("%s: not a network in JSON" % path)
    if shape != [28, 28, 1]:
        raise ExportError("%s: input shape %s, expected [28, 28, 1]" % (path, shape))
    if signed or bits not in range(1, 9):
        raise ExportError("%s: expected an unsigned input of 1 to 8 bits" % path)
    return "|u1", bytes(pixel >> (8 - bits) for pixel in range(256))


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--data", default=DATA, metavar="DIR",
                    help="folder of the IDX .gz files (default %(default)s)")
    ap.add_argument("--count", type=int, metavar="N",
                    help="only the first N images (default: all)")
    ap.add_argument("network", metavar="NETWORK")
    ap.add_argument("images", metavar="IMAGES.npy")
    ap.add_argument("labels", metavar="LABELS.npy")
    args = ap.parse_args()

    descr, table = (json_codes if args.network.endswith(".json") else tflite_codes)(args.network)
    (n, h, w), pixels = read_idx(os.path.join(args.data, "t10k-images-idx3-ubyte.gz"), 3)
    (nl,), labels = read_idx(os.path.join(args.data, "t10k-labels-idx1-ubyte.gz"), 1)
    if (h, w) != (28, 28) or nl != n:
        raise ExportError("%s: not the Fashion-MNIST test set" % args.data)
    count = n if args.count is None else args.count
    if not 1 <= count <= n:
        raise ExportError("--count %d: expected 1 to %d" % (count, n))

    codes = pixels[:count * h * w].translate(table)
    write_npy(args.images, descr, (count, h, w, 1), codes)
    write_npy(args.labels, "|u1", (count,), labels[:count])


if __name__ == "__main__":
    try:
        main()
    except (ExportError, OSError, EOFError) as e:
        sys.exit("export_images.py: %s" % e)
