#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `xbgen net`: networks of any format, written as JSON and read back, give the same hardware and program byte for byte,
# and the same JSON once more. It writes into new and empty folders only.
. "$(dirname "$0")/common.sh"

# The same design with another network. Both are named alike, whatever the file's name is.
cfg() { echo "{\"name\": \"same\", \"network\": \"$1\"${keys:+, $keys}}"; }

same() { # name, network, other keys of cfg.json
    local dir=$work/$1 keys=${3:-}
    if [ ! -f "$2" ]; then
        skip "$2 is not there"
        return
    fi
    mkdir -p "$dir"
    cfg "$(realpath "$2")" >"$dir/given.json"
    cfg out/net.json >"$dir/written.json"
    "$xbgen" net --arch "$dir/given.json" -o "$dir/out" >/dev/null &&
        "$xbgen" emit --arch "$dir/given.json" -o "$dir/a" -n 1 >/dev/null &&
        "$xbgen" emit --arch "$dir/written.json" -o "$dir/b" -n 1 >/dev/null
    check "$1: it is written and read" $?
    cmp "$dir/a/rtl/xb_top.sv" "$dir/b/rtl/xb_top.sv" && cmp "$dir/a/mem/program.bin" "$dir/b/mem/program.bin" &&
        cmp "$dir/a/vectors/output.npy" "$dir/b/vectors/output.npy"
    check "$1: the same hardware, program and results" $?
    "$xbgen" net --arch "$dir/written.json" -o "$dir/again" >/dev/null && diff -r "$dir/out" "$dir/again"
    check "$1: written once more, the same bytes" $?
    rm -rf "$dir"
}

wide='"crossbar": {"rows": 256, "cols": 256, "cell_bits": 4}, "adc": {"bits": 10, "range": "weights"}'
same misc tests/data/misc.tflite '"rounding": "double"'
same fmnist examples/fmnist.tflite
same fmnist_se examples/fmnist_se.tflite
same keras tests/data/keras_flatten.tflite
same window tests/data/pool65536.tflite
same dense tests/data/ends30.tflite
same groups tests/data/groups.json '"crossbar": {"rows": 32, "cols": 32}'
same resnet8 "$data/mlperf_tiny/pretrainedResnet_quant.tflite"
same person "$data/mlperf_tiny/vww_96_int8.tflite" "$wide"
same anomaly "$data/mlperf_tiny/ad01_int8.tflite" "$wide"

# Nothing of a user's is overwritten, and a name that cannot be made is told.
mkdir "$work/full" "$work/empty" && touch "$work/full/net.json"
"$xbgen" net --arch examples/fmnist.json -o "$work/full" 2>"$work/err"
[ $? -eq 2 ] && grep -q '\[output-folder\]$' "$work/err" && [ ! -s "$work/full/net.json" ] && [ "$(ls "$work/full")" = net.json ]
check "a folder with files is refused and left alone" $?
"$xbgen" net --arch examples/fmnist.json -o "$work/empty/" >/dev/null && [ -s "$work/empty/net.json" ]
check "an empty folder is filled" $?
"$xbgen" net --arch examples/fmnist.json -o "$work/full/net.json/x" 2>"$work/err"
[ $? -eq 3 ] && grep -q '\[file-write\]$' "$work/err"
check "a folder that cannot be made is status 3" $?
[ -z "$(find "$work" -name '*.tmp')" ]
check "nothing half-written is left" $?
end
