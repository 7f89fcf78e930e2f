#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mutates what the readers read, under sanitizers: cfg.json, .npy and networks, these on through plan, emitter and golden
# model. The same inputs in every run. What is found stays in build/fuzz/<target>.
# Environment: FUZZ (folder of the programs), RANDOM_NET, XB_FUZZ_SECONDS (each target; without it a few thousand
# inputs), XB_FUZZ_SEED.
set -u
cd "$(dirname "$0")/../.." || exit 3
root=$PWD
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

mkdir -p "$work" || exit 3
for ((i = 1; i <= 24; i++)); do
    mkdir -p "$work/net/$i" && "$random_net" "$i" "$work/net/$i" 1 1 >/dev/null || echo "no network $i"
done

campaign fuzz_cfg 4000 accepted 200 tests/bad/cfg/*.json examples/*.json "$work"/net/*/set0/*.json
campaign fuzz_npy 4000 accepted 200 examples/fmnist_labels.npy examples/fmnist_logits_tflite.npy "$work"/net/*/set0/input.npy
campaign fuzz_tflite 4000 compared 150 tests/data/*.tflite "$work"/net/*/set0/net.tflite
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
