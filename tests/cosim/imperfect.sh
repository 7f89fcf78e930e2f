#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The recorded results of the network `misc` with imperfect cells and with threshold lists, through the RTL: every conversion
# is the golden model's, and the results are the recorded ones. Conductances, lists and noise are data: cases of one structure
# run on one simulation. What should occur is counted: codes, clipped conversions, conversions that noise changed. Noise
# keyed without the image, ties that go down and thresholds in each other's place are found.
. "$(dirname "$0")/common.sh"
begin imperfect
images=8

# emitted CASE FOLDER: with the recorded results. A design of the same name, as the hash of the hardware has it in it.
emitted() {
    cfg=$dir/$2.cfg.json
    sed "s|\"name\": \"[^\"]*\"|\"name\": \"misc\"|; s|\"\.\./adc/|\"$data/golden/adc/|
        s|\"thresholds\": \"|\"thresholds\": \"$data/golden/split/|" "$data/golden/$1.cfg.json" >"$cfg"
    emit "$2" --level adc -n $images --input "$data/golden/adc/misc_x.npy" &&
        must "record_$2" cmp <(tail -c +129 "$dir/$2/vectors/output.npy") <(tail -c +129 "$data/golden/$1.y.npy" | head -c $((images * 10)))
}

# Distinct codes of every layer with weights.
distinct() { # folder
    local file codes
    for file in "$dir/$1"/vectors/adc_*.npy; do
        codes=$(tail -c +129 "$file" | od -An -v -tu2 -w2 | sort -u | wc -l)
        printf '%s ' "$codes"
        [ "$codes" -gt 1 ] || { echo "$(basename "$file") has one code; " && return 1; }
    done
}

# Conversions whose codes are others than without noise, in the first layer where there are any: its inputs are still alike.
moved() { # folder
    local file count
    sed 's|"read_noise": [0-9.]*|"read_noise": 0|' "$cfg" >"$dir/$1.still.json"
    must "still_$1" "$XBGEN" emit --arch "$dir/$1.still.json" -o "$dir/$1.still" --level adc -n $images \
        --input "$data/golden/adc/misc_x.npy" || return
    for file in $(cd "$dir/$1/vectors" && ls adc_*.npy | sort -V); do
        count=$(paste <(od -An -v -tu2 -w2 "$dir/$1/vectors/$file") <(od -An -v -tu2 -w2 "$dir/$1.still/vectors/$file") | awk '$1 != $2' | wc -l)
        [ "$count" -eq 0 ] || { echo "$count codes of $file" && return; }
    done
    return 1
}

clipped() { grep -o '"saturated": [0-9]*' "$dir/$1.json" | awk '{n += $2} END {print n + 0}'; }

# one CASE FOLDER WHAT: `clips`, `lists` (nothing clips) and `noise` are what should occur.
one() {
    local codes='' count noise=''
    emitted "$1" "$2" && { [ "$2" != layer ] || build layer -O1; } && play "$2" adc $images && codes=$(distinct "$2") ||
        { echo "$codes" && return 1; }
    count=$(clipped "$2")
    case $3 in
    *clips*) [ "$count" -gt 0 ] || { echo 'nothing clips; ' && return 1; } ;;
    *lists*) [ "$count" -eq 0 ] || { echo "$count conversions by lists saturate; " && return 1; } ;;
    esac
    case $3 in *noise*) noise=$(moved "$2") || { echo "noise changed no conversion: $noise; " && return 1; } ;; esac
    echo "codes ${codes% }, $count clipped${noise:+, noise changed $noise}" >"$dir/$2.counts"
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
}

# found NAME STRUCTURE CELL TEXT REPLACEMENT PATTERN: the fault's first mismatch is such a line.
found() {
    local dir=$work/$2 why
    cp -a "$dir/layer" "$dir/$1"
    why=$(change "$dir/$1/rtl/$3" "$4" "$5" && build "$1" -O0 &&
        { "$dir/$1/build/xb_sim" --level adc --program "$dir/$1/mem/program.bin" --vectors "$dir/$1/vectors" >"$dir/$1.log" 2>&1
          [ $? -eq 1 ] || echo 'it is not found; '; } && must first grep -q "^mismatch 1: $6" "$dir/$1.log" && echo done)
    [ "$why" = done ] && ok "$1 is found" || failed "$1: $why"
}

i=imperfect/misc s=split/misc
if has golden/adc/misc_x.npy golden/imperfect/manifest.json golden/split/misc_thr_layer.y.npy; then
    later structure noise "${i}_i_all_F4" noise "${i}_g_noise_F4" noise
    later structure pairs "${i}_p_noise_saturating_analog" 'noise clips'
    later structure offset "${i}_k_all_F4_offset_programmed" noise
    later structure lists "${s}_thr_column_analog" lists
    later structure list "${s}_thr_layer" lists
    later structure groups "${s}_thr_column_wild_act" lists
    if [ -n "${XB_NIGHTLY:-}" ]; then
        later structure cells "${i}_a_variation_F4" cells
        later structure stuck "${i}_c_stuck_F0" cells
        later structure far "${i}_e_attenuation_F4_analog" cells
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
