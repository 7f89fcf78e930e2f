#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A user's own macro. The example is as good as ours, by itself and in a design; with a wrong comparator it is found at
# its column, a cycle late by the assertion, and without a word on saturation by the count, unless cfg.json says so.
. "$(dirname "$0")/common.sh"
begin macro
dir=$work/x cfg=$dir/x.json images=2
mkdir -p "$dir"
export OPT=-O0 UNITY=1 CXX=$root/tests/cosim/cxx # of the builds by `xbgen cosim`
cat >"$dir/net.json" <<END
{"input": {"shape": [5, 5, 4]}, "layers": [
  {"op": "conv", "filters": 8, "kernel": 3, "padding": "same", "weights": {"seed": 3}, "activation": "relu"},
  {"op": "conv", "filters": 12, "kernel": 3, "weights": {"seed": 3}},
  {"op": "fc", "filters": 5, "weights": {"seed": 3}}]}
END

# arch FILE [more keys of macro]: conv2 saturates, two of its rows of arrays stand in one tile; steps overlap.
arch() {
    cat >"$cfg" <<END
{"network": "net.json", "crossbar": {"rows": 64, "cols": 64}, "pipeline": {"depth": 3},
 "adc": {"bits": 8, "per_array": 16, "latency": 11, "interval": 2, "layers": {"conv2": {"bits": 5, "range": {"delta": 1}}}},
 "macro": {"file": "$1", "module": "sar_macro"${2:-}}}
END
}

# The bench of ours, with the example in its place: any bits, latencies and intervals.
bench() { # parameters...
    local sets="" p
    for p; do sets="$sets -Ptb_macro.$p"; done
    # shellcheck disable=SC2086
    must bench_compile iverilog -g2012 -DMACRO=sar_macro -y examples -y tests/rtl -Y .sv -s tb_macro $sets -o "$dir/bench.vvp" \
        tests/rtl/tb_macro.sv && must bench vvp -n "$dir/bench.vvp" && must passed grep -qx PASS "$dir/bench.log"
}

# planted FILE TEXT REPLACEMENT: the example with that change, as DIR/FILE.
planted() {
    cp examples/sar_macro.sv "$dir/$1" && change "$dir/$1" "$2" "$3" && arch "$1" "${4:-}"
}

# By the verb, which compares saturation too, or without the wave that it records of a mismatch.
by_verb() { "$XBGEN" cosim --arch "$cfg" --level adc -n $images -o "$dir/$1"; }
by_hand() {
    emit "$1" --level adc -n $images && build "$1" -O0 && (cd "$dir/$1" && build/xb_sim --level adc)
}

# ends STATUS NAME PATTERN...: the simulation, $how, ends so, and says that.
ends() {
    local log=$dir/$2.log pattern status
    "${how:-by_verb}" "$2" >"$log" 2>&1
    status=$?
    [ $status -eq "$1" ] || { echo "exit status $status, says: $(grep -v '^ ' "$log" | tail -n 3 | tr '\n' ' '); " && return 1; }
    for pattern in "${@:3}"; do
        grep -qE -- "$pattern" "$log" && continue
        echo "does not say $pattern; "
        return 1
    done
}

example() {
    arch "$root/examples/sar_macro.sv" && ends 0 example "^cosim: $images images, 0 mismatches, level adc, " &&
        must copied cmp examples/sar_macro.sv "$dir/example/rtl/sar_macro.sv" &&
        must noticed grep -q "^rtl/sar_macro.sv: the user.s own" "$dir/example/NOTICE" &&
        must listed awk '$0 == "rtl/sar_macro.sv" {n = NR} $0 == "rtl/xb_macro.sv" && n == NR - 1 {seen = 1} END {exit !seen}' \
            "$dir/example/xb.f" &&
        must saturates awk '$1 == "conv2" {seen = $7 > 0.1} END {exit !seen}' "$dir/example.log" &&
        must lints verilator --lint-only -Wall -GLatency=11 "$dir/example/rtl/xb_macro.sv" "$dir/example/rtl/sar_macro.sv"
}

# With ours it is the same chip: one program, one hash, the same simulation but for the macro.
same_chip() {
    arch "$root/examples/sar_macro.sv"
    sed -i 's/,$/&/; /"macro"/d; s/}}},$/}}}}/' "$cfg"
    emit ours -n $images && must same_program cmp "$dir/ours/mem/program.bin" "$dir/example/mem/program.bin" &&
        must same_top cmp "$dir/ours/rtl/xb_top.sv" "$dir/example/rtl/xb_top.sv"
}

# Converter 5 of the second array of conv2, the layer's key being its number: one step low.
comparator() {
    planted comparator.sv "CodeBits - 1 - k, held_q[k*Converters+j]);" \
        "CodeBits - 1 - k, held_q[k*Converters+j] - 32'(j == 5 && array_i == 32'h00100001));" &&
        how=by_hand ends 1 comparator '^mismatch 1: layer 1 conv2, image 0, window .* array [0-9]+ .* conversion (5|21|37|53) of ' &&
        must only_there awk '/^mismatch/ && / conversion / {n++; if (!/layer 1 conv2,.* conversion (5|21|37|53) of /) bad = 1}
            {if (match($0, / array [0-9]+/)) where[substr($0, RSTART, RLENGTH)] = 1}
            END {for (a in where) arrays++; exit !n || bad || arrays != 1}' "$dir/comparator.log"
}

late() {
    planted late.sv 'codes_valid_o <= busy_q[Latency-1];' \
        'begin late_q <= busy_q[Latency-1]; codes_valid_o <= late_q; end' &&
        change "$dir/late.sv" 'logic [Latency-1:0] busy_q;' 'logic [Latency-1:0] busy_q; logic late_q;' &&
        how=by_hand ends 1 late 'array [0-9]+, slot [0-9]+: codes_valid_o is 0 in the cycle ' \
            '^an assertion in the RTL stopped the simulation in cycle [0-9]+'
}

mute() { # STATUS NAME PATTERN [more keys]
    planted "$2.sv" 'saturated_o[j] <= used_q[k*Converters+j]' 'saturated_o[j] <= 1'"'b0 && used_q[k*Converters+j]" "${4:-}" &&
        ends "$1" "$2" "$3"
}

if command -v iverilog >/dev/null; then
    check 'the example passes the bench of ours' bench Latency=9
    check 'with pairs and groups' bench Rows=40 Cols=24 Converters=12 LevelBits=4 DacBits=2 Analog=1 ActiveRows=7 CodeBits=5 Latency=5
    check 'with an interval' bench Rows=9 Cols=24 Converters=3 LevelBits=3 DacBits=2 CodeBits=7 Latency=12 Interval=3 ActiveRows=4
else
    skipped 'iverilog is not installed'
fi
check 'the example passes in a design' example
check 'the chip is the same' same_chip
check 'a wrong comparator is found at its column' comparator
check 'a cycle late is found by the assertion' late
check 'saturation is compared' mute 1 mute '^xbgen: mismatch: layer 1 conv2, 0 saturated conversions, [1-9][0-9]* are due$'
check '... unless it says nothing of it' mute 0 told "^cosim: $images images, 0 mismatches, level adc, " ', "saturation": false'
end
