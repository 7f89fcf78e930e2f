# SPDX-License-Identifier: Apache-2.0
"""CONCATENATION and several outputs in xbgen against TensorFlow Lite's reference kernels, code by code.

    joins_compare.py XBGEN WORK [N]

N networks (60) of each type of codes: pools of one image, two to five of them side by side or one behind the other, rows or
the columns of a single row, and up to three outputs, which are one result in the file's order. Random shapes, axes from the
front and from the end. Then scales, zero points and activations that must be refused, for INT8 as the interpreter does.
"""

import json
import subprocess
import sys
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import interpreter as lite
from ai_edge_litert import schema_py_generated as tfl

import function_net as net


HEIGHT, WIDTH, CHANNELS = 1, 2, 3


def pool(source, target, window, halved=None):
    op = net.pool(source, target)
    op.opcodeIndex = 0
    op.builtinOptions.filterWidth = op.builtinOptions.filterHeight = window
    if halved == HEIGHT:
        op.builtinOptions.strideH = 2
    if halved == WIDTH:
        op.builtinOptions.strideW = 2
    return op


def join(sources, target, axis, act):
    op = tfl.OperatorT()
    op.opcodeIndex, op.inputs, op.outputs = 1, sources, [target]
    op.builtinOptionsType, op.builtinOptions = tfl.BuiltinOptions.ConcatenationOptions, tfl.ConcatenationOptionsT()
    op.builtinOptions.axis, op.builtinOptions.fusedActivationFunction = axis, act
    return op


def joined(shapes, axis):
    shape = list(shapes[0])
    shape[axis] = sum(one[axis] for one in shapes)
    return shape


def make(kind, shape, sources, axis=-1, outputs=1, last=(0.5, 3), act=0):
    """Tensors: the image, three pools of it (the last two half as high or wide, where that is the axis), what `sources` of
    these make along the axis, and the channels of that with themselves."""
    halved = axis % 4 if axis % 4 != CHANNELS else None
    half = [(n + 1) // 2 if i == halved else n for i, n in enumerate(shape)]
    shapes = [shape, shape, half, half]
    shapes.append(joined([shapes[s] for s in sources], axis))
    shapes.append(joined([shapes[4]] * 2, CHANNELS))
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.operatorCodes = [net.operator_code(17, 2), net.operator_code(2, 2)]
    model.version, model.subgraphs, model.buffers = 3, [graph], [tfl.BufferT()]
    graph.tensors = [net.tensor(f"t{i}", s, kind, *(last if i > 3 else (0.5, 3)), 0) for i, s in enumerate(shapes)]
    graph.operators = [pool(0, 1, 2), pool(1, 2, 3, halved), pool(2, 3, 2), join(sources, 4, axis, act), join([4, 4], 5, 3, act)]
    graph.inputs, graph.outputs = [0], [5, 3, 4][:outputs] if outputs > 1 else [5]
    if outputs == 1 and 3 not in sources:
        graph.operators.pop(2)
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def reference(file, x):
    """All outputs in a row, or None where the interpreter refuses the file."""
    try:
        made = lite.Interpreter(model_content=file, experimental_op_resolver_type=lite.OpResolverType.BUILTIN_REF)
        made.allocate_tensors()
        made.set_tensor(made.get_input_details()[0]["index"], x)
        made.invoke()
    except (RuntimeError, ValueError):
        return None
    return np.concatenate([made.get_tensor(d["index"]).ravel() for d in made.get_output_details()])


def run_xbgen(xbgen, folder, file, x):
    (folder / "net.tflite").write_bytes(file)
    np.save(folder / "x.npy", x)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy", "-o", folder / "y.npy"]
    return subprocess.run(command, capture_output=True, text=True)


def image(kind, shape, rng):
    low = np.iinfo(kind).min
    return rng.integers(low, low + 256, shape).astype(kind)


def differs(xbgen, folder, kind, rng):
    shape = [1, *(int(n) for n in rng.integers(1, 9, 3))]
    sources = [int(n) for n in rng.integers(0, 4, rng.integers(2, 6))]
    sources[0] = 2  # nothing is left over
    axis = int(rng.choice([HEIGHT, WIDTH, CHANNELS]))
    if axis == WIDTH:
        shape[HEIGHT] = 1
    file = make(kind, shape, sources, axis - int(rng.choice([0, 4])), int(rng.integers(1, 4)))
    x = image(kind, shape, rng)
    done, want = run_xbgen(xbgen, folder, file, x), reference(file, x)
    if done.returncode == 0 and want is not None and np.array_equal(np.load(folder / "y.npy").ravel(), want):
        return False
    print(f"FAILED: {kind.__name__} {shape} {sources} along {axis} {done.stderr[:200]}", flush=True)
    return True


def is_refused(xbgen, folder, kind, rng, **wrong):
    """By both; UINT8 of other scales and columns of several rows by xbgen alone."""
    shape = [1, 3, 4, 2]
    file, x = make(kind, shape, [2, 1, 3], **wrong), image(kind, shape, rng)
    done = run_xbgen(xbgen, folder, file, x)
    both = kind == np.uint8 or wrong == COLUMNS or reference(file, x) is None
    return done.returncode == 2 and "CONCATENATION" in done.stderr and both


COLUMNS = {"axis": WIDTH}
QUANTS = ({"last": (0.25, 3)}, {"last": (0.50000006, 3)}, {"last": (0.5, 4)}, {"act": 1})
WRONG = (*QUANTS, *({**wrong, "axis": HEIGHT} for wrong in QUANTS), COLUMNS)


def main():
    xbgen, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    folder = Path(work) / "joins"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({"network": "net.tflite"}))
    rng, all_failed = np.random.default_rng(13), 0
    for kind in (np.int8, np.uint8):
        failed = sum(differs(xbgen, folder, kind, rng) for _ in range(count))
        taken = [wrong for wrong in WRONG if not is_refused(xbgen, folder, kind, rng, **wrong)]
        if taken:
            print(f"FAILED: {kind.__name__}, not refused: {taken}")
        print(f"{'FAILED' if failed or taken else 'ok'} {kind.__name__}: {count} networks", flush=True)
        all_failed += failed + len(taken)
    return 1 if all_failed else 0


if __name__ == "__main__":
    sys.exit(main())
