#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Wide beats that are partial in every step, through rings, a fork and a join: equal under stalls, as fast as planned.
# And a result that meets the end of 32 bits before it is clamped.
. "$(dirname "$0")/common.sh"
begin streams

# What a run gave, without what no two runs have in common.
figures() { grep -vE '"(seed|seconds|images_per_second)"' "$1"; }

# Garbage of another seed in the memories: the same results in the same cycles.
other_garbage() {
    cp "$dir/layer.json" "$dir/seed1.json"
    play layer "$@" --ram-seed 2 && must as_with_seed_1 cmp <(figures "$dir/seed1.json") <(figures "$dir/layer.json")
}

# Copies that their beats do not divide, in steps of two cycles; no converter loses, so the plain network agrees.
beats() {
    local dir=$work/beats cfg=$work/beats/beats.json
    mkdir -p "$dir"
    cat >"$cfg" <<END
{"network": "$root/tests/data/misc.tflite", "crossbar": {"rows": 64, "cols": 64, "cell_bits": 4}, "dac": {"bits": 4},
 "adc": {"bits": 14, "per_array": 64},
 "mapping": {"layers": {"conv1": {"duplication": 7}, "dwconv1": {"duplication": 5}, "conv2": {"duplication": 5},
                        "conv3": {"duplication": 3}}}}
END
    is_lossless && emit layer --level adc -n 4 && must gears grep -c 'u_add1_gear[01] (' "$dir/layer/rtl/xb_top.sv" &&
        build layer -O0 && play layer adc 4 && planned && other_garbage adc 4 && play layer adc 4 --stall 35 --seed 3 &&
        play layer adc 4 --stall 75 --seed 5 && plain
}

# 2^31 less a little, and a zero point of 255: 127 at the output, whoever computes it.
clamp() {
    local cfg=$root/tests/data/clamp.json dir=$work/clamp
    mkdir -p "$dir"
    emit layer --level adc --input tests/data/clamp_x.npy && build layer -O0 && play layer adc 1 && plain &&
        must value test "$(od -An -v -td1 -j 128 -N1 "$dir/layer/vectors/output.npy")" -eq 127
}

later check "partial beats" beats
later check "a sum at the end of 32 bits" clamp
end
