# SPDX-License-Identifier: Apache-2.0
"""Low-bit networks in PyTorch: data, quantizers, layers and the training loop.

What is trained is what a crossbar computes: weights and activations are small
integers in the forward pass, a layer is a row of crossbar tiles or of blocks,
and only batch normalization is left in floating point. integer.py folds that
into integer thresholds and writes the network.
"""

import copy
import gzip
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import integer

DATA = "/usr/share/datasets/fashion-mnist"
HELD_OUT = 5000      # the last training images: watched, never trained on
CALIBRATION = 5000   # the first training images: statistics of batch normalization
BATCH = 100


# ---------------------------------------------------------------- data

def read_idx(path, ndim):
    with gzip.open(path, "rb") as f:
        raw = f.read()
    if raw[:4] != bytes([0, 0, 8, ndim]):
        raise SystemExit("%s: not an IDX file of bytes in %d dimensions" % (path, ndim))
    dims = np.frombuffer(raw, ">u4", ndim, 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * ndim).reshape(dims)


def load(folder, part, bits):
    """Input codes of `bits` bits, uint8 [N,28,28,1], and labels."""
    images = read_idx(os.path.join(folder, part + "-images-idx3-ubyte.gz"), 3)
    labels = read_idx(os.path.join(folder, part + "-labels-idx1-ubyte.gz"), 1)
    return images[..., None] >> (8 - bits), labels


def tensor(codes):
    """NHWC codes as an NCHW float tensor that still lies in memory as NHWC."""
    return torch.from_numpy(codes.astype(np.float32)).permute(0, 3, 1, 2)


# ---------------------------------------------------------------- quantizers

class Sign(torch.autograd.Function):
    """+1 from 0 up, else -1; the gradient passes where |x| <= 1."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x >= 0).to(x.dtype) * 2 - 1

    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return grad * (x.abs() <= 1)


class Steps(torch.autograd.Function):
    """floor(x + 1/2) clamped to low..high; the gradient passes inside."""

    @staticmethod
    def forward(ctx, x, low, high):
        ctx.save_for_backward((x >= low - 0.5) & (x < high + 0.5))
        return torch.floor(x + 0.5).clamp_(low, high)

    @staticmethod
    def backward(ctx, grad):
        inside, = ctx.saved_tensors
        return grad * inside, None, None


class Convert(torch.autograd.Function):
    """The converter of a partial sum; the gradient passes where nothing clips."""

    @staticmethod
    def forward(ctx, x, bits, delta, lo):
        code = torch.floor((x - (lo * delta - delta // 2)) / delta)
        ctx.save_for_backward((code >= 0) & (code < 2 ** bits))
        return (code.clamp_(0, 2 ** bits - 1) + lo) * delta

    @staticmethod
    def backward(ctx, grad):
        inside, = ctx.saved_tensors
        return grad * inside, None, None, None


class Average(torch.autograd.Function):
    """(M * sum over blocks + half) >> q; the gradient is that of the mean."""

    @staticmethod
    def forward(ctx, h, multiplier, shift):
        ctx.shape = h.shape
        half = 2 ** (shift - 1) if shift else 0
        return torch.floor((h.sum(1) * multiplier + half) / 2 ** shift)

    @staticmethod
    def backward(ctx, grad):
        return (grad / ctx.shape[1]).unsqueeze(1).expand(ctx.shape), None, None


class Majority(torch.autograd.Function):
    """Sign of the sum over blocks, ties up; the gradient is that of the mean."""

    @staticmethod
    def forward(ctx, h):
        ctx.shape = h.shape
        return (h.sum(1) >= 0).to(h.dtype) * 2 - 1

    @staticmethod
    def backward(ctx, grad):
        return (grad / ctx.shape[1]).unsqueeze(1).expand(ctx.shape)


# ---------------------------------------------------------------- layers

class Format:
    """How many bits weights and activations have.

    weight_bits 1: -1 and +1; else -(2^(w-1)-1)..2^(w-1)-1.
    act_bits 1: -1 and +1 (bipolar); else 0..2^a-1."""

    def __init__(self, weight_bits, act_bits, input_bits):
        self.weight_bits, self.act_bits, self.input_bits = weight_bits, act_bits, input_bits
        self.levels = 1 if weight_bits == 1 else 2 ** (weight_bits - 1) - 1

    def weights(self, latent):
        if self.weight_bits == 1:
            return Sign.apply(latent)
        return Steps.apply(latent * self.levels, -self.levels, self.levels)

    def activation(self, x):
        if self.act_bits == 1:
            return Sign.apply(x)
        return Steps.apply(x, 0, 2 ** self.act_bits - 1)

    def input_planes(self, x, bits, dac_bits):
        """The planes of an input of `bits` bits, each with its weight."""
        if bits <= dac_bits:
            return [(x, 1)]
        return [(torch.remainder(torch.floor(x / 2 ** k), 2 ** min(dac_bits, bits - k)), 2 ** k)
                for k in range(0, bits, dac_bits)]


class Layer(nn.Module):
    """A convolution or fully connected layer on crossbars.

    `tiles`: cuts of the im2col rows (channel-major; NHWC for fc). With `merge`
    every tile is a block that finishes its own neuron; with `adc` (bits, delta,
    lo) the sum of every tile and input plane passes a converter; else the
    tiles make no difference and there is one."""

    def __init__(self, spec, in_channels, in_bits, signed_in, fmt):
        super().__init__()
        self.spec, self.fmt, self.in_bits, self.signed_in = spec, fmt, in_bits, signed_in
        k = spec.get("kernel", 1)
        self.rows = in_channels * k * k
        shape = (spec["filters"], in_channels, k, k)
        self.latent = nn.Parameter(torch.empty(shape).uniform_(-1, 1) * spec.get("init", 0.5))
        self.merge, self.adc, self.tiles, self.dac_bits = None, None, None, None
        self.last = spec.get("last", False)
        if self.last:
            self.gain = nn.Parameter(torch.zeros(()))
            self.bias = nn.Parameter(torch.zeros(spec["filters"]))
        else:
            self.norm = self.new_norm(1)

    def new_norm(self, blocks):
        norm = nn.BatchNorm2d(blocks * self.spec["filters"])
        if self.fmt.act_bits > 1:   # start in the middle of the activation's range
            nn.init.constant_(norm.bias, (2 ** self.fmt.act_bits - 1) / 4)
        return norm

    def pad(self, x):
        top, left, bottom, right = self.spec.get("padding", [0, 0, 0, 0])
        if not (top or left or bottom or right):
            return x
        return F.pad(x, (left, right, top, bottom), value=-1.0 if self.signed_in else 0.0)

    def partial(self, x, w, first, end):
        """Sum over im2col rows first..end-1."""
        taps = w.shape[2] * w.shape[3]
        c0, c1 = first // taps, -(-end // taps)
        part = w[:, c0:c1]
        if first % taps or end % taps:
            row = torch.arange(c0 * taps, c1 * taps)
            mask = ((row >= first) & (row < end)).to(w.dtype).view(1, c1 - c0, *w.shape[2:])
            part = part * mask
        part = part.contiguous(memory_format=torch.channels_last)
        return F.conv2d(x[:, c0:c1], part, stride=self.spec.get("stride", 1))

    def sums(self, x, w):
        if self.adc is None:
            return self.partial(x, w, 0, self.rows)
        total, sign = 0, 1
        if not self.last:       # where the gain is negative, plus and minus change places
            sign = torch.where(self.norm.weight.detach() < 0, -1.0, 1.0).view(-1, 1, 1, 1)
            w, sign = w * sign, sign.view(1, -1, 1, 1)
        for plane, weight in self.fmt.input_planes(x, self.in_bits, self.dac_bits):
            for first, end in self.tiles:
                part = self.partial(plane, w, first, end)
                total = total + weight * Convert.apply(part, *self.adc)
        return total * sign

    def forward(self, x):
        w = self.fmt.weights(self.latent)
        if self.spec["op"] == "fc":   # NHWC order: the tensor lies so already
            x = x.permute(0, 2, 3, 1).reshape(len(x), -1, 1, 1)
        x = self.pad(x)
        if self.merge:
            acc = torch.cat([self.partial(x, w, a, b) for a, b in self.tiles], 1)
        else:
            acc = self.sums(x, w)
        if self.last:
            return acc.flatten(1) * (torch.exp(self.gain) / math.sqrt(self.rows)) + self.bias
        if self.spec.get("pool"):
            acc = F.max_pool2d(acc, self.spec["pool"])
        h = self.fmt.activation(self.norm(acc))
        if not self.merge:
            return h
        h = h.view(len(h), len(self.tiles), -1, *h.shape[2:])
        if self.merge == "majority":
            return Majority.apply(h)
        return Average.apply(h, *integer.average(len(self.tiles)))


class Network(nn.Module):
    def __init__(self, specs, fmt):
        super().__init__()
        self.fmt, self.layers = fmt, nn.ModuleList()
        size, channels, bits, signed = 28, 1, fmt.input_bits, False
        for spec in specs:
            if spec["op"] == "fc":
                size, channels = 1, size * size * channels
            self.layers.append(Layer(spec, channels, bits, signed, fmt))
            if spec["op"] == "conv":
                top, _, bottom, _ = spec.get("padding", [0, 0, 0, 0])
                size = (size + top + bottom - spec["kernel"]) // spec.get("stride", 1) + 1
                size //= spec.get("pool", 1)
            channels, bits, signed = spec["filters"], fmt.act_bits, fmt.act_bits == 1

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


# ---------------------------------------------------------------- training

def accuracy(net, codes, labels):
    net.eval()
    with torch.no_grad():
        hits = sum(int((net(tensor(codes[i:i + 500])).argmax(1).numpy() == labels[i:i + 500]).sum())
                   for i in range(0, len(codes), 500))
    return 100 * hits / len(codes)


def train(net, codes, labels, epochs, rate, seed, note="", each_epoch=None, limit=None):
    """Adam, the rate rising for a tenth of the time and then falling as a cosine."""
    rng = np.random.default_rng(seed)
    fit_x, fit_y = codes[:-HELD_OUT][:limit], labels[:-HELD_OUT][:limit].astype(np.int64)
    steps = len(fit_x) // BATCH * epochs
    opt = torch.optim.Adam(net.parameters(), lr=rate)
    plan = torch.optim.lr_scheduler.LambdaLR(opt, lambda s: min(
        (s + 1) / (0.1 * steps), 0.5 + 0.5 * math.cos(math.pi * s / steps)))
    for epoch in range(epochs):
        start, loss_sum = (time.time(), time.process_time()), 0.0
        if each_epoch:
            each_epoch(epoch)
        net.train()
        order = rng.permutation(len(fit_x))
        for i in range(0, len(order) - BATCH + 1, BATCH):
            pick = order[i:i + BATCH]
            loss = F.cross_entropy(net(tensor(fit_x[pick])), torch.from_numpy(fit_y[pick]))
            opt.zero_grad(set_to_none=True)
            loss.backward()
            opt.step()
            plan.step()
            with torch.no_grad():
                for layer in net.layers:
                    layer.latent.clamp_(-1, 1)
            loss_sum += loss.item()
        print("%s epoch %d: loss %.4f, watched %.2f %%, %.0f s, %.0f s of processor" % (
            note, epoch + 1, loss_sum * BATCH / len(order),
            accuracy(net, codes[-HELD_OUT:], labels[-HELD_OUT:]), time.time() - start[0],
            time.process_time() - start[1]), flush=True)


def measure(net, codes, layers=None):
    """Estimate the statistics of batch normalization, one layer after the other."""
    net.eval()
    for layer in layers or net.layers[:-1]:
        norm, momentum = layer.norm, layer.norm.momentum
        norm.reset_running_stats()
        norm.momentum = None           # a plain mean over the batches
        norm.train()
        with torch.no_grad():
            for i in range(0, CALIBRATION, 500):
                net(tensor(codes[i:i + 500]))
        norm.momentum = momentum
        norm.eval()


# ---------------------------------------------------------------- split and converters

def split(net, which, merge, rows, codes, scaled):
    """Copy `net` with layers cut into blocks, block by block.

    Every block keeps the weights of its rows. Its thresholds lie around the mean of
    its own sums; their spacing follows from the spread of its sums or, `scaled`, is
    that of the unsplit layer divided by the number of blocks."""
    net = copy.deepcopy(net)
    for i in which:
        layer = net.layers[i]
        old, layer.merge, layer.tiles = layer.norm, merge, integer.split(
            layer.rows, integer.groups(layer.rows, rows))
        n = len(layer.tiles)
        layer.norm = layer.new_norm(n)
        with torch.no_grad():
            layer.norm.weight.copy_(old.weight.repeat(n))
            layer.norm.bias.copy_(old.bias.repeat(n))
            measure(net, codes, [layer])
            if scaled:
                spread = torch.sqrt((layer.norm.running_var + layer.norm.eps) /
                                    (old.running_var + old.eps).repeat(n))
                layer.norm.weight.mul_(n * spread)
    return net


def set_converters(net, adc, rows, dac_bits):
    """Let the partial sums of every layer pass converters."""
    for layer, setting in zip(net.layers, adc.values()):
        layer.adc, layer.dac_bits = setting, dac_bits
        layer.tiles = integer.fill(layer.rows, rows)


def to_integer(net):
    """The network in integers, as integer.py takes it."""
    layers = []
    for layer in net.layers:
        spec, fmt = layer.spec, net.fmt
        w = fmt.weights(layer.latent.detach()).numpy().astype(np.int8)
        out = {"op": spec["op"]}
        if spec["op"] == "conv":
            out.update({k: spec[k] for k in ("kernel", "stride", "padding") if k in spec})
            w = w.transpose(0, 2, 3, 1)
        else:
            w = w.reshape(len(w), -1)
        if spec.get("pool"):
            out["pool"] = {"kernel": spec["pool"]}
        out.update(filters=len(w), weight_bits=fmt.weight_bits, weights=np.ascontiguousarray(w))
        if layer.last:
            scale = math.sqrt(layer.rows) / math.exp(layer.gain.item())
            out["bias"] = np.rint(layer.bias.detach().numpy() * scale).astype(np.int32)
            out["output"] = {"bits": 32}
        else:
            out.update(activation(layer, fmt))
        layers.append(out)
    return {"input": {"shape": [28, 28, 1], "bits": net.fmt.input_bits, "signed": False},
            "layers": layers}


def activation(layer, fmt):
    """Thresholds of a layer, or of its blocks."""
    norm = layer.norm
    edges = [0.0] if fmt.act_bits == 1 else [k - 0.5 for k in range(1, 2 ** fmt.act_bits)]
    sign, limits = integer.fold(norm.weight.detach().numpy(), norm.bias.detach().numpy(),
                                norm.running_mean.numpy(), norm.running_var.numpy(),
                                norm.eps, edges)
    if not layer.merge:
        return {"gain_sign": sign, "thresholds": limits,
                "output": {"bits": fmt.act_bits, "signed": fmt.act_bits == 1}}
    n = len(layer.tiles)
    blocks = {"merge": layer.merge, "thresholds": limits.reshape(n, -1, len(edges)),
              "gain_sign": sign.reshape(n, -1)}
    if layer.merge == "avg":
        multiplier, shift = integer.average(n)
        blocks["avg"] = {"multiplier": multiplier, "shift": shift}
    return {"blocks": blocks}
