#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A map that is cut into strips, each with convolutions of its own, whose results are joined by rows, cut and joined once
# more, like that of cfu_hps_74ops of data/real, which is too large to be simulated here: every conversion of two images
# through the RTL, in the cycles of the plan, and again with stalls.
. "$(dirname "$0")/../cosim/common.sh"
begin strips
dir=$work/x cfg=$work/x/cfg.json
mkdir -p "$dir" || exit 3
echo '{"network": "net.json", "crossbar": {"rows": 64, "cols": 32}, "adc": {"bits": 9}}' >"$cfg"

q='"output": {"scale": 0.05, "zero_point": -128}, "activation": "relu"'

strip() { # number, first row, rows, padding of the second convolution
    echo "{\"op\": \"slice\", \"name\": \"s$1\", \"from\": \"pad1\", \"begin\": [$2, 0, 0], \"shape\": [$3, 12, 1]},
      {\"op\": \"conv\", \"name\": \"a$1\", \"filters\": 4, \"kernel\": 4, \"stride\": 2, \"weights\": {\"seed\": 1}, $q},
      {\"op\": \"conv\", \"name\": \"b$1\", \"filters\": 4, \"kernel\": 3, \"padding\": $4, \"weights\": {\"seed\": 2}, $q},
      {\"op\": \"maxpool\", \"name\": \"p$1\", \"kernel\": [2, 1]},"
}

half() { # number, first row, rows
    echo "{\"op\": \"slice\", \"name\": \"t$1\", \"from\": \"rows2\", \"begin\": [$2, 0, 0], \"shape\": [$3, 5, 4]},
      {\"op\": \"conv\", \"name\": \"c$1\", \"filters\": 6, \"kernel\": 3, \"padding\": [0, 1, 0, 1], \"weights\": {\"seed\": 3}, $q},"
}

cat >"$dir/net.json" <<END || exit 3
{"input": {"shape": [28, 10, 1], "scale": 0.004, "zero_point": -128}, "layers": [
  {"op": "pad", "padding": [1, 1, 1, 1]},
  $(strip 1 0 12 '[1, 1, 0, 1]')
  $(strip 2 6 14 '[0, 1, 0, 1]')
  $(strip 3 14 16 '[0, 1, 1, 1]')
  {"op": "concat", "name": "rows1", "from": ["p1", "p2"], "along": "height"},
  {"op": "concat", "name": "rows2", "from": ["rows1", "p3"], "along": "height"},
  $(half 1 0 5)
  $(half 2 2 5)
  {"op": "concat", "name": "rows3", "from": ["c1", "c2"], "along": "height"},
  {"op": "conv", "filters": 6, "kernel": 3, "padding": "same", "weights": {"seed": 4}, $q},
  {"op": "fc", "filters": 5, "weights": {"seed": 5}}]}
END

through() {
    must images python3 tests/golden/real.py images strips 28x10x1 INT8 2 "$dir/images.npy" &&
        emit layer --input "$dir/images.npy" --level adc && build layer -O0 && play layer adc 2 && planned && plain &&
        play layer adc 2 --stall 40 --seed 3
}

check 'strips joined by rows, every conversion of two images' through
end
