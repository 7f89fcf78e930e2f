#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Windows larger than the image, and a mean over more pixels than 16 bits count: the RTL equals the golden model and
# the plain network, and the design is lint-clean. And a parameter that a cell refuses stops the build.
. "$(dirname "$0")/common.sh"
begin windows

# window NETWORK IMAGES
window() {
    local cfg dir=$work/$1 why
    mkdir -p "$dir"
    cfg=$dir/$1.json
    echo "{\"network\": \"$root/tests/data/$1.tflite\"}" >"$cfg"
    why=$(emit layer -n "$2" && must lint make -s -C "$dir/layer" lint && build layer -O1 && play layer layer "$2" &&
        plain)
    [ -z "$why" ] && ok "$1" || failed "$1: $why"
}

plain() {
    must naive "$XBGEN" golden --naive --arch "$cfg" --input "$dir/layer/vectors/input.npy" -o "$dir/naive.npy" &&
        must equal same_elements "$dir/naive.npy" "$dir/layer/vectors/output.npy"
}

refused() {
    local cfg=$work/refused.json dir=$work/refused
    mkdir -p "$dir"
    echo "{\"network\": \"$root/tests/data/mean300.tflite\"}" >"$cfg"
    why=$(emit layer -n 1)
    sed -i 's/SumBits > 32/SumBits > 24/' "$dir/layer/rtl/xb_pool_window.sv"
    if [ -z "$why" ] && ! make -s -C "$dir/layer" build >"$dir/log" 2>&1 && grep -q 'more pixels than a sum' "$dir/log"; then
        ok "a cell's refusal stops the build"
    else
        failed "a cell's refusal does not stop the build $why"
    fi
}

later window pool65536 2
later window avgpool300 2
later window mean300 2
later refused
end
