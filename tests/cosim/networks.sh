#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The MLPerf Tiny networks through the RTL. ResNet-8 runs on a list of mappings in which, with those of pairs.txt that
# are simulated by day, every encoding, 1, 2 and 4 bit cells, 1 and 2 bit DACs, both places to subtract and crossbars of
# 64, 128 and 256 occur; by night all of them with lossless converters and once more with 6-bit converters that lose. 10
# images at level layer (20 by night), 3 at level adc. Lossless results must be those of the plain network, recorded ones
# the recorded ones. Person and anomaly detection run at level layer, a network of UINT8 at level adc.
#   networks.sh [NAME...]   the cases of these names only
. "$(dirname "$0")/common.sh"
begin networks
resnet=mlperf_tiny/pretrainedResnet_quant.tflite
images=$data/golden/adc/resnet8_x.npy
only=" $* "
count=10
[ -z "${XB_NIGHTLY:-}" ] || count=20

# as NAME NETWORK KEYS: makes cfg.json.
as() {
    dir=$work/$1
    cfg=$dir/$1.json
    mkdir -p "$dir"
    echo "{\"network\": \"$data/$2\", $3}" >"$cfg"
}

# The conversions of 3 images take a few hundred MB, no longer than needed.
adc_images() {
    emit adc -n 3 --level adc --input "$images" && play adc adc 3 --stall 30 --seed 5
    local status=$?
    rm -rf "$dir/adc/vectors"
    return $status
}

# The results of the first images are those of a file that has more.
first_elements() { cmp -i 128 -n $(($(stat -c %s "$1") - 128)) "$1" "$2"; }

resnet_images() { build layer -O1 && play layer layer $count && planned && adc_images; }

# What is not said to be equal is not: also a case whose shell was killed.
verdict() { # case why
    [ "$2" = equal ] && ok "$1" || failed "$1: $2"
    rm -rf "$dir/layer/build"
}

# lossless or lossy, as the recorded results say.
resnet_recorded() { # name loss
    local dir=$work/$1 cfg=$data/golden/adc/resnet8_$1.cfg.json
    mkdir -p "$dir"
    verdict "resnet8 $1, $2: $count images layer, 3 adc" "$(must "$2" "is_$2" && emit layer -n $count --input "$images" &&
        must record first_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/resnet8_$1.y.npy" && resnet_images && echo equal)"
}

resnet_lossless() { # name rounding keys
    local dir cfg
    as "$1" $resnet "\"rounding\": \"$2\", $3"
    verdict "resnet8 $1, lossless: $count images layer, 3 adc" "$(must lossless is_lossless && emit layer -n $count --input "$images" &&
        must plain first_elements "$dir/layer/vectors/output.npy" "$data/golden/adc/resnet8_plain_$2.npy" && resnet_images && echo equal)"
}

resnet_lossy() { # name keys
    local dir cfg
    as "$1" $resnet "$2"
    verdict "resnet8 $1, lossy: $count images layer, 3 adc" "$(must lossy is_lossy && emit layer -n $count --input "$images" && resnet_images && echo equal)"
}

# With depthwise layers; one image takes as long as a dozen of ResNet-8.
person() {
    local dir cfg plain=$data/golden/adc/vww_plain_tflite.npy
    as person mlperf_tiny/vww_96_int8.tflite "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 14}"
    verdict "person, lossless: 1 image layer" "$(must lossless is_lossless && emit layer -n 1 --input "$data/golden/adc/vww_x.npy" &&
        must plain first_elements "$dir/layer/vectors/output.npy" "$plain" &&
        build layer -O1 && play layer layer 1 --stall 10 && echo equal)"
}

# Four windows of a recorded spectrogram and two of noise.
anomaly() {
    local dir cfg
    as anomaly $ad "$wide}, \"dac\": {\"bits\": 2}, \"adc\": {\"bits\": 12}"
    verdict "anomaly: 6 windows layer" "$(must input python3 tests/cosim/quantize.py "$data/$ad" "$data/$spectrogram" "$dir/x.npy" &&
        emit layer --input "$dir/x.npy" && build layer -O1 && play layer layer 6 --stall 10 && echo equal)"
}

# A convolution with weights of UINT8, whose zero point a digital count weighs.
uint8() {
    local dir cfg
    as uint8 real/t2o_conv_relu_u8.tflite '"crossbar": {"rows": 32, "cols": 32, "encoding": "offset"}, "adc": {"bits": 8}'
    verdict "uint8, lossless: 8 images adc" "$(must lossless is_lossless && emit layer -n 8 --level adc && plain &&
        build layer -O0 && play layer adc 8 --stall 30 && echo equal)"
}

# run NAME FUNCTION ARGUMENTS: unless other names were asked for.
run() {
    case $only in "  " | *" $1 "*) later "${@:2}" ;; esac
}

wide='"crossbar": {"rows": 256, "cols": 256, "cell_bits": 4'
narrow='"crossbar": {"rows": 64, "cols": 64, "cell_bits": 4'
twos='"crossbar": {"rows": 256, "cols": 256, "cell_bits": 1, "encoding": "twos_complement"}, "dac": {"bits": 2}'
analog='"dac": {"bits": 2}, "adc": {"subtract": "analog", "bits"'
if has golden/adc/resnet8_x.npy $resnet; then
    run n resnet_recorded n_lossless9 lossless
    run a resnet_recorded a_full6 lossy
    run e resnet_recorded e_offset6_d3 lossy
    [ -z "${XB_NIGHTLY:-}$*" ] || run twos256 resnet_lossless twos256 single "$twos, \"adc\": {\"bits\": 10}"
    [ -z "${XB_NIGHTLY:-}$*" ] || run analog64_6 resnet_lossy analog64_6 "$narrow}, $analog: 6}"
fi
if has mlperf_tiny/vww_96_int8.tflite golden/adc/vww_x.npy; then
    run person person
fi
if has real/t2o_conv_relu_u8.tflite; then
    run uint8 uint8
fi
ad=mlperf_tiny/ad01_int8.tflite spectrogram=mlperf_tiny/ad01_normal_id_01_00000000.f32.bin
if has $ad $spectrogram; then
    run anomaly anomaly
fi
end
