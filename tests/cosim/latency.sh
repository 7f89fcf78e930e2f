#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Latency, and start and end of every layer, to the cycle: of an image alone, and the same of the first of several, in a
# network that is held up in its rings and FIFOs. Chips with a stage more, or room for a word less, are found out,
# though their results are right.
. "$(dirname "$0")/common.sh"
begin latency
dir=$work/x cfg=$dir/x.json
mkdir -p "$dir"
cat >"$dir/x.net" <<END
{"input": {"shape": [16, 12, 2]}, "layers": [
  {"op": "conv", "filters": 2, "kernel": 1, "weights": {"seed": 1}},
  {"op": "maxpool", "kernel": 3, "stride": 1, "padding": "same"},
  {"op": "relu"},
  {"op": "add", "from": ["relu1", "maxpool1"]},
  {"op": "conv", "filters": 8, "kernel": 3, "padding": "same", "weights": {"seed": 2}},
  {"op": "avgpool", "kernel": 2},
  {"op": "mean"}]}
END
cat >"$cfg" <<END
{"network": "x.net", "crossbar": {"rows": 64, "cols": 64, "encoding": "offset", "active_rows": 6}, "dac": {"bits": 4},
 "adc": {"bits": 12, "per_array": 8, "latency": 3}}
END

time_of() { grep -o '"latency": [0-9]*' "$1"; }

several() {
    emit layer -n 3 && build layer -O0 && play layer layer 3 && planned && cp "$dir/layer.json" "$dir/three.json"
}

alone() {
    play layer layer 1 --images 1 && planned && must latency cmp <(time_of "$dir/layer.json") <(time_of "$dir/three.json")
}

held_up() { must held grep -q '"blocked": [1-9]' "$dir/layer.json"; }

# A step of the convolution has beats of two words and of one, and some of one word have none of the box.
short_beats() {
    local dir=$work/short cfg=$work/short/short.json
    mkdir -p "$dir"
    echo '{"input": {"shape": [12, 12, 1]}, "layers": [{"op": "conv", "filters": 1, "kernel": 1, "weights": {"seed": 1}},
        {"op": "slice", "begin": [2, 3, 0], "shape": [8, 9, 1]}]}' >"$dir/short.net"
    echo '{"network": "short.net", "crossbar": {"rows": 8, "cols": 16}, "dac": {"bits": 4}, "adc": {"per_array": 16},
        "mapping": {"duplication": 3}}' >"$cfg"
    emit layer --level adc -n 3 && build layer -O0 && play layer adc 3 && planned && play layer adc 3 --stall 30 --seed 2
}

check 'beats without a word of the box' short_beats
check 'several images: the first is as fast as planned' several
check 'an image alone: the same' alone
check 'a layer waits for its reader' held_up
check 'a stage more is found' mistimed stage xb_arrays.sv 'Depth > 2) ? Depth - 2 : 0' 'Depth > 2) ? Depth - 2 : 1' latency
check 'a word less of room is found' mistimed room xb_buffer.sv "BITS'(RingWords - Words)" "BITS'(RingWords - Words - 1)" \
    'conv1 end'
end
