# SPDX-License-Identifier: Apache-2.0
"""Compares every layer of `xbgen golden` with the tensors of TensorFlow Lite's reference kernels, bit for bit.

    litert_layers.py XBGEN WORK COUNT NETWORK...
    litert_layers.py --record XBGEN NETWORK...          the lines of tests/golden/real.txt

COUNT inputs, half noise, half waves (tests/golden/real.py). The tensors are those that the interpreter keeps for the
operators of which `xbgen net` makes layers; the chip's input is the one behind the operators that the host does in
front. The values of the last layer are counted: a constant would prove nothing.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from ai_edge_litert import interpreter as lite
from ai_edge_litert import schema_py_generated as schema

sys.path.insert(0, str(Path(__file__).parent.parent / "golden"))
import real  # noqa: E402

LAYER = re.compile(r" *(\d+)  (\S+) +(\S+)  .*  (\d+)x(\d+)x(\d+)  ")
FRONT = re.compile(r" *(\d+)  \S+ +host  ")
INPUT = re.compile(r"input of the chip: (\d+)x(\d+)x(\d+) (\w+),")
CFG = {"adc": {"bits": 9}, "rounding": "tflite"}


def layers_in(lines):
    """(operator, which of its outputs that are read, name, shape). A concatenation is several layers, the last one makes
    its output."""
    found = {}
    for m in filter(None, map(LAYER.match, lines)):
        part = 0 if m[2] == "CONCATENATION" else sum(op == int(m[1]) for op, _ in found)
        found[int(m[1]), part] = (m[3], tuple(map(int, m.groups()[3:])))
    return [(*where, *what) for where, what in found.items()]


class Shown:
    """What `xbgen net` says: layers, the chip's input, operators in front of it."""

    def __init__(self, xbgen, cfg):
        self.text = subprocess.run([xbgen, "net", "--arch", cfg], check=True, stdout=subprocess.PIPE, text=True).stdout
        lines = self.text.splitlines()
        self.layers = layers_in(lines)
        hosts = [int(m[1]) for m in map(FRONT.match, lines) if m]
        self.front = [op for op in hosts if op < self.layers[0][0]]
        found = INPUT.search(self.text)
        self.shape, self.is_signed = tuple(map(int, found.groups()[:3])), found[4] == "INT8"


def biases_along_dimension_0(path):
    """LiteRT 2.3.0 refuses biases whose scales are along another dimension than their only one."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(Path(path).read_bytes(), 0))
    for tensor in model.subgraphs[0].tensors:
        if tensor.quantization is not None and len(tensor.shape if tensor.shape is not None else ()) == 1:
            tensor.quantization.quantizedDimension = 0
    import flatbuffers

    builder = flatbuffers.Builder(1 << 20)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def open_network(path):
    options = {
        "experimental_op_resolver_type": lite.OpResolverType.BUILTIN_REF,
        "experimental_preserve_all_tensors": True,
    }
    try:
        net = lite.Interpreter(model_path=str(path), **options)
        net.allocate_tensors()
    except (RuntimeError, ValueError):
        net = lite.Interpreter(model_content=biases_along_dimension_0(path), **options)
        net.allocate_tensors()
    return net


class Reference:
    """The interpreter, given what the chip is given."""

    def __init__(self, path, shown):
        self.net = open_network(path)
        self.ops = self.net._get_ops_details()  # the only way to the operators
        self.details = {t["index"]: t for t in self.net.get_tensor_details()}
        self.file_input = self.net.get_input_details()[0]
        self.front = [self.ops[op] for op in shown.front]
        self.entry = int(self.front[-1]["outputs"][0]) if self.front else self.file_input["index"]
        self.layers = shown.layers
        self.makers = {int(t): op for op in self.ops for t in op["outputs"]}
        self.read = {int(t) for op in self.ops for t in op["inputs"]} | {t["index"] for t in self.net.get_output_details()}

    def backwards(self, codes):
        """Values at the file's input that become these codes at the chip's."""
        value = codes.reshape(self.details[self.entry]["shape"])
        for op in reversed(self.front):
            before, after = (self.details[int(op[k][0])] for k in ("inputs", "outputs"))
            if op["op_name"] == "QUANTIZE":
                scale, zero = after["quantization"]
                value = (value.astype(np.float64) - zero) * scale
                if before["dtype"] != np.float32:
                    value = np.round(value / before["quantization"][0]) + before["quantization"][1]
                value = value.astype(before["dtype"])
            elif op["op_name"] == "TRANSPOSE":
                value = value.transpose(np.argsort(self.net.get_tensor(int(op["inputs"][1]))))
            value = value.reshape(before["shape"])
        return value

    def play(self, codes):
        self.net.set_tensor(self.file_input["index"], self.backwards(codes))
        self.net.invoke()
        if (self.net.get_tensor(self.entry).ravel() != codes.ravel()).any():
            raise ValueError("the chip's input cannot be had from the file's")
        return [self.layer(op, part, shape) for op, part, _, shape in self.layers]

    def layer(self, op, part, shape):
        """The chip's order of a tensor that a folded TRANSPOSE has turned is that of the layer, and that of a row which
        a RESHAPE makes of one is that in front of the TRANSPOSE."""
        source = self.makers.get(int(self.ops[op]["inputs"][0]), self.ops[op])
        is_row = shape[:2] == (1, 1) and self.ops[op]["op_name"] == "RESHAPE" and source["op_name"] == "TRANSPOSE"
        made = [int(t) for t in self.ops[op]["outputs"] if int(t) in self.read]
        tensor = self.net.get_tensor(int(source["inputs"][0]) if is_row else made[part])
        if tensor.ndim == 4 and tensor.shape[1:] == (shape[2], *shape[:2]) != shape:
            tensor = tensor.transpose(0, 2, 3, 1)
        return tensor.tobytes()


def codes_of(name, shown, count):
    dtype = np.int8 if shown.is_signed else np.uint8
    codes = real.images(name, shown.shape, count)
    return [np.frombuffer(real.as_type(c, shown.is_signed), dtype) for c in codes]


def expected(path, shown, count):
    """Bytes of every layer, each of all images."""
    reference = Reference(path, shown)
    images = [reference.play(codes) for codes in codes_of(Path(path).stem, shown, count)]
    return [b"".join(layer) for layer in zip(*images)]


def write_cfg(folder, path):
    cfg = folder / "cfg.json"
    cfg.write_text(json.dumps(dict(CFG, network=str(Path(path).resolve()))))
    return cfg


def compare(xbgen, work, path, count):
    folder = Path(work) / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    cfg, name = write_cfg(folder, path), Path(path).stem
    shown = Shown(xbgen, cfg)
    due = expected(path, shown, count)
    data = b"".join(c.tobytes() for c in codes_of(name, shown, count))
    real.write_npy(folder / "x.npy", (count, *shown.shape), shown.is_signed, data)
    command = [xbgen, "golden", "--arch", cfg, "--input", folder / "x.npy", "--layers", folder / "y"]
    subprocess.run(command, check=True, stdout=subprocess.PIPE)
    bad = [n for (_, _, n, _), d in zip(shown.layers, due) if real.read_npy(folder / "y" / f"{n}.npy") != d]
    dead = sum(len(set(layer)) == 1 for layer in due)
    print(f"{'FAILED' if bad else 'ok'}: {name}: {len(due) - len(bad)} of {len(due)} layers equal on {count} inputs, "
          f"{len(set(due[-1]))} values in the last, {dead} constant{': ' + ', '.join(bad) if bad else ''}", flush=True)
    return not bad


def record(xbgen, path):
    with tempfile.TemporaryDirectory() as folder:
        cfg = write_cfg(Path(folder), path)
        status = subprocess.run([xbgen, "net", "--arch", cfg], stdout=subprocess.PIPE, stderr=subprocess.PIPE).returncode
        facts = real.digest(expected(path, Shown(xbgen, cfg), 4)) if status == 0 else ("-", "-")
    print(Path(path).stem, *facts, flush=True)


def main():
    if sys.argv[1] == "--record":
        for path in sys.argv[3:]:
            record(sys.argv[2], path)
        return
    xbgen, work, count, *paths = sys.argv[1:]
    sys.exit(0 if all([compare(xbgen, work, path, int(count)) for path in paths]) else 1)


if __name__ == "__main__":
    main()
