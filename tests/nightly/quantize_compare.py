# SPDX-License-Identifier: Apache-2.0
"""Compares `--input-real`, and `--input` of a file whose QUANTIZE is the host's, with TensorFlow Lite's reference
QUANTIZE, code by code.

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


def ends_file(kinds, scales, zeros):
    """QUANTIZE from one type of codes to the other, and a pool that changes nothing."""
    model, graph = tfl.ModelT(), tfl.SubGraphT()
    model.operatorCodes, graph.operators = [], []
    graph.tensors = [tensor(n, kinds[i], scales[i], zeros[i]) for n, i in (("x", 0), ("q", 1), ("y", 1))]
    for t in graph.tensors:
        t.shape = [1, 1, 256, 1]
    for i, number in enumerate((tfl.BuiltinOperator.QUANTIZE, tfl.BuiltinOperator.MAX_POOL_2D)):
        code, op = tfl.OperatorCodeT(), tfl.OperatorT()
        code.builtinCode = code.deprecatedBuiltinCode = number
        code.version = 2
        op.opcodeIndex, op.inputs, op.outputs = i, [i], [i + 1]
        model.operatorCodes.append(code)
        graph.operators.append(op)
    pool = tfl.Pool2DOptionsT()
    pool.padding, pool.strideW, pool.strideH, pool.filterWidth, pool.filterHeight = 1, 1, 1, 1, 1
    graph.operators[1].builtinOptionsType, graph.operators[1].builtinOptions = tfl.BuiltinOptions.Pool2DOptions, pool
    graph.inputs, graph.outputs = [0], [2]
    model.version, model.subgraphs, model.buffers = 3, [graph], [tfl.BufferT()]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def compare_codes(xbgen, work, to_signed, cases):
    """All 256 codes of the file's input, through the reference kernel and through `golden --input`."""
    rng = np.random.default_rng(9 + to_signed)
    uint8, int8 = (tfl.TensorType.UINT8, np.uint8), (tfl.TensorType.INT8, np.int8)
    (from_type, from_kind), (to_type, to_kind) = (uint8, int8) if to_signed else (int8, uint8)
    low = [np.iinfo(from_kind).min, np.iinfo(to_kind).min]
    values = np.arange(low[0], low[0] + 256).astype(from_kind).reshape(1, 1, 256, 1)
    np.save(work / "ends_x.npy", values)
    (work / "ends.json").write_text('{"network": "ends.tflite"}')
    differ = 0
    for i in range(cases):
        out = np.float32(10 ** rng.uniform(-4, 1))
        scales = [out if i % 4 == 0 else np.float32(out * 10 ** rng.uniform(-1, 1)), out]
        zeros = [int(rng.integers(n, n + 256)) for n in low]
        if i % 8 == 0:  # the usual pair: codes are moved by 128
            zeros[1] = zeros[0] - low[0] + low[1]
        (work / "ends.tflite").write_bytes(ends_file([from_type, to_type], scales, zeros))
        net = lite.Interpreter(
            model_path=str(work / "ends.tflite"), experimental_op_resolver_type=lite.OpResolverType.BUILTIN_REF
        )
        net.allocate_tensors()
        net.set_tensor(net.get_input_details()[0]["index"], values)
        net.invoke()
        due = net.get_tensor(net.get_output_details()[0]["index"])
        run = [xbgen, "golden", "--arch", work / "ends.json", "--input", work / "ends_x.npy", "-o", work / "ends_y.npy"]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
        differ += int((np.load(work / "ends_y.npy") != due).sum())
    name = "uint8 to int8" if to_signed else "int8 to uint8"
    print(f"{'ok' if not differ else 'FAILED'} QUANTIZE from {name}: {256 * cases} codes, {differ} differ")


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
    cases = int(sys.argv[3]) if len(sys.argv) > 3 else 100
    for is_signed in (True, False):
        compare(xbgen, work, is_signed, cases)
        compare_codes(xbgen, work, is_signed, cases)


main()
