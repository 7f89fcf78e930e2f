#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every signal that waves/xb.gtkw shows is in the design, with these bits: GTKWave leaves out silently what it does not
# find. Icarus elaborates the design and says what there is.
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

cat >"$work/net.json" <<'END'
{"input": {"shape": [5, 5, 4]}, "layers": [
  {"op": "conv", "filters": 8, "kernel": 3, "padding": "same", "weights": {"seed": 1}},
  {"op": "conv", "filters": 8, "kernel": 3, "padding": "same", "groups": 2, "weights": {"seed": 1}},
  {"op": "add", "from": ["conv1", "conv2"]},
  {"op": "relu"}, {"op": "pad", "padding": [0, 1, 0, 1]}, {"op": "maxpool", "kernel": 2}, {"op": "reshape", "shape": [72]},
  {"op": "fc", "filters": 5, "weights": {"seed": 1}}]}
END
cat >"$work/top.sv" <<'END'
module TOP;
  xb_top xb_top ();
  initial begin
    $dumpfile("names.vcd");
    $dumpvars;
    #1 $finish;
  end
endmodule
END

# The signals of a save file that the dump does not declare, and last their number.
unknown() {
    awk 'FNR == 1 { file++ }
    file == 1 && $1 == "$enddefinitions" { nextfile }
    file == 1 && $1 == "$scope" { scope[++depth] = $3 }
    file == 1 && $1 == "$upscope" { depth-- }
    file == 1 && $1 == "$var" {
        name = $5 ($6 == "$end" ? "" : $6)
        for (i = depth; i > 0; i--) name = scope[i] "." name
        known[name] = 1
    }
    file == 2 {
        for (i = 1; i <= NF; i++) {
            if (!match($i, /TOP\..*/)) continue
            name = substr($i, RSTART)
            if (!(name in seen) && !(name in known)) print "not in the design: " name
            shown += !seen[name]++
        }
    }
    END { print shown + 0 }' "$@"
}

# The place of a layer is there in simulations by the bench alone, which says how long its rows are.
with_place() {
    sed -i -e 's/`ifdef XB_COSIM/`ifndef SYNTHESIS/' -e 's/import "DPI-C" pure \(function int xb_cosim_columns(input int layer);\)/\1 xb_cosim_columns = 1; endfunction/' \
        "$1/rtl/xb_probe_place.sv"
}

check() { # mapping
    local told
    echo "{\"network\": \"net.json\", $1}" >"$work/cfg.json"
    rm -rf "$work/design"
    "$xbgen" emit --arch "$work/cfg.json" -n 1 -o "$work/design" 2>"$work/log" &&
        with_place "$work/design" && (cd "$work/design" && iverilog -g2012 -s TOP -o ../sim -c xb.f ../top.sv) >>"$work/log" 2>&1 &&
        (cd "$work" && vvp sim) >>"$work/log" 2>&1
    told=$(unknown "$work/names.vcd" "$work/design/waves/xb.gtkw")
    if [[ $told =~ ^[0-9]+$ ]] && [ "$told" -gt 100 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n%s\n' "$1" "${told:-$(cat "$work/log")}"
    fi
}

check '"crossbar": {"rows": 64, "cols": 32}, "dac": {"bits": 4}, "adc": {"bits": 12, "per_array": 32}, "mapping": {"duplication": 5}'
check '"crossbar": {"rows": 40, "cols": 32, "encoding": "offset"}, "adc": {"bits": 1, "per_array": 8}, "pipeline": {"depth": 0}'
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
