#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Images in any number: results do not depend on how many are worked on at once, memory does not grow with them, and the
# converter codes that a simulation gets through its pipe are those that `emit` writes into files.
. "$(dirname "$0")/common.sh"
begin batches
dir=$work/x cfg=$dir/x.json
mkdir -p "$dir/bin"
echo "{\"network\": \"$root/tests/data/misc.tflite\", \"crossbar\": {\"rows\": 128, \"cols\": 128}}" >"$cfg"

golden() { # folder, options...
    mkdir -p "$dir/$1" && must "$1" "$XBGEN" golden --arch "$cfg" --input "$dir/input.npy" -o "$dir/$1/y.npy" --layers "$dir/$1" \
        --json "${@:2}" && cp "$dir/$1.log" "$dir/$1/json"
}

any_batch() { # options...
    local n
    golden whole "$@"
    for n in 1 3 11 64; do
        XB_BATCH=$n golden batch "$@" && must "same_$n" diff -r "$dir/whole" "$dir/batch" || return
    done
    must one_core taskset -c 0 "$XBGEN" golden --arch "$cfg" --input "$dir/input.npy" -o "$dir/one.npy" "$@" &&
        must same_core cmp "$dir/one.npy" "$dir/whole/y.npy"
    rm -r "$dir/whole"
}

any_batch_emitted() {
    local n
    emit one -n 11 --level adc
    for n in 1 4 11; do
        XB_BATCH=$n emit other -n 11 --level adc && must "same_$n" diff -r "$dir/one" "$dir/other" || return
    done
}

no_batch() {
    local word
    for word in 0 -1 many 2x; do
        XB_BATCH=$word "$XBGEN" golden --arch "$cfg" --input "$dir/input.npy" >"$dir/no_batch.log" 2>&1
        [ $? -eq 2 ] && grep -qx "xbgen: XB_BATCH takes an integer 1..1073741824, not '$word'" "$dir/no_batch.log" && continue
        echo "$word: $(head -n 1 "$dir/no_batch.log"); "
        return 1
    done
}

# Random images without a file are the same, whatever the batch.
first_images() {
    XB_BATCH=2 emit first -n 5 && must input cmp <(tail -c +129 "$dir/first/vectors/input.npy") \
        <(tail -c +129 "$dir/input.npy" | head -c $(($(stat -c %s "$dir/first/vectors/input.npy") - 128)))
}

# least COMMAND...: the least address space, in MB, in which a command works.
least() {
    local lo=8 hi=1024 mid
    while [ $((hi - lo)) -gt 4 ]; do
        mid=$(((lo + hi) / 2))
        if within "$mid" "$@"; then hi=$mid; else lo=$mid; fi
    done
    echo "$hi"
}

within() { (ulimit -v $(($1 * 1024)) && exec "${@:2}") >"$dir/within.log" 2>&1; }

# as_small MORE FEW MANY COMMAND...: MANY images fit where FEW do, with MORE MB of room.
as_small() {
    local few
    few=$(XB_BATCH=4 least "${@:4}" -n "$2")
    XB_BATCH=4 within $((few + $1)) "${@:4}" -n "$3" || { echo "$2 images take $few MB, $3 images more than $1 MB more; " && return 1; }
}

# 1,100 bytes in, 275 kB of codes an image.
small_emit() { as_small 16 8 400 "$XBGEN" emit --arch "$cfg" --level adc --force -o "$dir/small" && rm -r "$dir/small"; }
small_golden() { as_small 8 8 4000 "$XBGEN" golden --arch "$cfg" --input "$dir/many.npy" --layers "$dir/small"; }
small_naive() { as_small 8 8 4000 "$XBGEN" golden --arch "$cfg" --input "$dir/many.npy" --layers "$dir/small" --naive; }

# 2 million images of 585 bytes, nearly all of them a hole in the file.
large_input() {
    printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|i1', 'fortran_order': False, 'shape': (2000000, 15, 13, 3), }" >"$dir/large.npy"
    tail -c +129 "$dir/input.npy" >>"$dir/large.npy" && truncate -s $((128 + 585 * 2000000)) "$dir/large.npy"
    must large "$XBGEN" golden --arch "$cfg" --input "$dir/large.npy" -n 11 -o "$dir/large_y.npy" &&
        must input "$XBGEN" golden --arch "$cfg" --input "$dir/input.npy" -o "$dir/input_y.npy" &&
        must same cmp "$dir/large_y.npy" "$dir/input_y.npy" && truncate -s -1 "$dir/large.npy" &&
        ! "$XBGEN" golden --arch "$cfg" --input "$dir/large.npy" -n 11 >"$dir/large.log" 2>&1 && grep -q 'npy-data' "$dir/large.log"
    local status=$?
    rm "$dir/large.npy"
    return $status
}

# Programs that stand for make, verilator and g++, and simulations that keep what they are given.
pretend() { # simulation's end
    local tool
    for tool in make verilator g++; do printf '#!/bin/sh\n' >"$dir/bin/$tool" && chmod +x "$dir/bin/$tool"; done
    for tool in xb_sim xb_sim_wave; do printf '#!/bin/sh\n%s\n' "$1" >"$dir/sim/build/$tool" && chmod +x "$dir/sim/build/$tool"; done
}

pretended() { PATH="$dir/bin:$PATH" "$XBGEN" cosim --arch "$cfg" -n 3 --level adc -o "$dir/sim" >"$dir/pretended.log" 2>&1; }

# Twice: the run itself and, after its mismatch, the one with waves.
pipe_is_files() {
    emit files --level adc -n 3 && codes "$dir/files" 3 >"$dir/codes" && mkdir -p "$dir/sim" && emit sim && mkdir "$dir/sim/build"
    pretend 'cat <&3 >"$0.codes"; echo "{\"first_mismatch_cycle\": 5000}" >"${0%/*}/../results.json"; exit 1'
    pretended
    [ $? -eq 1 ] && grep -q 'wave around the first mismatch' "$dir/pretended.log" &&
        must run cmp "$dir/codes" "$dir/sim/build/xb_sim.codes" && must wave cmp "$dir/codes" "$dir/sim/build/xb_sim_wave.codes" &&
        [ -z "$(find "$dir/sim/vectors" -name 'adc_*')" ]
}

early_end() { # what the simulation does
    local status
    pretend "$1"
    pretended
    status=$?
    [ $status -eq "$2" ] && [ "$(grep -vc 'are in' "$dir/pretended.log")" -eq "$3" ] && return
    echo "exit status $status, $2 is due; $(head -n 3 "$dir/pretended.log"); "
    return 1
}

simulation_ends_early() {
    early_end 'exit 0' 0 0 && early_end 'head -c 100000 <&3 >"$0.codes"; exit 1' 1 0 && early_end 'exec 3<&-; sleep 0.2; exit 2' 2 0 &&
        early_end 'kill -9 $$' 3 1
}

# 8 MB an image in layer 0, 32 MB in layer 1: more than 256 MB wait for the latter at image 10.
layer_stands_still() {
    must compile g++ -std=gnu++17 -O1 -Wall -Wextra -Icosim -o "$dir/codes_pipe" tests/cosim/codes_pipe.cpp \
        cosim/codes.cpp cosim/npy.cpp || return
    local i l
    for ((i = 0; i < 14; i++)); do
        for l in 0 1; do head -c $((2 << (22 + 2 * l))) /dev/zero | tr '\0' "\\$(printf %o $((16 * l + i)))"; done
    done | must two_layers "$dir/codes_pipe"
}

# The real ones.
codes_end_early() {
    codes "$dir/layer" 2 | head -c 300000 | "$dir/layer/build/xb_sim" --level adc --codes-fd 0 --program "$dir/layer/mem/program.bin" \
        --vectors "$dir/layer/vectors" >"$dir/early.log" 2>&1
    [ "${PIPESTATUS[2]}" -eq 3 ] && grep -q 'the converter codes end early' "$dir/early.log"
}

simulated() { must "cosim_$1" "$XBGEN" cosim --arch "$cfg" --level adc -o "$dir/layer" "${@:2}"; }

small_cosim() { as_small 12 4 160 "$XBGEN" cosim --arch "$cfg" --level adc -o "$dir/layer"; }

emit first -n 11 && cp "$dir/first/vectors/input.npy" "$dir/input.npy"
emit first -n 4000 && cp "$dir/first/vectors/input.npy" "$dir/many.npy"
check 'golden gives the same in batches of any size, on one core' any_batch
check 'a batch of no size' no_batch
check 'golden --naive likewise' any_batch --naive
check 'emit --level adc likewise' any_batch_emitted
check 'the first random images are the first of more' first_images
check 'emit --level adc takes the memory of a batch' small_emit
check 'golden --layers takes the memory of a batch' small_golden
check 'golden --naive --layers takes the memory of a batch' small_naive
check 'an input of more than 1 GiB' large_input
check 'codes in the pipe are those in files, for the wave too' pipe_is_files
check 'a simulation that does not read its codes to the end' simulation_ends_early
check 'a layer that stands still while images pile up for it' layer_stands_still
why=$(emit layer --level adc -n 2 && build layer -O1) || failed "the simulation: $why"
check 'codes that end early' codes_end_early
check 'cosim --level adc' simulated stalls --stall 30 --seed 3
check 'cosim --level adc takes the memory of a few images' small_cosim
end
