#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# State machines are written in one style, from which the wave takes the names of their states: a register `state_q`,
# and a line `localparam logic [n:0] StIdle = 3'd0;` for each state, numbered from 0, every one of them used. Usage:
# states.sh [folder of cells ...]
set -u
cd "$(dirname "$0")/../.." || exit 3
passed=0 failed=0
check() { # name, lines that should not be
    if [ -z "$2" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); printf 'FAIL %s\n%s\n' "$1" "$2"; fi
}

# What is wrong with the state machines of a cell.
faults() {
    sed -e 's://.*::' -e "s/'d/ d/g" "$1" | awk '
    function has(words) { return match($0, "(^|[^A-Za-z0-9_])(" words ")($|[^A-Za-z0-9_])") }
    function tell(what) { print FNR ": " $0 " (" what ")" }
    has("enum") { tell("an enum") }
    /case[xz]? *\([a-z0-9_]*_q\)/ && !has("state_q") { tell("a case of another register") }
    has("state_q") { machine = 1 }
    /^ *localparam logic \[[0-9]+:0\] St[A-Za-z]+ = [0-9]+ d[0-9]+; *$/ {
        n = split($0, part, /[^A-Za-z0-9]+/)  # "", localparam, logic, high bit, 0, name, width, d and value
        if (part[4] + 1 != part[7]) tell("two widths")
        if (!states) width = part[7]
        if (part[7] != width || substr(part[8], 2) != states + 0) tell("not state " states + 0 " of " width " bits")
        name[states++] = part[6]
        next
    }
    {
        for (rest = $0; match(rest, /(^|[^A-Za-z0-9_])St[A-Z][A-Za-z]*/); rest = substr(rest, RSTART + RLENGTH)) {
            word = substr(rest, RSTART, RLENGTH)
            sub(/^[^S]/, "", word)
            used[word] = FNR
        }
    }
    match($0, /logic +\[ *[0-9]+:0\] state_q/) { split(substr($0, RSTART), part, /[^A-Za-z0-9]+/); bits = part[2] + 1 }
    END {
        if (machine && !states) print "state_q without states"
        if (machine && !bits) bits = 1
        if (states && bits != width) print "state_q of " bits + 0 " bits, states of " width
        for (i = 0; i < states; i++) {
            known[name[i]] = 1
            if (!(name[i] in used)) print name[i] " is never used"
        }
        for (n in used) if (!(n in known)) print used[n] ": " n " is not declared as a state"
    }'
}

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT

# What this test is good for: a cell in that style passes, and each departure from it is told.
cat >"$work/good.sv" <<'END'
  localparam logic [1:0] StIdle = 2'd0;
  localparam logic [1:0] StRun = 2'd1;  // something is under way
  localparam logic [1:0] StEnd = 2'd2;
  logic [ 1:0] state_q;
  assign busy = state_q != StIdle;
  case (state_q)
    StRun: state_q <= StEnd;
    default: state_q <= StIdle;
  endcase
END
check "a cell in that style" "$(faults "$work/good.sv")"
while IFS='|' read -r from to told; do
    sed "s/$from/$to/" "$work/good.sv" >"$work/bad.sv"
    check "$to" "$(faults "$work/bad.sv" | grep -q -- "$told" || echo "  is not told")"
done <<'END'
^.*StRun = .*|  typedef enum logic {StIdle, StRun} state_e;|an enum
StEnd = 2'd2|StEnd = 2'd3|not state 2
StRun = 2'd1|StRun = 3'd1|two widths
case (state_q)|case (phase_q)|another register
logic \[ 1:0\]|logic [ 2:0]|3 bits, states of 2
StRun: state_q <= StEnd|StRun: state_q <= StIdle|StEnd is never used
StRun: |StStop: |StStop is not declared
localparam logic \[1:0\] \(St.*\);|localparam \1;|state_q without states
END

for cell in rtl_templates/*.sv; do
    name=$(basename "$cell" .sv)
    check "$cell" "$(faults "$cell")"
    ! grep -q '\<state_q\>' "$cell" ||
        check "$name in the wave" "$(grep -q "put_states(.*\"$name\"" gen/emit/emit_gtkw.c || echo "  its states are not shown")"
done
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
