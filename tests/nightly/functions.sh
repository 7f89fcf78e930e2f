#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Functions of one code against TensorFlow Lite's interpreter: all 256 codes, 1,000 random scales and zero points of each
# operator for INT8 and UINT8, and 100 of scales far apart, which both must refuse or compute alike. Records what
# tests/unit/test_function.c looks at: functions.sh --record.
# Environment: XBGEN (program), WORK (folder), LITERT_VENV (virtual environment with ai-edge-litert 2.3.0 and flatbuffers).
set -u
cd "$(dirname "$0")/../.." || exit 3
xbgen=${XBGEN:-$PWD/build/xbgen}
work=${WORK:-$PWD/build}/nightly
venv=${LITERT_VENV:-$work/venv}
mkdir -p "$work" || exit 3

if ! "$venv/bin/python" -c 'import ai_edge_litert.interpreter, flatbuffers, numpy' 2>/dev/null; then
    rm -rf "$venv"
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install -q ai-edge-litert==2.3.0 flatbuffers numpy; } >"$work/pip.log" 2>&1; then
        echo "skipped: ai-edge-litert cannot be installed: $(tail -n 1 "$work/pip.log")"
        echo "0 passed, 0 failed, 1 skipped"
        exit 0
    fi
fi

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
