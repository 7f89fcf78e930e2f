#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the networks of this folder, each from one of tests/data by a few changed bytes, and those of ../emit.

usage: python3 tests/bad/net/make_bad.py (from anywhere). The .expect files beside them hold the exact reports.
"""
import json
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")


class Model:
    """A FlatBuffer whose bytes can be looked up by field and overwritten."""

    def __init__(self, source="misc"):
        with open(os.path.join(DATA, source + ".tflite"), "rb") as f:
            self.data = bytearray(f.read())
        model = self.u32(0)
        graph = self.tables(model, 2)[0]
        self.version = self.field(model, 0)
        self.opcode = self.tables(model, 1)
        self.tensor = self.tables(graph, 0)
        self.operator = self.tables(graph, 3)
        self.buffer = self.tables(model, 4)

    def u32(self, at):
        return struct.unpack_from("<I", self.data, at)[0]

    def field(self, table, n):
        vtable = table - struct.unpack_from("<i", self.data, table)[0]
        size, = struct.unpack_from("<H", self.data, vtable)
        offset = struct.unpack_from("<H", self.data, vtable + 4 + 2 * n)[0] if 6 + 2 * n <= size else 0
        assert offset, "the field is absent"
        return table + offset

    def follow(self, table, n):
        at = self.field(table, n)
        return at + self.u32(at)

    def vector(self, table, n):
        """Position of the first element."""
        return self.follow(table, n) + 4

    def tables(self, table, n):
        start = self.vector(table, n)
        return [start + 4 * i + self.u32(start + 4 * i) for i in range(self.u32(start - 4))]

    def put(self, form, at, value):
        struct.pack_into("<" + form, self.data, at, value)

    # What the cases change.
    def set_opcode(self, index, code):
        self.put("b", self.field(self.opcode[index], 0), code)
        self.put("i", self.field(self.opcode[index], 3), code)

    def set_type(self, tensor, value):
        self.put("b", self.field(self.tensor[tensor], 1), value)

    def set_dim(self, tensor, dim, value):
        self.put("i", self.vector(self.tensor[tensor], 0) + 4 * dim, value)

    def set_buffer(self, tensor, value):
        self.put("I", self.field(self.tensor[tensor], 2), value)

    def set_scale(self, tensor, value):
        self.put("f", self.vector(self.follow(self.tensor[tensor], 4), 2), value)

    def set_zero(self, tensor, value):
        self.put("q", self.vector(self.follow(self.tensor[tensor], 4), 3), value)

    def set_input(self, operator, n, tensor):
        self.put("i", self.vector(self.operator[operator], 1) + 4 * n, tensor)

    def set_output(self, operator, tensor):
        self.put("i", self.vector(self.operator[operator], 2), tensor)

    def set_option(self, operator, n, form, value):
        self.put(form, self.field(self.follow(self.operator[operator], 4), n), value)

    def set_data(self, tensor, element, value):
        buffer = self.u32(self.field(self.tensor[tensor], 2))
        self.put("i", self.vector(self.buffer[buffer], 0) + 4 * element, value)


def save(name, data):
    with open(os.path.join(HERE, name + ".tflite"), "wb") as f:
        f.write(data)
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        json.dump({"network": os.path.basename(name) + ".tflite"}, f)
        f.write("\n")


def case(name, *changes, source="misc"):
    model = Model(source)
    for method, *values in changes:
        getattr(model, method)(*values)
    save(name, model.data)


def main():
    save("net-format", b"this is not a network\n")
    save("tflite-format-1", Model().data[:4000])
    case("tflite-format-2", ("put", "I", Model().version, 2))
    case("tflite-op-1", ("set_opcode", 6, 23), ("set_opcode", 0, 54))  # MEAN, PAD
    case("tflite-op-2", ("set_option", 6, 0, "b", 4), ("set_data", 2, 0, 3), ("set_data", 1, 7, 1))
    case("tflite-type-1", ("set_type", 0, 0))
    case("tflite-type-2", ("set_type", 5, 7), ("set_type", 10, 4), ("set_type", 18, 3))
    case("tflite-shape-1", ("set_dim", 16, 2, 5))
    case("tflite-shape-2", ("set_dim", 0, 0, 2))
    case("tflite-shape-3", ("set_dim", 9, 3, 8), ("set_dim", 19, 1, 0), ("set_option", 1, 1, "i", 0))
    case("tflite-quant-1", ("set_zero", 11, 5), ("set_scale", 5, float("inf")), ("set_scale", 8, 1.0))
    case("tflite-quant-2", ("set_scale", 16, 0.5), ("set_scale", 13, -1.0), ("set_zero", 20, 128))
    case("tflite-graph-1", ("set_input", 7, 0, 20))
    case("tflite-graph-2", ("set_output", 3, 16))
    case("tflite-graph-3", ("set_input", 9, 0, 99))
    case("tflite-weights", ("set_buffer", 9, 0), ("set_buffer", 3, 5))
    side = [("set_dim", tensor, dim, 64) for tensor in (0, 1) for dim in (1, 2)]
    case("../emit/emit-limit", *side, source="avgpool300")
    size = [("set_dim", tensor, dim, 4096 // dim) for tensor in (0, 1) for dim in (1, 2)]
    kernel = [("set_option", 0, field, "i", 65536) for field in (3, 4)]
    case("plan-window", *size, *kernel, source="avgpool300")


if __name__ == "__main__":
    main()
