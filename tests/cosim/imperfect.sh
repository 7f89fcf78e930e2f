#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The network `misc` with imperfect cells and with threshold lists, through the RTL: every conversion is the golden model's; results
# that are recorded are the recorded ones, and each imperfection of cells has a case of its own. Conductances, lists and noise are
# data: cases of one structure run on one simulation. What should occur is counted: codes, clipped conversions, those that noise or
# an imperfection changed. Noise keyed without the image, ties that go down and thresholds in each other's place are found.
. "$(dirname "$0")/common.sh"
. tests/cosim/counts.sh
begin imperfect
input=$data/golden/adc/misc_x.npy images=8

emit_images() { emit "$1" --level adc -n $images --input "$input"; }

# recorded CASE FOLDER: with the recorded results. A design of the same name, as the hash of the hardware has it in it.
recorded() {
    sed "s|\"name\": \"[^\"]*\"|\"name\": \"misc\"|; s|\"\.\./adc/|\"$data/golden/adc/|
        s|\"thresholds\": \"|\"thresholds\": \"$data/golden/split/|" "$data/golden/$1.cfg.json" >"$cfg"
    emit_images "$2" &&
        must "record_$2" cmp <(tail -c +129 "$dir/$2/vectors/output.npy") <(tail -c +129 "$data/golden/$1.y.npy" | head -c $((images * 10)))
}

# alone KIND FOLDER: nothing but that of `rram`, with 4 fraction bits; converters of 6 bits clip, in steps of a level.
alone() {
    local kind
    case $1 in
    off_level) kind='"off_level": 0.05' ;;
    variation) kind='"variation": 0.1' ;;
    stuck_on) kind='"stuck_on": 0.002' ;;
    stuck_off) kind='"stuck_off": 0.01' ;;
    drift) kind='"drift": {"nu": 0.01, "time": 3600}' ;;
    attenuation) kind='"attenuation": 0.05' ;;
    nothing) kind='"variation": 0' ;;
    esac
    sed "s|\"\.\./adc/|\"$data/golden/adc/|; s|\"name\": \"[^\"]*\"|\"name\": \"misc\"|; s|\"bits\": 9|\"bits\": 6|
        s|\"variation\": 0.1|$kind|" "$data/golden/imperfect/misc_a_variation_F4.cfg.json" >"$cfg"
    emit_images "$2"
}

prepared() { # CASE FOLDER
    cfg=$dir/$2.cfg.json
    case $1 in alone/*) alone "${1#*/}" "$2" ;; *) recorded "$1" "$2" ;; esac
}

without_noise() { # folder
    cfg=$dir/$1.still.json
    sed 's|"read_noise": [0-9.]*|"read_noise": 0|' "$dir/$1.cfg.json" >"$cfg"
    emit_images "$1.still" && moved "$1" "$1.still" noise
}

# one CASE FOLDER WHAT: as `occurs` has it; with `noise` that, with `alone` the imperfection changes something.
one() {
    prepared "$1" "$2" && { [ "$2" != layer ] || build layer -O0; } && play "$2" adc $images && occurs "$2" "$3" || return
    case $3 in
    *noise*) without_noise "$2" ;;
    *alone*) moved "$2" layer "${1##*/}" ;;
    esac
}

# Noise counts images since the chip was programmed: amid the last of 3 images the program comes again, and the same 3 have the same
# codes once more; without it they have not.
anew() {
    local cfg=$dir/layer.cfg.json images=3
    emit_images twice && must double python3 tests/cosim/twice.py "$dir/twice/vectors" &&
        play twice adc 6 --reprogram 3 --stall 20 --seed 5 || return
    "$dir/layer/build/xb_sim" --level adc --program "$dir/twice/mem/program.bin" --vectors "$dir/twice/vectors" >"$dir/goes_on.log" 2>&1
    [ $? -eq 1 ] && must differs grep -q '^mismatch 1: layer 1 conv1, image 3,' "$dir/goes_on.log" || { echo 'noise goes on and is the same; ' && return 1; }
}

# structure NAME CASE WHAT [CASE WHAT]...: cases that one chip runs.
structure() {
    local name=$1 folder=layer why cfg
    local dir=$work/$1
    mkdir -p "$dir"
    shift
    while [ $# -gt 0 ]; do
        why=$(one "$1" "$folder" "$2" && echo equal)
        [ "$why" = equal ] && ok "$1: $images images, every conversion; $(cat "$dir/$folder.counts")" || failed "$1: $why"
        folder=$(basename "${3:-}")
        shift 2
    done
    [ "$why" = equal ] && why=$(must stalls play layer adc $images --stall 35 --seed 3 && must door play layer adc $images --backdoor &&
        planned && echo equal)
    [ "$why" = equal ] && ok "$name: stalls, back door, as fast as planned" || failed "$name: stalls or back door: $why"
    [ "$name" != noise ] || check 'noise begins again with a program' anew
}

i=imperfect/misc s=split/misc
if has golden/adc/misc_x.npy golden/imperfect/manifest.json golden/split/misc_thr_layer.y.npy; then
    later structure noise "${i}_i_all_F4" noise "${i}_g_noise_F4" 'noise clips'
    later structure pairs "${i}_p_noise_saturating_analog" 'noise clips'
    later structure cells alone/nothing clips $(printf 'alone/%s alone+clips ' off_level variation stuck_on stuck_off drift attenuation)
    later structure offset "${i}_k_all_F4_offset_programmed" noise
    later structure lists "${s}_thr_column_analog" whole
    later structure list "${s}_thr_layer" whole
    later structure groups "${s}_thr_column_wild_act" whole
    if [ -n "${XB_NIGHTLY:-}" ]; then
        later structure variation "${i}_a_variation_F4" whole
        later structure stuck "${i}_c_stuck_F0" whole
        later structure far "${i}_e_attenuation_F4_analog" whole
        later structure twos "${i}_m_all_F2_twos_act40" noise
        later structure copies "${i}_n_all_F4_dup3_programmed" noise
    fi
    wait
    later found by_step noise xb_macro_noise.sv "(64'(step_i) *" "(64'(step_i % 56) *" 'layer 1 conv1, image 1,'
    later found ties_down noise xb_macro_curve.sv '- (delta >> 1);' '- ((delta - 1) >> 1);' 'layer 1 conv1, image 0,'
    later found swapped lists xb_macro_curve.sv 'thresholds[{filled, ref_addr_i[WORD_BITS-1:0]}] = ref_data_i;' \
        "thresholds[{filled, ref_addr_i[WORD_BITS-1:0] ^ WORD_BITS'(1)}] = ref_data_i;" 'layer 1 conv1, image 0,'
fi
end
