# SPDX-License-Identifier: Apache-2.0
"""Train a network of 2-bit weights and activations for Fashion-MNIST.

Unsplit, split as it is, split and retrained; then unsplit with converters of 3 and
2 bits at every partial sum, before and after retraining. Weights are -1, 0 and +1,
activations 0..3, the input has 4 bits. Run by hand, see README.md.
"""

import copy

import integer
import lowbit
from run import ROWS, Run

SPECS = [
    {"op": "conv", "filters": 32, "kernel": 5, "stride": 2, "padding": [1, 1, 2, 2]},
    {"op": "conv", "filters": 32, "kernel": 3, "padding": [1, 1, 1, 1], "pool": 2},
    {"op": "conv", "filters": 64, "kernel": 3, "padding": [1, 1, 1, 1]},
    {"op": "fc", "filters": 10, "last": True},
]
SPLIT = (1, 2)      # conv2 and conv3: 288 rows, 3 blocks of 96
SEARCHED = 500      # the first training images: histograms of partial sums


def converters(run, baseline, bits, epochs, rate):
    """Ranges searched for the baseline, then retraining with a second search on the way."""
    codes = run.codes[:SEARCHED]
    adc = integer.ranges(lowbit.to_integer(baseline), codes, bits, ROWS, run.dac_bits)
    run.write("baseline", None, "adc%d_before" % bits, adc)
    net = copy.deepcopy(baseline)
    lowbit.set_converters(net, adc, ROWS, run.dac_bits)
    lowbit.measure(net, run.codes)
    print("%d-bit converters, only normalization estimated anew: watched %.2f %%"
          % (bits, run.watched(net)), flush=True)

    def search_again(epoch):
        if epoch == epochs // 2:
            now = dict(zip(adc, (layer.adc for layer in net.layers)))
            again = integer.ranges(lowbit.to_integer(net), codes, bits, ROWS, run.dac_bits, now)
            print("ranges (bits, delta, lo)", now, "become", again, flush=True)
            lowbit.set_converters(net, again, ROWS, run.dac_bits)

    run.train("adc%d" % bits, net, epochs, rate, search_again)
    run.write("adc%d" % bits, net, adc=dict(zip(adc, (layer.adc for layer in net.layers))))


def main():
    run = Run("w2a2", __doc__.split("\n")[0],
              lowbit.Format(weight_bits=2, act_bits=2, input_bits=4),
              dac_bits=2, specs=SPECS, merge="avg")
    baseline = run.baseline(epochs=12, rate=1e-2)
    run.write("baseline", baseline)
    net = run.copy_split(baseline, SPLIT)
    run.write("split_copied", net)
    run.write("split", run.train("split", net, epochs=6, rate=5e-3))
    converters(run, baseline, 3, epochs=4, rate=5e-3)
    converters(run, baseline, 2, epochs=6, rate=5e-3)
    run.finish()


if __name__ == "__main__":
    main()
