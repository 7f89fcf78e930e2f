#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The harness can fail. Faults are planted in a copy of the emitted cells and must be reported where they are; one
# expected value of every file is changed and must be reported at that value; with the comparisons taken out of the
# simulation none of these is reported any more, so nothing else can have made the tests pass.
. "$(dirname "$0")/common.sh"
begin faults
images=2
dir=$work/faults cfg=$dir/faults.json
mkdir -p "$dir"
# Only conv2 has a step that is not 1, so that a rounding fault is its alone.
cat >"$cfg" <<END
{"network": "$root/tests/data/misc.tflite", "crossbar": {"rows": 128, "cols": 128, "cell_bits": 2},
 "adc": {"bits": 9, "layers": {"conv2": {"range": {"delta": 6, "lo": 0}}}}}
END

copy() { cp -a "$dir/layer" "$dir/$1"; }

# simulate BINARY LEVEL VECTORS LOG: the exit status of the simulation.
simulate() {
    "$dir/$1/build/xb_sim" --level "$2" --program "$dir/layer/mem/program.bin" --vectors "$3" >"$4" 2>&1
}

element() { # file number: as it stands in a .npy
    case $1 in
    */adc_*) od -An -v -tu2 -j $((128 + 2 * $2)) -N2 "$1" ;;
    */output.npy) od -An -v -td1 -j $((128 + $2)) -N1 "$1" ;;
    *) od -An -v -tu1 -j $((128 + $2)) -N1 "$1" ;;
    esac
}

places() { awk -f tests/cosim/place.awk "$dir/layer/xb_design.h" "$1"; }

# Every place that a report names holds the value that the report says was expected.
places_are_true() { # log
    local file at expected n=0
    while read -r file at expected; do
        n=$((n + 1))
        [ "$(element "$dir/layer/vectors/$file" "$at")" -eq "$expected" ] && continue
        echo "$file does not have $expected at $at; "
        return 1
    done < <(places "$1")
    [ "$n" -gt 0 ] || { echo "nothing is reported; " && return 1; }
}

# report FAULT LEVEL FIRST ONLY: the first mismatch is as FIRST says, and of those of its kind (conversions,
# words, results) no other than ONLY is printed.
report() {
    local log=$dir/$1_$2.log kind='^mismatch [0-9]*: layer .* pixel' why status
    [ "$2" = adc ] && kind=' conversion '
    [ "$2" = output ] && kind=' output, '
    simulate "$1" "$2" "$dir/layer/vectors" "$log"
    status=$?
    why=$([ $status -eq 1 ] || echo "exit status $status; "
        grep -m 1 '^mismatch' "$log" | grep -qE "$3" || echo "the first report is: $(grep -m 1 '^mismatch' "$log"); "
        grep '^mismatch' "$log" | grep -E "$kind" | grep -vE "$4" | head -n 1
        places_are_true "$log")
    [ "$2" != adc ] || why+=$(reported_alike "$1" "$log")
    [ -z "$why" ] && ok "$1, level $2" || failed "$1, level $2: $why"
}

# Codes that come through a pipe are compared like those in files.
reported_alike() { # fault log
    codes "$dir/layer" $images | "$dir/$1/build/xb_sim" --level adc --codes-fd 0 --program "$dir/layer/mem/program.bin" \
        --vectors "$dir/layer/vectors" >"$2.pipe" 2>&1
    [ "${PIPESTATUS[1]}" -eq 1 ] || echo "with a pipe: exit status ${PIPESTATUS[1]}; "
    cmp -s <(grep '^mismatch' "$2") <(grep '^mismatch' "$2.pipe") || echo "with a pipe: $(grep -m 1 '^mismatch' "$2.pipe"); "
}

plant() { # fault cell pattern replacement
    local why
    copy "$1"
    why=$(change "$dir/$1/rtl/$2" "$3" "$4" && build "$1" -O0) || { failed "$1: $why" && return 1; }
}

# The converter does not add half a step: codes of conv2 (arrays 2 and 3) may be one too small.
rounding() {
    plant rounding xb_macro_levels.sv '(delta >> 1)' '(delta >> 8)' || return
    report rounding adc 'layer 5 conv2, image 0, window .* array [23] ' ' array [23] '
    report rounding layer 'layer 5 conv2, image 0, pixel' 'layer ([5-9]) '
    report rounding output 'output, image [01], pixel \(0,0\)' 'output'
}

# Plus and minus of the lowest slice of channel 0 of conv3 (array 4).
column() {
    plant column xb_pe.sv '.levels_i     (write_data[Cols*LevelBits-1:0])' \
        '.levels_i     ((array_i == 20'"'"'d4) ? {write_data[Cols*LevelBits-1:2*LevelBits], write_data[LevelBits-1:0], write_data[2*LevelBits-1:LevelBits]} : write_data[Cols*LevelBits-1:0])' || return
    report column adc 'layer 7 conv3, image 0, window \(0,0\), plane [0-7], .* array 4 .*, conversion [01] of 128' \
        ' array 4 .*, conversion [01] of 128 of channel 0, slice 0 (plus|minus)'
    report column layer 'layer 7 conv3, image 0, pixel \(0,0\), channel 0:' \
        'layer ([78] .* channel 0:|9)'
}

# The rows of fc1 (array 5), one off.
row() {
    plant row xb_pe.sv '.row_i        (write_row)' '.row_i        (write_row + 16'"'"'(array_i == 20'"'"'d5))' || return
    report row adc 'layer 9 fc1, image 0, window \(0,0\), plane [0-7], .* array 5 ' ' array 5 '
    report row layer 'layer 9 fc1, image 0, pixel \(0,0\)' 'layer 9 '
    report row output 'output, image 0, pixel \(0,0\)' 'output, image [01], pixel \(0,0\)'
}

# One element of a copy of the vectors, changed in its lowest bit.
spoil() { # file number
    local size=1 byte
    case $1 in adc_*) size=2 ;; esac
    byte=$(od -An -v -tu1 -j $((128 + size * $2)) -N1 "$dir/spoilt/$1")
    # shellcheck disable=SC2059
    printf "\\x$(printf %02x $((byte ^ 1)))" |
        dd of="$dir/spoilt/$1" bs=1 seek=$((128 + size * $2)) conv=notrunc status=none
}

# Every file in turn, at some element of the second image; $1: the simulation, $2: what it must find.
spoilt() {
    local file at size log=$dir/spoilt.log n=0
    for file in $(cd "$dir/layer/vectors" && ls output.npy layer_*.npy adc_*.npy); do
        size=$(($(stat -c %s "$dir/layer/vectors/$file") - 128))
        case $file in adc_*) size=$((size / 2)) ;; esac
        at=$((size / 2 + size / 2 * ((37 + 13 * n) % 101) / 101))
        n=$((n + 1))
        cp "$dir/layer/vectors/$file" "$dir/spoilt/$file"
        spoil "$file" "$at"
        simulate "$1" adc "$dir/spoilt" "$log"
        "$2" $? "$log" "$file" "$at"
        cp "$dir/layer/vectors/$file" "$dir/spoilt/$file"
    done
}

found_once() { # status log file number
    local why
    why=$([ "$1" -eq 1 ] || echo "exit status $1; "
        [ "$(places "$2" | cut -d ' ' -f 1,2)" = "$3 $4" ] || echo "reported is: $(grep '^mismatch' "$2" | head -n 2)")
    [ -z "$why" ] && ok "element $4 of $3 is compared" || failed "element $4 of $3: $why"
}

found_nothing() {
    [ "$1" -eq 0 ] && ok "$3 without its comparison passes" ||
        failed "$3 without its comparison: exit status $1: $(grep '^mismatch' "$2" | head -n 1)"
}

comparisons_removed() {
    local why
    copy blind
    why=$(change "$dir/blind/sim/scoreboard.cpp" 'std::memcmp(codes, state.next' 'false && std::memcmp(codes, state.next' &&
        change "$dir/blind/sim/scoreboard.cpp" 'std::memcmp(data, state.codes' 'false && std::memcmp(data, state.codes' &&
        change "$dir/blind/sim/scoreboard_report.cpp" 'is = item(bytes, i, each)' 'is = due' && build blind -O0) ||
        { failed "comparisons removed: $why" && return 1; }
    spoilt blind found_nothing
}

# Whether the program comes to the arrays by the stream or by the back door: all that they hold is the same, and so is
# every conversion. One changed cell is one line of difference; an image that is not whole is refused.
back_door() {
    local sim=("$dir/layer/build/xb_sim" --quiet --vectors "$dir/layer/vectors" --backdoor --program)
    play layer adc $images --cells "$dir/stream.cells" && play layer adc $images --backdoor --cells "$dir/door.cells" &&
        must cells test "$(grep -c ' place 0: .*[1-9a-f]' "$dir/stream.cells")" -eq "$(sed -n 's/#define XB_ARRAYS *//p' "$dir/layer/xb_design.h")" &&
        must same cmp "$dir/stream.cells" "$dir/door.cells" &&
        must programs python3 -c "$change_cell" "$dir/layer/mem/program.bin" "$dir/torn.bin" "$dir/changed.bin" || return
    "${sim[@]}" "$dir/changed.bin" --cells "$dir/changed.cells" >"$dir/changed.log" 2>&1
    must one_line grep -c '^> layer 0 array 0 place' <(diff "$dir/stream.cells" "$dir/changed.cells") &&
        must no_other test "$(diff "$dir/stream.cells" "$dir/changed.cells" | grep -c '^>')" -eq 1 || return
    "${sim[@]}" "$dir/torn.bin" >"$dir/torn.log" 2>&1
    [ $? -eq 2 ] || { echo "a torn program is taken; " && return 1; }
}

# The lowest bit of the first row sent, with the CRC of before, and with its own.
change_cell='
import struct, sys, zlib
image = bytearray(open(sys.argv[1], "rb").read())
word = lambda i: struct.unpack_from("<I", image, 4 * i)[0]
at = 2
while word(at) >> 28 != 1: at += 2 + (word(at + 1) & 0xffff)
image[4 * (at + 2)] ^= 1
open(sys.argv[2], "wb").write(image)
image[-4:] = struct.pack("<I", zlib.crc32(image[:-4]))
open(sys.argv[3], "wb").write(image)'

why=$(emit layer --level adc -n $images && build layer -O0 && play layer adc $images) || { failed "the design itself: $why" && end; }
ok "the design itself is equal"
check 'the back door leaves what the program stream leaves' back_door
cp -a "$dir/layer/vectors" "$dir/spoilt"
spoilt layer found_once
later rounding
later column
later row
wait
comparisons_removed
end
