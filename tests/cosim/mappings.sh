#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Mappings through the RTL, every conversion: kernel position with every kernel of 1, 3, 5, 7 and channels below, at
# and above the rows of the crossbar, packed and unpacked; grouped convolutions that share an array, fill one, and
# take several; weights of 2 to 8 bits. Results are those of im2col and of the plain network. Then what a step loads from
# its buffer: each way of access, with and without a bandwidth, in turn with the reads and beside them; steps that
# straddle rows, strides, dilation. Sub-images: packed and one kernel an array, edges amid windows, strides, dilation,
# depthwise channels, pixels side by side, copies that share windows unevenly. Words and intervals are those of the plan, and a loader that fetches too much is found.
. "$(dirname "$0")/common.sh"
begin mappings

# conv FILTERS KERNEL SEED [KEYS]: one layer of a network in JSON.
conv() {
    printf '{"op": "conv", "filters": %d, "kernel": %d, "padding": "same", "weights": {"seed": %d}, ' "$1" "$2" "$3"
    printf '"weight_scale": 0.002%s, "output": {"scale": 0.05, "zero_point": %d}},\n' "${4:-}" $(($3 % 7 - 3))
}

# network FILE CHANNELS LAYERS: the layers, each with a comma behind it, and a small fully connected one.
network() {
    printf '{"name": "mappings", "input": {"shape": [7, 7, %d], "bits": 8, "signed": true, "scale": 0.05, "zero_point": 3},\n' "$2"
    printf '"layers": [\n%s' "$3"
    printf '{"op": "fc", "filters": 5, "weights": {"seed": 99}, "weight_scale": 0.001, "output": {"scale": 0.1, "zero_point": 0}}]}\n'
} >"$1"

# Every kernel over channels below, at and above ROWS: the layers make each other's channels.
kernels() { # rows
    local below=$(($1 / 3)) above=$(($1 + 3)) seed=1 k
    for k in 1 3 5 7; do
        conv "$1" $k $((seed++)) && conv $above $k $((seed++)) && conv $below $k $((seed++))
    done
}

# cfg FILE ROWS SCHEME MORE: lossless converters.
cfg() {
    echo "{\"name\": \"mappings\", \"network\": \"net.json\", \"crossbar\": {\"rows\": $2, \"cols\": 64, \"cell_bits\": 4$5},
        \"dac\": {\"bits\": 1}, \"adc\": {\"bits\": 10, \"per_array\": 4}, \"mapping\": {\"scheme\": \"$3\"$4}}" >"$1"
}

same_as_im2col() {
    must golden "$XBGEN" golden --arch "$dir/im2col.json" --input "$dir/layer/vectors/input.npy" -o "$dir/im2col.npy" &&
        must as_im2col same_elements "$dir/layer/vectors/output.npy" "$dir/im2col.npy"
}

simulate() {
    must lossless is_lossless && emit layer --level adc -n 2 && same_as_im2col && plain && build layer -O0 && play layer adc 2 && planned &&
        play layer adc 2 --stall 40 --seed 3
}

verdict() { # case
    check "$1" simulate
    [ -n "${KEEP:-}" ] || rm -rf "$dir/layer"
}

positions() { # rows, kp_packed
    local dir=$work/kp$1_$2 cfg=$work/kp$1_$2/cfg.json
    mkdir -p "$dir"
    network "$dir/net.json" $(($1 / 3)) "$(kernels "$1")"
    cfg "$cfg" "$1" kernel_position ", \"kp_packed\": $2" ""
    cfg "$dir/im2col.json" "$1" im2col "" ""
    verdict "kernel position on $1 rows, kp_packed $2: 12 layers, every conversion"
}

# 20 rows and 8 columns a group on 48x64; 27 rows, 24 columns; 36 rows, 96 columns, which take two column tiles.
groups() { # encoding, more keys of the crossbar
    local dir=$work/groups_$1 cfg=$work/groups_$1/cfg.json keys layers
    keys=", \"weight_bits\": 5, \"groups\""
    mkdir -p "$dir"
    layers=$(conv 12 3 1 "$keys: 3" && conv 36 1 2 "$keys: 3" && conv 36 3 3 ", \"weight_bits\": 8, \"groups\": 12" &&
        conv 144 2 4 ", \"weight_bits\": 3, \"groups\": 3" && conv 12 1 5 ", \"weight_bits\": 2, \"groups\": 6" &&
        conv 12 1 6 ", \"weight_bits\": 4" && conv 8 3 7 ", \"weight_bits\": 7, \"groups\": 4")
    network "$dir/net.json" 6 "$layers"
    cfg "$cfg" 48 im2col ", \"duplication\": 2" ", \"encoding\": \"$1\"$2"
    cp "$cfg" "$dir/im2col.json"
    verdict "groups and weight bits, $1: 7 layers, every conversion"
}

# delivery ACCESS BITS TRANSFER COPIES ENCODING SCHEME
delivery() {
    local dir=$work/delivery_$1_$2_$3 cfg=$work/delivery_$1_$2_$3/cfg.json bits=$2 layers
    mkdir -p "$dir"
    layers=$(conv 6 3 1 && conv 5 5 2 ', "stride": 2' && conv 8 1 3 && conv 8 3 4 ', "groups": 8' && conv 7 3 5 ', "dilation": 2' &&
        conv 4 1 6 ', "stride": 2')
    network "$dir/net.json" 3 "$layers"
    [ "$bits" != unlimited ] || bits='"unlimited"'
    cfg "$cfg" 32 "$6" ", \"duplication\": $4" ", \"encoding\": \"$5\"}, \"buffer\": {\"access\": \"$1\", \"bits_per_cycle\": $bits, \"transfer\": \"$3\""
    cfg "$dir/im2col.json" 32 im2col "" ", \"encoding\": \"$5\""
    verdict "buffer access $1, $2 bits a cycle, $3, $4 copies: 7 layers, every conversion"
}

# patches POLICY REUSE SIDE DAC_BITS ENCODING: 3x3 convolutions over more channels than share an array, dilated, strided,
# depthwise with a multiplier, as sub-images of up to SIDE; 1x1 ones with pixels side by side, the last run not full.
patches() {
    local dir=$work/patches_$1_$2 cfg=$work/patches_$1_$2/cfg.json layers more
    mkdir -p "$dir"
    layers=$(conv 7 3 1 && conv 4 3 2 ', "dilation": 2' && conv 6 1 3 && conv 5 1 4 ', "stride": 2' && conv 6 3 5 ', "stride": 2' &&
        conv 9 2 6 | sed 's/same/valid/')
    layers=${layers/'{"op": "conv", "filters": 6, "kernel": 3'/'{"op": "dwconv", "filters": 10, "kernel": 3'}
    network "$dir/net.json" 3 "$layers"
    more="\"policy\": \"$1\", \"reuse\": $2"
    [ -z "$3" ] || more+=", \"layers\": {\"conv1\": {\"sub_image\": $3}}"
    cfg "$cfg" 40 subimage ", $more" ", \"encoding\": \"$5\""
    cfg "$dir/im2col.json" 40 im2col "" ", \"encoding\": \"$5\""
    sed -i "s/\"dac\": {\"bits\": 1}/\"dac\": {\"bits\": $4}/" "$cfg"
    verdict "sub-images, $1, each array serves $2 windows: 7 layers, every conversion"
}

# A loader that keeps a column of each window less than it could: results stay, words and intervals do not.
greedy() {
    local dir=$work/greedy cfg=$work/greedy/cfg.json
    mkdir -p "$dir"
    network "$dir/net.json" 3 "$(conv 6 5 1)"
    cfg "$cfg" 32 im2col "" '}, "buffer": {"access": "kp", "bits_per_cycle": 2'
    check 'a loader that fetches words too many is found' found_greedy
}

found_greedy() {
    must emit "$XBGEN" emit --arch "$cfg" -n 2 -o "$dir/layer" &&
        change "$dir/layer/rtl/xb_window_shared.sv" '? SPAN - ONWARD : 0' '? SPAN - ONWARD - 1 : 0' &&
        change "$dir/layer/rtl/xb_strip.sv" 'q + SHIFT < KernelW &&' 'q + SHIFT < KernelW - 1 &&' && build layer -O0 && play layer layer 2 || return
    awk -f tests/cosim/planned.awk "$dir/layer/plan.json" "$dir/layer.json" >"$dir/why"
    must words grep -q 'conv1 words_in is [0-9]*, planned' "$dir/why" && must interval grep -q 'interval is' "$dir/why"
}

later delivery kp 64 overlapped 3 differential im2col
later delivery line unlimited overlapped 9 offset im2col
later greedy
later patches packed 3 5 1 offset
later groups offset ""
if [ -n "${XB_NIGHTLY:-}" ]; then
    later delivery kp unlimited serial 30 offset kernel_position
    later delivery kp 1000 serial 13 differential im2col
    later delivery line 64 overlapped 4 differential kernel_position
    later delivery line 24 serial 1 offset im2col
    later delivery share 64 overlapped 20 differential im2col
    later delivery dup 512 overlapped 7 offset im2col
    later delivery dup 200 serial 2 differential im2col
    later delivery share 96 serial 5 offset kernel_position
    later patches slice 9 "" 3 differential
    later positions 8 false
    later positions 16 '"auto"'
    later positions 8 '"auto"'
    later positions 16 false
    later positions 32 '"auto"'
    later positions 32 false
    later groups differential ""
fi
end
