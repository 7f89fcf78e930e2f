#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Random networks on random crossbars: what the hardware gives does not depend on the mapping while converters are
# lossless, every word and conversion is the golden model's, nothing stands still that the plan keeps busy, and the cycle
# model (tests/cycles) does in every cycle what the hardware does.
# A design is built once and plays several sets of weights, images and stalls, also with a program that comes amid them.
#   property.sh [--count N] [--first SEED] [--jobs N]   N designs (24), from SEED on (37: all kinds occur); with
#                                                       XB_NIGHTLY=N the 100 designs of day N
#   property.sh --seed SEED [--cfg N]                   one design, its folder kept; N draws another mapping for it
#   property.sh --pairs --count N --first SEED          every network in two mappings, the same results
# Environment: XBGEN, RANDOM_NET, CYCLES (programs), WORK (folder), XB_RUNTIME (compiled Verilator runtime), OPT (for g++).
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
XBGEN=${XBGEN:-$root/build/xbgen}
RANDOM_NET=${RANDOM_NET:-$root/build/tests/cosim/random_net}
CYCLES=${CYCLES:-$root/build/tests/cycles/cycles}
WORK=${WORK:-$root/build/property}
XB_RUNTIME=${XB_RUNTIME:-$root/build/runtime}
export XBGEN RANDOM_NET CYCLES WORK XB_RUNTIME
# shellcheck source=../verilator.sh
. "$root/tests/verilator.sh"
sets=2 images=5
count=24 first=37 jobs=2 seed="" cfg=0 pairs=0
[ -z "${XB_NIGHTLY:-}" ] || count=100 first=$((100 * XB_NIGHTLY))

while [ $# -gt 0 ]; do
    case $1 in
    --count) count=$2 && shift ;;
    --first) first=$2 && shift ;;
    --jobs) jobs=$2 && shift ;;
    --seed) seed=$2 && shift ;;
    --cfg) cfg=$2 && shift ;;
    --pairs) pairs=1 ;;
    *) sed -n 's/^# \{0,1\}//; 3,11p' "$0" && exit 2 ;;
    esac
    shift
done

# must NAME COMMAND...: runs it in the design's folder, quietly; on failure says which one it was.
must() {
    local name=$1
    shift
    "$@" >"$dir/$name.log" 2>&1 && return
    printf '%s failed: %s\n' "$name" "$(tail -n 3 "$dir/$name.log" | tr '\n' ' ')"
    return 1
}

# silent NAME COMMAND...: it must succeed and print nothing either.
silent() {
    must "$@" || return
    [ ! -s "$dir/$1.log" ] && return
    printf '%s prints: %s\n' "$1" "$(head -n 3 "$dir/$1.log" | tr '\n' ' ')"
    return 1
}

# What a set's header says of the hardware: scales and zero points are data.
structure() { grep -vE '_(SCALE|ZERO_POINT) ' "$dir/rtl$1/xb_design.h"; }

emit_sets() {
    local k
    for ((k = 0; k < sets; k++)); do
        must "emit$k" "$XBGEN" emit --arch "$dir/set$k/cfg.json" --input "$dir/set$k/input.npy" --level adc -o "$dir/rtl$k" &&
            must "header$k" cmp <(structure 0) <(structure $k) || return
    done
}

# Golden model against the plain network, and once more in another mapping.
same_as_plain() {
    local k name
    for ((k = 0; k < sets; k++)); do
        for name in $1; do
            local in=(--arch "$dir/set$k/$name.json" --input "$dir/set$k/input.npy")
            must golden "$XBGEN" golden "${in[@]}" -o "$dir/golden.npy" &&
                must naive "$XBGEN" golden --naive "${in[@]}" -o "$dir/naive.npy" &&
                must "set${k}_$name" cmp "$dir/golden.npy" "$dir/naive.npy" || return
        done
    done
}

simulate() { # set stall seed options...
    must "sim$1" timeout 900 "$dir/rtl0/build/xb_sim" --level adc --stall "$2" --seed "$3" --quiet --json "$dir/result.json" \
        --program "$dir/rtl$1/mem/program.bin" --vectors "$dir/rtl$1/vectors" "${@:4}"
}

played_images() { awk '/^  "images":/ {print $2 + 0}' "$dir/result.json"; }

# The cycle model over as many images, and as many as show the pace that lasts.
model_cycles() {
    "$CYCLES" "$dir/rtl0/rtl" "$(played_images)" >"$dir/model.json" &&
        "$CYCLES" "$dir/rtl0/rtl" >"$dir/model_settled.json" &&
        awk -f "$root/tests/cycles/equal.awk" "$dir/result.json" "$dir/model.json" &&
        awk -f "$root/tests/cosim/planned.awk" "$dir/rtl0/plan.json" "$dir/model_settled.json"
}

planned() { # set
    awk -v settled="$(awk '/^  "interval_settled":/ {print $2 + 0}' "$dir/model_settled.json")" \
        -f "$root/tests/cosim/planned.awk" "$dir/rtl$1/plan.json" "$dir/result.json"
}

# The image amid which the program comes again. Read noise begins anew behind it: there the vectors end (imperfect.sh goes on).
again_amid() { # set
    if [[ $made == *"read noise"* ]]; then played_images; else echo $((1 + (seed + 2 * $1) % images)); fi
}

play_sets() {
    local k stall again
    for ((k = 0; k < sets; k++)); do
        simulate $k 0 1 && must "model$k" model_cycles && must "plan$k" planned $k || return
        stall=$((10 + (seed * 7 + k * 31) % 40))
        simulate $k $stall $((seed + k)) || { printf '(stall %d)\n' $stall; return 1; }
        stall=$((45 + (seed * 3 + k * 17) % 36)) again=$(again_amid $k)
        simulate $k $stall $((seed + k)) --reprogram $again || { printf '(stall %d, again %d)\n' $stall $again; return 1; }
    done
}

# No warning of Verilator, which built it with assertions and probes; without them, as users lint, by night and in every
# sixth design.
lints() {
    ! grep -m 1 '^%' "$dir/build.log" && { [ -z "${XB_NIGHTLY:-}" ] && [ $((seed % 6)) -ne 0 ] || silent lint make -s -C "$dir/rtl0" lint; }
}

check_design() { # names of mappings to compare with the plain network
    must build make -s -C "$dir/rtl0" build -j1 "OPT=${OPT:--O0}" UNITY=1 "VERILATOR=$verilator" "CXX=$root/tests/cosim/cxx" && lints &&
        same_as_plain "$1" && play_sets &&
        silent icarus make -s -C "$dir/rtl0" icarus-check
}

run_seed() {
    local names="" line start=$SECONDS
    dir=$WORK/seed$seed
    [ "$cfg" = 0 ] || dir=$dir.$cfg
    rm -rf "$dir" && mkdir -p "$dir" && cp "$root/examples/sar_macro.sv" "$dir/" || exit 3
    made=$("$RANDOM_NET" "$seed" "$dir" $sets $images "$cfg" 2>"$dir/random_net.log") || {
        echo "seed $seed: FAILED, no network: $(tail -n 1 "$dir/random_net.log")"
        return 1
    }
    [[ $made == *lossless* ]] && names=cfg
    [[ $made == *alt ]] && names="$names alt"
    line="seed $seed$([ "$cfg" = 0 ] || echo " mapping $cfg"): $made, $((3 * sets)) cases"
    if emit_sets >"$dir/why" && check_design "$names" >>"$dir/why"; then
        echo "$line, ok ($((SECONDS - start)) s)"
    else
        echo "$line, FAILED: $(tr '\n' ' ' <"$dir/why")"
        echo "    again: tests/cosim/property.sh --seed $seed$([ "$cfg" = 0 ] || echo " --cfg $cfg")"
        return 1
    fi
}

# The results of the images that two .npy files both have: a mapping that takes longer plays more of them.
same_results() {
    local least
    least=$(stat -c %s "$1" "$2" | sort -n | head -n 1)
    cmp -i 128 -n $((least - 128)) "$1" "$2" # behind the headers
}

# Two mappings of a network: all sets of weights give the same results.
run_pair() {
    local k first
    run_seed || return
    first=$made
    cfg=1
    run_seed || return
    [[ $first == *lossless* && $made == *lossless* ]] || return 0
    for ((k = 0; k < sets; k++)); do
        same_results "$WORK/seed$seed/rtl$k/vectors/output.npy" "$dir/rtl$k/vectors/output.npy" && continue
        echo "seed $seed: FAILED, two mappings differ"
        return 1
    done
}

if [ -n "$seed" ]; then
    if [ $pairs = 1 ]; then run_pair; else run_seed; fi
    status=$?
    [ $status -ne 0 ] || [ -n "${KEEP-keep}" ] || rm -rf "$WORK/seed$seed" "$WORK/seed$seed.1"
    exit $status
fi

if ! command -v verilator >/dev/null; then
    echo "0 passed, 0 failed, $count skipped"
    exit 0
fi
mkdir -p "$WORK" || exit 3
log=$WORK/lines
more=()
[ $pairs = 0 ] || more=(--pairs)
seq "$first" $((first + count - 1)) |
    KEEP="" xargs -P "$jobs" -I{} "$0" "${more[@]}" --seed {} | tee "$log"
passed=$(grep -c ', ok (' "$log") failed=$(grep -c FAILED "$log") wanted=$((count * (1 + pairs)))
[ $((passed + failed)) -ge "$wanted" ] || failed=$((wanted - passed))
# A draw that no longer brings what it is there for is a fault of the test.
[ "$count" -lt 24 ] || for kind in "user's macro" 'serial,' 'no counters' 'latency 64 in steps of 1,' 'latency 64 in steps of 2,' 'preset,' \
    'list of a layer,' 'list of each converter,' 'imperfect cells' 'read noise,' 'of UINT8'; do
    grep -q "$kind" "$log" && passed=$((passed + 1)) && continue
    echo "FAILED: no design has ${kind%,}"
    failed=$((failed + 1))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
