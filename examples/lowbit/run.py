# SPDX-License-Identifier: Apache-2.0
"""What both training scripts do: options, stages that can be taken up again, files and results."""

import argparse
import os
import time

import torch

import integer
import lowbit

ROWS = 128
HERE = os.path.dirname(os.path.abspath(__file__))


class Run:
    def __init__(self, family, what, fmt, dac_bits, specs, merge):
        ap = argparse.ArgumentParser(description=what)
        ap.add_argument("--data", default=lowbit.DATA, metavar="DIR",
                        help="folder of the IDX .gz files (default %(default)s)")
        ap.add_argument("--out", default=os.path.join(HERE, family), metavar="DIR",
                        help="where networks and configurations go (default %(default)s)")
        ap.add_argument("--seed", type=int, default=1)
        ap.add_argument("--threads", type=int, default=2)
        ap.add_argument("--images", type=int, metavar="N",
                        help="train on the first N images only, for a quick trial")
        ap.add_argument("--states", metavar="DIR",
                        help="save each trained stage there, and go on from stages found there")
        self.args = ap.parse_args()
        self.start, self.table = time.time(), []
        self.fmt, self.dac_bits, self.specs, self.merge = fmt, dac_bits, specs, merge
        torch.set_num_threads(self.args.threads)
        torch.manual_seed(self.args.seed)
        os.makedirs(self.args.out, exist_ok=True)
        self.codes, self.labels = lowbit.load(self.args.data, "train", fmt.input_bits)

    def train(self, name, net, epochs, rate, each_epoch=None):
        """Train, unless an earlier run has saved the result."""
        path = self.args.states and os.path.join(self.args.states, name + ".pt")
        if path and os.path.exists(path):
            state = torch.load(path)
            for layer, adc in zip(net.layers, state["adc"]):
                layer.adc = adc
            net.load_state_dict(state["net"])
        else:
            lowbit.train(net, self.codes, self.labels, epochs, rate, self.args.seed, name,
                         each_epoch, self.args.images)
            if path:
                os.makedirs(self.args.states, exist_ok=True)
                torch.save({"net": net.state_dict(), "adc": [l.adc for l in net.layers]}, path)
        lowbit.measure(net, self.codes)
        return net

    def watched(self, net):
        return lowbit.accuracy(net, self.codes[-lowbit.HELD_OUT:], self.labels[-lowbit.HELD_OUT:])

    def baseline(self, epochs, rate):
        net = lowbit.Network(self.specs, self.fmt).to(memory_format=torch.channels_last)
        return self.train("baseline", net, epochs, rate)

    def copy_split(self, net, which):
        """The better of both ways to start, judged on watched images."""
        both = [lowbit.split(net, which, self.merge, ROWS, self.codes, scaled)
                for scaled in (False, True)]
        hits = [self.watched(n) for n in both]
        print("split without retraining, watched: spread measured %.2f %%, thresholds / G %.2f %%"
              % tuple(hits), flush=True)
        return both[hits[1] > hits[0]]

    def write(self, name, net, case=None, adc=None):
        """Write network and configuration, and count what they get right on test images."""
        case = case or name
        if net is not None:
            integer.write(lowbit.to_integer(net), self.args.out, name)
        path = os.path.join(self.args.out, name + ".json")
        network = integer.read(path)
        integer.write_json(os.path.join(self.args.out, case + ".cfg.json"),
                           self.configuration(name, case, network, adc))
        codes, labels = lowbit.load(self.args.data, "t10k", self.fmt.input_bits)
        hits = integer.correct(network, codes, labels, rows=ROWS, dac_bits=self.dac_bits, adc=adc)
        low, high = integer.wilson(hits, len(codes))
        self.table.append("%-18s %5d of %d   %.2f %%   %.2f .. %.2f %%"
                          % (case, hits, len(codes), 100 * hits / len(codes), low, high))
        print(self.table[-1], flush=True)
        return network

    def configuration(self, name, case, network, adc):
        """128 x 128 pairs of one slice, subtracted before the converter."""
        cell_bits = max(1, self.fmt.weight_bits - 1)
        full = ROWS * (2 ** self.dac_bits - 1) * (2 ** cell_bits - 1)
        cfg = {"name": case, "network": name + ".json",
               "crossbar": {"rows": ROWS, "cols": ROWS, "cell_bits": cell_bits,
                            "encoding": "differential"},
               "dac": {"bits": self.dac_bits},
               "adc": {"bits": full.bit_length() + 1, "range": "full", "subtract": "analog"}}
        if adc:
            cfg["adc"]["layers"] = {
                label: {"bits": bits, "range": {"delta": delta, "lo": lo}}
                for label, (bits, delta, lo) in adc.items()}
        split = [label for label, layer in zip(integer.names(network), network["layers"])
                 if "blocks" in layer]
        if split:
            cfg["mapping"] = {"layers": {label: {"split": "auto"} for label in split}}
        return cfg

    def finish(self):
        print("\n%d test images, intervals of 95 %% (Wilson):" % 10000)
        print("\n".join(self.table))
        print("%.0f s in all, %.0f s of processor, %d threads, PyTorch %s" % (
            time.time() - self.start, time.process_time(), self.args.threads, torch.__version__))
