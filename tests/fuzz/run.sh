#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mutates what the readers read, under sanitizers: cfg.json, .npy and networks, these on through plan, emitter and golden
# model. The same inputs in every run. What is found stays in build/fuzz/<target>.
# Environment: XBGEN, FUZZ (folder of the targets), RANDOM_NET, XB_FUZZ_SECONDS (each target; without it a few thousand
# inputs), XB_FUZZ_SEED.
set -u
cd "$(dirname "$0")/../.." || exit 3
root=$PWD
xbgen=${XBGEN:-$root/build/asan/xbgen}
programs=${FUZZ:-$root/build/asan/tests/fuzz}
random_net=${RANDOM_NET:-$root/build/asan/tests/cosim/random_net}
work=${WORK:-$root/build}/fuzz
passed=0 failed=0

# campaign TARGET RUNS STAGE LEAST FILE...: no finding, and at least so many inputs came as far as the stage.
campaign() {
    local target=$1 runs=$2 stage=$3 least=$4 folder=$work/$1 count
    local limit=(--runs "$runs")
    [ -z "${XB_FUZZ_SECONDS:-}" ] || limit=(--runs 1000000000 --seconds "$XB_FUZZ_SECONDS")
    rm -rf "$folder" && mkdir -p "$folder" || exit 3
    "$programs/$target" "${limit[@]}" --seed "${XB_FUZZ_SEED:-1}" --keep "$folder" "${@:5}" >"$folder/out" 2>&1
    local status=$?
    cat "$folder/out"
    count=$(sed -n "s/.* \([0-9]*\) $stage.*/\1/p" "$folder/out")
    if [ $status -eq 0 ] && [ "${count:-0}" -ge "$least" ]; then
        echo "ok: $target ($SECONDS s)"
        passed=$((passed + 1))
    else
        echo "FAILED: $target: exit status $status, ${count:-no} inputs $stage ($SECONDS s)"
        failed=$((failed + 1))
    fi
}

# network N: a random one as .tflite, and as JSON that needs no files beside it.
network() {
    local folder=$work/net/$1
    mkdir -p "$folder" && cp examples/sar_macro.sv "$folder" && "$random_net" "$1" "$folder" 1 1 >/dev/null || return
    rm -rf "$folder/json" && "$xbgen" net --arch "$folder/set0/cfg.json" -o "$folder/json" >/dev/null || return
    sed -E 's/"weights": "[^"]*"/"weights": { "seed": 1 }/; s/"bias": "[^"]*", //; s/"weight_scale": "[^"]*"/"weight_scale": 0.01/; s/"codes": "[^"]*"/"codes": 3/' \
        "$folder/json/net.json" >"$folder/net.json"
}

for ((i = 1; i <= 24; i++)); do
    network $i || { echo "FAILED: no network $i" && failed=$((failed + 1)); }
done

mapfile -t bad < <(find tests/bad/cfg -name "*.json" -size +0 | sort) # an empty file is a case of the readers, and no seed
campaign fuzz_cfg 3000 accepted 100 "${bad[@]}" examples/*.json "$work"/net/*/set0/*.json
campaign fuzz_npy 3000 accepted 100 examples/fmnist_labels.npy examples/fmnist_logits_tflite.npy "$work"/net/*/set0/input.npy
campaign fuzz_net 2000 compared 80 tests/data/*.json "$work"/net/*/net.json
campaign fuzz_tflite 3000 compared 100 tests/data/*.tflite "$work"/net/*/set0/net.tflite
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
