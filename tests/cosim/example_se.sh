#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The second example, with its squeeze-and-excite block, through the RTL: every conversion of three images is the golden
# model's, the results are those that TensorFlow Lite gave, as fast as planned, and the same under stalls.
. "$(dirname "$0")/common.sh"
begin example_se

# The first results of a file, as many bytes as the vectors have; both headers have 128.
first_of() { cmp <(tail -c +129 "$dir/layer/vectors/output.npy") <(tail -c +129 "$1" | head -c 30); }

example() {
    local dir=$work/example cfg=examples/fmnist_se.json
    mkdir -p "$dir"
    emit layer --level adc --input examples/fmnist_images.npy -n 3 && must recorded first_of examples/fmnist_se_logits_tflite.npy &&
        build layer -O0 && play layer adc 3 && planned && play layer adc 3 --stall 35 --seed 7
}

check "three images of the example" example
end
