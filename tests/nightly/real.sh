#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks as their users have them through their RTL, every conversion compared: one with a folded shape, one with float
# ends, one of UINT8, one with MUL and SUB. That they are TensorFlow Lite's, litert.sh says.
. "$(dirname "$0")/../cosim/common.sh"
begin real

# The input of the chip as `xbgen net` shows it: HxWxC and a type.
input_of() { "$XBGEN" net --arch "$1" | sed -n 's/^input of the chip: \([^,]*\),.*/\1/p'; }

through() { # name, images, decisions, compiler's option, simulation's option
    local shape type
    mkdir -p "$dir" && echo "{\"network\": \"$data/real/$1.tflite\", $3}" >"$cfg" || return
    read -r shape type <<<"$(input_of "$cfg")"
    must images python3 tests/golden/real.py images "$1" "$shape" "$type" "$2" "$dir/x.npy" && is_lossless &&
        emit layer --input "$dir/x.npy" --level adc && build layer ${4:+"$4"} && play layer adc "$2" ${5:+"$5"} && planned && plain
}

# of NAME and what `through` takes behind it
network() {
    has "real/$1.tflite" || return
    dir=$work/$1 cfg=$work/$1/cfg.json
    check "$1, every conversion, images: $2" through "$@"
}

large='"crossbar": {"rows": 256, "cols": 256, "cell_bits": 4, "active_rows": 64}, "dac": {"bits": 4}, "adc": {"bits": 14, "per_array": 64}'
for name in tof_handpose cfu_magic_wand t2o_conv_relu_u8; do
    network "$name" 2 '"adc": {"bits": 9}'
done
network cfu_mnv2_160_035 1 "$large" -O0 --backdoor
end
