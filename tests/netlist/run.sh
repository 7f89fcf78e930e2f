#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whole designs in Icarus: as emitted, and as the netlist that Yosys makes of them with macros and memories as black
# boxes. Both must give the golden model's bytes in the same number of cycles: Yosys accepts some constructs and gets
# them wrong without a word. Memories hold two kinds of garbage in turn. Usage: run.sh [design ...] (designs.txt); with
# names or XB_NIGHTLY all go through Yosys.
set -u
# shellcheck source=common.sh
. "$(dirname "$0")/common.sh"
images=3 stall=25
passed=0 failed=0 skipped=0

tell() { # status what [log]
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $2"
        [ $# -lt 3 ] || tail -n 15 "$3" | sed 's/^/    /'
    fi
    return "$1"
}

missing() { ! command -v "$1" >/dev/null && skipped=$((skipped + 1)); }

# build NAME KIND FILE...: compiles NAME.KIND.vvp.
build() {
    compile "$1" "$work/$1.$2.vvp" "${@:3}" >"$work/$1.$2.log" 2>&1
    tell $? "$1: Icarus compiles the $2" "$work/$1.$2.log"
}

# play NAME KIND RAM_SEED: simulates, keeps the cycles in NAME.KIND.cycles.
play() {
    local at=$work/$1.$2
    simulate "$1" "$at.vvp" $stall "$3" >"$at.log" 2>&1
    grep -qx PASS "$at.log"
    tell $? "$1: the $2 computes what the golden model does (garbage $3)" "$at.log" || return
    grep '^cycles' "$at.log" >"$at.cycles"
}

# A layer with two banks of sums has ring and sums in memories of the netlist: what `memories` is there for, and must not
# lose when the plan changes.
has_memories() { # name
    local words ring sums
    words=$(awk -F '[ :,]+' '$2 == "\"slots\"" {slots = $3} $2 == "\"banks\"" {banks = $3}
        $2 == "\"ring_words\"" && banks == 2 {print $3, banks * slots}' "$work/$1.xb/plan.json")
    read -r ring sums <<<"$words"
    grep -qF ".Words(32'sd$ring)" "$work/$1.netlist.v" && grep -qF ".Words(32'sd$sums)" "$work/$1.netlist.v"
}

# Cells are read when their parameters are known, but for the black boxes: they keep their names and parameters. Nets
# are split between their drivers: Icarus is fifteen times as fast then.
script() { # name
    local boxes cells
    boxes=$(cd "$work/$1.xb" && grep -l '^(\* blackbox \*)' rtl/*.sv | tr '\n' ' ')
    cells=$(cd "$work/$1.xb" && grep -L '^(\* blackbox \*)' rtl/*.sv | tr '\n' ' ')
    cat <<END
read_verilog -sv $boxes
read_verilog -sv -defer $cells
hierarchy -check -top xb_top
proc
check -assert
select -assert-none t:\$dlatch t:\$adlatch t:\$dlatchsr t:\$sr
opt
memory -nomap
opt -full
check -assert
splitnets -driver
opt_clean
write_verilog -noattr ../$1.netlist.v
END
}

synthesize() { # name
    local seed
    script "$1" >"$work/$1.ys"
    (cd "$work/$1.xb" && yosys -q -w 'Replacing memory' -l "../$1.yosys.log" "../$1.ys") >"$work/$1.netlist.log" 2>&1
    tell $? "$1: Yosys makes a netlist without latches and undriven nets" "$work/$1.netlist.log" || return
    [ "$1" != memories ] || { has_memories "$1"; tell $? "$1: ring and two banks of sums are in memories" || return; }
    build "$1" netlist "$work/$1.netlist.v" || return
    for seed in 1 2; do
        play "$1" netlist $seed || return
        cmp -s "$work/$1.rtl.cycles" "$work/$1.netlist.cycles"
        tell $? "$1: RTL and netlist take the same cycles (garbage $seed)"
    done
}

# What an emitted folder does with that bench, on its own; and a wrong result is found.
by_make() {
    local first
    make -s -C "$work/small.xb" icarus STALL=$stall >"$work/small.make.log" 2>&1 && grep -qx PASS "$work/small.make.log" &&
        grep -qxf "$work/small.rtl.cycles" "$work/small.make.log"
    tell $? 'make icarus says the same' "$work/small.make.log" || return
    first=$(od -An -tu1 -j128 -N1 "$work/small.xb/vectors/output.npy")
    printf "\\$(printf %o $((first ^ 1)))" | dd of="$work/small.xb/vectors/output.npy" bs=1 seek=128 conv=notrunc status=none
    ! make -s -C "$work/small.xb" icarus >"$work/small.make.log" 2>&1 && grep -q '^FAIL data, cycle [0-9]*, image 0, beat 0: ' "$work/small.make.log"
    tell $? 'make icarus finds a wrong result' "$work/small.make.log"
    emit small $images --force >"$work/small.log" 2>&1
}

design() { # name synthesize?
    emit "$1" $images >"$work/$1.log" 2>&1
    tell $? "$1: is emitted" "$work/$1.log" || return
    missing iverilog && return
    build "$1" rtl && play "$1" rtl 1 || return
    [ "$1" != small ] || by_make || return
    [ "$2" -gt 0 ] || return
    missing yosys || synthesize "$1"
}

# The example is large for Icarus; that it is read at all is another matter.
example() {
    "$xbgen" emit --arch "$root/examples/fmnist.json" -o "$work/example.xb" -n 1 --level output >"$work/example.log" 2>&1 &&
        iverilog -g2012 -tnull -s xb_top "$work"/example.xb/rtl/*.sv >"$work/example.log" 2>&1
    tell $? "the example is emitted and read by Icarus" "$work/example.log"
}

[ $# -ne 0 ] || missing iverilog || example
deep=2
for name in $(grep -o '^[a-z]*' "$here/designs.txt"); do
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    design "$name" $deep
    [ $# -ne 0 ] || [ -n "${XB_NIGHTLY:-}" ] || deep=$((deep - 1))
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
