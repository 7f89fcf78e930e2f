#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The accuracy of ResNet-8 with few-bit converters, the table of docs/calibrate.md: the first 1,000 CIFAR-10 test images
# on 128x128 crossbars of 1 bit cells, differential and subtracted in analog, 4 to 9 bits. Ranges: the full one, one that
# is searched for the whole network, one for each layer, from the first 500 training images. Fails where the row at 9
# bits, which loses nothing, is not that of the plain network. Needs the data of ../shared (XB_SHARED, as in tests/unit).
# usage: tests/accuracy.sh [BITS...]
set -eu
cd "$(dirname "$0")/.."
root=$PWD
xbgen=${XBGEN:-$root/build/xbgen}
data=${XB_SHARED:-$root/../shared}/data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- 4 5 6 7 8 9

# images FILE COUNT NAME: NAME_x.npy, NAME_labels.npy.
images() { python3 tests/cifar.py "$data/cifar10/$1.bin.xz" "$2" "$work/$3_x.npy" "$work/$3_labels.npy"; }

# cfg BITS: the configuration with the full range.
cfg() {
    echo "{\"network\": \"$data/mlperf_tiny/pretrainedResnet_quant.tflite\", \"rounding\": \"tflite\",
        \"crossbar\": {\"rows\": 128, \"cols\": 128, \"cell_bits\": 1, \"encoding\": \"differential\"},
        \"dac\": {\"bits\": 1}, \"adc\": {\"bits\": $1, \"subtract\": \"analog\"}}" >"$work/full.json"
}

# accuracy CFG [OPTION]: "87.80 (85.62 to 89.69)"
accuracy() {
    "$xbgen" golden --arch "$work/$1.json" --input "$work/test_x.npy" --labels "$work/test_labels.npy" "${@:2}" |
        sed -n 's/^accuracy: \([0-9.]*\) % .*interval \([0-9.]*\) to \([0-9.]*\) %$/\1 (\2 to \3)/p'
}

search() { # BITS SCOPE: SCOPE.json
    "$xbgen" calibrate --arch "$work/full.json" --input "$work/train_x.npy" -o "$work/$2.json" --bits "$1" \
        --scope "$2" >"$work/log"
}

images test_first1000 1000 test
images train_first4000 500 train
cfg 9
plain=$(accuracy full --naive)
echo "lossless: $plain"
echo
echo '| bits | full range | network-wide search | per-layer search |'
echo '|---|---|---|---|'
status=0
for bits; do
    cfg "$bits"
    search "$bits" network
    search "$bits" layer
    full=$(accuracy full) network=$(accuracy network) layer=$(accuracy layer)
    echo "| $bits | $full | $network | $layer |"
    [ "$bits" -lt 9 ] || [ "$full $network $layer" = "$plain $plain $plain" ] || status=1
done
[ $status -eq 0 ] || echo 'the row at 9 bits is not the accuracy without losses' >&2
exit $status
