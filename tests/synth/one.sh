# SPDX-License-Identifier: Apache-2.0
# Synthesizes one module, flattened, and leaves a line in DIR/rows/MODULE: `ok`, `slow` or `broken`, flip-flops, memory
# bits, cells, depth, seconds, start and end of the longest path. What was synthesized before from the same sources is
# not done again. Called by run.sh with DIR, seconds and MODULE.
set -u
dir=$1 limit=$2 module=$3
log=$dir/log/$module.log
row=$dir/rows/$module

# The module's name tells its parameters.
key() {
    {
        yosys -V
        echo "$module $(<"$dir/boxes")"
        sed 's/\..*//' "$dir/closure/$module" | sort -u | while read -r cell; do cat "$dir/rtl/$cell.sv"; done
        cat "$0"
    } | sha1sum | cut -c1-40
}

# What the log of a finished run says.
figures() {
    awk '/^Longest topological path in / { depth = $NF; gsub(/[^0-9]/, "", depth); path = 1; next }
        path && /^ *[0-9]+: / { if (from == "") from = $2; to = $2 }
        /^   Number of cells: / { cells = $NF; path = flops = 0 }
        /^     [$]_[A-Z]*DFF/ { flops += $NF }
        /^  cell \\xb_ram / { ram = 1 }
        ram && /^    parameter .*\\Width / { width = $NF }
        ram && /^    parameter .*\\Words / { words = $NF }
        /^  end/ { if (ram) memory += width * words; ram = 0 }
        END { printf "%d %.0f %d %d %s %s\n", flops, memory, cells, depth, from, to }' "$log"
}

synthesize() {
    {
        echo "read_verilog -sv $(tr '\n' ' ' <"$dir/boxes")"
        sed "s:.*:read_rtlil $dir/il/&.il:" "$dir/closure/$module"
        echo "synth -flatten -top $module; ltp -noff; stat; dump t:xb_ram"
    } >"$dir/log/$module.ys"
    timeout "$limit" yosys -q -l "$log" "$dir/log/$module.ys" >/dev/null 2>"$log.error"
}

kept=$dir/kept/$(key)
if [ ! -f "$kept" ]; then
    from=$SECONDS
    synthesize
    case $? in
    0) read -r flops memory cells depth path < <(figures)
        echo "ok $flops $memory $cells $depth $((SECONDS - from)) $path" >"$kept" ;;
    124) echo "slow - - - - $((SECONDS - from)) - -" >"$row"; exit ;;
    *) echo "broken - - - - $((SECONDS - from)) $(tail -n 1 "$log.error" | tr ' ' '_') -" >"$row"; exit ;;
    esac
    gzip -f "$log"
fi
cp "$kept" "$row"
