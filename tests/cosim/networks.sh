#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The MLPerf Tiny networks through the RTL. ResNet-8 runs on a list of mappings in which every encoding, 1, 2 and 4
# bit cells, 1 and 2 bit DACs, both places to subtract and crossbars of 64, 128 and 256 occur with lossless converters
# and once more with 6-bit converters that lose: 20 images at level layer, 3 at level adc. Lossless results must be
# those of the plain network, recorded ones the recorded ones. Person and anomaly detection run at level layer.
#   networks.sh [NAME...]   the cases of these names only
. "$(dirname "$0")/common.sh"
begin networks
resnet=mlperf_tiny/pretrainedResnet_quant.tflite
images=$data/golden/adc/resnet8_x.npy
only=" $* "

# as NAME NETWORK KEYS: makes cfg.json.
as() {
    dir=$work/$1
    cfg=$dir/$1.json
    mkdir -p "$dir"
    echo "{\"network\": \"$data/$2\", $3}" >"$cfg"
}

# The conversions of 3 images take a few hundred MB, no longer than needed.
adc_images() { emit adc -n 3 --level adc --input "$images" && play adc adc 3 --stall 30 --seed 5 && rm -rf "$dir/adc/vectors"; }

resnet_# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    mkdir -p "$work/anomaly"
    python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$work/anomaly/x.npy" ||
        { failed "anomaly: its input cannot be made" && return; }
    other anomaly "${ad#*/}" 6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$work/anomaly/x.npy"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() { # loss result file
    must "$1" "is_$1" && emit layer --input "$images" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/$2" &&
        build layer && play layer layer 20 && adc_images
}

# The same hardware with other ranges; nothing is built.
same_design() {
    must "$1" "is_$1" && emit again --input "$images" && must design cmp "$dir/layer/xb_design.h" "$dir/again/xb_design.h" &&
        play again layer 20 && rm -rf "$dir/adc" && adc_images
}

resnet_recorded() { # name loss
    local dir=$work/$1 cfg=$data/golden/adc/resnet8_$1.cfg.json why
    mkdir -p "$dir"
    why=$(resnet_run "$2" "resnet8_$1.y.npy") && ok "resnet8 $1, $2: 20 images layer, 3 adc" || failed "resnet8 $1, $2: $why"
    rm -rf "$dir/layer/build"
}

resnet_lossless() { # name rounding keys
    local dir cfg why
    as "$1" $resnet "\"rounding\": \"$2\", $3"
    why=$(resnet_run lossless "resnet8_plain_$2.npy") &&
        ok "resnet8 $1, lossless: 20 images layer, 3 adc" || failed "resnet8 $1, lossless: $why"
}

resnet_lossy() { # name keys
    local dir cfg why
    as "$1" $resnet "$2"
    why=$(must lossy is_lossy && emit layer --input "$images" && build layer && play layer layer 20 && adc_images) &&
        ok "resnet8 $1, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $1, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

# 6 bits are enough for 64 rows of 1 bit; a step of 3 makes them lossy in the same hardware.
resnet_twice() {
    local dir cfg why name=twos64
    local keys='"crossbar": {"rows": 64, "cols": 64, "cell_bits": 1, "encoding": "twos_complement"}, "adc": {"bits": 6, "range":'
    resnet_lossless $name single "$keys \"weights\"}"
    as $name $resnet "$keys {\"delta\": 3, \"lo\": 0}}"
    why=$(same_design lossy) && ok "resnet8 $name, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $name, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

other() { # name network images keys [input]
    local dir cfg why
    as "$1" "mlperf_tiny/$2" "$4"
    why=$(emit layer -n "$3" ${5:+--input "$5"} && build layer -O1 && play layer layer "$3" --stall 10) &&
        ok "$1: $3 images layer" || failed "$1: $why"
    rm -rf "$dir/layer/build"
}

# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    mkdir -p "$work/anomaly"
    python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$work/anomaly/x.npy" ||
        { failed "anomaly: its input cannot be made" && return; }
    other anomaly "${ad#*/}" 6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$work/anomaly/x.npy"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() { # loss result file
    must "$1" "is_$1" && emit layer --input "$images" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/$2" &&
        build layer && play layer layer 20 && adc_images
}

# The same hardware with other ranges; nothing is built.
same_design() {
    must "$1" "is_$1" && emit again --input "$images" && must design cmp "$dir/layer/xb_design.h" "$dir/again/xb_design.h" &&
        play again layer 20 && rm -rf "$dir/adc" && adc_images
}

resnet_recorded() { # name loss
    local dir=$work/$1 cfg=$data/golden/adc/resnet8_$1.cfg.json why
    mkdir -p "$dir"
    why=$(resnet_run "$2" "resnet8_$1.y.npy") && ok "resnet8 $1, $2: 20 images layer, 3 adc" || failed "resnet8 $1, $2: $why"
    rm -rf "$dir/layer/build"
}

resnet_lossless() { # name rounding keys
    local dir cfg why
    as "$1" $resnet "\"rounding\": \"$2\", $3"
    why=$(resnet_run lossless "resnet8_plain_$2.npy") &&
        ok "resnet8 $1, lossless: 20 images layer, 3 adc" || failed "resnet8 $1, lossless: $why"
}

resnet_lossy() { # name keys
    local dir cfg why
    as "$1" $resnet "$2"
    why=$(must lossy is_lossy && emit layer --input "$images" && build layer && play layer layer 20 && adc_images) &&
        ok "resnet8 $1, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $1, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

# 6 bits are enough for 64 rows of 1 bit; a step of 3 makes them lossy in the same hardware.
resnet_twice() {
    local dir cfg why name=twos64
    local keys='"crossbar": {"rows": 64, "cols": 64, "cell_bits": 1, "encoding": "twos_complement"}, "adc": {"bits": 6, "range":'
    resnet_lossless $name single "$keys \"weights\"}"
    as $name $resnet "$keys {\"delta\": 3, \"lo\": 0}}"
    why=$(same_design lossy) && ok "resnet8 $name, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $name, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

other() { # name network images keys [input]
    local dir cfg why
    as "$1" "mlperf_tiny/$2" "$4"
    why=$(emit layer -n "$3" ${5:+--input "$5"} && build layer -O1 && play layer layer "$3" --stall 10) &&
        ok "$1: $3 images layer" || failed "$1: $why"
    rm -rf "$dir/layer/build"
}

# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    mkdir -p "$work/anomaly"
    python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$work/anomaly/x.npy" ||
        { failed "anomaly: its input cannot be made" && return; }
    other anomaly "${ad#*/}" 6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$work/anomaly/x.npy"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() { # loss result file
    must "$1" "is_$1" && emit layer --input "$images" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/$2" &&
        build layer && play layer layer 20 && adc_images
}

# The same hardware with other ranges; nothing is built.
same_design() {
    must "$1" "is_$1" && emit again --input "$images" && must design cmp "$dir/layer/xb_design.h" "$dir/again/xb_design.h" &&
        play again layer 20 && rm -rf "$dir/adc" && adc_images
}

resnet_recorded() { # name loss
    local dir=$work/$1 cfg=$data/golden/adc/resnet8_$1.cfg.json why
    mkdir -p "$dir"
    why=$(resnet_run "$2" "resnet8_$1.y.npy") && ok "resnet8 $1, $2: 20 images layer, 3 adc" || failed "resnet8 $1, $2: $why"
    rm -rf "$dir/layer/build"
}

resnet_lossless() { # name rounding keys
    local dir cfg why
    as "$1" $resnet "\"rounding\": \"$2\", $3"
    why=$(resnet_run lossless "resnet8_plain_$2.npy") &&
        ok "resnet8 $1, lossless: 20 images layer, 3 adc" || failed "resnet8 $1, lossless: $why"
}

resnet_lossy() { # name keys
    local dir cfg why
    as "$1" $resnet "$2"
    why=$(must lossy is_lossy && emit layer --input "$images" && build layer && play layer layer 20 && adc_images) &&
        ok "resnet8 $1, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $1, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

# 6 bits are enough for 64 rows of 1 bit; a step of 3 makes them lossy in the same hardware.
resnet_twice() {
    local dir cfg why name=twos64
    local keys='"crossbar": {"rows": 64, "cols": 64, "cell_bits": 1, "encoding": "twos_complement"}, "adc": {"bits": 6, "range":'
    resnet_lossless $name single "$keys \"weights\"}"
    as $name $resnet "$keys {\"delta\": 3, \"lo\": 0}}"
    why=$(same_design lossy) && ok "resnet8 $name, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $name, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

other() { # name network images keys [input]
    local dir cfg why
    as "$1" "mlperf_tiny/$2" "$4"
    why=$(emit layer -n "$3" ${5:+--input "$5"} && build layer -O1 && play layer layer "$3" --stall 10) &&
        ok "$1: $3 images layer" || failed "$1: $why"
    rm -rf "$dir/layer/build"
}

# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    mkdir -p "$work/anomaly"
    python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$work/anomaly/x.npy" ||
        { failed "anomaly: its input cannot be made" && return; }
    other anomaly "${ad#*/}" 6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$work/anomaly/x.npy"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() { # loss result file
    must "$1" "is_$1" && emit layer --input "$images" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/$2" &&
        build layer && play layer layer 20 && adc_images
}

# The same hardware with other ranges; nothing is built.
same_design() {
    must "$1" "is_$1" && emit again --input "$images" && must design cmp "$dir/layer/xb_design.h" "$dir/again/xb_design.h" &&
        play again layer 20 && rm -rf "$dir/adc" && adc_images
}

resnet_recorded() { # name loss
    local dir=$work/$1 cfg=$data/golden/adc/resnet8_$1.cfg.json why
    mkdir -p "$dir"
    why=$(resnet_run "$2" "resnet8_$1.y.npy") && ok "resnet8 $1, $2: 20 images layer, 3 adc" || failed "resnet8 $1, $2: $why"
    rm -rf "$dir/layer/build"
}

resnet_lossless() { # name rounding keys
    local dir cfg why
    as "$1" $resnet "\"rounding\": \"$2\", $3"
    why=$(resnet_run lossless "resnet8_plain_$2.npy") &&
        ok "resnet8 $1, lossless: 20 images layer, 3 adc" || failed "resnet8 $1, lossless: $why"
}

resnet_lossy() { # name keys
    local dir cfg why
    as "$1" $resnet "$2"
    why=$(must lossy is_lossy && emit layer --input "$images" && build layer && play layer layer 20 && adc_images) &&
        ok "resnet8 $1, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $1, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

# 6 bits are enough for 64 rows of 1 bit; a step of 3 makes them lossy in the same hardware.
resnet_twice() {
    local dir cfg why name=twos64
    local keys='"crossbar": {"rows": 64, "cols": 64, "cell_bits": 1, "encoding": "twos_complement"}, "adc": {"bits": 6, "range":'
    resnet_lossless $name single "$keys \"weights\"}"
    as $name $resnet "$keys {\"delta\": 3, \"lo\": 0}}"
    why=$(same_design lossy) && ok "resnet8 $name, 6 bits: 20 images layer, 3 adc" || failed "resnet8 $name, 6 bits: $why"
    rm -rf "$dir/layer/build"
}

other() { # name network images keys [input]
    local dir cfg why
    as "$1" "mlperf_tiny/$2" "$4"
    why=$(emit layer -n "$3" ${5:+--input "$5"} && build layer -O1 && play layer layer "$3" --stall 10) &&
        ok "$1: $3 images layer" || failed "$1: $why"
    rm -rf "$dir/layer/build"
}

# A recorded frame in the network's own quantization (scale 0.3910..., zero point 90 are read from the file by eye of
# the plan): mantissas are not needed, python's struct reads both.
# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    mkdir -p "$work/anomaly"
    python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$work/anomaly/x.npy" ||
        { failed "anomaly: its input cannot be made" && return; }
    other anomaly "${ad#*/}" 6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$work/anomaly/x.npy"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() {
    case $only in "  " | *" $1 "*) later "${@:2}" ;; esac
}

wide='"crossbar": {"rows": 256, "cols": 256, "cell_bits": 4'
if has golden/adc/resnet8_x.npy $resnet; then
    run n resnet_recorded n_lossless9 lossless
    run twos64 resnet_twice
    run a resnet_recorded a_full6 lossy
    run e resnet_recorded e_offset6_d3 lossy
    run offset256 resnet_lossless offset256 tflite \
        "$wide, \"encoding\": \"offset\"}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 14}"
    run analog256 resnet_lossless analog256 double \
        "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 14, \"range\": \"weights\", \"subtract\": \"analog\"}"
    run analog256b6 resnet_lossy analog256b6 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 6, \"subtract\": \"analog\"}"
fi
if has mlperf_tiny/vww_96_int8.tflite golden/adc/vww_x.npy; then
    run person other person vww_96_int8.tflite 1 "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}" "$data/golden/adc/vww_x.npy"
fi
ad=mlperf_tiny/ad01_int8.tflite spectrogram=mlperf_tiny/ad01_normal_id_01_00000000.f32.bin
if has $ad $spectrogram; then
    run anomaly anomaly
fi
end
