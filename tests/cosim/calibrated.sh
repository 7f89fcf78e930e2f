#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Converters whose bits and ranges `calibrate` chose, through the RTL: ResNet-8 at 4, 5 and 6 bits, ranges from training images and 2
# others to run, and where the two budgets of golden/calibrate ended, with other bits in each layer. Every conversion is the golden
# model's, and what should occur is counted: conversions that clip, the codes of every layer. By day ResNet-8 runs at 4 bits.
. "$(dirname "$0")/common.sh"
. tests/cosim/counts.sh
begin calibrated
resnet=mlperf_tiny/pretrainedResnet_quant.tflite misc=golden/adc/misc.tflite

# Compilers take longer than 2 images do.
played() { # input images
    emit layer --level adc -n "$2" --input "$1" && build layer -O0 && play layer adc "$2" && planned && occurs layer clips
}

verdict() { # case why
    [ "$2" = equal ] && ok "$1: $(cat "$dir/layer.counts")" || failed "$1: $2"
    rm -rf "$dir/layer"
}

searched() { # BITS CELL_BITS SUBTRACT
    local dir=$work/bits$1 cfg
    mkdir -p "$dir" && cfg=$dir/found.json
    echo "{\"network\": \"$data/$resnet\", \"crossbar\": {\"rows\": 128, \"cols\": 128, \"cell_bits\": $2}, \"dac\": {\"bits\": 1},
        \"adc\": {\"subtract\": \"$3\"}}" >"$dir/given.json"
    verdict "ResNet-8 at $1 bits, $2 bits a cell, $3" "$(must images python3 tests/cifar.py "$data/$packed" 64 "$dir/x.npy" &&
        must calibrate "$XBGEN" calibrate --arch "$dir/given.json" --input "$dir/x.npy" --bits "$1" -o "$cfg" &&
        played "$data/golden/adc/resnet8_x.npy" 2 && echo equal)"
}

# The configuration of a record, with the ranges at its end.
final() { # record network
    python3 -c 'import json, sys
record = json.load(open(sys.argv[1]))
cfg = dict(record["config"], network=sys.argv[2])
cfg["adc"]["layers"] = {name: {"bits": f["bits"], "range": {"delta": f["delta"], "lo": f["lo"]}} for name, f in record["final"].items()}
json.dump(cfg, sys.stdout)' "$1" "$2"
}

budget() { # RECORD NETWORK INPUT IMAGES
    local dir=$work/$1 cfg
    mkdir -p "$dir" && cfg=$dir/final.json
    final "$data/golden/calibrate/$1.json" "$data/$2" >"$cfg"
    verdict "$1, final" "$(played "$data/golden/adc/$3" "$4" && echo equal)"
}

packed=cifar10/train_first4000.bin.xz
if has $packed $resnet golden/adc/resnet8_x.npy; then
    later searched 4 2 digital
    [ -z "${XB_NIGHTLY:-}" ] || for bits in "5 1 analog" "6 2 digital"; do later searched $bits; done
fi
if has golden/calibrate/README.md $misc $resnet golden/adc/resnet8_x.npy; then
    later budget budget10_misc_b2_digital $misc misc_x.npy 30
    [ -z "${XB_NIGHTLY:-}" ] || later budget budget10_resnet8_b1_analog $resnet resnet8_x.npy 2
fi
end
