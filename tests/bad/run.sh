#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every wrong input gives exactly its report and exit status 2; every cfg.json code in docs/config.md has one.
# An .expect without a .json is a file that must not exist. Cases of emit/ are faults of `emit`, which must write
# nothing, those of study/ of `study`; those of sweep/, compare/, adc/ and calibrate/ have their arguments in .args; all others are faults of
# `plan`.
# usage: tests/bad/run.sh PROGRAM
[ $# -eq 1 ] || { echo "usage: $0 PROGRAM" >&2; exit 2; }
LC_ALL=C
export LC_ALL
case $1 in
*/*) program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") ;;
*) program=$1 ;;
esac
cd "$(dirname "$0")/../.." || exit 3
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

fail() {
    echo "FAIL $1: $2"
    failed=$((failed + 1))
}

run_args() { # verb, file
    verb=$1
    eval "set -- $(cat "$2")"
    "$program" "$verb" "$@"
}

run_case() {
    json=$1.json
    if [ ! -f "$1.expect" ]; then
        fail "$1" "has no .expect"
        return
    fi
    case $1 in
    */sweep/* | */compare/* | */adc/* | */calibrate/*)
        run_args "$(basename "$(dirname "$1")")" "$1.args" >"$work/out" 2>"$work/err"
        ;;
    */study/*) "$program" study --arch "$json" --columns 8 >"$work/out" 2>"$work/err" ;;
    */emit/*) "$program" emit --arch "$json" -o "$work/folder" >"$work/out" 2>"$work/err" ;;
    *) "$program" plan --arch "$json" >"$work/out" 2>"$work/err" ;;
    esac
    status=$?
    if [ -e "$work/folder" ]; then
        fail "$1" "something was written"
        rm -rf "$work/folder"
    elif [ "$status" -ne 2 ]; then
        fail "$1" "exit status $status, expected 2"
    elif ! diff -u "$1.expect" "$work/err" >"$work/diff"; then
        fail "$1" "another report than expected"
        cat "$work/diff"
    else
        passed=$((passed + 1))
    fi
}

# Rows of the table of codes whose second column begins with cfg.json.
listed_codes() {
    sed -n 's/^| `\([a-z0-9-]*\)` | \(`cfg\.json`[^|]*\|any input\) |.*/\1/p' docs/config.md
}

find tests/bad -name '*.json' -o -name '*.expect' -o -name '*.args' | sed 's/\.[a-z]*$//' | sort -u >"$work/cases"
while read -r case; do
    run_case "$case"
done <"$work/cases"

listed_codes >"$work/codes"
[ -s "$work/codes" ] || fail docs/config.md "lists no codes"
while read -r code; do
    if grep -q "\[$code\]\$" "tests/bad/cfg/$code.expect" 2>"$work/err"; then
        passed=$((passed + 1))
    else
        fail "$code" "is in docs/config.md, but tests/bad/cfg/$code.expect does not show it"
    fi
done <"$work/codes"

find tests/bad -name '*.expect' -exec sed -n 's/.*\[\([a-z0-9-]*\)\]$/\1/p' {} + | sort -u >"$work/shown"
while read -r code; do
    if ! grep -q "^| \`$code\` |" docs/config.md; then
        fail "$code" "is reported, but not in docs/config.md"
    fi
done <"$work/shown"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
