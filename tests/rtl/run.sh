#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the cells' test benches in Icarus with assertions on, each with the parameter sets of sets.txt.
# Usage: run.sh [bench ...]; environment: BUILD=folder for the compiled benches.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cells=$(cd "$here/../../rtl_templates" && pwd)
build=${BUILD:-$(mktemp -d)}
[ -n "${BUILD:-}" ] || trap 'rm -rf "$build"' EXIT
mkdir -p "$build"
passed=0 failed=0 skipped=0
wanted=" $* "

run() { # bench parameters and plusargs...
    local bench=$1 sets="" plus="" p
    shift
    for p in "$@"; do
        case $p in +*) plus="$plus $p" ;; *) sets="$sets -P$bench.$p" ;; esac
    done
    # shellcheck disable=SC2086
    iverilog -g2012 -DXB_ASSERT -y "$cells" -y "$here" -I "$here" -Y .sv -s "$bench" $sets -o "$build/$bench.vvp" "$here/$bench.sv" 2>&1 &&
        vvp -n "$build/$bench.vvp" $plus 2>&1
}

while read -r bench rest; do
    case $bench in "" | "#"*) continue ;; esac
    [ $# -eq 0 ] || [[ $wanted == *" $bench "* ]] || continue
    if ! command -v iverilog >/dev/null; then
        skipped=$((skipped + 1))
        continue
    fi
    # shellcheck disable=SC2086
    out=$(run "$bench" $rest)
    if [ "$(printf '%s\n' "$out" | grep -v 'finish called')" = PASS ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s %s\n%s\n' "$bench" "$rest" "$(printf '%s\n' "$out" | tail -8 | sed 's/^/    /')"
    fi
done <"$here/sets.txt"

printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ]
