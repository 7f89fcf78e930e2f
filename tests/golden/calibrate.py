#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs `xbgen calibrate` and compares with the records of golden/calibrate: "ok NAME" or "FAIL NAME" a comparison.

usage: calibrate.py XBGEN DATA WORK
"""
import hashlib
import json
import os
import subprocess
import sys
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.dont_write_bytecode = True
import cifar

xbgen, data, work = sys.argv[1:]
records = os.path.join(data, "golden", "calibrate")
quick = bool(os.environ.get("XB_QUICK"))


def check(name, is_right):
    print("ok" if is_right else "FAIL", name, flush=True)


def read(name):
    with open(os.path.join(records, name)) as f:
        return json.load(f)


def npy(raw):
    """Shape and elements (bytes) of an .npy file."""
    size = int.from_bytes(raw[8:10], "little")
    header = eval(raw[10:10 + size], {})  # a literal, in files that are ours
    return header["shape"], header["descr"], raw[10 + size:]


class Case:
    """A configuration of the records, with its images."""

    def __init__(self, name):
        self.name, self.record = name, read(name + ".json")
        network = self.record["network"]
        folder = "golden/adc" if network.startswith("misc") else "mlperf_tiny"
        self.config = dict(self.record["config"], network=os.path.join(data, folder, network))
        self.cfg = os.path.join(work, name + ".json")
        self.images = os.path.join(work, name + ".npy")
        with open(self.cfg, "w") as f:
            json.dump(self.config, f)
        if network.startswith("misc"):
            self.images = os.path.join(data, "golden", "adc", "misc_x.npy")
        else:
            cifar.convert(os.path.join(data, "cifar10", "test_first1000.bin.xz"), self.record["images"], self.images)

    def calibrate(self, *options, images=None):
        """The report, and the configuration that was written."""
        out, report = os.path.join(work, "out.json"), os.path.join(work, "report.json")
        images = str(images or self.record["images"])
        subprocess.run([xbgen, "calibrate", "--arch", self.cfg, "--input", self.images, "-n", images,
                        "-o", out, "--report", report, *options],
                       check=True, stdout=subprocess.DEVNULL)
        with open(out) as f, open(report) as g:
            return json.load(g), json.load(f)


def figures(case, report):
    """What does not depend on the search."""
    for layer in report["layers"]:
        want = case.record["layers"][layer["name"]]
        check(f"{case.name} {layer['name']}: conversions, spread, bits", all(
            layer[k] == want[w] for k, w in
            [("conversions", "conversions"), ("min", "min"), ("max", "max"), ("imax", "imax"),
             ("lossless_bits", "lossless_bits")]) and all(
            abs(layer[k] - want[k]) < 2e-9 for k in ("mean", "sigma", "zero_share")))


def histograms(case, folder):
    with zipfile.ZipFile(os.path.join(records, case.name + ".hist.npz")) as archive:
        for name in case.record["layers"]:
            shape, descr, body = npy(archive.read(name + ".npy"))
            with open(os.path.join(folder, name + ".npy"), "rb") as f:
                have = npy(f.read())
            sha = hashlib.sha256(body).hexdigest()
            check(f"{case.name} {name}: histogram", have == (shape, descr, body) and
                  sha == case.record["histogram_sha256"][name])


def chosen(layer):
    return {k: layer[k] for k in ("delta", "lo", "error")}


def wanted(search):
    return {"delta": search["delta"], "lo": search["lo"], "error": search["E"]}


def searches(case, bits, criterion, report):
    for layer in report["layers"]:
        record = case.record["layers"][layer["name"]]["bits"][bits]
        want = record[criterion]
        same = chosen(layer) == wanted(want)
        if "clipped" in want:
            same &= layer["clipped"] == want["clipped"]
            same &= abs(layer["mean_error"] - want["mse"]) < 2e-9
        if criterion == "squared" and "full" in record:
            same &= layer["full"] == wanted(record["full"])
        check(f"{case.name} {layer['name']}: {bits} bits, {criterion}", same)
    check(f"{case.name}: {bits} bits, {criterion}, all layers",
          report["error"] == sum(layer["error"] for layer in report["layers"]))


OPTIONS = {"squared": [], "absolute": ["--criterion", "absolute"],
           "squared_plane": ["--weight", "plane"], "squared_pow2": ["--power-of-two"]}


def written(case, bits, report, cfg):
    """Every key of the given file, and the ranges of the report."""
    layers = cfg["adc"].pop("layers")
    check(f"{case.name}: {bits} bits, the configuration", cfg == case.config and layers == {
        layer["name"]: {"bits": layer["bits"], "range": {"delta": layer["delta"], "lo": layer["lo"]}}
        for layer in report["layers"]})


def network_wide(case, bits, per_layer):
    report, _ = case.calibrate("--bits", bits, "--scope", "network")
    want = case.record["network_wide_squared"][bits]
    check(f"{case.name}: {bits} bits, network-wide",
          all(layer["delta"] == want["delta"] and layer["lo"] == want["lo"]
              for layer in report["layers"]) and report["error"] == want["E"])
    for own, shared in zip(per_layer["layers"], report["layers"]):
        check(f"{case.name} {own['name']}: {bits} bits, no worse than the network's range, or the full one",
              own["error"] <= shared["error"] and own["error"] <= own["full"]["error"])


def nested(case, lossless):
    """Another bit never makes it worse, and lossless bits have no error."""
    before = None
    for bits in range(2, lossless + 1):
        report, _ = case.calibrate("--bits", str(bits), images=8)
        now = {layer["name"]: layer["error"] for layer in report["layers"]}
        check(f"{case.name}: {bits} bits are no worse than fewer",
              before is None or all(now[name] <= before[name] for name in now))
        check(f"{case.name}: no error at the lossless bits",
              all(layer["error"] == 0 for layer in report["layers"] if bits >= layer["lossless_bits"]))
        before = now


def searched(name):
    case = Case(name)
    folder = os.path.join(work, name)
    for bits in list(next(iter(case.record["layers"].values()))["bits"])[:1 if quick else None]:
        for criterion, options in list(OPTIONS.items())[:1 if quick else None]:
            report, cfg = case.calibrate("--bits", bits, "--histograms", folder, *options)
            searches(case, bits, criterion, report)
            if criterion == "squared":
                per_layer = report
                written(case, bits, report, cfg)
                figures(case, report)
                histograms(case, folder)
        network_wide(case, bits, per_layer)
    if not quick:
        nested(case, 9)


def budget(name):
    case = Case(name)
    record = case.record
    report, cfg = case.calibrate("--budget", f"{record['percent']}%")
    spent = report["budget"]
    check(f"{name}: losses allowed", spent["allowed"] == record["allowed_losses"])
    check(f"{name}: bits at the start", spent["start"] == record["start"])
    check(f"{name}: steps", spent["steps"] == record["steps"])
    check(f"{name}: evaluations", spent["evaluations"] == record["evaluations"])
    check(f"{name}: agreement", report["agreement"] == record["agreement"])
    check(f"{name}: ranges", cfg["adc"]["layers"] == {
        layer: {"bits": f["bits"], "range": {"delta": f["delta"], "lo": f["lo"]}}
        for layer, f in record["final"].items()})
    runs(case, record["agreement"])


def classes(cfg, case):
    out = os.path.join(work, "y.npy")
    subprocess.run([xbgen, "golden", "--arch", cfg, "--input", case.images, "-n",
                    str(case.record["images"]), "-o", out], check=True, stdout=subprocess.DEVNULL)
    with open(out, "rb") as f:
        shape, _, body = npy(f.read())
    each = len(body) // shape[0]
    rows = [[(v ^ 0x80) for v in body[i * each:(i + 1) * each]] for i in range(shape[0])]
    return [row.index(max(row)) for row in rows]


def runs(case, agreement):
    """The golden model keeps as many classes with the written configuration as was said."""
    lossless = classes(case.cfg, case)
    now = classes(os.path.join(work, "out.json"), case)
    check(f"{case.name}: the golden model runs the result",
          sum(a == b for a, b in zip(lossless, now)) == agreement)


budget("budget10_misc_b2_digital")
searched("resnet8_b1_analog")
if not quick:
    searched("resnet8_b2_digital")
    budget("budget10_resnet8_b1_analog")
