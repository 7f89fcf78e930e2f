#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Layers that work in turn: images back to back through branches, pools, copies and ports; each layer starts when the one
# before has ended, the interval is the latency, all to the cycle, and stalls change no result. A chip whose layers do not
# wait, and one whose images come a cycle late, are found out, though their results are right.
. "$(dirname "$0")/common.sh"
begin serial

branches='{"input": {"shape": [16, 12, 2]}, "layers": [
  {"op": "conv", "filters": 2, "kernel": 3, "padding": "same", "weights": {"seed": 1}},
  {"op": "maxpool", "kernel": 3, "stride": 1, "padding": "same"},
  {"op": "relu"},
  {"op": "add", "from": ["relu1", "input"]},
  {"op": "conv", "filters": 4, "kernel": 3, "stride": 2, "padding": "same", "weights": {"seed": 2}},
  {"op": "conv", "filters": 4, "kernel": 1, "weights": {"seed": 3}},
  {"op": "add", "from": ["conv2", "conv3"]},
  {"op": "avgpool", "kernel": 2},
  {"op": "fc", "filters": 5, "weights": {"seed": 4}}]}'

# The last rows are not looked at.
unseen='{"input": {"shape": [24, 12, 3]}, "layers": [
  {"op": "conv", "filters": 2, "kernel": 1, "stride": 16, "weights": {"seed": 1}}]}'

# No layer starts before the one before it has ended.
in_turn() {
    must turns awk -F ': ' '/start/ {if ($2 <= end) bad = 1} /end/ {end = $2 + 0} END {exit bad || !end}' \
        <(grep -o '"\(start\|end\)": [0-9]*' "$dir/layer.json")
}

is_interval() {
    must interval awk '/^  "interval":/ {i = $2 + 0} /^  "latency":/ {l = $2 + 0} END {exit !(i && i == l)}' "$dir/layer/plan.json"
}

several() { emit layer -n 4 --level adc && build layer -O0 && play layer adc 4 && planned && in_turn; }

stalled() { play layer adc 4 --stall "$1" --seed "$1"; }

design() { # name, network, more keys
    dir=$work/$1 cfg=$work/$1/x.json
    mkdir -p "$dir" && echo "$2" >"$dir/x.net" || exit 3
    echo "{\"network\": \"x.net\", \"crossbar\": {\"rows\": 64, \"cols\": 64}, \"dac\": {\"bits\": 2},
        \"adc\": {\"bits\": 12, \"per_array\": 32}, \"pipeline\": {\"mode\": \"serial\"}$3}" >"$cfg"
    check "$1: four images, as fast as planned" several
    check "$1: the interval is the latency" is_interval
    check "$1: stalls change no result" stalled 35
}

design one "$branches" ''
check 'layers that do not wait are found' mistimed eager xb_buffer.sv 'come && turn_i' "come && (turn_i || 1'b1)" start
check 'an image that comes a cycle late is found' mistimed pause xb_alone.sv '(!inside_q || given_i)' '!inside_q' interval
design copies "$branches" ', "mapping": {"duplication": 3, "layers": {"conv1": {"duplication": 13}}}'
design port "$branches" ', "mapping": {"duplication": 2}, "buffer": {"bits_per_cycle": 24, "access": "kp"}'
if [ -n "${XB_NIGHTLY:-}" ]; then
    design fetched "$branches" ', "buffer": {"bits_per_cycle": 40, "access": "dup", "transfer": "serial"}'
    design patches "$branches" ', "mapping": {"scheme": "subimage", "reuse": 12}'
fi
design unseen "$unseen" ''
end
