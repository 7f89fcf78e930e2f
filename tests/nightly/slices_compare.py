# SPDX-License-Identifier: Apache-2.0
"""Slices and splits in xbgen against TensorFlow Lite's reference kernels: random shapes, bounds, scales, zero points.

    slices_compare.py XBGEN WORK [N]     N networks of each operator and type (200)
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import function_net as net
import slice_net as slices


def draw_quants(kind, rng):
    """Of input, outputs, and their sum. Where they differ the kernel copies codes; xbgen refuses that by name."""
    lo = np.iinfo(kind).min
    scale, zero = float(np.float32(10.0 ** rng.uniform(-3, 1))), int(rng.integers(256)) + lo
    added = (float(np.float32(scale * rng.uniform(0.5, 3))), int(rng.integers(256)) + lo)
    other = (scale, zero)
    if rng.random() < 0.1:
        other = (scale * 2, zero) if rng.random() < 0.5 else (scale, zero + (1 if zero < lo + 255 else -1))
    return (scale, zero), other, added


def draw_outputs(drawn, rng):
    outs = drawn[3]
    if len(outs) > 1 and outs.count(outs[0]) == len(outs) and rng.random() < 0.5:
        return [int(c) for c in rng.choice(len(outs), 2, replace=False)]
    return [int(rng.integers(len(outs)))]


def run_xbgen(xbgen, folder, file, x):
    (folder / "net.tflite").write_bytes(file)
    np.save(folder / "x.npy", x)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy", "-o", folder / "y.npy"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return (np.load(folder / "y.npy") if done.returncode == 0 else None), done.stderr


def is_equal(xbgen, folder, name, kind, rng):
    drawn, quants = slices.draw(name, rng), draw_quants(kind, rng)
    chosen = draw_outputs(drawn, rng)
    file = slices.make(name, kind, drawn, quants, chosen)
    x = (rng.integers(256, size=drawn[0]) + np.iinfo(kind).min).astype(kind)
    want = net.reference(file, x)
    got, fault = run_xbgen(xbgen, folder, file, x)
    is_refused = got is None and "[net-quant]" in fault and quants[0] != quants[1]
    if is_refused or (want is not None and got is not None and np.array_equal(want.ravel(), got.ravel())):
        return "refused" if is_refused else "equal"
    print(f"FAILED: {name} {kind.__name__} {drawn[0]} {drawn[1]} {drawn[3]} {quants} {chosen}\n{fault}", flush=True)
    return "different"


def compare(xbgen, folder, name, kind, count):
    rng = np.random.default_rng(3)
    results = [is_equal(xbgen, folder, name, kind, rng) for _ in range(count)]
    word = "FAILED" if "different" in results else "ok"
    print(f"{word}: {name}, {kind.__name__}: {results.count('equal')} networks equal, {results.count('refused')} refused: "
          "input and output differ in scale or zero point", flush=True)
    return word == "ok"


def main():
    xbgen, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    folder = Path(work) / "slices"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({"network": "net.tflite", "adc": {"bits": 8}}))
    results = [compare(xbgen, folder, name, kind, count) for name in slices.OPERATORS for kind in (np.int8, np.uint8)]
    sys.exit(0 if all(results) else 1)


main()
