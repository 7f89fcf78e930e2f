#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A chip without counters: the registers say so, the simulation compares words and intervals by its probes and leaves out
# what it cannot know. Chips that differ, by a fault planted in their cells, are found out all the same.
. "$(dirname "$0")/common.sh"
begin counters
dir=$work/x cfg=$dir/x.json images=3
mkdir -p "$dir"
echo "{\"network\": \"$root/tests/data/pool_tail.tflite\", \"adc\": {\"per_array\": 4}, \"counters\": false}" >"$cfg"

built() { emit layer -n $images --level adc && build layer -O0; }

# The level that compares conversions as well, with and without stalls, and a program amid an image.
plays() {
    play layer adc $images && planned && play layer adc $images --stall 60 --seed 2 && play layer adc $images --reprogram 2 &&
        must counted grep -qx "  \"images_counted\": $images," "$dir/layer.json"
}

says_so() {
    grep -q '^the chip has no counters: ' "$dir/play_layer.log" && grep -qx '  "counters": false,' "$dir/layer.json" &&
        ! grep -qE '"(busy|reads|stream_in|words_in|saturated)"' "$dir/layer.json" && grep -q '"stream_out": 3}' "$dir/layer.json"
}

shown_by_cosim() {
    must cosim "$XBGEN" cosim --arch "$cfg" -n $images -o "$dir/layer" &&
        must table awk '$1 == "conv1" {seen = NF == 8 && $5 ~ /^[0-9]+$/ && $6 $7 $8 == "---"} END {exit !seen}' "$dir/cosim.log"
}

# planted NAME CELL TEXT REPLACEMENT MESSAGE: such a chip ends with status 1 and that message.
planted() {
    local copy=$dir/$1 status
    cp -a "$dir/layer" "$copy"
    change "$copy/rtl/$2" "$3" "$4" && build "$1" -O0 || return
    (cd "$copy" && timeout 300 build/xb_sim --timeout 40000) >"$copy/log" 2>&1
    status=$?
    [ $status -eq 1 ] && grep -qE -- "$5" "$copy/log" && return
    echo "exit status $status, says: $(head -n 2 "$copy/log" | tr '\n' ' '); "
    return 1
}

check 'it is built' built
check 'words, conversions and intervals are the planned ones' plays
check 'what is not known is left out' says_so
check 'cosim shows it' shown_by_cosim
check 'a chip that does not say so is found' planted silent xb_regs.sv 'CAPS_BARE = Counters == 0' "CAPS_BARE = 1'b0" \
    'register CAPS does not give [0-9]+ layers without counters'
check 'an answer of a counter is found' planted talks xb_regs.sv "end else if (page != '0) begin" 'end else if (0) begin' \
    'a read of the unmapped address 0x1[0-9a-f]* does not answer SLVERR'
end
