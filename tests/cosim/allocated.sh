#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Copies chosen for a budget, through the RTL: the example network has the copies of the optimum, as many arrays, and
# gives an image in as many cycles as planned. ResNet-8, a converter a column, gives one in the cycles that the table of
# allocations has for a number of crossbars; with a bandwidth, in those of the exact model.
. "$(dirname "$0")/common.sh"
begin allocated

cfg() { # objective, tiles
    echo "{\"name\": \"allocated\", \"network\": \"$root/examples/fmnist.tflite\", \"adc\": {\"per_array\": 64},
        \"mapping\": {\"duplication\": \"optimal\", \"objective\": \"$1\"}, \"tiles\": {\"count\": $2}}" >"$cfg"
}

# The chosen vector is what the simulated chip has.
chosen() {
    local due built
    due=$(sed -n 's/^    "optimal": .*"duplication": \[\([^]]*\)\].*/\1/p' "$dir/layer/plan.json")
    built=$(awk -F '[,:]' '/"name"/ && !/"arrays": 0/ {for (i = 1; i < NF; i++) if ($i ~ /"duplication"/) print $(i + 1)}' "$dir/layer.json" |
        paste -sd , | tr -d ' ')
    [ -n "$due" ] && [ "${due// /}" = "$built" ] && return
    echo "copies are $built, chosen are $due"
    return 1
}

simulate() {
    emit layer --level layer --input examples/fmnist_images.npy -n 6 && build layer -O0 && play layer layer 6 && planned && chosen
}

allocated() { # objective, tiles
    local dir=$work/$1 cfg=$work/$1/cfg.json
    mkdir -p "$dir"
    cfg "$1" "$2"
    check "the example with copies for $1 in $2 tiles: 6 images, as fast as planned" simulate
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

paced() { must paced grep -qx "  \"interval\": $1," "$dir/layer/plan.json"; }

# residual NETWORK CROSSBARS DUPLICATION INTERVAL [BUFFER]: four images, back to back; seeded weights.
residual() {
    local name=$1_$2_$3$(echo "${5:-}" | tr -cd a-z0-9) dir cfg
    dir=$work/$name cfg=$work/$name/cfg.json
    mkdir -p "$dir"
    echo "{\"name\": \"$1\", \"network\": \"$root/examples/networks/$1.json\", \"crossbar\": {\"encoding\": \"offset\"}, \"adc\": {\"per_array\": 128},
        \"mapping\": {\"duplication\": \"$3\"}, \"buffer\": {${5:-}}, \"tiles\": {\"count\": $2, \"arrays_per_tile\": 1}}" >"$cfg"
    check "$1 on $2 crossbars, copies $3${5:+, $5}: an image every $4 cycles" simulate_paced "$4"
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

simulate_paced() { emit layer --level layer -n 4 && paced "$1" && build layer -O1 && play layer layer 4 && planned; }

later allocated throughput 5
if [ -n "${XB_NIGHTLY:-}" ]; then
    later residual resnet8 40 optimal 2736
    later residual resnet8 108 optimal 632
    later residual resnet8_main 40 none 8192
    later residual resnet8_main 40 optimal 2736
    later residual resnet8_main 108 optimal 592
    later residual resnet8_main 108 optimal 2560 '"bits_per_cycle": 512, "access": "dup"'
    later residual resnet8_main 108 optimal 1152 '"bits_per_cycle": 512, "access": "share"'
    later residual resnet8_main 108 optimal 1580 '"bits_per_cycle": 512, "access": "kp", "transfer": "serial"'
    later residual resnet8_main 108 optimal 598 '"bits_per_cycle": 512, "access": "line"'
fi
[ -z "${XB_NIGHTLY:-}" ] || later allocated latency_serial 4
[ -z "${XB_NIGHTLY:-}" ] || later allocated latency_pipelined 6
end
