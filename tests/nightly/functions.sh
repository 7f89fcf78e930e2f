#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Functions of one code against TensorFlow Lite's interpreter: all 256 codes, 1,000 random scales and zero points of each
# operator for INT8 and UINT8, and 100 of scales far apart, which both must refuse or compute alike. Records what
# tests/unit/test_function.c looks at: functions.sh --record.
# Environment: XBGEN (program), WORK (folder), XB_VENV (virtual environment).
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=${WORK:-$PWD/build}/nightly
mkdir -p "$work" || exit 3
venv=$(tests/venv.sh) || exit 3

if [ "${1:-}" = --record ]; then
    exec "$venv/bin/python" tests/nightly/functions_compare.py --record tests/data/functions.txt
fi
log=$work/functions.log
"$venv/bin/python" tests/nightly/functions_compare.py "$xbgen" "$work" "$@" 2>"$work/functions.err" | tee "$log"
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] || tail -n 5 "$work/functions.err"
passed=$(grep -c '^ok' "$log") failed=$(grep -c '^FAILED' "$log")
[ "$status" -eq 0 ] || [ "$failed" -ne 0 ] || failed=1
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
