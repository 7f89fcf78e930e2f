# SPDX-License-Identifier: Apache-2.0
"""Compares random networks with TensorFlow Lite's reference kernels, layer by layer and bit for bit.

    litert_random.py XBGEN RANDOM_NET WORK FIRST COUNT

Networks are those of random_net for the seeds FIRST..FIRST+COUNT-1, as far as they are .tflite files: scales, zero
points, shapes and weights are drawn, of INT8 and of UINT8. All layers of `xbgen golden --naive` are compared, which
other tests compare with the crossbars. Prints a line for each network that differs, and how many networks each operator
was in; one that was in fewer than LEAST of either type proves nothing and fails (means of columns are the rarest, and
all of means_compare.py).
"""

import collections
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from litert_compare import open_network

IMAGES, LEAST = 6, 5
WANTED = (
    "conv grouped dwconv fc add avgpool maxpool mean row column pad reshape relu table concat stacked mul slice"
).split()


def draw(random_net, seed, folder):
    """What random_net says of the seed's network, or None if that is no .tflite file."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [random_net, str(seed), folder, "1", "2"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return None if "in JSON" in said else said.split(",")[0]


def outputs(net):
    """The tensors that operators make; behind the chip's part they are the host's."""
    return [int(op["outputs"][0]) for op in net._get_ops_details()]  # the only way to the operators


def are_host_s(net, layers):
    """Whether the operators that are no layers may be the host's."""
    others = {op["op_name"] for i, op in enumerate(net._get_ops_details()) if i not in layers}
    return others <= {"SOFTMAX", "QUANTIZE", "LOGISTIC", "TANH", "RESHAPE"}


def make_images(where, seed):
    """Uniform ones, and smooth ones of few codes."""
    info, rng = np.iinfo(where["dtype"]), np.random.default_rng(seed)
    shape = (IMAGES, *where["shape"][1:])
    images = rng.integers(info.min, info.max + 1, shape)
    for i in range(1, IMAGES, 2):
        images[i] = rng.integers(info.min, info.max + 1) + images[i] // 16
    return np.clip(images, info.min, info.max).astype(where["dtype"])


def run_lite(net, images):
    where, tensors, out = net.get_input_details()[0], outputs(net), []
    for image in images:
        net.set_tensor(where["index"], image[None])
        net.invoke()
        out.append([net.get_tensor(t).ravel().copy() for t in tensors])
    return [np.stack(layer) for layer in zip(*out)]


def is_layer(row):
    """Of a line of `xbgen net`: number and name of an operator, and what it became."""
    return len(row) > 2 and row[0].isdigit() and row[1].isupper() and row[2] not in ("host", "folded")


def run_xbgen(xbgen, folder, images):
    cfg = folder / "plain.json"
    cfg.write_text(json.dumps({"network": "net.tflite"}))
    np.save(folder / "x.npy", images)
    command = [xbgen, "golden", "--naive", "--arch", cfg, "--input", folder / "x.npy"]
    subprocess.run([*command, "--layers", folder / "layers"], check=True, capture_output=True)
    read = subprocess.run([xbgen, "net", "--arch", cfg], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in read.splitlines()]
    # The last layer of an operator: a concatenation has several. Those without a number put outputs together.
    layers = {int(row[0]): row[2] for row in rows if is_layer(row)}
    return {op: (n, np.load(folder / "layers" / f"{n}.npy").reshape(len(images), -1)) for op, n in layers.items()}


def compare(xbgen, folder, seed):
    """Names of the layers that differ; None if the interpreter has no kernel for the network."""
    try:
        net = open_network(folder / "net.tflite")
    except RuntimeError as refused:
        if "has_bias" in str(refused):  # of convolutions without a bias
            return None
        raise
    images = make_images(net.get_input_details()[0], seed)
    expected = run_lite(net, images)
    got = run_xbgen(xbgen, folder, images)
    assert are_host_s(net, got)
    return [name for op, (name, y) in got.items() if not np.array_equal(y, expected[op])]


def main():
    xbgen, random_net, work = sys.argv[1:4]
    first, count = map(int, sys.argv[4:])
    seen, refused, failed = collections.Counter(), 0, 0
    for seed in range(first, first + count):
        folder = Path(work) / "random"
        said = draw(random_net, seed, folder)
        wrong = compare(xbgen, folder / "set0", seed) if said else None
        refused += said is not None and wrong is None
        if wrong:
            print(f"FAILED: random {seed}: {said}: {', '.join(wrong)} differ", flush=True)
            failed += 1
        elif wrong is not None:
            kind = "UINT8" if "UINT8" in said else "INT8"
            seen.update((kind, op) for op in set(said.replace("-", " ").split()) & set(WANTED))
    for kind in ("INT8", "UINT8"):
        print(f"{kind}:", ", ".join(f"{op} {seen[kind, op]}" for op in WANTED))
        for op in WANTED:
            if seen[kind, op] < LEAST:
                print(f"FAILED: {op} in {seen[kind, op]} networks of {kind}, fewer than {LEAST}")
                failed += 1
    print(f"{'FAILED' if failed else 'ok'}: random networks, {refused} more that the interpreter refuses")
    sys.exit(failed != 0)


main()
