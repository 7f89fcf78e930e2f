# SPDX-License-Identifier: Apache-2.0
"""Compares every layer of `xbgen golden` with the tensors of TensorFlow Lite's reference kernels, bit for bit.

    litert_layers.py XBGEN WORK IMAGES NETWORK...

IMAGES inputs from a fixed seed, every other one uniform noise, the rest smooth. The tensors are those that the
interpreter keeps for the operators of which `xbgen net` makes layers; the network's input is the one behind the operators
that the host does. Distinct values of the last layer are counted: a constant would prove nothing.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import litert_compare as common

LAYER = re.compile(r" *(\d+)  \S+(?: \S+)? +([a-z]+\d+) ")


def smooth(rng, shape):
    """A few slow waves, over the whole range of codes."""
    grid = np.meshgrid(*[np.linspace(0, 1, n) for n in shape], indexing="ij")
    x = sum(np.sin(2 * np.pi * (rng.uniform(0, 2) * g + rng.uniform())) for g in grid)
    x = (x - x.min()) / max(float(np.ptp(x)), 1e-9)
    return np.round(x * 255)


def make_images(rng, count, shape, dtype):
    low = np.iinfo(dtype).min
    images = [rng.integers(0, 256, shape) if i % 2 == 0 else smooth(rng, shape) for i in range(count)]
    return (np.stack(images) + low).astype(dtype)


def xbgen_layers(xbgen, cfg):
    """Operator number and name of every layer, from what `xbgen net` shows."""
    text = subprocess.run([xbgen, "net", "--arch", cfg], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [(int(m[1]), m[2]) for m in map(LAYER.match, text.splitlines()) if m]


def chip_input(net):
    """The tensor that the chip reads: the network's input, behind QUANTIZE and TRANSPOSE."""
    tensor, entry = net.get_input_details()[0]["index"], None
    for op in net._get_ops_details():
        if int(op["inputs"][0]) != tensor:
            continue
        if op["op_name"] in ("QUANTIZE", "TRANSPOSE", "RESHAPE", "EXPAND_DIMS"):
            tensor = int(op["outputs"][0])
            entry = tensor if op["op_name"] in ("QUANTIZE", "TRANSPOSE") else entry
        else:
            break
    return net.get_input_details()[0]["index"] if entry is None else entry


def real(codes, details):
    scale, zero = details["quantization"]
    return ((codes.astype(np.float64) - zero) * scale).astype(np.float32)


def run_lite(path, images, tensors):
    net = common.open_network(path)
    where, entry = net.get_input_details()[0], chip_input(net)
    details = {t["index"]: t for t in net.get_tensor_details()}
    out = {t: [] for t in tensors}
    for image in images:
        value = image.reshape(details[entry]["shape"])
        if where["dtype"] == np.float32:
            value = real(value, details[entry]).reshape(where["shape"])
        net.set_tensor(where["index"], value)
        net.invoke()
        assert (net.get_tensor(entry).ravel() == image.ravel()).all(), "the chip's input is another"
        for t in tensors:
            out[t].append(net.get_tensor(t).ravel().copy())
    return {t: np.stack(v) for t, v in out.items()}


def compare(xbgen, work, path, count):
    folder = Path(work) / "layers"
    folder.mkdir(parents=True, exist_ok=True)
    name = Path(path).stem
    net = common.open_network(path)
    entry = {t["index"]: t for t in net.get_tensor_details()}[chip_input(net)]
    rng = np.random.default_rng(11)
    images = make_images(rng, count, tuple(entry["shape"][1:]), entry["dtype"])
    (folder / "cfg.json").write_text(json.dumps(dict(common.CFG, network=str(Path(path).resolve()))))
    layers = xbgen_layers(xbgen, folder / "cfg.json")
    outputs = {op["index"]: int(op["outputs"][0]) for op in net._get_ops_details()}
    expected = run_lite(path, images, {outputs[op] for op, _ in layers})
    np.save(folder / "x.npy", images)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy"]
    subprocess.run([*command, "--layers", folder / "y"], check=True, stdout=subprocess.PIPE)
    bad = [layer for op, layer in layers if not (np.load(folder / "y" / f"{layer}.npy").reshape(count, -1) == expected[outputs[op]]).all()]
    distinct = len(np.unique(expected[outputs[layers[-1][0]]]))
    word = "FAILED" if bad or not layers else "ok"
    print(f"{word}: {name}: {len(layers) - len(bad)} of {len(layers)} layers equal on {count} inputs, "
          f"{distinct} values in the last{': ' + ', '.join(bad) if bad else ''}", flush=True)
    return word == "ok"


def main():
    xbgen, work, count, *paths = sys.argv[1:]
    sys.exit(0 if all([compare(xbgen, work, path, int(count)) for path in paths]) else 1)


if __name__ == "__main__":
    main()
