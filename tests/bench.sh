#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast the golden model and a simulation are: conversions per second of each, on the example.
set -eu
cd "$(dirname "$0")/.."
xbgen=${XBGEN:-build/xbgen}
images=${IMAGES:-200}
folder=build/bench
mkdir -p "$folder"

start=$(date +%s%N)
conversions=$("$xbgen" golden --arch examples/fmnist.json --input examples/fmnist_images.npy -n "$images" |
    sed -n 's/.* images, \([0-9]*\) conversions.*/\1/p')
end=$(date +%s%N)
awk -v n="$images" -v c="$conversions" -v t=$((end - start)) \
    'BEGIN {printf "golden model  %8.2f images/s  %8.1f M conversions/s\n", n * 1e9 / t, c * 1e3 / t}'

"$xbgen" cosim --arch examples/fmnist.json --input examples/fmnist_images.npy -n 10 -o "$folder/fmnist.xb" >"$folder/log"
awk -F '[ ,:]+' '/"images_done"/ {n = $3} /"seconds"/ {t = $3} /"cycles"/ {c = $3}
    match($0, /"conversions": [0-9]+/) {v += substr($0, RSTART + 15, RLENGTH - 15)}
    END {printf "simulation    %8.2f images/s  %8.1f M conversions/s  %.0f cycles/s\n", n / t, v / t / 1e6, c / t}' \
    "$folder/fmnist.xb/results.json"
