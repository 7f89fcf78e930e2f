#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs kinds of tests (unit bad golden lint asan rtl netlist cosim synth nightly) and adds up what their runners report. A
# runner's last line is "N passed, N failed, N skipped"; its output is shown when something failed. XBGEN names the
# program.
set -u
cd "$(dirname "$0")/.." || exit 3
export XBGEN=${XBGEN:-$PWD/build/xbgen}
logs=build/check
mkdir -p "$logs" || exit 3
passed=0 failed=0 skipped=0
built=build prefix= # where the programs of this kind lie, what stands before the kind's name
names=() pids=()    # of the runners at work, in the order in which they are reported

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

log_of() { echo "$logs/${1//\//_}.log"; }

# work NAME COMMAND...: leaves the log, and beside it exit status and seconds.
work() {
    local log from=$SECONDS
    log=$(log_of "$1")
    "${@:2}" >"$log" 2>&1
    echo "$? $((SECONDS - from))" >"$log.end"
}

# Counts, and shows the log of a failure.
report() {
    local log status seconds line p f s
    log=$(log_of "$1")
    read -r status seconds <"$log.end"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$log" | tail -n 1)
    read -r p _ f _ s _ <<<"${line:-0 passed, 0 failed, 0 skipped}"
    # A runner that ends badly without having counted a failure crashed.
    if [ -z "$line" ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then f=$((f + 1)); fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "$p passed, $f failed, $s skipped ($seconds s)"
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$log" | tail -n 60
        echo "    exit status $status; all of it: $log"
    fi
}

# Waits for the runner that has been at work longest.
settle() {
    printf '%-28s ' "${names[0]}"
    wait "${pids[0]}"
    report "${names[0]}"
    names=("${names[@]:1}") pids=("${pids[@]:1}")
}

# run NAME COMMAND...: to its end, or beside the next one if two may be at work.
run() {
    local name=$prefix$1
    if [ "$at_a_time" -eq 1 ]; then
        printf '%-28s ' "$name"
        work "$name" "${@:2}"
        report "$name"
        return
    fi
    work "$name" "${@:2}" &
    names+=("$name") pids+=($!)
    while [ ${#names[@]} -ge "$at_a_time" ]; do settle; done
}

# The sanitized build plays what runs the program's own code, with fewer images, and what no image does.
run_sanitized() {
    local -x XBGEN=$PWD/build/asan/xbgen XB_QUICK=1
    local built=build/asan prefix=asan/ one
    for one in unit bad golden; do
        run_kind $one
    done
    run fuzz tests/fuzz/run.sh
}

run_kind() {
    local one
    case $1 in
    unit)
        for one in tests/unit/test_*.c; do
            one=$(basename "$one" .c)
            run "unit/$one" run_unit "$built/tests/unit/$one"
        done
        ;;
    bad) run bad tests/bad/run.sh "$XBGEN" ;;
    asan) run_sanitized ;;
    netlist) run netlist tests/netlist/run.sh ;;
    *)
        for one in tests/"$1"/*.sh; do
            [ -x "$one" ] && run "$1/$(basename "$one" .sh)" "$one"
        done
        ;;
    esac
}

# Most runners use all cores themselves.
for kind; do
    case $kind in unit | asan) at_a_time=2 ;; *) at_a_time=1 ;; esac
    run_kind "$kind"
    while [ ${#names[@]} -gt 0 ]; do settle; done
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
