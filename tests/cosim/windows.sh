#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Windows larger than the image, and a mean over more pixels than 16 bits count: the RTL equals the golden model and
# the plain network, and the design is lint-clean and as fast as planned. And a parameter that a cell refuses stops the build.
. "$(dirname "$0")/common.sh"
begin windows

# design NAME NETWORK: of tests/data, in a folder of its own.
design() {
    dir=$work/$1 cfg=$work/$1/$1.json
    mkdir -p "$dir"
    echo "{\"network\": \"$root/tests/data/$2.tflite\"}" >"$cfg"
}

window() {
    local cfg dir
    design "$1" "$1"
    emit layer -n 2 && must lint make -s -C "$dir/layer" lint && build layer -O0 && play layer layer 2 && planned && plain
}

refused() {
    local cfg dir
    design refused mean300
    emit layer -n 1 && change "$dir/layer/rtl/xb_pool_window.sv" 'SumBits > 32' 'SumBits > 24' || return
    ! make -s -C "$dir/layer" build >"$dir/log" 2>&1 && grep -q 'more pixels than a sum' "$dir/log"
}

for network in pool65536 avgpool300 mean300; do
    later check $network window $network
done
later check "a cell's refusal stops the build" refused
end
