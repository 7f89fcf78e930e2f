# SPDX-License-Identifier: Apache-2.0
"""Train a binary network for Fashion-MNIST: unsplit, split as it is, split and retrained.

Weights and activations are -1 and +1, the input has 8 bits. Run by hand, see README.md.
"""

from lowbit import Format
from run import Run

SPECS = [
    {"op": "conv", "filters": 32, "kernel": 5, "stride": 2, "padding": [1, 1, 2, 2]},
    {"op": "conv", "filters": 32, "kernel": 3, "padding": [1, 1, 1, 1], "pool": 2},
    {"op": "conv", "filters": 64, "kernel": 3, "padding": [1, 1, 1, 1]},
    {"op": "fc", "filters": 10, "last": True},
]
SPLIT = (1, 2)      # conv2 and conv3: 288 rows, 3 blocks of 96


def main():
    run = Run("binary", __doc__.split("\n")[0], Format(weight_bits=1, act_bits=1, input_bits=8),
              dac_bits=1, specs=SPECS, merge="majority")
    net = run.baseline(epochs=12, rate=1e-2)
    run.write("baseline", net)
    net = run.copy_split(net, SPLIT)
    run.write("split_copied", net)
    run.write("split", run.train("split", net, epochs=8, rate=5e-3))
    run.finish()


if __name__ == "__main__":
    main()
