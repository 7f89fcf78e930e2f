#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the cells of real designs become in synthesis: a table of flip-flops, memory bits, gates and the longest path, a
# row for each cell with each set of parameters that occurs, flattened, black boxes cutting paths; and the example as a
# whole. Fails where a path is above 50 gates, where a variable is divided by anything but a power of two, where Yosys
# does not end. `make synth` takes all designs (hours), XB_NIGHTLY=N one of ten, another every day, beside the example.
# Without it, it is one network, and of each cell the smallest and the largest that is quick.
#   run.sh [CELL...]     the rows of these cells only
# Environment: as common.sh; XB_DESIGNS (names of designs), XB_LARGE (bytes of a module's text
# from which on its parts are synthesized apart, one.sh).
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
deepest=50 # gates of a path

# cfg NAME NETWORK ENCODING CONVERTERS LAYER=COPIES... : with the keys of $buffer, if there are any.
cfg() {
    local copies
    [ -z "${XB_DESIGNS:-}" ] || [[ " $XB_DESIGNS " == *" $1 "* ]] || return 0
    copies=$(for one in "${@:5}"; do printf '"%s": {"duplication": %s}\n' "${one%=*}" "${one#*=}"; done | paste -sd,)
    cat >"$work/$1.json" <<END
{"name": "$1", "network": "$2", "crossbar": {"rows": 128, "cols": 128, "cell_bits": 2, "encoding": "$3"},
 "dac": {"bits": 1}, "adc": {"bits": 9, "per_array": $4}, "pipeline": {"depth": 4}, "buffer": {${buffer:-}}, "mapping": {"layers": {$copies}}}
END
    designs+=("$1")
}

# Whether mapping K of ten is played.
is_due() { [ "${all:-synth}" = synth ] || [ $((all % 10)) = "$1" ]; }

# of K NAME FILE LAYER=COPIES...: from mapping K on, a network in both encodings, without and with copies; with copies that share words.
of() {
    local k=$1
    shift
    if [ ! -f "$data/mlperf_tiny/$2" ]; then
        skip "$1: $data/mlperf_tiny/$2 is not there"
        return
    fi
    ! is_due "$k" || cfg "$1_copies" "$data/mlperf_tiny/$2" differential 16 "${@:3}"
    [ -n "$all" ] || return
    ! is_due $((k + 1)) || buffer='"access": "kp", "bits_per_cycle": 512' cfg "$1_kp" "$data/mlperf_tiny/$2" offset 128 "${@:3}"
    ! is_due $((k + 2)) || cfg "$1" "$data/mlperf_tiny/$2" differential 16
    ! is_due $((k + 3)) || cfg "$1_offset" "$data/mlperf_tiny/$2" offset 128
    ! is_due $((k + 4)) || cfg "$1_offset_copies" "$data/mlperf_tiny/$2" offset 128 "${@:3}"
}

# What has a row of its own: every cell, but of the chips only the example.
wanted() {
    awk -v cells=" $* " -v all="$all" -v quick=$quick '
        $3 == "xb_top" && (!all || $2 != "xb_top.fmnist") { next }
        cells != "  " && !index(cells, " " $3 " ") { next }
        all { print; next }
        !($3 in smallest) { smallest[$3] = $0; next }
        $1 <= quick { largest[$3] = $0 }
        END {
            for (cell in smallest) print smallest[cell]
            for (cell in largest) print largest[cell]
        }' | sort -n
}

# The table, cell by cell, deep ones first; and what is wrong, to $work/faults.
table() {
    while read -r _ module cell parameters; do
        echo "$cell $parameters $(cat "$work/rows/$module")"
    done <"$work/wanted" | sort -k1,1 -k7,7nr -k4,4nr | awk -v deepest=$deepest -v faults="$work/faults" '
        BEGIN { form = "%-18s %9s %9s %9s %6s %6s  %s\n"; printf form, "cell", "flops", "memory", "cells", "depth", "s", "parameters" }
        { printf form, $1, $4, $5, $6, $7, $8, $2 }
        function wrong(what) { print $1 " " $2 ": " what > faults }
        $3 == "slow" { wrong("is not synthesized in " $8 " s") }
        $3 == "broken" { wrong("is not synthesized, " $9) }
        $3 == "divides" { wrong("divides by a number that is no power of two, " $9) }
        $3 == "ok" && $7 > deepest { wrong("has a path of " $7 " gates, " $9 " to " $10) }'
}

rm -f "$work/faults"
all=${XB_NIGHTLY:-}
quick=30000 # bytes of a flattened module's text
of 0 resnet8 pretrainedResnet_quant.tflite conv1=14 conv2=14 conv3=14 conv4=4 conv5=4
[ -z "$all" ] || of 5 person vww_96_int8.tflite conv1=14 dwconv1=14 conv2=14 dwconv2=4 conv3=4
example
buffer='"access": "kp", "bits_per_cycle": 512' cfg fmnist_kp "$root/examples/fmnist.tflite" offset 128 conv1=5 conv2=3
units "${designs[@]}"
wanted "$@" <"$work/units" >"$work/wanted"
# From so many bytes on a module's parts are synthesized once each, and simplified within their borders only: where that
# leaves a path that is too long, the module is synthesized as a whole.
large=${XB_LARGE:-$([ -n "$all" ] && echo 20000 || echo 400000)}
each() { xargs -P "$jobs" -I{} bash "$here/one.sh" "$work" "${XB_LIMIT:-1800}" {} "$1"; }
awk -v large="$large" '$1 < large {print $2}' "$work/wanted" | each gates
awk -v large="$large" '$1 >= large {print $2}' "$work/wanted" >"$work/large"
sed "s:^:$work/closure/:" "$work/large" | xargs -r cat | sort -u | each part
each parts <"$work/large"
while read -r module; do
    awk -v module="$module" -v deepest=$deepest '$1 == "ok" && $5 > deepest {print module}' "$work/rows/$module"
done <"$work/large" | each gates
touch "$work/faults"
table
while read -r line; do fail "$line"; done <"$work/faults"
passed=$(($(wc -l <"$work/wanted") - $(cut -d: -f1 "$work/faults" | sort -u | wc -l)))
end
