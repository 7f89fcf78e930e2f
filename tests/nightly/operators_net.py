# SPDX-License-Identifier: Apache-2.0
"""One small network with every operator that xbgen takes, each in every form, and whether a file has them all.

    operators_net.py --write FILE.tflite
    operators_net.py --forms XBGEN CFG      the forms in the network as `xbgen net` reads it; ends badly if one is missing
"""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np

from litert_ends import NCHW, NHWC, Graph, cancelled
from litert_layers import open_network

# What an operator became: a layer of that kind, "folded" or "host". MUL, ADD and SUB say what their operands are, MEAN
# its dimensions, CONCATENATION its direction.
WANTED = """
TRANSPOSE host, QUANTIZE host, DEQUANTIZE host, SOFTMAX host, LOGISTIC host, LOG_SOFTMAX host, TANH host, ARG_MAX host,
RESHAPE host, TRANSPOSE folded, SHAPE folded, STRIDED_SLICE folded, STRIDED_SLICE slice, SLICE slice, SPLIT slice, SPLIT_V slice, EXPAND_DIMS folded, SQUEEZE folded, PACK folded,
CONV_2D conv, DEPTHWISE_CONV_2D dwconv, FULLY_CONNECTED fc, FULLY_CONNECTED of pixels, AVERAGE_POOL_2D avgpool, MAX_POOL_2D maxpool, PAD pad,
PADV2 pad, RESHAPE reshape, EXPAND_DIMS reshape, SQUEEZE reshape, RELU relu, RELU6 relu, CONCATENATION of channels, CONCATENATION of rows,
HARD_SWISH table, LEAKY_RELU table, LOGISTIC table, TANH table, QUANTIZE table, ADD of tensors, MUL of tensors,
MUL by a gate, MUL by a number, MUL by numbers, ADD by a number, ADD by numbers, SUB by a number, SUB by numbers,
SUB from a number, SUB from numbers, MEAN over 1 2, MEAN over 1, MEAN over 2
"""


def image(g, shape, scale, zero):
    return g.tensor(shape, quant=(scale, zero))


def like(g, x):
    return image(g, g.shape(x), *g.quant(x))


def weights(g, x, shape, outputs, at):
    """Of which an output's sum has about the spread of x; each output has a scale of its own, along dimension `at`."""
    each = math.sqrt(6 / (math.prod(shape) / outputs)) / 127 * g.rng.uniform(0.5, 1, outputs).astype(np.float32)
    w = g.tensor(shape, quant=(each, np.zeros(outputs)), data=g.rng.integers(-127, 128, shape))
    g.graph.tensors[w].quantization.quantizedDimension = at
    bias = g.rng.integers(-2000, 2000, outputs)
    return [w, g.tensor([outputs], np.int32, (each * np.float32(g.quant(x)[0]), np.zeros(outputs)), bias)]


def convolution(g, x, co, size, zero, groups=1):
    _, h, w, c = g.shape(x)
    given = [x, *weights(g, x, [co, size, size, c // groups], co, 0)]
    made = image(g, [1, h, w, co], g.quant(x)[0], zero)
    return g.op("CONV_2D", given, made, "Conv2DOptions", strideH=1, strideW=1, padding=0)


def depthwise(g, x):
    given = [x, *weights(g, x, [1, 3, 3, g.shape(x)[3]], g.shape(x)[3], 3)]
    return g.op("DEPTHWISE_CONV_2D", given, like(g, x), "DepthwiseConv2DOptions", strideH=1, strideW=1, padding=0,
                depthMultiplier=1)


def dense(g, x, outputs):
    given = [x, *weights(g, x, [outputs, g.shape(x)[1]], outputs, 0)]
    return g.op("FULLY_CONNECTED", given, image(g, [1, outputs], g.quant(x)[0], 9), "FullyConnectedOptions")


def pixels(g, x, outputs):
    """A dense layer of each."""
    given = [x, *weights(g, x, [outputs, g.shape(x)[3]], outputs, 0)]
    made = image(g, [*g.shape(x)[:3], outputs], g.quant(x)[0], -6)
    return g.op("FULLY_CONNECTED", given, made, "FullyConnectedOptions", keepNumDims=True)


def pool(g, name, x, size, step):
    _, h, w, c = g.shape(x)
    made = image(g, [1, -(-h // step), -(-w // step), c], *g.quant(x))
    return g.op(name, [x], made, "Pool2DOptions", strideH=step, strideW=step, filterHeight=size, filterWidth=size, padding=0)


def function(g, name, x, scale, zero, options=None, **fields):
    return g.op(name, [x], image(g, g.shape(x), scale, zero), options, **fields)


def logistic(g, x):
    return function(g, "LOGISTIC", x, 1 / 256, -128)


def tanh(g, x):
    return function(g, "TANH", x, 1 / 128, 0)


def mean(g, x, *axes, keeps=True):
    shape = [1 if i in axes else n for i, n in enumerate(g.shape(x)) if keeps or i not in axes]
    made = image(g, shape, g.quant(x)[0] / 2, g.quant(x)[1] + 5)
    return g.op("MEAN", [x, g.ints(*axes)], made, "ReducerOptions", keepDims=keeps)


def product(g, a, b, scale, zero):
    return g.op("MUL", [a, b], image(g, g.shape(a), scale, zero), "MulOptions")


def add(g, a, b):
    return g.op("ADD", [a, b], image(g, g.shape(a), g.quant(a)[0] * 1.2, 20), "AddOptions")


def split(g, x, axis):
    """Its two halves along the axis."""
    shape = [n // 2 if i == axis else n for i, n in enumerate(g.shape(x))]
    halves = [image(g, shape, *g.quant(x)) for _ in range(2)]
    return g.op("SPLIT", [g.ints(axis, scalar=True), x], halves, "SplitOptions", numSplits=2)


def columns(g, x):
    """All but the first and the last, which nobody reads."""
    _, h, w, c = g.shape(x)
    parts = [image(g, [1, h, n, c], *g.quant(x)) for n in (1, w - 2, 1)]
    return g.op("SPLIT_V", [x, g.ints(1, -1, 1), g.ints(-2, scalar=True)], parts, "SplitVOptions", numSplits=3)[1]


def excite(g, x):
    """Squeeze and excite."""
    gate = mean(g, x, 1, 2)
    gate = g.op("RELU", [convolution(g, gate, 2, 1, -10)], image(g, [1, 1, 1, 2], g.quant(x)[0], -128))
    gate = logistic(g, convolution(g, gate, g.shape(x)[3], 1, 4))
    return product(g, x, gate, g.quant(x)[0] / 2, -3)


def by_constant(g, x, name, count, turned=False):
    """With one number, or one for each channel; values of ADD and SUB are about those of x, those of MUL about 1."""
    scale = 0.011 if name == "MUL" else g.quant(x)[0] * 0.7
    numbers = g.tensor([count], quant=(scale, 7), data=g.rng.integers(60, 128, count))
    made = image(g, g.shape(x), g.quant(x)[0] * 1.1, int(g.rng.integers(-30, 30)))
    options = name.capitalize() + "Options"
    return g.op(name, [numbers, x] if turned else [x, numbers], made, options)


def by_constants(g, x):
    for count in (1, g.shape(x)[3]):
        for name in ("MUL", "ADD", "SUB"):
            x = by_constant(g, x, name, count)
        x = by_constant(g, x, "SUB", count, turned=True)
    return x


def padded(g, x, name, rows, columns):
    _, h, w, c = g.shape(x)
    sides = g.tensor([4, 2], np.int32, data=[[0, 0], rows, columns, [0, 0]])
    value = [g.tensor([1], quant=g.quant(x), data=[g.quant(x)[1]])] if name == "PADV2" else []
    made = image(g, [1, h + sum(rows), w + sum(columns), c], *g.quant(x))
    return g.op(name, [x, sides, *value], made, name.capitalize().replace("v2", "V2") + "Options")


def units(g, x):
    """A dimension of 1 that comes and goes."""
    _, h, w, c = g.shape(x)
    x = g.op("RESHAPE", [x, g.ints(1, h * w, c)], image(g, [1, h * w, c], *g.quant(x)), "ReshapeOptions")
    x = g.op("EXPAND_DIMS", [x, g.ints(1, scalar=True)], image(g, [1, 1, h * w, c], *g.quant(x)), "ExpandDimsOptions")
    x = g.op("SQUEEZE", [x], image(g, [1, h * w, c], *g.quant(x)), "SqueezeOptions", squeezeDims=[1])
    return g.op("RESHAPE", [x, g.ints(1, h, w, c)], image(g, [1, h, w, c], *g.quant(x)), "ReshapeOptions")


def flatten(g, x):
    """To a shape that the file computes, as converters write it where the batch is open."""
    size = math.prod(g.shape(x))
    shape = g.op("SHAPE", [x], g.tensor([4], np.int32), "ShapeOptions", outType=2)
    batch = g.op("STRIDED_SLICE", [shape, g.ints(0), g.ints(1), g.ints(1)], g.tensor([], np.int32), "StridedSliceOptions",
                 shrinkAxisMask=1)
    listed = g.op("EXPAND_DIMS", [batch, g.ints(0, scalar=True)], g.tensor([1], np.int32), "ExpandDimsOptions")
    batch = g.op("SQUEEZE", [listed], g.tensor([], np.int32), "SqueezeOptions", squeezeDims=[0])
    new = g.op("PACK", [batch, g.ints(size, scalar=True)], g.tensor([2], np.int32), "PackOptions", valuesCount=2, axis=0)
    return g.op("RESHAPE", [x, new], image(g, [1, size], *g.quant(x)), "ReshapeOptions")


def join(g, *parts, axis=3):
    """All parts have one scale."""
    shape = list(g.shape(parts[0]))
    shape[axis] = sum(g.shape(x)[axis] for x in parts)
    return g.op("CONCATENATION", list(parts), image(g, shape, *g.quant(parts[0])), "ConcatenationOptions", axis=axis)


def boxes(g, x):
    """Columns without those at the edges; halves of the channels, then of the rows, put together the other way round; then of
    the rows halves by three operators, and their sums."""
    x = columns(g, x)
    _, h, w, c = g.shape(x)
    low, high = split(g, x, 3)
    x = join(g, high, low)
    high, low = split(g, x, 1)
    x = join(g, low, high, axis=1)
    half = [1, h // 2, w, c]
    odd = g.op("STRIDED_SLICE", [x, g.ints(0, 1, 0, 0), g.ints(1, h, w, c), g.ints(1, 2, 1, 1)], image(g, half, *g.quant(x)),
               "StridedSliceOptions")
    inner = g.op("SLICE", [x, g.ints(0, 1, 0, 0), g.ints(1, h // 2, -1, -1)], image(g, half, *g.quant(x)), "SliceOptions")
    return add(g, add(g, *split(g, x, 1)), add(g, odd, inner))


def front(g):
    """Floats, channels first."""
    floats = g.tensor([1, 3, 8, 10], np.float32)
    return floats, g.op("QUANTIZE", [g.transpose(floats, NHWC)], image(g, [1, 8, 10, 3], 1 / 64, 3), "QuantizeOptions")


def trunk(g, x):
    x = cancelled(g, convolution(g, x, 6, 3, 5))
    x = g.op("RELU6", [x], image(g, g.shape(x), 6 / 255, -128))
    x = function(g, "HARD_SWISH", convolution(g, x, 6, 3, -20, groups=2), 0.02, -100, "HardSwishOptions")
    x = excite(g, depthwise(g, boxes(g, x)))
    bent, held = function(g, "LEAKY_RELU", x, 0.01, -40, "LeakyReluOptions", alpha=0.3), tanh(g, x)
    x = by_constants(g, product(g, bent, held, 1 / 100, -50))
    held = function(g, "QUANTIZE", held, *g.quant(x), "QuantizeOptions")
    x = join(g, held, x, pool(g, "MAX_POOL_2D", x, 3, 1))
    x = padded(g, padded(g, x, "PAD", [0, 1], [1, 1]), "PADV2", [1, 0], [0, 0])
    return units(g, pixels(g, convolution(g, pool(g, "AVERAGE_POOL_2D", x, 2, 2), 4, 1, 2), 4))


def class_scores(g, x):
    x = dense(g, dense(g, flatten(g, x), 12), 7)
    made = image(g, [1, 7], 1 / 256, -128)
    x = g.op("SOFTMAX", [x], made, "SoftmaxOptions", beta=1.0)
    x = g.op("RESHAPE", [x, g.ints(1, 7, 1)], image(g, [1, 7, 1], 1 / 256, -128), "ReshapeOptions")
    return g.op("DEQUANTIZE", [x], g.tensor([1, 7, 1], np.float32))


def strongest(g, x):
    """By two means of one dimension."""
    x = mean(g, mean(g, x, 1, keeps=False), 1, keeps=False)
    return g.op("ARG_MAX", [x, g.ints(1, scalar=True)], g.tensor([1], np.int64), "ArgMaxOptions", outputType=4)


def map_of_bytes(g, x):
    x = g.transpose(x, NCHW)
    scale, zero = g.quant(x)
    return g.op("QUANTIZE", [x], g.tensor(g.shape(x), np.uint8, (scale, zero + 128)), "QuantizeOptions")


def make():
    g = Graph(np.random.default_rng(3))
    floats, x = front(g)
    x = trunk(g, x)
    rows = mean(g, x, 2)
    logs = g.op("LOG_SOFTMAX", [mean(g, x, 1)], image(g, [1, 1, g.shape(x)[2], 4], 16 / 256, 127), "LogSoftmaxOptions")
    outputs = [map_of_bytes(g, x), class_scores(g, x), strongest(g, x), tanh(g, rows), logistic(g, mean(g, rows, 1)), logs]
    return g.bytes(floats, *outputs)


# ---- the forms in a file ----


class File:
    def __init__(self, path):
        self.net = open_network(path)
        self.ops = self.net._get_ops_details()  # the only way to the operators
        self.made = {int(t) for op in self.ops for t in op["outputs"]}
        self.shape = {t["index"]: list(t["shape"]) for t in self.net.get_tensor_details()}
        self.size = {t: math.prod(shape) for t, shape in self.shape.items()}

    def operands(self, name, inputs):
        """What an operator of two reads: tensors, or a constant of so many numbers."""
        sizes = [self.size[t] for t in inputs]
        constant = [i for i, t in enumerate(inputs) if t not in self.made]
        if not constant:
            return "of tensors" if sizes[0] == sizes[1] else "by a gate"
        word = "from" if name == "SUB" and constant == [0] else "by"
        return f"{word} a number" if sizes[constant[0]] == 1 else f"{word} numbers"

    def form(self, row):
        """Of a line of `xbgen net`."""
        name, became = row[1], row[2].rstrip("0123456789")
        inputs = [int(t) for t in self.ops[int(row[0])]["inputs"]]
        if name in ("MUL", "ADD", "SUB"):
            return f"{name} {self.operands(name, inputs)}"
        if name == "CONCATENATION":
            parts, made = (self.shape[int(self.ops[int(row[0])][k][0])] for k in ("inputs", "outputs"))
            return f"{name} of {'channels' if parts[3] != made[3] else 'rows'}"
        if name == "FULLY_CONNECTED" and len(self.shape[int(self.ops[int(row[0])]["outputs"][0])]) > 2:
            return "FULLY_CONNECTED of pixels"
        if name == "MEAN":
            return "MEAN over " + " ".join(map(str, self.net.get_tensor(inputs[1])))
        return f"{name} {became}"


def forms(xbgen, cfg):
    said = subprocess.run([xbgen, "net", "--arch", cfg], check=True, stdout=subprocess.PIPE, text=True).stdout
    file = File(Path(cfg).with_name("operators.tflite"))
    rows = [line.split() for line in said.splitlines()]
    return {file.form(row) for row in rows if len(row) > 2 and row[0].isdigit() and row[1].isupper()}


def main():
    if sys.argv[1] == "--write":
        Path(sys.argv[2]).write_bytes(make())
        return
    found = forms(*sys.argv[2:])
    print("\n".join(sorted(found)))
    missing = {" ".join(name.split()) for name in WANTED.split(",")} - found
    if missing:
        sys.exit("missing: " + ", ".join(sorted(missing)))


if __name__ == "__main__":
    main()
