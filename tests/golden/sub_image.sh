#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whole networks as sub-images: every layer is the plain network's while converters are lossless, and conversions are those
# of the plan.
. "$(dirname "$0")/common.sh"
images=${XB_QUICK:+1}
images=${images:-4}

same() { # network, input, crossbar and converters, mapping
    if [ ! -f "$1" ]; then
        skip "$1 is not there"
        return
    fi
    echo "{\"network\": \"$(realpath "$1")\", $3, \"mapping\": {$4}}" >"$work/cfg.json"
    local name="${1##*/}, $3, $4"
    rm -rf "$work/a" "$work/b"
    "$xbgen" golden --arch "$work/cfg.json" --input "$2" -n "$images" --layers "$work/a" --json >"$work/counts" 2>/dev/null &&
        "$xbgen" golden --arch "$work/cfg.json" --input "$2" -n "$images" --layers "$work/b" --naive >/dev/null 2>&1 &&
        diff -r "$work/a" "$work/b"
    check "$name: every layer is the plain network's" $?
    # The plan's conversions of an image; saturated ones there are none.
    "$xbgen" plan --arch "$work/cfg.json" --json 2>/dev/null |
        awk -F '[:,]' -v n="$images" '/^      "(reads|conversions)"/ {print $2 * n}' >"$work/planned"
    grep -o '"\(reads\|conversions\)": [0-9]*' "$work/counts" | sed 's/.* //' | cmp - "$work/planned" &&
        ! grep -q '"saturated": [1-9]' "$work/counts"
    check "$name: reads and conversions are planned, none saturate" $?
}

one() { # lossless converters for a side of the crossbar and columns a weight, drive lines of one bit
    echo "\"crossbar\": {\"rows\": $1, \"cols\": $2, \"cell_bits\": $3, \"encoding\": \"$4\"}, \"adc\": {\"bits\": $5}"
}

fmnist=examples/fmnist.tflite input=examples/fmnist_images.npy
same $fmnist $input "$(one 128 128 2 differential 9)" '"scheme": "subimage"'
same $fmnist $input "$(one 128 128 2 differential 9)" '"scheme": "subimage", "policy": "slice", "reuse": 3'
same $fmnist $input "$(one 64 96 4 offset 10)" '"scheme": "subimage"'
same $fmnist $input "$(one 256 64 1 twos_complement 9)" '"scheme": "subimage", "policy": "slice"'
same $fmnist $input "$(one 128 128 4 offset 11)" \
    '"scheme": "subimage", "layers": {"conv2": {"sub_image": 9}, "conv3": {"scheme": "im2col"}, "conv4": {"policy": "slice", "reuse": 2}}'
end
