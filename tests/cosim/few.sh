#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Networks of few bits through the RTL, every conversion compared: the recorded ones, whose results are the recorded ones
# too, and random ones (few_net.c), which give what the plain network gives where converters lose nothing. Blocks with cuts
# within a channel and without, 1 to 18 of them, ties, signs, pools; stalls; as fast as planned. What should occur is
# counted. Signs that are dropped, ties that go down and a threshold that is not reached by its equal are found.
#   few.sh             6 recorded and 8 random designs (all 13, and 40 more of day N, with XB_NIGHTLY=N)
#   few.sh SEED...     these random designs, their folders kept
. "$(dirname "$0")/common.sh"
. tests/cosim/counts.sh
begin few
maker=${FEW_NET:-$root/build/tests/cosim/few_net}
[ $# -eq 0 ] || KEEP=1
export KEEP=${KEEP:-}

recorded() { # case
    local dir=$work/$1 cfg=$data/golden/split/$1.cfg.json input=$data/golden/split/${1%%.*}.x.npy why
    mkdir -p "$dir"
    why=$(emit layer --level adc --input "$input" &&
        must record same_elements "$dir/layer/vectors/output.npy" "$data/golden/split/$1.y.npy" &&
        build layer -O0 && play layer adc 4 && occurs layer any && planned && play layer adc 4 --stall 35 --seed 7 &&
        emit more --level adc -n 8 --seed 5 && play more adc 8 --stall 60 --seed 3 && echo equal)
    [ "$why" = equal ] && ok "$1: 4 images and 8, every conversion; $(cat "$dir/layer.counts")" || failed "$1: $why"
}

# The plain network has neither imperfect cells nor converters that lose.
as_plain() { grep -q '"rram"' "$cfg" || is_lossy 2>/dev/null || plain; }

random() { # seed
    local dir=$work/seed$1 made why
    local cfg=$dir/cfg.json
    made=$("$maker" "$1" "$dir") || { failed "seed $1: no network"; return; }
    why=$(emit layer --level adc --input "$dir/input.npy" && as_plain && build layer -O0 &&
        ! grep -m 1 '^%' "$dir/build_layer.log" && play layer adc 6 && planned &&
        play layer adc 6 --stall $((10 + $1 * 7 % 70)) --seed "$1" && echo equal)
    [ "$why" = equal ] && ok "seed $1: $made" || failed "seed $1: $made: $why"
    [ -n "$KEEP" ] || rm -rf "$dir/layer/build"
}

if [ $# -eq 0 ] && has golden/split/bnn.x.npy; then
    cases='bnn.analog32 majority3.noisy majority4.ideal avg.ideal sum.ideal w2a2.b1_3bit'
    [ -z "${XB_NIGHTLY:-}" ] || cases=$(cd "$data/golden/split" && ls ./*.*.cfg.json | sed 's:^\./::; s:\.cfg\.json$::; /^misc/d; /^w4a4/d')
    for name in $cases; do later recorded "$name"; done
    wait
    later found ties_down majority4.ideal xb_layer_merge.sv "2 * 32'(sum_q) >= Blocks" "2 * 32'(sum_q) > Blocks" 'layer [0-9]* conv[23]_merge,'
    later found no_signs avg.ideal xb_layer_pool.sv 'in_data_i ^ in_mask;' 'in_data_i;' 'layer [0-9]* conv2_pool,'
    later found not_reached bnn.analog32 xb_thresholds.sv 'sum >= $signed(' 'sum > $signed(' 'layer [0-9]* conv2,'
fi
seeds='1 3 5 8 10 14 17 27'
[ -z "${XB_NIGHTLY:-}" ] || seeds="$seeds $(seq $((40 * XB_NIGHTLY)) $((40 * XB_NIGHTLY + 39)))"
for seed in ${*:-$seeds}; do later random "$seed"; done
wait
# A draw that no longer brings what it is there for is a fault of the test.
[ $# -gt 0 ] || for kind in majority sum avg pool scaled sums '[a-z]*1 ' '[a-z]*3 ' '[a-z]*6 ' '[a-z]*9 '; do
    grep -q "^ok: seed .* $kind" "$lines" || failed "no random network has $kind"
done
end
