#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs kinds of tests (unit bad golden lint rtl netlist cosim) and adds up what their runners report. A runner's last
# line is "N passed, N failed, N skipped"; its output is shown when something failed. XBGEN names the program.
set -u
cd "$(dirname "$0")/.." || exit 3
export XBGEN=${XBGEN:-$PWD/build/xbgen}
logs=build/check
mkdir -p "$logs" || exit 3
passed=0 failed=0 skipped=0

# A cmocka program reports on standard error, in words of its own.
run_unit() {
    local text p f s
    text=$("$1" 2>&1)
    local status=$?
    printf '%s\n' "$text"
    p=$(sed -n 's/^\[  PASSED  \] \([0-9]*\) test.*/\1/p' <<<"$text" | awk '{n += $1} END {print n + 0}')
    f=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' <<<"$text" | awk '{n += $1} END {print n + 0}')
    s=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' <<<"$text" | awk '{n += $1} END {print n + 0}')
    echo "$p passed, $f failed, $s skipped"
    return $status
}

# run NAME COMMAND...: counts, and shows the log of a failure.
run() {
    local log=$logs/${1//\//_}.log start=$SECONDS status line
    printf '%-28s ' "$1"
    "${@:2}" >"$log" 2>&1
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
    read -r p _ f _ s _ <<<"${line:-0 passed, 0 failed, 0 skipped}"
    # A runner that ends badly without having counted a failure crashed.
    if [ -z "$line" ] || { [ $status -ne 0 ] && [ "$f" -eq 0 ]; }; then f=$((f + 1)); fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "$p passed, $f failed, $s skipped ($((SECONDS - start)) s)"
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$log" | tail -n 60
        echo "    exit status $status; all of it: $log"
    fi
}

run_kind() {
    local one
    case $1 in
    unit)
        for one in tests/unit/test_*.c; do
            one=$(basename "$one" .c)
            run "unit/$one" run_unit "build/tests/unit/$one"
        done
        ;;
    bad) run bad tests/bad/run.sh "$XBGEN" ;;
    netlist) run netlist tests/netlist/run.sh ;;
    *)
        for one in tests/"$1"/*.sh; do
            [ -x "$one" ] && run "$1/$(basename "$one" .sh)" "$one"
        done
        ;;
    esac
}

for kind; do
    run_kind "$kind"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
