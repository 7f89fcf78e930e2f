# SPDX-License-Identifier: Apache-2.0
# Synthesizes one module, flattened, and leaves a line in DIR/rows/MODULE: `ok`, `slow`, `broken` or `divides`, flip-flops, memory
# bits, cells, depth, seconds, start and end of the longest path. What was synthesized before from the same sources is
# not done again. Called with DIR, seconds, MODULE and `gates`, `storage` (neither cells nor depth, in half the time) or
# `estimate` (a tenth of the time, some flip-flops more) or `closer` (an estimate that sees what shifts leave constant).
# A division that is left of the module's own text is `divides`, and its place the path.
# A large module repeats its parts many times. `part` synthesizes a module alone, what it instantiates being black
# boxes, into DIR/parts/MODULE.il; `parts` is `gates` of a module all of whose parts are there: they are flattened into it
# as they are. Nothing is simplified across their borders.
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

# How Yosys reads these modules, from DIR/$1.
read_all() { sed "s:.*:read_rtlil $dir/$1/&.il:"; }

instantiated() { sed -n 's/^ *cell \\\(xb_[^ ]*\) .*/\1/p' "$dir/il/$module.il" | sort -u | grep -Fxf "$dir/closure/$module"; }

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

script() {
    echo "read_verilog -sv $(tr '\n' ' ' <"$dir/boxes")"
    case $what in
    part)
        instantiated | read_all il
        echo "blackbox xb_*; read_rtlil $dir/il/$module.il"
        ;;
    parts) read_all parts <"$dir/closure/$module" ;;
    *) read_all il <"$dir/closure/$module" ;;
    esac
    echo "hierarchy -check -top $module; proc; opt_expr; opt_clean"
    echo "tee -q -o $log.divides select -list t:\$div t:\$mod t:\$divfloor t:\$modfloor"
    case $what in
    gates) echo "synth -flatten -top $module; ltp -noff; stat; dump t:xb_ram" ;;
    part) echo "synth -top $module; select $module; write_rtlil -selected $part.new" ;;
    parts) echo "flatten; opt_clean; ltp -noff; stat; dump t:xb_ram" ;;
    storage) echo "synth -flatten -noabc -top $module; stat; dump t:xb_ram" ;;
    *) # Whole words of flip-flops are cut into bits, the logic between them stays as it is.
        echo "flatten; opt_expr; opt_clean; opt; memory_dff; memory_collect; memory_map; opt_dff; opt_expr; opt_clean"
        echo "wreduce; opt_expr -mux_undef -undriven -fine; opt_clean; opt_dff"
        echo "simplemap t:\$*dff*; opt_merge; opt_dff; opt_clean"
        # Zeros below a number that was shifted to the left, and below its products, show when the shift is cut into bits.
        if [ "$what" = closer ]; then
            echo "techmap t:\$shl t:\$sshl; simplemap t:\$mux t:\$pmux; opt_expr -mux_undef -undriven -fine; opt -fast"
            echo "wreduce; opt_expr -fine; opt -fast"
        fi
        echo "stat; dump t:xb_ram"
        ;;
    esac
}

synthesize() {
    script >"$dir/log/$module.ys"
    timeout "$limit" yosys -q -l "$log" "$dir/log/$module.ys" >/dev/null 2>"$log.error"
}

# Of a part there is no row, and a fault shows in those that it is part of.
if [ "$what" = part ]; then
    part=$dir/parts/$module.il
    sum=$({ yosys -V; cat "$dir/il/$module.il" "$0"; } | sha1sum)
    [ ! -f "$part" ] || [ "$sum" != "$(cat "$part.sum")" ] || exit 0
    rm -f "$part"
    synthesize && ! grep -qF "$module/" "$log.divides" && echo "$sum" >"$part.sum" && mv "$part.new" "$part"
    rm -f "$log"
    exit 0
fi

kept=$dir/kept/$(key "$what")
case $what in
gates) betters= ;;
estimate) betters='closer storage gates' ;;
closer) betters='storage gates' ;;
*) betters=gates ;;
esac
for better in $betters; do
    [ ! -f "$dir/kept/$(key $better)" ] || kept=$dir/kept/$(key $better)
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
