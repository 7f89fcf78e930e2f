# SPDX-License-Identifier: Apache-2.0
"""Low-bit networks in integers: folding, files, evaluation, converter ranges.

Needs NumPy only. A network is a dictionary like xbgen's JSON with arrays in
place of file names; what it computes is what `xbgen golden` computes.
"""

import json
import math
import os

import numpy as np

ALWAYS, NEVER = -2 ** 31, 2 ** 31 - 1
ARRAYS = ("weights", "bias", "thresholds", "gain_sign")


# ---------------------------------------------------------------- mapping

def fill(rows, size):
    """Row tiles of an unsplit layer: filled one after the other."""
    return [(r, min(r + size, rows)) for r in range(0, rows, size)]


def groups(rows, size):
    """How many blocks a split layer has: the least number of equal ones that fit."""
    blocks = -(-rows // size)
    while rows % blocks:
        blocks += 1
    return blocks


def split(rows, blocks):
    """The rows of each of `blocks` equal blocks."""
    return [(g * rows // blocks, (g + 1) * rows // blocks) for g in range(blocks)]


def average(blocks):
    """Multiplier and shift of the mean over `blocks` codes."""
    return (2 ** 17 // blocks + 1) // 2, 16


# ---------------------------------------------------------------- folding

def fold(gamma, beta, mean, var, eps, edges):
    """Thresholds of an activation that rises where gamma*(acc-mean)/sqrt(var+eps) + beta
    reaches an edge: y = #{k : sign*acc >= T[k]}, T int32 [channels, edges]."""
    gamma, beta, mean, var = (np.asarray(v, np.float64) for v in (gamma, beta, mean, var))
    sign = np.where(gamma < 0, -1, 1).astype(np.int8)
    edges = np.asarray(edges, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = mean[:, None] + (edges - beta[:, None]) * (np.sqrt(var + eps) / gamma)[:, None]
        limit = np.ceil(sign[:, None] * at)     # acc <= at is -acc >= -at
    limit = np.clip(limit, ALWAYS + 1, NEVER - 1)
    constant = np.where(beta[:, None] >= edges, ALWAYS, NEVER)
    return sign, np.where(gamma[:, None] == 0, constant, limit).astype(np.int32)


# ---------------------------------------------------------------- files

def write(net, folder, name):
    """Write NAME.json and NAME.<layer>.<array>.npy; return the path of the JSON."""
    layers = []
    for label, layer in zip(names(net), net["layers"]):
        def plain(table):
            out = {}
            for key, value in table.items():
                if key in ARRAYS:
                    file = "%s.%s.%s.npy" % (name, label, key)
                    np.save(os.path.join(folder, file), value)
                    value = file
                out[key] = plain(value) if isinstance(value, dict) else value
            return out
        layers.append(plain(layer))
    return write_json(os.path.join(folder, name + ".json"), {
        "$schema": "xbgen-net-1.schema.json", "name": name, "input": net["input"],
        "layers": layers})


def write_json(path, value):
    """JSON with innermost tables and lists on one line."""
    def text(v, indent):
        if isinstance(v, dict) and any(isinstance(x, (dict, list)) and x for x in v.values()):
            inner = ",\n".join("%s  %s: %s" % (indent, json.dumps(k), text(x, indent + "  "))
                               for k, x in v.items())
            return "{\n%s\n%s}" % (inner, indent)
        if isinstance(v, list) and any(isinstance(x, dict) for x in v):
            inner = ",\n".join(indent + "  " + text(x, indent + "  ") for x in v)
            return "[\n%s\n%s]" % (inner, indent)
        return json.dumps(v)
    with open(path, "w") as f:
        f.write(text(value, "") + "\n")
    return path


def read(path):
    """The network of a JSON file, arrays loaded."""
    folder = os.path.dirname(path)

    def load(table):
        return {k: np.load(os.path.join(folder, v)) if k in ARRAYS else
                load(v) if isinstance(v, dict) else v for k, v in table.items()}
    with open(path) as f:
        net = json.load(f)
    return dict(net, layers=[load(layer) for layer in net["layers"]])


def names(net):
    """<op><n>, n from 1 per op."""
    ops = [layer["op"] for layer in net["layers"]]
    return ["%s%d" % (op, ops[:i + 1].count(op)) for i, op in enumerate(ops)]


# ---------------------------------------------------------------- evaluation

def convert(x, bits, delta, lo):
    """The value that a converter reports for integers x."""
    code = (x - (lo * delta - delta // 2)) // delta
    return (np.clip(code, 0, 2 ** bits - 1) + lo) * delta


def im2col(codes, layer, pad):
    """Rows of the layer's crossbars, channel-major: float32 [images, Ho, Wo, rows]."""
    if layer["op"] == "fc":
        return codes.reshape(len(codes), 1, 1, -1).astype(np.float32)
    top, left, bottom, right = layer.get("padding", [0, 0, 0, 0])
    k, stride = layer["kernel"], layer.get("stride", 1)
    x = np.pad(codes, ((0, 0), (top, bottom), (left, right), (0, 0)), constant_values=pad)
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), (1, 2))[:, ::stride, ::stride]
    return windows.reshape(*windows.shape[:3], -1).astype(np.float32)


def matrix(layer):
    """Weights float32 [rows, filters], rows channel-major."""
    w = layer["weights"]
    if layer["op"] == "conv":
        w = w.transpose(0, 3, 1, 2)
    return w.reshape(len(w), -1).T.astype(np.float32)


def dot(x, w):
    """Integers through float32, where sums below 2^24 are exact."""
    return (x @ w).astype(np.int64)


def pool(acc, layer):
    k = layer.get("pool", {}).get("kernel", 1)
    n, h, w, c = acc.shape
    acc = acc[:, :h // k * k, :w // k * k]
    return acc.reshape(n, h // k, k, w // k, k, c).max((2, 4))


def steps(acc, sign, limits):
    """#{k : sign*acc >= T[k]}"""
    acc = acc * sign
    return sum((acc >= limits[:, k]).astype(np.int64) for k in range(limits.shape[1]))


def merge(h, blocks, bits):
    """One code out of those of the blocks, h [blocks, ...]."""
    total = h.sum(0)
    if blocks["merge"] == "majority":
        return (2 * total >= len(h)).astype(np.int64)
    avg = blocks["avg"]
    half = 2 ** (avg["shift"] - 1) if avg["shift"] else 0
    return np.clip((avg["multiplier"] * total + half) >> avg["shift"], 0, 2 ** bits - 1)


def run(net, codes, rows=128, dac_bits=None, adc=None, histograms=None):
    """int32 results of input codes [N,H,W,C].

    adc: {layer: (bits, delta, lo)} of converters that lose something;
    histograms: a dictionary that gets {layer: {value: count}} of partial sums."""
    bits, bipolar = net["input"]["bits"], False
    x = codes
    for label, layer in zip(names(net), net["layers"]):
        w = matrix(layer)
        patches = im2col(x, layer, 0)

        def block_sum(part, first, end):
            s = dot(part[..., first:end], w[first:end])
            return 2 * s - w[first:end].sum(0).astype(np.int64) if bipolar else s

        blocks = layer.get("blocks")
        if blocks:
            limits = blocks["thresholds"]
            cut = split(len(w), len(limits))
            sums = [pool(block_sum(patches, a, b), layer) for a, b in cut]
            sign = blocks.get("gain_sign", np.ones(limits.shape[:2], np.int8))
            bits = int(limits.shape[2]).bit_length()
            x = merge(np.stack([steps(s, sign[g], limits[g]) for g, s in enumerate(sums)]),
                      blocks, bits)
            bipolar = blocks["merge"] == "majority"
            continue
        sign = layer.get("gain_sign", 1)
        if adc or histograms is not None:
            turned = w * sign       # where the gain is negative, plus and minus change places
            acc = mapped(patches, turned, bits, rows, dac_bits, (adc or {}).get(label),
                         None if histograms is None else histograms.setdefault(label, {}))
            if bipolar:
                acc = 2 * acc - turned.sum(0).astype(np.int64)
            acc = acc * sign
        else:
            acc = block_sum(patches, 0, len(w))
        acc = acc + layer.get("bias", 0)
        if layer["output"]["bits"] == 32:
            return acc.reshape(len(acc), -1).astype(np.int32)
        x = steps(pool(acc, layer), sign, layer["thresholds"])
        bits, bipolar = layer["output"]["bits"], layer["output"]["signed"]
    raise ValueError("the last layer must give its sums")


def mapped(patches, w, bits, rows, dac_bits, adc, histogram):
    """Sum over row tiles and input planes, each through its converter (one slice, analog)."""
    total = 0
    for k in range(0, bits, dac_bits):
        plane = np.floor(patches / 2 ** k) % 2 ** min(dac_bits, bits - k)
        for first, end in fill(len(w), rows):
            part = dot(plane[..., first:end], w[first:end])
            if histogram is not None:
                for v, n in zip(*np.unique(part, return_counts=True)):
                    histogram[int(v)] = histogram.get(int(v), 0) + int(n)
            total = total + (convert(part, *adc) if adc else part) * 2 ** k
    return total


def correct(net, codes, labels, **mapping):
    """How many images get their class (the first of equal results)."""
    return sum(int((run(net, codes[i:i + 250], **mapping).argmax(1) == labels[i:i + 250]).sum())
               for i in range(0, len(codes), 250))


def wilson(hits, n):
    """The 95 % interval of a share, in per cent."""
    z, p = 1.959964, hits / n
    mid, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return 100 * (mid - half) / (1 + z * z / n), 100 * (mid + half) / (1 + z * z / n)


# ---------------------------------------------------------------- converter ranges

def search(histogram, imax, bits):
    """(bits, delta, lo) of least squared error over a histogram, every candidate tried.

    Ties: the least delta, then the lo nearest the middle, then the larger one."""
    v = np.array(sorted(histogram), np.int64)
    n = np.array([histogram[int(x)] for x in v], np.int64)
    best = None
    for delta in range(1, imax + 1):
        for lo in range(0, -2 ** bits, -1):
            error = int((n * (v - convert(v, bits, delta, lo)) ** 2).sum())
            key = (error, delta, abs(lo + 2 ** (bits - 1)), -lo)
            if best is None or key < best:
                best = key
    return bits, best[1], -best[3]


def ranges(net, codes, bits, rows, dac_bits, adc=None):
    """{layer: (bits, delta, lo)} searched on the partial sums of these images."""
    histograms, out = {}, {}
    for i in range(0, len(codes), 100):
        run(net, codes[i:i + 100], rows, dac_bits, adc, histograms)
    for label, layer in zip(names(net), net["layers"]):
        together = min(rows, len(matrix(layer)))
        out[label] = search(histograms[label], together * (2 ** dac_bits - 1), bits)
    return out
