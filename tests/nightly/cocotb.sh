#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# examples/cocotb with cocotb and cocotbext-axi (PyPI) on a small design: it passes in Icarus, and fails if a result, or
# what is counted, is another.
. "$(dirname "$0")/../cosim/common.sh"
begin cocotb
venv=$(tests/venv.sh) || exit 3
dir=$work/x cfg=$dir/small.json
mkdir -p "$dir" && cp tests/netlist/small.net "$dir/" &&
    sed -n 's/^small \([a-z.]*\) {/{"name": "small", "network": "\1", /p' tests/netlist/designs.txt >"$cfg" || exit 3

example() { "$venv/bin/python" examples/cocotb/test_chip.py "$dir/layer" >"$dir/log" 2>&1; }

passes() { must example example && must says grep -q 'TESTS=1 PASS=1 FAIL=0 SKIP=0' "$dir/log"; }

# finds FILE COMMAND...: with that file changed by the command, which gets its name, it fails.
finds() {
    cp "$dir/layer/$1" "$dir/kept" && "${@:2}" "$dir/layer/$1"
    ! example && must says grep -q 'AssertionError' "$dir/log"
    cp "$dir/kept" "$dir/layer/$1"
}
another_result() { printf "\\$(printf %o $(($(od -An -tu1 -j128 -N1 "$1") ^ 1)))" | dd of="$1" bs=1 seek=128 conv=notrunc status=none; }

emit layer -n 1 || exit 3
check 'it passes' passes
check 'a wrong result is found' finds vectors/output.npy another_result
check 'a wrong count is found' finds plan.json sed -i '0,/"stream_out": 36/s//"stream_out": 35/'
end
