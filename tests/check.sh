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
names=()            # of the runners at work, in the order in which they are reported

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

# Those that have ended, in the order in which they began.
report_ended() {
    while [ ${#names[@]} -gt 0 ] && [ -e "$(log_of "${names[0]}").end" ]; do
        printf '%-28s ' "${names[0]}"
        report "${names[0]}"
        names=("${names[@]:1}")
    done
}

# run NAME COMMAND...: beside another one; half of the runners use one core.
run() {
    local name=$prefix$1
    rm -f "$(log_of "$name").end"
    work "$name" "${@:2}" &
    names+=("$name")
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
    report_ended
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

for kind; do
    run_kind "$kind"
done
wait
report_ended
for name in "${names[@]}"; do # what was killed reports nothing, nor does what is behind it
    echo "$name did not end"
    failed=$((failed + 1))
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
