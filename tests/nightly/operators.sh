#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# One network with every operator that xbgen takes: every layer equals TensorFlow Lite's, and three images go through
# its RTL, every conversion compared, in the cycles of the plan, and again with stalls.
. "$(dirname "$0")/../cosim/common.sh"
begin operators
venv=$(tests/venv.sh) || exit 3
dir=$work/x cfg=$work/x/cfg.json
mkdir -p "$dir" && cat >"$cfg" <<'END' || exit 3
{"network": "operators.tflite", "crossbar": {"rows": 64, "cols": 64, "cell_bits": 2}, "adc": {"bits": 8, "per_array": 8}}
END
"$venv/bin/python" tests/nightly/operators_net.py --write "$dir/operators.tflite" || exit 3

has_all() { must forms "$venv/bin/python" tests/nightly/operators_net.py --forms "$XBGEN" "$cfg"; }

# 20 inputs; of the first three are those that the RTL plays. A layer of one value would prove nothing.
equals_lite() {
    must layers "$venv/bin/python" tests/nightly/litert_layers.py "$XBGEN" "$dir" 20 "$dir/operators.tflite" &&
        must values grep -q '^ok: .*, 0 constant$' "$dir/layers.log"
}

through() {
    must images python3 tests/golden/real.py images operators 8x10x3 INT8 3 "$dir/images.npy" && is_lossless &&
        emit layer --input "$dir/images.npy" --level adc && build layer -O0 && play layer adc 3 && planned && plain &&
        play layer adc 3 --stall 40 --seed 3
}

check 'a network with every operator' has_all
check 'every layer is that of TensorFlow Lite' equals_lite
check 'every conversion of three images' through
end
