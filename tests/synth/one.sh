# SPDX-License-Identifier: Apache-2.0
# Synthesizes one module, flattened, and leaves a line in DIR/rows/MODULE: `ok`, `slow`, `broken` or `divides`, flip-flops, memory
# bits, cells, depth, seconds, start and end of the longest path. What was synthesized before from the same sources is
# not done again. Called with DIR, seconds, MODULE and `gates`, `storage` (neither cells nor depth, in half the time) or
# `estimate` (a tenth of the time, some flip-flops more). A division that is left of the module's own text is
# `divides`, and its place the path.
set -u
dir=$1 limit=$2 module=$3 what=$4
log=$dir/log/$module.log
row=$dir/rows/$module

# The module's name tells its parameters.
key() {
    {
        yosys -V
        echo "$module $1"
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
        echo "hierarchy -check -top $module; proc; opt_expr; opt_clean"
        echo "tee -q -o $log.divides select -list t:\$div t:\$mod t:\$divfloor t:\$modfloor"
        case $what in
        gates) echo "synth -flatten -top $module; ltp -noff; stat; dump t:xb_ram" ;;
        storage) echo "synth -flatten -noabc -top $module; stat; dump t:xb_ram" ;;
        *) # Whole words of flip-flops are cut into bits, the logic between them stays as it is.
            echo "flatten; opt_expr; opt_clean; opt; memory_dff; memory_collect; memory_map; opt_dff; opt_expr; opt_clean"
            echo "wreduce; opt_expr -mux_undef -undriven -fine; opt_clean; opt_dff"
            echo "simplemap t:\$*dff*; opt_merge; opt_dff; opt_clean; stat; dump t:xb_ram"
            ;;
        esac
    } >"$dir/log/$module.ys"
    timeout "$limit" yosys -q -l "$log" "$dir/log/$module.ys" >/dev/null 2>"$log.error"
}

kept=$dir/kept/$(key "$what")
for better in storage gates; do
    [ "$what" = gates ] || [ ! -f "$dir/kept/$(key $better)" ] || kept=$dir/kept/$(key $better)
done
if [ ! -f "$kept" ]; then
    from=$SECONDS status=ok
    synthesize
    case $? in
    0) read -r flops memory cells depth path < <(figures) ;;
    124) status=slow ;;
    *) status=broken path=$(tail -n 1 "$log.error" | tr ' ' '_') ;;
    esac
    divides=$(grep -m 1 -F "$module/" "$log.divides" 2>/dev/null)
    [ -z "$divides" ] || status=divides path=$divides
    echo "$status ${flops:--} ${memory:--} ${cells:--} ${depth:--} $((SECONDS - from)) ${path:-- -}" >"$row"
    [ $status = ok ] || exit
    cp "$row" "$kept"
    gzip -f "$log"
fi
cp "$kept" "$row"
