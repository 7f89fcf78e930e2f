# SPDX-License-Identifier: Apache-2.0
"""Compares `--input-real` with TensorFlow Lite's reference QUANTIZE, code by code.

    quantize_compare.py XBGEN WORK [CASES]

Random scales and zero points, int8 and uint8; values inside and outside the range, halves between two codes and their
neighbours. A network that only reshapes gives its input's codes back. Prints a line for each type and the count.
"""

import json
import subprocess
import sys
from pathlib import Path

import flatbuffers
import numpy as np
from ai_edge_litert import interpreter as lite
from ai_edge_litert import schema_py_generated as tfl

VALUES = 4096


def tensor(name, kind, scale=None, zero=None):
    made = tfl.TensorT()
    made.name, made.shape, made.type, made.buffer = name, [1, VALUES], kind, 0
    if scale is not None:
        made.quantization = tfl.QuantizationParametersT()
        made.quantization.scale, made.quantization.zeroPoint = [float(scale)], [int(zero)]
    return made


def quantize_file(kind, scale, zero):
    model, graph, op, code = tfl.ModelT(), tfl.SubGraphT(), tfl.OperatorT(), tfl.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = tfl.BuiltinOperator.QUANTIZE
    code.version = 1
    op.opcodeIndex, op.inputs, op.outputs = 0, [0], [1]
    graph.tensors = [tensor("x", tfl.TensorType.FLOAT32), tensor("y", kind, scale, zero)]
    graph.inputs, graph.outputs, graph.operators = [0], [1], [op]
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [tfl.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def reference(kind, scale, zero, values):
    net = lite.Interpreter(
        model_content=quantize_file(kind, scale, zero),
        experimental_op_resolver_type=lite.OpResolverType.BUILTIN_REF,
    )
    net.allocate_tensors()
    net.set_tensor(net.get_input_details()[0]["index"], values)
    net.invoke()
    return net.get_tensor(net.get_output_details()[0]["index"])[0]


def ours(xbgen, work, is_signed, scale, zero, values):
    net = {
        "input": {"shape": [VALUES], "signed": is_signed, "scale": float(scale), "zero_point": int(zero)},
        "layers": [{"op": "reshape", "shape": [VALUES]}],
    }
    (work / "quantize.net").write_text(json.dumps(net))
    (work / "quantize.json").write_text('{"network": "quantize.net"}')
    np.save(work / "quantize_x.npy", values)
    run = [xbgen, "golden", "--arch", work / "quantize.json", "--input", work / "quantize_x.npy"]
    subprocess.run(run + ["--input-real", "-o", work / "quantize_y.npy"], check=True, stdout=subprocess.DEVNULL)
    return np.load(work / "quantize_y.npy").ravel()


def draw(rng, scale, zero, low):
    """Values over one and a half times the range, halves, and what lies beside them."""
    code = rng.uniform(low - 64, low + 320, VALUES)
    half = VALUES // 2
    code[:half] = np.floor(code[:half]) + 0.5
    values = ((code - zero).astype(np.float32) * scale).astype(np.float32)
    values[: half // 2] = np.nextafter(values[: half // 2], np.float32(0))
    return values[np.newaxis]


def compare(xbgen, work, is_signed, cases):
    rng = np.random.default_rng(5 + is_signed)
    kind, low = (tfl.TensorType.INT8, -128) if is_signed else (tfl.TensorType.UINT8, 0)
    seen, differ = 0, 0
    for _ in range(cases):
        scale = np.float32(10 ** rng.uniform(-6, 4))
        zero = int(rng.integers(low, low + 256))
        values = draw(rng, scale, zero, low)
        due = reference(kind, scale, zero, values)
        differ += int((ours(xbgen, work, is_signed, scale, zero, values) != due).sum())
        seen += VALUES
        if len(np.unique(due)) < 200:
            sys.exit(f"the codes of scale {scale}, zero point {zero} prove nothing")
    print(f"{'ok' if not differ else 'FAILED'} QUANTIZE to {'' if is_signed else 'u'}int8: {seen} values, {differ} differ")


def main():
    xbgen, work = sys.argv[1], Path(sys.argv[2])
    for is_signed in (True, False):
        compare(xbgen, work, is_signed, int(sys.argv[3]) if len(sys.argv) > 3 else 100)


main()
