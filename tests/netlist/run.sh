#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Whole designs in Icarus: as emitted, and as the netlist that Yosys makes of them with macros and memories as black
# boxes. Both must give the golden model's bytes in the same number of cycles: Yosys accepts some constructs and gets
# them wrong without a word. Usage: run.sh [design ...] (designs.txt); with names or XB_NIGHTLY all go through Yosys.
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

# play NAME KIND FILE...: compiles, simulates, keeps the cycles in NAME.KIND.cycles.
play() {
    local at=$work/$1.$2
    compile "$1" "$at.vvp" $images $stall "${@:3}" >"$at.log" 2>&1
    tell $? "$1: Icarus compiles the $2" "$at.log" || return
    simulate "$1" "$at.vvp" >"$at.log" 2>&1
    grep -qx PASS "$at.log"
    tell $? "$1: the $2 computes what the golden model does" "$at.log" || return
    grep '^cycles' "$at.log" >"$at.cycles"
}

# Cells are read when their parameters are known, but for the black boxes: they keep their names and parameters.
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
write_verilog -noattr ../$1.netlist.v
END
}

synthesize() { # name
    script "$1" >"$work/$1.ys"
    (cd "$work/$1.xb" && yosys -q -w 'Replacing memory' -l "../$1.yosys.log" "../$1.ys") >"$work/$1.netlist.log" 2>&1
    tell $? "$1: Yosys makes a netlist without latches and undriven nets" "$work/$1.netlist.log" || return
    play "$1" netlist "$work/$1.netlist.v" || return
    cmp -s "$work/$1.rtl.cycles" "$work/$1.netlist.cycles"
    tell $? "$1: RTL and netlist take the same cycles"
}

design() { # name synthesize?
    emit "$1" $images >"$work/$1.log" 2>&1
    tell $? "$1: is emitted" "$work/$1.log" || return
    missing iverilog && return
    play "$1" rtl || return
    [ "$2" -ne 0 ] || return
    missing yosys || synthesize "$1"
}

# The example is large for Icarus; that it is read at all is another matter.
example() {
    "$xbgen" emit --arch "$root/examples/fmnist.json" -o "$work/example.xb" -n 1 --level output >"$work/example.log" 2>&1 &&
        iverilog -g2012 -tnull -s xb_top "$work"/example.xb/rtl/*.sv >"$work/example.log" 2>&1
    tell $? "the example is emitted and read by Icarus" "$work/example.log"
}

make_network
tell $? "small.tflite is written" || exit 1
[ $# -ne 0 ] || missing iverilog || example
deep=1
for name in $(grep -o '^[a-z]*' "$here/designs.txt"); do
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    design "$name" $deep
    [ $# -ne 0 ] || [ -n "${XB_NIGHTLY:-}" ] || deep=0
done

echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
