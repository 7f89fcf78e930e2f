#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares the golden model with TensorFlow Lite itself (its reference kernels, package ai-edge-litert of PyPI, in the
# virtual environment of tests/venv.sh), over every int8 network at hand: real images and noise. Of networks as their
# users have them every layer is compared.
set -u
cd "$(dirname "$0")/../.." || exit 3
root=$PWD
xbgen=${XBGEN:-$root/build/xbgen}
random_net=${RANDOM_NET:-$root/build/tests/cosim/random_net}
data=${XB_SHARED:-$root/../shared}/data
work=${WORK:-$root/build}/nightly
mkdir -p "$work" && venv=$(tests/venv.sh) || exit 3
skipped=0

skip() {
    echo "skipped: $*"
    skipped=$((skipped + 1))
}

"$venv/bin/pip" list 2>/dev/null | awk '/^ai-edge-litert |^numpy /'

cases=()
# add NAME NETWORK IMAGES
add() {
    if [ ! -e "$2" ]; then
        skip "$1: $2 is not there"
    elif [ "${3#random:}" = "$3" ] && [ ! -e "$3" ]; then
        skip "$1: $3 is not there"
    else
        cases+=("$@")
    fi
}

# The first 1,000 CIFAR-10 test images, NHWC, as int8.
cifar() {
    xz -dc "$data/cifar10/test_first1000.bin.xz" | "$venv/bin/python" -c '
import sys, numpy as np
x = np.frombuffer(sys.stdin.buffer.read(), np.uint8).reshape(1000, 3073)[:, 1:].reshape(1000, 3, 32, 32)
np.save(sys.argv[1], (x.transpose(0, 2, 3, 1).astype(int) - 128).astype(np.int8))' "$work/cifar.npy"
}

tiny=$data/mlperf_tiny
[ ! -e "$data/cifar10/test_first1000.bin.xz" ] || cifar
add resnet8 "$tiny/pretrainedResnet_quant.tflite" "$work/cifar.npy"
add resnet8_noise "$tiny/pretrainedResnet_quant.tflite" random:100
add resnet8_large "$tiny/pretrainedResnet_large_int8.tflite" "$work/cifar.npy"
add person "$tiny/vww_96_int8.tflite" "$data/golden/adc/vww_x.npy"
add person_noise "$tiny/vww_96_int8.tflite" random:100
add anomaly_noise "$tiny/ad01_int8.tflite" random:1000
if [ -e "$tiny/ad01_normal_id_01_00000000.f32.bin" ]; then
    python3 tests/cosim/quantize.py "$tiny/ad01_int8.tflite" "$tiny/ad01_normal_id_01_00000000.f32.bin" "$work/anomaly.npy"
fi
add anomaly "$tiny/ad01_int8.tflite" "$work/anomaly.npy"
add fmnist examples/fmnist.tflite "$root/examples/fmnist_images.npy"
add fmnist_noise examples/fmnist.tflite random:200
add fmnist_se examples/fmnist_se.tflite "$root/examples/fmnist_images.npy"
add fmnist_se_noise examples/fmnist_se.tflite random:200
add misc tests/data/misc.tflite random:1000

log=$work/litert.log
"$venv/bin/python" tests/nightly/litert_compare.py "$xbgen" "$work" "${cases[@]}" 2>"$work/stderr.log" | tee "$log"
status=${PIPESTATUS[0]}
"$venv/bin/python" tests/nightly/quantize_compare.py "$xbgen" "$work" 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
"$venv/bin/python" tests/nightly/means_compare.py "$xbgen" "$work" 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
# The example with most kinds of layers, and all networks of others.
layers=("$root/examples/fmnist_se.tflite")
[ -d "$data/real" ] || skip "$data/real is not there"
for file in "$data"/real/*.tflite; do
    [ ! -e "$file" ] || layers+=("$file")
done
"$venv/bin/python" tests/nightly/litert_layers.py "$xbgen" "$work" 20 "${layers[@]}" 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
"$venv/bin/python" tests/nightly/litert_ends.py "$xbgen" "$work" 200 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
# MUL of two images: all pairs of codes, and maps with gates.
"$venv/bin/python" tests/nightly/products_compare.py "$xbgen" "$work" 200 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
# CONCATENATION, and several outputs.
"$venv/bin/python" tests/nightly/joins_compare.py "$xbgen" "$work" 200 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
# Random networks, of INT8 and of UINT8.
"$venv/bin/python" tests/nightly/litert_random.py "$xbgen" "$random_net" "$work" 1 1500 2>>"$work/stderr.log" | tee -a "$log"
[ "${PIPESTATUS[0]}" -eq 0 ] || status=1
[ "$status" -eq 0 ] || tail -n 5 "$work/stderr.log"
failed=$(grep -c '^FAILED' "$log")
[ "$status" -eq 0 ] || [ "$failed" -ne 0 ] || failed=1
echo "$(grep -c '^ok' "$log") passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
