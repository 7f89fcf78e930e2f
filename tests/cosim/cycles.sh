#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The cycle model (tests/cycles) on random designs: interval, latency, start and end of every layer, words, reads and
# conversions are those of the plan. The model reads the Verilog and nothing of the plan; property.sh compares it with
# simulations. Then faults are planted in copies of the Verilog: each must be seen.
#   cycles.sh [--count N] [--first SEED] [--jobs N]   N designs (300), from SEED on (10001)
#   cycles.sh --seed SEED                             one design, its folder kept
# Environment: XBGEN, RANDOM_NET, CYCLES (programs), WORK (folder).
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
XBGEN=${XBGEN:-$root/build/xbgen}
RANDOM_NET=${RANDOM_NET:-$root/build/tests/cosim/random_net}
CYCLES=${CYCLES:-$root/build/tests/cycles/cycles}
WORK=${WORK:-$root/build/cycles}
export XBGEN RANDOM_NET CYCLES WORK
count=300 first=10001 jobs=2 seed=""

while [ $# -gt 0 ]; do
    case $1 in
    --count) count=$2 && shift ;;
    --first) first=$2 && shift ;;
    --jobs) jobs=$2 && shift ;;
    --seed) seed=$2 && shift ;;
    *) sed -n 's/^# \{0,1\}//; 3,9p' "$0" && exit 2 ;;
    esac
    shift
done

# model RTL PLAN: prints where they differ.
model() {
    "$CYCLES" "$1" >"$dir/model.json" 2>&1 || { tail -n 1 "$dir/model.json" && return 1; }
    awk -f "$root/tests/cosim/planned.awk" "$2" "$dir/model.json"
}

run_seed() {
    local why
    dir=$WORK/seed$1
    rm -rf "$dir" && mkdir -p "$dir" && cp "$root/examples/sar_macro.sv" "$dir/" || exit 3
    made=$("$RANDOM_NET" "$1" "$dir" 1 1 2>"$dir/log") &&
        "$XBGEN" emit --arch "$dir/set0/cfg.json" --input "$dir/set0/input.npy" --level output -o "$dir/rtl" >"$dir/log" 2>&1 || {
        grep -q 'emit-limit' "$dir/log" && echo "too large" && return # planned, but no design of Verilog
        echo "seed $1: FAILED, no design: $(tail -n 1 "$dir/log")"
        return 1
    }
    why=$(model "$dir/rtl/rtl" "$dir/rtl/plan.json") && echo "ok" && return
    echo "seed $1: $made, FAILED: $why"
    echo "    again: tests/cosim/cycles.sh --seed $1"
    return 1
}

# Several designs in a process: a process takes longer than a design.
if [ -n "$seed" ]; then
    status=0
    for one in $seed; do
        run_seed "$one" || status=1
        [ $status -eq 0 ] && [ -z "${KEEP-keep}" ] && rm -rf "$dir"
    done
    exit $status
fi

# planted CELL PARAMETER CHANGE: in a design of the list whose first CELL has the parameter, it is changed by so much; the
# model must see it in at least one of them.
planted() {
    local design seen=0 tried=0
    for design in "$WORK"/planted/*/; do
        dir=$WORK/copy
        rm -rf "$dir" && cp -r "${design%/}" "$dir" || exit 3
        awk -v cell="xb_$1" -v name=".$2" -v by="$3" '
            $1 == cell {here = 1}
            here && !done && $1 == name && match($0, /\([0-9]+\)/) {
                n = substr($0, RSTART + 1, RLENGTH - 2) + by
                $0 = substr($0, 1, RSTART) n substr($0, RSTART + RLENGTH - 1)
                done = n > 0
            }
            {print}' "$design/rtl/xb_top.sv" >"$dir/rtl/xb_top.sv"
        cmp -s "$design/rtl/xb_top.sv" "$dir/rtl/xb_top.sv" && continue
        tried=$((tried + 1))
        model "$dir/rtl" "$dir/plan.json" >"$dir/why" || seen=$((seen + 1))
    done
    if [ $seen -gt 0 ]; then echo "ok: $1 $2 $3, seen in $seen of $tried designs"; else echo "FAILED: $1 $2 $3 is not seen in $tried designs"; fi
}

# Designs to plant faults in: some of those that were run.
emit_planted() {
    local one
    for ((one = first; one < first + 24 && one < first + count; one++)); do
        dir=$WORK/seed$one
        KEEP=keep "$0" --seed "$one" >/dev/null && [ -d "$dir/rtl/rtl" ] || continue
        mkdir -p "$WORK/planted/$one" && mv "$dir/rtl/rtl" "$dir/rtl/plan.json" "$WORK/planted/$one/" && rm -rf "$dir"
    done
}

plant() {
    rm -rf "$WORK/planted" && emit_planted
    planted layer_mvm Depth 1
    planted layer_mvm AdcLatency 1
    planted layer_mvm Banks -1
    planted layer_mvm RingWords -8
    planted layer_mvm Rate 1
    planted layer_mvm ColLanes 1
    planted layer_mvm BitsPerCycle -16
    planted layer_mvm Lanes 1
    planted layer_mvm Copies 1
    planted layer_mvm PerArray -1
    planted layer_pool Rate 1
    planted layer_pool RingWords -8
    planted layer_relu Lanes 1
    planted layer_table Lanes 1
    planted layer_add Lanes 1
    planted layer_mul Lanes 1
    planted layer_slice Held 9
    planted axis_out BusBytes 1
    rm -rf "$WORK/copy" "$WORK/planted"
}

mkdir -p "$WORK" || exit 3
log=$WORK/lines
seq "$first" $((first + count - 1)) | KEEP="" xargs -P "$jobs" -n 50 bash -c '"$0" --seed "$*"' "$0" >"$log"
plant >>"$log"
passed=$(grep -c '^ok' "$log") failed=$(grep -c FAILED "$log") large=$(grep -c '^too large$' "$log")
[ $((passed + failed + large)) -ge "$count" ] || failed=$((failed + count - passed))
grep -v -e '^ok$' -e '^too large$' "$log"
[ "$large" -eq 0 ] || echo "$large more are planned, and emit says that they are too large to be built"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
