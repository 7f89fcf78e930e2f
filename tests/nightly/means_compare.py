# SPDX-License-Identifier: Apache-2.0
"""MEAN in xbgen against TensorFlow Lite's reference kernels, code by code.

    means_compare.py XBGEN WORK [N]

N networks (30) of each type of codes, axes, keep_dims and kind of scales: equal ones with equal zero points, equal ones,
and such of any ratio. One MEAN over both dimensions or one of them, and two one after the other; random shapes, scales
and zero points. A mean over channels must be refused. Prints a line for each type and axes.
"""

import json
import subprocess
import sys
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as tfl

import function_net as net

# Axes of one MEAN after the other, with keep_dims and without: without, the second has a dimension less in front of it.
AXES = {
    "both": ([[1, 2]], [[1, 2]]),
    "height": ([[1]], [[1]]),
    "width": ([[2]], [[-2]]),
    "height, then width": ([[1], [2]], [[1], [1]]),
    "width, then height": ([[2], [1]], [[2], [1]]),
}
SCALES = ("equal", "equal scales", "any")


def reduced(shape, axes, keeps):
    gone = {axis % len(shape) for axis in axes}
    return [1 if i in gone else n for i, n in enumerate(shape) if keeps or i not in gone]


def make(kind, shape, axes, keeps, scales, zeros):
    """The file: a MEAN for each list of axes."""
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.operatorCodes, model.version, model.subgraphs = [net.operator_code(40, 2)], 3, [graph]
    model.buffers = [tfl.BufferT()]
    graph.tensors, graph.operators = [net.tensor("x", shape, kind, scales[0], zeros[0], 0)], []
    for i, over in enumerate(axes):
        shape = reduced(shape, over, keeps)
        model.buffers.append(tfl.BufferT())
        model.buffers[-1].data = np.array(over, np.int32).view(np.uint8)
        numbers = tfl.TensorT()
        numbers.name, numbers.shape, numbers.buffer, numbers.type = f"axes{i}", [len(over)], i + 1, tfl.TensorType.INT32
        source = 0 if i == 0 else len(graph.tensors) - 1
        graph.tensors += [numbers, net.tensor(f"y{i}", shape, kind, scales[i + 1], zeros[i + 1], 0)]
        op = tfl.OperatorT()
        op.opcodeIndex, op.inputs, op.outputs = 0, [source, len(graph.tensors) - 2], [len(graph.tensors) - 1]
        op.builtinOptionsType, op.builtinOptions = tfl.BuiltinOptions.ReducerOptions, tfl.ReducerOptionsT()
        op.builtinOptions.keepDims = keeps
        graph.operators.append(op)
    graph.inputs, graph.outputs = [0], [len(graph.tensors) - 1]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def run_xbgen(xbgen, folder, file, x):
    (folder / "net.tflite").write_bytes(file)
    np.save(folder / "x.npy", x)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy", "-o", folder / "y.npy"]
    return subprocess.run(command, capture_output=True, text=True)


def draw(kind, scales, rng):
    """Shape, scales and zero points of the input and two outputs, and an image: uniform, or of near codes."""
    low = np.iinfo(kind).min
    shape = [1, *(int(n) for n in rng.integers(1, 13, 3))]
    first = 10.0 ** rng.uniform(-4, 2)
    scale = [float(np.float32(first * (1 if scales != "any" else 10.0 ** rng.uniform(-2, 1)))) for _ in range(3)]
    zero = [int(rng.choice([0, 255, 128, rng.integers(256)])) + low for _ in range(3)]
    if scales == "equal":
        zero = zero[:1] * 3
    x = rng.integers(low, low + 256, shape)
    if rng.random() < 0.5:
        x = zero[0] + (x - x.min()) // 8
    return shape, scale, zero, np.clip(x, low, low + 255).astype(kind)


def differs(xbgen, folder, case, count, rng):
    """Networks that differ, and how many values the results have."""
    kind, axes, keeps, scales = case
    failed = values = 0
    for _ in range(count):
        shape, scale, zero, x = draw(kind, scales, rng)
        file = make(kind, shape, axes, keeps, scale, zero)
        done, want = run_xbgen(xbgen, folder, file, x), net.reference(file, x)
        got = np.load(folder / "y.npy") if done.returncode == 0 else None
        values += 0 if want is None else len(np.unique(want))
        if got is None or want is None or not np.array_equal(got, want.reshape(got.shape)):
            print(f"FAILED: {case} {shape} {scale} {zero} {done.stderr[:200]}", flush=True)
            failed += 1
    return failed, values


def is_refused(xbgen, folder):
    file = make(np.int8, [1, 4, 4, 4], [[3]], True, [1.0, 1.0], [0, 0])
    done = run_xbgen(xbgen, folder, file, np.zeros((1, 4, 4, 4), np.int8))
    return done.returncode == 2 and "[tflite-op]" in done.stderr


def main():
    xbgen, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 30
    folder = Path(work) / "means"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({"network": "net.tflite"}))
    rng, all_failed = np.random.default_rng(11), 0
    for kind in (np.int8, np.uint8):
        for name, forms in AXES.items():
            cases = [(kind, forms[not keeps], keeps, scales) for keeps in (True, False) for scales in SCALES]
            failed, values = map(sum, zip(*(differs(xbgen, folder, case, count, rng) for case in cases)))
            networks = count * len(cases)
            failed += values < 2 * networks  # all alike would prove nothing
            word = "ok" if not failed else "FAILED"
            print(f"{word}: MEAN over {name}, {kind.__name__}: {networks} networks, {failed} differ; "
                  f"{values / networks:.1f} values each", flush=True)
            all_failed += failed
    refused = is_refused(xbgen, folder)
    print(f"{'ok' if refused else 'FAILED'}: MEAN over channels is refused")
    sys.exit(0 if refused and not all_failed else 1)


main()
