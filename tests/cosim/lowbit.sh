#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The trained networks of examples/lowbit through the RTL, 5 test images of Fashion-MNIST, every conversion: converters of 3 and 2 bits
# at every partial sum, before and after retraining; split networks, binary and of 2 bits.
#   lowbit.sh [FAMILY/CASE...]   these cases only (one of each kind by day, all by night)
. "$(dirname "$0")/common.sh"
. tests/cosim/counts.sh
begin lowbit

trained() { # family, case
    local dir=$work/$1_$2 cfg=examples/lowbit/$1/$2.cfg.json why due=any
    case $2 in adc*) due=clips ;; baseline) due=whole ;; esac
    mkdir -p "$dir"
    why=$(must images python3 examples/train/export_images.py --count 5 "examples/lowbit/$1/baseline.json" "$dir/x.npy" "$dir/labels.npy" &&
        emit layer --level adc --input "$dir/x.npy" && build layer -O0 && play layer adc 5 && planned && occurs layer $due &&
        play layer adc 5 --stall 40 --seed 3 && echo equal)
    [ "$why" = equal ] && ok "$1 $2: $(cat "$dir/layer.counts")" || failed "$1 $2: $why"
    rm -rf "$dir/layer"
}

if [ -e /usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz ]; then
    cases='w2a2/adc2 binary/split'
    [ -z "${XB_NIGHTLY:-}" ] || cases=$(cd examples/lowbit && ls ./*/*.cfg.json | sed 's:^\./::; s:\.cfg\.json$::')
    for one in ${*:-$cases}; do later trained "${one%/*}" "${one#*/}"; done
else
    skipped 'the test images are not there (Debian package dataset-fashion-mnist)'
fi
end
