# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite files of a random STRIDED_SLICE, SLICE, SPLIT or SPLIT_V of an image; of two equal parts the sum."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl

import function_net as net

# operator, its version for INT8 and UINT8, and the options
OPERATORS = {
    "strided_slice": (45, 2, "StridedSlice"),
    "slice": (65, 2, "Slice"),
    "split": (49, 2, "Split"),
    "split_v": (102, 2, "SplitV"),
}


def draw_range(dim, rng):
    """Begin, end and step of a dimension, as slices in Python have them; steps are positive."""
    begin = int(rng.integers(dim))
    count = int(rng.integers(1, dim - begin + 1))
    return begin, begin + count, int(rng.choice([1, 1, 1, 2, 3]))


def draw_strided(shape, rng):
    """The lists and options of a STRIDED_SLICE: masks, numbers from the end or far behind it, axes that go."""
    ranges = [(0, 1, 1)] + [draw_range(d, rng) for d in shape[1:]]
    named = int(rng.integers(2, len(shape) + 1))  # dimensions behind these are taken whole
    ranges = ranges[:named] + [(0, d, 1) for d in shape[named:]]
    options = tfl.StridedSliceOptionsT()
    lists = [[r[i] for r in ranges[:named]] for i in range(3)]
    gone = int(rng.integers(1, named)) if len(shape) > 2 and rng.random() < 0.3 else 0
    for i in range(named):
        begin, end, step = ranges[i]
        if begin == 0 and rng.random() < 0.3:
            options.beginMask |= 1 << i
            lists[0][i] = int(rng.integers(shape[i]))
        elif begin > 0 and rng.random() < 0.3:
            lists[0][i] -= shape[i]
        if end == shape[i] and rng.random() < 0.5:
            options.endMask |= 1 << i
            lists[1][i] = int(rng.integers(-shape[i], shape[i]))
        elif end == shape[i]:
            lists[1][i] += int(rng.integers(3))
        elif rng.random() < 0.3:
            lists[1][i] -= shape[i]
    if gone:
        options.shrinkAxisMask = 1 << gone
        lists[1][gone] = int(rng.integers(-3, 9))
        options.endMask &= ~(1 << gone)
        ranges[gone] = (ranges[gone][0], ranges[gone][0] + 1, 1)
    out = [len(range(*r)) for i, r in enumerate(ranges) if not gone or i != gone]
    return lists, options, [out]


def draw_slice(shape, rng):
    ranges = [(0, 1, 1)] + [draw_range(d, rng) for d in shape[1:]]
    sizes = [end - begin for begin, end, _ in ranges]
    given = [-1 if r[1] == d and rng.random() < 0.5 else s for r, s, d in zip(ranges, sizes, shape)]
    return [[r[0] for r in ranges], given], None, [sizes]


def draw_parts(name, shape, rng):
    axis = int(rng.integers(1, len(shape)))
    dim = shape[axis]
    given_axis = axis - len(shape) if rng.random() < 0.5 else axis
    if name == "split":
        parts = int(rng.choice([n for n in range(1, 9) if dim % n == 0]))
        options = tfl.SplitOptionsT()
        sizes, lists = [dim // parts] * parts, [given_axis]
    else:
        parts = int(rng.integers(1, min(dim, 6) + 1))
        options = tfl.SplitVOptionsT()
        cuts = [0] + sorted(int(c) for c in rng.choice(np.arange(1, dim), parts - 1, replace=False)) + [dim]
        sizes = [b - a for a, b in zip(cuts, cuts[1:])]
        given = list(sizes)
        if rng.random() < 0.5:
            given[int(rng.integers(parts))] = -1
        lists = [given, [given_axis]]
    options.numSplits = parts
    return lists, options, [shape[:axis] + [s] + shape[axis + 1:] for s in sizes]


def draw(name, rng):
    """Shape of the input, constant lists, options, shapes of the outputs."""
    rank = int(rng.choice([2, 3, 4, 4, 4]))
    shape = [1] + [int(d) for d in rng.integers(1, 9, size=rank - 1)]
    if name == "strided_slice":
        return (shape, *draw_strided(shape, rng))
    if name == "slice":
        return (shape, *draw_slice(shape, rng))
    return (shape, *draw_parts(name, shape, rng))


def constant(model, graph, numbers):
    data = np.asarray(numbers, np.int32)
    made = tfl.TensorT()
    made.name, made.shape, made.type, made.buffer = "k", list(data.shape), tfl.TensorType.INT32, len(model.buffers)
    model.buffers.append(tfl.BufferT())
    model.buffers[-1].data = data.ravel().view(np.uint8)
    graph.tensors.append(made)
    return len(graph.tensors) - 1


def operator(index, inputs, outputs, options, made):
    op = tfl.OperatorT()
    op.opcodeIndex, op.inputs, op.outputs = index, inputs, outputs
    if made is not None:
        op.builtinOptionsType, op.builtinOptions = getattr(tfl.BuiltinOptions, options + "Options"), made
    return op


def make(name, kind, drawn, quants, chosen):
    """The file; `chosen`: the output that the network's is, or two, which are added."""
    shape, lists, made, outs = drawn
    code, version, options = OPERATORS[name]
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.operatorCodes = [net.operator_code(code, version), net.operator_code(0, 2)]
    model.version, model.subgraphs, model.buffers = 3, [graph], [tfl.BufferT()]
    graph.tensors = [net.tensor("x", shape, kind, *quants[0], 0)]
    graph.tensors += [net.tensor(f"y{i}", s, kind, *quants[1], 0) for i, s in enumerate(outs)]
    numbers = [constant(model, graph, c) for c in lists]
    inputs = numbers + [0] if name == "split" else [0] + numbers
    graph.operators = [operator(0, inputs, list(range(1, len(outs) + 1)), options, made)]
    graph.inputs, graph.outputs = [0], [1 + chosen[0]]
    if len(chosen) == 2:
        graph.tensors.append(net.tensor("sum", outs[0], kind, *quants[2], 0))
        graph.outputs = [len(graph.tensors) - 1]
        graph.operators.append(operator(1, [1 + c for c in chosen], graph.outputs, "Add", tfl.AddOptionsT()))
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
