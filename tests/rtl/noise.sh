#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The read noise of xb_macro against results that were computed elsewhere: the table of quantiles by its hash, and single
# draws (unit_noise.csv of the recorded imperfect cells). Environment: XB_SHARED (folder of data/).
. "$(dirname "$0")/../golden/common.sh"
cell=$root/rtl_templates/xb_macro_noise.sv
draws=$data/golden/imperfect/unit_noise.csv

# The 4,096 numbers as little-endian words of 16 bits: the upper half stands in the cell, highest first.
table() {
    local upper word
    upper=$(sed -n "s/^ *256'h\([0-9a-f]*\),*$/\1/p" "$cell" | fold -w 4)
    for word in $upper; do printf '%04x\n' $((-0x$word & 0xffff)); done
    tac <<<"$upper"
}

hashes() {
    [ "$(table | sed 's/\(..\)\(..\)/\2\1/' | tr -d '\n' | xxd -r -p | sha256sum)" = \
        "588bef1101842acd87cd5cc394e1faaaf2c845e78b0da3559c6f9799a6957f8b  -" ]
}

draw() {
    local seed array column n s added
    while IFS=, read -r seed _ _ _ array column n s _ added; do
        printf '%016x %s %s %s %s %s\n' "$seed" "$array" "$column" "$n" "$s" "$added"
    done < <(tail -n +2 "$draws") >"$work/draws"
    iverilog -g2012 -y rtl_templates -Y .sv -s tb_macro_noise -o "$work/draw.vvp" tests/rtl/tb_macro_noise.sv &&
        vvp -n "$work/draw.vvp" "+draws=$work/draws" | tee "$work/log" | grep -q "^PASS $(wc -l <"$work/draws") draws" ||
        { head -n 5 "$work/log" && return 1; }
}

try "table of quantiles" hashes
if ! command -v iverilog >/dev/null; then skip "iverilog"
elif [ ! -f "$draws" ]; then skip "golden/imperfect/unit_noise.csv is not there"
else try "draws" draw; fi
end
