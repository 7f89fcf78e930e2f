#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Copies chosen for a budget, through the RTL: the example network has the copies of the optimum, as many arrays, and
# gives an image in as many cycles as planned.
. "$(dirname "$0")/common.sh"
begin allocated

cfg() { # objective, tiles
    echo "{\"name\": \"allocated\", \"network\": \"$root/examples/fmnist.tflite\", \"adc\": {\"per_array\": 64},
        \"mapping\": {\"duplication\": \"optimal\", \"objective\": \"$1\"}, \"tiles\": {\"count\": $2}}" >"$cfg"
}

# The chosen vector is what the simulated chip has.
chosen() {
    local due built
    due=$(sed -n 's/^    "optimal": .*"duplication": \[\(.*\)\]}.*/\1/p' "$dir/layer/plan.json")
    built=$(awk -F '[,:]' '/"name"/ && !/"arrays": 0/ {for (i = 1; i < NF; i++) if ($i ~ /"duplication"/) print $(i + 1)}' "$dir/layer.json" |
        paste -sd , | tr -d ' ')
    [ -n "$due" ] && [ "${due// /}" = "$built" ] && return
    echo "copies are $built, chosen are $due"
    return 1
}

simulate() {
    emit layer --level layer --input examples/fmnist_images.npy -n 6 && build layer -O1 && play layer layer 6 && planned && chosen
}

allocated() { # objective, tiles
    local dir=$work/$1 cfg=$work/$1/cfg.json
    mkdir -p "$dir"
    cfg "$1" "$2"
    check "the example with copies for $1 in $2 tiles: 6 images, as fast as planned" simulate
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

later allocated throughput 5
[ -z "${XB_NIGHTLY:-}" ] || later allocated latency_serial 4
[ -z "${XB_NIGHTLY:-}" ] || later allocated latency_pipelined 6
end
