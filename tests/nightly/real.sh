#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks as their users have them through their RTL, every conversion compared: one with a folded shape, one with float
# ends, one of UINT8. That they are TensorFlow Lite's, litert.sh says.
. "$(dirname "$0")/../cosim/common.sh"
begin real

# The input of the chip as `xbgen net` shows it: HxWxC and a type.
input_of() { "$XBGEN" net --arch "$1" | sed -n 's/^input of the chip: \([^,]*\),.*/\1/p'; }

through() { # name
    local shape type
    mkdir -p "$dir" && echo "{\"network\": \"$data/real/$1.tflite\", \"adc\": {\"bits\": 9}}" >"$cfg" || return
    read -r shape type <<<"$(input_of "$cfg")"
    must images python3 tests/golden/real.py images "$1" "$shape" "$type" 2 "$dir/x.npy" &&
        emit layer --input "$dir/x.npy" --level adc && build layer && play layer adc 2 && planned && plain
}

for name in tof_handpose cfu_magic_wand t2o_conv_relu_u8; do
    has "real/$name.tflite" || continue
    dir=$work/$name cfg=$work/$name/cfg.json
    check "$name, every conversion of two images" through "$name"
done
end
