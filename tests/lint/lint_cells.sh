#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lints every cell with its defaults and with each line of lint_params.txt, in Verilator, Icarus and Yosys: three
# readers of SystemVerilog that disagree, so that what passes here is read alike everywhere; the two that simulate read
# it with assertions as well.
# Usage: lint_cells.sh [cell ...]; environment: TOOLS="verilator iverilog yosys", a + behind the first two: with assertions.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
cells=$root/rtl_templates
params=$cells/lint_params.txt
tools=${TOOLS:-verilator verilator+ iverilog iverilog+ yosys}
# Assertions only add to what is read: other parameters are read without them in the night.
with_parameters=$tools
[ -n "${TOOLS:-}${XB_NIGHTLY:-}" ] || with_parameters="verilator+ iverilog+ yosys"
# shellcheck source=../verilator.sh
. "$root/tests/verilator.sh"
log=$(mktemp) sets=$(mktemp)
trap 'rm -f "$log" "$sets"' EXIT
passed=0 failed=0 skipped=0

# "-GA=1 -GB=2" as the other two tools spell it.
yosys_sets() { local a n v; for a in "$@"; do n=${a#-G} v=${n#*=}; printf ' -set %s %s' "${n%%=*}" "$v"; done; }
icarus_sets() { local cell=$1 a; shift; for a in "$@"; do printf ' -P%s.%s' "$cell" "${a#-G}"; done; }

# Modules that a cell instantiates, itself included: Yosys has no library folder.
closure() {
    local todo="$1" done=" " next file name
    while [ -n "$todo" ]; do
        next=${todo%% *} todo=${todo#"$next"} todo=${todo# }
        case $done in *" $next "*) continue ;; esac
        done="$done$next "
        file=$cells/$next.sv
        for name in $(grep -oE '^ *xb_[a-z0-9_]+ *(#\(|u_)' "$file" | grep -oE 'xb_[a-z0-9_]+' | sort -u); do
            [ -f "$cells/$name.sv" ] && todo="$todo${todo:+ }$name"
        done
    done
    for name in $done; do printf ' %s' "$cells/$name.sv"; done
}

# inside CELL OPTION: how Yosys reads the cells in it.
inside() {
    local files
    files=$(closure "$1")
    files=${files# "$cells/$1.sv"}
    [ -z "$files" ] || echo "read_verilog -sv $2$files;"
}

yosys_checks() { echo "hierarchy -check -top $1; proc; check -assert; select -assert-none t:\$dlatch t:\$adlatch"; }

# An assertion in an always_ff: nobody synthesizes it.
without_assertions() { sed -i '/System task (.*) cannot be synthesized in an always_ff process/d' "$log"; }

lint() { # tool cell parameters...
    local tool=$1 cell=$2 chparam= define=
    shift 2
    [ "${tool%+}" = "$tool" ] || define=-DXB_ASSERT=1
    case $tool in
    verilator | verilator+) "$verilator" --lint-only -Wall $define -y "$cells" "$@" "$cells/$cell.sv" ;;
    # shellcheck disable=SC2046
    iverilog | iverilog+) iverilog -g2012 -tnull $define -y "$cells" -Y .sv -s "$cell" $(icarus_sets "$cell" "$@") "$cells/$cell.sv" ;;
    yosys)
        # With parameters the cells inside are black boxes: they have sets of their own.
        local inside=-defer
        if [ $# -gt 0 ]; then
            inside=-lib
            # A black box has no inside that parameters could change.
            grep -q blackbox "$cells/$cell.sv" || chparam="chparam$(yosys_sets "$@") $cell;"
        fi
        # Registers that are written as an array are meant to be registers.
        yosys -q -w 'Replacing memory' -p "read_verilog -sv -defer $cells/$cell.sv; $(inside "$cell" "$inside") $chparam $(yosys_checks "$cell")" ;;
    esac >"$log" 2>&1
    local rc=$?
    without_assertions
    return $rc
}

# yosys_all CELL, sets on standard input: true if Yosys, which reads the cells once, finds nothing in any of them.
yosys_all() {
    local cell=$1 set script
    script="read_verilog -sv -defer $cells/$cell.sv; $(inside "$cell" -lib) design -save all;"
    while read -r set; do
        # A black box has no inside that parameters could change.
        # shellcheck disable=SC2086
        grep -q blackbox "$cells/$cell.sv" && set= || set="chparam$(yosys_sets $set) $cell;"
        script="$script design -load all; $set $(yosys_checks "$cell");"
    done
    yosys -q -w 'Replacing memory' -p "$script" >"$log" 2>&1 && without_assertions && [ ! -s "$log" ]
}

one() { # cell parameters...
    local tool rc
    for tool in $tools; do
        if ! command -v "${tool%+}" >/dev/null; then
            skipped=$((skipped + 1))
            continue
        fi
        lint "$tool" "$@"
        rc=$?
        if [ $rc -eq 0 ] && [ ! -s "$log" ]; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            printf 'FAIL %s %s\n' "$tool" "$*"
            sed 's/^/    /' "$log" | head -20
        fi
    done
}

# Without names: every cell, in two processes.
if [ $# -eq 0 ]; then
    half() { find "$cells" -name 'xb_*.sv' -exec basename -s .sv {} + | sort | awk -v odd="$1" 'NR % 2 == odd'; }
    # shellcheck disable=SC2046
    { "$0" $(half 0) & "$0" $(half 1); wait; } >"$log"
    awk '/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {p += $1; f += $3; s += $5; n++; next} {print}
        END {printf "%d passed, %d failed, %d skipped\n", p, f + (n != 2), s; exit f > 0 || n != 2}' "$log"
    exit
fi

wanted=" $* "
for file in "$cells"/*.sv; do
    cell=$(basename "$file" .sv)
    [[ $wanted == *" $cell "* ]] || continue
    one "$cell"
    mine=$with_parameters
    sed -n "s/^$cell //p" "$params" >"$sets"
    # One Yosys for all sets; where it finds something, one for each says which.
    if [[ " $mine " == *" yosys "* ]] && command -v yosys >/dev/null && [ -s "$sets" ] && yosys_all "$cell" <"$sets"; then
        mine=${mine/yosys/}
        passed=$((passed + $(wc -l <"$sets")))
    fi
    while read -r rest; do
        # shellcheck disable=SC2086
        tools=$mine one "$cell" $rest
    done <"$sets"
done

printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ]
