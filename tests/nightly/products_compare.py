# SPDX-License-Identifier: Apache-2.0
"""MUL of two images in xbgen against TensorFlow Lite's reference kernel.

    products_compare.py XBGEN WORK [N]     N draws of scales, zero points and activation, of INT8 and of UINT8

Half of the draws multiply all 65,536 pairs of codes: two convolutions take one channel each of an image that holds them.
The others multiply an image of a random shape by the codes of its channels' averages, in either order.
"""

import json
import subprocess
import sys
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl

import function_net as net

CONV, POOL, MUL = range(3)  # numbers of the operator codes


def operator(code, options, inputs, output, **members):
    op = tfl.OperatorT()
    op.opcodeIndex, op.inputs, op.outputs = code, inputs, [output]
    op.builtinOptionsType = getattr(tfl.BuiltinOptions, options)
    op.builtinOptions = getattr(tfl, options + "T")()
    for name, value in members.items():
        setattr(op.builtinOptions, name, value)
    return op


def constant(model, graph, name, values, scale, kind):
    """A constant tensor; its number."""
    model.buffers.append(tfl.BufferT())
    model.buffers[-1].data = values.ravel().view(np.uint8)
    made = net.tensor(name, values.shape, kind, scale, 0, len(model.buffers) - 1)
    if values.dtype == np.int32:
        made.type = tfl.TensorType.INT32
    graph.tensors.append(made)
    return len(graph.tensors) - 1


def take_channel(model, graph, kind, k, source, target, quants):
    """A convolution that gives the codes of channel k as they are."""
    (s_in, z_in), (s_out, z_out) = quants
    scale = float(np.float32(s_out / s_in))
    w = np.zeros((1, 1, 1, 2), kind)
    w[..., k] = 1
    weights = constant(model, graph, f"w{k}", w, scale, kind)
    bias = constant(model, graph, f"b{k}", np.array([z_in - z_out], np.int32), float(np.float32(s_in * scale)), kind)
    return operator(CONV, "Conv2DOptions", [source, weights, bias], target, strideW=1, strideH=1, dilationWFactor=1,
                    dilationHFactor=1, padding=1)


def average(source, target, shape):
    return operator(POOL, "Pool2DOptions", [source], target, strideW=1, strideH=1, filterWidth=shape[2],
                    filterHeight=shape[1], padding=1)


def file_of(model):
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def start(kind, shapes, scales, zeros):
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.version, model.subgraphs, model.buffers = 3, [graph], [tfl.BufferT()]
    version = 1 if kind == np.uint8 else 2
    codes = ((3, 1 if kind == np.uint8 else 3), (1, version), (18, version))
    model.operatorCodes = [net.operator_code(*code) for code in codes]
    graph.tensors = [net.tensor(n, s, kind, scales[i], zeros[i], 0) for i, (n, s) in enumerate(zip("xaby", shapes))]
    graph.inputs, graph.outputs = [0], [3]
    return model, graph


def all_pairs(kind, scales, zeros, act):
    shape, one = (1, 256, 256, 2), (1, 256, 256, 1)
    model, graph = start(kind, (shape, one, one, one), scales, zeros)
    quant = list(zip(scales, zeros))
    graph.operators = [take_channel(model, graph, kind, k, 0, k + 1, (quant[0], quant[k + 1])) for k in range(2)]
    graph.operators.append(operator(MUL, "MulOptions", [1, 2], 3, fusedActivationFunction=act))
    x = np.stack(np.meshgrid(np.arange(256), np.arange(256)), -1)[None] + np.iinfo(kind).min
    return file_of(model), x.astype(kind)


def excited(kind, scales, zeros, act, rng):
    """The average has the image's scale."""
    h, w, c = (int(rng.integers(1, 8)) for _ in range(3))
    shape = (1, h, w, c)
    out = float(np.float32(scales[0] ** 2 * 10.0 ** rng.uniform(0, 4)))
    scales, zeros = [scales[0]] * 3 + [out], [zeros[0]] * 3 + [zeros[3]]
    model, graph = start(kind, (shape, (1, 1, 1, c), (1, 1, 1, c), shape), scales, zeros)
    del graph.tensors[2]
    graph.outputs = [2]
    inputs = [0, 1] if rng.random() < 0.5 else [1, 0]
    graph.operators = [average(0, 1, shape), operator(MUL, "MulOptions", inputs, 2, fusedActivationFunction=act)]
    return file_of(model), (rng.integers(256, size=shape) + np.iinfo(kind).min).astype(kind)


def draw(kind, rng):
    lo = np.iinfo(kind).min
    scales = [10.0 ** rng.uniform(-3, 1) for _ in range(3)]
    scales.append(scales[1] * scales[2] * 10.0 ** rng.uniform(-1, 4))
    zeros = [int(rng.choice([0, 255, 128, rng.integers(256)])) + lo for _ in range(4)]
    return [float(np.float32(s)) for s in scales], zeros, int(rng.choice([0, 0, 1, 3]))


def run_xbgen(xbgen, folder, file, x):
    (folder / "net.tflite").write_bytes(file)
    np.save(folder / "x.npy", x)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy", "-o", folder / "y.npy"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stderr)
        return None
    return np.load(folder / "y.npy")


def compare(xbgen, folder, kind, count):
    rng, equal, values = np.random.default_rng(5), 0, 0
    for n in range(count):
        drawn = draw(kind, rng)
        file, x = all_pairs(kind, *drawn) if n % 2 else excited(kind, *drawn, rng)
        want, got = net.reference(file, x), run_xbgen(xbgen, folder, file, x)
        if want is None or got is None or not np.array_equal(want, got):
            print(f"FAILED: mul {kind.__name__} {n}: {drawn}", flush=True)
            continue
        equal += 1
        values += len(np.unique(want))
    word = "ok" if equal == count else "FAILED"
    print(f"{word}: mul of two images, {kind.__name__}: {equal} draws equal; {values / max(1, equal):.0f} values each", flush=True)
    return word == "ok"


def main():
    xbgen, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    folder = Path(work) / "products"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(
        json.dumps({"network": "net.tflite", "crossbar": {"rows": 8, "cols": 8, "cell_bits": 2}, "adc": {"bits": 8}}))
    results = [compare(xbgen, folder, kind, count) for kind in (np.int8, np.uint8)]
    sys.exit(0 if all(results) else 1)


main()
