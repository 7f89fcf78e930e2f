#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# STRIDED_SLICE, SLICE, SPLIT and SPLIT_V against TensorFlow Lite's interpreter: 200 networks of each for INT8 and UINT8, of
# random shapes, bounds, masks, scales and zero points, every tenth with an output of another scale or zero point.
# Environment: XBGEN (program), WORK (folder), XB_VENV (virtual environment).
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=${WORK:-$PWD/build}/nightly
mkdir -p "$work" || exit 3
venv=$(tests/venv.sh) || exit 3

log=$work/slices.log
"$venv/bin/python" tests/nightly/slices_compare.py "$xbgen" "$work" "$@" 2>"$work/slices.err" | tee "$log"
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] || tail -n 5 "$work/slices.err"
passed=$(grep -c '^ok' "$log") failed=$(grep -c '^FAILED' "$log")
[ "$status" -eq 0 ] || [ "$failed" -ne 0 ] || failed=1
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
