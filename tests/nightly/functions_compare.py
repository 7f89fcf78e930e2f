# SPDX-License-Identifier: Apache-2.0
"""Functions of one code in xbgen against TensorFlow Lite's reference kernels, on all 256 codes.

    functions_compare.py XBGEN WORK [N]     N draws of each function and type (1000), a tenth as many of scales far apart
    functions_compare.py --record FILE      what the interpreter gives for a few draws, for tests/unit/test_function.c
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import function_net as net

KINDS = (np.int8, np.uint8)
# The reference kernel of ADD and SUB ends the process where it will not have the scales.
ABORTS = ("add", "sub", "sub_from")


def all_codes(kind):
    return (np.arange(256) + np.iinfo(kind).min).astype(kind).reshape(1, 1, 1, 256)


def is_sum_refused(name, scales):
    twice = np.float32(2) * np.float32(max(scales[0], scales[2]))
    return name in ABORTS and float(twice) / float(np.float32(1 << 20) * np.float32(scales[1])) >= 1


def expected(name, kind, draw):
    if is_sum_refused(name, draw[0]):
        return None
    return net.reference(net.make(name, kind, (1, 1, 1, 256), *draw), all_codes(kind))


def run_xbgen(xbgen, folder, file, x):
    (folder / "net.tflite").write_bytes(file)
    np.save(folder / "x.npy", x)
    command = [xbgen, "golden", "--arch", folder / "cfg.json", "--input", folder / "x.npy", "-o", folder / "y.npy"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return np.load(folder / "y.npy")
    return None if "[net-quant]" in done.stderr else np.zeros(0)


def compare(xbgen, folder, name, kind, draws):
    equal = refused = stricter = values = 0
    for draw in draws:
        want = expected(name, kind, draw)
        got = run_xbgen(xbgen, folder, net.make(name, kind, (1, 1, 1, 256), *draw), all_codes(kind))
        if got is None and want is not None and is_far(name, draw[0]):
            stricter += 1  # numbers beyond 32 bits, for which the kernel's C++ has no meaning
        elif (want is None) != (got is None) or (want is not None and not np.array_equal(want, got)):
            print(f"FAILED: {name} {kind.__name__} {draw}", flush=True)
            continue
        equal += want is not None and got is not None
        refused += want is None
        values += 0 if want is None else len(np.unique(want))
    word = "ok" if equal + refused + stricter == len(draws) else "FAILED"
    print(f"{word}: {name}, {kind.__name__}: {equal} tables equal, {refused} refused by both, {stricter} by xbgen alone; "
          f"{values / max(1, equal):.0f} values a table", flush=True)
    return word == "ok"


def is_far(name, scales):
    ratio = scales[0] / scales[1] * (scales[2] * 255 if name == "mul" else 1)
    return ratio * 255 * 4 >= 2**31


def record(path):
    from_file = ["# function type, scale and zero point of input, output and constant, the constant, alpha, activation,",
                 "# and FNV-1a of the 256 results of the interpreter (ai-edge-litert 2.3.0, BUILTIN_REF), or that it refuses"]
    for name in net.FUNCTIONS:
        for kind in KINDS:
            rng = np.random.default_rng(7)
            draws = [net.draw(name, kind, rng) for _ in range(10)] + [net.draw_wide(name, kind, rng) for _ in range(4)]
            from_file += [line(name, kind, d, expected(name, kind, d)) for d in draws if not is_far(name, d[0])]
    Path(path).write_text("\n".join(from_file) + "\n")


def line(name, kind, draw, y):
    (s_in, s_out, s_k), (z_in, z_out, z_k), constant, alpha, act = draw
    hash64 = 0xCBF29CE484222325
    for byte in b"" if y is None else y.ravel().view(np.uint8).tobytes():
        hash64 = (hash64 ^ byte) * 0x100000001B3 % 2**64
    words = [name, kind.__name__, f"{s_in:.9g}", z_in, f"{s_out:.9g}", z_out, f"{s_k:.9g}", z_k, int(constant[0]),
             f"{alpha:.9g}", act, "refused" if y is None else f"{hash64:016x}"]
    return " ".join(map(str, words))


def main():
    if sys.argv[1] == "--record":
        record(sys.argv[2])
        return
    xbgen, work = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    folder = Path(work) / "functions"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cfg.json").write_text(json.dumps({"network": "net.tflite", "crossbar": {"rows": 8, "cols": 8, "cell_bits": 2}, "adc": {"bits": 8}}))
    results = []
    for name in net.FUNCTIONS:
        for kind in KINDS:
            rng = np.random.default_rng(1)
            draws = [net.draw(name, kind, rng) for _ in range(count)]
            draws += [net.draw_wide(name, kind, rng) for _ in range(count // 10)]
            results.append(compare(xbgen, folder, name, kind, draws))
    sys.exit(0 if all(results) else 1)


main()
