#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every kind of assertion in the cells is seen to fail: a fault of broken.txt is planted in a copy of a cell or of a
# bench, the bench is run, and it must print the message. Usage: broken.sh [bench ...]
set -u
here=$(cd "$(dirname "$0")" && pwd)
cells=$here/../../rtl_templates
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
wanted=" $* "

# plant FILE FROM TO: a copy of that file; exactly one line of it, or the test is out of date.
plant() {
    local file=$cells/$1
    [ -e "$file" ] || file=$here/$1
    [ "$(grep -cF -- "$2" "$file")" = 1 ] || { echo "$1 has not one line with $2" && return 1; }
    awk -v from="$2" -v to="$3" 'i = index($0, from) {$0 = substr($0, 1, i - 1) to substr($0, i + length(from))} {print}' \
        "$file" >"$work/$1"
}

run() { # bench parameters...
    local bench=$1 sets="" p file=$here/$1.sv
    shift
    for p in "$@"; do sets="$sets -P$bench.$p"; done
    [ ! -e "$work/$bench.sv" ] || file=$work/$bench.sv
    # shellcheck disable=SC2086
    iverilog -g2012 -DXB_ASSERT -y "$work" -y "$cells" -y "$here" -I "$here" -Y .sv -s "$bench" $sets -o "$work/run.vvp" \
        "$file" && timeout 60 vvp -n "$work/run.vvp"
}

while IFS='|' read -r file from to bench message; do
    case $file in "" | "#"*) continue ;; esac
    read -r name rest <<<"$bench"
    [ $# -eq 0 ] || [[ $wanted == *" $name "* ]] || continue
    if ! command -v iverilog >/dev/null; then
        skipped=$((skipped + 1))
        continue
    fi
    rm -f "$work"/*
    # shellcheck disable=SC2086
    if plant "$file" "$from" "$to" >"$work/log" && { run "$name" $rest >"$work/log" 2>&1; grep -qE -- "$message" "$work/log"; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL %s: %s with %s: no message %s\n' "$bench" "$file" "$to" "$message"
        head -n 5 "$work/log" | sed 's/^/    /'
    fi
done <"$here/broken.txt"

printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed -eq 0 ]
