#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How fast things are, beside what they should reach: ResNet-8 (the example where it is not at hand) on 128x128
# crossbars, 2 bit cells, 9-bit converters, 16 of them an array; and Icarus beside Verilator on a small design. Prints
# figures; no figure makes it fail.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
xbgen=${XBGEN:-$root/build/xbgen}
data=${XB_SHARED:-$root/../shared}/data
work=${WORK:-$root/build}/bench
rm -rf "$work" && mkdir -p "$work"

now() { date +%s%N; }
seconds() { awk -v t=$(($(now) - $1)) 'BEGIN {printf "%.2f", t / 1e9}'; }
figure() { printf '%-48s %10s  %s\n' "$1" "$2" "$3"; }

# cfg FILE BITS
cfg() {
    echo "{\"network\": \"$network\", \"crossbar\": {\"rows\": 128, \"cols\": 128, \"cell_bits\": 2}, \"dac\": {\"bits\": 1},
        \"adc\": {\"bits\": $2, \"per_array\": 16}}" >"$1"
}

# repeated FROM TO HEIGHT WIDTH CHANNELS COPIES: an array of images, several times over.
repeated() {
    local size=$(($(stat -c %s "$1") - 128)) i text
    text="{'descr': '|i1', 'fortran_order': False, 'shape': ($((size / ($3 * $4 * $5) * $6)), $3, $4, $5), }"
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$text" >"$2"
    for ((i = 0; i < $6; i++)); do tail -c +129 "$1"; done >>"$2"
}

if [ -e "$data/golden/adc/resnet8_x.npy" ]; then
    network=$data/mlperf_tiny/pretrainedResnet_quant.tflite name=ResNet-8
    repeated "$data/golden/adc/resnet8_x.npy" "$work/x.npy" 32 32 3 20
else
    network=$root/examples/fmnist.tflite name='Fashion-MNIST example'
    repeated examples/fmnist_images.npy "$work/x.npy" 28 28 1 4
fi
cfg "$work/nine.json" 9
cfg "$work/six.json" 6
echo "$name, $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg)"

start=$(now)
"$xbgen" emit --arch "$work/nine.json" --input "$work/x.npy" -n 20 -o "$work/design"
figure 'emit, with the vectors of 20 images' "$(seconds "$start") s" 'goal < 1 s'
start=$(now)
XB_RUNTIME=$work/runtime make -s -C "$work/design" build >"$work/log"
figure 'Verilator and compiler, from clean' "$(seconds "$start") s" 'goal <= 120 s'
start=$(now)
XB_RUNTIME=$work/runtime make -s -C "$work/design" build >"$work/log"
figure 'the same, nothing changed' "$(seconds "$start") s" 'goal <= 3 s'
(cd "$work/design" && build/xb_sim --json result.json --quiet) >"$work/log"
figure 'RTL simulation, level layer, no waves' \
    "$(awk -F '[ ,:]+' '/"images_per_second"/ {printf "%.2f", $3}' "$work/design/result.json") /s" 'goal >= 1 image/s'
for bits in nine six; do
    start=$(now)
    count=$("$xbgen" golden --arch "$work/$bits.json" --input "$work/x.npy" | sed -n 's/^golden: \([0-9]*\) images.*/\1/p')
    figure "golden model, $([ $bits = nine ] && echo 9-bit converters, lossless || echo 6-bit converters, lossy)" \
        "$(awk -v n="${count:-0}" -v t=$(($(now) - start)) 'BEGIN {printf "%.1f", n * 1e9 / t}') /s" 'goal >= 50 images/s'
done

# The small design of tests/netlist in both simulators.
if [ -x tests/netlist/icarus_time.sh ] && command -v iverilog >/dev/null; then
    icarus=$(BUILD=$work/netlist tests/netlist/icarus_time.sh 20 | sed -n 's/.* \([0-9]*\) cycles\/s.*/\1/p')
    XB_RUNTIME=$work/runtime make -s -C "$work/netlist/small.xb" build >"$work/log"
    (cd "$work/netlist/small.xb" && build/xb_sim --level output --json result.json --quiet) >"$work/log"
    verilator=$(awk -F '[ ,:]+' '/"cycles"/ {c = $3} /"seconds"/ {printf "%.0f", c / $3}' "$work/netlist/small.xb/result.json")
    figure 'small design, Icarus' "$icarus /s" 'cycles'
    figure 'small design, Verilator' "$verilator /s" "cycles, $(awk -v v="$verilator" -v i="$icarus" 'BEGIN {printf "%.0f", v / i}') times as many"
fi
rm -rf "$work"
