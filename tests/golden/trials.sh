#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `golden --trials`: each trial is the chip of a seed of its own, the seeds follow on rram.seed, and mean and standard
# deviation are those of the trials' accuracies.
. "$(dirname "$0")/common.sh"

cfg() { # seed
    echo "{\"network\": \"$PWD/examples/fmnist.tflite\", \"adc\": {\"bits\": 13, \"range\": {\"delta\": 1, \"lo\": 0}},
        \"rram\": {\"seed\": $1, \"frac_bits\": 4, \"variation\": 0.1, \"read_noise\": 0.05, \"bias\": \"programmed\"}}"
}

golden() { # cfg options...
    "$xbgen" golden --arch "$work/$1.json" --input examples/fmnist_images.npy --labels examples/fmnist_labels.npy -n 20 "${@:2}"
}

alone() { # seed
    cfg "$1" >"$work/alone.json" && golden alone --json | awk '/"accuracy":/ {print $2 + 0}'
}

for seed in 5 6 7; do alone $seed; done >"$work/alone"
cfg 5 >"$work/five.json"
golden five --trials 3 --json >"$work/three"
try 'accuracies are those of three chips' \
    diff "$work/alone" <(awk -F'"accuracy": ' '/"seed":/ {print $2 + 0}' "$work/three")
try 'chips differ' test "$(sort -u "$work/alone" | wc -l)" -gt 1
try 'mean and deviation' awk '
    function near(a, b) { return a - b < 2e-6 && b - a < 2e-6 }
    NR == FNR { sum += $1; squares += $1 * $1; n++; next }
    /"mean":/ { mean = $2 }
    /"deviation":/ { deviation = $2 }
    END { exit !(n == 3 && near(mean, sum / n) && near(deviation, sqrt((squares - sum * sum / n) / (n - 1)))) }' \
    "$work/alone" "$work/three"
try 'a text line for each' test "$(golden five --trials 3 | grep -c '^trial [012], seed 0x[567]: accuracy ')" = 3
cfg 5 | sed 's/"read_noise": 0.05/"read_noise": 0.02/' >"$work/fine.json"
try 'what is said of one chip is said once' \
    test "$(golden fine --trials 3 2>&1 | grep -c 'layer conv1: warning:')" = 1
# Cells that draw nothing, though lines change them.
echo "{\"network\": \"$PWD/examples/fmnist.tflite\", \"rram\": {\"frac_bits\": 4, \"attenuation\": 0.01}}" >"$work/alike.json"
alike="$work/alike.json: \$.rram: note: .*: all trials are one chip \[trials-alike\]"
try 'chips that are one are noted' test "$(golden alike --trials 2 2>&1 >"$work/out" | grep -cx "$alike")" = 1
try '... and alike' grep -qx 'mean .*, standard deviation 0.00 %' "$work/out"
try 'one trial is not' test "$(golden alike --trials 1 2>&1 | grep -c trials-alike)" = 0
try 'chips that differ are not' test "$(golden five --trials 2 2>&1 | grep -c trials-alike)" = 0
end
