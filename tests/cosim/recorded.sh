#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recorded results of the network `misc` in every mapping they were recorded for, and of a network of 4 bits, through the RTL: every
# conversion is the golden model's, the results are the recorded ones, and it is as fast as planned.
# (The same records, all of them, are compared with the golden model in tests/unit; ResNet-8 is in resnet8.sh.)
. "$(dirname "$0")/common.sh"
begin recorded

recorded_case() { # folder, name, images
    local name=$2 images=$3 folder=$data/golden/$1 dir=$work/$2 why
    local cfg=$folder/$name.cfg.json input=$folder/${name%%[._]*}
    [ -f "${input}_x.npy" ] && input+=_x.npy || input+=.x.npy
    mkdir -p "$dir"
    why=$(emit layer --level adc --input "$input" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$folder/$name.y.npy" &&
        build layer -O0 && play layer adc "$images" && planned && play layer adc "$images" --stall 35 --seed 7 && echo equal)
    [ "$why" = equal ] && ok "$name: $images images, every conversion" || failed "$name: $why"
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

if has golden/adc/misc_x.npy; then
    for file in "$data"/golden/adc/misc_*.cfg.json; do
        later recorded_case adc "$(basename "$file" .cfg.json)" 30
    done
fi
if has golden/split/w4a4.x.npy; then
    for file in "$data"/golden/split/w4a4.*.cfg.json; do
        later recorded_case split "$(basename "$file" .cfg.json)" 4
    done
fi
end
