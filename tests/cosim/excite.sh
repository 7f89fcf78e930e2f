#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Squeeze-and-excite: a map waits in memory for the code of each channel that all of it makes, and the interval does not
# grow: three images back to back are as fast as planned, layers in line and in turn, and equal under stalls. A FIFO that
# holds the map alone makes the chip slower.
. "$(dirname "$0")/common.sh"
begin excite

net='{"input": {"shape": [8, 8, 4]}, "layers": [
  {"op": "conv", "name": "map", "filters": 6, "kernel": 3, "padding": "same", "weights": {"seed": 1}, "output": {"scale": 4}},
  {"op": "mean", "output": {"scale": 0.3}},
  {"op": "fc", "name": "down", "filters": 3, "weights": {"seed": 2}, "output": {"scale": 0.4}, "activation": "relu"},
  {"op": "fc", "name": "up", "filters": 6, "weights": {"seed": 3}, "output": {"scale": 0.05}},
  {"op": "table", "function": "logistic"},
  {"op": "mul", "name": "excited", "from": ["table1", "map"]},
  {"op": "mul", "name": "product", "from": ["excited", "map"]},
  {"op": "conv", "name": "last", "filters": 5, "kernel": 1, "weights": {"seed": 4}, "output": {"scale": 200}}]}'

configure() { # mode, copies
    echo "$net" >"$dir/net.json"
    cat >"$cfg" <<END
{"network": "net.json", "crossbar": {"rows": 64, "cols": 64, "cell_bits": 4}, "dac": {"bits": 4},
 "adc": {"bits": 14, "per_array": 8}, "pipeline": {"mode": "$1"},
 "mapping": {"layers": {"map": {"duplication": $2}, "last": {"duplication": $2}}}}
END
}

excite() { # mode, copies
    local dir=$work/$1$2 cfg=$work/$1$2/excite.json
    mkdir -p "$dir" && configure "$1" "$2"
    is_lossless && emit layer --level adc -n 3 && build layer -O0 && play layer adc 3 && planned &&
        play layer adc 3 --stall 40 --seed 3 && plain
}

# The map and no more: right, and late.
short() {
    local dir=$work/short cfg=$work/short/excite.json depth
    mkdir -p "$dir" && configure layer 1
    emit layer -n 3 || return
    depth=$(grep -A 20 'xb_layer_mul #' "$dir/layer/rtl/xb_top.sv" | grep -m 1 DepthA | tr -cd 0-9)
    mistimed late xb_top.sv "DepthA     ($depth)" "DepthA     (65)" interval
}

later check "a map and its gate" excite layer 1
later check "... in wide beats" excite layer 7
later check "... layer by layer" excite serial 1
later check "a FIFO that is too short" short
end
