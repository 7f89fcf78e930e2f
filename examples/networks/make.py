#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the networks of this folder: ResNets and VGGs with weights from a seed, and a cfg.json for each.

    make.py [DIR]

Only the standard library. <name>.json is the network, <name>.cfg.json puts it on crossbars of 128 x 128 cells of 2
bits with offset encoding: four columns a weight. `_main` networks are the chain of 3 x 3 (7 x 7) convolutions, the
pool and the fully connected layer of a ResNet, without its shortcuts and additions.
"""

import json
import sys
from pathlib import Path

CFG = {"crossbar": {"rows": 128, "cols": 128, "cell_bits": 2, "encoding": "offset"}}


class Network:
    def __init__(self, shape, seed):
        self.shape, self.seed, self.layers = shape, seed, []

    def add(self, op, **keys):
        """Appends a layer and gives its name."""
        self.layers.append({"op": op, **keys})
        return "%s%d" % (op, sum(layer["op"] == op for layer in self.layers))

    def conv(self, filters, kernel=3, stride=1, padding="same", relu=True, **keys):
        keys = {"filters": filters, "kernel": kernel, "stride": stride, "padding": padding, **keys}
        keys = {key: value for key, value in keys.items() if (key, value) != ("stride", 1)}
        return self.add("conv", **keys, weights={"seed": self.seed}, **({"activation": "relu"} if relu else {}))

    def fc(self, filters, relu=False):
        self.add("fc", filters=filters, weights={"seed": self.seed}, **({"activation": "relu"} if relu else {}))

    def text(self):
        head = '{\n  "$schema": "xbgen-net-1.schema.json",\n  "input": %s,\n  "layers": [\n    ' % json.dumps(
            {"shape": self.shape})
        return head + ",\n    ".join(json.dumps(layer) for layer in self.layers) + "\n  ]\n}\n"


def resnet(stages, image, classes, has_shortcuts, is_small, pads_before):
    """stages: (blocks, channels). is_small: for 32 x 32 images, so without stride and pool in front. pads_before: strided
    convolutions pad one pixel on every side, as PyTorch does; else as TensorFlow's SAME does, behind alone."""
    net = Network([image, image, 3], 1)
    if is_small:
        last = net.conv(stages[0][1])
    else:
        net.conv(stages[0][1], kernel=7, stride=2, padding=[3, 3, 3, 3])
        last = net.add("maxpool", kernel=3, stride=2, padding=[1, 1, 1, 1])
    channels = stages[0][1]
    for blocks, wide in stages:
        for block in range(blocks):
            stride = 1 if block > 0 or wide == channels else 2
            padding = [1, 1, 1, 1] if stride == 2 and pads_before else "same"
            start = last
            net.conv(wide, stride=stride, padding=padding)
            last = net.conv(wide, relu=not has_shortcuts)
            if has_shortcuts:
                if stride == 2:
                    start = net.conv(wide, kernel=1, stride=2, padding="valid", relu=False, **{"from": start})
                last = net.add("add", **{"from": [last, start]}, activation="relu")
            channels = wide
    net.add("avgpool", kernel=image // 2 ** (len(stages) - 1 + (0 if is_small else 2)))
    net.fc(classes)
    return net


def vgg(stages, image, hidden, classes):
    net = Network([image, image, 3], 1)
    for stage in stages:
        for channels in stage:
            net.conv(channels)
        net.add("maxpool", kernel=2)
    for neurons in hidden:
        net.fc(neurons, relu=True)
    net.fc(classes)
    return net


def networks():
    small = ((1, 16), (1, 32), (1, 64))
    cifar = ((3, 16), (3, 32), (3, 64))
    wide = (64, 128, 256, 512)
    eighteen = tuple(zip((2, 2, 2, 2), wide))
    thirty_four = tuple(zip((3, 4, 6, 3), wide))
    yield "resnet8", resnet(small, 32, 10, True, True, False)
    yield "resnet8_main", resnet(small, 32, 10, False, True, False)
    yield "resnet18", resnet(eighteen, 224, 1000, True, False, True)
    yield "resnet18_main", resnet(eighteen, 224, 1000, False, False, True)
    yield "resnet20_main", resnet(cifar, 32, 10, False, True, True)
    yield "resnet34", resnet(thirty_four, 224, 1000, True, False, True)
    yield "resnet34_main", resnet(thirty_four, 224, 1000, False, False, True)
    yield "vgg8", vgg([(128, 128), (256, 256), (512, 512)], 32, [1024], 10)
    yield "vgg13", vgg([(64, 64), (128, 128), (256, 256), (512, 512), (512, 512)], 224, [4096, 4096], 1000)
    yield "vgg16", vgg([(64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3], 224, [4096, 4096], 1000)


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, net in networks():
        (folder / (name + ".json")).write_text(net.text())
        (folder / (name + ".cfg.json")).write_text(json.dumps({"network": name + ".json", **CFG}, indent=2) + "\n")


if __name__ == "__main__":
    main()
