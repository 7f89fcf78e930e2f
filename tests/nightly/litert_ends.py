# SPDX-License-Identifier: Apache-2.0
"""Random networks with what converters put at the ends and between layers: float, uint8 and channels-first ends, shapes with
an open batch, transposes that cancel, dimensions of 1, and last functions. Every layer of the chip is compared with
TensorFlow Lite's reference kernels.

    litert_ends.py XBGEN WORK NETWORKS [SEED]
    litert_ends.py --write FILE.tflite SEED
"""

import sys
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

CODES = schema.BuiltinOperator
TYPES = {np.dtype(np.float32): 0, np.dtype(np.int32): 2, np.dtype(np.uint8): 3, np.dtype(np.int64): 4, np.dtype(np.int8): 9}
NHWC, NCHW = [0, 2, 3, 1], [0, 3, 1, 2]


class Graph:
    def __init__(self, rng):
        self.rng, self.codes = rng, []
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version, self.model.buffers = 3, [schema.BufferT()]
        self.model.subgraphs, self.graph.tensors, self.graph.operators = [self.graph], [], []

    def tensor(self, shape, dtype=np.int8, quant=None, data=None):
        t = schema.TensorT()
        t.shape, t.type, t.buffer, t.name = list(shape), TYPES[np.dtype(dtype)], len(self.model.buffers), b"t%d" % len(self.graph.tensors)
        buffer = schema.BufferT()
        if data is not None:
            buffer.data = np.frombuffer(np.ascontiguousarray(data, dtype).tobytes(), np.uint8)
        self.model.buffers.append(buffer)
        if quant:
            q = t.quantization = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = np.atleast_1d(np.float32(quant[0])), np.atleast_1d(np.int64(quant[1]))
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def ints(self, *values, scalar=False):
        return self.tensor([] if scalar else [len(values)], np.int32, data=values)

    def op(self, name, inputs, output, options=None, **fields):
        code = getattr(CODES, name)
        if code not in self.codes:
            self.codes.append(code)
        o = schema.OperatorT()
        o.opcodeIndex, o.inputs, o.outputs = self.codes.index(code), inputs, output if isinstance(output, list) else [output]
        if options:
            o.builtinOptionsType = getattr(schema.BuiltinOptions, options)
            o.builtinOptions = getattr(schema, options + "T")()
            for key, value in fields.items():
                setattr(o.builtinOptions, key, value)
        self.graph.operators.append(o)
        return output

    def shape(self, tensor):
        return list(self.graph.tensors[tensor].shape)

    def quant(self, tensor):
        q = self.graph.tensors[tensor].quantization
        return float(q.scale[0]), int(q.zeroPoint[0])

    def draw_quant(self, low=-128):
        return float(self.rng.uniform(0.005, 0.2)), int(self.rng.integers(low, low + 256))

    def transpose(self, x, order):
        shape = [self.shape(x)[d] for d in order]
        t = self.graph.tensors[x]
        dtype = np.float32 if t.type == 0 else np.uint8 if t.type == 3 else np.int8
        y = self.tensor(shape, dtype, self.quant(x) if t.quantization else None)
        return self.op("TRANSPOSE", [x, self.ints(*order)], y, "TransposeOptions")

    def bytes(self, first, *last):
        self.graph.inputs, self.graph.outputs = [first], list(last)
        self.model.operatorCodes = []
        for code in self.codes:
            c = schema.OperatorCodeT()
            c.builtinCode, c.deprecatedBuiltinCode, c.version = code, min(code, 127), 1
            self.model.operatorCodes.append(c)
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(self.model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def front(g, h, w, c):
    """The file's input, and the chip's."""
    kind = g.rng.integers(7)
    scale, zero = g.draw_quant()
    inside = [1, h, w, c]
    if kind == 0:
        x = g.tensor(inside, quant=(scale, zero))
        return x, x
    if kind == 1:  # float
        x = g.tensor(inside, np.float32)
        return x, g.op("QUANTIZE", [x], g.tensor(inside, quant=(scale, zero)), "QuantizeOptions")
    if kind == 2:  # uint8
        x = g.tensor(inside, np.uint8, (scale, zero + 128))
        return x, g.op("QUANTIZE", [x], g.tensor(inside, quant=(scale, zero)), "QuantizeOptions")
    if kind == 3:  # channels first
        x = g.tensor([1, c, h, w], quant=(scale, zero))
        return x, g.transpose(x, NHWC)
    if kind == 4:  # ... of floats, turned and then quantized
        x = g.tensor([1, c, h, w], np.float32)
        y = g.transpose(x, NHWC)
        return x, g.op("QUANTIZE", [y], g.tensor(inside, quant=(scale, zero)), "QuantizeOptions")
    if kind == 5:  # ... quantized and then turned
        x = g.tensor([1, c, h, w], np.float32)
        y = g.op("QUANTIZE", [x], g.tensor([1, c, h, w], quant=(scale, zero)), "QuantizeOptions")
        return x, g.transpose(y, NHWC)
    x = g.tensor([1, h * w * c], np.float32)  # flat floats
    y = g.op("RESHAPE", [x, g.ints(*inside)], g.tensor(inside, np.float32), "ReshapeOptions")
    return x, g.op("QUANTIZE", [y], g.tensor(inside, quant=(scale, zero)), "QuantizeOptions")


def weights(g, shape, inputs, scale_in):
    scale = float(g.rng.uniform(0.002, 0.02))
    w = g.tensor(shape, quant=(scale, 0), data=g.rng.integers(-127, 128, shape))
    bias = g.tensor([shape[0]], np.int32, (scale * scale_in, 0), g.rng.integers(-3000, 3000, shape[0]))
    return [w, bias]


def convolution(g, x):
    _, h, w, c = g.shape(x)
    co = int(g.rng.integers(2, 8))
    y = g.tensor([1, h, w, co], quant=g.draw_quant())
    given = [x, *weights(g, [co, 3, 3, c], c, g.quant(x)[0])]
    return g.op("CONV_2D", given, y, "Conv2DOptions", strideH=1, strideW=1, padding=0, fusedActivationFunction=int(g.rng.integers(2)))


def cancelled(g, x):
    """There and back, with what looks at each code between."""
    y = g.transpose(x, NCHW)
    z = g.op("ADD", [y, y], g.tensor(g.shape(y), quant=g.draw_quant()), "AddOptions", fusedActivationFunction=0)
    if g.rng.integers(2):
        z = g.op("RELU", [z], g.tensor(g.shape(y), quant=g.draw_quant()))
    return g.transpose(z, NHWC)


def units(g, x):
    """Dimensions of 1 that come and go."""
    _, h, w, c = g.shape(x)
    y = g.op("RESHAPE", [x, g.ints(1, h * w, c)], g.tensor([1, h * w, c], quant=g.quant(x)), "ReshapeOptions")
    y = g.op("EXPAND_DIMS", [y, g.ints(int(g.rng.choice([1, -3])), scalar=True)], g.tensor([1, 1, h * w, c], quant=g.quant(x)), "ExpandDimsOptions")
    y = g.op("SQUEEZE", [y], g.tensor([1, h * w, c], quant=g.quant(x)), "SqueezeOptions", squeezeDims=[1])
    return g.op("RESHAPE", [y, g.ints(1, h, w, c)], g.tensor([1, h, w, c], quant=g.quant(x)), "ReshapeOptions")


def flatten(g, x):
    """As converters write it where the batch is open, of channels-first images too."""
    if g.rng.integers(3) == 0:
        x = g.transpose(x, NCHW)
    size, seen = int(np.prod(g.shape(x))), x
    if g.rng.integers(2) == 0:  # of Conv1D: what only SHAPE reads
        dims = [1, *(int(n) for n in g.rng.permutation(g.shape(x)[1:]))]
        seen = g.op("RESHAPE", [x, g.ints(*dims)], g.tensor(dims, quant=g.quant(x)), "ReshapeOptions")
    shape = g.op("SHAPE", [seen], g.tensor([4], np.int32), "ShapeOptions", outType=2)
    batch = g.op("STRIDED_SLICE", [shape, g.ints(0), g.ints(1), g.ints(1)], g.tensor([], np.int32), "StridedSliceOptions", shrinkAxisMask=1)
    new = g.op("PACK", [batch, g.ints(size, scalar=True)], g.tensor([2], np.int32), "PackOptions", valuesCount=2, axis=0)
    return g.op("RESHAPE", [x, new], g.tensor([1, size], quant=g.quant(x)), "ReshapeOptions")


def dense(g, x):
    inputs, outputs = g.shape(x)[1], int(g.rng.integers(3, 12))
    y = g.tensor([1, outputs], quant=g.draw_quant())
    return g.op("FULLY_CONNECTED", [x, *weights(g, [outputs, inputs], inputs, g.quant(x)[0])], y, "FullyConnectedOptions")


FUNCTIONS = {
    "SOFTMAX": ("SoftmaxOptions", (1 / 256, -128), {"beta": 1.0}),
    "LOG_SOFTMAX": ("LogSoftmaxOptions", (16 / 256, 127), {}),
    "LOGISTIC": (None, (1 / 256, -128), {}),
    "TANH": (None, (1 / 128, 0), {}),
}


def pixels(g, x):
    """A dense layer of each."""
    _, h, w, c = g.shape(x)
    outputs = int(g.rng.integers(2, 8))
    y = g.tensor([1, h, w, outputs], quant=g.draw_quant())
    given = [x, *weights(g, [outputs, c], c, g.quant(x)[0])]
    return g.op("FULLY_CONNECTED", given, y, "FullyConnectedOptions", keepNumDims=True)


def function(g, x, dtype):
    name = str(g.rng.choice(list(FUNCTIONS)))
    options, quant, fields = FUNCTIONS[name]
    y = g.tensor(g.shape(x), dtype, quant if dtype == np.int8 else None)
    return g.op(name, [x], y, options, **fields)


def back(g, x):
    kind = g.rng.integers(6)
    shape = g.shape(x)
    if kind in (1, 2):
        x = function(g, x, np.int8)
    if kind == 2:
        x = g.op("RESHAPE", [x, g.ints(1, 1, shape[1])], g.tensor([1, 1, shape[1]], quant=g.quant(x)), "ReshapeOptions")
    if kind in (2, 3, 4):
        x = g.op("DEQUANTIZE", [x], g.tensor(g.shape(x), np.float32))
    if kind == 4:
        x = function(g, x, np.float32)
    if kind == 5:
        scale, zero = g.quant(x)
        x = g.op("QUANTIZE", [x], g.tensor(shape, np.uint8, (scale, zero + 128)), "QuantizeOptions")
    if g.rng.integers(4) == 0:
        last = g.ints(len(g.shape(x)) - 1, scalar=True)
        x = g.op("ARG_MAX", [x, last], g.tensor(g.shape(x)[:-1], np.int64), "ArgMaxOptions", outputType=4)
    return x


def draw(seed):
    g = Graph(np.random.default_rng(seed))
    h, w, c = (int(n) for n in g.rng.choice([2, 3, 4, 5, 6, 7, 9], 3, replace=False))
    first, x = front(g, h, w, c)
    x = convolution(g, x)
    for part in (cancelled, units, pixels, cancelled):
        if g.rng.integers(2):
            x = part(g, x)
    x = dense(g, flatten(g, convolution(g, x)))
    return g.bytes(first, back(g, x))


def main():
    if sys.argv[1] == "--write":
        Path(sys.argv[2]).write_bytes(draw(int(sys.argv[3])))
        return
    import litert_layers

    xbgen, work, count = sys.argv[1:4]
    first, failed = int(sys.argv[4]) if len(sys.argv) > 4 else 1, 0
    path = Path(work) / "ends"
    path.mkdir(parents=True, exist_ok=True)
    for seed in range(first, first + int(count)):
        network = path / f"ends{seed}.tflite"
        network.write_bytes(draw(seed))
        failed += not litert_layers.compare(xbgen, work, network, 4)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
