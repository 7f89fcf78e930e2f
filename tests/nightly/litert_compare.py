# SPDX-License-Identifier: Apache-2.0
"""Compares `xbgen golden` with TensorFlow Lite's reference kernels, bit for bit.

    litert_compare.py XBGEN WORK NAME NETWORK IMAGES.npy|random:N [NAME NETWORK IMAGES ...]

Every network runs in xbgen twice, mapped on crossbars with lossless converters and as the plain network. If a network
ends in SOFTMAX, its input is compared: results of xbgen are those. Prints a line per network and the count.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert import interpreter as lite

CFG = {
    "crossbar": {"rows": 128, "cols": 128, "cell_bits": 2},
    "adc": {"bits": 9},
    "rounding": "tflite",
}


def open_network(path):
    net = lite.Interpreter(
        model_path=str(path),
        experimental_op_resolver_type=lite.OpResolverType.BUILTIN_REF,
        experimental_preserve_all_tensors=True,
    )
    net.allocate_tensors()
    return net


def result_tensor(net):
    """The tensor that xbgen calls the result: the output, or what goes into a last SOFTMAX."""
    last = net._get_ops_details()[-1]  # the only way to the operators
    if last["op_name"] == "SOFTMAX":
        return int(last["inputs"][0])
    return net.get_output_details()[0]["index"]


def run_lite(path, images):
    net = open_network(path)
    where, result = net.get_input_details()[0], result_tensor(net)
    out = []
    for image in images:
        net.set_tensor(where["index"], image.reshape(where["shape"]))
        net.invoke()
        out.append(net.get_tensor(result).ravel().copy())
    return np.stack(out)


def make_images(path, source):
    if not source.startswith("random:"):
        return np.load(source)
    where = open_network(path).get_input_details()[0]
    info = np.iinfo(where["dtype"])
    shape = (int(source[7:]), *where["shape"][1:])
    return np.random.default_rng(1).integers(info.min, info.max + 1, shape, where["dtype"])


def run_xbgen(xbgen, folder, network, images, *options):
    (folder / "cfg.json").write_text(json.dumps(dict(CFG, network=str(network.resolve()))))
    np.save(folder / "x.npy", images)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy"]
    subprocess.run([*command, "-o", folder / "y.npy", *options], check=True, stdout=subprocess.PIPE)
    y = np.load(folder / "y.npy")
    return y.reshape(len(y), -1)


def compare(xbgen, work, name, network, source):
    folder = Path(work) / name
    folder.mkdir(parents=True, exist_ok=True)
    images = make_images(network, source)
    expected = run_lite(network, images)
    equal = True
    for how, options in (("crossbars", ()), ("plain", ("--naive",))):
        got = run_xbgen(xbgen, folder, Path(network), images, *options)
        same = int((got == expected).all(axis=1).sum()) if got.shape == expected.shape else 0
        equal &= same == len(images)
        word = "ok" if same == len(images) else "FAILED"
        print(f"{word}: {name}, {how}: {same} of {len(images)} vectors equal", flush=True)
    return equal


def main():
    xbgen, work, *rest = sys.argv[1:]
    results = [compare(xbgen, work, *rest[i : i + 3]) for i in range(0, len(rest), 3)]
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
