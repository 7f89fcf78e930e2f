#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How a run ends, and how a program comes into it. A layer whose last rows no pool looks at still works when the last
# result has left: that is no fault, and the chip is busy until it is done. A program offered amid an image changes
# nothing. Chips that do otherwise, by a fault planted in their cells, are found out. No layer works longer than planned.
. "$(dirname "$0")/common.sh"
begin ends
images=3

# design NAME: of tests/data, emitted and built as $dir/layer.
design() {
    dir=$work/$1 cfg=tests/data/$1.json
    mkdir -p "$dir"
    emit layer -n $images && build layer -O0
}

# The same vectors, 1 image at level output as well as all at level layer.
play_all() {
    local stall
    for stall in 0 30 80; do
        play layer output 1 --images 1 --stall $stall && play layer layer $images --stall $stall || return
    done
}

# The program comes again amid the first, the second and the last image; the rest is counted anew.
reprogrammed() {
    local n
    for n in 1 2 $images; do
        play layer layer $images --reprogram $n --stall $((10 * n)) --seed $n || return
        must counted grep -qx "  \"images_counted\": $((images - n))," "$dir/layer.json" || return
    done
}

# planted NAME CELL PATTERN REPLACEMENT TEXT OPTION...: the simulation of such a chip ends with status 1 and that text.
planted() {
    local copy=$dir/$1 status
    cp -a "$dir/layer" "$copy"
    change "$copy/rtl/$2" "$3" "$4" && build "$1" -O0 || return
    (cd "$copy" && build/xb_sim "${@:6}") >"$copy/log" 2>&1
    status=$?
    [ $status -eq 1 ] && grep -qE -- "$5" "$copy/log" && return
    echo "exit status $status, says: $(grep -m 2 '^mismatch' "$copy/log" | tr '\n' ' '); "
    return 1
}

# A chip that reads what its memories do not hold goes wrong in another way with another seed.
seeded() {
    planted garbage xb_ram.sv '!written[read_addr_i]' "1'b1" '^mismatch' --images 1 --timeout 40000 --ram-seed 7 || return
    (cd "$dir/garbage" && build/xb_sim --images 1 --timeout 40000 --ram-seed 8) >"$dir/garbage/log8" 2>&1
    ! cmp -s <(grep '^mismatch' "$dir/garbage/log") <(grep '^mismatch' "$dir/garbage/log8") || {
        echo "seeds 7 and 8 give the same; "
        return 1
    }
}

# Use, as `xbgen cosim` prints it, under stalls.
use_is_a_share() {
    must use "$XBGEN" cosim --arch "$cfg" -n $images --stall 30 -o "$dir/layer" &&
        must share awk 'NF == 8 && $NF > most {most = $NF} END {exit !(most > 0 && most <= 100)}' "$dir/use.log"
}

check 'pool_tail is built' design pool_tail
dir=$work/pool_tail
check 'a layer works on behind the last result' play_all
check 'a program amid an image changes nothing' reprogrammed
check 'a program that does not wait is found' planted hasty xb_program.sv 'first ? go_q : ' '' \
    'a program begins when [1-3] images have begun and [0-2] results' --reprogram 2
check 'images that begin before a waiting program are found' planted greedy xb_program.sv \
    'programmed_o && !asked_q' programmed_o 'images begin while a program waits' --reprogram 1
check 'a layer that never ends is found' planted stuck xb_buffer.sv 'in_ready_o = !room_q[BITS-1]' \
    "in_ready_o = !room_q[BITS-1] && !(room_q > ROOM && ask_side_i[0])" 'layer conv3 has given 4[0-9] of 49 words [0-9]+ cycles after the last result' \
    --images 1 --level output --timeout 40000
check 'a chip that is never idle is found' planted restless xb_layer_shell.sv "images_q != '0;" "images_q != '0 || regs_o != '0;" \
    'STATUS is 0x3 [0-9]+ cycles after the last result, 0x1 is due' --images 1 --timeout 40000
check 'a failed assertion is told, with its cycle' planted failing xb_word_count.sv "words_i == '0 || 32'(words_i) > 32'(left_q)" \
    "left_q == 70" '^an assertion in the RTL stopped the simulation in cycle [0-9]+$' --images 2
check 'and where' must where grep -qE 'Error: xb_word_count.sv:[0-9]+: .*xb_top\.u_.*: a beat of' "$dir/failing/log"
check 'one behind the last result too' planted late xb_word_count.sv "words_i == '0 || 32'(words_i) > 32'(left_q)" \
    'ImageWords == 49 && last' '^an assertion in the RTL stopped the simulation in cycle [0-9]+$' --images 1
check 'garbage in memories follows its seed' seeded
check 'pad300 is built' design pad300
dir=$work/pad300 cfg=tests/data/pad300.json
check 'no layer is used more than all the time' use_is_a_share
check 'padding under stalls' play_all
end
