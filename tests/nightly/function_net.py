# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite files of one function of one code, and what the reference kernel makes of all codes.

A pool of one pixel stands in front of the function and behind it: at an end of a network some would be the host's.
"""

import flatbuffers
import numpy as np
from ai_edge_litert import interpreter as lite
from ai_edge_litert import schema_py_generated as tfl

# name: operator, its options, and which of its inputs is the constant
FUNCTIONS = {
    "hard_swish": (117, "HardSwish", None),
    "leaky_relu": (98, "LeakyRelu", None),
    "logistic": (14, None, None),
    "tanh": (28, None, None),
    "quantize": (114, "Quantize", None),
    "mul": (18, "Mul", 1),
    "add": (0, "Add", 1),
    "sub": (41, "Sub", 1),
    "sub_from": (41, "Sub", 0),
}


def tensor(name, shape, kind, scale, zero, buffer):
    t = tfl.TensorT()
    t.name, t.shape, t.buffer = name, list(shape), buffer
    t.type = tfl.TensorType.INT8 if kind == np.int8 else tfl.TensorType.UINT8
    t.quantization = tfl.QuantizationParametersT()
    t.quantization.scale, t.quantization.zeroPoint = [float(scale)], [int(zero)]
    return t


def pool(source, target):
    op = tfl.OperatorT()
    op.opcodeIndex, op.inputs, op.outputs = 1, [source], [target]
    op.builtinOptionsType, op.builtinOptions = tfl.BuiltinOptions.Pool2DOptions, tfl.Pool2DOptionsT()
    window = op.builtinOptions
    window.strideW = window.strideH = window.filterWidth = window.filterHeight = 1
    return op


def operator_code(code, version):
    made = tfl.OperatorCodeT()
    made.builtinCode, made.deprecatedBuiltinCode, made.version = code, code, version
    return made


def options_of(name, alpha, act):
    _, options, _ = FUNCTIONS[name]
    if options is None:
        return 0, None
    made = getattr(tfl, options + "OptionsT")()
    if options == "LeakyRelu":
        made.alpha = float(alpha)
    elif options in ("Mul", "Add", "Sub"):
        made.fusedActivationFunction = act
    return getattr(tfl.BuiltinOptions, options + "Options"), made


def make(name, kind, shape, scales, zeros, constant=None, alpha=0.0, act=0):
    """The file: scales and zeros of input, output and constant; `constant` an array of codes."""
    code, _, constant_at = FUNCTIONS[name]
    model, graph, op = tfl.ModelT(), tfl.SubGraphT(), tfl.OperatorT()
    model.operatorCodes = [operator_code(code, 1 if name == "hard_swish" else 2), operator_code(17, 2)]
    model.version, model.subgraphs = 3, [graph]
    model.buffers = [tfl.BufferT(), tfl.BufferT()]
    graph.tensors = [tensor(n, shape, kind, scales[i % 2], zeros[i % 2], 0) for i, n in enumerate("xyab")]
    op.opcodeIndex, op.inputs, op.outputs = 0, [2], [3]
    if constant_at is not None:
        model.buffers[1].data = constant.astype(kind).ravel().view(np.uint8)
        graph.tensors.append(tensor("c", constant.shape, kind, scales[2], zeros[2], 1))
        op.inputs.insert(constant_at, 4)
    op.builtinOptionsType, op.builtinOptions = options_of(name, alpha, act)
    graph.operators, graph.inputs, graph.outputs = [pool(0, 2), op, pool(3, 1)], [0], [1]
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def reference(file, x):
    """What TensorFlow Lite's reference kernel gives, or None where it refuses the file."""
    try:
        net = lite.Interpreter(
            model_content=file, experimental_op_resolver_type=lite.OpResolverType.BUILTIN_REF
        )
        net.allocate_tensors()
        net.set_tensor(net.get_input_details()[0]["index"], x)
        net.invoke()
    except (RuntimeError, ValueError):
        return None
    return net.get_tensor(net.get_output_details()[0]["index"])


def draw_wide(name, kind, rng):
    """The same, scales from far more of float32: much of it is refused."""
    scales, zeros, constant, alpha, act = draw(name, kind, rng)
    scales = [float(np.float32(10.0 ** rng.uniform(-7, 7))) for _ in range(3)]
    if name == "logistic" and rng.random() < 0.5:
        scales[1] = 1 / 256
    return scales, zeros, constant, alpha, act


def draw(name, kind, rng):
    """Random scales, zero points, constant, alpha and activation, as `make` wants them."""
    lo = np.iinfo(kind).min
    scale = 10.0 ** rng.uniform(-3, 0)
    constant_scale = scale * 10.0 ** rng.uniform(-2, 2)
    out = scale * (50 * constant_scale if name == "mul" else 1) * 10.0 ** rng.uniform(-1, 1)
    scales = [float(np.float32(s)) for s in (scale, out, constant_scale)]
    zeros = [int(rng.choice([0, 255, 128, rng.integers(256)])) + lo for _ in range(3)]
    if name == "logistic":
        scales[1], zeros[1] = 1 / 256, lo
    if name == "tanh":
        scales[1], zeros[1] = 1 / 128, 128 + lo
    constant = rng.integers(256, size=(1,)) + lo
    alpha = float(np.float32(rng.choice([0.01, 0.2, 0.3, rng.uniform(-1, 2)])))
    act = int(rng.choice([0, 0, 1, 3])) if name in ("mul", "add", "sub", "sub_from") else 0
    return scales, zeros, constant, alpha, act
