#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recorded results of the network `misc` in every mapping they were recorded for, through the RTL: every
# conversion is the golden model's, the results are the recorded ones, and it is as fast as planned.
# (The same records, all of them, are compared with the golden model in tests/unit; ResNet-8 is in resnet8.sh.)
. "$(dirname "$0")/common.sh"
begin recorded

recorded_case() {
    local name=$1 cfg=$data/golden/adc/$1.cfg.json dir=$work/$1 why
    mkdir -p "$dir"
    why=$(emit layer --level adc --input "$data/golden/adc/misc_x.npy" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/$name.y.npy" &&
        build layer -O1 && play layer adc 30 && planned && play layer adc 30 --stall 35 --seed 7 && echo equal)
    [ "$why" = equal ] && ok "$name: 30 images, every conversion" || failed "$name: $why"
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

if has golden/adc/misc_x.npy; then
    for file in "$data"/golden/adc/misc_*.cfg.json; do
        later recorded_case "$(basename "$file" .cfg.json)"
    done
fi
end
